package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
)

// needs are what the start command, the health check, the user and the system
// packages ask of any runtime image.
type needs struct {
	shell, bash bool
	// users are the commands that make accounts, in order.
	users []string
	// user is the USER at the end, group included.
	user string
	// packages are those of RUN instructions that are not for building only.
	manager string
	// recommends says that a kept package was installed with those it recommends.
	recommends bool
	packages   []string
	dropped    []string
	tools      []string
	// unknown are -dev packages whose run-time package is not known.
	unknown []string
	// purged are packages that a step installs and a later one removes again.
	purged []string
}

func (s *subject) needs() *needs {
	n := &needs{}
	l := s.launch
	n.shell = len(l.shells) > 0
	n.bash = slices.Contains(l.shells, "bash")
	for _, w := range l.wrappers {
		n.tool(w)
	}
	for k, words := range l.commands {
		if k < len(l.commands)-1 {
			n.tool(npx(words)[0])
		}
	}
	s.healthNeeds(n)
	s.userNeeds(n)
	s.packageNeeds(n)
	return n
}

func (n *needs) tool(name string) {
	if !slices.Contains(n.tools, name) {
		n.tools = append(n.tools, name)
	}
}

func (s *subject) healthNeeds(n *needs) {
	for _, ins := range s.stage.Body {
		if !ins.Is("HEALTHCHECK") || ins.Err != nil {
			continue
		}
		script := s.doc.Shell(ins)
		if script == nil {
			continue
		}
		n.shell = n.shell || script.Form == shell.ShellForm
		if script.Form == shell.ExecForm && len(ins.Args) > 1 {
			var words []string
			for _, w := range ins.Args[1:] {
				words = append(words, w.Value)
			}
			s.healthCommand(n, words)
			continue
		}
		for _, cmd := range script.Commands {
			if cmd.Name != "" && !isBuiltin(cmd.Name) {
				s.healthCommand(n, commandWords(cmd))
			}
		}
	}
}

// healthCommand adds what a command of a health check needs, and what the script does
// that it runs.
func (s *subject) healthCommand(n *needs, words []string) {
	n.tool(words[0])
	if text, ok := shellCommand(words); ok {
		n.healthScript(text)
		return
	}
	at := absolute(s.workdir, words[0])
	if isShell(words[0]) && len(words) > 1 && !strings.HasPrefix(words[1], "-") {
		at = absolute(s.workdir, words[1])
		if s.tree.isFile(at) {
			n.tool(at) // it is copied
		}
	} else if !strings.Contains(words[0], "/") {
		return
	}
	text, ok := s.tree.read(at)
	if !ok || !strings.HasPrefix(text, "#!") {
		return
	}
	if program := shebang(text); !isShell(program) {
		n.tool(program)
		return
	} else if program == "bash" {
		n.bash = true
	}
	n.healthScript(text)
}

// healthScript adds the programs that a script calls.
func (n *needs) healthScript(text string) {
	n.shell = true
	script := shellText(text)
	if script == nil || script.Err != nil {
		return
	}
	functions := scriptFunctions(script)
	for _, cmd := range script.Commands {
		if len(cmd.Words) > 0 && cmd.Words[0].Static && !isBuiltin(cmd.Name) && !functions[cmd.Name] {
			n.tool(cmd.Words[0].Value)
		}
	}
}

func (s *subject) userNeeds(n *needs) {
	n.user = s.stage.Final().User
	if n.user == "" {
		n.user = s.base.User
	}
	name, _, _ := strings.Cut(n.user, ":")
	if name == "" || name == "root" || isNumber(name) {
		return
	}
	for _, st := range s.find("useradd", "adduser", "groupadd", "addgroup", "usermod") {
		n.users = append(n.users, commandText(st))
		n.shell = true
	}
}

// commandText writes a command anew on one line.
func commandText(st *step) string {
	words := make([]string, 0, len(st.cmd.Words))
	for _, w := range st.cmd.Words {
		words = append(words, quoteWord(w))
	}
	return strings.Join(words, " ")
}

func quoteWord(w shell.Word) string {
	if !w.Static || w.Quote == shell.Unquoted {
		return w.Value
	}
	return quoted(w.Value)
}

