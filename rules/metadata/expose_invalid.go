package metadata

import (
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// ExposeInvalid finds ports that cannot be.
var ExposeInvalid = &lint.Rule{
	ID:      "expose-invalid",
	Summary: "EXPOSE takes port numbers from 0 to 65535 and no host ports",
	Aliases: []string{
		"DL3011", "ExposeInvalidFormat", "DS-0008", "kics/unix_ports_out_of_range", "semgrep/invalid-port",
		"dockerfilelint/invalid_port", "dockerfilelint/expose_host_port",
	},
	Doc: `
EXPOSE takes a port or a range of ports from 0 to 65535, with /tcp, /udp or /sctp
behind it. BuildKit refuses anything else when it builds. An address or a port of
the host in front has no effect: publishing is up to docker run -p.

Values with variables are looked at when the variables are known.
`,
	Bad:      "FROM alpine\nEXPOSE 80800\n",
	Good:     "FROM alpine\nEXPOSE 8080\n",
	Severity: lint.Error,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("EXPOSE") {
			for k := range ins.Args {
				if text, ok := port(p, ins, k); ok {
					checkPort(p, ins.Args[k].Range, text)
				}
			}
		}
	},
}

// port returns the k-th argument of EXPOSE with variables put in.
func port(p *lint.Pass, ins *dockerfile.Instruction, k int) (string, bool) {
	v := ins.Args[k].Value
	if !strings.ContainsAny(v, "$\"'\\`") {
		return v, true
	}
	x := p.Stages().ScopeAt(ins).Expand(v)
	return x.Value, x.Known && x.Err == nil && x.Value != "" && !strings.ContainsAny(x.Value, " \t")
}

func checkPort(p *lint.Pass, r source.Range, text string) {
	address, container := "", text
	if k := strings.LastIndexByte(text, ':'); k >= 0 {
		address, container = text[:k], text[k+1:]
	}
	number, proto, _ := strings.Cut(container, "/")
	switch strings.ToLower(proto) {
	case "", "tcp", "udp", "sctp":
	default:
		p.Report(lint.Diagnostic{Range: r, Message: "EXPOSE knows the protocols tcp, udp and sctp, and not " + strconv.Quote(proto) + ": the build fails"})
		return
	}
	from, to, isRange := strings.Cut(number, "-")
	if !isRange {
		to = from
	}
	lo, err1 := strconv.Atoi(from)
	hi, err2 := strconv.Atoi(to)
	switch {
	case err1 != nil || err2 != nil:
		p.Report(lint.Diagnostic{Range: r, Message: "This is no port: EXPOSE takes numbers such as 8080 or 8080/udp, and the build fails"})
	case lo < 0 || lo > 65535 || hi < 0 || hi > 65535:
		p.Report(lint.Diagnostic{Range: r, Message: "Ports go from 0 to 65535: the build fails"})
	case hi < lo:
		p.Report(lint.Diagnostic{Range: r, Message: "This range ends before it begins: the build fails"})
	case address != "":
		p.Report(lint.Diagnostic{
			Range: r, Severity: lint.Warning,
			Message: "EXPOSE takes no address and no port of the host: write " + container + " alone and publish it by docker run -p",
		})
	}
}
