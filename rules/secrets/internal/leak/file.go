package leak

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// Bounds of what is read of a context for one document.
const (
	maxFile  = 256 << 10 // of one file, in bytes
	maxBytes = 8 << 20   // of all files
	maxFiles = 2000
	maxFound = 5 // files named in one message
)

// inContext is a secret file that a COPY or ADD takes.
type inContext struct {
	file   string // in the context
	target string // in the image
	what   string
	ignore string
	inCode bool
	line   int // of the secret, from one; 0 for the whole file
	known  bool
}

// copies looks at the files that COPY and ADD take. A file is reported once in each
// stage: where a secret is told of depends on the stage alone.
func (s *scan) copies() {
	var in *stage.Stage
	var left int64
	var count int
	for ins := range s.d.Instructions("COPY", "ADD") {
		step := s.d.Layers().Step(ins)
		if step.Copy == nil {
			continue
		}
		if s.files == nil || step.Stage != in {
			in, s.files, left, count = step.Stage, map[string]bool{}, maxBytes, 0
		}
		if !step.Copy.FromContext() {
			s.carriedByName(step)
			continue
		}
		s.namedSources(step)
		if !s.d.Context().Known() {
			continue
		}
		var found []inContext
		sel := step.Copy.Selection()
		for _, e := range sel.Files {
			if count++; count > maxFiles {
				break
			}
			if f, ok := s.fileSecret(ins, e, &left); ok && !s.files[e.Path] {
				s.files[e.Path] = true
				f.target = step.Copy.Target(e.Path)
				found = append(found, f)
			}
		}
		for _, e := range sel.Opaque {
			if f, ok := s.gitSecret(e); ok && !s.files[e.Path] {
				s.files[e.Path] = true
				found = append(found, f)
			}
		}
		s.report(step, found)
	}
}

// fileSecret judges a file of the context by its name and, where that does not
// decide, by what is in it.
func (s *scan) fileSecret(ins *dockerfile.Instruction, e *buildctx.Entry, left *int64) (inContext, bool) {
	k := knowledge.ClassifyFile(e.Path)
	f := inContext{file: e.Path, what: k.What, ignore: k.Ignore, known: true}
	if k.Class == knowledge.FileClean || !e.IsRegular() || e.Size == 0 {
		return f, false
	}
	if k.Class == knowledge.FileStore {
		return f, true
	}
	if k.Class == knowledge.FileOther && (!worthReading(e) || isTranslation(e.Path) || *left < e.Size) {
		return f, false
	}
	c := s.d.Context()
	seen := c.Recall(contentKey{e.Path}, func() any { return judgeContent(c, e, k) }).(content)
	*left -= int64(seen.read)
	f.line = seen.line
	if seen.what != "" {
		f.inCode, f.what = true, seen.what
	}
	if seen.script {
		// Neither the stage nor the instruction matters to what is found there.
		f.line = c.Recall(scriptKey{e.Path}, func() any {
			data, err := c.ReadHead(e.Path, maxFile)
			if err != nil {
				return 0
			}
			return s.scriptSecret(ins, e.Path, string(data))
		}).(int)
		return f, f.line > 0
	}
	return f, seen.secret
}

// contentKey and scriptKey are the keys of what is found in a file of the context, and
// in the commands of a script.
type (
	contentKey struct{ path string }
	scriptKey  struct{ path string }
)

// content is what a file of the context holds.
type content struct {
	read   int // bytes
	secret bool
	line   int    // of the secret; 0 for the whole file
	what   string // what it is, in source code
	script bool   // its commands are to be looked at
}

// judgeContent reads a file.
func judgeContent(c *buildctx.Context, e *buildctx.Entry, k knowledge.SecretFile) content {
	data, err := c.ReadHead(e.Path, maxFile)
	if err != nil || buildctx.IsBinary(data) {
		return content{secret: err == nil && k.Class == knowledge.FileSecret}
	}
	out := content{read: len(data)}
	switch k.Class {
	case knowledge.FileSecret:
		if k.What == "the credentials of a cluster" {
			out.secret = holdsClusterCredential(string(data))
			return out
		}
		out.secret = !bytes.HasPrefix(data, []byte("ssh-")) && !bytes.Contains(data, []byte("BEGIN PUBLIC KEY")) && len(bytes.TrimSpace(data)) > 0
		return out
	case knowledge.FileKey:
		out.secret = bytes.Contains(data, []byte("PRIVATE KEY"))
		return out
	case knowledge.FileSettings:
		out.line = settingsSecret(e.Path, string(data))
		out.secret = out.line > 0
		return out
	}
	out.line, out.what = sourceSecret(e.Path, string(data)), "a token"
	if out.line == 0 {
		out.line, out.what = writtenPassword(e.Path, string(data)), "a password"
	}
	out.secret = out.line > 0
	out.script = !out.secret && formOf(string(data), e.Path) == plainScript
	return out
}

