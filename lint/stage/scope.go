package stage

import (
	"slices"
	"strings"
	"sync"

	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"github.com/dlint/dlint/lint/dockerfile"
)

// VarKind says where a variable comes from.
type VarKind uint8

// The kinds of variables.
const (
	Env      VarKind = iota // ENV
	Arg                     // ARG in a stage
	MetaArg                 // ARG above the first FROM
	Platform                // set by BuildKit: TARGETARCH and the like
)

// Var is a binding of an ENV or ARG.
type Var struct {
	Name  string
	Kind  VarKind
	Value string
	// Set is false for an ARG without a value.
	Set bool
	// Known is false when the value is decided outside of the Dockerfile and
	// the command line.
	Known bool
	// By is the instruction, Pair the binding in it; nil for Platform.
	By   *dockerfile.Instruction
	Pair *dockerfile.Pair
	// Meta is the global ARG whose value a bare ARG takes over.
	Meta *Var
}

// PlatformArgs are the arguments that BuildKit sets in the global scope.
var PlatformArgs = [...]string{
	"BUILDARCH", "BUILDOS", "BUILDOSVERSION", "BUILDPLATFORM", "BUILDVARIANT",
	"TARGETARCH", "TARGETOS", "TARGETOSVERSION", "TARGETPLATFORM", "TARGETSTAGE", "TARGETVARIANT",
}

// PredefinedArgs are the arguments that every RUN may use undeclared, and that
// are in no history and no cache key.
var PredefinedArgs = [...]string{
	"ALL_PROXY", "FTP_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY",
	"all_proxy", "ftp_proxy", "http_proxy", "https_proxy", "no_proxy",
}

// IsPlatformArg reports whether BuildKit sets the argument in the global scope.
func IsPlatformArg(name string) bool { return slices.Contains(PlatformArgs[:], name) }

// Expansion is a word with its variables put in.
type Expansion struct {
	Value string
	// Known is false when a variable takes part whose value is not known.
	Known bool
	// Used are the variables that took part, in no special order.
	Used []*Var
	// Missing are names that nothing in the Dockerfile defines, sorted. The base
	// image may define them.
	Missing []string
	// Err is what BuildKit's shell lexer says of a malformed word.
	Err error
}

// Scope is what an instruction sees of ARG and ENV.
type Scope struct {
	graph *Graph
	stage *Stage
	index int // Instruction.Index: bindings before it count
}

// ScopeAt returns what the instruction sees. Bindings of the instruction itself
// are not part of it, except that ARG sees its earlier pairs. FROM sees the
// global arguments and nothing else.
func (g *Graph) ScopeAt(ins *dockerfile.Instruction) Scope {
	if ins.Name == "FROM" {
		return Scope{g, nil, ins.Index}
	}
	return Scope{g, g.stageOf[ins.Index], ins.Index}
}

// ScopeAtEnd returns what is in force behind the last instruction of s.
func (g *Graph) ScopeAtEnd(s *Stage) Scope {
	return Scope{g, s, len(g.File.Instructions)}
}

// Lookup returns the binding of name: the latest with a value, otherwise an ARG
// that declares it. It is nil when nothing in the Dockerfile does; then the base
// image may.
func (s Scope) Lookup(name string) *Var {
	if s.stage == nil {
		return s.graph.lookupMeta(name, s.index)
	}
	var declared *Var
	for st, index := s.stage, s.index; st != nil; st, index = st.Base.Stage, len(s.graph.File.Instructions) {
		vars := st.vars[name]
		for k := len(vars) - 1; k >= 0; k-- {
			v := vars[k]
			if v.By.Index >= index && (v.By.Index > index || v.Kind != Arg) {
				continue
			}
			if v.Set {
				return v
			}
			if declared == nil {
				declared = v
			}
		}
		if st.Base.Stage != nil && st.Base.Stage.Index >= st.Index {
			break
		}
	}
	return declared
}

