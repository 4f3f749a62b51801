// Tries the packaged extension in a real VS Code; run.sh starts it. With SHOTS
// set to a folder, the pictures of the README are written there.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const { Code, until } = require("./code");
const { finding, go, project, saves, servers, session, unique } = require("./project");

const vsix = process.env.VSIX;
const shots = process.env.SHOTS;

const shot = async (code, name) => {
  if (shots) {
    await code.page.mouse.move(700, 440);
    await new Promise((done) => setTimeout(done, 800));
    await code.shot(path.join(shots, name));
  }
};

test("a Dockerfile in VS Code", { timeout: 900_000 }, async (t) => {
  const dir = project(t, go);
  const file = path.join(dir, "Dockerfile");
  const code = await Code.start({ vsix, folder: dir });
  t.after(() => code.stop());
  const vs = session(code);
  const { wait, gone } = finding(vs, file);

  await t.test("problems stand at their place, once", async () => {
    await vs.open(file);
    await wait("the finding", "maintainer-deprecated", "1 0 1 10");
    await wait("the finding of the context", "missing-dockerignore");
    await until("a squiggle", () => code.page.locator(".view-overlays .squiggly-warning, .view-overlays .squiggly-info, .view-overlays .squiggly-hint").count());
    await vs.command("workbench.panel.markers.view.focus");
    await code.page.waitForTimeout(3000); // time for a second list to come in
    unique(await vs.found(file));
    assert.equal(servers(code).length, 1, "one server");
    await code.page.locator(".statusbar-item", { hasText: /dlint \d/ }).waitFor();
    await shot(code, "problems.png");
    await vs.command("workbench.action.closePanel");
  });

  await t.test("the menu of quick fixes applies one", async () => {
    await code.page.locator(".view-lines").first().click();
    await code.run(() => {
      const at = new vscode.Position(1, 2);
      vscode.window.activeTextEditor.selection = new vscode.Selection(at, at);
    });
    const first = code.page.locator(".action-widget .monaco-list-row.action", { hasText: /LABEL/i }).first();
    // The menu closes when something else takes the focus meanwhile.
    await until("the menu", async () => {
      await vs.command("editor.action.quickFix");
      return first.waitFor({ timeout: 5000 }).then(() => true, () => false);
    });
    await shot(code, "quick-fix.png");
    await first.click();
    await until("the edit", async () => (await vs.text()).includes("LABEL org.opencontainers.image.authors="));
    await gone("the finding to go", "maintainer-deprecated");
  });

  await t.test("saving fixes, when asked for", async () => {
    await vs.insert(1, "ENV GREETING hello\n");
    await wait("the finding", "legacy-key-value");
    assert.equal(await vs.save(), true);
    await until("the file", () => /^ENV GREETING hello$/m.test(fs.readFileSync(file, "utf8")));
    await vs.set("fixOnSave", true);
    await vs.insert(0, "# comment\n");
    await saves(vs, "the fixed file", () => /^ENV GREETING=hello$/m.test(fs.readFileSync(file, "utf8")));
    await gone("the finding to go", "legacy-key-value");
    await vs.set("fixOnSave");
  });

  await t.test("a .dockerignore is created", async () => {
    assert.equal(await vs.quickFix(file, "Create .dockerignore"), true);
    await gone("the finding to go", "missing-dockerignore");
    await vs.command("workbench.action.files.saveAll");
    await until("the file", () => fs.existsSync(path.join(dir, ".dockerignore")) && fs.readFileSync(path.join(dir, ".dockerignore"), "utf8").includes(".git"));
  });

  await t.test("settings count at once", async () => {
    await wait("the finding", "missing-user");
    await vs.set("severity", { "missing-user": "error" });
    await until("another severity", async () => (await vs.found(file)).some((d) => d.rule === "missing-user" && d.severity === 0));
    await vs.set("severity", { "missing-user": "off" });
    await gone("the rule to be off", "missing-user");
    await vs.set("severity");
    await wait("the finding again", "missing-user");
    await vs.set("ignore", ["missing-user"]);
    await gone("the rule to be ignored", "missing-user");
    await vs.set("ignore");
  });

  await t.test("a split is shown first, and can be left", async () => {
    await vs.open(file);
    const before = await vs.text();
    await vs.command("dlint.splitFile");
    await until("the difference", async () => (await vs.tabs()).includes("Dockerfile: split into stages"));
    await code.page.locator(".notification-toast .monaco-button", { hasText: "Cancel" }).click();
    await until("its end", async () => !(await vs.tabs()).includes("Dockerfile: split into stages"));
    await vs.open(file);
    assert.equal(await vs.text(), before);
  });

  await t.test("and applied", async () => {
    await vs.command("dlint.splitFile");
    await until("the difference", async () => (await vs.tabs()).includes("Dockerfile: split into stages"));
    await code.page.locator(".notification-toast .monaco-button", { hasText: "Apply" }).waitFor();
    await code.page.locator(".editor.modified .char-insert, .editor.modified .line-insert").first().waitFor();
    await shot(code, "split.png");
    await code.page.locator(".notification-toast .monaco-button", { hasText: "Apply" }).click();
    await until("two stages", async () => ((await vs.text()) ?? "").match(/^FROM /gm)?.length === 2);
    assert.match(await vs.text(), /^COPY --from=/m);
    await until("the end of the difference", async () => !(await vs.tabs()).includes("Dockerfile: split into stages"));
    await vs.command("dlint.splitFile");
    await code.page.locator(".notification-toast", { hasText: "several stages already" }).waitFor();
    await vs.command("notifications.clearAll");
  });

  await t.test("a server that is killed comes back, with each problem once", async () => {
    const [old] = servers(code);
    process.kill(old, "SIGKILL");
    await until("another server", () => servers(code).length === 1 && servers(code)[0] !== old);
    const line = await code.run(() => vscode.window.activeTextEditor.document.lineCount - 1);
    await vs.insert(line, "MAINTAINER x\n");
    await wait("a finding of the new one", "maintainer-deprecated");
    await code.page.waitForTimeout(2000);
    unique(await vs.found(file));
    await vs.cut(line);
    await gone("the finding to go", "maintainer-deprecated");
    await vs.save();
  });

  await t.test("rules are explained and the cache report is shown", async () => {
    await vs.command("dlint.explainRule", "missing-user");
    await until("the page", async () => (await vs.tabs()).some((x) => /missing-user/.test(x)));
    await vs.command("workbench.action.closeEditorsInOtherGroups");
    await vs.open(file);
    await vs.command("dlint.cacheReport");
    const report = await until("the report", () => code.run(() => vscode.workspace.textDocuments
      .find((d) => d.uri.scheme === "dlint" && d.uri.path.startsWith("/cache/"))?.getText()));
    assert.match(report, /go build/);
    await vs.command("workbench.action.closeEditorsInOtherGroups");
  });

  await t.test("the other features answer", async () => {
    const got = await code.run(async (file) => {
      const uri = vscode.Uri.file(file);
      const ask = (name, ...args) => vscode.commands.executeCommand(`vscode.execute${name}`, uri, ...args);
      const at = new vscode.Position(1, 1);
      const hover = await ask("HoverProvider", at);
      return {
        first: vscode.window.activeTextEditor?.document.lineAt(1).text,
        hover: hover.flatMap((h) => h.contents.map((c) => c.value)).join("\n"),
        symbols: (await ask("DocumentSymbolProvider")).length,
        lenses: (await ask("CodeLensProvider", 10)).map((l) => l.command?.title),
        hints: (await ask("InlayHintProvider", new vscode.Range(0, 0, 20, 0))).length,
        completion: (await ask("CompletionItemProvider", new vscode.Position(0, 0))).items.map((i) => i.label.label ?? i.label),
        format: Array.isArray(await ask("FormatDocumentProvider", { tabSize: 4, insertSpaces: true })),
      };
    }, file);
    assert.match(got.hover, /FROM/);
    assert.equal(got.symbols, 2, "a symbol for each stage");
    assert.ok(got.hints > 0, "inlay hints");
    assert.ok(got.completion.includes("RUN") || got.completion.includes("FROM"), "completion of instructions");
    await vs.set("inlayHints", false);
    await until("no hints", () => code.run(async (file) =>
      ((await vscode.commands.executeCommand("vscode.executeInlayHintProvider", vscode.Uri.file(file), new vscode.Range(0, 0, 20, 0))) ?? []).length === 0, file));
    await vs.set("inlayHints");
  });

  await t.test("ignore and configuration files are served", async () => {
    const config = path.join(dir, ".dlint.yaml");
    fs.writeFileSync(config, "fail-on: eror\n");
    await vs.open(config);
    await until("its finding", async () => (await vs.found(config)).some((d) => d.rule === "configuration" && d.at.startsWith("0 9 ")));
    assert.equal(await code.run(() => vscode.window.activeTextEditor.document.languageId), "yaml");
    await vs.open(path.join(dir, ".dockerignore"));
    assert.equal(await code.run(() => vscode.window.activeTextEditor.document.languageId), "ignore");
    fs.rmSync(config);
  });

  await t.test("without a program there is a message with a way out", async () => {
    await vs.set("path", "/none/dlint");
    const message = code.page.locator(".notification-toast", { hasText: "/none/dlint" });
    await message.waitFor();
    await message.locator(".monaco-button", { hasText: "How to Install" }).waitFor();
    await shot(code, "missing.png");
    assert.equal(servers(code).length, 0);
    await message.locator(".monaco-button", { hasText: "Open Setting" }).click();
    await code.page.locator(".settings-editor").waitFor();
    await vs.set("path");
    await until("the server again", () => servers(code).length === 1);
    await vs.open(file);
    await wait("findings again", "missing-user");
    unique(await vs.found(file));
  });
});

