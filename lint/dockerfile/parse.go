package dockerfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dlint/dlint/lint/source"
)

// quiet returns a linter that reports nothing. BuildKit's parser needs one where
// a comment holds a check directive.
var quiet = sync.OnceValue(func() *linter.Linter { return linter.New(&linter.Config{}) })

// maxLine is the length in bytes, its line end included, of the longest line
// that BuildKit's parser reads.
const maxLine = 64 * 1024

// Parse reads src. It never fails: what cannot be read is in File.Errors, and
// everything around it is read all the same.
func Parse(src *source.File) *File {
	f := &File{Source: src, Escape: '\\'}
	s := &scanner{file: f, text: src.Text, dirs: new(parser.DirectiveParser)}
	if strings.HasPrefix(s.text, source.BOM) {
		s.off = len(source.BOM)
	}
	s.scan()
	f.build(s, 0)
	f.attachComments(0)
	f.collectErrors()
	return f
}

// build makes the instructions of what has been scanned. The first of them has
// that index.
func (f *File) build(s *scanner, first int) {
	f.long = s.long
	nodes, failures := s.grammar()
	f.Instructions = make([]*Instruction, len(s.segs))
	store := make([]Instruction, len(s.segs))
	for k := range s.segs {
		b := builder{file: f, ins: &store[k], seg: &s.segs[k], text: s.segs[k].joined.text}
		b.ins.Index = first + k
		b.build(nodes[k], failures[k])
		f.Instructions[k] = b.ins
		for _, c := range s.segs[k].comments {
			f.Comments[c].Inside = b.ins
		}
	}
}

// grammar makes BuildKit's node of each instruction, by its parser where the
// instruction is not plain, and one at a time, so that an error spoils only its
// own.
func (s *scanner) grammar() ([]*parser.Node, []error) {
	f, segs := s.file, s.segs
	nodes, failures := make([]*parser.Node, len(segs)), make([]error, len(segs))
	for k := range segs {
		seg := &segs[k]
		switch {
		case seg.err != nil:
			failures[k] = seg.err
			continue
		case !s.long:
			nodes[k] = f.ownNode(seg)
		}
		if nodes[k] == nil {
			nodes[k], failures[k] = f.grammarOne(seg)
		}
	}
	if s.long && !slices.ContainsFunc(failures, func(err error) bool { return err != nil }) {
		f.Errors = append(f.Errors, f.strayError())
	}
	return nodes, failures
}

// grammarOne parses the lines of one instruction.
func (f *File) grammarOne(seg *segment) (*parser.Node, error) {
	if f.longLine(seg.lines) {
		at := seg.joined.offset(0)
		return nil, &Error{Range: source.Range{Start: at, End: at}, Message: tooLong}
	}
	var b strings.Builder
	shift := seg.line
	if f.Escape != '\\' {
		b.WriteString("# escape=" + string(f.Escape) + "\n")
		shift--
	}
	text := f.Source.Slice(seg.lines)
	if strings.HasPrefix(text, source.BOM) && shift == seg.line {
		b.WriteString("\n") // on the first line alone BuildKit passes over the mark
		shift--
	}
	doubled := f.doubledOnbuild(seg.joined.text)
	if doubled > 0 {
		text = text[:seg.joined.offset(doubled-1)+1-seg.lines.Start]
	}
	b.WriteString(text)
	res, err := parser.Parse(strings.NewReader(b.String()))
	if err != nil {
		return nil, err
	}
	if len(res.AST.Children) != 1 {
		return nil, errors.New("this instruction cannot be read")
	}
	n := res.AST.Children[0]
	n.StartLine += shift
	n.EndLine += shift
	if doubled > 0 {
		n.Original, n.EndLine = seg.joined.text, seg.last+1
	}
	n.PrevComment = seg.above
	return n, nil
}

// doubledOnbuild returns the length of an ONBUILD up to a second one in it, which
// BuildKit refuses; zero for any other instruction. What stands behind is not read:
// BuildKit's parser would descend into each, however many there are.
func (f *File) doubledOnbuild(text string) int {
	key, at := splitKeyword(text)
	if canonical(key) != "ONBUILD" {
		return 0
	}
	_, at = builderFlags(text, at, f.Escape)
	inner := strings.TrimLeftFunc(text[at:], isSpace)
	second, _ := splitKeyword(inner)
	if canonical(second) != "ONBUILD" {
		return 0
	}
	return len(text) - len(inner) + len(second)
}

