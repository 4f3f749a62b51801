// Package config finds and reads configuration: .dlint.yaml files, hadolint's
// files where there are none of ours, the environment, and what flags say. What
// comes out is a lint.Config for each Dockerfile.
//
// Files are looked for from the Dockerfile's folder upwards, up to one that says
// "root: true", the root of the git repository, or that of the file system. All
// of them count; for each key the nearest one that has it wins. Exceptions:
// rules are merged one by one, build-args argument by argument, exclude patterns
// and overrides add up. Above the files stands the environment, above that the
// flags.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/stage"
)

// Values are settings for a whole run, as flags or the environment give them.
// Zero fields are not set.
type Values struct {
	// Select replaces what files select and drops what they ignore (not what
	// they ignore for some paths only). Ignore adds to what files ignore.
	Select, Ignore []string
	// Severity holds error, warning, info, style or off by the name of a rule or
	// of several. It stands above what files say of the same name.
	Severity map[string]string
	Preview  lint.Switch
	// FailOn is error, warning, info, style or never.
	FailOn string
	// Format is the name of a report format; it is not looked into here.
	Format string
	// Context is the folder of the build context; a relative one is left alone.
	Context          string
	Target, Platform string
	BuildArgs        map[string]string
}

// Options say where configuration comes from.
type Options struct {
	// Explicit is the only file to read, whatever lies beside the Dockerfiles.
	Explicit string
	// None reads no file at all.
	None bool
	// Env looks up environment variables; nil for none. See Variables.
	Env func(string) (string, bool)
	// Flags stand above everything else.
	Flags Values
	// Dir is the folder that relative paths start from; empty for the working
	// directory.
	Dir string
}

// Resolved is the configuration of some Dockerfiles. It is shared and read-only.
type Resolved struct {
	// Key is the same for the same settings of one Loader, and so is the
	// *Resolved; an Engine can be kept for each.
	Key    string
	Config lint.Config
	// FailOn is the least severity that fails a run; Unset for none.
	FailOn lint.Severity
	// Format is the name of a report format; empty when none is asked for.
	Format string
	// Context is the folder of the build context; empty when none is set. It is
	// absolute when a file set it.
	Context string
	Build   lint.Build
	// Files are the files that were read, the nearest last.
	Files []string
	// Warnings are things in a file of hadolint's that mean nothing to dlint.
	Warnings []*Error
}

// Loader reads configuration. Each file is read once: a new Loader sees what has
// changed. It is safe for concurrent use.
type Loader struct {
	book   *book
	dir    string
	values []Values // the environment's, then the flags'
	fixed  *chain   // for every path, when set
	empty  *chain   // where there is no file

	mu     sync.Mutex
	files  map[string]*loaded // by path
	chains map[string]*chain  // by folder
}

// NewLoader returns a loader for these rules. A mistake in the environment or
// the flags is an error; one in a file is For's.
func NewLoader(rules []*lint.Rule, opts Options) (*Loader, error) {
	l := &Loader{
		book: newBook(rules), empty: newChain(nil, none, nil),
		files: map[string]*loaded{}, chains: map[string]*chain{},
	}
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, fmt.Errorf("finding the working directory: %w", err)
	}
	l.dir = dir
	env, err := readEnv(opts.Env)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(l.checkValues(env.values, "DLINT_SELECT", "DLINT_IGNORE", "DLINT_FAIL_ON"),
		l.checkValues(opts.Flags, "--select", "--ignore", "--fail-on")); err != nil {
		return nil, err
	}
	l.values = []Values{env.values, opts.Flags}
	explicit := opts.Explicit
	if explicit == "" {
		explicit = env.config
	}
	switch {
	case opts.None || opts.Explicit == "" && env.none:
		l.fixed = l.empty
	case explicit != "":
		l.fixed = l.explicit(explicit)
	}
	return l, nil
}

// checkValues checks names given by hand; the labels say where they stood.
func (l *Loader) checkValues(v Values, labels ...string) error {
	var errs []error
	for k, names := range [][]string{v.Select, v.Ignore} {
		for _, name := range names {
			if !l.book.knownName(name) {
				errs = append(errs, fmt.Errorf("%s: %w", labels[k], l.book.names.Unknown(name)))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.Severity)) {
		if _, _, ok := l.book.key(name); !ok {
			errs = append(errs, fmt.Errorf("severity: %w", l.book.names.Unknown(name)))
		} else if _, err := severitySetting(v.Severity[name]); err != nil {
			errs = append(errs, fmt.Errorf("severity of %s: %w", name, err))
		}
	}
	if v.FailOn != "" {
		if _, err := ParseFailOn(v.FailOn); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", labels[2], err))
		}
	}
	return errors.Join(errs...)
}

