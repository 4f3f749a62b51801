package stage

import (
	"testing"

	"github.com/dlint/dlint/lint/knowledge"
)

func TestBaseSets(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, name string
		want       knowledge.Answer
	}{
		{"FROM scratch\n", "X", knowledge.No},
		{"FROM scratch\n", "PATH", knowledge.Yes},
		{"FROM debian:12\n", "X", knowledge.No},
		{"FROM golang:1.26\n", "GOPATH", knowledge.Yes},
		{"FROM golang:1.26\n", "X", knowledge.No},
		{"FROM golang:1.26 AS a\nFROM a\n", "GOPATH", knowledge.Yes},
		{"FROM example.com/x\n", "X", knowledge.Unknown},
		{"ARG I\nFROM $I\n", "X", knowledge.Unknown},
		{"FROM hashicorp/terraform\n", "X", knowledge.Unknown},
	} {
		g := graph(t, tt.text, Options{})
		if got := g.Stages[len(g.Stages)-1].BaseSets(tt.name); got != tt.want {
			t.Errorf("%q sets %s: %v, want %v", tt.text, tt.name, got, tt.want)
		}
	}
}
