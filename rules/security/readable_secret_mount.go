package security

import (
	"strconv"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// ReadableSecretMount finds mounted secrets that everyone may read.
var ReadableSecretMount = &lint.Rule{
	ID:      "readable-secret-mount",
	Summary: "A mounted secret should not be readable for everyone",
	Aliases: []string{"S6469"},
	Doc: `
A secret or an SSH socket of RUN --mount is for its owner only, unless a mode says
otherwise: then every process of the step can read it, whatever user it runs as.

# Fix safety

The fix removes the mode. It is safe where every command runs as root, for whom modes
do not count. It is unsafe elsewhere, because a command that runs as another user may
count on it; set uid instead.
`,
	Bad:      "FROM alpine\nRUN --mount=type=secret,id=key,mode=0444 cat /run/secrets/key\n",
	Good:     "FROM alpine\nRUN --mount=type=secret,id=key cat /run/secrets/key\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.WithTriggers("RUN") {
			for _, f := range ins.Mounts() {
				checkSecretMount(p, ins, f)
			}
		}
	},
}

func checkSecretMount(p *lint.Pass, ins *dockerfile.Instruction, f *dockerfile.Flag) {
	kind, mode := f.Option("type"), f.Option("mode")
	if kind == nil || mode == nil || kind.Value != "secret" && kind.Value != "ssh" {
		return
	}
	n, err := strconv.ParseUint(mode.Value, 8, 16)
	if err != nil || n&0o007 == 0 {
		return
	}
	what := "read the secret"
	if kind.Value == "ssh" {
		what = "use the SSH agent"
	}
	d := lint.Diagnostic{
		Range:   mode.Range,
		Message: "Every process of this step can " + what + ": remove the mode, or set uid for the user who needs it",
	}
	r := mode.Range
	if r.Start > 0 && p.Source.Text[r.Start-1] == ',' {
		r.Start--
	} else if r.End < len(p.Source.Text) && p.Source.Text[r.End] == ',' {
		r.End++
	}
	if r != (source.Range{}) && r != mode.Range {
		d.Fixes = []lint.Fix{{Title: "Remove the mode", Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Delete(r)}}}
		if readByRoot(p, ins) {
			d.Fixes = safely(d.Fixes)
		}
	}
	p.Report(d)
}

// readByRoot reports whether all commands of a RUN run as root, as far as can be told.
func readByRoot(p *lint.Pass, ins *dockerfile.Instruction) bool {
	s := p.Shell(ins)
	if ins.IsOnbuild() || s == nil || s.Err != nil || len(s.All()) == 0 || !rootAt(p, ins) {
		return false
	}
	for _, c := range s.All() {
		switch c.Name {
		case "cat", "curl", "wget", "git", "go", "pip", "pip3", "uv", "echo", "export", "cd", "set", "mkdir", "test", "[", "ls", "":
		default:
			return false // it may step down
		}
		if len(c.Wrappers) > 0 {
			return false
		}
	}
	return true
}
