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
stage that is built, unless an ENV below sets them to something else.

# Fix safety

The fix sets the opposite. It is unsafe because the program behaves in another way.
`,
	Bad:      "FROM python:3.14\nENV FLASK_DEBUG=1\n",
	Good:     "FROM python:3.14\nENV FLASK_DEBUG=0\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("ENV") {
			for k := range ins.Pairs {
				pair := &ins.Pairs[k]
				s := p.Stages().StageOf(ins)
				if !debug(pair.Key.Value, strings.ToLower(strings.Trim(pair.Value.Value, "\"'"))) || s == nil || !p.Stages().InTarget(s) {
					continue
				}
				if v := p.Stages().ScopeAtEnd(p.Stages().Target).Lookup(pair.Key.Value); v == nil || v.By != ins {
					continue
				}
				d := lint.Diagnostic{
					Range:   pair.Range,
					Message: "A debug mode shows visitors more than they should see: leave it out of the image",
				}
				if value := debugOff(strings.Trim(pair.Value.Value, "\"'")); value != "" {
					d.Fixes = []lint.Fix{{
						Title: "Set " + pair.Key.Value + " to " + value, Applicability: lint.Unsafe,
						Edits: []lint.Edit{lint.Replace(pair.Value.Range, value)},
					}}
				}
				p.Report(d)
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

// debugOff returns the opposite of a value that switches a debug mode on.
func debugOff(value string) string {
	switch value {
	case "1":
		return "0"
	case "true":
		return "false"
	case "True":
		return "False"
	case "on":
		return "off"
	case "yes":
		return "no"
	case "development":
		return "production"
	case "Development":
		return "Production"
	}
	return ""
}
