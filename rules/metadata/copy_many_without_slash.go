package metadata

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
)

// CopyManyWithoutSlash finds COPY with several sources and no directory to put
// them.
var CopyManyWithoutSlash = &lint.Rule{
	ID:      "copy-many-without-slash",
	Summary: "COPY of several sources wants a destination that ends in a slash",
	Aliases: []string{
		"DL3021", "DS-0011", "kics/copy_with_more_than_two_arguments_not_ending_with_slash",
		"dockerfilelint/add_dest_invalid",
	},
	Doc: `
With several sources the destination has to be a directory. Without the slash at
its end, older builders refuse the instruction, and BuildKit writes the files one
over the other when the directory is not there yet.

Where an earlier WORKDIR has made the directory, nothing is wrong but the style.

# Fix safety

The fix adds the slash. It is unsafe because what the image holds changes where
files were written over each other.
`,
	Bad:      "FROM alpine\nCOPY a.txt b.txt /data\n",
	Good:     "FROM alpine\nCOPY a.txt b.txt /data/\n",
	Severity: lint.Error,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("COPY", "ADD") {
			if len(ins.Args) >= 3 {
				checkMany(p, ins)
			}
		}
	},
}

func checkMany(p *lint.Pass, ins *dockerfile.Instruction) {
	dest := destination(ins)
	x := p.Stages().ScopeAt(ins).Expand(dest.Value)
	if !x.Known || x.Err != nil || x.Value == "" || strings.HasSuffix(x.Value, "/") || strings.HasSuffix(x.Value, `\`) {
		return
	}
	if base := path.Base(x.Value); base == "." || base == ".." {
		return
	}
	d := lint.Diagnostic{
		Range:   dest.Range,
		Message: "Several sources need a directory to go to: end the destination in a slash, or one file replaces the other",
	}
	if !strings.Contains(dest.Value, "<<") { // with a slash behind, it may open a here-document
		d.Fixes = []lint.Fix{{
			Title:         "Add the slash",
			Applicability: lint.Unsafe,
			Edits:         []lint.Edit{lint.Insert(end(p, dest), "/")},
		}}
	}
	if at := p.Stages().StateAt(ins); at.WorkdirKnown && at.WorkdirBy != nil && path.Join(at.Workdir, x.Value) == path.Clean(at.Workdir) ||
		at.WorkdirKnown && x.Value == at.Workdir {
		d.Severity = lint.Style
		d.Message = "End the destination in a slash, so that it is a directory whatever stands above"
	}
	p.Report(d)
}
