package fix

import (
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
