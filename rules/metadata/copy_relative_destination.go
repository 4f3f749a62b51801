package metadata

import (
	"github.com/dlint/dlint/lint"
)

// CopyRelativeDestination finds a COPY or ADD whose destination the base image
// decides.
var CopyRelativeDestination = &lint.Rule{
	ID:      "copy-relative-destination",
	Summary: "COPY to a relative destination wants a WORKDIR",
	Aliases: []string{"DL3045"},
	Doc: `
A relative destination starts from the working directory. Without a WORKDIR in the
stage, or in those it is built on, that is whatever the base image says, often the
root of the file system.

A base image whose working directory is known only makes a note. Nothing is
said about scratch, which has none: there a relative destination always starts from
the root, and hadolint reports it all the same.
`,
	Bad:      "FROM alpine\nCOPY app.conf conf/\n",
	Good:     "FROM alpine\nCOPY app.conf /etc/conf/\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("COPY", "ADD") {
			dest := destination(ins)
			s := p.Stages().StageOf(ins)
			if dest == nil || s == nil || s.Windows() || s.Root().Base.Scratch() || p.Stages().StateAt(ins).WorkdirBy != nil {
				continue
			}
			x := p.Stages().ScopeAt(ins).Expand(dest.Value)
			if !x.Known || x.Err != nil || x.Value == "" || absolute(x.Value) {
				continue
			}
			d := lint.Diagnostic{
				Range:   dest.Range,
				Message: "Without a WORKDIR the base image decides where this goes: write an absolute path, or a WORKDIR above",
			}
			switch image, ok := p.Image(s); {
			case ok && image.Workdir == "/" && image.EnvWhole:
				d.Severity = lint.Info
				d.Message = "This goes to / only because the base image sets no WORKDIR: write an absolute path, or a WORKDIR above"
			case ok && image.Workdir != "" && image.Workdir != "/":
				d.Severity = lint.Info
				d.Message = "This goes to " + image.Workdir + " only because the base image says so: write WORKDIR " + image.Workdir + " above"
			}
			p.Report(d)
		}
	},
}
