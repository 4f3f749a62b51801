package metadata

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
)

// ShellFormWithoutShell finds shell forms that no shell can run.
var ShellFormWithoutShell = &lint.Rule{
	ID:      "shell-form-without-shell",
	Summary: "Shell form needs a shell",
	Aliases: []string{"tally/shell-run-in-scratch"},
	Doc: `
The shell form runs under /bin/sh, which scratch, distroless and other minimal images do
not have: the build fails, or the container does when it starts. Write a JSON array.

Nothing is found where SHELL names another shell, where an instruction may have brought
/bin/sh, or where a RUN mounts another image. Debug variants of distroless have one.

# Fix safety

The fix, for CMD and ENTRYPOINT made of literal words, writes the array. It is unsafe
since it makes something work that did not.
`,
	Bad:      "FROM scratch\nCOPY app /app\nCMD /app --serve\n",
	Good:     "FROM scratch\nCOPY app /app\nCMD [\"/app\", \"--serve\"]\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK") {
			script := p.Shell(ins)
			if script == nil || script.Form == shell.ExecForm || ins.JSON || len(ins.Args) == 0 || p.Stages().StateAt(ins).Shell != nil {
				continue
			}
			s := p.Stages().StageOf(ins)
			image, ok := p.Image(s)
			if !ok || image.HasShell != knowledge.No || image.Windows || mounted(ins) || brought(p, ins) {
				continue
			}
			d := lint.Diagnostic{
				Range:   ins.Keyword.Range,
				Message: "The base image has no shell, which this form needs: write a JSON array",
			}
			if ins.Is("CMD", "ENTRYPOINT") {
				d.Fixes = execForm(p, ins)
				if len(d.Fixes) > 0 && d.Fixes[0].Applicability == lint.Manual {
					d.Fixes = nil
				}
			}
			p.Report(d)
		}
	},
}

// mounted reports whether a RUN mounts something that may hold a shell.
func mounted(ins *dockerfile.Instruction) bool {
	for _, f := range ins.Mounts() {
		if t := f.Option("type"); t == nil || t.Value == "bind" {
			return true
		}
	}
	return false
}

// brought reports whether an instruction above may have put a shell into the image.
func brought(p *lint.Pass, ins *dockerfile.Instruction) bool {
	step := p.Layers().Step(ins)
	for _, sh := range [...]string{"/bin/sh", "/usr/bin/sh", "/bin/busybox"} {
		if by, _ := p.Layers().Brought(step, sh); by != nil {
			return true
		}
	}
	for s := range p.Stages().StageOf(ins).Chain() {
		for _, o := range s.Body {
			if o.Err != nil || o.Index >= ins.Index || !o.Is("ADD", "COPY") {
				continue
			}
			c := p.Layers().Step(o).Copy
			if c == nil || !c.DestKnown || c.DestPath == "/" && (o.Name == "ADD" || c.Wide()) || c.DestPath == "/bin" || c.DestPath == "/usr" {
				return true
			}
		}
	}
	return false
}
