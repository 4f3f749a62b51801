// Tries every setting and every command of the packaged extension, and a workspace
// that is on no disk, in a real VS Code; run.sh starts it.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const { Code, until } = require("./code");
const { finding, go, project, saves, servers, session, unique } = require("./project");

const vsix = process.env.VSIX;
const manifest = require("../../package.json");

// A password in parts, so that nothing takes this file for a leak.
const password = ["Tr0ub4dor", "3xYzQ9"].join("");

const image = [
  "FROM alpine:3.22", `ENV DB_PASSWORD=${password}`, "ENV GREETING hello",
  "RUN curl -fsSL https://example.com/tool/latest/tool -o /bin/tool", "",
].join("\n");

/** log is what the extension has written to its output so far. */
function log(code) {
  const dir = path.join(code.root, "user/logs");
  return fs.readdirSync(dir, { recursive: true }).filter((name) => path.basename(name) === "dlint.log")
    .map((name) => fs.readFileSync(path.join(dir, name), "utf8")).join("");
}

test("every setting and every command", { timeout: 1_500_000 }, async (t) => {
  const dir = project(t, { ...go, "image/Dockerfile": image, "bare/main.go": go["main.go"], "bare/.git/HEAD": go[".git/HEAD"], "bare/.dockerignore": "x\n", ".dockerignore": ".git\n" });
  const file = path.join(dir, "image/Dockerfile");
  const app = path.join(dir, "Dockerfile");
  const code = await Code.start({ vsix, folder: dir });
  t.after(() => code.stop());
  const vs = session(code);
  const { wait, gone } = finding(vs, file);
  const tried = new Set();
  /** set tries a setting, and takes it back when the test has seen it work. */
  const set = async (name, value, works) => {
    tried.add(`dlint.${name}`);
    await vs.set(name, value);
    await works();
    await vs.set(name);
  };
  const ran = new Set();
  const command = (name, ...args) => {
    ran.add(name);
    return vs.command(name, ...args);
  };
  const picked = (text) => code.page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();
  /** fix runs a command that fixes, and waits for its end. */
  const fix = (name) => {
    ran.add(name);
    return code.run(async (name) => { await vscode.commands.executeCommand(name); }, name);
  };
  const again = () => until("the text as it was", async () => {
    await code.run(async () => { await vscode.commands.executeCommand("workbench.action.files.revert"); });
    return (await vs.text()) === image;
  });

  await t.test("settings", async () => {
    await vs.open(file);
    await wait("the findings", "secret-in-env");
    await set("select", ["legacy-key-value"], async () => {
      await gone("the others to go", "secret-in-env");
      await wait("the selected one to stay", "legacy-key-value");
    });
    await wait("the findings again", "secret-in-env");
    await set("ignore", ["secrets"], () => gone("the category to go", "secret-in-env"));
    await set("severity", { "secret-in-env": "info" }, () => until("another severity", async () =>
      (await vs.found(file)).some((d) => d.rule === "secret-in-env" && d.severity === 2)));
    await set("preview", true, () => wait("a preview", "stale-remote-fetch"));
    await gone("the preview to go", "stale-remote-fetch");
    fs.writeFileSync(path.join(dir, "other.yaml"), "ignore: [secret-in-env]\n");
    await set("configFile", path.join(dir, "other.yaml"), () => gone("what the configuration ignores", "secret-in-env"));
    await wait("the findings again", "secret-in-env");
    // The server asks for a setting that has changed, and may be asked to fix before.
    await set("unsafeFixes", true, () => until("the unsafe fix", async () => {
      await fix("dlint.fixFile");
      return !(await vs.text()).includes(password);
    }));
    await again();
    await set("fixOnSave", true, async () => {
      await vs.insert(1, "# comment\n");
      await saves(vs, "the fixed file", () => /^ENV GREETING=hello$/m.test(fs.readFileSync(file, "utf8")));
      assert.ok(fs.readFileSync(file, "utf8").includes(password), "an unsafe fix was applied");
    });
    fs.writeFileSync(file, image);
    await again();
  });

  await t.test("settings of the whole file", async () => {
    await vs.open(app);
    const there = finding(vs, app);
    await there.wait("the findings", "maintainer-deprecated");
    fs.rmSync(path.join(dir, "bare/.dockerignore"));
    await set("context", path.join(dir, "bare"), () => there.wait("a context without an ignore file", "missing-dockerignore"));
    await there.gone("the finding to go", "missing-dockerignore");
    const lenses = () => code.run(async (file) =>
      ((await vscode.commands.executeCommand("vscode.executeCodeLensProvider", vscode.Uri.file(file), 10)) ?? []).length, app);
    const hints = () => code.run(async (file) => ((await vscode.commands.executeCommand(
      "vscode.executeInlayHintProvider", vscode.Uri.file(file), new vscode.Range(0, 0, 20, 0))) ?? []).length, app);
    await until("lenses", lenses);
    await set("codeLens", false, () => until("no lenses", async () => (await lenses()) === 0));
    await until("hints", hints);
    await set("inlayHints", false, () => until("no hints", async () => (await hints()) === 0));
    const split = () => code.run(async (file) => {
      const got = await vscode.commands.executeCommand("vscode.executeCodeActionProvider", vscode.Uri.file(file), new vscode.Range(0, 0, 0, 0), "refactor.rewrite.dlint.stages", 20);
      return got.map((a) => JSON.stringify(a.edit?.entries().map(([, edits]) => edits.map((e) => e.newText)))).join("");
    }, app);
    assert.doesNotMatch(await split(), /USER/);
    await set("splitWith", ["user"], () => until("a split with a user", async () => /USER/.test(await split())));
    assert.doesNotMatch(log(code), /textDocument\/hover/);
    await set("trace.server", "verbose", () => until("the talk with the server", async () => {
      await code.run((file) => vscode.commands.executeCommand("vscode.executeHoverProvider", vscode.Uri.file(file), new vscode.Position(0, 1)), app);
      return /textDocument\/hover/.test(log(code));
    }));
  });

  await t.test("commands", async () => {
    await vs.open(file);
    await wait("the findings", "legacy-key-value");
    await fix("dlint.fixFile");
    await until("the safe fix", async () => (await vs.text()).includes("ENV GREETING=hello"));
    assert.ok((await vs.text()).includes(password), "an unsafe fix was applied");
    await fix("dlint.fixFileUnsafe");
    await until("the unsafe fix", async () => !(await vs.text()).includes(password));
    await again();

    fs.mkdirSync(path.join(dir, "late"));
    fs.writeFileSync(path.join(dir, "late/Dockerfile"), "FROM scratch\nMAINTAINER x\n");
    await command("dlint.checkAll");
    await finding(vs, path.join(dir, "late/Dockerfile")).wait("a file that is not open", "maintainer-deprecated");

    const [old] = servers(code);
    await command("dlint.restart");
    await until("another server", () => servers(code).length === 1 && servers(code)[0] !== old);
    await wait("the findings again", "secret-in-env");
    unique(await vs.found(file));

    await command("dlint.explainRule");
    await picked("secret-in-env").click();
    await until("the page", async () => (await vs.tabs()).some((x) => /secret-in-env/.test(x)));
    await vs.command("workbench.action.closeEditorsInOtherGroups");
    await vs.open(file);

    await command("dlint.showOutput");
    await until("the output", () => code.run(() => vscode.workspace.textDocuments.some((d) => d.uri.scheme === "output" && d.getText().includes("running "))));
    await vs.command("workbench.action.closePanel");
    await vs.open(file);
  });

  await t.test("the item of the status bar opens the menu", async () => {
    const item = code.page.locator(".statusbar-item", { hasText: /dlint \d/ });
    await item.click();
    await picked("Show the cache report").click();
    ran.add("dlint.menu").add("dlint.cacheReport");
    const report = await until("the report", () => code.run(() => vscode.workspace.textDocuments
      .find((d) => d.uri.scheme === "dlint" && d.uri.path.startsWith("/cache/"))?.getText()));
    assert.match(report, /RUN curl/);
    await vs.command("workbench.action.closeEditorsInOtherGroups");
    await vs.open(path.join(dir, "main.go"));
    await item.waitFor({ state: "hidden" });
    await command("dlint.splitFile"); // it is not enabled here
    await vs.open(app);
    await item.waitFor();
  });

  await t.test("a split shows its reasons, and is applied from the title of the difference", async () => {
    await command("dlint.splitFile");
    await until("the difference", async () => (await vs.tabs()).includes("Dockerfile: split into stages"));
    await code.page.locator(".notification-toast .monaco-button", { hasText: "Reasons" }).click();
    await until("the reasons", async () => (await vs.tabs()).some((x) => /reasons/i.test(x)));
    await code.page.locator(".notification-toast .monaco-button", { hasText: "Cancel" }).click();
    await until("its end", async () => !(await vs.tabs()).includes("Dockerfile: split into stages"));
    ran.add("dlint.cancelSplit");
    await vs.command("workbench.action.closeEditorsInOtherGroups");
    await vs.open(app);
    await command("dlint.splitFile");
    await until("the difference", async () => (await vs.tabs()).includes("Dockerfile: split into stages"));
    await code.page.locator(".editor-actions .action-label[aria-label^='Apply the Split']").first().click();
    await until("two stages", async () => ((await vs.text()) ?? "").match(/^FROM /gm)?.length === 2);
    ran.add("dlint.applySplit");
    await until("the end of the difference", async () => !(await vs.tabs()).includes("Dockerfile: split into stages"));
  });

  // dlint.path is tried where the program is missing, see e2e.test.js.
  tried.add("dlint.path");
  assert.deepEqual([...tried].sort(), Object.keys(manifest.contributes.configuration.properties).sort(), "a setting was not tried");
  assert.deepEqual([...ran].sort(), manifest.contributes.commands.map((c) => c.command).sort(), "a command was not tried");
});

