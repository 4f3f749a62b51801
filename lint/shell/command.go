package shell

import (
	"sync/atomic"

	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint/source"
)

// Command is one command of a script: a program with its words, or what the
// shell itself does.
type Command struct {
	// Name is the base name of the program that runs in the end, behind the
	// wrappers: "apt-get" for "sudo /usr/bin/apt-get". Names of shell syntax are
	// "[[", "((" and "let". It is empty when nothing is run: for bare
	// assignments and redirections, and for the redirections of a compound
	// command. When the program is not Static, Name is as it is written.
	Name      string
	NameRange source.Range
	// Family is Name without the version that some programs carry: "pip" for
	// pip3.11, "python" for python3.
	Family string
	// Range is the whole call with its wrappers, assignments and redirections;
	// bodies of here-documents excluded.
	Range source.Range
	// Wrappers are the programs that run this one: sudo, env, timeout, ...
	Wrappers []Wrapper
	Assigns  []Assign
	// Words are the program and its arguments; empty when nothing is run.
	Words     []Word
	Redirects []Redirect
	// Stmt and Call are the syntax tree; nil in the exec form. Commands given as
	// arguments (xargs, find -exec) share those of their Outer.
	Stmt *syntax.Stmt
	Call *syntax.CallExpr
	// Piece is the text that holds the command; nil in the exec form.
	Piece *Piece
	// Index is the place in Script.Commands.
	Index int
	// Outer is the command in whose arguments, substitution or here-document
	// this one stands: xargs, find, sh -c, eval, su; or nil.
	Outer *Command
	// Prev and Next are the neighbours in a pipe, or nil.
	Prev, Next *Command
	Context

	script *Script
	flags  atomic.Pointer[parsedFlags]
	op     atomic.Pointer[packageResult]
}

// Join says how a command is reached from the one before it.
type Join uint8

// The ways to join commands.
const (
	First Join = iota // the first of its list
	Then              // ; or a new line
	And               // &&
	Or                // ||
	Pipe              // |
)

// Context is where in the script a command stands.
type Context struct {
	Join Join
	// Conditional says that a successful script may not have run the command: it
	// stands in a branch of if or case, in the body of a loop, behind || or
	// behind a test and &&.
	Conditional bool
	// Tested says that the script goes on when the command fails: it is a
	// condition, or stands on the left of || whose right side does not end the
	// script.
	Tested     bool
	Negated    bool // ! command
	Background bool // command &
	InLoop     bool // in the body of for, while or until
	InSubst    bool // in $(...), `...` or <(...)
	InPipe     bool
	// Group holds the redirections of the innermost compound command around this
	// one that has some, or nil: { echo a; echo b; } > file.
	Group *Command
	// Function is the name of the function whose body holds the command.
	Function string
	// Subshell counts the subshells around the command: (...), substitutions
	// and the parts of a pipe.
	Subshell int
	// Options are those known to be on.
	Options Options
	// Dir is the working directory, relative to that of the instruction ("." is
	// the same) or absolute; "" when it is not known.
	Dir string
}

// Args returns the words behind the program.
func (c *Command) Args() []Word {
	if len(c.Words) == 0 {
		return nil
	}
	return c.Words[1:]
}

// Script returns the script that holds c.
func (c *Command) Script() *Script { return c.script }

// Wrapper is a program that runs another, with its own flags.
type Wrapper struct {
	Name  string
	Words []Word // the wrapper and its arguments
	Range source.Range
}

// Wrapper returns the first wrapper with one of the names, or nil.
func (c *Command) Wrapper(names ...string) *Wrapper {
	for i := range c.Wrappers {
		for _, n := range names {
			if c.Wrappers[i].Name == n {
				return &c.Wrappers[i]
			}
		}
	}
	return nil
}

// Assign is a binding such as NAME=value in front of a command, alone, behind
// export, or behind env.
type Assign struct {
	Name      string
	NameRange source.Range
	Value     Word // empty when Has is false
	Has       bool // whether there is a value
	Append    bool // +=
	Range     source.Range
	// Array is the syntax tree of NAME=(...), or nil.
	Array *syntax.ArrayExpr
}

// Assign returns the last binding of the name, or nil.
func (c *Command) Assign(name string) *Assign {
	for i := len(c.Assigns) - 1; i >= 0; i-- {
		if c.Assigns[i].Name == name {
			return &c.Assigns[i]
		}
	}
	return nil
}

// Redirect is a redirection.
type Redirect struct {
	// Op is the operator: ">", ">>", "<", "<<", "<<-", "<<<", ">&", "&>", ...
	Op string
	// Fd is the file descriptor, as written or as the operator implies; -1 for
	// {name}> and for &>, which takes 1 and 2.
	Fd     int
	Target Word // of a here-document: its delimiter
	Range  source.Range
	// Body is the range of a here-document's lines without the delimiter.
	Body source.Range
	// Content is a here-document as the command reads it, with expansions as
	// they are written; Static says that there are none.
	Content string
	Static  bool
	// Script says that the body is run as shell text: its commands are in the
	// list, too.
	Script bool
}

// Writes reports whether the redirection writes to its target as to a file.
func (r *Redirect) Writes() bool {
	switch r.Op {
	case ">", ">>", ">|", "&>", "&>>", "<>":
		return true
	case ">&":
		return !fdWord(r.Target.Value)
	}
	return false
}

// fdWord reports whether s, behind >& or <&, is a descriptor and no file.
func fdWord(s string) bool {
	if s == "-" {
		return true
	}
	for i := range len(s) {
		if !isDigit(s[i]) && (i < len(s)-1 || s[i] != '-') {
			return false
		}
	}
	return s != ""
}

// Heredoc returns the redirection of standard input from a here-document, or
// nil.
func (c *Command) Heredoc() *Redirect {
	for i := len(c.Redirects) - 1; i >= 0; i-- {
		if r := &c.Redirects[i]; (r.Op == "<<" || r.Op == "<<-") && r.Fd == 0 {
			return r
		}
	}
	return nil
}
