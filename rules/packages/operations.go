package packages

import (
	"iter"
	"math"
	"sort"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
	"github.com/dlint/dlint/rules/internal/fold"
)

// operations yields the calls of package managers by the names of their
// programs, triggers included.
func operations(p *lint.Pass, names ...string) iter.Seq2[*dockerfile.Instruction, *shell.Command] {
	return func(yield func(*dockerfile.Instruction, *shell.Command) bool) {
		for ins, c := range p.Commands(names...) {
			if c.Package() == nil {
				continue
			}
			if s := p.Stages().StageOf(ins); s == nil || s.Windows() {
				continue
			}
			if !yield(ins, c) {
				return
			}
		}
	}
}

// ships reports whether the layer of the instruction is part of the image that
// is built. A stage that is only copied from does not ship what it leaves.
func ships(p *lint.Pass, ins *dockerfile.Instruction) bool {
	return p.Stages().InTarget(p.Stages().StageOf(ins))
}

// head is the range of the program and its subcommand where both stand on one
// line, otherwise that of the program.
func head(p *lint.Pass, c *shell.Command) source.Range {
	r := c.NameRange
	if sub := c.SubcommandWord(); sub != nil {
		if j := r.Join(sub.Range); !strings.Contains(p.Source.Text[j.Start:j.End], "\n") {
			return j
		}
	}
	return r
}

// call is the program with its subcommand, for messages.
func call(c *shell.Command) string {
	name := c.Name
	if c.Wrapper("python", "python3", "corepack") == nil && c.Family == "apt-get" {
		name = "apt-get"
	}
	if sub := c.Subcommand(); sub != "" {
		return name + " " + sub
	}
	return name
}

// manyCommands is the number of commands from which it pays to remember what was
// found in a script.
const manyCommands = 64

// has reports whether a command of the script calls one of the managers with the
// action.
func has(p *lint.Pass, s *shell.Script, action shell.Action, managers ...string) bool {
	if len(s.All()) <= manyCommands {
		return calls(s, action, managers)
	}
	key := callKey{s, action, strings.Join(managers, " ")}
	return p.View(key, func(*lint.Document) any { return calls(s, action, managers) }).(bool)
}

type callKey struct {
	s        *shell.Script
	action   shell.Action
	managers string
}

func calls(s *shell.Script, action shell.Action, managers []string) bool {
	for _, c := range s.All() {
		op := c.Package()
		if op == nil || op.Action != action {
			continue
		}
		for _, m := range managers {
			if op.Manager == m {
				return true
			}
		}
	}
	return false
}

// mounted reports whether a mount of the RUN keeps a directory out of the layer.
// Directories that begin with ~/ are looked for in any home.
func mounted(p *lint.Pass, ins *dockerfile.Instruction, dirs ...string) bool {
	for _, f := range ins.Mounts() {
		kind := "bind"
		if o := f.Option("type"); o != nil {
			kind = o.Value
		}
		if kind != "cache" && kind != "tmpfs" && kind != "bind" {
			continue
		}
		o := f.Option("target", "dst", "destination")
		if o == nil || o.Value == "" {
			continue
		}
		for _, d := range dirs {
			if covers(p, ins, o.Value, d) {
				return true
			}
		}
	}
	return false
}

// covers reports whether target is dir or holds it. Where a variable hides the
// start of target, its end decides.
func covers(p *lint.Pass, ins *dockerfile.Instruction, target, dir string) bool {
	if strings.Contains(target, "$") {
		x := p.Stages().ScopeAt(ins).Expand(target)
		if !x.Known {
			rest := target[strings.LastIndexAny(target, "$}")+1:]
			if k := strings.IndexByte(rest, '/'); k > 0 {
				rest = rest[k:]
			}
			return strings.HasSuffix(dir, strings.TrimRight(rest, "/"))
		}
		target = x.Value
	}
	target = layers.Absolute(p.Stages().StateAt(ins).Workdir, target)
	rest, home := strings.CutPrefix(dir, "~/")
	if !home {
		return target == dir || layers.Inside(target, dir)
	}
	if target == "/root" || strings.HasPrefix(target, "/home/") && strings.Count(target, "/") == 2 {
		return true
	}
	for rest != "." && rest != "" {
		if strings.HasSuffix(target, "/"+rest) {
			return true
		}
		k := strings.LastIndexByte(rest, '/')
		if k < 0 {
			return false
		}
		rest = rest[:k]
	}
	return false
}

// variable returns what is known of an environment variable for a command: set
// by itself, by the script before it, by ENV or ARG, or by the base image.
func variable(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command, name string) (value string, set bool) {
	if a := c.Assign(name); a != nil && a.Has {
		return a.Value.Value, true
	}
	exports := exportsOf(p, c.Script(), name)
	if k := sort.Search(len(exports), func(k int) bool { return exports[k].Index >= c.Index }); k > 0 {
		return exports[k-1].Assign(name).Value.Value, true
	}
	if v := p.Stages().ScopeAt(ins).Lookup(name); v != nil && (v.Set || !v.Known) {
		return v.Value, true
	}
	facts, _ := baseOf(p, ins)
	for _, e := range facts.Env {
		if e.Name == name {
			return e.Value, true
		}
	}
	return "", false
}

