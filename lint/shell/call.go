package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// command appends a command to the script, reads what it runs in its turn, and
// does to the state what it does to the shell.
func (r *reader) command(c call, cx Context, st *state) *Command {
	cmd := r.fresh()
	cx.Options, cx.Dir = st.options, st.dir
	cmd.Context = cx
	cmd.Words, cmd.Assigns, cmd.Redirects = c.words, c.assigns, c.redirs
	cmd.Range, cmd.Stmt, cmd.Call, cmd.Piece, cmd.Outer = c.extent, c.stmt, c.node, c.piece, c.outer
	cmd.Wrappers = c.wrappers
	cmd.NameRange = source.Range{Start: c.extent.Start, End: c.extent.Start}
	if len(c.words) == 0 {
		return cmd
	}
	cmd.unwrap()
	w := &cmd.Words[0]
	cmd.Name = programName(w.Value)
	cmd.NameRange = w.Range
	if w.Static && len(cmd.Name) > 0 && len(cmd.Name) < len(w.Value) {
		cmd.NameRange = w.Sub(len(w.Value)-len(cmd.Name), len(w.Value))
	}
	cmd.Family = family(cmd.Name)
	if !w.Static {
		return cmd
	}
	if len(cmd.Assigns) == 0 && (cmd.Name == "export" || cmd.Name == "readonly" || cmd.Name == "local") {
		cmd.bind(cmd.Args())
	}
	r.effects(cmd, st)
	r.nested(cmd, st)
	return cmd
}

// unwrap moves the programs that run others from Words to Wrappers.
func (c *Command) unwrap() {
	for len(c.Words) > 1 && c.Words[0].Static {
		n := c.wrapperLength()
		if n == 0 || n >= len(c.Words) {
			return
		}
		words := c.Words[:n:n]
		c.Wrappers = append(c.Wrappers, Wrapper{
			Name: programName(words[0].Value), Words: words,
			Range: words[0].Range.Join(words[n-1].Range),
		})
		c.wrapperAssigns(words)
		if name := programName(words[0].Value); name == "chroot" || name == "sudo" && wantsLogin(words) {
			c.Dir = ""
		}
		c.Words = c.Words[n:]
	}
}

func wantsLogin(words []Word) bool {
	for i := range words {
		if v := words[i].Value; v == "-i" || v == "--login" || v == "-l" {
			return true
		}
	}
	return false
}

// wrapperAssigns keeps the bindings of env A=b and sudo A=b.
func (c *Command) wrapperAssigns(words []Word) {
	switch programName(words[0].Value) {
	case "env", "sudo", "doas":
		c.bind(words[1:])
	}
}

// bind adds those of the words that are bindings to Assigns.
func (c *Command) bind(words []Word) {
	for i := range words {
		w := &words[i]
		eq := strings.IndexByte(w.Value, '=')
		if eq <= 0 || !dockerfile.IsName(w.Value[:eq]) {
			continue
		}
		c.Assigns = append(c.Assigns, Assign{
			Name: w.Value[:eq], NameRange: w.Sub(0, eq), Value: w.From(eq + 1), Has: true, Range: w.Range,
		})
	}
}

// wrapper describes how a program that runs another reads its arguments.
type wrapper struct {
	short    string // letters of options that take a value
	long     string // names of options that take a value, separated by blanks
	operands int    // arguments before the command
	assigns  bool   // NAME=value may stand before the command
	not      string // letters of options that make it run nothing
}

