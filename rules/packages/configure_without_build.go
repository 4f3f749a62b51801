package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// ConfigureWithoutBuild finds configure scripts that guess the machine.
var ConfigureWithoutBuild = &lint.Rule{
	ID:      "configure-without-build",
	Summary: "configure guesses the machine unless --build says it",
	Doc: `
A configure script of autoconf asks the kernel what it is built on. A 32-bit image on
a 64-bit kernel is then taken for the wrong machine, and so is an image that an
emulator runs. The official images say it themselves:

	RUN ./configure --build="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)"

On Alpine, where there is no dpkg-architecture, gcc -dumpmachine tells. Scripts of
other names, and configure scripts whose options variables hold, are not looked at.
`,
	Off:      "the guess is right wherever the kernel is of the machine that the image is for",
	Bad:      "FROM debian:13\nRUN ./configure && make\n",
	Good:     "FROM debian:13\nRUN ./configure --build=\"$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)\" && make\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range p.Commands("configure") {
			if c.Has("--build", "--host", "--help") || !strings.Contains(c.Words[0].Value, "/") {
				continue
			}
			open := false
			for _, w := range c.Args() {
				open = open || !w.Static && !strings.HasPrefix(w.Value, "--")
			}
			if !open {
				p.Report(lint.Diagnostic{
					Range:   c.Words[0].Range,
					Message: "configure guesses the machine from the kernel: say it by --build",
				})
			}
		}
	},
}
