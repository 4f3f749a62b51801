package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/shell"
)

// calledPrograms carries the programs that the sources of an interpreted program
// run, as far as the old image has them and the new one does not: those of the
// full base image and those that a RUN installs.
func calledPrograms(s *subject, p *plan, extensions ...string) *Refusal {
	n := s.needs()
	for _, name := range sourcePrograms(s, extensions...) {
		if p.hasTool(name) || !s.hadProgram(name) {
			continue
		}
		if r := s.applyTool(name, p.facts().PackageManager, n, p); r != nil {
			return refuse(MissingTool, "the program "+name+" in the runtime image",
				"the program runs "+name+", which "+p.runtime+" does not have; install it in a RUN of the Dockerfile on a slim base image")
		}
		p.addCertificates(name)
	}
	return nil
}

// carryPrograms carries the programs that an installed package runs, as far as the old
// image has them.
func (s *subject) carryPrograms(p *plan, by string, programs []string) *Refusal {
	n := s.needs()
	for _, name := range programs {
		if p.hasTool(name) || !s.hadProgram(name) {
			continue
		}
		pkg, ok := toolPackage(name, p.facts().PackageManager)
		if !ok {
			return refuse(MissingTool, "the program "+name+" in the runtime image",
				"the package "+by+" runs "+name+", which "+p.runtime+" does not have; install it in a RUN of the Dockerfile on a slim base image")
		}
		if slices.Contains(n.packages, pkg) || slices.Contains(p.packages, pkg) {
			continue
		}
		p.packages = append(p.packages, pkg)
		p.carry("the program " + name + ", which the package " + by + " runs")
		p.addCertificates(name)
	}
	return nil
}

// addCertificates installs the certificates that some programs only recommend, and
// that are part of the full images.
func (p *plan) addCertificates(program string) {
	if slices.Contains([]string{"git", "curl", "wget"}, program) && p.facts().PackageManager == "apt" && !slices.Contains(p.packages, "ca-certificates") {
		p.packages = append(p.packages, "ca-certificates")
	}
}

// unusedTools returns the installed packages of tools that builds use and programs
// seldom, and that no step of this build calls: somebody wanted them for the program.
func (s *subject) unusedTools(fromGit bool) []string {
	var names []string
	for _, st := range s.steps {
		op := st.cmd.Package()
		if op == nil || op.Action != shell.Install || !isSystemManager(op.Manager) {
			continue
		}
		for k := range op.Packages {
			name := op.Packages[k].Name
			program := toolOf(name)
			if program == "" || program == "git" && fromGit || len(s.find(program)) > 0 {
				continue
			}
			names = append(names, name)
		}
	}
	return names
}

// toolOf returns the program of a package that is a tool of builds and of some
// programs; empty for what only package managers and compilers need.
func toolOf(pkg string) string {
	switch pkg {
	case "git", "curl", "wget", "unzip", "zip", "bzip2", "rsync", "file", "jq":
		return pkg
	case "xz-utils", "xz":
		return "xz"
	case "openssh-client":
		return "ssh"
	case "subversion":
		return "svn"
	case "mercurial":
		return "hg"
	}
	return ""
}

// hadProgram reports whether the old image has the program: as part of the full
// variant of a language's image, or because a RUN installs it.
func (s *subject) hadProgram(name string) bool {
	full := s.base.Distro == "debian" && !s.tag.Slim
	if full && fullImageProgram(name) {
		return true
	}
	pkg, ok := toolPackage(name, s.base.PackageManager)
	if !ok {
		pkg = name
	}
	return slices.ContainsFunc(s.steps, func(st *step) bool {
		op := st.cmd.Package()
		return op != nil && op.Action == shell.Install && slices.ContainsFunc(op.Packages, func(x shell.Package) bool { return x.Name == pkg })
	})
}

// fullImageProgram reports whether buildpack-deps, on which the full images of
// languages stand, has a program that the slim ones lack.
func fullImageProgram(name string) bool {
	switch name {
	case "git", "hg", "svn", "bzr", "curl", "wget", "ssh", "scp", "ssh-keygen", "sftp", "gcc", "g++", "cc", "make", "convert", "identify", "mogrify",
		"magick", "unzip", "zip", "xz", "bzip2", "file", "gpg", "patch", "autoconf", "mysql_config", "pg_config", "ps", "pkg-config", "python3", "python":
		return true
	}
	return false
}

// sourcePrograms returns the programs that the sources run by a constant name.
func sourcePrograms(s *subject, extensions ...string) []string {
	var names []string
	for _, f := range s.tree.names {
		if !slices.Contains(extensions, path.Ext(f)) || isTestFile(f) || strings.Contains(f, "/node_modules/") {
			continue
		}
		text, _ := s.tree.read(f)
		tokens := scriptTokens(text)
		for k, t := range tokens {
			if t.kind != stringToken || !startsProgram(tokens, k) {
				continue
			}
			words := strings.Fields(t.text)
			if len(words) == 0 || strings.ContainsAny(words[0], "${}%=") {
				continue
			}
			if name := path.Base(words[0]); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// startsProgram reports whether the string is the first argument of a call that
// starts a program: run("git ..."), run(["git", ...]).
func startsProgram(tokens []scriptToken, k int) bool {
	at := k - 1
	if at >= 0 && tokens[at].text == "[" {
		at--
	}
	if at < 1 || tokens[at].text != "(" {
		return false
	}
	switch tokens[at-1].text {
	case "run", "call", "check_call", "check_output", "Popen", "system", "popen", "getoutput", "getstatusoutput", "create_subprocess_exec",
		"create_subprocess_shell", "exec", "execSync", "execFile", "execFileSync", "spawn", "spawnSync", "execa", "execaSync", "capture2", "capture2e",
		"capture3", "shell_exec", "passthru", "proc_open", "which":
		return true
	}
	return false
}
