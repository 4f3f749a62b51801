package leak

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// urlFixes repairs a URL with a secret, whose bytes are r.
func (s *scan) urlFixes(ins *dockerfile.Instruction, r source.Range) []lint.Fix {
	if ins.IsOnbuild() || s.tired() {
		return nil
	}
	switch ins.Name {
	case "ENV", "ARG":
		for k := range ins.Pairs {
			if p := &ins.Pairs[k]; p.Value.Range.Contains(r) {
				name, _ := unquote(p.Key)
				return s.bindingFixes(ins, p, name, secret)
			}
		}
	case "ADD":
		return s.addFixes(ins, r)
	case "RUN":
		return s.commandURLFixes(ins, r)
	}
	return nil
}

// userinfoOf is the part of a URL up to the @ that the secret r belongs to.
func (s *scan) userinfoOf(r source.Range) (userinfo source.Range, scheme string, ok bool) {
	start := strings.LastIndex(s.text[:r.Start], "://") + len("://")
	at := strings.IndexByte(s.text[r.End-1:min(len(s.text), r.End+256)], '@')
	if start < len("://") || at < 0 || strings.ContainsAny(s.text[start:r.End-1+at], "/?\"' \n") {
		return source.Range{}, "", false
	}
	begin := start - len("://")
	for begin > 0 && (dockerfile.IsNameByte(s.text[begin-1]) || s.text[begin-1] == '+') {
		begin--
	}
	return source.Range{Start: start, End: r.End + at}, s.text[begin : start-len("://")], true
}

func isHTTP(scheme string) bool { return scheme == "http" || scheme == "https" }

// addFixes takes a password out of the address of an ADD: BuildKit has secrets
// for servers.
func (s *scan) addFixes(ins *dockerfile.Instruction, r source.Range) []lint.Fix {
	userinfo, scheme, ok := s.userinfoOf(r)
	if !ok || !isHTTP(scheme) {
		return nil
	}
	p := s.plan()
	p.edit(lint.Delete(userinfo))
	end := userinfo.End + strings.IndexAny(s.text[userinfo.End:]+"/", "/:?# \n")
	host := s.text[userinfo.End:min(end, len(s.text))]
	id := "HTTP_AUTH_HEADER_" + host
	if strings.Contains(s.text[userinfo.End:ins.Range.End], ".git") {
		id = "GIT_AUTH_TOKEN." + host
	}
	return p.fix("Take it out of the URL, and build with --secret id="+id, lint.Unsafe)
}

// commandURLFixes repairs a URL in a command.
func (s *scan) commandURLFixes(ins *dockerfile.Instruction, r source.Range) []lint.Fix {
	c := s.d.Shell(ins).At(r.Start)
	if !s.editable(ins, c) {
		return nil
	}
	p := s.plan()
	if target, _ := targetOf(c); target != "" {
		return s.writtenURLFixes(p, ins, c, target, r)
	}
	userinfo, scheme, ok := s.userinfoOf(r)
	if ok && isHTTP(scheme) {
		switch {
		case c.Name == "curl":
			p.edit(lint.Insert(c.NameRange.End, " --netrc"))
			return s.netrcFixes(p, ins, userinfo, nil)
		case c.Name == "wget" && !s.onBusyBox(ins), c.Is("pip") && c.Subcommand() != "config":
			return s.netrcFixes(p, ins, userinfo, nil)
		case c.Name == "git":
			return s.gitURLFixes(p, ins, c, userinfo)
		}
	}
	if fixes := s.storeFixes(s.plan(), ins, c); fixes != nil {
		return fixes
	}
	if _, stores := storesCredentials(c); stores || keepsURL(c) {
		return nil
	}
	w := wordAt(c, r)
	if w == nil {
		return nil
	}
	what := "password"
	if !ok || s.text[userinfo.Start:r.Start] == "" {
		what = "token"
	}
	name := s.variableFor(c, what)
	if _, used := s.mentions(ins, name); used {
		return nil
	}
	from := indexAt(w, r.Start)
	if from < 0 || from+r.Len() > len(w.Value) {
		return nil
	}
	p.put(ins, w, from, from+r.Len(), name)
	return p.fix("Give it by a secret mount, and build with --secret id="+name+",env="+name, lint.Unsafe)
}

// onBusyBox reports whether an instruction runs on an image with the programs of
// BusyBox, whose wget reads no netrc file.
func (s *scan) onBusyBox(ins *dockerfile.Instruction) bool {
	image, ok := s.d.Image(s.stageOf(ins))
	return ok && (image.Distro == "alpine" || image.Distro == "busybox")
}

// netrcFixes deletes a user with a password from a URL and mounts a netrc file,
// for the RUN itself and the later ones that call one of the tools.
func (s *scan) netrcFixes(p *plan, ins *dockerfile.Instruction, userinfo source.Range, tools []string) []lint.Fix {
	p.edit(lint.Delete(userinfo))
	how := lint.Unsafe
	if !s.mountFile(p, ins, "netrc", s.targetFor(ins, "~/.netrc")) {
		how = lint.Manual
	}
	for _, run := range s.runsAfter(ins) {
		if len(tools) > 0 && s.usesTool(run, tools, nil) && !s.mountFile(p, run, "netrc", s.targetFor(run, "~/.netrc")) {
			how = lint.Manual
		}
	}
	return p.fix("Take it out of the URL and mount a netrc file, and build with --secret id=netrc,src=FILE", how)
}

// gitURLFixes repairs the address of a repository. What git config and git remote
// keep is looked up later.
func (s *scan) gitURLFixes(p *plan, ins *dockerfile.Instruction, c *shell.Command, userinfo source.Range) []lint.Fix {
	switch sub := c.Subcommand(); sub {
	case "clone", "fetch", "pull", "ls-remote", "submodule", "push":
		return s.netrcFixes(p, ins, userinfo, nil)
	case "config", "remote":
		return s.netrcFixes(p, ins, userinfo, gitTools)
	}
	return nil
}

