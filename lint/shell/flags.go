package shell

import (
	"strings"

	"github.com/dlint/dlint/lint/source"
)

// Flag is an option among the arguments of a command.
type Flag struct {
	// Name is the option with its dashes and without its value: "-y", "--yes".
	// Letters of a bundle such as -qqy are flags of their own.
	Name  string
	Value Word // when Has is set
	Has   bool
	// Range marks the name: the letter alone in a bundle, except that it takes in
	// the dash of the first one.
	Range source.Range
	// Word is the index in Args of the word with the name; the value stands in
	// the same or the next one.
	Word int
}

type parsedFlags struct {
	flags    []Flag
	operands []int // indexes in Args; the subcommand first where there is one
	sub      int   // index in Args of the subcommand, or -1
}

// parsed returns the flags, read once.
func (c *Command) parsed() *parsedFlags {
	if p := c.flags.Load(); p != nil {
		return p
	}
	p := c.parseFlags()
	if !c.flags.CompareAndSwap(nil, p) {
		return c.flags.Load()
	}
	return p
}

// Flags returns all options in source order.
func (c *Command) Flags() []Flag { return c.parsed().flags }

// Flag returns the first option with one of the names, written with their
// dashes: Flag("-y", "--yes"). It finds letters in bundles, and it returns nil
// when there is none.
func (c *Command) Flag(names ...string) *Flag {
	if len(c.Words) < 2 {
		return nil
	}
	list := c.parsed().flags
	for i := range list {
		for _, n := range names {
			if list[i].Name == n {
				return &list[i]
			}
		}
	}
	return nil
}

// Has reports whether there is an option with one of the names.
func (c *Command) Has(names ...string) bool { return c.Flag(names...) != nil }

// Count returns how often options with one of the names occur.
func (c *Command) Count(names ...string) int {
	n := 0
	for _, f := range c.Flags() {
		for _, name := range names {
			if f.Name == name {
				n++
			}
		}
	}
	return n
}

// Option returns the value of the last option with one of the names.
func (c *Command) Option(names ...string) (Word, bool) {
	list := c.Flags()
	for i := len(list) - 1; i >= 0; i-- {
		for _, n := range names {
			if list[i].Has && list[i].Name == n {
				return list[i].Value, true
			}
		}
	}
	return Word{}, false
}

// Values returns the values of all options with one of the names.
func (c *Command) Values(names ...string) []Word {
	var out []Word
	for _, f := range c.Flags() {
		for _, n := range names {
			if f.Has && f.Name == n {
				out = append(out, f.Value)
			}
		}
	}
	return out
}

// Subcommand returns the first argument that is no option, for programs that
// have subcommands; "" otherwise.
func (c *Command) Subcommand() string {
	if w := c.SubcommandWord(); w != nil {
		return w.Value
	}
	return ""
}

// SubcommandWord is Subcommand as a word, or nil.
func (c *Command) SubcommandWord() *Word {
	if len(c.Words) < 2 {
		return nil
	}
	if p := c.parsed(); p.sub >= 0 {
		return &c.Args()[p.sub]
	}
	return nil
}

// Operands returns the arguments that are neither options, nor values of
// options, nor the subcommand.
func (c *Command) Operands() []Word {
	p := c.parsed()
	args := c.Args()
	out := make([]Word, 0, len(p.operands))
	for _, i := range p.operands {
		if i != p.sub {
			out = append(out, args[i])
		}
	}
	return out
}

// flagReader reads the arguments of one command.
type flagReader struct {
	args []Word
	out  *parsedFlags
	spec optionSpec
	i    int
}

func (c *Command) parseFlags() *parsedFlags {
	out := &parsedFlags{sub: -1}
	name := c.Family
	r := flagReader{args: c.Args(), out: out, spec: optionsOf(name, "")}
	if name == "tar" {
		r.oldTar()
	}
	if name == "[" || name == "test" {
		r.i = -1
		r.rest()
		return out
	}
	subs := hasSubcommands(name)
	for ; r.i < len(r.args); r.i++ {
		w := &r.args[r.i]
		v := w.Value
		switch {
		case v == "--" && r.spec.behind:
			return out
		case v == "--": // quotes or not, the program sees the same
			r.rest()
		case len(v) < 2 || v[0] != '-':
			if subs && out.sub < 0 && (w.Static || v[0] != '$') && !strings.HasPrefix(v, "+") {
				out.sub = r.i
				r.spec = optionsOf(name, v)
			}
			r.operand()
		case strings.HasPrefix(v, "--"):
			r.long(w)
		case r.spec.dash:
			r.single(w)
		default:
			r.letters(w)
		}
	}
	return out
}

func (r *flagReader) operand() {
	if r.out.operands == nil {
		r.out.operands = make([]int, 0, len(r.args)-r.i)
	}
	r.out.operands = append(r.out.operands, r.i)
	if r.spec.first {
		r.rest()
	}
}

// rest takes everything behind the word at hand as operands.
func (r *flagReader) rest() {
	for r.i++; r.i < len(r.args); r.i++ {
		r.out.operands = append(r.out.operands, r.i)
	}
}

