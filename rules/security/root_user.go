package security

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/stage"
)

// RootUser finds images that run as root.
var RootUser = &lint.Rule{
	ID:      "root-user",
	Summary: "The image should not run as root",
	Aliases: []string{
		"DL3002", "DS-0002", "CKV_DOCKER_3", "CKV_DOCKER_8", "S6471", "CIS-DI-0001", "kics/last_user_is_root",
		"kics/missing_user_instruction", "semgrep/last-user-is-root", "semgrep/missing-user",
		"semgrep/missing-user-entrypoint", "ID.20017", "tally/user-created-but-never-used",
	},
	Doc: `
Who breaks into a process that runs as root owns the container, and has more ways
out of it. The last USER of the stage that is built counts; other stages may be
root, since they are not run.

The base image may set a user: for images that are known (distroless nonroot,
chiselled .NET and others) nothing is found. A missing USER is but a note: who
starts the container can set one, and some images step down by themselves.
Stages without a command on scratch, which only hold files, are left alone, and so
is Windows. Where sudo is called on an image that is not known, that has a user of
its own.

Where the base image brings an account for the purpose, a fix to be chosen by hand
inserts USER: whether the program can do without root, no linter knows.
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
		if at := s.Final(); at.UserBy != nil {
			if at.UserKnown && root(at.User) && len(at.UserBy.Args) > 0 {
				p.Report(lint.Diagnostic{
					Range:   at.UserBy.Args[0].Range,
					Message: "The image runs as root: end with a USER that has no more rights than the program needs",
				})
			}
			return
		}
		checkMissing(p, s)
	},
}

func checkMissing(p *lint.Pass, s *stage.Stage) {
	image, known := p.Image(s)
	if known && image.User != "" && !root(image.User) {
		return
	}
	command := false
	for _, t := range s.Chain() {
		for _, ins := range t.Body {
			command = command || ins.Is("CMD", "ENTRYPOINT")
		}
	}
	if s.Root().Base.Scratch() && !command || !known && callsSudo(p, s) {
		return
	}
	// Half of all images do without USER, and who starts the container can set
	// one: worth knowing, no reason to fail.
	d := lint.Diagnostic{
		Severity: lint.Info,
		Range:    s.Image.Range,
		Message:  "The image runs as root, because neither it nor its base image sets a USER: add one that has no more rights than the program needs",
	}
	if !known {
		d.Message = "No USER is set, so the image runs as root unless its base image says otherwise: add a USER"
	}
	if known && len(image.Users) > 0 {
		d.Fixes = insertUser(s, image.Users[0])
	}
	p.Report(d)
}

// callsSudo reports whether a RUN of the stage or of those below calls sudo to get
// the rights of root.
func callsSudo(p *lint.Pass, s *stage.Stage) bool {
	for _, t := range s.Chain() {
		for _, ins := range t.Body {
			if ins.Name != "RUN" || ins.Err != nil {
				continue
			}
			for c := range p.Shell(ins).FindWrapped("sudo") {
				if w := c.Wrapper("sudo"); w != nil && len(w.Words) == 1 && !c.Conditional {
					return true
				}
			}
		}
	}
	return false
}

// insertUser returns the fix that runs the image as a user of its base image.
func insertUser(s *stage.Stage, u knowledge.User) []lint.Fix {
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
		Title: "Run as " + u.Name + ", which the base image brings",
		Edits: []lint.Edit{lint.Insert(before.Lines.Start, "USER "+u.Name+"\n")},
	}}
}
