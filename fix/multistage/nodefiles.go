package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/manifest"
)

// output returns the folder that a build command writes, and whether it holds a
// site of static files. An empty folder means that the command writes nothing of
// interest; false that it is not known.
func (a *nodeApp) output(s *subject, dir string, c []string) (out string, static, ok bool) {
	tool := path.Base(c[0])
	option := func(names ...string) string { return optionValue(c[1:], names...) }
	at := func(folder string) (string, bool, bool) { return absolute(dir, folder), true, true }
	switch tool {
	case "tsc":
		return tscOutput(s, dir, c)
	case "nest":
		out, _, ok := tscOutput(s, dir, []string{"tsc", "-p", firstOf(s, dir, "tsconfig.build.json", "tsconfig.json")})
		if text, found := s.tree.read(path.Join(dir, "nest-cli.json")); found && strings.Contains(text, `"webpack": true`) {
			return absolute(dir, "dist"), false, true
		}
		return out, false, ok
	case "vite":
		if v := option("--outDir"); v != "" {
			return at(v)
		}
		if slices.Contains(c, "--ssr") {
			return "", false, false
		}
		v, known := configString(s, dir, "outDir", "vite.config.js", "vite.config.ts", "vite.config.mjs", "vite.config.mts")
		if a.pkg.Depends("@sveltejs/kit") || a.pkg.DevOnly("@sveltejs/kit") {
			return absolute(dir, "build"), false, a.pkg.DevOnly("@sveltejs/adapter-node") || a.pkg.Depends("@sveltejs/adapter-node")
		}
		return absolute(dir, v), true, known
	case "react-scripts", "craco":
		v, _ := s.env("BUILD_PATH")
		if v == "" {
			v = "build"
		}
		return at(v)
	case "vue-cli-service":
		v, known := configString(s, dir, "outputDir", "vue.config.js", "vue.config.ts")
		return absolute(dir, v), true, known
	case "ng":
		v, known := angularOutput(s, dir)
		return v, true, known
	case "next":
		return absolute(dir, ".next"), false, nextDir(s, dir)
	case "nuxt", "nuxi":
		if slices.Contains(c, "generate") {
			return absolute(dir, ".output/public"), true, true
		}
		return absolute(dir, ".output"), false, true
	case "docusaurus":
		return at("build")
	case "eleventy":
		if v := option("--output"); v != "" {
			return at(v)
		}
		return at("_site")
	case "gatsby":
		return at("public")
	case "astro":
		v, known := configString(s, dir, "outDir", "astro.config.mjs", "astro.config.js", "astro.config.ts")
		text, _ := s.tree.read(path.Join(dir, "astro.config.mjs"))
		return absolute(dir, v), !strings.Contains(text, "adapter"), known
	}
	return a.bundlerOutput(s, dir, c)
}

// bundlerOutput reads the tools that are told their output on the command line
// or in a configuration that is a program.
func (a *nodeApp) bundlerOutput(s *subject, dir string, c []string) (string, bool, bool) {
	var v string
	switch path.Base(c[0]) {
	case "swc", "babel":
		v = optionValue(c[1:], "-d", "--out-dir")
	case "esbuild":
		v = optionValue(c[1:], "--outdir")
		if v == "" {
			v = path.Dir(optionValue(c[1:], "--outfile"))
		}
	case "bun":
		v = optionValue(c[1:], "--outdir")
	case "ncc":
		v = optionValue(c[1:], "-o", "--out")
		if v == "" {
			v = "dist"
		}
	case "tsup":
		v = optionValue(c[1:], "-d", "--out-dir")
		if v == "" {
			var known bool
			if v, known = configString(s, dir, "outDir", "tsup.config.ts", "tsup.config.js", "tsup.config.mjs"); !known {
				return "", false, false
			}
		}
	case "webpack":
		v = optionValue(c[1:], "-o", "--output-path")
	case "rollup":
		v = optionValue(c[1:], "-d", "--dir")
	case "remix":
		v = "build"
	}
	if v == "" || v == "." {
		return "", false, false
	}
	return absolute(dir, v), false, true
}