// holdsClusterCredential tells the credentials of a cluster from an address and
// the name of a program that fetches them.
func holdsClusterCredential(data string) bool {
	if !strings.Contains(data, "apiVersion") {
		return true
	}
	for _, key := range [...]string{"client-key", "token:", "token\":", "password", "id-token", "refresh-token", "tokenFile"} {
		if strings.Contains(data, key) {
			return true
		}
	}
	return false
}

// worthReading keeps to text that people write.
func worthReading(e *buildctx.Entry) bool {
	if e.Size > maxFile {
		return false
	}
	base := strings.ToLower(path.Base(e.Path))
	switch path.Ext(base) {
	case ".png", ".jpg", ".jpeg", ".gif", ".ico", ".svg", ".woff", ".woff2", ".ttf", ".eot", ".pdf", ".zip", ".gz", ".tgz", ".jar", ".war",
		".so", ".a", ".o", ".exe", ".dll", ".map", ".lock", ".sum", ".mp4", ".mp3", ".webp", ".class", ".pyc", ".wasm", ".min.js", ".csv", ".md", ".rst", ".po", ".snap":
		return false
	}
	return !strings.HasSuffix(base, ".min.js") && base != "package-lock.json" && base != "dockerfile"
}

func isTestPath(file string) bool { return knowledge.ClassifyFile(file).Class == knowledge.FileClean }

// gitSecret looks for a password among the remotes of a repository.
func (s *scan) gitSecret(e *buildctx.Entry) (inContext, bool) {
	name := path.Join(e.Path, "config")
	data, err := s.d.Context().ReadHead(name, maxFile)
	if err != nil {
		return inContext{}, false
	}
	n := settingsSecret(name, string(data))
	ignore := ".git"
	if e.Path != ignore {
		ignore = "**/.git"
	}
	return inContext{file: name, what: "the address of a repository with a password", ignore: ignore, line: n, known: true}, n > 0
}

// namedSources judges the sources that the context does not hold, or whose
// context is not known, by what they are called.
func (s *scan) namedSources(step *layers.Step) {
	c := step.Copy
	sel := c.Selection()
	k := 0
	for i := range c.Sources {
		src := &c.Sources[i]
		if src.Heredoc != nil || src.URL {
			continue
		}
		state := buildctx.SourceUnknown
		if k < len(sel.Sources) {
			state = sel.Sources[k].State
		}
		k++
		if state != buildctx.SourceUnknown && state != buildctx.SourceMissing || src.Wide() {
			continue
		}
		class := knowledge.ClassifyFile(src.Value)
		target := c.DestPath
		if c.DestDir {
			target = path.Join(c.DestPath, path.Base(src.Value))
		}
		if class.Class == knowledge.FileOther && src.Known {
			class = knowledge.ClassifyFile(path.Join(path.Dir(target), path.Base(target)))
			if class.Class != knowledge.FileSecret && (path.Base(target) != ".env" || !strings.Contains(src.Value, "env")) {
				class = knowledge.SecretFile{}
			}
		}
		s.named(step, src, class, target)
	}
}

