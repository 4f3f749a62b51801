package config_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/config"
	"github.com/dlint/dlint/lint/linttest/linear"
)

type registryOptions struct {
	Registries []string      `yaml:"registries" doc:"Registries that are trusted."`
	Mode       string        `yaml:"mode" enum:"strict,loose" doc:"How much is checked."`
	Timeout    time.Duration `yaml:"timeout"`
	Most       uint          `yaml:"most"`
	Deep       struct {
		On bool `yaml:"on"`
	} `yaml:"deep"`
}

// Validate refuses what the type allows.
func (o *registryOptions) Validate() error {
	if slices.Contains(o.Registries, "*") {
		return errors.New("a registry cannot be *: name it")
	}
	return nil
}

type labelOptions struct {
	Labels map[string]string `yaml:"labels"`
	Strict bool              `yaml:"strict"`
}

// testRules are made up; the engine's tests need no real ones.
func testRules() []*lint.Rule {
	check := func(*lint.Pass) {}
	return []*lint.Rule{
		{ID: "secret-in-env", Category: "secrets", Summary: "Secret in ENV", Aliases: []string{"DL3064", "SecretsUsedInArgOrEnv"}, Severity: lint.Error, Check: check},
		{
			ID: "untrusted-registry", Category: "images", Summary: "Image of a registry that is not trusted", Aliases: []string{"DL3026"},
			Severity: lint.Warning, Off: "it needs a list of registries", Check: check,
			Options: func() any { return &registryOptions{Mode: "loose", Registries: []string{"docker.io"}} },
		},
		{
			ID: "label-schema", Category: "metadata", Summary: "Label is missing or malformed", Aliases: []string{"DL3049", "DL3050"},
			Severity: lint.Info, Off: "it needs a schema", Check: check, Options: func() any { return &labelOptions{} },
		},
		{ID: "unpinned-apt", Category: "packages", Summary: "Package without version", Aliases: []string{"DL3008", "pins"}, Severity: lint.Warning, Check: check},
		{ID: "unpinned-apk", Category: "packages", Summary: "Package without version", Aliases: []string{"DL3018", "pins"}, Severity: lint.Warning, Check: check},
		{ID: "fresh", Category: "packages", Summary: "New rule", Severity: lint.Style, Preview: true, Check: check},
	}
}

// lay writes files, each under a line "-- name --", below a new folder, with a
// .git on top so that nothing above counts.
func lay(t testing.TB, archive string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o750); err != nil {
		t.Fatal(err)
	}
	for _, f := range strings.Split("\n"+archive, "\n-- ")[1:] {
		name, data, _ := strings.Cut(f, " --\n")
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// describe prints what differs from the defaults, a setting a line.
func describe(dir string, r *config.Resolved) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	c := r.Config
	if len(c.Select) > 0 {
		line("select %s", strings.Join(c.Select, " "))
	}
	if len(c.Ignore) > 0 {
		line("ignore %s", strings.Join(c.Ignore, " "))
	}
	if c.Preview {
		line("preview")
	}
	if c.NoPragmas {
		line("no pragmas")
	}
	if r.FailOn != lint.Warning {
		line("fail-on %v", r.FailOn)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Rules)) {
		s := c.Rules[name]
		text := "rule " + name + [...]string{"", " on", " off"}[s.Switch]
		if s.Severity != lint.Unset {
			text += " " + s.Severity.String()
		}
		if s.Options != nil {
			text += fmt.Sprintf(" %+v", s.Options)
		}
		if len(s.Stages) > 0 {
			text += " stages " + strings.Join(s.Stages, " ")
		}
		line("%s", text)
	}
	for _, x := range [][2]string{{"format", r.Format}, {"context", r.Context}, {"target", r.Build.Target}, {"platform", r.Build.Platform}} {
		if x[1] != "" {
			line("%s %s", x[0], x[1])
		}
	}
	if len(r.Build.Args) > 0 {
		line("args %v", r.Build.Args)
	}
	for _, w := range r.Warnings {
		line("warning %v", w)
	}
	return strings.ReplaceAll(filepath.ToSlash(b.String()), filepath.ToSlash(dir), "DIR")
}

