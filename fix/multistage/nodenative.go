package multistage

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/knowledge"
)

// planNodePlain plans a program that no step builds: only what compiles its
// native packages can be left behind.
func planNodePlain(s *subject, p *plan, a *nodeApp) *Refusal {
	native := a.nativePackages(s)
	full := s.base.Distro == "debian" && !s.tag.Slim
	if n := s.needs(); !n.compilers() && (!full || len(native) == 0) {
		return refuse(NothingToDrop, "a build step",
			"no step builds anything, so a second stage would gain little; install without development dependencies (npm ci --omit=dev) and take a slim base image instead")
	}
	if a.dir == "/" {
		return refuse(ReadsWorkdir, "a folder for the program", "the program is copied into the root folder; copy it to a folder of its own, with WORKDIR")
	}
	if r := a.refuseDependencies(s); r != nil {
		return r
	}
	entry, r := a.entry(s)
	if r != nil {
		return r
	}
	code, r := a.readProgram(s, entry)
	if r != nil {
		return r
	}
	if r := nodeRuntimeImage(s, p); r != nil {
		return r
	}
	if r := a.carryDependencies(s, p); r != nil {
		return r
	}
	p.copy(a.dir, true)
	if r := copyContext(s, p); r != nil {
		return r
	}
	for _, f := range code.files {
		p.copy(f, false)
	}
	for _, script := range s.launch.scripts {
		p.copy(script, false)
	}
	a.prune(s, p)
	a.assumeNative(s, p)
	p.provides = append(p.provides, path.Base(a.start[0]), path.Base(s.launch.words[0]))
	if r := calledPrograms(s, p, ".js", ".mjs", ".cjs", ".ts"); r != nil {
		return r
	}
	p.reason("the image needs the installed packages and the program, not what compiles native packages (" + strings.Join(native, ", ") + ")" + s.change(p))
	p.drop("the compilers and -dev packages of the build image")
	return nil
}

// assumeNative names the native packages that are not known to bring their
// libraries.
func (a *nodeApp) assumeNative(s *subject, p *plan) {
	if s.stage.Image.Value == p.runtime && len(s.needs().dropped) == 0 {
		return
	}
	unsure := slices.DeleteFunc(a.nativePackages(s), knowledge.NodeBringsLibraries)
	if len(unsure) > 0 {
		p.assume("these native packages need no library that the slim image lacks: " + strings.Join(unsure, ", "))
	}
}

// nativePackages returns the packages of the lock file that hold or fetch native
// code, and those of package.json that are known to.
func (a *nodeApp) nativePackages(s *subject) []string {
	var names []string
	for _, file := range [...]string{"package-lock.json", "npm-shrinkwrap.json"} {
		if text, ok := s.tree.read(path.Join(a.dir, file)); ok {
			names = append(names, npmNative(text)...)
		}
	}
	for _, file := range [...]string{"yarn.lock", "pnpm-lock.yaml"} {
		if text, ok := s.tree.read(path.Join(a.dir, file)); ok {
			names = append(names, linesNative(text)...)
		}
	}
	for name := range a.pkg.Dependencies {
		if knowledge.NodeNative(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// npmLock is the part of a lock file of npm that tells native packages. Versions
// 2 and 3 list packages by folder, version 1 nests dependencies.
type npmLock struct {
	Packages map[string]struct {
		HasInstallScript bool `json:"hasInstallScript"`
		Dev              bool `json:"dev"`
	} `json:"packages"`
	Dependencies map[string]npmLocked `json:"dependencies"`
}

type npmLocked struct {
	Dev          bool                 `json:"dev"`
	Requires     json.RawMessage      `json:"requires"`
	Dependencies map[string]npmLocked `json:"dependencies"`
}

func npmNative(text string) []string {
	var lock npmLock
	if json.Unmarshal([]byte(text), &lock) != nil {
		return nil
	}
	var names []string
	for folder, p := range lock.Packages {
		if p.HasInstallScript && !p.Dev && folder != "" {
			names = append(names, lockedFolder(folder))
		}
	}
	if len(lock.Packages) > 0 {
		return names
	}
	var walk func(map[string]npmLocked)
	walk = func(deps map[string]npmLocked) {
		for name, d := range deps {
			var requires map[string]string
			if d.Dev || knowledge.NodeNativeHelper(name) {
				continue
			}
			if json.Unmarshal(d.Requires, &requires) == nil && hasHelper(requires) || hasHelper(d.Dependencies) {
				names = append(names, name)
			}
			walk(d.Dependencies)
		}
	}
	walk(lock.Dependencies)
	return names
}

// lockedFolder returns the package that lies in a folder: below node_modules, or
// a folder of the project.
func lockedFolder(folder string) string {
	const modules = "node_modules/"
	if at := strings.LastIndex(folder, modules); at >= 0 {
		return folder[at+len(modules):]
	}
	return folder
}

func hasHelper[V any](deps map[string]V) bool {
	for name := range deps {
		if knowledge.NodeNativeHelper(name) {
			return true
		}
	}
	return false
}

// linesNative reads the lock files of yarn and pnpm: a package starts less far to
// the right than the dependencies below it.
func linesNative(text string) []string {
	var names []string
	current := ""
	for line := range strings.SplitSeq(text, "\n") {
		bare := strings.TrimLeft(line, " ")
		indent := len(line) - len(bare)
		switch {
		case bare == "" || bare[0] == '#':
		case indent == 0 || indent == 2 && strings.HasSuffix(bare, ":") && strings.Contains(bare, "@"):
			current = lockedName(bare)
		case bare == "requiresBuild: true":
			names = append(names, current)
		case indent >= 4:
			dep, _, _ := strings.Cut(strings.TrimLeft(bare, " :"), ":")
			dep, _, _ = strings.Cut(dep, " ")
			dep = strings.Trim(dep, `"'`)
			if knowledge.NodeNativeHelper(dep) && !knowledge.NodeNativeHelper(current) && current != "" {
				names = append(names, current)
			}
		}
	}
	return names
}

// lockedName takes the version range off the first name of a block.
func lockedName(header string) string {
	name := strings.Trim(strings.TrimPrefix(strings.Trim(header, `"':`), "/"), `"'`)
	if at := strings.Index(name[min(1, len(name)):], "@"); at >= 0 {
		name = name[:at+1]
	}
	return name
}
