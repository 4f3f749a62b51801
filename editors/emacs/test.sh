#!/usr/bin/env bash
# Runs eglot in a real Emacs without a screen: test.sh PATH-OF-DLINT.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
DLINT=$(realpath "$1")
PROJECT=$(mktemp -d)
trap 'rm -rf "$PROJECT"' EXIT
export DLINT PROJECT HOME=$PROJECT
mkdir "$PROJECT/.git"
printf 'FROM scratch\nMAINTAINER a@example.com\n' >"$PROJECT/Dockerfile"
timeout 60 emacs --batch -l "$here/test.el" 2>&1
echo "emacs: ok ($(emacs --version | head -n1))"
