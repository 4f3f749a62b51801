package security

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// Sudo finds sudo.
var Sudo = &lint.Rule{
	ID:      "sudo",
	Summary: "RUN should not use sudo",
	Aliases: []string{
		"DL3004", "DS-0010", "CKV2_DOCKER_1", "DKL-DI-0001", "kics/run_using_sudo",
		"semgrep/no-sudo-in-dockerfile", "dockerfilelint/sudo_usage",
	},
	Doc: `
RUN starts as root unless USER says otherwise, so sudo does nothing, and where it
does something, it hides who runs what: it drops the environment and handles
signals in ways of its own. Switch by USER, and step down by gosu or setpriv.

# Fix safety

The fix removes sudo where the command runs as root anyway and sudo has no options.
It is unsafe because sudo resets the environment of the command.
`,
	Bad:      "FROM alpine\nRUN sudo apk add curl\n",
	Good:     "FROM alpine\nRUN apk add curl\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, s := range p.Runs() {
			for c := range s.FindWrapped("sudo") {
				reportSudo(p, ins, c)
			}
		}
	},
}

func reportSudo(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) {
	w := c.Wrapper("sudo")
	if w == nil || len(w.Words) == 0 {
		if c.Name == "sudo" {
			p.Report(lint.Diagnostic{Range: c.NameRange, Message: "sudo is for people: switch by USER instead"})
		}
		return
	}
	d := lint.Diagnostic{Range: w.Words[0].Range, Message: sudoMessage}
	if len(w.Words) > 1 {
		d.Message = "sudo is for people and changes the environment and signals of what it runs: switch by USER, or step down by setpriv or gosu"
	}
	next := -1
	for k := range c.Wrappers {
		if &c.Wrappers[k] == w && k+1 < len(c.Wrappers) && len(c.Wrappers[k+1].Words) > 0 {
			next = c.Wrappers[k+1].Words[0].Range.Start
		}
	}
	if next < 0 && len(c.Words) > 0 {
		next = c.Words[0].Range.Start
	}
	asRoot := rootAt(p, ins)
	if !asRoot && len(w.Words) == 1 {
		d.Message = "sudo is for people and drops the environment: switch by USER root, and back behind the RUN"
	}
	r := source.Range{Start: w.Words[0].Range.Start, End: next}
	if asRoot && len(w.Words) == 1 && next > r.Start && len(c.Assigns) == 0 && strings.Trim(p.Source.Slice(source.Range{Start: w.Words[0].Range.End, End: next}), " \t") == "" {
		d.Fixes = []lint.Fix{{Title: "Remove sudo", Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Delete(r)}}}
	}
	p.Report(d)
}

const sudoMessage = "sudo does nothing for root, which runs this: leave it out"
