package multistage

import (
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint/manifest"
)

// goProgram is what the sources of a Go program tell of its needs at run time.
type goProgram struct {
	dirs    []string // of the main packages
	tags    []string // for the build
	unread  bool     // a main package is not in the context
	imports []string // of other modules
	cgo     string   // a file with import "C"
	cxx     bool     // a package has C++ sources
	linked  bool     // to the C library of the build image
	zones   bool     // loads time zones
	temp    bool     // writes temporary files
	tools   []string // programs it runs
	dynamic string   // a place that opens files by names that are not constants
	inputs  []string // paths in the image that it opens
	broken  string
	unnamed bool // runs programs whose names are not constants

	embeds map[string][]string // patterns of go:embed by folder
}

// goMainDirs returns the folders below root that hold a package main.
func goMainDirs(s *subject, root string) []string {
	var dirs []string
	for _, f := range s.tree.under(root) {
		dir := path.Dir(f)
		if !strings.HasSuffix(f, ".go") || strings.HasSuffix(f, "_test.go") || slices.Contains(dirs, dir) ||
			strings.Contains(dir, "/vendor/") || strings.Contains(dir, "/testdata") {
			continue
		}
		text, _ := s.tree.read(f)
		file, err := parser.ParseFile(token.NewFileSet(), f, text, parser.PackageClauseOnly)
		if err == nil && file.Name.Name == "main" && !strings.Contains(text, "//go:build ignore") {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// readGoProgram reads main packages and the packages of their modules that they
// import, with the build tags. An empty folder stands for a package that is not in
// the context.
func readGoProgram(s *subject, tags []string, dirs ...string) *goProgram {
	prog := &goProgram{tags: tags, embeds: map[string][]string{}}
	for _, dir := range dirs {
		if dir == "" {
			prog.unread = true
			continue
		}
		prog.dirs = append(prog.dirs, dir)
	}
	modules := goModules(s)
	seen := map[string]bool{}
	queue := slices.Clone(prog.dirs)
	for len(queue) > 0 && len(seen) < 2000 {
		d := queue[0]
		queue = queue[1:]
		if seen[d] {
			continue
		}
		seen[d] = true
		root, _, ok := goModule(s, d)
		for _, imp := range prog.readPackage(s, d) {
			switch local := modules.dir(imp); {
			case local != "":
				queue = append(queue, local)
			case hasGoFiles(s, path.Join("/go/src", imp)):
				queue = append(queue, path.Join("/go/src", imp))
			case ok && hasGoFiles(s, path.Join(root, "vendor", imp)):
				queue = append(queue, path.Join(root, "vendor", imp))
			default:
				prog.imports = append(prog.imports, imp)
			}
		}
	}
	return prog
}

// moduleDirs are the folders in the image of the modules that the context brings,
// by their paths: besides the program's own those of a workspace and those that
// replace others.
type moduleDirs map[string]string

func goModules(s *subject) moduleDirs {
	dirs := moduleDirs{}
	for _, f := range s.tree.names {
		if path.Base(f) != "go.mod" {
			continue
		}
		text, _ := s.tree.read(f)
		if m := manifest.ReadGoMod(text).Module; m != "" {
			dirs[m] = path.Dir(f)
		}
	}
	return dirs
}

// dir returns the folder of an imported package; empty when its module is not in
// the context.
func (m moduleDirs) dir(imp string) string {
	for mod := imp; ; mod = path.Dir(mod) {
		if root, ok := m[mod]; ok {
			return path.Join(root, strings.TrimPrefix(imp, mod))
		}
		if mod == "." || mod == "/" {
			return ""
		}
	}
}

// holds reports whether the build constraints of a file hold on Linux, with or
// without cgo.
func (prog *goProgram) holds(file *ast.File, cgo bool) bool {
	for _, group := range file.Comments {
		if group.Pos() > file.Package {
			break
		}
		for _, c := range group.List {
			if !constraint.IsGoBuild(c.Text) && !constraint.IsPlusBuild(c.Text) {
				continue
			}
			if x, err := constraint.Parse(c.Text); err == nil && !x.Eval(func(tag string) bool { return prog.tag(tag, cgo) }) {
				return false
			}
		}
	}
	return true
}

func (prog *goProgram) tag(name string, cgo bool) bool {
	switch name {
	case "cgo":
		return cgo
	case "linux", "unix", "gc", "amd64":
		return true
	}
	return strings.HasPrefix(name, "go1.") || slices.Contains(prog.tags, name)
}

// readPackage reads the files of a folder and returns the imports that are not
// of the standard library.
func (prog *goProgram) readPackage(s *subject, dir string) []string {
	var imports []string
	for _, name := range s.tree.list(dir) {
		prog.cxx = prog.cxx || slices.Contains([]string{".cc", ".cpp", ".cxx"}, path.Ext(name))
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || otherSystem(name) {
			continue
		}
		p := path.Join(dir, name)
		text, _ := s.tree.read(p)
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, p, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			prog.broken = p
			continue
		}
		cgo := prog.holds(file, true)
		if !cgo && !prog.holds(file, false) {
			continue
		}
		vendored := strings.Contains(dir, "/vendor/")
		for _, spec := range file.Imports {
			imp, _ := strconv.Unquote(spec.Path.Value)
			if imp == "C" && cgo {
				prog.cgo = p
			}
			first, _, _ := strings.Cut(imp, "/")
			if strings.Contains(first, ".") || s.tree.isDir(path.Join("/go/src", imp)) {
				imports = append(imports, imp)
			} else if _, mod, ok := goModule(s, dir); ok && (imp == mod.Module || strings.HasPrefix(imp, mod.Module+"/")) {
				imports = append(imports, imp)
			}
		}
		if !vendored {
			prog.readEmbeds(dir, file)
			prog.readCalls(s, dir, file)
		}
	}
	return imports
}

// otherSystem reports whether the name of a file says that it is for another
// operating system.
func otherSystem(name string) bool {
	base := strings.TrimSuffix(name, ".go")
	for _, sys := range [...]string{"_windows", "_darwin", "_freebsd", "_openbsd", "_netbsd", "_plan9", "_js", "_wasm", "_solaris", "_aix"} {
		if strings.HasSuffix(base, sys) || strings.Contains(base, sys+"_") {
			return true
		}
	}
	return false
}

func (prog *goProgram) readEmbeds(dir string, file *ast.File) {
	for _, group := range file.Comments {
		for _, c := range group.List {
			if rest, ok := strings.CutPrefix(c.Text, "//go:embed "); ok {
				for f := range strings.FieldsSeq(rest) {
					prog.embeds[dir] = append(prog.embeds[dir], strings.TrimPrefix(strings.Trim(f, "\"`"), "all:"))
				}
			}
		}
	}
}

// readCalls looks at string literals and at calls that open files, load time
// zones and run programs.
func (prog *goProgram) readCalls(s *subject, dir string, file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			return n.Tag == nil
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				if v, err := strconv.Unquote(n.Value); err == nil {
					prog.literal(s, dir, v)
				}
			}
		case *ast.CallExpr:
			prog.call(file, n)
		}
		return true
	})
}

