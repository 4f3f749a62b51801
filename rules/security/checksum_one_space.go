package security

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// ChecksumOneSpace finds lines that sha256sum may not be able to read.
var ChecksumOneSpace = &lint.Rule{
	ID:      "checksum-one-space",
	Summary: "sha256sum -c wants two spaces between sum and name",
	Doc: `
A line for sha256sum -c holds the sum, a space, a space or asterisk, and the name.
With one space GNU's program guesses right, and that of BusyBox, on Alpine, fails.

# Fix safety

The fix adds the space. It is unsafe where a variable holds the sum, and may hold more.
`,
	Bad:      "FROM alpine\nRUN echo \"$SUM x.tgz\" | sha256sum -c\n",
	Good:     "FROM alpine\nRUN echo \"$SUM  x.tgz\" | sha256sum -c\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range p.Commands("sha256sum", "sha512sum", "sha1sum", "md5sum", "sha384sum") {
			if c.Prev == nil || c.Prev.Name != "echo" || !c.Has("-c", "--check") {
				continue
			}
			args := c.Prev.Args()
			if len(args) == 0 {
				continue
			}
			w := &args[len(args)-1]
			at := oneSpace(w)
			if at < 0 {
				continue
			}
			d := lint.Diagnostic{
				Range:   w.Sub(at, at+1),
				Message: "BusyBox reads a line of sum, two spaces and name only: add a space",
				Fixes: []lint.Fix{{
					Title:         "Add a space",
					Applicability: lint.Unsafe,
					Edits:         []lint.Edit{lint.Insert(w.At(at), " ")},
				}},
			}
			if !strings.Contains(w.Value[:at], "$") {
				d.Fixes[0].Applicability = lint.Safe
			}
			if image, ok := p.Image(p.Stages().StageOf(ins)); !ok || image.Distro != "alpine" && image.Distro != "busybox" {
				d.Severity = lint.Info
			}
			p.Report(d)
		}
	},
}

// oneSpace returns the place of the only space in a line of sum and name, or -1.
func oneSpace(w *shell.Word) int {
	if w.Quote != shell.SingleQuoted && w.Quote != shell.DoubleQuoted || strings.ContainsAny(w.Value, "\n()`\\") {
		return -1
	}
	sum, name, ok := strings.Cut(w.Value, " ")
	if !ok || name == "" || name[0] == ' ' || name[0] == '*' || name[0] == '-' && len(name) > 1 || strings.Contains(name, " ") {
		return -1
	}
	if !strings.HasPrefix(sum, "$") && (len(sum) < 32 || strings.Trim(sum, "0123456789abcdefABCDEF") != "") {
		return -1
	}
	return len(sum)
}
