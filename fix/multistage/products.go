package multistage

import (
	"path"
	"slices"
	"strings"
)

// product is a file or folder that a build step writes.
type product struct {
	path string
	dir  bool
	step *step
	// source is the folder of the package, project or crate it is built from.
	source string
	// unpacks is the folder that an archive holds everything in.
	unpacks string
}

// followProducts adds what later steps make of the products: copies, links and what
// archives hold.
func (s *subject) followProducts(made []product) []product {
	for _, st := range s.steps {
		if st.dir == "" || st.cmd.Conditional {
			continue
		}
		if st.cmd.Is("unzip", "tar") {
			made = s.unpack(made, st)
		}
		if !st.cmd.Is("cp", "mv", "ln", "install") {
			continue
		}
		ops := st.cmd.Operands()
		if len(ops) < 2 {
			continue
		}
		dest, ok := s.word(st, ops[len(ops)-1])
		if !ok {
			continue
		}
		target := absolute(st.dir, dest)
		for _, op := range ops[:len(ops)-1] {
			src, ok := s.word(st, op)
			if !ok {
				continue
			}
			made = follow(made, st, absolute(st.dir, src), target, strings.HasSuffix(dest, "/") || len(ops) > 2 || s.isFolder(target))
		}
	}
	return made
}

// unpack adds the folder that an archive among the products is unpacked to.
func (s *subject) unpack(made []product, st *step) []product {
	args, known := s.args(st)
	if !known || len(args) == 0 || st.cmd.Is("tar") && !strings.Contains(args[0], "x") {
		return made
	}
	if slices.ContainsFunc(args, func(a string) bool {
		return strings.HasPrefix(a, "--strip") || strings.HasPrefix(a, "--transform") || a == "-j"
	}) {
		return made
	}
	into := absolute(st.dir, optionValue(args, "-d", "-C", "--directory"))
	for _, p := range made {
		if p.unpacks == "" || st.before(p.step) || !slices.ContainsFunc(args, func(a string) bool { return absolute(st.dir, a) == p.path }) {
			continue
		}
		return append(made, product{path: path.Join(into, p.unpacks), dir: true, step: st})
	}
	return made
}

func follow(made []product, st *step, from, to string, into bool) []product {
	for k := range made {
		if st.before(made[k].step) {
			continue
		}
		p := made[k]
		if p.path != from {
			if ok, _ := path.Match(from, p.path); !ok {
				continue
			}
		}
		p.path, p.step = to, st
		if into {
			p.path = path.Join(to, path.Base(made[k].path))
		}
		if st.cmd.Is("mv") {
			made[k] = p
			continue
		}
		made = append(made, p)
		break
	}
	return made
}

// before reports whether st runs before o.
func (st *step) before(o *step) bool {
	return o != nil && (st.ins.Index < o.ins.Index || st.ins.Index == o.ins.Index && st.cmd.Index < o.cmd.Index)
}

// isFolder reports whether the path is known to be a folder.
func (s *subject) isFolder(at string) bool {
	switch at {
	case "/", "/usr/local/bin", "/usr/bin", "/bin", "/usr/local", "/opt", "/app", "/tmp", "/etc", "/usr/sbin", "/root":
		return true
	}
	if s.tree.isDir(at) || at == s.workdir {
		return true
	}
	return s.folders[at]
}

// readFolders finds the folders that steps make.
func (s *subject) readFolders() map[string]bool {
	folders := map[string]bool{}
	for _, st := range s.find("mkdir") {
		for _, e := range st.cmd.Writes() {
			if e.Known {
				folders[st.path(e.Path)] = true
			}
		}
	}
	return folders
}

// searchPath are the folders of the PATH that base images have in common.
var searchPath = [...]string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}

// pick returns the product that a program name means: a path, or a name to be
// found in the folders of extra or of the usual PATH.
func (s *subject) pick(made []product, name string, extra ...string) (product, bool) {
	name = strings.TrimPrefix(name, "exec ")
	if strings.Contains(name, "/") {
		at := absolute(s.workdir, name)
		for _, p := range slices.Backward(made) {
			if p.path == at {
				return p, true
			}
		}
		return product{}, false
	}
	dirs := slices.Concat(extra, searchPath[:])
	if v, ok := s.env("PATH"); ok {
		dirs = append(strings.Split(v, ":"), dirs...)
	}
	for _, p := range slices.Backward(made) {
		if path.Base(p.path) == name && slices.Contains(dirs, path.Dir(p.path)) {
			return p, true
		}
	}
	return product{}, false
}

