// Package ignorefile works out what a .dockerignore should list for one
// Dockerfile and context, and writes the edit. All rules that add lines share it,
// so that they judge the safety of a line alike.
package ignorefile

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/source"
)

// Group is a kind of thing that does not belong into an image.
type Group uint8

// The groups, in the order in which a new file lists them.
const (
	Git Group = iota
	Build
	Secret
	Made
	Large
)

var titles = [...]string{
	"Version control and settings of tools",
	"The build itself",
	"Secrets",
	"What tools make again",
	"Large files",
}

// Found is a pattern with what it matches.
type Found struct {
	knowledge.IgnoreEntry
	Group Group
	// Files are the matched files of those that were asked about; a .git folder
	// counts as one.
	Files []*buildctx.Entry
	Size  int64
}

// Trusted reports whether the context is surely that of the Dockerfile: it is
// known, or everything that is copied by name is there.
func Trusted(d *lint.Document) bool {
	c := d.Context()
	if c == nil || c.Truncated() != "" {
		return false
	}
	if !c.Assumed() {
		return true
	}
	for ins := range d.Instructions("COPY", "ADD") {
		cp := d.Layers().Step(ins).Copy
		if cp == nil || !cp.FromContext() {
			continue
		}
		if len(cp.Selection().With(buildctx.SourceMissing)) > 0 {
			return false
		}
	}
	return true
}

// Junk sorts the files into patterns that should ignore them. Files that belong
// into an image are left out.
func Junk(d *lint.Document, files, opaque []*buildctx.Entry) []*Found {
	table, patterns := candidates(d)
	found := make([]*Found, len(table))
	kept := make([]bool, len(table))
	note := func(e *buildctx.Entry) {
		k := patterns.match(e.Path)
		if k < 0 {
			return
		}
		t := table[k]
		if t.Group == Secret && Public(d.Context(), e) {
			return
		}
		if placeholder(e.Base()) && t.Group != Secret && strings.Contains(e.Path, "/") {
			kept[k] = true
			return
		}
		if found[k] == nil {
			found[k] = &Found{IgnoreEntry: t.IgnoreEntry, Group: t.Group}
		}
		found[k].Files = append(found[k].Files, e)
		found[k].Size += e.Size
	}
	for _, e := range opaque {
		note(e)
	}
	for _, e := range files {
		note(e)
	}
	for k, keep := range kept {
		if keep {
			found[k] = nil // the folder is wanted in the image
		}
	}
	return slices.DeleteFunc(found, func(f *Found) bool { return f == nil })
}

// placeholder reports whether a file is there only to keep its folder in git.
func placeholder(base string) bool {
	switch base {
	case ".keep", ".gitkeep", ".gitignore":
		return true
	}
	return false
}

// patterns is an ignore file with what is known of the files of a context.
type patterns struct {
	*buildctx.Ignore
	mu sync.Mutex
	by map[string]int
}

// patternsKey is the key of patterns by their text.
type patternsKey struct{ text string }

// match returns the index of the pattern that lists a file, -1 when none does.
func (p *patterns) match(name string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	k, ok := p.by[name]
	if !ok {
		k = -1
		if ignored, by := p.Match(name); ignored && by != nil {
			k = by.Index
		}
		p.by[name] = k
	}
	return k
}

// candidates returns the patterns that make sense for the project, as a table
// and as an ignore file with the same order.
func candidates(d *lint.Document) ([]Found, *patterns) {
	var table []Found
	add := func(g Group, list []knowledge.IgnoreEntry) {
		for _, e := range list {
			table = append(table, Found{IgnoreEntry: e, Group: g})
		}
	}
	for _, e := range knowledge.IgnoreCommon() {
		g := Git
		if strings.Contains(e.Why, "build itself") || strings.Contains(e.Why, "containers are run") || strings.Contains(e.Why, "images are built") || e.Pattern == ".dockerignore" {
			g = Build
		}
		table = append(table, Found{IgnoreEntry: e, Group: g})
	}
	for _, s := range knowledge.Stacks() {
		if uses(d, s) {
			for _, e := range s.Junk {
				if madeAgain(d, s.Name, e.Pattern) {
					add(Made, []knowledge.IgnoreEntry{e})
				}
			}
		}
	}
	add(Secret, knowledge.IgnoreSecrets())
	var text strings.Builder
	// One line an entry keeps the indices of both alike; exceptions are applied
	// by Public.
	for _, t := range table {
		text.WriteString(t.Pattern + "\n")
	}
	return table, d.Context().Recall(patternsKey{text.String()}, func() any {
		return &patterns{Ignore: buildctx.ParseIgnore(source.NewFile("", text.String())), by: map[string]int{}}
	}).(*patterns)
}

func uses(d *lint.Document, s knowledge.Stack) bool {
	for _, m := range s.Markers {
		if !strings.ContainsAny(m, "*?[") {
			if d.Context().Exists(m) {
				return true
			}
			continue
		}
		if list, err := d.Context().Glob(m); err == nil && len(list) > 0 {
			return true
		}
	}
	return false
}

