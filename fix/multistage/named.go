package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/layers"
)

// carryNamed copies what the Dockerfile itself names: folders and files of data
// that have a COPY of their own, and paths in ENV and in the start command. The
// whole context says nothing, but a folder such as conf that is copied by name
// is there for somebody, and build tools have their own names.
func carryNamed(s *subject, p *plan) {
	for _, ins := range s.stage.Body {
		if !ins.Is("COPY", "ADD") || ins.Err != nil {
			continue
		}
		c := s.doc.Layers().Step(ins).Copy
		if c == nil || !c.FromContext() {
			continue
		}
		for k := range c.Sources {
			src := &c.Sources[k]
			if !src.Known || src.URL || src.Git || src.Heredoc != nil {
				continue
			}
			s.carryCopied(p, c, path.Clean(src.Value), s.workdirAt(ins.Index))
		}
	}
	s.carryEnvPaths(p)
	s.carryArguments(p)
}

// carryCopied carries one source of a COPY when it is data.
func (s *subject) carryCopied(p *plan, c *layers.Copy, source, workdir string) {
	if source == "." || source == "" || strings.ContainsAny(source, "*?[") {
		return
	}
	dest := absolute(workdir, c.Dest.Value)
	if strings.HasSuffix(c.Dest.Value, "/") || c.Dest.Value == "." || c.Dest.Value == "./" || s.tree.isDir(dest) && s.tree.isFile(path.Join(dest, path.Base(source))) {
		dest = path.Join(dest, path.Base(source))
	}
	dir := !s.tree.isFile(dest)
	if dir {
		dest = absolute(workdir, c.Dest.Value)
	}
	switch {
	case dest == "/" || dest == s.workdir || strings.HasPrefix(s.workdir, dest+"/") || p.covers(dest) || s.removed(dest) || p.builtIn != nil && p.builtIn(dest):
		return
	case dir && (!s.tree.isDir(dest) || !dataFolder(path.Base(source)) || !holdsData(s, dest)):
		return
	case !dir && !s.dataFile(dest):
		return
	case p.recipe == "node" && dir && webFolder(path.Base(source)):
		return // what bundlers read
	}
	p.copy(dest, dir)
	p.carry(dest + ", which the Dockerfile copies by its name")
}

// dataFolder reports whether a folder's name says that it is for a running
// program.
func dataFolder(name string) bool {
	switch strings.ToLower(name) {
	case "conf", "config", "configs", "etc", "data", "db", "migrations", "migrate", "sql", "views", "templates", "template", "tmpl", "locales", "locale", "i18n",
		"lang", "translations", "certs", "seeds", "swagger", "openapi":
		return true
	}
	return webFolder(name)
}

func webFolder(name string) bool {
	switch strings.ToLower(name) {
	case "static", "public", "assets", "web", "webapp", "www", "html", "resources", "wwwroot":
		return true
	}
	return false
}

// dataFile reports whether a copied file is settings or data for the program: it
// lies outside of where the program is built, or it has the ending of settings
// and is not about the project.
func (s *subject) dataFile(at string) bool {
	if isProjectFile(path.Base(at)) || isSource(at) || isNodeSource(at) || strings.HasPrefix(at, "/tmp/") || strings.HasPrefix(at, "/root/") ||
		strings.HasPrefix(at, "/usr/src/") || strings.HasPrefix(at, "/go/") || strings.HasPrefix(at, "/home/") {
		return false
	}
	for _, st := range s.steps {
		if at == absolute(st.dir, firstWord(st.cmd)) {
			return false // the build runs it
		}
	}
	inBuild := slices.ContainsFunc(s.steps, func(st *step) bool { return st.dir != "" && st.dir != "/" && strings.HasPrefix(at, st.dir+"/") })
	if !inBuild && !strings.HasPrefix(at, strings.TrimSuffix(s.workdir, "/")+"/") {
		return true
	}
	switch path.Ext(at) {
	case ".ini", ".conf", ".sql", ".pem", ".crt", ".html", ".tmpl":
		return true
	case ".yaml", ".yml", ".properties":
		base := strings.TrimSuffix(path.Base(at), path.Ext(at))
		return strings.HasPrefix(base, "config") || strings.HasPrefix(base, "application") || strings.HasPrefix(base, "settings") || strings.HasPrefix(base, "log")
	}
	return false
}

// carryEnvPaths carries the files and folders of the context whose absolute paths
// a variable of the image has.
func (s *subject) carryEnvPaths(p *plan) {
	for _, v := range s.doc.Stages().ScopeAtEnd(s.stage).All() {
		if !v.Known || isBuildVariable(v.Name) || v.Name == "PATH" || !path.IsAbs(v.Value) || p.dropEnv != nil && p.dropEnv(v.Name) {
			continue
		}
		at := path.Clean(v.Value)
		if at == s.workdir || strings.HasPrefix(s.workdir, at+"/") || p.covers(at) {
			continue
		}
		if s.tree.isFile(at) || s.tree.isDir(at) && holdsData(s, at) {
			p.copy(at, !s.tree.isFile(at))
			p.carry(at + ", which the variable " + v.Name + " names")
		}
	}
}

// carryArguments carries the files that the start command names. An argument that
// is the working directory itself hands over all that lies there.
func (s *subject) carryArguments(p *plan) {
	for _, words := range s.launch.commands {
		for _, w := range words[min(1, len(words)):] {
			if _, value, ok := strings.Cut(w, "="); ok && strings.HasPrefix(w, "-") {
				w = value
			}
			at := absolute(s.workdir, w)
			switch {
			case w == "." || w == "./" || w == s.workdir:
				if !p.covers(s.workdir) && len(s.tree.under(s.workdir)) > 0 {
					p.assume("the program, which is given its working directory, reads nothing there but what is copied")
				}
			case w == "" || strings.HasPrefix(w, "-") || strings.ContainsAny(w, "$*") || p.covers(at):
			case s.tree.isFile(at) && !isSource(at):
				p.copy(at, false)
				p.carry(at + ", which the start command names")
			}
		}
	}
}
