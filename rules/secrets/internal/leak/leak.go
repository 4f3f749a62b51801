// Package leak finds the secrets that a build bakes into an image, for the rules
// of category secrets. It looks at a document once, for all of them: what one
// rule has claimed, no other reports again. The more a finding knows of its place,
// the earlier it is looked for: a password in a URL is that and not the value of
// an ENV; a token that nothing else explains comes last.
package leak

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/knowledge/secrets"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// Kind is the rule that a finding belongs to.
type Kind uint8

// The kinds, one for each rule.
const (
	InEnv Kind = iota
	InArg
	WeakDefault
	Placeholder
	InCommand
	InURL
	InLabel
	InHeredoc
	Token
	FileCopied
	InSource
	RemovedLater
	CarriedOn
	MountCopied
	MountOptional
)

// finding is a diagnostic with the rule that it is for.
type finding struct {
	kind Kind
	lint.Diagnostic
}

// Report reports the findings of one kind.
func Report(p *lint.Pass, kind Kind) {
	for _, f := range find(p.Document) {
		if f.kind == kind {
			p.Report(f.Diagnostic)
		}
	}
}

type viewKey struct{}

func find(d *lint.Document) []finding {
	return d.View(viewKey{}, func(d *lint.Document) any {
		s := &scan{d: d, text: d.Source.Text}
		s.run()
		return s.found
	}).([]finding)
}

// scan is one search through a document.
type scan struct {
	d      *lint.Document
	text   string
	tokens []secrets.Match // in the whole Dockerfile
	found  []finding
	// claimed are the bytes that a finding is about, or that are known to be
	// harmless.
	claimed ranges
	// clean are values of bindings that are no secrets, whatever they look like.
	clean ranges
	// files are the paths of the context that are reported.
	files map[string]bool
	// args are the variables that are used as passwords and have been looked at.
	args map[*dockerfile.Pair]bool
	// secretArgs are the names of the build arguments that are secrets.
	secretArgs []string
	// explains says that the text looked at is for people to read.
	explains bool
	// written is what commands put into files, by path.
	written map[string][]written
	aside   aside
	visited int // instructions that repairs have looked at
}

func (s *scan) run() {
	s.tokens = secrets.Scan(s.text, "")
	s.urls()
	s.bindings()
	s.heredocs()
	s.commands()
	s.leftTokens()
	s.copies()
	s.mounts()
}

// claim reports whether nothing of r has been claimed yet, and claims it.
func (s *scan) claim(r source.Range) bool {
	if s.isClaimed(r) {
		return false
	}
	s.claimed.add(r)
	return true
}

func (s *scan) isClaimed(r source.Range) bool {
	return s.claimed.overlaps(r)
}

// maxVisits bounds how many instructions the repairs of one file look at: each of
// them looks at all. With --fix, what is left gets its repairs when the first are
// made.
const maxVisits = 20_000_000

// tired counts a repair, and reports whether there have been enough of them.
func (s *scan) tired() bool {
	s.visited += len(s.d.Tree().Instructions)
	return s.visited > maxVisits
}

func (s *scan) add(kind Kind, d lint.Diagnostic) {
	s.found = append(s.found, finding{kind, d})
}

// verdict is what is thought of a value.
type verdict uint8

const (
	harmless verdict = iota
	placeholder
	weak
	secret
)

// judge says what a value is that stands where a secret is expected.
func judge(name, value string) verdict {
	if isPasswordHash(value) {
		return secret
	}
	switch knowledge.ClassifyValue(name, value) {
	case knowledge.ValueLiteral, knowledge.ValueCredentials:
		if strings.HasPrefix(value, "/run/secrets") || knownToken(value) {
			return harmless
		}
		return secret
	case knowledge.ValueWeakDefault:
		return weak
	case knowledge.ValuePlaceholder:
		if value == "example" && isPasswordOption(strings.ToLower(name)) {
			return weak // in every introduction, and so in use
		}
		return placeholder
	default:
		return harmless
	}
}

