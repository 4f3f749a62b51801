package manifest

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
)

// packageJSON is what matters of a package.json.
type packageJSON struct {
	Scripts      map[string]any    `json:"scripts"`
	Workspaces   json.RawMessage   `json:"workspaces"`
	Dependencies map[string]string `json:"dependencies"`
	Dev          map[string]string `json:"devDependencies"`
	Optional     map[string]string `json:"optionalDependencies"`
	Resolutions  map[string]string `json:"resolutions"`
	Overrides    json.RawMessage   `json:"overrides"`
	Patched      map[string]string `json:"patchedDependencies"`
	Prisma       json.RawMessage   `json:"prisma"`
	Pnpm         struct {
		Patched   map[string]string `json:"patchedDependencies"`
		Overrides map[string]string `json:"overrides"`
	} `json:"pnpm"`
}

// lifecycle are the scripts that an installation runs.
var lifecycle = []string{"preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare", "prepublish", "dependencies"}

func (p Project) node(manager string) Set {
	s := Set{Outputs: []string{"node_modules"}}
	if !p.has("package.json") {
		s.Missing = true
		return s
	}
	var m packageJSON
	if err := json.Unmarshal([]byte(p.text("package.json")), &m); err != nil {
		s.Refuse = "package.json cannot be read"
		return s
	}
	s.add(p.present("package.json")...)
	p.nodeFiles(&s, manager)
	for _, name := range lifecycle {
		if _, ok := m.Scripts[name]; ok {
			article := "a "
			if name == "install" {
				article = "an "
			}
			s.refuse("package.json has " + article + name + " script, which may read the sources")
		}
	}
	if len(m.Workspaces) > 0 && string(m.Workspaces) != "null" {
		s.refuse("package.json has workspaces: every member's package.json is needed")
	}
	for _, list := range []map[string]string{m.Dependencies, m.Dev, m.Optional, m.Resolutions, m.Pnpm.Overrides} {
		for _, name := range sortedKeys(list) {
			if local := localSpec(list[name]); local != "" {
				s.refuse("the dependency " + name + " is a folder of the project (" + local + ")")
			}
		}
	}
	if text := string(m.Overrides); strings.Contains(text, `"file:`) || strings.Contains(text, `"link:`) {
		s.refuse("the overrides of package.json name a folder of the project")
	}
	for _, list := range []map[string]string{m.Patched, m.Pnpm.Patched} {
		for _, name := range sortedKeys(list) {
			if manager != "pnpm" || !strings.HasPrefix(path.Clean(list[name]), "patches/") {
				s.refuse("dependencies are patched, by " + list[name])
			}
		}
	}
	p.nodeExtras(&s, m)
	return s
}

// localSpec returns the scheme of a dependency that lies in the project.
func localSpec(spec string) string {
	for _, scheme := range []string{"file:", "link:", "portal:", "workspace:", "patch:", "exec:"} {
		if strings.HasPrefix(spec, scheme) {
			return scheme
		}
	}
	if strings.HasPrefix(spec, "./") || strings.HasPrefix(spec, "../") || strings.HasPrefix(spec, "/") {
		return spec
	}
	return ""
}

// nodeExtras refuses what reads further files on the way.
func (p Project) nodeExtras(s *Set, m packageJSON) {
	switch {
	case p.Context.Exists(p.at("patches")) && !slices.Contains(s.Files, "patches/"):
		s.refuse("there is a patches folder, which the installation may read")
	case p.Context.Exists(p.at("binding.gyp")):
		s.refuse("binding.gyp makes npm compile the sources")
	case p.prisma(m) != "":
		s.refuse("@prisma/client reads " + p.prisma(m) + " when it is installed")
	}
	for _, name := range []string{".npmrc", ".yarnrc.yml", ".yarnrc"} {
		if text := p.text(name); strings.Contains(text, "_authToken") || strings.Contains(text, "_auth=") || strings.Contains(text, "npmAuthToken") || strings.Contains(text, "_password") {
			s.refuse(name + " holds credentials: mount it as a secret instead of copying it")
		}
	}
}

// prisma returns what says where the schema of Prisma is, "" for none.
func (p Project) prisma(m packageJSON) string {
	if m.Dependencies["@prisma/client"] == "" && m.Dev["@prisma/client"] == "" {
		return ""
	}
	for _, name := range []string{"prisma/schema.prisma", "schema.prisma", "prisma/schema", "prisma.config.ts", "prisma.config.js"} {
		if p.Context.Exists(p.at(name)) {
			return name
		}
	}
	if len(m.Prisma) > 0 {
		return "the schema that package.json names"
	}
	return ""
}

// nodeFiles adds the files of each package manager.
func (p Project) nodeFiles(s *Set, manager string) {
	switch manager {
	case "npm":
		s.add(p.present("package-lock.json", "npm-shrinkwrap.json", ".npmrc")...)
	case "yarn":
		s.add(p.present("yarn.lock", ".yarnrc", ".npmrc")...)
		if strings.Contains(p.text(".yarnrc"), "yarn-offline-mirror") || strings.Contains(p.text(".npmrc"), "yarn-offline-mirror") {
			s.refuse("yarn-offline-mirror keeps packages in a folder of the project")
		}
		if rc := p.text(".yarnrc"); strings.Contains(rc, ".yarn/releases/") {
			s.add(p.present(".yarn/releases/")...)
		} else if strings.Contains(rc, "yarn-path") {
			s.refuse(".yarnrc names a yarn in a folder of the project")
		}
	case "yarn-berry":
		s.add(p.present("yarn.lock", ".yarnrc.yml", ".npmrc", ".yarn/releases/", ".yarn/plugins/", ".yarn/patches/", ".yarn/cache/")...)
		s.Outputs = append(s.Outputs, ".yarn/install-state.gz", ".yarn/unplugged")
		if p.has(".pnp.cjs") || p.has(".yarn/cache") {
			s.refuse("the project is set up for zero installs")
		}
		if strings.Contains(p.text(".yarnrc.yml"), "enableGlobalCache: false") {
			s.refuse(".yarnrc.yml keeps the cache in the project (enableGlobalCache: false)")
		}
	case "pnpm":
		s.add(p.present("pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc", ".pnpmfile.cjs", "patches/")...)
		ws := lines(p.text("pnpm-workspace.yaml"), "#")
		if slices.ContainsFunc(ws, func(line string) bool { return strings.HasPrefix(line, "packages:") }) {
			s.refuse("pnpm-workspace.yaml has packages: every member's package.json is needed, or pnpm fetch")
		}
		if slices.ContainsFunc(ws, func(line string) bool {
			return strings.HasSuffix(strings.Trim(line, `"'`), ".patch") && !strings.Contains(line, "patches/")
		}) {
			s.refuse("pnpm-workspace.yaml patches dependencies by files of another folder than patches")
		}
		if text, whole := p.lock("pnpm-lock.yaml"); !whole {
			s.refuse("pnpm-lock.yaml cannot be read")
		} else if strings.Contains(text, "link:") {
			s.refuse("pnpm-lock.yaml links folders of the project")
		}
	case "bun":
		s.add(p.present("bun.lock", "bun.lockb", "bunfig.toml", ".npmrc")...)
	}
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Berry reports whether a yarn project is one of yarn 2 or later.
func (p Project) Berry() bool {
	text, _ := p.lock("yarn.lock")
	return p.Context.Exists(p.at(".yarnrc.yml")) || strings.Contains(text, "__metadata:")
}
