package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// UnquotedVariable finds expansions that are split into words.
var UnquotedVariable = &lint.Rule{
	ID:      "unquoted-variable",
	Summary: "An unquoted variable is split into words",
	Aliases: []string{"SC2086", "S6570"},
	Doc: `
Without double quotes the shell splits the value of a variable at blanks and
expands its * and ? to the names of files. A path with a space becomes two
arguments.

Variables whose value is known from ARG or ENV and has nothing to split are left
alone, and so are places where nothing is split: assignments, [[ ]], case, and the
parameters that are numbers. Names that ask for splitting (FLAGS, OPTS, ARGS, DEPS,
PACKAGES and the like) are left alone as well, which shellcheck does not do.

It runs where shellcheck is not installed.

# Fix safety

A variable that is meant to be split into several arguments is one argument then.
`,
	Bad:      "FROM debian:12\nARG DIR\nRUN rm -r $DIR\n",
	Good:     "FROM debian:12\nARG DIR\nRUN rm -r \"$DIR\"\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, s := range unchecked(p) {
			for _, c := range s.Commands {
				if c.Call == nil || c.Piece.Approximate || c.Name == "[[" || c.Outer != nil && c.Call == c.Outer.Call {
					continue
				}
				for k := range c.Words {
					if k > 0 && !splitOnPurpose(c) {
						checkWord(p, ins, c, &c.Words[k])
					}
				}
			}
		}
	},
}

// splitOnPurpose reports whether the words of the command are declarations, or
// feed the words to something that wants them split.
func splitOnPurpose(c *shell.Command) bool {
	switch c.Name {
	case "export", "local", "declare", "readonly", "typeset", "eval", "set", "shift", "exit", "return", "sleep", "for":
		return true
	}
	return false
}

func checkWord(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command, w *shell.Word) {
	if w.Static || w.Raw == nil {
		return
	}
	for _, v := range w.Variables() {
		if v.Quoted || v.Default || v.Node == nil || !splits(p, ins, c, &v) {
			continue
		}
		d := lint.Diagnostic{
			Range:   v.Range,
			Message: "the value of " + v.Name + " is split at blanks and its * and ? are expanded: put it in double quotes",
		}
		if plainShell(c) && !inside(w, v.Node) {
			d.Fixes = []lint.Fix{{
				Title:         "Add double quotes",
				Applicability: lint.Unsafe,
				Edits:         []lint.Edit{lint.Insert(v.Range.Start, `"`), lint.Insert(v.Range.End, `"`)},
			}}
		}
		p.Report(d)
	}
}

// plainShell reports whether quotes can be written into the command as they are.
func plainShell(c *shell.Command) bool {
	s := c.Script()
	return s.Form != shell.ExecForm && len(s.Pieces) > 0 && c.Piece == s.Pieces[0]
}

// inside reports whether the expansion is part of another, such as the y of
// ${x:-$y}.
func inside(w *shell.Word, node *syntax.ParamExp) bool {
	for _, part := range w.Raw.Parts {
		if part == syntax.WordPart(node) {
			return false
		}
	}
	return true
}

// splits reports whether the value may have something to split.
func splits(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command, v *shell.Variable) bool {
	switch v.Name {
	case "", "?", "#", "$", "!", "-", "0", "PPID", "UID", "EUID", "LINENO", "RANDOM", "SECONDS", "*", "@",
		"HOME", "PWD", "OLDPWD", "TARGETARCH", "TARGETOS", "TARGETPLATFORM", "TARGETVARIANT",
		"BUILDARCH", "BUILDOS", "BUILDPLATFORM", "BUILDVARIANT":
		return false
	}
	if v.Node.Length || v.Node.Index != nil {
		return false
	}
	if wantsSplitting(v.Name) {
		return false
	}
	if c.Script().Assigns(v.Name) {
		return false // its value is the script's own business
	}
	b := p.Stages().ScopeAt(ins).Lookup(v.Name)
	if b != nil && b.Set && b.Known && !strings.ContainsAny(b.Value, " \t\n*?[") {
		return false
	}
	return true
}

// wantsSplitting recognizes names of lists of arguments.
func wantsSplitting(name string) bool {
	upper := strings.ToUpper(name)
	for _, part := range [...]string{
		"FLAG", "OPT", "ARG", "DEP", "PACKAGE", "PKG", "PARAM", "LIST", "MODULE", "EXT", "PLUGIN", "LIBS", "CONFIGURE",
		"FEATURES", "TAGS", "TARGETS", "KEYS", "VERSIONS", "TOOLS", "COMPONENTS", "REQUIREMENTS", "EXTRAS",
	} {
		if strings.Contains(upper, part) {
			return true
		}
	}
	return strings.HasSuffix(upper, "S") && !strings.HasSuffix(upper, "SS")
}
