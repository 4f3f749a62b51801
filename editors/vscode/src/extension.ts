import { execFile } from "node:child_process";
import * as vscode from "vscode";
import { Server, settings } from "./client";
import { Pages } from "./pages";
import { Splits } from "./split";
import { Status, menu } from "./status";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("dlint", { log: true });
  const pages = new Pages();
  const running = new Server(context, output, {
    // The lens above a stage shows the split before it is made, as the command does.
    executeCommand: async (name, args, next) => {
      if (name !== "dlint.split") {
        return next(name, args) as unknown;
      }
      return splits.propose(await vscode.workspace.openTextDocument(vscode.Uri.parse(String(args[0]))));
    },
  });
  const splits = new Splits(pages, running);
  const status = new Status(running);
  server = running;

  const command = (name: string, run: (...args: never[]) => unknown) =>
    vscode.commands.registerCommand(name, run);
  context.subscriptions.push(
    output, status,
    vscode.workspace.registerTextDocumentContentProvider(Pages.scheme, pages),
    command("dlint.fixFile", () => fixFile(running, "dlint.fixAll")),
    command("dlint.fixFileUnsafe", () => fixFile(running, "dlint.fixAllUnsafe")),
    command("dlint.splitFile", () => withDockerfile((doc) => splits.propose(doc))),
    command("dlint.applySplit", (uri?: vscode.Uri) => splits.apply(uri)),
    command("dlint.cancelSplit", (uri?: vscode.Uri) => splits.cancel(uri)),
    command("dlint.cacheReport", () => withDockerfile((doc) => cacheReport(running, pages, doc))),
    command("dlint.explainRule", (rule?: string) => explainRule(running, pages, rule)),
    command("dlint.checkAll", () => running.execute("dlint.checkWorkspace")),
    command("dlint.restart", () => running.restart()),
    command("dlint.showOutput", () => output.show(true)),
    command("dlint.menu", menu),
    vscode.workspace.onWillSaveTextDocument((e) => {
      if (e.document.languageId === "dockerfile" && settings(e.document.uri).get<boolean>("fixOnSave")) {
        e.waitUntil(running.fixes(e.document));
      }
    }),
    vscode.workspace.onDidChangeConfiguration((e) => {
      if (e.affectsConfiguration("dlint.path")) {
        void running.restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => running.restart()),
    running.onDidChange(() => status.show()),
    vscode.window.onDidChangeActiveTextEditor(() => status.show()),
    vscode.languages.onDidChangeDiagnostics(() => status.show()),
  );
  await running.restart();
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}

/** withDockerfile runs something with the Dockerfile of the active editor. */
function withDockerfile<T>(run: (doc: vscode.TextDocument) => T): T | undefined {
  const doc = vscode.window.activeTextEditor?.document;
  if (doc?.languageId === "dockerfile") {
    return run(doc);
  }
  void vscode.window.showInformationMessage("dlint: open a Dockerfile first.");
  return undefined;
}

async function fixFile(running: Server, command: string): Promise<void> {
  await withDockerfile((doc) => running.execute(command, doc.uri.toString()));
}

/** cacheReport runs "dlint cache" and shows what it says beside the file. */
async function cacheReport(running: Server, pages: Pages, doc: vscode.TextDocument): Promise<void> {
  if (running.program === "") {
    void vscode.window.showWarningMessage(`dlint: ${running.problem}`);
    return;
  }
  if (doc.uri.scheme !== "file") {
    void vscode.window.showInformationMessage("dlint: the cache report needs the build context, and this file is on no disk.");
    return;
  }
  if (doc.isDirty) {
    void vscode.window.showInformationMessage("dlint: save the file first, its cache report is made from what is on disk.");
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(doc.uri)?.uri.fsPath;
  const text = await new Promise<string>((done) =>
    execFile(running.program, ["cache", doc.uri.fsPath], { cwd: folder, timeout: 60_000, maxBuffer: 16 << 20 }, (err, stdout, stderr) =>
      done(stdout || stderr || String(err ?? ""))));
  const page = await vscode.workspace.openTextDocument(pages.put(`/cache${doc.uri.path}.txt`, text));
  await vscode.window.showTextDocument(page, { viewColumn: vscode.ViewColumn.Beside, preview: true, preserveFocus: true });
}

/** explainRule asks for a rule, those of the findings here first, and explains it. */
async function explainRule(running: Server, pages: Pages, rule?: string): Promise<void> {
  rule ??= await askRule();
  const text = rule ? await running.execute<string>("dlint.explain", rule) : undefined;
  if (text) {
    await vscode.commands.executeCommand("markdown.showPreviewToSide", pages.put(`/rules/${rule}.md`, text));
  }
}

async function askRule(): Promise<string | undefined> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const here = uri ? vscode.languages.getDiagnostics(uri).filter((d) => d.source === "dlint").map(codeOf) : [];
  const rules = [...new Set(here)].filter((x) => x !== "").sort();
  const other = "Another rule…";
  const picked = rules.length === 0 ? other : await vscode.window.showQuickPick([...rules, other], { title: "Explain a rule" });
  return picked === other ? vscode.window.showInputBox({ prompt: "A rule, or a code of another linter such as DL3008" }) : picked;
}

function codeOf(d: vscode.Diagnostic): string {
  return String(typeof d.code === "object" ? d.code.value : d.code ?? "");
}
