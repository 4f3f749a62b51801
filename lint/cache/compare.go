package cache

import (
	"fmt"
	"slices"
	"strings"
)

// Reason says why a step runs.
type Reason struct {
	Kind Kind
	What string
}

// Result is what becomes of a step.
type Result struct {
	Step   *Step
	Cached bool
	// Because is empty for a cached step.
	Because []Reason
}

// StageResult is what becomes of the steps of a stage.
type StageResult struct {
	Stage *Stage
	Steps []Result
}

// maxFiles is how many files are named as reasons of one step.
const maxFiles = 20

// Compare predicts what BuildKit does when it builds after, having built before.
func Compare(before, after *Graph) []StageResult {
	had := map[string]bool{}
	for _, st := range before.Stages {
		for _, s := range st.steps {
			had[s.Key] = true
		}
	}
	var out []StageResult
	for _, st := range after.Stages {
		r := StageResult{Stage: st}
		old := align(before.counterpart(st), st)
		for _, s := range st.Steps {
			res := Result{Step: s, Cached: had[s.Key]}
			if !res.Cached {
				res.Because = because(before, after, old[s], s, had)
			}
			r.Steps = append(r.Steps, res)
		}
		out = append(out, r)
	}
	return out
}

// counterpart returns the stage that st was: the one with its name or number.
func (g *Graph) counterpart(st *Stage) *Stage {
	var byIndex *Stage
	for _, old := range g.Stages {
		if st.Name != "" && old.Name == st.Name {
			return old
		}
		if old.Index == st.Index {
			byIndex = old
		}
	}
	if byIndex != nil && (byIndex.Name == "" || st.Name == "") {
		return byIndex
	}
	return nil
}

// align pairs the steps of a stage with those of its counterpart: first those
// that read the same, in order, then those of the same kind between them.
func align(old, st *Stage) map[*Step]*Step {
	pairs := map[*Step]*Step{}
	if old == nil {
		return pairs
	}
	a, b := old.steps, st.steps
	if len(a) > 1000 || len(b) > 1000 {
		return pairs
	}
	length := make([][]int, len(a)+1)
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			length[i][j] = max(length[i+1][j], length[i][j+1])
			if same(a[i], b[j]) {
				length[i][j] = length[i+1][j+1] + 1
			}
		}
	}
	i0, j0 := 0, 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case same(a[i], b[j]):
			pairKinds(pairs, a[i0:i], b[j0:j])
			pairs[b[j]] = a[i]
			i, j = i+1, j+1
			i0, j0 = i, j
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	pairKinds(pairs, a[i0:], b[j0:])
	return pairs
}

func same(a, b *Step) bool { return a.Instruction() == b.Instruction() && a.Text == b.Text }

// pairKinds pairs steps with the same instruction, in order.
func pairKinds(pairs map[*Step]*Step, a, b []*Step) {
	for _, s := range b {
		for k, old := range a {
			if old.Instruction() == s.Instruction() {
				pairs[s], a = old, a[k+1:]
				break
			}
		}
	}
}

// because lists why a step runs.
func because(before, after *Graph, old, s *Step, had map[string]bool) []Reason {
	var out []Reason
	if old == nil {
		out = append(out, Reason{Text, "new: " + s.Ins.Name})
	} else {
		out = changes(before, after, old, s)
	}
	if s.Parent != nil && !had[s.Parent.Key] {
		out = append(out, Reason{Previous, fmt.Sprintf("line %d: %s", s.Parent.Line, short(s.Parent.Text))})
	}
	if len(out) == 0 {
		// It stands on other steps than before: some were dropped or moved.
		out = append(out, Reason{Previous, "the steps before it are others"})
	}
	return out
}

// short cuts a text to what fits in a line.
func short(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:57]) + "..."
	}
	return text
}

// changes lists the parts of a key that differ.
func changes(before, after *Graph, old, s *Step) []Reason {
	was, is := index(old.Depends), index(s.Depends)
	var out []Reason
	add := func(kind Kind, what string) {
		if r := (Reason{kind, what}); !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	hidden, files := valueOnly(was, is, old, s), 0
	for _, p := range union(s.Depends, old.Depends) {
		k := key(p)
		a, b := was[k], is[k]
		if a == b || p.Kind == Text && hidden {
			continue
		}
		switch {
		case p.Kind == File:
			if files++; files <= maxFiles {
				add(fileReason(before, after, p.What, a != "", b != ""))
			}
		case (p.Kind == Workdir || p.Kind == User || p.Kind == Shell) && b == "":
		default:
			add(p.Kind, p.What)
		}
	}
	if files > maxFiles {
		out = append(out, Reason{File, fmt.Sprintf("and %d more", files-maxFiles)})
	}
	if len(out) == 0 && old.own != s.own {
		add(Env, "the order of the variables")
	}
	return out
}

// valueOnly reports whether a text differs only by the value of a variable that
// is put into it; the variable is then the reason.
func valueOnly(was, is map[string]string, old, s *Step) bool {
	if old.Ins.Node == nil || s.Ins.Node == nil || old.Ins.Node.Original != s.Ins.Node.Original || s.Ins.Name == "RUN" {
		return false
	}
	for k, v := range is {
		if (strings.HasPrefix(k, string(BuildArg)) || strings.HasPrefix(k, string(Env))) && was[k] != v {
			return true
		}
	}
	return false
}

func key(p Part) string {
	switch p.Kind {
	case Workdir, User, Shell:
		return string(p.Kind)
	}
	return string(p.Kind) + "\x00" + p.What
}

// index maps the parts to their hashes; none is empty.
func index(parts []Part) map[string]string {
	out := make(map[string]string, len(parts))
	for _, p := range parts {
		out[key(p)] += "=" + p.hash
	}
	return out
}

// union returns the parts of b, then those of a that b has not.
func union(b, a []Part) []Part {
	seen := map[string]bool{}
	var out []Part
	for _, p := range slices.Concat(b, a) {
		if k := key(p); !seen[k] {
			seen[k] = true
			out = append(out, p)
		}
	}
	return out
}

// fileReason tells a change of a file from a change of the ignore file.
func fileReason(before, after *Graph, name string, was, is bool) (Kind, string) {
	switch {
	case was && is:
		return File, name
	case was && after.in.Doc.Context().Exists(name), is && before.in.Doc.Context().Exists(name):
		return IgnoreFile, name
	case was:
		return File, name + " (removed)"
	}
	return File, name + " (new)"
}

// Counterparts pairs the steps of after with what they were in before; steps
// without one are missing.
func Counterparts(before, after *Graph) map[*Step]*Step {
	out := map[*Step]*Step{}
	for _, st := range after.Stages {
		old := before.counterpart(st)
		taken := map[*Step]bool{}
		if old != nil {
			// A step that was moved is still that step.
			for _, s := range st.steps {
				for _, o := range old.steps {
					if !taken[o] && same(o, s) {
						out[s], taken[o] = o, true
						break
					}
				}
			}
		}
		for s, o := range align(old, st) {
			if out[s] == nil && !taken[o] {
				out[s], taken[o] = o, true
			}
		}
	}
	return out
}

// Runs returns the instructions, by their index, whose steps run when after is
// built behind before.
func Runs(before, after *Graph) map[int]bool {
	out := map[int]bool{}
	for _, st := range Compare(before, after) {
		for k := range st.Steps {
			if r := &st.Steps[k]; !r.Cached {
				out[r.Step.Ins.Index] = true
			}
		}
	}
	return out
}
