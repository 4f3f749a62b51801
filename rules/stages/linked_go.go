package stages

import (
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// usesResolver reports whether a go build without settings of its own makes a program
// that uses the C library, because its main package imports what resolves names or
// users by it.
func usesResolver(p *lint.Pass, ins *dockerfile.Instruction, cmd *shell.Command) bool {
	if p.Build.Context == nil || cmd.Dir == "" || variable(p, ins, cmd, "GOOS") != "" || variable(p, ins, cmd, "GOARCH") != "" || variable(p, ins, cmd, "GOFLAGS") != "" {
		return false
	}
	for _, w := range cmd.Words {
		if !w.Static || strings.Contains(w.Value, "netgo") || strings.Contains(w.Value, "osusergo") {
			return false
		}
	}
	state := p.Stages().StateAt(ins)
	if !state.WorkdirKnown {
		return false
	}
	dir := path.Join(state.Workdir, cmd.Dir)
	if path.IsAbs(cmd.Dir) {
		dir = cmd.Dir
	}
	switch last := cmd.Words[len(cmd.Words)-1].Value; {
	case strings.HasSuffix(last, ".go"):
		dir = path.Dir(path.Join(dir, last))
	case last == "." || strings.HasPrefix(last, "./") && !strings.Contains(last, "..."):
		dir = path.Join(dir, last)
	default:
		return false
	}
	return importsResolver(p, ins, dir)
}

// importsResolver looks into the Go files that the context brings to a folder.
func importsResolver(p *lint.Pass, ins *dockerfile.Instruction, dir string) bool {
	for st := p.Stages().StageOf(ins); st != nil; st = st.Base.Stage {
		for _, by := range st.Body {
			if !by.Is("COPY", "ADD") || by.Err != nil || by.Index > ins.Index {
				continue
			}
			c := p.Layers().Step(by).Copy
			if c == nil || !c.FromContext() || !c.DestKnown {
				continue
			}
			for _, f := range c.Selection().Files {
				if strings.HasSuffix(f.Path, ".go") && !strings.HasSuffix(f.Path, "_test.go") && path.Dir(c.Target(f.Path)) == dir && resolves(p, f.Path) {
					return true
				}
			}
		}
	}
	return false
}

// resolves reports whether a Go file without conditions imports a package that uses the
// C library where it can.
func resolves(p *lint.Pass, name string) bool {
	text, err := p.Build.Context.ReadFile(name, goSourceLimit)
	if err != nil || strings.Contains(string(text), "//go:build") {
		return false
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
	if err != nil {
		return false
	}
	for _, spec := range file.Imports {
		if imp, err := strconv.Unquote(spec.Path.Value); err == nil && slices.Contains(resolvers[:], imp) {
			return true
		}
	}
	return false
}

// goSourceLimit bounds the sources that are read.
const goSourceLimit = 1 << 20

// resolvers are packages that resolve names or users, and some that import them.
var resolvers = [...]string{
	"net", "net/http", "net/rpc", "net/smtp", "net/http/httputil", "os/user", "google.golang.org/grpc", "github.com/gin-gonic/gin",
	"github.com/gorilla/mux", "github.com/go-chi/chi/v5", "github.com/labstack/echo/v4", "github.com/gofiber/fiber/v2",
}
