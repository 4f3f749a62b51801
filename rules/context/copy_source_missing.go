package context

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/source"
)

// CopySourceMissing finds sources of COPY and ADD that do not exist.
var CopySourceMissing = &lint.Rule{
	ID:      "copy-source-missing",
	Summary: "A file is copied that is not in the build context",
	Doc: `
COPY and ADD of a path that does not exist stop the build.

It is an error where the context is known: given with --context, or by a compose or
bake file. Where it is an assumption, the finding is a warning, and only made when
the assumption surely holds: another source is there and a name much like the
missing one, or most sources are. Files that
are made before the image is built (dist, target, *.jar, and all that .gitignore
lists) are left alone, as are sources with wildcards or variables.
`,
	Bad:      "-- Dockerfile --\nFROM scratch\nCOPY server.js sever.json /app/\n-- server.js --\nx\n-- server.json --\nx\n",
	Good:     "-- Dockerfile --\nFROM scratch\nCOPY server.js server.json /app/\n-- server.js --\nx\n-- server.json --\nx\n",
	Severity: lint.Error,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		c := p.Build.Context
		if c == nil || c.Truncated() != "" {
			return
		}
		var missing []*layers.Source
		found := 0
		for ins := range p.Instructions("COPY", "ADD") {
			cp := p.Layers().Step(ins).Copy
			if cp == nil || !cp.FromContext() {
				continue
			}
			for k := range cp.Sources {
				s := &cp.Sources[k]
				if s.Heredoc != nil || s.URL || !s.Known || s.Value == "." || strings.ContainsAny(s.Value, "*?[") {
					continue
				}
				if _, err := c.Lstat(s.Value); err == nil {
					found++
				} else if !outside(s) && !isMade(c, s.Value) {
					missing = append(missing, s)
				}
			}
		}
		for _, s := range missing {
			near := neighbour(c, s.Value)
			if !c.Assumed() || found > 0 && near != "" || found >= 3*len(missing) {
				reportMissing(p, s, near)
			}
		}
	},
}

func reportMissing(p *lint.Pass, s *layers.Source, near string) {
	d := lint.Diagnostic{Range: s.Word.Range, Message: "There is no " + s.Value + " in the build context"}
	if p.Build.Context.Assumed() {
		d.Severity = lint.Warning
		d.Message += " (taken to be the " + string(p.Build.Context.Reason()) + ")"
	}
	if near != "" {
		d.Message += ": did you mean " + near + "?"
	} else {
		d.Message += ": the build stops here"
	}
	p.Report(d)
}

// maxNeighbours is the number of files up to which the names in a folder are
// compared with one that is not there.
const maxNeighbours = 1000

// namesKey is the key of the names in a folder of the context.
type namesKey struct{ dir string }

// neighbour returns an existing path whose name is much like the last element.
func neighbour(c *buildctx.Context, name string) string {
	dir := path.Dir(name)
	names := c.Recall(namesKey{dir}, func() any {
		list, err := c.Glob(path.Join(dir, "*"))
		if err != nil || len(list) > maxNeighbours {
			return []string(nil)
		}
		names := make([]string, 0, len(list))
		for _, e := range list {
			names = append(names, e.Base())
		}
		return names
	}).([]string)
	near := dockerfile.Nearest(path.Base(name), names)
	if near == "" {
		return ""
	}
	return path.Join(dir, near)
}

// isMade reports whether a file is made before the image is built.
func isMade(c *buildctx.Context, name string) bool {
	for dir := range strings.SplitSeq(strings.ToLower(name), "/") {
		switch dir {
		case "dist", "build", "target", "out", "output", "bin", "publish", "release", "_build", ".next", "node_modules",
			"vendor", "artifacts", "artifact", "_output", "generated", "pkg", "linux", "docker-build", "tmp", ".build", "certs":
			return true
		}
	}
	switch path.Ext(name) {
	case ".jar", ".war", ".ear", ".whl", ".deb", ".rpm", ".apk", ".tgz", ".gz", ".tar", ".zip", ".xz", ".zst", ".bz2", ".so", ".exe", ".dll",
		".pem", ".key", ".crt", ".env":
		return true
	}
	if strings.HasPrefix(path.Base(name), ".env") {
		return true
	}
	return gitIgnored(c, name)
}

// gitIgnored reports whether the .gitignore at the root may list the path. It
// errs on the side of true.
func gitIgnored(c *buildctx.Context, name string) bool {
	ig := c.Recall(gitIgnoreKey{}, func() any { return readGitIgnore(c) }).(*buildctx.Ignore)
	ignored, _ := ig.Match(name)
	return ignored
}

type gitIgnoreKey struct{}

// readGitIgnore reads the lines of the .gitignore that list something as lines of an
// ignore file.
func readGitIgnore(c *buildctx.Context) *buildctx.Ignore {
	data, err := c.ReadFile(".gitignore", 0)
	if err != nil {
		data = nil // nothing is listed
	}
	var text strings.Builder
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == '!' {
			continue
		}
		line = strings.TrimSuffix(line, "/")
		if rest, ok := strings.CutPrefix(line, "/"); ok {
			line = rest
		} else if !strings.Contains(line, "/") {
			line = "**/" + line
		}
		text.WriteString(line + "\n")
	}
	return buildctx.ParseIgnore(source.NewFile("", text.String()))
}
