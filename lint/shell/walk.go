package shell

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint/source"
)

// state is what a shell process carries from command to command.
type state struct {
	options Options
	dir     string // as in Context.Dir
	before  string // the directory before the last cd
}

// span is a stretch of the command list: what a statement gave.
type span struct{ first, last *Command }

// call is a simple command about to be read.
type call struct {
	words    []Word
	assigns  []Assign
	redirs   []Redirect
	extent   source.Range
	node     *syntax.CallExpr
	stmt     *syntax.Stmt
	piece    *Piece
	outer    *Command
	wrappers []Wrapper
}

// script parses text and reads its commands.
func (r *reader) script(text string, start int, d Dialect, cx Context, st *state, outer *Command, approximate bool) {
	p := newPiece(r.src[start-r.base:start-r.base+len(text)], text, start, d)
	p.Approximate = approximate
	r.sc.Pieces = append(r.sc.Pieces, p)
	cx.Join = First
	r.stmts(p, p.File.Stmts, cx, st, outer)
	for _, tail := range p.rest {
		r.sc.Pieces = append(r.sc.Pieces, tail)
		cx.Join = Then
		r.stmts(tail, tail.File.Stmts, cx, st, outer)
	}
}

func (r *reader) stmts(p *Piece, list []*syntax.Stmt, cx Context, st *state, outer *Command) span {
	var all span
	for i, s := range list {
		if i > 0 {
			cx.Join = Then
		}
		all = all.join(r.stmt(p, s, cx, st, outer))
	}
	return all
}

func (s span) join(o span) span {
	if s.first == nil {
		return o
	}
	if o.last != nil {
		s.last = o.last
	}
	return s
}

func (r *reader) stmt(p *Piece, s *syntax.Stmt, cx Context, st *state, outer *Command) span {
	cx.Negated = s.Negated
	if s.Background {
		cx.Background = true
		own := *st
		st = &own
	}
	if s.Cmd == nil {
		return r.bare(p, s, cx, st, outer)
	}
	if c, ok := s.Cmd.(*syntax.CallExpr); ok {
		return r.simple(p, s, c, cx, st, outer)
	}
	var head span
	if len(s.Redirs) > 0 {
		head = r.bare(p, s, cx, st, outer)
		cx.Group = head.first
	}
	return head.join(r.compound(p, s, cx, st, outer))
}

// bare reads redirections without a program: alone, or of a compound command.
func (r *reader) bare(p *Piece, s *syntax.Stmt, cx Context, st *state, outer *Command) span {
	if len(s.Redirs) == 0 {
		return span{}
	}
	c := call{redirs: r.redirects(p, s.Redirs), stmt: s, piece: p, outer: outer}
	c.extent = c.redirs[0].Range.Join(c.redirs[len(c.redirs)-1].Range)
	cmd := r.command(c, cx, st)
	r.redirectSubsts(p, s.Redirs, cx, st, cmd)
	return span{cmd, cmd}
}

func (r *reader) compound(p *Piece, s *syntax.Stmt, cx Context, st *state, outer *Command) span {
	switch c := s.Cmd.(type) {
	case *syntax.BinaryCmd:
		if c.Op == syntax.Pipe || c.Op == syntax.PipeAll {
			return r.pipe(p, s, cx, st, outer)
		}
		return r.chain(p, s, cx, st, outer)
	case *syntax.Block:
		return r.stmts(p, c.Stmts, cx, st, outer)
	case *syntax.Subshell:
		own := *st
		cx.Subshell++
		return r.stmts(p, c.Stmts, cx, &own, outer)
	case *syntax.IfClause:
		return r.conditional(p, c, cx, st, outer)
	case *syntax.WhileClause:
		return r.loop(p, c.Cond, c.Do, cx, st, outer)
	case *syntax.ForClause:
		return r.forLoop(p, c, cx, st, outer)
	case *syntax.CaseClause:
		return r.cases(p, c, cx, st, outer)
	case *syntax.FuncDecl:
		return r.function(p, c, cx, st, outer)
	case *syntax.DeclClause:
		return r.declaration(p, s, c, cx, st, outer)
	case *syntax.TimeClause:
		if c.Stmt == nil {
			return span{}
		}
		return r.stmt(p, c.Stmt, cx, st, outer)
	case *syntax.CoprocClause:
		cx.Background = true
		return r.stmt(p, c.Stmt, cx, st, outer)
	case *syntax.TestClause:
		return r.builtin(p, s, "[[", source.Range{Start: p.Offset(c.Left), End: p.Offset(c.Left) + 2}, cx, st, outer)
	case *syntax.ArithmCmd:
		return r.builtin(p, s, "((", source.Range{Start: p.Offset(c.Left), End: p.Offset(c.Left) + 2}, cx, st, outer)
	case *syntax.LetClause:
		return r.builtin(p, s, "let", source.Range{Start: p.Offset(c.Let), End: p.Offset(c.Let) + 3}, cx, st, outer)
	}
	return span{}
}

