#!/usr/bin/env bash
# Runs the plugin in a real Neovim without a screen: test.sh PATH-OF-DLINT.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
DLINT=$(realpath "$1")
PROJECT=$(mktemp -d)
trap 'rm -rf "$PROJECT"' EXIT
export DLINT PROJECT HOME=$PROJECT/home XDG_STATE_HOME=$PROJECT/state
mkdir -p "$PROJECT/.git" "$PROJECT/sub" "$HOME"
for f in Dockerfile sub/Containerfile.prod save.Dockerfile enabled.Dockerfile; do
  printf 'FROM scratch\nMAINTAINER a@example.com\n' >"$PROJECT/$f"
done
echo '*' >"$PROJECT/.dockerignore"
timeout 60 nvim --headless -u NONE -i NONE -n --cmd "set runtimepath^=$here" \
  -c 'filetype on' -c 'runtime plugin/dlint.lua' -c "luafile $here/test/test.lua" 2>&1

# Without the plugin, as the README says for 0.11 and later.
if nvim --headless -u NONE -c 'lua vim.cmd(vim.lsp.enable and "qall" or "cquit")' 2>/dev/null; then
  config=$HOME/.config/nvim
  mkdir -p "$config/lsp" "$HOME/bin"
  cp "$here/lsp/dlint.lua" "$config/lsp/"
  awk '/^## /{ on = /0\.11/ } on && /^```/ { code = /lua$/; next } on && code' "$here/README.md" >"$config/init.lua"
  ln -s "$DLINT" "$HOME/bin/dlint"
  printf 'FROM scratch\nMAINTAINER a@example.com\n' >"$PROJECT/sub/Containerfile.prod"
  PATH=$HOME/bin:$PATH XDG_CONFIG_HOME=$HOME/.config timeout 60 nvim --headless -i NONE -n -c "luafile $here/test/enable.lua" 2>&1
  enabled=", vim.lsp.enable as well"
fi
echo "neovim: ok ($(nvim --version | head -n1)${enabled:-})"
