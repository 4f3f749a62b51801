package main

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/report"
)

// ruleJSON is a rule as "dlint rules --format json" lists it.
type ruleJSON struct {
	ID       string   `json:"id"`
	Category string   `json:"category"`
	Summary  string   `json:"summary"`
	Aliases  []string `json:"aliases"`
	Severity string   `json:"severity"`
	Fixable  bool     `json:"fixable"`
	Preview  bool     `json:"preview"`
	Off      string   `json:"off"`
	Since    string   `json:"since"`
	Doc      string   `json:"doc"`
	Bad      string   `json:"bad"`
	Good     string   `json:"good"`
	URL      string   `json:"url"`
}

// rulesCommand returns "dlint rules".
func (a *app) rulesCommand() *cobra.Command {
	var format string
	var categories []string
	cmd := &cobra.Command{
		Use:     "rules",
		Short:   "List the rules",
		Long:    "List the rules. In the table, f marks a rule that can fix, o one that is off\nunless it is selected, p one that runs with --preview.",
		Example: "  dlint rules\n  dlint rules --category secrets\n  dlint rules --format json",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			list, err := a.sortedRules(categories)
			if err != nil {
				return err
			}
			switch format {
			case report.Text:
				return a.rulesTable(list)
			case "json":
				return a.rulesJSON(list)
			}
			return &usageError{misuse("unknown format %q: use text or json", format), "rules "}
		},
	}
	cmd.Flags().StringVar(&format, "format", report.Text, "`format` of the list: text or json")
	commaListVar(cmd.Flags(), &categories, "category", "list these `categories` only")
	return cmd
}

// noArgs refuses arguments.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &usageError{misuse("%s takes no argument, not %q", cmd.Name(), args[0]), cmd.Name() + " "}
}

// sortedRules returns the rules of some categories, or all.
func (a *app) sortedRules(categories []string) ([]*lint.Rule, error) {
	list := slices.Clone(a.rules)
	slices.SortFunc(list, func(x, y *lint.Rule) int {
		return cmp.Or(cmp.Compare(x.Category, y.Category), cmp.Compare(x.ID, y.ID))
	})
	if len(categories) == 0 {
		return list, nil
	}
	var known []string
	for _, r := range list {
		if !slices.Contains(known, r.Category) {
			known = append(known, r.Category)
		}
	}
	for _, c := range categories {
		if slices.Contains(known, c) {
			continue
		}
		if near := dockerfile.Nearest(c, known); near != "" {
			return nil, &usageError{misuse("unknown category %q: did you mean %s?", c, near), "rules "}
		}
		return nil, &usageError{misuse("unknown category %q: dlint rules lists them all", c), "rules "}
	}
	return slices.DeleteFunc(list, func(r *lint.Rule) bool { return !slices.Contains(categories, r.Category) }), nil
}

func (a *app) rulesTable(list []*lint.Rule) error {
	rows := [][]string{{"RULE", "SEVERITY", "", "SUMMARY"}}
	for _, r := range list {
		marks := ""
		if r.Fixable {
			marks += "f"
		}
		if r.Off != "" {
			marks += "o"
		}
		if r.Preview {
			marks += "p"
		}
		rows = append(rows, []string{r.Category + "/" + r.ID, r.Severity.String(), marks, r.Summary})
	}
	return writeTable(a.stdout, rows)
}

func (a *app) rulesJSON(list []*lint.Rule) error {
	out := make([]ruleJSON, len(list))
	for i, r := range list {
		out[i] = ruleJSON{
			ID: r.ID, Category: r.Category, Summary: r.Summary, Aliases: append([]string{}, r.Aliases...),
			Severity: r.Severity.String(), Fixable: r.Fixable, Preview: r.Preview, Off: r.Off, Since: r.Since,
			Doc: r.Doc, Bad: r.Bad, Good: r.Good, URL: report.RuleURL(r.ID),
		}
	}
	enc := json.NewEncoder(report.PlainJSON(a.stdout))
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}
