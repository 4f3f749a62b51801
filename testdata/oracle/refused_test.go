package oracle

import "testing"

// TestRefused checks what the rules say BuildKit refuses.
func TestRefused(t *testing.T) {
	t.Parallel()
	for rule, text := range map[string]string{
		"circular-dependency":     "FROM alpine AS a\nCOPY --from=b /x /x\nFROM a AS b\n",
		"copy-from-own-stage":     "FROM alpine AS a\nCOPY --from=a /x /x\n",
		"forbidden-trigger":       "FROM alpine\nONBUILD MAINTAINER x\n",
		"from-stage-case":         "FROM alpine AS build\nRUN x\nFROM Build\n",
		"instruction-order":       "RUN x\nFROM alpine\n",
		"invalid-image-reference": "FROM Alpine\n",
		"variable-in-copy-from":   "ARG A=b\nFROM alpine\nCOPY --from=$A /x /x\n",
	} {
		if _, err := Compile(t.Context(), text, Options{}); err == nil {
			t.Errorf("%s: BuildKit accepts %q", rule, text)
		}
	}
}
