package security

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// AccountPassword finds passwords given to accounts.
var AccountPassword = &lint.Rule{
	ID:      "account-password",
	Summary: "Accounts in an image should have no password",
	Aliases: []string{"CKV2_DOCKER_17", "DKL-LI-0001"},
	Doc: `
An account with a password is there to log in, which nobody should in a container,
and the password is the same wherever the image runs. It stands in the history of
the image, or in its layers as a hash. An empty password is worse. Leave accounts
locked, as useradd makes them.
`,
	Bad:      "FROM alpine\nRUN echo \"app:$PASS\" | chpasswd\n",
	Good:     "FROM alpine\nRUN adduser -D app\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		const advice = "which is the same wherever the image runs: leave the account locked"
		for ins, c := range p.Commands("chpasswd", "useradd", "usermod", "passwd") {
			if !ships(p, ins) {
				continue
			}
			switch c.Name {
			case "chpasswd":
				p.Report(lint.Diagnostic{Range: c.NameRange, Message: "chpasswd gives an account a password, " + advice})
			case "passwd":
				if f := c.Flag("-d", "--delete"); f != nil {
					p.Report(lint.Diagnostic{Range: f.Range, Message: "This account can be entered without a password: leave it locked"})
				} else if f := c.Flag("--stdin"); f != nil {
					p.Report(lint.Diagnostic{Range: f.Range, Message: "passwd gives an account a password, " + advice})
				}
			default:
				if f := c.Flag("-p", "--password"); f != nil && !locked(f.Value) {
					p.Report(lint.Diagnostic{Range: f.Range, Message: c.Name + " gives the account a password, " + advice})
				}
			}
		}
	},
}

// locked reports whether a password is one that nothing can match.
func locked(w shell.Word) bool { return w.Value == "*" || len(w.Value) > 0 && w.Value[0] == '!' }
