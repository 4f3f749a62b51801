package cache

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/cache/manifest"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// move puts a wide COPY behind an installation.
type move struct {
	wide *dockerfile.Instruction
	copy *layers.Copy
	inst *install
	// from is the folder of the context that the wide COPY takes, rel the
	// project's folder in it.
	from, rel string
	set       manifest.Set
	refuse    string
	grade     lint.Applicability
	edits     []lint.Edit
	others    []lint.FileEdit
}

// planMove returns the move for an installation, or nil when the COPY in front
// of it has nothing to do with it.
func planMove(p *lint.Pass, wide []*dockerfile.Instruction, i *install) *move {
	m := &move{wide: wide[len(wide)-1], inst: i, grade: lint.Unsafe}
	var ok bool
	m.copy, m.from, ok = destination(p, m.wide)
	if !ok {
		m.from = "."
	}
	m.locate(p)
	rel, inside := within(m.copy.DestPath, i.dir)
	if !inside && i.ecosystem != "" {
		return nil
	}
	m.rel = rel
	if p.Stages().StageOf(i.ins).Windows() || m.wide.IsOnbuild() {
		return nil
	}
	if i.ecosystem != "" {
		m.read(p)
	}
	switch {
	case !ok:
		m.stop("the COPY has several sources or is more than a plain one")
	case len(wide) > 1 && i.ecosystem != "" && !m.soleSource(p, wide[:len(wide)-1]):
		m.stop("sources are copied in several places")
	case strings.Contains(m.copy.Sources[0].Word.Value, "$"), strings.Contains(m.copy.Dest.Value, "$"):
		m.stop("a variable decides what is copied, or where to")
	case m.copy.DestPath == "/" && i.ecosystem == "":
		m.stop("the COPY may bring configuration of the system")
	}
	m.between(p)
	if !p.Document.Context().Known() && i.ecosystem != "" {
		m.grade = lint.Manual
		m.refuse = orElse(m.refuse, "the build context is not known")
		return m
	}
	if m.refuse == "" {
		m.write(p)
	}
	return m
}

// locate takes the folder that the COPY fills for the project where pip is given
// requirement files in it, for pip does not care where it runs.
func (m *move) locate(p *lint.Pass) {
	if m.inst.ecosystem != "pip" || m.inst.op == nil || local(m.inst.op) {
		return
	}
	for _, w := range m.inst.op.Requirements {
		at := layers.Absolute(layers.Absolute(p.Stages().StateAt(m.inst.ins).Workdir, m.inst.cmd.Dir), w.Value)
		if layers.Inside(m.copy.DestPath, at) {
			m.inst.dir = m.copy.DestPath
		}
	}
}

