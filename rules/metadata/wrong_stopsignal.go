package metadata

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/stage"
)

// WrongStopsignal finds programs that another signal than SIGTERM ends well.
var WrongStopsignal = &lint.Rule{
	ID:      "wrong-stopsignal",
	Summary: "nginx and systemd want another signal to stop",
	Aliases: []string{"tally/prefer-nginx-sigquit", "tally/prefer-systemd-sigrtmin-plus-3"},
	Doc: `
A container is stopped by SIGTERM unless STOPSIGNAL says otherwise. nginx takes that
as the order to drop all connections; SIGQUIT lets it finish what it has begun. systemd
takes it as the order to run itself anew; SIGRTMIN+3 shuts it down.

Programs are found that ENTRYPOINT, or CMD without one, starts in the exec form. The
official image of nginx says SIGQUIT itself. Nothing is said where the base image, and
with it its signal, is not known, and of init on Alpine, which is another program.

# Fix safety

The fix is unsafe because the program stops in another way.
`,
	Bad:      "FROM debian:13\nRUN apt-get update && apt-get install -y nginx\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n",
	Good:     "FROM debian:13\nRUN apt-get update && apt-get install -y nginx\nSTOPSIGNAL SIGQUIT\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n",
	Severity: lint.Info,
	Scope:    lint.InFile,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		s := p.Stages().Target
		if s == nil || s.Windows() {
			return
		}
		start := started(p, s)
		if start == nil {
			return
		}
		image, known := p.Image(s)
		want := bestSignal(start.Args[0].Value, image.Distro)
		if want == "" {
			return
		}
		if by := last(s, "STOPSIGNAL"); by != nil {
			checkSignal(p, by, want)
			return
		}
		if known && image.Family != "nginx" && image.Family != "nginx-unprivileged" {
			p.Report(lint.Diagnostic{
				Range:   start.Args[0].Range,
				Message: path.Base(start.Args[0].Value) + " does not stop in good order on SIGTERM: set STOPSIGNAL " + want,
				Fixes: []lint.Fix{{
					Title: "Set STOPSIGNAL " + want, Applicability: lint.Unsafe,
					Edits: []lint.Edit{lint.Insert(start.Lines.Start, "STOPSIGNAL "+want+"\n")},
				}},
			})
		}
	},
}

// started returns the instruction that names the first process; nil where a shell
// or an entrypoint of the base image starts it.
func started(p *lint.Pass, s *stage.Stage) *dockerfile.Instruction {
	start := last(s, "ENTRYPOINT")
	if start == nil {
		if image, known := p.Image(s); !known || len(image.Entrypoint) > 0 {
			return nil
		}
		start = last(s, "CMD")
	}
	if start == nil || !start.JSON || len(start.Args) == 0 || p.Stages().StageOf(start) != s {
		return nil
	}
	return start
}

// bestSignal returns the signal on which a program ends in good order, where that is
// not SIGTERM.
func bestSignal(program, distro string) string {
	switch program {
	case "/sbin/init", "/usr/sbin/init":
		if distro == "alpine" || distro == "" {
			return ""
		}
		return "SIGRTMIN+3"
	case "systemd", "/lib/systemd/systemd", "/usr/lib/systemd/systemd":
		return "SIGRTMIN+3"
	}
	switch path.Base(program) {
	case "nginx", "openresty":
		return "SIGQUIT"
	}
	return ""
}

func checkSignal(p *lint.Pass, by *dockerfile.Instruction, want string) {
	if len(by.Args) == 0 {
		return
	}
	x := p.Stages().ScopeAt(by).Expand(by.Args[0].Value)
	if !x.Known || x.Err != nil || sameSignal(x.Value, want) {
		return
	}
	p.Report(lint.Diagnostic{
		Range:   by.Args[0].Range,
		Message: "The program does not stop in good order on this signal: use " + want,
		Fixes: []lint.Fix{{
			Title: "Use " + want, Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Replace(by.Args[0].Range, want)},
		}},
	})
}

func sameSignal(value, want string) bool {
	value = strings.TrimPrefix(strings.ToUpper(strings.Trim(value, `"`)), "SIG")
	number := map[string]string{"SIGQUIT": "3", "SIGRTMIN+3": "37"}[want]
	return value == strings.TrimPrefix(want, "SIG") || value == number
}
