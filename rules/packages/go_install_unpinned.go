package packages

import "github.com/dlint/dlint/lint"

// GoInstallUnpinned finds packages that go install installs in whatever version there is.
var GoInstallUnpinned = &lint.Rule{
	ID:      "go-install-unpinned",
	Summary: "go install installs whatever version there is",
	Aliases: []string{"DL3062"},
	Doc: `
Two builds of one Dockerfile should give one image. A version that is not named is
whatever the registry holds that day.

There is one finding for a command, and no fix: the versions are not known here. A
version that a variable holds counts, and so do ranges; files, folders and URLs are
not looked at. The query latest is no version. go get and go run of a module are
looked at as well. Nothing is found where a go.mod decides, and for packages of the
module at hand.

Nothing is found where Renovate raises versions that are marked: those that are not
are left open on purpose.
`,
	Bad:      "FROM golang:1.25\nRUN go install golang.org/x/tools/cmd/stringer@latest\n",
	Good:     "FROM golang:1.25\nRUN go install golang.org/x/tools/cmd/stringer@v0.34.0\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		(&pin{
			names: []string{"go"}, manager: "go", form: "@VERSION", skip: goLocked, fine: goLocal,
		}).check(p)
	},
}
