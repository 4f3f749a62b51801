package size

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// TemporaryDirectoryLeft finds folders of mktemp that stay in the image.
var TemporaryDirectoryLeft = &lint.Rule{
	ID:      "temporary-directory-left",
	Summary: "A folder that mktemp makes is not removed",
	Doc: `
What a RUN writes into a temporary folder stays in its layer, unless the same RUN
removes the folder. Its name is made up on the spot, so no later instruction can
find it again.

Nothing is found where the script removes something that is not known or moves the
folder away, where it has a trap or writes down the name, and where a mount lies on
/tmp. Layers that are in no image are left alone.
`,
	Bad:      "FROM debian:13\nRUN dir=\"$(mktemp -d)\" && cd \"$dir\" && make install\n",
	Good:     "FROM debian:13\nRUN dir=\"$(mktemp -d)\" && cd \"$dir\" && make install && rm -r \"$dir\"\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, s := range p.Runs() {
			if !s.Has("mktemp") || !inImage(p, ins) || mountsTmp(ins) || s.Has("trap") {
				continue
			}
			for c := range s.Find("mktemp") {
				if c.Has("-d", "--directory") && c.InSubst && c.Function == "" && !folderGone(s, folderName(c)) {
					p.Report(lint.Diagnostic{
						Range:   c.NameRange,
						Message: "The temporary folder stays in the layer: remove it at the end of the RUN",
					})
				}
			}
		}
	},
}

// mountsTmp reports whether what is written into /tmp reaches no layer.
func mountsTmp(ins *dockerfile.Instruction) bool {
	for k := range ins.Flags {
		for i := range ins.Flags[k].Options {
			o := &ins.Flags[k].Options[i]
			switch o.Key {
			case "target", "dst", "destination":
				if strings.Trim(o.Value, "/") == "tmp" {
					return true
				}
			}
		}
	}
	return false
}

// folderName returns the variable that holds what mktemp has made, or "".
func folderName(c *shell.Command) string {
	for _, by := range c.Script().Commands {
		for k := range by.Assigns {
			if a := &by.Assigns[k]; a.Value.Range.Contains(c.NameRange) {
				return a.Name
			}
		}
	}
	return ""
}

// folderGone reports whether the script may remove the folder that the variable
// names, move it away or hand its name on.
func folderGone(s *shell.Script, name string) bool {
	for _, c := range s.Commands {
		switch c.Name {
		case "rm", "find", "rmdir", "mv":
			for _, w := range c.Args() {
				if !w.Static || strings.HasPrefix(w.Value, "/tmp") || w.Value == "*" || strings.HasPrefix(w.Value, ".") {
					return true
				}
			}
		case "echo", "printf":
			for _, w := range c.Args() {
				if name != "" && strings.Contains(w.Value, "$") && strings.Contains(w.Value, name) {
					return true
				}
			}
		}
	}
	return false
}
