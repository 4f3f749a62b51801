package security

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// PipeToShell finds scripts that run as they come.
var PipeToShell = &lint.Rule{
	ID:      "pipe-to-shell",
	Summary: "A downloaded script should not be run unseen",
	Doc: `
What the server sends today is what runs, tomorrow something else: the build cannot
be repeated, and whoever takes over the server takes over the image. When the
download breaks off, half of the script runs. Install a package, or download a fixed
version, compare its checksum, then run it.
`,
	Bad:      "FROM debian:13\nRUN curl -fsSL https://example.com/install.sh | sh\n",
	Good:     "FROM debian:13\nADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/install.sh /tmp/\nRUN sh /tmp/install.sh\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range p.Commands("curl", "wget") {
			runs := runner(c)
			if runs == nil || len(c.Downloads()) == 0 {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   c.NameRange,
				Message: runs.Name + " runs whatever the server sends: download a fixed version, compare its checksum, then run it",
				Related: []lint.Related{{Range: runs.NameRange, Message: "it is run here"}},
			})
		}
	},
}

// runner returns the command that runs what c prints, or nil.
func runner(c *shell.Command) *shell.Command {
	for next := c.Next; next != nil; next = next.Next {
		if runsInput(next) {
			return next
		}
		if !next.Is("tee", "sed", "gunzip", "zcat", "tr") {
			break
		}
	}
	if c.InSubst && c.Outer != nil && (runsOutput(c.Outer, c) || c.Outer.Is("eval", "source", ".")) {
		return c.Outer
	}
	return nil
}

// programLetters are the options with which an interpreter gets its program, or a
// part of it, in the arguments; "" for a command that is none.
func programLetters(c *shell.Command) string {
	switch {
	case c.Is("sh", "bash", "dash", "ash", "zsh"):
		return "c"
	case c.Is("python", "perl", "ruby", "node", "php"):
		return "ceEmrpn"
	}
	return ""
}

// runsInput reports whether a command is an interpreter that runs what it reads: no
// argument is a program, or the name of one.
func runsInput(c *shell.Command) bool {
	letters := programLetters(c)
	args := c.Args()
	for k := 0; k < len(args); k++ {
		v := args[k].Value
		switch {
		case v == "" || v[0] != '-' || v == "-":
			return letters != "" && (v == "-" || v == "/dev/stdin")
		case strings.HasPrefix(v, "--"):
		case strings.ContainsAny(v, letters):
			return false
		case letters == "c" && strings.Contains(v, "s"):
			return true
		case letters == "c" && strings.HasSuffix(v, "o"), v == "-W", v == "-X":
			k++
		}
	}
	return letters != ""
}

// runsOutput reports whether a command is an interpreter to which the output of c is
// the program.
func runsOutput(outer, c *shell.Command) bool {
	letters := programLetters(outer)
	if letters == "" {
		return false
	}
	args := outer.Args()
	for k := range args {
		if args[k].Range.Contains(c.Range) {
			v, before := args[k].Value, "-"
			if k > 0 {
				before = args[k-1].Value
			}
			whole := strings.HasPrefix(v, "$(") || strings.HasPrefix(v, "`")
			return strings.HasPrefix(before, "-") && (strings.HasPrefix(v, "<(") || whole && strings.ContainsAny(before, letters))
		}
	}
	for k := range outer.Redirects {
		if outer.Redirects[k].Range.Contains(c.Range) {
			return runsInput(outer)
		}
	}
	return false
}
