package main

import (
	"context"
	"html"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/cache"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/report"
	"github.com/dlint/dlint/lint/source"
)

// masker returns what takes the secrets of Dockerfiles out of a text: those that
// the rules find, and the values that a build is given for arguments with names
// of secrets.
func (a *app) masker(ctx context.Context, docs ...*lint.Document) (*strings.Replacer, error) {
	var rules []*lint.Rule
	for _, r := range a.rules {
		if r.Category == "secrets" {
			rules = append(rules, r)
		}
	}
	engine, err := lint.New(rules, lint.Config{})
	if err != nil {
		return nil, err
	}
	var pairs []string
	add := func(value string) {
		if len(value) >= 3 {
			pairs = append(pairs, value, knowledge.Mask(value), html.EscapeString(value), knowledge.Mask(value))
		}
	}
	for _, d := range docs {
		found, err := engine.Lint(ctx, d)
		if err != nil {
			return nil, err
		}
		for k := range found {
			for _, r := range report.Secrets(d.Source, &found[k]) {
				if v := d.Source.Slice(r); !strings.HasPrefix(v, "$") && !isName(d, r) {
					add(v)
				}
			}
		}
		for name, value := range d.Build.Args {
			if knowledge.ClassifyName(name) == knowledge.NameSecret {
				add(value)
			}
		}
	}
	return strings.NewReplacer(pairs...), nil
}

// isName reports whether a marked text is the name of an argument, which has no value
// here.
func isName(d *lint.Document, r source.Range) bool {
	ins := d.Tree().At(r.Start)
	if ins != nil && ins.Trigger != nil {
		ins = ins.Trigger
	}
	return ins != nil && slices.ContainsFunc(ins.Pairs, func(p dockerfile.Pair) bool { return p.Key.Range == r })
}

// maskResults takes the secrets out of what a comparison says.
func maskResults(results []cache.StageResult, hide *strings.Replacer) {
	for _, st := range results {
		for k := range st.Steps {
			s := &st.Steps[k]
			s.Step.Text = hide.Replace(s.Step.Text)
			for i := range s.Because {
				s.Because[i].What = hide.Replace(s.Because[i].What)
			}
		}
	}
}
