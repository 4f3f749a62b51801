package size

import (
	"fmt"

	"github.com/dlint/dlint/lint"
)

// TooManyLayersOptions bound the layers of a stage.
type TooManyLayersOptions struct {
	Layers int `yaml:"layers" doc:"how many layers the image may get from the Dockerfile"`
}

const tenRuns = `RUN make
RUN make
RUN make
RUN make
RUN make
RUN make
RUN make
RUN make
RUN make
RUN make
`

// TooManyLayers finds images near the limit of the engine.
var TooManyLayers = &lint.Rule{
	ID:      "too-many-layers",
	Summary: "An image has room for 127 layers",
	Aliases: []string{"ID.20020"},
	Doc: `
Storage drivers stack no more than 127 layers, those of the base image included, and
each takes time to unpack. RUN, COPY, ADD and WORKDIR make one each; those of the stage
that is built and the stages below it are counted.
`,
	Bad:      "FROM alpine:3.22\n" + tenRuns + tenRuns + tenRuns + tenRuns + tenRuns + tenRuns + tenRuns + tenRuns + tenRuns + tenRuns + "RUN make\n",
	Good:     "FROM alpine:3.22\nRUN make\n",
	Severity: lint.Warning,
	Since:    "0.1",
	Options:  func() any { return &TooManyLayersOptions{Layers: 100} },
	Check: func(p *lint.Pass) {
		most := p.Options.(*TooManyLayersOptions).Layers
		target := p.Stages().Target
		if target == nil {
			return
		}
		count := 0
		for s := range target.Chain() {
			for _, ins := range s.Body {
				if ins.Err == nil && ins.Is("RUN", "COPY", "ADD", "WORKDIR") {
					count++
				}
			}
		}
		if count > most {
			p.Report(lint.Diagnostic{
				Range:   target.From.Keyword.Range,
				Message: fmt.Sprintf("the image gets %d layers, more than %d: join some, or copy the result from another stage", count, most),
			})
		}
	},
}
