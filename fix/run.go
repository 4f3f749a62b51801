package fix

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
)

// maxRounds is how often fixes may give rise to further fixes without fewer findings
// than ever before.
const maxRounds = 10

// Result is what fixing a document came to. Nothing has been written.
type Result struct {
	// Text is the Dockerfile as it should be; Changed tells whether that differs
	// from what it was.
	Text    string
	Changed bool
	// Others are the other files of the build context that change, by path.
	Others []OtherFile
	// Applied are the fixes made, in the order in which they first occurred.
	Applied []Applied
	// Rounds is the number of rounds in which something was applied.
	Rounds int
	// Document is the fixed document and Remaining what the rules still find in
	// it, so that nobody needs to lint it again.
	Document  *lint.Document
	Remaining []lint.Diagnostic
	// Panics are rules that failed on the way; the others were applied.
	Panics []*lint.PanicError
}

// OtherFile is a file of the build context after fixing.
type OtherFile struct {
	Path string // slash-separated, relative to the root of the build context
	// Old is what the file held; empty when Create is set, which says that it
	// must not exist yet.
	Old, Text string
	Create    bool
}

// Applied counts the fixes with one title of one rule.
type Applied struct {
	Rule  *lint.Rule
	Title string
	Count int
}

// Error says that fixing failed. Then nothing may be written.
type Error struct {
	// Rules are the rules at fault, or those that may be.
	Rules []*lint.Rule
	// Reason is what went wrong, without the rules.
	Reason string
}

// Error names the rules and says what went wrong.
func (e *Error) Error() string {
	ids := make([]string, len(e.Rules))
	for k, r := range e.Rules {
		ids[k] = r.ID
	}
	return fmt.Sprintf("fixes of %s %s: nothing was changed, please report this", strings.Join(ids, ", "), e.Reason)
}

// Run applies the fixes of all findings that are at least as trustworthy as
// least, but never a manual one, until none is left. In each round it takes the
// first applicable fix of each finding in source order; one that touches an
// earlier fix waits whole for the next round.
//
// An *Error is returned, and nothing is to be written, when a fix is invalid,
// when the result has more syntax errors than d has, or when fixes do not come
// to rest. When ctx is done, its error is.
func Run(ctx context.Context, e *lint.Engine, d *lint.Document, least lint.Applicability) (*Result, error) {
	return RunThose(ctx, e, d, least, func(*lint.Fix) bool { return true })
}

// RunThose is Run with the fixes alone for which may holds.
func RunThose(ctx context.Context, e *lint.Engine, d *lint.Document, least lint.Applicability, may func(*lint.Fix) bool) (*Result, error) {
	r := &run{
		may:    may,
		least:  max(least, lint.Unsafe),
		broken: d.Broken(),
		others: map[string]*OtherFile{},
		result: &Result{Document: d},

		counted: map[Applied]int{},
	}
	fewest, idle := math.MaxInt, 0
	for {
		found, err := e.Lint(ctx, r.result.Document)
		var panicked *lint.PanicError
		if errors.As(err, &panicked) {
			r.panicked(panicked)
		} else if err != nil {
			return nil, err
		}
		next, chosen, err := r.round(r.result.Document, found)
		if err != nil {
			return nil, err
		}
		if len(chosen) == 0 {
			r.result.Remaining = found
			break
		}
		if idle++; len(found) < fewest {
			fewest, idle = len(found), 0
		}
		if idle == maxRounds {
			return nil, &Error{rulesOf(chosen), fmt.Sprintf("do not come to rest in %d rounds", r.result.Rounds)}
		}
		r.result.Rounds++
		r.count(chosen)
		r.result.Document = next
	}
	return r.finish(d), nil
}

// run is the state of Run.
type run struct {
	may    func(*lint.Fix) bool
	least  lint.Applicability
	broken int // errors of the document to begin with
	others map[string]*OtherFile
	done   []*lint.FileEdit // what others came from
	result *Result
	// counted says which of result.Applied stands for a rule and title.
	counted map[Applied]int
}

// pick is a fix chosen for a round.
type pick struct {
	rule *lint.Rule
	fix  *lint.Fix
}

// round chooses fixes that do not touch each other and applies them.
func (r *run) round(d *lint.Document, found []lint.Diagnostic) (*lint.Document, []pick, error) {
	var chosen []pick
	var edits []lint.Edit
	others := map[string]*lint.FileEdit{}
	for k := range found {
		f := found[k].Fix(r.least)
		if f == nil || !r.may(f) {
			continue
		}
		if err := Valid(d.Source.Text, f.Edits); err != nil {
			return nil, nil, &Error{[]*lint.Rule{found[k].Rule}, "are not valid (" + err.Error() + ")"}
		}
		if !fits(edits, f.Edits) {
			continue
		}
		files, news, err := r.mergeOthers(d, others, f.Others)
		if err != nil {
			return nil, nil, &Error{[]*lint.Rule{found[k].Rule}, "are not valid (" + err.Error() + ")"}
		}
		if files == nil || !news && len(f.Edits) == 0 {
			continue
		}
		edits, others = add(edits, f.Edits), files
		chosen = append(chosen, pick{found[k].Rule, f})
	}
	if len(chosen) == 0 {
		return d, nil, nil
	}
	text := Apply(d.Source.Text, edits)
	if err := r.applyOthers(d, others); err != nil {
		return nil, nil, &Error{rulesOf(chosen), "cannot be applied (" + err.Error() + ")"}
	}
	for _, p := range chosen {
		for k := range p.fix.Others {
			r.done = append(r.done, &p.fix.Others[k])
		}
	}
	after := next(d, text, r.texts())
	if after.Broken() > r.broken {
		return nil, nil, &Error{r.culprits(d, chosen), "break the Dockerfile"}
	}
	return after, chosen, nil
}

