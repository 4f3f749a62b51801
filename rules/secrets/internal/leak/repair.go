package leak

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
	"github.com/dlint/dlint/rules/internal/mended"
)

// plan collects the edits of one fix. It is dropped when ok turns false.
type plan struct {
	s     *scan
	edits []lint.Edit
	gone  map[*dockerfile.Instruction]bool
	ok    bool
}

func (s *scan) plan() *plan {
	return &plan{s: s, ok: true, gone: map[*dockerfile.Instruction]bool{}}
}

func (p *plan) fix(title string, a lint.Applicability) []lint.Fix {
	if !p.ok || len(p.edits) == 0 || p.overlaps() {
		return nil
	}
	return []lint.Fix{{Title: title, Applicability: a, Edits: p.edits}}
}

// overlaps reports whether two parts of the plan change the same text: it takes out
// what it also changes.
func (p *plan) overlaps() bool {
	sorted := slices.Clone(p.edits)
	slices.SortFunc(sorted, func(a, b lint.Edit) int {
		return cmp.Or(cmp.Compare(a.Range.Start, b.Range.Start), cmp.Compare(a.Range.End, b.Range.End))
	})
	for k := 1; k < len(sorted); k++ {
		if sorted[k].Range.Start < sorted[k-1].Range.End {
			return true
		}
	}
	return false
}

func (p *plan) edit(e lint.Edit) { p.edits = append(p.edits, e) }

// mount gives a RUN a mount.
func (p *plan) mount(run *dockerfile.Instruction, spec string) {
	if p.gone[run] || p.has(run, spec) {
		return
	}
	if !plainSpec(spec) {
		p.ok = false
		return
	}
	p.edit(lint.Insert(run.Keyword.Range.End, " --mount="+spec))
}

// plainSpec reports whether the options of a mount, names that people chose among
// them, are read as they are written.
func plainSpec(spec string) bool {
	for option := range strings.SplitSeq(spec, ",") {
		_, value, _ := strings.Cut(option, "=")
		if value == "" || strings.ContainsAny(value, " \t\"'\\=$`") {
			return false
		}
	}
	return true
}

// has reports whether the plan or the RUN itself mounts the same secret.
func (p *plan) has(run *dockerfile.Instruction, spec string) bool {
	for k := range run.Flags {
		if run.Flags[k].Name == "mount" && p.s.text[run.Flags[k].Range.Start:run.Flags[k].Range.End] == "--mount="+spec {
			return true
		}
	}
	return slices.ContainsFunc(p.edits, func(e lint.Edit) bool {
		return e.Range.Start == run.Keyword.Range.End && e.New == " --mount="+spec
	})
}

// drop deletes an instruction with its lines.
func (p *plan) drop(ins *dockerfile.Instruction) {
	if !p.gone[ins] {
		p.gone[ins] = true
		p.edit(lint.Delete(ins.Lines))
		p.ok = p.ok && !p.s.d.Tree().ShieldsDirective(ins)
	}
}

// dropCommands deletes commands from the list that a RUN is, or the RUN when
// nothing is left of it.
func (p *plan) dropCommands(ins *dockerfile.Instruction, commands []*shell.Command) {
	if len(commands) == 0 {
		return
	}
	script := p.s.d.Shell(ins)
	if script == nil || script.Form == shell.ExecForm || !script.Dialect.Parsed() || p.commented(ins) {
		p.ok = false
		return
	}
	units := unitsOf(script)
	out := make([]bool, len(units))
	left := len(units)
	for _, c := range commands {
		k := slices.IndexFunc(units, func(r source.Range) bool { return r.Contains(c.Range) })
		if k < 0 {
			p.ok = false
			return
		}
		if !out[k] {
			out[k] = true
			left--
		}
	}
	if left == 0 && script.Form == shell.HeredocForm {
		p.drop(ins)
		return
	}
	if left == 0 {
		if onlyJoins(p.s.text[ins.ArgsRange.Start:units[0].Start]) && onlyJoins(p.s.text[units[len(units)-1].End:ins.Header.End]) && p.joined(units) {
			p.drop(ins)
			return
		}
		p.ok = false
		return
	}
	for k := range units {
		if out[k] {
			p.dropUnit(units, out, k)
			p.dropBodies(script, units[k])
		}
	}
}

