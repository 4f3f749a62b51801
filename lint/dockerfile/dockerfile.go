// Package dockerfile reads Dockerfiles for a linter and an editor. BuildKit's
// parser is the grammar: what it accepts is accepted, what it refuses is an
// error. Laid over it are the things BuildKit does not keep: the byte range of
// every keyword, flag, word, heredoc and comment, and what follows after an
// error.
//
// All ranges are byte offsets into the source. Everything here is read-only
// once Parse has returned and safe for concurrent use.
package dockerfile

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dlint/dlint/lint/source"
)

// File is a parsed Dockerfile.
type File struct {
	Source *source.File
	// Escape is the escape character, '\\' unless a directive says '`'.
	Escape     byte
	Directives []Directive
	// Comments are all comment lines in source order, those inside continued
	// instructions included, parser directives and heredoc bodies excluded.
	Comments []Comment
	// Instructions are all instructions in source order, broken ones included.
	Instructions []*Instruction
	// Errors are what BuildKit refuses, at most one for each instruction, in
	// source order. Those that come from an instruction are also its Err.
	Errors []*Error

	long bool // a line is longer than BuildKit reads
}

// Directive is a parser directive such as "# syntax=docker/dockerfile:1".
type Directive struct {
	Name  string // lower case: syntax, escape, check
	Value string
	Range source.Range // the whole comment without its line end
	// NameRange and ValueRange mark the two sides of the equals sign.
	NameRange, ValueRange source.Range
}

// Comment is one comment line.
type Comment struct {
	// Range goes from '#' to the end of the line, without the line end.
	Range source.Range
	// Text is what stands behind '#', trimmed.
	Text string
	// Inside is the instruction whose continued lines the comment interrupts,
	// or nil.
	Inside *Instruction
}

