package security

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
)

// AddInsteadOfCopy finds ADD of plain files.
var AddInsteadOfCopy = &lint.Rule{
	ID:      "add-instead-of-copy",
	Summary: "COPY does for files and folders what ADD does",
	Aliases: []string{
		"DL3020", "DS-0005", "CKV_DOCKER_4", "S7029", "CIS-DI-0009", "kics/add_instead_of_copy",
		"semgrep/prefer-copy-over-add",
	},
	Doc: `
ADD downloads, clones and unpacks, depending on what its source looks like: a file
that happens to be an archive is unpacked. COPY copies, and nothing else.

Archives, URLs and repositories are what ADD is for, and sources that a variable
names may be one: they are left alone. Hadolint reports those, too.

# Fix safety

The fix is unsafe, because a file may be an archive whatever it is called, and then
is no longer unpacked.
`,
	Bad:      "FROM alpine\nADD app.py /app/\n",
	Good:     "FROM alpine\nCOPY app.py /app/\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.WithTriggers("ADD") {
			if len(ins.Args) > 1 && plainSources(p, ins) {
				reportAdd(p, ins)
			}
		}
	},
}

// archives are the extensions of what ADD unpacks, or may.
var archives = [...]string{
	".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst", ".gz", ".bz2", ".xz", ".zst", ".lzma", ".lz", ".tlz", ".z", ".tb2", ".tz",
}

// plainSources reports whether no source is, or may be, an archive or remote.
func plainSources(p *lint.Pass, ins *dockerfile.Instruction) bool {
	scope := p.Stages().ScopeAt(ins)
	for k := range len(ins.Args) - 1 {
		v := strings.Trim(ins.Args[k].Value, `"'`)
		if strings.Contains(v, "$") {
			x := scope.Expand(ins.Args[k].Value)
			if !x.Known || x.Err != nil || ins.Parent != nil {
				return false
			}
			v = x.Value
		}
		if strings.HasPrefix(v, "<<") {
			continue
		}
		if strings.Contains(v, "://") || strings.HasPrefix(v, "git@") || strings.HasSuffix(v, ".git") {
			return false
		}
		ext := strings.ToLower(path.Ext(v))
		if strings.ContainsAny(ext, "*?[") {
			return false
		}
		for _, a := range archives {
			if ext == a {
				return false
			}
		}
	}
	return true
}

func reportAdd(p *lint.Pass, ins *dockerfile.Instruction) {
	d := lint.Diagnostic{
		Range:   ins.Keyword.Range,
		Message: "ADD may unpack or download, and this only copies: write COPY",
	}
	keyword := "COPY"
	if ins.Keyword.Value == "add" {
		keyword = "copy"
	}
	fits := true
	for k := range ins.Flags {
		switch ins.Flags[k].Name {
		case "checksum", "keep-git-dir", "unpack":
			fits = false
		}
	}
	if fits {
		d.Fixes = []lint.Fix{{
			Title:         "Write COPY",
			Applicability: lint.Unsafe,
			Edits:         []lint.Edit{lint.Replace(ins.Keyword.Range, keyword)},
		}}
	}
	p.Report(d)
}
