import { execFile } from "node:child_process";
import { homedir } from "node:os";
import * as vscode from "vscode";
import { LanguageClient, LanguageClientOptions, ServerOptions, State } from "vscode-languageclient/node";
import { find } from "./server";

const fixAll = vscode.CodeActionKind.SourceFixAll.append("dlint");
const docs = "https://github.com/dlint/dlint#install";

let client: LanguageClient | undefined;
let output: vscode.LogOutputChannel;
let status: vscode.StatusBarItem;
let program = "";
// changing makes starts and stops wait for one another.
let changing: Promise<void> = Promise.resolve();

function settings(scope?: vscode.Uri): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration("dlint", scope);
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel("dlint", { log: true });
  status = vscode.window.createStatusBarItem("dlint", vscode.StatusBarAlignment.Right, 50);
  status.name = "dlint";
  status.command = "dlint.showOutput";
  context.subscriptions.push(output, status);

  const command = (name: string, run: (...args: never[]) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(name, run));
  command("dlint.fixFile", () => fixFile("dlint.fixAll"));
  command("dlint.fixFileUnsafe", () => fixFile("dlint.fixAllUnsafe"));
  command("dlint.splitFile", splitFile);
  command("dlint.cacheReport", cacheReport);
  command("dlint.explainRule", explainRule);
  command("dlint.checkAll", () => execute("dlint.checkWorkspace"));
  command("dlint.restart", () => restart(context));
  command("dlint.showOutput", () => output.show(true));

  context.subscriptions.push(
    vscode.workspace.onWillSaveTextDocument((e) => {
      if (e.document.languageId === "dockerfile" && settings(e.document.uri).get<boolean>("fixOnSave")) {
        e.waitUntil(fixesFor(e.document));
      }
    }),
    vscode.workspace.onDidChangeConfiguration((e) => {
      if (e.affectsConfiguration("dlint.path")) {
        void restart(context);
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => restart(context)),
    vscode.window.onDidChangeActiveTextEditor(showStatus),
    vscode.languages.onDidChangeDiagnostics(showStatus),
  );
  await restart(context);
}

export async function deactivate(): Promise<void> {
  await changing;
  await client?.dispose();
}

function restart(context: vscode.ExtensionContext): Promise<void> {
  changing = changing.then(async () => {
    await client?.dispose().catch((e) => output.warn(`ending the server: ${e}`));
    client = undefined;
    await start(context).catch((e) => {
      output.error(`starting the server: ${e}`);
      void vscode.window.showErrorMessage("dlint could not be started.", "Show Output").then((x) => x && output.show());
    });
    showStatus();
  });
  return changing;
}

async function start(context: vscode.ExtensionContext): Promise<void> {
  const found = find(settings().get<string>("path", "").trim(), context.extensionPath, process.env.PATH ?? "", homedir());
  if ("problem" in found) {
    program = "";
    output.error(found.problem);
    void missing(found.problem);
    return;
  }
  program = found.path;
  output.info(`running ${program}`);
  const server: ServerOptions = { command: program, args: ["lsp"] };
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "dockerfile" },
      { scheme: "untitled", language: "dockerfile" },
      { scheme: "file", pattern: "**/{*.dockerignore,.dockerignore,.containerignore,.dlint.yaml,.dlint.yml}" },
      { scheme: "file", pattern: "**/{compose,docker-compose}*.{yaml,yml}" },
    ],
    initializationOptions: settings(),
    outputChannel: output,
    diagnosticCollectionName: "dlint",
  };
  const next = new LanguageClient("dlint", "dlint", server, options);
  next.onDidChangeState((e) => {
    if (e.newState === State.Stopped) {
      output.warn("the server has ended");
    }
    showStatus();
  });
  client = next;
  await next.start();
}

async function missing(problem: string): Promise<void> {
  const how = "How to Install";
  const setting = "Open Setting";
  const answer = await vscode.window.showErrorMessage(`${problem} Without it Dockerfiles are not checked.`, how, setting);
  if (answer === how) {
    await vscode.env.openExternal(vscode.Uri.parse(docs));
  } else if (answer === setting) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "dlint.path");
  }
}

function showStatus(): void {
  const doc = vscode.window.activeTextEditor?.document;
  if (doc?.languageId !== "dockerfile") {
    status.hide();
    return;
  }
  const found = vscode.languages.getDiagnostics(doc.uri).filter((d) => d.source === "dlint").length;
  if (client?.state === State.Running) {
    status.text = found === 0 ? "$(check) dlint" : `$(warning) dlint ${found}`;
    status.tooltip = found === 1 ? "dlint: 1 finding" : `dlint: ${found} findings`;
    status.backgroundColor = undefined;
  } else {
    status.text = client?.state === State.Starting ? "$(sync~spin) dlint" : "$(error) dlint";
    status.tooltip = "dlint does not run: click for its output";
    status.backgroundColor = new vscode.ThemeColor("statusBarItem.warningBackground");
  }
  status.show();
}