// All returns the bindings in force, one for each name, sorted by name.
func (s Scope) All() []*Var {
	seen := map[string]bool{}
	var out []*Var
	add := func(vars map[string][]*Var) {
		for name := range vars {
			if seen[name] {
				continue
			}
			seen[name] = true
			if v := s.Lookup(name); v != nil {
				out = append(out, v)
			}
		}
	}
	if s.stage == nil {
		add(s.graph.meta)
	} else {
		for st := range s.stage.Chain() {
			add(st.vars)
		}
	}
	slices.SortFunc(out, func(a, b *Var) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Size returns how many names All looks at. It is at least the length of what All
// returns: names that are declared further down count as well.
func (s Scope) Size() int {
	if s.stage == nil {
		return len(s.graph.meta)
	}
	n := 0
	for st := range s.stage.Chain() {
		n += len(st.vars)
	}
	return n
}

// Expand puts variables into word and resolves its quotes, as BuildKit does for
// every instruction but RUN, CMD and ENTRYPOINT.
func (s Scope) Expand(word string) Expansion {
	if literal(word, s.graph.File.Escape) {
		return Expansion{Value: word, Known: true}
	}
	return expand(word, s.graph.File.Escape, s.Lookup)
}

// ExpandHeredoc puts variables into the body of a COPY or ADD heredoc, where
// quotes mean nothing.
func (s Scope) ExpandHeredoc(body string) Expansion {
	if !strings.ContainsAny(body, `$\`) {
		return Expansion{Value: body, Known: true}
	}
	lex := shell.NewLex('\\')
	lex.SkipProcessQuotes = true
	return run(lex, body, s.Lookup)
}

func (g *Graph) expandMeta(word string) Expansion {
	return expand(word, g.File.Escape, func(name string) *Var { return g.lookupMeta(name, len(g.File.Instructions)) })
}

// literal reports whether nothing in word is to be put in or resolved.
func literal(word string, escape byte) bool {
	for k := range len(word) {
		switch c := word[k]; c {
		case '$', '\'', '"', '<', escape:
			return false
		}
	}
	return true
}

func expand(word string, escape byte, lookup func(string) *Var) Expansion {
	if literal(word, escape) {
		return Expansion{Value: word, Known: true}
	}
	if x, ok := plainExpand(word, escape, lookup); ok {
		return x
	}
	pool := &lexers
	if escape != '\\' {
		pool = &backtickLexers
	}
	lex := pool.Get().(*shell.Lex)
	defer pool.Put(lex)
	return run(lex, word, lookup)
}

// Values may double with each line of a Dockerfile: what is longer than any real
// one is not put in, and not known.
const (
	maxExpansion = 16 << 10 // all variables of one word
	maxValues    = 32 << 20 // all values of one file
	maxWorkdir   = 4096     // as long as a path may be
)

// BuildKit's lexer has a buffer of a kilobyte, and most files need it often.
var (
	lexers         = sync.Pool{New: func() any { return shell.NewLex('\\') }}
	backtickLexers = sync.Pool{New: func() any { return shell.NewLex('`') }}
)

func run(lex *shell.Lex, word string, lookup func(string) *Var) Expansion {
	env := &getter{lookup: lookup, known: true, room: maxExpansion}
	res, err := lex.ProcessWordWithMatches(dockerfile.Lexable(word), env)
	x := Expansion{Value: res.Result, Known: env.known && err == nil, Used: env.used, Err: err}
	for name := range res.Unmatched {
		if v := lookup(name); v == nil {
			x.Missing = append(x.Missing, name)
		}
	}
	slices.Sort(x.Missing)
	return x
}

// getter answers BuildKit's lexer and notes what was asked.
type getter struct {
	lookup func(string) *Var
	known  bool
	used   []*Var
	room   int // for values, in bytes
}

func (e *getter) Get(name string) (string, bool) {
	v := e.lookup(name)
	if v == nil {
		e.known = false
		return "", false
	}
	if !slices.Contains(e.used, v) {
		e.used = append(e.used, v)
	}
	e.known = e.known && v.Known
	if e.room -= len(v.Value); e.room < 0 {
		e.known = false
		return "", v.Set
	}
	return v.Value, v.Set
}

func (e *getter) Keys() []string { return nil }

func (g *Graph) lookupMeta(name string, index int) *Var {
	vars := g.meta[name]
	var declared *Var
	for k := len(vars) - 1; k >= 0; k-- {
		v := vars[k]
		if v.By != nil && v.By.Index > index {
			continue
		}
		if v.Set {
			return v
		}
		if declared == nil {
			declared = v
		}
	}
	if declared != nil {
		return declared
	}
	return g.platformArg(name)
}

// platformArg returns one of the arguments that BuildKit sets by itself.
func (g *Graph) platformArg(name string) *Var {
	if !IsPlatformArg(name) {
		return nil
	}
	v := &Var{Name: name, Kind: Platform, Set: true}
	if value, ok := g.opts.Args[name]; ok {
		v.Value, v.Known = value, true
		return v
	}
	platform := g.opts.Platform
	v.Known = platform != "" && strings.HasPrefix(name, "TARGET")
	if platform == "" {
		platform = "linux/amd64"
	}
	parts := append(strings.SplitN(platform, "/", 3), "", "")
	switch {
	case strings.HasSuffix(name, "PLATFORM"):
		v.Value = platform
	case strings.HasSuffix(name, "OSVERSION"):
		v.Known = false
	case strings.HasSuffix(name, "OS"):
		v.Value = parts[0]
	case strings.HasSuffix(name, "ARCH"):
		v.Value = parts[1]
	case strings.HasSuffix(name, "VARIANT"):
		v.Value = parts[2]
	case name == "TARGETSTAGE":
		v.Value, v.Known = g.opts.Target, true
	}
	return v
}

func (g *Graph) readMeta() {
	for _, ins := range g.Meta {
		for k := range ins.Pairs {
			p := &ins.Pairs[k]
			v := &Var{Name: p.Key.Value, Kind: MetaArg, By: ins, Pair: p}
			if value, ok := g.opts.Args[v.Name]; ok {
				v.Value, v.Set, v.Known = value, true, true
			} else if p.Has {
				x := expand(p.Value.Value, g.File.Escape, func(n string) *Var { return g.lookupMeta(n, ins.Index) })
				g.set(v, x)
			}
			g.meta[v.Name] = append(g.meta[v.Name], v)
		}
	}
}

// set gives a variable its value while there is room for it.
func (g *Graph) set(v *Var, x Expansion) {
	v.Set = true
	if g.values += len(x.Value); g.values <= maxValues {
		v.Value, v.Known = x.Value, x.Known
	}
}

// readScope walks the body of s, binding variables and noting states.
func (g *Graph) readScope(s *Stage) {
	s.vars = map[string][]*Var{}
	st := s.initial()
	g.states[s.From.Index] = st
	for _, ins := range s.Body {
		g.states[ins.Index] = st
		switch ins.Name {
		case "ENV":
			g.bindEnv(s, ins)
		case "ARG":
			g.bindArg(s, ins)
		default:
			st = g.apply(st, ins)
		}
	}
	s.last = st
}

// bindEnv binds the pairs of an ENV. They do not see each other.
func (g *Graph) bindEnv(s *Stage, ins *dockerfile.Instruction) {
	scope := g.ScopeAt(ins)
	for k := range ins.Pairs {
		p := &ins.Pairs[k]
		name := scope.Expand(p.Key.Value)
		x := scope.Expand(p.Value.Value)
		v := &Var{Name: name.Value, Kind: Env, By: ins, Pair: p}
		g.set(v, x)
		s.vars[v.Name] = append(s.vars[v.Name], v)
	}
}

// bindArg binds the pairs of an ARG, each seeing those before it.
func (g *Graph) bindArg(s *Stage, ins *dockerfile.Instruction) {
	scope := g.ScopeAt(ins)
	for k := range ins.Pairs {
		p := &ins.Pairs[k]
		v := &Var{Name: p.Key.Value, Kind: Arg, By: ins, Pair: p}
		if value, ok := g.opts.Args[v.Name]; ok {
			v.Value, v.Set, v.Known = value, true, true
		} else if p.Has {
			g.set(v, scope.Expand(p.Value.Value))
		} else if m := g.lookupMeta(v.Name, len(g.File.Instructions)); m != nil {
			v.Value, v.Set, v.Known, v.Meta = m.Value, m.Set, m.Known, m
		}
		s.vars[v.Name] = append(s.vars[v.Name], v)
	}
}
