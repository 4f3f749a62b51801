const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const { find } = require("../dist/test/server.js");

const exe = process.platform === "win32" ? "dlint.exe" : "dlint";

function folder(t, mode) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "dlint-"));
  t.after(() => fs.rmSync(dir, { recursive: true }));
  if (mode !== undefined) {
    fs.writeFileSync(path.join(dir, exe), "", { mode });
  }
  return dir;
}

test("the setting comes first, and its mistakes are told", (t) => {
  const on = folder(t, 0o755);
  const file = path.join(on, exe);
  assert.deepEqual(find(file, "/none", "", "/home/a"), { path: file });
  assert.deepEqual(find("~/" + exe, "/none", "", on), { path: file });
  assert.match(find("/none/x", on, on, "/home/a").problem, /dlint\.path names \/none\/x/);
  assert.match(find(on, "/none", on, "/home/a").problem, /no program/);
});

test("then the bundled one, then the path", (t) => {
  const on = folder(t, 0o755);
  const extension = folder(t);
  const found = { path: path.join(on, exe) };
  assert.deepEqual(find("", extension, ["", "/none", on].join(path.delimiter), "/"), found);
  fs.mkdirSync(path.join(extension, "bin"));
  const bundled = path.join(extension, "bin", exe);
  fs.writeFileSync(bundled, "", { mode: 0o755 });
  assert.deepEqual(find("", extension, on, "/"), { path: bundled });
});

test("what cannot be run is passed over", { skip: process.platform === "win32" }, (t) => {
  const plain = folder(t, 0o644);
  const on = folder(t, 0o755);
  assert.deepEqual(find("", "/none", plain + path.delimiter + on, "/"), { path: path.join(on, exe) });
  assert.match(find("", "/none", plain, "/").problem, /not on the path/);
});
