package shell

import (
	"slices"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
	"github.com/dlint/dlint/rules/internal/execform"
)

// PipeWithoutPipefail finds pipes whose left side may fail unseen.
var PipeWithoutPipefail = &lint.Rule{
	ID:      "pipe-without-pipefail",
	Summary: "A failure on the left of a pipe does not fail the build",
	Aliases: []string{"DL4006", "DS-0032", "kics/shell_running_a_pipe_without_pipefail_flag", "semgrep/set-pipefail"},
	Doc: `
The exit status of a pipe is that of its last command. When the download on the
left fails, the program on the right gets nothing, often says nothing, and the
layer is cached. With the option pipefail the RUN fails.

Commands on the left that only print what is there (echo, cat, find, ls) are not reported, nor
filters between two others (sort, tr, sed, grep), nor pipes in conditions or in front
of ||, whose failure is expected. Nor are those whose right side fails by itself when
nothing or half of it arrives: tar -x, gunzip, sha256sum -c, gpg --import, apt-key add,
grep; nor downloads that the script compares with a checksum afterwards. hadolint
reports all of them.

The dash that is /bin/sh on Debian and Ubuntu does not know the option: bash has to
run the script. The ash of Alpine knows it. The fix sets SHELL above the first such
RUN of the stage where the base image is known to have that shell. Other options that
SHELL has already are kept.

# Fix safety

Builds that passed because a failure went unseen will fail. SHELL applies to every
later shell form, CMD and ENTRYPOINT included.
`,
	Bad:      "FROM debian:12\nRUN curl -fsSL https://example.com/keys | tee /keys\n",
	Good:     "FROM debian:12\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN curl -fsSL https://example.com/keys | tee /keys\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		first := map[underShell]*dockerfile.Instruction{}
		for ins, s := range p.Runs() {
			c := losingPipe(s)
			if c == nil {
				continue
			}
			st := p.Stages().StageOf(ins)
			at := underShell{st, p.Stages().StateAt(ins).ShellBy}
			if first[at] == nil {
				first[at] = ins
			}
			d := lint.Diagnostic{
				Range:   c.NameRange,
				Message: "when " + c.Name + " fails, this RUN succeeds all the same: run it in a shell with -o pipefail",
			}
			if fix, ok := setPipefail(p, s, st, first[at]); ok {
				d.Fixes = []lint.Fix{fix}
			}
			p.Report(d)
		}
	},
}

// underShell is the part of a stage in which one SHELL holds, nil for the default.
type underShell struct {
	stage *stage.Stage
	shell *dockerfile.Instruction
}

// losingPipe returns the first command whose failure a pipe hides.
func losingPipe(s *shell.Script) *shell.Command {
	if s == nil || !s.Dialect.Parsed() {
		return nil
	}
	for _, c := range s.Commands {
		if c.Next == nil || c.Options.Has(shell.PipeFail) || c.Tested || c.InSubst || c.Conditional && c.Negated {
			continue
		}
		last := c
		for last.Next != nil {
			last = last.Next
		}
		if last.Tested || neverFails(c) || verified(c) || c.Prev != nil && filters(c) || noticesLoss(last) {
			continue
		}
		return c
	}
	return nil
}

// verified reports whether c downloads what the script compares with a checksum or
// signature afterwards.
func verified(c *shell.Command) bool {
	list := c.Downloads()
	return len(list) > 0 && !slices.ContainsFunc(list, func(d shell.Download) bool { return !d.Checked })
}

// filters reports whether c only changes what runs through it.
func filters(c *shell.Command) bool {
	switch c.Name {
	case "awk", "column", "cut", "egrep", "fgrep", "fold", "gawk", "grep", "mawk", "nl", "paste", "rev", "sed", "tac", "tr", "uniq", "wc":
		return true
	}
	return false
}

// noticesLoss reports whether c fails when its input is empty, cut off or a page
// that tells of an error.
func noticesLoss(c *shell.Command) bool {
	switch c.Name {
	case "tar", "bsdtar":
		return c.Has("-x", "--extract", "--get")
	case "gunzip", "zcat", "grep", "egrep", "fgrep":
		return true
	case "gzip":
		return c.Has("-d", "--decompress", "--uncompress")
	case "md5sum", "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "b2sum", "shasum":
		return c.Has("-c", "--check")
	case "gpg", "gpg2":
		return c.Has("--import", "--dearmor", "--verify", "--decrypt", "-d")
	case "apt-key":
		return slices.ContainsFunc(c.Args(), func(w shell.Word) bool { return w.Value == "add" })
	}
	return false
}

func neverFails(c *shell.Command) bool {
	switch c.Name {
	case "echo", "printf", "yes", "true", ":", "", "head", "tail", "seq", "[", "test",
		"cat", "date", "env", "find", "getent", "id", "ldd", "ls", "nproc", "ps", "set", "sort", "uname":
		return true
	}
	return false
}

// setPipefail sets SHELL above the first RUN that needs it.
func setPipefail(p *lint.Pass, s *shell.Script, st *stage.Stage, first *dockerfile.Instruction) (lint.Fix, bool) {
	if s.Form == shell.ExecForm || first.Parent != nil {
		return lint.Fix{}, false
	}
	var argv []string
	facts, _ := p.Image(st)
	switch {
	case s.Shell.Set && s.Dialect == shell.Bash && len(s.Shell.Argv) == 2:
		argv = []string{s.Shell.Argv[0], "-o", "pipefail", s.Shell.Argv[1]}
	case s.Shell.Set || s.Shebang != "":
		return lint.Fix{}, false
	case facts.Shell == "ash":
		argv = []string{"/bin/ash", "-o", "pipefail", "-c"}
	case facts.HasBash == knowledge.Yes:
		argv = []string{"/bin/bash", "-o", "pipefail", "-c"}
	default:
		return lint.Fix{}, false
	}
	return lint.Fix{
		Title:         "Set a SHELL with pipefail",
		Applicability: lint.Unsafe,
		Edits:         []lint.Edit{lint.Insert(first.Range.Start, "SHELL "+execform.Array(argv...)+"\n")},
	}, true
}
