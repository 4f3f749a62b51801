#!/usr/bin/env bash
# Packages the extension with the program in it, and tries it in a real VS Code:
# run.sh [FOLDER]. The VS Code is code-server, which shows VS Code in a browser;
# CODE_SERVER names its out/node/entry.js. Without it install.sh puts one into
# FOLDER, bin/code-server of this repository by default. The browser is Chromium
# (CHROMIUM, /usr/bin/chromium). Everything listens on this machine only.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
extension=$(cd "$here/../.." && pwd)
repo=$(cd "$extension/../.." && pwd)
into=${1:-$repo/bin/code-server}
export CODE_SERVER=${CODE_SERVER:-$into/node_modules/code-server/out/node/entry.js}
if [ ! -e "$CODE_SERVER" ]; then
  "$here/install.sh" "$into"
fi
cd "$extension"
[ -d node_modules ] || npm ci --no-audit --no-fund
cp "$repo/LICENSE" .
(cd "$repo" && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$extension/bin/dlint" ./cmd/dlint)
npm run --silent package
export VSIX=$extension/dist/dlint.vsix
timeout 3600 node --test --test-concurrency=1 --test-reporter=spec "$here/e2e.test.js" "$here/options.test.js"
echo "vscode: ok ($(node "$CODE_SERVER" --version 2>/dev/null | tail -n1))"
