package cache

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/stage"
)

func itoa(n int) string { return strconv.Itoa(n) }

// walk makes the steps of a stage. Stages are walked in order, so those that it
// is built on or copies from are there.
func (g *Graph) walk(st *Stage) {
	st.start = g.base(st)
	now := st.start
	if base := g.all[st.Base.Stage]; base != nil {
		for _, ins := range base.Body {
			if ins.Name == "ONBUILD" && ins.Trigger != nil {
				now = g.apply(st, now, ins.Trigger)
			}
		}
	}
	for _, ins := range st.Body {
		now = g.apply(st, now, ins)
	}
	st.end = now
}

// base returns the state in which a stage starts, after its FROM.
func (g *Graph) base(st *Stage) state {
	if base := g.all[st.Base.Stage]; base != nil {
		return base.end
	}
	if st.Base.Scratch() {
		return state{key: digest("scratch")}
	}
	s := g.from(st, st.From, st.Base.Name, st.Base.Platform)
	st.steps = append(st.steps, s)
	return state{key: s.Key, last: s}
}

// from makes the step that fetches an image.
func (g *Graph) from(st *Stage, by *dockerfile.Instruction, name, platform string) *Step {
	full := name
	if ref, err := knowledge.ParseRef(name); err == nil {
		full = canonical(ref)
	}
	moved := ""
	if g.in.Moved[name] || g.in.Moved[full] {
		moved = "moved"
	}
	if standard := g.in.Doc.Stages().Options().Platform; platform == standard || standard == "" && platform == "linux/amd64" {
		platform = "" // what is built for anyway
	}
	s := &Step{Stage: st, Ins: by, Line: g.line(by), Text: "FROM " + full}
	s.own = digest("FROM", full, platform, moved)
	s.vertex, s.Key, s.Image = s.own, s.own, true
	s.Depends = []Part{{Kind: Base, What: name, hash: s.own}}
	return s
}

// canonical writes an image reference in full, as BuildKit shows it.
func canonical(ref knowledge.Ref) string {
	out := ref.Registry + "/" + ref.Repository
	switch {
	case ref.Tag != "":
		out += ":" + ref.Tag
	case ref.Digest == "":
		out += ":latest"
	}
	if ref.Digest != "" {
		out += "@" + ref.Digest
	}
	return out
}

func (g *Graph) line(ins *dockerfile.Instruction) int {
	return g.in.Doc.Source.Line(ins.Range.Start) + 1
}

// apply returns the state behind an instruction, and adds the step it makes.
func (g *Graph) apply(st *Stage, now state, ins *dockerfile.Instruction) state {
	if ins.Err != nil {
		return now
	}
	switch ins.Name {
	case "ENV":
		scope := g.in.Doc.Stages().ScopeAt(ins)
		for k := range ins.Pairs {
			p := &ins.Pairs[k]
			value := scope.Expand(p.Value.Value)
			if slices.Contains(value.Missing, "PATH") {
				value.Value = g.withBasePath(now, p.Value.Value)
			}
			now.env = bind(now.env, variable{name: scope.Expand(p.Key.Value).Value, value: value.Value})
		}
	case "ARG":
		scope := g.in.Doc.Stages().ScopeAt(ins)
		for k := range ins.Pairs {
			name := ins.Pairs[k].Key.Value
			if v := scope.Lookup(name); v != nil && v.Set && v.By == ins {
				now.env = bind(now.env, variable{name: name, value: v.Value, arg: true})
			}
		}
	case "USER":
		if len(ins.Args) > 0 {
			now.user = g.in.Doc.Stages().ScopeAt(ins).Expand(ins.Args[0].Value).Value
		}
	case "WORKDIR":
		return g.workdir(st, now, ins)
	case "COPY", "ADD":
		return g.copy(st, now, ins)
	case "RUN":
		return g.run(st, now, ins)
	}
	return now
}

// bind is what BuildKit does to its list: a name that is bound again moves to
// the end.
func bind(env []variable, v variable) []variable {
	out := make([]variable, 0, len(env)+1)
	for _, old := range env {
		if old.name != v.name {
			out = append(out, old)
		}
	}
	return append(out, v)
}

