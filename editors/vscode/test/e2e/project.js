// What the tests do in a VS Code, and the folder that they open in it.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { until } = require("./code");

const go = {
  ".git/HEAD": "ref: refs/heads/main\n",
  "go.mod": "module example.com/hello\n\ngo 1.25\n",
  "main.go": 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n',
  Dockerfile: [
    "FROM golang:1.25", "MAINTAINER ada@example.com", "WORKDIR /src", "COPY . .",
    "RUN CGO_ENABLED=0 go build -o /bin/hello .", 'ENTRYPOINT ["/bin/hello"]', "",
  ].join("\n"),
};

function project(t, files) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "dlint-project-"));
  t.after(() => fs.rmSync(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    fs.writeFileSync(path.join(dir, name), text);
  }
  return dir;
}

// These run inside VS Code. A file is a path or a URI.
const inside = {
  async open(vscode, file) {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(vscode.Uri.parse(file)));
  },
  found(vscode, file) {
    return vscode.languages.getDiagnostics(vscode.Uri.parse(file)).filter((d) => d.source === "dlint").map((d) => ({
      rule: d.code.value ?? d.code, severity: d.severity,
      at: [d.range.start.line, d.range.start.character, d.range.end.line, d.range.end.character].join(" "),
    }));
  },
  async quickFix(vscode, file, title) {
    const uri = vscode.Uri.parse(file);
    for (const d of vscode.languages.getDiagnostics(uri)) {
      const actions = await vscode.commands.executeCommand("vscode.executeCodeActionProvider", uri, d.range, "quickfix", 20);
      const action = actions.find((a) => a.title === title);
      if (action) {
        return vscode.workspace.applyEdit(action.edit);
      }
    }
    return false;
  },
  async insert(vscode, line, text) {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(vscode.window.activeTextEditor.document.uri, new vscode.Position(line, 0), text);
    await vscode.workspace.applyEdit(edit);
  },
  async cut(vscode, line) {
    const edit = new vscode.WorkspaceEdit();
    edit.delete(vscode.window.activeTextEditor.document.uri, new vscode.Range(line, 0, line + 1, 0));
    await vscode.workspace.applyEdit(edit);
  },
  save(vscode) {
    return vscode.window.activeTextEditor.document.save();
  },
  async set(vscode, name, value) {
    // Without a value the setting is taken away.
    await vscode.workspace.getConfiguration("dlint").update(name, value, vscode.ConfigurationTarget.Global);
  },
  text(vscode) {
    return vscode.window.activeTextEditor?.document.getText();
  },
  tabs(vscode) {
    return vscode.window.tabGroups.all.flatMap((g) => g.tabs).map((t) => t.label);
  },
};

/** session gives the functions above with VS Code as their first argument. */
function session(code) {
  const calls = {};
  for (const [name, f] of Object.entries(inside)) {
    const source = f.toString().replace(/^(async )?/, "$1function ");
    calls[name] = (...args) => code.run(`(...args) => (${source})(vscode, ...args)`, ...args);
  }
  calls.command = (name, ...args) => code.run((name, ...args) => { void vscode.commands.executeCommand(name, ...args); }, name, ...args);
  return calls;
}

function unique(found) {
  const keys = found.map((d) => `${d.rule} ${d.at}`);
  assert.deepEqual(keys, [...new Set(keys)], "a problem is there twice");
}

/** servers are the processes of the bundled program. */
function servers(code) {
  const program = path.join(code.root, "extensions");
  return fs.readdirSync("/proc").filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
    try {
      const [exe, verb] = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return exe.startsWith(program) && exe.endsWith("/bin/dlint") && verb === "lsp";
    } catch {
      return false; // it has ended
    }
  }).map(Number);
}

/** finding gives ways to wait for a finding of a file to come, and to go. */
function finding(vs, file) {
  const has = async (rule, at) => (await vs.found(file)).some((d) => d.rule === rule && (!at || d.at === at));
  return {
    wait: (what, rule, at) => until(what, () => has(rule, at)).catch(async (e) => {
      throw new Error(`${e.message}; there are ${JSON.stringify(await vs.found(file))}`);
    }),
    gone: (what, rule) => until(what, async () => !(await has(rule))),
  };
}

/**
 * saves saves until a file on disk, or wherever it is, is as it should be. VS Code
 * waits a second and a half for what is to happen on saving; on a machine that is
 * busy it comes too late, and the file has to be saved once more.
 */
async function saves(vs, what, test) {
  await until(what, async () => {
    await vs.save();
    return test();
  });
}

module.exports = { go, project, session, unique, servers, finding, saves };