// optionValue returns the value of an option in either notation.
func optionValue(args []string, names ...string) string {
	for k, w := range args {
		for _, n := range names {
			if w == n && k+1 < len(args) {
				return args[k+1]
			}
			if v, ok := strings.CutPrefix(w, n+"="); ok {
				return v
			}
		}
	}
	return ""
}

func firstOf(s *subject, dir string, names ...string) string {
	for _, n := range names {
		if s.tree.isFile(path.Join(dir, n)) {
			return n
		}
	}
	return names[len(names)-1]
}

// tscOutput returns the outDir of the TypeScript compiler.
func tscOutput(s *subject, dir string, c []string) (string, bool, bool) {
	if slices.Contains(c, "--noEmit") {
		return "", false, true
	}
	if v := optionValue(c[1:], "--outDir"); v != "" {
		return absolute(dir, v), false, true
	}
	project := optionValue(c[1:], "-p", "--project", "-b", "--build")
	if project == "" || strings.HasPrefix(project, "-") {
		project = "tsconfig.json"
	}
	at := absolute(dir, project)
	for range 5 {
		if s.tree.isDir(at) {
			at = path.Join(at, "tsconfig.json")
		}
		text, ok := s.tree.read(at)
		if !ok {
			return "", false, false
		}
		conf, err := manifest.ReadTSConfig(text)
		switch {
		case err != nil:
			return "", false, false
		case conf.NoEmit:
			return "", false, true
		case conf.OutDir != "":
			return absolute(path.Dir(at), conf.OutDir), false, true
		case !strings.HasPrefix(conf.Extends, "."):
			return "", false, slices.Contains(c, "-b") && len(c) == 2
		}
		at = absolute(path.Dir(at), conf.Extends)
		if path.Ext(at) != ".json" {
			at += ".json"
		}
	}
	return "", false, false
}

// configString returns the value of a key in a configuration that is a program:
// the default when the key does not occur, false when its value is computed.
func configString(s *subject, dir, key string, names ...string) (string, bool) {
	const fallback = "dist" // of all the tools that are asked for
	p, ok := s.tree.find(dir, names...)
	if !ok {
		return fallback, true
	}
	text, _ := s.tree.read(p)
	at := strings.Index(text, key)
	if at < 0 {
		return fallback, true
	}
	rest := strings.TrimLeft(text[at+len(key):], " \t:")
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return "", false
	}
	end := strings.IndexByte(rest[1:], rest[0])
	if end < 0 {
		return "", false
	}
	return rest[1 : 1+end], true
}

// nextDir reports whether Next writes to its usual folder.
func nextDir(s *subject, dir string) bool {
	p, ok := s.tree.find(dir, "next.config.js", "next.config.mjs", "next.config.cjs", "next.config.ts")
	if !ok {
		return true
	}
	text, _ := s.tree.read(p)
	return !strings.Contains(text, "distDir")
}

// angularOutput reads the folder that ng build writes from angular.json.
func angularOutput(s *subject, dir string) (string, bool) {
	text, ok := s.tree.read(path.Join(dir, "angular.json"))
	if !ok {
		return "", false
	}
	if strings.Count(text, `"outputPath"`) != 1 {
		return "", false
	}
	_, rest, _ := strings.Cut(text, `"outputPath"`)
	rest = strings.TrimLeft(rest, " \t\r\n:")
	if rest == "" || rest[0] != '"' {
		return "", false
	}
	value, _, _ := strings.Cut(rest[1:], `"`)
	out := absolute(dir, value)
	if strings.Contains(text, "@angular/build:application") || strings.Contains(text, "@angular-devkit/build-angular:application") {
		out = path.Join(out, "browser")
	}
	return out, true
}

// nodeCode is what the sources of a Node program tell.
type nodeCode struct {
	files  []string // that are run as they are
	inputs []string
}

