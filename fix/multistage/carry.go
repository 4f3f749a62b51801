package multistage

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
)

// carry writes the lines of the new stage behind its FROM.
func carry(s *subject, p *plan) *Refusal {
	n := s.needs()
	if p.keepHelpers {
		n.keepHelpers()
	}
	n.keep(p, p.keepTools)
	n.without(p.unneeded...)
	if r := s.applyNeeds(n, p); r != nil {
		return r
	}
	if r := carryVolumes(s, p); r != nil {
		return r
	}
	if p.launch == nil {
		carryDirs(s, p)
		s.carryDownloads(p)
	}
	config, r := carryConfig(s, p)
	if r != nil {
		return r
	}
	user, r := carryUser(s, p, n)
	if r != nil {
		return r
	}
	if r := carryOwners(s, p, n); r != nil {
		return r
	}
	args, r := carryArgs(s, p, config)
	if r != nil {
		return r
	}
	env, rest, start := s.configLines(p, config)
	out := slices.Concat(args, p.env, env)
	if line, ok := s.installLine(p.facts().PackageManager, p.packages, n.recommends); ok && len(p.packages) > 0 {
		out = append(out, line)
		p.carry("the packages that the program needs: " + strings.Join(p.packages, ", "))
	} else if len(p.packages) > 0 {
		return refuse(SystemLibraries, "a package manager in "+p.runtime,
			"the program needs "+strings.Join(p.packages, ", ")+", and "+p.runtime+" cannot install it")
	}
	out = append(out, user...)
	if p.account != "" {
		out = append(out, p.account)
	}
	if p.launch == nil && s.needsWorkdir(p) {
		out = append(out, "WORKDIR "+s.literal(s.workdir))
	}
	out = append(out, copyLines(s, p)...)
	out = append(out, p.extra...)
	p.lines = slices.Concat(out, rest, start)
	if p.user != "" {
		p.lines = append(p.lines, "USER "+p.user)
	}
	return nil
}

// configLines sorts the texts of the configuration: what the steps of the new stage
// see, what follows its files, and how it starts.
func (s *subject) configLines(p *plan, config []*dockerfile.Instruction) (env, rest, start []string) {
	for _, ins := range config {
		switch {
		case ins.Is("ENV", "SHELL"):
			env = append(env, s.text(ins))
		case ins.Is("CMD", "ENTRYPOINT") && p.rewrite != nil:
			start = append(start, p.rewrite(s.text(ins)))
		case ins.Is("CMD", "ENTRYPOINT", "USER"):
			start = append(start, s.text(ins))
		default:
			rest = append(rest, s.text(ins))
		}
	}
	return env, rest, start
}

// needsWorkdir reports whether the new stage has another working directory
// unless it says so.
func (s *subject) needsWorkdir(p *plan) bool {
	dir := p.facts().Workdir
	if dir == "" {
		dir = "/"
	}
	return s.workdir != dir
}

func (s *subject) text(ins *dockerfile.Instruction) string {
	text := s.doc.Source.Slice(ins.Range)
	return strings.ReplaceAll(text, "\r\n", "\n")
}

// carryConfig returns the instructions of the configuration that the new stage
// repeats: those that do not stand at the end of the file.
func carryConfig(s *subject, p *plan) ([]*dockerfile.Instruction, *Refusal) {
	var keep []*dockerfile.Instruction
	used := s.usedEnv(p)
	for k, ins := range s.stage.Body {
		if k >= s.suffix {
			break
		}
		switch {
		case ins.Is("ENV"):
			ok, r := keepEnv(s, p, ins, used[ins])
			if r != nil {
				return nil, r
			}
			if ok {
				keep = append(keep, ins)
			}
		case ins.Is("SHELL"):
			if s.launch.entry != nil && !s.launch.entry.JSON || s.launch.cmd != nil && !s.launch.cmd.JSON {
				keep = append(keep, ins)
			}
		case p.launch != nil && ins.Is("CMD", "ENTRYPOINT", "HEALTHCHECK"):
		case ins.Is("CMD"):
			if ins == s.launch.cmd {
				keep = append(keep, ins)
			}
		case ins.Is("ENTRYPOINT"):
			if ins == s.launch.entry || ins.JSON && len(ins.Args) == 0 {
				keep = append(keep, ins)
			}
		case ins.Is("EXPOSE", "LABEL", "STOPSIGNAL", "HEALTHCHECK", "VOLUME", "MAINTAINER"):
			keep = append(keep, ins)
		}
	}
	if by := s.stage.Final().UserBy; by != nil && !s.inSuffix(by) {
		keep = append(keep, by)
	}
	return keep, nil
}

