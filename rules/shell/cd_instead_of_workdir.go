package shell

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// CdInsteadOfWorkdir finds a RUN that begins by changing the directory.
var CdInsteadOfWorkdir = &lint.Rule{
	ID:      "cd-instead-of-workdir",
	Summary: "WORKDIR says where commands run more clearly than cd",
	Aliases: []string{"DL3003", "DS-0013", "S6597", "kics/run_command_cd_instead_of_workdir", "semgrep/use-workdir"},
	Doc: `
A RUN that begins with cd and does all of its work there is clearer with WORKDIR,
which every later instruction and reader sees.

Only a leading cd is reported, and only when the script does not change the
directory again: a script that goes somewhere, works, and comes back, or does it in
a subshell, is better off with cd. hadolint reports every cd.

The fix writes a WORKDIR above, drops the cd, and restores the directory below. There is
none where a variable says what to restore.

# Fix safety

WORKDIR creates a directory that does not exist, where cd fails, and the steps of
the build change.
`,
	Bad:      "FROM debian:12\nWORKDIR /\nRUN cd /srv && make\n",
	Good:     "FROM debian:12\nWORKDIR /\nWORKDIR /srv\nRUN make\nWORKDIR /\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, s := range p.Runs() {
			if c := leadingCd(s); c != nil {
				d := lint.Diagnostic{
					Range:   c.Range,
					Message: "all of this RUN works in one directory: set it by WORKDIR instead of cd",
				}
				if fix, ok := cdToWorkdir(p, ins, c); ok {
					d.Fixes = []lint.Fix{fix}
				}
				p.Report(d)
			}
		}
	},
}

// leadingCd returns the cd that begins the script and governs the rest of it.
func leadingCd(s *shell.Script) *shell.Command {
	if s == nil || len(s.Commands) < 2 || !s.Dialect.Parsed() {
		return nil
	}
	c := s.Commands[0]
	if c.Name != "cd" || c.Subshell > 0 || c.Tested || c.InPipe || c.Function != "" || c.Conditional || !plainDir(c) {
		return nil
	}
	for _, o := range s.Commands[1:] {
		if o.Name == "cd" || o.Name == "pushd" || o.Name == "popd" || o.Join == shell.Or && o.Subshell == 0 {
			return nil
		}
	}
	return c
}

// cdToWorkdir rewrites "RUN cd X && rest" where cd and the rest stand on the
// same line or across one continuation without a comment.
func cdToWorkdir(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) (lint.Fix, bool) {
	st := p.Stages().StateAt(ins)
	s := c.Script()
	next := s.Commands[1]
	if !st.WorkdirKnown || !p.Stages().PlainWorkdir(ins) || ins.Parent != nil || s.Form != shell.ShellForm || next.Join != shell.And || c.Range.Start != ins.ArgsRange.Start {
		return lint.Fix{}, false
	}
	between := p.Source.Slice(source.Range{Start: c.Range.End, End: next.Range.Start})
	if strings.Trim(between, "& \t\r\n"+string(p.Tree().Escape)) != "" {
		return lint.Fix{}, false
	}
	if dockerfile.Misread(p.Source.Text[next.Range.Start:ins.Range.End]) {
		return lint.Fix{}, false
	}
	keyword := workdirLike(ins.Keyword.Value)
	edits := []lint.Edit{
		lint.Insert(ins.Range.Start, keyword+" "+c.Operands()[0].Value+"\n"),
		lint.Delete(source.Range{Start: c.Range.Start, End: next.Range.Start}),
		lint.Insert(ins.Range.End, "\n"+keyword+" "+st.Workdir),
	}
	return lint.Fix{Title: "Use WORKDIR", Applicability: lint.Unsafe, Edits: edits}, true
}

// workdirLike writes WORKDIR in the case of another keyword.
func workdirLike(keyword string) string {
	if keyword == strings.ToLower(keyword) {
		return "workdir"
	}
	return "WORKDIR"
}
