package manifest

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint/shell"
)

// deno reads what deno install reads. deno cache names sources, and the imports
// stand in them.
func (p Project) deno(c *shell.Command) Set {
	s := Set{Outputs: []string{"node_modules", "vendor"}}
	if c.Subcommand() != "install" || len(c.Operands()) > 0 || c.Has("--entrypoint", "-e") {
		s.Refuse = "the imports stand in the sources"
		return s
	}
	s.add(p.present("deno.json", "deno.jsonc", "deno.lock", "import_map.json", "package.json", ".npmrc")...)
	if s.Missing = !p.has("deno.json") && !p.has("deno.jsonc") && !p.has("package.json"); s.Missing {
		return s
	}
	text := p.text("deno.json") + p.text("deno.jsonc") + p.text("package.json")
	switch {
	case strings.Contains(text, `"workspace"`), strings.Contains(text, `"workspaces"`):
		s.refuse("deno.json has a workspace: every member's deno.json is needed")
	case strings.Contains(text, `"postinstall"`), strings.Contains(text, `"prepare"`):
		s.refuse("package.json has scripts, which may read the sources")
	case strings.Contains(text, `"links"`), strings.Contains(text, `"patch"`), strings.Contains(text, `"file:`):
		s.refuse("deno.json has a package in a folder of the project")
	}
	return s
}

// helm reads what helm dependency build reads.
func (p Project) helm(c *shell.Command) Set {
	s := Set{Outputs: []string{"charts"}}
	if words := c.Operands(); len(words) > 1 && words[1].Value != "." && words[1].Value != "./" {
		s.Refuse = "the chart is named by a path"
		return s
	}
	if s.Missing = !p.has("Chart.yaml"); s.Missing {
		return s
	}
	s.add(p.present("Chart.yaml", "Chart.lock", "requirements.yaml", "requirements.lock")...)
	if text := p.text("Chart.yaml") + p.text("requirements.yaml"); strings.Contains(text, "file:") || strings.Contains(text, `repository: ""`) {
		s.refuse("Chart.yaml has a chart in a folder of the project")
	}
	return s
}

// galaxy reads what ansible-galaxy install -r reads.
func (p Project) galaxy(c *shell.Command) Set {
	var s Set
	w, ok := c.Option("-r", "--role-file", "--requirements-file")
	if !ok || !w.Static {
		s.Refuse = "the requirements file is not named"
		return s
	}
	name, inside := p.inProject(w.Value)
	if !inside {
		s.Refuse = "the requirements file lies elsewhere"
		return s
	}
	if s.Missing = !p.has(name); s.Missing {
		return s
	}
	s.add(path.Clean(name))
	s.add(p.present("ansible.cfg")...)
	for _, line := range lines(p.text(name), "#") {
		item := strings.TrimSpace(strings.TrimPrefix(line, "- "))
		_, value, _ := strings.Cut(item, ":")
		value = strings.Trim(value, ` "'`)
		switch {
		case strings.HasPrefix(item, "include:"):
			s.refuse(name + " includes other files")
		case strings.HasPrefix(value, "."), strings.HasPrefix(value, "/"), strings.HasPrefix(value, "file:"),
			strings.HasPrefix(item, "type:") && (value == "dir" || value == "subdirs" || value == "file"):
			s.refuse(name + " has roles or collections in a folder of the project")
		}
	}
	if cfg := p.text("ansible.cfg"); strings.Contains(cfg, "roles_path") || strings.Contains(cfg, "collections_path") {
		s.refuse("ansible.cfg may put them into a folder of the project")
	}
	return s
}

// terraform reads what terraform init reads: the files of the folder.
func (p Project) terraform(c *shell.Command) Set {
	s := Set{Outputs: []string{".terraform"}}
	if c.Has("-chdir", "-from-module", "-backend-config", "-plugin-dir") {
		s.Refuse = "options of the command name other files"
		return s
	}
	for _, e := range p.Context.Files() {
		if path.Dir(e.Path) == p.Dir && (path.Ext(e.Path) == ".tf" || strings.HasSuffix(e.Path, ".tf.json")) {
			s.add(path.Base(e.Path))
			p.module(&s, path.Base(e.Path))
		}
	}
	s.Missing = len(s.Files) == 0
	s.add(p.present(".terraform.lock.hcl", ".terraformrc")...)
	return s
}

// module refuses modules in folders of the project.
func (p Project) module(s *Set, name string) {
	for _, line := range lines(p.text(name), "#") {
		key, value, _ := strings.Cut(strings.ReplaceAll(line, " ", ""), "=")
		if (key == "source" || strings.HasPrefix(line, `"source"`)) && strings.HasPrefix(strings.Trim(value, `"`), ".") {
			s.refuse(name + " has a module in a folder of the project")
		}
	}
}
