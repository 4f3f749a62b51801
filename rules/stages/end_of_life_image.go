package stages

import (
	"time"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
)

// EndOfLifeImage finds images that get no security fixes any more.
var EndOfLifeImage = &lint.Rule{
	ID:      "end-of-life-image",
	Summary: "A base image should still get security fixes",
	Aliases: []string{"tally/ruby/eol-ruby-version"},
	Doc: `
A release that has reached the end of its life gets no fixes, so that every hole found
from then on stays open; its package servers often go away, too.

The dates come from a table in dlint, looked through in ` + knowledge.EOLAsOf + `, and are those of
the makers; paid support is not counted. Both the product and the distribution that
the tag names are looked at. A release that is not in the table is not judged.

There is no fix: a newer release may need changes.
`,
	Bad:      "FROM debian:9\nRUN make\n",
	Good:     "FROM debian:13\nRUN make\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		now := time.Now()
		eachImage(p, func(i image) {
			if i.err != nil || deprecatedImage(i.ref) != "" {
				return
			}
			e, ok := endOfLife(i.ref, now)
			if !ok {
				return
			}
			m := e.Product + " " + e.Release + " gets no security fixes since " + e.Date.Format(time.DateOnly)
			if e.Successor != "" {
				m += ": move on to " + e.Successor
			} else {
				m += ": move on to a newer release"
			}
			p.Report(lint.Diagnostic{Range: i.word.Range, Message: m})
		})
	},
}

// endOfLife looks up the product, then the distribution below.
func endOfLife(ref knowledge.Ref, now time.Time) (knowledge.EndOfLife, bool) {
	facts, ok := knowledge.WellKnownImage(ref)
	if !ok {
		return knowledge.EndOfLife{}, false
	}
	e, ok := knowledge.EOL(facts.Product(), ref.Tag)
	if ok && e.Ended(now) {
		return e, true
	}
	if facts.Distro == "" || facts.Release == "" || facts.Distro == facts.Family {
		return knowledge.EndOfLife{}, false
	}
	e, ok = knowledge.EOL(facts.Distro, facts.Release)
	return e, ok && e.Ended(now)
}
