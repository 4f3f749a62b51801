package cache

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
)

// CopiedForInstall finds files that are copied for one command and are
// copied again behind it.
var CopiedForInstall = &lint.Rule{
	ID:      "copied-for-install",
	Summary: "Files are copied for one installation and again with the rest",
	Aliases: []string{"tally/ruby/prefer-gemfile-bind-mounts"},
	Doc: `
COPY package.json in front of npm ci keeps the installation in the cache, and puts a
layer into the image that the COPY of the sources makes again. A bind mount shows
the files to the one command that reads them, and leaves nothing behind. The step
still runs when they change, and at no other time.

It is found where the installation cannot change the files (npm ci, and others with
a frozen lock file; pip; go mod download with a go.sum), and the next COPY brings the
same files to the same place.

# Fix safety

The fix is unsafe: the image has a layer less. Its files are the same.
`,
	Bad: `-- Dockerfile --
# syntax=docker/dockerfile:1
FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
-- .dockerignore --
node_modules
-- package.json --
{}
-- package-lock.json --
{}
`,
	Good: `-- Dockerfile --
# syntax=docker/dockerfile:1
FROM node:22
WORKDIR /app
RUN --mount=type=bind,source=package-lock.json,target=package-lock.json --mount=type=bind,source=package.json,target=package.json npm ci
COPY . .
-- .dockerignore --
node_modules
-- package.json --
{}
-- package-lock.json --
{}
`,
	Severity: lint.Info,
	Fixable:  true,
	Preview:  true,
	Since:    "0.1",
	Check:    checkManifestCopied,
}

func checkManifestCopied(p *lint.Pass) {
	if !p.Document.Context().Known() || !modern(p.Document) {
		return
	}
	for _, s := range p.Stages().Stages {
		for k, ins := range s.Body {
			if ins.Name != "COPY" || ins.Err != nil || k+1 >= len(s.Body) || s.Windows() {
				continue
			}
			run := s.Body[k+1]
			files := plainFiles(p, ins)
			if len(files) == 0 || len(files) > maxBound || !readsOnly(p, run, files) || !broughtAgain(p, s.Body[k+2:], ins, files) {
				continue
			}
			p.Report(boundFinding(ins, run, files))
		}
	}
}

// maxBound is how many files are worth a mount each.
const maxBound = 4

// plainFiles returns the files that a COPY without flags takes from the context,
// when they land in the working directory.
func plainFiles(p *lint.Pass, ins *dockerfile.Instruction) []*buildctx.Entry {
	c := p.Layers().Step(ins).Copy
	if c == nil || !c.FromContext() || len(ins.Flags) > 0 || !c.DestKnown || !c.DestDir || c.DestPath != p.Stages().StateAt(ins).Workdir {
		return nil
	}
	for k := range c.Sources {
		if src := &c.Sources[k]; src.Heredoc != nil || !src.Known || strings.Contains(src.Word.Value, "$") {
			return nil
		}
	}
	files := c.Selection().Files
	for _, f := range files {
		if !f.IsRegular() || c.Target(f.Path) != path.Join(c.DestPath, f.Base()) || strings.ContainsAny(f.Path, ", \"'\\") {
			return nil
		}
	}
	return files
}

// readsOnly reports whether a RUN is an installation that reads the files and
// cannot change them.
func readsOnly(p *lint.Pass, run *dockerfile.Instruction, files []*buildctx.Entry) bool {
	if run.Name != "RUN" || run.Err != nil || run.JSON {
		return false
	}
	script := p.Shell(run)
	dir := p.Stages().StateAt(run).Workdir
	installs := 0
	for _, c := range script.All() {
		i := installOf(p, run, c)
		switch {
		case i != nil && i.ecosystem != "" && i.dir == dir && frozen(i, files):
			installs++
		case i != nil && i.ecosystem != "" || !independent(c, dir, dir):
			return false
		}
	}
	return installs == 1 && script.Err == nil
}

// frozen reports whether an installation leaves its manifests as they are.
func frozen(i *install, files []*buildctx.Entry) bool {
	switch i.ecosystem {
	case "pip":
		return i.op != nil && i.op.ManifestInstall && !local(i.op)
	case "go":
		return slices.ContainsFunc(files, func(f *buildctx.Entry) bool { return f.Base() == "go.sum" })
	case "npm", "yarn", "pnpm", "bun":
		return i.op != nil && i.op.Frozen
	}
	return false
}

// broughtAgain reports whether the next step copies the same files to the same
// places.
func broughtAgain(p *lint.Pass, rest []*dockerfile.Instruction, first *dockerfile.Instruction, files []*buildctx.Entry) bool {
	was := p.Layers().Step(first).Copy
	for _, ins := range rest {
		if ins.Err != nil {
			return false
		}
		if !isStep(ins) {
			continue
		}
		c := p.Layers().Step(ins).Copy
		if c == nil || !c.FromContext() || len(ins.Flags) > 0 {
			return false
		}
		again := map[string]bool{}
		for _, f := range c.Selection().Files {
			again[f.Path+"\x00"+c.Target(f.Path)] = true
		}
		return !slices.ContainsFunc(files, func(f *buildctx.Entry) bool { return !again[f.Path+"\x00"+was.Target(f.Path)] })
	}
	return false
}

func boundFinding(ins, run *dockerfile.Instruction, files []*buildctx.Entry) lint.Diagnostic {
	var names []string
	var flags strings.Builder
	for _, f := range files {
		names = append(names, f.Base())
		flags.WriteString("--mount=type=bind,source=" + f.Path + ",target=" + f.Base() + " ")
	}
	d := lint.Diagnostic{
		Range:   ins.Keyword.Range,
		Message: list(names) + " is copied for the RUN behind it and again with the rest: show it to the RUN with --mount=type=bind, which makes no layer",
	}
	if len(names) > 1 {
		d.Message = list(names) + " are copied for the RUN behind them and again with the rest: show them to the RUN with --mount=type=bind, which makes no layer"
	}
	if len(ins.Doc) == 0 {
		d.Fixes = []lint.Fix{{
			Title: "Mount what the installation reads", Applicability: lint.Unsafe,
			Edits: []lint.Edit{lint.Delete(ins.Lines), lint.Insert(run.ArgsRange.Start, flags.String())},
		}}
	}
	return d
}
