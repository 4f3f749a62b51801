package stages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// VariableInCopyFrom finds COPY --from=$NAME.
var VariableInCopyFrom = &lint.Rule{
	ID:      "variable-in-copy-from",
	Summary: "COPY --from and mounts take no variables",
	Doc: `
BuildKit puts variables into FROM, but not into COPY --from or from= of a mount, and
refuses the file. Name a stage with FROM, and copy from that:

	ARG VERSION=1
	FROM tool:$VERSION AS tool
	FROM alpine:3.22
	COPY --from=tool /bin/tool /bin/tool
`,
	Bad:      "ARG TOOL=alpine:3.22\nFROM alpine:3.22\nCOPY --from=$TOOL /a /a\n",
	Good:     "ARG TOOL=alpine:3.22\nFROM $TOOL AS tool\nFROM alpine:3.22\nCOPY --from=tool /a /a\n",
	Severity: lint.Error,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, ins := range p.Tree().Instructions {
			if ins.Name != "COPY" && ins.Name != "RUN" {
				continue
			}
			for k := range ins.Flags {
				fl := &ins.Flags[k]
				if ins.Name == "COPY" && fl.Name == "from" {
					reportVariable(p, fl.Value, fl.ValueRange)
				}
				if o := fl.Option("from"); o != nil {
					reportVariable(p, o.Value, o.ValueRange)
				}
			}
		}
	},
}

func reportVariable(p *lint.Pass, value string, r source.Range) {
	if n := strings.IndexByte(value, '$'); n >= 0 && n < len(value)-1 {
		p.Report(lint.Diagnostic{
			Range:   r,
			Message: "no variable is put in here, and BuildKit refuses it: name a stage with FROM " + value + " AS ... and copy from that",
		})
	}
}
