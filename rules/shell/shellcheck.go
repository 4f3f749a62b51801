package shell

import (
	"regexp"
	"strings"
	"sync"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/shellcheck"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// Shellcheck passes on what shellcheck finds.
var Shellcheck = &lint.Rule{
	ID:      "shellcheck",
	Summary: "What shellcheck finds in the shell scripts",
	HasCode: func(code string) bool { return scCode().MatchString(code) },
	Doc: `
When the program shellcheck is on the path, it reads every shell script of the
file: RUN, CMD, ENTRYPOINT and HEALTHCHECK in shell form, texts given to sh -c, and
heredocs. Findings stand at their exact place in the Dockerfile and carry their SC
code, which works in pragmas, --select, --ignore and the configuration like the
name of a rule.

The dialect is that of SHELL, of a #! line, or of the /bin/sh of the base image
where that is known. Variables of ARG and ENV count as set, with their values. Not
asked are SC1090, SC1091 (files that are not there) and SC2187 (ash taken for
dash).

Without the program, rules of dlint find the commonest of these mistakes.

# Fix safety

The repairs are those that shellcheck proposes.
`,
	Bad:      "FROM debian:12\nRUN rm -r $TMP\n",
	Good:     "FROM debian:12\nRUN rm -r \"$TMP\"\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if p.Build.Shellcheck == nil {
			return
		}
		pieces, scripts := collect(p)
		if len(scripts) == 0 {
			return
		}
		found, err := p.Build.Shellcheck.Check(p.Context(), scripts)
		if err != nil && p.Context().Err() == nil && found == nil {
			return
		}
		for k, list := range found {
			for i := range list {
				passOn(p, pieces[k], &list[i])
			}
		}
	},
}

var scCode = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^SC[1-3]\d{3}$`) })

// scriptPiece is a text that shellcheck reads.
type scriptPiece struct {
	*shell.Piece
	form shell.Form
	top  bool // the whole script, not a text in an argument
}

// collect gathers the scripts of the document.
func collect(p *lint.Pass) ([]scriptPiece, []shellcheck.Script) {
	var pieces []scriptPiece
	var scripts []shellcheck.Script
	for ins := range p.WithTriggers("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK") {
		s := p.Shell(ins)
		if s == nil || !s.Dialect.Parsed() {
			continue
		}
		var env []shellcheck.Setting
		for k, piece := range s.Pieces {
			if piece.Approximate || !piece.Dialect.Parsed() {
				continue
			}
			if env == nil {
				env = environment(p, ins)
			}
			pieces = append(pieces, scriptPiece{piece, s.Form, k == 0})
			scripts = append(scripts, shellcheck.Script{Shell: dialect(p, ins, s, piece), Env: env, Text: piece.Text()})
		}
	}
	return pieces, scripts
}

// environment lists the variables that a script finds set.
func environment(p *lint.Pass, ins *dockerfile.Instruction) []shellcheck.Setting {
	env := []shellcheck.Setting{}
	for _, v := range p.Stages().ScopeAt(ins).All() {
		env = append(env, shellcheck.Setting{Name: v.Name, Value: v.Value, Known: v.Known && v.Set})
	}
	if facts, ok := p.Image(p.Stages().StageOf(ins)); ok {
		for _, s := range facts.Env {
			env = append(env, shellcheck.Setting{Name: s.Name})
		}
	}
	for _, name := range stage.PredefinedArgs {
		env = append(env, shellcheck.Setting{Name: name})
	}
	return env
}

// dialect names the shell in shellcheck's words.
func dialect(p *lint.Pass, ins *dockerfile.Instruction, s *shell.Script, piece *shell.Piece) string {
	if piece.Dialect == shell.Bash {
		if len(s.Shell.Argv) > 0 && strings.HasSuffix(s.Shell.Argv[0], "ksh") {
			return "ksh"
		}
		return "bash"
	}
	facts, _ := p.Image(p.Stages().StageOf(ins))
	switch facts.Shell {
	case "bash":
		return "bash"
	case "ash", "dash":
		return "dash"
	}
	return "sh"
}

// passOn reports a finding at its place in the Dockerfile.
func passOn(p *lint.Pass, piece scriptPiece, f *shellcheck.Finding) {
	r := place(piece, f.Start, f.End)
	d := lint.Diagnostic{Code: f.Code, Range: r, Message: strings.TrimSuffix(f.Message, ".")}
	if s, err := lint.ParseSeverity(f.Level); err == nil {
		d.Severity = s
	}
	if fix, ok := repair(p, piece, f); ok {
		d.Fixes = []lint.Fix{fix}
	}
	p.Report(d)
}

func place(piece scriptPiece, start, end int) source.Range {
	r := source.Range{Start: piece.Place(start)}
	r.End = r.Start
	if end > start {
		r.End = max(r.Start, piece.Place(end-1)+1)
	}
	return r
}

// repair carries over the edits that shellcheck proposes, where the text stands
// in the Dockerfile as the shell reads it.
func repair(p *lint.Pass, piece scriptPiece, f *shellcheck.Finding) (lint.Fix, bool) {
	if len(f.Edits) == 0 || !piece.top || piece.form == shell.ExecForm {
		return lint.Fix{}, false
	}
	fix := lint.Fix{Title: "Apply the repair of shellcheck", Applicability: lint.Unsafe}
	text := piece.Text()
	for _, e := range f.Edits {
		if e.Start < 0 || e.End < e.Start || e.End > len(text) || strings.ContainsAny(e.New, "\n\\`") {
			return lint.Fix{}, false
		}
		r := place(piece, e.Start, e.End)
		if e.Start == e.End && e.Start > 0 && !blank(text[e.Start-1]) && (e.Start == len(text) || blank(text[e.Start])) {
			// It closes a word: a continuation may lie between it and the next.
			r.Start = piece.Place(e.Start-1) + 1
			r.End = r.Start
		}
		if p.Source.Slice(r) != text[e.Start:e.End] {
			return lint.Fix{}, false
		}
		fix.Edits = append(fix.Edits, lint.Replace(r, e.New))
	}
	return fix, true
}

func blank(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == ';' || c == '&' || c == '|' || c == ')'
}
