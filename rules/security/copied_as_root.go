package security

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/stage"
)

// CopiedAsRoot finds files that belong to root although another user copies them.
var CopiedAsRoot = &lint.Rule{
	ID:      "copied-as-root",
	Summary: "COPY gives files to root, whatever USER says",
	Aliases: []string{"tally/copy-after-user-without-chown", "tally/ruby/state-paths-not-writable-as-non-root"},
	Doc: `
COPY and ADD make files that belong to root, also below a USER. The program can read
them, and not write where it may have to. --chown gives them to the user.

Nothing is found where a later RUN of the stage changes the owner.

# Fix safety

The fix adds --chown with the user that is in force. It is unsafe because the program may
then change its own files.
`,
	Off:      "files that the program cannot change are the safer ones; writable-program finds the opposite",
	Bad:      "FROM alpine:3.22\nUSER app\nCOPY . /app/\n",
	Good:     "FROM alpine:3.22\nUSER app\nCOPY --chown=app . /app/\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("COPY", "ADD") {
			s := p.Stages().StageOf(ins)
			at := p.Stages().StateAt(ins)
			if s == nil || s.Windows() || ins.Flag("chown") != nil || at.UserBy == nil || !at.UserKnown || at.User == "" || root(at.User) || ownerChanged(p, ins) {
				continue
			}
			user := strings.Trim(at.UserBy.Args[0].Value, `"`)
			d := lint.Diagnostic{
				Range:   ins.Keyword.Range,
				Message: "The files belong to root, and " + at.User + " cannot change them: add --chown if it must",
				Related: []lint.Related{{Range: at.UserBy.Keyword.Range, Message: "the user"}},
			}
			if !strings.ContainsAny(user, " \t\"'\\") {
				d.Fixes = []lint.Fix{{
					Title: "Add --chown=" + user, Applicability: lint.Unsafe,
					Edits: []lint.Edit{lint.Insert(ins.Keyword.Range.End, " --chown="+user)},
				}}
			}
			p.Report(d)
		}
	},
}

// ownerChanged reports whether a later RUN may give the files to somebody.
func ownerChanged(p *lint.Pass, copied *dockerfile.Instruction) bool {
	adds := p.Layers().Step(copied).Adds
	for _, change := range ownerChanges(p, p.Stages().StageOf(copied)) {
		if change.index <= copied.Index {
			continue
		}
		if change.path == "" {
			return true
		}
		for k := range adds {
			if adds[k].Path == change.path || layers.Inside(change.path, adds[k].Path) || layers.Inside(adds[k].Path, change.path) {
				return true
			}
		}
	}
	return false
}

// ownerChange is a path whose owner a RUN changes, "" for one that is not known.
type ownerChange struct {
	index int // of the RUN
	path  string
}

type ownerChangesKey struct{ s *stage.Stage }

// ownerChanges returns all of a stage.
func ownerChanges(p *lint.Pass, s *stage.Stage) []ownerChange {
	return p.View(ownerChangesKey{s}, func(*lint.Document) any {
		var out []ownerChange
		for _, ins := range s.Body {
			if ins.Name != "RUN" || ins.Err != nil {
				continue
			}
			for c := range p.Shell(ins).Find("chown", "chgrp") {
				for _, e := range c.Writes() {
					change := ownerChange{index: ins.Index}
					if e.Known {
						change.path = layers.Absolute(p.Stages().StateAt(ins).Workdir, e.Path)
					}
					out = append(out, change)
				}
			}
		}
		return out
	}).([]ownerChange)
}
