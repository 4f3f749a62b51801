package main

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint/cache"
	"github.com/dlint/dlint/lint/report"
)

// cacheText is the table by stage.
func cacheText(o *cacheOptions, results []cache.StageResult, color bool) string {
	var w strings.Builder
	runs, total := 0, 0
	for _, st := range results {
		if len(st.Steps) == 0 {
			continue
		}
		name := st.Stage.Label
		if name == "" {
			name = "stage"
		}
		fmt.Fprintf(&w, "%s (line %d)\n", report.Printable(name), st.Steps[0].Step.Line)
		for _, s := range st.Steps {
			total++
			mark := "CACHED"
			if !s.Cached {
				runs++
				mark = "run"
			}
			if !o.asked() {
				mark = ""
			}
			writeStep(&w, o, &s, mark, color)
		}
		w.WriteByte('\n')
	}
	if o.asked() {
		bar := strings.Repeat("█", runs) + strings.Repeat("░", total-runs)
		if total > 60 {
			bar = strings.Repeat("█", runs*60/total) + strings.Repeat("░", 60-runs*60/total)
		}
		fmt.Fprintf(&w, "%s %d of %s run again\n", bar, runs, count(total, "step", "steps"))
	}
	return w.String()
}

func writeStep(w *strings.Builder, o *cacheOptions, s *cache.Result, mark string, color bool) {
	if o.asked() {
		mark = fmt.Sprintf("%-6s ", mark)
		if color && s.Cached {
			mark = "\x1b[32m" + mark + "\x1b[0m"
		} else if color {
			mark = "\x1b[31m" + mark + "\x1b[0m"
		}
	}
	fmt.Fprintf(w, "%5d  %s%s\n", s.Step.Line, mark, report.Printable(oneLine(s.Step.Text, 90)))
	for _, r := range s.Because {
		fmt.Fprintf(w, "       %s<- %s: %s\n", strings.Repeat(" ", 7), r.Kind, report.Printable(r.What))
	}
	if !o.asked() {
		fmt.Fprintf(w, "         depends on %s\n", report.Printable(depends(s.Step)))
		if lost := s.Step.Lost(); lost != "" {
			fmt.Fprintf(w, "         ! %s\n", report.Printable(lost))
		}
	}
}

func oneLine(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > n {
		return string(r[:n-3]) + "..."
	}
	return text
}

// depends says in a line what a step depends on.
func depends(s *cache.Step) string {
	var out []string
	files, vars := 0, []string{}
	for _, p := range s.Depends {
		switch p.Kind {
		case cache.File:
			files++
		case cache.BuildArg, cache.Env:
			vars = append(vars, p.What)
		case cache.FromStage:
			out = append(out, "stage "+p.What)
		case cache.URL, cache.Base, cache.Mount:
			out = append(out, p.What)
		}
	}
	if files > 0 {
		out = append(out, count(files, "file", "files")+" of the context")
	}
	if len(vars) > 0 {
		out = append(out, "the values of "+strings.Join(vars, ", "))
	}
	if s.Parent != nil {
		out = append(out, "line "+strconv.Itoa(s.Parent.Line))
	}
	if len(out) == 0 {
		return "its own text only"
	}
	return strings.Join(out, "; ")
}

// chart is a picture of bars.
type chart struct {
	title string
	rows  []chartRow
}

type chartRow struct {
	label string
	value float64 // from 0 to 1
	after float64 // a second bar; negative for none
	note  string
}

// cacheChart shows which steps run.
func cacheChart(results []cache.StageResult) chart {
	c := chart{title: "Steps that run again"}
	for _, st := range results {
		for _, s := range st.Steps {
			row := chartRow{label: fmt.Sprintf("%d %s", s.Step.Line, oneLine(s.Step.Text, 60)), after: -1, note: "CACHED"}
			if !s.Cached {
				row.value, row.note = 1, "run"
				if len(s.Because) > 0 {
					row.note += ": " + string(s.Because[0].Kind) + " " + oneLine(s.Because[0].What, 40)
				}
			}
			c.rows = append(c.rows, row)
		}
	}
	return c
}

// svg draws the chart.
func (c chart) svg() string {
	const left, width, line = 430, 300, 22
	height := 50 + line*len(c.rows)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="1060" height="%d" viewBox="0 0 1060 %d" font-family="monospace" font-size="12">`+"\n", height, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="#ffffff"/><text x="10" y="24" font-size="15">%s</text>`+"\n", html.EscapeString(c.title))
	if slices.ContainsFunc(c.rows, func(r chartRow) bool { return r.after >= 0 }) {
		const legend = `<rect x="%d" y="13" width="10" height="10" fill="%s"/><text x="%d" y="23">%s</text>` + "\n"
		fmt.Fprintf(&b, legend, left+width+10, "#d9534f", left+width+26, "now")
		fmt.Fprintf(&b, legend, left+width+70, "#5cb85c", left+width+86, "after the fixes")
	}
	for k, r := range c.rows {
		y := 44 + k*line
		fmt.Fprintf(&b, `<text x="10" y="%d">%s</text>`, y+11, html.EscapeString(r.label))
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="14" fill="#eeeeee"/>`, left, y, width)
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" fill="#d9534f"/>`, left, y, int(r.value*width), 14-7*boolInt(r.after >= 0))
		if r.after >= 0 {
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="7" fill="#5cb85c"/>`, left, y+7, int(r.after*width))
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d">%s</text>`+"\n", left+width+10, y+11, html.EscapeString(r.note))
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// cachePage puts the chart into a page.
func cachePage(name string, c chart) string {
	return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>dlint cache " + html.EscapeString(name) +
		"</title></head>\n<body>\n<h1>" + html.EscapeString(name) + "</h1>\n" + c.svg() + "</body></html>\n"
}
