package lsp

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.lsp.dev/protocol"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// maxItems is how many items are offered at once.
const maxItems = 400

// completion collects what can stand at a place.
type completion struct {
	s     *Server
	f     *file
	off   int
	items []protocol.CompletionItem
	seen  map[string]bool
	full  bool // there was more
	have  string
}

// matches reports whether a text can be meant by what has been written: it holds
// that, or begins with the same letter and has the others in order.
func matches(text, have string) bool {
	return strings.Contains(text, have) || text != "" && text[0] == have[0] && fuzzy(text, have)
}

// ranked puts the items that begin with what has been written first.
func ranked(items []protocol.CompletionItem, have string) []protocol.CompletionItem {
	begins := func(it *protocol.CompletionItem) int {
		text, _ := it.FilterText.Get()
		if strings.HasPrefix(strings.ToLower(text), strings.ToLower(have)) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(items, func(a, b protocol.CompletionItem) int { return begins(&a) - begins(&b) })
	for k := range items {
		if old, _ := items[k].SortText.Get(); !strings.HasPrefix(old, "9") {
			items[k].SortText = protocol.NewOptional(fmt.Sprintf("%04d", k))
		}
	}
	return items
}

// Completion offers what can stand at a position.
func (s *Server) Completion(ctx context.Context, p *protocol.CompletionParams) (protocol.CompletionResult, error) {
	f := s.fileAt(ctx, p.TextDocument.URI, p.Position)
	out := &protocol.CompletionList{Items: []protocol.CompletionItem{}}
	if f == nil {
		return out, nil
	}
	c := &completion{s: s, f: f, off: f.offset(p.Position), seen: map[string]bool{}}
	switch f.kind {
	case dockerFile:
		c.dockerfile()
	case ignoreFile:
		c.completeIgnore()
	case configFile:
		c.completeConfig()
	}
	if c.items != nil {
		out.Items = ranked(c.items, c.have)
	}
	out.IsIncomplete = c.full
	return out, nil
}

// CompletionResolve adds the documentation of images. That of all else is there
// from the start: it costs little.
func (s *Server) CompletionResolve(_ context.Context, p *protocol.CompletionItem) (*protocol.CompletionItem, error) {
	if p.Kind == protocol.CompletionItemKindReference && p.Documentation == nil {
		p.Documentation = s.markup(imageText(&stage.Base{Name: p.Label, Known: true}), s.caps.docMarkdown)
	}
	return p, nil
}

// item adds an item that replaces word by its label.
func (c *completion) item(word source.Range, label string, kind protocol.CompletionItemKind, detail, doc string) {
	c.itemText(word, label, label, kind, detail, doc)
}

// itemText adds an item that replaces word by text.
func (c *completion) itemText(word source.Range, label, text string, kind protocol.CompletionItemKind, detail, doc string) *protocol.CompletionItem {
	have := c.f.src.Text[word.Start:c.off]
	if c.seen[label] || !matches(strings.ToLower(text), strings.ToLower(have)) {
		return nil
	}
	if len(c.items) >= maxItems {
		c.full = true
		return nil
	}
	c.seen[label] = true
	c.have = have
	it := protocol.CompletionItem{
		Label: label, Kind: kind, FilterText: protocol.NewOptional(text),
		SortText: protocol.NewOptional(fmt.Sprintf("%04d", len(c.items))),
		TextEdit: &protocol.TextEdit{Range: c.f.rng(word), NewText: text},
	}
	if detail != "" {
		it.Detail = protocol.NewOptional(detail)
	}
	if doc != "" {
		it.Documentation = c.s.markup(doc, c.s.caps.docMarkdown)
	}
	c.items = append(c.items, it)
	return &c.items[len(c.items)-1]
}

// snippet turns the item into one with places to fill, where the client takes
// that.
func (c *completion) snippet(it *protocol.CompletionItem, text string) {
	if it == nil || !c.s.caps.snippets {
		return
	}
	it.InsertTextFormat = protocol.InsertTextFormatSnippet
	if e, ok := it.TextEdit.(*protocol.TextEdit); ok {
		e.NewText = text
	}
}

// dockerfile offers what can stand at a place of a Dockerfile.
func (c *completion) dockerfile() {
	text := c.f.src.Text
	line := c.f.src.LineRange(c.f.src.Line(c.off))
	before := text[line.Start:c.off]
	ins := at(c.f, c.off)
	for _, h := range heredocsOf(ins) {
		if h.Body.Start <= c.off && c.off <= h.Body.End {
			c.variables(ins)
			return
		}
	}
	if strings.HasPrefix(strings.TrimSpace(before), "#") {
		c.comment(line, before)
		return
	}
	if ins == nil || c.off > ins.Range.End {
		ins = c.openInstruction(line)
	}
	if ins == nil || c.off <= ins.Keyword.Range.End {
		start := line.Start + len(before) - len(strings.TrimLeft(before, " \t"))
		if ins != nil && ins.Keyword.Range.Start < c.off {
			start = ins.Keyword.Range.Start
		}
		c.instructions(source.Range{Start: start, End: c.off}, false)
		return
	}
	c.inside(ins)
}

func heredocsOf(ins *dockerfile.Instruction) []dockerfile.Heredoc {
	if ins == nil {
		return nil
	}
	return ins.Heredocs
}

// openInstruction returns the instruction that the cursor's line belongs to when
// it stands behind all text: behind blanks, or on a line that continues.
func (c *completion) openInstruction(line source.Range) *dockerfile.Instruction {
	if ins := before(c.f, c.off); ins != nil && ins.Range.Start >= line.Start {
		return ins
	}
	list := c.f.doc().Tree().Instructions
	for k := len(list) - 1; k >= 0; k-- {
		if list[k].Range.Start >= c.off {
			continue
		}
		// The last line before must end in the escape character.
		between := strings.TrimRight(c.f.src.Text[list[k].Range.Start:line.Start], " \t\r\n")
		if strings.HasSuffix(between, string(c.f.doc().Tree().Escape)) {
			return list[k]
		}
		return nil
	}
	return nil
}

// comment offers directives and pragmas.
func (c *completion) comment(line source.Range, before string) {
	hash := line.Start + strings.IndexByte(before, '#')
	body := strings.TrimLeft(before[strings.IndexByte(before, '#')+1:], " \t")
	bodyStart := line.Start + len(before) - len(body)
	word := source.Range{Start: hash + 1, End: c.off}
	word.Start = bodyStart
	if i := strings.LastIndexAny(body, "=,; "); i >= 0 {
		word.Start = bodyStart + i + 1
	}
	lower := strings.ToLower(body)
	switch {
	case strings.Contains(body, " -- "):
	case strings.HasPrefix(lower, "syntax="):
		c.item(source.Range{Start: bodyStart + len("syntax="), End: c.off}, "docker/dockerfile:1", protocol.CompletionItemKindValue, "", "The newest stable syntax.")
	case strings.HasPrefix(lower, "escape="):
		c.item(word, "`", protocol.CompletionItemKindValue, "", "For Windows paths.")
		c.item(word, `\`, protocol.CompletionItemKindValue, "", "The usual one.")
	case strings.HasPrefix(lower, "check="):
		if strings.Contains(lower, "skip=") {
			c.ruleAliases(word)
			return
		}
		c.item(word, "skip=", protocol.CompletionItemKindProperty, "", "Checks to leave out.")
		c.item(word, "error=true", protocol.CompletionItemKindProperty, "", "Findings fail the build.")
	case strings.HasPrefix(lower, "dlint ") && strings.Contains(lower, "="):
		c.rules(word)
	case strings.HasPrefix(lower, "hadolint ") && strings.Contains(lower, "ignore="):
		c.hadolintCodes(word)
	case strings.HasPrefix(lower, "dlint "):
		c.item(word, "ignore=", protocol.CompletionItemKindProperty, "", "Ignores rules on the instruction below.")
		c.item(word, "ignore-stage=", protocol.CompletionItemKindProperty, "", "Ignores rules in this stage.")
		c.item(word, "ignore-file=", protocol.CompletionItemKindProperty, "", "Ignores rules in this file.")
	default:
		c.item(word, "dlint ignore=", protocol.CompletionItemKindSnippet, "", "Ignores rules on the instruction below.")
		if c.f.src.Line(c.off) <= len(c.f.doc().Tree().Directives) {
			c.item(word, "syntax=docker/dockerfile:1", protocol.CompletionItemKindSnippet, "", directiveText("syntax"))
			c.item(word, "escape=`", protocol.CompletionItemKindSnippet, "", directiveText("escape"))
			c.item(word, "check=skip=", protocol.CompletionItemKindSnippet, "", directiveText("check"))
		}
	}
}

// rules offers rule names, those that are found in the file first.
func (c *completion) rules(word source.Range) {
	found := c.f.found().list
	for k := range found {
		r := found[k].Rule
		c.item(word, r.ID, protocol.CompletionItemKindEnumMember, "found here", c.s.ruleText(r, false))
	}
	for _, r := range c.s.opts.Rules {
		c.item(word, r.ID, protocol.CompletionItemKindEnumMember, r.Category, c.s.ruleText(r, false))
	}
	have := strings.ToLower(c.f.src.Slice(word))
	for _, r := range c.s.opts.Rules {
		for _, a := range r.Aliases {
			if len(have) > 1 && strings.ContainsAny(a, "0123456789") && strings.HasPrefix(strings.ToLower(a), have) { // who types a code knows it
				c.item(word, a, protocol.CompletionItemKindEnumMember, r.ID, c.s.ruleText(r, false))
			}
		}
	}
	c.item(word, "all", protocol.CompletionItemKindEnumMember, "", "All rules.")
}

// hadolintCodes offers the codes that hadolint knows, those of findings first.
func (c *completion) hadolintCodes(word source.Range) {
	found := c.f.found().list
	for k := range found {
		for _, a := range found[k].Rule.Aliases {
			if isHadolintCode(a) {
				c.item(word, a, protocol.CompletionItemKindEnumMember, "found here", c.s.ruleText(found[k].Rule, false))
			}
		}
	}
	for _, r := range c.s.opts.Rules {
		for _, a := range r.Aliases {
			if isHadolintCode(a) {
				c.item(word, a, protocol.CompletionItemKindEnumMember, r.ID, c.s.ruleText(r, false))
			}
		}
	}
}

// isHadolintCode reports whether a code is in the notation of hadolint: DL3008,
// SC2086.
func isHadolintCode(a string) bool {
	digits, ok := strings.CutPrefix(a, "DL")
	if !ok {
		digits, ok = strings.CutPrefix(a, "SC")
	}
	return ok && len(digits) == 4 && strings.Trim(digits, "0123456789") == ""
}

// ruleAliases offers the names of BuildKit's own checks.
func (c *completion) ruleAliases(word source.Range) {
	for _, r := range c.s.opts.Rules {
		for _, a := range r.Aliases {
			if isCheckName(a) {
				c.item(word, a, protocol.CompletionItemKindEnumMember, r.ID, r.Summary)
			}
		}
	}
	c.item(word, "all", protocol.CompletionItemKindEnumMember, "", "All checks.")
}

// isCheckName reports whether a code is in the notation of BuildKit's checks:
// letters only, several of them capitals.
func isCheckName(a string) bool {
	capitals := 0
	for _, r := range a {
		if r < 'A' || r > 'z' || r > 'Z' && r < 'a' {
			return false
		}
		if r <= 'Z' {
			capitals++
		}
	}
	return capitals > 1 && capitals < len(a)
}

func (c *completion) instructions(word source.Range, trigger bool) {
	docs := knowledge.Instructions()
	for k := range docs {
		doc := &docs[k]
		if trigger && (doc.Name == "FROM" || doc.Name == "ONBUILD" || doc.Name == "MAINTAINER") {
			continue
		}
		name := doc.Name
		if have := c.f.src.Slice(word); have != "" && have == strings.ToLower(have) {
			name = strings.ToLower(name)
		}
		it := c.itemText(word, doc.Name, name+" ", protocol.CompletionItemKindKeyword, doc.Syntax[0], instructionDoc(doc))
		if it != nil && doc.Deprecated != "" {
			it.Tags = []protocol.CompletionItemTag{protocol.CompletionItemTagDeprecated}
		}
		if s := snippets[doc.Name]; s != "" {
			c.snippet(it, name+" "+s)
		}
	}
}

// snippets are the usual forms of instructions.
var snippets = map[string]string{
	"ADD": "${1:source} ${2:target}", "ARG": "${1:name}=${2:default}", "CMD": `["${1:program}"$0]`,
	"COPY": "${1:source} ${2:target}", "ENTRYPOINT": `["${1:program}"$0]`, "ENV": "${1:name}=${2:value}",
	"FROM": "${1:image}", "HEALTHCHECK": "CMD ${1:command}", "LABEL": "${1:key}=${2:value}",
	"SHELL": `["${1:/bin/bash}", "${2:-c}"]`, "WORKDIR": "${1:/app}", "EXPOSE": "${1:8080}", "USER": "${1:1000}",
}

// inside offers what can stand behind the keyword.
func (c *completion) inside(ins *dockerfile.Instruction) {
	text := c.f.src.Text
	start := c.off
	for start > ins.Keyword.Range.End && !isSpace(text[start-1]) {
		start--
	}
	word := source.Range{Start: start, End: c.off}
	have := c.f.src.Slice(word)
	first := strings.TrimSpace(text[ins.Keyword.Range.End:start]) == ""
	if c.variable(ins, have) {
		return
	}
	if strings.HasPrefix(have, "--") {
		c.flag(ins, word, have)
		return
	}
	flagsOnly := onlyFlags(text[ins.Keyword.Range.End:start])
	if flagsOnly && (have == "" || have == "-") {
		c.flags(ins, word)
	}
	c.operand(ins, word, first, flagsOnly)
}

// operand completes a word that is no flag. First says that none stands before it,
// flagsOnly that only flags do.
func (c *completion) operand(ins *dockerfile.Instruction, word source.Range, first, flagsOnly bool) {
	have := c.f.src.Slice(word)
	switch ins.Name {
	case "FROM":
		c.from(ins, word, have, flagsOnly)
	case "COPY", "ADD":
		c.copySource(ins, trimQuote(c.f.src, word))
	case "ONBUILD":
		if first {
			c.instructions(word, true)
		}
	case "HEALTHCHECK":
		if flagsOnly {
			c.item(word, "CMD", protocol.CompletionItemKindKeyword, "", "The command that checks.")
			c.item(word, "NONE", protocol.CompletionItemKindKeyword, "", "Drops the check of the base image.")
		}
	case "STOPSIGNAL":
		for _, n := range knowledge.SignalNames() {
			c.item(word, "SIG"+n, protocol.CompletionItemKindEnumMember, "", "")
		}
	case "USER":
		c.users(ins, word)
	case "EXPOSE":
		if port, _, ok := strings.Cut(have, "/"); ok && port != "" {
			for _, protocolName := range [...]string{"tcp", "udp", "sctp"} {
				c.item(word, port+"/"+protocolName, protocol.CompletionItemKindEnumMember, "", "")
			}
		}
	case "LABEL":
		for _, l := range knowledge.Labels() {
			c.itemText(word, l.Key, l.Key+"=", protocol.CompletionItemKindProperty, "", l.Doc)
		}
	case "ARG":
		c.arguments(ins, word)
	}
}

// arguments completes the name behind ARG: one that the build itself sets, or one
// declared above the first FROM.
func (c *completion) arguments(ins *dockerfile.Instruction, word source.Range) {
	if c.f.doc().Stages().StageOf(ins) == nil {
		return
	}
	for _, a := range knowledge.PlatformArgs() {
		c.item(word, a.Name, protocol.CompletionItemKindVariable, "", a.Doc)
	}
	for _, m := range c.f.doc().Stages().Meta {
		for _, p := range m.Pairs {
			detail := p.Value.Value
			if mayHoldSecret(p.Key.Value, detail) {
				detail = ""
			}
			c.item(word, p.Key.Value, protocol.CompletionItemKindVariable, detail, "")
		}
	}
}

// trimQuote leaves out an opening quote or bracket of a word.
func trimQuote(src *source.File, r source.Range) source.Range {
	for r.Start < r.End && (src.Text[r.Start] == '"' || src.Text[r.Start] == '[' || src.Text[r.Start] == ',') {
		r.Start++
	}
	return r
}

// onlyFlags reports whether a text holds flags and nothing else.
func onlyFlags(text string) bool {
	for _, w := range strings.Fields(text) {
		if !strings.HasPrefix(w, "--") && w != `\` && w != "`" {
			return false
		}
	}
	return true
}

