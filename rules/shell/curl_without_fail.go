package shell

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// CurlWithoutFail finds curl taking an error page for the file.
var CurlWithoutFail = &lint.Rule{
	ID:      "curl-without-fail",
	Summary: "Without -f, curl takes an error page for the file",
	Doc: `
When a server answers 404 or 500, curl writes the page that says so and succeeds.
The build goes on with the wrong file, and a HEALTHCHECK that asks by curl never
fails. With -f, --fail or --fail-with-body it exits with 22.

Calls that look at the status themselves (-w, -i, -I) or whose failure is expected
are left alone.

# Fix safety

A build that passed with an error page will fail.
`,
	Bad:      "FROM debian:12\nRUN curl -sSLO https://example.com/x.tar.gz\n",
	Good:     "FROM debian:12\nRUN curl -f -sSLO https://example.com/x.tar.gz\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.WithTriggers("RUN", "HEALTHCHECK") {
			for c := range p.Shell(ins).Find("curl") {
				checkCurl(p, ins, c)
			}
		}
	},
}

func checkCurl(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) {
	if c.Has("-f", "--fail", "--fail-with-body", "--fail-early", "-w", "--write-out", "-i", "--include", "-I", "--head", "-V", "--version", "-K", "--config") {
		return
	}
	if ins.Name == "RUN" && (c.Tested || c.InSubst || c.InLoop || len(c.Downloads()) == 0) || looksAtAnswer(c) {
		return
	}
	what := "an error page counts as the file"
	if ins.Name == "HEALTHCHECK" {
		what = "an answer of 500 counts as healthy"
	}
	d := lint.Diagnostic{Range: c.NameRange, Message: "without -f " + what + ": add -f"}
	if c.Call != nil && ins.Parent == nil {
		d.Fixes = []lint.Fix{{
			Title:         "Add -f",
			Applicability: lint.Unsafe,
			Edits:         []lint.Edit{lint.Insert(c.NameRange.End, " -f")},
		}}
	}
	p.Report(d)
}

// looksAtAnswer reports whether the next command of the pipe reads the answer
// itself, and would notice an error page.
func looksAtAnswer(c *shell.Command) bool {
	if c.Next == nil {
		return false
	}
	switch n := c.Next.Name; n {
	case "grep", "egrep", "jq", "sha256sum":
		return true
	default:
		return strings.HasPrefix(n, "gpg")
	}
}