// quoted writes a word as the shell reads it.
func quoted(word string) string {
	if strings.ContainsAny(word, " \t'\"$`\\*?[]{}()<>|&;#~") || word == "" {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}

func isNumber(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

func (s *subject) packageNeeds(n *needs) {
	release := s.release()
	for _, st := range s.steps {
		op := st.cmd.Package()
		if op == nil || op.Action != shell.Install || !isSystemManager(op.Manager) {
			continue
		}
		n.manager = op.Manager
		virtual := op.Virtual != nil && s.deletesVirtual(op.Virtual.Value)
		for k := range op.Packages {
			before := len(n.packages)
			s.packageNeed(n, &op.Packages[k], release, virtual)
			n.recommends = n.recommends || len(n.packages) > before && !op.NoRecommends
		}
	}
	for _, st := range s.steps {
		op := st.cmd.Package()
		if op == nil || op.Action != shell.Remove || !isSystemManager(op.Manager) {
			continue
		}
		for k := range op.Packages {
			n.purge(op.Packages[k].Name)
			n.purge(op.Packages[k].Word.Value)
		}
	}
}

// purge takes a package that is removed again off the lists.
func (n *needs) purge(name string) {
	for _, list := range [...]*[]string{&n.packages, &n.dropped, &n.unknown} {
		if slices.Contains(*list, name) && name != "" {
			n.purged = append(n.purged, name)
			*list = slices.DeleteFunc(*list, func(p string) bool { return p == name })
		}
	}
}

func (s *subject) packageNeed(n *needs, p *shell.Package, release string, virtual bool) {
	name := p.Name
	switch {
	case virtual:
		n.purged = append(n.purged, name)
	case name == "" && p.Word.Static:
	case knowledge.IsDevPackage(name):
		n.dropped = append(n.dropped, name)
		libs, ok := knowledge.RuntimePackages(s.base.Distro, release, name)
		if !ok && headersOnly(name) {
			return
		}
		if !ok {
			n.unknown = append(n.unknown, name)
			return
		}
		n.add(libs...)
	case knowledge.BuildOnly(name) || knowledge.BuildHelper(name):
		n.dropped = append(n.dropped, name)
	case !p.Word.Static || p.IsURL || p.IsFile:
		n.unknown = append(n.unknown, p.Word.Value)
	default:
		n.add(p.Word.Value)
	}
}

func (n *needs) add(names ...string) {
	for _, name := range names {
		if name != "" && !slices.Contains(n.packages, name) {
			n.packages = append(n.packages, name)
		}
	}
}

func (s *subject) deletesVirtual(name string) bool {
	for _, st := range s.find("apk") {
		if args, _ := s.args(st); len(args) > 1 && (args[0] == "del") && slices.Contains(args, name) {
			return true
		}
	}
	return false
}

func isSystemManager(name string) bool {
	switch name {
	case "apt", "apk", "dnf", "yum", "microdnf", "tdnf", "zypper":
		return true
	}
	return false
}

// release returns the number of the Debian release of the base image as far as
// its tag or the table of default releases tells.
func (s *subject) release() string {
	if s.base.Release != "" {
		return s.base.Release
	}
	if s.tag.Release != "" {
		return s.tag.Release
	}
	return knowledge.DefaultRelease(s.ref.Name(), s.ref.Tag)
}

// without takes packages off those that are kept: what the runtime image has, and
// what has no meaning for the program.
func (n *needs) without(names ...string) {
	n.packages = slices.DeleteFunc(n.packages, func(p string) bool { return slices.Contains(names, p) })
}

// compilers reports whether something that is left out is for building alone: tools
// that some programs call are no reason for a second stage.
func (n *needs) compilers() bool { return slices.ContainsFunc(n.dropped, knowledge.BuildOnly) }

// keepHelpers takes the tools that some programs call off what is dropped.
func (n *needs) keepHelpers() {
	for _, name := range n.dropped {
		if knowledge.BuildHelper(name) {
			n.add(name)
		}
	}
	n.dropped = slices.DeleteFunc(n.dropped, knowledge.BuildHelper)
}

// keep takes some packages off what is dropped.
func (n *needs) keep(p *plan, names []string) {
	for _, name := range names {
		if slices.Contains(n.dropped, name) && !slices.Contains(n.packages, name) {
			n.add(name)
			n.dropped = slices.DeleteFunc(n.dropped, func(d string) bool { return d == name })
			p.carry(name + ", which is installed and which no step of the build calls: the program may")
		}
	}
}

// installLine returns the RUN that installs packages with the manager of the
// runtime image.
func (s *subject) installLine(manager string, packages []string, recommends bool) (string, bool) {
	words := make([]string, 0, len(packages))
	for _, name := range packages { // a name may hold a version: nodejs>20
		words = append(words, quoted(name))
	}
	list := strings.Join(words, " ")
	switch manager {
	case "apt":
		flag := "--no-install-recommends "
		if recommends {
			flag = ""
		}
		return s.runAll("apt-get update", "apt-get install -y "+flag+list, "rm -rf /var/lib/apt/lists/*"), true
	case "apk":
		return "RUN apk add --no-cache " + list, true
	case "dnf", "microdnf", "yum", "tdnf":
		return s.runAll(manager+" install -y "+list, manager+" clean all"), true
	}
	return "", false
}

// runAll writes a RUN of commands, each on a line of its own.
func (s *subject) runAll(commands ...string) string {
	return "RUN " + strings.Join(commands, " "+string(s.doc.Tree().Escape)+"\n    && ")
}

// applyNeeds puts packages and tools into the plan once its base is chosen.
func (s *subject) applyNeeds(n *needs, p *plan) *Refusal {
	if (n.shell || len(n.packages) > 0) && !p.shell() {
		return refuse(NeedsShell, "a runtime image with a shell",
			"the start command, the health check, a user or a package needs a shell, and "+p.runtime+" has none; choose --runtime slim")
	}
	if n.bash {
		n.tool("bash")
	}
	manager := p.facts().PackageManager
	for _, tool := range n.tools {
		if r := s.applyTool(tool, manager, n, p); r != nil {
			return r
		}
	}
	if len(n.unknown) > 0 {
		return refuse(SystemLibraries, "the run-time package of "+n.unknown[0],
			"the build installs "+n.unknown[0]+", and the package that the program needs of it at run time is not known; install that package, too")
	}
	if len(n.packages) > 0 && n.manager != "" && manager != n.manager && !isSame(manager, n.manager) {
		return refuse(SystemLibraries, "the names of the packages in "+p.runtime,
			"the build installs packages with "+n.manager+", and the runtime image has another package manager; choose --runtime same")
	}
	for _, name := range n.packages {
		if !slices.Contains(p.packages, name) {
			p.packages = append(p.packages, name)
		}
	}
	if len(n.dropped) > 0 {
		p.drop("the packages that only the build needs: " + strings.Join(n.dropped, ", "))
	}
	return nil
}

func isSame(a, b string) bool {
	rpm := func(x string) bool { return x == "dnf" || x == "yum" || x == "microdnf" }
	return a == b || rpm(a) && rpm(b)
}

func (s *subject) applyTool(tool, manager string, n *needs, p *plan) *Refusal {
	name := path.Base(tool)
	if p.hasTool(name) || strings.Contains(tool, "/") && p.covers(absolute(s.workdir, tool)) ||
		slices.Contains(n.packages, name) || isBuiltin(name) {
		return nil
	}
	if strings.Contains(tool, "/") {
		at := absolute(s.workdir, tool)
		if s.tree.isFile(at) {
			p.copy(at, false)
			return nil
		}
		if s.downloaded(at) {
			p.copy(at, false)
			if knowledge.StaticProgram(name) {
				return nil
			}
			p.assume("the downloaded program " + at + " needs no library that the runtime image lacks")
			return nil
		}
	}
	if pkg, ok := toolPackage(name, manager); ok && p.shell() {
		if !slices.Contains(p.packages, pkg) {
			p.packages = append(p.packages, pkg)
		}
		p.carry("the program " + name + ", which the start command or the health check uses")
		return nil
	}
	return refuse(MissingTool, "the program "+name+" in the runtime image",
		"the start command or the health check uses "+name+", and "+p.runtime+" does not have it; choose another --runtime or do without")
}

// downloaded reports whether a RUN fetches a file to the path.
func (s *subject) downloaded(at string) bool {
	for _, st := range s.steps {
		for _, d := range st.cmd.Downloads() {
			if d.Path != "" && d.Path != "-" && st.path(d.Path) == at {
				return true
			}
		}
	}
	return false
}

// headersOnly reports whether a -dev package brings headers of what every image
// of its kind has.
func headersOnly(name string) bool {
	switch name {
	case "musl-dev", "libc-dev", "libc6-dev", "python3-dev", "python-dev", "linux-headers", "ruby-dev", "python3-devel", "glibc-devel", "kernel-headers":
		return true
	}
	return false
}

// carryDownloads copies programs that a RUN fetches, or a COPY takes from another
// image, into a folder of the PATH and that no step uses: something outside of the
// Dockerfile calls them, such as the probe of a cluster.
func (s *subject) carryDownloads(p *plan) {
	for _, st := range s.steps {
		for _, d := range st.cmd.Downloads() {
			if d.Path == "" || d.Path == "-" || st.dir == "" {
				continue
			}
			at := st.path(d.Path)
			if dir := path.Dir(at); slices.Contains(searchPath[:], dir) && len(s.find(path.Base(at))) == 0 {
				s.carryProgram(p, at, "a RUN fetches")
			}
		}
	}
	s.copiedPrograms(p)
}