// soleSource reports whether no other wide COPY brings the project.
func (m *move) soleSource(p *lint.Pass, others []*dockerfile.Instruction) bool {
	for _, ins := range others {
		c := p.Layers().Step(ins).Copy
		if _, in := within(c.DestPath, m.inst.dir); in || layers.Inside(m.copy.DestPath, c.DestPath) {
			return false
		}
	}
	return true
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// stop keeps the first reason not to move anything.
func (m *move) stop(reason string) { m.refuse = orElse(m.refuse, reason) }

// read reads the project's manifests.
func (m *move) read(p *lint.Pass) {
	ctx := p.Document.Context()
	if !ctx.Known() {
		return
	}
	project := manifest.Project{
		Context: ctx, Dir: path.Join(m.from, m.rel),
		Image: m.inst.dir, Cwd: layers.Absolute(p.Stages().StateAt(m.inst.ins).Workdir, m.inst.cmd.Dir),
	}
	if m.inst.ecosystem == "yarn" && project.Berry() {
		m.inst.ecosystem = "yarn-berry"
	}
	op := m.inst.op
	if op == nil {
		op = &shell.PackageOp{}
	}
	m.set = manifest.Read(m.inst.ecosystem, project, m.inst.cmd, op)
	if m.set.Missing {
		m.stop("its manifest is not in the build context")
		m.grade = lint.Manual
	}
	m.stop(m.set.Refuse)
}

// between looks at what stands between the COPY and the installation, and in the
// installation's own RUN.
func (m *move) between(p *lint.Pass) {
	s := p.Stages().StageOf(m.wide)
	for _, ins := range s.Body {
		if ins.Index <= m.wide.Index || ins.Index >= m.inst.ins.Index {
			continue
		}
		if reason := m.obstacle(p, ins); reason != "" {
			m.stop(reason + " on line " + itoa(p.Source.Line(ins.Range.Start)+1))
			return
		}
	}
}

// obstacle says why an instruction may need what is copied.
func (m *move) obstacle(p *lint.Pass, ins *dockerfile.Instruction) string {
	if ins.Err != nil {
		return "there is a broken instruction"
	}
	switch ins.Name {
	case "ENV", "ARG", "LABEL", "EXPOSE", "CMD", "ENTRYPOINT", "HEALTHCHECK", "STOPSIGNAL", "VOLUME", "MAINTAINER", "USER", "SHELL":
		if ins.Name == "VOLUME" {
			return "a volume may take in what is copied"
		}
		return ""
	case "WORKDIR":
		if path.IsAbs(m.copy.Dest.Value) {
			return ""
		}
		return "the working directory changes"
	case "RUN":
		script := p.Shell(ins)
		if len(script.All()) == 0 || script.Err != nil || mountsSources(p, ins) {
			return "a command may read what is copied"
		}
		dir := p.Stages().StateAt(ins).Workdir
		for _, c := range script.All() {
			if !independent(c, dir, m.copy.DestPath) {
				return "a command (" + c.Name + ") may read what is copied"
			}
		}
		return ""
	case "COPY", "ADD":
		c := p.Layers().Step(ins).Copy
		if c != nil && c.DestKnown && c.DestPath != m.copy.DestPath && !layers.Inside(m.copy.DestPath, c.DestPath) && !layers.Inside(c.DestPath, m.copy.DestPath) {
			return ""
		}
		return "another COPY fills the same folder"
	}
	return "there is an " + ins.Name
}

// write makes the edits.
func (m *move) write(p *lint.Pass) {
	run := m.inst.ins
	split, reason := m.split(p)
	if reason != "" {
		m.stop(reason)
		return
	}
	first, ok := m.manifests(p)
	if !ok {
		m.stop("a file has a name that COPY cannot take as it is")
		return
	}
	if !m.outputs(p) {
		return
	}
	if split == nil && open(p, run) {
		m.stop("its RUN ends in a continuation")
		return
	}
	block := withComments(p, m.wide)
	moved := p.Source.Slice(block)
	if !strings.HasSuffix(moved, "\n") {
		moved += "\n"
	}
	moved = strings.ReplaceAll(moved, "\r\n", "\n")
	if first == "" {
		block = withBlank(p, block)
	}
	m.edits = []lint.Edit{{Range: block, New: first}}
	if split == nil {
		m.edits = append(m.edits, lint.Insert(run.Lines.End, moved))
		return
	}
	flags := ""
	for k := range run.Flags {
		flags += p.Source.Slice(run.Flags[k].Range) + " "
	}
	m.edits = append(m.edits, lint.Replace(*split, "\n"+moved+run.Keyword.Value+" "+flags))
}

// withComments is an instruction with the comment lines right above it.
func withComments(p *lint.Pass, ins *dockerfile.Instruction) source.Range {
	r := ins.Lines
	if len(ins.Doc) > 0 {
		r.Start = p.Source.FullLineRange(p.Source.Line(ins.Doc[0].Range.Start)).Start
	}
	return r
}

// withBlank adds the empty line below to lines that are deleted between two empty
// lines.
func withBlank(p *lint.Pass, r source.Range) source.Range {
	text := p.Source.Text
	above := strings.HasSuffix(strings.ReplaceAll(text[:r.Start], "\r", ""), "\n\n")
	next := p.Source.FullLineRange(p.Source.Line(r.End))
	if above && next.Start == r.End && strings.TrimSpace(p.Source.Slice(next)) == "" {
		r.End = next.End
	}
	return r
}

// manifests returns the COPY instructions for the manifests.
func (m *move) manifests(p *lint.Pass) (string, bool) {
	if m.inst.ecosystem == "" {
		return "", true
	}
	var dirs []string
	byDir := map[string][]string{}
	for _, f := range m.set.Files {
		if strings.ContainsAny(f, " \t$*?[\\\"'<#") {
			return "", false
		}
		dir := path.Dir(f)
		if strings.HasSuffix(f, "/") {
			dir = path.Clean(f)
		}
		if byDir[dir] == nil {
			dirs = append(dirs, dir)
		}
		byDir[dir] = append(byDir[dir], path.Join(m.from, m.rel, f)+slash(f))
	}
	slices.SortStableFunc(dirs, func(a, b string) int { return boolInt(b == ".") - boolInt(a == ".") })
	var b strings.Builder
	for _, dir := range dirs {
		b.WriteString(copyKeyword(m.wide))
		for k := range m.wide.Flags {
			switch f := &m.wide.Flags[k]; f.Name {
			case "chown", "chmod", "link":
				b.WriteString(" " + p.Source.Slice(f.Range))
			}
		}
		b.WriteString(" " + strings.Join(byDir[dir], " ") + " " + m.target(dir) + "\n")
	}
	return b.String(), len(dirs) > 0
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func slash(f string) string {
	if strings.HasSuffix(f, "/") {
		return "/"
	}
	return ""
}

// copyKeyword is COPY in the letters of the wide one.
func copyKeyword(ins *dockerfile.Instruction) string {
	if ins.Keyword.Value == strings.ToLower(ins.Keyword.Value) {
		return "copy"
	}
	return "COPY"
}

// target is where files of a folder of the project go, written as the wide COPY
// writes its destination.
func (m *move) target(dir string) string {
	dest := m.copy.Dest.Value
	out := path.Join(dest, m.rel, dir)
	if !path.IsAbs(out) {
		out = "./" + strings.TrimPrefix(out, "./")
		if out == "./." {
			out = "."
		}
	}
	return strings.TrimSuffix(out, "/") + "/"
}

// outputs makes sure that the wide COPY does not bring an older copy of what was
// installed just before.
func (m *move) outputs(p *lint.Pass) bool {
	ctx := p.Document.Context()
	var missing []string
	for _, o := range m.set.Outputs {
		at := path.Join(m.from, m.rel, o)
		if out, _ := ctx.Ignored(strings.ReplaceAll(at, "**", "x")); out {
			continue
		}
		if ctx.Included(at) && m.inst.op != nil && !m.inst.op.Frozen {
			m.stop("the build context holds " + at + ", which the installation builds upon: add it to the ignore file first")
			return false
		}
		missing = append(missing, at)
	}
	if len(missing) == 0 {
		return true
	}
	text := strings.Join(missing, "\n") + "\n"
	ig := ctx.Ignore()
	if ig == nil {
		m.others = []lint.FileEdit{{Path: ".dockerignore", Create: true, Edits: []lint.Edit{lint.Insert(0, text)}}}
		return true
	}
	if path.IsAbs(ig.Path) || strings.HasPrefix(ig.Path, "..") || len(ig.Errors) > 0 {
		m.stop("the ignore file does not keep " + list(missing) + " away, which the COPY would bring back")
		return false
	}
	old := ig.File.Text
	if old != "" && !strings.HasSuffix(old, "\n") {
		text = "\n" + text
	}
	m.others = []lint.FileEdit{{Path: ig.Path, Edits: []lint.Edit{lint.Insert(len(old), text)}}}
	return true
}

// split finds the place where a RUN must be divided because commands behind the
// installation may read the sources; nil when the whole RUN can run before them.
func (m *move) split(p *lint.Pass) (*source.Range, string) {
	run := m.inst.ins
	script := p.Shell(run)
	all := script.All()
	dir := p.Stages().StateAt(run).Workdir
	at, seen := -1, false
	for k, c := range all {
		ours := m.same(p, c)
		seen = seen || c == m.inst.cmd
		if ours || independent(c, dir, m.copy.DestPath) {
			continue
		}
		if !seen {
			return nil, "a command in front of it (" + c.Name + ") may read the sources"
		}
		at = k
		break
	}
	if at < 0 {
		return nil, ""
	}
	c, before := all[at], all[at-1]
	gap := source.Range{Start: before.Range.End, End: c.Range.Start}
	if gap.End < gap.Start {
		return nil, "it shares a RUN with other commands: divide them" // c is part of the one before it
	}
	text := p.Source.Slice(gap)
	if script.Form != shell.ShellForm || run.JSON || c.Join != shell.And || c.Outer != nil || c.Subshell > 0 || c.InLoop || c.Conditional || c.Tested ||
		strings.Trim(strings.ReplaceAll(text, "&&", ""), " \t\r\n\\`") != "" || strings.Count(text, "&&") != 1 {
		return nil, "it shares a RUN with other commands: divide them"
	}
	if dockerfile.Misread(p.Source.Text[c.Range.Start:run.Range.End]) {
		return nil, "its commands cannot stand behind RUN"
	}
	for _, early := range all[:at] {
		if early.Is("cd", "export", "set", "shopt", "umask", "") || early.Subshell > 0 || early.Conditional || early.InLoop || early.Tested {
			return nil, "it shares a RUN with commands that set things for later ones: divide them"
		}
	}
	return &gap, ""
}

// same reports whether a command installs from the manifest that is copied first.
func (m *move) same(p *lint.Pass, c *shell.Command) bool {
	if c == m.inst.cmd {
		return true
	}
	i := installOf(p, m.inst.ins, c)
	if i == nil {
		return false
	}
	if i.ecosystem == "" {
		return true
	}
	kind := i.ecosystem
	if kind == "yarn" && m.inst.ecosystem == "yarn-berry" {
		kind = m.inst.ecosystem
	}
	if kind != m.inst.ecosystem || i.dir != m.inst.dir && i.ecosystem != "pip" || i.op == nil {
		return false
	}
	if i.ecosystem != "pip" {
		return true
	}
	for _, w := range i.op.Requirements {
		rel, ok := within(m.inst.dir, layers.Absolute(i.dir, w.Value))
		if !ok || !slices.Contains(m.set.Files, rel) {
			return false
		}
	}
	return !local(i.op)
}
