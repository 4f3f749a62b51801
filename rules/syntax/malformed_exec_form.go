package syntax

import (
	"encoding/json"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/rules/internal/execform"
)

// MalformedExecForm finds arrays that are no JSON.
var MalformedExecForm = &lint.Rule{
	ID:      "malformed-exec-form",
	Summary: "An exec form that is not valid JSON is run by a shell",
	Aliases: []string{"S7030", "ID.20013", "tally/invalid-json-form"},
	Doc: `
The exec form is a JSON array of strings. One with single quotes, a missing comma or
a trailing one is no JSON, and BuildKit takes it for a shell command without a word:
the shell then looks for a program called [npm, or tests something and fails.

# Fix safety

The fix writes the array as JSON where it is plain what was meant. It is unsafe
because the command changes.

A RUN that starts with a bracket may be a test, as in RUN [ -f x ] && y, and is only
reported when there are quotes and commas as in an array.
`,
	Bad:      "FROM alpine:3.22\nCMD ['echo', 'hello']\n",
	Good:     "FROM alpine:3.22\nCMD [\"echo\", \"hello\"]\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.WithTriggers("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "COPY", "ADD", "VOLUME") {
			if ins.JSON || len(ins.Args) == 0 || len(ins.Heredocs) > 0 {
				continue
			}
			word := execWord(ins)
			if !strings.HasPrefix(word.Value, "[") || !meantAsArray(ins, word.Value) {
				continue
			}
			reportArray(p, ins, word)
		}
	},
}

// execWord returns everything that could be an array.
func execWord(ins *dockerfile.Instruction) dockerfile.Word {
	first := ins.Args[0]
	switch ins.Name {
	case "HEALTHCHECK":
		if len(ins.Args) < 2 {
			return dockerfile.Word{}
		}
		return ins.Args[1]
	case "COPY", "ADD", "VOLUME":
		last := ins.Args[len(ins.Args)-1]
		words := make([]string, len(ins.Args))
		for k := range ins.Args {
			words[k] = ins.Args[k].Value
		}
		return dockerfile.Word{Value: strings.Join(words, " "), Range: first.Range.Join(last.Range)}
	}
	return first
}

// meantAsArray tells an array from a shell's test, and from a pattern of files.
func meantAsArray(ins *dockerfile.Instruction, text string) bool {
	inner := strings.TrimSpace(text[1:])
	quoted := inner != "" && isQuote(firstRune(inner))
	switch ins.Name {
	case "CMD", "ENTRYPOINT":
		if quoted {
			return !isTest(inner)
		}
		// [npm, start]
		return strings.HasSuffix(text, "]") && !strings.HasPrefix(text, "[ ") && !strings.HasPrefix(text, "[[") && inner != "]"
	case "COPY", "ADD", "VOLUME":
		return quoted
	}
	return quoted && strings.HasSuffix(text, "]") && !strings.HasSuffix(text, "]]") && !isTest(inner) &&
		(strings.Contains(text, ",") || !strings.HasPrefix(text, "[ "))
}

// isTest reports whether what stands behind the bracket compares something.
func isTest(inner string) bool {
	for _, op := range [...]string{" = ", " == ", " != ", " -eq ", " -ne ", " -gt ", " -lt ", " -a ", " -o ", " ]; ", " ] && ", " ] || "} {
		if strings.Contains(inner, op) {
			return true
		}
	}
	return false
}

func firstRune(s string) rune {
	for _, c := range s {
		return c
	}
	return 0
}

func isQuote(c rune) bool { return strings.ContainsRune("\"'“”„‘’´«»", c) }

func reportArray(p *lint.Pass, ins *dockerfile.Instruction, word dockerfile.Word) {
	d := lint.Diagnostic{Range: word.Range}
	d.Message = "not a JSON array, so that a shell runs it as it is: write strings in double quotes, separated by commas"
	switch {
	case strings.Contains(word.Value, `\`) && json.Valid([]byte(strings.ReplaceAll(word.Value, `\`, `\\`))):
		d.Message = "a backslash must be doubled in JSON, and without that a shell runs this as it is: write two"
	case ins.Is("COPY", "ADD", "VOLUME"):
		d.Message = "not a JSON array, so that its pieces are taken for paths: write strings in double quotes, separated by commas"
	}
	if list, ok := repairArray(word.Value); ok && (len(list) > 1 || !ins.Is("COPY", "ADD")) {
		if text := execform.Array(list...); !strings.Contains(p.Source.Slice(word.Range), "\n") {
			d.Fixes = []lint.Fix{{
				Title:         "Write it as JSON",
				Applicability: lint.Unsafe,
				Edits:         []lint.Edit{lint.Replace(word.Range, text)},
			}}
		}
	}
	p.Report(d)
}

// repairArray reads an array with other quotes, with commas missing between
// quoted strings, or one too many at the end.
func repairArray(text string) ([]string, bool) {
	inner, ok := strings.CutPrefix(strings.TrimSpace(text), "[")
	if !ok {
		return nil, false
	}
	if inner, ok = strings.CutSuffix(inner, "]"); !ok {
		return nil, false
	}
	var list []string
	for rest := strings.TrimSpace(inner); rest != ""; {
		s, after, ok := arrayString(rest)
		if !ok {
			return nil, false
		}
		list = append(list, s)
		rest = strings.TrimSpace(after)
		rest = strings.TrimSpace(strings.TrimPrefix(rest, ","))
	}
	return list, len(list) > 0
}

// arrayString reads one string of a broken array: in any quotes, or bare up to
// the comma.
func arrayString(text string) (s, rest string, ok bool) {
	open := firstRune(text)
	if !isQuote(open) {
		s, rest, _ = strings.Cut(text, ",")
		s = strings.TrimSpace(s)
		return s, rest, s != "" && !strings.ContainsAny(s, " \t\"'[]\\$;&|")
	}
	body := text[len(string(open)):]
	end := strings.IndexFunc(body, func(c rune) bool {
		return c == open || open > 0x7f && isQuote(c) && c > 0x7f
	})
	if end < 0 || strings.ContainsAny(body[:end], `\`) {
		return "", "", false
	}
	rest = body[end:]
	return body[:end], rest[len(string(firstRune(rest))):], true
}