// add closes a step and returns the state behind it.
func (g *Graph) add(st *Stage, now state, s *Step) state {
	parent := ""
	if now.last != nil {
		s.Parent, parent = now.last, now.last.vertex
	}
	s.Stage, s.model = st, g.in.Doc.Layers().Step(s.Ins)
	if s.Ins.Parent != nil {
		s.Line = g.line(st.From)
		s.Text = "ONBUILD " + s.Text
	} else {
		s.Line = g.line(s.Ins)
	}
	s.env, s.user = now.env, now.user
	vertices := []string{s.own, parent, s.raw}
	for _, in := range s.Inputs {
		vertices = append(vertices, in.vertex)
	}
	s.vertex = digest(vertices...)
	s.Key = digest(append([]string{s.own, now.key}, s.inputs...)...)
	st.steps = append(st.steps, s)
	now.key, now.last = s.Key, s
	return now
}

func (g *Graph) workdir(st *Stage, now state, ins *dockerfile.Instruction) state {
	dir := g.workdirAfter(ins)
	if dir == "/" || len(ins.Args) == 0 {
		return now
	}
	s := &Step{Ins: ins, Text: g.text(now, ins, "")}
	s.own = digest("WORKDIR", dir, now.user)
	s.Depends = []Part{{Workdir, dir, dir}}
	if now.user != "" {
		s.Depends = append(s.Depends, Part{User, now.user, now.user})
	}
	return g.add(st, now, s)
}

// workdirAfter is the directory that a WORKDIR sets.
func (g *Graph) workdirAfter(ins *dockerfile.Instruction) string {
	if len(ins.Args) == 0 {
		return "/"
	}
	x := g.in.Doc.Stages().ScopeAt(ins).Expand(ins.Args[0].Value)
	return layers.Absolute(g.in.Doc.Stages().StateAt(ins).Workdir, x.Value)
}

func (g *Graph) run(st *Stage, now state, ins *dockerfile.Instruction) state {
	c, ok := ins.Typed().(*instructions.RunCommand)
	if !ok {
		return now
	}
	doc := g.in.Doc
	at := doc.Stages().StateAt(ins)
	argv, summary := runArgs(c)
	sh := ""
	if c.PrependShell {
		sh = strings.Join(shellOf(at), "\x00")
	}
	s := &Step{Ins: ins, Text: g.text(now, ins, summary)}
	text := strings.Join(argv, "\x00")
	for _, name := range [...]string{"network", "security", "device"} {
		if f := ins.Flag(name); f != nil && !standard(name, f.Value) {
			text += "\x00--" + name + "=" + f.Value
		}
	}
	s.Depends = append(s.Depends, Part{Text, "command", text})
	if c.PrependShell {
		s.Depends = append(s.Depends, Part{Shell, strings.Join(shellOf(at), " "), sh})
	}
	s.Depends = append(s.Depends, Part{Workdir, at.Workdir, at.Workdir}, Part{User, now.user, now.user})
	own := []string{"RUN", text, sh, at.Workdir, now.user}
	for _, v := range now.env {
		own = append(own, v.name, v.value)
		kind := Env
		if v.arg {
			kind = BuildArg
		}
		s.Depends = append(s.Depends, Part{kind, v.name, v.value})
	}
	own = append(own, g.mounts(st, s, ins)...)
	s.own, s.installs = digest(own...), installing(doc.Shell(ins))
	return g.add(st, now, s)
}

// standard reports whether a flag says what holds without it.
func standard(name, value string) bool {
	return name == "network" && value == "default" || name == "security" && value == "sandbox"
}

func shellOf(at *stage.State) []string {
	if at.Shell != nil {
		return at.Shell
	}
	return []string{"/bin/sh", "-c"}
}

// runArgs returns what a RUN runs, as BuildKit's converter puts it together, and
// what it shows of a here-document.
func runArgs(c *instructions.RunCommand) (argv []string, summary string) {
	argv = c.CmdLine
	if len(c.Files) == 0 || len(argv) != 1 {
		return argv, ""
	}
	if doc := parser.MustParseHeredoc(argv[0]); doc != nil {
		data := c.Files[0].Data
		if c.Files[0].Chomp {
			data = parser.ChompHeredocContent(data)
		}
		name := ""
		if strings.HasPrefix(data, "#!") {
			name = c.Files[0].Name
		}
		first, _, more := strings.Cut(strings.TrimSpace(c.Files[0].Data), "\n")
		summary = strings.TrimRight(first, "\r")
		if more {
			summary += "..."
		}
		return []string{data, name}, " (" + summary + ")"
	}
	var b strings.Builder
	b.WriteString(argv[0])
	for _, f := range c.Files {
		b.WriteString("\n" + f.Data + f.Name)
	}
	return []string{b.String()}, ""
}

