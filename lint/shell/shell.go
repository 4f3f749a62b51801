// Package shell is the one reading of shell text in Dockerfiles. Read takes a
// RUN, CMD, ENTRYPOINT or HEALTHCHECK and returns a Script: every command in
// it, in source order, with its program, flags, words, redirections, package
// operations, downloads and files, each with its exact byte range. Nothing else
// parses shell text.
//
// The shell does not see the Dockerfile's text: the builder joins continued
// lines and drops the comments between them, a JSON string has escapes, a
// here-document may be unescaped once more. All of these only ever take bytes
// away. The text given to the shell parser is therefore the source with NUL
// bytes in place of what the shell does not see. The parser skips NUL bytes
// everywhere, so the tree is that of the real script, and its offsets are those
// of the source.
//
// Everything here is read-only once Read has returned and safe for concurrent
// use. Methods of a nil *Script answer as for a script without commands.
package shell

import "strings"

// Dialect is a family of shell languages.
type Dialect uint8

// The dialects. Scripts of the last three are not parsed.
const (
	Posix Dialect = iota // sh, dash, ash
	Bash                 // bash; ksh, mksh and zsh too
	PowerShell
	Cmd   // cmd.exe, and programs run as Windows runs them
	Other // not a shell
)

var dialectNames = [...]string{"sh", "bash", "powershell", "cmd", "other"}

// String returns a short name: "sh", "bash", "powershell", "cmd" or "other".
func (d Dialect) String() string { return dialectNames[d] }

// Parsed reports whether scripts of the dialect are parsed.
func (d Dialect) Parsed() bool { return d <= Bash }

// Options are shell options, as a set.
type Options uint8

// The options that are followed.
const (
	ErrExit  Options = 1 << iota // -e
	NoUnset                      // -u
	XTrace                       // -x
	PipeFail                     // -o pipefail
)

// Has reports whether all options of x are on.
func (o Options) Has(x Options) bool { return o&x == x }

// Shell is the shell in force at an instruction: the argument vector of the
// last SHELL, to which the builder appends the script. The zero value is the
// default shell of Linux.
type Shell struct {
	Argv []string
	// Set says that a SHELL instruction chose it.
	Set bool
}

// Default returns the default shell of Linux: /bin/sh -c.
func Default() Shell { return Shell{} }

// Windows returns the default shell of Windows: cmd /S /C.
func Windows() Shell { return Shell{Argv: []string{"cmd", "/S", "/C"}} }

// New returns the shell that SHELL with this argument vector sets.
func New(argv ...string) Shell { return Shell{Argv: argv, Set: true} }

// Dialect returns the language of scripts run by s: that of the first word of
// the argument vector that is a known shell.
func (s Shell) Dialect() Dialect {
	d, _ := s.read()
	return d
}

// Options returns the options that the argument vector turns on.
func (s Shell) Options() Options {
	_, o := s.read()
	return o
}

func (s Shell) read() (Dialect, Options) {
	if len(s.Argv) == 0 {
		return Posix, 0
	}
	for i, a := range s.Argv {
		d, ok := shellProgram(a)
		if !ok {
			continue
		}
		if !d.Parsed() {
			return d, 0
		}
		var inv invocation
		for _, a := range s.Argv[i+1:] {
			inv.arg(a)
		}
		return d, inv.options
	}
	return Other, 0
}

// shellProgram returns the dialect of a shell given as a path or a name.
func shellProgram(name string) (Dialect, bool) {
	switch programName(name) {
	case "sh", "dash", "ash", "busybox-sh", "posh", "yash":
		return Posix, true
	case "bash", "rbash", "ksh", "ksh93", "mksh", "oksh", "zsh":
		return Bash, true
	}
	switch strings.TrimSuffix(strings.ToLower(windowsBase(name)), ".exe") {
	case "powershell", "pwsh", "powershell-preview", "pwsh-preview":
		return PowerShell, true
	case "cmd":
		return Cmd, true
	}
	return Other, false
}

// programName returns the last element of a slash-separated path.
func programName(p string) string {
	return p[strings.LastIndexByte(p, '/')+1:]
}

func windowsBase(p string) string {
	return p[strings.LastIndexAny(p, `/\`)+1:]
}

// invocation reads the arguments of a shell one after another.
type invocation struct {
	options Options
	command bool // -c: the first operand is a script
	stdin   bool // -s: the script comes from standard input
	done    bool // the operand has come
	setopt  byte // '-' or '+' when the next argument is the value of -o
	skip    bool // the next argument is the value of another option
}

// arg reads one argument and reports whether it is the first operand.
func (v *invocation) arg(a string) bool {
	switch {
	case v.done:
		return false
	case v.setopt != 0:
		v.set(namedOption(a), v.setopt)
		v.setopt = 0
		return false
	case v.skip:
		v.skip = false
		return false
	case a == "--" || a == "-":
		return false
	case strings.HasPrefix(a, "--"):
		v.skip = a == "--rcfile" || a == "--init-file"
		return false
	case len(a) > 1 && (a[0] == '-' || a[0] == '+'):
		v.letters(a)
		return false
	}
	v.done = true
	return true
}

func (v *invocation) letters(a string) {
	for i := 1; i < len(a); i++ {
		switch c := a[i]; c {
		case 'c':
			v.command = true
		case 's':
			v.stdin = true
		case 'o':
			v.setopt = a[0]
		case 'O':
			v.skip = true
		default:
			v.set(letterOption(c), a[0])
		}
	}
}

func (v *invocation) set(o Options, sign byte) {
	if sign == '+' {
		v.options &^= o
	} else {
		v.options |= o
	}
}

func letterOption(c byte) Options {
	switch c {
	case 'e':
		return ErrExit
	case 'u':
		return NoUnset
	case 'x':
		return XTrace
	}
	return 0
}

func namedOption(s string) Options {
	switch s {
	case "errexit":
		return ErrExit
	case "nounset":
		return NoUnset
	case "xtrace":
		return XTrace
	case "pipefail":
		return PipeFail
	}
	return 0
}
