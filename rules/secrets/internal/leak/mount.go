package leak

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// mounts looks at what the commands of a RUN do with its secret mounts.
func (s *scan) mounts() {
	for ins := range s.d.Instructions("RUN") {
		if len(s.secretArgs) > 0 {
			s.argWritten(ins)
		}
		if len(ins.Flags) == 0 {
			continue
		}
		step := s.d.Layers().Step(ins)
		var t taint
		for k := range step.Mounts {
			m := &step.Mounts[k]
			switch {
			case m.Type == "secret":
				s.optional(m)
			case m.Type == "bind" && m.From == nil && s.takenOut(ins, m):
				continue
			case m.Type == "bind" && m.From == nil && m.Source != "" && knowledge.ClassifyFile(m.Source).Class == knowledge.FileSecret:
			default:
				continue
			}
			if m.Target != "" {
				t.paths = append(t.paths, m.Target)
			}
			if m.Env != "" {
				t.names = append(t.names, m.Env)
			}
		}
		if len(t.paths)+len(t.names) > 0 {
			s.copiedOut(ins, step, &t)
		}
	}
}

// takenOut reports the secret files that a RUN copies out of a part of the
// context that it mounts.
func (s *scan) takenOut(ins *dockerfile.Instruction, m *layers.Mount) bool {
	if !s.d.Context().Known() || m.Target == "" {
		return false
	}
	done := false
	for c := range s.d.Shell(ins).Find("cp", "install", "rsync", "mv") {
		ops := c.Operands()
		if len(ops) < 2 || layers.Inside(m.Target, ops[len(ops)-1].Value) {
			continue
		}
		for k := range ops[:len(ops)-1] {
			v := path.Clean(ops[k].Value)
			if v != m.Target && !layers.Inside(m.Target, v) {
				continue
			}
			source := path.Join(m.Source, strings.TrimPrefix(strings.TrimPrefix(v, m.Target), "/"))
			if s.filesTaken(ins, c, &ops[k], source) {
				done = true
			}
		}
	}
	return done
}

// filesTaken reports the secret files of the context that a word of a copying
// command stands for.
func (s *scan) filesTaken(ins *dockerfile.Instruction, c *shell.Command, w *shell.Word, source string) bool {
	left := int64(maxBytes)
	var found []inContext
	for k, e := range s.d.Context().Select([]string{source}, buildctx.SelectOptions{}).Files {
		if k >= maxFiles {
			break
		}
		if f, ok := s.fileSecret(ins, e, &left); ok {
			found = append(found, f)
		}
	}
	if len(found) == 0 || !s.claim(w.Range) {
		return false
	}
	where := "which everyone who has the image can read"
	_, inImage := s.place(ins)
	if !inImage {
		where = "which the build cache keeps"
	}
	s.add(FileCopied, lint.Diagnostic{
		Range: s.first(w.Range), Severity: severity(inImage),
		Message: c.Name + " takes " + describeFiles(found) + " out of the mount into the layer, " + where + ": list it in .dockerignore",
		Fixes:   s.ignoreFixes(found),
	})
	return true
}

// optional reports a secret mount that is silently left out.
func (s *scan) optional(m *layers.Mount) {
	if o := m.Flag.Option("required"); o != nil && o.Value != "false" {
		return
	}
	d := lint.Diagnostic{
		Range:   m.Flag.Range,
		Message: "Without required=true the command runs even when nobody gives the secret, and fails late or not at all",
	}
	if m.Flag.Option("required") == nil && !strings.ContainsAny(s.d.Source.Slice(m.Flag.Range), "\"'\\ \t") {
		d.Fixes = []lint.Fix{{
			Title: "Require the secret", Applicability: lint.Unsafe,
			Edits: []lint.Edit{lint.Insert(m.Flag.Range.End, ",required=true")},
		}}
	}
	s.add(MountOptional, d)
}

// taint is where the value of a secret is known to be.
type taint struct {
	paths []string // files
	names []string // variables
	// files leaves out the commands that keep what they are given in files of
	// their own.
	files bool
}

// argWritten reports where a RUN writes a build argument that is a secret to a file
// that stays.
func (s *scan) argWritten(ins *dockerfile.Instruction) {
	var t taint
	for _, name := range s.secretArgs {
		if !mentionsVariable(s.text[ins.Range.Start:ins.Range.End], name) {
			continue
		}
		if v := s.d.Stages().ScopeAt(ins).Lookup(name); v != nil && v.Kind == stage.Arg {
			t.names = append(t.names, name)
		}
	}
	if len(t.names) == 0 {
		return
	}
	name := t.names[0]
	sev := lint.Error
	if _, inImage := s.place(ins); !inImage {
		sev = lint.Info
	}
	t.files = true
	s.writes(ins, s.d.Layers().Step(ins), &t, func(r source.Range, target string) {
		s.add(InArg, lint.Diagnostic{
			Range: s.first(r), Severity: sev,
			Message: "This writes build argument " + name + " to " + target + ", where it stays in the layer, even if a later instruction removes it: use a secret mount, and remove the file in the same RUN",
		})
	})
}

