package packages

import (
	"slices"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// InstallWithoutUpdate finds installs where apt has no package lists.
var InstallWithoutUpdate = &lint.Rule{
	ID:      "install-without-update",
	Summary: "apt-get install finds nothing without package lists",
	Doc: `
The official images of Debian and Ubuntu, and those built on them, hold no package
lists. An install before the first apt-get update, or behind the command that removed
the lists, stops with "Unable to locate package".

Only images that are known are looked at. Nothing is found once something has run that
may have fetched lists: a script, a downloaded installer, add-apt-repository, or a
mount that brings them.

# Fix safety

The fix runs apt-get update before the install. It is unsafe, since a build that
works today must have its lists from somewhere.
`,
	Bad:      "FROM debian:12\nRUN apt-get install -y curl\n",
	Good:     "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		ends := map[*stage.Stage]aptState{}
		for s := range p.EachStage() {
			aptAfter(p, s, ends)
		}
	},
}

// aptAfter returns what holds at the end of a stage, having looked at those that it
// is built on.
func aptAfter(p *lint.Pass, s *stage.Stage, ends map[*stage.Stage]aptState) aptState {
	if state, ok := ends[s]; ok {
		return state
	}
	state := aptState{have: true}
	if b := s.Base.Stage; b != nil && b.Index < s.Index {
		state = aptAfter(p, b, ends)
		state.there = slices.Clip(state.there)
	} else if facts, known := p.Image(s); known && b == nil {
		state.have = facts.PackageManager != "apt" || !slices.Contains(bareImages, facts.Family)
	}
	ends[s] = state.stage(p, s)
	return ends[s]
}

// bareImages are families of official images, whose lists are removed.
var bareImages = []string{
	"debian", "ubuntu", "buildpack-deps", "node", "python", "golang", "ruby", "php", "rust", "gcc", "openjdk",
	"eclipse-temurin", "perl", "nginx", "httpd", "postgres", "redis", "tomcat", "maven", "haskell", "erlang", "elixir", "drupal", "wordpress",
}

// aptState is what is known of the package lists at a place.
type aptState struct {
	have    bool // they are there, or may be
	removed source.Range
	there   []string // packages that were installed
}

// stage follows the lists through the instructions of a stage.
func (a aptState) stage(p *lint.Pass, s *stage.Stage) aptState {
	for _, ins := range s.Body {
		switch {
		case ins.Err != nil:
		case ins.Is("COPY", "ADD"):
			cp := p.Layers().Step(ins).Copy
			if cp == nil || !cp.DestKnown || cp.DestPath == "/" || layers.Inside(cp.DestPath, aptLists) || layers.Inside("/var/lib/apt", cp.DestPath) {
				a.have = true
			}
		case ins.Name == "RUN":
			a.run(p, ins)
		}
	}
	return a
}

func (a *aptState) run(p *lint.Pass, ins *dockerfile.Instruction) {
	s := p.Shell(ins)
	if s == nil || s.Err != nil || s.Form != shell.ExecForm && !s.Dialect.Parsed() {
		a.have = true
		return
	}
	if mounted(p, ins, aptLists) {
		return // they are of the mount, and gone behind it
	}
	for _, c := range s.All() {
		op := c.Package()
		switch {
		case op != nil && op.Manager == "apt" && fetchesLists(c):
			a.have = true
			a.installs(op)
		case op != nil && op.Manager == "apt" && op.Action == shell.Install:
			if !a.have && a.lacks(c, op) {
				a.report(p, ins, s, c)
				a.have = true // once is enough
			}
			a.installs(op)
		case !harmless(c):
			a.have = true
		case !c.Conditional && removesLists(c):
			a.have, a.removed = false, c.Range
		}
	}
}

// lacks reports whether an install needs the lists, as far as can be told.
func (a *aptState) lacks(c *shell.Command, op *shell.PackageOp) bool {
	if c.Conditional || c.Tested || hidden(c) || dryRun(c) || c.Has("--no-download", "-o", "--option", "-c", "--config-file") {
		return false
	}
	if slices.ContainsFunc(op.Packages, func(x shell.Package) bool { return x.IsFile || x.IsDir || x.IsURL || !x.Word.Static }) {
		return false
	}
	return slices.ContainsFunc(op.Packages, func(x shell.Package) bool { return !slices.Contains(a.there, x.Name) })
}

// installs notes what is there from now on, and needs no lists.
func (a *aptState) installs(op *shell.PackageOp) {
	for k := range op.Packages {
		a.there = append(a.there, op.Packages[k].Name)
	}
}

// removesLists reports whether a command removes all the lists.
func removesLists(c *shell.Command) bool {
	if sub := c.Subcommand(); c.Is("apt-get", "apt") && (sub == "dist-clean" || sub == "distclean") {
		return true
	}
	for _, e := range c.Removes() {
		switch e.Path {
		case aptLists, aptLists + "/", aptLists + "/*", "/var/lib/apt", "/var/lib/apt/*", "/var/lib/apt/lists/**":
			return e.Known
		}
	}
	return false
}

func (a *aptState) report(p *lint.Pass, ins *dockerfile.Instruction, s *shell.Script, c *shell.Command) {
	d := lint.Diagnostic{
		Range:   head(p, c),
		Message: call(c) + " finds no package, since the image holds no package lists here: run apt-get update before it in the same RUN",
	}
	if !a.removed.Empty() {
		d.Related = []lint.Related{{Range: a.removed, Message: "removed here"}}
	}
	if own(s, c) && len(c.Wrappers) == 0 && c.Function == "" && !c.Negated && !c.InPipe && c.Subshell == 0 && ins.Parent == nil {
		d.Fixes = []lint.Fix{{
			Title:         "Run apt-get update before it",
			Applicability: lint.Unsafe,
			Edits:         []lint.Edit{lint.Insert(c.Range.Start, "apt-get update && ")},
		}}
	}
	p.Report(d)
}