// dropBodies deletes the here-documents of the commands in a range.
func (p *plan) dropBodies(script *shell.Script, unit source.Range) {
	for _, c := range script.All() {
		if !unit.Contains(c.Range) {
			continue
		}
		for k := range c.Redirects {
			r := &c.Redirects[k]
			if r.Body.Empty() || !strings.HasPrefix(r.Op, "<<") || r.Op == "<<<" {
				continue
			}
			end := strings.IndexByte(p.s.text[r.Body.End:], '\n')
			if end < 0 || p.s.text[r.Body.End-1] != '\n' {
				p.ok = false
				return
			}
			p.edit(lint.Delete(source.Range{Start: r.Body.Start, End: r.Body.End + end + 1}))
		}
	}
}

// dropUnit deletes a unit with what joins it to its neighbour.
func (p *plan) dropUnit(units []source.Range, out []bool, k int) {
	before := k - 1
	for before >= 0 && out[before] {
		before--
	}
	if before >= 0 {
		if k > 0 && onlyJoins(p.s.text[units[k-1].End:units[k].Start]) {
			p.edit(lint.Delete(source.Range{Start: units[k-1].End, End: units[k].End}))
			return
		}
	} else if k+1 < len(units) && onlyJoins(p.s.text[units[k].End:units[k+1].Start]) && !dockerfile.Misread(p.s.text[units[k+1].Start:]) {
		p.edit(lint.Delete(source.Range{Start: units[k].Start, End: units[k+1].Start}))
		return
	}
	p.ok = false
}

func (p *plan) joined(units []source.Range) bool {
	for k := 1; k < len(units); k++ {
		if !onlyJoins(p.s.text[units[k-1].End:units[k].Start]) {
			return false
		}
	}
	return true
}

// commented reports whether comments stand between the lines of an instruction.
func (p *plan) commented(ins *dockerfile.Instruction) bool {
	return slices.ContainsFunc(p.s.d.Tree().Comments, func(c dockerfile.Comment) bool { return c.Inside == ins })
}

// onlyJoins reports whether a text has nothing but what joins commands.
func onlyJoins(t string) bool {
	return strings.Trim(t, " \t\r\n\\`&;") == "" && strings.Count(t, "&") != 1 && !strings.Contains(t, "||")
}

// unitsOf returns the ranges of the commands of a list, pipes as one.
func unitsOf(script *shell.Script) []source.Range {
	var units []source.Range
	for _, c := range script.All() {
		if c.Outer != nil || c.InSubst || c.Range.Empty() {
			continue
		}
		r := c.Range
		if n := len(units); n > 0 && (c.Prev != nil || units[n-1].Contains(r) || r.Contains(units[n-1])) {
			units[n-1] = units[n-1].Join(r)
			continue
		}
		units = append(units, r)
	}
	return units
}

// runsAfter returns the RUNs of the stage behind ins, triggers excluded.
func (s *scan) runsAfter(ins *dockerfile.Instruction) []*dockerfile.Instruction {
	st := s.stageOf(ins)
	if st == nil {
		return nil
	}
	var out []*dockerfile.Instruction
	for _, o := range st.Body {
		if o.Index > ins.Index && o.Name == "RUN" && o.Err == nil {
			out = append(out, o)
		}
	}
	return out
}