// readProgram follows the relative imports of the entry. A built file stands for
// its source.
func (a *nodeApp) readProgram(s *subject, entry string) (*nodeCode, *Refusal) {
	code := &nodeCode{}
	start := a.sourceOf(s, entry)
	if start == "" {
		return nil, refuse(LaunchNotBuilt, "the source of "+entry,
			"the container starts "+entry+", and neither the build context nor a known build step has it; check the path")
	}
	seen := map[string]bool{}
	queue := []string{start}
	for len(queue) > 0 && len(seen) < 3000 {
		f := queue[0]
		queue = queue[1:]
		if seen[f] {
			continue
		}
		seen[f] = true
		built := a.isBuilt(f, start, entry)
		if !built {
			code.files = append(code.files, f)
		}
		text, _ := s.tree.read(f)
		imports := nodeImports(text)
		for _, imp := range imports {
			if imp.name == "" {
				continue
			}
			if strings.HasPrefix(imp.name, ".") {
				if next := resolveImport(s, path.Dir(f), imp.name); next != "" {
					queue = append(queue, next)
				}
			} else if next := a.aliased(s, imp.name); next != "" {
				queue = append(queue, next)
			}
		}
		if r := a.refuseImports(f, imports); r != nil {
			return nil, r
		}
		if r := a.refuseEnvFile(s, text); r != nil {
			return nil, r
		}
		a.addInputs(s, code, f, text)
	}
	return code, nil
}

// refuseEnvFile refuses a program that reads a .env file of the image.
func (a *nodeApp) refuseEnvFile(s *subject, text string) *Refusal {
	reads := strings.Contains(text, "dotenv") || strings.Contains(text, "@nestjs/config")
	if at := path.Join(a.dir, ".env"); reads && s.tree.isFile(at) {
		return envFileCopied(at)
	}
	return nil
}

// isBuilt reports whether a source file is compiled, so that it is not run
// itself.
func (a *nodeApp) isBuilt(f, start, entry string) bool {
	switch path.Ext(f) {
	case ".ts", ".tsx", ".mts", ".cts", ".jsx":
		return true
	}
	return start != entry
}

// sourceOf returns the source file of a program: itself, or what was compiled to
// it.
func (a *nodeApp) sourceOf(s *subject, entry string) string {
	if s.tree.isFile(entry) {
		return entry
	}
	for _, b := range a.builds {
		for _, out := range b.out {
			rel, ok := strings.CutPrefix(entry, out+"/")
			if !ok {
				continue
			}
			rel = strings.TrimSuffix(rel, path.Ext(rel))
			for _, root := range [...]string{"src", ".", "server", "lib", "app"} {
				for _, ext := range [...]string{".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx"} {
					if at := path.Join(b.dir, root, rel+ext); s.tree.isFile(at) {
						return at
					}
				}
			}
			if at := path.Join(b.dir, rel[strings.Index(rel, "/")+1:]+".ts"); s.tree.isFile(at) {
				return at
			}
			for _, w := range b.script[1:] {
				if at := absolute(b.dir, w); s.tree.isFile(at) && isNodeSource(at) {
					return at
				}
			}
		}
	}
	return ""
}

// resolveImport finds the file that a relative import names.
func resolveImport(s *subject, dir, name string) string {
	at := path.Join(dir, name)
	if s.tree.isFile(at) {
		if isNodeSource(at) {
			return at
		}
		return ""
	}
	bare := at
	switch path.Ext(at) {
	case ".js", ".mjs", ".cjs", ".jsx":
		bare = strings.TrimSuffix(at, path.Ext(at))
	}
	for _, base := range [...]string{at, bare, path.Join(at, "index")} {
		for _, ext := range [...]string{".ts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".mts", ".cts"} {
			if s.tree.isFile(base + ext) {
				return base + ext
			}
		}
	}
	return ""
}