test("a workspace that is not trusted names no program", { timeout: 600_000 }, async (t) => {
  const dir = project(t, { ...go, "evil/dlint": "#!/bin/sh\ntouch \"$(dirname \"$0\")/owned\"\n" });
  fs.chmodSync(path.join(dir, "evil/dlint"), 0o755);
  fs.mkdirSync(path.join(dir, ".vscode"));
  fs.writeFileSync(path.join(dir, ".vscode/settings.json"), JSON.stringify({ "dlint.path": path.join(dir, "evil/dlint") }));
  const file = path.join(dir, "Dockerfile");
  const code = await Code.start({ vsix, folder: dir, trust: false });
  t.after(() => code.stop());
  const vs = session(code);
  assert.equal(await code.run(() => vscode.workspace.isTrusted), false);
  await vs.open(file);
  await until("the finding", async () => (await vs.found(file)).some((d) => d.rule === "maintainer-deprecated"));
  assert.equal(servers(code).length, 1);
  assert.ok(!fs.existsSync(path.join(dir, "evil/owned")), "the program of the workspace was run");
});

test("a program that comes later is found on the path", { timeout: 600_000 }, async (t) => {
  const dir = project(t, { ...go, "tools/.keep": "" });
  const tools = path.join(dir, "tools");
  const file = path.join(dir, "Dockerfile");
  const code = await Code.start({ vsix, folder: dir, path: `${tools}:/usr/bin:/bin`, bundled: false });
  t.after(() => code.stop());
  const vs = session(code);
  await vs.open(file);
  const message = code.page.locator(".notification-toast", { hasText: "The program dlint is not on the path" });
  await message.waitFor();
  await message.locator(".monaco-button", { hasText: "How to Install" }).waitFor();
  assert.deepEqual(await vs.found(file), []);
  fs.copyFileSync(path.join(__dirname, "../../bin/dlint"), path.join(tools, "dlint"));
  await vs.command("dlint.restart");
  await finding(vs, file).wait("the finding", "maintainer-deprecated", "1 0 1 10");
});
