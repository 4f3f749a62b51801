import { homedir } from "node:os";
import * as vscode from "vscode";
import {
  CodeActionRequest, CodeActionResolveRequest, Command, LanguageClient, LanguageClientOptions, Middleware, State,
} from "vscode-languageclient/node";
import { find } from "./server";

const install = "https://github.com/dlint/dlint#install";

/** settings returns the section "dlint" for a file. */
export function settings(scope?: vscode.Uri): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration("dlint", scope);
}

/** Server is the process "dlint lsp" and the talk with it. */
export class Server {
  /** program is what runs; "" when none was found. */
  program = "";
  /** problem says why nothing runs. */
  problem = "";

  private client: LanguageClient | undefined;
  // changing makes starts and stops wait for one another.
  private changing: Promise<void> = Promise.resolve();
  private waiting = 0;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly output: vscode.LogOutputChannel,
    private readonly middleware: Middleware,
  ) {}

  get state(): State {
    return this.client?.state ?? State.Stopped;
  }

  restart(): Promise<void> {
    this.waiting++;
    this.changing = this.changing.then(async () => {
      await this.end();
      await this.start().catch((e: unknown) => {
        this.problem = "dlint could not be started.";
        this.output.error(`starting the server: ${String(e)}`);
        void vscode.window.showErrorMessage(this.problem, "Show Output", "Restart").then((x) => {
          if (x) {
            void vscode.commands.executeCommand(x === "Restart" ? "dlint.restart" : "dlint.showOutput");
          }
        });
      });
      this.waiting--;
      this.changed.fire();
    });
    return this.changing;
  }

  async stop(): Promise<void> {
    await this.changing;
    await this.end();
  }

  private async end(): Promise<void> {
    const old = this.client;
    this.client = undefined;
    await old?.dispose().catch((e: unknown) => this.output.warn(`ending the server: ${String(e)}`));
  }

  private async start(): Promise<void> {
    const setting = (settings().get<string | null>("path") ?? "").trim();
    const found = find(setting, this.context.extensionPath, process.env.PATH ?? "", homedir());
    if ("problem" in found) {
      this.program = "";
      this.problem = found.problem;
      this.output.error(found.problem);
      void this.missing();
      return;
    }
    this.program = found.path;
    this.problem = "";
    this.output.info(`running ${found.path}`);
    const next = new LanguageClient("dlint", "dlint", { command: found.path, args: ["lsp"] }, this.options());
    next.onDidChangeState((e) => {
      if (e.newState === State.Stopped) {
        this.output.warn("the server has ended");
      }
      this.changed.fire();
    });
    this.client = next;
    await next.start();
  }

  private options(): LanguageClientOptions {
    // Folders that are on no disk have schemes of their own; what git shows of
    // older versions is not to be checked.
    const schemes = new Set(["file", "untitled", ...(vscode.workspace.workspaceFolders ?? []).map((f) => f.uri.scheme)]);
    return {
      documentSelector: [
        ...[...schemes].map((scheme) => ({ scheme, language: "dockerfile" })),
        { scheme: "file", pattern: "**/{*.dockerignore,.dockerignore,.containerignore,.dlint.yaml,.dlint.yml}" },
        { scheme: "file", pattern: "**/{compose,docker-compose}*.{yaml,yml}" },
      ],
      initializationOptions: settings(),
      outputChannel: this.output,
      diagnosticCollectionName: "dlint",
      middleware: {
        ...this.middleware,
        workspace: {
          // A setting that ends the server is not told to it: that would fail, loudly.
          didChangeConfiguration: async (sections, next) => {
            if (this.waiting === 0) {
              await next(sections);
            }
          },
        },
      },
    };
  }

  private async missing(): Promise<void> {
    const how = "How to Install";
    const setting = "Open Setting";
    const answer = await vscode.window.showErrorMessage(`${this.problem} Without it Dockerfiles are not checked.`, how, setting);
    if (answer === how) {
      await vscode.env.openExternal(vscode.Uri.parse(install));
    } else if (answer === setting) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "dlint.path");
    }
  }

  /**
   * fixes returns the edits that fix a document as it is saved. VS Code waits
   * for them a second and a half, so the server is asked without detours.
   */
  async fixes(doc: vscode.TextDocument): Promise<vscode.TextEdit[]> {
    const client = this.client;
    if (client?.state !== State.Running) {
      return [];
    }
    const [first] = (await client.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: client.code2ProtocolConverter.asUri(doc.uri) },
      range: { start: { line: 0, character: 0 }, end: { line: doc.lineCount, character: 0 } },
      context: { diagnostics: [], only: ["source.fixAll.dlint"] },
    })) ?? [];
    if (first === undefined || Command.is(first)) {
      return [];
    }
    const full = first.edit ? first : await client.sendRequest(CodeActionResolveRequest.type, first);
    const edit = await client.protocol2CodeConverter.asWorkspaceEdit(full.edit);
    return edit?.get(doc.uri) ?? [];
  }

  /** execute runs a command of the server; undefined when it cannot. */
  async execute<T>(command: string, ...args: unknown[]): Promise<T | undefined> {
    if (!this.client || this.client.state !== State.Running) {
      const answer = await vscode.window.showWarningMessage("dlint does not run.", "Restart");
      if (answer) {
        void this.restart();
      }
      return undefined;
    }
    try {
      return await this.client.sendRequest<T>("workspace/executeCommand", { command, arguments: args });
    } catch (e) {
      void vscode.window.showErrorMessage(`dlint: ${e instanceof Error ? e.message : String(e)}`);
      return undefined;
    }
  }
}
