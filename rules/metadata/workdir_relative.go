package metadata

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
)

// WorkdirRelative finds a WORKDIR that is not absolute.
var WorkdirRelative = &lint.Rule{
	ID:      "workdir-relative",
	Summary: "WORKDIR should be absolute",
	Aliases: []string{
		"DL3000", "WorkdirRelativePath", "DS-0009", "CKV_DOCKER_10", "S7021", "kics/workdir_path_not_absolute",
		"ID.20015",
	},
	Doc: `
A relative WORKDIR starts from the one before it, and the first of a stage from
that of the base image: where it leads changes with the image. A relative WORKDIR
behind an absolute one is certain but hard to follow; that is only noted.

The fix writes the absolute path. There is none where a variable takes part: another
build may give it another value.

# Fix safety

The fix is unsafe where the base image decides what the path starts from: it takes
what is known of the image, or else the root.
`,
	Bad:      "FROM scratch\nWORKDIR app\n",
	Good:     "FROM scratch\nWORKDIR /app\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("WORKDIR") {
			checkWorkdir(p, ins)
		}
	},
}

func checkWorkdir(p *lint.Pass, ins *dockerfile.Instruction) {
	s := p.Stages().StageOf(ins)
	if len(ins.Args) == 0 || s == nil || s.Windows() {
		return
	}
	x := p.Stages().ScopeAt(ins).Expand(ins.Args[0].Value)
	if !x.Known || x.Err != nil || x.Value == "" || absolute(x.Value) {
		return
	}
	at := p.Stages().StateAt(ins)
	start, fix := at.Workdir, lint.Fix{Title: "Write the absolute path", Applicability: lint.Unsafe}
	d := lint.Diagnostic{Range: ins.ArgsRange}
	if at.WorkdirBy == nil {
		d.Message = "This WORKDIR starts from that of the base image, whatever it is: write an absolute path"
		if image, ok := p.Image(s); ok && image.Workdir != "" {
			start = image.Workdir
		}
		if s.Root().Base.Scratch() {
			fix.Applicability = lint.Safe
		}
	} else {
		d.Severity = lint.Info
		d.Message = "This WORKDIR starts from the one before it: an absolute path is easier to follow"
		if !at.WorkdirKnown || !p.Stages().PlainWorkdir(ins) {
			start = ""
		}
		fix.Applicability = lint.Safe
	}
	if strings.HasPrefix(start, "/") && len(x.Used) == 0 && !commented(p, ins) && plain(x.Value) {
		fix.Edits = []lint.Edit{lint.Replace(ins.ArgsRange, path.Join(start, x.Value))}
		d.Fixes = []lint.Fix{fix}
	}
	p.Report(d)
}

// plain reports whether a path can be written without quotes.
func plain(name string) bool {
	for k := range len(name) {
		switch c := name[k]; {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
		case c == '/' || c == '.' || c == '-' || c == '_' || c == '@' || c == '+':
		default:
			return false
		}
	}
	return true
}
