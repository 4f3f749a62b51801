package security

import (
	"path"
	"strconv"
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

The fix is safe where the build context has all the files and none is an archive. It is
unsafe otherwise, because a file may be an archive whatever it is called, and then is no
longer unpacked.
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
		if noArchive(p, ins) {
			d.Fixes = safely(d.Fixes)
		}
	}
	p.Report(d)
}

// noArchive reports whether the build context has all sources and none is an archive.
// What lies in folders is copied as it is.
func noArchive(p *lint.Pass, ins *dockerfile.Instruction) bool {
	context := p.Document.Context()
	c := p.Layers().Step(ins).Copy
	if !context.Known() || c == nil || ins.IsOnbuild() || len(c.Sources) == 0 {
		return false
	}
	for k := range c.Sources {
		s := &c.Sources[k]
		if !s.Known || s.URL || s.Heredoc != nil {
			return false
		}
		paths, err := context.Glob(s.Value)
		if err != nil || len(paths) == 0 {
			return false
		}
		for _, e := range paths {
			if e.IsDir() {
				continue
			}
			data, err := context.ReadHead(e.Path, 512)
			if err != nil || !e.IsRegular() || archive(data) {
				return false
			}
		}
	}
	return true
}

// archive reports whether a file that begins like this is, or may be, one that ADD
// unpacks: an archive of tar, compressed or not.
func archive(head []byte) bool {
	for _, magic := range [...]string{"\x1f\x8b", "BZh", "\xfd7zXZ\x00", "\x28\xb5\x2f\xfd", "\x04\x22\x4d\x18"} {
		if strings.HasPrefix(string(head), magic) {
			return true
		}
	}
	return len(head) == 512 && tarChecksum(head)
}

// tarChecksum reports whether the block is a header of tar, which holds the sum of its
// bytes.
func tarChecksum(block []byte) bool {
	sum := 0
	for k, b := range block {
		if k >= 148 && k < 156 {
			b = ' '
		}
		sum += int(b)
	}
	n, err := strconv.ParseInt(strings.Trim(string(block[148:156]), " \x00"), 8, 32)
	return err == nil && int(n) == sum
}
