package ignorefile

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/source"
)

// Taking is a place that takes files from the build context: COPY, ADD, or a bind
// mount.
type Taking struct {
	Ins *dockerfile.Instruction
	// Range is the source that takes a folder, or else the first.
	Range     source.Range
	Selection *buildctx.Selection
	// Dir says that a folder is taken, Whole that it is the whole context.
	Dir, Whole bool
	// Mount tells a bind mount, which leaves nothing in the image.
	Mount bool
}

type takingsKey struct{}

// Takings returns all such places, in source order. All rules share the list.
func Takings(d *lint.Document) []Taking {
	return d.View(takingsKey{}, func(d *lint.Document) any { return takings(d) }).([]Taking)
}

func takings(d *lint.Document) []Taking {
	var out []Taking
	for ins := range d.Instructions("COPY", "ADD", "RUN") {
		step := d.Layers().Step(ins)
		if c := step.Copy; c != nil && c.FromContext() && len(c.Sources) > 0 {
			t := Taking{Ins: ins, Range: c.Sources[0].Word.Range, Selection: c.Selection(), Whole: c.Wide()}
			for k := range c.Sources {
				s := &c.Sources[k]
				if s.Known && s.Heredoc == nil && !s.URL && !t.Dir && isDir(d, s.Value) {
					t.Dir, t.Range = true, s.Word.Range
				}
			}
			out = append(out, t)
		}
		for k := range step.Mounts {
			m := &step.Mounts[k]
			if m.Type != "bind" || m.From != nil || m.Flag.Option("from") != nil {
				continue
			}
			src := m.Source
			if src == "" {
				src = "."
			}
			out = append(out, Taking{
				Ins: ins, Range: m.Flag.Range, Mount: true, Dir: isDir(d, src), Whole: path.Clean("/"+src) == "/",
				Selection: d.Context().Select([]string{src}, buildctx.SelectOptions{}),
			})
		}
	}
	return out
}

func isDir(d *lint.Document, src string) bool {
	if path.Clean("/"+src) == "/" {
		return true
	}
	if strings.ContainsAny(src, "*?[") {
		list, _ := d.Context().Glob(src)
		return slices.ContainsFunc(list, (*buildctx.Entry).IsDir)
	}
	e, err := d.Context().Stat(src)
	return err == nil && e.IsDir()
}

// takenByName returns the paths that the Dockerfile takes by name, triggers included:
// everything but the whole context.
func takenByName(d *lint.Document) []string {
	var out []string
	for _, t := range Takings(d) {
		for k := range t.Selection.Sources {
			out = append(out, t.Selection.Sources[k].Paths...)
		}
	}
	for ins := range d.WithTriggers("COPY", "ADD") {
		if ins.Parent == nil || ins.Flag("from") != nil || len(ins.Args) < 2 {
			continue
		}
		for _, w := range ins.Args[:len(ins.Args)-1] {
			out = append(out, strings.TrimPrefix(path.Clean("/"+w.Value), "/"))
		}
	}
	return slices.DeleteFunc(out, func(p string) bool { return p == "." || p == "" })
}

// File returns the ignore file that lines for d go to; create says that there is
// none yet. ok is false when it lies outside of the context.
func File(d *lint.Document) (name string, create, ok bool) {
	ig := d.Context().Ignore()
	if ig == nil {
		return buildctx.IgnoreName, true, d.Context() != nil
	}
	return ig.Path, false, inContext(ig)
}

type sharedKey struct{}

// Shared returns another Dockerfile of the context that reads the same ignore
// file, or "". One that has an ignore file of its own does not, nor does one in a
// folder below with everything it copies.
func Shared(d *lint.Document) string {
	return d.View(sharedKey{}, func(d *lint.Document) any { return shared(d) }).(string)
}

func shared(d *lint.Document) string {
	c := d.Context()
	if ig := c.Ignore(); ig != nil && ig.Specific {
		return ""
	}
	for _, e := range c.FindBase(dockerfile.IsFileName, buildctx.FindOptions{Ignored: true}) {
		if e.IsDir() || e.Path == c.Dockerfile() || c.Dockerfile() == "" && e.Base() == path.Base(d.Source.Path) {
			continue
		}
		if c.Exists(e.Path + buildctx.IgnoreSuffix) {
			continue
		}
		if dir := path.Dir(e.Path); dir != "." && ownContext(c, e, dir) {
			continue
		}
		return e.Path
	}
	return ""
}

