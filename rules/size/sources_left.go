package size

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// SourcesLeft finds unpacked sources that stay after they are installed.
var SourcesLeft = &lint.Rule{
	ID:      "sources-left",
	Summary: "Sources that are unpacked, built and installed are not removed",
	Doc: `
Where one RUN unpacks sources, builds them and installs the result, the sources and
the object files stay in the layer. Remove them at the end of the same RUN, or build
in a stage of its own and copy the result.

It is found where a download is unpacked and make install or its like runs in the
same script, and nothing in that script or in a later RUN removes a folder. Layers
that are in no image are left alone.
`,
	Bad:      "FROM debian:13\nRUN curl -fsSL https://example.com/x.tgz | tar xz && cd x && make install\n",
	Good:     "FROM debian:13\nRUN curl -fsSL https://example.com/x.tgz | tar xz && cd x && make install && rm -r /x\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, s := range p.Runs() {
			if !s.Has("curl", "wget") || !s.Has("tar", "unzip") || !inImage(p, ins) || mountsTmp(ins) {
				continue
			}
			unpack := unpacksSources(s)
			if unpack == nil || removesFolder(s) {
				continue
			}
			later := false
			for _, next := range p.Stages().StageOf(ins).Body {
				if next.Index > ins.Index && next.Name == "RUN" && next.Err == nil {
					later = later || removesFolder(p.Shell(next))
				}
			}
			if !later {
				p.Report(lint.Diagnostic{
					Range:   unpack.NameRange,
					Message: "The sources stay in the layer after they are installed: remove them at the end of the RUN, or build in a stage of its own",
				})
			}
		}
	},
}

// unpacksSources returns the command that unpacks what is installed later in the
// script, or nil.
func unpacksSources(s *shell.Script) *shell.Command {
	var unpack *shell.Command
	for c := range s.Find("tar", "unzip", "make", "ninja", "cmake", "meson") {
		switch c.Name {
		case "tar", "unzip":
			if unpack == nil && (c.Name == "unzip" || c.Has("-x", "--extract", "--get")) {
				unpack = c
			}
		case "cmake":
			if unpack != nil && c.Has("--install") {
				return unpack
			}
		default:
			for _, w := range c.Args() {
				if unpack != nil && w.Value == "install" {
					return unpack
				}
			}
		}
	}
	return nil
}

// removesFolder reports whether a script may remove a folder.
func removesFolder(s *shell.Script) bool {
	for c := range s.Find("rm", "find", "trap", "mv") {
		if c.Name != "rm" || c.Has("-r", "-R", "--recursive") {
			return true
		}
	}
	return false
}
