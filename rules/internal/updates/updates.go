// Package updates reads what Renovate and Dependabot are told to keep up to date.
package updates

import (
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
)

// Governed says which versions of a Dockerfile a program raises by pull requests.
type Governed struct {
	// Images are those of FROM.
	Images bool
	// Digests are added to images that have none.
	Digests bool
	// Marked are versions that a comment or pattern marks, wherever they are: what
	// is not marked is left open on purpose.
	Marked bool
}

type key struct{}

// Of returns what is governed in a document. The configuration is looked for at
// the root of the git repository.
func Of(d *lint.Document) Governed {
	return d.View(key{}, func(d *lint.Document) any { return find(d.Context()) }).(Governed)
}

func find(c *buildctx.Context) Governed {
	if !c.Known() || c.Dockerfile() == "" {
		return Governed{}
	}
	repo, prefix := c.Repository()
	file := path.Join(prefix, c.Dockerfile())
	g := renovate(repo, file)
	g.Images = g.Images || dependabot(repo, file)
	return g
}

// renovateFiles are the places where Renovate looks, in its order.
var renovateFiles = [...]string{
	"renovate.json", "renovate.json5", ".github/renovate.json", ".github/renovate.json5",
	".gitlab/renovate.json", ".gitlab/renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5",
}

// renovateConfig is what of a configuration decides on Dockerfiles.
type renovateConfig struct {
	Enabled         *bool
	EnabledManagers []string `yaml:"enabledManagers"`
	Extends         []string
	IgnorePaths     []string `yaml:"ignorePaths"`
	IncludePaths    []string `yaml:"includePaths"`
	PinDigests      bool     `yaml:"pinDigests"`
	Dockerfile      renovateManager
	Docker          renovateManager
	CustomManagers  []customManager `yaml:"customManagers"`
	RegexManagers   []customManager `yaml:"regexManagers"`
}

type renovateManager struct {
	Enabled    *bool
	PinDigests bool `yaml:"pinDigests"`
}

type customManager struct {
	ManagerFilePatterns []string `yaml:"managerFilePatterns"`
	FileMatch           []string `yaml:"fileMatch"`
}

func renovate(repo *buildctx.Context, file string) Governed {
	text := renovateText(repo)
	if text == nil {
		return Governed{}
	}
	var c renovateConfig
	// What of it cannot be read keeps its zero value.
	_ = yaml.Unmarshal(plainJSON(text), &c)
	off := func(b *bool) bool { return b != nil && !*b }
	if off(c.Enabled) || ignored(c.IgnorePaths, file) || len(c.IncludePaths) > 0 && !matchesAny(c.IncludePaths, file) {
		return Governed{}
	}
	all := len(c.EnabledManagers) == 0
	extends := func(names ...string) bool {
		return slices.ContainsFunc(c.Extends, func(e string) bool { return slices.Contains(names, e) })
	}
	g := Governed{
		Images: (all || slices.Contains(c.EnabledManagers, "dockerfile")) && !off(c.Dockerfile.Enabled) && !off(c.Docker.Enabled) &&
			!extends("docker:disable", ":disableDockerfile"),
		Marked: (all || slices.Contains(c.EnabledManagers, "custom.regex") || slices.Contains(c.EnabledManagers, "regex")) &&
			(extends("customManagers:dockerfileVersions", "regexManagers:dockerfileVersions") || forDockerfiles(c.CustomManagers) || forDockerfiles(c.RegexManagers)),
	}
	g.Digests = g.Images && (c.PinDigests || c.Dockerfile.PinDigests || c.Docker.PinDigests || extends("docker:pinDigests", "config:best-practices"))
	return g
}

// renovateText returns the configuration, or nil.
func renovateText(repo *buildctx.Context) []byte {
	for _, name := range renovateFiles {
		if data, err := repo.ReadFile(name, 0); err == nil {
			return data
		}
	}
	data, err := repo.ReadFile("package.json", 0)
	if err != nil || !strings.Contains(string(data), `"renovate"`) {
		return nil
	}
	var p struct{ Renovate map[string]any }
	if yaml.Unmarshal(plainJSON(data), &p) != nil || p.Renovate == nil {
		return nil
	}
	text, err := yaml.Marshal(p.Renovate)
	if err != nil {
		return nil
	}
	return text
}