// reads tells whether a RUN uses a variable: in its text, or by a program that
// takes it from the environment.
func (s *scan) reads(run *dockerfile.Instruction, name string) (source.Range, bool) {
	if strings.Contains(s.text[run.Range.Start:run.Range.End], name) {
		if r, ok := s.mentions(run, name); ok {
			return r, true
		}
		if r, ok := s.word(run, name); ok {
			return r, true
		}
	}
	for _, tool := range environmentReaders(name) {
		for c := range s.d.Shell(run).Find(tool) {
			if op := c.Package(); op != nil && op.Action == shell.Config {
				continue
			}
			return c.NameRange, true
		}
	}
	return source.Range{}, false
}

// mentions finds $NAME in an instruction.
func (s *scan) mentions(ins *dockerfile.Instruction, name string) (source.Range, bool) {
	text := s.text[ins.Range.Start:ins.Range.End]
	for i := 0; ; {
		n := strings.IndexByte(text[i:], '$')
		if n < 0 {
			return source.Range{}, false
		}
		i += n + 1
		rest := strings.TrimLeft(text[i:], "{#!")
		if after, ok := strings.CutPrefix(rest, name); ok && (after == "" || !dockerfile.IsNameByte(after[0])) {
			at := ins.Range.Start + i - 1
			return source.Range{Start: at, End: at + 1 + len(text[i:]) - len(after)}, true
		}
	}
}

// word finds NAME in an instruction as a word of its own: printenv NAME,
// process.env.NAME.
func (s *scan) word(ins *dockerfile.Instruction, name string) (source.Range, bool) {
	text := s.text[ins.Range.Start:ins.Range.End]
	for i := 0; ; {
		n := strings.Index(text[i:], name)
		if n < 0 {
			return source.Range{}, false
		}
		i += n
		end := i + len(name)
		if (i == 0 || !dockerfile.IsNameByte(text[i-1])) && (end == len(text) || !dockerfile.IsNameByte(text[end]) && text[end] != '=') {
			at := ins.Range.Start + i
			return source.Range{Start: at, End: at + len(name)}, true
		}
		i = end
	}
}

// environmentReaders names the programs that take a variable from the
// environment by themselves.
func environmentReaders(name string) []string {
	has := func(prefix string) bool { return strings.HasPrefix(name, prefix) }
	switch {
	case has("NPM_"), has("NODE_AUTH_"):
		return []string{"npm", "npx", "yarn", "pnpm"}
	case has("YARN_"):
		return []string{"yarn"}
	case has("COMPOSER_"):
		return []string{"composer"}
	case has("BUNDLE_"):
		return []string{"bundle"}
	case has("PIP_"):
		return []string{"pip"}
	case has("UV_"):
		return []string{"uv"}
	case has("POETRY_"):
		return []string{"poetry"}
	case has("CARGO_"):
		return []string{"cargo"}
	case has("AWS_"):
		return []string{"aws", "terraform"}
	case has("GH_"):
		return []string{"gh"}
	case has("PGPASS"):
		return []string{"psql", "pg_dump", "pg_restore"}
	case has("MYSQL_PWD"):
		return []string{"mysql", "mysqldump", "mysqladmin"}
	case has("SSHPASS"):
		return []string{"sshpass"}
	case has("HF_"):
		return []string{"huggingface-cli", "hf"}
	case has("TWINE_"):
		return []string{"twine"}
	case has("SENTRY_"):
		return []string{"sentry-cli"}
	case has("VAULT_"):
		return []string{"vault"}
	case has("TF_"):
		return []string{"terraform", "tofu"}
	}
	return nil
}

// hasEnvMounts reports whether a secret mount may set a variable: Dockerfile
// syntax 1.10. Without a syntax line the builder's own syntax counts.
func (s *scan) hasEnvMounts() bool {
	d := s.d.Tree().Directive("syntax")
	if d == nil {
		return true
	}
	image, _, _ := strings.Cut(d.Value, " ") // options may follow
	ref, err := knowledge.ParseRef(image)
	if err != nil || ref.Tag == "" || !strings.HasSuffix(ref.Repository, "docker/dockerfile") && !strings.HasSuffix(ref.Repository, "docker/dockerfile-upstream") {
		return !strings.Contains(d.Value, "experimental")
	}
	tag, _, _ := strings.Cut(ref.Tag, "-")
	major, rest, dotted := strings.Cut(tag, ".")
	if major != "1" {
		return major != "0" && tag != "experimental" && !strings.HasPrefix(tag, "1.0")
	}
	if !dotted {
		return true
	}
	minor, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(minor)
	return err == nil && n >= 10
}

