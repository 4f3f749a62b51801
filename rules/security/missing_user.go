package security

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/stage"
)

// MissingUser finds images that run as root for want of a USER.
var MissingUser = &lint.Rule{
	ID:      "missing-user",
	Summary: "Without USER an image runs as root",
	Aliases: []string{
		"DS-0002", "CKV_DOCKER_3", "S6471", "CIS-DI-0001", "kics/missing_user_instruction", "semgrep/missing-user",
		"semgrep/missing-user-entrypoint", "tally/user-created-but-never-used", "tally/stateful-root-runtime",
	},
	Doc: `
An image in which no USER is set runs as root, unless its base image says otherwise.
It is but a note: half of all images do without, who starts the container can set a
user, and some images step down by themselves.

For base images that are known to set a user (distroless nonroot, chiselled .NET and
others) nothing is found. Stages without a command on scratch, which only hold files,
are left alone, and so is Windows. Where sudo is called on an image that is not known,
that has a user of its own. The rule root-user is about a last USER that is root.

Where the base image brings an account for the purpose, a fix to be chosen by hand
inserts USER: whether the program can do without root, no linter knows.
`,
	Bad:      "FROM alpine:3.22\nCMD [\"app\"]\n",
	Good:     "FROM alpine:3.22\nUSER 10001\nCMD [\"app\"]\n",
	Severity: lint.Info,
	Fixable:  true,
	Since:    "0.1",
	Check:    checkMissingUser,
}

func checkMissingUser(p *lint.Pass) {
	s := p.Stages().Target
	if s == nil || s.Windows() || s.Final().UserBy != nil {
		return
	}
	image, known := p.Image(s)
	if known && image.User != "" && !root(image.User) {
		return
	}
	command := false
	for t := range s.Chain() {
		for _, ins := range t.Body {
			command = command || ins.Is("CMD", "ENTRYPOINT")
		}
	}
	if s.Root().Base.Scratch() && !command || !known && callsSudo(p, s) {
		return
	}
	d := lint.Diagnostic{
		Range:   s.Image.Range,
		Message: "The image runs as root, because neither it nor its base image sets a USER: add one that has no more rights than the program needs",
	}
	if !known {
		d.Message = "No USER is set, so the image runs as root unless its base image says otherwise: add a USER"
	}
	if known && len(image.Users) > 0 {
		d.Fixes = insertUser(s, image.Users[0].Name, ", which the base image brings")
	}
	p.Report(d)
}

// callsSudo reports whether a RUN of the stage or of those below calls sudo to get
// the rights of root.
func callsSudo(p *lint.Pass, s *stage.Stage) bool {
	for t := range s.Chain() {
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
