package metadata

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/rules/internal/execform"
)

// ShellFormCommand finds CMD and ENTRYPOINT that a shell runs.
var ShellFormCommand = &lint.Rule{
	ID:      "shell-form-command",
	Summary: "CMD and ENTRYPOINT in shell form keep signals from the program",
	Aliases: []string{
		"DL3025", "JSONArgsRecommended", "S7019", "kics/not_using_json_in_cmd_and_entrypoint_arguments",
		"semgrep/prefer-json-notation", "ID.20012",
	},
	Doc: `
In shell form the first process of the container is /bin/sh, and most shells do
not pass the signal on that docker stop sends: the program is killed after ten
seconds and cannot clean up. An ENTRYPOINT in shell form drops the arguments of
CMD and docker run, too. The exec form, a JSON array, starts the program itself.

A shell that ends in exec becomes the program and is left alone when the exec form could
not say the same. A stage with a SHELL of its own is left alone, as in BuildKit, and so
is Windows, which has no such signals.

The fix writes the exec form where every word is literal. Where variables take
part it offers, to be chosen by hand, a shell that replaces itself by the program.

# Fix safety

The fix is unsafe: the first process changes, which is the point, and so does what
a program or an entrypoint script gets as its arguments.
`,
	Bad:      "FROM alpine\nCMD nginx -g 'daemon off;'\n",
	Good:     "FROM alpine\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("CMD", "ENTRYPOINT") {
			if ins.JSON || len(ins.Args) == 0 || p.Stages().StateAt(ins).Shell != nil {
				continue
			}
			if s := p.Stages().StageOf(ins); s == nil || s.Windows() {
				continue
			}
			fixes := execForm(p, ins)
			if replaced(p.Shell(ins)) && (len(fixes) == 0 || fixes[0].Applicability == lint.Manual) {
				continue
			}
			p.Report(lint.Diagnostic{
				Range: ins.Keyword.Range,
				Message: ins.Name + " in shell form runs under /bin/sh, which does not pass signals on to the program: " +
					"write a JSON array of its words",
				Fixes: fixes,
			})
		}
	},
}

// replaced reports whether the shell ends by becoming the program, so that signals
// reach it.
func replaced(s *shell.Script) bool {
	all := s.All()
	for k := len(all) - 1; k >= 0; k-- {
		if c := all[k]; c.Outer == nil && !c.InSubst {
			return c.Wrapper("exec") != nil && !c.Conditional && !c.InPipe
		}
	}
	return false
}

// builtins are words that a shell runs itself and that exist as no program, or
// as one that does something else.
var builtins = [...]string{
	".", ":", "source", "cd", "eval", "exec", "exit", "export", "set", "unset", "trap", "ulimit",
	"umask", "wait", "read", "alias", "command", "type", "shift", "return", "local", "times",
}

// execForm returns the fix that writes a shell form as a JSON array; nil when the
// shell does more than start one program.
func execForm(p *lint.Pass, ins *dockerfile.Instruction) []lint.Fix {
	s := p.Shell(ins)
	if s == nil || s.Err != nil || len(s.Commands) != 1 || commented(p, ins) {
		return nil
	}
	c := s.Commands[0]
	if c.Name == "" || len(c.Assigns)+len(c.Redirects) > 0 || c.Negated || c.Background || c.Call == nil ||
		c.Conditional || c.Subshell > 0 || c.Function != "" {
		return nil
	}
	var words []shell.Word
	for k := range c.Wrappers {
		words = append(words, c.Wrappers[k].Words...)
	}
	words = append(words, c.Words...)
	if len(words) > 1 && words[0].Value == "exec" {
		words = words[1:]
	}
	if len(words) == 0 || !words[0].Static || slices.Contains(builtins[:], words[0].Value) {
		return nil
	}
	argv := make([]string, len(words))
	for k := range words {
		w := &words[k]
		if !w.Static {
			return viaShell(ins, c)
		}
		if w.Pattern || w.Quote == shell.Unquoted && strings.ContainsAny(w.Value, "~{}") {
			return nil
		}
		argv[k] = w.Value
	}
	return []lint.Fix{{
		Title:         "Write the exec form",
		Applicability: lint.Unsafe,
		Edits:         []lint.Edit{lint.Replace(ins.ArgsRange, execform.Array(argv...))},
	}}
}

// viaShell returns the fix for a command with variables: the shell stays, and
// replaces itself.
func viaShell(ins *dockerfile.Instruction, c *shell.Command) []lint.Fix {
	text := c.Piece.Text()
	if strings.ContainsAny(text, "\n\x00") || len(c.Wrappers) > 0 {
		return nil
	}
	return []lint.Fix{{
		Title: "Let the shell replace itself by the program",
		Edits: []lint.Edit{lint.Replace(ins.ArgsRange, execform.Array("/bin/sh", "-c", "exec "+strings.TrimSpace(text)))},
	}}
}
