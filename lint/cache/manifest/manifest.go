// Package manifest reads what a project says about its dependencies, to answer
// one question: which files does installing them read? Where it may be more than
// can be told, it says why not.
//
// Manifests are anybody's text. Files of more than a megabyte, and lock files of
// more than 32, are not read, and then nothing is said of the project; no
// entities or includes are followed outside of the build context, and nothing is
// run.
package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
)

// Set is what an installation reads.
type Set struct {
	// Files are those of the project that the installation reads and that reach
	// the builder, relative to the project; folders end in a slash.
	Files []string
	// Outputs are what the installation writes into the project. A COPY that
	// follows must not bring them from the context.
	Outputs []string
	// Refuse says why the files are not all that is read; empty when they are.
	Refuse string
	// Missing says that the project's manifest is not in the context, so that
	// nothing could be read.
	Missing bool
}

// Project is a folder of the build context with a manifest.
type Project struct {
	Context *buildctx.Context
	// Dir is relative to the context: "." or a clean path.
	Dir string
	// Image is where it lies in the image, Cwd the folder that commands run in;
	// needed for files that commands name by their paths.
	Image, Cwd string
}

// inProject returns the path of a file that a command names, relative to the
// project.
func (p Project) inProject(name string) (string, bool) {
	at := layers.Absolute(p.Cwd, name)
	if !layers.Inside(p.Image, at) {
		return "", false
	}
	return strings.TrimPrefix(strings.TrimPrefix(at, p.Image), "/"), true
}

// at returns a path of the context.
func (p Project) at(name string) string { return path.Join(p.Dir, name) }

// has reports whether a file reaches the builder.
func (p Project) has(name string) bool {
	return p.Context.Exists(p.at(name)) && p.Context.Included(p.at(name))
}

// text reads a file; "" when it is not there or too large.
func (p Project) text(name string) string {
	data, err := p.Context.ReadFile(p.at(name), 0)
	if err != nil {
		return ""
	}
	return string(data)
}

// maxLock bounds lock files, which grow to several megabytes.
const maxLock = 32 << 20

// lock reads a lock file; whole is false when it is there and too large.
func (p Project) lock(name string) (text string, whole bool) {
	if !p.has(name) {
		return "", true
	}
	data, err := p.Context.ReadFile(p.at(name), maxLock)
	return string(data), err == nil
}

// tooLarge returns a manifest of which nothing could be read.
func (p Project) tooLarge(files []string) string {
	for _, f := range files {
		if strings.HasSuffix(f, "/") || strings.Contains(path.Base(f), "lock") || f == "go.sum" || f == "npm-shrinkwrap.json" {
			continue // lock files are read otherwise
		}
		if e, err := p.Context.Stat(p.at(f)); err == nil && e.IsRegular() && e.Size > 0 && p.text(f) == "" {
			return f
		}
	}
	return ""
}

// Read returns what a command that installs from a manifest reads. Ecosystem is
// a name of knowledge.Ecosystems, or helm, ansible-galaxy or terraform.
func Read(ecosystem string, p Project, c *shell.Command, op *shell.PackageOp) Set {
	var s Set
	switch ecosystem {
	case "npm", "yarn", "yarn-berry", "pnpm", "bun":
		s = p.node(ecosystem)
	case "pip":
		s = p.pip(op)
	case "poetry", "uv", "pdm", "pipenv":
		s = p.python(ecosystem, c)
	case "go":
		s = p.golang()
	case "maven":
		s = p.maven()
	case "gradle":
		s = p.gradle()
	case "dotnet":
		s = p.dotnet(c)
	case "bundler":
		s = p.bundler()
	case "composer":
		s = p.composer(c)
	case "mix":
		s = p.mix()
	case "dart":
		s = p.dart()
	case "swift":
		s = p.swift()
	case "conda":
		s = p.conda(c)
	case "cargo":
		s = Set{Refuse: "cargo cannot fetch and build dependencies without the sources; use cache mounts or cargo-chef"}
		s.Missing = !p.has("Cargo.toml")
	case "deno":
		s = p.deno(c)
	case "helm":
		s = p.helm(c)
	case "ansible-galaxy":
		s = p.galaxy(c)
	case "terraform":
		s = p.terraform(c)
	case "sbt":
		s = p.sbt()
	default:
		s = Set{Refuse: "what " + ecosystem + " reads is not known"}
	}
	if f := p.tooLarge(s.Files); f != "" {
		s.refuse(f + " cannot be read")
	}
	for _, f := range s.Files {
		if by := p.ignored(f); by != "" && s.Refuse == "" {
			s.Refuse = by
		}
	}
	return s
}

// ignored says that the ignore file keeps a manifest away.
func (p Project) ignored(name string) string {
	if out, _ := p.Context.Ignored(strings.TrimSuffix(p.at(name), "/")); out {
		return "the ignore file keeps " + name + " from the builder"
	}
	return ""
}

// present returns those of the names that reach the builder.
func (p Project) present(names ...string) []string {
	var out []string
	for _, n := range names {
		if p.has(strings.TrimSuffix(n, "/")) {
			out = append(out, n)
		}
	}
	return out
}

// refuse keeps the first reason.
func (s *Set) refuse(reason string) {
	if s.Refuse == "" {
		s.Refuse = reason
	}
}

// add adds files without doubles.
func (s *Set) add(files ...string) {
	for _, f := range files {
		if !slices.Contains(s.Files, f) {
			s.Files = append(s.Files, f)
		}
	}
}

// lines yields the lines of a text without comments that begin with a mark, and
// trimmed.
func lines(text, comment string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, comment) {
			continue
		}
		out = append(out, line)
	}
	return out
}
