package size

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
)

// ChownAfterCopy finds chown and chmod over what a COPY has just brought.
var ChownAfterCopy = &lint.Rule{
	ID:      "chown-after-copy",
	Summary: "chown or chmod in a RUN of its own copies the files into another layer",
	Aliases: []string{"tally/prefer-copy-chmod"},
	Doc: `
Changing the owner or the mode of a file in another layer than its own puts a second
copy of it into the image. COPY --chown and --chmod do it in place.

The fix moves the owner or mode to the COPY and drops the RUN. There is none where
another step writes to the same place, or where WORKDIR made the folder: COPY --chown
would leave these to root.

# Fix safety

The fix is unsafe: chown reaches the folder itself and what else is in it, names of
users are looked up in another way, and --chmod sets folders as well.
`,
	Bad:      "FROM debian:12\nCOPY src /app\nRUN chown -R 1000:1000 /app\n",
	Good:     "FROM debian:12\nCOPY --chown=1000:1000 src /app\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("RUN") {
			s := p.Shell(ins)
			if !s.Has("chown", "chmod") || !inImage(p, ins) {
				continue
			}
			for c := range s.Find("chown", "chmod") {
				if !c.Conditional && c.Outer == nil && c.Has("-R", "--recursive") {
					changeOf(p, ins, s, c)
				}
			}
		}
	},
}

func changeOf(p *lint.Pass, ins *dockerfile.Instruction, s *shell.Script, c *shell.Command) {
	words := c.Operands()
	if len(words) != 2 || !words[0].Static || c.Has("--reference") {
		return
	}
	step := p.Layers().Step(ins)
	for k := range step.Adds {
		e := &step.Adds[k]
		if e.Command != c || e.Glob || !e.Certain {
			continue
		}
		by := copyInto(p, step, e)
		if by == nil {
			return
		}
		flag := "--" + c.Name
		d := lint.Diagnostic{
			Range:   c.Range,
			Message: c.Name + " -R puts a second copy of " + e.Path + " into the image: use " + by.Ins.Name + " " + flag + "=" + strings.TrimSuffix(words[0].Value, ":"),
			Related: []lint.Related{{Range: by.Ins.Keyword.Range, Message: "brought here"}},
		}
		others := othersWrite(p, step, by.Ins, e.Path)
		if others || ins.Index > by.Ins.Index+1 {
			d.Message += ", and let the other steps make their files right"
		}
		if fix, ok := moveToCopy(p, by.Ins, ins, s, flag, words[0].Value); ok && !others {
			d.Fixes = []lint.Fix{fix}
		}
		p.Report(d)
		return
	}
}

// copyInto returns the COPY or ADD of the same stage that brought the folder that
// e changes.
func copyInto(p *lint.Pass, step *layers.Step, e *layers.Entry) *layers.Step {
	for k := len(step.Stage.Body) - 1; k >= 0; k-- {
		ins := step.Stage.Body[k]
		if ins.Index >= step.Ins.Index || ins.Err != nil || !ins.Is("COPY", "ADD") {
			continue
		}
		by := p.Layers().Step(ins)
		if by.Copy == nil || !by.Copy.DestKnown {
			continue
		}
		if by.Copy.DestPath == e.Path && e.Path != "/" {
			return by
		}
	}
	return nil
}

// othersWrite reports whether a step before this one, other than the COPY, makes the
// folder, or files in it, or may do so.
func othersWrite(p *lint.Pass, step *layers.Step, by *dockerfile.Instruction, folder string) bool {
	for st := range step.Stage.Chain() {
		for _, ins := range st.Body {
			if ins == by || ins.Err != nil || ins.Index >= step.Ins.Index {
				continue
			}
			if dir := p.Stages().StateAt(ins).Workdir; ins.Name == "RUN" && (dir == folder || layers.Inside(folder, dir)) {
				return true
			}
			for k := range p.Layers().Step(ins).Adds {
				a := &p.Layers().Step(ins).Adds[k]
				if a.Path == folder || layers.Inside(folder, a.Path) || a.Dir && layers.Inside(a.Path, folder) && ins.Is("COPY", "ADD") {
					return true
				}
			}
			if ins.Name == "WORKDIR" && ins.Index < len(p.Tree().Instructions)-1 {
				if dir := p.Stages().StateAt(p.Tree().Instructions[ins.Index+1]).Workdir; dir == folder || layers.Inside(folder, dir) {
					return true
				}
			}
		}
	}
	return false
}

// moveToCopy drops a RUN that is nothing but c, when the COPY stands right above.
func moveToCopy(p *lint.Pass, to, run *dockerfile.Instruction, s *shell.Script, flag, value string) (lint.Fix, bool) {
	if s.Err != nil || len(s.All()) != 1 || len(run.Flags) > 0 || run.Index != to.Index+1 || to.Flag(flag[2:]) != nil ||
		flag == "--chmod" && !octal(value) || strings.ContainsAny(value, "$ ") || len(run.Doc) > 0 {
		return lint.Fix{}, false
	}
	for _, c := range p.Tree().Comments {
		if c.Inside == run {
			return lint.Fix{}, false
		}
	}
	if strings.HasSuffix(value, ":") {
		return lint.Fix{}, false
	}
	return lint.Fix{
		Title:         "Use " + to.Name + " " + flag,
		Applicability: lint.Unsafe,
		Edits: []lint.Edit{
			lint.Insert(to.Keyword.Range.End, " "+flag+"="+value),
			lint.Delete(run.Lines),
		},
	}, true
}

func octal(s string) bool {
	return len(s) >= 3 && strings.Trim(s, "01234567") == ""
}