// isPasswordHash knows the notation of crypt: such a hash is what an attacker
// needs to guess the password at leisure.
func isPasswordHash(value string) bool {
	for _, p := range [...]string{"$1$", "$5$", "$6$", "$y$", "$2a$", "$2b$", "$2y$", "$apr1$"} {
		if strings.HasPrefix(value, p) && len(value) > 24 {
			return true
		}
	}
	return false
}

// knownToken knows values that look like secrets and are known to all.
func knownToken(value string) bool {
	return value == "QQ==" || strings.Contains(value, "EXAMPLE") || strings.EqualFold(value, "x-oauth-basic") || strings.EqualFold(value, "x-access-token")
}

// isSubstitution reports whether the text takes its value from elsewhere.
func isSubstitution(value string) bool {
	return strings.ContainsAny(value, "$`") && judge("password", value) == harmless
}

// rotate ends the messages about secrets that are written down.
const rotate = "change it, because it is burnt"

// place says where in the image the text of an instruction ends up.
func (s *scan) place(ins *dockerfile.Instruction) (where string, inImage bool) {
	g := s.d.Stages()
	st := g.StageOf(ins)
	if st == nil || !g.InTarget(st) {
		return "in the build cache and the provenance, though not in the image", false
	}
	return "in the history of the image", true
}

// severity is lower where only the build cache and the provenance keep a secret.
func severity(inImage bool) lint.Severity {
	if inImage {
		return lint.Error
	}
	return lint.Warning
}

// format names the known format of the secret at r, "" when it has none.
func (s *scan) format(r source.Range) string {
	first, _ := slices.BinarySearchFunc(s.tokens, r.Start, func(m secrets.Match, off int) int { return m.End - off - 1 })
	for _, m := range s.tokens[first:] {
		if m.Start >= r.End {
			break
		}
		if !m.Generic {
			switch m.RuleID {
			case "curl-auth-user", "curl-auth-header", "netrc-password", "npmrc-auth-token", "npmrc-password":
				continue // places, not formats
			}
			return m.RuleID
		}
	}
	return ""
}

// described is the masked secret with its format.
func (s *scan) described(value string, r source.Range) string {
	if f := s.format(r); f != "" {
		return knowledge.Mask(value) + " in the format " + f
	}
	return knowledge.Mask(value)
}

// commentAt returns the comment that holds the place, or nil.
func (s *scan) commentAt(off int) *dockerfile.Comment {
	cs := s.d.Tree().Comments
	i, _ := slices.BinarySearchFunc(cs, off, func(c dockerfile.Comment, off int) int {
		if c.Range.End <= off {
			return -1
		}
		return 1
	})
	if i < len(cs) && cs[i].Range.Has(off) {
		return &cs[i]
	}
	return nil
}

// instructionAt returns the instruction, or trigger, that holds the place.
func (s *scan) instructionAt(off int) *dockerfile.Instruction {
	ins := s.d.Tree().At(off)
	if ins != nil && ins.Trigger != nil {
		return ins.Trigger
	}
	return ins
}

// unquote drops the quotes around a word of the Dockerfile.
func unquote(w dockerfile.Word) (string, source.Range) {
	v, r := w.Value, w.Range
	if len(v) >= 2 && (v[0] == '"' || v[0] == '\'') && v[len(v)-1] == v[0] {
		v = v[1 : len(v)-1]
		if r.Len() >= 2 {
			r = source.Range{Start: r.Start + 1, End: r.End - 1}
		}
	}
	return v, r
}

// first returns the first line of the range: a mark stays on one line.
func (s *scan) first(r source.Range) source.Range {
	if i := strings.IndexByte(s.text[r.Start:r.End], '\n'); i > 0 {
		r.End = r.Start + i
	}
	return r
}

// stageOf is a short form.
func (s *scan) stageOf(ins *dockerfile.Instruction) *stage.Stage { return s.d.Stages().StageOf(ins) }