// IsDockerfile reports whether a path is that of a Dockerfile at the root of the
// context with a common name: Dockerfile, Dockerfile.dev, Containerfile.
func IsDockerfile(name string) bool {
	return (strings.HasPrefix(name, "Dockerfile") || strings.HasPrefix(name, "Containerfile")) && !strings.Contains(name, "/") && dockerfile.IsFileName(name)
}

// ownContext reports whether a Dockerfile in a folder below finds there all it
// copies, so that the folder must be its context.
func ownContext(c *buildctx.Context, e *buildctx.Entry, dir string) bool {
	data, err := c.ReadFile(e.Path, 0)
	if err != nil {
		return false
	}
	d := lint.NewDocument(source.NewFile(e.Path, string(data)), lint.Build{})
	for ins := range d.Instructions("COPY", "ADD") {
		cp := d.Layers().Step(ins).Copy
		if cp == nil || !cp.FromContext() {
			continue
		}
		for k := range cp.Sources {
			s := &cp.Sources[k]
			if s.Heredoc != nil || s.URL || s.Value == "." {
				continue
			}
			if list, err := c.Glob(path.Join(dir, s.Value)); err != nil || len(list) == 0 {
				return false
			}
		}
	}
	return true
}

// Mentions reports whether the text of a command of the Dockerfile holds the name.
func Mentions(d *lint.Document, name string) bool {
	for ins := range d.WithTriggers("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK") {
		text := d.Source.Slice(ins.Range)
		for at := 0; ; {
			k := strings.Index(text[at:], name)
			if k < 0 {
				break
			}
			end := at + k + len(name)
			if (at+k == 0 || !nameByte(text[at+k-1])) && (end == len(text) || !nameByte(text[end])) {
				return true
			}
			at = end
		}
	}
	return false
}

