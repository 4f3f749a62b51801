package config_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/config"
)

const hadolintFile = `failure-threshold: info
format: gitlab_codeclimate
no-color: true
disable-ignore-pragma: true
ignored:
  - DL3008 # apt keeps only the last version
  - SC1091
  - DL3064
override:
  error:
    - DL3018
    - SC2086
  info: [DL3026]
  style:
trustedRegistries:
  - docker.io
  - registry.example.com:5000
label-schema:
  author: text
  created: rfc3339
strict-labels: true
`

func TestHadolint(t *testing.T) {
	t.Parallel()
	full := "-- .hadolint.yaml --\n" + hadolintFile
	fullWant := `
ignore DL3008 DL3064
no pragmas
fail-on info
rule label-schema on &{Labels:map[author:text created:rfc3339] Strict:true}
rule unpinned-apk on error
rule untrusted-registry on info &{Registries:[docker.io registry.example.com:5000] Mode:loose Timeout:0s Most:0 Deep:{On:false}}
format gitlab
warning DIR/.hadolint.yaml:7:5: dlint has no rule for SC1091
warning DIR/.hadolint.yaml:12:7: dlint has no rule for SC2086
`
	tests := map[string]struct {
		files, path, want string
		opts              config.Options
	}{
		"everything": {full, "a/b/Dockerfile", fullWant, config.Options{}},
		"yml":        {"-- a/.hadolint.yml --\nignored: [DL3008]\n", "a/Dockerfile", "ignore DL3008\n", config.Options{}},
		"nearest only": {
			"-- .hadolint.yaml --\nfailure-threshold: error\n-- a/.hadolint.yaml --\nignored: [DL3008]\n",
			"a/Dockerfile", "ignore DL3008\n",
			config.Options{},
		},
		"ours above wins":  {full + "-- .dlint.yaml --\ntarget: x\n", "Dockerfile", "target x\n", config.Options{}},
		"ours below wins":  {full + "-- a/.dlint.yaml --\ntarget: x\n", "a/Dockerfile", "target x\n", config.Options{}},
		"ours beside, not": {full + "-- b/.dlint.yaml --\ntarget: x\n", "a/Dockerfile", fullWant, config.Options{}},
		"named by hand": {
			"-- .dlint.yaml --\ntarget: x\n-- ci/hadolint.yaml --\nignored: DL3008\n", "Dockerfile",
			"ignore DL3008\n",
			config.Options{Explicit: "ci/hadolint.yaml"},
		},
		"never fails":      {"-- .hadolint.yaml --\nno-fail: true\nfailure-threshold: error\n", "Dockerfile", "fail-on unset\n", config.Options{}},
		"threshold none":   {"-- .hadolint.yaml --\nfailure-threshold: none\n", "Dockerfile", "fail-on unset\n", config.Options{}},
		"threshold ignore": {"-- .hadolint.yaml --\nfailure-threshold: ignore\n", "Dockerfile", "fail-on style\n", config.Options{}},
		"empty lists": {
			"-- .hadolint.yaml --\nignored: []\ntrustedRegistries: []\nlabel-schema: {}\nstrict-labels: false\noverride:\n", "Dockerfile", "", config.Options{},
		},
		"what means nothing": {
			"-- .hadolint.yaml --\nfoo: bar\nformat: codacy\n", "Dockerfile",
			"warning DIR/.hadolint.yaml:1:1: unknown key \"foo\" in a file of hadolint's\nwarning DIR/.hadolint.yaml:2:9: dlint has no format codacy\n",
			config.Options{},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := lay(t, tt.files)
			r, err := look(t, dir, tt.path, tt.opts)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.TrimPrefix(tt.want, "\n"), describe(dir, r)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFromHadolint(t *testing.T) {
	t.Parallel()
	text, notes, err := config.FromHadolint(testRules(), []byte(hadolintFile))
	if err != nil {
		t.Fatal(err)
	}
	want := `# Converted from .hadolint.yaml.
fail-on: info
pragmas: false
ignore:
  - unpinned-apt # DL3008: apt keeps only the last version
  - secret-in-env # DL3064
rules:
  label-schema:
    options:
      labels:
        author: text
        created: rfc3339
      strict: true
  unpinned-apk: error
  untrusted-registry:
    options:
      registries:
        - docker.io
        - registry.example.com:5000
    severity: info
`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantNotes := []string{
		"line 7: dlint has no rule for SC1091", "line 12: dlint has no rule for SC2086",
		"the format is no part of the configuration: use --format gitlab",
	}
	if diff := cmp.Diff(wantNotes, notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if _, _, err := config.FromHadolint(testRules(), []byte("ignored: {}")); err == nil {
		t.Error("a mapping for ignored is taken")
	}
}

// A code of a rule with many codes does not stand for the others.
func TestFromHadolintCodes(t *testing.T) {
	t.Parallel()
	rules := []*lint.Rule{{
		ID: "shellcheck", Category: "shell", Severity: lint.Warning,
		HasCode: func(code string) bool { return strings.HasPrefix(code, "SC") },
		Check:   func(*lint.Pass) {},
	}}
	text, _, err := config.FromHadolint(rules, []byte("ignored: [SC1091]\noverride: {error: [SC2154]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := "# Converted from .hadolint.yaml.\nignore:\n  - SC1091 # SC1091\nrules:\n  SC2154: error\n"
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is converted means what the original means.
func TestFromHadolintMeansTheSame(t *testing.T) {
	t.Parallel()
	text, _, err := config.FromHadolint(testRules(), []byte(hadolintFile))
	if err != nil {
		t.Fatal(err)
	}
	was, err := look(t, lay(t, "-- .hadolint.yaml --\n"+hadolintFile), "Dockerfile", config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	is, err := look(t, lay(t, "-- .dlint.yaml --\n"+string(text)), "Dockerfile", config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(was.Config.Rules, is.Config.Rules); diff != "" {
		t.Errorf("rules (-hadolint +dlint):\n%s", diff)
	}
	if was.FailOn != is.FailOn || was.Config.NoPragmas != is.Config.NoPragmas {
		t.Error("threshold or pragmas differ")
	}
}

func TestDefault(t *testing.T) {
	t.Parallel()
	text := string(config.Default(testRules()))
	for _, want := range []string{"#  untrusted-registry: # Image", "#      mode: loose", "#        - docker.io", "#  secret-in-env: # Secret in ENV\n#    severity: error"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
	var s node
	if err := json.Unmarshal(config.Schema(testRules()), &s); err != nil {
		t.Fatal(err)
	}
	for key := range dig(t, s, "properties").(node) {
		if !strings.Contains(text, "\n"+key+":") && !strings.Contains(text, "\n#"+key+":") {
			t.Errorf("lacks the key %s", key)
		}
	}
	dir := lay(t, "-- .dlint.yaml --\n"+text)
	r, err := look(t, dir, "Dockerfile", config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := describe(dir, r); got != "" {
		t.Errorf("the starter changes the defaults:\n%s", got)
	}
	if diff := cmp.Diff([]string{filepath.Join(dir, ".dlint.yaml")}, r.Files); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	// With the marks removed it must be valid, too, or it misleads.
	var bare strings.Builder
	for line := range strings.Lines(text) {
		if len(line) > 2 && line[0] == '#' && (line[1] != ' ' || line[2] == ' ') {
			line = line[1:]
		}
		bare.WriteString(line)
	}
	r, err = look(t, lay(t, "-- .dlint.yaml --\n"+bare.String()), "Dockerfile", config.Options{})
	if err != nil {
		t.Fatalf("%v in\n%s", err, bare.String())
	}
	if r.Build.Target != "app" || len(r.Config.Rules) != 3 {
		t.Errorf("got %+v of\n%s", r, bare.String())
	}
}
