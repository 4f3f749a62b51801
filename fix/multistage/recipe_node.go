package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/manifest"
)

func nodeRecipe() Recipe {
	return Recipe{
		Name: "node",
		detect: func(s *subject) bool {
			return s.family("node", "bun") || len(s.find("npm", "yarn", "pnpm", "bun")) > 0 && s.tree.isFile(path.Join(s.workdir, "package.json"))
		},
		plan: planNode,
	}
}

// nodeApp is a Node program and how it is built.
type nodeApp struct {
	dir     string // of the package that is started
	pkg     *manifest.PackageJSON
	manager string // npm, yarn, pnpm, bun
	berry   bool
	install *step
	// production says that no development dependencies are installed.
	production bool
	builds     []nodeBuild
	start      []string // resolved through the scripts
	cwd        string
}

// nodeBuild is one run of a build script.
type nodeBuild struct {
	step   *step
	dir    string
	script []string // its last command
	tool   string
	out    []string // folders that it writes
	static bool     // the result is a site of static files
}

func planNode(s *subject, p *plan) *Refusal {
	app, r := readNode(s)
	if r != nil {
		return r
	}
	if len(app.builds) == 0 {
		if r := refuseUnknownBuilds(s); r != nil {
			return r
		}
		return planNodePlain(s, p, app)
	}
	if site := app.site(); site != nil {
		return planSite(s, p, site, app.start)
	}
	if app.berry && !app.linksModules(s) {
		return refuse(OutputUnknown, "a folder node_modules",
			"this yarn keeps the packages in archives, which only its own hook opens; set nodeLinker: node-modules in .yarnrc.yml, then they can be copied")
	}
	assumeManager(s, p)
	return planNodeService(s, p, app)
}

// linksModules reports whether yarn 2 and later is told to fill node_modules.
func (a *nodeApp) linksModules(s *subject) bool {
	text, _ := s.tree.read(path.Join(a.dir, ".yarnrc.yml"))
	for line := range strings.SplitSeq(text, "\n") {
		if v, ok := strings.CutPrefix(line, "nodeLinker:"); ok {
			return strings.Trim(strings.TrimSpace(v), `"'`) == "node-modules"
		}
	}
	return false
}

// assumeManager names the package manager that starts the program where the
// Dockerfile installs its own: the new image starts with the one it brings.
func assumeManager(s *subject, p *plan) {
	name := path.Base(s.launch.words[0])
	if !isNodeManager(name) {
		return
	}
	for _, st := range s.find("npm") {
		if !st.cmd.Has("-g", "--global") {
			continue
		}
		for _, w := range st.cmd.Operands() {
			if pkg, _, _ := strings.Cut(w.Value, "@"); pkg == name {
				p.assume("the run-time image brings " + name + ", as those of Node do: the one that the Dockerfile installs is not carried over")
			}
		}
	}
}

func refuseUnknownBuilds(s *subject) *Refusal {
	for _, st := range s.steps {
		if r := outputUnknown(s, st); r != nil {
			return r
		}
	}
	return nil
}

// readNode reads the manifest, the installation, the builds and the start.
func readNode(s *subject) (*nodeApp, *Refusal) {
	app := &nodeApp{cwd: s.workdir, start: s.launch.words}
	app.dir = s.workdir
	text, ok := s.tree.read(path.Join(app.dir, "package.json"))
	if !ok {
		return nil, refuse(MissingManifest, "package.json in "+app.dir,
			"the build context brings no package.json to "+app.dir+", so it is not known what the program needs; name the context with --context")
	}
	pkg, err := manifest.ReadPackageJSON(text)
	if err != nil {
		return nil, refuse(UnreadManifest, "package.json", "package.json cannot be read; repair it")
	}
	app.pkg = pkg
	if len(pkg.Workspaces) > 0 || s.tree.isFile(path.Join(app.dir, "pnpm-workspace.yaml")) && hasPackages(s, app.dir) ||
		s.tree.isFile(path.Join(app.dir, "lerna.json")) || s.tree.isFile(path.Join(app.dir, "nx.json")) || s.tree.isFile(path.Join(app.dir, "turbo.json")) {
		return nil, refuse(Monorepo, "which packages of the workspace the program needs",
			"the project is a workspace of several packages, and which of them the program needs is not known; deploy one package (pnpm deploy, turbo prune) and build that")
	}
	if r := app.readStart(s, 0); r != nil {
		return nil, r
	}
	if r := app.readSteps(s); r != nil {
		return nil, r
	}
	return app, nil
}

func hasPackages(s *subject, dir string) bool {
	text, _ := s.tree.read(path.Join(dir, "pnpm-workspace.yaml"))
	return strings.Contains(text, "packages:")
}

