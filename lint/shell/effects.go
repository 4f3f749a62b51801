package shell

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/source"
)

// Download is a file or repository that a command fetches.
type Download struct {
	Tool string // "curl", "wget", "git", "aria2c", ...
	URL  Word
	// Output is the word that names the file or folder written; the zero Word
	// when the tool chooses the name or writes to standard output.
	Output Word
	// Path is where the download goes: "-" for standard output, "" when that is
	// not known; otherwise as Context.Dir counts paths.
	Path string
	// Piped says that the bytes go straight into the next command of a pipe.
	Piped bool
	// Checked says that a later command of the script compares a checksum or a
	// signature.
	Checked bool
}

// EffectKind says what happens to a path.
type EffectKind uint8

// The kinds of effects.
const (
	Create   EffectKind = iota // written anew
	Append                     // written to its end
	MakeDir                    // mkdir
	Copy                       // the target of cp, install
	Move                       // the target of mv
	Link                       // ln
	Extract                    // an archive unpacked into it
	Mode                       // chmod
	Owner                      // chown, chgrp
	Delete                     // rm, unlink
	MoveAway                   // the source of mv
)

// Effect is what a command does to a path, as far as its words tell.
type Effect struct {
	Kind EffectKind
	// Path is the path as Context.Dir counts paths. It may hold the patterns of
	// the shell. When Known is false it is as written.
	Path  string
	Known bool
	// Recursive says that everything below goes the same way.
	Recursive bool
	Word      Word
	Range     source.Range
}

// effect makes an Effect of a word.
func (c *Command) effect(kind EffectKind, w *Word, recursive bool) Effect {
	e := Effect{Kind: kind, Path: w.Value, Word: *w, Range: w.Range, Recursive: recursive}
	if p := w.anyPath(c.Dir); p != "" {
		e.Path, e.Known = p, true
	}
	if c.Outer != nil && (c.Outer.Name == "find" || c.Outer.Name == "xargs") && strings.Contains(w.Value, "{}") {
		e.Path, e.Known = w.Value, false
	}
	return e
}

// anyPath is path with patterns allowed.
func (w *Word) anyPath(dir string) string {
	plain := *w
	plain.Pattern = false
	if strings.HasPrefix(w.Value, "~/") && w.Quote == Unquoted {
		return ""
	}
	return plain.path(dir)
}

// Downloads returns what the command fetches.
func (c *Command) Downloads() []Download {
	switch c.Name {
	case "curl":
		return c.curl()
	case "wget":
		return c.wget()
	case "aria2c", "axel":
		return c.simpleDownload("-d", "--dir", "-o", "--out", "--output")
	case "git":
		return c.gitClone()
	case "svn":
		if s := c.Subcommand(); s == "checkout" || s == "co" || s == "export" {
			return c.cloned(c.Operands())
		}
	case "hg":
		if c.Subcommand() == "clone" {
			return c.cloned(c.Operands())
		}
	}
	return nil
}

func (c *Command) download(url Word) Download {
	return Download{Tool: c.Name, URL: url, Checked: c.checkedLater()}
}

// toOutput sets where a download goes.
func (c *Command) toOutput(d *Download, w Word, dir string) {
	d.Output = w
	switch w.Value {
	case "-", "/dev/stdout":
		c.toStdout(d)
	default:
		d.Path = w.path(dir)
	}
}

// toStdout sends a download where standard output goes.
func (c *Command) toStdout(d *Download) {
	d.Path = "-"
	for i := range c.Redirects {
		if r := &c.Redirects[i]; r.Writes() && (r.Fd == 1 || r.Fd == -1) {
			d.Output, d.Path = r.Target, r.Target.path(c.Dir)
			return
		}
	}
	d.Piped = c.Next != nil
}

