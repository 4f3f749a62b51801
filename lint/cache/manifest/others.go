package manifest

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/shell"
)

func (p Project) golang() Set {
	var s Set
	if s.Missing = !p.has("go.mod"); s.Missing {
		return s
	}
	s.add(p.present("go.mod", "go.sum")...)
	if p.Context.Exists(p.at("go.work")) {
		s.refuse("go.work needs the go.mod of every member")
	}
	if p.has("vendor") {
		s.refuse("the vendor folder makes downloads useless")
	}
	for _, line := range lines(p.text("go.mod"), "//") {
		if _, to, ok := strings.Cut(line, "=>"); ok {
			if to = strings.TrimSpace(to); strings.HasPrefix(to, ".") || strings.HasPrefix(to, "/") {
				s.refuse("go.mod replaces a module by the folder " + to)
			}
		}
	}
	return s
}

func (p Project) maven() Set {
	s := Set{Outputs: []string{"target"}}
	if s.Missing = !p.has("pom.xml"); s.Missing {
		return s
	}
	s.add(p.present("pom.xml", ".mvn/", "mvnw", "settings.xml")...)
	text := p.text("pom.xml")
	parent := between(text, "<parent>", "</parent>")
	switch {
	case text == "":
		s.refuse("pom.xml cannot be read")
	case strings.Contains(text, "<modules>"), strings.Contains(text, "<subprojects>"):
		s.refuse("pom.xml has modules: every module's pom.xml is needed")
	case strings.Contains(parent, "<relativePath>"), parent != "" && p.Dir != "." && p.Context.Exists(path.Join(p.Dir, "../pom.xml")):
		s.refuse("the parent of pom.xml is another file of the project")
	case strings.Contains(text, "<systemPath>"), strings.Contains(text, "file:"):
		s.refuse("pom.xml has a dependency in the project")
	}
	return s
}

// between returns what stands between two marks.
func between(text, from, to string) string {
	_, rest, ok := strings.Cut(text, from)
	if !ok {
		return ""
	}
	out, _, _ := strings.Cut(rest, to)
	return out
}

func (p Project) gradle() Set {
	s := Set{Outputs: []string{"build", ".gradle"}}
	s.add(p.present("settings.gradle", "settings.gradle.kts", "build.gradle", "build.gradle.kts", "gradle/", "gradlew", "gradle.properties", "gradle.lockfile")...)
	if !slices.Contains(s.Files, "build.gradle") && !slices.Contains(s.Files, "build.gradle.kts") {
		s.Missing = true
		return s
	}
	text := p.text("settings.gradle") + p.text("settings.gradle.kts")
	build := p.text("build.gradle") + p.text("build.gradle.kts")
	switch {
	case strings.Contains(text, "includeBuild"):
		s.refuse("the settings include other builds")
	case strings.Contains(text, "include"):
		s.refuse("the settings include other projects: every build file is needed")
	case p.Context.Exists(p.at("buildSrc")):
		s.refuse("buildSrc is compiled before dependencies are resolved")
	case strings.Contains(build, "apply from"), strings.Contains(build, "apply(from"), strings.Contains(build, "files("), strings.Contains(build, "fileTree("), strings.Contains(build, "file("):
		s.refuse("the build file reads other files")
	}
	return s
}

func (p Project) sbt() Set {
	s := Set{Outputs: []string{"target", "project/target"}}
	if s.Missing = !p.has("build.sbt"); s.Missing {
		return s
	}
	s.add(p.present("build.sbt", "project/build.properties", "project/plugins.sbt")...)
	text := p.text("build.sbt")
	if strings.Contains(text, "project.in(") || strings.Contains(text, "project in ") || strings.Contains(text, "aggregate(") || strings.Contains(text, "dependsOn(") || strings.Contains(text, "file(") {
		s.refuse("build.sbt has several projects")
	}
	for _, e := range p.Context.Files() {
		switch dir, ext := path.Dir(e.Path), path.Ext(e.Path); {
		case dir == p.Dir && ext == ".sbt":
			s.add(path.Base(e.Path))
		case dir == p.at("project") && (ext == ".scala" || ext == ".sbt"):
			s.add("project/" + path.Base(e.Path))
		}
	}
	return s
}

