#!/usr/bin/env bash
# Builds what a release of the current commit would hold, in a copy and for this
# machine alone, and looks into it: check.sh GORELEASER CYCLONEDX-GOMOD. Signatures
# are left to the release itself: they need its identity.
set -euo pipefail
goreleaser=$(realpath "$1")
cyclonedx=$(realpath "$2")
repo=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }
mkdir "$work/bin"
ln -s "$cyclonedx" "$work/bin/cyclonedx-gomod"
export PATH=$work/bin:$PATH

git clone -q --no-local "file://$repo" "$work/dlint"
cd "$work/dlint"
cp "$repo/.goreleaser.yaml" .
git remote set-url origin https://github.com/dlint/dlint.git
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.com
git commit -qam release --allow-empty
git tag -f v0.0.1 >/dev/null
"$goreleaser" check
"$goreleaser" release --snapshot --clean --skip=sign,publish

cd dist
version=$(python3 -c 'import json; print(json.load(open("metadata.json"))["version"])')
sha256sum --quiet -c checksums.txt
for target in linux_amd64.tar.gz linux_arm64.tar.gz darwin_amd64.tar.gz darwin_arm64.tar.gz windows_amd64.zip windows_arm64.zip; do
  archive=dlint_${version}_$target
  grep -q " $archive\$" checksums.txt || fail "$archive has no checksum"
  contents=${archive%%.tar.gz}
  contents=${contents%%.zip}.cdx.json
  grep -q " $contents\$" checksums.txt || fail "$contents has no checksum"
  python3 - "$contents" "v$version" <<'EOF' || fail "$contents does not say what $archive is made of"
import json, sys
bom = json.load(open(sys.argv[1]))
main = bom["metadata"]["component"]
assert (main["name"], main["version"]) == ("github.com/dlint/dlint", sys.argv[2]), main
assert any(c["name"] == "github.com/moby/buildkit" and c["hashes"] for c in bom["components"]), "no BuildKit"
EOF
  case $target in
    *.zip) names=$(python3 -m zipfile -l "$archive" | awk 'NR > 1 { print $1 }'); program=dlint.exe ;;
    *) names=$(tar -tzf "$archive"); program=dlint ;;
  esac
  for name in $program LICENSE README.md dlint.1.gz completions/dlint.bash completions/dlint.zsh completions/dlint.fish completions/dlint.powershell; do
    grep -qx "$name" <<<"$names" || fail "$archive lacks $name"
  done
done

# The archive for this machine, unpacked and run.
mkdir here
tar -xzf "dlint_${version}_$(go env GOOS)_$(go env GOARCH).tar.gz" -C here
[[ $(here/dlint version) == "dlint $version ("*") "* ]] || fail "the version is $(here/dlint version)"
grep -q '^\.SH DESCRIPTION' <<<"$(gzip -dc here/dlint.1.gz)" || fail "the manual has no description"
bash -n here/completions/dlint.bash
printf 'FROM scratch\nMAINTAINER a\n' >here/Dockerfile
grep -q maintainer-deprecated <<<"$(here/dlint --no-config --fail-on never --select maintainer-deprecated here)" || fail "it finds nothing"

for arch in amd64 arm64; do
  for package in "dlint_${version}_linux_$arch.deb" "dlint_${version}_linux_$arch.rpm"; do
    grep -q " $package\$" checksums.txt || fail "there is no $package"
  done
  if command -v dpkg-deb >/dev/null; then
    for name in usr/bin/dlint usr/share/man/man1/dlint.1.gz usr/share/bash-completion/completions/dlint \
      usr/share/zsh/vendor-completions/_dlint usr/share/fish/vendor_completions.d/dlint.fish; do
      grep -q " \./$name\$" <<<"$(dpkg-deb -c "dlint_${version}_linux_$arch.deb")" || fail "the deb package for $arch lacks $name"
    done
  fi
  if command -v rpm >/dev/null; then
    for name in usr/bin/dlint usr/share/man/man1/dlint.1.gz usr/share/bash-completion/completions/dlint \
      usr/share/zsh/site-functions/_dlint usr/share/fish/vendor_completions.d/dlint.fish; do
      grep -qx "/$name" <<<"$(rpm -qlp "dlint_${version}_linux_$arch.rpm")" || fail "the rpm package for $arch lacks $name"
    done
  fi
done
grep -q "version \"$version\"" homebrew/Casks/dlint.rb || fail "the cask has another version"
python3 -c 'import json, sys; assert json.load(open("scoop/dlint.json"))["version"] == sys.argv[1]' "$version"
echo "release: ok ($version)"
