import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where the program was found, or why not. */
export type Found = { path: string } | { problem: string };

function runnable(path: string): boolean {
  try {
    accessSync(path, process.platform === "win32" ? constants.F_OK : constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * find returns the program to run: the one of the setting, or else the one that
 * comes with the extension, or else the first on the path. A setting that leads
 * nowhere is a problem and not passed over: people would take another version
 * for theirs.
 */
export function find(setting: string, extension: string, path: string, home: string): Found {
  const exe = process.platform === "win32" ? "dlint.exe" : "dlint";
  if (setting !== "") {
    const file = setting.replace(/^~(?=[/\\])/, home);
    return runnable(file) ? { path: file } : { problem: `The setting dlint.path names ${file}, which is no program.` };
  }
  const bundled = join(extension, "bin", exe);
  if (runnable(bundled)) {
    return { path: bundled };
  }
  for (const dir of path.split(delimiter)) {
    if (dir !== "" && runnable(join(dir, exe))) {
      return { path: join(dir, exe) };
    }
  }
  return { problem: "The program dlint is not on the path." };
}