// longLine reports whether a line in r is longer than BuildKit's parser reads.
func (f *File) longLine(r source.Range) bool {
	for text := f.Source.Slice(r); len(text) > maxLine; {
		n := strings.IndexByte(text, '\n') + 1
		if n == 0 || n > maxLine {
			return true
		}
		text = text[n:]
	}
	return false
}

// strayError places a line that is too long and belongs to no instruction.
func (f *File) strayError() *Error {
	for k := range f.Source.Lines() {
		if r := f.Source.FullLineRange(k); r.Len() > maxLine {
			return &Error{Range: source.Range{Start: r.Start, End: r.Start}, Message: tooLong}
		}
	}
	return &Error{Message: tooLong}
}

var tooLong = fmt.Sprintf("this line is longer than the %d bytes that BuildKit reads: break it up with continuations", maxLine-1)

// attachComments gives the instructions, from one on, the comments above them.
func (f *File) attachComments(from int) {
	c := 0
	for _, ins := range f.Instructions[from:] {
		start := ins.Lines.Start
		for c < len(f.Comments) && f.Comments[c].Range.Start < start {
			c++
		}
		first, top := c, start
		for first > 0 && f.Comments[first-1].Inside == nil && f.endsAt(f.Comments[first-1].Range.End, top) {
			first--
			top = f.lineStart(f.Comments[first].Range.Start)
		}
		if first < c {
			// Their own, so that an instruction that outlives the file in an
			// editor does not keep it all.
			ins.Doc = slices.Clone(f.Comments[first:c])
		}
	}
}

// endsAt reports whether only the line end lies between end and start.
func (f *File) endsAt(end, start int) bool {
	if end > start {
		return false
	}
	gap := f.Source.Text[end:start]
	// In this order, since the gap to a comment far above is long.
	return strings.TrimSpace(gap) == "" && strings.Count(gap, "\n") == 1
}

func (f *File) lineStart(off int) int {
	return strings.LastIndexByte(f.Source.Text[:off], '\n') + 1
}

// collectErrors puts the errors of the instructions into File.Errors. Lines
// that are no instructions and follow each other are one error: it is the
// first that lacks its continuation.
func (f *File) collectErrors() {
	var last *Instruction
	for _, ins := range f.Instructions {
		e := ins.Err
		if e == nil {
			last = nil
			continue
		}
		stray := e.Kind == UnknownInstruction && Nearest(ins.Keyword.Value, Names[:]) == ""
		if stray && last != nil && last.Lines.End == ins.Lines.Start {
			if ins.Err != last.Err { // others may be reading it
				ins.Err = last.Err
			}
			last = ins
			continue
		}
		f.Errors = append(f.Errors, e)
		last = nil
		if stray {
			last = ins
		}
	}
	if len(f.Instructions) == 0 && len(f.Errors) == 0 {
		f.Errors = append(f.Errors, &Error{
			Kind: NoInstructions, Message: "the file has no instructions: it must begin with FROM",
		})
	}
}

// builder makes an Instruction of a segment and BuildKit's node.
type builder struct {
	file *File
	ins  *Instruction
	seg  *segment
	text string // joined text
	at   int    // where the instruction starts in it; not zero for triggers
}

func (b *builder) build(node *parser.Node, failure error) {
	ins, seg := b.ins, b.seg
	ins.joined = &seg.joined
	ins.Lines = seg.lines
	ins.EmptyContinuation = seg.empty
	rest := b.keyword()
	end := len(strings.TrimRightFunc(b.text, isSpace))
	ins.Header = seg.joined.span(ins.keywordAt(b.at, b.text), max(end, rest))
	ins.Header.Start = ins.Keyword.Range.Start
	ins.Range = ins.Header
	if n := len(seg.heredocs); n > 0 {
		last := &seg.heredocs[n-1]
		ins.Range.End = max(last.Terminator.End, last.Body.End, ins.Range.End)
	}
	ins.Heredocs = seg.heredocs
	if node == nil {
		b.fail(failure)
		return
	}
	for k := range node.Heredocs {
		if k < len(ins.Heredocs) {
			ins.Heredocs[k].Content = node.Heredocs[k].Content
		}
	}
	b.fromNode(node, rest)
	if err := refused(node, ins.Name); err != nil {
		b.fail(err)
	}
}