// look loads the configuration for path in dir.
func look(t *testing.T, dir, path string, opts config.Options) (*config.Resolved, error) {
	t.Helper()
	opts.Dir = dir
	l, err := config.NewLoader(testRules(), opts)
	if err != nil {
		return nil, err
	}
	r, err := l.For(filepath.FromSlash(path))
	if err == nil {
		if _, err := lint.New(testRules(), r.Config); err != nil {
			t.Errorf("the engine refuses the configuration: %v", err)
		}
	}
	return r, err
}

func env(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for k := 0; k < len(pairs); k += 2 {
			if pairs[k] == name {
				return pairs[k+1], true
			}
		}
		return "", false
	}
}

func TestFor(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files string
		path  string
		opts  config.Options
		want  string
	}{
		"nothing": {"", "Dockerfile", config.Options{}, ""},
		"everything": {`
-- .dlint.yaml --
root: true
fail-on: never
select: [secrets, dl3008]
ignore: SecretsUsedInArgOrEnv
preview: true
pragmas: false
context: app
target: build
platform: linux/arm64
build-args: {A: 1, B: "x y", C: }
rules:
  DL3064: warning
  packages: {severity: info, ignore-stages: [build, 0]}
  images/untrusted-registry:
    options: {registries: [a.example.com], mode: strict, timeout: 3s, deep: {on: true}}
`, "sub/Dockerfile", config.Options{}, `
select secrets dl3008
ignore SecretsUsedInArgOrEnv
preview
no pragmas
fail-on unset
rule packages info stages build 0
rule secret-in-env on warning
rule untrusted-registry on &{Registries:[a.example.com] Mode:strict Timeout:3s Most:0 Deep:{On:true}}
context DIR/app
target build
platform linux/arm64
args map[A:1 B:x y]
`},
		"short settings": {`
-- .dlint.yml --
rules:
  secret-in-env: off
  untrusted-registry: on
  fresh: error
  pins: style
  all: info
  unpinned-apt: {enabled: false, severity: error}
  label-schema: {ignore: []}
`, "Dockerfile", config.Options{}, `
rule all info
rule fresh on error
rule label-schema
rule pins style
rule secret-in-env off
rule unpinned-apt off error
rule untrusted-registry on
`},
		"nearest wins, key by key": {`
-- .dlint.yaml --
fail-on: error
ignore: [fresh]
target: a
build-args: {A: "1", B: "2"}
rules: {secret-in-env: off, untrusted-registry: {severity: error, options: {most: 3}}}
-- sub/.dlint.yaml --
ignore: [DL3008]
target: b
build-args: {B: "3"}
rules: {SecretsUsedInArgOrEnv: info, untrusted-registry: {ignore-stages: x}}
`, "sub/deep/Dockerfile", config.Options{}, `
ignore DL3008
fail-on error
rule secret-in-env on info
rule untrusted-registry on error &{Registries:[docker.io] Mode:loose Timeout:0s Most:3 Deep:{On:false}} stages x
target b
args map[A:1 B:3]
`},
		"severities from outside": {`
-- .dlint.yaml --
rules: {secret-in-env: info, packages: warning, fresh: off, untrusted-registry: {ignore-stages: x}}
`, "Dockerfile", config.Options{Flags: config.Values{Severity: map[string]string{
			"DL3064": "error", "packages": "style", "fresh": "warning", "label-schema": "off", "untrusted-registry": "info",
		}}}, `
rule fresh off warning
rule label-schema off
rule packages style
rule secret-in-env on error
rule untrusted-registry info stages x
`},
		"root stops": {`
-- .dlint.yaml --
fail-on: error
-- sub/.dlint.yaml --
root: true
target: b
`, "sub/Dockerfile", config.Options{}, "target b\n"},
		"the git root stops": {`
-- .dlint.yaml --
fail-on: error
-- sub/.git/HEAD --
-- sub/Dockerfile --
`, "sub/Dockerfile", config.Options{}, ""},
		"extends": {`
-- sub/.dlint.yaml --
extends: [../one.yaml, ../two.yaml]
target: own
-- one.yaml --
target: one
platform: one
ignore: [fresh]
context: ctx
rules: {fresh: {ignore: ["gen/**"]}}
-- two.yaml --
extends: three.yaml
platform: two
-- three.yaml --
platform: three
fail-on: error
`, "sub/gen/Dockerfile", config.Options{}, `
ignore fresh fresh
fail-on error
rule fresh
context DIR/ctx
target own
platform two
`},
		"anchors and merge keys": {`
-- .dlint.yaml --
rules:
  secret-in-env: &s {severity: info, ignore-stages: [a]}
  fresh: {<<: *s, severity: error}
  unpinned-apt: *s
`, "Dockerfile", config.Options{}, `
rule fresh on error stages a
rule secret-in-env on info stages a
rule unpinned-apt on info stages a
`},
		"paths hit": {pathFiles, "test/a.Dockerfile", config.Options{}, `
ignore DL3064 fresh secrets
rule fresh on error
rule secrets
rule unpinned-apt on style
`},
		"paths miss": {pathFiles, "app/a.Dockerfile", config.Options{}, `
ignore DL3064
rule fresh on info
rule secrets
rule unpinned-apt on style
`},
		"paths outside are taken from the run": {`
-- ci/lint.yaml --
rules: {fresh: {ignore: [test/**]}}
`, "test/Dockerfile", config.Options{Explicit: "ci/lint.yaml"}, "ignore fresh\nrule fresh\n"},
		"explicit only": {`
-- .dlint.yaml --
target: a
-- other.yaml --
platform: b
`, "Dockerfile", config.Options{Explicit: "other.yaml"}, "platform b\n"},
		"none":  {"-- .dlint.yaml --\ntarget: a\n", "Dockerfile", config.Options{None: true}, ""},
		"stdin": {"-- .dlint.yaml --\ntarget: a\n", "-", config.Options{}, "target a\n"},
		"empty": {"-- .dlint.yaml --\n# nothing\n", "Dockerfile", config.Options{}, ""},
		"nulls": {"-- .dlint.yaml --\nignore:\nrules:\n  fresh:\ntarget: ~\n", "Dockerfile", config.Options{}, ""},
		"environment": {
			"-- .dlint.yaml --\ntarget: a\nselect: secrets\nfail-on: error\n-- e.yaml --\ntarget: e\nignore: fresh\nplatform: e\n", "Dockerfile",
			config.Options{Env: env("DLINT_CONFIG", "e.yaml", "DLINT_PLATFORM", "p", "DLINT_IGNORE", "DL3008, pins", "DLINT_FAIL_ON", "style",
				"DLINT_FORMAT", "json", "DLINT_CONTEXT", "c", "DLINT_PREVIEW", "1", "DLINT_TARGET", "")},
			"ignore fresh DL3008 pins\npreview\nfail-on style\nformat json\ncontext c\ntarget e\nplatform p\n",
		},
		"flags over environment over file": {
			"-- .dlint.yaml --\ntarget: a\nplatform: a\ncontext: a\npreview: true\nignore: pins\nbuild-args: {A: a}\nrules: {fresh: {ignore: Dockerfile}}\n", "Dockerfile",
			config.Options{
				Env: env("DLINT_SELECT", "secrets", "DLINT_PLATFORM", "e", "DLINT_TARGET", "e", "DLINT_IGNORE", "DL3018"),
				Flags: config.Values{
					Select: []string{"all"}, Ignore: []string{"DL3008"}, Target: "f", Preview: lint.Off, FailOn: "never",
					BuildArgs: map[string]string{"B": "f"},
				},
			},
			"select all\nignore DL3008 fresh\nfail-on unset\nrule fresh\ncontext DIR/a\ntarget f\nplatform e\nargs map[A:a B:f]\n",
		},
		"a flag brings files back": {
			"-- .dlint.yaml --\ntarget: a\n-- o.yaml --\ntarget: o\n", "Dockerfile",
			config.Options{Env: env("DLINT_NO_CONFIG", "true"), Explicit: "o.yaml"},
			"target o\n",
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

const pathFiles = `
-- .dlint.yaml --
ignore: DL3064
rules:
  secrets: {ignore: [test/, "*.gen"]}
  fresh: info
  unpinned-apt: {severity: style, ignore: ["**/nowhere/**"]}
overrides:
  - files: ["**/test/*.Dockerfile"]
    ignore: fresh
    rules: {fresh: warning}
  - files: test/a.Dockerfile
    rules: {fresh: error}
`

func TestForErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files string
		want  string
	}{
		"unknown key": {
			"-- .dlint.yaml --\nfail_on: error\nruls: {}\nzzzzzzzz: 1\n",
			`DIR/.dlint.yaml:1:1: unknown key "fail_on" in the configuration: did you mean fail-on?
DIR/.dlint.yaml:2:1: unknown key "ruls" in the configuration: did you mean rules?
DIR/.dlint.yaml:3:1: unknown key "zzzzzzzz" in the configuration: use build-args, context, custom, exclude, extends, fail-on, ignore, overrides, platform, pragmas, preview, root, rules, select or target`,
		},
		"unknown rules": {
			"-- .dlint.yaml --\nselect: [secret-in-evn]\nignore:\n  - DL9999999\nrules:\n  frsh: off\n",
			`DIR/.dlint.yaml:1:10: unknown rule "secret-in-evn": did you mean secret-in-env?
DIR/.dlint.yaml:3:5: unknown rule "DL9999999": dlint rules lists them all
DIR/.dlint.yaml:5:3: unknown rule "frsh": did you mean fresh?`,
		},
		"wrong types": {
			"-- .dlint.yaml --\nroot: maybe\nselect: {a: b}\ntarget: [x]\nbuild-args: [A]\nrules: [fresh]\noverrides: {}\nextends: []\nexclude: [[x]]\npreview: 3\n",
			`DIR/.dlint.yaml:1:7: root wants true or false, not "maybe"
DIR/.dlint.yaml:2:9: select wants a list, not a mapping
DIR/.dlint.yaml:3:9: target wants a single value, not a list
DIR/.dlint.yaml:4:13: build-args wants keys and values, not a list
DIR/.dlint.yaml:5:8: rules wants keys and values, not a list
DIR/.dlint.yaml:6:12: overrides wants a list, not a mapping
DIR/.dlint.yaml:8:11: an item of exclude wants a single value, not a list
DIR/.dlint.yaml:9:10: preview wants true or false, not 3`,
		},
		"severities": {
			"-- .dlint.yaml --\nfail-on: eror\nrules:\n  fresh: warn\n  pins: {severity: high}\n  secrets: disabled\n",
			`DIR/.dlint.yaml:1:10: fail-on: unknown severity "eror": use error, warning, info, style or never
DIR/.dlint.yaml:3:10: "warn" is no setting for fresh: use off, on, error, warning, info or style
DIR/.dlint.yaml:4:20: unknown severity "high": use error, warning, info or style
DIR/.dlint.yaml:5:12: "disabled" is no setting for secrets: use off, on, error, warning, info or style`,
		},
		"settings": {
			"-- .dlint.yaml --\nrules:\n  fresh: {severty: info, options: {}}\n  pins: {options: {a: b}}\n  DL3064: on\n  secret-in-env: off\n  images: [off]\n",
			`DIR/.dlint.yaml:2:11: unknown key "severty" in the setting of fresh: did you mean severity?
DIR/.dlint.yaml:2:35: rule fresh has no options
DIR/.dlint.yaml:3:19: pins means several rules: options belong to a single one
DIR/.dlint.yaml:5:3: secret-in-env means the same rule as line 4
DIR/.dlint.yaml:6:11: the setting of images wants keys and values, not a list`,
		},
		"options": {
			`-- .dlint.yaml --
rules:
  untrusted-registry:
    options:
      registrys: []
      mode: lose
      timeout: soon
      most: -1
      deep: {on: 3, of: 1}
      registries: docker.io
  label-schema: {options: {labels: [a]}}
`,
			`DIR/.dlint.yaml:4:7: unknown option "registrys" in options of untrusted-registry: did you mean registries?
DIR/.dlint.yaml:5:13: mode cannot be "lose": did you mean loose?
DIR/.dlint.yaml:6:16: timeout wants a duration such as 30s, not "soon"
DIR/.dlint.yaml:7:13: most wants a whole number that is not negative, not -1
DIR/.dlint.yaml:8:18: on wants true or false, not 3
DIR/.dlint.yaml:8:21: unknown option "of" in deep: did you mean on?
DIR/.dlint.yaml:9:19: registries wants a list, not "docker.io"
DIR/.dlint.yaml:10:36: labels wants keys and values, not a list`,
		},
		"options that do not validate": {
			"-- .dlint.yaml --\nrules:\n  DL3026: {options: {registries: ['*']}}\n",
			"DIR/.dlint.yaml:2:21: options of untrusted-registry: a registry cannot be *: name it",
		},
		"patterns": {
			"-- .dlint.yaml --\nexclude: ['!a', 'a{b,c}', '[a', '']\noverrides:\n  - rules: {}\n  - {files: x, rules: {fresh: {ignore: y}}}\n",
			`DIR/.dlint.yaml:1:11: exclude: patterns cannot be negated: list what is meant
DIR/.dlint.yaml:1:17: exclude: patterns have no braces: write one pattern for each alternative
DIR/.dlint.yaml:1:27: exclude: the pattern "[a" is broken: a bracket is not closed
DIR/.dlint.yaml:1:33: exclude: the pattern "" means nothing: write a path such as "test/**"
DIR/.dlint.yaml:3:5: an override wants files: the patterns of the paths it is for
DIR/.dlint.yaml:4:32: unknown key "ignore" in the setting of fresh: use enabled, ignore-stages, options or severity`,
		},
		"custom rules": {
			"-- .dlint.yaml --\ncustom:\n  - {id: a, message: A, instruction: [RUN, COPPY]}\n  - {id: b, message: B}\n  - {id: c, message: C, flag: x}\n  - {id: C, message: C, flag: y}\nrules:\n  custom/d: off\n",
			`DIR/.dlint.yaml:2:44: "COPPY" is no instruction: did you mean COPY?
DIR/.dlint.yaml:3:10: rule b has no condition: give instruction, flag, argument, command, image or labels
DIR/.dlint.yaml:5:5: rule custom/c is defined on line 4 already`,
		},
		"no such custom rule": {
			"-- .dlint.yaml --\ncustom:\n  - {id: c, message: C, flag: x}\nrules:\n  custom/C: off\n  custom/d: off\n",
			`DIR/.dlint.yaml:5:3: there is no rule custom/d: custom rules are defined below "custom"`,
		},
		"no YAML": {
			"-- .dlint.yaml --\nrules:\n  a: [\n",
			"DIR/.dlint.yaml:2: no valid YAML: did not find expected node content",
		},
		"no mapping":    {"-- .dlint.yaml --\n- a\n", "DIR/.dlint.yaml:1:1: the configuration wants keys and values, not a list"},
		"keys twice":    {"-- .dlint.yaml --\ntarget: a\ntarget: b\n", `DIR/.dlint.yaml:2:1: "target" stands here twice, first on line 1`},
		"two documents": {"-- .dlint.yaml --\ntarget: a\n---\ntarget: b\n", "DIR/.dlint.yaml:2:1: a second document begins here: a configuration is one document"},
		"a circle": {
			"-- .dlint.yaml --\nextends: b.yaml\n-- b.yaml --\nextends: [c.yaml]\n-- c.yaml --\nextends: b.yaml\n",
			"DIR/c.yaml:1:10: extends goes in a circle: DIR/.dlint.yaml -> DIR/b.yaml -> DIR/c.yaml -> DIR/b.yaml\n" +
				"extended by DIR/b.yaml:1\nextended by DIR/.dlint.yaml:1",
		},
		"extends itself": {
			"-- .dlint.yaml --\nextends: .dlint.yaml\n",
			"DIR/.dlint.yaml:1:10: extends goes in a circle: DIR/.dlint.yaml -> DIR/.dlint.yaml",
		},
		"extends nothing": {
			"-- .dlint.yaml --\nextends: [no.yaml, 'https://example.com/a.yaml']\n",
			"DIR/.dlint.yaml:1:20: extends takes files of this machine, no addresses",
		},
		"extends what is missing": {
			"-- .dlint.yaml --\nextends: no.yaml\n", "DIR/.dlint.yaml:1:10: there is no file DIR/no.yaml to extend",
		},
		"a folder":           {"-- .dlint.yaml/x --\n", "DIR/.dlint.yaml: reading the configuration: this is no plain file"},
		"an alias in itself": {"-- .dlint.yaml --\nrules: &a\n  fresh: *a\n", "DIR/.dlint.yaml:1:8: nested too deeply, or an alias inside of its own anchor"},
		"bad hadolint":       {"-- .hadolint.yaml --\nignored: {a: b}\nfailure-threshold: waring\n", "DIR/.hadolint.yaml:1:10: ignored wants a list, not a mapping\nDIR/.hadolint.yaml:2:20: unknown failure-threshold \"waring\": did you mean warning?"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := lay(t, tt.files)
			_, err := look(t, dir, "Dockerfile", config.Options{})
			if err == nil {
				t.Fatal("no error")
			}
			got := strings.ReplaceAll(filepath.ToSlash(err.Error()), filepath.ToSlash(dir), "DIR")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if place := (*config.Error)(nil); !errors.As(err, &place) || place.Path == "" {
				t.Errorf("no *Error in %v", err)
			}
		})
	}
}

func TestLoaderErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		opts config.Options
		want string
	}{
		"environment": {
			config.Options{Env: env("DLINT_SELECT", "frsh", "DLINT_FAIL_ON", "x")},
			"DLINT_SELECT: unknown rule \"frsh\": did you mean fresh?\nDLINT_FAIL_ON: unknown severity \"x\": use error, warning, info, style or never",
		},
		"truth": {config.Options{Env: env("DLINT_PREVIEW", "maybe")}, `DLINT_PREVIEW is "maybe": use true or false`},
		"flags": {config.Options{Flags: config.Values{Ignore: []string{"DL300"}}}, `--ignore: unknown rule "DL300": did you mean DL3008?`},
		"severities": {
			config.Options{Flags: config.Values{Severity: map[string]string{"frsh": "info", "fresh": "high"}}},
			"severity of fresh: unknown severity \"high\": use error, warning, info, style or off\nseverity: unknown rule \"frsh\": did you mean fresh?",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.NewLoader(testRules(), tt.opts)
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestLongFiles holds the reading of a configuration to its length.
func TestLongFiles(t *testing.T) {
	t.Parallel()
	dir := lay(t, "")
	linear.Check(t, 2000, func(n int) {
		var text strings.Builder
		text.WriteString("exclude:\n")
		for k := range n {
			fmt.Fprintf(&text, "  - folder%d/**\n", k)
		}
		if err := os.WriteFile(filepath.Join(dir, ".dlint.yaml"), []byte(text.String()), 0o600); err != nil {
			t.Error(err)
			return
		}
		if _, err := look(t, dir, "Dockerfile", config.Options{}); err != nil {
			t.Error(err)
		}
	})
}

// TestHostileFiles reads files that would not be read to their end if all that they
// ask for were done.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	var bomb strings.Builder
	bomb.WriteString("a: &a0 [x,x,x,x,x,x,x,x,x,x]\n")
	for k := 1; k < 30; k++ {
		fmt.Fprintf(&bomb, "a%d: &a%d [%s]\n", k, k, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", k-1), 10), ","))
	}
	for name, text := range map[string]string{
		"too many values":    bomb.String(),
		"larger than 1 MB":   strings.Repeat("# filler\n", 200_000),
		"nested too deeply":  "rules: " + strings.Repeat("[", 500) + strings.Repeat("]", 500),
		"exceeded max depth": "rules: " + strings.Repeat("[", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := lay(t, "")
			if err := os.WriteFile(filepath.Join(dir, ".dlint.yaml"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := look(t, dir, "Dockerfile", config.Options{})
			if err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("error is %v", err)
			}
		})
	}
}

// Files that extend two others each, twenty deep, would be a million.
func TestExtendsBomb(t *testing.T) {
	t.Parallel()
	var files strings.Builder
	files.WriteString("-- .dlint.yaml --\nextends: [0.yaml, 0.yaml]\n")
	for k := range 20 {
		fmt.Fprintf(&files, "-- %d.yaml --\nextends: [%d.yaml, %d.yaml]\n", k, k+1, k+1)
	}
	files.WriteString("-- 20.yaml --\ntarget: x\n")
	if _, err := look(t, lay(t, files.String()), "Dockerfile", config.Options{}); err == nil || !strings.Contains(err.Error(), "more than 64 files") {
		t.Errorf("error is %v", err)
	}
}

// What one tree must not read another may, whichever is asked about first.
func TestExtendsOtherTree(t *testing.T) {
	t.Parallel()
	for _, order := range [][]string{{"one", "two"}, {"two", "one"}} {
		dir := lay(t, "-- one/.dlint.yaml --\nextends: ../two/.dlint.yaml\n-- two/.dlint.yaml --\ntarget: x\n")
		l, err := config.NewLoader(testRules(), config.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		for _, tree := range order {
			if err := os.Mkdir(filepath.Join(dir, tree, ".git"), 0o750); err != nil {
				t.Fatal(err)
			}
		}
		for _, tree := range order {
			_, err := l.For(filepath.Join(tree, "Dockerfile"))
			if (err != nil) != (tree == "one") {
				t.Errorf("%v: %s: %v", order, tree, err)
			}
			if err != nil && (!strings.Contains(err.Error(), "this leads out of") || !strings.Contains(err.Error(), "extended by")) {
				t.Errorf("%v: %s: %v", order, tree, err)
			}
		}
	}
}

func TestSharing(t *testing.T) {
	t.Parallel()
	dir := lay(t, pathFiles+"-- app/.dlint.yaml --\ntarget: x\n")
	l, err := config.NewLoader(testRules(), config.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) *config.Resolved {
		r, err := l.For(path)
		if err != nil {
			t.Error(err)
		}
		return r
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, p := range []string{"a/Dockerfile", "b/c/Dockerfile", "test/Dockerfile", "app/Dockerfile"} {
				get(p)
			}
		})
	}
	wg.Wait()
	if get("a/Dockerfile") != get("b/c/Dockerfile") {
		t.Error("the same settings are not shared")
	}
	for _, other := range []string{"test/Dockerfile", "app/Dockerfile"} {
		if a, b := get("a/Dockerfile"), get(other); a == b || a.Key == b.Key {
			t.Errorf("%s shares settings that differ: %q, %q", other, a.Key, b.Key)
		}
	}
	if diff := cmp.Diff([]string{filepath.Join(dir, ".dlint.yaml"), filepath.Join(dir, "app", ".dlint.yaml")}, get("app/Dockerfile").Files); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestErrorsAreShared(t *testing.T) {
	t.Parallel()
	l, err := config.NewLoader(testRules(), config.Options{Dir: lay(t, "-- .dlint.yaml --\nx: y\n")})
	if err != nil {
		t.Fatal(err)
	}
	_, a := l.For("Dockerfile")
	_, b := l.For("Containerfile")
	if a == nil || a != b { //nolint:errorlint // the very same value is what is promised
		t.Errorf("%v and %v are not the same error", a, b)
	}
}

func TestExcluded(t *testing.T) {
	t.Parallel()
	dir := lay(t, `
-- .dlint.yaml --
exclude: [vendor/, "test/**/old", /top.Dockerfile, "**/*.gen.Dockerfile", "third?/[ab]*"]
-- sub/.dlint.yaml --
exclude: [local]
`)
	l, err := config.NewLoader(testRules(), config.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		"Dockerfile":                      false,
		"vendor":                          true,
		"vendor/x/Dockerfile":             true,
		"sub/vendor/x/Dockerfile":         true,
		"sub/local":                       true,
		"local":                           false,
		"vendored/Dockerfile":             false,
		"test/old":                        true,
		"test/a/b/old/Dockerfile":         true,
		"test/a/b/older/Dockerfile":       false,
		"sub/test/old/Dockerfile":         false,
		"top.Dockerfile":                  true,
		"sub/top.Dockerfile":              false,
		"a/b/x.gen.Dockerfile":            true,
		"third1/bcd/Dockerfile":           true,
		"third1/cd/Dockerfile":            false,
		filepath.Join(dir, "vendor/x"):    true,
		filepath.Join(dir, "x", "y", "z"): false,
	} {
		got, err := l.Excluded(filepath.FromSlash(path))
		if err != nil || got != want {
			t.Errorf("Excluded(%q) = %v, %v", path, got, err)
		}
	}
}

// TestListed holds a loader that is told what folders hold to one that looks.
func TestListed(t *testing.T) {
	t.Parallel()
	dir := lay(t, `
-- .dlint.yaml --
exclude: [gone]
-- plain/deep/Dockerfile --
-- own/.dlint.yml --
root: true
exclude: [here]
-- own/below/Dockerfile --
-- tree/.git/HEAD --
-- tree/below/Dockerfile --
-- other/.hadolint.yaml --
ignored: [DL3006]
-- other/below/Dockerfile --
`)
	looks, err := config.NewLoader(testRules(), config.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	told, err := config.NewLoader(testRules(), config.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			return err
		}
		told.Listed(path, entries)
		for _, name := range []string{"gone", "here", "Dockerfile"} {
			want, wantErr := looks.Excluded(filepath.Join(path, name))
			if got, err := told.Excluded(filepath.Join(path, name)); got != want || (err == nil) != (wantErr == nil) {
				t.Errorf("Excluded(%s/%s) = %v, %v; want %v, %v", path, name, got, err, want, wantErr)
			}
		}
		want, err := looks.For(filepath.Join(path, "Dockerfile"))
		if err != nil {
			return err
		}
		got, err := told.For(filepath.Join(path, "Dockerfile"))
		if err != nil {
			return err
		}
		if diff := cmp.Diff(want.Config, got.Config); diff != "" {
			t.Errorf("%s:\n%s", path, diff)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
