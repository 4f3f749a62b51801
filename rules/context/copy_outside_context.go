package context

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/layers"
)

// CopyOutsideContext finds sources that lead out of the build context.
var CopyOutsideContext = &lint.Rule{
	ID:      "copy-outside-context",
	Summary: "A source of COPY or ADD leads out of the build context",
	Aliases: []string{"dockerfilelint/add_src_invalid"},
	Doc: `
The builder sees nothing but the build context. Leading "../" parts are dropped:
COPY ../lib takes lib at the root of the context, if there is one, and stops the
build otherwise. A symbolic link that leads out of the context ends in nothing.

Build with a context that holds the files ("docker build -f sub/Dockerfile ."), or
pass the other folder with --build-context and COPY --from.
`,
	Bad:      "FROM scratch\nCOPY ../lib /lib\n",
	Good:     "FROM scratch\nCOPY lib /lib\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("COPY", "ADD") {
			c := p.Layers().Step(ins).Copy
			if c == nil || !c.FromContext() {
				continue
			}
			outsideSources(p, c)
		}
	},
}

// outside reports whether a source leads above the root, as far as its text
// tells.
func outside(s *layers.Source) bool {
	v := s.Word.Value
	return s.Heredoc == nil && !s.URL && (strings.HasPrefix(path.Clean(v), "../") || path.Clean(v) == "..")
}

func outsideSources(p *lint.Pass, c *layers.Copy) {
	k := -1
	for i := range c.Sources {
		s := &c.Sources[i]
		if s.Heredoc != nil || s.URL {
			continue
		}
		k++
		switch {
		case outside(s):
			p.Report(lint.Diagnostic{
				Range: s.Word.Range,
				Message: "The builder drops the leading ../ and takes " + s.Value + " at the root of the build context: " +
					"write that, or build with a context that holds what you mean",
			})
		case p.Build.Context != nil && c.Selection().Sources[k].State == buildctx.SourceOutside:
			p.Report(lint.Diagnostic{
				Range:   s.Word.Range,
				Message: s.Value + " is a symbolic link that leads out of the build context, where the builder finds nothing: copy the file into the context",
			})
		}
	}
}
