package security

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// ExplicitGroup finds USER with a group where the user has more of them.
var ExplicitGroup = &lint.Rule{
	ID:      "explicit-group",
	Summary: "USER with a group drops the other groups of the user",
	Aliases: []string{"tally/user-explicit-group-drops-supplementary-groups"},
	Doc: `
USER app:app runs the program as app with the group app and no other, whatever
/etc/group says. Groups that useradd -G, usermod -aG, gpasswd -a, adduser or addgroup
gave to the user are lost. USER app keeps them.

# Fix safety

The fix leaves the group out. It is unsafe because the program then has the groups, and
because the first group of the user may be another one.
`,
	Bad:      "FROM debian:13\nRUN useradd -G video app\nUSER app:app\n",
	Good:     "FROM debian:13\nRUN useradd -G video app\nUSER app\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("USER") {
			if len(ins.Args) != 1 {
				continue
			}
			w := ins.Args[0]
			user, _, has := strings.Cut(w.Value, ":")
			at := strings.IndexByte(p.Source.Slice(w.Range), ':')
			if !has || at < 0 || user == "" || strings.ContainsAny(w.Value, `$"`) {
				continue
			}
			r, ok := moreGroups(p, ins, user)
			if !ok {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   w.Range,
				Message: "The group drops all others that " + user + " is given above: leave it out",
				Related: []lint.Related{{Range: r, Message: "more groups"}},
				Fixes: []lint.Fix{{
					Title: "Leave the group out", Applicability: lint.Unsafe,
					Edits: []lint.Edit{lint.Delete(source.Range{Start: w.Range.Start + at, End: w.Range.End})},
				}},
			})
		}
	},
}

// moreGroups returns the command above that gives the user a further group.
func moreGroups(p *lint.Pass, before *dockerfile.Instruction, user string) (source.Range, bool) {
	for s := range p.Stages().StageOf(before).Chain() {
		if g, ok := givenGroups(p, s)[user]; ok && g.index < before.Index {
			return g.command, true
		}
	}
	return source.Range{}, false
}

// givenGroup is the first command of a stage that gives a user a further group.
type givenGroup struct {
	index   int // of the RUN
	command source.Range
}

type givenGroupsKey struct{ s *stage.Stage }

// givenGroups returns such commands, by the names of the users.
func givenGroups(p *lint.Pass, s *stage.Stage) map[string]givenGroup {
	return p.View(givenGroupsKey{s}, func(*lint.Document) any {
		out := map[string]givenGroup{}
		for _, ins := range s.Body {
			if ins.Name != "RUN" || ins.Err != nil {
				continue
			}
			for c := range p.Shell(ins).Find("useradd", "usermod", "gpasswd", "adduser", "addgroup") {
				user := givesGroup(c)
				if _, known := out[user]; user != "" && !known {
					out[user] = givenGroup{ins.Index, c.NameRange}
				}
			}
		}
		return out
	}).(map[string]givenGroup)
}

// givesGroup returns the user to whom a command gives a further group, or "".
func givesGroup(c *shell.Command) string {
	ops := c.Operands()
	switch c.Name {
	case "useradd", "usermod":
		if c.Has("-G", "--groups") && len(ops) == 1 {
			return ops[0].Value
		}
	case "gpasswd":
		w, _ := c.Option("-a", "--add")
		return w.Value
	case "adduser", "addgroup":
		if len(ops) == 2 && !c.Has("-S", "--system") {
			return ops[0].Value
		}
	}
	return ""
}
