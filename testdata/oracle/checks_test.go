package oracle

import (
	"slices"
	"strings"
	"testing"

	"github.com/dlint/dlint/lint/linttest"
	"github.com/dlint/dlint/rules"
)

// TestChecks compares dlint with BuildKit's own checks, over the cases of all rules
// and a table: they agree on which instruction is meant, or the difference is
// explained.
func TestChecks(t *testing.T) {
	t.Parallel()
	cases, err := linttest.Load("../rules/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	e, err := NewChecks(rules.All())
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, r := range rules.All() {
		if r.Category == "syntax" || r.Category == "stages" {
			for _, a := range r.Aliases {
				there[a] = true
			}
		}
	}
	texts := slices.Clone(checked)
	for _, c := range cases {
		texts = append(texts, c.Text)
	}
	tallies, compared := map[string]*Tally{}, 0
	for _, text := range texts {
		d := NewDocument("case", text)
		theirs, refusal := BuildKit(t.Context(), d.Tree())
		ours, err := Dlint(t.Context(), e, d)
		if err != nil {
			t.Fatal(err)
		}
		Compare(tallies, d, theirs, ours, refusal != nil)
		if refusal == nil {
			compared++
		}
	}
	if compared < len(texts)/2 {
		t.Errorf("BuildKit reads only %d of %d cases", compared, len(texts))
	}
	for _, check := range Checks {
		tally := tallies[check]
		if !there[check] {
			continue
		}
		if tally == nil || tally.Both == 0 {
			t.Errorf("%s: no case in which both find something", check)
			continue
		}
		for _, open := range tally.Open {
			t.Errorf("%s: %s", check, open)
		}
	}
}

// checked are texts beside the cases of the rules.
var checked = []string{
	"FROM alpine AS Build\nFROM alpine AS build\nFROM scratch AS context\n",
	"FROM alpine as x\nfrom alpine AS y\nFrom alpine as z\n",
	"ARG A\nARG B=x\nFROM $B$A\nFROM alpine:$A\nFROM $UNKNOWN$B\n",
	"FROM --platform=$TARGETPLATFORM alpine\nFROM --platform=linux/amd64 alpine AS amd64\nFROM --platform=linux/amd64 alpine\n",
	"FROM --platform=linux/x86_64 alpine\nFROM --platform=linux/aarch64 alpine AS arm64\nFROM --platform=${TARGETPLATFORM} alpine\n",
	"FROM alpine\nENV A b\nLABEL c d e\nENV F=$G H=${A}x\nENV I=$I\nLABEL j=$K\nWORKDIR $L\nUSER $M\nVOLUME $N\nCOPY $O $P/\nADD $Q /r\n",
	"FROM alpine\nARG A=$B C\nENV D=$C E=$A\nSTOPSIGNAL $F\nCOPY --chown=$G a b\nRUN --mount=type=cache,target=$H true\n",
	"FROM golang\nENV A=$GOPATH B=$PATH C=$HOME\nFROM scratch\nENV A=$PATH B=$X\n",
	"FROM alpine\nRUN a \\\n\n  b \\\n\n  c\nrun d\nRun e\n",
	"ARG X=1\nFROM alpine\nENV Y=$X Z=$TARGETARCH\nARG X\nENV W=$X\n",
	"FROM alpine\nCOPY <<EOF /x\n$A\nEOF\nCOPY <<'EOF' /x\n$A\nEOF\n",
	strings.ReplaceAll("FROM alpine\nRUN a \\\n\n  b\nENV A b\n", "\n", "\r\n"),
	"# check=skip=LegacyKeyValueFormat\nFROM alpine\nENV A b\nrun x\n",
	"FROM alpine\n# check=skip=UndefinedVar\nENV A=$B\nENV A=$B\n",
}