// variable completes $NAME and ${NAME.
func (c *completion) variable(ins *dockerfile.Instruction, have string) bool {
	i := strings.LastIndexByte(have, '$')
	if i < 0 {
		return false
	}
	name := strings.TrimPrefix(have[i+1:], "{")
	if name != "" && !dockerfile.IsName(name) {
		return false
	}
	c.variables(ins)
	return true
}

// variables offers the variables in scope for a name that has begun at the
// cursor.
func (c *completion) variables(ins *dockerfile.Instruction) {
	text := c.f.src.Text
	start := c.off
	for start > 0 && dockerfile.IsNameByte(text[start-1]) {
		start--
	}
	braced := start > 0 && text[start-1] == '{'
	if start == 0 || text[start-1] != '$' && (!braced || start < 2 || text[start-2] != '$') {
		return
	}
	word := source.Range{Start: start, End: c.off}
	add := func(name, detail, doc string) {
		end := ""
		if braced && (c.off >= len(text) || text[c.off] != '}') {
			end = "}"
		}
		c.itemText(word, name, name+end, protocol.CompletionItemKindVariable, detail, doc)
	}
	g := c.f.doc().Stages()
	for _, v := range g.ScopeAt(ins).All() {
		if !dockerfile.IsName(v.Name) {
			continue
		}
		detail := ""
		switch {
		case v.Set && v.Known:
			detail = v.Value
		case v.Meta != nil && v.Meta.Known:
			detail = v.Meta.Value
		}
		if mayHoldSecret(v.Name, detail) {
			detail = ""
		}
		where := ""
		if v.By != nil {
			where = fmt.Sprintf("%s in line %d", v.By.Name, c.f.src.Line(v.By.Range.Start)+1)
		}
		add(v.Name, detail, where)
	}
	switch {
	case ins == nil:
	case ins.Name == "FROM":
		for _, a := range knowledge.PlatformArgs() {
			add(a.Name, "", a.Doc)
		}
	case ins.Name == "RUN":
		for _, a := range knowledge.PredefinedArgs() {
			if strings.HasSuffix(strings.ToUpper(a.Name), "_PROXY") { // the others are for the builder
				add(a.Name, "", a.Doc)
			}
		}
	}
}

