#!/usr/bin/env bash
# Packages the extension once for each platform, with the program in it, and once
# without: package.sh [VERSION]. The packages are written to dist/.
set -euo pipefail
cd "$(dirname "$0")"
version=${1:-}
[ -d node_modules ] || npm ci --no-audit --no-fund
npm run --silent check
npm run --silent build
cp ../../LICENSE .
package() {
  npx --no-install vsce package --no-dependencies "$@" >/dev/null
}
while read -r target goos goarch; do
  rm -rf bin
  exe=dlint
  [ "$goos" != windows ] || exe=dlint.exe
  (cd ../.. && CGO_ENABLED=0 GOOS=$goos GOARCH=$goarch go build -trimpath -ldflags "-s -w -X main.release=$version" \
    -o "editors/vscode/bin/$exe" ./cmd/dlint)
  package --target "$target" -o "dist/dlint-$target.vsix"
  echo "dist/dlint-$target.vsix"
done <<'END'
linux-x64 linux amd64
linux-arm64 linux arm64
alpine-x64 linux amd64
alpine-arm64 linux arm64
darwin-x64 darwin amd64
darwin-arm64 darwin arm64
win32-x64 windows amd64
win32-arm64 windows arm64
END
rm -rf bin
package -o dist/dlint.vsix
echo dist/dlint.vsix
