package stages

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// ArgNotRedeclared finds global arguments used in a stage that does not declare
// them.
var ArgNotRedeclared = &lint.Rule{
	ID:      "arg-not-redeclared",
	Summary: "A stage must declare a global ARG before it uses it",
	Aliases: []string{"UndefinedVar", "S6579"},
	Doc: `
An ARG above the first FROM, and an argument that BuildKit sets such as TARGETARCH, is
seen by FROM alone. Inside a stage it is empty until an ARG with its name declares it.

Commands of RUN are looked at, too. There a variable that the command sets itself is
not reported.

# Fix safety

The fix declares the argument in front of the instruction. It is unsafe because the
instruction then gets a value.
`,
	Bad:      "ARG VERSION=1\nFROM alpine:3.22\nENV APP_VERSION=$VERSION\n",
	Good:     "ARG VERSION=1\nFROM alpine:3.22\nARG VERSION\nENV APP_VERSION=$VERSION\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if !strings.Contains(p.Source.Text, "$") {
			return
		}
		global := globalNames(p.Stages())
		for s := range p.EachStage() {
			c := redeclare{pass: p, stage: s, global: global}
			for _, ins := range s.Body {
				c.instruction(ins)
			}
		}
	},
}

// redeclare looks at one stage. A name is reported at its first use.
type redeclare struct {
	pass   *lint.Pass
	stage  *stage.Stage
	global []string // what all stages may declare
	seen   map[string]bool
}

func (c *redeclare) instruction(ins *dockerfile.Instruction) {
	g := c.pass.Stages()
	for _, m := range g.MissingIn(ins) {
		if g.Global(m.Name) && !m.Default {
			c.report(ins, m.Name, m.Range)
		}
	}
	if ins.Name != "RUN" || ins.Err != nil || len(ins.Args) == 0 || c.stage.Windows() {
		return
	}
	text := c.pass.Source.Slice(ins.Range)
	if !strings.Contains(text, "$") {
		return
	}
	scope := g.ScopeAt(ins)
	for _, name := range c.global {
		if !strings.Contains(text, name) || scope.Lookup(name) != nil || mounted(ins, name) {
			continue
		}
		if r, ok := c.used(ins, name); ok {
			c.report(ins, name, r)
		}
	}
}

// mounted reports whether a secret mount of the RUN sets the variable.
func mounted(ins *dockerfile.Instruction, name string) bool {
	return slices.ContainsFunc(ins.Mounts(), func(f *dockerfile.Flag) bool {
		o := f.Option("env")
		return o != nil && o.Value == name
	})
}

// used returns the first use in the command of a RUN that the command does not
// set itself.
func (c *redeclare) used(ins *dockerfile.Instruction, name string) (source.Range, bool) {
	r := source.Range{Start: ins.ArgsRange.Start, End: ins.Range.End}
	text := c.pass.Source.Slice(r)
	if setsVariable(text, name) || ins.JSON {
		return r, false
	}
	for k := range ins.Heredocs {
		if !ins.Heredocs[k].Expand && !strings.HasPrefix(strings.TrimSpace(text), "<<") {
			r.End = min(r.End, ins.Heredocs[k].Body.Start) // text for a program that may know no variables
		}
	}
	for {
		at, ok := c.pass.Tree().Variable(r, name)
		if !ok {
			return r, false
		}
		after := c.pass.Source.Text[at.End:]
		braced := c.pass.Source.Text[at.Start-1] == '{'
		hasDefault := braced && (strings.HasPrefix(after, "-") || strings.HasPrefix(after, ":-") || strings.HasPrefix(after, "+") || strings.HasPrefix(after, ":+") || strings.HasPrefix(after, ":="))
		if !hasDefault && !inSingleQuotes(c.pass.Source.Text[ins.ArgsRange.Start:at.Start]) {
			return at, true
		}
		r.Start = at.End
	}
}

// inSingleQuotes reports whether the text ends inside single quotes.
func inSingleQuotes(text string) bool {
	quote := byte(0)
	for k := 0; k < len(text); k++ {
		switch c := text[k]; {
		case c == '\\' && quote != '\'':
			k++
		case quote == c:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		}
	}
	return quote == '\''
}

// setsVariable reports whether a script seems to set the variable.
func setsVariable(text, name string) bool {
	for at := 0; ; {
		n := strings.Index(text[at:], name)
		if n < 0 {
			return false
		}
		start, end := at+n, at+n+len(name)
		at = end
		if start > 0 && dockerfile.IsNameByte(text[start-1]) || end < len(text) && dockerfile.IsNameByte(text[end]) {
			continue
		}
		before := strings.TrimRight(text[:start], " \t")
		switch {
		case start > 0 && (text[start-1] == '$' || text[start-1] == '{'):
		case strings.HasPrefix(text[end:], "="), strings.HasPrefix(text[end:], "+="):
			return true
		case strings.HasSuffix(before, "for"), strings.HasSuffix(before, "read"), strings.HasSuffix(before, "-r"), strings.HasSuffix(before, "-v"):
			return true
		}
	}
}

func (c *redeclare) report(ins *dockerfile.Instruction, name string, r source.Range) {
	if c.seen[name] || c.stage.BaseSets(name) == knowledge.Yes {
		return
	}
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	c.seen[name] = true
	d := lint.Diagnostic{Range: r, Message: name + " is empty in this stage: declare it with ARG " + name + " first"}
	for _, meta := range c.pass.Stages().Meta {
		for k := range meta.Pairs {
			if meta.Pairs[k].Key.Value == name {
				d.Related = []lint.Related{{Range: meta.Pairs[k].Range, Message: "the global argument"}}
			}
		}
	}
	keyword := "ARG "
	if ins.Keyword.Value == strings.ToLower(ins.Keyword.Value) {
		keyword = "arg "
	}
	at := ins.Lines.Start
	if len(ins.Doc) > 0 {
		at = c.pass.Source.FullLineRange(c.pass.Source.Line(ins.Doc[0].Range.Start)).Start
	}
	d.Fixes = []lint.Fix{{
		Title:         "Declare it with ARG " + name,
		Applicability: lint.Unsafe,
		Edits:         []lint.Edit{lint.Insert(at, keyword+name+"\n")},
	}}
	c.pass.Report(d)
}
