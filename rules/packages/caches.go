package packages

import (
	"slices"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// leftover describes the cache that a package manager leaves in a layer.
type leftover struct {
	names    []string // programs
	managers []string // what PackageOp calls them
	actions  []shell.Action
	dirs     []string // where it is
	clean    string   // behind the program's name, or a whole command with whole
	whole    bool
	what     string // for the message
	skip     func(*lint.Pass, *dockerfile.Instruction, *shell.Command) bool
	least    lint.Applicability
}

// check reports one finding for each RUN that leaves the cache in a layer of the
// image.
func (l *leftover) check(p *lint.Pass) {
	var last *dockerfile.Instruction
	for ins, c := range operations(p, l.names...) {
		if ins == last || !slices.Contains(l.actions, c.Package().Action) || !ships(p, ins) || dryRun(c) {
			continue
		}
		s := p.Shell(ins)
		if l.skip != nil && l.skip(p, ins, c) {
			continue
		}
		if has(p, s, shell.Clean, l.managers...) || removes(p, s, l.dirs...) || mounted(p, ins, l.dirs...) {
			continue
		}
		last = ins
		clean := c.Name + " " + l.clean
		if l.whole {
			clean = l.clean
		}
		p.Report(lint.Diagnostic{
			Range:   head(p, c),
			Message: call(c) + " leaves " + l.what + " in the layer: run " + clean + " in the same RUN, or put a cache mount there",
			Fixes:   cleanup(p, ins, c, clean, "Run "+clean+" at the end", false, l.least),
		})
	}
}
