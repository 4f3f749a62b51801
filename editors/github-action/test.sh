#!/usr/bin/env bash
# Runs the steps of action.yml and the command lines of the README as a runner
# would: test.sh PATH-OF-DLINT. Needs git, Go, python3 with yaml, and the network for
# modules that are not on this machine yet.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
mkdir -p "$work/temp" "$work/bin" "$work/project"
ln -s "$(realpath "$1")" "$work/bin/dlint"
export RUNNER_TEMP=$work/temp
fail() { echo "FAIL: $*" >&2; cat "$work/out" >&2; exit 1; }

# step N prints a step of the action, its inputs as variables.
step() {
  python3 - "$here/action.yml" "$1" <<'EOF'
import sys, yaml
steps = yaml.safe_load(open(sys.argv[1]))["runs"]["steps"]
assert all("${{" not in s["run"] for s in steps), "an input is written into a script"
print(steps[int(sys.argv[2])]["run"])
EOF
}

# The first step installs dlint with nothing before it. Git is told that the
# repository lies here, with a version as GitHub would have one; all else is real.
# Modules go to a cache of this test, filled from the one of this machine.
git clone -q --no-local --depth 1 "file://$repo" "$work/dlint" 2>/dev/null
git -C "$work/dlint" tag v0.0.7
export GIT_CONFIG_GLOBAL=$work/gitconfig
git config --global "url.file://$work/dlint.insteadOf" https://github.com/dlint/dlint
# What make build has compiled is not compiled again.
export GOFLAGS=-trimpath
modules=$(go env GOMODCACHE)/cache/download
step 0 >"$work/install.sh"
GOMODCACHE=$work/modules GOPROXY=file://$modules,$(go env GOPROXY) GONOPROXY=github.com/dlint/dlint GONOSUMDB=github.com/dlint/dlint \
  VERSION=latest bash -eo pipefail "$work/install.sh" >"$work/out" 2>&1 || fail "dlint was not installed"
[[ $("$RUNNER_TEMP/dlint/dlint" version) == "dlint 0.0.7 go"* ]] || fail "the version is $("$RUNNER_TEMP/dlint/dlint" version)"

# The second one runs it.
cd "$work/project"
printf 'FROM scratch\nMAINTAINER a@example.com\n' >Dockerfile
step 1 >"$work/run.sh"
code=0
PATHS=. ARGS='--no-config --select maintainer-deprecated' SARIF=dlint.sarif bash -eo pipefail "$work/run.sh" >"$work/out" || code=$?
[ "$code" -eq 1 ] || fail "exit code $code of the action"
grep -q '^::.*file=Dockerfile,.*line=2' "$work/out" || fail "no annotation"
python3 -c 'import json; r = json.load(open("dlint.sarif"))["runs"][0]["results"]; assert len(r) == 1, r'
PATHS=. ARGS='--no-config --select maintainer-deprecated; touch owned' SARIF= bash -eo pipefail "$work/run.sh" >/dev/null 2>&1 || true
[ ! -e owned ] || fail "an input was run"

# The command lines of the README.
export PATH=$work/bin:$PATH
code=0; dlint --format gitlab -o dlint.json . || code=$?
[ "$code" -eq 1 ] && python3 -c 'import json; assert json.load(open("dlint.json"))'
code=0; dlint --format junit -o dlint.xml . || code=$?
[ "$code" -eq 1 ] && python3 -c 'import xml.dom.minidom as x; assert x.parse("dlint.xml").getElementsByTagName("failure")'
dlint --format rdjsonl --fail-on never . | python3 -c 'import json, sys; assert all(json.loads(l)["location"] for l in sys.stdin)'
dlint --write-baseline . >/dev/null
dlint --baseline .dlint-baseline.json . >/dev/null
echo "ci: ok"