// mounts adds what the mounts of a RUN bring into its key, and returns what is
// part of the operation itself.
func (g *Graph) mounts(st *Stage, s *Step, ins *dockerfile.Instruction) []string {
	model := g.in.Doc.Layers().Step(ins)
	mounts := slices.Clone(model.Mounts)
	slices.SortStableFunc(mounts, func(a, b layers.Mount) int { return strings.Compare(a.Target, b.Target) })
	scope := g.in.Doc.Stages().ScopeAt(ins)
	var own []string
	for k := range mounts {
		m := &mounts[k]
		key := []string{m.Type, m.Target}
		for _, name := range [...]string{"uid", "gid", "mode", "size", "required", "optional", "env"} {
			if o := m.Flag.Option(name); o != nil {
				key = append(key, name+"="+o.Value)
			}
		}
		switch m.Type {
		case "cache":
			key = append(key, cacheID(m))
			g.mountFrom(st, s, m, scope)
		case "secret", "ssh":
			key = append(key, m.ID)
		case "bind":
			key = append(key, scope.Expand(m.Source).Value, writable(m))
			g.mountFrom(st, s, m, scope)
		}
		s.raw += m.Flag.Value + "\x00"
		h := digest(key...)
		own = append(own, h)
		s.Depends = append(s.Depends, Part{Mount, "type=" + m.Type + ",target=" + m.Target, h})
	}
	return own
}

// cacheID is the part of a cache mount's name that BuildKit keeps in the key:
// its own default only.
func cacheID(m *layers.Mount) string {
	sharing := ""
	if o := m.Flag.Option("sharing"); o != nil {
		sharing = o.Value
	}
	if (m.ID == "" || m.ID == m.Target) && (sharing == "" || sharing == "shared") {
		return "default"
	}
	return ""
}

func writable(m *layers.Mount) string {
	for _, name := range [...]string{"rw", "readwrite"} {
		if o := m.Flag.Option(name); o != nil && (!o.Has || o.Value == "true") {
			return "rw"
		}
	}
	for _, name := range [...]string{"ro", "readonly"} {
		if o := m.Flag.Option(name); o != nil && o.Value == "false" {
			return "rw"
		}
	}
	return "ro"
}

// mountFrom adds the files that a mount shows: from the context, a stage or an
// image.
func (g *Graph) mountFrom(st *Stage, s *Step, m *layers.Mount, scope stage.Scope) {
	src := scope.Expand(m.Source).Value
	switch {
	case m.From != nil && m.From.Stage != nil:
		from := g.all[m.From.Stage]
		if from == nil {
			return
		}
		g.takeFrom(s, from, layers.Absolute("/", src))
	case m.From != nil:
		g.takeImage(st, s, m.From)
	case m.Type == "bind" && m.Flag.Option("from") == nil:
		if src == "" {
			src = "."
		}
		rel := strings.TrimPrefix(path.Clean("/"+src), "/")
		if rel == "" {
			rel = "."
		}
		sel := g.in.Doc.Context().Select([]string{rel}, noOptions)
		s.take(g.selected(sel))
	}
}

// take adds files of the context to the key.
func (s *Step) take(parts []Part, hash string) {
	s.Depends = append(s.Depends, parts...)
	s.inputs = append(s.inputs, hash)
}

// takeFrom adds the content of a path of another stage to the key.
func (g *Graph) takeFrom(s *Step, from *Stage, p string) {
	h := g.content(from, len(from.steps), p)
	s.inputs = append(s.inputs, h)
	s.Depends = append(s.Depends, Part{FromStage, from.name() + ":" + p, h})
	if from.end.last != nil && !slices.Contains(s.Inputs, from.end.last) {
		s.Inputs = append(s.Inputs, from.end.last)
	}
}

func (s *Stage) name() string {
	if s.Name != "" {
		return s.Name
	}
	return itoa(s.Index)
}

// takeImage adds an image that files are taken from, by the name of --from.
func (g *Graph) takeImage(st *Stage, s *Step, u *stage.Use) {
	image := g.from(st, s.Ins, u.Ref.Value, "")
	st.steps = append(st.steps, image)
	s.Inputs = append(s.Inputs, image)
	s.inputs = append(s.inputs, image.Key)
	s.Depends = append(s.Depends, Part{Base, u.Ref.Value, image.Key})
}