func (r *flagReader) add(f Flag) {
	if r.out.flags == nil { // most flags are words of their own
		n := 1
		for k := r.i + 1; k < len(r.args); k++ {
			if strings.HasPrefix(r.args[k].Value, "-") {
				n++
			}
		}
		r.out.flags = make([]Flag, 0, n)
	}
	r.out.flags = append(r.out.flags, f)
}

// next takes the next word as a value.
func (r *flagReader) next() (Word, bool) {
	if r.i+1 >= len(r.args) {
		return Word{}, false
	}
	r.i++
	return r.args[r.i], true
}

// nextBool reports whether the next word is true or false.
func (r *flagReader) nextBool() bool {
	if r.i+1 >= len(r.args) {
		return false
	}
	v := r.args[r.i+1].Value
	return v == "true" || v == "false"
}

// long reads --name, --name=value and --name value.
func (r *flagReader) long(w *Word) {
	f := Flag{Word: r.i, Name: w.Value, Range: w.Range}
	eq := strings.IndexByte(w.Value, '=')
	if eq >= 0 {
		f.Name, f.Value, f.Has = w.Value[:eq], w.From(eq+1), true
		f.Range = w.Sub(0, eq)
	} else if hasField(r.spec.long, w.Value[2:]) || r.spec.bools && r.nextBool() {
		f.Value, f.Has = r.next()
	}
	r.add(f)
}

// single reads -name as Go and Java programs do: no bundles.
func (r *flagReader) single(w *Word) {
	f := Flag{Word: r.i, Name: w.Value, Range: w.Range}
	name := w.Value[1:]
	eq := strings.IndexByte(w.Value, '=')
	switch {
	case strings.IndexByte(r.spec.attached, name[0]) >= 0 && len(name) > 1:
		f.Name, f.Value, f.Has = w.Value[:2], w.From(2), true
		f.Range = w.Sub(0, 2)
	case eq > 0:
		f.Name, f.Value, f.Has = w.Value[:eq], w.From(eq+1), true
		f.Range = w.Sub(0, eq)
	case hasField(r.spec.long, name) || len(name) == 1 && strings.IndexByte(r.spec.short, name[0]) >= 0:
		f.Value, f.Has = r.next()
	}
	r.add(f)
	if name == "exec" || name == "execdir" || name == "ok" || name == "okdir" {
		r.i = execEnd(r.args, r.i+1)
	}
}

// execEnd returns the index of the ; or + that ends the command of find -exec
// at args[i].
func execEnd(args []Word, i int) int {
	for ; i < len(args); i++ {
		if v := args[i].Value; v == ";" || v == "+" && args[i-1].Value == "{}" {
			break
		}
	}
	return i
}

// letters reads a bundle such as -qqy, -ofile or -xzf file.
func (r *flagReader) letters(w *Word) {
	v := w.Value
	at := r.i
	for i := 1; i < len(v); i++ {
		f := Flag{Word: at, Name: letterName(v[i]), Range: w.Sub(i, i+1)}
		if i == 1 {
			f.Range = w.Sub(0, 2)
		}
		if v[i] == r.spec.pair && i+1 < len(v) {
			f.Name, f.Range.End = "-"+v[i:i+2], w.Sub(i, i+2).End
			i++
			r.add(f)
			continue
		}
		if strings.IndexByte(r.spec.short, v[i]) >= 0 {
			if i+1 < len(v) {
				f.Value, f.Has = w.From(i+1), true
			} else {
				f.Value, f.Has = r.next()
			}
			r.add(f)
			return
		}
		if strings.IndexByte(r.spec.optional, v[i]) >= 0 && i+1 < len(v) {
			f.Value, f.Has = w.From(i+1), true
			r.add(f)
			return
		}
		if v[i] == '=' || v[i] == '$' || v[i] >= 0x80 {
			return
		}
		r.add(f)
	}
}

// letterName returns "-c" without an allocation.
func letterName(c byte) string {
	const all = "-a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-y-z"
	const caps = "-A-B-C-D-E-F-G-H-I-J-K-L-M-N-O-P-Q-R-S-T-U-V-W-X-Y-Z"
	switch {
	case 'a' <= c && c <= 'z':
		return all[2*(c-'a') : 2*(c-'a')+2]
	case 'A' <= c && c <= 'Z':
		return caps[2*(c-'A') : 2*(c-'A')+2]
	}
	return "-" + string(rune(c))
}

// oldTar reads the letters of "tar xzf file" as flags.
func (r *flagReader) oldTar() {
	if len(r.args) == 0 || r.args[0].Value == "" || r.args[0].Value[0] == '-' || !r.args[0].Static {
		return
	}
	w := &r.args[0]
	for i := range len(w.Value) {
		if !letter(w.Value[i]) {
			return
		}
	}
	for i := range len(w.Value) {
		f := Flag{Name: letterName(w.Value[i]), Range: w.Sub(i, i+1)}
		if strings.IndexByte(r.spec.short, w.Value[i]) >= 0 {
			f.Value, f.Has = r.next()
		}
		r.add(f)
	}
	r.i++
}