// owner is the option that lets the user of a RUN read a mounted file. It reports
// false when the number of the user is not known.
func (s *scan) owner(run *dockerfile.Instruction) (string, bool) {
	user, _, _ := strings.Cut(s.d.Stages().StateAt(run).User, ":")
	switch user {
	case "", "root", "0":
		return "", true
	case "nonroot":
		return ",uid=65532", true
	case "node":
		return ",uid=1000", true
	}
	if _, err := strconv.Atoi(user); err == nil {
		return ",uid=" + user, true
	}
	for _, o := range s.stageOf(run).Body {
		for c := range s.d.Shell(o).Find("useradd", "adduser") {
			if id, ok := c.Option("-u", "--uid"); ok && hasWord(c.Args(), user) {
				if _, err := strconv.Atoi(id.Value); err == nil {
					return ",uid=" + id.Value, true
				}
			}
		}
	}
	return ",uid=1000", false
}

// variableMount gives a RUN a secret as a variable.
func (p *plan) variableMount(run *dockerfile.Instruction, name string) {
	if p.gone[run] {
		return
	}
	if p.s.hasEnvMounts() {
		p.mount(run, "type=secret,id="+name+",env="+name+",required=true")
		return
	}
	script := p.s.d.Shell(run)
	if script == nil || script.Form == shell.ExecForm || !script.Dialect.Parsed() || script.Shebang != "" {
		p.ok = false
		return
	}
	owner, _ := p.s.owner(run)
	p.mount(run, "type=secret,id="+name+",required=true"+owner)
	export := "export " + name + `="$(cat /run/secrets/` + name + `)"`
	if script.Form == shell.HeredocForm {
		p.edit(lint.Insert(script.Extent.Start, export+"\n"))
		return
	}
	p.edit(lint.Insert(run.ArgsRange.Start, export+" && "))
}

// bindingFixes repairs an ARG or ENV.
func (s *scan) bindingFixes(ins *dockerfile.Instruction, pair *dockerfile.Pair, name string, v verdict) []lint.Fix {
	st := s.stageOf(ins)
	if st == nil || ins.IsOnbuild() || v == placeholder || s.tired() || s.usedElsewhere(st, ins, pair, name) {
		return nil
	}
	p := s.plan()
	var readers []*dockerfile.Instruction
	for _, run := range s.runsAfter(ins) {
		if _, ok := s.reads(run, name); ok {
			readers = append(readers, run)
		}
	}
	for _, run := range readers {
		p.variableMount(run, name)
	}
	how := lint.Unsafe
	title := "Use a secret mount, and build with --secret id=" + name + ",env=" + name
	if ins.Name == "ARG" {
		title += " in place of --build-arg"
		if len(readers) == 0 {
			title, how = "Delete the build argument, which no command seems to read", lint.Manual
		}
		p.dropPair(ins, pair)
		if meta := s.metaOf(ins, name); meta != nil && len(meta.By.Pairs) == 1 && s.argCount(name) == 1 {
			p.drop(meta.By)
		}
		return p.fix(title, how)
	}
	if len(readers) == 0 {
		title = "Delete it, and pass it when the container starts"
	} else {
		title += " for the build"
	}
	if v == weak {
		how = lint.Manual
	}
	if len(ins.Pairs) == 1 && !p.commented(ins) && ins.Range.Start == ins.Lines.Start {
		p.edit(lint.Replace(ins.Range, "# "+name+" comes at run time: docker run --env "+name+" ..."))
	} else {
		p.dropPair(ins, pair)
	}
	return p.fix(title, how)
}

