package security

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// NamedUser finds a USER that is a name.
var NamedUser = &lint.Rule{
	ID:      "named-user",
	Summary: "The last USER should be a number",
	Aliases: []string{"DL3066"},
	Doc: `
Kubernetes checks runAsNonRoot before it starts the container, when it cannot look
up names: an image with the name of a user is refused. A number works everywhere.

Only the last USER of the stage that is built counts, and root, which is another
rule's, does not.
`,
	Bad:      "FROM alpine\nUSER app\n",
	Good:     "FROM alpine\nUSER 10001\n",
	Severity: lint.Info,
	Off:      "it matters on Kubernetes with runAsNonRoot only, and names are what most images use",
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		s := p.Stages().Target
		if s == nil || s.Windows() {
			return
		}
		at := s.Final()
		if at.UserBy == nil || !at.UserKnown || root(at.User) || len(at.UserBy.Args) == 0 {
			return
		}
		name, _, _ := strings.Cut(at.User, ":")
		if name != "" && strings.Trim(name, "0123456789") != "" {
			p.Report(lint.Diagnostic{
				Range:   at.UserBy.Args[0].Range,
				Message: "Kubernetes cannot tell whether a user's name means root and refuses it under runAsNonRoot: use the number",
			})
		}
	},
}
