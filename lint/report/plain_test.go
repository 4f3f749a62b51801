package report

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	const evil = "a\u009b\u007f\u202e\u2066é日"
	text, err := json.Marshal(evil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	w := PlainJSON(&b)
	for k := range text { // also inside of characters
		if n, err := w.Write(text[k : k+1]); n != 1 || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
	}
	if want := `"a\u009b\u007f\u202e\u2066é日"`; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	var back string
	if err := json.Unmarshal([]byte(b.String()), &back); err != nil || back != evil {
		t.Errorf("read back %q, %v", back, err)
	}
	b.Reset()
	_, _ = io.WriteString(plainXML(&b), evil)
	if want := "a&#x009b;&#x007f;&#x202e;&#x2066;é日"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	r, closed := io.Pipe()
	_ = r.Close()
	if _, err := PlainJSON(closed).Write(text); err == nil {
		t.Error("an error of the writer got lost")
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a\tb\n\tc":        "a\tb\n\tc",
		"\x1b[31m\r\n\n\a": "␛[31m␍\n\n␇",
		"":                 "",
		"\u009b\xff\n":     "\\x9b\\xff\n",
	} {
		if got := Lines(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