func wrapperOf(name string) (wrapper, bool) {
	switch name {
	case "sudo":
		return wrapper{
			short: "aCcDghpRrTtUu", assigns: true, not: "KklVve",
			long: "auth-type close-from chdir group host login-class prompt chroot role command-timeout type other-user user",
		}, true
	case "doas":
		return wrapper{short: "aCu", assigns: true}, true
	case "env":
		return wrapper{short: "uC", long: "unset chdir", assigns: true, not: "S"}, true
	case "nice":
		return wrapper{short: "n", long: "adjustment"}, true
	case "ionice":
		return wrapper{short: "cnpPu", long: "class classdata", not: "pPu"}, true
	case "nohup", "setsid", "exec", "builtin", "command", "fakeroot", "eatmydata", "unbuffer", "catatonit",
		"ssh-agent", "dbus-run-session", "linux32", "linux64", "torify", "torsocks", "proxychains", "proxychains4", "busybox", "noglob", "nocorrect":
		w := wrapper{}
		switch name {
		case "exec":
			w.short = "a"
		case "command":
			w.not = "vV"
		case "fakeroot":
			w = wrapper{short: "lsibf", long: "lib faked"}
		}
		return w, true
	case "time":
		return wrapper{short: "fo", long: "format output"}, true
	case "stdbuf":
		return wrapper{short: "ioe", long: "input output error"}, true
	case "timeout":
		return wrapper{short: "ks", long: "kill-after signal", operands: 1}, true
	case "gosu", "su-exec", "setuidgid", "s6-setuidgid", "faketime", "setarch", "flock":
		return wrapper{operands: 1, short: "wE", not: "c"}, true
	case "chroot":
		return wrapper{long: "userspec groups", operands: 1}, true
	case "chpst":
		return wrapper{short: "uUbe/nmdopfcrtl"}, true
	case "tini", "tini-static":
		return wrapper{short: "pe"}, true
	case "dumb-init":
		return wrapper{short: "r", long: "rewrite"}, true
	case "xvfb-run":
		return wrapper{short: "efnspw", long: "error-file auth-file server-num server-args xauth-protocol wait"}, true
	case "setpriv":
		return wrapper{long: "clear-groups reuid regid groups inh-caps ambient-caps bounding-set securebits pdeathsig"}, true
	}
	return wrapper{}, false
}

// wrapperLength returns how many words belong to the wrapper that Words begin
// with; 0 when they do not begin with one.
func (c *Command) wrapperLength() int {
	name := programName(c.Words[0].Value)
	spec, ok := wrapperOf(name)
	if !ok {
		return c.launcherLength(name)
	}
	i, left := 1, spec.operands
	for ; i < len(c.Words); i++ {
		w := &c.Words[i]
		v := w.Value
		switch {
		case v == "--":
			continue
		case len(v) > 1 && v[0] == '-' && (w.Static || v[1] != '$'):
			n := spec.flag(v)
			if n < 0 {
				return 0
			}
			i += n
		case spec.assigns && assignment(v):
		case left > 0:
			left--
		default:
			return i
		}
	}
	return 0
}

func assignment(v string) bool {
	eq := strings.IndexByte(v, '=')
	return eq > 0 && dockerfile.IsName(v[:eq])
}

// flag returns how many words the flag v takes behind itself; -1 when it makes
// the wrapper run nothing.
func (s *wrapper) flag(v string) int {
	if strings.HasPrefix(v, "--") {
		if !strings.Contains(v, "=") && hasField(s.long, v[2:]) {
			return 1
		}
		return 0
	}
	for i := 1; i < len(v); i++ {
		if strings.IndexByte(s.not, v[i]) >= 0 {
			return -1
		}
		if strings.IndexByte(s.short, v[i]) >= 0 {
			if i == len(v)-1 {
				return 1
			}
			return 0
		}
	}
	return 0
}

// hasField reports whether name is one of the blank-separated fields of list.
func hasField(list, name string) bool {
	for len(list) >= len(name) && name != "" {
		i := strings.Index(list, name)
		if i < 0 {
			return false
		}
		end := i + len(name)
		if (i == 0 || list[i-1] == ' ') && (end == len(list) || list[end] == ' ') {
			return true
		}
		list = list[end:]
	}
	return false
}

