package shell

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// WgetProgress finds wget filling the build log with its progress bar.
var WgetProgress = &lint.Rule{
	ID:      "wget-progress",
	Summary: "The progress bar of wget fills the build log",
	Aliases: []string{"DL3047"},
	Doc: `
Without a terminal, wget writes a line of dots for every 50 kB: a large file gives
thousands of lines of log. With --progress=dot:giga it is a line for every 32 MB.

Quiet calls, and those that write their log to a file, are left alone, and so is
the wget of busybox in Alpine images, which does not know the option.

# Fix safety

The fix changes the text of the RUN, so that it runs once more.
`,
	Bad:      "FROM debian:12\nRUN wget https://example.com/big.tar\n",
	Good:     "FROM debian:12\nRUN wget --progress=dot:giga https://example.com/big.tar\n",
	Severity: lint.Info,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range p.Commands("wget") {
			if c.Has("--progress", "-q", "--quiet", "-nv", "--no-verbose", "-o", "--output-file", "-a", "--append-output", "--spider") ||
				len(c.Downloads()) == 0 || redirectsErrors(c) {
				continue
			}
			st := p.Stages().StageOf(ins)
			if facts, ok := p.Image(st); ok && (facts.Distro == "alpine" || facts.Distro == "busybox") && !installs(p, "wget") {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   c.NameRange,
				Message: "wget writes a line of log for every 50 kB: give it --progress=dot:giga or -nv",
				Fixes: []lint.Fix{{
					Title:         "Add --progress=dot:giga",
					Applicability: lint.Unsafe,
					Edits:         []lint.Edit{lint.Insert(c.NameRange.End, " --progress=dot:giga")},
				}},
			})
		}
	},
}

func redirectsErrors(c *shell.Command) bool {
	for k := range c.Redirects {
		if r := &c.Redirects[k]; r.Op == "&>" || r.Op == "&>>" || r.Fd == 2 && r.Writes() {
			return true
		}
	}
	return false
}

// installs reports whether the file installs the package anywhere.
func installs(p *lint.Pass, name string) bool {
	return p.View(installKey(name), func(*lint.Document) any { return installsAnywhere(p, name) }).(bool)
}

type installKey string

func installsAnywhere(p *lint.Pass, name string) bool {
	for _, s := range p.Runs() {
		for _, c := range s.All() {
			op := c.Package()
			if op == nil || op.Action != shell.Install {
				continue
			}
			for k := range op.Packages {
				if op.Packages[k].Name == name {
					return true
				}
			}
		}
	}
	return false
}
