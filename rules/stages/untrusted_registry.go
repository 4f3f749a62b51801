package stages

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
)

type registryOptions struct {
	Registries []string `yaml:"registries" doc:"registries that images may come from; * stands for anything but a slash, and a path narrows it to the repositories below"`
}

// UntrustedRegistry finds images from registries that are not on the list.
var UntrustedRegistry = &lint.Rule{
	ID:      "untrusted-registry",
	Summary: "Images should come from the registries that are allowed",
	Aliases: []string{"DL3026"},
	Doc: `
The option registries lists where images may come from: docker.io, *.example.com,
registry.example.com/team. Without it nothing is reported. Images of COPY --from and
of mounts are looked at, too.
`,
	Bad: "-- FLAGS --\noptions: {registries: [docker.io]}\n-- Dockerfile --\nFROM other.example.org/alpine:3.22\nRUN make\n",
	Good: `-- Dockerfile --
FROM alpine:3.22
RUN make
`,
	Severity: lint.Error,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Options:  func() any { return &registryOptions{} },
	Check: func(p *lint.Pass) {
		allowed := p.Options.(*registryOptions).Registries
		if len(allowed) == 0 {
			return
		}
		eachImage(p, func(i image) {
			if i.err != nil || !i.plausible() || fromAny(allowed, i.ref.Registry, i.ref.Repository) {
				return
			}
			p.Report(lint.Diagnostic{
				Range:   i.word.Range,
				Message: "images may not come from " + i.ref.Registry + ": allowed are " + strings.Join(allowed, ", "),
			})
		})
	},
}

// fromAny reports whether one of the patterns matches the registry, or the
// repository below it.
func fromAny(patterns []string, registry, repository string) bool {
	for _, pattern := range patterns {
		pattern = strings.TrimSuffix(pattern, "/")
		host, below, narrow := strings.Cut(pattern, "/")
		if host == "index.docker.io" || host == "registry.hub.docker.com" || host == "hub.docker.com" {
			host = "docker.io"
		}
		if ok, _ := path.Match(strings.ToLower(host), strings.ToLower(registry)); !ok {
			continue
		}
		if !narrow || underPath(below, repository) {
			return true
		}
	}
	return false
}

// underPath reports whether the pattern matches the first parts of the path.
func underPath(pattern, repository string) bool {
	n := strings.Count(pattern, "/") + 1
	parts := strings.Split(repository, "/")
	if len(parts) < n {
		return false
	}
	ok, _ := path.Match(pattern, strings.Join(parts[:n], "/"))
	return ok
}
