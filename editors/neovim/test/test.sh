#!/usr/bin/env bash
# Runs the plugin in a real Neovim without a screen: test.sh PATH-OF-DLINT.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
DLINT=$(realpath "$1")
PROJECT=$(mktemp -d)
trap 'rm -rf "$PROJECT"' EXIT
export DLINT PROJECT HOME=$PROJECT/home XDG_STATE_HOME=$PROJECT/state
mkdir -p "$PROJECT/.git" "$PROJECT/sub" "$HOME"
for f in Dockerfile sub/Containerfile.prod save.Dockerfile; do
  printf 'FROM scratch\nMAINTAINER a@example.com\n' >"$PROJECT/$f"
done
echo '*' >"$PROJECT/.dockerignore"
timeout 60 nvim --headless -u NONE -i NONE -n --cmd "set runtimepath^=$here" \
  -c 'filetype on' -c 'runtime plugin/dlint.lua' -c "luafile $here/test/test.lua" 2>&1
echo "neovim: ok ($(nvim --version | head -n1))"
