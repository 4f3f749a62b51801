package report

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// digest returns a short hash of the parts.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		_, _ = h.Write([]byte(p))
		_, _ = h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// LineHash identifies the line on which a finding starts, wherever it stands:
// by its text, blanks folded, without the secret when the finding is about one.
func LineHash(src *source.File, d *lint.Diagnostic) string { return digest(lineOf(src, d)) }

// lineOf returns the line on which d starts, blanks folded and its secret
// replaced by its length.
func lineOf(src *source.File, d *lint.Diagnostic) string {
	if src == nil {
		return ""
	}
	line := src.LineRange(src.Line(d.Range.Start))
	text := src.Slice(line)
	for _, s := range Secrets(src, d) {
		from, to := max(s.Start, line.Start), min(s.End, line.End)
		if from < to {
			text = src.Text[line.Start:from] + "\x00" + strconv.Itoa(to-from) + src.Text[to:line.End]
		}
	}
	return strings.Join(strings.Fields(text), " ")
}

// printer hands out the fingerprints of a file's findings in their order. Each
// is unique; findings with the same key are numbered.
type printer struct {
	file *File
	seen map[string]int
}

func newPrinter(f *File) *printer { return &printer{f, map[string]int{}} }

func (p *printer) next(d *lint.Diagnostic) string {
	key := digest(cleanPath(p.file.Path), d.Name(), lineOf(p.file.Source, d))
	p.seen[key]++
	if n := p.seen[key]; n > 1 {
		return digest(key, strconv.Itoa(n))
	}
	return key
}
