package security

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// GitCloneUnpinned finds clones of whatever the branch holds.
var GitCloneUnpinned = &lint.Rule{
	ID:      "git-clone-unpinned",
	Summary: "git clone should name a tag or commit",
	Doc: `
A clone without a tag or commit takes what the default branch holds on the day of
the build, and is kept in the cache after that. Name a tag by --branch, or check out a
commit in the same RUN.
`,
	Bad:      "FROM alpine\nRUN git clone https://git.example.com/x\n",
	Good:     "FROM alpine\nRUN git clone --branch v1.0 https://git.example.com/x\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Off:      "many Dockerfiles build the newest sources on purpose",
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range p.Commands("git") {
			if c.Subcommand() != "clone" || c.Has("-b", "--branch", "--revision") || checksOut(c) {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   c.NameRange.Join(c.SubcommandWord().Range),
				Message: "This takes whatever the branch holds on the day of the build: name a tag or commit",
			})
		}
	},
}

// checksOut reports whether a later command of the script chooses a commit.
func checksOut(c *shell.Command) bool {
	for _, o := range c.Script().All()[c.Index+1:] {
		if o.Name == "git" && (o.Subcommand() == "checkout" || o.Subcommand() == "reset" || o.Subcommand() == "switch") {
			return true
		}
		if strings.HasPrefix(o.Name, "git-") {
			return true
		}
	}
	return false
}
