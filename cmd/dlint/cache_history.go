package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/cache"
	"github.com/dlint/dlint/lint/cache/gittree"
	"github.com/dlint/dlint/lint/report"
)

// history is how often the steps of a Dockerfile ran over some commits.
type history struct {
	name    string
	commits int
	now     *cache.Graph
	runs    map[int]int // by Instruction.Index
	// fixed is the Dockerfile after the fixes, nil when there are none; was pairs
	// its steps with those of now.
	fixed     *cache.Graph
	fixedRuns map[int]int
	was       map[*cache.Step]*cache.Step
	// titles are the fixes.
	titles []string
	// found is what the rules about the cache find.
	found []finding
}

// finding is a finding with the step that it is about.
type finding struct {
	rule, message string
	line          int
	step          *cache.Step // nil when it is about no step, as ARG
}

// replay counts over the last commits.
func (a *app) replay(ctx context.Context, o *cacheOptions, b *build) (*history, error) {
	args, err := parseArgs(o.buildArgs, a.env)
	if err != nil {
		return nil, err
	}
	c := b.found.Context
	h := &history{name: filepath.ToSlash(b.shown), runs: map[int]int{}, fixedRuns: map[int]int{}}
	h.now = b.graph(b.text, c, args, nil)
	fixed, err := a.fixedText(ctx, b, args, h)
	if err != nil {
		return nil, err
	}
	if fixed != b.text {
		h.fixed = b.graph(fixed, c, args, nil)
		h.was = cache.Counterparts(h.now, h.fixed)
	}
	repo, err := gittree.Open(ctx, c.Root())
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	commits, err := repo.Log(ctx, o.history)
	if err != nil {
		return nil, err
	}
	if len(commits) < 2 {
		return nil, fmt.Errorf("%s: a history of one commit tells nothing", filepath.ToSlash(c.Root()))
	}
	var newer, newerFixed *cache.Graph
	for _, commit := range commits {
		tree, err := repo.Tree(ctx, commit.ID, ".")
		if err != nil {
			return nil, err
		}
		if err := overlay(tree, c, nil); err != nil {
			return nil, err
		}
		at := buildctx.FromFS(tree, c.Root())
		if file := b.inContext(c); file != "" {
			at = at.For(file)
		}
		graph := func(text string) *cache.Graph {
			return cache.New(cache.Input{
				Doc: b.document(text, at, args), GitModes: true, GitDir: commit.ID, Contents: true,
				Identity: func(e *buildctx.Entry) string { return tree.ID(e.Path) },
			})
		}
		older := graph(b.text)
		if newer != nil {
			h.commits++
			tally(h.runs, older, newer)
		}
		newer = older
		if h.fixed != nil {
			olderFixed := graph(fixed)
			if newerFixed != nil {
				tally(h.fixedRuns, olderFixed, newerFixed)
			}
			newerFixed = olderFixed
		}
	}
	return h, nil
}

func tally(runs map[int]int, before, after *cache.Graph) {
	for k := range cache.Runs(before, after) {
		runs[k]++
	}
}

// fixedText returns the Dockerfile after the fixes of the category cache, the
// unsafe ones included.
func (a *app) fixedText(ctx context.Context, b *build, args map[string]string, h *history) (string, error) {
	e, err := lint.New(a.rules, lint.Config{Select: cacheRules(a.rules)})
	if err != nil || len(cacheRules(a.rules)) == 0 {
		return b.text, err
	}
	doc := b.document(b.text, b.found.Context, args)
	found, err := e.Lint(ctx, doc)
	if err != nil {
		return "", err
	}
	for k := range found {
		h.found = append(h.found, h.finding(doc, &found[k]))
	}
	res, err := fix.Run(ctx, e, doc, lint.Unsafe)
	if err != nil {
		return "", err
	}
	for _, f := range res.Applied {
		h.titles = append(h.titles, f.Title)
	}
	return res.Text, nil
}

// finding finds the step that a finding is about.
func (h *history) finding(doc *lint.Document, d *lint.Diagnostic) finding {
	f := finding{rule: d.Rule.ID, message: d.Message, line: doc.Source.Line(d.Range.Start) + 1}
	for _, s := range h.now.Steps() {
		if !s.Image && s.Ins.Range.Start <= d.Range.Start && d.Range.Start < s.Ins.Range.End {
			f.step = s
		}
	}
	return f
}

// cacheRules are the rules about what runs again.
func cacheRules(rules []*lint.Rule) []string {
	var out []string
	for _, r := range rules {
		aboutContext := r.ID == "git-directory-copied" || r.ID == "dockerfile-copied"
		if (r.Category == "cache" || aboutContext) && r.Off == "" && !r.Preview {
			out = append(out, r.ID)
		}
	}
	return out
}