// flags offers the flags of an instruction.
func (c *completion) flags(ins *dockerfile.Instruction, word source.Range) {
	doc, ok := knowledge.InstructionOf(ins.Name)
	if !ok {
		return
	}
	for _, fd := range doc.Flags {
		if !fd.Repeats && ins.Flag(fd.Name) != nil && !touches(ins.Flag(fd.Name).Range, c.off) {
			continue
		}
		text := "--" + fd.Name
		if fd.Value != "" || len(fd.Values) > 0 && fd.Values[0] != "true" {
			text += "="
		}
		c.itemText(word, "--"+fd.Name, text, protocol.CompletionItemKindProperty, fd.Value, flagText(fd))
	}
}

// flag completes a flag that has begun.
func (c *completion) flag(ins *dockerfile.Instruction, word source.Range, have string) {
	name, v, ok := strings.Cut(have[2:], "=")
	if !ok {
		c.flags(ins, word)
		return
	}
	at := source.Range{Start: word.Start + 2 + len(name) + 1, End: c.off}
	switch name {
	case "from":
		c.stages(ins, at)
		c.images(at)
	case "mount":
		c.mount(ins, at, v)
	case "platform":
		for _, p := range []string{"$BUILDPLATFORM", "$TARGETPLATFORM"} {
			c.item(at, p, protocol.CompletionItemKindVariable, "", "")
		}
		for _, p := range knowledge.Platforms() {
			c.item(at, p.String(), protocol.CompletionItemKindValue, "", "")
		}
	case "chmod":
		for _, m := range []string{"755", "644", "600", "700", "555", "444"} {
			c.item(at, m, protocol.CompletionItemKindValue, "", modeText(m))
		}
	case "chown":
		c.users(ins, at)
	case "exclude":
		c.paths(c.f.doc().Context(), at, false)
	default:
		if doc, ok := knowledge.InstructionOf(ins.Name); ok {
			if fd, ok := doc.FlagOf(name); ok {
				for _, x := range fd.Values {
					c.item(at, x, protocol.CompletionItemKindEnumMember, "", "")
				}
			}
		}
	}
}

