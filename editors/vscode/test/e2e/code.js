// Starts a real VS Code without a screen: its server, code-server, on a port of
// this machine, and Chromium as its window.
const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const os = require("node:os");
const path = require("node:path");
const { chromium } = require("playwright-core");

const entry = process.env.CODE_SERVER; // out/node/entry.js of code-server
const browser = process.env.CHROMIUM ?? "/usr/bin/chromium";

function freePort() {
  return new Promise((done, fail) => {
    const server = net.createServer();
    server.on("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

async function until(what, test, timeout = 120_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const got = await test();
    if (got) {
      return got;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${timeout / 1000} s in vain for ${what}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}

/**
 * Code is a VS Code with one folder open; or the folder held:/project, which is
 * on no disk, with held: its files, texts by path. With bundled: false the
 * extension has lost its program.
 */
class Code {
  static async start({ vsix, folder, held, settings = {}, path: searchPath = process.env.PATH, trust = true, bundled = true }) {
    const code = new Code();
    code.root = fs.mkdtempSync(path.join(os.tmpdir(), "dlint-code-"));
    const dirs = ["--user-data-dir", path.join(code.root, "user"), "--extensions-dir", path.join(code.root, "extensions")];
    fs.mkdirSync(path.join(code.root, "user/User"), { recursive: true });
    fs.writeFileSync(path.join(code.root, "user/User/settings.json"), JSON.stringify({
      // VS Code in a browser saves by itself otherwise.
      "files.autoSave": "off",
      "workbench.startupEditor": "none", "workbench.tips.enabled": false, "telemetry.telemetryLevel": "off",
      "extensions.autoUpdate": false, "extensions.autoCheckUpdates": false, "update.mode": "none",
      "editor.fontSize": 13, "chat.commandCenter.enabled": false, "git.openRepositoryInParentFolders": "never",
      "window.menuBarVisibility": "compact", "security.workspace.trust.enabled": !trust,
      "security.workspace.trust.startupPrompt": "never", ...settings,
    }));
    // VS Code takes the environment of a login shell, whatever it was started in.
    fs.writeFileSync(path.join(code.root, ".profile"), `PATH=${searchPath}\n`);
    code.driver = await freePort();
    const port = await freePort();
    const env = {
      PATH: searchPath, HOME: code.root, LANG: "C.UTF-8", DLINT_DRIVER_PORT: String(code.driver),
      DLINT_HELD: JSON.stringify(held ?? {}),
      XDG_CONFIG_HOME: path.join(code.root, "config"), XDG_DATA_HOME: path.join(code.root, "data"),
    };
    let open = `folder=${encodeURIComponent(folder)}`;
    if (held) {
      const workspace = path.join(code.root, "held.code-workspace");
      fs.writeFileSync(workspace, JSON.stringify({ folders: [{ uri: "held:/project", name: "project" }] }));
      open = `workspace=${encodeURIComponent(workspace)}`;
    }
    const node = process.execPath;
    const installed = spawnSync(node, [entry, ...dirs, "--install-extension", vsix], { env, encoding: "utf8" });
    if (installed.status !== 0) {
      throw new Error(`installing the extension: ${installed.stdout}${installed.stderr}`);
    }
    if (!bundled) {
      const name = fs.readdirSync(path.join(code.root, "extensions")).find((x) => x.startsWith("dlint.dlint-"));
      fs.rmSync(path.join(code.root, "extensions", name, "bin"), { recursive: true });
    }
    fs.cpSync(path.join(__dirname, "driver"), path.join(code.root, "extensions/dlint-test.driver-0.0.1"), { recursive: true });
    code.register();
    code.log = fs.openSync(path.join(code.root, "log"), "w");
    code.server = spawn(node, [entry, ...dirs, "--bind-addr", `127.0.0.1:${port}`, "--auth", "none", "--disable-telemetry",
      "--disable-update-check", ...(trust ? ["--disable-workspace-trust"] : []), ...(folder ? [folder] : [])], { env, stdio: ["ignore", code.log, code.log], detached: true });
    // Nothing stays behind when the test itself is ended.
    process.once("exit", () => code.kill("SIGKILL"));
    process.once("SIGTERM", () => process.exit(1));
    await until("code-server", async () => (await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => ({ ok: false }))).ok, 240_000);
    code.browser = await chromium.launch({ executablePath: browser, args: ["--no-sandbox"] });
    code.page = await code.browser.newPage({ viewport: { width: 1180, height: 720 }, colorScheme: "light" });
    code.page.setDefaultTimeout(120_000);
    await code.page.goto(`http://127.0.0.1:${port}/?${open}`, { waitUntil: "domcontentloaded" });
    await until("the driver", () => code.run(() => true).catch(() => false), 240_000);
    return code;
  }

  /** register adds the driver to the list of extensions, which names each. */
  register() {
    const file = path.join(this.root, "extensions/extensions.json");
    const list = JSON.parse(fs.readFileSync(file, "utf8"));
    const dir = path.join(this.root, "extensions/dlint-test.driver-0.0.1");
    list.push({
      identifier: { id: "dlint-test.driver" }, version: "0.0.1",
      location: { $mid: 1, path: dir, scheme: "file" }, relativeLocation: path.basename(dir),
    });
    fs.writeFileSync(file, JSON.stringify(list));
  }

  /** run runs a function inside VS Code, where vscode is known. */
  async run(f, ...args) {
    const reply = await fetch(`http://127.0.0.1:${this.driver}`, {
      method: "POST", body: JSON.stringify({ source: f.toString(), args }),
    });
    const { result, error } = await reply.json();
    if (error) {
      throw new Error(error);
    }
    return result;
  }

  shot(file) {
    return this.page.screenshot({ path: file });
  }

  /** kill ends code-server and all that it has started. */
  kill(signal) {
    try {
      process.kill(-this.server.pid, signal);
    } catch {
      // It has ended by itself.
    }
  }

  async stop() {
    await this.browser?.close();
    this.kill("SIGTERM");
    await until("the end of code-server", () => this.server.exitCode !== null || this.server.signalCode !== null, 20_000)
      .catch(() => this.kill("SIGKILL"));
    fs.closeSync(this.log);
    if (!process.env.KEEP) {
      fs.rmSync(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  }
}

module.exports = { Code, until };
