#!/usr/bin/env bash
# Runs the steps of action.yml and the command lines of the README as a runner
# would: test.sh PATH-OF-DLINT. Needs python3 with yaml.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/temp/dlint" "$work/project"
cp "$1" "$work/temp/dlint/dlint"
export RUNNER_TEMP=$work/temp PATH=$work/temp/dlint:$PATH
cd "$work/project"
printf 'FROM scratch\nMAINTAINER a@example.com\n' >Dockerfile

# The last step of the action, its inputs as variables.
python3 - "$here/action.yml" >"$work/step.sh" <<'EOF'
import sys, yaml
steps = yaml.safe_load(open(sys.argv[1]))["runs"]["steps"]
assert all("${{" not in s["run"] for s in steps), "an input is written into a script"
print(steps[-1]["run"])
EOF
code=0
PATHS=. ARGS='--no-config --select maintainer-deprecated' SARIF=dlint.sarif bash -eo pipefail "$work/step.sh" >"$work/out" || code=$?
[ "$code" -eq 1 ] || { echo "FAIL: exit code $code of the action" >&2; exit 1; }
grep -q '^::.*file=Dockerfile,.*line=2' "$work/out" || { echo "FAIL: no annotation" >&2; cat "$work/out" >&2; exit 1; }
python3 -c 'import json; r = json.load(open("dlint.sarif"))["runs"][0]["results"]; assert len(r) == 1, r'
PATHS=. ARGS='--no-config --select maintainer-deprecated; touch owned' SARIF= bash -eo pipefail "$work/step.sh" >/dev/null 2>&1 || true
[ ! -e owned ] || { echo "FAIL: an input was run" >&2; exit 1; }

# The command lines of the README.
code=0; dlint --format gitlab -o dlint.json . || code=$?
[ "$code" -eq 1 ] && python3 -c 'import json; assert json.load(open("dlint.json"))'
code=0; dlint --format junit -o dlint.xml . || code=$?
[ "$code" -eq 1 ] && python3 -c 'import xml.dom.minidom as x; assert x.parse("dlint.xml").getElementsByTagName("failure")'
dlint --format rdjsonl --fail-on never . | python3 -c 'import json, sys; assert all(json.loads(l)["location"] for l in sys.stdin)'
dlint --write-baseline . >/dev/null
dlint --baseline .dlint-baseline.json . >/dev/null
echo "ci: ok"
