import * as vscode from "vscode";
import { State } from "vscode-languageclient/node";
import { Server } from "./client";
import { Pages } from "./pages";

/** Status shows in the status bar how the Dockerfile at hand fares. */
export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("dlint", vscode.StatusBarAlignment.Right, 50);

  constructor(private readonly server: Server) {
    this.item.name = "dlint";
    this.item.command = "dlint.menu";
  }

  dispose(): void {
    this.item.dispose();
  }

  show(): void {
    const doc = vscode.window.activeTextEditor?.document;
    if (doc?.languageId !== "dockerfile" || doc.uri.scheme === Pages.scheme) {
      this.item.hide();
      return;
    }
    const found = vscode.languages.getDiagnostics(doc.uri).filter((d) => d.source === "dlint").length;
    this.item.backgroundColor = undefined;
    switch (this.server.state) {
      case State.Running:
        this.item.text = found === 0 ? "$(check) dlint" : `$(warning) dlint ${found}`;
        this.item.tooltip = found === 1 ? "dlint: 1 finding" : `dlint: ${found} findings`;
        break;
      case State.Starting:
        this.item.text = "$(sync~spin) dlint";
        this.item.tooltip = "dlint starts";
        break;
      default:
        this.item.text = "$(error) dlint";
        this.item.tooltip = this.server.problem || "dlint does not run";
        this.item.backgroundColor = new vscode.ThemeColor("statusBarItem.warningBackground");
    }
    this.item.show();
  }
}

/** menu offers the commands that make sense now. */
export async function menu(): Promise<void> {
  const entries = [
    { label: "$(wrench) Fix all findings in this file", command: "dlint.fixFile" },
    { label: "$(split-horizontal) Split into stages", command: "dlint.splitFile" },
    { label: "$(history) Show the cache report", command: "dlint.cacheReport" },
    { label: "$(question) Explain a rule", command: "dlint.explainRule" },
    { label: "$(refresh) Restart the server", command: "dlint.restart" },
    { label: "$(output) Show output", command: "dlint.showOutput" },
    { label: "$(gear) Settings", command: "workbench.action.openSettings", argument: "@ext:dlint.dlint" },
  ];
  const picked = await vscode.window.showQuickPick(entries, { title: "dlint" });
  if (picked) {
    await vscode.commands.executeCommand(picked.command, ...(picked.argument ? [picked.argument] : []));
  }
}
