package security

import (
	"path"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/source"
)

// WritableProgram finds programs that the user they run as can change.
var WritableProgram = &lint.Rule{
	ID:      "writable-program",
	Summary: "The user that a program runs as should not be able to change it",
	Aliases: []string{"S6504"},
	Doc: `
Who gets a program to do what it should not may have it write files. When the program
itself, or the configuration that it trusts, belongs to its own user, that is enough to
stay. What is only read and run can belong to root.

COPY and ADD with --chown are looked at when the stage ends with the same user, and only
for what lands in a folder for programs (/usr/local/bin and the like), below /etc, or
is started by ENTRYPOINT or CMD by its path. Folders for data, and sources of
interpreted programs, often have to be writable and are left alone.

A fix to be chosen by hand leaves the files to root. Their mode must then let others
read and run them.
`,
	Bad:      "FROM alpine:3.22\nCOPY --chown=app app /usr/local/bin/\nUSER app\nCMD [\"app\"]\n",
	Good:     "FROM alpine:3.22\nCOPY app /usr/local/bin/\nUSER app\nCMD [\"app\"]\n",
	Severity: lint.Info,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("COPY", "ADD") {
			s := p.Stages().StageOf(ins)
			cp := p.Layers().Step(ins).Copy
			if s == nil || s.Windows() || cp == nil || cp.Chown == "" || !cp.DestKnown {
				continue
			}
			end := s.Final()
			if !end.UserKnown || root(end.User) || !sameUser(cp.Chown, end.User) || readOnly(cp.Chmod) {
				continue
			}
			f := ins.Flag("chown")
			if f == nil || !trusted(p, ins, cp) {
				continue
			}
			// With the blank in front of it.
			gone := source.Range{Start: f.Range.Start - 1, End: f.Range.End}
			p.Report(lint.Diagnostic{
				Range:   f.Range,
				Message: "the user that runs the program can change it: leave it to root",
				Related: []lint.Related{{Range: end.UserBy.Keyword.Range, Message: "runs as " + end.User}},
				Fixes: []lint.Fix{{
					Title: "Leave it to root",
					Edits: []lint.Edit{lint.Delete(gone)},
				}},
			})
		}
	},
}

// sameUser reports whether an owner and a user are one, without their groups.
func sameUser(owner, user string) bool {
	a, _, _ := strings.Cut(owner, ":")
	b, _, _ := strings.Cut(user, ":")
	return a != "" && a == b && !strings.Contains(a, "$")
}

// readOnly reports whether a mode keeps the owner from writing.
func readOnly(chmod string) bool {
	m, err := strconv.ParseUint(chmod, 8, 32)
	return err == nil && m&0o200 == 0 || err != nil && chmod != ""
}

// trusted reports whether what is copied is a program or a configuration.
func trusted(p *lint.Pass, ins *dockerfile.Instruction, cp *layers.Copy) bool {
	for _, dir := range [...]string{"/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/usr/sbin", "/bin", "/sbin", "/etc"} {
		if cp.DestPath == dir || layers.Inside(dir, cp.DestPath) {
			return true
		}
	}
	return starts(p, ins, cp)
}

// starts reports whether the file that is copied, and no folder, is what the image
// starts.
func starts(p *lint.Pass, ins *dockerfile.Instruction, cp *layers.Copy) bool {
	if len(cp.Sources) != 1 || cp.Sources[0].Wide() || cp.Sources[0].URL || !cp.Sources[0].Known || cp.Sources[0].Heredoc != nil {
		return false
	}
	target := cp.DestPath
	if cp.DestDir {
		target = path.Join(target, path.Base(cp.Sources[0].Value))
	}
	for _, o := range p.Stages().StageOf(ins).Body {
		if o.Err != nil || !o.Is("ENTRYPOINT", "CMD") {
			continue
		}
		for _, c := range p.Shell(o).All() {
			if len(c.Words) > 0 && c.Words[0].Static && strings.Contains(c.Words[0].Value, "/") &&
				layers.Absolute(p.Stages().StageOf(ins).Final().Workdir, c.Words[0].Value) == target && isFile(p, cp) {
				return true
			}
		}
	}
	return false
}

// isFile reports whether the source is not known to be a folder.
func isFile(p *lint.Pass, cp *layers.Copy) bool {
	if !cp.FromContext() || !p.Build.Context.Known() {
		return true
	}
	e, err := p.Build.Context.Stat(cp.Sources[0].Value)
	return err != nil || !e.IsDir()
}