func (s *subject) inSuffix(ins *dockerfile.Instruction) bool {
	return slices.Contains(s.stage.Body[s.suffix:], ins)
}

// usedEnv finds the ENVs whose variables an instruction of the new stage names, or its
// start script.
func (s *subject) usedEnv(p *plan) map[*dockerfile.Instruction]bool {
	names := map[string]bool{}
	for _, at := range s.launch.scripts {
		text, _ := s.tree.read(at)
		addVariables(names, text)
	}
	for _, ins := range s.stage.Body {
		if ins.Is("CMD", "ENTRYPOINT", "HEALTHCHECK") && p.launch == nil {
			addVariables(names, s.text(ins))
		}
	}
	used := map[*dockerfile.Instruction]bool{}
	for _, v := range s.doc.Stages().ScopeAtEnd(s.stage).All() {
		if v.By != nil && names[v.Name] {
			used[v.By] = true
		}
	}
	for k, ins := range slices.Backward(s.stage.Body) {
		if !ins.Is("ENV", "LABEL", "EXPOSE", "VOLUME", "USER", "STOPSIGNAL") || ins.Is("ENV") && k < s.suffix && !used[ins] && forBuilding(p, ins) == len(ins.Pairs) {
			continue
		}
		for _, v := range s.doc.Stages().ScopeAt(ins).Expand(argText(ins)).Used {
			if v.By != nil {
				used[v.By] = true
			}
		}
	}
	return used
}

// addVariables adds the names of the variables that a text mentions.
func addVariables(names map[string]bool, text string) {
	_, rest, _ := strings.Cut(text, "$")
	for part := range strings.SplitSeq(rest, "$") {
		part = strings.TrimPrefix(part, "{")
		end := strings.IndexFunc(part, func(r rune) bool {
			return r != '_' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9')
		})
		if end < 0 {
			end = len(part)
		}
		names[part[:end]] = true
	}
}

// forBuilding counts the variables of an ENV that only the build reads.
func forBuilding(p *plan, ins *dockerfile.Instruction) int {
	n := 0
	for k := range ins.Pairs {
		if name := ins.Pairs[k].Key.Value; isBuildVariable(name) || p.dropEnv != nil && p.dropEnv(name) {
			n++
		}
	}
	return n
}

// keepEnv decides on an ENV: it is dropped when only the build reads it, and nothing of
// the new stage uses it.
func keepEnv(s *subject, p *plan, ins *dockerfile.Instruction, used bool) (bool, *Refusal) {
	for k := range ins.Pairs {
		name := ins.Pairs[k].Key.Value
		if isBuildVariable(name) || p.dropEnv != nil && p.dropEnv(name) {
			continue
		}
		x := s.doc.Stages().ScopeAt(ins).Expand(ins.Pairs[k].Value.Value)
		for _, m := range x.Missing {
			if m != "PATH" && !p.sameImage && m != "HOME" {
				return false, refuse(UnreadLaunch, "the value of $"+m+" in the base image",
					"ENV "+name+" uses $"+m+" of the base image, which the runtime image may not set; write its value")
			}
		}
	}
	if forBuilding(p, ins) == len(ins.Pairs) && !used {
		p.drop("ENV " + ins.Pairs[0].Key.Value + ", which only the build reads")
		return false, nil
	}
	p.carry("ENV " + ins.Pairs[0].Key.Value)
	return true, nil
}

