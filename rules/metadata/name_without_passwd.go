package metadata

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// NameWithoutPasswd finds names of users where no file says who they are.
var NameWithoutPasswd = &lint.Rule{
	ID:      "name-without-passwd",
	Summary: "A stage without /etc/passwd knows no users by name",
	Aliases: []string{"tally/named-identity-in-passwdless-stage"},
	Doc: `
An image on scratch has no /etc/passwd and no /etc/group. A name in USER then keeps
the container from starting, and a name in --chown stops the build. Write the number
of the user, or copy the two files from another stage.

Nothing is found once the stage runs a command, or copies something to where the file
lies. The user root, and names that variables hold, are not looked at.
`,
	Bad:      "FROM scratch\nCOPY app /app\nUSER app\nENTRYPOINT [\"/app\"]\n",
	Good:     "FROM scratch\nCOPY app /app\nUSER 10001\nENTRYPOINT [\"/app\"]\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, s := range p.Stages().Stages {
			if s.Base.Stage == nil && s.Base.Scratch() {
				unnamed(p, s)
			}
		}
	},
}

// unnamed looks at the stage, and at those built on it, up to where a file may
// give names.
func unnamed(p *lint.Pass, s *stage.Stage) {
	for _, ins := range s.Body {
		if ins.Err != nil || ins.Is("RUN", "SHELL", "ONBUILD") {
			return
		}
		switch ins.Name {
		case "USER":
			if len(ins.Args) == 1 {
				reportName(p, ins.Args[0].Value, ins.Args[0].Range)
			}
		case "COPY", "ADD":
			if f := ins.Flag("chown"); f != nil {
				reportName(p, f.Value, f.ValueRange)
			}
			if bringsNames(p, ins) {
				return
			}
		}
	}
	for _, u := range s.UsedBy {
		if u.Kind == stage.FromStage {
			if next := p.Stages().StageOf(u.By); next != nil && next != s {
				unnamed(p, next)
			}
		}
	}
}

// bringsNames reports whether a COPY or ADD may bring /etc/passwd.
func bringsNames(p *lint.Pass, ins *dockerfile.Instruction) bool {
	step := p.Layers().Step(ins)
	for k := range step.Adds {
		e := &step.Adds[k]
		if e.Glob || e.Covers("/etc/passwd") || e.Path == "/etc" || layers.Inside("/etc", e.Path) && strings.Contains(e.Path, "passwd") {
			return true
		}
	}
	return len(step.Adds) == 0 || ins.Name == "ADD"
}

func reportName(p *lint.Pass, value string, r source.Range) {
	user, group, _ := strings.Cut(strings.Trim(value, `"`), ":")
	for _, name := range [...]string{user, group} {
		if name == "" || name == "root" || strings.Contains(name, "$") || strings.Trim(name, "0123456789") == "" {
			continue
		}
		p.Report(lint.Diagnostic{
			Range:   r,
			Message: "No /etc/passwd or /etc/group is there to say who " + name + " is: write the number, or copy the files from another stage",
		})
		return
	}
}
