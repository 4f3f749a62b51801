package secrets

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/secrets/internal/leak"
)

// WeakDefaultCredential finds passwords such as admin.
var WeakDefaultCredential = &lint.Rule{
	ID:      "weak-default-credential",
	Summary: "A default password is one that everybody tries first",
	Doc: `
A password like admin or postgres that the image brings along is known to
everyone, and is what attacks begin with. It is there to be replaced, but nothing
fails when nobody does.

Let the container take the password at run time and stop without one.
`,
	Bad:      "FROM postgres:17\nENV POSTGRES_PASSWORD=postgres\n",
	Good:     "FROM postgres:17\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.WeakDefault) },
}
