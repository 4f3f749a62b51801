package cache

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// WideCopyForBuild finds builds of one folder behind a COPY of all.
var WideCopyForBuild = &lint.Rule{
	ID:      "wide-copy-for-build",
	Summary: "A build that works in one folder runs again whenever any other file changes",
	Doc: `
Behind COPY . . a step runs again for every file of the build context, also for those
that it does not read. Where all commands of a RUN work in one folder of the project,
such as the front end, it is enough to copy that folder before it, and the rest
behind it.

# Fix safety

The fix is manual: what a build reads is not known, and where the folders of the
build's results are in the build context, too, the COPY behind it would bring the old
ones back.

# What is not seen

Nothing is found where a file that tells how the folder is built names its parent
folder (../). Builds that read other folders in a way that no such file tells are
taken for what they seem.
`,
	Bad: `-- Dockerfile --
FROM node:22
WORKDIR /app
COPY . .
RUN cd web && npm run build
CMD ["node", "server.js"]
-- web/package.json --
{}
-- server.js --
x
`,
	Good: `-- Dockerfile --
FROM node:22
WORKDIR /app
COPY web/ ./web/
RUN cd web && npm run build
COPY . .
CMD ["node", "server.js"]
-- web/package.json --
{}
-- server.js --
x
`,
	Severity: lint.Info,
	Fixable:  true,
	Preview:  true,
	Since:    "0.1",
	Check:    checkWideCopyForBuild,
}

func checkWideCopyForBuild(p *lint.Pass) {
	if !p.Document.Context().Known() {
		return
	}
	for _, s := range p.Stages().Stages {
		if s.Windows() {
			continue
		}
		for k, ins := range s.Body {
			if ins.Name != "COPY" || ins.Err != nil || ins.Parent != nil {
				continue
			}
			c, from, ok := destination(p, ins)
			if !ok || !c.FromContext() || !c.Wide() || from != "." || !c.DestKnown {
				continue
			}
			checkBuilds(p, ins, c, s.Body[k+1:])
		}
	}
}

// checkBuilds looks at the RUNs right behind a wide COPY that work in one folder.
func checkBuilds(p *lint.Pass, wide *dockerfile.Instruction, c *layers.Copy, rest []*dockerfile.Instruction) {
	var first *shell.Command
	var last *dockerfile.Instruction
	dir := ""
	for _, ins := range rest {
		if ins.Err != nil || isStep(ins) && ins.Name != "RUN" {
			break
		}
		if ins.Name != "RUN" {
			continue
		}
		d, build := worksIn(p, ins, c.DestPath)
		if d == "" || dir != "" && d != dir {
			break
		}
		dir, last = d, ins
		if first == nil {
			first = build
		}
	}
	if first == nil || !p.Document.Context().Exists(dir) || readsParent(p, dir) {
		return
	}
	others := 0
	for _, f := range c.Selection().Files {
		if !layers.Inside("/"+dir, "/"+f.Path) {
			others++
		}
	}
	if others > 0 {
		p.Report(wideFinding(p, wide, last, first, dir, others))
	}
}

// worksIn returns the folder of the COPY's destination in which all commands of a
// RUN work, and the one that builds.
func worksIn(p *lint.Pass, run *dockerfile.Instruction, dest string) (dir string, build *shell.Command) {
	script := p.Shell(run)
	if len(script.All()) == 0 || script.Err != nil || len(p.Layers().Step(run).Mounts) > 0 && mountsSources(p, run) {
		return "", nil
	}
	for _, c := range script.All() {
		if c.Is("cd") {
			continue
		}
		if c.Dir == "" {
			return "", nil
		}
		rel, ok := within(dest, layers.Absolute(p.Stages().StateAt(run).Workdir, c.Dir))
		if !ok || rel == "." || rel == "" || dir != "" && rel != dir || leaves(c, dest, path.Join(dest, rel)) {
			return "", nil
		}
		dir = rel
		if op := c.Package(); op != nil && (op.Action == shell.Build || op.Action == shell.Run) || c.Is("make", "cmake", "tsc", "webpack", "vite", "ng") {
			build = c
		}
	}
	return dir, build
}

