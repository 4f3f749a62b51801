package cache

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
)

// InstallWithoutCacheMount finds package managers that download everything again
// whenever their step runs.
var InstallWithoutCacheMount = &lint.Rule{
	ID:      "install-without-cache-mount",
	Summary: "packages are downloaded again whenever the step runs",
	Aliases: []string{"tally/prefer-package-cache-mounts"},
	Doc: `
A step that runs again starts from the layer below it, so a package manager finds
nothing of what it has downloaded before. A cache mount is a folder that stays on
the builder: only what is new is downloaded, and nothing of it becomes part of the
image.

The target is where the package manager keeps its downloads for the user that runs
the command, and follows the variables that move it. Every RUN of the stage that
calls a compiler with a package manager of its own (go, cargo, maven, gradle,
dotnet) gets the mount, because what is in a mount is not there for the next RUN.

System packages are left to the rules on their own clean-up, and folders that
programs load at run time are never mounted.

# Fix safety

The fix is unsafe: the layer no longer holds the downloads, and options that switch
the cache off go. It is manual in a Dockerfile that uses no other feature of
BuildKit, for the builder may not know mounts, and there is none for a user whose
number is not known.
`,
	Bad: `# syntax=docker/dockerfile:1
FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
`,
	Good: `# syntax=docker/dockerfile:1
FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
`,
	Severity: lint.Info,
	Fixable:  true,
	Since:    "0.1",
	Check:    checkCacheMount,
}

func checkCacheMount(p *lint.Pass) {
	seen := map[*stage.Stage][]string{}
	for ins, script := range p.Runs() {
		if ins.Parent != nil || ins.Err != nil || len(script.All()) == 0 {
			continue
		}
		s := p.Stages().StageOf(ins)
		if s.Windows() {
			continue
		}
		for _, c := range script.All() {
			m := managerOf(p, c)
			if m == nil || slices.Contains(seen[s], m.Name) {
				continue
			}
			if d, ok := mountFinding(p, s, ins, c, m); ok {
				if whole(m) {
					seen[s] = append(seen[s], m.Name)
				}
				p.Report(d)
				break
			}
		}
	}
}

// managerOf returns the package manager of a command that downloads packages.
func managerOf(p *lint.Pass, c *shell.Command) *knowledge.Manager {
	if c.InSubst || c.Function != "" || c.Outer != nil {
		return nil
	}
	m, ok := knowledge.ManagerOf(c.Name)
	if !ok {
		m, ok = knowledge.ManagerOf(c.Family)
	}
	if !ok || m.System || len(m.Mounts) == 0 {
		return nil
	}
	switch m.Name {
	case "bundler", "conda", "micromamba", "gem", "mix", "swift", "sbt", "deno", "composer", "pipenv":
		return nil // where they keep what differs from image to image
	}
	op := c.Package()
	if op == nil || offline(c) {
		return nil
	}
	switch {
	case op.Action == shell.Install, op.Action == shell.Fetch:
	case op.Action == shell.Build && whole(m):
	default:
		return nil
	}
	if m.Name == "cargo" && op.Action == shell.Fetch && c.Subcommand() != "fetch" {
		return nil
	}
	if m.Name == "yarn" {
		if e := knowledge.Ecosystems(); len(e) > 0 && p.Document.Context().Exists(".yarnrc.yml") {
			return nil
		}
	}
	return m
}

// whole reports whether every RUN of a stage that calls the program needs what
// it has downloaded.
func whole(m *knowledge.Manager) bool {
	return slices.Contains([]string{"go", "cargo", "maven", "gradle", "dotnet"}, m.Name)
}

func mountFinding(p *lint.Pass, s *stage.Stage, ins *dockerfile.Instruction, c *shell.Command, m *knowledge.Manager) (lint.Diagnostic, bool) {
	mounts, known := cacheMounts(p, ins, c, m)
	if len(mounts) == 0 || covered(p, ins, mounts) {
		return lint.Diagnostic{}, false
	}
	what := c.Name
	if sub := c.Subcommand(); sub != "" {
		what += " " + sub
	}
	d := lint.Diagnostic{
		Range: c.NameRange,
		Message: what + " downloads every package again whenever this step runs: keep them between builds with --mount=type=cache,target=" +
			strings.Join(targets(mounts), " and "),
	}
	if known && !carried(p, s, mounts) {
		d.Fixes = mountFix(p, s, ins, m, mounts)
	}
	return d, true
}

// cacheMount is a mount to add.
type cacheMount struct{ target, options string }

func targets(list []cacheMount) []string {
	var out []string
	for _, m := range list {
		out = append(out, m.target)
	}
	return out
}

// cacheMounts returns the mounts for a command; known is false when the user's
// home or number is not.
func cacheMounts(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command, m *knowledge.Manager) (out []cacheMount, known bool) {
	at := p.Stages().StateAt(ins)
	scope := p.Stages().ScopeAt(ins)
	user, owner := at.User, ""
	known = at.UserKnown || at.UserBy == nil
	if at.UserBy == nil {
		user = imageUser(p, ins)
	}
	switch name, _, _ := strings.Cut(user, ":"); name {
	case "", "root", "0":
	case "node", "1000":
		owner = ",uid=1000,gid=1000"
	default:
		known = false
	}
	lookup := func(name string) (string, bool) {
		if a := c.Assign(name); a != nil {
			known = known && a.Value.Static
			return a.Value.Value, true
		}
		v := scope.Lookup(name)
		if v == nil || !v.Set {
			return "", false
		}
		known = known && v.Known
		return v.Value, true
	}
	for _, k := range m.Mounts {
		if k.Env == "YARN_CACHE_FOLDER" && owner != "" {
			known = false // another folder than root's, which depends on the version
		}
		t := k.TargetFor(home(user), lookup)
		if knowledge.MustStay(t) || !strings.HasPrefix(t, "/") {
			return nil, false
		}
		o := owner
		if k.Sharing != "shared" {
			o = ",sharing=" + k.Sharing + o
		}
		out = append(out, cacheMount{t, o})
	}
	return out, known
}