// toName sends a download to the file that the URL names.
func (c *Command) toName(d *Download, dir string) {
	d.Path = ""
	if dir == "" {
		return
	}
	v := d.URL.Value
	if i := strings.Index(v, "://"); i >= 0 {
		v = v[i+3:]
	}
	slash := strings.LastIndexByte(v, '/')
	if slash < 0 {
		return
	}
	name, _, _ := strings.Cut(v[slash+1:], "?")
	if name != "" && (d.URL.Static || plainName(name)) {
		d.Path = path.Join(dir, name)
	}
}

// plainName reports whether no part of an expansion can be in s.
func plainName(s string) bool {
	for i := range len(s) {
		if c := s[i]; !letter(c) && !isDigit(c) && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func (c *Command) curl() []Download {
	urls := append(c.Values("--url"), c.Operands()...)
	outputs := c.Values("-o", "--output")
	remote := c.Count("-O", "--remote-name")
	all := c.Has("--remote-name-all")
	dir := c.Dir
	if w, ok := c.Option("--output-dir"); ok {
		dir = w.path(c.Dir)
	}
	out := make([]Download, 0, len(urls))
	for i, u := range urls {
		d := c.download(u)
		switch {
		case i < len(outputs):
			c.toOutput(&d, outputs[i], dir)
		case i < len(outputs)+remote || all:
			c.toName(&d, dir)
		default:
			c.toStdout(&d)
		}
		out = append(out, d)
	}
	return out
}

func (c *Command) wget() []Download {
	if c.Has("--spider") {
		return nil
	}
	dir := c.Dir
	if w, ok := c.Option("-P", "--directory-prefix"); ok {
		dir = w.path(c.Dir)
	}
	target, named := c.Option("-O", "--output-document")
	urls := c.Operands()
	out := make([]Download, 0, len(urls))
	for _, u := range urls {
		d := c.download(u)
		if named {
			c.toOutput(&d, target, c.Dir)
		} else {
			c.toName(&d, dir)
		}
		out = append(out, d)
	}
	return out
}

func (c *Command) simpleDownload(dirShort, dirLong string, outputs ...string) []Download {
	dir := c.Dir
	if w, ok := c.Option(dirShort, dirLong); ok {
		dir = w.path(c.Dir)
	}
	target, named := c.Option(outputs...)
	var out []Download
	for _, u := range c.Operands() {
		d := c.download(u)
		if named {
			c.toOutput(&d, target, dir)
		} else {
			c.toName(&d, dir)
		}
		out = append(out, d)
	}
	return out
}

func (c *Command) gitClone() []Download {
	if c.Subcommand() != "clone" {
		return nil
	}
	return c.cloned(c.Operands())
}

// cloned reads URL [folder].
func (c *Command) cloned(words []Word) []Download {
	if len(words) == 0 {
		return nil
	}
	dir := c.Dir
	if w, ok := c.Option("-C"); ok && c.Name == "git" {
		dir = w.path(c.Dir)
	}
	d := c.download(words[0])
	if len(words) > 1 {
		c.toOutput(&d, words[1], dir)
		return []Download{d}
	}
	c.toName(&d, dir)
	d.Path = strings.TrimSuffix(d.Path, ".git")
	return []Download{d}
}

// checkedLater reports whether a command behind c verifies something.
func (c *Command) checkedLater() bool {
	return c.script != nil && c.script.lastCheck() > c.Index
}

// lastCheck returns the index of the last command that verifies something, or -1.
func (s *Script) lastCheck() int {
	s.checkOnce.Do(func() {
		s.check = len(s.Commands) - 1
		for s.check >= 0 && !s.Commands[s.check].verifies() {
			s.check--
		}
	})
	return s.check
}

// verifies reports whether the command compares what was fetched with a checksum or
// a signature.
func (c *Command) verifies() bool {
	switch c.Name {
	case "sha256sum", "sha512sum", "sha1sum", "sha384sum", "sha224sum", "shasum", "md5sum", "b2sum":
		return c.Has("-c", "--check")
	case "gpg", "gpg2":
		return c.Has("--verify")
	case "gpgv", "minisign", "signify", "cosign", "rhash":
		return true
	case "openssl": // its output is compared by hand
		switch c.Subcommand() {
		case "dgst", "md5", "sha1", "sha256", "sha384", "sha512":
			return true
		}
	}
	return false
}

// Writes returns the paths that the command writes, makes or changes.
func (c *Command) Writes() []Effect {
	var out []Effect
	for i := range c.Redirects {
		r := &c.Redirects[i]
		if !r.Writes() || strings.HasPrefix(r.Target.Value, "/dev/") {
			continue
		}
		kind := Create
		if r.Op == ">>" || r.Op == "&>>" {
			kind = Append
		}
		out = append(out, c.effect(kind, &r.Target, false))
	}
	switch c.Name {
	case "tee", "touch", "truncate", "mkdir", "chmod", "chown", "chgrp":
		return c.writesOperands(out)
	case "cp", "mv", "install", "ln", "rsync":
		return c.writesTarget(out)
	case "curl", "wget", "git", "aria2c", "axel", "svn", "hg":
		return c.writesDownloads(out)
	case "tar", "unzip":
		return c.writesArchive(out)
	case "dd":
		for i := range c.Args() {
			if w := &c.Args()[i]; strings.HasPrefix(w.Value, "of=") {
				file := w.From(3)
				out = append(out, c.effect(Create, &file, false))
			}
		}
	case "sed":
		if c.Has("-i", "--in-place") {
			out = c.writesSed(out)
		}
	}
	return out
}

func (c *Command) writesOperands(out []Effect) []Effect {
	words := c.Operands()
	kind, recursive := Create, c.Has("-R", "--recursive")
	switch c.Name {
	case "tee":
		if c.Has("-a", "--append") {
			kind = Append
		}
	case "mkdir":
		kind = MakeDir
	case "chmod", "chown", "chgrp":
		kind = Owner
		if c.Name == "chmod" {
			kind = Mode
		}
		if !c.Has("--reference") {
			words = words[min(1, len(words)):]
		}
	}
	for i := range words {
		out = append(out, c.effect(kind, &words[i], recursive))
	}
	return out
}

// writesTarget reads programs whose last operand is the target.
func (c *Command) writesTarget(out []Effect) []Effect {
	words := c.Operands()
	kind := Copy
	switch c.Name {
	case "mv":
		kind = Move
	case "ln":
		kind = Link
	case "install":
		if c.Has("-d", "--directory") {
			for i := range words {
				out = append(out, c.effect(MakeDir, &words[i], false))
			}
			return out
		}
	}
	if w, ok := c.Option("-t", "--target-directory"); ok {
		return append(out, c.effect(kind, &w, false))
	}
	if len(words) < 2 {
		return out
	}
	return append(out, c.effect(kind, &words[len(words)-1], c.Has("-r", "-R", "-a", "--recursive", "--archive")))
}

func (c *Command) writesDownloads(out []Effect) []Effect {
	for _, d := range c.Downloads() {
		if d.Path == "-" || d.Path != "" && d.Path == c.redirected() {
			continue
		}
		w := d.Output
		if w.IsZero() {
			w = d.URL
		}
		e := Effect{Kind: Create, Path: d.Path, Known: d.Path != "", Word: w, Range: w.Range}
		if !e.Known {
			e.Path = w.Value
		}
		out = append(out, e)
	}
	return out
}

// redirected returns the path of standard output's redirection.
func (c *Command) redirected() string {
	d := Download{}
	c.toStdout(&d)
	return d.Path
}

func (c *Command) writesArchive(out []Effect) []Effect {
	if c.Name == "tar" && c.Has("-c", "--create") {
		if w, ok := c.Option("-f", "--file"); ok && w.Value != "-" {
			out = append(out, c.effect(Create, &w, false))
		}
		return out
	}
	if c.Name == "tar" && !c.Has("-x", "--extract", "--get") || c.Name == "unzip" && c.Has("-l", "-t", "-p") {
		return out
	}
	if w, ok := c.Option("-C", "--directory", "-d"); ok {
		return append(out, c.effect(Extract, &w, true))
	}
	return append(out, Effect{Kind: Extract, Path: c.Dir, Known: c.Dir != "", Recursive: true, Range: c.NameRange})
}

func (c *Command) writesSed(out []Effect) []Effect {
	words := c.Operands()
	if !c.Has("-e", "--expression", "-f", "--file") {
		words = words[min(1, len(words)):]
	}
	for i := range words {
		out = append(out, c.effect(Create, &words[i], false))
	}
	return out
}

// Removes returns the paths that the command removes.
func (c *Command) Removes() []Effect {
	var out []Effect
	switch c.Name {
	case "rm", "rmdir", "unlink", "shred":
		if c.Name == "shred" && !c.Has("-u", "--remove") {
			return nil
		}
		if c.Outer != nil && c.Outer.Name == "find" {
			return nil // the find says what
		}
		recursive := c.Has("-r", "-R", "--recursive")
		words := c.Operands()
		for i := range words {
			for _, v := range words[i].Braces() {
				one := words[i]
				one.Value = v
				out = append(out, c.effect(Delete, &one, recursive))
			}
		}
	case "mv":
		words := c.Operands()
		if !c.Has("-t", "--target-directory") {
			words = words[:max(len(words)-1, 0)]
		}
		for i := range words {
			out = append(out, c.effect(MoveAway, &words[i], true))
		}
	case "find":
		out = c.findRemoves()
	}
	return out
}

// findRemoves reads find ... -delete and find ... -exec rm: what they remove
// depends on their tests, so a path is Known only when there are none.
func (c *Command) findRemoves() []Effect {
	removes, tests := false, false
	var roots []Word
	args := c.Args()
	for i := 0; i < len(args); i++ {
		switch v := args[i].Value; {
		case v == "-delete":
			removes = true
		case v == "-exec" || v == "-execdir":
			removes = removes || i+1 < len(args) && programName(args[i+1].Value) == "rm"
			i = execEnd(args, i+1)
		case v == "-depth" || v == "-d" || v == "-xdev" || v == "-mount" || v == "-follow" || strings.HasPrefix(v, "-print"):
		case v == "-mindepth" && i+1 < len(args) && args[i+1].Value == "1":
			i++
		case strings.HasPrefix(v, "-") || v == "!":
			tests = true
		case v != "" && v[0] != '(' && len(roots) == i:
			roots = append(roots, args[i])
		}
	}
	if !removes {
		return nil
	}
	out := make([]Effect, 0, len(roots))
	for i := range roots {
		e := c.effect(Delete, &roots[i], true)
		e.Known = e.Known && !tests
		out = append(out, e)
	}
	return out
}

// Removes reports whether the script surely removes a path, or everything in
// it. The path is absolute or counts from the instruction's working directory.
func (s *Script) Removes(p string) bool {
	if !s.mayHave(removers[:]) {
		return false
	}
	p = path.Clean(p)
	for _, c := range s.Commands {
		if c.Conditional || c.Function != "" || c.Family == "" || !slices.Contains(removers[:], c.Name) {
			continue
		}
		for _, e := range c.Removes() {
			if e.Known && covers(&e, p) {
				return true
			}
		}
	}
	return false
}

var removers = [...]string{"rm", "rmdir", "unlink", "shred", "mv", "find"}

// covers reports whether removing e removes p or all that is in it.
func covers(e *Effect, p string) bool {
	at := e.Path
	if at == p {
		return true
	}
	if rest, ok := strings.CutPrefix(at, p+"/"); ok && (rest == "*" || rest == ".") {
		return true
	}
	if !e.Recursive {
		return false
	}
	if strings.HasSuffix(at, "/*") && !strings.ContainsAny(at[:len(at)-2], "*?[") {
		return strings.HasPrefix(p, at[:len(at)-1])
	}
	if strings.ContainsAny(at, "*?[") {
		return false
	}
	return at == "/" || strings.HasPrefix(p, at+"/")
}
