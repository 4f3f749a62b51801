package main

import (
	"context"
	"fmt"
	"net"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dlint/dlint/fix/multistage"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/report"
	"github.com/dlint/dlint/lsp"
)

// lspMemory is the size in bytes at which the language server collects garbage
// in earnest. It runs for days beside an editor.
const lspMemory = 25 << 20

// lspCommand returns "dlint lsp".
func (a *app) lspCommand() *cobra.Command {
	var tcp string
	cmd := &cobra.Command{
		Use:   "lsp",
		Short: "Run the language server",
		Long: `Run the language server over standard input and output.

Editors start it by themselves; see the folder editors. With --tcp it serves one
client over a port of this machine instead, for debugging.`,
		Example: "  dlint lsp\n  dlint lsp --tcp 127.0.0.1:7777",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.serve(cmd.Context(), tcp)
		},
	}
	cmd.Flags().StringVar(&tcp, "tcp", "", "listen on `address` instead of using standard input and output")
	cmd.Flags().Bool("stdio", true, "use standard input and output, as is the default")
	return cmd
}

// serve runs the server until the client ends it.
func (a *app) serve(ctx context.Context, tcp string) error {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(lspMemory)
	opts := lsp.Options{
		Rules: a.rules, Version: version(), RuleURL: report.RuleURL,
		Splits: splitter{},
		Env:    func(name string) (string, bool) { v, ok := a.env[name]; return v, ok },
	}
	var err error
	if tcp != "" {
		err = lsp.ServeTCP(ctx, tcp, opts, func(addr net.Addr) { a.warn("listening on %s", addr) })
	} else {
		// The input is not closed here: a read from it cannot be interrupted, and
		// the program ends anyway.
		err = lsp.Serve(ctx, readerOnly{a.stdin}, a.stdout, opts)
	}
	if err != nil {
		return exitCode(exitFindings)
	}
	return nil
}

// splitter proposes what "dlint split" would write.
type splitter struct{}

// Splits implements lsp.Splitter.
func (splitter) Splits(_ context.Context, d *lint.Document, off int, with []string) ([]lsp.Split, string) {
	if ins := d.Tree().At(off); ins == nil || d.Stages().StageOf(ins) == nil {
		return nil, "No stage starts here."
	}
	if len(d.Stages().Stages) != 1 {
		return nil, "It has several stages already."
	}
	p, refusal := multistage.Propose(d, multistage.Options{With: extrasOf(with)})
	if refusal != nil {
		return nil, refusal.Message
	}
	title := "Split into a build stage and a stage from " + p.RuntimeBase
	if less := p.BuildSize - p.RuntimeSize; less > 0 {
		title += fmt.Sprintf(", whose base is about %d MB smaller", less)
	}
	if p.Grade != multistage.GradeA {
		title += " (rests on assumptions)"
	}
	var reasons []string
	add := func(lead string, list []string) {
		for _, text := range list {
			reasons = append(reasons, lead+text+".")
		}
	}
	add("", p.Reasons)
	add("Left out: ", p.Dropped)
	add("Provided that ", p.Assumptions)
	for _, n := range p.Declined {
		reasons = append(reasons, fmt.Sprintf("Not done (%s): %s.", n.Extra, n.Text))
	}
	for _, n := range p.Offers {
		reasons = append(reasons, fmt.Sprintf("Possible, with %q in the setting splitWith: %s.", n.Extra, n.Text))
	}
	return []lsp.Split{{Title: title, Reasons: reasons, Edits: p.Edits, Files: p.Files}}, ""
}

// extrasOf returns the extras among the names of a setting; others may be those of
// another version.
func extrasOf(names []string) []multistage.Extra {
	var out []multistage.Extra
	for _, x := range multistage.Extras() {
		if slices.Contains(names, string(x)) {
			out = append(out, x)
		}
	}
	return out
}