// mount completes the options of a --mount.
func (c *completion) mount(ins *dockerfile.Instruction, at source.Range, v string) {
	kind := ""
	var last string
	for o := range strings.SplitSeq(v, ",") {
		last = o
		if t, ok := strings.CutPrefix(o, "type="); ok {
			kind = t
		}
	}
	at.Start = c.off - len(last)
	k, _, ok := strings.Cut(last, "=")
	if !ok {
		c.itemText(at, "type", "type=", protocol.CompletionItemKindProperty, "", "What is mounted.")
		if doc, ok := knowledge.MountTypeOf(kind); ok {
			for _, o := range doc.Options {
				c.itemText(at, o.Name, o.Name+"=", protocol.CompletionItemKindProperty, o.Value, o.Doc)
			}
		}
		return
	}
	at.Start += len(k) + 1
	switch k {
	case "type":
		types := knowledge.MountTypes()
		for i := range types {
			c.item(at, types[i].Name, protocol.CompletionItemKindEnumMember, "", types[i].Doc)
		}
	case "from":
		c.stages(ins, at)
		c.images(at)
	case "source", "src":
		c.paths(c.f.doc().Context(), at, false)
	default:
		if doc, ok := knowledge.MountTypeOf(kind); ok {
			if o, ok := doc.OptionOf(k); ok {
				for _, x := range o.Values {
					c.item(at, x, protocol.CompletionItemKindEnumMember, "", "")
				}
			}
		}
		if kind == "cache" && (k == "target" || k == "dst" || k == "destination") {
			for _, m := range knowledge.Managers() {
				for _, cm := range m.Mounts {
					c.item(at, cm.TargetFor("/root", func(string) (string, bool) { return "", false }), protocol.CompletionItemKindFolder, m.Name, "")
				}
			}
		}
	}
}