// keywordAt returns where the keyword starts in the joined text.
func (i *Instruction) keywordAt(at int, text string) int {
	return at + len(text[at:]) - len(strings.TrimLeftFunc(text[at:], isSpace))
}

// keyword reads the keyword and returns the offset behind it and its blanks.
func (b *builder) keyword() int {
	key, rest := splitKeyword(b.text[b.at:])
	start := b.ins.keywordAt(b.at, b.text)
	b.ins.Keyword = Word{key, b.seg.joined.span(start, start+len(key))}
	b.ins.Name = canonical(key)
	b.ins.kind = kindOf(b.ins.Name)
	return b.at + rest
}

// fromNode reads flags and words: their values as BuildKit has them, their
// ranges from the joined text.
func (b *builder) fromNode(node *parser.Node, rest int) {
	ins := b.ins
	ins.Node = node
	ins.JSON = node.Attributes["json"]
	flags, at := builderFlags(b.text, rest, b.file.Escape)
	for k, x := range flags {
		value := b.text[x.start:x.end]
		if k < len(node.Flags) {
			value = node.Flags[k]
		}
		ins.Flags = append(ins.Flags, b.flag(value, x))
		// A quote without an end keeps the blanks at the end of the line.
		ins.Header.End = max(ins.Header.End, ins.Flags[k].Range.End)
		ins.Range.End = max(ins.Range.End, ins.Header.End)
	}
	start := at + len(b.text[at:]) - len(strings.TrimLeftFunc(b.text[at:], isSpace))
	end := max(start, len(strings.TrimRightFunc(b.text, isSpace)))
	ins.ArgsRange = b.seg.joined.span(start, end)
	b.args(node, start, end)
}

func (b *builder) args(node *parser.Node, start, end int) {
	switch b.ins.Name {
	case "ONBUILD":
		b.trigger(node, start)
	case "HEALTHCHECK":
		b.healthcheck(node, start, end)
	case "ADD", "COPY", "VOLUME", "FROM", "EXPOSE":
		if b.ins.JSON {
			b.words(node.Next, jsonElements(b.text, start, end))
			return
		}
		b.words(node.Next, fields(b.text, start, end))
	case "ENV", "LABEL":
		b.pairs(node, start, end)
	case "ARG":
		b.arguments(node, start, end)
	case "CMD", "ENTRYPOINT", "RUN", "SHELL":
		if b.ins.JSON {
			b.words(node.Next, jsonElements(b.text, start, end))
			return
		}
		b.words(node.Next, []extent{{start, end}})
	default:
		if b.ins.kind != 0 {
			b.words(node.Next, []extent{{start, end}})
		}
	}
}

// words pairs BuildKit's values with their places. Should the two ever differ
// in number, the rest get the place of all arguments.
func (b *builder) words(n *parser.Node, places []extent) {
	if n != nil {
		b.ins.Args = make([]Word, 0, len(places))
	}
	for k := 0; n != nil; n, k = n.Next, k+1 {
		w := Word{n.Value, b.ins.ArgsRange}
		if k < len(places) {
			w.Range = b.seg.joined.span(places[k].start, places[k].end)
		}
		b.ins.Args = append(b.ins.Args, w)
	}
}

func (b *builder) healthcheck(node *parser.Node, start, end int) {
	n := start
	for n < end && !isSpace(rune(b.text[n])) {
		n++
	}
	places := []extent{{start, n}}
	for n < end && isSpace(rune(b.text[n])) {
		n++
	}
	if b.ins.JSON {
		places = append(places, jsonElements(b.text, n, end)...)
	} else {
		places = append(places, extent{n, end})
	}
	b.words(node.Next, places)
}

