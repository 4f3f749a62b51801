package buildctx

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/source"
)

// Build is an entry of a compose or bake file that builds a Dockerfile.
type Build struct {
	// File is the path of the compose or bake file, Name the service or target.
	File, Name string
	// Line is the zero-based line of the name, Range its place in the text.
	Line  int
	Range source.Range
	// Bake tells a bake target from a compose service.
	Bake bool
	// Context is the directory that is the context; "" when it is remote or
	// depends on something that is not known here.
	Context string
	// Dockerfile is its path; "" when it is not known, or inline.
	Dockerfile string
	// Outside is a context or Dockerfile that lies outside of the tree that the
	// file belongs to. It is not looked at: Context or Dockerfile is empty.
	Outside string
	// DefaultName says that the entry names no Dockerfile.
	DefaultName bool
	// Args are the build arguments that it sets, in source order.
	Args []Arg
	// Target is the stage that is built, "" for the last.
	Target string
	// Contexts are additional named contexts, as they are written.
	Contexts map[string]string
	// Platforms are the platforms that it builds for.
	Platforms []string
	// Inline is the Dockerfile inside the entry, or nil.
	Inline *InlineDockerfile
}

// Arg is a build argument. Known is false when the value comes from the
// environment or from an expression that is not understood.
type Arg struct {
	Name, Value string
	Known       bool
}

// InlineDockerfile is a Dockerfile inside a compose or bake file.
type InlineDockerfile struct {
	Name string // the service or target
	// Text is the Dockerfile.
	Text string
	// Line is the zero-based line of the file on which the text starts, and
	// Range its place there, indentation included. Exact says that, the
	// indentation of Indent bytes apart, each line of Text is a line of the file.
	Line   int
	Range  source.Range
	Indent int
	Exact  bool
}

// Place returns the offset in the file around of one in the Dockerfile.
func (d *InlineDockerfile) Place(inline, around *source.File, off int) int {
	if !d.Exact || inline == nil {
		return d.Range.Start
	}
	pos := inline.Position(off, source.UTF8)
	line := around.LineRange(d.Line + pos.Line)
	return min(line.Start+d.Indent+pos.Column, line.End)
}

// layer is what one file, or one ancestor by extends or inherits, says about a
// build. Several make a Build: the first that says something counts.
type layer struct {
	context, dockerfile, target text
	args                        []Arg
	contexts                    []pair
	platforms                   []string
	inline                      *InlineDockerfile
}

type pair struct{ key, value string }

// text is a string that may be absent, or not known.
type text struct {
	value      string
	set, known bool
}

// pick returns the first text that is set.
func pick(layers []*layer, field func(*layer) text) text {
	for _, l := range layers {
		if t := field(l); t.set {
			return t
		}
	}
	return text{known: true}
}

// newBuild merges layers; dir is the directory to which paths are relative.
func newBuild(sys system, dir string, layers []*layer) *Build {
	b := &Build{}
	context := pick(layers, func(l *layer) text { return l.context })
	if !context.set {
		context.value = "."
	}
	if value := strings.TrimPrefix(context.value, "cwd://"); context.known && !isRemoteContext(value) {
		b.Context = b.within(sys, dir, sys.join(dir, value))
	}
	have := map[string]bool{}
	for _, l := range layers {
		b.merge(l, have)
	}
	target := pick(layers, func(l *layer) text { return l.target })
	b.Target = target.value
	file := pick(layers, func(l *layer) text { return l.dockerfile })
	b.DefaultName = !file.set
	if !file.set {
		file.value = "Dockerfile"
	}
	if b.Inline == nil && b.Context != "" && file.known {
		b.Dockerfile = b.within(sys, dir, sys.join(b.Context, strings.TrimPrefix(file.value, "cwd://")))
	}
	return b
}

// within returns the path if it lies in the tree of dir, else it notes it.
func (b *Build) within(sys system, dir, name string) string {
	if sys.holds(dir, name) {
		return name
	}
	b.Outside = name
	return ""
}

const maxArgs = 1000 // more is no build anyone wrote

