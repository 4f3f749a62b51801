package metadata

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/stage"
)

// commented reports whether a comment stands between the lines of ins, so that
// rewriting it would lose the comment.
func commented(p *lint.Pass, ins *dockerfile.Instruction) bool {
	for k := range p.Tree().Comments {
		if p.Tree().Comments[k].Inside == ins {
			return true
		}
	}
	return false
}

// destination returns the last word of a COPY or ADD.
func destination(ins *dockerfile.Instruction) *dockerfile.Word {
	if len(ins.Args) < 2 {
		return nil
	}
	return &ins.Args[len(ins.Args)-1]
}

// absolute reports whether a path is absolute, on Linux or on Windows.
func absolute(name string) bool {
	if path.IsAbs(name) || strings.HasPrefix(name, `\`) {
		return true
	}
	return len(name) >= 2 && name[1] == ':' && (name[0]|0x20) >= 'a' && (name[0]|0x20) <= 'z'
}

// end returns the place behind the text of a word, in front of a closing quote.
func end(p *lint.Pass, w *dockerfile.Word) int {
	text := p.Source.Slice(w.Range)
	if n := len(text); n > 1 && (text[n-1] == '"' || text[n-1] == '\'') {
		return w.Range.End - 1
	}
	return w.Range.End
}

// last returns the last readable instruction with that name in the stages that s
// is built on, s included; nil when there is none.
func last(s *stage.Stage, name string) *dockerfile.Instruction {
	if s == nil {
		return nil
	}
	for t := range s.Chain() {
		for k := len(t.Body) - 1; k >= 0; k-- {
			if t.Body[k].Name == name && t.Body[k].Err == nil {
				return t.Body[k]
			}
		}
	}
	return nil
}