// culprits returns the rule whose fixes alone break d, or else all of them.
func (r *run) culprits(d *lint.Document, chosen []pick) []*lint.Rule {
	rules := rulesOf(chosen)
	for _, rule := range rules {
		var edits []lint.Edit
		for _, p := range chosen {
			if p.rule == rule {
				edits = add(edits, p.fix.Edits)
			}
		}
		if next(d, Apply(d.Source.Text, edits), nil).Broken() > r.broken {
			return []*lint.Rule{rule}
		}
	}
	return rules
}

func rulesOf(chosen []pick) []*lint.Rule {
	var rules []*lint.Rule
	for _, p := range chosen {
		if !slices.Contains(rules, p.rule) {
			rules = append(rules, p.rule)
		}
	}
	return rules
}

// mergeOthers adds the edits of one fix in other files to those of the round.
// The result is nil on a conflict; news says that something is not done yet.
func (r *run) mergeOthers(d *lint.Document, files map[string]*lint.FileEdit, add []lint.FileEdit) (merged map[string]*lint.FileEdit, news bool, err error) {
	merged = maps.Clone(files)
	for k := range add {
		a := &add[k]
		if r.has(d, a) {
			continue
		}
		if a.Create && (r.others[a.Path] != nil || exists(d, a.Path)) {
			return nil, false, nil
		}
		if err := validOther(d, r.others, a); err != nil {
			return nil, false, err
		}
		news = true
		old := merged[a.Path]
		if old == nil {
			merged[a.Path] = a
			continue
		}
		if old.Create || a.Create {
			if old.Create != a.Create || newText(old) != newText(a) {
				return nil, false, nil
			}
			continue
		}
		edits, ok := Merge(old.Edits, a.Edits)
		if !ok {
			return nil, false, nil
		}
		merged[a.Path] = &lint.FileEdit{Path: a.Path, Edits: edits}
	}
	return merged, news, nil
}

// has reports whether the edit was applied in an earlier round. A rule that does
// not see what became of the file reports it again; to one that does see it, an
// equal edit is of another line that has moved there.
func (r *run) has(d *lint.Document, f *lint.FileEdit) bool {
	if seen, ok := ignoreFile(d.Build.Context, r.texts()); ok && seen == f.Path && !f.Create {
		return false
	}
	return slices.ContainsFunc(r.done, func(o *lint.FileEdit) bool {
		return o.Path == f.Path && o.Create == f.Create && slices.Equal(o.Edits, f.Edits)
	})
}

// newText is the text of a file to be created.
func newText(f *lint.FileEdit) string { return Apply("", f.Edits) }

func validOther(d *lint.Document, others map[string]*OtherFile, f *lint.FileEdit) error {
	if f.Create {
		return wrap(f.Path, Valid("", f.Edits))
	}
	text, err := current(d, others, f.Path)
	if err != nil {
		return err
	}
	return wrap(f.Path, Valid(text, f.Edits))
}

func wrap(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", path, err)
}

// applyOthers applies the edits of a round to other files.
func (r *run) applyOthers(d *lint.Document, files map[string]*lint.FileEdit) error {
	for _, path := range slices.Sorted(maps.Keys(files)) {
		f := files[path]
		if f.Create {
			r.others[path] = &OtherFile{Path: path, Text: newText(f), Create: true}
			continue
		}
		text, err := current(d, r.others, path)
		if err != nil {
			return err
		}
		if r.others[path] == nil {
			r.others[path] = &OtherFile{Path: path, Old: text}
		}
		r.others[path].Text = Apply(text, f.Edits)
	}
	return nil
}

// current returns the text of another file as the last round left it.
func current(d *lint.Document, others map[string]*OtherFile, path string) (string, error) {
	if o := others[path]; o != nil {
		return o.Text, nil
	}
	return readOther(d, path)
}

// texts returns the other files as they are now, for the next round to see.
func (r *run) texts() map[string]string {
	texts := make(map[string]string, len(r.others))
	for path, o := range r.others {
		texts[path] = o.Text
	}
	return texts
}

func (r *run) count(chosen []pick) {
	for _, p := range chosen {
		key := Applied{Rule: p.rule, Title: p.fix.Title}
		k, ok := r.counted[key]
		if !ok {
			k = len(r.result.Applied)
			r.counted[key] = k
			r.result.Applied = append(r.result.Applied, key)
		}
		r.result.Applied[k].Count++
	}
}

// panicked remembers the failure of a rule once.
func (r *run) panicked(p *lint.PanicError) {
	same := func(o *lint.PanicError) bool { return o.Rule == p.Rule }
	if !slices.ContainsFunc(r.result.Panics, same) {
		r.result.Panics = append(r.result.Panics, p)
	}
}

func (r *run) finish(d *lint.Document) *Result {
	res := r.result
	res.Text = res.Document.Source.Text
	res.Changed = res.Text != d.Source.Text
	for _, path := range slices.Sorted(maps.Keys(r.others)) {
		if o := r.others[path]; o.Create || o.Old != o.Text {
			res.Others = append(res.Others, *o)
		}
	}
	return res
}
