package shell

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// powershell is a RUN that PowerShell reads.
type powershell struct {
	ins *dockerfile.Instruction
	// text is that of the RUN, before what SHELL puts in front of it.
	text, before string
	// wrapped says that the RUN calls PowerShell itself.
	wrapped bool
}

// eachPowershell calls each for the RUNs that PowerShell reads.
func eachPowershell(p *lint.Pass, each func(r *powershell)) {
	for ins := range p.Instructions("RUN") {
		if len(ins.Args) == 0 || p.Stages().StageOf(ins) == nil {
			continue // flags only, or above the first FROM
		}
		text := p.Source.Slice(source.Range{Start: ins.ArgsRange.Start, End: ins.Range.End})
		argv := p.Stages().StateAt(ins).Shell
		if len(argv) > 0 && isPowershell(argv[0]) {
			each(&powershell{ins: ins, text: text, before: strings.Join(argv, " ")})
			continue
		}
		word := ""
		if ins.JSON && len(ins.Args) > 0 {
			word = ins.Args[0].Value
		}
		if !isPowershell(word) {
			word, _, _ = strings.Cut(strings.TrimLeft(text, "@& "), " ")
		}
		if isPowershell(word) {
			each(&powershell{ins: ins, text: text, wrapped: true})
		}
	}
}

func isPowershell(program string) bool {
	if len(program) < 4 || program[len(program)-1]|0x20 != 'h' && program[len(program)-1]|0x20 != 'l' && program[len(program)-1]|0x20 != 'e' {
		return false
	}
	switch strings.TrimSuffix(strings.ToLower(path.Base(strings.ReplaceAll(program, `\`, "/"))), ".exe") {
	case "powershell", "pwsh":
		return true
	}
	return false
}

// says reports whether the RUN or its SHELL holds a word, whatever its case.
func (r *powershell) says(word string) bool {
	return strings.Contains(strings.ToLower(r.before+" "+r.text), word)
}

// statements counts the statements, roughly: what semicolons and the lines of
// here-documents part.
func (r *powershell) statements() int {
	n := 0
	for part := range strings.SplitSeq(r.text, ";") {
		if strings.Trim(part, " \t\r\n\"'`\\}") != "" {
			n++
		}
	}
	for k := range r.ins.Heredocs {
		n += strings.Count(r.ins.Heredocs[k].Content, "\n") - 1
	}
	return n
}

// prefer returns the fix that sets a preference in the SHELL instruction.
func (r *powershell) prefer(p *lint.Pass, setting string) []lint.Fix {
	by := p.Stages().StateAt(r.ins).ShellBy
	if by == nil || r.wrapped || len(by.Args) < 2 {
		return nil
	}
	last := by.Args[len(by.Args)-1]
	e := lint.Insert(last.Range.End, `, "`+setting+`;"`)
	switch {
	case strings.HasSuffix(last.Value, ";"):
		e = lint.Insert(last.Range.End-1, " "+setting+";")
	case !strings.EqualFold(strings.TrimLeft(last.Value, "-/"), "command") && !strings.EqualFold(strings.TrimLeft(last.Value, "-/"), "c"):
		return nil
	}
	return []lint.Fix{{Title: "Set " + setting + " in SHELL", Applicability: lint.Unsafe, Edits: []lint.Edit{e}}}
}