test("a workspace on no disk", { timeout: 900_000 }, async (t) => {
  const held = Object.fromEntries(Object.entries(go).map(([name, text]) => [`/project/${name}`, text]));
  const file = "held:/project/Dockerfile";
  const code = await Code.start({ vsix, held });
  t.after(() => code.stop());
  const vs = session(code);
  const { wait, gone } = finding(vs, file);
  assert.deepEqual(await code.run(() => vscode.workspace.workspaceFolders.map((f) => f.uri.toString())), ["held:/project"]);

  await vs.open(file);
  await wait("a finding", "maintainer-deprecated", "1 0 1 10");
  assert.equal(servers(code).length, 1);
  await code.page.waitForTimeout(2000);
  unique(await vs.found(file));
  assert.ok(!(await vs.found(file)).some((d) => d.rule === "missing-dockerignore"), "nothing is known of the context");
  const hover = await code.run(async (file) => (await vscode.commands.executeCommand(
    "vscode.executeHoverProvider", vscode.Uri.parse(file), new vscode.Position(0, 1)))
    .flatMap((h) => h.contents.map((c) => c.value)).join("\n"), file);
  assert.match(hover, /FROM/);

  await vs.set("fixOnSave", true);
  await vs.insert(1, "ENV GREETING hello\n");
  await saves(vs, "the fixed file", () => code.run(async (file) => /^ENV GREETING=hello$/m.test(
    Buffer.from(await vscode.workspace.fs.readFile(vscode.Uri.parse(file))).toString()), file));
  await gone("the finding to go", "legacy-key-value");

  await vs.command("dlint.splitFile");
  await code.page.locator(".notification-toast", { hasText: "does not split this file" }).waitFor();
  await vs.command("notifications.clearAll");
  await vs.command("dlint.cacheReport");
  await code.page.locator(".notification-toast", { hasText: "on no disk" }).waitFor();
  await vs.command("dlint.explainRule", "missing-user");
  await until("the page", async () => (await vs.tabs()).some((x) => /missing-user/.test(x)));
});
