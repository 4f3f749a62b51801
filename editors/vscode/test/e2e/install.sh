#!/usr/bin/env bash
# Installs code-server from npm into a folder, with what it compiles by itself:
# install.sh FOLDER. On Debian it needs Node.js 20 with its headers, and the packages
# build-essential python3 pkg-config libkrb5-dev ripgrep chromium. No script of a
# package is run but those that compile the modules VS Code cannot do without;
# the usual installation fetches a ready-made ripgrep, here Debian's takes its place.
set -euo pipefail
into=$1
mkdir -p "$into"
cd "$into"
[ -f package.json ] || npm init -y >/dev/null
# The newest that is made for Node.js 20.
npm install --ignore-scripts --no-audit --no-fund code-server@4.100.3
vscode=$into/node_modules/code-server/lib/vscode
(cd "$vscode" && npm install --omit=dev --ignore-scripts --no-audit --no-fund && ln -sfn node_modules node_modules.asar)
(cd "$vscode/extensions" && npm install --omit=dev --ignore-scripts --no-audit --no-fund)
gyp=$(npm root -g)/npm/node_modules/node-gyp/bin/node-gyp.js
headers=$(dirname "$(dirname "$(realpath "$(command -v node)")")")
for module in kerberos node-pty @vscode/spdlog native-watchdog @parcel/watcher; do
  (cd "$vscode/node_modules/$module" && node "$gyp" rebuild --nodedir="$headers" >gyp.log 2>&1) || echo "not built: $module" >&2
done
(cd "$into/node_modules/argon2" && npx --no-install node-pre-gyp rebuild --build-from-source --nodedir="$headers" >gyp.log 2>&1) || echo "not built: argon2" >&2
ripgrep=$vscode/node_modules/@vscode/ripgrep/bin
mkdir -p "$ripgrep"
ln -sf "$(command -v rg)" "$ripgrep/rg"
node "$into/node_modules/code-server/out/node/entry.js" --version
