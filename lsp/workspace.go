package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"go.lsp.dev/protocol"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/config"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// settings are what users set in their editor.
type settings struct {
	// ConfigFile is the only configuration file to read.
	ConfigFile string
	// Context is the folder of the build context.
	Context        string
	Select, Ignore []string
	// Severity holds error, warning, info, style or off by rule.
	Severity map[string]string
	Preview  bool
	NoHints  bool // inlay hints
	NoLenses bool
	// Unsafe makes source.fixAll apply unsafe fixes, too.
	Unsafe bool
	// SplitWith are what goes along with a split where it can be done.
	SplitWith []string
}

// least is what fix all may apply.
func (s *settings) least() lint.Applicability {
	if s.Unsafe {
		return lint.Unsafe
	}
	return lint.Safe
}

// readSettings reads the section "dlint" of the client's settings, or what
// stands in it.
func readSettings(v value) settings {
	if inner := v.get("dlint"); inner.kind() == 'o' {
		v = inner
	}
	return settings{
		ConfigFile: v.get("configFile").str(),
		Context:    v.get("context").str(),
		Select:     v.get("select").strings(),
		Ignore:     v.get("ignore").strings(),
		Severity:   v.get("severity").texts(),
		Preview:    v.get("preview").yes(),
		NoHints:    v.get("inlayHints").isFalse(),
		NoLenses:   v.get("codeLens").isFalse(),
		Unsafe:     v.get("unsafeFixes").yes(),
		SplitWith:  v.get("splitWith").strings(),
	}
}

// workspace is what lies around the open files: configurations, build contexts,
// settings. What has been read once stays the same; when something changes, a
// new workspace takes its place.
type workspace struct {
	opts     Options
	set      settings
	folders  []string
	overlays map[string]*source.File // unsaved ignore files by path

	loader    *config.Loader
	loaderErr error
	finder    *buildctx.Finder

	mu      sync.Mutex
	engines map[*config.Resolved]*engine
	found   map[string]*buildctx.Found
	setups  map[string]*setup
}

type engine struct {
	*lint.Engine
	err error
}

// setup is all that decides on how one Dockerfile is linted.
type setup struct {
	engine *lint.Engine
	build  lint.Build
	found  *buildctx.Found
	// problem says why the configuration is not the one that was asked for.
	problem error
}

func newWorkspace(opts Options, set settings, folders []string) *workspace {
	w := &workspace{opts: opts, set: set, folders: folders, finder: buildctx.NewFinder()}
	w.engines, w.found, w.setups = map[*config.Resolved]*engine{}, map[string]*buildctx.Found{}, map[string]*setup{}
	o := config.Options{Env: opts.Env, Explicit: set.ConfigFile, Flags: config.Values{
		Select: set.Select, Ignore: set.Ignore, Severity: set.Severity, Context: set.Context,
	}}
	if len(folders) > 0 {
		o.Dir = folders[0]
	}
	if set.Preview {
		o.Flags.Preview = lint.On
	}
	w.loader, w.loaderErr = config.NewLoader(opts.Rules, o)
	if w.loaderErr != nil {
		w.loader, _ = config.NewLoader(opts.Rules, config.Options{None: true})
	}
	return w
}

// renewed returns the same workspace, to be read anew.
func (w *workspace) renewed() *workspace { return newWorkspace(w.opts, w.set, w.folders) }

// setup works out how a Dockerfile is linted.
func (w *workspace) setup(f *file) *setup {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s := w.setups[f.key]; s != nil {
		return s
	}
	s := &setup{problem: w.loaderErr}
	w.setups[f.key] = s
	path := f.path
	if path == "" {
		path = "-"
		if len(w.folders) > 0 {
			path = filepath.Join(w.folders[0], "Dockerfile")
		}
	}
	res, err := w.loader.For(path)
	if err != nil {
		s.problem = errors.Join(s.problem, err)
		plain, _ := config.NewLoader(w.opts.Rules, config.Options{None: true})
		res, _ = plain.For(path)
	}
	e := w.engine(res)
	if e.err != nil {
		s.problem = errors.Join(s.problem, e.err)
		e.Engine, _ = lint.New(w.opts.Rules, lint.Config{})
	}
	s.engine = e.Engine
	s.build = res.Build
	if f.path != "" {
		w.findContext(s, res, f)
	}
	return s
}

