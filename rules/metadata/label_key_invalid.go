package metadata

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// LabelKeyInvalid finds keys that break the rules for labels.
var LabelKeyInvalid = &lint.Rule{
	ID:      "label-key-invalid",
	Summary: "The key of a label breaks the rules",
	Aliases: []string{"DL3048", "tally/labels/valid-key"},
	Doc: `
Keys of labels are lower-case letters, digits, dots and dashes, beginning and ending
with a letter or digit, without two dots or dashes in a row. The prefixes
com.docker., io.docker. and org.dockerproject. are Docker's own.

Underscores and slashes, which the guidelines do not mention but Kubernetes and others
use, are let pass, and so are capitals.
`,
	Bad:      "FROM scratch\nLABEL my..label=x\n",
	Good:     "FROM scratch\nLABEL my.label=x\n",
	Severity: lint.Style,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("LABEL") {
			for k := range ins.Pairs {
				w := &ins.Pairs[k].Key
				key := strings.Trim(w.Value, "\"'")
				if strings.ContainsAny(key, "$") {
					continue
				}
				if why := badKey(key); why != "" {
					p.Report(lint.Diagnostic{Range: w.Range, Message: "The key of a label " + why})
				}
			}
		}
	},
}

// badKey says what is wrong with the key of a label; "" for nothing.
func badKey(key string) string {
	if key == "" {
		return "must not be empty"
	}
	for _, own := range [...]string{"com.docker.", "io.docker.", "org.dockerproject."} {
		if strings.HasPrefix(key, own) && !strings.HasPrefix(key, "com.docker.compose.") && !strings.HasPrefix(key, "com.docker.extension.") && !strings.HasPrefix(key, "com.docker.desktop.") {
			return "belongs to Docker when it begins with " + own + ": use a prefix of your own"
		}
	}
	alnum := func(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' }
	for k := range len(key) {
		c := key[k]
		switch {
		case !alnum(c) && c != '.' && c != '-' && c != '_' && c != '/':
			return "is made of letters, digits, dots and dashes"
		case k > 0 && c == key[k-1] && (c == '.' || c == '-'):
			return "must not have two dots or dashes in a row"
		}
	}
	if !alnum(key[0]) || !alnum(key[len(key)-1]) {
		return "begins and ends with a letter or digit"
	}
	return ""
}
