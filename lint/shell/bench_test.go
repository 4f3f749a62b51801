package shell

import (
	"strings"
	"testing"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

const typicalRun = `FROM debian:bookworm
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN set -eux; \
    # build dependencies, removed at the end
    savedAptMark="$(apt-mark showmanual)"; \
    apt-get update; \
    apt-get install -y --no-install-recommends \
        build-essential=12.9 \
        ca-certificates \
        curl \
        "libpq-dev=${PQ_VERSION}" \
    ; \
    curl -fsSL -o /tmp/tool.tgz "https://downloads.example.com/tool-${TOOL_VERSION}.tgz"; \
    echo "${TOOL_SHA256}  /tmp/tool.tgz" | sha256sum -c -; \
    mkdir -p /usr/src/tool && tar -xzf /tmp/tool.tgz -C /usr/src/tool --strip-components=1; \
    cd /usr/src/tool && ./configure --prefix=/usr/local && make -j "$(nproc)" && make install; \
    if [ -f requirements.txt ]; then pip install --no-cache-dir -r requirements.txt; fi; \
    apt-mark auto '.*' > /dev/null; \
    [ -z "$savedAptMark" ] || apt-mark manual $savedAptMark; \
    apt-get purge -y --auto-remove -o APT::AutoRemove::RecommendsImportant=false; \
    rm -rf /var/lib/apt/lists/* /tmp/tool.tgz /usr/src/tool
`

func parseLast(tb testing.TB, text string) (*dockerfile.File, *dockerfile.Instruction, Shell) {
	tb.Helper()
	f := dockerfile.Parse(source.NewFile("Dockerfile", text))
	ins := f.Instructions[len(f.Instructions)-1]
	return f, ins, inForce(f, ins)
}

func BenchmarkRead(b *testing.B) {
	f, ins, sh := parseLast(b, typicalRun)
	b.ReportAllocs()
	b.SetBytes(int64(ins.Range.Len()))
	for b.Loop() {
		Read(f, ins, sh)
	}
}

func BenchmarkReadLong(b *testing.B) {
	text := "FROM x\nRUN " + strings.Repeat("foo -x 'y' \"z\"; \\\n", 20000) + "true\n"
	f, ins, sh := parseLast(b, text)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Read(f, ins, sh)
	}
}

func BenchmarkFindNothing(b *testing.B) {
	f, ins, sh := parseLast(b, typicalRun)
	s := Read(f, ins, sh)
	b.ReportAllocs()
	for b.Loop() {
		for range s.Find("yum", "dnf") {
			b.Fatal("found")
		}
	}
}

func BenchmarkFind(b *testing.B) {
	f, ins, sh := parseLast(b, typicalRun)
	s := Read(f, ins, sh)
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for range s.Find("apt-get") {
			n++
		}
		if n != 3 {
			b.Fatal(n)
		}
	}
}

func BenchmarkPackages(b *testing.B) {
	f, ins, sh := parseLast(b, typicalRun)
	b.ReportAllocs()
	for b.Loop() {
		for _, c := range Read(f, ins, sh).Commands {
			c.Package()
		}
	}
}
