package cache

import (
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
)

func itoa(n int) string { return strconv.Itoa(n) }

// CopyBeforeInstall finds sources that are copied before packages are installed.
var CopyBeforeInstall = &lint.Rule{
	ID:      "copy-before-install",
	Summary: "Sources are copied before packages are installed, so every edit installs them again",
	Doc: `
A step runs again when a file that an earlier COPY takes has changed. With COPY . .
in front of it, npm ci runs again for every edited line of source, although it
reads two files only. Copied first and alone, these two make it run when they
change, and at no other time.

The fix copies the files that the installation reads, and puts the wide COPY
behind the installation. Flags such as --chown are kept on both, and comments go
with their instruction. An installation that is chained with other commands is
divided from them. Where the installed folder would be overwritten by one of the
same name in the build context, the fix adds it to the ignore file.

Packages that are named on the command line, as with apt-get, need no file at all:
then only the COPY moves.

The files are read to find out whether they are enough. The finding says so, and
there is no fix to apply, when they are not: install scripts, workspaces,
dependencies in folders of the project, nested requirements that are missing,
replaced modules, projects with several modules, patches, credentials.

# Fix safety

The fix is unsafe because the layers of the image are others. Files, permissions
and configuration stay the same, with one exception: a lock file that the
installation would have changed is again as it is in the build context. It is
manual when the build context is not known, when the manifest is not in it, or when
steps between the two may read what is copied.

# What is not seen

Programs that are installed by a script of the project, and package managers that
a Makefile calls.
`,
	Bad: `-- Dockerfile --
FROM node:22
WORKDIR /app
COPY . .
RUN npm ci
CMD ["node", "main.js"]
-- .dockerignore --
node_modules
-- package.json --
{"dependencies": {"left-pad": "1.3.0"}}
-- package-lock.json --
{}
-- main.js --
`,
	Good: `-- Dockerfile --
FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["node", "main.js"]
-- .dockerignore --
node_modules
-- package.json --
{"dependencies": {"left-pad": "1.3.0"}}
-- package-lock.json --
{}
-- main.js --
`,
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check:    checkCopyBeforeInstall,
}

func checkCopyBeforeInstall(p *lint.Pass) {
	for s := range p.EachStage() {
		r := orderCheck{moving: map[*dockerfile.Instruction]bool{}}
		for _, ins := range s.Body {
			switch {
			case ins.Err != nil:
			case ins.Is("COPY", "ADD"):
				if takesSources(p, ins) {
					r.wide = append(r.wide, ins)
				}
			case ins.Name == "RUN" && len(r.wide) == 0:
				r.before = append(r.before, ins)
			case ins.Name == "RUN":
				r.early(p)
				r.checkRun(p, ins)
			}
		}
	}
}

// orderCheck is the check of one stage.
type orderCheck struct {
	wide []*dockerfile.Instruction
	// before are the steps ahead of these that were not looked at: they matter
	// only when a step follows the sources.
	before []*dockerfile.Instruction
	// done are the projects that are installed before any source is copied.
	done map[string]bool
	// moving are the copies that a fix moves.
	moving map[*dockerfile.Instruction]bool
}

// early notes what is installed before sources are copied.
func (r *orderCheck) early(p *lint.Pass) {
	for _, run := range r.before {
		for _, c := range p.Shell(run).All() {
			if i := installOf(p, run, c); i != nil && i.ecosystem != "" {
				if r.done == nil {
					r.done = map[string]bool{}
				}
				r.done[i.ecosystem+i.dir] = true
			}
		}
	}
	r.before = nil
}

// takesSources reports whether a COPY takes a whole folder of the context.
func takesSources(p *lint.Pass, ins *dockerfile.Instruction) bool {
	c := p.Layers().Step(ins).Copy
	if c == nil || !c.FromContext() {
		return false
	}
	for k := range c.Sources {
		src := &c.Sources[k]
		if src.Wide() {
			return true
		}
		if src.Heredoc == nil && !src.URL && src.Known {
			if e, err := p.Document.Context().Stat(src.Value); err == nil && e.IsDir() {
				return true
			}
		}
	}
	return false
}

