// Runs functions of the test inside VS Code: each request to a port of this
// machine holds the text of one and its arguments.
const http = require("node:http");
const vscode = require("vscode");

async function body(request) {
  let text = "";
  for await (const part of request) {
    text += part;
  }
  return JSON.parse(text);
}

/** Held is a file system that is on no disk: files by path, in memory. */
class Held {
  constructor(files) {
    this.files = new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]));
    this.writes = 0;
    this.changed = new vscode.EventEmitter();
    this.onDidChangeFile = this.changed.event;
  }

  folder(uri) {
    const lead = uri.path === "/" ? "/" : `${uri.path}/`;
    return [...this.files.keys()].filter((name) => name.startsWith(lead)).map((name) => name.slice(lead.length));
  }

  stat(uri) {
    const data = this.files.get(uri.path);
    if (!data && this.folder(uri).length === 0) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return { type: data ? vscode.FileType.File : vscode.FileType.Directory, ctime: 0, mtime: this.writes, size: data?.length ?? 0 };
  }

  readDirectory(uri) {
    const names = new Map(this.folder(uri).map((rest) => rest.split("/")).map(([name, ...more]) => [name, more.length > 0]));
    return [...names].map(([name, isFolder]) => [name, isFolder ? vscode.FileType.Directory : vscode.FileType.File]);
  }

  readFile(uri) {
    const data = this.files.get(uri.path);
    if (!data) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return data;
  }

  writeFile(uri, data) {
    this.files.set(uri.path, Buffer.from(data));
    this.writes++;
    this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  delete(uri) {
    this.files.delete(uri.path);
  }

  watch() {
    return { dispose() {} };
  }

  createDirectory() {}

  rename() {
    throw vscode.FileSystemError.NoPermissions();
  }
}

exports.activate = (context) => {
  const held = new Held(JSON.parse(process.env.DLINT_HELD ?? "{}"));
  context.subscriptions.push(vscode.workspace.registerFileSystemProvider("held", held, { isCaseSensitive: true }));
  const server = http.createServer(async (request, response) => {
    try {
      const { source, args } = await body(request);
      const run = new Function("vscode", `return (${source})`)(vscode);
      response.end(JSON.stringify({ result: await run(...args) }));
    } catch (e) {
      response.end(JSON.stringify({ error: String(e?.stack ?? e) }));
    }
  });
  server.listen(Number(process.env.DLINT_DRIVER_PORT), "127.0.0.1");
  context.subscriptions.push({ dispose: () => server.close() });
};
