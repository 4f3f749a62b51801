package cache

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
)

// effect is what is known of the commands of a RUN.
type effect struct {
	// unknown says that it may write anywhere, and read anything.
	unknown bool
	// installs are folders that a package manager fills.
	installs []string
	// reads are the paths that commands read which do nothing but move bytes.
	reads []string
	// goes says that there is a Go build.
	goes bool
	// locked says that packages are installed as a lock file has them.
	locked bool
	dir    string
}

// silent are programs that write nothing but to their output.
var silent = []string{
	"", ":", "[", "[[", "((", "cat", "cd", "command", "cmp", "date", "diff", "echo", "env", "exit", "export", "expr",
	"false", "file", "find", "grep", "head", "id", "ls", "printenv", "printf", "pwd", "readlink", "set", "sha256sum", "sleep",
	"sort", "stat", "tail", "test", "tr", "true", "type", "uname", "unset", "wc", "which", "whoami", "sed", "awk", "cut", "basename", "dirname",
}

// readers are those of them that read the files that their words name.
var readers = []string{
	"[", "[[", "awk", "cat", "cmp", "cut", "diff", "file", "grep", "head", "sed", "sha256sum", "sort", "tail", "test", "tr", "wc",
}

// tellers are those of them that print something else each time, or what no word names.
var tellers = []string{"date", "env", "export", "find", "ls", "printenv", "stat"}

// movers are programs that write what they read, to places that their words name.
var movers = []string{"cp", "mv", "ln", "mkdir", "touch", "tee", "rm", "rmdir", "chmod", "chown", "install"}

// effectOf reads the commands of a RUN.
func (g *Graph) effectOf(s *Step) *effect {
	if s.effect != nil {
		return s.effect
	}
	e := &effect{dir: g.in.Doc.Stages().StateAt(s.Ins).Workdir}
	s.effect = e
	script := g.in.Doc.Shell(s.Ins)
	if script == nil || script.Err != nil || !script.Dialect.Parsed() || len(script.All()) == 0 {
		e.unknown = true
		return e
	}
	for _, c := range script.All() {
		e.command(c)
	}
	return e
}

func (e *effect) command(c *shell.Command) {
	dir := e.dir
	if c.Dir != "" {
		dir = layers.Absolute(dir, c.Dir)
	}
	if op := c.Package(); op != nil {
		e.install(c, op, dir)
		return
	}
	switch {
	case c.Is("find") && c.Has("-exec", "-delete", "-execdir"):
		e.unknown = true
	case slices.Contains(silent, c.Name):
		if slices.Contains(readers, c.Name) {
			e.read(c, dir)
		}
		if c.Is("sed") && c.Has("-i", "--in-place") {
			e.unknown = true
		}
	case slices.Contains(movers, c.Name):
		e.read(c, dir)
	default:
		e.unknown = true
	}
}

// read notes the operands of a command, and what is redirected into it.
func (e *effect) read(c *shell.Command, dir string) {
	for _, w := range c.Args() {
		if strings.HasPrefix(w.Value, "-") {
			continue
		}
		if !w.Static && strings.ContainsRune(w.Value, '/') && !isTest(c) {
			e.unknown = true
		}
		e.reads = append(e.reads, layers.Absolute(dir, w.Value))
	}
	for k := range c.Redirects {
		if r := &c.Redirects[k]; r.Op == "<" {
			e.reads = append(e.reads, layers.Absolute(dir, r.Target.Value))
		}
	}
}

// install notes where a package manager puts what it installs.
func (e *effect) install(c *shell.Command, op *shell.PackageOp, dir string) {
	switch op.Manager {
	case "npm", "yarn", "pnpm", "bun":
		if op.Action != shell.Install && op.Action != shell.Remove && op.Action != shell.Clean {
			e.unknown = true
			return
		}
		e.installs = append(e.installs, path.Join(dir, "node_modules"), "/usr/local/lib/node_modules", "/root/.npm")
		if op.ManifestInstall && op.Frozen {
			e.locked = true
		}
	case "pip", "uv", "poetry", "pipenv", "pdm":
		e.installs = append(e.installs, "/usr/local", "/usr/lib", "/opt", "/root/.cache", "/root/.local", path.Join(dir, ".venv"), "/venv")
	case "apt", "apk", "dnf", "yum", "microdnf", "zypper":
		e.installs = append(e.installs, "/usr", "/etc", "/var", "/lib", "/bin", "/sbin", "/opt")
	case "go":
		e.golang(c, op)
	case "composer":
		e.installs = append(e.installs, path.Join(dir, "vendor"))
	case "bundler", "bundle", "gem":
		e.installs = append(e.installs, "/usr/local/bundle", path.Join(dir, "vendor/bundle"))
	default:
		e.unknown = true
	}
}