// checkRun looks at a RUN that stands behind wide copies.
func (r *orderCheck) checkRun(p *lint.Pass, run *dockerfile.Instruction) {
	var best *move
	for _, c := range p.Shell(run).All() {
		if c.Conditional || c.InSubst || c.Function != "" || c.Outer != nil {
			continue
		}
		i := installOf(p, run, c)
		if i == nil || i.dir == "" || i.ecosystem != "" && r.done[i.ecosystem+i.dir] || mountsSources(p, run) {
			continue
		}
		if i.ecosystem == "" && (best != nil || toolsOnly(i)) {
			continue
		}
		if m := planMove(p, r.wide, i); m != nil {
			best = m
			if i.ecosystem != "" {
				break // it says more than that of other packages
			}
		}
	}
	if best == nil {
		return
	}
	if r.moving[best.wide] {
		// The COPY is moved for an earlier one already. Behind that one, it may
		// be moved for this one.
		best.edits = nil
	} else if len(best.edits) > 0 {
		r.moving[best.wide] = true
	}
	p.Report(best.diagnostic(p))
}

// toolsOnly reports whether the package manager merely renews itself.
func toolsOnly(i *install) bool {
	for k := range i.op.Packages {
		switch i.op.Packages[k].Name {
		case "pip", "setuptools", "wheel", "npm", "bundler":
		default:
			return false
		}
	}
	return true
}

// mountsSources reports whether a RUN sees files of the context by a mount.
func mountsSources(p *lint.Pass, run *dockerfile.Instruction) bool {
	mounts := p.Layers().Step(run).Mounts
	for k := range mounts {
		if mounts[k].Type == "bind" && mounts[k].From == nil {
			return true
		}
	}
	return false
}

// diagnostic says what the order costs.
func (m *move) diagnostic(p *lint.Pass) lint.Diagnostic {
	var b strings.Builder
	b.WriteString(m.inst.what() + " runs again")
	if n := laterSteps(p, m.inst.ins); n > 0 {
		b.WriteString(", with " + plural(n, "step") + " behind it,")
	}
	b.WriteByte(' ')
	line := p.Source.Line(m.wide.Range.Start) + 1
	b.WriteString("whenever any file that line " + itoa(line) + " copies changes: ")
	switch {
	case m.inst.ecosystem == "":
		b.WriteString("it reads none of them, so install first and copy then")
	case len(m.set.Files) > 0:
		b.WriteString("copy " + list(m.set.Files) + " first, install, then copy the rest")
	default:
		b.WriteString("copy the files it reads first, install, then copy the rest")
	}
	if m.refuse != "" {
		b.WriteString("; not moved by itself: " + m.refuse)
	}
	d := lint.Diagnostic{
		Range: m.inst.cmd.NameRange, Message: strings.ReplaceAll(b.String(), "`", ""),
		Related: []lint.Related{{Range: m.wide.Keyword.Range, Message: "the sources are copied here"}},
	}
	if len(m.edits) > 0 {
		d.Fixes = []lint.Fix{{Title: m.title(), Applicability: m.grade, Edits: m.edits, Others: m.others}}
	}
	if m.refuse != "" && m.inst.ecosystem != "" && len(m.edits) == 0 {
		d.Severity = lint.Info
	}
	return d
}

func (m *move) title() string {
	if m.inst.ecosystem == "" {
		return "Install before the sources are copied"
	}
	return "Copy what " + m.inst.what() + " reads before the rest"
}

// destination is the folder that a wide COPY fills from the folder of the context
// that it takes; ok is false when that is not one to one.
func destination(p *lint.Pass, ins *dockerfile.Instruction) (c *layers.Copy, from string, ok bool) {
	c = p.Layers().Step(ins).Copy
	if len(c.Sources) != 1 || c.Parents || !c.Sources[0].Known {
		return c, "", false
	}
	return c, clean(c.Sources[0].Value), true
}
