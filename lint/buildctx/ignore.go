package buildctx

import (
	"bufio"
	"fmt"
	"path"
	"strings"
	"sync"

	"github.com/dlint/dlint/lint/source"
)

// Ignore is an ignore file as Docker reads it. The zero value and nil ignore
// nothing. It is read-only and safe for concurrent use.
type Ignore struct {
	// File is the text; its Path names the file on disk.
	File *source.File
	// Path is the file relative to the context, or its path on disk when it
	// lies beside a Dockerfile outside of the context.
	Path string
	// Specific says that the file belongs to one Dockerfile by its name
	// (NAME.dockerignore) and takes the place of .dockerignore.
	Specific bool
	// Patterns are in source order, wrong ones included.
	Patterns []Pattern
	// Comments are the comment lines from '#' to the end of the line.
	Comments []source.Range
	// Errors are what makes Docker refuse to build, in source order.
	Errors []*IgnoreError

	compiled []*pat // one for each of Patterns
	once     sync.Once
	matcher  *matcher
}

// Pattern is one line of an ignore file that is neither empty nor a comment.
type Pattern struct {
	// Index is the place in Ignore.Patterns, Line the zero-based line.
	Index, Line int
	// Range marks the pattern without the blanks around it, '!' included.
	Range source.Range
	// Text is the pattern as it is written, Clean what Docker compares: without
	// '!', leading and trailing slashes, "." and "..".
	Text, Clean string
	// Negated marks an exception ("!keep").
	Negated bool
	// Err is set on a pattern that Docker refuses. It matches nothing.
	Err *IgnoreError
}

// IgnoreError is a line that makes Docker refuse the ignore file.
type IgnoreError struct {
	Line    int // zero-based
	Range   source.Range
	Message string
}

// Error returns the message with the line, counted from one.
func (e *IgnoreError) Error() string { return fmt.Sprintf("line %d: %s", e.Line+1, e.Message) }

// ParseIgnore reads an ignore file.
func ParseIgnore(f *source.File) *Ignore {
	ig := &Ignore{File: f, Path: f.Path}
	for line, off := 0, 0; off < len(f.Text); line++ {
		end, next := len(f.Text), len(f.Text)
		if n := strings.IndexByte(f.Text[off:], '\n'); n >= 0 {
			end, next = off+n, off+n+1
		}
		// The line end counts, and one byte more where there is none.
		if n := next - off; n > bufio.MaxScanTokenSize || n == bufio.MaxScanTokenSize && next == end {
			_ = ig.fail(line, source.Range{Start: off, End: end}, "the line is longer than the 64 KiB that Docker reads; shorten it")
			break // as Docker does
		}
		if off == 0 && strings.HasPrefix(f.Text, source.BOM) {
			off = len(source.BOM)
		}
		ig.line(line, source.Range{Start: off, End: end})
		off = next
	}
	return ig
}

func (ig *Ignore) fail(line int, r source.Range, message string) *IgnoreError {
	e := &IgnoreError{Line: line, Range: r, Message: message}
	ig.Errors = append(ig.Errors, e)
	return e
}

func (ig *Ignore) line(line int, r source.Range) {
	s := strings.TrimSuffix(ig.File.Slice(r), "\r")
	if strings.HasPrefix(s, "#") {
		ig.Comments = append(ig.Comments, source.Range{Start: r.Start, End: r.Start + len(s)})
		return
	}
	text := strings.TrimSpace(s)
	if text == "" {
		return
	}
	start := r.Start + strings.Index(s, text)
	p := Pattern{
		Index: len(ig.Patterns), Line: line, Text: text,
		Range: source.Range{Start: start, End: start + len(text)},
	}
	var err error
	p.Clean, p.Negated, err = normalize(relative(text))
	c := &pat{text: p.Clean, neg: p.Negated}
	if err == nil {
		if p.Clean == "" {
			return
		}
		c = compile(p.Clean, p.Negated)
		err = c.valid()
	}
	if err != nil {
		c.kind = never
		p.Err = ig.fail(line, p.Range, fmt.Sprintf("pattern %q is not valid: %s", text, reason(err, p.Clean)))
	}
	ig.Patterns = append(ig.Patterns, p)
	ig.compiled = append(ig.compiled, c)
}

func reason(err error, clean string) string {
	if clean == "" {
		return err.Error() + "; name what to keep, or drop the line"
	}
	return "check its brackets and backslashes"
}

// relative does to a line what Docker does when it reads the file: slashes in
// front are dropped.
func relative(text string) string {
	rest, neg := strings.CutPrefix(text, "!")
	if neg {
		rest = strings.TrimSpace(rest)
	}
	if rest != "" {
		rest = path.Clean(rest)
		if len(rest) > 1 && rest[0] == '/' {
			rest = rest[1:]
		}
	}
	if neg {
		return "!" + rest
	}
	return rest
}

func (ig *Ignore) match() *matcher {
	if ig == nil {
		return nil
	}
	ig.once.Do(func() {
		if len(ig.compiled) == 0 {
			return
		}
		ig.matcher = &matcher{pats: make([]*pat, 0, len(ig.compiled))}
		for _, p := range ig.compiled {
			ig.matcher.add(p)
		}
	})
	return ig.matcher
}

// maxPath is the length of the longest path that is judged: Linux opens none that
// is longer, and the work grows with the square of the depth.
const maxPath = 4096

// Match reports whether a path (relative to the context) is kept from the
// builder, and by which pattern. For a path that is sent, by is the exception
// that brings it back, or nil. The path need not exist; one of more than 4 KiB is
// never ignored.
//
// This is the verdict of the walk that Docker makes over a context. It differs
// from patternmatcher.MatchesOrParentMatches where an exception stands behind
// the pattern for something inside its folder ("a/b", then "!a"): the walk keeps
// a/b away.
func (ig *Ignore) Match(name string) (ignored bool, by *Pattern) {
	m := ig.match()
	if name = clean(name); m == nil || name == "." || len(name) > maxPath {
		return false, nil
	}
	w := walker{m: m}
	ok, i := w.match(name)
	if i < 0 {
		return ok, nil
	}
	return ok, &ig.Patterns[i]
}

// Exceptions reports whether any pattern is negated.
func (ig *Ignore) Exceptions() bool {
	m := ig.match()
	return m != nil && len(m.negs) > 0
}

// CopyIgnored answers BuildKit's own check CopyIgnoredFile for a source of COPY
// or ADD, which looks at the text alone: it returns the pattern that ignores the
// source, or nil. With any exception in the file the check is off.
func (ig *Ignore) CopyIgnored(src string) *Pattern {
	if ig == nil || ig.Exceptions() || len(src) > maxPath {
		return nil
	}
	src = path.Clean(src)
	if src == "." || src == "/" {
		for i := range ig.Patterns {
			switch p := &ig.Patterns[i]; p.Clean {
			case "*", "**", "**/*":
				return p
			}
		}
		return nil
	}
	// BuildKit does not drop a leading slash here: "/a" never meets "a".
	if strings.HasPrefix(src, "/") {
		return ig.rawMatch(src)
	}
	if ignored, by := ig.Match(src); ignored {
		return by
	}
	return nil
}

func (ig *Ignore) rawMatch(src string) *Pattern {
	for i, p := range ig.compiled {
		if p.kind == never {
			continue
		}
		for end := elementEnd(src, 1); ; end = elementEnd(src, end+1) {
			if p.match(src[:end]) {
				return &ig.Patterns[i]
			}
			if end == len(src) {
				break
			}
		}
	}
	return nil
}
