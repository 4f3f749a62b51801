package security

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/stage"
)

// RootUser finds images whose last USER is root.
var RootUser = &lint.Rule{
	ID:      "root-user",
	Summary: "The last USER should not be root",
	Aliases: []string{
		"DL3002", "DS-0002", "CKV_DOCKER_8", "S6471", "CIS-DI-0001", "kics/last_user_is_root", "semgrep/last-user-is-root", "ID.20017",
	},
	Doc: `
Who breaks into a process that runs as root owns the container, and has more ways
out of it. The last USER of the stage that is built counts; other stages may be
root, since they are not run. Windows is left alone. An image without any USER is
what missing-user is about.

Where the stage had another user before, a fix to be chosen by hand goes back to it:
whether the program can do without root, no linter knows.
`,
	Bad:      "FROM alpine:3.22\nUSER root\nCMD [\"app\"]\n",
	Good:     "FROM alpine:3.22\nUSER 10001\nCMD [\"app\"]\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		s := p.Stages().Target
		if s == nil || s.Windows() {
			return
		}
		at := s.Final()
		if at.UserBy == nil || !at.UserKnown || !root(at.User) || len(at.UserBy.Args) == 0 {
			return
		}
		p.Report(lint.Diagnostic{
			Range:   at.UserBy.Args[0].Range,
			Message: "The image runs as root: end with a USER that has no more rights than the program needs",
			Fixes:   insertUser(s, userBefore(p, s, at.UserBy), ", as above"),
		})
	},
}

// userBefore returns the user that the stage last had before root, or "".
func userBefore(p *lint.Pass, s *stage.Stage, by *dockerfile.Instruction) string {
	user := ""
	for _, ins := range s.Body {
		if ins == by {
			break
		}
		if ins.Name == "USER" && ins.Err == nil && len(ins.Args) == 1 {
			if v := p.Stages().ScopeAt(ins).Expand(ins.Args[0].Value); v.Known && v.Err == nil && !root(v.Value) {
				user = ins.Args[0].Value
			}
		}
	}
	return user
}

// insertUser returns the fix, to be chosen by hand, that runs the image as a user.
func insertUser(s *stage.Stage, user, why string) []lint.Fix {
	if user == "" {
		return nil
	}
	var before *dockerfile.Instruction
	for _, ins := range s.Body {
		if ins.Is("CMD", "ENTRYPOINT") && ins.Err == nil && before == nil {
			before = ins
		} else if !ins.Is("CMD", "ENTRYPOINT", "LABEL", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL", "ENV") {
			before = nil
		}
	}
	if before == nil {
		return nil
	}
	return []lint.Fix{{
		Title: "Run as " + user + why,
		Edits: []lint.Edit{lint.Insert(before.Lines.Start, "USER "+user+"\n")},
	}}
}
