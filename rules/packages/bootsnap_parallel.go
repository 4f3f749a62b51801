package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// BootsnapParallel finds bootsnap precompile with several processes.
var BootsnapParallel = &lint.Rule{
	ID:      "bootsnap-parallel",
	Summary: "bootsnap precompile hangs under emulation unless it runs alone",
	Aliases: []string{"tally/ruby/bootsnap-precompile-without-j1"},
	Doc: `
bootsnap precompile starts a process for each processor. Under QEMU, which builds images
for other machines, that crashes or never ends; -j 1 keeps it to one.

# Fix safety

The fix is unsafe because the build takes longer.
`,
	Off:      "it matters only to builds for several platforms by emulation",
	Bad:      "FROM ruby:3.4\nRUN bundle exec bootsnap precompile app/ lib/\n",
	Good:     "FROM ruby:3.4\nRUN bundle exec bootsnap precompile -j 1 app/ lib/\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if !strings.Contains(p.Source.Text, "bootsnap") {
			return
		}
		for _, c := range p.Commands("bootsnap", "bundle", "bundler") {
			w := precompile(c)
			if w == nil {
				continue
			}
			d := lint.Diagnostic{Range: w.Range, Message: "Several processes crash where the build is emulated: add -j 1"}
			if c.Call != nil {
				d.Fixes = []lint.Fix{{Title: "Add -j 1", Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Insert(w.Range.End, " -j 1")}}}
			}
			p.Report(d)
		}
	},
}

// precompile returns the word precompile of a call of bootsnap without -j, or nil.
func precompile(c *shell.Command) *shell.Word {
	var found *shell.Word
	bootsnap := c.Name == "bootsnap"
	args := c.Args()
	for k := range args {
		v := args[k].Value
		switch {
		case strings.HasPrefix(v, "-j"), strings.HasPrefix(v, "--jobs"):
			return nil
		case strings.HasSuffix(v, "bootsnap"):
			bootsnap = true
		case v == "precompile" && bootsnap && found == nil:
			found = &args[k]
		}
	}
	return found
}
