package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/shell"
)

// readSteps finds the installation and the builds.
func (a *nodeApp) readSteps(s *subject) *Refusal {
	for _, st := range s.steps {
		words := npx(commandWords(st.cmd))
		if len(words) == 0 || st.cmd.Name == "" {
			continue
		}
		if !isNodeManager(st.cmd.Name) {
			if tool := path.Base(words[0]); outputTool(tool) {
				if r := a.addBuild(s, st, []nodeCommand{{words, st.dir}}); r != nil {
					return r
				}
			}
			continue
		}
		if op := st.cmd.Package(); op != nil && op.Action == shell.Install && !op.Global && len(op.Packages) == 0 {
			if st.dir == a.dir {
				a.install, a.manager, a.production = st, op.Manager, op.Production || s.envAt(st, "NODE_ENV") == "production"
			}
			continue
		}
		if isBunBuild(words) {
			if r := a.addBuild(s, st, []nodeCommand{{words, st.dir}}); r != nil {
				return r
			}
			continue
		}
		if isTest(s, st) {
			continue // it may bundle, but for itself
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

// nodeCommand is a command of a script of package.json, and the folder in which
// it runs.
type nodeCommand struct {
	words []string
	dir   string
}

// isBunBuild reports whether the words call the bundler of bun rather than a
// script.
func isBunBuild(words []string) bool {
	return len(words) > 1 && words[0] == "bun" && words[1] == "build"
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
	commands, r := a.scriptCommands(s, st, dir, text, 0)
	if r != nil {
		return r
	}
	return a.addBuild(s, st, commands)
}

// scriptCommands returns the commands of a script, other scripts followed. An
// installation in it counts like one in a RUN.
func (a *nodeApp) scriptCommands(s *subject, st *step, dir, text string, depth int) ([]nodeCommand, *Refusal) {
	script := shellText(text)
	if script == nil || script.Err != nil || depth > depthLimit {
		return nil, refuse(OutputUnknown, "what the script "+text+" writes", "the build script "+text+" cannot be followed, so its output is not known")
	}
	var out []nodeCommand
	for _, cmd := range script.Commands {
		if cmd.Name == "" || cmd.InSubst || isBuiltin(cmd.Name) {
			continue
		}
		c := nodeCommand{words: npx(commandWords(cmd))}
		if cmd.Dir != "" {
			c.dir = absolute(dir, cmd.Dir)
		}
		name := path.Base(c.words[0])
		if !isNodeManager(name) || isBunBuild(c.words) {
			out = append(out, c)
			continue
		}
		if isInstall(c.words) {
			a.installInScript(st, c, name)
			continue
		}
		more, r := a.innerScript(s, st, c, depth)
		if r != nil {
			return nil, r
		}
		out = append(out, more...)
	}
	return out, nil
}

// isInstall reports whether a package manager installs all that the manifest
// names.
func isInstall(words []string) bool {
	rest := slices.DeleteFunc(slices.Clone(words[1:]), func(w string) bool { return strings.HasPrefix(w, "-") })
	return len(rest) == 0 || len(rest) == 1 && slices.Contains([]string{"install", "ci", "i"}, rest[0])
}

func (a *nodeApp) installInScript(st *step, c nodeCommand, manager string) {
	if c.dir == a.dir {
		a.install, a.manager = st, manager
		a.production = slices.ContainsFunc(c.words, func(w string) bool {
			return w == "--production" || w == "--prod" || w == "--omit=dev" || w == "--only=production" || w == "--only=prod"
		})
	}
}

// innerScript returns the commands of a script that another one runs.
func (a *nodeApp) innerScript(s *subject, st *step, c nodeCommand, depth int) ([]nodeCommand, *Refusal) {
	dir := c.dir
	if v := optionValue(c.words[1:], "--prefix", "--cwd", "-C", "--dir"); v != "" && dir != "" {
		dir = absolute(dir, v)
	}
	name, ok := scriptName(path.Base(c.words[0]), slices.DeleteFunc(slices.Clone(c.words[1:]), func(w string) bool { return strings.HasPrefix(w, "-") }))
	text, known := a.script(s, dir, name)
	if !ok || !known || dir == "" {
		what := strings.Join(c.words, " ")
		return nil, refuse(OutputUnknown, "what "+what+" writes", "the build script runs "+what+", and what that writes is not known")
	}
	return a.scriptCommands(s, st, dir, text, depth+1)
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
func (a *nodeApp) addBuild(s *subject, st *step, commands []nodeCommand) *Refusal {
	b := nodeBuild{step: st}
	for _, command := range commands {
		c := command.words
		tool := path.Base(c[0])
		if isTestRunner(tool) {
			continue
		}
		switch tool {
		case "rimraf", "rm", "echo", "mkdir", "eslint", "prettier", "vue-tsc", "tsc-alias", "del-cli", "husky", "svelte-check", "tslint", "shx":
			continue
		case "cp", "copyfiles", "cpx", "cpy", "ncp", "cpr":
			continue // into the folder that the compiler writes, or named by the sources
		}
		out, static, ok := a.output(s, command.dir, c)
		if !ok || command.dir == "" {
			return refuse(OutputUnknown, "output of "+strings.Join(c, " "),
				"the build runs "+strings.Join(c, " ")+", and where that writes is not known; give it an output folder on its command line")
		}
		if out == "" {
			continue
		}
		b.tool, b.script, b.static, b.dir = tool, c, static, command.dir
		b.out = append(b.out, out)
	}
	if len(b.out) > 0 {
		a.builds = append(a.builds, b)
	}
	return nil
}