// argCount counts the stages that declare an argument.
func (s *scan) argCount(name string) int {
	n := 0
	for ins := range s.d.Instructions("ARG") {
		for k := range ins.Pairs {
			if ins.Pairs[k].Key.Value == name && s.stageOf(ins) != nil {
				n++
			}
		}
	}
	return n
}

// usedElsewhere reports whether other instructions than RUN need a variable, or
// bind it again.
func (s *scan) usedElsewhere(st *stage.Stage, ins *dockerfile.Instruction, pair *dockerfile.Pair, name string) bool {
	for _, in := range s.d.Stages().Stages {
		if !in.BuiltOn(st) {
			continue
		}
		for _, o := range in.Body {
			if o.Index < ins.Index || o.Err != nil {
				continue
			}
			if o.Name == "RUN" {
				if in != st {
					if _, ok := s.mentions(o, name); ok {
						return true
					}
				}
				continue
			}
			for k := range o.Pairs {
				if q := &o.Pairs[k]; q != pair && o.Name != "LABEL" && q.Key.Value == name {
					return true
				}
			}
			if r, ok := s.mentions(o, name); ok && (o != ins || !pair.Value.Range.Contains(r)) {
				return true
			}
		}
	}
	return false
}

// dropPair deletes a binding, or the instruction when it is the only one.
func (p *plan) dropPair(ins *dockerfile.Instruction, pair *dockerfile.Pair) {
	if len(ins.Pairs) == 1 {
		p.drop(ins)
		return
	}
	k := slices.IndexFunc(ins.Pairs, func(q dockerfile.Pair) bool { return q.Range == pair.Range })
	if k < 0 || p.commented(ins) || pair.Legacy {
		p.ok = false
		return
	}
	gone := pair.Range
	if k+1 < len(ins.Pairs) {
		gone.End = ins.Pairs[k+1].Range.Start
	} else {
		gone.Start = ins.Pairs[k-1].Range.End
	}
	p.edit(lint.Delete(gone))
	p.ok = p.ok && mended.Reads(p.s.d.Tree(), ins, []lint.Edit{lint.Delete(gone)})
}

// editable reports whether the words of a command can be changed in place.
func (s *scan) editable(ins *dockerfile.Instruction, c *shell.Command) bool {
	if s.aside != notAside {
		return false
	}
	script := s.d.Shell(ins)
	return ins.Name == "RUN" && !ins.IsOnbuild() && script != nil && script.Form != shell.ExecForm && script.Dialect.Parsed() &&
		c != nil && c.Outer == nil && c.Piece != nil && len(script.Pieces) > 0 && c.Piece == script.Pieces[0]
}

// put replaces a part of a word by a variable that a secret mount sets.
func (p *plan) put(ins *dockerfile.Instruction, w *shell.Word, from, to int, name string) {
	value := "$" + "{" + name + "}"
	if !p.s.hasEnvMounts() {
		value = "$(cat /run/secrets/" + name + ")"
	}
	r := w.Sub(from, to)
	switch w.Quote {
	case shell.Unquoted:
		value = `"` + value + `"`
	case shell.DoubleQuoted:
	case shell.SingleQuoted:
		value = `'"` + value + `"'`
		if to == len(w.Value) && r.End+1 == w.Range.End {
			r.End++ // with the closing quote
			value = value[:len(value)-1]
		}
	default:
		p.ok = false
		return
	}
	p.edit(lint.Replace(r, value))
	if p.s.hasEnvMounts() {
		p.mount(ins, "type=secret,id="+name+",env="+name+",required=true")
		return
	}
	owner, _ := p.s.owner(ins)
	p.mount(ins, "type=secret,id="+name+",required=true"+owner)
}