// isBuildVariable reports whether only builds read the variable.
func isBuildVariable(name string) bool {
	switch name {
	case "CGO_ENABLED", "GOFLAGS", "GO111MODULE", "GOPROXY", "GOSUMDB", "GOPRIVATE", "GOOS", "GOARCH", "GOPATH", "GOBIN", "GOCACHE",
		"GOMODCACHE", "DEBIAN_FRONTEND", "MAVEN_OPTS", "GRADLE_OPTS", "RUSTFLAGS", "MAKEFLAGS", "CFLAGS", "CXXFLAGS", "CC", "CXX",
		"PIPENV_VENV_IN_PROJECT", "NUGET_XMLDOC_MODE", "SCCACHE_DIR":
		return true
	}
	for _, prefix := range [...]string{"PIP_", "npm_config_", "NPM_CONFIG_", "CARGO_", "POETRY_", "PDM_", "UV_", "RUSTUP_", "YARN_CACHE"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// carryArgs declares again the arguments that carried and trailing instructions
// use, and the owners of what is copied.
func carryArgs(s *subject, p *plan, config []*dockerfile.Instruction) ([]string, *Refusal) {
	var lines []string
	seen := map[string]bool{}
	graph := s.doc.Stages()
	var uses []stage.Expansion
	for _, ins := range slices.Concat(config, s.stage.Body[s.suffix:]) {
		if !ins.Is("CMD", "ENTRYPOINT", "HEALTHCHECK", "SHELL") {
			uses = append(uses, graph.ScopeAt(ins).Expand(argText(ins)))
		}
	}
	for _, a := range p.copies {
		uses = append(uses, graph.ScopeAtEnd(s.stage).Expand(a.owner))
	}
	for _, x := range uses {
		for _, v := range x.Used {
			if v.Kind == stage.Env || v.Kind == stage.Platform && v.By == nil || seen[v.Name] || v.By == nil {
				continue
			}
			seen[v.Name] = true
			if knowledge.ClassifyName(v.Name) == knowledge.NameSecret {
				return nil, refuse(SecretArg, "a secret outside of the image's configuration",
					"a carried instruction uses the build argument "+v.Name+", which by its name is a secret; a build secret does not end up in the image")
			}
			lines = append(lines, "ARG "+strings.TrimSpace(s.doc.Source.Slice(v.Pair.Range)))
		}
	}
	return lines, nil
}

// argText puts the words of an instruction together for looking at their
// variables.
func argText(ins *dockerfile.Instruction) string {
	var b strings.Builder
	for k := range ins.Pairs {
		b.WriteString(ins.Pairs[k].Value.Value + " ")
	}
	if len(ins.Pairs) == 0 {
		for _, w := range ins.Args {
			b.WriteString(w.Value + " ")
		}
	}
	return b.String()
}

// carryUser makes the user that the new stage runs as.
func carryUser(s *subject, p *plan, n *needs) ([]string, *Refusal) {
	name, group, _ := strings.Cut(n.user, ":")
	if s.stage.Final().UserBy == nil && s.base.User != "" && !p.sameImage && p.facts().User != s.base.User {
		return nil, refuse(UserUnknown, "the user "+s.base.User+" in the runtime image",
			"the base image runs as "+s.base.User+", and "+p.runtime+" does not; say USER in the Dockerfile")
	}
	if name == "" || name == "root" || isNumber(name) && (group == "" || isNumber(group)) {
		return nil, nil
	}
	if !s.stage.Final().UserKnown && s.stage.Final().UserBy != nil {
		return nil, refuse(UserUnknown, "the value of USER", "USER depends on a build argument without a default; give it one")
	}
	if p.sameImage && len(n.users) == 0 || userIn(p.facts(), name) {
		return nil, nil
	}
	if len(n.users) == 0 {
		return nil, refuse(UserUnknown, "the user "+name+" in the runtime image",
			"no RUN makes the user "+name+", and "+p.runtime+" is not known to have it; use a number or make the user")
	}
	if p.facts().Distro != s.base.Distro && !portableUsers(n.users) {
		return nil, refuse(UserUnknown, "the commands that make the user in "+p.runtime,
			"the commands that make the user "+name+" may not work in "+p.runtime+"; choose --runtime same")
	}
	for _, line := range n.users {
		if strings.ContainsAny(line, "$`") {
			return nil, refuse(UserUnknown, "the arguments of "+line, "the commands that make the user depend on variables; write their values")
		}
	}
	p.carry("the user " + name)
	return []string{s.runAll(n.users...)}, nil
}

func userIn(f knowledge.ImageFacts, name string) bool {
	if name == "nobody" && !f.Minimal {
		return f.Distro == "debian" || f.Distro == "ubuntu" || f.Distro == "alpine"
	}
	return slices.ContainsFunc(f.Users, func(u knowledge.User) bool { return u.Name == name })
}

// portableUsers reports whether the commands work on Debian and Ubuntu alike.
func portableUsers(lines []string) bool {
	return !slices.ContainsFunc(lines, func(l string) bool { return !strings.HasPrefix(l, "useradd") && !strings.HasPrefix(l, "groupadd") })
}

// carryVolumes refuses a VOLUME on what the build writes: its content is lost
// between steps.
func carryVolumes(s *subject, p *plan) *Refusal {
	for _, ins := range s.stage.Body {
		if !ins.Is("VOLUME") {
			continue
		}
		for _, w := range ins.Args {
			at := absolute(s.workdir, w.Value)
			for _, a := range p.copies {
				if a.path == at || strings.HasPrefix(a.path, at+"/") {
					return refuse(VolumeOnBuild, "a place for the results outside of the VOLUME",
						"VOLUME "+at+" lies over what is built, and changes below a volume can be lost; build elsewhere")
				}
			}
		}
	}
	return nil
}

// carryDirs copies the folders that mkdir makes for the running program.
func carryDirs(s *subject, p *plan) {
	for _, st := range s.find("mkdir", "install") {
		if st.cmd.Conditional || st.dir == "" {
			continue
		}
		for _, e := range st.cmd.Writes() {
			if e.Kind != shell.MakeDir || !e.Known {
				continue
			}
			at := st.path(e.Path)
			if s.keepDir(p, at) {
				p.copy(at, true)
				p.copies[len(p.copies)-1].made = true
				p.carry("the folder " + at)
			}
		}
	}
}

// keepDir decides whether a folder is for the running program: nothing is built
// in it, and it is not part of what is copied anyway.
func (s *subject) keepDir(p *plan, at string) bool {
	within := func(dir, x string) bool { return x == dir || strings.HasPrefix(x, strings.TrimSuffix(dir, "/")+"/") }
	if p.covers(at) || within(at, s.workdir) || s.removed(at) || strings.HasPrefix(at, "/root") || strings.HasPrefix(at, "/tmp") ||
		strings.HasPrefix(at, "/usr/") || strings.HasPrefix(at, "/go") || strings.HasPrefix(at, "/etc/apt") {
		return false
	}
	switch path.Base(at) {
	case "build", "bin", "dist", "target", "out", "obj", "src", "classes":
		return false
	}
	for _, a := range p.copies {
		if within(at, a.path) {
			return false
		}
	}
	for _, st := range s.steps {
		if st.dir != "" && within(at, st.dir) {
			return false
		}
	}
	for dir := range s.tree.dirs {
		if within(at, dir) {
			return false
		}
	}
	return true
}

// carryOwners works out the owner of every copied path.
func carryOwners(s *subject, p *plan, n *needs) *Refusal {
	gosu := slices.ContainsFunc(s.launch.commands, func(w []string) bool {
		return slices.Contains([]string{"gosu", "su-exec", "su", "setpriv"}, path.Base(w[0]))
	})
	name, _, _ := strings.Cut(n.user, ":")
	rootOnly := (name == "" || name == "root" || name == "0") && !gosu
	if rootOnly {
		return nil
	}
	for k := range p.copies {
		a := &p.copies[k]
		owner, mixed := s.ownerOf(a)
		if mixed {
			return refuse(Ownership, "one owner for "+a.path,
				"files below "+a.path+" belong to different users, which one COPY cannot keep; change their owner in one go")
		}
		if x := s.doc.Stages().ScopeAtEnd(s.stage).Expand(owner); strings.ContainsAny(owner, "`(") || len(x.Missing) > 0 || x.Err != nil {
			return refuse(Ownership, "the owner of "+a.path,
				"the owner of "+a.path+", "+owner+", is known to the shell alone; write it, or take it from an ARG")
		}
		a.owner = owner
	}
	assumeParents(s, p)
	return nil
}

// assumeParents names the folders that were given to a user and that the new
// stage makes anew, for root, around what it copies.
func assumeParents(s *subject, p *plan) {
	for _, st := range s.find("chown") {
		for k, w := range st.cmd.Operands() {
			to, _, _ := strings.Cut(st.cmd.Operands()[0].Value, ":")
			if k == 0 || st.dir == "" || to == "root" || to == "0" {
				continue
			}
			at := absolute(st.dir, w.Value)
			inside := func(a artifact) bool { return strings.HasPrefix(a.path, strings.TrimSuffix(at, "/")+"/") }
			if slices.ContainsFunc(p.copies, inside) && !p.covers(at) {
				p.assume("the program makes no files in " + at + " itself, which belongs to root in the new image")
			}
		}
	}
}

// ownerOf returns the owner of an artifact, and whether parts of it differ.
func (s *subject) ownerOf(a *artifact) (owner string, mixed bool) {
	owner = s.makerOf(a)
	for _, st := range s.find("chown", "chgrp") {
		if st.cmd.Is("chgrp") {
			return owner, true
		}
		recursive := st.cmd.Has("-R", "--recursive")
		for k, w := range st.cmd.Operands() {
			if k == 0 || st.dir == "" {
				continue
			}
			at := absolute(st.dir, w.Value)
			to := st.cmd.Operands()[0].Value
			switch {
			case at == a.path && (recursive || !a.dir), recursive && strings.HasPrefix(a.path, strings.TrimSuffix(at, "/")+"/"):
				owner = to
			case at == a.path && a.made:
				owner = to
			case (at == a.path || strings.HasPrefix(at, a.path+"/")) && to != owner:
				return owner, true
			}
		}
	}
	return owner, false
}

// makerOf returns the user who wrote an artifact: the one in force at the last
// RUN, or the --chown of the COPY that brought it.
func (s *subject) makerOf(a *artifact) string {
	owner := ""
	best := -1
	for dest, o := range s.tree.owners {
		if (dest == a.path || strings.HasPrefix(a.path, strings.TrimSuffix(dest, "/")+"/") || a.dir && strings.HasPrefix(dest, a.path+"/")) && len(dest) > best {
			owner, best = o, len(dest)
		}
	}
	if owner != "" && s.tree.has(a.path) {
		return owner
	}
	if s.tree.has(a.path) && !s.hasRunUser() {
		return ""
	}
	for _, ins := range s.stage.Body {
		if !ins.Is("RUN") {
			continue
		}
		if st := s.doc.Stages().StateAt(ins); st.User != "" && st.User != "root" && st.User != "0" {
			owner = st.User
		} else if st.User != "" || owner != "" && best < 0 {
			owner = ""
		}
	}
	return owner
}

// hasRunUser reports whether some RUN runs as another user than root.
func (s *subject) hasRunUser() bool {
	for _, ins := range s.stage.Body {
		if st := s.doc.Stages().StateAt(ins); ins.Is("RUN") && st.User != "" && st.User != "root" && st.User != "0" {
			return true
		}
	}
	return false
}

// copyLines writes the COPY instructions.
func copyLines(s *subject, p *plan) []string {
	name := sourceName(s, p)
	var lines []string
	for _, a := range p.copies {
		to := a.path
		if a.to != "" {
			to = a.to
		}
		line := "COPY --from=" + name
		if a.owner != "" && a.owner != "root" {
			line += " --chown=" + a.owner
		}
		lines = append(lines, line+" "+s.copyPaths(a.path, to))
	}
	return lines
}

// literal writes a path for BuildKit's lexer, which resolves quotes and variables.
func (s *subject) literal(path string) string {
	escape := string(s.doc.Tree().Escape)
	return strings.NewReplacer(`"`, escape+`"`, "'", escape+"'", "$", escape+"$", escape, escape+escape).Replace(path)
}

// copyPaths writes the paths of a COPY, as an array where one of them has blanks.
func (s *subject) copyPaths(from, to string) string {
	from, to = s.literal(from), s.literal(to)
	if !strings.ContainsAny(from+to, " \t\r\n\v\f<") {
		return from + " " + to
	}
	data, err := json.Marshal([]string{from, to})
	if err != nil {
		panic(err) // strings can always be written
	}
	return strings.Replace(string(data), `","`, `", "`, 1)
}

// sourceName is the name of the stage that the new one copies from: the build stage,
// or the one behind the tests that takes away what only they need.
func sourceName(s *subject, p *plan) string {
	if len(p.tests) > 0 && len(p.tail) > 0 {
		return testedName
	}
	return buildName(s)
}

// testedName is the name of the stage that is made of the build stage once the tests
// have their own.
const testedName = "release"

// buildName is the name of the build stage.
func buildName(s *subject) string {
	if n := s.stage.NameWord.Value; n != "" && !s.opt.KeepName {
		return n
	}
	for _, n := range [...]string{"build", "builder"} {
		if !strings.EqualFold(s.opt.TargetName, n) && !s.takesFrom(n) {
			return n
		}
	}
	return "build-stage"
}

// takesFrom reports whether an instruction takes files from an image of that name.
func (s *subject) takesFrom(name string) bool {
	return slices.ContainsFunc(s.stage.Uses, func(u *stage.Use) bool { return strings.EqualFold(u.Ref.Value, name) })
}