// pairs reads ENV and LABEL, whose nodes are key, value, separator.
func (b *builder) pairs(node *parser.Node, start, end int) {
	var places []extent
	legacy := false
	for n, k := node.Next, 0; n != nil && n.Next != nil && n.Next.Next != nil; n, k = n.Next.Next.Next, k+1 {
		if k == 0 {
			legacy = n.Next.Next.Value == ""
			if legacy {
				places = fields(b.text, start, end)[:1]
				value := places[0].end
				for value < end && isBlank(b.text[value]) {
					value++
				}
				places = append(places, extent{value, end})
			} else {
				places = quotedWords(b.text, start, end, b.file.Escape)
			}
		}
		p := Pair{Has: true, Legacy: legacy}
		switch {
		case legacy:
			p.Key = Word{n.Value, b.seg.joined.span(places[0].start, places[0].end)}
			p.Value = Word{n.Next.Value, b.seg.joined.span(places[1].start, places[1].end)}
		case k < len(places):
			p.Key, p.Value = b.bind(n.Value, n.Next.Value, places[k])
		default:
			p.Key, p.Value = Word{n.Value, b.ins.ArgsRange}, Word{n.Next.Value, b.ins.ArgsRange}
		}
		p.Range = p.Key.Range.Join(p.Value.Range)
		b.ins.Pairs = append(b.ins.Pairs, p)
		b.ins.Args = append(b.ins.Args, p.Key, p.Value)
	}
}

// bind splits the place of key=value.
func (b *builder) bind(key, value string, x extent) (Word, Word) {
	eq := strings.IndexByte(b.text[x.start:x.end], '=') + x.start
	if eq < x.start {
		eq = x.end - 1
	}
	return Word{key, b.seg.joined.span(x.start, eq)}, Word{value, b.seg.joined.span(eq+1, x.end)}
}

// arguments reads ARG.
func (b *builder) arguments(node *parser.Node, start, end int) {
	places := quotedWords(b.text, start, end, b.file.Escape)
	b.words(node.Next, places)
	for k, w := range b.ins.Args {
		p := Pair{Key: w, Value: Word{"", source.Range{Start: w.Range.End, End: w.Range.End}}, Range: w.Range}
		if key, value, ok := strings.Cut(w.Value, "="); ok && k < len(places) {
			p.Has = true
			p.Key, p.Value = b.bind(key, value, places[k])
		}
		b.ins.Pairs = append(b.ins.Pairs, p)
	}
}

// trigger reads the instruction inside ONBUILD. BuildKit keeps a trigger as
// text, so an error in it is the trigger's own and not one of this build.
func (b *builder) trigger(node *parser.Node, start int) {
	if node.Next == nil || len(node.Next.Children) == 0 {
		return
	}
	child := node.Next.Children[0]
	t := &Instruction{Index: b.ins.Index, Parent: b.ins}
	b.ins.Trigger = t
	tb := builder{file: b.file, ins: t, seg: b.seg, text: b.text, at: start}
	child.StartLine, child.EndLine = node.StartLine, node.EndLine
	child.Heredocs = node.Heredocs
	tb.build(child, nil)
	b.ins.Args = append([]Word{{t.Keyword.Value, t.Keyword.Range}}, t.Args...)
}

func (b *builder) flag(value string, x extent) Flag {
	fl := Flag{Range: b.seg.joined.span(x.start, x.end)}
	fl.Name, fl.Value, fl.Has = strings.Cut(strings.TrimPrefix(value, "--"), "=")
	raw := b.text[x.start:x.end]
	eq := strings.IndexByte(raw, '=')
	if !fl.Has || eq < 0 {
		fl.NameRange = b.seg.joined.span(x.start+2, x.end)
		fl.ValueRange = source.Range{Start: fl.Range.End, End: fl.Range.End}
		return fl
	}
	fl.NameRange = b.seg.joined.span(x.start+2, x.start+eq)
	fl.ValueRange = b.seg.joined.span(x.start+eq+1, x.end)
	if fl.Name == "mount" {
		fl.Options = b.options(extent{x.start + eq + 1, x.end})
	}
	return fl
}

