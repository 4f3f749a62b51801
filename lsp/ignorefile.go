package lsp

import (
	"path/filepath"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/source"
)

// ignoreContext returns the build context that an open ignore file is about, as
// the file is in the editor. It is nil for files that are not on disk.
func ignoreContext(f *file) (*buildctx.Context, *buildctx.Ignore) {
	ig := buildctx.ParseIgnore(f.src)
	if f.path == "" {
		return nil, ig
	}
	c, err := buildctx.Open(filepath.Dir(f.path))
	if err != nil {
		return nil, ig
	}
	return c.WithIgnore(ig), ig
}

// hoverIgnore tells what a pattern keeps away.
func hoverIgnore(f *file, off int) (string, source.Range) {
	c, ig := ignoreContext(f)
	for k := range ig.Patterns {
		p := &ig.Patterns[k]
		if !touches(p.Range, off) {
			continue
		}
		verb := "Keeps away"
		if p.Negated {
			verb = "Brings back"
		}
		text := verb + " `" + p.Clean + "`"
		if !c.Known() {
			return text, p.Range
		}
		var names []string
		var size int64
		for _, e := range c.All() {
			if ignored, by := ig.Match(e.Path); by == p && ignored != p.Negated && !e.IsDir() {
				names = append(names, "`"+e.Path+"`")
				size += e.Size
			}
		}
		if len(names) == 0 {
			return text + ": nothing here, or only what is ignored already.", p.Range
		}
		return text + ": " + plural(len(names), "file") + ", " + sizeText(size) + ": " + fewNames(names, 6) + ".", p.Range
	}
	return "", source.Range{}
}

// completeIgnore offers the files of the folder and patterns that many projects
// want.
func (c *completion) completeIgnore() {
	line := c.f.src.LineRange(c.f.src.Line(c.off))
	word := source.Range{Start: line.Start, End: c.off}
	if c.off < line.Start {
		return
	}
	text := c.f.src.Slice(word)
	if strings.HasPrefix(text, "#") {
		return
	}
	if strings.HasPrefix(text, "!") {
		word.Start++
	}
	ctx, _ := ignoreContext(c.f)
	c.paths(ctx, word, true)
	if strings.Contains(c.f.src.Slice(word), "/") {
		return
	}
	for _, list := range [][]knowledge.IgnoreEntry{knowledge.IgnoreSecrets(), knowledge.IgnoreCommon()} {
		for _, e := range list {
			c.item(word, e.Pattern, protocol.CompletionItemKindValue, "pattern", "It holds "+e.Why)
		}
	}
}

// ignoreTokens marks comments, exceptions and wildcards.
func ignoreTokens(f *file) []token {
	ig := buildctx.ParseIgnore(f.src)
	var out []token
	for _, r := range ig.Comments {
		out = append(out, token{r, tokComment, 0})
	}
	for _, p := range ig.Patterns {
		r := p.Range
		if p.Negated {
			out = append(out, token{source.Range{Start: r.Start, End: r.Start + 1}, tokOperator, 0})
			r.Start++
		}
		out = append(out, token{r, tokString, 0})
	}
	return out
}

// ignoreSymbols lists the patterns.
func ignoreSymbols(f *file) []protocol.DocumentSymbol {
	var out []protocol.DocumentSymbol
	for _, p := range buildctx.ParseIgnore(f.src).Patterns {
		r := f.rng(p.Range)
		out = append(out, protocol.DocumentSymbol{Name: p.Text, Kind: protocol.SymbolKindKey, Range: r, SelectionRange: r})
	}
	return out
}
