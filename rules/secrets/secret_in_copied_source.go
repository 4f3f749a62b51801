package secrets

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/secrets/internal/leak"
)

// SecretInCopiedSource finds tokens in the source files that COPY and ADD take.
var SecretInCopiedSource = &lint.Rule{
	ID:      "secret-in-copied-source",
	Summary: "A copied source file holds a token",
	Doc: `
A token of a known format in a source file goes into the image with it, where it is
easier to find than in the repository. The message names the first file and line.

Files of tests, binary files and those of other packages are left out, and reading
is bounded.
`,
	Bad:      "-- Dockerfile --\nFROM alpine\nCOPY app.py /\n-- app.py --\nkey = 'gh" + "p_" + "oM4jT2vQ8xN6bR1cL7yK3wZ9sD5fG0hJpA2u'\n",
	Good:     "-- Dockerfile --\nFROM alpine\nCOPY app.py /\n-- app.py --\nimport os\nkey = os.environ['KEY']\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.InSource) },
}