func nameByte(b byte) bool {
	return b == '_' || b == '-' || b == '.' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// NeedsGit says which command of the build reads .git, "" for none: it calls git,
// or a tool that stamps the version of the sources.
func NeedsGit(d *lint.Document) string {
	for _, c := range d.Commands("git") {
		switch c.Subcommand() {
		case "clone", "config", "lfs", "init", "ls-remote", "":
		default:
			return "git " + c.Subcommand()
		}
	}
	for _, c := range d.Commands("go") {
		if s := c.Subcommand(); (s == "build" || s == "install") && !strings.Contains(d.Source.Slice(c.Range), "-buildvcs=false") {
			return "go " + s
		}
	}
	for _, f := range [...]struct{ file, word string }{
		{"pyproject.toml", "setuptools_scm"},
		{"pyproject.toml", "setuptools-scm"},
		{"pyproject.toml", "hatch-vcs"},
		{"pyproject.toml", "poetry-dynamic-versioning"},
		{"setup.py", "setuptools_scm"},
		{"setup.cfg", "setuptools_scm"},
		{"setup.py", "use_scm_version"},
		{"build.rs", "git"},
		{"pom.xml", "git-commit-id"},
		{"build.gradle", "git"},
		{"build.gradle.kts", "git"},
		{"Directory.Build.props", "GitVersion"},
		{"version.json", "nbgv"},
		{"Makefile", "git "},
		{"package.json", "git "},
	} {
		if data, err := d.Context().ReadHead(f.file, 256<<10); err == nil && strings.Contains(string(data), f.word) {
			return f.file
		}
	}
	return ""
}

// Fix returns the fix that ignores what was found, and with secrets the fixed
// block of those as well, when the file is a new one. ok is false when there is
// nothing to write.
func Fix(d *lint.Document, found []*Found) (lint.Fix, bool) {
	name, create, ok := File(d)
	if !ok {
		return lint.Fix{}, false
	}
	if create {
		found = withSecrets(found)
	}
	fix := lint.Fix{Title: "Add lines to " + name, Applicability: lint.Safe}
	if create {
		fix.Title = "Create " + name
	}
	if Shared(d) != "" {
		fix.Applicability = lint.Unsafe
	}
	named := takenByName(d)
	var blocks []block
	for _, f := range found {
		lines := f.lines(d, named)
		if lines == nil {
			continue
		}
		if f.mentioned(d) {
			fix.Applicability = lint.Unsafe
		}
		heading := "# " + titles[f.Group] + "\n"
		if k := len(blocks) - 1; k < 0 || blocks[k].heading != heading {
			blocks = append(blocks, block{heading: heading})
		}
		for _, l := range lines {
			blocks[len(blocks)-1].lines += l + "\n"
		}
	}
	if len(blocks) == 0 {
		return lint.Fix{}, false
	}
	fix.Others = []lint.FileEdit{edit(d, name, create, blocks)}
	return fix, true
}

// block is a heading with the lines below it.
type block struct{ heading, lines string }

// under returns the place behind the last line of the block that the file has under
// the heading; false when there is none, or an exception stands below.
func (b *block) under(text string) (int, bool) {
	at := strings.Index("\n"+text, "\n"+b.heading)
	if at < 0 || strings.Contains(text[at:], "\n!") {
		return 0, false
	}
	if n := strings.Index(text[at:], "\n\n"); n >= 0 {
		return at + n + 1, true
	}
	return len(text), strings.HasSuffix(text, "\n")
}

// withSecrets adds the fixed block of secrets.
func withSecrets(found []*Found) []*Found {
	have := map[string]*Found{}
	for _, f := range found {
		have[f.Pattern] = f
	}
	out := slices.DeleteFunc(slices.Clone(found), func(f *Found) bool { return f.Group == Secret })
	if have[buildctx.IgnoreName] == nil { // it will be there
		out = append(out, &Found{IgnoreEntry: knowledge.IgnoreEntry{Pattern: buildctx.IgnoreName}, Group: Build})
	}
	for _, e := range knowledge.IgnoreSecrets() {
		if f := have[e.Pattern]; f != nil {
			out = append(out, f)
		} else {
			out = append(out, &Found{IgnoreEntry: e, Group: Secret})
		}
	}
	slices.SortStableFunc(out, func(a, b *Found) int { return int(a.Group) - int(b.Group) })
	return out
}

func edit(d *lint.Document, name string, create bool, blocks []block) lint.FileEdit {
	old := ""
	if !create {
		old = d.Context().Ignore().File.Text
	}
	out := lint.FileEdit{Path: name, Create: create}
	text := ""
	for k := range blocks {
		b := &blocks[k]
		if at, ok := b.under(old); ok && at < len(old) {
			out.Edits = append(out.Edits, lint.Insert(at, b.lines))
			continue
		} else if ok && text == "" {
			text = b.lines
			continue
		}
		if text != "" || strings.TrimSpace(old) != "" {
			text += "\n"
		}
		text += b.heading + b.lines
	}
	if text == "" {
		return out
	}
	if old != "" && !strings.HasSuffix(old, "\n") {
		text = "\n" + text
	}
	out.Edits = append(out.Edits, lint.Insert(len(old), text))
	return out
}

// lines are the lines for the pattern, with exceptions for what the Dockerfile
// takes by name and for secrets that are none; nil when the pattern would break
// the build, or is the name of a file and means another one.
func (f *Found) lines(d *lint.Document, named []string) []string {
	lines := f.Lines()
	ig := buildctx.ParseIgnore(source.NewFile("", strings.Join(lines, "\n")))
	if len(f.Files) > 0 {
		if ignored, _ := ig.Match(f.Files[0].Path); !ignored {
			return nil
		}
	}
	for _, n := range named {
		if ignored, _ := ig.Match(n); !ignored {
			continue
		}
		if f.Group != Secret {
			return nil
		}
		lines = append(lines, "!"+n)
	}
	if f.Group == Secret {
		c := d.Context()
		for _, e := range c.Files() {
			if ignored, _ := ig.Match(e.Path); ignored && Public(c, e) && !slices.Contains(lines, "!"+e.Path) {
				lines = append(lines, "!"+e.Path)
			}
		}
	}
	return lines
}

// mentioned reports whether a command names one of the files, so that it may
// need it.
func (f *Found) mentioned(d *lint.Document) bool {
	if f.Group == Made {
		return false // the build makes it again
	}
	seen := map[string]bool{}
	for _, e := range f.Files {
		if b := e.Base(); !seen[b] {
			seen[b] = true
			if Mentions(d, b) {
				return true
			}
		}
	}
	return false
}