// historyReport is the JSON of dlint cache --history.
type historyReport struct {
	Version  int              `json:"version"`
	Commits  int              `json:"commits"`
	Fixes    []string         `json:"fixes"`
	Findings []historyFinding `json:"findings"`
	Stages   []historyStage   `json:"stages"`
}

// historyFinding is a finding and what it has cost.
type historyFinding struct {
	Line    int    `json:"line"`
	Rule    string `json:"rule"`
	Message string `json:"message"`
	// Runs is how often the step ran that the finding is about, and AfterFix how
	// often it would have run; missing when it is about none.
	Runs     *int `json:"runs,omitempty"`
	AfterFix *int `json:"runsAfterFix,omitempty"`
}

type historyStage struct {
	Index int           `json:"index"`
	Name  string        `json:"name"`
	Steps []historyStep `json:"steps"`
}

type historyStep struct {
	Line        int    `json:"line"`
	Instruction string `json:"instruction"`
	Text        string `json:"text"`
	Runs        int    `json:"runs"`
	// AfterFix is missing when there is no fix, or when it drops the step.
	AfterFix *int `json:"runsAfterFix,omitempty"`
}

func (h *history) report(hide *strings.Replacer) historyReport {
	after := map[*cache.Step]int{}
	for s, old := range h.was {
		after[old] = h.fixedRuns[s.Ins.Index]
	}
	r := historyReport{Version: 1, Commits: h.commits, Fixes: append([]string{}, h.titles...), Findings: []historyFinding{}, Stages: []historyStage{}}
	for _, f := range h.found {
		out := historyFinding{Line: f.line, Rule: f.rule, Message: f.message}
		if f.step != nil {
			runs := h.runs[f.step.Ins.Index]
			out.Runs = &runs
			if n, ok := after[f.step]; ok && f.rule != "install-without-cache-mount" {
				out.AfterFix = &n // a mount makes a step quicker, not rarer
			}
		}
		r.Findings = append(r.Findings, out)
	}
	for _, st := range h.now.Stages {
		out := historyStage{Index: st.Index, Name: st.Label, Steps: []historyStep{}}
		for _, s := range st.Steps {
			if s.Image {
				continue
			}
			step := historyStep{Line: s.Line, Instruction: s.Instruction(), Text: hide.Replace(s.Text), Runs: h.runs[s.Ins.Index]}
			if n, ok := after[s]; ok {
				step.AfterFix = &n
			}
			out.Steps = append(out.Steps, step)
		}
		r.Stages = append(r.Stages, out)
	}
	return r
}

func (h *history) render(o *cacheOptions, hide *strings.Replacer) (string, error) {
	r := h.report(hide)
	if o.format == "json" {
		return marshal(r)
	}
	c := chart{title: fmt.Sprintf("How often each step ran over the last %s", count(r.Commits, "commit", "commits"))}
	var w strings.Builder
	w.WriteString(c.title + "\n\n")
	for _, st := range r.Stages {
		for _, s := range st.Steps {
			row := chartRow{label: fmt.Sprintf("%d %s", s.Line, oneLine(s.Text, 60)), after: -1}
			row.value = float64(s.Runs) / float64(r.Commits)
			row.note = fmt.Sprintf("%d of %s", s.Runs, count(r.Commits, "commit", "commits"))
			if s.AfterFix != nil {
				row.after = float64(*s.AfterFix) / float64(r.Commits)
				if *s.AfterFix != s.Runs {
					row.note += fmt.Sprintf("; after the fix %d", *s.AfterFix)
				}
			}
			c.rows = append(c.rows, row)
			n := int(row.value*20 + 0.5)
			fmt.Fprintf(&w, "%5d  %s%s  %s: %s\n", s.Line, strings.Repeat("█", n), strings.Repeat("░", 20-n), report.Printable(oneLine(s.Text, 60)), row.note)
		}
	}
	switch o.format {
	case "html":
		return report.Lines(cachePage(h.name, c)), nil
	case "svg":
		return report.Lines(c.svg()), nil
	}
	h.writeFindings(&w, r)
	return w.String(), nil
}

// writeFindings says what was found, and what it has cost.
func (h *history) writeFindings(w *strings.Builder, r historyReport) {
	for k := range r.Findings {
		f := &r.Findings[k]
		fmt.Fprintf(w, "\n%s:%d: %s [%s]\n", report.Printable(h.name), f.Line, report.Printable(f.Message), f.Rule)
		if f.Runs == nil {
			continue
		}
		fmt.Fprintf(w, "    ran in %d of the last %s", *f.Runs, count(r.Commits, "commit", "commits"))
		if f.AfterFix != nil && *f.AfterFix != *f.Runs {
			fmt.Fprintf(w, "; after the fix %d", *f.AfterFix)
		}
		w.WriteByte('\n')
	}
	for _, t := range h.titles {
		fmt.Fprintf(w, "\nfix: %s", report.Printable(t))
	}
	if len(h.titles) > 0 {
		w.WriteByte('\n')
	}
}
