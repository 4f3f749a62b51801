package cache

import (
	"fmt"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

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
	image := imageFacts(p, ins)
	user := at.User
	if at.UserBy == nil {
		user = image.User
	}
	home, owner, known := homeOf(image, user)
	known = known && (at.UserKnown || at.UserBy == nil)
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
	for _, k := range mountsOf(p, ins, c, m) {
		if k.Env == "YARN_CACHE_FOLDER" && owner != "" {
			known = false // another folder than root's, which depends on the version
		}
		t := k.TargetFor(home, lookup)
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

// mountsOf returns the folders of a package manager that may be mounted; none
// where it is not known that they are the ones it uses.
func mountsOf(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command, m *knowledge.Manager) []knowledge.CacheMount {
	set := func(name string) bool {
		v := p.Stages().ScopeAt(ins).Lookup(name)
		return v != nil && v.Set || c.Assign(name) != nil
	}
	switch m.Name {
	case "bundler":
		if imageFamily(p, ins) != "ruby" || set("BUNDLE_PATH") || set("BUNDLE_DEPLOYMENT") || c.Has("--path", "--deployment", "--system") || configures(p, ins, "bundle") {
			return nil // they lie below the bundle, in a folder of Ruby's version
		}
	case "conda":
		if imageFamily(p, ins) != "conda" && !set("CONDA_PKGS_DIRS") {
			return nil
		}
	case "composer":
		if set("COMPOSER_CACHE_DIR") || imageFamily(p, ins) == "composer" && !set("COMPOSER_HOME") {
			break
		}
		if set("COMPOSER_HOME") {
			return []knowledge.CacheMount{{Sharing: m.Mounts[0].Sharing, Env: "COMPOSER_HOME", EnvSuffix: "/cache"}}
		}
	case "go":
		switch {
		case set("GOMODCACHE"):
		case set("GOPATH"):
			return []knowledge.CacheMount{{Sharing: m.Mounts[0].Sharing, Env: "GOPATH", EnvSuffix: "/pkg/mod"}, m.Mounts[1]}
		case imageFamily(p, ins) == "chainguard":
			return nil
		case ownFolders(p, ins, "golang"):
			return []knowledge.CacheMount{{Target: "~/go/pkg/mod", Sharing: m.Mounts[0].Sharing}, m.Mounts[1]}
		}
	case "cargo":
		if ownFolders(p, ins, "rust") && !set("CARGO_HOME") {
			return []knowledge.CacheMount{{Target: "~/.cargo/registry", Sharing: m.Mounts[0].Sharing}, {Target: "~/.cargo/git/db", Sharing: m.Mounts[1].Sharing}}
		}
	case "mix":
		if configures(p, ins, "mix") {
			return nil // what was configured lies there, too
		}
		return m.Mounts[:1] // ~/.mix holds programs
	case "maven":
		if filled(p, ins, layers.Home(p.Stages().StateAt(ins).User)+"/.m2") {
			return []knowledge.CacheMount{{Target: "~/.m2/repository", Sharing: m.Mounts[0].Sharing}}
		}
	}
	return m.Mounts
}

// ownFolders reports whether a package manager keeps its folders where it does by
// itself: the base image is well known, and not of the family that moves them, nor
// of those that come with any language.
func ownFolders(p *lint.Pass, ins *dockerfile.Instruction, family string) bool {
	switch imageFamily(p, ins) {
	case "", family, "bitnami", "chainguard", "devcontainers", "ubi":
		return false
	}
	return true
}

// named returns the assignment that a command needs to use the mount.
func named(p *lint.Pass, c *shell.Command, m *knowledge.Manager) string {
	ins := c.Script().Instruction
	if m.Name != "composer" || imageFamily(p, ins) == "composer" {
		return ""
	}
	for _, name := range [...]string{"COMPOSER_CACHE_DIR", "COMPOSER_HOME"} {
		if v := p.Stages().ScopeAt(ins).Lookup(name); v != nil && v.Set || c.Assign(name) != nil {
			return ""
		}
	}
	return "COMPOSER_CACHE_DIR=" + m.Mounts[0].Target + " "
}

// configures reports whether a command before ins, or in it, writes settings of a
// package manager that decide where it keeps what.
func configures(p *lint.Pass, ins *dockerfile.Instruction, program string) bool {
	for s := range p.Stages().StageOf(ins).Chain() {
		for _, early := range s.Body {
			if early.Index > ins.Index {
				break
			}
			for c := range p.Shell(early).Find(program) {
				if sub := c.Subcommand(); sub == "config" || strings.HasPrefix(sub, "hex.") {
					return true
				}
			}
		}
	}
	return false
}

// imageFamily names the base image of an instruction, where it is a well-known
// one.
func imageFamily(p *lint.Pass, ins *dockerfile.Instruction) string {
	return imageFacts(p, ins).Family
}

func imageFacts(p *lint.Pass, ins *dockerfile.Instruction) knowledge.ImageFacts {
	base := p.Stages().StageOf(ins).Root().Base
	ref, err := knowledge.ParseRef(base.Name)
	if err != nil {
		return knowledge.ImageFacts{}
	}
	facts, _ := knowledge.WellKnownImage(ref)
	return facts
}

// filled reports whether an instruction of the stage before ins, or of those that
// it is built on, puts files into a folder.
func filled(p *lint.Pass, ins *dockerfile.Instruction, dir string) bool {
	s := p.Stages().StageOf(ins)
	first := p.View(fillKey{s, dir}, func(d *lint.Document) any { return firstFilled(d, s, dir) }).(int)
	return first < ins.Index
}

// fillKey is the key of what firstFilled returns.
type fillKey struct {
	s   *stage.Stage
	dir string
}

// firstFilled returns the index of the first instruction of the stage, or of those
// that it is built on, that puts files into a folder; math.MaxInt for none.
func firstFilled(d *lint.Document, s *stage.Stage, dir string) int {
	first := math.MaxInt
	for st := range s.Chain() {
		for _, ins := range st.Body {
			if ins.Err == nil && ins.Index < first && slices.ContainsFunc(d.Layers().Step(ins).Adds, func(e layers.Entry) bool {
				return e.Path == dir && e.Origin != layers.FromCommand || layers.Inside(dir, e.Path) && e.Path != dir
			}) {
				first = ins.Index
			}
		}
	}
	return first
}

// hides reports whether a mount would hide files that were put into its folder.
func hides(p *lint.Pass, ins *dockerfile.Instruction, mounts []cacheMount) bool {
	return slices.ContainsFunc(mounts, func(m cacheMount) bool { return filled(p, ins, m.target) })
}

// startWord matches the words of a CMD or ENTRYPOINT.
var startWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[\w./-]+`) })

// startCalls reports whether an image that is built on the stage starts with the
// package manager, which then looks for what it has downloaded.
func startCalls(p *lint.Pass, s *stage.Stage, m *knowledge.Manager) bool {
	if !whole(m) || m.Name == "apt" {
		return false
	}
	for _, t := range p.Stages().Stages {
		if !t.BuiltOn(s) {
			continue
		}
		for _, ins := range t.Body {
			if !ins.Is("CMD", "ENTRYPOINT") {
				continue
			}
			words := startWord().FindAllString(p.Source.Slice(ins.ArgsRange), -1)
			for k, w := range words {
				runs := m.Name != "dotnet" || k+1 == len(words) || !strings.HasSuffix(words[k+1], ".dll")
				if runs && slices.Contains(m.Programs, path.Base(w)) {
					return true
				}
			}
		}
	}
	return false
}

// imageUser is the user that the base image is known to run as.
func imageUser(p *lint.Pass, ins *dockerfile.Instruction) string {
	return imageFacts(p, ins).User
}

// homeOf returns the home directory of a user, "~" when it cannot be told, and the
// options with which the user can write to a mount. Without known, both go by
// custom.
func homeOf(image knowledge.ImageFacts, user string) (dir, owner string, known bool) {
	name, _, _ := strings.Cut(user, ":")
	if name == "" || name == "root" || name == "0" {
		return layers.Home(name), "", true
	}
	account, found := image.Account(name)
	switch {
	case found && account.Home != "":
		return account.Home, fmt.Sprintf(",uid=%d,gid=%d", account.UID, account.GID), true
	case found:
		return layers.Home(account.Name), "", false
	case strings.Contains(name, "$") || strings.Trim(name, "0123456789") == "":
		return "~", "", false
	}
	return layers.Home(name), "", false
}

// covered reports whether a RUN has a cache mount that holds one of the targets, or
// another mount in its place.
func covered(p *lint.Pass, ins *dockerfile.Instruction, mounts []cacheMount) bool {
	have := p.Layers().Step(ins).Mounts
	for k := range have {
		for _, m := range mounts {
			near := layers.Inside(have[k].Target, m.target) || layers.Inside(m.target, have[k].Target)
			if have[k].Target == m.target || have[k].Type == "cache" && near {
				return true
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
	if modern(p.Document) {
		fix.Applicability = lint.Unsafe
	}
	runs := s.Body
	if !whole(m) {
		runs = []*dockerfile.Instruction{first}
	}
	for _, ins := range runs {
		if ins != first && (ins.Name != "RUN" || ins.Err != nil || !calls(p, ins, m)) {
			continue
		}
		if ins != first && p.Stages().StateAt(ins).User != p.Stages().StateAt(first).User {
			return nil
		}
		edits, ok := mountEdits(p, ins, m, mounts)
		if !ok {
			return nil
		}
		fix.Edits = append(fix.Edits, alone(p, ins, edits)...)
	}
	return []lint.Fix{fix}
}

// alone makes the edits of a RUN that get nothing but mounts cover all of it. In the
// same round, rules on what is left in the layer would clean up the mount or keep the
// package manager from using it.
func alone(p *lint.Pass, ins *dockerfile.Instruction, edits []lint.Edit) []lint.Edit {
	if len(edits) != 1 || edits[0].Range.Len() > 0 || len(ins.Heredocs) > 0 {
		return edits
	}
	return []lint.Edit{lint.Replace(ins.ArgsRange, edits[0].New+p.Source.Slice(ins.ArgsRange))}
}

// mountEdits gives a RUN the mounts, and takes out what would keep its commands
// from using them; ok is false when that cannot be done.
func mountEdits(p *lint.Pass, ins *dockerfile.Instruction, m *knowledge.Manager, mounts []cacheMount) (edits []lint.Edit, ok bool) {
	if !covered(p, ins, mounts) {
		edits = append(edits, lint.Insert(ins.ArgsRange.Start, mountFlags(mounts)))
	}
	for _, c := range p.Shell(ins).All() {
		if offline(c) {
			return nil, false
		}
		more, ok := unblock(p, c, m)
		if !ok {
			return nil, false
		}
		edits = append(edits, more...)
		more, ok = dropCleanUp(p, c, m, mounts)
		if !ok {
			return nil, false
		}
		edits = append(edits, more...)
	}
	return edits, true
}

func mountFlags(mounts []cacheMount) string {
	var b strings.Builder
	for _, k := range mounts {
		b.WriteString("--mount=type=cache,target=" + k.target + k.options + " ")
	}
	return b.String()
}

// calls reports whether a RUN calls the package manager.
func calls(p *lint.Pass, ins *dockerfile.Instruction, m *knowledge.Manager) bool {
	for _, c := range p.Shell(ins).All() {
		if slices.Contains(programs(m), c.Name) {
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
	ours := slices.Contains(programs(m), c.Name) || slices.Contains(programs(m), c.Family)
	if op == nil || !ours {
		return nil, true
	}
	if m.NoCacheEnv != "" {
		if v := p.Stages().ScopeAt(c.Script().Instruction).Lookup(m.NoCacheEnv); v != nil && v.Set || c.Assign(m.NoCacheEnv) != nil {
			return nil, false
		}
	}
	if m.Name == "pipenv" && c.Has("--clear") {
		return nil, false
	}
	if m.NoCacheFlag != "" {
		if f := c.Flag(m.NoCacheFlag); f != nil && !f.Has && f.Word < len(c.Args()) {
			edits = append(edits, dropWord(p, &c.Args()[f.Word]))
		}
	}
	if text := named(p, c, m); text != "" && (op.Action == shell.Install || op.Action == shell.Fetch) {
		if len(c.Wrappers) > 0 {
			return nil, false
		}
		edits = append(edits, lint.Insert(c.Range.Start, text))
	}
	return edits, true
}

// dropWord deletes a word with a blank in front of it.
func dropWord(p *lint.Pass, w *shell.Word) lint.Edit {
	r := w.Range
	if r.Start > 0 && p.Source.Text[r.Start-1] == ' ' {
		r.Start--
	}
	return lint.Delete(r)
}

// dropCleanUp takes out what empties the mounts; ok is false when a command does
// that cannot be taken out.
func dropCleanUp(p *lint.Pass, c *shell.Command, m *knowledge.Manager, mounts []cacheMount) (edits []lint.Edit, ok bool) {
	if op := c.Package(); op != nil && op.Action == shell.Clean && slices.Contains(programs(m), c.Name) {
		return dropCommand(p, c)
	}
	removes := c.Removes()
	if len(removes) == 0 {
		return nil, true
	}
	state := p.Stages().StateAt(c.Script().Instruction)
	dir := layers.Absolute(state.Workdir, c.Dir)
	hits, others := 0, 0
	for _, e := range removes {
		at := layers.Absolute(dir, strings.Replace(e.Path, "~/", layers.Home(state.User)+"/", 1))
		switch {
		case below(mounts, at):
			hits++
		case !e.Known || above(mounts, at):
			return nil, false // a mount cannot be removed
		default:
			others++
		}
	}
	if hits == 0 {
		return nil, true
	}
	if others == 0 {
		return dropCommand(p, c)
	}
	if !c.Is("rm") {
		return nil, false
	}
	words := c.Operands()
	for k := range words {
		if below(mounts, layers.Absolute(dir, words[k].Value)) {
			edits = append(edits, dropWord(p, &words[k]))
		}
	}
	return edits, len(edits) == hits
}

func below(mounts []cacheMount, at string) bool {
	return slices.ContainsFunc(mounts, func(m cacheMount) bool { return at == m.target || layers.Inside(m.target, at) })
}

func above(mounts []cacheMount, at string) bool {
	return slices.ContainsFunc(mounts, func(m cacheMount) bool { return layers.Inside(at, m.target) })
}

// dropCommand deletes a command of a plain chain, with what joins it to the one
// before it.
func dropCommand(p *lint.Pass, c *shell.Command) (edits []lint.Edit, ok bool) {
	all := c.Script().All()
	k := slices.Index(all, c)
	if k <= 0 || c.Outer != nil || c.Join != shell.And && c.Join != shell.Then || c.Prev != nil || c.Next != nil || c.Tested || c.Conditional || c.Subshell > 0 {
		return nil, false
	}
	before := all[k-1]
	gap := p.Source.Slice(source.Range{Start: before.Range.End, End: c.Range.Start})
	if before.Outer != nil || before.Subshell != c.Subshell || !joins().MatchString(gap) {
		return nil, false
	}
	return []lint.Edit{lint.Delete(source.Range{Start: before.Range.End, End: c.Range.End})}, true
}

// joins matches what stands between two commands of a chain on one or more
// continued lines.
var joins = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile("^[ \t]*(\\\\\r?\n[ \t]*)*(&&|;)[ \t]*(\\\\\r?\n[ \t]*)*$")
})

// modern reports whether the Dockerfile uses something that only BuildKit knows.
func modern(d *lint.Document) bool {
	return d.View(modernKey{}, func(d *lint.Document) any { return usesBuildKit(d.Tree()) }).(bool)
}

type modernKey struct{}

func usesBuildKit(tree *dockerfile.File) bool {
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
