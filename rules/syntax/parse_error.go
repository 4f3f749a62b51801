package syntax

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules/internal/mended"
)

// ParseError finds what BuildKit cannot read.
var ParseError = &lint.Rule{
	ID:      "parse-error",
	Summary: "A Dockerfile must be readable by BuildKit",
	Aliases: []string{
		"DL1000", "S2260", "dockerfilelint/required_params", "dockerfilelint/invalid_line",
		"dockerfilelint/invalid_command", "dockerfilelint/extra_args", "dockerfilelint/missing_args",
		"dockerfilelint/invalid_format", "ID.20001", "ID.20004", "ID.20005", "ID.20007", "ID.20014", "ID.20016",
		"tally/unknown-instruction",
	},
	Doc: `
BuildKit refuses the whole file for one instruction that it cannot read. Each
such instruction is one finding, and the rest of the file is still checked.

An instruction inside ONBUILD is kept as it is and only read when another image is
built on this one, so that an error in it goes unnoticed here. It is found too.
Instructions that ONBUILD does not take are left to the rule forbidden-trigger.

# Fix safety

The fix corrects an instruction or a flag that is misspelt. It is unsafe because
the intention is guessed.
`,
	Bad:      "FROM scratch\nCOPPY app /app\n",
	Good:     "FROM scratch\nCOPY app /app\n",
	Severity: lint.Error,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		by := map[*dockerfile.Error]*dockerfile.Instruction{}
		for _, ins := range p.Tree().Instructions {
			if ins.Err != nil && by[ins.Err] == nil {
				by[ins.Err] = ins
			}
		}
		for _, e := range p.Tree().Errors {
			if ins := by[e]; ins == nil || !hasForbiddenTrigger(ins) {
				reportError(p, e, ins, "")
			}
		}
		for ins := range p.Instructions("ONBUILD") {
			if t := ins.Trigger; t != nil && t.Err != nil {
				reportError(p, t.Err, t, "builds on this image will fail: ")
			}
		}
	},
}

func reportError(p *lint.Pass, e *dockerfile.Error, ins *dockerfile.Instruction, before string) {
	d := lint.Diagnostic{Range: e.Range, Message: before + strings.TrimRight(e.Message, ". \n")}
	if ins != nil {
		d.Fixes = correct(p.Tree(), e, ins)
	}
	p.Report(d)
}

// notInTriggers are the instructions that ONBUILD refuses.
var notInTriggers = [...]string{"FROM", "MAINTAINER", "ONBUILD"}

// correct returns the fix for a misspelt name, or nil.
func correct(f *dockerfile.File, e *dockerfile.Error, ins *dockerfile.Instruction) []lint.Fix {
	r, near := e.Range, ""
	switch e.Kind {
	case dockerfile.UnknownInstruction:
		near = dockerfile.Nearest(ins.Keyword.Value, dockerfile.Names[:])
		if ins.Parent != nil && slices.Contains(notInTriggers[:], near) {
			return nil
		}
		if ins.Keyword.Value == strings.ToLower(ins.Keyword.Value) {
			near = strings.ToLower(near)
		}
	case dockerfile.UnknownFlag:
		for k := range ins.Flags {
			if f := &ins.Flags[k]; f.Range.Start == e.Range.Start {
				r = f.NameRange
				near = dockerfile.Nearest(f.Name, dockerfile.FlagNames(ins.Name))
			}
		}
	}
	edit := lint.Replace(r, near)
	switch {
	case near == "":
		return nil
	case ins.Parent != nil && e.Kind == dockerfile.UnknownInstruction && !mended.Reads(f, ins.Parent, []lint.Edit{edit}):
		return nil // of a trigger whose name it does not know BuildKit reads nothing, and so refuses nothing
	case !keeps(f, ins, edit):
		return nil
	}
	return []lint.Fix{{
		Title:         "Replace it by " + near,
		Applicability: lint.Unsafe,
		Edits:         []lint.Edit{edit},
	}}
}

// keeps reports whether a file has no more errors than before once the name of an
// instruction is mended, behind which the bodies of here-documents may follow. What is
// far below is not looked at, nor a file in which nearly everything is an error.
func keeps(f *dockerfile.File, ins *dockerfile.Instruction, edit lint.Edit) bool {
	const (
		far  = 16 << 10
		many = 50
	)
	if !strings.Contains(f.Source.Slice(ins.Header), "<<") {
		return true
	}
	if len(f.Errors) > many {
		return false
	}
	r := source.Range{Start: ins.Lines.Start, End: min(ins.Lines.Start+far, len(f.Source.Text))}
	return mended.Keeps(f, r, []lint.Edit{edit})
}
