import * as vscode from "vscode";
import { actions, applied } from "./actions";
import { Server } from "./client";
import { Pages } from "./pages";

const kind = vscode.CodeActionKind.RefactorRewrite.append("dlint").append("stages");

/** Proposal is a split that a user looks at. */
interface Proposal {
  doc: vscode.TextDocument;
  version: number;
  action: vscode.CodeAction;
  left: vscode.Uri;
  right: vscode.Uri;
}

/** Splits shows what the split of a stage would change, and applies what is taken. */
export class Splits {
  private readonly open = new Map<string, Proposal>();

  constructor(private readonly pages: Pages, private readonly server: Server) {}

  /** propose opens the difference that a split of a document makes. */
  async propose(doc: vscode.TextDocument): Promise<void> {
    const found = await this.found(doc);
    if (found.length === 0) {
      const why = await this.server.execute<string>("dlint.whyNoSplit", doc.uri.toString());
      if (why !== undefined) {
        void vscode.window.showInformationMessage(`dlint does not split this file: ${why}`);
      }
      return;
    }
    const action = found.length === 1 ? found[0] : (await vscode.window.showQuickPick(
      found.map((x) => ({ label: x.title, action: x })), { title: "Split into stages" }))?.action;
    if (action?.edit) {
      await this.show(doc, action, action.edit);
    }
  }

  /** found asks at each stage, because a proposal is for the stage at the place. */
  private async found(doc: vscode.TextDocument): Promise<vscode.CodeAction[]> {
    const seen = new Map<string, vscode.CodeAction>();
    for (let line = 0; line < doc.lineCount; line++) {
      if (/^\s*FROM\s/i.test(doc.lineAt(line).text)) {
        for (const a of await actions(doc, new vscode.Range(line, 0, line, 0), kind)) {
          seen.set(a.title, a);
        }
      }
    }
    return [...seen.values()];
  }

  private async show(doc: vscode.TextDocument, action: vscode.CodeAction, edit: vscode.WorkspaceEdit): Promise<void> {
    const path = doc.uri.path.startsWith("/") ? doc.uri.path : `/${doc.uri.path}`;
    // The text that the proposal was made for stays on the left, whatever is
    // typed meanwhile.
    const left = this.pages.put(`/before${path}`, doc.getText());
    const right = this.pages.put(`/split${path}`, applied(doc, edit.get(doc.uri)));
    this.open.set(right.path, { doc, version: doc.version, action, left, right });
    const name = path.slice(path.lastIndexOf("/") + 1);
    await vscode.commands.executeCommand("vscode.diff", left, right, `${name}: split into stages`, { preview: true });
    await this.ask(right, action, edit, doc);
  }

  private async ask(right: vscode.Uri, action: vscode.CodeAction, edit: vscode.WorkspaceEdit, doc: vscode.TextDocument): Promise<void> {
    const others = edit.entries().map(([uri]) => uri).filter((uri) => uri.toString() !== doc.uri.toString())
      .map((uri) => vscode.workspace.asRelativePath(uri));
    const also = others.length > 0 ? ` Also written: ${others.join(", ")}.` : "";
    const answer = await vscode.window.showInformationMessage(`${action.title}.${also}`, "Apply", "Reasons", "Cancel");
    switch (answer) {
      case "Apply":
        return this.apply(right);
      case "Cancel":
        return this.cancel(right);
      case "Reasons":
        await this.reasons(action);
        return this.ask(right, action, edit, doc);
    }
  }

  private async reasons(action: vscode.CodeAction): Promise<void> {
    const list = action.command?.arguments?.[1] as string[] | undefined;
    const uri = this.pages.put("/reasons.md", `# ${action.title}\n\n${(list ?? []).map((x) => `- ${x}`).join("\n")}\n`);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
  }

  /** apply writes the proposal, if the document is still what it was made for. */
  async apply(right?: vscode.Uri): Promise<void> {
    const p = this.proposal(right);
    if (!p?.action.edit) {
      return;
    }
    if (p.doc.isClosed || p.doc.version !== p.version) {
      await this.cancel(p.right);
      void vscode.window.showWarningMessage("dlint: the file has changed since, so nothing was written.", "Split Again").then((x) => {
        if (x) {
          void vscode.workspace.openTextDocument(p.doc.uri).then((doc) => this.propose(doc));
        }
      });
      return;
    }
    const done = await vscode.workspace.applyEdit(p.action.edit, { isRefactoring: true });
    await this.cancel(p.right);
    if (!done) {
      void vscode.window.showErrorMessage("dlint: the split could not be written.");
      return;
    }
    await vscode.window.showTextDocument(p.doc);
  }

  /** cancel closes the difference. */
  async cancel(right?: vscode.Uri): Promise<void> {
    const p = this.proposal(right);
    if (!p) {
      return;
    }
    this.open.delete(p.right.path);
    const tabs = vscode.window.tabGroups.all.flatMap((g) => g.tabs).filter((t) =>
      t.input instanceof vscode.TabInputTextDiff && t.input.modified.toString() === p.right.toString());
    await vscode.window.tabGroups.close(tabs);
    this.pages.forget(p.left);
    this.pages.forget(p.right);
  }

  private proposal(right?: vscode.Uri): Proposal | undefined {
    const uri = right ?? vscode.window.activeTextEditor?.document.uri;
    return uri?.scheme === Pages.scheme ? this.open.get(uri.path.replace(/^\/before\//, "/split/")) : undefined;
  }
}
