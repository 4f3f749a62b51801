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
	target := absolute(workdir, c.Dest.Value)
	if c.DestKnown {
		target = c.DestPath // with the variables put in
	}
	dest := target
	if c.DestDir || s.tree.isDir(dest) && s.tree.isFile(path.Join(dest, path.Base(source))) {
		dest = path.Join(dest, path.Base(source))
	}
	dir := !s.tree.isFile(dest)
	if dir {
		dest = target
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

// carryEnvPaths carries the files and folders whose paths a variable of the image has,
// alone or in the options of a program. A value that is the name of a folder in the
// working directory may mean something else, unless that is one for data.
func (s *subject) carryEnvPaths(p *plan) {
	for _, v := range s.doc.Stages().ScopeAtEnd(s.stage).All() {
		if !v.Known || isBuildVariable(v.Name) || v.Name == "PATH" || p.dropEnv != nil && p.dropEnv(v.Name) {
			continue
		}
		for word := range strings.FieldsSeq(v.Value) {
			for _, part := range pathsIn(word) {
				at := absolute(s.workdir, part)
				file := s.tree.isFile(at) && !isSource(at) && !isProjectFile(path.Base(at))
				if (path.IsAbs(part) || file || part == v.Value && dataFolder(path.Base(at))) && s.carryPath(p, at) {
					p.carry(at + ", which the variable " + v.Name + " names")
				}
			}
		}
	}
}

// carryPath copies a file or folder of data of the image, unless the new stage has it.
func (s *subject) carryPath(p *plan, at string) bool {
	if within(at, s.workdir) || p.covers(at) {
		return false
	}
	file := s.tree.isFile(at) || s.isMade(at)
	if !file && (!s.tree.isDir(at) || !holdsData(s, at)) {
		return false
	}
	p.copy(at, !file)
	return true
}

// pathsIn returns what may be a path in a word: the word itself, or the values of an
// option such as --config=conf/a.yaml and -javaagent:agent.jar=port=1.
func pathsIn(word string) []string {
	if !strings.HasPrefix(word, "-") {
		return []string{strings.TrimPrefix(word, "file:")}
	}
	parts := strings.FieldsFunc(word, func(r rune) bool { return strings.ContainsRune("=:,;", r) })
	return parts[min(1, len(parts)):]
}

// carryArguments carries the files and folders that the start command names. An
// argument that is the working directory itself hands over all that lies there.
func (s *subject) carryArguments(p *plan) {
	for _, words := range s.launch.commands {
		for k, word := range words {
			if k == 0 {
				continue
			}
			for _, part := range pathsIn(word) {
				s.carryArgument(p, part, strings.HasPrefix(word, "-") || strings.HasPrefix(words[k-1], "-"))
			}
		}
	}
}

// carryArgument carries what an argument names; option says that it is the value of one.
// A word alone that is the name of a folder may mean something else.
func (s *subject) carryArgument(p *plan, name string, option bool) {
	at := absolute(s.workdir, name)
	switch {
	case name == "." || name == "./" || name == s.workdir:
		if !p.covers(s.workdir) && len(s.tree.under(s.workdir)) > 0 {
			p.assume("the program, which is given its working directory, reads nothing there but what is copied")
		}
	case name == "" || strings.ContainsAny(name, "$*") || isSource(at):
	case s.tree.isDir(at) && (p.recipe == "node" || !option && !strings.Contains(name, "/")):
	case s.carryPath(p, at):
		p.carry(at + ", which the start command names")
	}
}