// call judges one call.
func (prog *goProgram) call(file *ast.File, n *ast.CallExpr) {
	sel, ok := n.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	pkg := ""
	if id, ok := sel.X.(*ast.Ident); ok {
		pkg = importPath(file, id.Name)
	}
	name := sel.Sel.Name
	switch pkg + "." + name {
	case "time.LoadLocation":
		prog.zones = true
	case "os.CreateTemp", "os.MkdirTemp", "os.TempDir", "io/ioutil.TempFile", "io/ioutil.TempDir":
		prog.temp = true
	case "os/exec.Command":
		prog.command(n.Args, 0)
	case "os/exec.CommandContext":
		prog.command(n.Args, 1)
	case "plugin.Open":
		prog.dynamic = "plugin.Open"
	}
	if wholeFolder(name) && slices.ContainsFunc(n.Args, isDot) {
		prog.dynamic = name + `(".")`
	}
	if name == "Getwd" && pkg == "os" {
		prog.dynamic = "os.Getwd"
	}
}

func (prog *goProgram) command(args []ast.Expr, k int) {
	if len(args) <= k {
		return
	}
	lit, ok := args[k].(*ast.BasicLit)
	if !ok {
		prog.unnamed = true
		return
	}
	if v, err := strconv.Unquote(lit.Value); err == nil && v != "" && !slices.Contains(prog.tools, v) {
		prog.tools = append(prog.tools, v)
	}
}

// wholeFolder reports whether a function of that name, given a folder, reads
// what is in it.
func wholeFolder(name string) bool {
	switch name {
	case "Walk", "WalkDir", "Dir", "DirFS", "ReadDir", "Static", "StaticFS", "AddConfigPath", "Chdir", "ServeFiles", "Glob", "StaticFile":
		return true
	}
	return false
}

func isDot(e ast.Expr) bool {
	lit, ok := e.(*ast.BasicLit)
	return ok && (lit.Value == `"."` || lit.Value == `"./"` || lit.Value == `"*"` || lit.Value == `"./*"`)
}

// importPath returns the path of the package that a file knows by the name.
func importPath(file *ast.File, name string) string {
	for _, spec := range file.Imports {
		imp, _ := strconv.Unquote(spec.Path.Value)
		if spec.Name != nil && spec.Name.Name == name || spec.Name == nil && path.Base(imp) == name {
			return imp
		}
	}
	return ""
}

// literal keeps a string that names something in the image which the context
// brought.
func (prog *goProgram) literal(s *subject, dir, v string) {
	at, ok := inputPath(s, v)
	if !ok || strings.HasSuffix(at, ".go") || slices.Contains(prog.inputs, at) {
		return
	}
	if prog.embedsIn(dir, at) {
		return
	}
	prog.inputs = append(prog.inputs, at)
}

// embedded reports whether go:embed puts the file or folder into the program.
func (prog *goProgram) embedded(at string) bool {
	for dir := range prog.embeds {
		if prog.embedsIn(dir, at) {
			return true
		}
	}
	return false
}

func (prog *goProgram) embedsIn(dir, at string) bool {
	rel, ok := strings.CutPrefix(at, strings.TrimSuffix(dir, "/")+"/")
	if !ok {
		return false
	}
	for _, pattern := range prog.embeds[dir] {
		pattern = strings.TrimSuffix(strings.TrimSuffix(pattern, "/*"), "/")
		if rel == pattern || strings.HasPrefix(rel, pattern+"/") || strings.HasPrefix(pattern, rel+"/") {
			return true
		}
		if ok, _ := path.Match(pattern, rel); ok {
			return true
		}
	}
	return false
}