// variableFor names the variable for the secret of a command.
func (s *scan) variableFor(c *shell.Command, what string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(path.Base(c.Name)) {
		if 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			b.WriteRune(r)
		} else {
			b.WriteByte('_')
		}
	}
	name := b.String()
	if name == "" || name[0] >= '0' && name[0] <= '9' || name == "ECHO" || name == "PRINTF" {
		name = "BUILD"
	}
	low := strings.ToLower(what)
	if strings.Contains(low, "token") || strings.Contains(low, "header") || strings.Contains(low, "key") || strings.Contains(low, "bearer") {
		return name + "_TOKEN"
	}
	return name + "_PASSWORD"
}

// commandFixes repairs a secret among the words of a command.
func (s *scan) commandFixes(sp *spot) []lint.Fix {
	if s.tired() || !s.editable(sp.ins, sp.cmd) {
		return nil
	}
	p := s.plan()
	if sp.assign != nil {
		return s.assignFixes(p, sp)
	}
	name := s.variableFor(sp.cmd, sp.what)
	if _, used := s.mentions(sp.ins, name); used {
		return nil
	}
	title := "Give it by a secret mount, and build with --secret id=" + name + ",env=" + name
	if !sp.stores {
		p.put(sp.ins, sp.word, sp.from, sp.to, name)
		return p.fix(title, lint.Unsafe)
	}
	switch sp.cmd.Name {
	case "npm", "pnpm", "yarn", "yarnpkg":
		return s.referenced(p, sp)
	case "aws":
		var drop []*shell.Command
		for c := range s.d.Shell(sp.ins).Find("aws") {
			if _, ok := behindSub(c.Args(), "configure set"); ok && hasKeyWord(c) {
				drop = append(drop, c)
			}
		}
		return s.fileInstead(p, sp.ins, drop, credentialFile{"aws", "~/.aws/credentials", []string{"aws", "terraform"}})
	}
	return s.storeFixes(p, sp.ins, sp.cmd)
}

func hasKeyWord(c *shell.Command) bool {
	args := c.Args()
	for k := range args {
		if hasKey(args[k].Value, "secret_access_key access_key_id session_token") {
			return true
		}
	}
	return false
}

// assignFixes repairs NAME=secret.
func (s *scan) assignFixes(p *plan, sp *spot) []lint.Fix {
	a := sp.assign
	if !s.hasEnvMounts() {
		return nil
	}
	switch {
	case sp.cmd.Name == "export" || len(sp.cmd.Words) == 0:
		if len(sp.cmd.Assigns) != 1 {
			return nil
		}
		p.dropCommands(sp.ins, []*shell.Command{sp.cmd})
		if p.gone[sp.ins] {
			return nil
		}
	default:
		end := a.Range.End
		for end < len(s.text) && (s.text[end] == ' ' || s.text[end] == '\t') {
			end++
		}
		if dockerfile.Misread(s.text[end:]) {
			return nil
		}
		p.edit(lint.Delete(source.Range{Start: a.Range.Start, End: end}))
	}
	p.mount(sp.ins, "type=secret,id="+a.Name+",env="+a.Name+",required=true")
	return p.fix("Give it by a secret mount, and build with --secret id="+a.Name+",env="+a.Name, lint.Unsafe)
}

// credentialFile is a file in which programs look for credentials.
type credentialFile struct {
	id, target string
	tools      []string
}