func (w *workspace) engine(res *config.Resolved) *engine {
	e := w.engines[res]
	if e == nil {
		e = &engine{}
		e.Engine, e.err = lint.New(w.opts.Rules, res.Config)
		w.engines[res] = e
	}
	return e
}

// findContext finds the build context, and with it what a compose or bake file
// says of the build.
func (w *workspace) findContext(s *setup, res *config.Resolved, f *file) {
	found, err := w.finder.Find(f.path, buildctx.Options{
		Context: res.Context,
		Sources: func() []string { return copySources(f.src) },
	})
	if err != nil {
		s.problem = errors.Join(s.problem, err)
		return
	}
	s.found = found
	s.build.Context = w.withOverlay(found.Context)
	if len(found.Builds) == 1 {
		s.build.FillFrom(found.Build, "")
	}
}

// withOverlay puts the unsaved ignore file of an editor in the place of the one
// on disk.
func (w *workspace) withOverlay(c *buildctx.Context) *buildctx.Context {
	if c == nil || len(w.overlays) == 0 {
		return c
	}
	names := []string{buildctx.IgnoreName}
	if own := c.Dockerfile(); own != "" {
		names = []string{own + buildctx.IgnoreSuffix, buildctx.IgnoreName}
	}
	for _, name := range names {
		if src := w.overlays[c.Path(name)]; src != nil {
			ig := buildctx.ParseIgnore(src)
			ig.Path, ig.Specific = name, name != buildctx.IgnoreName
			return c.WithIgnore(ig)
		}
		if c.Exists(name) {
			break
		}
	}
	return c
}

// copySources returns what COPY and ADD take from the build context.
func copySources(src *source.File) []string {
	var out []string
	for _, ins := range dockerfile.Parse(src).Instructions {
		if ins.Is("COPY", "ADD") && ins.Err == nil && ins.Flag("from") == nil && len(ins.Args) > 1 {
			for _, a := range ins.Args[:len(ins.Args)-1] {
				out = append(out, a.Value)
			}
		}
	}
	return out
}

// refresh reads everything around the open files anew, after a while in which
// more changes may come in.
func (s *Server) refresh(after time.Duration) {
	again := func() {
		if s.ctx.Err() != nil {
			return
		}
		s.update(func(next *snapshot) { next.moved(next.ws.renewed()) })
		s.pub.all()
	}
	if after == 0 {
		again()
		return
	}
	s.pub.later(after, again)
}

// watchDelay lets the many events of one action, such as an installation or a
// checkout, become one.
const watchDelay = 60 * time.Millisecond

// watchers are the files whose changes matter. Of other files it matters that
// they come and go.
func watchers() []any {
	var out []any
	names := "{.dockerignore,*.dockerignore,.dlint.yaml,.dlint.yml,.hadolint.yaml,.hadolint.yml,Dockerfile,Dockerfile.*,*.Dockerfile,*.dockerfile,Containerfile,Containerfile.*," +
		"compose*.yaml,compose*.yml,docker-compose*.yaml,docker-compose*.yml,docker-bake*.hcl,docker-bake*.json," +
		"package.json,package-lock.json,go.mod,go.sum,requirements*.txt,pyproject.toml,Cargo.toml,Gemfile,pom.xml,build.gradle,composer.json}"
	out = append(out, map[string]any{"globPattern": "**/" + names})
	out = append(out, map[string]any{"globPattern": "**/*", "kind": 5})
	return out
}

// DidChangeWatchedFiles looks around anew.
func (s *Server) DidChangeWatchedFiles(_ context.Context, p *protocol.DidChangeWatchedFilesParams) error {
	for _, c := range p.Changes {
		if !quietPath(pathOf(c.URI)) {
			s.refresh(watchDelay)
			return nil
		}
	}
	return nil
}

// quietPath reports whether changes to a file mean nothing for any build.
func quietPath(path string) bool {
	return strings.Contains(filepath.ToSlash(path), "/.git/")
}

// DidCreateFiles looks around anew.
func (s *Server) DidCreateFiles(context.Context, *protocol.CreateFilesParams) error {
	s.refresh(watchDelay)
	return nil
}

// DidRenameFiles looks around anew.
func (s *Server) DidRenameFiles(context.Context, *protocol.RenameFilesParams) error {
	s.refresh(watchDelay)
	return nil
}