// chain reads a && b || c. The tree leans to the left, so it is unrolled.
func (r *reader) chain(p *Piece, s *syntax.Stmt, cx Context, st *state, outer *Command) span {
	type link struct {
		op   Join
		stmt *syntax.Stmt
	}
	var links []link
	for {
		b, ok := s.Cmd.(*syntax.BinaryCmd)
		if !ok || b.Op != syntax.AndStmt && b.Op != syntax.OrStmt || len(links) > 0 && (s.Negated || len(s.Redirs) > 0) {
			break
		}
		op := And
		if b.Op == syntax.OrStmt {
			op = Or
		}
		links = append(links, link{op, b.Y})
		s = b.X
	}
	links = append(links, link{cx.Join, s})

	// How far from the left failures are caught by a || that lets the script
	// go on. links runs from the right to the left.
	caught := len(links)
	for i, l := range links {
		if l.op == Or && i < len(links)-1 && !aborts(l.stmt) {
			caught = i + 1
			break
		}
	}
	var all span
	guess := isTest(s)
	dir, maybe := st.dir, false
	for i := len(links) - 1; i >= 0; i-- {
		own := cx
		own.Join = links[i].op
		own.Tested = cx.Tested || i >= caught || guess && i == len(links)-1 && len(links) > 1
		if i < len(links)-1 {
			own.Conditional = cx.Conditional || links[i].op == Or || links[i].op == And && (i >= caught || guess)
		}
		if links[i].op == Or && i < len(links)-1 {
			guess = false
		}
		was := st.dir
		all = all.join(r.stmt(p, links[i].stmt, own, st, outer))
		maybe = maybe || own.Conditional && !cx.Conditional && st.dir != was
	}
	if maybe && st.dir != dir {
		st.dir = ""
	}
	return all
}

// aborts reports whether a statement ends the script, as in "|| exit 1".
func aborts(s *syntax.Stmt) bool {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		if len(c.Args) == 0 {
			return false
		}
		switch c.Args[0].Lit() {
		case "false":
			return true
		case "exit", "return":
			return len(c.Args) < 2 || c.Args[1].Lit() != "0"
		}
	case *syntax.Block:
		return len(c.Stmts) > 0 && aborts(c.Stmts[len(c.Stmts)-1])
	case *syntax.Subshell:
		return len(c.Stmts) > 0 && aborts(c.Stmts[len(c.Stmts)-1])
	}
	return false
}

// isTest reports whether a statement is there to ask, not to do.
func isTest(s *syntax.Stmt) bool {
	switch c := s.Cmd.(type) {
	case *syntax.TestClause, *syntax.ArithmCmd:
		return true
	case *syntax.CallExpr:
		if len(c.Args) == 0 {
			return false
		}
		switch c.Args[0].Lit() {
		case "[", "test", "[[", "which", "type", "hash":
			return true
		case "command":
			return len(c.Args) > 1 && strings.HasPrefix(c.Args[1].Lit(), "-v")
		case "grep", "egrep", "fgrep":
			return len(c.Args) > 1 && strings.HasPrefix(c.Args[1].Lit(), "-") && strings.ContainsRune(c.Args[1].Lit(), 'q')
		}
	}
	return false
}

// pipe reads a | b | c: each part runs in a subshell of its own.
func (r *reader) pipe(p *Piece, s *syntax.Stmt, cx Context, st *state, outer *Command) span {
	var parts []*syntax.Stmt
	for {
		b, ok := s.Cmd.(*syntax.BinaryCmd)
		if !ok || b.Op != syntax.Pipe && b.Op != syntax.PipeAll || len(parts) > 0 && len(s.Redirs) > 0 {
			break
		}
		parts = append(parts, b.Y)
		s = b.X
	}
	parts = append(parts, s)
	cx.InPipe = true
	cx.Subshell++
	var all, prev span
	for i := len(parts) - 1; i >= 0; i-- {
		own, ocx := *st, cx
		if i < len(parts)-1 {
			ocx.Join = Pipe
		}
		part := r.stmt(p, parts[i], ocx, &own, outer)
		if prev.last != nil && part.first != nil {
			prev.last.Next, part.first.Prev = part.first, prev.last
		}
		prev = part
		all = all.join(part)
	}
	return all
}