// launcherLength is wrapperLength for interpreters that run a package manager:
// python -m pip, php composer.phar, corepack yarn.
func (c *Command) launcherLength(name string) int {
	second := c.Words[1].Value
	switch family(name) {
	case "python", "pypy":
		for i := 1; i+1 < len(c.Words) && strings.HasPrefix(c.Words[i].Value, "-"); i++ {
			v := c.Words[i].Value
			if v == "-c" {
				return 0
			}
			if strings.HasSuffix(v, "m") && !strings.HasPrefix(v, "--") {
				if pythonTool(c.Words[i+1].Value) {
					return i + 1
				}
				return 0
			}
		}
	case "php":
		for i := 1; i < len(c.Words); i++ {
			v := c.Words[i].Value
			if v == "-d" {
				i++
				continue
			}
			if strings.HasPrefix(v, "-") {
				continue
			}
			if n := programName(v); n == "composer" || n == "composer.phar" {
				return i
			}
			return 0
		}
	case "corepack":
		switch second {
		case "yarn", "yarnpkg", "pnpm", "pnpx", "npm", "npx":
			return 1
		}
	}
	return 0
}

func pythonTool(module string) bool {
	switch module {
	case "pip", "pipenv", "poetry", "uv", "pipx", "pdm", "conda":
		return true
	}
	return false
}

// effects does to the state what a command does to the shell that runs it.
func (r *reader) effects(c *Command, st *state) {
	for i := range c.Wrappers {
		switch c.Wrappers[i].Name {
		case "builtin", "command", "exec":
		default:
			return
		}
	}
	if c.Piece == nil {
		return
	}
	switch c.Name {
	case "cd", "chdir", "pushd":
		st.chdir(c.Args())
	case "popd":
		st.dir, st.before = st.before, ""
	case "set":
		var v invocation
		v.options = st.options
		for _, w := range c.Args() {
			if !w.Static || v.arg(w.Value) || w.Value == "--" {
				break
			}
		}
		st.options = v.options
	}
}

// nested reads the scripts and commands in the arguments of a command.
func (r *reader) nested(c *Command, st *state) {
	if r.depth >= maxNesting {
		return
	}
	r.depth++
	defer func() { r.depth-- }()
	switch c.Name {
	case "eval":
		r.eval(c, st)
	case "su", "runuser":
		r.su(c)
	case "xargs", "parallel":
		r.tail(c, xargsLength(c))
	case "find":
		r.find(c)
	default:
		if d, ok := shellProgram(c.Name); ok && d.Parsed() {
			r.interpreter(c, d)
		}
	}
}

func (c *Command) inner() Context {
	cx := c.Context
	cx.Join, cx.Negated, cx.InPipe = First, false, false
	return cx
}

// interpreter reads sh -c script and sh <<EOF.
func (r *reader) interpreter(c *Command, d Dialect) {
	var v invocation
	args := c.Args()
	operand := -1
	for i := range args {
		if !args[i].Static && strings.HasPrefix(args[i].Value, "$") && !v.command {
			return
		}
		if v.arg(args[i].Value) {
			operand = i
			break
		}
	}
	st := state{options: v.options, dir: c.Dir}
	cx := c.inner()
	cx.Subshell = 0
	switch {
	case v.command && operand >= 0:
		r.argument(c, &args[operand], d, cx, &st)
	case !v.command && (operand < 0 || v.stdin):
		if h := c.Heredoc(); h != nil {
			r.input(c, h, d, cx, &st)
		}
	}
}

// argument reads a word as a script.
func (r *reader) argument(c *Command, w *Word, d Dialect, cx Context, st *state) {
	if w.Raw != nil && len(w.Raw.Parts) == 1 && wholly(w.Raw.Parts[0]) {
		return
	}
	text, start, ok := w.Spread()
	if !ok {
		return
	}
	r.script(text, start, d, cx, st, c, !w.Static)
}

// wholly reports whether a word is nothing but one expansion: what it runs is
// not to be seen.
func wholly(part syntax.WordPart) bool {
	switch part := part.(type) {
	case *syntax.Lit, *syntax.SglQuoted:
		return false
	case *syntax.DblQuoted:
		return len(part.Parts) == 1 && wholly(part.Parts[0])
	}
	return true
}