// forDockerfiles reports whether one of the managers reads Dockerfiles, going by
// its patterns.
func forDockerfiles(list []customManager) bool {
	for _, m := range list {
		for _, p := range append(m.ManagerFilePatterns, m.FileMatch...) {
			if p = strings.ToLower(p); strings.Contains(p, "ocker") || strings.Contains(p, "ontainer") {
				return true
			}
		}
	}
	return false
}

// plainJSON makes YAML of JSON5: comments go, and tabs become blanks.
func plainJSON(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for k := 0; k < len(text); k++ {
		c := text[k]
		rest := text[k:]
		switch {
		case c == '"' || c == '\'':
			end := k + 1
			for end < len(text) && text[end] != c {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			end = min(end+1, len(text))
			out = append(out, text[k:end]...)
			k = end - 1
		case strings.HasPrefix(string(rest[:min(2, len(rest))]), "//"):
			for k+1 < len(text) && text[k+1] != '\n' {
				k++
			}
		case strings.HasPrefix(string(rest[:min(2, len(rest))]), "/*"):
			for k+1 < len(text) && (text[k] != '*' || text[k+1] != '/') {
				k++
			}
			k++
		case c == '\t':
			out = append(out, ' ')
		default:
			out = append(out, c)
		}
	}
	return out
}

// dependabotConfig is what of a configuration decides on Dockerfiles.
type dependabotConfig struct {
	Updates []struct {
		Ecosystem   string `yaml:"package-ecosystem"`
		Directory   string
		Directories []string
		Limit       *int `yaml:"open-pull-requests-limit"`
	}
}

// dependabot reports whether Dependabot raises the images of the file. Its
// ecosystem docker reads the Dockerfiles of one folder, and no packages.
func dependabot(repo *buildctx.Context, file string) bool {
	data, err := repo.ReadFile(".github/dependabot.yml", 0)
	if err != nil {
		if data, err = repo.ReadFile(".github/dependabot.yaml", 0); err != nil {
			return false
		}
	}
	var c dependabotConfig
	_ = yaml.Unmarshal(data, &c)
	dir := path.Dir(file)
	if dir == "." {
		dir = ""
	}
	for _, u := range c.Updates {
		if u.Ecosystem != "docker" || u.Limit != nil && *u.Limit == 0 {
			continue
		}
		for _, d := range append(u.Directories, u.Directory) {
			if d != "" && matches(strings.Trim(d, "/"), dir) {
				return true
			}
		}
	}
	return false
}

// ignored reports whether Renovate passes over a file: a part of the path is enough.
func ignored(patterns []string, name string) bool {
	return matchesAny(patterns, name) || slices.ContainsFunc(patterns, func(p string) bool { return strings.Contains(name, p) })
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(strings.TrimPrefix(p, "/"), name) })
}

// matches reports whether a pattern with * and ** matches a path.
func matches(pattern, name string) bool {
	return pattern == name || matchParts(strings.Split(pattern, "/"), strings.Split(name, "/"))
}

// matchParts goes back to the last ** alone where a part does not match: what those
// before it take up is settled by then.
func matchParts(pattern, name []string) bool {
	wide, from := -1, 0 // the last **, and where what follows it is tried
	for p, n := 0, 0; ; {
		switch {
		case p < len(pattern) && pattern[p] == "**":
			wide, from = p, n
			p++
		case n == len(name) && p == len(pattern):
			return true
		case n < len(name) && p < len(pattern) && matchPart(pattern[p], name[n]):
			p++
			n++
		case wide >= 0 && from < len(name):
			from++
			p, n = wide+1, from
		default:
			return false
		}
	}
}

func matchPart(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}
