package linttest

import (
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"

	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/shellcheck"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// Case is one Dockerfile with what is expected of it.
type Case struct {
	// File is the archive, Name the case in it; empty for the one at its root.
	File, Name string
	// Text is the Dockerfile as it is linted: without annotations, with the line
	// ends that the flags ask for.
	Text string
	// Context are the other files, by path; the Dockerfile is not among them.
	Context map[string]string

	flags flags
	wants []want
	// expected are the sections .fixed and .unsafe, by their names in the case.
	expected map[string]string
	rule     string // the rule the archive is named after
}

type flags struct {
	crlf, bom, noNewline, stdin, shellcheck bool
	path, target, platform                  string
	args, contexts                          map[string]string
	selected                                []string
	executable, crlfFiles                   []string
	options                                 string
}

// The endings of the sections that hold what fixing makes of a file.
const (
	fixedSuffix  = ".fixed"
	unsafeSuffix = ".unsafe"
)

const (
	dockerfileName = "Dockerfile"
	flagsName      = "FLAGS"
)

// Load reads the archives that match the pattern of package filepath, all their
// cases in order.
func Load(glob string) ([]*Case, error) {
	files, err := filepath.Glob(glob)
	if err != nil {
		return nil, fmt.Errorf("reading cases: %w", err)
	}
	var cases []*Case
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading cases: %w", err)
		}
		more, err := parse(file, a)
		if err != nil {
			return nil, err
		}
		cases = append(cases, more...)
	}
	return cases, nil
}

// parse splits an archive into its cases.
func parse(file string, a *txtar.Archive) ([]*Case, error) {
	rule := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	var cases []*Case
	dirs := map[string]*Case{}
	texts := map[*Case]string{}
	for _, f := range a.Files {
		if path.Base(f.Name) != dockerfileName || strings.Count(f.Name, "/") > 1 {
			continue
		}
		name := strings.TrimSuffix(strings.TrimSuffix(f.Name, dockerfileName), "/")
		if dirs[name] != nil {
			return nil, fmt.Errorf("%s: there are two sections %s", file, f.Name)
		}
		c := &Case{File: file, Name: name, Context: map[string]string{}, expected: map[string]string{}, rule: rule}
		if err := c.flags.read(string(a.Comment), false); err != nil {
			return nil, fmt.Errorf("%s: %w", c, err)
		}
		cases, dirs[name], texts[c] = append(cases, c), c, string(f.Data)
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("%s: there is no section Dockerfile", file)
	}
	for _, f := range a.Files {
		dir, rest, ok := strings.Cut(f.Name, "/")
		c := dirs[dir]
		if !ok || c == nil {
			c, rest = dirs[""], f.Name
		}
		if c == nil {
			return nil, fmt.Errorf("%s: section %s belongs to no case: there is no Dockerfile beside it", file, f.Name)
		}
		if err := c.section(rest, string(f.Data)); err != nil {
			return nil, fmt.Errorf("%s: %w", c, err)
		}
	}
	for _, c := range cases {
		if err := c.annotations(texts[c]); err != nil {
			return nil, fmt.Errorf("%s: %w", c, err)
		}
	}
	return cases, nil
}

func (c *Case) section(name, data string) error {
	switch {
	case name == dockerfileName:
	case name == flagsName:
		return c.flags.read(data, true)
	case strings.HasSuffix(name, fixedSuffix), strings.HasSuffix(name, unsafeSuffix):
		c.expected[name] = data
	default:
		c.Context[name] = data
	}
	return nil
}

// read reads flags. In the comment of an archive, lines that are no flags are
// prose.
func (f *flags) read(text string, strict bool) error {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		key, value, ok := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		known := ok && f.set(key, value)
		if !known && strict && line != "" {
			return fmt.Errorf("unknown flag %q", line)
		}
	}
	return nil
}