// imageUser is the user that the base image is known to run as.
func imageUser(p *lint.Pass, ins *dockerfile.Instruction) string {
	base := p.Stages().StageOf(ins).Root().Base
	if ref, err := knowledge.ParseRef(base.Name); err == nil {
		if facts, ok := knowledge.WellKnownImage(ref); ok {
			return facts.User
		}
	}
	return ""
}

func home(user string) string {
	if name, _, _ := strings.Cut(user, ":"); name == "1000" {
		return "/home/node"
	}
	return layers.Home(user)
}

// covered reports whether a RUN has a mount that holds one of the targets.
func covered(p *lint.Pass, ins *dockerfile.Instruction, mounts []cacheMount) bool {
	have := p.Layers().Step(ins).Mounts
	for k := range have {
		if have[k].Type == "cache" {
			for _, m := range mounts {
				if have[k].Target == m.target || layers.Inside(have[k].Target, m.target) || layers.Inside(m.target, have[k].Target) {
					return true
				}
			}
		}
	}
	return false
}

// carried reports whether something takes the downloads out of the layer.
func carried(p *lint.Pass, s *stage.Stage, mounts []cacheMount) bool {
	for _, u := range s.UsedBy {
		if u.Kind != stage.CopyFrom {
			continue
		}
		c := p.Layers().Step(u.By).Copy
		if c == nil {
			return true
		}
		for k := range c.Sources {
			src := layers.Absolute("/", c.Sources[k].Value)
			for _, m := range mounts {
				if src == m.target || layers.Inside(src, m.target) && src != "/" || layers.Inside(m.target, src) {
					return true
				}
			}
		}
	}
	return false
}

// mountFix adds the mounts to the RUN, or to every RUN that needs them.
func mountFix(p *lint.Pass, s *stage.Stage, first *dockerfile.Instruction, m *knowledge.Manager, mounts []cacheMount) []lint.Fix {
	fix := lint.Fix{Title: "Keep the downloads of " + m.Name + " in a cache mount", Applicability: lint.Manual}
	if modern(p) {
		fix.Applicability = lint.Unsafe
	}
	var flags strings.Builder
	for _, k := range mounts {
		flags.WriteString("--mount=type=cache,target=" + k.target + k.options + " ")
	}
	for _, ins := range s.Body {
		if ins != first && (!whole(m) || ins.Name != "RUN" || ins.Err != nil || !calls(p, ins, m)) {
			continue
		}
		if ins != first && p.Stages().StateAt(ins).User != p.Stages().StateAt(first).User {
			return nil
		}
		for _, c := range p.Shell(ins).All() {
			if offline(c) {
				return nil
			}
			edits, ok := unblock(p, c, m)
			if !ok {
				return nil
			}
			fix.Edits = append(fix.Edits, edits...)
		}
		if !covered(p, ins, mounts) {
			fix.Edits = append(fix.Edits, lint.Insert(ins.ArgsRange.Start, flags.String()))
		}
	}
	return []lint.Fix{fix}
}

// calls reports whether a RUN calls the package manager.
func calls(p *lint.Pass, ins *dockerfile.Instruction, m *knowledge.Manager) bool {
	for _, c := range p.Shell(ins).All() {
		if slices.Contains(m.Programs, c.Name) {
			return true
		}
	}
	return false
}

// offline reports whether a command relies on what lies in the layer.
func offline(c *shell.Command) bool {
	if c.Is("go", "cargo", "curl", "composer", "dotnet") {
		return c.Has("--offline") // their -o names a file or does something else
	}
	return c.Has("--offline", "-o", "--prefer-offline")
}

// unblock removes what keeps a command from using its cache; ok is false when
// that cannot be done.
func unblock(p *lint.Pass, c *shell.Command, m *knowledge.Manager) (edits []lint.Edit, ok bool) {
	op := c.Package()
	if op == nil {
		return nil, true
	}
	if op.Action == shell.Clean && slices.Contains(m.Programs, c.Name) {
		return nil, false // the clean-up would empty the mount
	}
	if m.NoCacheEnv != "" && slices.Contains(m.Programs, c.Name) {
		if v := p.Stages().ScopeAt(c.Script().Instruction).Lookup(m.NoCacheEnv); v != nil && v.Set || c.Assign(m.NoCacheEnv) != nil {
			return nil, false
		}
	}
	if m.NoCacheFlag == "" || !slices.Contains(m.Programs, c.Name) && !slices.Contains(m.Programs, c.Family) {
		return nil, true
	}
	if f := c.Flag(m.NoCacheFlag); f != nil && !f.Has && f.Word < len(c.Args()) {
		r := c.Args()[f.Word].Range
		if r.Start > 0 && p.Source.Text[r.Start-1] == ' ' {
			r.Start--
		}
		edits = append(edits, lint.Delete(r))
	}
	return edits, true
}

// modern reports whether the Dockerfile uses something that only BuildKit knows.
func modern(p *lint.Pass) bool {
	tree := p.Tree()
	if d := tree.Directive("syntax"); d != nil {
		return !strings.HasSuffix(d.Value, ":1.0") && !strings.HasSuffix(d.Value, ":1.1")
	}
	for _, ins := range tree.Instructions {
		if len(ins.Mounts()) > 0 || len(ins.Heredocs) > 0 || ins.Flag("link") != nil || ins.Flag("chmod") != nil || ins.Flag("parents") != nil {
			return true
		}
	}
	return false
}