// mentionsVariable reports whether a text has $NAME or ${NAME.
func mentionsVariable(text, name string) bool {
	for i := 0; ; {
		n := strings.Index(text[i:], name)
		if n < 0 {
			return false
		}
		i += n
		if i > 0 && text[i-1] == '$' || i > 1 && text[i-1] == '{' && text[i-2] == '$' {
			return true
		}
		i += len(name)
	}
}

// copiedOut reports the commands that write the value of a secret mount into the
// layer.
func (s *scan) copiedOut(ins *dockerfile.Instruction, step *layers.Step, t *taint) {
	s.writes(ins, step, t, func(r source.Range, target string) {
		s.add(MountCopied, lint.Diagnostic{
			Range: s.first(r), Severity: s.mountSeverity(ins),
			Message: "This writes the secret to " + target + ", and so into the layer, from which the mount should keep it: read it where it is mounted, or remove the file in the same RUN",
		})
	})
}

// writes calls report for the places where commands write a secret to files that
// stay.
func (s *scan) writes(ins *dockerfile.Instruction, step *layers.Step, t *taint, report func(r source.Range, target string)) {
	script := s.d.Shell(ins)
	for _, c := range script.All() {
		for k := range c.Assigns {
			a := &c.Assigns[k]
			if a.Has && t.inWord(script, &a.Value) {
				t.names = append(t.names, a.Name)
			}
		}
	}
	for _, c := range script.All() {
		if c.InSubst {
			continue
		}
		if r, target, ok := s.keeps(script, step, t, c); ok {
			if s.claim(r) {
				report(r, target)
			}
		}
	}
}

func (s *scan) mountSeverity(ins *dockerfile.Instruction) lint.Severity {
	_, inImage := s.place(ins)
	return severity(inImage)
}

// keeps tells whether a command writes a secret to a file that stays.
func (s *scan) keeps(script *shell.Script, step *layers.Step, t *taint, c *shell.Command) (source.Range, string, bool) {
	if target, ok := storesCredentials(c); ok {
		if t.files {
			return source.Range{}, "", false
		}
		for k := range c.Words {
			if t.inWord(script, &c.Words[k]) && !undone(script, target, c) {
				return c.Words[k].Range, target, true
			}
		}
		return source.Range{}, "", false
	}
	if !passesOn(c.Name) || !t.inCommand(script, c) {
		return source.Range{}, "", false
	}
	sink := c
	for sink.Next != nil {
		if sink = sink.Next; !passesOn(sink.Name) {
			return source.Range{}, "", false
		}
	}
	for _, w := range append(c.Writes(), sink.Writes()...) {
		switch w.Kind {
		case shell.Create, shell.Append, shell.Copy, shell.Move:
		default:
			continue
		}
		if strings.HasPrefix(w.Path, "/dev/") || s.inMount(step, w.Path) || script.Removes(w.Path) || removesWord(script, w.Word.Value) || script.Removes(path.Dir(w.Path)) {
			continue
		}
		return w.Range, w.Word.Value, true
	}
	return source.Range{}, "", false
}

func removesWord(script *shell.Script, word string) bool {
	for c := range script.Find("rm", "shred", "unlink") {
		for _, w := range c.Args() {
			if strings.Trim(w.Value, `"`) == strings.Trim(word, `"`) {
				return true
			}
		}
	}
	return false
}

func (s *scan) inMount(step *layers.Step, p string) bool {
	p = layers.Absolute(s.d.Stages().StateAt(step.Ins).Workdir, p)
	for k := range step.Mounts {
		if m := &step.Mounts[k]; m.Target != "" && (m.Target == p || layers.Inside(m.Target, p)) {
			return true
		}
	}
	return false
}

// passesOn knows the programs whose output holds their input.
func passesOn(name string) bool {
	switch name {
	case "cat", "echo", "printf", "tee", "cp", "mv", "install", "ln", "base64", "sed", "envsubst", "tr", "head", "tail", "cut", "dd", "awk", "jq", "rsync", "grep", "xargs":
		return name != "ln"
	}
	return false
}