// named reports a source by its name alone.
func (s *scan) named(step *layers.Step, src *layers.Source, class knowledge.SecretFile, target string) {
	f := inContext{file: src.Value, target: target, what: class.What, ignore: class.Ignore}
	removed := func() bool {
		fate := s.d.Layers().Fate(step, target)
		return fate != nil && fate.RemovedBy != nil
	}
	base := strings.ToLower(path.Base(src.Value))
	switch base {
	case ".docker":
		if !strings.HasPrefix(target, "/root/") && !strings.HasPrefix(target, "/home/") {
			break
		}
		fallthrough
	case ".ssh", ".aws", ".kube", ".gnupg":
		class = knowledge.SecretFile{Class: knowledge.FileSecret, What: "a folder of credentials", Ignore: "**/" + base}
		f.what = class.What
	}
	switch class.Class {
	case knowledge.FileSecret:
	case knowledge.FileStore:
		if strings.ContainsAny(src.Value, "*?[") {
			return
		}
	case knowledge.FileKey:
		if strings.HasSuffix(base, ".key") && !strings.Contains(base, "pub") && !isPublicKeyTarget(target, base) && !s.imported(step, target) {
			break
		}
		if strings.HasSuffix(base, ".json") || strings.Contains(base, "privkey") || strings.Contains(base, "private") || strings.HasSuffix(base, "key.pem") && !strings.Contains(base, "pub") {
			break
		}
		if strings.HasSuffix(base, ".pem") && !strings.Contains(base, "ca") && removed() {
			break
		}
		return
	case knowledge.FileSettings:
		if base != ".pypirc" && base != ".env" && base != "auth.json" && base != "config.json" && path.Base(target) != ".env" && base != "credentials.json" && !strings.HasPrefix(base, "secrets.") &&
			!strings.HasPrefix(base, ".env.") && !strings.HasSuffix(base, ".tfstate") && !removed() {
			return
		}
	default:
		return
	}
	seen := fmt.Sprint(src.Value, "\x00", step.Ins.Index)
	if s.files[seen] {
		return
	}
	s.files[seen] = true
	s.reportAt(step, src.Word.Range, []inContext{f})
}

// isPublicKeyTarget knows the places of keys that packages are checked with.
func isPublicKeyTarget(target, base string) bool {
	switch path.Ext(target) {
	case ".pub", ".asc", ".gpg", ".crt":
		return true
	}
	return strings.Contains(base, "sign") || strings.Contains(target, "keyring") || strings.Contains(target, "trusted.gpg") || strings.Contains(target, "/etc/apt") || strings.Contains(target, "rpm-gpg") ||
		strings.Contains(base, "gpg") || strings.Contains(base, "apt") || strings.Contains(base, "repo") || strings.Contains(base, "release") || strings.Contains(target, "/apk/")
}

// imported reports whether a key is given to a program that takes public ones.
func (s *scan) imported(step *layers.Step, target string) bool {
	for _, ins := range step.Stage.Body {
		for c := range s.d.Shell(ins).Find("gpg", "gpg2", "apt-key", "rpm", "gpgv", "dearmor") {
			args := c.Args()
			for k := range args {
				if path.Base(args[k].Value) == path.Base(target) {
					return true
				}
			}
		}
	}
	return false
}

// carriedByName reports a COPY --from whose source is a secret by its name.
func (s *scan) carriedByName(step *layers.Step) {
	if st := s.stageOf(step.Ins); step.Copy.From == nil || st == nil || !s.d.Stages().InTarget(st) {
		return
	}
	for i := range step.Copy.Sources {
		src := &step.Copy.Sources[i]
		class := knowledge.ClassifyFile("/" + src.Value)
		if src.Heredoc != nil || !src.Known || class.Class != knowledge.FileSecret || strings.ContainsAny(src.Value, "*?[") || path.Base(src.Value) == "kubeconfig" {
			continue
		}
		s.carried(src, class.What)
	}
}

// carriedFolder reports a COPY --from that takes a folder of credentials as such,
// in which a secret is known to be.
func (s *scan) carriedFolder(by *layers.Step, f inContext) {
	for i := range by.Copy.Sources {
		src := &by.Copy.Sources[i]
		switch path.Base(src.Value) {
		case ".ssh", ".aws", ".kube", ".gnupg", ".docker", ".config", ".m2", ".gradle", ".cargo":
			s.carried(src, f.what)
		}
	}
}

func (s *scan) carried(src *layers.Source, what string) {
	if !s.claim(src.Word.Range) {
		return
	}
	s.add(CarriedOn, lint.Diagnostic{
		Range: s.first(src.Word.Range), Severity: lint.Error,
		Message: "COPY --from takes " + what + " (" + src.Word.Value + ") into the image, where everyone can read it: mount it when the container starts",
	})
}

// report reports the files of one COPY, those of each source together.
func (s *scan) report(step *layers.Step, found []inContext) {
	if len(found) == 0 {
		return
	}
	sel := step.Copy.Selection()
	k := -1
	for i := range step.Copy.Sources {
		src := &step.Copy.Sources[i]
		if src.Heredoc != nil || src.URL {
			continue
		}
		k++
		if k >= len(sel.Sources) {
			return
		}
		var files, code []inContext
		for _, f := range found {
			if !takes(&sel.Sources[k], f.file) || f.file == "" {
				continue
			}
			if f.inCode {
				code = append(code, f)
			} else {
				files = append(files, f)
			}
		}
		if len(files) > 0 {
			s.reportAt(step, src.Word.Range, files)
		}
		if len(code) > 0 {
			s.reportAt(step, src.Word.Range, code)
		}
	}
}

