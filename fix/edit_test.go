package fix

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

func replace(start, end int, text string) lint.Edit {
	return lint.Replace(source.Range{Start: start, End: end}, text)
}

func TestMerge(t *testing.T) {
	t.Parallel()
	type edits = []lint.Edit
	for name, tc := range map[string]struct {
		x, y, want edits
		ok         bool
	}{
		"apart":               {edits{replace(5, 6, "b")}, edits{replace(1, 2, "a")}, edits{replace(1, 2, "a"), replace(5, 6, "b")}, true},
		"equal":               {edits{replace(1, 2, "a")}, edits{replace(1, 2, "a")}, edits{replace(1, 2, "a")}, true},
		"equal insertions":    {edits{lint.Insert(1, "a")}, edits{lint.Insert(1, "a")}, edits{lint.Insert(1, "a")}, true},
		"other insertion":     {edits{lint.Insert(1, "a")}, edits{lint.Insert(1, "b")}, nil, false},
		"overlap":             {edits{replace(1, 4, "a")}, edits{replace(3, 6, "b")}, nil, false},
		"side by side":        {edits{replace(1, 4, "a")}, edits{replace(4, 6, "b")}, nil, false},
		"insertion at edge":   {edits{replace(1, 4, "a")}, edits{lint.Insert(4, "b")}, nil, false},
		"same range":          {edits{replace(1, 4, "a")}, edits{replace(1, 4, "b")}, nil, false},
		"shared and touching": {edits{replace(1, 4, "a")}, edits{replace(1, 4, "a"), replace(4, 5, "b")}, edits{replace(1, 4, "a"), replace(4, 5, "b")}, true},
		"one of two":          {edits{replace(1, 2, "a")}, edits{replace(8, 9, "c"), replace(1, 2, "b")}, nil, false},
		"nothing":             {nil, edits{replace(2, 2, "b"), replace(0, 1, "a")}, edits{replace(0, 1, "a"), replace(2, 2, "b")}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := Merge(tc.x, tc.y)
			if ok != tc.ok {
				t.Fatalf("ok = %v, want %v", ok, tc.ok)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestMergeAgrees compares Merge and Valid, which look around the edits alone, with
// what they mean said in the simplest way.
func TestMergeAgrees(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		text := randomText(r)
		var fixes [][]lint.Edit
		var whole []lint.Edit
		for range 5 {
			edits := randomEdits(r, text)
			if got, want := Valid(text, edits) == nil, len(edits) == 0 || Apply(text, edits) != text; got != want {
				t.Fatalf("%q %v: valid is %v, want %v", text, edits, got, want)
			}
			fixes = append(fixes, edits)
			got, ok := Merge(whole, edits)
			want := mergedSlowly(whole, edits)
			if ok != (want != nil || len(whole)+len(edits) == 0) || ok && !slices.Equal(got, want) {
				t.Fatalf("%v and %v: %v %v, want %v", whole, edits, got, ok, want)
			}
			if ok {
				whole = got
			}
		}
		if got, _ := MergeFitting(fixes); !slices.Equal(got, whole) {
			t.Fatalf("%v: %v, want %v", fixes, got, whole)
		}
	}
}

func mergedSlowly(x, y []lint.Edit) []lint.Edit {
	merged := slices.Clone(x)
	for _, e := range y {
		if slices.Contains(x, e) {
			continue
		}
		for _, o := range x {
			if e.Range.Start <= o.Range.End && o.Range.Start <= e.Range.End && !slices.Contains(y, o) {
				return nil
			}
		}
		merged = append(merged, e)
	}
	sortEdits(merged)
	return merged
}

// randomText is a short text, with and without a byte order mark, CRLF, and a line
// end at its end.
func randomText(r *rand.Rand) string {
	text := strings.Repeat("a\nb\r\n", 3)[:1+r.IntN(12)]
	if r.IntN(4) == 0 {
		text = source.BOM + text
	}
	return text
}

// randomEdits are edits of one fix: they do not overlap.
func randomEdits(r *rand.Rand, text string) []lint.Edit {
	var edits []lint.Edit
	for at := r.IntN(len(text) + 1); at <= len(text) && len(edits) < 3; at += r.IntN(3) {
		end := min(at+r.IntN(3), len(text))
		edits = append(edits, replace(at, end, []string{"", "a", "b", "\n", "a\n"}[r.IntN(5)]))
		at = end
	}
	if r.IntN(2) == 0 {
		slices.Reverse(edits)
	}
	return edits
}

func TestApply(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text  string
		edits []lint.Edit
		want  string
	}{
		"any order":                 {"abcdef", []lint.Edit{replace(4, 5, "E"), replace(0, 1, "A")}, "AbcdEf"},
		"insertions keep order":     {"ab", []lint.Edit{lint.Insert(1, "1"), lint.Insert(1, "2")}, "a12b"},
		"LF":                        {"a\nb\n", []lint.Edit{lint.Insert(2, "x\ny\n")}, "a\nx\ny\nb\n"},
		"CRLF":                      {"a\r\nb\r\n", []lint.Edit{lint.Insert(3, "x\ny\n")}, "a\r\nx\r\ny\r\nb\r\n"},
		"CRLF in the edit":          {"a\nb\n", []lint.Edit{lint.Insert(2, "x\r\n")}, "a\nx\nb\n"},
		"CRLF twice":                {"a\r\nb\r\n", []lint.Edit{lint.Insert(3, "x\r\n")}, "a\r\nx\r\nb\r\n"},
		"mixed, in LF lines":        {"a\nb\nc\r\nd\r\n", []lint.Edit{lint.Insert(2, "x\n")}, "a\nx\nb\nc\r\nd\r\n"},
		"mixed, in CRLF lines":      {"a\nb\nc\r\nd\r\n", []lint.Edit{lint.Insert(7, "x\n")}, "a\nb\nc\r\nx\r\nd\r\n"},
		"CRLF before the last line": {"a\r\nb", []lint.Edit{replace(3, 4, "x\ny")}, "a\r\nx\r\ny"},
		"line behind no line end":   {"a\nb", []lint.Edit{lint.Insert(3, "c\n")}, "a\nb\nc"},
		"the same in CRLF":          {"a\r\nb", []lint.Edit{lint.Insert(4, "c\nd\n")}, "a\r\nb\r\nc\r\nd"},
		"word behind no line end":   {"a\nb", []lint.Edit{lint.Insert(3, " c")}, "a\nb c"},
		"words and a line":          {"a\nb", []lint.Edit{lint.Insert(3, " c\nd")}, "a\nb c\nd"},
		"line end in front":         {"a\nb", []lint.Edit{lint.Insert(3, "\nc\n")}, "a\nb\nc"},
		"last line deleted":         {"a\nb", []lint.Edit{replace(2, 3, "")}, "a"},
		"last line replaced":        {"a\r\nb", []lint.Edit{replace(3, 4, "c\n")}, "a\r\nc"},
		"line end asked for":        {"a\nb", []lint.Edit{lint.Insert(3, "\n")}, "a\nb\n"},
		"line end in CRLF":          {"a\r\nb", []lint.Edit{lint.Insert(4, "\n")}, "a\r\nb\r\n"},
		"top with BOM":              {"\ufeffa\n", []lint.Edit{lint.Insert(0, "x\n")}, "\ufeffx\na\n"},
		"first word with BOM":       {"\ufeffa b\n", []lint.Edit{replace(0, 4, "x")}, "\ufeffx b\n"},
		"empty text":                {"", []lint.Edit{lint.Insert(0, "a\nb\n")}, "a\nb\n"},
		"no UTF-8":                  {"\xff a\n", []lint.Edit{replace(2, 3, "b")}, "\xff b\n"},
		"no edits":                  {"a", nil, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Apply(tc.text, tc.edits); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestValid(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		edits []lint.Edit
		ok    bool
	}{
		"fine":            {[]lint.Edit{replace(0, 1, "x"), replace(1, 2, "y")}, true},
		"none":            {nil, true},
		"outside":         {[]lint.Edit{replace(3, 9, "x")}, false},
		"negative":        {[]lint.Edit{replace(-1, 1, "x")}, false},
		"backwards":       {[]lint.Edit{replace(2, 1, "x")}, false},
		"overlap":         {[]lint.Edit{replace(0, 2, "x"), replace(1, 3, "y")}, false},
		"inside":          {[]lint.Edit{replace(0, 3, "x"), lint.Insert(1, "y")}, false},
		"changes nothing": {[]lint.Edit{replace(0, 1, "a")}, false},
	} {
		if err := Valid("abcd", tc.edits); (err == nil) != tc.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