// credentialFileFor knows the file by its name.
func credentialFileFor(name string) (credentialFile, bool) {
	switch strings.ToLower(path.Base(name)) {
	case ".npmrc":
		return credentialFile{"npmrc", "~/.npmrc", []string{"npm", "npx", "yarn", "pnpm"}}, true
	case ".yarnrc.yml":
		return credentialFile{"yarnrc", "~/.yarnrc.yml", []string{"yarn"}}, true
	case ".netrc":
		return credentialFile{"netrc", "~/.netrc", []string{"git", "curl", "wget", "pip", "go"}}, true
	case ".git-credentials":
		return credentialFile{"git-credentials", "~/.git-credentials", []string{"git", "go", "pip", "npm"}}, true
	case ".pypirc":
		return credentialFile{"pypirc", "~/.pypirc", []string{"twine", "python", "poetry"}}, true
	case "pip.conf":
		return credentialFile{"pip", "/etc/pip.conf", []string{"pip"}}, true
	case "settings.xml":
		return credentialFile{"maven", "~/.m2/settings.xml", []string{"mvn", "mvnw"}}, true
	case "gradle.properties":
		return credentialFile{"gradle", "~/.gradle/gradle.properties", []string{"gradle", "gradlew"}}, true
	case "nuget.config":
		return credentialFile{"nuget", "~/.nuget/NuGet/NuGet.Config", []string{"dotnet", "nuget"}}, true
	case "auth.json":
		return credentialFile{"composer", "~/.composer/auth.json", []string{"composer"}}, true
	case ".my.cnf":
		return credentialFile{"mysql", "~/.my.cnf", []string{"mysql", "mysqldump"}}, true
	case ".pgpass":
		return credentialFile{"pgpass", "~/.pgpass", []string{"psql", "pg_dump"}}, true
	case "kubeconfig":
		return credentialFile{"kubeconfig", "~/.kube/config", []string{"kubectl", "helm"}}, true
	case "credentials":
		if strings.HasSuffix(name, ".aws/credentials") {
			return credentialFile{"aws", "~/.aws/credentials", []string{"aws", "terraform"}}, true
		}
	}
	return credentialFile{}, false
}

// targetFor puts the home of the user of a RUN in.
func (s *scan) targetFor(run *dockerfile.Instruction, target string) string {
	if rest, ok := strings.CutPrefix(target, "~"); ok {
		return layers.Home(s.d.Stages().StateAt(run).User) + rest
	}
	return target
}

// fileInstead drops the commands that write a credential file, and mounts it for
// the RUNs that use it.
func (s *scan) fileInstead(p *plan, ins *dockerfile.Instruction, drop []*shell.Command, f credentialFile) []lint.Fix {
	p.dropCommands(ins, drop)
	how, used := lint.Unsafe, false
	for _, run := range append([]*dockerfile.Instruction{ins}, s.runsAfter(ins)...) {
		if p.gone[run] {
			continue
		}
		target := s.targetFor(run, f.target)
		s.dropRemovals(p, run, target)
		if f.id == "docker-config" && run != ins {
			s.dropLogouts(p, run, f.tools)
		}
		if p.gone[run] || !s.usesTool(run, f.tools, drop) {
			continue
		}
		if !s.mountFile(p, run, f.id, target) {
			how = lint.Manual
		}
		used = true
	}
	if !used {
		return nil
	}
	return p.fix("Mount the file as a secret, and build with --secret id="+f.id+",src=FILE", how)
}

// dropLogouts deletes the commands that forget a login which is no more.
func (s *scan) dropLogouts(p *plan, run *dockerfile.Instruction, tools []string) {
	var drop []*shell.Command
	for c := range s.d.Shell(run).Find(tools...) {
		if sub := c.SubcommandWord(); sub != nil && sub.Value == "logout" {
			drop = append(drop, c)
		}
	}
	p.dropCommands(run, drop)
}

func (s *scan) mountFile(p *plan, run *dockerfile.Instruction, id, target string) (known bool) {
	owner, known := s.owner(run)
	p.mount(run, "type=secret,id="+id+",target="+target+",required=true"+owner)
	return known
}

// usesTool reports whether a RUN calls one of the programs, apart from the
// commands that are dropped.
func (s *scan) usesTool(run *dockerfile.Instruction, tools []string, dropped []*shell.Command) bool {
	for c := range s.d.Shell(run).Find(tools...) {
		if !slices.Contains(dropped, c) {
			return true
		}
	}
	return false
}

