package shell

import (
	"iter"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
)

// The rules of this file's neighbours that carry an SC code stand in for
// shellcheck where that program is not to be had.

// unchecked yields the scripts that no shellcheck reads.
func unchecked(p *lint.Pass) iter.Seq2[*dockerfile.Instruction, *shell.Script] {
	return func(yield func(*dockerfile.Instruction, *shell.Script) bool) {
		if p.Build.Shellcheck != nil {
			return
		}
		for ins := range p.WithTriggers("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK") {
			s := p.Shell(ins)
			if s == nil || !s.Dialect.Parsed() || len(s.Pieces) == 0 {
				continue
			}
			if !yield(ins, s) {
				return
			}
		}
	}
}

// uncheckedCommands yields the commands of scripts that no shellcheck reads.
func uncheckedCommands(p *lint.Pass, names ...string) iter.Seq2[*dockerfile.Instruction, *shell.Command] {
	return func(yield func(*dockerfile.Instruction, *shell.Command) bool) {
		for ins, s := range unchecked(p) {
			for c := range s.Find(names...) {
				if c.Call != nil && !c.Piece.Approximate && !yield(ins, c) {
					return
				}
			}
		}
	}
}

// posix reports whether the script is for a shell that knows POSIX only: not
// where /bin/sh of the base is bash, or where the base is not known.
func posix(p *lint.Pass, ins *dockerfile.Instruction, s *shell.Script) bool {
	if s.Dialect != shell.Posix {
		return false
	}
	if s.Shell.Set || s.Shebang != "" {
		return true
	}
	facts, ok := p.Image(p.Stages().StageOf(ins))
	return ok && facts.HasShell == knowledge.Yes && facts.Shell != "bash" && facts.Shell != ""
}
