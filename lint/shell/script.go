package shell

import (
	"iter"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// Form is how an instruction gives its command.
type Form uint8

// The forms.
const (
	ShellForm   Form = iota // text for the shell in force
	ExecForm                // a JSON array
	HeredocForm             // RUN <<EOF: the here-document is the script
)

// Script is the reading of one instruction.
type Script struct {
	// Instruction is the RUN, CMD, ENTRYPOINT or HEALTHCHECK; inside ONBUILD it
	// is the trigger.
	Instruction *dockerfile.Instruction
	Shell       Shell
	Form        Form
	// Dialect is the language of the text. Commands is empty when it is not
	// Parsed. The exec form always has its command, and it has the dialect of the
	// shell that it runs, or Other.
	Dialect Dialect
	// Shebang is the interpreter line of a here-document, without "#!".
	Shebang string
	// Extent is the text that was read: of the here-document in HeredocForm.
	Extent source.Range
	// Commands are all commands in source order, those in compound commands,
	// substitutions and arguments of other commands included.
	Commands []*Command
	// Pieces are the texts that were parsed, the script itself first, then
	// those in arguments and here-documents.
	Pieces []*Piece
	// Err is set when the text, or its rest, could not be read.
	Err *Error
	// Bashism is set when the text is for a POSIX shell but only bash reads it.
	Bashism *Error

	names Programs // of the names and wrappers in Commands
	once  sync.Once
	index map[string][]*Command

	bindOnce sync.Once
	bindings map[string][]*Command // by Assign.Name

	checkOnce sync.Once
	check     int
}

// Range returns the source range of a node of the script's own tree,
// Pieces[0]. For nodes of a command use Command.Piece.
func (s *Script) Range(n syntax.Node) source.Range {
	if s == nil || len(s.Pieces) == 0 {
		return source.Range{}
	}
	return s.Pieces[0].Range(n)
}

// Offset returns the source offset of a position in the script's own tree.
func (s *Script) Offset(pos syntax.Pos) int {
	if s == nil || len(s.Pieces) == 0 {
		return 0
	}
	return s.Pieces[0].Offset(pos)
}

// Programs is a filter of the names of programs, and of those that wrap others.
type Programs [4]uint64

// Add puts in those of a script.
func (p *Programs) Add(s *Script) {
	if s == nil {
		return
	}
	for k := range p {
		p[k] |= s.names[k]
	}
}

// May reports whether one of the names may be in it; it errs on the side of true.
func (p *Programs) May(names ...string) bool {
	for _, n := range names {
		if w, b := nameBit(n); p[w]&b != 0 {
			return true
		}
	}
	return false
}

// nameBit hashes a name into the filter.
func nameBit(name string) (word int, bit uint64) {
	if name == "" {
		return 0, 1
	}
	n := len(name)
	h := uint32(n)*0x9e3779b1 ^ uint32(name[0])*0x85ebca6b ^ uint32(name[n-1])*0xc2b2ae35 ^ uint32(name[n/2])*0x27d4eb2f
	h ^= h >> 15
	return int(h>>6) & 3, 1 << (h & 63)
}

func (s *Script) mark(name string) {
	w, b := nameBit(name)
	s.names[w] |= b
}

// mayHave reports whether a command may have one of the names; it errs on the
// side of true.
func (s *Script) mayHave(names []string) bool { return s != nil && s.names.May(names...) }

// Find returns the commands whose Name or Family is one of the names, in source
// order. It costs next to nothing when there are none.
func (s *Script) Find(names ...string) iter.Seq[*Command] {
	return func(yield func(*Command) bool) {
		if s.mayHave(names) {
			s.each(names, yield)
		}
	}
}

// FindWrapped returns the commands that one of the programs wraps, such as
// "sudo", or that are the program itself.
func (s *Script) FindWrapped(names ...string) iter.Seq[*Command] {
	return func(yield func(*Command) bool) {
		if !s.mayHave(names) {
			return
		}
		for _, c := range s.Commands {
			if c.is(names, true) && !yield(c) {
				return
			}
		}
	}
}

// Has reports whether a command has one of the names, as Find sees it.
func (s *Script) Has(names ...string) bool {
	for range s.Find(names...) {
		return true
	}
	return false
}

// manyCommands is the number of commands from which an index pays.
const manyCommands = 64

func (s *Script) each(names []string, yield func(*Command) bool) {
	list := s.Commands
	if len(list) > manyCommands {
		if len(names) == 1 {
			list = s.byName(names[0])
		} else if !s.anyName(names) {
			return
		}
	}
	for _, c := range list {
		if c.is(names, false) && !yield(c) {
			return
		}
	}
}

func (c *Command) is(names []string, wrapped bool) bool {
	for _, n := range names {
		if n != "" && (c.Name == n || c.Family == n) || wrapped && c.Wrapper(n) != nil {
			return true
		}
	}
	return false
}

// Is reports whether Name or Family is one of the names.
func (c *Command) Is(names ...string) bool { return c.is(names, false) }

func (s *Script) anyName(names []string) bool {
	for _, n := range names {
		if len(s.byName(n)) > 0 {
			return true
		}
	}
	return false
}

func (s *Script) byName(name string) []*Command {
	s.once.Do(func() {
		s.index = make(map[string][]*Command)
		for _, c := range s.Commands {
			s.index[c.Name] = append(s.index[c.Name], c)
			if c.Family != c.Name {
				s.index[c.Family] = append(s.index[c.Family], c)
			}
		}
	})
	return s.index[name]
}

// Assigning returns the commands that bind the name, in source order.
func (s *Script) Assigning(name string) iter.Seq[*Command] {
	return func(yield func(*Command) bool) {
		for _, c := range s.mayAssign(name) {
			if c.Assign(name) != nil && !yield(c) {
				return
			}
		}
	}
}

// mayAssign returns all commands of a short script, and from an index those of a
// long one that bind the name.
func (s *Script) mayAssign(name string) []*Command {
	if s == nil || len(s.Commands) <= manyCommands {
		return s.All()
	}
	s.bindOnce.Do(func() {
		s.bindings = make(map[string][]*Command)
		for _, c := range s.Commands {
			for k := range c.Assigns {
				n := c.Assigns[k].Name
				if list := s.bindings[n]; len(list) == 0 || list[len(list)-1] != c {
					s.bindings[n] = append(list, c)
				}
			}
		}
	})
	return s.bindings[name]
}

// Assigns reports whether a command binds the name.
func (s *Script) Assigns(name string) bool {
	for range s.Assigning(name) {
		return true
	}
	return false
}

// All returns the commands in source order. A nil Script has none.
func (s *Script) All() []*Command {
	if s == nil {
		return nil
	}
	return s.Commands
}

// At returns the innermost command whose Range holds the offset, or nil.
func (s *Script) At(off int) *Command {
	var best *Command
	for _, c := range s.All() {
		if c.Range.Start <= off && off <= c.Range.End && (best == nil || c.Range.Len() <= best.Range.Len()) {
			best = c
		}
	}
	return best
}

// family returns the name of a program without its version.
func family(name string) string {
	if name == "" {
		return ""
	}
	c := name[len(name)-1]
	if c < '0' || c > '9' {
		switch name {
		case "nodejs":
			return "node"
		case "gmake":
			return "make"
		case "mvnw":
			return "mvn"
		case "gradlew":
			return "gradle"
		case "gsed":
			return "sed"
		case "gtar", "bsdtar":
			return "tar"
		case "mamba", "micromamba":
			return "conda"
		case "xx-apk":
			return "apk"
		case "xx-apt", "xx-apt-get":
			return "apt-get"
		case "xx-go":
			return "go"
		case "xx-cargo":
			return "cargo"
		}
		return name
	}
	base := strings.TrimRight(name, "0123456789.")
	base = strings.TrimSuffix(base, "-")
	switch base {
	case "pip", "python", "ruby", "gem", "bundle", "php", "node", "gcc", "g++", "clang", "pypy", "perl", "go", "lua", "luarocks", "java":
		return base
	}
	return name
}