func (p Project) dotnet(c *shell.Command) Set {
	s := Set{Outputs: []string{"bin", "obj", "**/bin", "**/obj"}}
	ext := func(name string) string { return strings.ToLower(path.Ext(name)) }
	for _, e := range p.Context.Files() {
		rel, ok := p.below(e.Path)
		if !ok {
			continue
		}
		base := path.Base(rel)
		switch ext(base) {
		case ".csproj", ".fsproj", ".vbproj", ".sln", ".slnx", ".props", ".targets":
			if strings.Contains(rel, "/") {
				s.refuse("project files lie in folders of their own, which one COPY would flatten: copy each into its folder, or use COPY --parents")
			}
			s.add(rel)
		}
		switch strings.ToLower(base) {
		case "global.json", "nuget.config", "packages.lock.json", "paket.lock", "paket.dependencies":
			s.add(rel)
		}
	}
	if !slices.ContainsFunc(s.Files, func(f string) bool { return strings.HasSuffix(ext(f), "proj") }) {
		s.Missing = true
	}
	for _, f := range s.Files {
		text := p.text(f)
		if strings.Contains(text, "..\\") || strings.Contains(text, "../") {
			s.refuse(f + " refers to files outside of its folder")
		}
		if strings.Contains(strings.ToLower(f), "nuget.config") {
			if strings.Contains(text, "ClearTextPassword") {
				s.refuse(f + " holds credentials: mount it as a secret")
			}
			if localSource(text) {
				s.refuse(f + " takes packages from a folder")
			}
		}
	}
	for _, w := range c.Operands() {
		if strings.Contains(w.Value, "/") {
			s.refuse("the project is named by a path")
		}
	}
	return s
}

// localSource reports whether a nuget.config names a source of packages that is no
// address.
func localSource(text string) bool {
	for _, add := range strings.Split(between(text, "<packageSources>", "</packageSources>"), "<add ")[1:] {
		if _, value, ok := strings.Cut(add, `value="`); ok {
			if value, _, _ = strings.Cut(value, `"`); !strings.Contains(value, "://") {
				return true
			}
		}
	}
	return false
}

// below returns a path of the context relative to the project.
func (p Project) below(name string) (string, bool) {
	if p.Dir == "." {
		return name, true
	}
	return strings.CutPrefix(name, p.Dir+"/")
}

func (p Project) bundler() Set {
	s := Set{Outputs: []string{"vendor/bundle", ".bundle"}}
	s.add(p.present("Gemfile", "Gemfile.lock", "gems.rb", "gems.locked", ".ruby-version", ".tool-versions")...)
	if len(s.Files) == 0 || s.Files[0] != "Gemfile" && s.Files[0] != "gems.rb" {
		s.Missing = true
		return s
	}
	for _, line := range lines(p.text(s.Files[0]), "#") {
		code, _, _ := strings.Cut(line, " #")
		switch {
		case strings.HasPrefix(code, "gemspec"):
			s.refuse("the Gemfile has a gemspec line, which reads the sources")
		case strings.Contains(code, "path:"), strings.Contains(code, ":path"), strings.HasPrefix(code, "path "):
			s.refuse("the Gemfile has gems in a folder of the project")
		case strings.Contains(code, "eval_gemfile"), strings.Contains(code, "File."), strings.Contains(code, "require_relative"),
			strings.Contains(code, "instance_eval"), strings.Contains(code, "Dir["), strings.Contains(code, "Dir.glob"), strings.Contains(code, "IO.read"):
			s.refuse("the Gemfile reads other files")
		case strings.Contains(code, "file:") && !strings.Contains(code, ".ruby-version") && !strings.Contains(code, ".tool-versions"):
			s.refuse("the Gemfile reads other files")
		}
	}
	return s
}

