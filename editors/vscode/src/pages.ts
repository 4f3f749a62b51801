import * as vscode from "vscode";

/** Pages holds texts of dlint that are shown and not edited. */
export class Pages implements vscode.TextDocumentContentProvider {
  static readonly scheme = "dlint";
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? "";
  }

  /** put keeps a text under a path and returns its URI. */
  put(path: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: Pages.scheme, path });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    return uri;
  }

  forget(uri: vscode.Uri): void {
    this.texts.delete(uri.path);
  }
}