// stages offers the stages above an instruction.
func (c *completion) stages(ins *dockerfile.Instruction, at source.Range) {
	g := c.f.doc().Stages()
	own := g.StageOf(ins)
	for _, st := range g.Stages {
		if own != nil && st.Index >= own.Index {
			break
		}
		label := st.NameWord.Value
		if label == "" {
			label = strconv.Itoa(st.Index)
		}
		c.item(at, label, protocol.CompletionItemKindModule, "stage on "+st.Image.Value, "")
	}
}

// from completes a FROM: stages and images, tags behind the colon, AS.
func (c *completion) from(ins *dockerfile.Instruction, word source.Range, have string, image bool) {
	if !image {
		c.item(word, "AS", protocol.CompletionItemKindKeyword, "", "Names the stage.")
		return
	}
	if name, _, ok := strings.Cut(have, ":"); ok && !strings.Contains(name, "$") {
		c.tags(word, name)
		return
	}
	c.stages(ins, word)
	c.images(word)
}

func (c *completion) images(word source.Range) {
	for _, n := range knowledge.ImageNames() {
		doc := ""
		if ref, err := knowledge.ParseRef(n); err == nil {
			if facts, ok := knowledge.WellKnownImage(ref); ok {
				doc = strings.Trim(facts.Distro+", "+facts.PackageManager, ", ")
			}
		}
		c.item(word, n, protocol.CompletionItemKindReference, doc, "")
	}
}