// branch reads statements that may not run, and says what is certain after
// them: a directory that only one way leads to is not known any more.
func (r *reader) branch(p *Piece, list []*syntax.Stmt, cx Context, st *state, outer *Command, after *state) span {
	own := *st
	cx.Conditional = true
	all := r.stmts(p, list, cx, &own, outer)
	if own.dir != st.dir && !ends(list) {
		after.dir = ""
	}
	return all
}

func ends(list []*syntax.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	c, ok := list[len(list)-1].Cmd.(*syntax.CallExpr)
	return ok && len(c.Args) > 0 && c.Args[0].Lit() == "exit"
}

func (r *reader) conditional(p *Piece, c *syntax.IfClause, cx Context, st *state, outer *Command) span {
	var all span
	after := *st
	for i := 0; c != nil; c, i = c.Else, i+1 {
		if len(c.Cond) > 0 {
			test := cx
			test.Tested = true
			test.Conditional = cx.Conditional || i > 0
			all = all.join(r.stmts(p, c.Cond, test, st, outer))
			after.options = st.options
			if i == 0 {
				after.dir = st.dir
			}
		}
		in := cx
		in.Join = First
		all = all.join(r.branch(p, c.Then, in, st, outer, &after))
	}
	*st = after
	return all
}

func (r *reader) loop(p *Piece, cond, do []*syntax.Stmt, cx Context, st *state, outer *Command) span {
	test := cx
	test.Tested, test.InLoop = true, true
	all := r.stmts(p, cond, test, st, outer)
	cx.InLoop, cx.Join = true, First
	after := *st
	all = all.join(r.branch(p, do, cx, st, outer, &after))
	*st = after
	return all
}

func (r *reader) forLoop(p *Piece, c *syntax.ForClause, cx Context, st *state, outer *Command) span {
	var all span
	if it, ok := c.Loop.(*syntax.WordIter); ok {
		for _, w := range it.Items {
			all = all.join(r.substs(p, w, cx, st, outer))
		}
	} else {
		all = r.substs(p, c.Loop, cx, st, outer)
	}
	cx.InLoop, cx.Join = true, First
	after := *st
	all = all.join(r.branch(p, c.Do, cx, st, outer, &after))
	*st = after
	return all
}

func (r *reader) cases(p *Piece, c *syntax.CaseClause, cx Context, st *state, outer *Command) span {
	all := r.substs(p, c.Word, cx, st, outer)
	after := *st
	cx.Join = First
	for _, item := range c.Items {
		for _, w := range item.Patterns {
			all = all.join(r.substs(p, w, cx, st, outer))
		}
		all = all.join(r.branch(p, item.Stmts, cx, st, outer, &after))
	}
	*st = after
	return all
}

func (r *reader) function(p *Piece, c *syntax.FuncDecl, cx Context, st *state, outer *Command) span {
	own := *st
	own.dir = ""
	cx.Function, cx.Join = "function", First
	if c.Name != nil {
		cx.Function = c.Name.Value
	}
	return r.stmt(p, c.Body, cx, &own, outer)
}

// builtin reads [[ ]], (( )) and let: a command without words.
func (r *reader) builtin(p *Piece, s *syntax.Stmt, name string, at source.Range, cx Context, st *state, outer *Command) span {
	c := call{stmt: s, piece: p, outer: outer, extent: p.Range(s.Cmd)}
	cmd := r.command(c, cx, st)
	cmd.Name, cmd.Family, cmd.NameRange = name, name, at
	all := span{cmd, cmd}
	r.substs(p, s.Cmd, cx, st, cmd)
	return all
}

// declaration reads export, local, declare and the like.
func (r *reader) declaration(p *Piece, s *syntax.Stmt, d *syntax.DeclClause, cx Context, st *state, outer *Command) span {
	c := call{stmt: s, piece: p, outer: outer, extent: p.Range(d)}
	c.words = r.take(1 + len(d.Args))[:1]
	c.words[0] = Word{Value: d.Variant.Value, Static: true, Range: p.Range(d.Variant), piece: p, Raw: &syntax.Word{Parts: []syntax.WordPart{d.Variant}}}
	for _, a := range d.Args {
		if a.Name == nil && a.Value != nil {
			c.words = append(c.words, p.word(a.Value))
			continue
		}
		as := p.assign(a)
		if as.Name != "" {
			c.assigns = append(c.assigns, as)
		}
		c.words = append(c.words, p.assignWord(a, &as))
	}
	cmd := r.command(c, cx, st)
	for _, a := range d.Args {
		r.assignSubsts(p, a, cx, st, cmd)
	}
	return span{cmd, cmd}
}

