package multistage

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint/knowledge"
)

// planNodeService plans a program that node runs.
func planNodeService(s *subject, p *plan, a *nodeApp) *Refusal {
	if r := a.refuseDependencies(s); r != nil {
		return r
	}
	if r := nodeRuntimeImage(s, p); r != nil {
		return r
	}
	if r := a.carryDependencies(s, p); r != nil {
		return r
	}
	if r := a.copyProgram(s, p); r != nil {
		return r
	}
	if r := calledPrograms(s, p, ".js", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"); r != nil {
		return r
	}
	a.assumeNative(s, p)
	p.dropEnv = nil
	p.provides = append(p.provides, path.Base(a.start[0]), path.Base(s.launch.words[0]))
	for _, script := range s.launch.scripts {
		p.copy(script, false)
	}
	p.reason("the image needs the built program and its dependencies, not the tools that build it" + s.change(p))
	return nil
}

// nodeRuntimeImage chooses the slim image of the same version and release.
func nodeRuntimeImage(s *subject, p *plan) *Refusal {
	image, r := slimCounterpart(s, p)
	if r != nil {
		return r
	}
	p.runtime, p.sameImage = image, true
	return nil
}

// refuseDependencies refuses what a slim image cannot run.
func (a *nodeApp) refuseDependencies(s *subject) *Refusal {
	slim := s.base.Distro != "alpine" && !s.tag.Slim && s.opt.Runtime != RuntimeSame
	native := a.nativePackages(s)
	for _, deps := range [][]string{slices.Sorted(maps.Keys(a.pkg.Dependencies)), slices.Sorted(maps.Keys(a.pkg.Optional)), native} {
		for _, name := range deps {
			if knowledge.NodeNeedsBrowser(name) {
				return refuse(NeedsBrowser, "the libraries of the browser", "the program drives a browser ("+name+"), whose libraries are not known; it stays on one image")
			}
			if slim && knowledge.NodeNeedsSystem(name) {
				return refuse(SystemLibraries, "the libraries that "+name+" needs",
					"the package "+name+" uses libraries of the full image, which the slim one lacks; install them in a RUN of a slim base image")
			}
		}
	}
	return nil
}

// carryDependencies carries the programs that the dependencies run.
func (a *nodeApp) carryDependencies(s *subject, p *plan) *Refusal {
	for _, name := range slices.Sorted(maps.Keys(a.pkg.Dependencies)) {
		if r := s.carryPrograms(p, name, knowledge.NodePrograms(name)); r != nil {
			return r
		}
	}
	return nil
}

// copyProgram copies the built folders, the dependencies and what the program
// reads.
func (a *nodeApp) copyProgram(s *subject, p *plan) *Refusal {
	last := a.builds[len(a.builds)-1]
	if path.Base(a.start[0]) == "next" {
		return a.copyNext(s, p, last)
	}
	if r := a.refuseEnvFile(s, strings.Join(a.start, " ")); r != nil {
		return r // node -r dotenv/config
	}
	entry, r := a.entry(s)
	if r != nil {
		return r
	}
	if selfContained(entry) {
		dir := standaloneDir(entry)
		p.copy(dir, true)
		if strings.HasSuffix(dir, ".next/standalone") && !a.standaloneFilled(s) {
			p.copy(path.Join(a.dir, ".next/static"), true)
			p.assume("the standalone server finds .next/static beside it as it did before")
		}
		p.drop("node_modules and the sources: the built folder holds what the program needs")
		return nil
	}
	p.copy(path.Join(a.dir, "package.json"), false)
	for _, b := range a.builds {
		for _, out := range b.out {
			p.copy(out, true)
		}
	}
	code, r := a.readProgram(s, entry)
	if r != nil {
		return r
	}
	files, inputs := code.files, code.inputs
	for _, f := range a.startFiles(s) {
		more, r := a.readProgram(s, f)
		if r != nil {
			return r
		}
		files, inputs = append(files, more.files...), append(inputs, more.inputs...)
	}
	for _, f := range topmost(files) {
		a.copySource(s, p, f)
	}
	if !p.covers(entry) {
		return refuse(LaunchNotBuilt, "the program "+entry, "the container starts "+entry+", and no step is known to make it")
	}
	a.copyConventions(s, p)
	a.prune(s, p)
	return copyInputs(s, p, inputs)
}