// tags offers the releases of an image that are still supported.
func (c *completion) tags(word source.Range, name string) {
	ref, err := knowledge.ParseRef(name)
	if err != nil {
		return
	}
	facts, ok := knowledge.WellKnownImage(ref)
	if !ok {
		return
	}
	now := c.s.opts.now()
	for _, e := range knowledge.Releases(facts.Product()) {
		if e.Ended(now) {
			continue
		}
		for _, suffix := range tagSuffixes(facts.Family) {
			c.item(word, name+":"+e.Release+suffix, protocol.CompletionItemKindReference, "supported until "+e.Date.Format(time.DateOnly), "")
		}
	}
}

// tagSuffixes are variants that an image comes in.
func tagSuffixes(family string) []string {
	switch family {
	case "node", "python", "ruby", "rust", "php":
		return []string{"", "-slim", "-alpine"}
	case "golang":
		return []string{"", "-alpine"}
	case "debian":
		return []string{"", "-slim"}
	}
	return []string{""}
}

// users offers the accounts of the base image.
func (c *completion) users(ins *dockerfile.Instruction, word source.Range) {
	st := c.f.doc().Stages().StageOf(ins)
	if st == nil {
		return
	}
	if ref, err := knowledge.ParseRef(st.Root().Base.Name); err == nil {
		if facts, ok := knowledge.WellKnownImage(ref); ok {
			for _, u := range facts.Users {
				c.item(word, u.Name, protocol.CompletionItemKindValue, strconv.Itoa(u.UID), "")
				c.item(word, strconv.Itoa(u.UID), protocol.CompletionItemKindValue, u.Name, "")
			}
		}
	}
	c.item(word, "root", protocol.CompletionItemKindValue, "0", "")
}

