package metadata

import (
	"github.com/dlint/dlint/lint"
)

// HealthcheckMissing finds images without a health check.
var HealthcheckMissing = &lint.Rule{
	ID:      "healthcheck-missing",
	Summary: "The image has no HEALTHCHECK",
	Aliases: []string{"tally/ruby/healthcheck-rails-up-endpoint", "DL3057", "DS-0026", "CKV_DOCKER_2", "CIS-DI-0006", "kics/healthcheck_instruction_missing"},
	Doc: `
HEALTHCHECK lets Docker and Swarm see that a program no longer answers. Kubernetes
has probes of its own and ignores it.

The stage that is built counts, with those it is built on. An image without CMD and
ENTRYPOINT is left alone.
`,
	Bad:      "FROM alpine\nCMD [\"app\"]\n",
	Good:     "FROM alpine\nHEALTHCHECK CMD app --check\nCMD [\"app\"]\n",
	Severity: lint.Info,
	Off:      "Kubernetes ignores it, and few images need one",
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		s := p.Stages().Target
		if s == nil || last(s, "HEALTHCHECK") != nil || last(s, "CMD") == nil && last(s, "ENTRYPOINT") == nil {
			return
		}
		p.Report(lint.Diagnostic{
			Range:   s.Image.Range,
			Message: "Nothing tells whether the program still answers: add a HEALTHCHECK",
		})
	},
}
