package security

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// PlainHttpDownload finds downloads that anybody on the way can change.
var PlainHttpDownload = &lint.Rule{
	ID:      "plain-http-download",
	Summary: "Downloads should use https",
	Aliases: []string{"S5332"},
	Doc: `
Over http anybody on the way can read and replace what is downloaded. Where the
server has no https, compare a checksum.

Downloads whose checksum or signature is compared afterwards are fine, and so are
this machine, private networks and hosts that a variable names.

The fix, to be chosen by hand, writes https: whether the server knows it cannot be
told.
`,
	Bad:      "FROM alpine\nRUN curl -fO http://example.com/x\n",
	Good:     "FROM alpine\nRUN curl -fO https://example.com/x\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range p.Commands("curl", "wget", "aria2c", "git", "axel") {
			for _, d := range c.Downloads() {
				if !d.Checked && plainHTTP(d.URL.Value) {
					reportHTTP(p, d.URL.Sub(0, len(d.URL.Value)), source.Range{Start: d.URL.At(0), End: d.URL.At(4)})
				}
			}
		}
		for ins := range p.WithTriggers("ADD") {
			for k := range max(0, len(ins.Args)-1) {
				w := &ins.Args[k]
				if plainHTTP(strings.Trim(w.Value, `"'`)) && ins.Flag("checksum") == nil {
					at := w.Range.Start + strings.Index(p.Source.Slice(w.Range), "://") - len("http")
					reportHTTP(p, w.Range, source.Range{Start: at, End: at + 4})
				}
			}
		}
	},
}

func plainHTTP(url string) bool {
	if len(url) < 8 || !strings.EqualFold(url[:7], "http://") {
		return false
	}
	h := host(url)
	return h != "" && !strings.ContainsAny(h, "$`<{") && !nearby(h)
}

func reportHTTP(p *lint.Pass, r, scheme source.Range) {
	p.Report(lint.Diagnostic{
		Range:   r,
		Message: "Over http anybody on the way can replace what is downloaded: use https, or compare a checksum",
		Fixes:   []lint.Fix{{Title: "Write https", Edits: []lint.Edit{lint.Replace(scheme, "https")}}},
	})
}
