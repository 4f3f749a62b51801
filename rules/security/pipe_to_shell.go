package security

import (
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
		if interpreter(next) {
			return next
		}
		if !next.Is("tee", "sed", "gunzip", "zcat", "tr") {
			break
		}
	}
	if c.InSubst && c.Outer != nil && (interpreter(c.Outer) || c.Outer.Is("eval", "source", ".")) {
		return c.Outer
	}
	return nil
}

func interpreter(c *shell.Command) bool {
	return c.Is("sh", "bash", "dash", "ash", "zsh", "python", "perl", "ruby", "node", "php") &&
		!c.Has("-e", "-E", "-m", "-r", "-p", "-n") || c.Is("bash", "sh") && c.Has("-e")
}
