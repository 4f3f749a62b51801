package shell

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
	"github.com/dlint/dlint/rules/internal/mended"
)

// UnsetWithoutEffect finds variables that are set or unset in a RUN for later ones.
var UnsetWithoutEffect = &lint.Rule{
	ID:      "unset-without-effect",
	Summary: "What a RUN exports or unsets is gone with the RUN",
	Aliases: []string{"S6581"},
	Doc: `
Each RUN is a shell of its own. A variable of ENV that a RUN unsets is there again in
the next one and in the container; one that a RUN exports has never been there.

An unset is found when ENV sets the variable and the RUN does nothing else behind it,
an export when it is all that the RUN does. To have a variable for one RUN, set it
there; to have it for all, use ENV.

# Fix safety

The fix writes ENV for a RUN that only exports. It changes the environment of all that
follows, which is what was meant. There is none where the value takes a variable that
only the shell knows, such as HOME.
`,
	Bad:      "FROM debian:12\nRUN export PATH=/opt/tool/bin:$PATH\n",
	Good:     "FROM debian:12\nENV PATH=/opt/tool/bin:$PATH\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, s := range p.Runs() {
			if s == nil || !s.Dialect.Parsed() || !s.Has("export", "unset") {
				continue
			}
			if ends := s.Commands[len(s.Commands)-1]; s.Err == nil && plainly(ends) && ends.Name == "unset" {
				reportUnset(p, ins, ends)
			}
			if exports(s) {
				reportExport(p, ins, s)
			}
		}
	},
}

// plainly reports whether a command runs in the script's own shell, whatever
// happens.
func plainly(c *shell.Command) bool {
	return c.Subshell == 0 && !c.Conditional && !c.InPipe && !c.Background && c.Outer == nil && c.Function == ""
}

func reportUnset(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) {
	for _, w := range c.Operands() {
		if v := p.Stages().ScopeAt(ins).Lookup(w.Value); v == nil || !w.Static || v.Kind != stage.Env {
			continue
		}
		p.Report(lint.Diagnostic{
			Range:   w.Range,
			Message: w.Value + " is set again in the next instruction, because ENV sets it: set it only in the RUN that needs it",
		})
	}
}

// exports reports whether a script does nothing but export variables with values.
func exports(s *shell.Script) bool {
	if len(s.Commands) == 0 || s.Commands[0].InSubst {
		return false
	}
	for _, c := range s.Commands {
		if c.InSubst {
			continue
		}
		if c.Name != "export" || !plainly(c) || len(c.Assigns) == 0 {
			return false
		}
	}
	return true
}

func reportExport(p *lint.Pass, ins *dockerfile.Instruction, s *shell.Script) {
	c := s.Commands[0]
	d := lint.Diagnostic{
		Range:   c.NameRange,
		Message: "the variable is gone with this RUN: use ENV",
	}
	if ins.Parent == nil && s.Err == nil && len(s.Commands) == 1 && s.Form == shell.ShellForm && len(ins.Flags) == 0 && len(c.Words) == len(c.Assigns)+1 && sameForEnv(p, ins, c) {
		edits := []lint.Edit{
			lint.Replace(ins.Keyword.Range, "ENV"),
			lint.Delete(source.Range{Start: c.NameRange.Start, End: c.Words[1].Range.Start}),
		}
		if mended.Reads(p.Tree(), ins, edits) {
			d.Fixes = []lint.Fix{{Title: "Use ENV", Applicability: lint.Unsafe, Edits: edits}}
		}
	}
	p.Report(d)
}

// sameForEnv reports whether ENV reads the words as the shell does.
func sameForEnv(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) bool {
	scope := p.Stages().ScopeAt(ins)
	for i := range c.Args() {
		for _, v := range c.Args()[i].Variables() {
			if b := scope.Lookup(v.Name); v.Name != "PATH" && (b == nil || !b.Set) {
				return false
			}
		}
		text := p.Source.Slice(c.Args()[i].Range)
		if strings.ContainsAny(text, "`'~*?\\\n") || strings.Contains(text, "$(") || strings.ContainsAny(text, "%#") {
			return false
		}
	}
	return len(c.Redirects) == 0
}
