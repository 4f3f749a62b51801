package security

import "github.com/dlint/dlint/lint"

// GpgWithoutBatch finds gpg that may ask.
var GpgWithoutBatch = &lint.Rule{
	ID:      "gpg-without-batch",
	Summary: "gpg in a build wants --batch",
	Doc: `
Without --batch gpg is for people: it may ask, and its exit status does not always
tell that something failed. A build has nobody to answer.

# Fix safety

The fix adds the option. It is safe for keys that are fetched and signatures that are
verified, where gpg has nothing to ask but whether to go on. It is unsafe for others,
because gpg then fails where it went on before.
`,
	Bad:      "FROM debian:13\nRUN gpg --verify x.asc x\n",
	Good:     "FROM debian:13\nRUN gpg --batch --verify x.asc x\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range p.Commands("gpg", "gpg2") {
			if c.Has("--batch", "--no-tty", "--yes", "--dearmor", "--version") ||
				!c.Has("--verify", "--recv-keys", "--receive-keys", "--recv", "--recv-key", "--import", "--gen-key", "--full-generate-key", "--decrypt", "-d") {
				continue
			}
			fixes := adding(c, "--batch")
			if c.Prev == nil && c.Has("--verify", "--recv-keys", "--receive-keys", "--recv", "--recv-key") &&
				!c.Has("--command-fd", "--status-fd", "--import", "--gen-key", "--full-generate-key", "--decrypt", "-d") {
				fixes = safely(fixes)
			}
			p.Report(lint.Diagnostic{
				Range:   c.NameRange,
				Message: "gpg may ask, and nobody is there to answer: add --batch",
				Fixes:   fixes,
			})
		}
	},
}