// aliased resolves the usual aliases of the source folder.
func (a *nodeApp) aliased(s *subject, name string) string {
	for _, prefix := range [...]string{"@/", "~/", "src/"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			if at := resolveImport(s, path.Join(a.dir, "src"), "./"+rest); at != "" {
				return at
			}
			return resolveImport(s, a.dir, "./"+rest)
		}
	}
	return ""
}

func isNodeSource(f string) bool {
	switch path.Ext(f) {
	case ".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx":
		return !strings.HasSuffix(f, ".d.ts")
	}
	return false
}

func isTestFile(f string) bool {
	return strings.Contains(f, ".test.") || strings.Contains(f, ".spec.") || strings.Contains(f, "/__tests__/") || strings.Contains(f, "/test/") ||
		strings.Contains(f, "/tests/")
}

// nodeImport is one import or require.
type nodeImport struct {
	name string
	// typeOnly says that it vanishes when compiled.
	typeOnly bool
}

// refuseImports refuses a program that imports what is for development only.
func (a *nodeApp) refuseImports(f string, imports []nodeImport) *Refusal {
	for _, imp := range imports {
		if imp.typeOnly || strings.HasPrefix(imp.name, ".") {
			continue
		}
		pkg := packageOf(imp.name)
		if a.pkg.DevOnly(pkg) && !strings.HasPrefix(pkg, "@types/") {
			return refuse(DevDependency, "why "+pkg+" is a development dependency",
				f+" imports "+pkg+", which package.json lists for development only; make it a dependency if the program needs it")
		}
	}
	return nil
}

func packageOf(name string) string {
	parts := strings.SplitN(name, "/", 3)
	if strings.HasPrefix(name, "@") && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

// nodeImports finds the imports of a source text without comments in their way.
func nodeImports(text string) []nodeImport {
	var out []nodeImport
	tokens := scriptTokens(text)
	for k, t := range tokens {
		if t.kind != stringToken || t.text == "" {
			continue
		}
		prev := func(n int) string {
			if k-n < 0 {
				return ""
			}
			return tokens[k-n].text
		}
		switch {
		case prev(1) == "from":
			out = append(out, nodeImport{name: t.text, typeOnly: typeImport(tokens, k)})
		case prev(1) == "import", prev(1) == "(" && (prev(2) == "require" || prev(2) == "import" || prev(2) == "resolve" && prev(4) == "require"):
			out = append(out, nodeImport{name: t.text})
		}
	}
	return out
}

// typeImport looks back from the name of an import for "import type" or "export
// type".
func typeImport(tokens []scriptToken, k int) bool {
	for j := k - 1; j >= 0 && k-j < 400; j-- {
		if tokens[j].kind == wordToken && (tokens[j].text == "import" || tokens[j].text == "export") {
			return j+1 < len(tokens) && tokens[j+1].text == "type"
		}
	}
	return false
}

// addInputs adds the files that string constants name, counted from the package,
// from the file and from where it is built to.
func (a *nodeApp) addInputs(s *subject, code *nodeCode, f, text string) {
	for _, lit := range stringLiterals(text) {
		if strings.HasPrefix(lit, "@") || strings.HasPrefix(lit, "/") && !strings.HasPrefix(lit, a.dir) {
			continue
		}
		for _, at := range a.candidates(f, lit) {
			got, ok := inputPath(s, at)
			if ok && !isNodeSource(got) && !strings.Contains(got, "/node_modules") {
				code.inputs = append(code.inputs, got)
				break
			}
		}
	}
}

func (a *nodeApp) candidates(f, lit string) []string {
	dirs := []string{a.cwd, path.Dir(f)}
	for _, b := range a.builds {
		dirs = append(dirs, b.out...)
	}
	out := make([]string, 0, len(dirs))
	for _, d := range dirs {
		at := absolute(d, lit)
		if at != d && strings.HasPrefix(at, strings.TrimSuffix(a.dir, "/")+"/") {
			out = append(out, at)
		}
	}
	return out
}