// launchProduct returns the product that the container starts, and copies it.
func (s *subject) launchProduct(p *plan, made []product, extra ...string) (product, *Refusal) {
	words := s.launch.words
	got, ok := s.pick(made, words[0], extra...)
	if !ok {
		names := make([]string, 0, len(made))
		for _, m := range made {
			names = append(names, m.path)
		}
		what := "no step is known to make it"
		if len(names) > 0 {
			what = "the build makes " + strings.Join(names, ", ")
		}
		return got, refuse(LaunchNotBuilt, "the program "+words[0],
			"the container starts "+words[0]+", but "+what+"; let CMD name what is built")
	}
	a := artifact{path: got.path}
	if !strings.Contains(words[0], "/") && !slices.Contains(searchPath[:], path.Dir(got.path)) {
		a.to = "/usr/local/bin/" + path.Base(got.path)
	}
	p.copies = append(p.copies, a)
	for _, c := range s.launch.commands[:len(s.launch.commands)-1] {
		if other, ok := s.pick(made, c[0], extra...); ok {
			p.copy(other.path, other.dir)
		}
	}
	for _, script := range s.launch.scripts {
		p.copy(script, false)
	}
	return got, nil
}

// debianCodename is the name for the tag of a slim image.
func debianCodename(release string) string {
	switch release {
	case "9":
		return "stretch"
	case "10":
		return "buster"
	case "11":
		return "bullseye"
	case "12":
		return "bookworm"
	case "13":
		return "trixie"
	}
	return ""
}

const (
	alpineImage     = "alpine:3.22"
	debianImage     = "debian:bookworm-slim"
	newestDebian    = "debian:trixie-slim"
	distrolessImage = "gcr.io/distroless/static-debian12"
)

// slimDistro returns the small image of the distribution of the build stage.
func (s *subject) slimDistro(fallback string) string {
	switch s.base.Distro {
	case "alpine":
		if r := s.release(); r != "" {
			return "alpine:" + r
		}
		return alpineImage
	case "debian":
		if name := debianCodename(s.release()); name != "" {
			return "debian:" + name + "-slim"
		}
	case "ubuntu":
		if r := s.release(); r != "" {
			return "ubuntu:" + r
		}
	}
	return fallback
}

// staticBase chooses the image for a program that needs no libraries.
func (s *subject) staticBase(p *plan, n *needs, tz bool) (string, *Refusal) {
	slim := s.slimDistro(debianImage)
	wantsShell := n.shell || len(n.packages) > 0 || s.needsTools(p, n)
	switch s.opt.Runtime {
	case RuntimeSame, RuntimeSlim:
		return slim, nil
	case RuntimeAlpine:
		if s.base.Distro == "alpine" {
			return slim, nil
		}
		return alpineImage, nil
	case RuntimeDistroless:
		return distrolessImage, nil
	case RuntimeScratch:
		if tz {
			return "", refuse(RuntimeNotOffered, "time zones in an empty image",
				"the program loads time zones or writes temporary files, which the empty image does not have; choose --runtime distroless")
		}
		return "scratch", nil
	}
	switch {
	case wantsShell && s.base.Distro != "alpine" && (n.bash || len(n.packages) > 0 || len(n.users) > 0 && !alpineUsers(n.users)):
		return slim, nil
	case wantsShell && s.base.Distro == "alpine":
		return slim, nil
	case wantsShell:
		return alpineImage, nil
	}
	return distrolessImage, nil
}

// needsTools reports whether the start or the health check calls a program that
// only an image with a shell has.
func (s *subject) needsTools(p *plan, n *needs) bool {
	for _, t := range n.tools {
		if strings.Contains(t, "/") && p.covers(absolute(s.workdir, t)) {
			continue
		}
		if !strings.Contains(t, "/") || !s.tree.isFile(absolute(s.workdir, t)) && !s.downloaded(absolute(s.workdir, t)) {
			return true
		}
	}
	return false
}

// alpineUsers reports whether the commands are those of BusyBox.
func alpineUsers(lines []string) bool {
	return !slices.ContainsFunc(lines, func(l string) bool {
		return !strings.HasPrefix(l, "adduser -") && !strings.HasPrefix(l, "addgroup -") || strings.Contains(l, "--")
	})
}