// options splits the value of a --mount at its commas. BuildKit reads it as a
// line of CSV; quoted fields are rare and keep their quotes' content.
func (b *builder) options(x extent) []Option {
	var out []Option
	for start := x.start; start <= x.end; {
		end, quoted := start, false
		for end < x.end && (quoted || b.text[end] != ',') {
			if b.text[end] == '"' {
				quoted = !quoted
			}
			end++
		}
		if end > start {
			out = append(out, b.option(extent{start, end}))
		}
		start = end + 1
	}
	return out
}

func (b *builder) option(x extent) Option {
	o := Option{Range: b.seg.joined.span(x.start, x.end)}
	raw := b.text[x.start:x.end]
	key, value, has := strings.Cut(raw, "=")
	o.Has = has
	o.Key = strings.ToLower(strings.Trim(key, `"'`))
	o.Value = strings.Trim(value, `"'`)
	o.KeyRange = b.seg.joined.span(x.start, x.start+len(key))
	o.ValueRange = source.Range{Start: o.Range.End, End: o.Range.End}
	if has {
		o.ValueRange = b.seg.joined.span(x.start+len(key)+1, x.end)
	}
	return o
}

// fail records what BuildKit says is wrong, at the smallest place it can mean.
func (b *builder) fail(err error) {
	ins := b.ins
	var own *Error
	if errors.As(err, &own) {
		ins.Err = own
		return
	}
	e := &Error{Range: ins.Header, Message: message(err)}
	ins.Err = e
	var unknown *instructions.UnknownInstructionError
	switch {
	case errors.As(err, &unknown):
		b.unknown(e)
	case strings.Contains(e.Message, "unknown flag"):
		e.Kind = UnknownFlag
		b.unknownFlag(e)
	default:
		b.narrow(e)
	}
}

func (b *builder) unknown(e *Error) {
	e.Kind = UnknownInstruction
	e.Range = b.ins.Keyword.Range
	e.Message = "unknown instruction " + quote(b.ins.Keyword.Value)
	if n := Nearest(b.ins.Keyword.Value, Names[:]); n != "" {
		e.Message += ": did you mean " + n + "?"
		return
	}
	e.Message += ": does the line above lack its continuation?"
	if b.ins.Index == 0 {
		e.Message = "unknown instruction " + quote(b.ins.Keyword.Value) + ": this is no Dockerfile, or its beginning is missing"
	}
}

func (b *builder) unknownFlag(e *Error) {
	known := FlagNames(b.ins.Name)
	for k := range b.ins.Flags {
		fl := &b.ins.Flags[k]
		if slices.Contains(known, fl.Name) {
			continue
		}
		e.Range = fl.Range
		if !fl.NameRange.Empty() {
			e.Range = source.Range{Start: fl.Range.Start, End: fl.NameRange.End}
		}
		e.Message = b.ins.Name + " has no flag --" + fl.Name
		if n := Nearest(fl.Name, known); n != "" {
			e.Message += ": did you mean --" + n + "?"
		}
		return
	}
}

// narrow finds the flag or word that the message quotes.
func (b *builder) narrow(e *Error) {
	for k := range b.ins.Flags {
		fl := &b.ins.Flags[k]
		if strings.Contains(e.Message, "--"+fl.Name) || fl.Value != "" && strings.Contains(e.Message, fl.Value) {
			e.Range = fl.Range
			return
		}
	}
	for k := range b.ins.Args {
		w := &b.ins.Args[k]
		if len(w.Value) > 0 && strings.Contains(e.Message, fmt.Sprintf("%q", w.Value)) {
			e.Range = w.Range
			return
		}
	}
	if !strings.Contains(e.Message, " ") {
		return
	}
	if b.ins.ArgsRange.Empty() {
		e.Range = b.ins.Keyword.Range
	}
}

// message returns BuildKit's words for an error in dlint's manner: without the
// place, which the range says better.
func message(err error) string {
	m := err.Error()
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return "malformed JSON form: " + m
	}
	m = strings.TrimPrefix(m, "Syntax error - ")
	if m != "" {
		m = strings.ToLower(m[:1]) + m[1:]
		if keyword, _, ok := strings.Cut(err.Error(), " "); ok && Known(keyword) {
			m = err.Error()
		}
	}
	return m
}
