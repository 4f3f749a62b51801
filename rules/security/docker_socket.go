package security

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// DockerSocket finds the socket of the engine in an image.
var DockerSocket = &lint.Rule{
	ID:      "docker-socket",
	Summary: "The socket of the Docker engine has no place in an image",
	Aliases: []string{"semgrep/dockerfile-dockerd-socket-mount"},
	Doc: `
Who can write to docker.sock is root on the host. A VOLUME for it invites to mount
it, and a copy of it does nothing.
`,
	Bad:      "FROM alpine\nVOLUME /var/run/docker.sock\n",
	Good:     "FROM alpine\nVOLUME /data\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		report := func(r source.Range) {
			p.Report(lint.Diagnostic{
				Range:   r,
				Message: "Who can write to docker.sock is root on the host: leave it out of the image",
			})
		}
		for ins := range p.WithTriggers("VOLUME", "COPY", "ADD", "RUN") {
			if ins.Name == "RUN" {
				for _, f := range ins.Mounts() {
					if strings.Contains(f.Value, "docker.sock") {
						report(f.Range)
					}
				}
				continue
			}
			for k := range ins.Args {
				if path.Base(strings.Trim(ins.Args[k].Value, `"'`)) == "docker.sock" {
					report(ins.Args[k].Range)
				}
			}
		}
	},
}