// golang tells downloads and builds from the rest of what go does.
func (e *effect) golang(c *shell.Command, op *shell.PackageOp) {
	switch {
	case op.Action == shell.Fetch, c.Subcommand() == "mod":
		e.installs = append(e.installs, "/go/pkg")
	case c.Subcommand() == "build" || c.Subcommand() == "install":
		e.goes = true
	default:
		e.unknown = true
	}
}

// touches reports whether step k of a stage may have written to the path.
func (g *Graph) touches(st *Stage, k int, s *Step, e *effect, p string) bool {
	for _, list := range [...][]layers.Entry{s.model.Adds, s.model.Removes} {
		for i := range list {
			w := &list[i]
			if w.Path == p || w.Covers(p) || layers.Inside(p, w.Path) || w.Glob && overlap(path.Dir(w.Path), p) {
				return true
			}
		}
	}
	for _, dir := range e.installs {
		if overlap(dir, p) {
			return true
		}
	}
	if e.goes || e.unknown {
		return !g.claimed(st, k, p)
	}
	return false
}

// claimed reports whether what lies at the path before step k of a stage plainly
// comes from elsewhere: a file that was copied, or packages.
func (g *Graph) claimed(st *Stage, k int, p string) bool {
	at := place{st, len(st.steps), p}
	first, ok := g.claims[at]
	if !ok {
		first = slices.IndexFunc(st.steps, func(s *Step) bool { return g.brings(s, p) })
		g.claims[at] = first
	}
	if first >= 0 && first < k {
		return true
	}
	base := g.all[st.Base.Stage]
	return base != nil && g.claimed(base, len(base.steps), p)
}

// brings reports whether what lies at the path behind a step plainly comes from it.
func (g *Graph) brings(s *Step, p string) bool {
	switch {
	case s.model == nil:
	case s.model.Copy != nil && s.model.Copy.From == nil:
		return slices.ContainsFunc(s.model.Copy.Selection().Files, func(f *buildctx.Entry) bool { return s.model.Copy.Target(f.Path) == p })
	case s.Ins.Name == "RUN":
		return slices.ContainsFunc(g.effectOf(s).installs, func(dir string) bool {
			return (dir == p || layers.Inside(dir, p)) && strings.Contains(dir, "node_modules")
		})
	}
	return false
}

// output stands for the bytes that step k of a stage writes to a path. Where that
// cannot be told it is the step's key: whenever it runs it writes something new.
func (g *Graph) output(st *Stage, k int, s *Step, e *effect, p string, depth int) string {
	switch {
	case e.unknown:
		return s.Key
	case e.goes:
		return g.goOutput(st, k, s, depth)
	case e.locked:
		return g.lockedOutput(st, k, s, e, depth)
	case len(e.installs) > 0:
		return s.Key
	}
	return g.moved(st, k, s, p, depth)
}

// moved stands for what commands write to a path that do nothing but move bytes:
// their words, with the values of variables, and what they read. Where the words do not
// say it all it is the step's key.
func (g *Graph) moved(st *Stage, k int, s *Step, p string, depth int) string {
	all := g.in.Doc.Shell(s.Ins).All()
	workdir := g.in.Doc.Stages().StateAt(s.Ins).Workdir
	parts := []string{s.user}
	if slices.ContainsFunc(all, tangled) {
		parts = append(parts, s.own)
	} else {
		all = involved(all, workdir, p)
	}
	for _, c := range all {
		if c.InLoop {
			return s.Key // what a loop goes over is no word of a command
		}
		parts = append(parts, words(c, s.env)...)
		if c.Is("mkdir", "rm", "rmdir") {
			continue
		}
		if unclear(c, s.env) {
			return s.Key
		}
		for _, r := range readsOf(c, workdir) {
			parts = append(parts, g.reading(st, k, s, r, depth)...)
		}
	}
	return digest(parts...)
}

// readsOf returns the paths that a command reads.
func readsOf(c *shell.Command, workdir string) []string {
	e := &effect{dir: workdir}
	e.command(c)
	return e.reads
}

// tangled reports whether it takes more than the words of a command to tell whether it
// runs, where its output goes, and what its variables hold.
func tangled(c *shell.Command) bool {
	return c.Conditional || c.Tested || c.InLoop || c.InSubst || c.Function != "" || c.Outer != nil || c.Group != nil || len(c.Assigns) > 0 ||
		(c.InPipe || c.Subshell > 0) && c.Prev == nil && c.Next == nil
}