// dropRemovals deletes the commands of a RUN that remove a file, or change its
// mode or owner.
func (s *scan) dropRemovals(p *plan, run *dockerfile.Instruction, target string) {
	if p.gone[run] {
		return
	}
	script := s.d.Shell(run)
	dir := s.d.Stages().StateAt(run).Workdir
	var drop []*shell.Command
	for c := range script.Find("rm", "shred", "unlink", "chmod", "chown") {
		var hit []*shell.Word
		ops := c.Operands()
		if (c.Name == "chmod" || c.Name == "chown") && len(ops) > 0 {
			ops = ops[1:]
		}
		for k := range ops {
			v := strings.NewReplacer("~", layers.Home(s.d.Stages().StateAt(run).User), "$HOME", layers.Home(s.d.Stages().StateAt(run).User)).Replace(ops[k].Value)
			at := layers.Absolute(path.Join("/", dir, c.Dir), v)
			if path.IsAbs(c.Dir) {
				at = layers.Absolute(c.Dir, v)
			}
			if at == target || c.Name != "rm" && path.Dir(target) == at || c.Name == "rm" && layers.Inside(at, target) && c.Has("-r", "-R") {
				hit = append(hit, &ops[k])
			}
		}
		switch {
		case len(hit) == 0:
		case len(hit) == len(ops):
			drop = append(drop, c)
		default:
			for _, w := range hit {
				p.edit(lint.Delete(source.Range{Start: w.Range.Start - 1, End: w.Range.End}))
			}
		}
	}
	p.dropCommands(run, drop)
}

// textFixes repairs what echo and the like write or hand on, and what a COPY
// holds.
func (s *scan) textFixes(ins *dockerfile.Instruction, c *shell.Command, t text, from, to int) []lint.Fix {
	if s.tired() {
		return nil
	}
	p := s.plan()
	if c == nil {
		return s.heredocFixes(p, ins)
	}
	if !s.editable(ins, c) {
		return nil
	}
	target, next := targetOf(c)
	if target != "" {
		f, ok := credentialFileFor(target)
		if !ok || f.target[0] != '~' && f.target != target {
			return nil
		}
		return s.fileInstead(p, ins, []*shell.Command{c}, f)
	}
	if next == nil && slices.ContainsFunc(c.Redirects, func(r shell.Redirect) bool { return strings.HasPrefix(r.Op, "<<") }) {
		next = c // the text is its own input
	}
	if next == nil {
		return nil
	}
	if fixes := s.storeFixes(s.plan(), ins, next); fixes != nil {
		return fixes
	}
	part := t.partAt(from)
	if _, stores := storesCredentials(next); stores || part.word == nil {
		return nil
	}
	name := s.variableFor(next, "password")
	if _, used := s.mentions(ins, name); used {
		return nil
	}
	p.put(ins, part.word, from-part.start+part.skip, to-part.start+part.skip, name)
	return p.fix("Give it by a secret mount, and build with --secret id="+name+",env="+name, lint.Unsafe)
}

// heredocFixes replaces a COPY of a here-document by a mount.
func (s *scan) heredocFixes(p *plan, ins *dockerfile.Instruction) []lint.Fix {
	n := len(ins.Args)
	if len(ins.Heredocs) != 1 || n != 2 || ins.IsOnbuild() || s.stageOf(ins) == nil {
		return nil
	}
	target := layers.Absolute(s.d.Stages().StateAt(ins).Workdir, ins.Args[n-1].Value)
	f, ok := credentialFileFor(target)
	if !ok || strings.ContainsAny(target, "$") || strings.HasSuffix(ins.Args[n-1].Value, "/") {
		return nil
	}
	p.drop(ins)
	how, used := lint.Unsafe, false
	for _, run := range s.runsAfter(ins) {
		s.dropRemovals(p, run, target)
		if p.gone[run] || !s.usesTool(run, f.tools, nil) && !s.usesPath(run, target) {
			continue
		}
		if !s.mountFile(p, run, f.id, target) {
			how = lint.Manual
		}
		used = true
	}
	if !used {
		return nil
	}
	return p.fix("Mount the file as a secret, and build with --secret id="+f.id+",src=FILE", how)
}