// makers returns the programs that make again what a pattern matches; none for
// patterns that match nothing that a build could want.
func makers(pattern string) []string {
	switch pattern {
	case "**/node_modules":
		return []string{"npm", "yarn", "pnpm", "bun"}
	case "**/.next":
		return []string{"npm", "yarn", "pnpm", "bun", "npx", "next"}
	case "**/.nuxt", "**/.output":
		return []string{"npm", "yarn", "pnpm", "bun", "npx", "nuxt", "nuxi"}
	case "**/.svelte-kit":
		return []string{"npm", "yarn", "pnpm", "bun", "npx", "vite"}
	case "**/.venv", "**/venv":
		return []string{"pip", "uv", "poetry", "pipenv", "pdm", "python"}
	case "target", "*/target":
		return []string{"cargo", "mvn", "sbt", "cross"}
	case "build":
		return []string{"gradle", "flutter", "dart"}
	case "*/build":
		return []string{"gradle"}
	case "**/*.class":
		return []string{"javac", "mvn", "gradle", "sbt", "ant"}
	case "**/bin", "**/obj":
		return []string{"dotnet"}
	case "**/vendor/bundle":
		return []string{"bundle"}
	case "vendor", "bootstrap/cache":
		return []string{"composer"}
	case "**/_build", "deps":
		return []string{"mix"}
	case ".build":
		return []string{"swift"}
	case "**/.stack-work":
		return []string{"stack"}
	case "**/dist-newstyle":
		return []string{"cabal"}
	case "**/CMakeFiles", "**/CMakeCache.txt":
		return []string{"cmake"}
	case "**/*.o":
		return []string{"make", "cmake", "gcc", "cc", "g++", "ninja"}
	}
	return nil
}

// Littering returns a tool that the Dockerfile runs and that, run by a developer,
// leaves files beside the sources; "" for none.
func Littering(d *lint.Document) string {
	for _, s := range knowledge.Stacks() {
		tools := litterers(s.Name)
		if len(tools) == 0 || !uses(d, s) {
			continue
		}
		for _, c := range d.Commands(tools...) {
			return c.Name
		}
	}
	return ""
}

// litterers returns the tools of a stack that leave files beside the sources.
func litterers(stack string) []string {
	switch stack {
	case "node":
		return []string{"npm", "yarn", "pnpm", "bun"}
	case "python":
		return []string{"pip", "uv", "poetry", "pipenv", "pdm"}
	case "rust":
		return []string{"cargo"}
	case "java":
		return []string{"mvn", "gradle", "sbt"}
	case "dotnet":
		return []string{"dotnet"}
	case "php":
		return []string{"composer"}
	case "elixir":
		return []string{"mix"}
	case "swift":
		return []string{"swift"}
	case "dart":
		return []string{"dart", "flutter"}
	}
	return nil
}

// madeAgain reports whether the image needs no file that the pattern matches:
// a command of the Dockerfile makes it, or nothing reads it.
func madeAgain(d *lint.Document, stack, pattern string) bool {
	if pattern == "storage/*" || pattern == "bootstrap/cache" || stack == "dotnet" && pattern == "**/bin" && d.Context().Exists("bin") {
		return false // often part of the sources
	}
	names := makers(pattern)
	if len(names) == 0 {
		return true
	}
	if stack == "java" && (pattern == "build" || pattern == "*/build") && !d.Context().Has("build.gradle", "build.gradle.kts") {
		return false
	}
	for range d.Commands(names...) {
		return true
	}
	return false
}

// Public reports whether a file that is named like a secret is none: a sample, a
// certificate, or settings without a password.
func Public(c *buildctx.Context, e *buildctx.Entry) bool {
	base := e.Base()
	switch ext := path.Ext(base); {
	case strings.HasPrefix(base, ".env."):
		switch ext {
		case ".example", ".sample", ".dist", ".template":
			return true
		}
		return !secretSettings(c, e)
	case ext == ".pem" || ext == ".key":
		head, err := c.ReadHead(e.Path, 64<<10)
		return err == nil && !strings.Contains(string(head), "PRIVATE KEY") && !buildctx.IsBinary(head) && strings.Contains(string(head), "-----BEGIN ")
	}
	return false
}

func secretSettings(c *buildctx.Context, e *buildctx.Entry) bool {
	data, err := c.ReadHead(e.Path, 64<<10)
	if err != nil {
		return true
	}
	for line := range strings.Lines(string(data)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		name = strings.TrimSpace(strings.TrimPrefix(name, "export "))
		if class := knowledge.ClassifyValue(name, value); class == knowledge.ValueCredentials || class.IsSecret() && knowledge.ClassifyName(name) == knowledge.NameSecret {
			return true
		}
	}
	return false
}