// unclear reports whether the words of a command do not say what it writes, reads or
// prints.
func unclear(c *shell.Command, env []variable) bool {
	reads := slices.Contains(movers, c.Name) || slices.Contains(readers, c.Name)
	if isTest(c) {
		reads = slices.ContainsFunc(c.Args(), func(w shell.Word) bool { return slices.Contains(fileTests, w.Value) })
	}
	for _, w := range c.Args() {
		if reads && !w.Static || !reads && w.Pattern {
			return true
		}
		for _, v := range w.Variables() {
			if !tangled(c) && !bound(env, v.Name) {
				return true
			}
		}
	}
	return slices.Contains(tellers, c.Name) && (c.Next != nil || c.InSubst || c.Group != nil || len(c.Writes()) > 0)
}

func isTest(c *shell.Command) bool { return c.Is("[", "[[", "test") }

// fileTests are the operators of [ that look at a file.
var fileTests = []string{"-d", "-e", "-f", "-h", "-L", "-r", "-s", "-w", "-x"}

// manyCommands is the number of commands from which those that have a part in a path are
// not told apart.
const manyCommands = 64

// involved returns the commands that have a part in what lies at a path behind them:
// those that write there, what is piped into them, and those that write what they read.
// It is all of them where none is known to write there.
func involved(all []*shell.Command, workdir, p string) []*shell.Command {
	if len(all) > manyCommands {
		return all
	}
	taken := map[*shell.Command]bool{}
	var take func(p string)
	take = func(p string) {
		for _, c := range all {
			if !writesTo(c, workdir, p) {
				continue
			}
			for ; c != nil && !taken[c]; c = c.Prev {
				taken[c] = true
				for _, r := range readsOf(c, workdir) {
					take(r)
				}
			}
		}
	}
	take(p)
	if len(taken) == 0 {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(c *shell.Command) bool { return !taken[c] })
}

// reading lists what lies at a path that a command reads: in a mount of the
// step, or in the file system behind the steps before it.
func (g *Graph) reading(st *Stage, k int, s *Step, p string, depth int) []string {
	for i := range s.model.Mounts {
		m := &s.model.Mounts[i]
		if m.Target == "" || m.Target != p && !layers.Inside(m.Target, p) {
			continue
		}
		if m.Type != "bind" || m.From != nil {
			return []string{s.Key}
		}
		rel := strings.TrimPrefix(p, m.Target)
		src := strings.TrimPrefix(path.Clean("/"+m.Source+rel), "/")
		if src == "" {
			src = "."
		}
		_, hash := g.selected(g.in.Doc.Context().Select([]string{src}, noOptions))
		return []string{hash}
	}
	return g.writers(st, k, p, depth+1)
}

// writesTo reports whether a command is known to write to the path or below it.
func writesTo(c *shell.Command, workdir, p string) bool {
	for _, list := range [][]shell.Effect{c.Writes(), c.Removes()} {
		for i := range list {
			at := layers.Absolute(workdir, list[i].Path)
			if !list[i].Known || overlap(at, p) || strings.ContainsAny(at, "*?[") && overlap(path.Dir(at), p) {
				return true
			}
		}
	}
	return false
}

// words are those of a command that matter for what it writes, with the values of
// the variables in them.
func words(c *shell.Command, env []variable) []string {
	out := []string{c.Name}
	for i := range c.Words {
		w := &c.Words[i]
		if c.Is("mkdir") && (w.Value == "-p" || w.Value == "--parents" || w.Value == "-v") {
			continue
		}
		out = append(out, w.Value)
		for _, v := range w.Variables() {
			out = append(out, valueOf(env, v.Name))
		}
	}
	for i := range c.Redirects {
		r := &c.Redirects[i]
		out = append(out, r.Op, r.Target.Value, r.Content)
		for _, v := range r.Target.Variables() {
			out = append(out, valueOf(env, v.Name))
		}
		if r.Content != "" && !r.Static {
			for _, v := range env {
				out = append(out, v.name, v.value)
			}
		}
	}
	return out
}

func valueOf(env []variable, name string) string {
	for _, v := range env {
		if v.name == name {
			return v.value
		}
	}
	return ""
}

func bound(env []variable, name string) bool {
	return slices.ContainsFunc(env, func(v variable) bool { return v.name == name })
}

// lockFiles are what an installation from a lock file reads.
var lockFiles = []string{"package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", ".npmrc", ".yarnrc", ".yarnrc.yml", "bun.lock", "bun.lockb", "patches"}

// lockedOutput stands for what an installation from a lock file writes.
func (g *Graph) lockedOutput(st *Stage, k int, s *Step, e *effect, depth int) string {
	parts := []string{s.own}
	for _, name := range lockFiles {
		parts = append(parts, g.reading(st, k, s, path.Join(e.dir, name), depth)...)
	}
	return digest(parts...)
}
