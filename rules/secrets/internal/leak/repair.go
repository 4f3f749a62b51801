package leak

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

func (s *scan) urlFixes(ins *dockerfile.Instruction, r source.Range) []lint.Fix { return nil }
func (s *scan) bindingFixes(ins *dockerfile.Instruction, p *dockerfile.Pair, name string, v verdict) []lint.Fix {
	return nil
}
func (s *scan) commandFixes(sp *spot) []lint.Fix { return nil }
func (s *scan) textFixes(ins *dockerfile.Instruction, c *shell.Command, r source.Range) []lint.Fix {
	return nil
}

func (s *scan) fileFixes(step *layers.Step, files []inContext, fate *layers.Fate) []lint.Fix {
	return nil
}
func (s *scan) runsAfter(ins *dockerfile.Instruction) []*dockerfile.Instruction { return nil }
func (s *scan) reads(run *dockerfile.Instruction, name string) (source.Range, bool) {
	return source.Range{}, false
}
