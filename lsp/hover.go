package lsp

import (
	"context"
	"fmt"
	"go/doc/comment"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.lsp.dev/protocol"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/knowledge/secrets"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// Hover explains what stands at a position.
func (s *Server) Hover(ctx context.Context, p *protocol.HoverParams) (*protocol.Hover, error) {
	f := s.fileAt(ctx, p.TextDocument.URI, p.Position)
	if f == nil {
		return nil, nil
	}
	off := f.offset(p.Position)
	var text string
	var rng source.Range
	switch f.kind {
	case dockerFile:
		text, rng = s.hoverDockerfile(f, off)
	case ignoreFile:
		text, rng = hoverIgnore(f, off)
	case configFile:
		text, rng = s.hoverConfig(f, off)
	}
	if text == "" {
		return nil, nil
	}
	return &protocol.Hover{Contents: s.markup(text, s.caps.markdown), Range: new(f.rng(rng))}, nil
}

// markup returns text in Markdown, or plain for clients that show nothing else.
func (s *Server) markup(text string, markdown bool) *protocol.MarkupContent {
	if markdown {
		return &protocol.MarkupContent{Kind: protocol.MarkupKindMarkdown, Value: text}
	}
	plain := strings.NewReplacer("```dockerfile\n", "", "```\n", "", "```", "", "**", "", "`", "").Replace(text)
	return &protocol.MarkupContent{Kind: protocol.MarkupKindPlainText, Value: plain}
}

func (s *Server) hoverDockerfile(f *file, off int) (string, source.Range) {
	d := f.doc()
	for _, pr := range d.Pragmas() {
		for _, n := range pr.Names {
			if touches(n.Range, off) {
				if r := s.rule(n.Value); r != nil {
					return s.ruleText(r, true), n.Range
				}
			}
		}
	}
	for _, dir := range d.Tree().Directives {
		if touches(dir.Range, off) {
			return directiveText(dir.Name), dir.Range
		}
	}
	ins := at(f, off)
	if ins == nil {
		return "", source.Range{}
	}
	if touches(ins.Keyword.Range, off) {
		return instructionText(f, ins), ins.Keyword.Range
	}
	if n := varAt(d, off); n != nil {
		return varText(f, n), n.at
	}
	if text, r := flagHover(f, ins, off); text != "" {
		return text, r
	}
	if n := stageAt(d, off); n != nil {
		return stageText(f, n.stage), n.at
	}
	if ins.Name == "FROM" {
		if st := d.Stages().StageOf(ins); st != nil && touches(st.Image.Range, off) {
			return imageText(&st.Base), st.Image.Range
		}
	}
	if ins.Is("COPY", "ADD") {
		return copyHover(f, ins, off)
	}
	return "", source.Range{}
}

func directiveText(name string) string {
	switch name {
	case "syntax":
		return "**syntax** chooses the image of the frontend that reads this file, such as `docker/dockerfile:1`. The newest features need no newer engine then."
	case "escape":
		return "**escape** sets the character that continues lines: a backslash, or a backquote for Windows paths."
	case "check":
		return "**check** configures the checks of `docker build --check`: `skip=RULE,RULE`, `skip=all`, `error=true`."
	}
	return ""
}

func instructionText(f *file, ins *dockerfile.Instruction) string {
	doc, ok := knowledge.InstructionOf(ins.Name)
	if !ok {
		return ""
	}
	text := instructionDoc(doc)
	if add := layerText(f, ins); add != "" {
		text += "\n\n" + add
	}
	if where := stateText(f, ins); where != "" {
		text += "\n\n" + where
	}
	return text
}

func instructionDoc(doc *knowledge.InstructionDoc) string {
	text := "```dockerfile\n" + strings.Join(doc.Syntax, "\n") + "\n```\n" + doc.Doc
	if doc.Deprecated != "" {
		text += "\n\nDeprecated: use `" + doc.Deprecated + "`."
	}
	return text + "\n\n[Reference](" + doc.URL() + ")"
}

// stateText says in which directory and as which user an instruction runs.
func stateText(f *file, ins *dockerfile.Instruction) string {
	if !ins.Is("RUN", "CMD", "ENTRYPOINT", "COPY", "ADD", "WORKDIR") || f.doc().Stages().StageOf(ins) == nil {
		return ""
	}
	st := f.doc().Stages().StateAt(ins)
	var parts []string
	if st.WorkdirKnown {
		parts = append(parts, "in `"+st.Workdir+"`")
	}
	if st.UserKnown && st.User != "" && ins.Name != "COPY" && ins.Name != "ADD" {
		parts = append(parts, "as `"+st.User+"`")
	}
	if len(parts) == 0 {
		return ""
	}
	return "Here: " + strings.Join(parts, ", ") + "."
}

// layerText says what a step writes, as far as its text tells.
func layerText(f *file, ins *dockerfile.Instruction) string {
	if !ins.Is("RUN", "COPY", "ADD") || f.doc().Stages().StageOf(ins) == nil || ins.Err != nil {
		return ""
	}
	step := f.doc().Layers().Step(ins)
	var paths []string
	seen := map[string]bool{}
	for k := range step.Adds {
		e := &step.Adds[k]
		if e.Brings() && !seen[e.Path] {
			seen[e.Path] = true
			paths = append(paths, "`"+e.Path+"`")
		}
	}
	text := packagesText(f, ins)
	if len(paths) > 0 {
		text = strings.TrimSpace(text + " Writes " + fewNames(paths, 6) + ".")
	}
	if gone := removedText(step); gone != "" {
		text = strings.TrimSpace(text + " " + gone)
	}
	if step.Copy != nil && step.Copy.FromContext() {
		if sel := selectionText(step.Copy); sel != "" {
			text = strings.TrimSpace(text + " " + sel)
		}
	}
	return text
}

// packagesText says what the package managers of a RUN install.
func packagesText(f *file, ins *dockerfile.Instruction) string {
	var parts []string
	for _, c := range f.doc().Shell(ins).All() {
		op := c.Package()
		if op == nil || op.Action != shell.Install {
			continue
		}
		var names []string
		for k := range op.Packages {
			if p := &op.Packages[k]; p.Name != "" {
				names = append(names, "`"+p.Name+"`")
			}
		}
		switch {
		case len(names) > 0:
			parts = append(parts, "Installs "+fewNames(names, 8)+" with "+op.Manager+".")
		case op.ManifestInstall:
			parts = append(parts, "Installs with "+op.Manager+" what the project lists.")
		}
	}
	return strings.Join(parts, " ")
}

// removedText says what a step certainly removes.
func removedText(step *layers.Step) string {
	var paths []string
	for k := range step.Removes {
		if e := &step.Removes[k]; e.Certain && !slices.Contains(paths, "`"+e.Path+"`") {
			paths = append(paths, "`"+e.Path+"`")
		}
	}
	if len(paths) == 0 {
		return ""
	}
	return "Removes " + fewNames(paths, 6) + "."
}

func fewNames(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
}

// selectionText says which files a COPY takes.
func selectionText(c *layers.Copy) string {
	sel := c.Selection()
	if sel == nil || len(sel.Sources) == 0 || len(sel.With(buildctx.SourceUnknown)) == len(sel.Sources) {
		return ""
	}
	var names []string
	for _, e := range sel.Files {
		names = append(names, "`"+e.Path+"`")
	}
	text := "Takes " + plural(len(sel.Files), "file") + ", " + sizeText(sel.Size)
	if len(names) > 0 {
		text += ": " + fewNames(names, 5)
	}
	return text + "."
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

func sizeText(n int64) string {
	switch {
	case n >= 10<<20:
		return fmt.Sprintf("%d MB", n>>20)
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f kB", float64(n)/(1<<10))
	}
	return plural(int(n), "byte")
}

// copyHover says which files one source of a COPY names.
func copyHover(f *file, ins *dockerfile.Instruction, off int) (string, source.Range) {
	step := f.doc().Layers().Step(ins)
	if step.Copy == nil {
		return "", source.Range{}
	}
	if touches(step.Copy.Dest.Range, off) && step.Copy.DestKnown {
		return "In the image: `" + step.Copy.DestPath + "`", step.Copy.Dest.Range
	}
	for k, src := range step.Copy.Sources {
		if !touches(src.Word.Range, off) {
			continue
		}
		if !step.Copy.FromContext() || src.URL || src.Git || src.Heredoc != nil {
			return "", source.Range{}
		}
		sel := step.Copy.Selection()
		if k >= len(sel.Sources) {
			return "", source.Range{}
		}
		return sourceText(&sel.Sources[k]), src.Word.Range
	}
	return "", source.Range{}
}

func sourceText(m *buildctx.SourceMatch) string {
	switch m.State {
	case buildctx.SourceFound:
		var size int64
		var names []string
		for _, e := range m.Files {
			size += e.Size
			names = append(names, "`"+e.Path+"`")
		}
		text := plural(len(m.Files), "file") + ", " + sizeText(size)
		if len(names) > 0 {
			text += ": " + fewNames(names, 8)
		}
		return text
	case buildctx.SourceMissing:
		return "Nothing in the build context has this name."
	case buildctx.SourceIgnored:
		if m.By != nil {
			return "The ignore file leaves it out: `" + m.By.Text + "`."
		}
		return "The ignore file leaves it out."
	case buildctx.SourceOutside:
		return "A symbolic link leads out of the build context."
	}
	return ""
}

// flagHover explains a flag, an option of a mount, or permission bits.
func flagHover(f *file, ins *dockerfile.Instruction, off int) (string, source.Range) {
	doc, ok := knowledge.InstructionOf(ins.Name)
	if !ok {
		return "", source.Range{}
	}
	for k := range ins.Flags {
		fl := &ins.Flags[k]
		if !touches(fl.Range, off) {
			continue
		}
		if fl.Name == "chmod" && touches(fl.ValueRange, off) {
			if text := modeText(fl.Value); text != "" {
				return text, fl.ValueRange
			}
		}
		if fl.Name == "from" && touches(fl.ValueRange, off) {
			if n := stageAt(f.doc(), off); n != nil {
				return stageText(f, n.stage), n.at
			}
		}
		if fl.Name == "mount" {
			if text, r := mountHover(fl, off); text != "" {
				return text, r
			}
		}
		if fd, ok := doc.FlagOf(fl.Name); ok {
			return flagText(fd), fl.Range
		}
	}
	return "", source.Range{}
}

func flagText(fd knowledge.FlagDoc) string {
	text := "**--" + fd.Name + "**"
	switch {
	case fd.Value != "":
		text = "**--" + fd.Name + "=" + fd.Value + "**"
	case len(fd.Values) > 0:
		text = "**--" + fd.Name + "**=" + strings.Join(fd.Values, "|")
	}
	text += "\n\n" + fd.Doc
	if fd.Since != "" {
		text += "\n\nNeeds syntax " + fd.Since + "."
	}
	return text + "\n\n[Reference](" + fd.URL() + ")"
}

func mountHover(fl *dockerfile.Flag, off int) (string, source.Range) {
	name := ""
	if o := fl.Option("type"); o != nil {
		name = o.Value
	}
	doc, ok := knowledge.MountTypeOf(name)
	if !ok {
		return "", source.Range{}
	}
	for _, o := range fl.Options {
		if !touches(o.Range, off) {
			continue
		}
		if o.Key == "type" {
			return "**type=" + doc.Name + "**\n\n" + doc.Doc + "\n\n[Reference](" + doc.URL() + ")", o.Range
		}
		if od, ok := doc.OptionOf(o.Key); ok {
			return "**" + od.Name + "**\n\n" + od.Doc, o.Range
		}
	}
	return "", source.Range{}
}

// modeText spells octal permission bits out.
func modeText(v string) string {
	n, err := strconv.ParseUint(v, 8, 32)
	if err != nil || len(v) < 3 || len(v) > 5 {
		return ""
	}
	var b strings.Builder
	const letters = "rwx"
	for i := 8; i >= 0; i-- {
		if n>>i&1 == 1 {
			b.WriteByte(letters[(8-i)%3])
		} else {
			b.WriteByte('-')
		}
	}
	words := func(bits uint64) string {
		var w []string
		for i, name := range []string{"read", "write", "execute"} {
			if bits>>(2-i)&1 == 1 {
				w = append(w, name)
			}
		}
		if len(w) == 0 {
			return "nothing"
		}
		return strings.Join(w, ", ")
	}
	text := "`" + b.String() + "`: owner " + words(n>>6&7) + "; group " + words(n>>3&7) + "; others " + words(n&7)
	for _, x := range []struct {
		bit  uint64
		name string
	}{{0o4000, "setuid"}, {0o2000, "setgid"}, {0o1000, "sticky"}} {
		if n&x.bit != 0 {
			text += "; " + x.name
		}
	}
	return text
}

// mayHoldSecret reports whether a value is not to be shown: its name promises a
// secret, or there is one in it.
func mayHoldSecret(name, value string) bool {
	if knowledge.ClassifyName(name) == knowledge.NameSecret || knowledge.ClassifyValue(name, value) == knowledge.ValueCredentials {
		return true
	}
	if i := strings.Index(value, "://"); i >= 0 && strings.Contains(value[i:], "@") {
		return true
	}
	return len(value) > 24 && knowledge.LooksRandom(value) || len(secrets.Scan(name+"="+value, "")) > 0 || strings.Contains(strings.ToLower(value), "password")
}

// varText says what a variable is worth and who sets it.
func varText(f *file, n *named) string {
	v := n.v
	kind := map[stage.VarKind]string{
		stage.Env: "environment variable", stage.Arg: "build argument", stage.MetaArg: "build argument, for FROM lines", stage.Platform: "set by the builder",
	}[v.Kind]
	text := "**" + n.name + "**: " + kind
	set := v
	if !v.Set && v.Meta != nil {
		set = v.Meta
	}
	switch {
	case f.doc().Build.Args[n.name] != "" && v.Kind != stage.Env:
		if mayHoldSecret(n.name, f.doc().Build.Args[n.name]) {
			return text + "\n\nIts value, from the build's arguments, is not shown: it looks like a secret."
		}
		text += "\n\nValue: `" + f.doc().Build.Args[n.name] + "`, from the build's arguments"
	case set.Set && mayHoldSecret(n.name, set.Value):
		text += "\n\nIts value is not shown: it looks like a secret."
	case set.Set && set.Known:
		text += "\n\nValue: `" + set.Value + "`"
	case set.Set:
		text += "\n\nIts value depends on what is not known here."
	case v.Kind != stage.Platform:
		text += "\n\nIt has no default."
	}
	if set.By != nil {
		text += fmt.Sprintf("\n\nSet in line %d.", f.src.Line(set.Pair.Key.Range.Start)+1)
	}
	for _, doc := range append(knowledge.PlatformArgs(), knowledge.PredefinedArgs()...) {
		if doc.Name == n.name {
			text += "\n\n" + doc.Doc
		}
	}
	return text
}

func stageLabel(st *stage.Stage) string {
	if st.NameWord.Value != "" {
		return st.NameWord.Value
	}
	return strconv.Itoa(st.Index)
}

func stageText(f *file, st *stage.Stage) string {
	text := fmt.Sprintf("**Stage %s**, number %d, on `%s`", stageLabel(st), st.Index, st.Image.Value)
	if st.Base.Known && st.Base.Name != st.Image.Value {
		text += " = `" + st.Base.Name + "`"
	}
	var users []string
	for _, u := range st.UsedBy {
		users = append(users, "line "+strconv.Itoa(f.src.Line(u.By.Range.Start)+1))
	}
	switch {
	case len(users) > 0:
		text += "\n\nUsed in " + fewNames(users, 6) + "."
	case f.doc().Stages().Target == st:
		text += "\n\nThis is the stage that is built."
	default:
		text += "\n\nNothing uses it."
	}
	return text
}

// imageText says what is known of a base image.
func imageText(b *stage.Base) string {
	if b.Scratch() {
		return "**scratch** is the empty image."
	}
	if !b.Known {
		return "The image depends on a build argument without a value."
	}
	text := "**" + b.Name + "**"
	ref, err := knowledge.ParseRef(b.Name)
	if err != nil {
		return text
	}
	facts, ok := knowledge.WellKnownImage(ref)
	if !ok {
		return text + linkText(imagePage(b.Name))
	}
	var parts []string
	add := func(name, v string) {
		if v != "" {
			parts = append(parts, name+" `"+v+"`")
		}
	}
	add("distribution", strings.TrimSpace(facts.Distro+" "+facts.Release))
	add("libc", facts.Libc)
	add("packages by", facts.PackageManager)
	add("shell", facts.Shell)
	add("user", facts.User)
	add("directory", facts.Workdir)
	if len(facts.Entrypoint) > 0 {
		add("entrypoint", strings.Join(facts.Entrypoint, " "))
	}
	if len(facts.Cmd) > 0 {
		add("command", strings.Join(facts.Cmd, " "))
	}
	if facts.Minimal {
		parts = append(parts, "neither shell nor package manager")
	}
	if len(parts) > 0 {
		text += "\n\n" + strings.Join(parts, ", ")
	}
	if e, ok := knowledge.EOL(facts.Product(), ref.Tag); ok && !e.Date.IsZero() {
		text += "\n\nSupported until " + e.Date.Format(time.DateOnly)
		if e.Successor != "" {
			text += "; then `" + e.Successor + "`"
		}
		text += "."
	}
	return text + linkText(imagePage(b.Name))
}

func linkText(page string) string {
	if page == "" {
		return ""
	}
	return "\n\n[Page of the image](" + page + ")"
}

// imagePage returns where an image is described; "" when that is not known.
func imagePage(name string) string {
	ref, err := knowledge.ParseRef(name)
	if err != nil || ref.IsScratch() {
		return ""
	}
	switch ref.Registry {
	case "docker.io":
		if rest, ok := strings.CutPrefix(ref.Repository, "library/"); ok {
			return "https://hub.docker.com/_/" + rest
		}
		return "https://hub.docker.com/r/" + ref.Repository
	case "quay.io":
		return "https://quay.io/repository/" + ref.Repository
	case "mcr.microsoft.com":
		return "https://mcr.microsoft.com/artifact/mar/" + ref.Repository
	case "gcr.io", "ghcr.io", "public.ecr.aws":
		return "https://" + ref.Registry + "/" + ref.Repository
	}
	return ""
}

// rule returns the rule that a name means, the first of several that share an alias;
// nil for none.
func (s *Server) rule(name string) *lint.Rule {
	for _, r := range s.opts.Rules {
		if strings.EqualFold(r.ID, name) || strings.EqualFold(r.Category+"/"+r.ID, name) {
			return r
		}
	}
	for _, r := range s.opts.Rules {
		for _, a := range r.Aliases {
			if strings.EqualFold(a, name) {
				return r
			}
		}
	}
	return nil
}

// ruleText is the documentation of a rule in Markdown.
func (s *Server) ruleText(r *lint.Rule, long bool) string {
	text := "**" + r.ID + "** (" + r.Severity.String() + "): " + r.Summary
	if long {
		var p comment.Parser
		pr := comment.Printer{HeadingID: func(*comment.Heading) string { return "" }}
		text += "\n\n" + strings.TrimSpace(string(pr.Markdown(p.Parse(r.Doc))))
	}
	if len(r.Aliases) > 0 {
		text += "\n\nAlso known as " + strings.Join(r.Aliases, ", ") + "."
	}
	if s.opts.RuleURL != nil {
		text += "\n\n[Documentation](" + s.opts.RuleURL(r.ID) + ")"
	}
	return text
}
