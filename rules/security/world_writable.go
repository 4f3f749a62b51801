package security

import (
	"fmt"
	"strconv"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// WorldWritable finds files that everyone may change.
var WorldWritable = &lint.Rule{
	ID:      "world-writable",
	Summary: "Files should not be writable for everyone",
	Aliases: []string{"S2612", "tally/world-writable-state-path-workaround"},
	Doc: `
What every user may write, a process that is broken into may replace: programs,
configuration, data of others. Give the files to the user who needs them, by COPY
--chown or chown.

Directories with the sticky bit (1777, as /tmp has) are fine, and so are stages
whose layers are in no image, and what mktemp has made in the same RUN. A mode with
variables is not looked at.

# Fix safety

The fix takes the right to write from all but owner and group. It is unsafe because
the program may run as somebody else.
`,
	Bad:      "FROM alpine\nRUN chmod -R 777 /app\n",
	Good:     "FROM alpine\nRUN chmod -R 775 /app\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		eachMode(p, func(r source.Range, m permissions) {
			if m.worldWrite && !m.sticky {
				d := lint.Diagnostic{
					Range:   r,
					Message: "Everyone may change these files: give them to the user who needs to, by chown or COPY --chown",
				}
				if narrow := withoutWorldWrite(p.Source.Slice(r)); narrow != "" {
					d.Fixes = []lint.Fix{{
						Title: "Take the right to write from everyone: " + narrow, Applicability: lint.Unsafe,
						Edits: []lint.Edit{lint.Replace(r, narrow)},
					}}
				}
				p.Report(d)
			}
		})
	},
}

// withoutWorldWrite returns a mode as chmod reads it without the right to write for
// others; "" where that is not plain.
func withoutWorldWrite(mode string) string {
	if n, err := strconv.ParseUint(mode, 8, 16); err == nil {
		return fmt.Sprintf("%0*o", len(mode), n&^2)
	}
	switch mode {
	case "a+w", "ugo+w":
		return "ug+w"
	case "a+rw", "ugo+rw":
		return "a+r,ug+w"
	case "a+rwx", "ugo+rwx":
		return "a+rx,ug+w"
	case "a+rwX", "ugo+rwX":
		return "a+rX,ug+w"
	case "a=rwx", "ugo=rwx":
		return "ug=rwx,o=rx"
	}
	return ""
}
