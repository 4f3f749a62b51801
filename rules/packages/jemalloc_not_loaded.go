package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// JemallocNotLoaded finds jemalloc that nothing loads.
var JemallocNotLoaded = &lint.Rule{
	ID:      "jemalloc-not-loaded",
	Summary: "jemalloc does nothing until something loads it",
	Aliases: []string{"tally/ruby/jemalloc-installed-but-not-preloaded"},
	Doc: `
jemalloc is installed so that Ruby and others need less memory. The package alone changes
nothing: LD_PRELOAD must name the library, or the program must be linked with it.

Nothing is found where the Dockerfile names jemalloc or LD_PRELOAD anywhere else, in images
of languages other than Ruby, and in stages whose layers are not part of the image. A
script that sets LD_PRELOAD when the container starts is not seen unless it is in the build
context.
`,
	Bad:      "FROM ruby:3.4-slim\nRUN apt-get update && apt-get install -y libjemalloc2\n",
	Good:     "FROM ruby:3.4-slim\nRUN apt-get update && apt-get install -y libjemalloc2\nENV LD_PRELOAD=libjemalloc.so.2\n",
	Severity: lint.Info,
	Scope:    lint.InFile,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		text := p.Source.Text
		if strings.Count(text, "jemalloc") != 1 || strings.Contains(text, "LD_PRELOAD") || strings.Contains(text, "MALLOC_CONF") {
			return
		}
		for ins, c := range operations(p, "apt-get", "apt", "apk") {
			op := c.Package()
			image, known := baseOf(p, ins)
			if op.Action != shell.Install || !known || image.Family != "ruby" || !ships(p, ins) || startsByScript(p) {
				continue
			}
			for k := range op.Packages {
				switch w := &op.Packages[k]; w.Name {
				case "libjemalloc1", "libjemalloc2", "jemalloc":
					p.Report(lint.Diagnostic{
						Range:   w.NameRange,
						Message: "Nothing loads jemalloc: set LD_PRELOAD to its library, or leave it out",
					})
				}
			}
		}
	},
}

// startsByScript reports whether a script of the project starts the container.
func startsByScript(p *lint.Pass) bool {
	for ins := range p.Instructions("ENTRYPOINT") {
		if len(ins.Args) > 0 && (strings.HasSuffix(ins.Args[0].Value, ".sh") || strings.Contains(ins.Args[0].Value, "entrypoint")) {
			return true
		}
	}
	return false
}
