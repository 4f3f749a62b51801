package secrets_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dlint/dlint/lint"
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
	file := func(line string) string {
		return "FROM alpine\nCOPY <<EOF /app.conf\n" + strings.Repeat(line+"\n", 8) + "EOF\n"
	}
	for name, text := range map[string]string{
		"addresses":  "FROM alpine\nRUN " + strings.Repeat("a://", 50_000) + "\n",
		"parameters": "FROM alpine\nRUN " + strings.Repeat("a://?b=", 30_000) + "\n",
		"bindings":   file(strings.Repeat("abc:", 15_000)),
		"accounts":   file(strings.Repeat("login=", 10_000)),
		"shares":     "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\"]\nRUN " + strings.Repeat(strings.Repeat("net use ", 7_000)+"`\n", 8) + "x\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begin := time.Now()
			lintCase(t, engine, labelled{text: text})
			if took := time.Since(begin); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestManyStages holds that a script of the context is read once, not once for each
// stage that copies it.
func TestManyStages(t *testing.T) {
	t.Parallel()
	engine, err := lint.New(rules.All(), lint.Config{Select: []string{"secrets"}})
	if err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\n" + strings.Repeat("mysql -u x -e 'select 1'\n", 8_000)
	c := labelled{
		text: strings.Repeat("FROM alpine\nCOPY run.sh last.sh /\n", 400),
		files: map[string][]byte{
			"run.sh":  []byte(script),
			"last.sh": []byte("#!/bin/sh\nmysql -u x -p" + "Kd93!jdMw2" + " -e x\n"),
		},
	}
	begin := time.Now()
	found := lintCase(t, engine, c)
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	if len(found) != 400 || len(found[0].Related) == 0 || found[0].Related[0].Path != "last.sh" {
		t.Errorf("%d findings, want one for each stage, about last.sh", len(found))
	}
}