// merge fills in what the layers before left open; have are the arguments that
// they have set.
func (b *Build) merge(l *layer, have map[string]bool) {
	if b.Inline == nil {
		b.Inline = l.inline
	}
	if b.Platforms == nil {
		b.Platforms = l.platforms
	}
	for _, a := range l.args {
		if len(b.Args) < maxArgs && !have[a.Name] {
			b.Args = append(b.Args, a)
			have[a.Name] = true
		}
	}
	for _, p := range l.contexts {
		if b.Contexts == nil {
			b.Contexts = map[string]string{}
		}
		if _, ok := b.Contexts[p.key]; !ok {
			b.Contexts[p.key] = p.value
		}
	}
}

// isRemoteContext recognizes URLs, git repositories and the like.
func isRemoteContext(s string) bool {
	return strings.Contains(s, "://") || strings.HasPrefix(s, "git@") || strings.HasPrefix(s, "github.com/") ||
		strings.HasPrefix(s, "target:") || strings.HasPrefix(s, "service:") || s == "-"
}

// fileKind tells compose from bake files by their names.
type fileKind uint8

const (
	otherFile fileKind = iota
	composeFile
	bakeFile
)

// kindOf recognizes the names that the tools look for, and their variants such
// as docker-compose.prod.yml.
func kindOf(name string) fileKind {
	name = strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	switch ext {
	case ".yml", ".yaml":
		for _, p := range [...]string{"compose", "docker-compose"} {
			if rest, ok := strings.CutPrefix(stem, p); ok && (rest == "" || strings.ContainsRune(".-_", rune(rest[0]))) {
				return composeFile
			}
		}
	case ".hcl", ".json":
		if rest, ok := strings.CutPrefix(stem, "docker-bake"); ok && (rest == "" || strings.ContainsRune(".-_", rune(rest[0]))) {
			return bakeFile
		}
	}
	return otherFile
}

// IsBuildFile reports whether a file is a compose or bake file by its name.
func IsBuildFile(name string) bool { return kindOf(name) != otherFile }

// parsedFile is a compose or bake file.
type parsedFile struct {
	path    string
	src     *source.File
	kind    fileKind
	entries []fileEntry
	err     error
}

// fileEntry is a service or target with its own layers, ancestors behind.
type fileEntry struct {
	name   string
	rng    source.Range
	layers []*layer
}

// byName returns the entries by their names, of equal ones the first.
func (p *parsedFile) byName() map[string]*fileEntry {
	out := make(map[string]*fileEntry, len(p.entries))
	for i := range slices.Backward(p.entries) {
		out[p.entries[i].name] = &p.entries[i]
	}
	return out
}

const maxBuildFile = 1 << 20

// parseBuildFile reads a compose or bake file. The kind is taken from the name,
// in doubt from its ending.
func parseBuildFile(sys system, name string) *parsedFile {
	p := &parsedFile{path: name, kind: kindOf(name)}
	data, err := sys.read(name, maxBuildFile)
	if err != nil {
		p.err = fmt.Errorf("reading %s: %w", name, err)
		return p
	}
	p.src = source.NewFile(name, string(data))
	lower := strings.ToLower(name)
	switch {
	case strings.HasSuffix(lower, ".hcl"):
		p.kind = bakeFile
		parseBakeHCL(p)
	case strings.HasSuffix(lower, ".json"):
		p.kind = bakeFile
		err = parseBakeJSON(p)
	default:
		p.kind = composeFile
		err = parseCompose(p)
	}
	if err != nil {
		p.err = fmt.Errorf("reading %s: %w", name, err)
	}
	return p
}

// builds turns the entries of a file into builds. Files of base that name the
// same service or target fill in what it leaves open, nearest first.
func (p *parsedFile) builds(sys system, base ...*parsedFile) []*Build {
	dir := sys.dir(p.path)
	out := make([]*Build, 0, len(p.entries))
	below := make([]map[string]*fileEntry, len(base))
	for i := range base {
		below[i] = base[i].byName()
	}
	for i := range p.entries {
		e := &p.entries[i]
		layers := e.layers
		for _, known := range below {
			if o := known[e.name]; o != nil {
				layers = append(layers[:len(layers):len(layers)], o.layers...)
			}
		}
		b := newBuild(sys, dir, layers)
		b.File, b.Name, b.Range, b.Bake = p.path, e.name, e.rng, p.kind == bakeFile
		b.Line = p.src.Line(e.rng.Start)
		out = append(out, b)
	}
	return out
}