// Error is a place where BuildKit refuses the file.
type Error struct {
	Range   source.Range
	Message string
	// Kind tells what is wrong, for those who add advice.
	Kind ErrorKind
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// ErrorKind classifies an Error.
type ErrorKind uint8

// The kinds of errors.
const (
	Syntax             ErrorKind = iota // any other
	UnknownInstruction                  // the first word is no instruction
	UnknownFlag                         // a flag that the instruction does not have
	NoInstructions                      // nothing but comments and empty lines
	BadDirective                        // a parser directive
)

// Instruction is one instruction with its continued lines and heredocs.
type Instruction struct {
	// Index is the place in File.Instructions; a trigger has that of its ONBUILD.
	Index int
	// Name is the keyword in capitals: "RUN".
	Name string
	// Range goes from the keyword to the end of the last line, heredoc bodies
	// and terminators included, the last line end excluded.
	Range source.Range
	// Header is Range without the heredoc bodies and terminators.
	Header source.Range
	// Lines are the whole lines of the instruction, from the start of its first
	// line to behind the line end of its last. A trigger has those of its
	// ONBUILD.
	Lines   source.Range
	Keyword Word
	Flags   []Flag
	// Args are the words behind the flags, split as the instruction splits
	// them: one word holding everything for shell forms and for instructions
	// that take a single string; one word an element for JSON forms; for ENV
	// and LABEL see Pairs.
	Args []Word
	// ArgsRange goes from the first to the last byte behind the flags, trimmed.
	ArgsRange source.Range
	// Pairs are the bindings of ENV, LABEL and ARG.
	Pairs []Pair
	// JSON says that the exec (JSON) form is used.
	JSON bool
	// Heredocs are the here-documents, in the order of their bodies.
	Heredocs []Heredoc
	// Doc are the comment lines that stand right above.
	Doc []Comment
	// Trigger is the instruction inside ONBUILD, or nil. Its ranges are offsets
	// of the same source.
	Trigger *Instruction
	// Parent is the ONBUILD that holds this trigger, or nil.
	Parent *Instruction
	// EmptyContinuation are the empty lines between continued lines, which
	// BuildKit warns about.
	EmptyContinuation []source.Range
	// Err is set on a broken instruction. Then everything behind Keyword may be
	// missing.
	Err *Error
	// Node is BuildKit's node; nil when its parser refuses the instruction.
	Node *parser.Node

	kind   Kinds
	joined *joined
}

// Word is a word of the source. Range marks it as written, with the quotes of a
// JSON string. Value is what BuildKit's parser makes of it:
// continuations joined, comments between them dropped, quotes kept (except in
// flags and JSON, where they are resolved), variables not expanded.
type Word struct {
	Value string
	Range source.Range
}

// Flag is a builder flag such as --from=build.
type Flag struct {
	Name  string       // "from"
	Value string       // "build"; "" for a bare flag
	Has   bool         // whether there is an equals sign
	Range source.Range // "--from=build"
	// NameRange marks "from", ValueRange marks "build".
	NameRange, ValueRange source.Range
	// Options are the comma-separated fields of a --mount.
	Options []Option
}

// Option is a field of a --mount flag, such as type=cache.
type Option struct {
	Key, Value           string
	Has                  bool // whether there is an equals sign
	Range                source.Range
	KeyRange, ValueRange source.Range
}

// Pair is a binding in ENV, LABEL or ARG.
type Pair struct {
	Key   Word
	Value Word // quotes kept; empty range behind the key when there is none
	Has   bool // whether there is a value (ARG may go without)
	// Legacy says that white space stands where the equals sign should.
	Legacy bool
	Range  source.Range
}

// Heredoc is a here-document.
type Heredoc struct {
	Name   string
	Expand bool // variables are expanded: the name is not quoted
	Chomp  bool // <<-: leading tabs are dropped
	// Opener marks "<<EOF" on the instruction's line, Body the lines between
	// (with their line ends), Terminator the closing word.
	Opener, Body, Terminator source.Range
	// Content is the body as BuildKit keeps it: before chomping.
	Content string
}

// Flag returns the first flag with that name, or nil.
func (i *Instruction) Flag(name string) *Flag {
	for k := range i.Flags {
		if i.Flags[k].Name == name {
			return &i.Flags[k]
		}
	}
	return nil
}

// Is reports whether the instruction has one of the names (in capitals).
func (i *Instruction) Is(names ...string) bool { return slices.Contains(names, i.Name) }

// Option returns the first option of a --mount with one of the names, or nil.
func (f *Flag) Option(names ...string) *Option {
	for k := range f.Options {
		if slices.Contains(names, f.Options[k].Key) {
			return &f.Options[k]
		}
	}
	return nil
}

// Mounts returns the --mount flags of a RUN.
func (i *Instruction) Mounts() []*Flag {
	var m []*Flag
	for k := range i.Flags {
		if i.Flags[k].Name == "mount" {
			m = append(m, &i.Flags[k])
		}
	}
	return m
}

// At returns the instruction whose Range holds off, or nil. A trigger is not
// looked into.
func (f *File) At(off int) *Instruction {
	lo, hi := 0, len(f.Instructions)
	for lo < hi {
		mid := (lo + hi) / 2
		if f.Instructions[mid].Range.Start <= off {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return nil
	}
	if i := f.Instructions[lo-1]; off <= i.Range.End {
		return i
	}
	return nil
}

// Directive returns the parser directive with that name, or nil.
func (f *File) Directive(name string) *Directive {
	for k := range f.Directives {
		if f.Directives[k].Name == name {
			return &f.Directives[k]
		}
	}
	return nil
}

// ShieldsDirective reports whether a comment behind the first instruction would be a
// parser directive if the instruction were gone.
func (f *File) ShieldsDirective(ins *Instruction) bool {
	if ins.Index > 0 {
		return false
	}
	line, _, _ := strings.Cut(f.Source.Text[ins.Lines.End:], "\n")
	d, err := new(parser.DirectiveParser).ParseLine([]byte(strings.TrimSpace(line)))
	return d != nil || err != nil
}

// IsOnbuild reports whether i is ONBUILD or the trigger of one.
func (i *Instruction) IsOnbuild() bool { return i.Parent != nil || i.Name == "ONBUILD" }
