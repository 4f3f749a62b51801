package multistage

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
)

// madeBy says how a file came into the image that neither a build nor the context
// brought there.
type madeBy uint8

const (
	byCommand madeBy = iota + 1 // a RUN writes or copies it
	byFetch                     // it is fetched, taken from another image, or a here-document
)

// readMade finds the single files that are in the image beside what is built and what
// the context brings, by their paths; and folders that are fetched as a whole.
func (s *subject) readMade() map[string]madeBy {
	made := map[string]madeBy{}
	for _, ins := range s.stage.Body {
		if !ins.Is("COPY", "ADD") || ins.Err != nil {
			continue
		}
		for _, e := range s.doc.Layers().Step(ins).Adds {
			if e.Origin != layers.FromContext && e.Certain && !e.Glob && !within(e.Path, s.workdir) && !slices.Contains(searchPath[:], e.Path) && !slices.Contains(searchPath[:], path.Dir(e.Path)) {
				made[e.Path] = byFetch
			}
		}
	}
	for _, st := range s.steps {
		if st.cmd.Conditional {
			continue
		}
		for _, e := range st.cmd.Writes() {
			at := st.path(e.Path)
			if !e.Known || strings.ContainsAny(at, "*?[") || s.mounted(st, at) {
				continue
			}
			switch e.Kind {
			case shell.Create, shell.Copy, shell.Move, shell.Link:
				if made[at] == 0 && !s.isFolder(at) && !ofSystem(at) {
					made[at] = byCommand
				}
			}
		}
		for _, d := range st.cmd.Downloads() {
			if at := st.path(d.Path); d.Path != "" && d.Path != "-" && !s.mounted(st, at) && !slices.Contains(searchPath[:], path.Dir(at)) {
				made[at] = byFetch
			}
		}
	}
	return made
}

// ofSystem reports whether a path is the system's: another image has a file of its own
// there, as /bin/sh and /etc/localtime.
func ofSystem(at string) bool {
	return slices.Contains(searchPath[:], path.Dir(at)) || path.Dir(at) == "/etc" || within("/lib", at) || within("/lib64", at) || within("/usr/lib", at) || within("/dev", at)
}

// mounted reports whether a path lies in a mount of the step, and so not in the image.
func (s *subject) mounted(st *step, at string) bool {
	for _, m := range s.doc.Layers().Step(st.ins).Mounts {
		if m.Target != "" && within(m.Target, at) {
			return true
		}
	}
	return false
}

// within reports whether a path is the folder or lies in it.
func within(dir, at string) bool {
	return at == dir || layers.Inside(dir, at)
}

// isMade reports whether the build leaves a file at the path that it does not compile.
func (s *subject) isMade(at string) bool { return s.made[at] != 0 && !s.removed(at) }

// carryMade carries what is fetched to places of its own, for a program whose files are
// not told by its sources, and names what is unpacked there.
func carryMade(s *subject, p *plan) {
	for _, at := range slices.Sorted(maps.Keys(s.made)) {
		if s.made[at] != byFetch || p.covers(at) || s.removed(at) || forBuild(at) {
			continue
		}
		p.copy(at, false)
		p.carry(at + ", which is fetched for the image")
		if len(p.copies) > placesLimit {
			return // which is refused
		}
	}
	for _, st := range s.steps {
		for _, e := range st.cmd.Writes() {
			at := st.path(e.Path)
			if e.Kind != shell.Extract || !e.Known || p.covers(at) || forBuild(at) || s.removed(at) {
				continue
			}
			if p.assume("the program needs nothing of what is unpacked to " + at); len(p.assumptions) > inputLimit {
				return
			}
		}
	}
}

// assumeRuns names the steps that run the program that is built: they may leave files
// behind, such as a database.
func assumeRuns(s *subject, p *plan) {
	for _, st := range s.steps {
		program := firstWord(st.cmd)
		args, _ := s.args(st)
		if program == "" || len(args) == 1 && slices.Contains([]string{"version", "help", "-v", "-V", "-h", "--version", "--help", "-version", "-help"}, args[0]) {
			continue
		}
		if slices.ContainsFunc(p.copies, func(a artifact) bool {
			return !a.dir && !s.tree.isFile(a.path) && (a.path == absolute(st.dir, program) || path.Base(a.path) == program)
		}) {
			p.assume("the step that runs " + program + " in line " + strconv.Itoa(s.line(st.ins)) + " leaves nothing that the program needs but what is copied")
		}
	}
}

// forBuild reports whether a path is for the build by its place: temporary, of the
// package manager, or a program in the PATH, which carryDownloads looks at.
func forBuild(at string) bool {
	for _, dir := range [...]string{"/tmp/", "/var/tmp/", "/etc/apt/", "/etc/apk/", "/etc/yum.repos.d/", "/usr/share/keyrings/", "/var/cache/", "/root/", "/usr/local/lib/node_modules/"} {
		if strings.HasPrefix(at+"/", dir) {
			return true
		}
	}
	return slices.Contains(searchPath[:], path.Dir(at))
}

// copiedPrograms carries the programs that a COPY takes from another image into a
// folder of the PATH and that no step of the build calls, nor those beside them.
func (s *subject) copiedPrograms(p *plan) {
	for _, ins := range s.stage.Body {
		if !ins.Is("COPY") || ins.Err != nil {
			continue
		}
		var found []layers.Entry
		var names []string
		for _, e := range s.doc.Layers().Step(ins).Adds {
			if e.Origin == layers.FromStage && e.Certain && !e.Glob && (slices.Contains(searchPath[:], e.Path) || slices.Contains(searchPath[:], path.Dir(e.Path))) {
				found = append(found, e)
				names = append(names, path.Base(e.Path), path.Base(e.Source))
			}
		}
		if len(found) == 0 || len(s.find(names...)) > 0 {
			continue
		}
		for _, e := range found {
			if slices.Contains(searchPath[:], path.Dir(e.Path)) {
				s.carryProgram(p, e.Path, "a COPY takes from another image")
			} else if !p.covers(e.Path) { // a file, or a folder of files
				p.assume("the program needs nothing of " + e.Source + " of another image, which a COPY takes to " + e.Path)
			}
		}
	}
}

// carryProgram copies a program that nothing in the Dockerfile calls: something
// outside does, such as the probe of a cluster.
func (s *subject) carryProgram(p *plan, at, how string) {
	if p.covers(at) || s.removed(at) {
		return
	}
	p.copy(at, false)
	p.carry("the program " + at + ", which " + how)
	if !knowledge.StaticProgram(path.Base(at)) {
		p.assume("the fetched program " + at + " needs no library that the runtime image lacks")
	}
}
