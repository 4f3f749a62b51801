package metadata

import (
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
)

// ExposeAdminPort finds ports of services that administer machines.
var ExposeAdminPort = &lint.Rule{
	ID:      "expose-admin-port",
	Summary: "Ports for administration should not be exposed",
	Aliases: []string{"DS-0004", "CKV_DOCKER_1", "S6473", "kics/exposing_port_22"},
	Doc: `
A container is administered from outside, by docker exec or what the orchestrator
offers. A port for SSH, RDP and the like says that a login service runs in the
image, with accounts and keys of its own to look after.
`,
	Bad:      "FROM alpine\nEXPOSE 22\n",
	Good:     "FROM alpine\nEXPOSE 8080\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("EXPOSE") {
			for k := range ins.Args {
				text, ok := port(p, ins, k)
				number, proto, _ := strings.Cut(text, "/")
				n, err := strconv.Atoi(number)
				if !ok || err != nil || strings.EqualFold(proto, "udp") {
					continue
				}
				if service := knowledge.AdminPort(n); service != "" {
					p.Report(lint.Diagnostic{
						Range:   ins.Args[k].Range,
						Message: "Port " + number + " is for " + service + ": administer containers from outside, by docker exec, and leave the service out",
					})
				}
			}
		}
	},
}