// readStart follows npm start to the program.
func (a *nodeApp) readStart(s *subject, depth int) *Refusal {
	a.start = npx(a.start)
	words := a.start
	name := path.Base(words[0])
	if !isNodeManager(name) {
		return startRefusal(words)
	}
	rest, dir := managerWords(words[1:], a.cwd)
	if name == "bun" && len(rest) > 0 && isScriptFile(rest[0]) {
		a.start = append([]string{"bun"}, rest...)
		return nil
	}
	if name == "yarn" && len(rest) > 1 && rest[0] == "node" {
		a.start, a.cwd = rest, dir
		return nil
	}
	script, ok := scriptName(name, rest)
	if !ok {
		return refuse(UnreadLaunch, "what "+strings.Join(words, " ")+" runs", "it is not known what "+strings.Join(words, " ")+" runs; start with node FILE")
	}
	text, known := a.script(s, dir, script)
	if !known {
		if script == "start" && s.tree.isFile(path.Join(dir, "server.js")) {
			a.start, a.cwd = []string{"node", "server.js"}, dir
			return nil
		}
		if slices.Contains([]string{"exec", "dlx"}, script) && len(rest) > 1 {
			a.start = rest[1:]
			return startRefusal(a.start)
		}
		return refuse(UnreadLaunch, "the script "+script+" of package.json", "package.json has no script "+script+", which the container starts")
	}
	l := &launch{}
	l.readText(s, text, nil, 0)
	if l.unread != "" || len(l.commands) == 0 {
		return refuse(UnreadLaunch, "the script "+script, "the script "+script+" of package.json cannot be followed")
	}
	for _, c := range l.commands {
		if r := startRefusal(npx(c)); r != nil {
			return r
		}
	}
	if len(l.commands) > 1 {
		return refuse(UnreadLaunch, "one program in the script "+script, "the script "+script+" of package.json runs several commands; let CMD start the program alone")
	}
	a.start, a.cwd = npx(l.words), dir
	if depth < depthLimit && isNodeManager(path.Base(a.start[0])) {
		return a.readStart(s, depth+1)
	}
	return startRefusal(a.start)
}

// managerWords returns the words behind a package manager that are no options, and
// the folder in which it works.
func managerWords(args []string, cwd string) (rest []string, dir string) {
	dir = cwd
	for k := 0; k < len(args); k++ {
		switch {
		case slices.Contains([]string{"--prefix", "-C", "--cwd", "--dir"}, args[k]) && k+1 < len(args):
			k++
			dir = absolute(dir, args[k])
		case strings.HasPrefix(args[k], "-"):
		default:
			rest = append(rest, args[k])
		}
	}
	return rest, dir
}

// npx takes npx, cross-env, poetry run and the like off the front.
func npx(words []string) []string {
	for len(words) > 1 {
		if isRunner(words) {
			words = words[2:]
			continue
		}
		switch words[0] {
		case "npx", "cross-env", "env-cmd", "bunx":
			words = words[1:]
		default:
			if strings.Contains(words[0], "=") {
				words = words[1:]
				continue
			}
			return words
		}
	}
	return words
}

// isRunner reports whether the words start a program of a virtual environment.
func isRunner(words []string) bool {
	if len(words) < 3 || words[1] != "run" || strings.HasPrefix(words[2], "-") {
		return false
	}
	switch words[0] {
	case "poetry", "pipenv", "pdm", "uv", "rye", "hatch":
		return true
	}
	return false
}

func isNodeManager(name string) bool {
	return name == "npm" || name == "yarn" || name == "pnpm" || name == "bun"
}

func isScriptFile(name string) bool {
	switch path.Ext(name) {
	case ".js", ".mjs", ".cjs", ".ts":
		return true
	}
	return false
}

// scriptName returns the script that the words behind the manager name.
func scriptName(manager string, rest []string) (string, bool) {
	switch {
	case len(rest) == 0:
		return "", false
	case rest[0] == "run" || rest[0] == "run-script":
		if len(rest) < 2 {
			return "", false
		}
		return rest[1], true
	case rest[0] == "start" || manager != "npm":
		return rest[0], true
	}
	return "", false
}

// script returns the text of a script of the package in dir.
func (a *nodeApp) script(s *subject, dir, name string) (string, bool) {
	if dir == a.dir {
		text, ok := a.pkg.Scripts[name]
		return text, ok
	}
	text, ok := s.tree.read(path.Join(dir, "package.json"))
	if !ok {
		return "", false
	}
	pkg, err := manifest.ReadPackageJSON(text)
	if err != nil {
		return "", false
	}
	script, ok := pkg.Scripts[name]
	return script, ok
}

// site returns the build that the start command serves as static files, or nil.
func (a *nodeApp) site() *nodeBuild {
	name := path.Base(a.start[0])
	var served string
	switch name {
	case "serve", "http-server", "sirv":
		for _, w := range a.start[1:] {
			if !strings.HasPrefix(w, "-") && !isNumber(w) {
				served = absolute(a.cwd, w)
			}
		}
		if served == "" {
			served = a.cwd
		}
	case "vite", "astro", "docusaurus":
		if len(a.builds) > 0 && len(a.builds[len(a.builds)-1].out) > 0 {
			served = a.builds[len(a.builds)-1].out[0]
		}
	default:
		return nil
	}
	for k := range a.builds {
		if a.builds[k].static && slices.Contains(a.builds[k].out, served) {
			return &a.builds[k]
		}
	}
	return nil
}