// exportsOf returns the commands of a script that set a variable for those behind
// them.
func exportsOf(p *lint.Pass, s *shell.Script, name string) []*shell.Command {
	if len(s.All()) <= manyCommands {
		return exports(s, name)
	}
	return p.View(exportKey{s, name}, func(*lint.Document) any { return exports(s, name) }).([]*shell.Command)
}

type exportKey struct {
	s    *shell.Script
	name string
}

func exports(s *shell.Script, name string) []*shell.Command {
	var out []*shell.Command
	for _, c := range s.All() {
		if a := c.Assign(name); a != nil && a.Has && (c.Name == "export" || len(c.Words) == 0) {
			out = append(out, c)
		}
	}
	return out
}

// enabled reports whether one of the variables is set to something that does not
// mean no.
func enabled(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command, names ...string) bool {
	for _, n := range names {
		if v, ok := variable(p, ins, c, n); ok {
			switch strings.ToLower(v) {
			case "0", "false", "off", "no":
			default:
				return true
			}
		}
	}
	return false
}

// baseOf returns what is known of the image that the stage of ins is built on.
func baseOf(p *lint.Pass, ins *dockerfile.Instruction) (knowledge.ImageFacts, bool) {
	s := p.Stages().StageOf(ins)
	if s == nil {
		return knowledge.ImageFacts{}, false
	}
	ref, err := knowledge.ParseRef(s.Root().Base.Name)
	if err != nil {
		return knowledge.ImageFacts{}, false
	}
	return knowledge.WellKnownImage(ref)
}

// mentions reports whether the text of the stage up to and with ins, or of those
// it is built on, holds one of the words, in whatever case. It is for settings
// that may be written to files in many ways.
func mentions(p *lint.Pass, ins *dockerfile.Instruction, words ...string) bool {
	s := p.Stages().StageOf(ins)
	if s == nil {
		return false
	}
	// A stage may hold thousands of commands that all ask for the same.
	key := mentionKey{s, strings.Join(words, "\x00")}
	first := p.View(key, func(d *lint.Document) any { return firstMention(d.Source.Text, s, words) }).(int)
	return first <= max(ins.Range.End, s.From.Range.End)
}

type mentionKey struct {
	s     *stage.Stage
	words string
}

// firstMention returns where the first of the words ends that stands in a stage; 0
// when one stands in a stage that it is built on, and math.MaxInt for none.
func firstMention(text string, s *stage.Stage, words []string) int {
	first := math.MaxInt
	for st := range s.Chain() {
		start, end := st.From.Range.Start, st.From.Range.End
		if len(st.Body) > 0 {
			end = max(end, st.Body[len(st.Body)-1].Range.End)
		}
		for _, w := range words {
			switch k := fold.Index(text[start:end], w); {
			case k < 0:
			case st != s:
				return 0
			default:
				first = min(first, start+k+len(w))
			}
		}
	}
	return first
}

// hidden reports whether a variable among the words of a command may hold
// options.
func hidden(c *shell.Command) bool {
	for i := range c.Args() {
		w := &c.Args()[i]
		if w.Static {
			continue
		}
		for _, v := range w.Variables() {
			if v.Quoted {
				continue
			}
			for _, part := range [...]string{"opt", "flag", "arg", "yes", "param"} {
				if fold.Contains(v.Name, part) {
					return true
				}
			}
		}
	}
	return false
}

// answered reports whether something is fed to the command that may answer its
// questions.
func answered(c *shell.Command) bool {
	if c.Prev != nil {
		return true
	}
	for i := range c.Redirects {
		if strings.HasPrefix(c.Redirects[i].Op, "<") {
			return true
		}
	}
	return false
}

// removes reports whether the script removes something in one of the directories,
// be it only in a branch. A home may be written in any way.
func removes(p *lint.Pass, s *shell.Script, dirs ...string) bool {
	if len(s.All()) <= manyCommands {
		return removesAny(s, dirs)
	}
	key := removalKey{s, strings.Join(dirs, "\x00")}
	return p.View(key, func(*lint.Document) any { return removesAny(s, dirs) }).(bool)
}

type removalKey struct {
	s    *shell.Script
	dirs string
}

func removesAny(s *shell.Script, dirs []string) bool {
	for c := range s.Find("rm", "find", "rmdir") {
		args := c.Args()
		for i := range args {
			for _, v := range args[i].Braces() {
				for _, d := range dirs {
					if removesWord(c, v, d) {
						return true
					}
				}
			}
		}
	}
	return false
}

func removesWord(c *shell.Command, v, dir string) bool {
	if v == "" || v[0] == '-' {
		return false
	}
	if v == "*" || v == "./*" || v == "." {
		v = c.Dir
	}
	if open := strings.IndexByte(v, '{'); open > 0 && v[open-1] != '$' {
		return strings.HasPrefix(dir, v[:open]) // sh is bash on many images
	}
	v = strings.TrimSuffix(strings.TrimRight(v, "*"), "/")
	if rest, home := strings.CutPrefix(dir, "~/"); home {
		first, _, _ := strings.Cut(rest, "/")
		return strings.HasSuffix(v, "/"+rest) || strings.HasSuffix(v, "/"+first) || v == "/root"
	}
	return v == dir || strings.HasPrefix(v, dir+"/") || v != "" && strings.HasPrefix(dir, v+"/")
}
