package stage

import (
	"strings"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// Missing is the use of a variable that nothing in the Dockerfile defines.
type Missing struct {
	Name string
	// Range marks the name, or the whole word where it cannot be told.
	Range source.Range
	// Default says that the use says what to do without a value, as ${X:-y} does.
	Default bool
}

// MissingIn returns the variables that BuildKit expands in the instruction and
// that nothing in the Dockerfile defines, each name once. The base image may
// define them. Commands are not looked at: their variables are the shell's.
func (g *Graph) MissingIn(ins *dockerfile.Instruction) []Missing {
	if ins.Err != nil || ins.Parent != nil || !strings.Contains(g.File.Source.Slice(ins.Range), "$") {
		return nil
	}
	m := missing{graph: g, scope: g.ScopeAt(ins)}
	m.instruction(ins)
	return m.found
}

// Refusal is a word that BuildKit's shell lexer cannot read, so that the build
// stops there.
type Refusal struct {
	Range source.Range
	Err   error
}

// Refused returns the words of the instruction whose variables BuildKit cannot put
// in, whatever their values are.
func (g *Graph) Refused(ins *dockerfile.Instruction) []Refusal {
	if ins.Err != nil || ins.Parent != nil {
		return nil
	}
	m := missing{graph: g, scope: g.ScopeAt(ins)}
	if ins.Name == "FROM" {
		m.flags(ins)
		m.words(ins.Args)
	} else {
		m.instruction(ins)
	}
	return m.refused
}

func (m *missing) instruction(ins *dockerfile.Instruction) {
	switch ins.Name {
	case "ENV", "LABEL", "ARG":
		for k := range ins.Pairs {
			m.word(ins.Pairs[k].Key)
			m.word(ins.Pairs[k].Value)
		}
	case "ADD", "COPY":
		m.flags(ins)
		m.words(ins.Args)
		for k := range ins.Heredocs {
			if h := &ins.Heredocs[k]; h.Expand {
				m.add(m.scope.ExpandHeredoc(h.Content), h.Body)
			}
		}
	case "EXPOSE", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR":
		m.words(ins.Args)
	case "RUN":
		m.flags(ins)
	}
}

type missing struct {
	graph   *Graph
	scope   Scope
	found   []Missing
	refused []Refusal
}

func (m *missing) words(words []dockerfile.Word) {
	for k := range words {
		m.word(words[k])
	}
}

func (m *missing) flags(ins *dockerfile.Instruction) {
	for k := range ins.Flags {
		fl := &ins.Flags[k]
		if fl.Name == "from" {
			continue
		}
		for i := range fl.Options {
			if o := &fl.Options[i]; o.Key != "from" {
				m.word(dockerfile.Word{Value: o.Value, Range: o.ValueRange})
			}
		}
		if len(fl.Options) == 0 {
			m.word(dockerfile.Word{Value: fl.Value, Range: fl.ValueRange})
		}
	}
}

func (m *missing) word(w dockerfile.Word) {
	if strings.IndexByte(w.Value, '$') >= 0 {
		m.add(m.scope.Expand(w.Value), w.Range)
	}
}

func (m *missing) add(x Expansion, r source.Range) {
	if x.Err != nil {
		m.refused = append(m.refused, Refusal{Range: r, Err: x.Err})
		return
	}
	for _, name := range x.Missing {
		if m.has(name) || name == "" || '0' <= name[0] && name[0] <= '9' || !isName(name) {
			continue
		}
		use := Missing{Name: name, Range: r}
		if at, ok := m.graph.File.Variable(r, name); ok {
			use.Range = at
			rest := strings.TrimPrefix(m.graph.File.Source.Text[at.End:], ":")
			braced := m.graph.File.Source.Text[at.Start-1] == '{'
			use.Default = braced && (strings.HasPrefix(rest, "-") || strings.HasPrefix(rest, "+"))
		}
		m.found = append(m.found, use)
	}
}

func (m *missing) has(name string) bool {
	for k := range m.found {
		if m.found[k].Name == name {
			return true
		}
	}
	return false
}

// isName reports whether s is the name of a variable, and no special parameter.
func isName(s string) bool {
	return strings.Trim(s, "_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

// Global reports whether the name is that of an ARG above the first FROM, or of
// one that BuildKit sets there. A stage must declare it before it can use it.
func (g *Graph) Global(name string) bool {
	return len(g.meta[name]) > 0 || IsPlatformArg(name)
}
