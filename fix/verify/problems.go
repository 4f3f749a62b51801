package verify

import (
	"archive/tar"
	"path"
	"slices"
	"strings"
)

// lost returns the files below the working directory of the old image that are
// not in the new one.
func lost(before, after *image) []string {
	out := []string{}
	root := path.Clean("/" + before.config.WorkingDir)
	if root == "/" {
		return out
	}
	for name, f := range before.files {
		if f.kind != tar.TypeDir && strings.HasPrefix(name, root+"/") && after.files[name] == nil && after.resolve(name) == nil {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// findings are what is wrong with the new image and was not with the old.
// Problems are in what its Dockerfile put there; notes are about files that
// nothing tells to be used.
type findings struct {
	problems, notes []string
}

func findProblems(before, after *image) findings {
	out := findings{problems: []string{}, notes: []string{}}
	out.problems = append(out.problems, accountProblems(before, after)...)
	launched := out.launch(before, after)
	twins := newTwins(before)
	for _, name := range sorted(after.files) {
		f := after.files[name]
		if f.kind == tar.TypeSymlink {
			continue
		}
		old, was := twins.of(name, f)
		if f.script != nil {
			out.script(before, after, name, was, f, launched[name])
		}
		if f.object != nil {
			out.object(before, after, name, old, was)
		}
	}
	slices.Sort(out.problems)
	slices.Sort(out.notes)
	return out
}

func (o *findings) add(problem bool, text string) {
	if problem {
		o.problems = append(o.problems, text)
		return
	}
	o.notes = append(o.notes, text)
}

// launch checks what the image starts, and returns the files that the words of
// its command name.
func (o *findings) launch(before, after *image) map[string]bool {
	words := slices.Concat(after.config.Entrypoint, after.config.Cmd)
	named := map[string]bool{}
	for k, w := range words {
		at, f := after.find(w)
		if f != nil {
			named[at] = true
		}
		if k == 0 && f == nil {
			if _, had := before.find(w); had != nil {
				o.add(true, "the program "+w+" is not there")
			}
		}
	}
	return named
}

// script checks the interpreter of a script. A package may bring scripts that
// nobody runs, so only those that the image starts or has in its PATH are
// problems.
func (o *findings) script(before, after *image, name string, was *file, f *file, launched bool) {
	program := interpreter(f.script)
	if _, there := after.find(program); there != nil {
		return
	}
	if _, had := before.find(program); was == nil || had == nil {
		return
	}
	inPath := slices.Contains(strings.Split(after.env("PATH", defaultPath), ":"), path.Dir(name))
	o.add(launched || inPath && f.layer >= after.base, name+" needs "+program+", which is not there")
}

// interpreter returns the program that runs a script.
func interpreter(words []string) string {
	if len(words) == 0 {
		return "/bin/sh"
	}
	if path.Base(words[0]) != "env" {
		return words[0]
	}
	for _, w := range words[1:] {
		if !strings.HasPrefix(w, "-") && !strings.Contains(w, "=") {
			return w
		}
	}
	return words[0]
}

// object checks the loader and the libraries of a program or library. What did
// not load in the old image is not expected to.
func (o *findings) object(before, after *image, name, old string, was *file) {
	f := after.files[name]
	own := f.layer >= after.base
	if was == nil && !own {
		return
	}
	loaded := func(lib string) bool { return was == nil || was.object == nil || before.loads(old, was.object, lib) }
	if loader := f.object.interpreter; loader != "" && after.resolve(loader) == nil {
		o.add(own, name+" needs the loader "+loader+", which is not there")
		return
	}
	for _, lib := range after.missing(name, f.object) {
		if loaded(lib) {
			o.add(own, name+" needs the library "+lib+", which is not there")
		}
	}
}

// twins finds the file of the old image that a file of the new one was.
type twins struct {
	img    *image
	digest map[[32]byte]string
	base   map[string][]string
}

func newTwins(i *image) *twins {
	t := &twins{img: i, digest: map[[32]byte]string{}, base: map[string][]string{}}
	for _, name := range sorted(i.files) {
		if f := i.files[name]; f.object != nil {
			t.digest[f.object.digest] = name
			t.base[path.Base(name)] = append(t.base[path.Base(name)], name)
		}
	}
	return t
}

// of returns the old file: the one at the same place, else one with the same
// bytes, else the only one of that name.
func (t *twins) of(name string, f *file) (string, *file) {
	if old := t.img.resolve(name); old != nil {
		return name, old
	}
	if f.object == nil {
		return "", nil
	}
	if at, ok := t.digest[f.object.digest]; ok {
		return at, t.img.files[at]
	}
	if same := t.base[path.Base(name)]; len(same) == 1 {
		return same[0], t.img.files[same[0]]
	}
	return "", nil
}

// accountProblems checks that the user and group of the new image exist.
func accountProblems(before, after *image) []string {
	var out []string
	user, group, _ := strings.Cut(after.config.User, ":")
	if user != "" && !isNumber(user) && accountLine(after.passwd, user) == nil {
		out = append(out, "the user "+user+" does not exist")
	}
	if group != "" && !isNumber(group) && accountLine(after.group, group) == nil {
		out = append(out, "the group "+group+" does not exist")
	}
	if oldUser, _, _ := strings.Cut(before.config.User, ":"); oldUser == user && len(out) == 0 {
		x, y := lookUp(before, before.config.User), lookUp(after, after.config.User)
		if x.uid != y.uid {
			out = append(out, "the user "+user+" has another number than before")
		}
	}
	return out
}

// accountLine returns the fields of a line of /etc/passwd or /etc/group.
func accountLine(list, name string) []string {
	for line := range strings.SplitSeq(list, "\n") {
		fields := strings.Split(line, ":")
		if fields[0] == name && len(fields) >= 3 {
			return fields
		}
	}
	return nil
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