async function execute<T>(command: string, ...args: unknown[]): Promise<T | undefined> {
  if (client?.state !== State.Running) {
    void vscode.window.showWarningMessage("dlint does not run.", "Restart").then((x) => x && vscode.commands.executeCommand("dlint.restart"));
    return undefined;
  }
  try {
    return await client.sendRequest<T>("workspace/executeCommand", { command, arguments: args });
  } catch (e) {
    void vscode.window.showErrorMessage(`dlint: ${e instanceof Error ? e.message : String(e)}`);
    return undefined;
  }
}

function dockerfile(): vscode.TextDocument | undefined {
  const doc = vscode.window.activeTextEditor?.document;
  if (doc?.languageId === "dockerfile") {
    return doc;
  }
  void vscode.window.showInformationMessage("dlint: open a Dockerfile first.");
  return undefined;
}

async function fixFile(command: string): Promise<void> {
  const doc = dockerfile();
  if (doc) {
    await execute(command, doc.uri.toString());
  }
}

async function actions(doc: vscode.TextDocument, range: vscode.Range, kind: vscode.CodeActionKind): Promise<vscode.CodeAction[]> {
  const got = await vscode.commands.executeCommand<(vscode.CodeAction | vscode.Command)[]>(
    "vscode.executeCodeActionProvider", doc.uri, range, kind.value, 20,
  );
  return (got ?? []).filter((a): a is vscode.CodeAction => "edit" in a && a.edit !== undefined);
}

function whole(doc: vscode.TextDocument): vscode.Range {
  return new vscode.Range(0, 0, doc.lineCount, 0);
}

/** fixesFor returns the edits that fix a document as it is saved. */
async function fixesFor(doc: vscode.TextDocument): Promise<vscode.TextEdit[]> {
  const found = await actions(doc, whole(doc), fixAll);
  return found.find((a) => a.kind && fixAll.contains(a.kind))?.edit?.get(doc.uri) ?? [];
}

/** splitFile shows what the split of a stage would change, and applies what is taken. */
async function splitFile(): Promise<void> {
  const doc = dockerfile();
  if (!doc) {
    return;
  }
  const kind = vscode.CodeActionKind.RefactorRewrite;
  const found = (await actions(doc, whole(doc), kind)).filter((a) => /split .*stage|stages?/i.test(a.title));
  if (found.length === 0) {
    void vscode.window.showInformationMessage("dlint sees no way to split this file that it can vouch for.");
    return;
  }
  const picked = found.length === 1 ? found[0] : (await vscode.window.showQuickPick(
    found.map((action) => ({ label: action.title, action })), { title: "Split into stages" }))?.action;
  if (!picked?.edit) {
    return;
  }
  // Edits that need a confirmation open in the preview of refactorings.
  const edit = new vscode.WorkspaceEdit();
  const why = { needsConfirmation: true, label: picked.title, description: "dlint" };
  for (const [uri, edits] of picked.edit.entries()) {
    for (const e of edits) {
      edit.replace(uri, e.range, e.newText, why);
    }
  }
  await vscode.workspace.applyEdit(edit, { isRefactoring: true });
}

/** cacheReport runs "dlint cache" and shows what it says beside the file. */
async function cacheReport(): Promise<void> {
  const doc = dockerfile();
  if (!doc || program === "") {
    return;
  }
  if (doc.isUntitled || doc.isDirty) {
    void vscode.window.showInformationMessage("dlint: save the file first, its cache report is made from what is on disk.");
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(doc.uri)?.uri.fsPath;
  const text = await new Promise<string>((done) =>
    execFile(program, ["cache", doc.uri.fsPath], { cwd: folder, timeout: 60_000, maxBuffer: 16 << 20 }, (err, stdout, stderr) =>
      done(stdout || stderr || String(err ?? ""))));
  const report = await vscode.workspace.openTextDocument({ content: text, language: "plaintext" });
  await vscode.window.showTextDocument(report, { viewColumn: vscode.ViewColumn.Beside, preview: true });
}

/** explainRule asks for a rule, those of the findings here first, and explains it. */
async function explainRule(rule?: string): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const here = uri ? vscode.languages.getDiagnostics(uri).filter((d) => d.source === "dlint").map(codeOf) : [];
  rule ??= await ask([...new Set(here)].filter((x) => x !== ""));
  const text = rule ? await execute<string>("dlint.explain", rule) : undefined;
  if (text) {
    const doc = await vscode.workspace.openTextDocument({ content: text, language: "markdown" });
    await vscode.window.showTextDocument(doc, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  }
}

function codeOf(d: vscode.Diagnostic): string {
  return String(typeof d.code === "object" ? d.code.value : d.code ?? "");
}

async function ask(rules: string[]): Promise<string | undefined> {
  const other = "Another rule…";
  const picked = rules.length === 0 ? other : await vscode.window.showQuickPick([...rules, other], { title: "Explain a rule" });
  return picked === other ? vscode.window.showInputBox({ prompt: "A rule, or a code of another linter such as DL3008" }) : picked;
}
