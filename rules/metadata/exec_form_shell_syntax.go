package metadata

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
)

// ExecFormShellSyntax finds shell syntax where no shell reads it.
var ExecFormShellSyntax = &lint.Rule{
	ID:      "exec-form-shell-syntax",
	Summary: "The exec form knows no shell syntax",
	Doc: `
A JSON array is no shell text. Variables stay as they are written, && and > become
arguments, and a single string with spaces is the name of a program that does not exist.
Split the words, or run a shell: ["sh", "-c", "..."].

Arguments behind sh -c and of programs that read such text themselves are left alone, and
so are arguments that an ENTRYPOINT in a script or image may read.
`,
	Bad:      "FROM alpine\nCMD [\"node server.js\"]\n",
	Good:     "FROM alpine\nCMD [\"node\", \"server.js\"]\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.WithTriggers("RUN", "CMD", "ENTRYPOINT") {
			if !ins.JSON || len(ins.Args) == 0 {
				continue
			}
			s := p.Stages().StageOf(ins)
			if s == nil || s.Windows() || ins.Name == "CMD" && last(s, "ENTRYPOINT") != nil {
				continue
			}
			checkExec(p, ins)
		}
	},
}

// checkExec looks at the words of an exec form that the kernel starts as it is.
func checkExec(p *lint.Pass, ins *dockerfile.Instruction) {
	args := ins.Args
	report := func(k int, message string) {
		p.Report(lint.Diagnostic{Range: args[k].Range, Message: message})
	}
	image, known := p.Image(p.Stages().StageOf(ins))
	const unknown = "no program is called so, and no shell splits it: write its words one by one"
	if program := args[0].Value; len(args) == 1 {
		if word, _, ok := strings.Cut(program, " "); ok && !strings.ContainsAny(word, "/") && (ins.Name != "CMD" || known && len(image.Entrypoint) == 0) {
			report(0, unknown)
		}
	}
	for k := range args {
		if name := path.Base(args[k].Value); interprets(name) {
			if k+1 < len(args) && k == 0 && isShell(name) && strings.Contains(args[1].Value, " ") && !strings.HasPrefix(args[1].Value, "-") {
				report(1, unknown)
			}
			return
		}
	}
	if ins.Name == "CMD" && (!known || len(image.Entrypoint) > 0) {
		return
	}
	for k := range args {
		switch v := args[k].Value; {
		case variable(v):
			report(k, "In the exec form no shell puts in the variable: run a shell by [\"sh\", \"-c\", ...]")
		case k > 0 && (v == "&&" || v == "||" || v == "|" || v == ">" || v == ">>" || v == "<" || v == "2>&1"):
			report(k, "In the exec form no shell reads this, and the program gets it as an argument: run a shell by [\"sh\", \"-c\", ...]")
		}
	}
}

func isShell(name string) bool {
	return name == "sh" || name == "bash" || name == "ash" || name == "dash" || name == "zsh"
}

// interprets reports whether a program reads variables or operators in its arguments
// itself.
func interprets(name string) bool {
	switch name {
	case "envsubst", "awk", "gawk", "sed", "perl", "su", "eval", "expr", "test", "[", "find", "xargs", "pwsh", "powershell",
		"cmd", "cmd.exe", "powershell.exe", "java", "dumb-init", "supervisord", "make", "cron", "env", "jq", "python", "python3", "node":
		return true
	}
	return isShell(name)
}

// variable reports whether a word is, or holds, a variable as a shell reads it.
func variable(s string) bool {
	k := strings.IndexByte(s, '$')
	if k < 0 || k+1 >= len(s) {
		return false
	}
	c := s[k+1]
	return c == '{' || c == '_' || c >= 'A' && c <= 'Z'
}
