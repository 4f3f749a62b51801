package buildctx

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"weak"

	"github.com/dlint/dlint/lint/source"
)

// Finder finds the build contexts of Dockerfiles. It reads each folder and each
// compose or bake file once, so one Finder serves a whole run; after files have
// changed, take a new one. It is safe for concurrent use.
type Finder struct {
	sys     system
	mu      sync.Mutex
	folders map[string]*folder
	trees   map[string]weak.Pointer[tree]
	recent  [8]*tree // kept alive, for the next Dockerfile may have the same root
	next    int
}

// NewFinder returns a Finder for the files of the operating system.
func NewFinder() *Finder { return newFinder(osSystem{}) }

// NewFinderFS returns a Finder for a file system, such as the tree of a commit.
// All its paths are relative to the root of fsys and slash-separated.
func NewFinderFS(fsys fs.FS) *Finder { return newFinder(fsSystem{fsys}) }

func newFinder(s system) *Finder {
	return &Finder{sys: s, folders: map[string]*folder{}, trees: map[string]weak.Pointer[tree]{}}
}

// Options say what is known about a Dockerfile's context.
type Options struct {
	// Context is the directory that the user named, "" for none.
	Context string
	// Sources returns the sources of all COPY and ADD from the context. It is
	// called only when no compose or bake file tells; it may be nil.
	Sources func() []string
}

// Found is the context of a Dockerfile with what else is known of its build.
type Found struct {
	Context *Context
	// Build is the compose service or bake target that builds the Dockerfile,
	// or nil. With a context named by the user it does not decide on the context.
	Build *Build
	// Builds are all that build the Dockerfile, in the files of one folder.
	Builds []*Build
	// Problems are compose and bake files that could not be read.
	Problems []Problem
}

// folder is what a Finder keeps of a directory.
type folder struct {
	once     sync.Once
	repo     bool                // .git is here: do not look higher
	builds   map[string][]*Build // by Dockerfile
	problems []Problem
}

const maxLevels = 8 // folders above a Dockerfile that are searched

// Find returns the context of a Dockerfile: the one that the user named, else
// that of the nearest compose or bake file that names the Dockerfile, else its
// folder, unless the COPY sources are all in a folder above, in the same git
// repository, and none in it. An error means that the named context cannot be opened.
func (f *Finder) Find(dockerfile string, o Options) (*Found, error) {
	file, err := f.sys.abs(dockerfile)
	if err != nil {
		return nil, fmt.Errorf("finding the build context of %s: %w", dockerfile, err)
	}
	found := &Found{}
	levels := f.levels(f.sys.dir(file))
	f.findBuild(found, file, levels)
	if o.Context != "" {
		dir, err := f.sys.abs(o.Context)
		if err == nil && !isDir(f.sys, dir) {
			err = fmt.Errorf("%s is not a directory; name an existing one with --context", o.Context)
		}
		if err != nil {
			return nil, fmt.Errorf("finding the build context of %s: %w", dockerfile, err)
		}
		found.Context = f.context(dir, file, ByFlag)
		return found, nil
	}
	if b := found.Build; b != nil {
		found.Context = f.context(b.Context, file, reasonOf(b))
		return found, nil
	}
	dir, reason := f.assume(levels, o.Sources)
	found.Context = f.context(dir, file, reason)
	return found, nil
}

func reasonOf(b *Build) Reason {
	if b.Bake {
		return ByBake
	}
	return ByCompose
}

// levels lists the folder of a Dockerfile and those above, up to the root of its
// repository.
func (f *Finder) levels(dir string) []string {
	out := []string{dir}
	for len(out) <= maxLevels && !f.folder(dir).repo {
		up := f.sys.dir(dir)
		if up == dir || f.isTop(up) {
			break
		}
		out = append(out, up)
		dir = up
	}
	return out
}

// isTop reports whether dir is the root of the operating system's files, where
// no project lives.
func (f *Finder) isTop(dir string) bool {
	_, onDisk := f.sys.(osSystem)
	return onDisk && f.sys.dir(dir) == dir
}

