package multistage

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint/manifest"
	"github.com/dlint/dlint/lint/shell"
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
	builds  []nodeBuild
	start   []string // resolved through the scripts
	cwd     string
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
		return refuse(NothingToDrop, "a build step",
			"no step builds anything, so a second stage would gain little; install without development dependencies (npm ci --omit=dev) and take a slim base image instead")
	}
	if site := app.site(); site != nil {
		return planSite(s, p, site)
	}
	return planNodeService(s, p, app)
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
	args := words[1:]
	dir := a.cwd
	var rest []string
	for k := 0; k < len(args); k++ {
		switch {
		case (args[k] == "--prefix" || args[k] == "-C" || args[k] == "--cwd" || args[k] == "--dir") && k+1 < len(args):
			dir = absolute(dir, args[k+1])
			k++
		case strings.HasPrefix(args[k], "-"):
		default:
			rest = append(rest, args[k])
		}
	}
	if name == "bun" && len(rest) > 0 && isScriptFile(rest[0]) {
		a.start = append([]string{"bun"}, rest...)
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

// npx takes npx and cross-env off the front.
func npx(words []string) []string {
	for len(words) > 1 {
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

// readSteps finds the installation and the builds.
func (a *nodeApp) readSteps(s *subject) *Refusal {
	for _, st := range s.steps {
		words := npx(commandWords(st.cmd))
		if len(words) == 0 || st.cmd.Name == "" {
			continue
		}
		if !isNodeManager(st.cmd.Name) {
			if tool := path.Base(words[0]); outputTool(tool) {
				if r := a.addBuild(s, st, st.dir, [][]string{words}); r != nil {
					return r
				}
			}
			continue
		}
		if op := st.cmd.Package(); op != nil && op.Action == shell.Install && !op.Global && len(op.Packages) == 0 {
			if st.dir == a.dir {
				a.install, a.manager = st, op.Manager
			}
			continue
		}
		if r := a.readRun(s, st, words); r != nil {
			return r
		}
	}
	if a.manager == "" {
		a.manager = "npm"
	}
	a.berry = a.manager == "yarn" && (s.tree.isFile(path.Join(a.dir, ".yarnrc.yml")) || strings.HasPrefix(a.pkg.PackageManager, "yarn@") && !strings.HasPrefix(a.pkg.PackageManager, "yarn@1"))
	return nil
}

// readRun reads npm run NAME.
func (a *nodeApp) readRun(s *subject, st *step, words []string) *Refusal {
	dir := st.dir
	if v, ok := st.cmd.Option("--prefix", "--cwd", "-C", "--dir"); ok && v.Static && dir != "" {
		dir = absolute(dir, v.Value)
	}
	var rest []string
	for _, w := range words[1:] {
		if strings.HasPrefix(w, "-") {
			continue
		}
		rest = append(rest, w)
	}
	if len(rest) > 0 && slices.Contains([]string{"config", "set", "cache", "prune", "global", "-v", "audit", "version", "test", "lint", "exec", "rebuild", "link", "enable"}, rest[0]) {
		return nil
	}
	name, ok := scriptName(words[0], rest)
	if !ok || dir == "" {
		return nil
	}
	text, ok := a.script(s, dir, name)
	if !ok {
		return nil
	}
	commands, r := a.scriptCommands(s, dir, text, 0)
	if r != nil {
		return r
	}
	return a.addBuild(s, st, dir, commands)
}

// scriptCommands returns the commands of a script, other scripts followed.
func (a *nodeApp) scriptCommands(s *subject, dir, text string, depth int) ([][]string, *Refusal) {
	l := &launch{}
	l.readText(s, text, nil, 0)
	if l.unread != "" || depth > depthLimit {
		return nil, refuse(OutputUnknown, "what the script "+text+" writes", "the build script "+text+" cannot be followed, so its output is not known")
	}
	var out [][]string
	for _, c := range l.commands {
		c = npx(c)
		if !isNodeManager(path.Base(c[0])) {
			out = append(out, c)
			continue
		}
		if len(c) > 1 && slices.Contains([]string{"install", "ci", "i"}, c[1]) || len(c) == 1 {
			return nil, refuse(OutputUnknown, "a build script without an installation",
				"the build script installs packages itself ("+strings.Join(c, " ")+"); install in a RUN of its own, then the split can be offered")
		}
		name, ok := scriptName(path.Base(c[0]), slices.DeleteFunc(slices.Clone(c[1:]), func(w string) bool { return strings.HasPrefix(w, "-") }))
		inner, known := a.script(s, dir, name)
		if !ok || !known {
			return nil, refuse(OutputUnknown, "what "+strings.Join(c, " ")+" writes", "the build script runs "+strings.Join(c, " ")+", and what that writes is not known")
		}
		more, r := a.scriptCommands(s, dir, inner, depth+1)
		if r != nil {
			return nil, r
		}
		out = append(out, more...)
	}
	return out, nil
}

// outputTool reports whether the program is a build tool whose output folder can
// be read from its configuration.
func outputTool(name string) bool {
	switch name {
	case "tsc", "vite", "next", "nest", "react-scripts", "craco", "ng", "vue-cli-service", "nuxt", "nuxi", "tsup", "webpack", "rollup",
		"esbuild", "docusaurus", "eleventy", "astro", "vue-tsc", "swc", "babel", "ncc", "remix", "gatsby", "tsc-alias", "parcel", "svelte-kit":
		return true
	}
	return false
}

// addBuild works out what the commands of a build write.
func (a *nodeApp) addBuild(s *subject, st *step, dir string, commands [][]string) *Refusal {
	b := nodeBuild{step: st, dir: dir}
	for _, c := range commands {
		tool := path.Base(c[0])
		switch tool {
		case "rimraf", "rm", "echo", "mkdir", "eslint", "prettier", "vue-tsc", "tsc-alias", "del-cli", "husky", "svelte-check", "tslint", "shx":
			continue
		case "cp", "copyfiles", "cpx", "cpy", "ncp", "cpr":
			continue // into the folder that the compiler writes, or named by the sources
		}
		out, static, ok := a.output(s, dir, c)
		if !ok {
			return refuse(OutputUnknown, "output of "+strings.Join(c, " "),
				"the build runs "+strings.Join(c, " ")+", and where that writes is not known; give it an output folder on its command line")
		}
		if out == "" {
			continue
		}
		b.tool, b.script, b.static = tool, c, static
		b.out = append(b.out, out)
	}
	if len(b.out) > 0 {
		a.builds = append(a.builds, b)
	}
	return nil
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

// planNodeService plans a program that node runs.
func planNodeService(s *subject, p *plan, a *nodeApp) *Refusal {
	if r := a.refuseDependencies(s); r != nil {
		return r
	}
	if r := nodeRuntimeImage(s, p); r != nil {
		return r
	}
	if r := a.copyProgram(s, p); r != nil {
		return r
	}
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

// slimCounterpart returns the slim image of the same version and release of an
// image that has one, such as node and python.
func slimCounterpart(s *subject, p *plan) (string, *Refusal) {
	switch s.opt.Runtime {
	case RuntimeAlpine:
		if s.base.Distro != "alpine" {
			return "", refuse(RuntimeNotOffered, "an Alpine build image", "what is built against one C library does not run with another; build on Alpine as well")
		}
	case RuntimeDistroless, RuntimeScratch:
		return "", refuse(RuntimeNotOffered, "a recipe for "+string(s.opt.Runtime), "this program needs an interpreter with the same version and libraries; choose --runtime slim")
	case RuntimeSame:
		return s.stage.Image.Value, nil
	}
	if s.base.Distro == "alpine" || s.tag.Slim {
		return s.stage.Image.Value, nil
	}
	if s.base.Distro != "debian" && s.base.Distro != "" {
		return "", refuse(NoCounterpart, "a slim image of the same release", "no slim variant of "+s.stage.Base.Name+" with the same libraries is known")
	}
	if strings.Contains(s.stage.Image.Value, "$") && !strings.HasSuffix(s.stage.Image.Value, "}") {
		return "", refuse(VariableBase, "the tag of the base image", "the tag of the base image depends on a build argument, so its slim variant is not known")
	}
	if strings.Contains(s.stage.Image.Value, "$") {
		return "", refuse(VariableBase, "the tag of the base image", "the tag of the base image depends on a build argument, so its slim variant is not known")
	}
	name := s.ref
	if name.Digest != "" {
		p.assume("the slim image of the tag has the version of the pinned digest")
		name.Digest = ""
	}
	name.Tag = slimTag(s.ref.Tag, s.base.Family)
	image := name.String()
	if prefix, _, ok := strings.Cut(s.stage.Image.Value, name.Name()); ok && prefix != "" {
		image = prefix + image
	}
	return image, nil
}

// slimTag returns the tag of the slim variant.
func slimTag(tag, family string) string {
	if tag == "" || tag == "latest" {
		return "slim"
	}
	for _, code := range [...]string{"stretch", "buster", "bullseye", "bookworm", "trixie"} {
		rest, ok := strings.CutSuffix(tag, code)
		if !ok {
			continue
		}
		if family == "node" {
			return tag + "-slim"
		}
		return strings.TrimSuffix(rest, "-") + strings.Repeat("-", min(1, len(rest))) + "slim-" + code
	}
	return tag + "-slim"
}

// refuseDependencies refuses what a slim image cannot run.
func (a *nodeApp) refuseDependencies(s *subject) *Refusal {
	slim := s.base.Distro != "alpine" && !s.tag.Slim && s.opt.Runtime != RuntimeSame
	for _, deps := range []map[string]string{a.pkg.Dependencies, a.pkg.Optional} {
		for name := range deps {
			switch name {
			case "puppeteer", "playwright", "@playwright/test", "cypress", "electron", "puppeteer-core", "playwright-chromium":
				return refuse(NeedsBrowser, "the libraries of the browser", "the program drives a browser ("+name+"), whose libraries are not known; it stays on one image")
			}
			if slim && nodeNeedsSystem(name) {
				return refuse(SystemLibraries, "the libraries that "+name+" needs",
					"the package "+name+" uses libraries of the full image, which the slim one lacks; install them in a RUN of a slim base image")
			}
		}
	}
	return nil
}

// nodeNeedsSystem reports whether a package links to or runs something of the
// full image.
func nodeNeedsSystem(name string) bool {
	switch name {
	case "@prisma/client", "prisma", "pg-native", "libxmljs", "libxmljs2", "node-libcurl", "oracledb", "ibm_db", "gm", "imagemagick", "fluent-ffmpeg",
		"nodegit", "simple-git", "node-pty", "usb", "serialport", "canvas", "node-rdkafka", "zeromq", "odbc", "node-gd":
		return true
	}
	return false
}

// copyProgram copies the built folders, the dependencies and what the program
// reads.
func (a *nodeApp) copyProgram(s *subject, p *plan) *Refusal {
	last := a.builds[len(a.builds)-1]
	if path.Base(a.start[0]) == "next" {
		return a.copyNext(s, p, last)
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
	for _, f := range topmost(code.files) {
		a.copySource(s, p, f)
	}
	if !p.covers(entry) {
		return refuse(LaunchNotBuilt, "the program "+entry, "the container starts "+entry+", and no step is known to make it")
	}
	a.prune(s, p)
	return copyInputs(s, p, code.inputs)
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
	op := a.install.cmd.Package()
	if op.Production || len(a.pkg.DevDependencies) == 0 {
		return
	}
	var line string
	switch {
	case a.manager == "npm" && s.nodeMajor() != 0 && s.nodeMajor() < 15:
		line = "npm prune --production"
	case a.manager == "npm":
		line = "npm prune --omit=dev --ignore-scripts"
	case a.manager == "pnpm":
		line = "pnpm prune --prod --ignore-scripts"
	case a.berry:
		line = "yarn workspaces focus --production --all"
		p.assume("this yarn has the command workspaces focus")
	case a.manager == "bun":
		line = "rm -rf node_modules && bun install --production --ignore-scripts"
	default:
		line = "yarn install --production --ignore-scripts --prefer-offline"
	}
	if a.dir != s.workdir {
		line = "cd " + a.dir + " && " + line
	}
	if s.envAt(a.install, "NODE_ENV") == "production" {
		return
	}
	p.tail = append(p.tail, "RUN "+line)
	p.drop("the development dependencies: " + line)
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

// copyNext copies what next start needs.
func (a *nodeApp) copyNext(s *subject, p *plan, b nodeBuild) *Refusal {
	if !a.pkg.Depends("next") {
		return refuse(DevDependency, "next among the dependencies", "the container runs next start, and next is a development dependency; make it a dependency")
	}
	p.copy(path.Join(a.dir, "package.json"), false)
	config, ok := s.tree.find(a.dir, "next.config.js", "next.config.mjs", "next.config.cjs", "next.config.ts")
	if ok {
		p.copy(config, false)
		text, _ := s.tree.read(config)
		if r := a.refuseImports(config, nodeImports(text)); r != nil {
			return r
		}
		if strings.HasSuffix(config, ".ts") {
			p.assume("next reads its configuration in TypeScript without the package typescript")
		}
	}
	for _, out := range b.out {
		p.copy(out, true)
	}
	if at := path.Join(a.dir, "public"); s.tree.isDir(at) {
		p.copy(at, true)
	}
	inputs := map[string]bool{}
	for _, f := range s.tree.under(a.dir) {
		if strings.Contains(f, "/node_modules/") || isTestFile(f) || !isNodeSource(f) {
			continue
		}
		text, _ := s.tree.read(f)
		if strings.Contains(text, "process.cwd()") || strings.Contains(text, "readFile") || strings.Contains(text, "readdir") {
			for _, lit := range stringLiterals(text) {
				if at, ok := inputPath(s, lit); ok {
					inputs[at] = true
				}
			}
		}
	}
	var list []string
	for at := range inputs {
		list = append(list, at)
	}
	a.prune(s, p)
	return copyInputs(s, p, list)
}

// change says how the base image changes.
func (s *subject) change(p *plan) string {
	if p.runtime == s.stage.Base.Name {
		return ""
	}
	return ": " + s.stage.Base.Name + " gives way to " + p.runtime
}