func takes(m *buildctx.SourceMatch, file string) bool {
	for _, p := range m.Paths {
		if p == file || p == "." || strings.HasPrefix(file, p+"/") {
			return true
		}
	}
	return false
}

// reportAt reports secret files that one source brings.
func (s *scan) reportAt(step *layers.Step, r source.Range, files []inContext) {
	fate := s.d.Layers().Fate(step, files[0].target)
	kind := FileCopied
	if files[0].inCode {
		kind = InSource
	}
	d := lint.Diagnostic{Range: s.first(r), Severity: lint.Error}
	what := describeFiles(files)
	switch {
	case fate.RemovedBy != nil && files[0].target != "":
		kind = RemovedLater
		d.Message = step.Ins.Name + " brings " + what + ", and removing it later does not help: it stays in the layer of this instruction; use a secret mount"
		d.Related = []lint.Related{{Range: fate.Removal.Range, Message: "removed here, in another layer"}}
		if !fate.Reaches() {
			d.Severity = lint.Warning
			d.Message = step.Ins.Name + " brings " + what + ": the build cache keeps it, though it is removed later; use a secret mount"
		}
	case !fate.InImage && fate.Reaches():
		kind = CarriedOn
		d.Message = step.Ins.Name + " brings " + what + ", which a later COPY --from takes into the image: use a secret mount, or copy less"
		if by := carrier(fate); by != nil {
			d.Related = []lint.Related{{Range: s.first(by.Ins.ArgsRange), Message: "taken into the image here"}}
			s.carriedFolder(by, files[0])
		}
	case !fate.Reaches():
		d.Severity = lint.Warning
		d.Message = step.Ins.Name + " brings " + what + ": it is not in the image, but the build cache keeps it, as a pushed cache does; use a secret mount"
	default:
		d.Message = step.Ins.Name + " brings " + what + ", which everyone who has the image can read: " + fileAdvice(step, files[0])
	}
	for k, f := range files {
		if k < maxFound && f.known {
			d.Related = append(d.Related, lint.Related{Path: f.file, Range: s.lineRange(f), Message: "this is " + f.what})
		}
	}
	if s.d.Context().Assumed() && files[0].known {
		d.Message += " (assuming that " + contextName(s.d.Context()) + " is the build context)"
	}
	d.Fixes = s.fileFixes(step, files)
	s.add(kind, d)
}

func contextName(c *buildctx.Context) string {
	if c.Reason() == buildctx.ByAncestor {
		return "the folder that holds the sources"
	}
	return "the folder of the Dockerfile"
}

func carrier(f *layers.Fate) *layers.Step {
	for _, c := range f.Carried {
		if c.InImage {
			return c.By
		}
		if by := carrier(c); by != nil {
			return by
		}
	}
	return nil
}

func fileAdvice(step *layers.Step, f inContext) string {
	if step.Copy.Wide() || f.known && f.inCode {
		if f.inCode {
			return "read it from a variable or file that is given at run time, and " + rotate
		}
		return "list it in .dockerignore"
	}
	return "use a secret mount, or mount it when the container starts"
}

func describeFiles(files []inContext) string {
	f := files[0]
	name := f.file
	if f.inCode && f.line > 0 {
		name = fmt.Sprintf("%s (line %d)", f.file, f.line)
		if len(files) > 1 {
			return fmt.Sprintf("secrets in %s and %d other files", name, len(files)-1)
		}
		return f.what + " in " + name
	}
	out := f.what + " (" + name + ")"
	if len(files) > 1 {
		out += fmt.Sprintf(" and %d other secret files", len(files)-1)
	}
	return out
}

// lineRange is the range of the line of the secret in a file of the context.
func (s *scan) lineRange(f inContext) source.Range {
	if f.line == 0 {
		return source.Range{}
	}
	data, err := s.d.Context().ReadHead(f.file, maxFile)
	if err != nil {
		return source.Range{}
	}
	return source.NewFile(f.file, string(data)).LineRange(f.line - 1)
}