// assignWord returns a binding behind export as the word that it is.
func (p *Piece) assignWord(a *syntax.Assign, as *Assign) Word {
	w := Word{Range: as.Range, piece: p, Static: as.Value.Static || !as.Has, Quote: Mixed}
	w.Value = as.Name
	if as.Has {
		w.Value += "=" + as.Value.Value
	} else {
		w.Quote = Unquoted
	}
	var parts []syntax.WordPart
	if a.Name != nil {
		parts = append(parts, a.Name)
	}
	if a.Value != nil {
		eq := syntax.NewPos(a.Name.End().Offset(), a.Name.End().Line(), a.Name.End().Col())
		parts = append(parts, &syntax.Lit{ValuePos: eq, ValueEnd: a.Value.Pos(), Value: "="})
		parts = append(parts, a.Value.Parts...)
	}
	w.Raw = &syntax.Word{Parts: parts}
	if as.Value.Quote == Unquoted && as.Array == nil && len(w.Value) == as.Range.Len() {
		w.Quote = Unquoted
	}
	return w
}

// assign reads a binding of the tree.
func (p *Piece) assign(a *syntax.Assign) Assign {
	out := Assign{Append: a.Append, Has: !a.Naked, Array: a.Array, Range: p.Range(a)}
	if a.Name != nil {
		out.Name, out.NameRange = a.Name.Value, p.Range(a.Name)
	}
	if a.Value != nil {
		out.Value = p.word(a.Value)
	} else {
		out.Value = Word{Static: a.Array == nil, Range: source.Range{Start: out.Range.End, End: out.Range.End}, piece: p}
	}
	return out
}

// simple reads a call.
func (r *reader) simple(p *Piece, s *syntax.Stmt, n *syntax.CallExpr, cx Context, st *state, outer *Command) span {
	c := call{stmt: s, node: n, piece: p, outer: outer, extent: p.Range(n)}
	c.words = r.take(len(n.Args))
	for i, w := range n.Args {
		c.words[i] = p.word(w)
	}
	if len(n.Assigns) > 0 {
		c.assigns = make([]Assign, len(n.Assigns))
		for i, a := range n.Assigns {
			c.assigns[i] = p.assign(a)
		}
	}
	if len(s.Redirs) > 0 {
		c.redirs = r.redirects(p, s.Redirs)
		for i := range c.redirs {
			c.extent = c.extent.Join(c.redirs[i].Range)
		}
	}
	read := len(r.sc.Pieces)
	cmd := r.command(c, cx, st)
	for _, a := range n.Assigns {
		r.assignSubsts(p, a, cx, st, cmd)
	}
	for _, w := range n.Args {
		if len(w.Parts) == 1 {
			if _, ok := w.Parts[0].(*syntax.Lit); ok {
				continue
			}
		}
		if len(r.sc.Pieces) > read && r.wasRead(p.Range(w), read) {
			continue
		}
		r.substs(p, w, cx, st, cmd)
	}
	r.redirectSubsts(p, s.Redirs, cx, st, cmd)
	return span{cmd, cmd}
}

// wasRead reports whether a word was read as a script, one of the pieces from
// the index on, so that its substitutions are in the list already.
func (r *reader) wasRead(w source.Range, from int) bool {
	for _, p := range r.sc.Pieces[from:] {
		if w.Contains(p.Extent) {
			return true
		}
	}
	return false
}

func (r *reader) assignSubsts(p *Piece, a *syntax.Assign, cx Context, st *state, outer *Command) {
	if a.Value != nil {
		r.substs(p, a.Value, cx, st, outer)
	}
	if a.Array != nil {
		r.substs(p, a.Array, cx, st, outer)
	}
}

func (r *reader) redirectSubsts(p *Piece, list []*syntax.Redirect, cx Context, st *state, outer *Command) {
	for i, rd := range list {
		if rd.Word != nil {
			r.substs(p, rd.Word, cx, st, outer)
		}
		if rd.Hdoc != nil && !outer.Redirects[i].Script {
			r.substs(p, rd.Hdoc, cx, st, outer)
		}
	}
}

