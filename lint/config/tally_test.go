package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint/config"
	"github.com/dlint/dlint/lint/linttest/linear"
	"github.com/dlint/dlint/rules"
)

const tallyFile = `# ours
[output]
format = "github-actions"
fail-level = "error"   # for CI

[rules]
include = ["buildkit/*", "hadolint/DL3057"]
exclude = [
  "buildkit/MaintainerDeprecated", # inherited
  "hadolint/DL3008",
  "tally/sort-packages",
  "tally/max-lines",
  "hadolint/DL4000",
]

[rules.buildkit.StageNameCasing]
severity = "info"

[rules.hadolint.DL3026]
severity = "warning"
trusted-registries = ["docker.io", "registry.example.com"]

[rules.tally.ruby.eol-ruby-version]
severity = "off"

[rules.hadolint."DL3002"]
exclude = { paths = ["test/**", 'legacy/*'] }

[rules.tally.max-lines]
severity = "error"
max = 500
skip-comments = true

[inline-directives]
enabled = false
require-reason = true

[ai]
enabled = false
`

func TestFromTally(t *testing.T) {
	t.Parallel()
	text, notes, err := config.FromTally(rules.All(), []byte(tallyFile))
	if err != nil {
		t.Fatal(err)
	}
	want := `# Converted from .tally.toml.
fail-on: error
pragmas: false
ignore:
  - maintainer-deprecated # MaintainerDeprecated
  - apt-unpinned # DL3008
  - packages-unsorted # tally/sort-packages
rules:
  end-of-life-image: "off"
  healthcheck-missing: "on"
  root-user:
    ignore: ["test/**", 'legacy/*']
  stage-name-casing: info
  untrusted-registry:
    options:
      registries: ["docker.io", "registry.example.com"]
    severity: warning
`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	wantNotes := []string{
		"line 3: the format is no part of the configuration: use --format github",
		"line 7: buildkit/* is not carried over: a rule of dlint may stand for codes of several tools, so name rules or categories",
		"line 8: dlint has no rule for tally/max-lines",
		"line 30: dlint has no rule for tally/max-lines",
		"line 36: dlint has no setting for inline-directives.require-reason",
		"line 39: dlint has nothing like ai.enabled",
	}
	if diff := cmp.Diff(wantNotes, notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	// What is written can be read.
	l, err := config.NewLoader(rules.All(), config.Options{Dir: lay(t, "-- .dlint.yaml --\n"+string(text))})
	if err != nil {
		t.Fatal(err)
	}
	r, err := l.For("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Config.Ignore) == 0 || !r.Config.NoPragmas {
		t.Errorf("got %+v", r.Config)
	}
}

func TestFromTallyMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"[output\nformat = 1", "line 1"},
		{"\n[rules]\ninclude", "line 3"},
		{"[rules]\nexclude = \"a\"", "must be a list"},
		{"[output]\nfail-level = \"fatal\"", "fail-level"},
		{"[rules.hadolint.DL3008]\nseverity = \"loud\"", "severity"},
		{"[[rules]]\na = 1", "line 1"},
		{"a = \"\"\"x\"\"\"", "line 1"},
		{"a = bare", "line 1"},
		{"a = {b = 1", "line 1"},
	} {
		if _, _, err := config.FromTally(rules.All(), []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want an error with %q", c.text, err, c.want)
		}
	}
}

// A list may have many lines.
func TestFromTallyIsLinear(t *testing.T) {
	t.Parallel()
	linear.Check(t, 40_000, func(n int) {
		if _, _, err := config.FromTally(testRules(), []byte("[rules]\nexclude = [\n"+strings.Repeat("[\n", n))); err == nil {
			t.Error("no error")
		}
	})
}