// leaves reports whether a word of a command leads out of the folder.
func leaves(c *shell.Command, dest, dir string) bool {
	for k := range c.Words {
		w := &c.Words[k]
		at := w.Value[strings.IndexByte(w.Value, '=')+1:]
		if strings.HasPrefix(at, "..") || strings.Contains(at, "/..") || layers.Inside(dest, at) && !layers.Inside(dir, at) || !w.Static {
			return true
		}
	}
	for k := range c.Redirects {
		if !layers.Inside(dir, layers.Absolute(dir, c.Redirects[k].Target.Value)) && c.Redirects[k].Op == "<" {
			return true
		}
	}
	return false
}

// readsParent reports whether a file that tells how a folder is built names its
// parent, or the folder belongs to a workspace around it.
func readsParent(p *lint.Pass, dir string) bool {
	ctx := p.Document.Context()
	for _, name := range [...]string{"pnpm-workspace.yaml", "go.work", "lerna.json", "nx.json", "turbo.json", "settings.gradle", "settings.gradle.kts"} {
		if ctx.Exists(name) {
			return true
		}
	}
	if data, err := ctx.ReadFile("package.json", 0); err == nil && strings.Contains(string(data), `"workspaces"`) {
		return true
	}
	for _, e := range ctx.Files() {
		if path.Dir(e.Path) == dir && e.IsRegular() && tellsBuild(e) {
			data, err := ctx.ReadFile(e.Path, 0)
			if err != nil || strings.Contains(string(data), "../") || strings.Contains(string(data), "..\\") {
				return true
			}
		}
	}
	return false
}

// tellsBuild reports whether a file tells how the folder around it is built.
func tellsBuild(e *buildctx.Entry) bool {
	switch path.Ext(e.Path) {
	case ".json", ".toml", ".mod", ".xml", ".gradle", ".kts", ".yaml", ".yml", ".cmake", ".mk", ".sbt", ".exs":
		return !strings.Contains(e.Base(), "lock")
	}
	return strings.Contains(e.Base(), "config") || strings.HasPrefix(e.Base(), "Makefile") || e.Base() == "Rakefile"
}

func wideFinding(p *lint.Pass, wide, last *dockerfile.Instruction, build *shell.Command, dir string, others int) lint.Diagnostic {
	what := build.Name
	if sub := build.Subcommand(); sub != "" {
		what += " " + sub
	}
	d := lint.Diagnostic{
		Range: build.NameRange,
		Message: what + " works in " + dir + " and runs again whenever one of " + plural(others, "other file") + " changes that line " +
			itoa(p.Source.Line(wide.Range.Start)+1) + " copies: copy " + dir + " first, build, then copy the rest",
		Related: []lint.Related{{Range: wide.Keyword.Range, Message: "all is copied here"}},
	}
	m := &move{wide: wide, copy: p.Layers().Step(wide).Copy, from: ".", rel: "."}
	block := withComments(p, wide)
	moved := strings.TrimSuffix(strings.ReplaceAll(p.Source.Slice(block), "\r\n", "\n"), "\n") + "\n"
	if last.Lines.End == len(p.Source.Text) && !strings.HasSuffix(p.Source.Text, "\n") {
		moved = "\n" + moved
	}
	flags := ""
	for k := range wide.Flags {
		if f := &wide.Flags[k]; f.Name == "chown" || f.Name == "chmod" {
			flags += " " + p.Source.Slice(f.Range)
		}
	}
	narrow := copyKeyword(wide) + flags + " " + dir + "/ " + m.target(dir) + "\n"
	if !strings.ContainsAny(dir, " \"'\\$") && !strings.Contains(wide.Args[len(wide.Args)-1].Value, "$") && sameWorkdir(p, wide, last) && !open(p, last) {
		d.Fixes = []lint.Fix{{
			Title: "Copy " + dir + " before the rest", Applicability: lint.Manual,
			Edits: []lint.Edit{{Range: source.Range{Start: block.Start, End: block.End}, New: narrow}, lint.Insert(last.Lines.End, moved)},
		}}
	}
	return d
}

// sameWorkdir reports whether a COPY means the same behind another instruction.
func sameWorkdir(p *lint.Pass, ins, behind *dockerfile.Instruction) bool {
	return p.Stages().StateAt(ins).Workdir == p.Stages().StateAt(behind).Workdir
}