// substs reads the command substitutions below a node.
func (r *reader) substs(p *Piece, n syntax.Node, cx Context, st *state, outer *Command) span {
	var all span
	if w, ok := n.(*syntax.Word); ok && !hasSubst(w.Parts) {
		return all
	}
	cx.InSubst, cx.Join = true, First
	cx.Subshell++
	cx.InPipe, cx.Negated, cx.Background = false, false, false
	syntax.Walk(n, func(n syntax.Node) bool {
		var list []*syntax.Stmt
		switch n := n.(type) {
		case *syntax.CmdSubst:
			list = n.Stmts
		case *syntax.ProcSubst:
			list = n.Stmts
		default:
			return true
		}
		own := *st
		all = all.join(r.stmts(p, list, cx, &own, outer))
		return false
	})
	return all
}

// hasSubst reports whether parts may hold a command substitution.
func hasSubst(parts []syntax.WordPart) bool {
	for _, part := range parts {
		switch part := part.(type) {
		case *syntax.Lit, *syntax.SglQuoted, *syntax.ExtGlob:
		case *syntax.DblQuoted:
			if hasSubst(part.Parts) {
				return true
			}
		case *syntax.ParamExp:
			if !part.Short && (part.Exp != nil || part.Repl != nil || part.Index != nil || part.Slice != nil) {
				return true
			}
		default:
			return true
		}
	}
	return false
}

func (r *reader) redirects(p *Piece, list []*syntax.Redirect) []Redirect {
	out := make([]Redirect, len(list))
	for i, n := range list {
		rd := &out[i]
		rd.Op = n.Op.String()
		rd.Fd = fd(n)
		rd.Range = p.span(n.Pos(), n.Word.End())
		rd.Target = p.word(n.Word)
		rd.Static = true
		rd.Body = source.Range{Start: rd.Range.End, End: rd.Range.End}
		if n.Op == syntax.Hdoc || n.Op == syntax.DashHdoc {
			r.document(p, n, rd)
		}
	}
	return out
}

func fd(n *syntax.Redirect) int {
	if n.N != nil {
		v := 0
		for _, c := range n.N.Value {
			if c < '0' || c > '9' || v > 1000 {
				return -1
			}
			v = v*10 + int(c-'0')
		}
		return v
	}
	switch n.Op {
	case syntax.RdrIn, syntax.RdrInOut, syntax.DplIn, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
		return 0
	case syntax.RdrAll, syntax.AppAll:
		return -1
	}
	return 1
}

// document reads a here-document.
func (r *reader) document(p *Piece, n *syntax.Redirect, rd *Redirect) {
	if n.Hdoc == nil {
		return
	}
	start := int(n.Hdoc.Pos().Offset())
	if nl := strings.LastIndexByte(p.text[:start], '\n'); nl >= 0 {
		start = nl + 1
	}
	end := start
	for end < len(p.text) {
		line, _, _ := strings.Cut(p.text[end:], "\n")
		bare := strings.TrimSuffix(seen(line), "\r")
		if n.Op == syntax.DashHdoc {
			bare = strings.TrimLeft(bare, "\t")
		}
		if bare == rd.Target.Value {
			break
		}
		end = min(end+len(line)+1, len(p.text))
	}
	base := p.Extent.Start
	rd.Body = source.Range{Start: base + start, End: base + end}
	quoted := rd.Target.Quote != Unquoted
	rd.Static = quoted || p.document(n.Hdoc, quoted).Static
	rd.Content = seen(maskDocument(p.text[start:end], !quoted, n.Op == syntax.DashHdoc))
}

// maxPath is the length from which on a directory is not followed: Linux knows
// no longer paths.
const maxPath = 4096

// chdir follows a cd.
func (st *state) chdir(args []Word) {
	var to *Word
	for i := range args {
		if v := args[i].Value; to == nil && (v == "--" || len(v) > 1 && v[0] == '-' && args[i].Static) {
			continue
		}
		if to != nil {
			return
		}
		to = &args[i]
	}
	was := st.dir
	switch {
	case to == nil:
		st.dir = ""
	case to.Value == "-" && to.Static:
		st.dir = st.before
	default:
		st.dir = to.path(st.dir)
	}
	if len(st.dir) > maxPath {
		st.dir = ""
	}
	st.before = was
}

// path returns the path that a word names, seen from the directory dir; "" when
// it is not known.
func (w *Word) path(dir string) string {
	v := w.Value
	switch {
	case v == "" || !w.Static || w.Pattern:
		return ""
	case v[0] == '~' && w.Quote == Unquoted:
		return ""
	case v[0] == '/':
		return path.Clean(v)
	case dir == "":
		return ""
	}
	return path.Join(dir, v)
}