// startFiles returns the sources that the start runs besides the program: those that
// it requires first, and the programs of a script.
func (a *nodeApp) startFiles(s *subject) []string {
	words := slices.Concat(s.launch.commands...)
	words = append(words, a.start...)
	if v, ok := s.env("NODE_OPTIONS"); ok {
		words = append(words, strings.Fields(v)...)
	}
	var files []string
	for _, w := range words {
		for _, part := range pathsIn(w) {
			if at := absolute(a.cwd, part); s.tree.isFile(at) && isNodeSource(at) && !slices.Contains(files, at) {
				files = append(files, at)
			}
		}
	}
	return files
}

// copyConventions copies what packages read in the folder of the program without being
// told.
func (a *nodeApp) copyConventions(s *subject, p *plan) {
	for _, c := range [...]struct{ pkg, name string }{
		{"config", "config"},
		{"i18n", "locales"},
		{"typeorm", "ormconfig.json"},
		{"typeorm", "ormconfig.js"},
		{"typeorm", "ormconfig.yml"},
		{"ejs", "views"},
		{"pug", "views"},
		{"hbs", "views"},
		{"express-handlebars", "views"},
		{"nunjucks", "views"},
	} {
		if at := path.Join(a.cwd, c.name); a.pkg.Depends(c.pkg) && s.carryPath(p, at) {
			p.carry(at + ", where " + c.pkg + " looks by itself")
		}
	}
}

// copySource copies a source file, or the folder below the package that holds it.
func (a *nodeApp) copySource(s *subject, p *plan, f string) {
	rel, ok := strings.CutPrefix(f, strings.TrimSuffix(a.dir, "/")+"/")
	first, _, deep := strings.Cut(rel, "/")
	if !ok || !deep {
		p.copy(f, false)
		return
	}
	p.copy(path.Join(a.dir, first), s.tree.isDir(path.Join(a.dir, first)))
}

// prune takes the development dependencies out of node_modules, and copies it.
func (a *nodeApp) prune(s *subject, p *plan) {
	if a.install == nil || len(a.pkg.Dependencies) == 0 && len(a.pkg.Optional) == 0 {
		return
	}
	modules := path.Join(a.dir, "node_modules")
	p.copy(modules, true)
	a.copyLinked(s, p)
	if a.production || len(a.pkg.DevDependencies) == 0 || a.pruned(s) {
		return
	}
	var line string
	switch {
	case a.manager == "npm" && s.nodeMajor() != 0 && s.nodeMajor() < 15:
		line = "npm prune --production"
	case a.manager == "npm":
		line = "npm prune --omit=dev --ignore-scripts"
		if a.install.cmd.Has("--install-links") {
			line += " --install-links" // else it turns the copies into links
		}
	case a.manager == "pnpm":
		line = "pnpm prune --prod --ignore-scripts"
	case a.berry:
		line = "yarn workspaces focus --production --all"
		p.assume("this yarn has the command workspaces focus")
	case a.manager == "bun" && a.hasInstallHooks():
		return // the hooks may need what is left out
	case a.manager == "bun":
		line = "rm -rf node_modules && bun install --production"
	default:
		line = "yarn install --production --ignore-scripts --prefer-offline"
	}
	if a.dir != s.workdir {
		line = "cd " + a.dir + " && " + line
	}
	p.tail = append(p.tail, "RUN "+line)
	p.drop("the development dependencies: " + line)
}

// pruned reports whether the last step on the dependencies takes those for development
// away already.
func (a *nodeApp) pruned(s *subject) bool {
	for _, st := range slices.Backward(s.steps) {
		if !st.cmd.Is("npm", "pnpm", "yarn") || st.dir != a.dir {
			continue
		}
		if st.cmd.Subcommand() == "prune" {
			args, _ := s.args(st)
			return !st.cmd.Conditional && (s.envAt(st, "NODE_ENV") == "production" ||
				slices.ContainsFunc(args, func(w string) bool { return w == "--omit=dev" || w == "--production" || w == "--prod" }))
		}
		if st == a.install {
			return false
		}
	}
	return false
}