// copySource offers the paths that a COPY can take: of the build context, or of
// the stage that --from names.
func (c *completion) copySource(ins *dockerfile.Instruction, word source.Range) {
	from := ins.Flag("from")
	if from == nil {
		c.paths(c.f.doc().Context(), word, false)
		return
	}
	var st *stage.Stage
	g := c.f.doc().Stages()
	if n, err := strconv.Atoi(from.Value); err == nil && n >= 0 && n < len(g.Stages) {
		st = g.Stages[n]
	} else {
		st = g.Named(from.Value)
	}
	if st == nil {
		return
	}
	for s := range st.Chain() {
		for _, i := range s.Body {
			if i.Err != nil || i.Range.Start >= ins.Range.Start {
				continue
			}
			step := c.f.doc().Layers().Step(i)
			for k := range step.Adds {
				e := &step.Adds[k]
				if e.Brings() && !e.Glob {
					c.item(word, e.Path, protocol.CompletionItemKindFile, fmt.Sprintf("line %d", c.f.src.Line(e.Range.Start)+1), "")
				}
			}
		}
		if w := s.Final().Workdir; w != "" && w != "/" {
			c.item(word, w, protocol.CompletionItemKindFolder, "working directory", "")
		}
	}
}

// paths offers the files and folders of a build context below the folder that
// has been written. Ignored ones are marked, and left out where patterns of an
// ignore file are written the other way round.
func (c *completion) paths(ctx *buildctx.Context, word source.Range, inIgnoreFile bool) {
	if !ctx.Known() {
		return
	}
	have := c.f.src.Text[word.Start:c.off]
	dir := ""
	if i := strings.LastIndexByte(have, '/'); i >= 0 {
		dir = have[:i+1]
	}
	if strings.ContainsAny(dir, "*?[$") {
		return
	}
	base := strings.Trim(path.Clean("/"+dir), "/")
	pattern := "*"
	if base != "" {
		pattern = base + "/*"
	}
	entries, err := ctx.Glob(pattern)
	if err != nil {
		return
	}
	for _, e := range entries {
		name := e.Base()
		kind := protocol.CompletionItemKindFile
		text := dir + name
		detail := sizeText(e.Size)
		if e.IsDir() {
			kind, detail = protocol.CompletionItemKindFolder, ""
			text += "/"
		}
		if !inIgnoreFile && !ctx.Included(e.Path) {
			detail = "ignored"
		}
		it := c.itemText(word, name, text, kind, detail, "")
		if it != nil && detail == "ignored" {
			it.SortText = protocol.NewOptional("9" + name)
			it.Tags = []protocol.CompletionItemTag{protocol.CompletionItemTagDeprecated}
		}
	}
}