// writtenURLFixes repairs a URL that a command writes into a file.
func (s *scan) writtenURLFixes(p *plan, ins *dockerfile.Instruction, c *shell.Command, target string, r source.Range) []lint.Fix {
	if f, ok := credentialFileFor(target); ok && (f.target[0] == '~' || f.target == target) {
		return s.fileInstead(p, ins, []*shell.Command{c}, f)
	}
	userinfo, scheme, ok := s.userinfoOf(r)
	if !ok || !isHTTP(scheme) || !strings.HasPrefix(target, "/etc/apt/sources.list") {
		return nil
	}
	p.edit(lint.Delete(userinfo))
	how, used := lint.Unsafe, false
	for _, run := range append([]*dockerfile.Instruction{ins}, s.runsAfter(ins)...) {
		if s.usesTool(run, []string{"apt-get", "apt", "aptitude"}, nil) {
			used = true
			s.mountFile(p, run, "apt-auth", "/etc/apt/auth.conf")
		}
	}
	if !used {
		return nil
	}
	return p.fix("Take it out of the URL and mount a file for apt, and build with --secret id=apt-auth,src=FILE", how)
}

// keepsURL knows the commands that write the addresses they are given into
// files.
func keepsURL(c *shell.Command) bool {
	switch c.Name {
	case "npm", "yarn", "pnpm", "bun", "poetry", "pipenv", "composer", "bundle", "gem", "conda", "mamba", "add-apt-repository", "echo", "printf", "tee", "cat", "sed", "hg", "svn":
		return true
	case "helm", "dotnet", "nuget", "go", "cargo":
		return c.SubcommandWord() != nil && slices.Contains([]string{"repo", "nuget", "sources", "env", "get", "install"}, c.SubcommandWord().Value)
	}
	return false
}

// wordAt returns the word of a command, or the value of a binding before it,
// that holds a place.
func wordAt(c *shell.Command, r source.Range) *shell.Word {
	for k := range c.Words {
		if c.Words[k].Range.Contains(r) {
			return &c.Words[k]
		}
	}
	for k := range c.Assigns {
		if a := &c.Assigns[k]; a.Has && a.Value.Range.Contains(r) {
			return &a.Value
		}
	}
	return nil
}

// indexAt is the place in the value of a word of a byte of the source, or -1.
func indexAt(w *shell.Word, off int) int {
	for i := range len(w.Value) {
		if w.At(i) == off {
			return i
		}
	}
	return -1
}

// promotedFixes takes away an ENV that makes a build argument permanent, with the
// argument, and mounts a secret where commands read either.
func (s *scan) promotedFixes(ins *dockerfile.Instruction, pair *dockerfile.Pair, name, argument string) []lint.Fix {
	st := s.stageOf(ins)
	value, _ := unquote(pair.Value)
	if st == nil || ins.IsOnbuild() || s.tired() || value != "$"+argument && value != "$"+"{"+argument+"}" || s.usedElsewhere(st, ins, pair, name) {
		return nil
	}
	p := s.plan()
	var arg *dockerfile.Instruction
	var argPair *dockerfile.Pair
	for _, o := range st.Body {
		if o.Name != "ARG" || o.Index > ins.Index {
			continue
		}
		for k := range o.Pairs {
			if key, _ := unquote(o.Pairs[k].Key); key == argument {
				arg, argPair = o, &o.Pairs[k]
			}
		}
	}
	if arg == nil || argPair.Has && argPair.Value.Value != "" {
		return nil
	}
	read := false
	for _, run := range s.runsAfter(arg) {
		for _, n := range slices.Compact([]string{argument, name}) {
			if _, ok := s.reads(run, n); ok && (n == argument || run.Index > ins.Index) {
				p.variableMount(run, n)
				read = true
			}
		}
	}
	if s.argumentNeeded(st.Body, arg, ins, pair, argument) {
		return nil
	}
	p.dropPair(arg, argPair)
	if meta := s.metaOf(arg, argument); meta != nil && len(meta.By.Pairs) == 1 && s.argCount(argument) == 1 {
		p.drop(meta.By)
	}
	if len(ins.Pairs) == 1 && !p.commented(ins) {
		p.edit(lint.Replace(ins.Range, "# "+name+" comes at run time: docker run --env "+name+" ..."))
	} else {
		p.dropPair(ins, pair)
	}
	title, how := "Delete it with the build argument, and pass it when the container starts", lint.Manual
	if read {
		how = lint.Unsafe
		title = "Use secret mounts for the build, and build with --secret id=" + argument + ",env=" + argument + " in place of --build-arg"
		if name != argument {
			title = "Use secret mounts for the build, in place of --build-arg " + path.Base(argument)
		}
	}
	return p.fix(title, how)
}

// argumentNeeded reports whether an instruction that is no RUN needs an argument,
// apart from the pair that is deleted.
func (s *scan) argumentNeeded(body []*dockerfile.Instruction, arg, env *dockerfile.Instruction, pair *dockerfile.Pair, name string) bool {
	for _, o := range body {
		if o.Index <= arg.Index || o.Name == "RUN" {
			continue
		}
		r, ok := s.mentions(o, name)
		if !ok {
			continue
		}
		if o != env || !pair.Value.Range.Contains(r) || strings.Count(s.text[o.Range.Start:o.Range.End], "$"+name)+strings.Count(s.text[o.Range.Start:o.Range.End], "$"+"{"+name) > 1 {
			return true
		}
	}
	return false
}
