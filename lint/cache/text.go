package cache

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
)

// text is an instruction as BuildKit shows it: continued lines joined, variables
// put in.
func (g *Graph) text(now state, ins *dockerfile.Instruction, summary string) string {
	if ins.Node == nil {
		return ins.Name
	}
	text := strings.TrimSpace(ins.Node.Original) + summary
	if ins.Parent != nil {
		text = strings.TrimSpace(ins.Name + " " + joinArgs(ins))
	}
	if strings.ContainsAny(text, "$'\"\\`") {
		lex := shell.NewLex(rune(g.in.Doc.Tree().Escape))
		if ins.Name == "RUN" {
			lex.RawQuotes, lex.RawEscapes, lex.SkipUnsetEnv = true, true, true
		}
		if out, _, err := lex.ProcessWord(dockerfile.Lexable(text), bounded(shown(now.env))); err == nil {
			text = out
		}
	}
	// As BuildKit does it: a tab is no blank.
	word, rest, more := strings.Cut(text, " ")
	if !more {
		return strings.ToUpper(word)
	}
	return strings.ToUpper(word) + " " + rest
}

// withBasePath expands a word in which the PATH of the base image takes part. Its
// name stands for it.
func (g *Graph) withBasePath(now state, word string) string {
	env := append([]variable{{name: "PATH", value: "$PATH"}}, now.env...)
	lex := shell.NewLex(rune(g.in.Doc.Tree().Escape))
	out, _, err := lex.ProcessWord(dockerfile.Lexable(word), bounded(values(env)))
	if err != nil {
		return word
	}
	return out
}

func joinArgs(ins *dockerfile.Instruction) string {
	var out []string
	for _, f := range ins.Flags {
		out = append(out, "--"+f.Name+"="+f.Value)
	}
	for _, w := range ins.Args {
		out = append(out, w.Value)
	}
	return strings.Join(out, " ")
}

// bounded keeps a word with very many variables from growing without end: behind
// a megabyte, their names stand for their values.
func bounded(env shell.EnvGetter) shell.EnvGetter { return &room{env, 1 << 20} }

type room struct {
	shell.EnvGetter
	left int
}

// Get returns the value of a variable.
func (r *room) Get(name string) (string, bool) {
	value, ok := r.EnvGetter.Get(name)
	if r.left -= len(value); r.left < 0 {
		return "$" + name, ok
	}
	return value, ok
}

// values gives the values of variables, the last of a name first.
type values []variable

// Get returns the value of a variable.
func (e values) Get(name string) (string, bool) {
	for _, v := range slices.Backward(e) {
		if v.name == name {
			return v.value, true
		}
	}
	return "", false
}

// Keys returns the names of the variables.
func (e values) Keys() []string { return shown(e).Keys() }

// shown gives the values that may be shown.
type shown []variable

// Get returns the value of a variable. Values of secrets are not shown, but
// their names.
func (e shown) Get(name string) (string, bool) {
	for _, v := range e {
		if v.name != name {
			continue
		}
		if knowledge.ClassifyName(name) == knowledge.NameSecret {
			return "$" + name, true
		}
		return v.value, true
	}
	return "", false
}

// Keys returns the names of the variables.
func (e shown) Keys() []string {
	out := make([]string, len(e))
	for k, v := range e {
		out[k] = v.name
	}
	return out
}