// set sets one flag and reports whether there is such a flag.
func (f *flags) set(key, value string) bool {
	pair := func(m *map[string]string) {
		k, v, _ := strings.Cut(value, "=")
		*m = maps.Clone(*m)
		if *m == nil {
			*m = map[string]string{}
		}
		(*m)[k] = v
	}
	switch key {
	case "crlf":
		f.crlf = value == "true"
	case "bom":
		f.bom = value == "true"
	case "no-newline":
		f.noNewline = value == "true"
	case "stdin":
		f.stdin = value == "true"
	case "shellcheck":
		f.shellcheck = value == "true"
	case "path":
		f.path = value
	case "target":
		f.target = value
	case "platform":
		f.platform = value
	case "build-arg":
		pair(&f.args)
	case "build-context":
		pair(&f.contexts)
	case "select":
		f.selected = splitWords(value)
	case "executable":
		f.executable = splitWords(value)
	case "crlf-files":
		f.crlfFiles = splitWords(value)
	case "options":
		f.options = value
	default:
		return false
	}
	return true
}

// splitWords splits a list at commas and blanks.
func splitWords(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// String names the case: FILE, or FILE:NAME.
func (c *Case) String() string {
	if c.Name == "" {
		return c.File
	}
	return c.File + ":" + c.Name
}

// Rule is the ID of the rule that the archive is named after.
func (c *Case) Rule() string { return c.rule }

// Findings is how many findings are expected.
func (c *Case) Findings() int { return len(c.wants) }

// encode gives text the line ends, the byte order mark and the end that the
// flags ask for.
func (c *Case) encode(text string) string {
	if c.flags.noNewline {
		text = strings.TrimSuffix(text, "\n")
	}
	if c.flags.crlf {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if c.flags.bom {
		text = source.BOM + text
	}
	return text
}

// decode undoes encode, as far as that can be told.
func decode(text string) string {
	text = strings.ReplaceAll(strings.TrimPrefix(text, source.BOM), "\r\n", "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text
}

// Document returns the Dockerfile of the case in its build context.
func (c *Case) Document() *lint.Document { return c.document(c.Text, c.Context) }

func (c *Case) document(text string, files map[string]string) *lint.Document {
	name := c.flags.path
	if name == "" {
		name = dockerfileName
	}
	build := lint.Build{Options: stage.Options{
		Args: c.flags.args, Target: c.flags.target, Platform: c.flags.platform, Contexts: c.flags.contexts,
	}}
	if !c.flags.stdin {
		build.Context = c.context(name, text, files)
	}
	if c.flags.shellcheck {
		build.Shellcheck = shellcheck.Find()
	}
	return lint.NewDocument(source.NewFile(name, text), build)
}

// context returns the build context with the Dockerfile in it.
func (c *Case) context(name, text string, files map[string]string) *buildctx.Context {
	data := map[string][]byte{name: []byte(text)}
	for path, content := range files {
		if slices.Contains(c.flags.crlfFiles, path) {
			content = strings.ReplaceAll(content, "\n", "\r\n")
		}
		data[path] = []byte(content)
	}
	if len(c.flags.executable) == 0 {
		return buildctx.FromFiles(data).For(name)
	}
	tree := fstest.MapFS{}
	for path, content := range data {
		tree[path] = &fstest.MapFile{Data: content, Mode: 0o644}
		if slices.Contains(c.flags.executable, path) {
			tree[path].Mode = 0o755
		}
	}
	return buildctx.FromFS(tree, ".").For(name)
}

// Engine returns the engine that runs the rules the case is about. All rules
// must be given, so that their names are known.
func (c *Case) Engine(rules []*lint.Rule) (*lint.Engine, error) {
	config := lint.Config{Select: c.flags.selected, Rules: map[string]lint.Setting{}}
	if len(config.Select) == 0 {
		config.Select = []string{c.rule}
	}
	if c.flags.options != "" {
		k := slices.IndexFunc(rules, func(r *lint.Rule) bool { return r.ID == c.rule })
		if k < 0 || rules[k].Options == nil {
			return nil, fmt.Errorf("%s: rule %s has no options", c, c.rule)
		}
		options := rules[k].Options()
		d := yaml.NewDecoder(strings.NewReader(c.flags.options))
		d.KnownFields(true)
		if err := d.Decode(options); err != nil {
			return nil, fmt.Errorf("%s: reading options: %w", c, err)
		}
		config.Rules[c.rule] = lint.Setting{Options: options}
	}
	e, err := lint.New(rules, config)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c, err)
	}
	return e, nil
}
