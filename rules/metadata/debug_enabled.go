package metadata

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// DebugEnabled finds debug modes that are on.
var DebugEnabled = &lint.Rule{
	ID:      "debug-enabled",
	Summary: "Debug modes should not be on in an image",
	Aliases: []string{"S4507"},
	Doc: `
The debug modes of web frameworks show code and settings to whoever causes an error,
and some let visitors run code. Set them where the image is run for development.

Variables of Flask, Django, Rails, Laravel, ASP.NET and Symfony in ENV are found, in the
stage that is built.
`,
	Bad:      "FROM python:3.14\nENV FLASK_DEBUG=1\n",
	Good:     "FROM python:3.14\nENV FLASK_DEBUG=0\n",
	Severity: lint.Warning,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("ENV") {
			for k := range ins.Pairs {
				pair := &ins.Pairs[k]
				s := p.Stages().StageOf(ins)
				if !debug(pair.Key.Value, strings.ToLower(strings.Trim(pair.Value.Value, "\"'"))) || s == nil || !p.Stages().InTarget(s) {
					continue
				}
				p.Report(lint.Diagnostic{
					Range:   pair.Range,
					Message: "A debug mode shows visitors more than they should see: leave it out of the image",
				})
			}
		}
	},
}

// debug reports whether a variable with that value turns a debug mode on.
func debug(name, value string) bool {
	switch name {
	case "FLASK_DEBUG", "DJANGO_DEBUG", "APP_DEBUG", "WERKZEUG_DEBUG", "SYMFONY_DEBUG":
		return value == "1" || value == "true" || value == "on" || value == "yes"
	case "FLASK_ENV", "RAILS_ENV", "RACK_ENV":
		return value == "development"
	case "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT":
		return value == "development"
	}
	return false
}