// Spread returns the value of the word as a text that is as long as its place
// in the source, NUL bytes standing where the source has more, and the offset
// at which it starts.
func (w *Word) Spread() (text string, start int, ok bool) {
	if w.Raw == nil {
		if w.piece == nil {
			return "", 0, false
		}
		return w.piece.text, w.piece.Extent.Start, w.Value != ""
	}
	value, pos := w.offsets()
	if len(value) == 0 {
		return "", 0, false
	}
	start = pos[0]
	n := pos[len(pos)-1] + 1 - start
	if n == len(value) {
		return string(value), start, true
	}
	buf := make([]byte, n)
	for i, c := range value {
		if k := pos[i] - start; 0 <= k && k < n {
			buf[k] = c
		}
	}
	return string(buf), start, true
}

// input reads the here-document of a shell.
func (r *reader) input(c *Command, h *Redirect, d Dialect, cx Context, st *state) {
	if h.Body.Empty() || c.Piece == nil {
		return
	}
	h.Script = true
	base := c.Piece.Extent.Start
	raw := c.Piece.text[h.Body.Start-base : h.Body.End-base]
	text := maskDocument(raw, h.Target.Quote == Unquoted, h.Op == "<<-")
	r.script(text, h.Body.Start, d, cx, st, c, !h.Static)
}

// eval reads eval 'script'. It runs in the same shell.
func (r *reader) eval(c *Command, st *state) {
	args := c.Args()
	if len(args) == 1 && c.Piece != nil {
		r.argument(c, &args[0], c.Piece.Dialect, c.inner(), st)
	}
}

// su reads su -c script and runuser -u user command.
func (r *reader) su(c *Command) {
	args := c.Args()
	st := state{dir: c.Dir}
	d := Posix
	for i := 0; i < len(args); i++ {
		switch v := args[i].Value; {
		case v == "-" || v == "-l" || v == "--login":
			st.dir = ""
		case v == "-c" || v == "--command" || len(v) > 2 && v[0] == '-' && v[1] != '-' && v[len(v)-1] == 'c':
			if i+1 < len(args) {
				r.argument(c, &args[i+1], d, c.inner(), &st)
			}
			return
		case strings.HasPrefix(v, "--command="):
			w := args[i].From(len("--command="))
			r.argument(c, &w, d, c.inner(), &st)
			return
		case v == "-s" || v == "--shell" || v == "-g" || v == "-G" || v == "-w":
			if i++; i < len(args) && v[1] != 'g' && v[1] != 'G' {
				if got, ok := shellProgram(args[i].Value); ok {
					d = got
				}
			}
		case v == "-u" && c.Name == "runuser" && i+2 < len(args):
			n := i + 2
			if args[n].Value == "--" {
				n++
			}
			r.tail(c, n+1)
			return
		}
	}
}

// tail reads Words[n:] as a command of its own.
func (r *reader) tail(c *Command, n int) {
	if n <= 0 || n >= len(c.Words) {
		return
	}
	r.given(c, c.Words[n:])
}

// given reads words among the arguments of c as a command of its own.
func (r *reader) given(c *Command, words []Word) {
	st := state{options: c.Options, dir: c.Dir}
	r.command(call{
		words: words, node: c.Call, stmt: c.Stmt, piece: c.Piece, outer: c,
		extent: words[0].Range.Join(words[len(words)-1].Range),
	}, c.inner(), &st)
}

// xargsLength returns the index in Words of the command that xargs runs.
func xargsLength(c *Command) int {
	spec := wrapper{
		short: "InPLdEsa", long: "max-args max-procs max-lines delimiter arg-file max-chars process-slot-var",
	}
	if c.Name == "parallel" {
		spec = wrapper{short: "jaNnIdC", long: "jobs arg-file max-args delimiter colsep delay retries timeout joblog"}
	}
	for i := 1; i < len(c.Words); i++ {
		v := c.Words[i].Value
		if v == "--" {
			continue
		}
		if len(v) < 2 || v[0] != '-' {
			return i
		}
		i += max(spec.flag(v), 0)
	}
	return 0
}

// find reads the commands of find -exec.
func (r *reader) find(c *Command) {
	for i := 1; i < len(c.Words); i++ {
		switch c.Words[i].Value {
		case "-exec", "-execdir", "-ok", "-okdir":
		default:
			continue
		}
		end := execEnd(c.Words, i+1)
		if end > i+1 {
			r.given(c, c.Words[i+1:end:end])
		}
		i = end
	}
}
