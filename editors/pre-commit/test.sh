#!/usr/bin/env bash
# Runs the hooks with the real pre-commit, in a git repository made for it. Needs
# git, Go and pre-commit.
set -euo pipefail
repo=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export PRE_COMMIT_HOME=$work/cache
# Modules that are there already need not be fetched again; GOPATH is pre-commit's.
GOMODCACHE=$(go env GOMODCACHE)
export GOMODCACHE
# What make build has compiled is not compiled again.
export GOFLAGS=-trimpath
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.com

fail() { echo "FAIL: $*" >&2; cat "$work/out" >&2; exit 1; }
# run CODE COMMAND...: runs it, its output in $work/out.
run() {
  local want=$1 got=0; shift
  "$@" >"$work/out" 2>&1 || got=$?
  [ "$got" -eq "$want" ] || fail "exit code $got, want $want: $*"
}
has() { grep -qE -- "$1" "$work/out" || fail "no line matches $1"; }
hasnt() { ! grep -qE -- "$1" "$work/out" || fail "a line matches $1"; }

# The hooks as they are in the work tree, under a revision of their own.
git clone -q --no-local --depth 1 "file://$repo" "$work/dlint" 2>/dev/null
cp "$repo/.pre-commit-hooks.yaml" "$work/dlint/"
cd "$work/dlint"
git add -A
git commit -qm hooks --allow-empty
git tag v0.0.1

mkdir -p "$work/project/sub" "$work/project/vendor"
cd "$work/project"
git init -q
cat >.pre-commit-config.yaml <<EOF
repos:
  - repo: file://$work/dlint
    rev: v0.0.1
    hooks:
      - id: dlint
        args: [--format, gnu]
EOF
printf 'exclude: [vendor/]\nselect: [maintainer-deprecated]\n' >.dlint.yaml
printf 'FROM scratch\nMAINTAINER a@example.com\n' >Dockerfile
cp Dockerfile sub/Containerfile.prod
cp Dockerfile sub/web.Dockerfile
cp Dockerfile vendor/Dockerfile
for other in Dockerfile.md Dockerfile.dockerignore NotADockerfile Dockerfile.j2; do cp Dockerfile "$other"; done
printf 'FROM scratch\nWORKDIR app\n' >unstaged.Dockerfile
git add -A
git reset -q unstaged.Dockerfile

echo "# staged files only, Containerfiles too, excluded and other files not"
run 1 pre-commit run
has '^Dockerfile:2:1: .*MAINTAINER'
has '^sub/Containerfile.prod:2:1: '
has '^sub/web.Dockerfile:2:1: '
hasnt 'vendor/'
hasnt 'Dockerfile\.(md|dockerignore|j2)|NotADockerfile|unstaged'

echo "# a commit is held back, and passes when all is well"
run 0 pre-commit install
run 1 git commit -qm broken
printf 'FROM scratch\n' | tee Dockerfile sub/Containerfile.prod >sub/web.Dockerfile
git add -A
git reset -q unstaged.Dockerfile
run 0 git commit -qm fine
has '^dlint\.*Passed'

echo "# what is staged counts, not what lies in the work tree"
printf 'FROM scratch\nMAINTAINER a@example.com\n' >Dockerfile
git add Dockerfile
printf 'FROM scratch\n' >Dockerfile
run 1 pre-commit run
has '^Dockerfile:2:1: '
git checkout -q HEAD -- Dockerfile

echo "# dlint-fix mends, and fails once because it has changed a file"
sed -i 's/id: dlint$/id: dlint-fix/' .pre-commit-config.yaml
printf 'FROM scratch\nMAINTAINER a@example.com\n' >Dockerfile
git add -A
run 1 pre-commit run dlint-fix
has 'files were modified by this hook'
grep -q '^LABEL ' Dockerfile || fail "the fix was not applied: $(cat Dockerfile)"
git add -A
run 0 pre-commit run dlint-fix

echo "# dlint-fmt lays out"
printf 'repos:\n  - repo: file://%s/dlint\n    rev: v0.0.1\n    hooks: [{id: dlint-fmt}]\n' "$work" >.pre-commit-config.yaml
printf 'from scratch\nlabel a=b\n' >Dockerfile
git add -A
run 1 pre-commit run dlint-fmt
has 'files were modified by this hook'
printf 'FROM scratch\nLABEL a=b\n' | cmp - Dockerfile || fail "not laid out"
git add -A
run 0 pre-commit run dlint-fmt

echo "# try-repo, as people try hooks before they write a configuration"
printf 'FROM scratch\nMAINTAINER a@example.com\n' >Dockerfile
run 1 pre-commit try-repo "$work/dlint" dlint --files Dockerfile README.md
has 'MAINTAINER'
echo "pre-commit: ok ($(pre-commit --version))"