// DidDeleteFiles looks around anew.
func (s *Server) DidDeleteFiles(context.Context, *protocol.DeleteFilesParams) error {
	s.refresh(watchDelay)
	return nil
}

// DidChangeWorkspaceFolders takes another set of folders.
func (s *Server) DidChangeWorkspaceFolders(_ context.Context, p *protocol.DidChangeWorkspaceFoldersParams) error {
	gone := map[string]bool{}
	for _, f := range p.Event.Removed {
		gone[pathOf(f.URI)] = true
	}
	s.update(func(next *snapshot) {
		var folders []string
		for _, f := range next.ws.folders {
			if !gone[f] {
				folders = append(folders, f)
			}
		}
		for _, f := range p.Event.Added {
			if path := pathOf(f.URI); path != "" {
				folders = append(folders, path)
			}
		}
		next.moved(newWorkspace(next.ws.opts, next.ws.set, folders))
	})
	s.pub.all()
	return nil
}

// DidChangeConfiguration takes the settings that come along, or asks for them.
func (s *Server) DidChangeConfiguration(_ context.Context, p *protocol.DidChangeConfigurationParams) error {
	if s.caps.configuration {
		s.goOn(s.pullConfiguration)
		return nil
	}
	if v, ok := parseJSON(p.Settings); ok && v.kind() == 'o' {
		s.configure(readSettings(v))
	}
	return nil
}

// pullConfiguration asks the client for the settings.
func (s *Server) pullConfiguration(ctx context.Context) {
	got, err := s.client.Configuration(ctx, &protocol.ConfigurationParams{Items: []protocol.ConfigurationItem{{Section: new("dlint")}}})
	if err != nil || len(got) == 0 {
		return
	}
	if v, ok := parseJSON(got[0]); ok && v.kind() == 'o' {
		s.configure(readSettings(v))
	}
}

// configure applies settings when they differ.
func (s *Server) configure(set settings) {
	old, _ := json.Marshal(s.snapshot().ws.set)
	if now, _ := json.Marshal(set); string(now) == string(old) {
		return
	}
	s.update(func(next *snapshot) { next.moved(newWorkspace(next.ws.opts, set, next.ws.folders)) })
	s.pub.all()
}

// disk returns a file as it is on disk, nil when it cannot be read or is none
// of ours.
func (s *Server) disk(ws *workspace, path string) *file {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return newFile(file{
		uri: s.uriOf(path), key: path, path: path, kind: kindOf("", path),
		src: source.NewFile(path, string(data)), enc: s.caps.encoding,
	}, ws)
}

// maxFile is the length in bytes of the largest file that is read from disk.
const maxFile = 8 << 20

// maxWorkspace is how many Dockerfiles of a workspace are looked at, and how
// many folders.
const maxWorkspace, maxFolders = 2000, 20000

// dockerfiles returns the Dockerfiles, ignore files and compose files in the
// folders of the workspace, the open ones as they are in the editor.
func (s *Server) dockerfiles(ctx context.Context, snap *snapshot) []*file {
	var out []*file
	seen := map[string]bool{}
	for _, f := range snap.files {
		out = append(out, f)
		seen[f.key] = true
	}
	dirs := 0
	for _, root := range snap.ws.folders {
		_ = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || ctx.Err() != nil {
				return filepath.SkipDir
			}
			if d.IsDir() {
				dirs++
				if dirs > maxFolders || path != root && skipFolder(d.Name()) {
					return filepath.SkipDir
				}
				if ok, err := snap.ws.loader.Excluded(path); err == nil && ok && path != root {
					return filepath.SkipDir
				}
				return nil
			}
			if !d.Type().IsRegular() || seen[path] || len(out) >= maxWorkspace {
				return nil
			}
			kind := kindOf("", path)
			if kind == otherFile {
				return nil
			}
			if ok, err := snap.ws.loader.Excluded(path); err == nil && ok {
				return nil
			}
			if f := s.disk(snap.ws, path); f != nil {
				seen[path] = true
				out = append(out, f)
			}
			return nil
		})
	}
	return out
}

func skipFolder(name string) bool {
	switch name {
	case ".git", "node_modules", "vendor", ".venv", "target", "dist", ".hg", ".svn":
		return true
	}
	return false
}
