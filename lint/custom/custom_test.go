package custom_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/custom"
	"github.com/dlint/dlint/lint/source"
)

const text = `ARG TAG=24
FROM node:$TAG AS build
RUN --network=host npm install -g pnpm && \
    sudo ssh host
COPY --from=busybox:1 /bin/sh /sh
FROM gcr.io/distroless/nodejs24
ENV A=1 B="two words"
LABEL org.example.team=web org.example.name=éa org.example.nickname=é
ONBUILD RUN curl -fsSLk https://example.com
CMD node server.js
`

func find(t *testing.T, s custom.Spec, text string) []string {
	t.Helper()
	s.ID, s.Message = "x", "Found."
	rule, err := custom.New(s)
	if err != nil {
		t.Fatal(err)
	}
	e, err := lint.New(nil, lint.Config{Custom: []*lint.Rule{rule}, Select: []string{"custom/x"}})
	if err != nil {
		t.Fatal(err)
	}
	src := source.NewFile("Dockerfile", text)
	found, err := e.Lint(t.Context(), lint.NewDocument(src, lint.Build{}))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range found {
		out = append(out, src.Slice(d.Range)+": "+d.Message)
	}
	return out
}

func TestFind(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spec custom.Spec
		want []string
	}{
		"instruction":       {custom.Spec{Instruction: []string{"label", "CMD"}}, []string{"LABEL: Found", "CMD: Found"}},
		"flag":              {custom.Spec{Flag: []string{"--network=*"}}, []string{"--network=host: Found"}},
		"flag, other":       {custom.Spec{Flag: []string{"--network=none", "--network"}}, nil},
		"flag of another":   {custom.Spec{Instruction: []string{"COPY"}, Flag: []string{"--network=*"}}, nil},
		"argument":          {custom.Spec{Instruction: []string{"ENV"}, Argument: []string{"B=two*"}}, []string{`B="two words": Found`}},
		"argument, text":    {custom.Spec{Instruction: []string{"CMD"}, Argument: []string{"/^node /"}}, []string{"node server.js: Found"}},
		"argument, part":    {custom.Spec{Instruction: []string{"CMD"}, Argument: []string{"node"}}, nil},
		"argument, letters": {custom.Spec{Instruction: []string{"LABEL"}, Argument: []string{"*name=??"}}, []string{"org.example.name=éa: Found"}},
		"command":           {custom.Spec{Command: []string{"ssh", "npm install --global", "npm i* -g"}}, []string{"npm: Found", "ssh: Found"}},
		"command, flag":     {custom.Spec{Command: []string{"curl -k"}}, []string{"curl: Found"}},
		"command, no flag":  {custom.Spec{Command: []string{"curl -x"}}, nil},
		"command, order":    {custom.Spec{Command: []string{"npm pnpm install"}}, nil},
		"command, instr":    {custom.Spec{Instruction: []string{"CMD"}, Command: []string{"*"}}, []string{"node: Found"}},
		"deny":              {custom.Spec{Deny: []string{"node:2?"}}, []string{"node:$TAG: Found"}},
		"deny, full":        {custom.Spec{Deny: []string{"docker.io/library/*"}}, []string{"node:$TAG: Found", "busybox:1: Found"}},
		"allow":             {custom.Spec{Allow: []string{"gcr.io/*", "node*"}}, []string{"busybox:1: Found"}},
		"labels":            {custom.Spec{Labels: []string{"org.example.team", "org.example.cost"}}, []string{"gcr.io/distroless/nodejs24: Found (missing: org.example.cost)"}},
		"labels, there":     {custom.Spec{Labels: []string{"org.example.team"}}, nil},
		"required":          {custom.Spec{Instruction: []string{"HEALTHCHECK"}, Required: true}, []string{"gcr.io/distroless/nodejs24: Found"}},
		"required, there":   {custom.Spec{Instruction: []string{"ENV"}, Argument: []string{"A=?"}, Required: true}, nil},
		"required, command": {custom.Spec{Command: []string{"npm"}, Required: true}, []string{"gcr.io/distroless/nodejs24: Found"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, find(t, c.spec, text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNewErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spec custom.Spec
		want custom.Error
	}{
		"id":          {custom.Spec{ID: "a b"}, custom.Error{Field: "id", Index: -1, Message: "id wants a name of letters, digits and dashes, such as no-ssh"}},
		"message":     {custom.Spec{ID: "x"}, custom.Error{Field: "message", Index: -1, Message: "message wants a sentence that says what is wrong and what to do"}},
		"instruction": {custom.Spec{ID: "x", Message: "m", Instruction: []string{"RUN", "COPPY"}}, custom.Error{Field: "instruction", Index: 1, Message: `"COPPY" is no instruction: did you mean COPY?`}},
		"regexp":      {custom.Spec{ID: "x", Message: "m", Flag: []string{"/(/"}}, custom.Error{Field: "flag", Index: 0, Message: "the regular expression /(/ is broken: error parsing regexp: missing closing ): `(`"}},
		"command":     {custom.Spec{ID: "x", Message: "m", Command: []string{" "}}, custom.Error{Field: "command", Index: 0, Message: "a command wants the name of a program"}},
		"nothing":     {custom.Spec{ID: "x", Message: "m"}, custom.Error{Field: "id", Index: -1, Message: "rule x has no condition: give instruction, flag, argument, command, image or labels"}},
		"mixed":       {custom.Spec{ID: "x", Message: "m", Labels: []string{"a"}, Flag: []string{"b"}}, custom.Error{Field: "id", Index: -1, Message: "rule x mixes conditions: image and labels stand alone"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := custom.New(c.spec)
			var got *custom.Error
			if !errors.As(err, &got) {
				t.Fatalf("got %v", err)
			}
			if diff := cmp.Diff(&c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
