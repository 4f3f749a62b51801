package layers

import (
	"path"
	"slices"
	"sync"

	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
)

// stageIndex tells what the steps of one stage do to a path, without asking each
// of them again.
type stageIndex struct {
	mu sync.Mutex
	// read is how many instructions of the stage folders knows of.
	read int
	// folders are the paths that are surely folders, each with the index of the
	// instruction that first makes it one.
	folders map[string]int

	once     sync.Once
	removed  map[string][]removal // by Entry.Path, without patterns
	patterns []removal
}

// removal is one entry of Step.Removes.
type removal struct {
	order int // among those of the stage
	step  *Step
	entry *Entry
}

// makesFolder reports whether an instruction of the stage before the one with
// the index surely makes the folder p, or something in it.
func (m *Model) makesFolder(s *stage.Stage, p string, before int) bool {
	x := &m.stages[s.Index]
	x.mu.Lock()
	defer x.mu.Unlock()
	for x.read < len(s.Body) && s.Body[x.read].Index < before {
		k := x.read
		x.mu.Unlock() // the step may ask for what is before it
		step := m.Step(s.Body[k])
		x.mu.Lock()
		if x.read == k {
			x.addFolders(step)
			x.read++
		}
	}
	first, ok := x.folders[p]
	return ok && first < before
}

func (x *stageIndex) addFolders(s *Step) {
	for k := range s.Adds {
		e := &s.Adds[k]
		if !e.Certain || e.Glob {
			continue
		}
		folder := e.Path
		if !s.makesItself(e) {
			folder = path.Dir(folder)
		}
		for ; folder != "/" && folder != "."; folder = path.Dir(folder) {
			if _, ok := x.folders[folder]; ok {
				break // with all that it is in
			}
			if x.folders == nil {
				x.folders = map[string]int{}
			}
			x.folders[folder] = s.Ins.Index
		}
	}
}

// makesItself reports whether what the step adds is a folder, and not only in one.
func (s *Step) makesItself(e *Entry) bool {
	switch {
	case s.Ins.Name == "WORKDIR":
		return true
	case e.Origin == FromCommand:
		return e.Kind == shell.MakeDir
	}
	return e.Dir
}

// removalIn finds the step of a stage behind by that first removes p.
func (m *Model) removalIn(s *stage.Stage, by *Step, p string) (*Step, *Entry) {
	x := m.removals(s)
	var best *removal
	consider := func(list []removal) {
		n, _ := slices.BinarySearchFunc(list, by.Ins.Index+1, func(r removal, index int) int { return r.step.Ins.Index - index })
		for k := n; k < len(list) && (best == nil || list[k].order < best.order); k++ {
			if list[k].entry.Covers(p) {
				best = &list[k]
			}
		}
	}
	consider(x.patterns)
	if len(x.removed) > 0 {
		for dir := p; ; dir = path.Dir(dir) {
			consider(x.removed[dir])
			if dir == "/" || dir == "." {
				break
			}
		}
	}
	if best == nil {
		return nil, nil
	}
	return best.step, best.entry
}

func (m *Model) removals(s *stage.Stage) *stageIndex {
	x := &m.stages[s.Index]
	x.once.Do(func() {
		order := 0
		for _, ins := range s.Body {
			if ins.Name != "RUN" || ins.Err != nil {
				continue
			}
			step := m.Step(ins)
			for k := range step.Removes {
				e := &step.Removes[k]
				r := removal{order, step, e}
				order++
				switch {
				case !e.Certain:
				case e.Glob:
					x.patterns = append(x.patterns, r)
				default:
					if x.removed == nil {
						x.removed = map[string][]removal{}
					}
					x.removed[e.Path] = append(x.removed[e.Path], r)
				}
			}
		}
	})
	return x
}