func (f *Finder) folder(dir string) *folder {
	f.mu.Lock()
	d := f.folders[dir]
	if d == nil {
		d = &folder{}
		f.folders[dir] = d
	}
	f.mu.Unlock()
	d.once.Do(func() { f.readFolder(dir, d) })
	return d
}

func (f *Finder) readFolder(dir string, d *folder) {
	var compose, bake []string
	for _, name := range f.sys.names(dir) {
		if name == ".git" {
			d.repo = true
		}
		switch kindOf(name) {
		case composeFile:
			compose = append(compose, name)
		case bakeFile:
			bake = append(bake, name)
		case otherFile:
		}
	}
	d.builds = map[string][]*Build{}
	// A tool takes the first of the standard names; its override file has the
	// last word. The other files are used on top, if at all.
	f.addBuilds(d, dir, compose, []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"})
	f.addBuilds(d, dir, bake, []string{"docker-bake.json", "docker-bake.hcl"})
}

func (f *Finder) addBuilds(d *folder, dir string, names, standard []string) {
	if len(names) == 0 {
		return
	}
	slices.Sort(names)
	var base, overrides, others []*parsedFile
	for _, name := range standard {
		if slices.Contains(names, name) {
			base = append(base, f.parse(d, dir, name))
		}
	}
	for _, name := range names {
		switch {
		case slices.Contains(standard, name):
		case strings.HasSuffix(strings.TrimSuffix(name, path.Ext(name)), ".override"):
			overrides = append(overrides, f.parse(d, dir, name))
		default:
			others = append(others, f.parse(d, dir, name))
		}
	}
	for _, p := range overrides {
		f.index(d, p, base...)
	}
	for i, p := range base {
		f.index(d, p, base[i+1:]...)
	}
	for _, p := range others {
		f.index(d, p, base...)
	}
}

func (f *Finder) parse(d *folder, dir, name string) *parsedFile {
	p := parseBuildFile(f.sys, f.sys.join(dir, name))
	if p.err != nil && !isMissing(p.err) {
		d.problems = append(d.problems, Problem{p.path, p.err})
	}
	return p
}

func (f *Finder) index(d *folder, p *parsedFile, base ...*parsedFile) {
	for _, b := range p.builds(f.sys, base...) {
		if b.Dockerfile == "" {
			continue
		}
		d.builds[b.Dockerfile] = append(d.builds[b.Dockerfile], b)
		if b.DefaultName {
			// The tools accept the name in lower case, too.
			lower := f.sys.join(b.Context, "dockerfile")
			d.builds[lower] = append(d.builds[lower], b)
		}
	}
}

func (f *Finder) findBuild(found *Found, file string, levels []string) {
	for _, dir := range levels {
		d := f.folder(dir)
		found.Problems = append(found.Problems, d.problems...)
		for _, b := range d.builds[file] {
			if !isDir(f.sys, b.Context) {
				continue
			}
			found.Builds = append(found.Builds, b)
		}
		if len(found.Builds) > 0 {
			found.Build = found.Builds[0]
			return
		}
	}
}

// bounded reports whether the levels end at the root of a repository. Without
// one, a folder above may be anything, and "main.go" lies in many.
func (f *Finder) bounded(levels []string) bool {
	top := levels[len(levels)-1]
	return f.folder(top).repo || f.sys.dir(top) == top
}

// assume returns the folder of the Dockerfile, or the nearest above that has all
// sources when it has none.
func (f *Finder) assume(levels []string, sources func() []string) (string, Reason) {
	if sources == nil || len(levels) == 1 || !f.bounded(levels) {
		return levels[0], ByFolder
	}
	var telling []string
	seen := map[string]bool{}
	for _, s := range sources() {
		if tells(s) && !seen[s] {
			seen[s] = true
			telling = append(telling, s)
		}
	}
	if len(telling) == 0 {
		return levels[0], ByFolder
	}
	here := f.bare(levels[0])
	if slices.ContainsFunc(telling, here.holds) {
		return levels[0], ByFolder
	}
	for _, dir := range levels[1:] {
		c := f.bare(dir)
		if !slices.ContainsFunc(telling, func(s string) bool { return !c.holds(s) }) {
			return dir, ByAncestor
		}
	}
	return levels[0], ByFolder
}

// tells reports whether a source says something about the context: "." is
// everywhere, and a variable is not known.
func tells(src string) bool {
	if src == "" || isRemote(src) || strings.ContainsRune(src, '$') || strings.HasPrefix(src, "<<") {
		return false
	}
	return strings.Trim(clean(src), "*?./") != ""
}

// holds reports whether a source names something, ignored or not.
func (c *Context) holds(src string) bool {
	name := clean(strings.Replace(src, "/./", "/", 1))
	if !hasWildcard(name) {
		return c.Exists(name)
	}
	if i := strings.Index(name, "**"); i >= 0 {
		// Of --parents; the folder in front has to do.
		dir := literalDir(name)
		return dir != "." && c.Exists(dir)
	}
	list, err := c.Glob(name)
	return err == nil && len(list) > 0
}

func (f *Finder) bare(dir string) *Context { return newContext(f.treeOf(dir), ByFolder) }

func (f *Finder) treeOf(dir string) *tree {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.trees[dir].Value()
	if t == nil {
		t = f.sys.tree(dir)
		f.trees[dir] = weak.Make(t)
	}
	if !slices.Contains(f.recent[:], t) {
		f.recent[f.next] = t
		f.next = (f.next + 1) % len(f.recent)
	}
	return t
}

// context returns the context dir as a Dockerfile sees it, which may lie outside.
func (f *Finder) context(dir, file string, r Reason) *Context {
	c := newContext(f.treeOf(dir), r)
	if file == "" {
		return c
	}
	if rel, ok := f.sys.within(dir, file); ok {
		c.dockerfile = rel
		return c
	}
	c.outside = sync.OnceValue(func() *Ignore {
		name := file + IgnoreSuffix
		data, err := f.sys.read(name, maxIgnore)
		if err != nil {
			return nil
		}
		ig := ParseIgnore(source.NewFile(name, string(data)))
		ig.Specific = true
		return ig
	})
	return c
}

// ContextOf returns the context of an entry from [Finder.Entries], or nil when
// it is remote or does not exist.
func (f *Finder) ContextOf(b *Build) *Context {
	if b.Context == "" || !isDir(f.sys, b.Context) {
		return nil
	}
	return f.context(b.Context, b.Dockerfile, reasonOf(b))
}

// Entries returns what a compose or bake file builds, in source order. Files
// whose name tells nothing are taken for compose files, unless they end in .hcl
// or .json.
func (f *Finder) Entries(name string) ([]*Build, error) {
	file, err := f.sys.abs(name)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	p := parseBuildFile(f.sys, file)
	if p.err != nil {
		return nil, p.err
	}
	out := p.builds(f.sys)
	for _, b := range out {
		f.lowerName(b)
	}
	return out, nil
}

// lowerName points a build at "dockerfile" where there is no "Dockerfile".
func (f *Finder) lowerName(b *Build) {
	if !b.DefaultName || b.Dockerfile == "" {
		return
	}
	if _, err := f.sys.stat(b.Dockerfile); !isMissing(err) {
		return
	}
	lower := f.sys.join(b.Context, "dockerfile")
	if !f.sys.holds(f.sys.dir(b.File), lower) {
		b.Dockerfile, b.Outside = "", lower
	} else if _, err := f.sys.stat(lower); err == nil {
		b.Dockerfile = lower
	}
}

// Inline returns the Dockerfiles inside a compose or bake file.
func (f *Finder) Inline(name string) ([]InlineDockerfile, error) {
	list, err := f.Entries(name)
	if err != nil {
		return nil, err
	}
	var out []InlineDockerfile
	for _, b := range list {
		if b.Inline != nil {
			out = append(out, *b.Inline)
		}
	}
	return out, nil
}
