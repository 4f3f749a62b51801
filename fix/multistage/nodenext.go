package multistage

import (
	"path"
	"strings"
)

// copyNext copies what next start needs.
func (a *nodeApp) copyNext(s *subject, p *plan, b nodeBuild) *Refusal {
	if !a.pkg.Depends("next") {
		return refuse(DevDependency, "next among the dependencies", "the container runs next start, and next is a development dependency; make it a dependency")
	}
	p.copy(path.Join(a.dir, "package.json"), false)
	if config, ok := s.tree.find(a.dir, "next.config.js", "next.config.mjs", "next.config.cjs", "next.config.ts"); ok {
		if r := a.copyConfig(s, p, config); r != nil {
			return r
		}
	}
	if env, ok := s.tree.find(a.dir, ".env", ".env.production", ".env.local", ".env.production.local"); ok {
		return envFileCopied(env)
	}
	for _, out := range b.out {
		p.copy(out, true)
	}
	if at := path.Join(a.dir, "public"); s.tree.isDir(at) {
		p.copy(at, true)
	}
	a.prune(s, p)
	return copyInputs(s, p, a.nextInputs(s))
}

// copyConfig copies the configuration that next reads when it starts, and the
// files beside it that this imports.
func (a *nodeApp) copyConfig(s *subject, p *plan, config string) *Refusal {
	queue := []string{config}
	for len(queue) > 0 {
		f := queue[0]
		queue = queue[1:]
		if p.covers(f) {
			continue
		}
		p.copy(f, false)
		text, _ := s.tree.read(f)
		imports := nodeImports(text)
		if r := a.refuseImports(f, imports); r != nil {
			return r
		}
		for _, imp := range imports {
			at := path.Join(path.Dir(f), imp.name)
			switch {
			case !strings.HasPrefix(imp.name, "."):
			case s.tree.isFile(at):
				queue = append(queue, at)
			default:
				if next := resolveImport(s, path.Dir(f), imp.name); next != "" {
					queue = append(queue, next)
				}
			}
		}
	}
	if strings.HasSuffix(config, ".ts") {
		p.assume("next reads its configuration in TypeScript without the package typescript")
	}
	return nil
}

// nextInputs returns the files that the server side of the program opens.
func (a *nodeApp) nextInputs(s *subject) []string {
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
	return list
}
