package secrets

import (
	"io/fs"
	"os"
	"strings"
	"testing"
)

const cleanLines = `FROM node:20-alpine AS build
# Install what the build needs, and nothing else.
WORKDIR /usr/src/app
ENV NODE_ENV=production PORT=3000 SECRET_KEY_BASE=$SECRET
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl gnupg \
    && curl -fsSL https://deb.example.com/key.gpg -o /etc/apt/keyrings/key.gpg \
    && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY --chown=node:node . .
RUN npm run build && npm prune --omit=dev
HEALTHCHECK --interval=30s CMD curl -f http://localhost:3000/ || exit 1
CMD ["node", "dist/server.js"]
`

func BenchmarkScanClean(b *testing.B) {
	text := strings.Repeat(cleanLines, 4)
	Scan(text, "Dockerfile")
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Scan(text, "")
	}
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		var s Scanner
		_, rules := cutRules(gitleaksRules)
		for _, text := range rules {
			s.add(text, false)
		}
		newPrefilter(s.rules)
	}
}

func BenchmarkFolder(b *testing.B) {
	folder := os.Getenv("DLINT_CORPUS")
	if folder == "" {
		b.Skip("DLINT_CORPUS names no folder")
	}
	texts := readAll(b, folder)
	n := 0
	for _, text := range texts {
		n += len(text)
		Scan(text, "")
	}
	b.SetBytes(int64(n))
	for b.Loop() {
		for _, text := range texts {
			Scan(text, "")
		}
	}
}

func readAll(tb testing.TB, folder string) (texts []string) {
	tb.Helper()
	root := os.DirFS(folder)
	err := walk(root, func(data []byte) { texts = append(texts, string(data)) })
	if err != nil {
		tb.Fatal(err)
	}
	return texts
}

func walk(root fs.FS, use func([]byte)) error {
	return fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := fs.ReadFile(root, path)
		if err == nil {
			use(data)
		}
		return err
	})
}
