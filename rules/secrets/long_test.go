package secrets_test

import (
	"strings"
	"testing"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/linttest/linear"
	"github.com/dlint/dlint/rules"
)

// TestLongWords holds that a long word of many parts, each of which may begin
// something that ends with the word, is not read to its end for each.
func TestLongWords(t *testing.T) {
	t.Parallel()
	engine, err := lint.New(rules.All(), lint.Config{Select: []string{"secrets"}})
	if err != nil {
		t.Fatal(err)
	}
	const lines = 8 // a line of a Dockerfile is not longer than 64 KB
	file := func(part string, n int) string {
		return "COPY <<EOF /app.conf\n" + strings.Repeat(strings.Repeat(part, n/lines)+"\n", lines) + "EOF\n"
	}
	for name, text := range map[string]func(n int) string{
		"addresses":  func(n int) string { return "RUN " + strings.Repeat("a://", n) + "\n" },
		"parameters": func(n int) string { return "RUN " + strings.Repeat("a://?b=", n) + "\n" },
		"bindings":   func(n int) string { return file("abc:", 8*n) },
		"accounts":   func(n int) string { return file("login=", 5*n) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			linear.Check(t, 1000, func(n int) { lintCase(t, engine, labelled{text: "FROM alpine\n" + text(n)}) })
		})
	}
	t.Run("shares", func(t *testing.T) {
		t.Parallel()
		linear.Check(t, 1000, func(n int) {
			lintCase(t, engine, labelled{text: "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\"]\nRUN " +
				strings.Repeat(strings.Repeat("net use ", n)+"`\n", lines) + "x\n"})
		})
	})
}

// TestManyStages holds that a script of the context is read once, not once for each
// stage that copies it.
func TestManyStages(t *testing.T) {
	t.Parallel()
	engine, err := lint.New(rules.All(), lint.Config{Select: []string{"secrets"}})
	if err != nil {
		t.Fatal(err)
	}
	linear.Check(t, 50, func(n int) {
		found := lintCase(t, engine, labelled{
			text: strings.Repeat("FROM alpine\nCOPY run.sh last.sh /\n", n),
			files: map[string][]byte{
				"run.sh":  []byte("#!/bin/sh\n" + strings.Repeat("mysql -u x -e 'select 1'\n", 20*n)),
				"last.sh": []byte("#!/bin/sh\nmysql -u x -p" + "Kd93!jdMw2" + " -e x\n"),
			},
		})
		if len(found) != n || len(found[0].Related) == 0 || found[0].Related[0].Path != "last.sh" {
			t.Errorf("%d findings, want one for each stage, about last.sh", len(found))
		}
	})
}
