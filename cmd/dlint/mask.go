package main

import (
	"context"
	"html"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/cache"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/report"
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
				if v := d.Source.Slice(r); !isVariable(v) {
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

// isVariable reports whether a marked text is the name of an argument without a
// value, or a reference to one.
func isVariable(v string) bool {
	return strings.Trim(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == "" || strings.HasPrefix(v, "$")
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