func (p Project) composer(c *shell.Command) Set {
	s := Set{Outputs: []string{"vendor"}}
	if s.Missing = !p.has("composer.json"); s.Missing {
		return s
	}
	s.add(p.present("composer.json", "composer.lock", "symfony.lock")...)
	var m struct {
		Scripts      map[string]any  `json:"scripts"`
		Repositories json.RawMessage `json:"repositories"`
		Autoload     map[string]any  `json:"autoload"`
		Extra        json.RawMessage `json:"extra"`
	}
	if err := json.Unmarshal([]byte(p.text("composer.json")), &m); err != nil {
		s.refuse("composer.json cannot be read")
		return s
	}
	if !c.Has("--no-scripts") {
		for name := range m.Scripts {
			if strings.HasPrefix(name, "post-") || strings.HasPrefix(name, "pre-") {
				s.refuse("composer.json has scripts that run on installation and may read the sources")
			}
		}
	}
	if strings.Contains(strings.ReplaceAll(string(m.Repositories), " ", ""), `"type":"path"`) {
		s.refuse("composer.json has path repositories")
	}
	if p.Context.Exists(p.at("patches.json")) || readsMore(m.Extra) {
		s.refuse("plugins of composer read other files: patches, manifests or what they put in place")
	}
	if !c.Has("--no-autoloader") {
		for _, kind := range []string{"classmap", "files"} {
			if _, ok := m.Autoload[kind]; ok {
				s.refuse("composer.json loads its own code by " + kind + ", which must be there for the autoloader")
			}
		}
		if c.Has("-o", "--optimize-autoloader", "-a", "--classmap-authoritative") {
			s.refuse("the optimized autoloader lists the project's own classes")
		}
	}
	if p.Context.Exists(p.at("auth.json")) {
		s.refuse("auth.json holds credentials: mount it as a secret")
	}
	return s
}

// readsMore reports whether the section extra of a composer.json tells a plugin to read
// files of the project.
func readsMore(extra json.RawMessage) bool {
	var m map[string]json.RawMessage
	if json.Unmarshal(extra, &m) != nil {
		return false // there is none, or it is an empty list
	}
	if m["patches-file"] != nil || m["merge-plugin"] != nil || strings.Contains(string(m["drupal-scaffold"]), "file-mapping") {
		return true
	}
	var patches map[string]map[string]string
	if text := m["patches"]; text != nil && json.Unmarshal(text, &patches) != nil {
		return true
	}
	for _, list := range patches {
		for _, file := range list {
			if !strings.Contains(file, "://") {
				return true
			}
		}
	}
	return false
}

func (p Project) mix() Set {
	s := Set{Outputs: []string{"deps", "_build"}}
	if s.Missing = !p.has("mix.exs"); s.Missing {
		return s
	}
	s.add(p.present("mix.exs", "mix.lock", "config/config.exs", "config/dev.exs", "config/prod.exs", "config/test.exs")...)
	for _, line := range lines(p.text("mix.exs"), "#") {
		switch {
		case strings.Contains(line, "apps_path:"):
			s.refuse("mix.exs is an umbrella: every application's mix.exs is needed")
		case strings.Contains(line, "path:"), strings.Contains(line, "in_umbrella:"):
			s.refuse("mix.exs has a dependency in a folder of the project")
		case strings.Contains(line, "File."), strings.Contains(line, "Code."):
			s.refuse("mix.exs reads other files")
		}
	}
	for _, f := range s.Files {
		if path.Dir(f) != "config" {
			continue
		}
		for _, line := range lines(p.text(f), "#") {
			name, ok := strings.CutPrefix(line, "import_config")
			if name = strings.Trim(name, ` ("')`); ok && !strings.Contains(name, "#{") && !slices.Contains(s.Files, path.Join("config", name)) {
				s.refuse(f + " imports " + name)
			}
		}
	}
	return s
}

func (p Project) dart() Set {
	s := Set{Outputs: []string{".dart_tool"}}
	if s.Missing = !p.has("pubspec.yaml"); s.Missing {
		return s
	}
	s.add(p.present("pubspec.yaml", "pubspec.lock")...)
	for _, line := range lines(p.text("pubspec.yaml"), "#") {
		if strings.HasPrefix(line, "path:") && strings.TrimSpace(line) != "path:" && strings.ContainsAny(line, "./") {
			s.refuse("pubspec.yaml has a dependency in a folder of the project")
		}
		if strings.HasPrefix(line, "workspace:") || strings.HasPrefix(line, "resolution:") {
			s.refuse("pubspec.yaml is part of a workspace")
		}
	}
	return s
}

func (p Project) swift() Set {
	s := Set{Outputs: []string{".build"}}
	if s.Missing = !p.has("Package.swift"); s.Missing {
		return s
	}
	s.add(p.present("Package.swift", "Package.resolved")...)
	if strings.Contains(p.text("Package.swift"), ".package(path:") || strings.Contains(p.text("Package.swift"), ".package(name:") && strings.Contains(p.text("Package.swift"), "path:") {
		s.refuse("Package.swift has a package in a folder of the project")
	}
	return s
}
