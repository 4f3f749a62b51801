package shell

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// Bashism finds syntax that the shell of the image does not know.
var Bashism = &lint.Rule{
	ID:      "bashism",
	Summary: "The shell that runs this does not know the syntax",
	Aliases: []string{
		"SC3001", "SC3005", "SC3006", "SC3010", "SC3011", "SC3014", "SC3020", "SC3024", "SC3030", "SC3040",
		"SC3044", "SC3046", "SC3051", "SC3054", "SC3057", "SC3060", "SC2039",
	},
	Doc: `
RUN in shell form is run by /bin/sh unless SHELL says otherwise. On Debian and Ubuntu
that is dash, on Alpine the ash of busybox. Neither knows arrays, process
substitution or the other additions of bash, and dash neither [[ ]] nor source nor
the option pipefail. Set SHELL to bash, where the image has it, or write it the POSIX
way.

It is silent where /bin/sh of the base image is bash (Fedora, Red Hat) or is not
known. It runs where shellcheck is not installed.
`,
	Bad:      "FROM debian:12\nRUN [[ -f /etc/x ]] && true\n",
	Good:     "FROM debian:12\nRUN [ -f /etc/x ] && true\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, s := range unchecked(p) {
			if !posix(p, ins, s) {
				continue
			}
			facts, _ := p.Image(p.Stages().StageOf(ins))
			b := bashisms{p: p, ash: facts.Shell == "ash" && !s.Shell.Set}
			for _, piece := range s.Pieces {
				if piece.Dialect == shell.Posix && !piece.Approximate && piece.File != nil {
					b.look(piece)
				}
			}
			b.commands(s)
		}
	},
}

// bashisms looks for syntax beyond POSIX.
type bashisms struct {
	p   *lint.Pass
	ash bool // busybox, which knows some of it
}

func (b *bashisms) say(r source.Range, what string) {
	shell := "dash"
	if b.ash {
		shell = "ash"
	}
	b.p.Report(lint.Diagnostic{
		Range:   r,
		Message: what + " is not known to " + shell + ", which is /bin/sh here: set SHELL to bash or write it the POSIX way",
	})
}

// look walks a syntax tree that only bash could read.
func (b *bashisms) look(piece *shell.Piece) {
	if piece.Bashism == nil {
		return
	}
	syntax.Walk(piece.File, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.ArrayExpr:
			b.say(piece.Range(n), "an array")
		case *syntax.ProcSubst:
			b.say(piece.Range(n), "process substitution")
		case *syntax.FuncDecl:
			if n.RsrvWord {
				b.say(piece.Range(n.Name), "the word function")
			}
		case *syntax.TestClause:
			if !b.ash {
				b.say(piece.Range(n), "[[ ]]")
			}
			return false
		case *syntax.ArithmCmd:
			b.say(piece.Range(n), "(( ))")
		case *syntax.Redirect:
			if n.Op == syntax.WordHdoc {
				b.say(piece.Range(n.Word), "<<<")
			}
			if (n.Op == syntax.RdrAll || n.Op == syntax.AppAll) && !b.ash {
				b.say(piece.Range(n.Word), "&>")
			}
		case *syntax.ParamExp:
			b.param(piece, n)
		case *syntax.SglQuoted:
			if n.Dollar && !b.ash {
				b.say(piece.Range(n), "$'...'")
			}
		}
		return true
	})
}

func (b *bashisms) param(piece *shell.Piece, n *syntax.ParamExp) {
	switch {
	case n.Index != nil:
		b.say(piece.Range(n), "an array")
	case n.Excl:
		b.say(piece.Range(n), "indirect expansion")
	case b.ash:
	case n.Repl != nil:
		b.say(piece.Range(n), "${x/y/z}")
	case n.Slice != nil:
		b.say(piece.Range(n), "${x:1}")
	case n.Exp != nil && (n.Exp.Op == syntax.UpperFirst || n.Exp.Op == syntax.UpperAll || n.Exp.Op == syntax.LowerFirst || n.Exp.Op == syntax.LowerAll):
		b.say(piece.Range(n), "${x^^}")
	}
}

// commands finds builtins that only bash has.
func (b *bashisms) commands(s *shell.Script) {
	for c := range s.Find("[[", "source", "pushd", "popd", "shopt", "declare", "typeset", "function", "set") {
		if c.Piece == nil || c.Piece.Dialect != shell.Posix || c.Piece.Approximate || c.Outer != nil {
			continue
		}
		switch {
		case c.Name == "set":
			for _, w := range c.Args() {
				if w.Value == "pipefail" && !b.ash && !c.Tested {
					b.say(w.Range, "the option pipefail")
				}
			}
		case b.ash && (c.Name == "source" || c.Name == "[["):
		case c.Name == "[[":
			b.say(c.Range, "[[ ]]")
		default:
			b.say(c.NameRange, c.Name)
		}
	}
}
