package cache

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/stage"
)

// VolatileArgEarly finds build arguments that change with every build and stand
// above steps that do not use them.
var VolatileArgEarly = &lint.Rule{
	ID:      "volatile-arg-early",
	Summary: "A build argument that changes with every build is declared above steps that do not use it",
	Doc: `
The value of a build argument is part of the environment of every RUN behind its
ARG, and so of its cache key, whether the command mentions it or not. The date of
the build or the commit, declared at the top for a label, makes every RUN run again
each time. It costs nothing to declare it at the end, or right above its first use.
COPY does not look at it.

The fix moves the ARG, and the LABEL instructions that use it, down to the first
other use, or behind the last step of the stage.

Names that are there to break the cache on purpose, such as CACHEBUST, are left
alone, and so are arguments that the first RUN uses.

# Fix safety

The fix is unsafe: the steps in between no longer have the variable. It is manual
where one of them runs something that may read its environment: a build, or a
script of the project.
`,
	Bad: `FROM debian:12
ARG GIT_SHA
LABEL org.opencontainers.image.revision=$GIT_SHA
RUN apt-get update && apt-get install -y curl
CMD ["curl"]
`,
	Good: `FROM debian:12
RUN apt-get update && apt-get install -y curl
ARG GIT_SHA
LABEL org.opencontainers.image.revision=$GIT_SHA
CMD ["curl"]
`,
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check:    checkVolatileArgEarly,
}

func checkVolatileArgEarly(p *lint.Pass) {
	moving := map[*dockerfile.Instruction]bool{}
	for ins := range p.Instructions("ARG") {
		s := p.Stages().StageOf(ins)
		if s == nil || ins.Err != nil || len(ins.Pairs) != 1 {
			continue
		}
		if name := ins.Pairs[0].Key.Value; volatile(name) {
			checkVolatile(p, s, ins, name, moving)
		}
	}
}

// volatile reports whether a name promises a value that changes with every
// build.
func volatile(name string) bool {
	up := strings.ToUpper(name)
	words := strings.Split(up, "_")
	has := func(list ...string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return slices.Contains(words, w) })
	}
	switch {
	case has("CACHEBUST", "BUST", "CACHE"), strings.Contains(up, "CACHEBUST"):
		return false
	case slices.Contains([]string{"BUILDDATE", "BUILDTIME", "TIMESTAMP", "COMMIT", "REVISION", "SHA", "VCS_REF", "GIT_REF", "BUILDNUMBER", "CREATED"}, up):
		return true
	case has("BUILD", "IMAGE") && has("DATE", "TIME", "TIMESTAMP", "NUMBER", "NUM", "ID", "CREATED"):
		return true
	case has("GIT", "VCS", "CI", "GITHUB", "SOURCE", "BUILD", "SCM") && has("SHA", "COMMIT", "HASH", "REVISION", "REV"):
		return true
	}
	return has("COMMIT") && has("SHA", "HASH", "ID")
}

func checkVolatile(p *lint.Pass, s *stage.Stage, arg *dockerfile.Instruction, name string, moving map[*dockerfile.Instruction]bool) {
	var use *dockerfile.Instruction // the first that is no label
	labels, wasted, last := []*dockerfile.Instruction{}, 0, (*dockerfile.Instruction)(nil)
	opaque := false
	for _, ins := range s.Body {
		if ins.Index <= arg.Index {
			continue
		}
		uses := mentions(p, ins, name)
		switch {
		case ins.Err != nil, ins.Name == "ARG" && len(ins.Pairs) == 1 && ins.Pairs[0].Key.Value == name:
			return
		case uses && ins.Name == "LABEL":
			labels = append(labels, ins)
			continue
		case uses:
			use = ins
		case ins.Name == "RUN":
			wasted++
			last = ins
			opaque = opaque || readsEnvironment(p, ins)
		case isStep(ins):
			last = ins
		}
		if use != nil {
			break
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
		Range: arg.Pairs[0].Key.Range,
		Message: name + " changes with every build, and " + plural(wasted, "RUN") + " behind it that " + verb(wasted) +
			" not use it will run again each time: declare it " + where,
	}
	// A label that two arguments share moves with one of them at a time.
	if arg.Parent == nil && movable(arg, labels) && (use != nil || !open(p, last)) && !slices.ContainsFunc(labels, func(l *dockerfile.Instruction) bool { return moving[l] }) {
		for _, l := range labels {
			moving[l] = true
		}
		d.Fixes = []lint.Fix{moveArg(p, arg, labels, use, last, opaque)}
	}
	p.Report(d)
}

func verb(n int) string {
	if n == 1 {
		return "does"
	}
	return "do"
}

// movable reports whether the instructions stand on lines of their own.
func movable(arg *dockerfile.Instruction, labels []*dockerfile.Instruction) bool {
	for _, ins := range append(slices.Clone(labels), arg) {
		if len(ins.Heredocs) > 0 || ins.IsOnbuild() {
			return false
		}
	}
	return true
}

// mentions reports whether an instruction names a variable.
func mentions(p *lint.Pass, ins *dockerfile.Instruction, name string) bool {
	text := p.Source.Slice(ins.Range)
	for {
		k := strings.Index(text, name)
		if k < 0 {
			return false
		}
		before := k == 0 || !dockerfile.IsNameByte(text[k-1])
		rest := text[k+len(name):]
		if before && (rest == "" || !dockerfile.IsNameByte(rest[0])) {
			return true
		}
		text = rest
	}
}

// readsEnvironment reports whether a RUN may look at variables that it does not
// name. A file may have thousands of variables above thousands of RUNs.
func readsEnvironment(p *lint.Pass, run *dockerfile.Instruction) bool {
	return p.View(readerKey{run}, func(*lint.Document) any { return mayRead(p, run) }).(bool)
}

type readerKey struct{ run *dockerfile.Instruction }

func mayRead(p *lint.Pass, run *dockerfile.Instruction) bool {
	script := p.Shell(run)
	if len(script.All()) == 0 || script.Err != nil {
		return true
	}
	dir := p.Stages().StateAt(run).Workdir
	for _, c := range script.All() {
		if op := c.Package(); op != nil && harmless(op) {
			continue
		}
		if !independent(c, dir, "/nowhere") {
			return true
		}
	}
	return false
}

// moveArg moves the ARG with its labels above their first use, or behind the
// last step.
func moveArg(p *lint.Pass, arg *dockerfile.Instruction, labels []*dockerfile.Instruction, use, last *dockerfile.Instruction, opaque bool) lint.Fix {
	fix := lint.Fix{Title: "Declare " + arg.Pairs[0].Key.Value + " where it is used", Applicability: lint.Unsafe}
	if opaque {
		fix.Applicability = lint.Manual
	}
	at := last.Lines.End
	if use != nil {
		at = withComments(p, use).Start
	}
	var b strings.Builder
	for _, ins := range append([]*dockerfile.Instruction{arg}, labels...) {
		if ins != arg && ins.Index > last.Index {
			continue // it stands below the new place already
		}
		block := withComments(p, ins)
		text := strings.ReplaceAll(p.Source.Slice(block), "\r\n", "\n")
		b.WriteString(strings.TrimSuffix(text, "\n") + "\n")
		fix.Edits = append(fix.Edits, lint.Delete(block))
	}
	fix.Edits = append(fix.Edits, lint.Insert(at, b.String()))
	return fix
}
