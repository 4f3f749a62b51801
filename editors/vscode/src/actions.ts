import * as vscode from "vscode";

/** actions asks for the code actions of a kind that have an edit. */
export async function actions(doc: vscode.TextDocument, range: vscode.Range, kind: vscode.CodeActionKind): Promise<vscode.CodeAction[]> {
  const got = await vscode.commands.executeCommand<(vscode.CodeAction | vscode.Command)[]>(
    "vscode.executeCodeActionProvider", doc.uri, range, kind.value, 20,
  );
  return (got ?? []).filter((a): a is vscode.CodeAction => "edit" in a && a.edit !== undefined && a.kind !== undefined && kind.contains(a.kind));
}

/** applied returns a text with edits of its document made. */
export function applied(doc: vscode.TextDocument, edits: vscode.TextEdit[]): string {
  const places = edits.map((e) => ({ start: doc.offsetAt(e.range.start), end: doc.offsetAt(e.range.end), text: e.newText }));
  let text = doc.getText();
  for (const e of places.sort((a, b) => b.start - a.start)) {
    text = text.slice(0, e.start) + e.text + text.slice(e.end);
  }
  return text;
}
