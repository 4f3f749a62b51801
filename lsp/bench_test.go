package lsp

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules"
)

// longDockerfile returns a text of about that many lines.
func longDockerfile(lines int) string {
	var b strings.Builder
	b.WriteString("ARG V=1\n")
	for k := 0; strings.Count(b.String(), "\n") < lines; k++ {
		fmt.Fprintf(&b, `
FROM node:20-slim AS deps%[1]d
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
LABEL stage="deps"
RUN apt-get update && apt-get install -y --no-install-recommends \
    curl=7.88.* \
    # for the native modules
    python3 make g++ \
    && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production PATH=/app/node_modules/.bin:$PATH
COPY . .
RUN <<EOF
set -e
for f in /out/*; do
  echo "built $f"
done
EOF
CMD ["node", "dist/server.js"]
`, k)
	}
	return b.String()
}

// BenchmarkChange measures what an edit costs from its arrival to the
// diagnostics as JSON.
func BenchmarkChange(b *testing.B) {
	for _, lines := range []int{30, 1000} {
		b.Run(fmt.Sprint(lines), func(b *testing.B) {
			text := longDockerfile(lines)
			s := newServer(b.Context(), Options{Rules: rules.All()})
			f := newFile(file{
				uri: "file:///b/Dockerfile", key: "/b/Dockerfile", path: "/b/Dockerfile", kind: dockerFile, open: true,
				src: source.NewFile("/b/Dockerfile", text), enc: source.UTF16,
			}, s.snapshot().ws)
			at := strings.LastIndex(text, "deps\"")
			b.ReportAllocs()
			k := 0
			for b.Loop() {
				k++
				f = f.edited(text[:at]+strings.Repeat("x", k%10)+text[at:], int32(k))
				_ = resultID(s.diagnostics(f))
			}
		})
	}
}