// copyLinked copies the folders of the project that are dependencies: in
// node_modules is but a link to them.
func (a *nodeApp) copyLinked(s *subject, p *plan) {
	for _, deps := range [...]map[string]string{a.pkg.Dependencies, a.pkg.Optional} {
		for _, name := range slices.Sorted(maps.Keys(deps)) {
			kind, folder, _ := strings.Cut(deps[name], ":")
			if kind != "file" && kind != "link" && kind != "portal" {
				continue
			}
			if dir := absolute(a.dir, folder); s.tree.isDir(dir) && !p.covers(dir) {
				p.copy(dir, true)
				p.carry("the folder " + dir + ", to which node_modules/" + name + " is a link")
			}
		}
	}
}

// hasInstallHooks reports whether an installation runs scripts of the package.
func (a *nodeApp) hasInstallHooks() bool {
	for _, hook := range [...]string{"preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"} {
		if a.pkg.Scripts[hook] != "" {
			return true
		}
	}
	return false
}

func (s *subject) nodeMajor() int {
	if !s.family("node") {
		return 0
	}
	major, _, _ := strings.Cut(s.tag.Version, ".")
	n, _ := strconv.Atoi(major)
	return n
}

// entry returns the file that node runs.
func (a *nodeApp) entry(s *subject) (string, *Refusal) {
	name := path.Base(a.start[0])
	if name != "node" && name != "nodejs" && name != "bun" {
		return "", refuse(UnreadLaunch, "the file that node runs",
			"the container starts "+strings.Join(a.start, " ")+", and the files that this needs are not known; start with node FILE")
	}
	args := a.start[1:]
	for k := 0; k < len(args); k++ {
		if args[k] == "-r" || args[k] == "--require" || args[k] == "--import" || args[k] == "--loader" {
			k++
			continue
		}
		if strings.HasPrefix(args[k], "-") {
			continue
		}
		return a.resolveEntry(s, absolute(a.cwd, args[k])), nil
	}
	if a.pkg.Main != "" {
		return a.resolveEntry(s, absolute(a.dir, a.pkg.Main)), nil
	}
	return "", refuse(UnreadLaunch, "the file that node runs", "it is not known which file node runs")
}

// resolveEntry adds what node adds to a name without an extension.
func (a *nodeApp) resolveEntry(s *subject, at string) string {
	if path.Ext(at) != "" && path.Ext(at) != ".main" && isScriptFile(at) {
		return at
	}
	for _, b := range a.builds {
		for _, out := range b.out {
			if strings.HasPrefix(at, out+"/") {
				return at + ".js"
			}
			if at == out {
				return path.Join(at, "index.js")
			}
		}
	}
	if s.tree.isFile(at + ".js") {
		return at + ".js"
	}
	if s.tree.isFile(path.Join(at, "index.js")) {
		return path.Join(at, "index.js")
	}
	return at
}

// selfContained reports whether the file is part of a bundle that holds its
// dependencies.
func selfContained(entry string) bool { return standaloneDir(entry) != "" }

func standaloneDir(entry string) string {
	for _, mark := range [...]string{"/.next/standalone/", "/.output/server/"} {
		if at := strings.Index(entry, mark); at >= 0 {
			if mark == "/.output/server/" {
				return entry[:at] + "/.output"
			}
			return entry[:at] + "/.next/standalone"
		}
	}
	return ""
}

// standaloneFilled reports whether a step copies the static files into the
// standalone folder.
func (a *nodeApp) standaloneFilled(s *subject) bool {
	for _, st := range s.find("cp", "mv", "rsync") {
		if args, _ := s.args(st); slices.ContainsFunc(args, func(w string) bool { return strings.Contains(w, ".next/standalone") }) {
			return true
		}
	}
	for _, script := range a.pkg.Scripts {
		if strings.Contains(script, ".next/standalone") && strings.Contains(script, "cp ") {
			return true
		}
	}
	return false
}
