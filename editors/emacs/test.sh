#!/usr/bin/env bash
# Runs the configurations of README.md in a real Emacs without a screen:
# test.sh PATH-OF-DLINT. eglot must be there; lsp-mode is tried where it is installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$(realpath "$1")" "$work/bin/dlint"
export PATH=$work/bin:$PATH HOME=$work

# block N is the Nth block of the README, as people copy it.
block() {
  awk -v want="$1" '/^```elisp$/ { n++; on = n == want; next } /^```$/ { on = 0 } on' "$here/README.md"
}
block 1 >"$work/eglot.el"
block 2 >"$work/settings.el"
block 3 >"$work/lsp-mode.el"

# try CLIENT opens a Dockerfile in a project of its own; its last line is what a
# preview finds, which the blocks switch on.
try() {
  PROJECT=$work/project-$1 CONFIGURATION=$work/$1.el
  export PROJECT CONFIGURATION
  mkdir -p "$PROJECT/.git"
  printf 'FROM alpine:3.22\nMAINTAINER a@example.com\nRUN curl -fsSL https://example.com/latest/tool -o /bin/tool\n' >"$PROJECT/Dockerfile"
  timeout 90 emacs --batch -l "$here/test.el" -l "$here/test-$1.el" 2>&1
}
try eglot
echo "eglot: ok ($(emacs --version | head -n1))"
version=$(emacs --batch --eval '(progn (package-initialize) (require (quote lsp-mode) nil t)
  (when (fboundp (quote lsp)) (princ (package-version-join (package-desc-version (cadr (assq (quote lsp-mode) package-alist)))))))' 2>/dev/null)
if [ -n "$version" ]; then
  try lsp-mode
  echo "lsp-mode: ok ($version)"
else
  echo "lsp-mode: not installed, not tried"
fi
