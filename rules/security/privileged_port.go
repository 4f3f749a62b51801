package security

import (
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
)

// PrivilegedPort finds ports that an ordinary user may not be able to open.
var PrivilegedPort = &lint.Rule{
	ID:      "privileged-port",
	Summary: "An ordinary user may not be able to listen on a port below 1024",
	Doc: `
Ports below 1024 are for root. Docker lifts that since version 20.10; Kubernetes on
older nodes, Podman and others do not, and there the program fails to start. Listen
on a higher port, and map it when it is published.
`,
	Bad:      "FROM alpine\nEXPOSE 80\nUSER 10001\n",
	Good:     "FROM alpine\nEXPOSE 8080\nUSER 10001\n",
	Severity: lint.Info,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		s := p.Stages().Target
		if s == nil || s.Windows() {
			return
		}
		at := s.Final()
		if at.UserBy == nil || !at.UserKnown || at.User == "" || root(at.User) || setcap(p) {
			return
		}
		for t := range s.Chain() {
			for _, ins := range t.Body {
				if ins.Name == "EXPOSE" && ins.Err == nil {
					checkPrivileged(p, ins, at.UserBy)
				}
			}
		}
	},
}

// setcap reports whether a program is given the right to open any port.
func setcap(p *lint.Pass) bool {
	for range p.Commands("setcap") {
		return true
	}
	return false
}

func checkPrivileged(p *lint.Pass, ins, user *dockerfile.Instruction) {
	for k := range ins.Args {
		number, _, _ := strings.Cut(ins.Args[k].Value, "/")
		n, err := strconv.Atoi(number)
		if err != nil || n == 0 || !knowledge.IsPrivilegedPort(n) {
			continue
		}
		p.Report(lint.Diagnostic{
			Range:   ins.Args[k].Range,
			Message: "The image does not run as root, and some engines let only root listen below 1024: use a higher port",
			Related: []lint.Related{{Range: user.Range, Message: "the user is set here"}},
		})
	}
}
