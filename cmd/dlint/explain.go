package main

import (
	"fmt"
	"go/doc/comment"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/report"
)

// explainCommand returns "dlint explain".
func (a *app) explainCommand() *cobra.Command {
	var color string
	cmd := &cobra.Command{
		Use:   "explain RULE...",
		Short: "Explain a rule: why, an example, what its fix does",
		Long: `Explain a rule: why it is there, a bad example and the same put right, and what
its fix does. RULE is an ID, such as secret-in-env, or the code that another
linter has for the same thing, such as DL3064.`,
		Example: "  dlint explain secret-in-env\n  dlint explain DL3008",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return lint.NewNames(a.rules).All(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &usageError{fmt.Errorf("explain needs the name of a rule: dlint rules lists them"), "explain "}
			}
			paint, err := a.useColor(color, a.stdout)
			if err != nil {
				return err
			}
			return a.explain(args, paint)
		},
	}
	cmd.Flags().StringVar(&color, "color", "auto", "colours: auto, always or never")
	return cmd
}

func (a *app) explain(args []string, color bool) error {
	names := lint.NewNames(a.rules)
	var rules []*lint.Rule
	for _, arg := range args {
		found := names.Rules(arg)
		if found == nil {
			return &usageError{names.Unknown(arg), "explain "}
		}
		for _, r := range found {
			if !slices.Contains(rules, r) {
				rules = append(rules, r)
			}
		}
	}
	var b strings.Builder
	for i, r := range rules {
		if i > 0 {
			b.WriteString("\n")
		}
		explainRule(&b, r, color)
	}
	_, err := io.WriteString(a.stdout, b.String())
	return err
}

// explainRule writes what there is to know of a rule.
func explainRule(b *strings.Builder, r *lint.Rule, color bool) {
	title := func(s string) string {
		if color {
			return "\x1b[1m" + s + "\x1b[0m"
		}
		return s
	}
	fmt.Fprintf(b, "%s\n%s\n\n", title(r.Category+"/"+r.ID), r.Summary)
	for _, row := range facts(r) {
		fmt.Fprintf(b, "%-10s%s\n", row[0], row[1])
	}
	if doc := docText(r.Doc); doc != "" {
		fmt.Fprintf(b, "\n%s\n", doc)
	}
	for _, example := range [][2]string{{"Bad", r.Bad}, {"Good", r.Good}} {
		if example[1] != "" {
			fmt.Fprintf(b, "\n%s\n\n%s", title(example[0]+":"), indent(example[1]))
		}
	}
	fmt.Fprintf(b, "\n%s\n", report.RuleURL(r.ID))
}

// facts are the short facts of a rule with their names.
func facts(r *lint.Rule) [][2]string {
	rows := [][2]string{{"Severity:", r.Severity.String()}}
	add := func(name, value string) {
		if value != "" {
			rows = append(rows, [2]string{name, value})
		}
	}
	add("Aliases:", strings.Join(r.Aliases, ", "))
	if r.Fixable {
		add("Fix:", "yes")
	}
	if r.Preview {
		add("Preview:", "runs with --preview, or when it is selected")
	}
	if r.Off != "" {
		add("Off:", r.Off)
	}
	add("Since:", r.Since)
	return rows
}

// docText renders the documentation for a terminal.
func docText(doc string) string {
	var p comment.Parser
	pr := comment.Printer{TextWidth: 80, TextCodePrefix: "    "}
	return strings.TrimSpace(string(pr.Text(p.Parse(doc))))
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
		if strings.TrimSpace(line) != "" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}