// For returns the configuration of the Dockerfile at path; for "-" and "" that
// of a file in the working directory. A mistake in a file is an error that
// wraps an *Error for each place; the same files give the same error value.
func (l *Loader) For(path string) (*Resolved, error) {
	abs := l.abs(path)
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.chain(filepath.Dir(abs))
	if c.err != nil {
		return nil, c.err
	}
	hits := c.match(l, abs)
	if r := c.resolved[string(hits)]; r != nil {
		return r, nil
	}
	r := l.resolve(c, hits)
	c.resolved[string(hits)] = r
	return r, nil
}

// Excluded reports whether a walk should pass over path, a file or a folder.
// Errors are those of For.
func (l *Loader) Excluded(path string) (bool, error) {
	abs := l.abs(path)
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.chain(filepath.Dir(abs))
	if c.err != nil {
		return false, c.err
	}
	for k := range c.exclude {
		if c.exclude[k].match(l, abs) {
			return true, nil
		}
	}
	return false, nil
}

// Listed tells the loader what a folder holds. Where none of it is for the loader, it
// need not look: that saves a walk through many folders half of its system calls.
func (l *Loader) Listed(dir string, entries []fs.DirEntry) {
	abs := l.abs(dir)
	parent := filepath.Dir(abs)
	if parent == abs || slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return matters(e.Name()) }) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.chains[abs] = l.chain(parent)
}

func (l *Loader) abs(path string) string {
	switch {
	case path == "" || path == "-":
		return filepath.Join(l.dir, "Dockerfile")
	case filepath.IsAbs(path):
		return filepath.Clean(path)
	}
	return filepath.Join(l.dir, path)
}

// resolve puts everything together for the paths that hit the same patterns of
// c.
func (l *Loader) resolve(c *chain, hits []byte) *Resolved {
	s := c.set
	r := &Resolved{
		Key: c.id + "|" + string(hits), Files: c.paths, Warnings: c.warnings,
		FailOn: lint.Warning, Format: s.format, Context: s.context,
		Build: lint.Build{Options: stage.Options{Target: s.target, Platform: s.platform, Args: s.args}},
	}
	if s.failOn != nil {
		r.FailOn = *s.failOn
	}
	r.Config = lint.Config{
		Select: s.sel, Preview: s.preview == lint.On, NoPragmas: s.pragmas == lint.Off,
	}
	ignore := s.ignore
	for _, v := range l.values {
		if len(v.Select) > 0 {
			r.Config.Select, ignore = v.Select, nil
		}
		ignore = append(ignore[:len(ignore):len(ignore)], v.Ignore...)
		r.apply(v)
	}
	r.Config.Ignore = ignore
	c.settle(&r.Config, hits)
	for _, v := range l.values {
		l.setSeverities(&r.Config, v.Severity)
	}
	c.addCustom(&r.Config)
	return r
}

// setSeverities lays severities over the settings of rules. They have been
// checked.
func (l *Loader) setSeverities(config *lint.Config, levels map[string]string) {
	if len(levels) > 0 && config.Rules == nil {
		config.Rules = map[string]lint.Setting{}
	}
	for name, level := range levels {
		key, _, _ := l.book.key(name)
		rule := config.Rules[key]
		over, _ := severitySetting(level)
		if over.Switch == lint.Off {
			rule.Switch = lint.Off
		} else {
			rule.Severity = over.Severity
		}
		config.Rules[key] = rule
	}
}

// severitySetting reads error, warning, info, style or off.
func severitySetting(level string) (lint.Setting, error) {
	if level == "off" {
		return lint.Setting{Switch: lint.Off}, nil
	}
	s, err := lint.ParseSeverity(level)
	if err != nil {
		return lint.Setting{}, errors.New("unknown severity " + strconv.Quote(level) + ": use error, warning, info, style or off")
	}
	return lint.Setting{Severity: s}, nil
}

// apply lays the single values of v over r. They have been checked.
func (r *Resolved) apply(v Values) {
	if v.Preview != lint.Default {
		r.Config.Preview = v.Preview == lint.On
	}
	if v.FailOn != "" {
		r.FailOn, _ = ParseFailOn(v.FailOn)
	}
	r.Format = cmp.Or(v.Format, r.Format)
	r.Context = cmp.Or(v.Context, r.Context)
	r.Build.Target = cmp.Or(v.Target, r.Build.Target)
	r.Build.Platform = cmp.Or(v.Platform, r.Build.Platform)
	r.Build.Args = merged(r.Build.Args, v.BuildArgs)
}

// ParseFailOn reads error, warning, info, style or never; the last is Unset.
func ParseFailOn(name string) (lint.Severity, error) {
	if name == "never" {
		return lint.Unset, nil
	}
	s, err := lint.ParseSeverity(name)
	if err != nil {
		return lint.Unset, errors.New("unknown severity " + strconv.Quote(name) + ": use error, warning, info, style or never")
	}
	return s, nil
}

// merged returns a with b laid over it; neither is changed.
func merged(a, b map[string]string) map[string]string {
	if len(b) == 0 {
		return a
	}
	out := make(map[string]string, len(a)+len(b))
	maps.Copy(out, a)
	maps.Copy(out, b)
	return out
}
