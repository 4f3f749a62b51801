package lsp

import (
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"go.lsp.dev/protocol"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/source"
)

// inlineFile is a Dockerfile inside a compose or bake file.
type inlineFile struct {
	*file
	around *file
	in     buildctx.InlineDockerfile
}

// inlineFiles returns the Dockerfiles in the text of a compose or bake file, as
// it is in the editor.
func inlineFiles(f *file) []*inlineFile {
	if f.kind != composeFile {
		return nil
	}
	name := path.Base(filepath.ToSlash(f.src.Path))
	list, err := buildctx.NewFinderFS(oneFile{name, f.src.Text}).Inline(name)
	if err != nil {
		return nil
	}
	var out []*inlineFile
	for _, in := range list {
		base := *f
		base.kind = dockerFile
		base.key = f.key + "#" + in.Name
		base.src = source.NewFile(f.src.Path, in.Text)
		x := &inlineFile{around: f, in: in}
		base.within = x
		x.file = newFile(base, f.ws)
		out = append(out, x)
	}
	return out
}

// textEdit returns an edit of the file that the client has. In a Dockerfile inside
// another one, lines get its indentation, and signs that mean something there are
// doubled.
func (f *file) textEdit(r source.Range, text string) protocol.TextEdit {
	if f.within == nil {
		return protocol.TextEdit{Range: f.rng(r), NewText: text}
	}
	in := f.within
	if last := len(f.src.Text) - 1; last >= 0 && r.End > last && f.src.Text[last] == '\n' {
		// What stands behind the last line is no part of the Dockerfile.
		if r.Start > last {
			r.Start, text = last, "\n"+text
		}
		r.End, text = last, strings.TrimSuffix(text, "\n")
	}
	if ext := path.Ext(f.src.Path); ext == ".yml" || ext == ".yaml" {
		text = strings.ReplaceAll(text, "$", "$$")
	} else {
		text = strings.ReplaceAll(text, "${", "$${")
	}
	indent := in.around.src.LineEnd() + strings.Repeat(" ", in.in.Indent)
	return protocol.TextEdit{Range: f.rng(r), NewText: strings.ReplaceAll(text, "\n", indent)}
}

// place returns the place in the file around of a place in the Dockerfile.
func (i *inlineFile) place(off int) int { return i.in.Place(i.src, i.around.src, off) }

// inside returns the offset in the Dockerfile of one in the compose file.
func (i *inlineFile) inside(off int) (int, bool) {
	if !i.in.Exact {
		return 0, false
	}
	pos := i.around.src.Position(off, source.UTF8)
	line := pos.Line - i.in.Line
	if line < 0 || line >= i.src.Lines() {
		return 0, false
	}
	return i.src.Offset(source.Position{Line: line, Column: max(pos.Column-i.in.Indent, 0)}, source.UTF8), true
}

// oneFile is a file system that holds a single file at its root.
type oneFile struct{ name, text string }

// Open implements fs.FS.
func (o oneFile) Open(name string) (fs.File, error) {
	switch name {
	case ".":
		return &oneDir{o: o}, nil
	case o.name:
		return &openFile{o: o}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

type openFile struct {
	o   oneFile
	off int
}

func (f *openFile) Stat() (fs.FileInfo, error) { return oneInfo{f.o, false}, nil }
func (f *openFile) Close() error               { return nil }

func (f *openFile) Read(p []byte) (int, error) {
	if f.off >= len(f.o.text) {
		return 0, io.EOF
	}
	n := copy(p, f.o.text[f.off:])
	f.off += n
	return n, nil
}

type oneDir struct {
	o    oneFile
	once sync.Once
}

func (d *oneDir) Stat() (fs.FileInfo, error) { return oneInfo{d.o, true}, nil }
func (d *oneDir) Close() error               { return nil }
func (d *oneDir) Read([]byte) (int, error)   { return 0, fs.ErrInvalid }

// ReadDir implements fs.ReadDirFile.
func (d *oneDir) ReadDir(n int) ([]fs.DirEntry, error) {
	var out []fs.DirEntry
	d.once.Do(func() { out = []fs.DirEntry{fs.FileInfoToDirEntry(oneInfo{d.o, false})} })
	if len(out) == 0 && n > 0 {
		return nil, io.EOF
	}
	return out, nil
}

type oneInfo struct {
	o   oneFile
	dir bool
}

func (i oneInfo) Name() string {
	if i.dir {
		return "."
	}
	return i.o.name
}
func (i oneInfo) Size() int64 { return int64(len(i.o.text)) }
func (i oneInfo) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o755
	}
	return 0o644
}
func (i oneInfo) ModTime() time.Time { return time.Time{} }
func (i oneInfo) IsDir() bool        { return i.dir }
func (i oneInfo) Sys() any           { return nil }
