package cache

import (
	"go/scanner"
	"go/token"
	"path"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint/buildctx"
)

// goIdentity stands for what a Go build takes from a file. Comments are not
// compiled, and so a program in which nothing else has changed is the same, byte
// for byte. Only a context that holds the contents can tell.
func (g *Graph) goIdentity(e *buildctx.Entry) string {
	if !g.in.Contents || !e.IsRegular() || e.Size > maxGoFile {
		return g.identity(e)
	}
	if text := g.readFile(e); text != "" {
		switch path.Ext(e.Path) {
		case ".go":
			return g.mode(e) + " " + goMeaning(text)
		case ".mod", ".work":
			return g.mode(e) + " " + modMeaning(text)
		}
	}
	return g.identity(e)
}

// maxGoFile is the size in bytes above which files are compared as they are.
const maxGoFile = 1 << 20

// modMeaning is a go.mod or go.work without its comments and blanks.
func modMeaning(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "//")
		if words := strings.Fields(line); len(words) > 0 {
			out = append(out, strings.Join(words, " "))
		}
	}
	return digest(out...)
}

// goMeaning is a Go file without its comments, but with the places of all that
// is left: line numbers become part of the program. Comments that the compiler
// reads stay, and so does all of a file that cgo reads, and of package main: the
// program's build ID is made of its sources.
func goMeaning(text string) string {
	if strings.Contains(text, `"C"`) {
		return digest(text)
	}
	var s scanner.Scanner
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(text))
	s.Init(file, []byte(text), func(token.Position, string) {}, scanner.ScanComments)
	var out []string
	last := token.ILLEGAL
	for {
		pos, tok, lit := s.Scan()
		switch {
		case tok == token.EOF:
			if s.ErrorCount > 0 {
				return digest(text)
			}
			return digest(out...)
		case tok == token.SEMICOLON && lit == "\n", tok == token.COMMENT && !directive(lit):
		default:
			at := file.PositionFor(pos, false)
			if last == token.PACKAGE && lit == "main" {
				return digest(text)
			}
			last = tok
			out = append(out, strconv.Itoa(at.Line)+":"+strconv.Itoa(at.Column), tok.String(), lit)
		}
	}
}

// directive reports whether the go command or the compiler reads a comment.
func directive(comment string) bool {
	for _, start := range [...]string{"//go:", "//line ", "/*line ", "//export ", "//extern ", "// +build", "//+build"} {
		if strings.HasPrefix(comment, start) {
			return true
		}
	}
	return false
}
