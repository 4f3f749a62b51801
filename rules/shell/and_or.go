package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint"
)

// AndOr finds A && B || C.
var AndOr = &lint.Rule{
	ID:      "and-or",
	Summary: "A && B || C runs C when B fails as well",
	Aliases: []string{"SC2015"},
	Doc: `
A && B || C looks like if, then, else. But C also runs when A succeeds and B fails.
In a RUN it often hides a failure: with || true at the end of a long chain, no
command of the chain can fail the build.

Left alone are chains whose C ends the script (exit, false), prints or assigns
something, or stands in front of another &&, and those whose B cannot fail (echo,
printf, true, exit).

It runs where shellcheck is not installed.
`,
	Bad:      "FROM debian:12\nRUN test -f /x && make || true\n",
	Good:     "FROM debian:12\nRUN if test -f /x; then make; fi\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, s := range unchecked(p) {
			for _, piece := range s.Pieces {
				if piece.File == nil || piece.Approximate || !piece.Dialect.Parsed() || !mixes(p.Source.Slice(piece.Extent)) {
					continue
				}
				var inFront *syntax.Stmt // what stands in front of an &&
				syntax.Walk(piece.File, func(n syntax.Node) bool {
					or, ok := n.(*syntax.BinaryCmd)
					if ok && or.Op == syntax.AndStmt {
						inFront = or.X
					}
					if !ok || or.Op != syntax.OrStmt || inFront != nil && inFront.Cmd == or {
						return true
					}
					and, ok := or.X.Cmd.(*syntax.BinaryCmd)
					if !ok || and.Op != syntax.AndStmt || ends(or.Y) || tells(or.Y) || cannotFail(and.Y) {
						return true
					}
					r := piece.Range(or.Y)
					r.Start = piece.Offset(or.OpPos)
					r.End = r.Start + 2
					p.Report(lint.Diagnostic{
						Range:   r,
						Message: "what stands behind this also runs when only the command in front fails: write if, or group it",
					})
					return true
				})
			}
		}
	},
}

// mixes reports whether a script has both operators: few do, and the others need not
// be walked.
func mixes(text string) bool { return strings.Contains(text, "||") && strings.Contains(text, "&&") }

// ends reports whether the statement ends the script with a failure.
func ends(s *syntax.Stmt) bool {
	switch cmd := s.Cmd.(type) {
	case *syntax.CallExpr:
		return len(cmd.Args) > 0 && oneOf(cmd.Args[0].Lit(), "exit", "false", "return", "die", "fail")
	case *syntax.Block:
		return len(cmd.Stmts) > 0 && ends(cmd.Stmts[len(cmd.Stmts)-1])
	case *syntax.Subshell:
		return len(cmd.Stmts) > 0 && ends(cmd.Stmts[len(cmd.Stmts)-1])
	}
	return false
}

// tells reports whether the statement only prints or assigns something.
func tells(s *syntax.Stmt) bool {
	call, ok := s.Cmd.(*syntax.CallExpr)
	return ok && (len(call.Args) == 0 || oneOf(call.Args[0].Lit(), "echo", "printf"))
}

// cannotFail reports whether the statement always succeeds, or ends the script.
func cannotFail(s *syntax.Stmt) bool {
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok {
		return ends(s)
	}
	return len(call.Args) == 0 || oneOf(call.Args[0].Lit(), "echo", "printf", "true", ":", "exit", "return")
}

func oneOf(s string, list ...string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
