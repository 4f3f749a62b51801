package cache

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/stage"
)

// VolatileEnvEarly finds variables that change with every build and are set
// above steps that do not use them.
var VolatileEnvEarly = &lint.Rule{
	ID:      "volatile-env-early",
	Summary: "A variable that changes with every build is set above steps that do not use it",
	Doc: `
The variables of ENV are part of the cache key of every RUN behind it, whether the
command mentions them or not. The commit or the date of the build, set at the top,
makes every RUN run again each time. Set behind the last step it costs nothing, and
the image has it all the same.

Variables count whose name promises such a value (GIT_COMMIT, BUILD_DATE), and those
that are set from a build argument of that kind. Names that are there to break the
cache on purpose, such as CACHEBUST, are left alone.

The fix moves the ENV down to just above its first use, or behind the last step.
Where it takes its value from an ARG, volatile-arg-early then finds the ARG.

# Fix safety

The fix is unsafe: the steps in between no longer have the variable. It is manual
where one of them runs something that may read its environment: a build, or a
script of the project.

# What is not seen

Variables that matter at run time only, such as PORT: their values seldom change.
`,
	Bad: `FROM debian:12
ENV BUILD_DATE=2026-01-31
RUN apt-get update && apt-get install -y curl
CMD ["curl"]
`,
	Good: `FROM debian:12
RUN apt-get update && apt-get install -y curl
ENV BUILD_DATE=2026-01-31
CMD ["curl"]
`,
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check:    checkVolatileEnvEarly,
}

func checkVolatileEnvEarly(p *lint.Pass) {
	for ins := range p.Instructions("ENV") {
		s := p.Stages().StageOf(ins)
		if s == nil || ins.Err != nil || ins.Parent != nil {
			continue
		}
		for k := range ins.Pairs {
			if volatilePair(&ins.Pairs[k]) {
				checkVolatilePair(p, s, ins, &ins.Pairs[k])
				break
			}
		}
	}
}

// volatilePair reports whether a variable changes with every build.
func volatilePair(pair *dockerfile.Pair) bool {
	if volatile(pair.Key.Value) {
		return true
	}
	for _, name := range variablesIn(pair.Value.Value) {
		if volatile(name) {
			return true
		}
	}
	return false
}

// variablesIn returns the names of the variables in a word.
func variablesIn(word string) []string {
	var out []string
	for _, part := range strings.Split(word, "$")[1:] {
		part = strings.TrimPrefix(part, "{")
		n := 0
		for n < len(part) && dockerfile.IsNameByte(part[n]) {
			n++
		}
		if n > 0 {
			out = append(out, part[:n])
		}
	}
	return out
}

func checkVolatilePair(p *lint.Pass, s *stage.Stage, env *dockerfile.Instruction, pair *dockerfile.Pair) {
	name := pair.Key.Value
	var use, last *dockerfile.Instruction
	wasted, opaque, fixable := 0, false, len(env.Pairs) == 1
	for _, ins := range s.Body {
		if ins.Index <= env.Index {
			continue
		}
		if ins.Err != nil {
			return
		}
		if mentions(p, ins, name) {
			use = ins
			break
		}
		fixable = fixable && !rebinds(ins, pair.Value.Value)
		if ins.Name == "RUN" {
			wasted++
			opaque = opaque || readsEnvironment(p, ins)
		}
		if isStep(ins) {
			last = ins
		}
	}
	if wasted == 0 {
		return
	}
	where := "behind the last step"
	if use != nil {
		where = "just above line " + itoa(p.Source.Line(use.Range.Start)+1)
	}
	d := lint.Diagnostic{
		Range: pair.Key.Range,
		Message: name + " changes with every build, and " + plural(wasted, "RUN") + " behind it that " + verb(wasted) +
			" not use it will run again each time: set it " + where,
	}
	if fixable && (use != nil || !open(p, last)) {
		d.Fixes = []lint.Fix{moveEnv(p, env, name, use, last, opaque)}
	}
	p.Report(d)
}

// rebinds reports whether an instruction gives another value to a variable that a
// word uses.
func rebinds(ins *dockerfile.Instruction, word string) bool {
	if !ins.Is("ARG", "ENV") {
		return false
	}
	for _, name := range variablesIn(word) {
		for k := range ins.Pairs {
			if ins.Pairs[k].Key.Value == name {
				return true
			}
		}
	}
	return false
}

// open reports whether an instruction goes on in the next line of the file,
// should there be one. Comments and empty lines do not end it.
func open(p *lint.Pass, ins *dockerfile.Instruction) bool {
	lines := strings.Split(p.Source.Slice(ins.Lines), "\n")
	for _, line := range slices.Backward(lines) {
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' {
			return line[len(line)-1] == p.Tree().Escape
		}
	}
	return false
}

// moveEnv moves the ENV above its first use, or behind the last step.
func moveEnv(p *lint.Pass, env *dockerfile.Instruction, name string, use, last *dockerfile.Instruction, opaque bool) lint.Fix {
	fix := lint.Fix{Title: "Set " + name + " where it is used", Applicability: lint.Unsafe}
	if opaque {
		fix.Applicability = lint.Manual
	}
	at := last.Lines.End
	if use != nil {
		at = withComments(p, use).Start
	}
	block := withComments(p, env)
	text := strings.TrimSuffix(strings.ReplaceAll(p.Source.Slice(block), "\r\n", "\n"), "\n") + "\n"
	if at == len(p.Source.Text) && !strings.HasSuffix(p.Source.Text, "\n") {
		text = "\n" + text
	}
	fix.Edits = []lint.Edit{lint.Delete(block), lint.Insert(at, text)}
	return fix
}