// storesCredentials knows the commands that keep what they are given, and where.
func storesCredentials(c *shell.Command) (string, bool) {
	sub := c.SubcommandWord()
	if sub == nil {
		return "", false
	}
	has := func(words ...string) bool {
		_, ok := behindSub(c.Args(), strings.Join(words, " "))
		return ok
	}
	switch c.Name {
	case "git":
		switch {
		case has("clone"), has("remote", "add"), has("remote", "set-url"):
			return ".git/config", true
		case has("config") && !c.Has("--unset", "--unset-all", "--get"):
			return "~/.gitconfig", true
		}
	case "npm", "pnpm":
		if has("config", "set") || has("set") {
			return "~/.npmrc", true
		}
	case "yarn":
		if has("config", "set") {
			return "~/.yarnrc", true
		}
	case "pip":
		if has("config", "set") {
			return "~/.config/pip/pip.conf", true
		}
	case "poetry":
		if has("config") {
			return "~/.config/pypoetry/auth.toml", true
		}
	case "composer":
		if has("config") {
			return "auth.json", true
		}
	case "bundle":
		if has("config") {
			return "~/.bundle/config", true
		}
	case "aws":
		if has("configure", "set") {
			return "~/.aws/credentials", true
		}
	case "docker", "podman":
		if has("login") {
			return "~/.docker/config.json", true
		}
	case "gcloud":
		if has("auth", "activate-service-account") {
			return "~/.config/gcloud", true
		}
	case "nuget", "dotnet":
		if has("add", "source") || has("sources", "add") || has("nuget", "add", "source") {
			return "NuGet.Config", true
		}
	}
	return "", false
}

// undone reports whether the script takes back what a command stored.
func undone(script *shell.Script, target string, by *shell.Command) bool {
	base := path.Base(strings.TrimPrefix(target, "~/"))
	if base == "config" {
		base = path.Base(path.Dir(target))
	}
	for _, c := range script.All() {
		if c.Range.Start <= by.Range.Start {
			continue
		}
		args := c.Args()
		switch c.Name {
		case "rm", "shred":
			for k := range args {
				v := args[k].Value
				if strings.HasSuffix(strings.TrimSuffix(v, "/"), base) || base == ".git" && isCloneDir(by, v) {
					return true
				}
			}
		case by.Name:
			if hasWord(args, "--unset", "--unset-all", "delete", "rm", "unset", "--remove-section", "remove-section", "set-url", "remove", "logout", "revoke") {
				return true
			}
		}
	}
	return false
}

// isCloneDir reports whether v is where the repository was cloned to.
func isCloneDir(clone *shell.Command, v string) bool {
	v = strings.TrimSuffix(v, "/")
	for _, d := range clone.Downloads() {
		if d.Output.Value == v && v != "" || d.Output.IsZero() && strings.TrimSuffix(path.Base(d.URL.Value), ".git") == path.Base(v) {
			return true
		}
	}
	return false
}

// inWord reports whether the word holds the secret: a variable with it, or what
// a command in it prints.
func (t *taint) inWord(script *shell.Script, w *shell.Word) bool {
	for _, v := range w.Variables() {
		for _, n := range t.names {
			if v.Name == n {
				return true
			}
		}
	}
	if !strings.ContainsAny(w.Value, "`(") {
		return false
	}
	for _, c := range script.All() {
		if c.InSubst && w.Range.Contains(c.Range) && (passesOn(c.Name) || c.Name == "") && t.reads(c) {
			return true
		}
	}
	return false
}

// inCommand reports whether a command gets the secret as argument or input.
func (t *taint) inCommand(script *shell.Script, c *shell.Command) bool {
	if t.reads(c) {
		return true
	}
	args := c.Args()
	for k := range args {
		if t.inWord(script, &args[k]) {
			return true
		}
	}
	for k := range c.Redirects {
		if body := c.Redirects[k].Content; body != "" {
			for _, n := range t.names {
				if strings.Contains(body, "$"+n) || strings.Contains(body, "${"+n) {
					return true
				}
			}
			for _, p := range t.paths {
				if strings.Contains(body, p) && strings.Contains(body, "$(") {
					return true
				}
			}
		}
	}
	return false
}

// reads reports whether a command is given the file of a secret.
func (t *taint) reads(c *shell.Command) bool {
	is := func(v string) bool {
		for _, p := range t.paths {
			if v == p || strings.HasPrefix(v, p+"/") {
				return true
			}
		}
		return false
	}
	args := c.Args()
	last := len(args)
	if c.Name == "cp" || c.Name == "mv" || c.Name == "install" {
		last--
	}
	for k := range max(last, 0) {
		if is(args[k].Value) {
			return true
		}
	}
	for k := range c.Redirects {
		if c.Redirects[k].Op == "<" && is(c.Redirects[k].Target.Value) {
			return true
		}
	}
	return false
}
