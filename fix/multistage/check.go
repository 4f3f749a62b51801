package multistage

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// check proves what can be proved without building: the text parses, there are
// two stages, every COPY --from resolves, the configuration is the same, and
// what is started is there.
func check(s *subject, p *plan, prop *Proposal) *Refusal {
	d := lint.NewDocument(source.NewFile(s.doc.Source.Path, prop.Text), lint.Build{Options: withoutTarget(s), Context: s.doc.Context()})
	broken := func(why string) *Refusal {
		return refuse(BrokenFile, "a text that can be split", "the split would not be sound: "+why)
	}
	if len(d.Tree().Errors) > 0 {
		return broken(d.Tree().Errors[0].Message)
	}
	g := d.Stages()
	want := 2
	if len(p.tests) > 0 {
		want += 1 + min(1, len(p.tail))
	}
	if len(g.Stages) != want {
		return broken(fmt.Sprintf("it has %d stages", len(g.Stages)))
	}
	last := g.Stages[want-1]
	for _, use := range last.Uses {
		if use.Kind == stage.CopyFrom && (use.Stage == nil || use.Stage.Root() != g.Stages[0] || use.Stage.NameWord.Value == "test") {
			return broken("a COPY does not find the build stage")
		}
	}
	if r := checkSecrets(s, p); r != nil {
		return r
	}
	if r := checkLaunch(s, p); r != nil {
		return r
	}
	if why := configDiffers(s, p, d, last); why != "" {
		return broken(why)
	}
	return nil
}

func withoutTarget(s *subject) stage.Options {
	o := s.doc.Stages().Options()
	o.Target = ""
	return o
}

// configDiffers compares the configuration of both images.
func configDiffers(s *subject, p *plan, d *lint.Document, last *stage.Stage) string {
	before := s.stage.Final()
	after := last.Final()
	if after.UserBy == nil && before.UserBy != nil || after.User != before.User && before.UserBy != nil || p.user != "" && after.User != p.user {
		return "the user differs"
	}
	env := map[string]string{}
	for _, v := range d.Stages().ScopeAtEnd(last).All() {
		if v.Kind == stage.Env {
			env[v.Name] = v.Value
		}
	}
	for _, v := range s.doc.Stages().ScopeAtEnd(s.stage).All() {
		if v.Kind != stage.Env || isBuildVariable(v.Name) || p.dropEnv != nil && p.dropEnv(v.Name) {
			continue
		}
		if got, ok := env[v.Name]; !ok || v.Known && got != v.Value {
			return "ENV " + v.Name + " differs"
		}
	}
	count := func(body []string, name string) int {
		k := 0
		for _, b := range body {
			if b == name {
				k++
			}
		}
		return k
	}
	names := func(st *stage.Stage) []string {
		var out []string
		for _, ins := range st.Body {
			out = append(out, ins.Name)
		}
		return out
	}
	for _, name := range [...]string{"EXPOSE", "LABEL", "VOLUME", "STOPSIGNAL", "HEALTHCHECK"} {
		if p.launch == nil && count(names(s.stage), name) != count(names(last), name) {
			return name + " differs"
		}
	}
	return ""
}

// checkLaunch makes sure that what the start command and the health check name
// by path is in the new image.
func checkLaunch(s *subject, p *plan) *Refusal {
	if p.launch != nil {
		return nil
	}
	missing := func(at string) *Refusal {
		return refuse(LaunchNotBuilt, at+" in the new stage",
			"the start command or the health check names "+at+", and no step is known to make it; write there, or name what is built")
	}
	for _, script := range s.launch.scripts {
		if !p.covers(script) {
			return missing(script)
		}
	}
	for _, words := range s.launch.commands {
		if prog := words[0]; strings.Contains(prog, "/") && !strings.Contains(prog, "$") {
			at := absolute(s.workdir, prog)
			if !p.covers(at) && !p.hasTool(prog) {
				return missing(at)
			}
		}
		for _, w := range words[1:] {
			at := absolute(s.workdir, w)
			if strings.ContainsAny(w, "$*") || strings.HasPrefix(w, "-") || p.covers(at) {
				continue
			}
			if s.tree.isFile(at) || p.rewrite == nil && path.Ext(at) != "" && s.namedByStep(at) {
				return missing(at)
			}
		}
	}
	return checkHealth(s, p, missing)
}

// namedByStep reports whether a RUN names a file that is there in the end, as far as is
// known: it may make it.
func (s *subject) namedByStep(at string) bool {
	if s.removed(at) {
		return false
	}
	return slices.ContainsFunc(s.steps, func(st *step) bool {
		args, _ := s.args(st)
		return st.dir != "" && slices.ContainsFunc(args, func(w string) bool {
			return !strings.HasPrefix(w, "-") && absolute(st.dir, w) == at
		})
	})
}

func checkHealth(s *subject, p *plan, missing func(string) *Refusal) *Refusal {
	for _, ins := range s.stage.Body {
		if !ins.Is("HEALTHCHECK") || ins.Err != nil {
			continue
		}
		script := s.doc.Shell(ins)
		if script == nil || script.Form == shell.ExecForm {
			continue
		}
		for _, cmd := range script.Commands {
			for _, w := range cmd.Words {
				at := absolute(s.workdir, w.Value)
				if w.Static && s.tree.isFile(at) && !p.covers(at) {
					return missing(at)
				}
			}
		}
	}
	return nil
}
