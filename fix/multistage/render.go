package multistage

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/source"
)

// render writes the edits: the name of the build stage, and the new stage in
// front of the instructions that configure the image, which stay where they are.
func render(s *subject, p *plan) *Proposal {
	var edits []lint.Edit
	edits = append(edits, nameEdit(s)...)
	edits = append(edits, p.edits...)
	if p.platform {
		edits = append(edits, lint.Insert(s.stage.Image.Range.Start, "--platform=$BUILDPLATFORM "))
	}
	for ins, lines := range p.before {
		edits = append(edits, lint.Insert(ins.Lines.Start, strings.Join(lines, "\n")+"\n"))
	}
	edits = append(edits, stageEdits(s, p)...)
	slices.SortStableFunc(edits, func(a, b lint.Edit) int { return a.Range.Start - b.Range.Start })
	prop := &Proposal{
		Grade: GradeA, Recipe: p.recipe, Edits: edits,
		Offers: p.offers, Declined: p.declined,
		Reasons: p.reasons, Carried: p.carried, Dropped: p.dropped, Assumptions: p.assumptions,
		BuildBase: s.stage.Base.Name, RuntimeBase: p.runtime,
	}
	if len(p.assumptions) > 0 {
		prop.Grade = GradeB
	}
	for _, a := range p.copies {
		prop.Artifacts = append(prop.Artifacts, a.path)
	}
	for _, f := range p.files {
		prop.Files = append(prop.Files, lint.FileEdit{Path: f.path, Create: true, Edits: []lint.Edit{lint.Insert(0, f.text)}})
	}
	prop.Text = apply(s.doc.Source, edits)
	prop.BuildSize, prop.RuntimeSize = sizes(s, p)
	return prop
}

// sizes estimates both base images.
func sizes(s *subject, p *plan) (build, runtime int) {
	ref, err := knowledge.ParseRef(p.runtime)
	if err != nil {
		return 0, 0
	}
	build, runtime = knowledge.BaseSize(s.ref), knowledge.BaseSize(ref)
	if build == 0 || runtime == 0 && p.runtime != "scratch" {
		return 0, 0
	}
	return build, runtime
}

// nameEdit gives the build stage its name.
func nameEdit(s *subject) []lint.Edit {
	name := buildName(s)
	word := s.stage.NameWord
	switch {
	case word.Value == "":
		return []lint.Edit{lint.Insert(s.stage.Image.Range.End, " AS "+name)}
	case word.Value != name:
		return []lint.Edit{lint.Replace(word.Range, name)}
	}
	return nil
}

// stageEdits inserts the tail of the build stage and the new stage.
func stageEdits(s *subject, p *plan) []lint.Edit {
	var b strings.Builder
	from := "FROM " + p.runtime
	if f := s.stage.From.Flag("platform"); f != nil && !strings.Contains(f.Value, "BUILDPLATFORM") {
		from = "FROM " + s.doc.Source.Slice(f.Range) + " " + p.runtime
	}
	switch {
	case s.opt.TargetName != "":
		from += " AS " + s.opt.TargetName
	case s.opt.KeepName && s.stage.NameWord.Value != "":
		from += " AS " + s.stage.NameWord.Value
	}
	suffix := s.stage.Body[s.suffix:]
	between := p.tail
	if len(p.tests) > 0 {
		between = testStages(s, p)
	}
	tail := slices.Concat(between, []string{"", from}, p.lines)
	if len(suffix) == 0 {
		text := s.doc.Source.Text
		if !strings.HasSuffix(text, "\n") {
			b.WriteString("\n")
		}
		b.WriteString(strings.Join(tail, "\n") + "\n")
		return []lint.Edit{lint.Insert(len(text), b.String())}
	}
	at := startOf(suffix[0])
	before := s.doc.Source.Text[:at]
	blank := strings.HasSuffix(before, "\n\n") || strings.HasSuffix(before, "\n\r\n")
	if blank && tail[0] == "" {
		tail = tail[1:]
	}
	b.WriteString(strings.Join(tail, "\n") + "\n")
	if blank {
		b.WriteString("\n")
	}
	if p.launch != nil {
		return replaceSuffix(s, at, b.String())
	}
	edits := []lint.Edit{lint.Insert(at, b.String())}
	for _, ins := range suffix {
		if p.rewrite != nil && ins.Is("CMD", "ENTRYPOINT") {
			edits = append(edits, lint.Replace(ins.Range, p.rewrite(s.doc.Source.Slice(ins.Range))))
		}
	}
	return edits
}

// testStages writes the stage that tests, and behind it the one in which what only the
// tests need is taken away.
func testStages(s *subject, p *plan) []string {
	if len(p.tests) == 0 {
		return nil
	}
	lines := slices.Concat([]string{"", "FROM " + buildName(s) + " AS test"}, p.tests)
	if len(p.tail) > 0 {
		lines = slices.Concat(lines, []string{"", "FROM " + buildName(s) + " AS " + testedName}, p.tail)
	}
	return lines
}

// replaceSuffix writes the new stage and takes the start command out, which the
// plan has replaced.
func replaceSuffix(s *subject, at int, text string) []lint.Edit {
	edits := []lint.Edit{lint.Insert(at, text)}
	for _, ins := range s.stage.Body[s.suffix:] {
		if ins.Is("CMD", "ENTRYPOINT") {
			edits = append(edits, lint.Delete(ins.Lines))
		}
	}
	return edits
}

// startOf returns where an instruction starts with the comments that belong to
// it.
func startOf(ins *dockerfile.Instruction) int {
	at := ins.Lines.Start
	for _, c := range ins.Doc {
		at = min(at, c.Range.Start)
	}
	return at
}

// apply returns the text with the edits made, in its own line ends.
func apply(src *source.File, edits []lint.Edit) string {
	var b strings.Builder
	end := src.LineEnd()
	at := 0
	for _, e := range edits {
		b.WriteString(src.Text[at:e.Range.Start])
		b.WriteString(strings.ReplaceAll(e.New, "\n", end))
		at = e.Range.End
	}
	b.WriteString(src.Text[at:])
	return b.String()
}
