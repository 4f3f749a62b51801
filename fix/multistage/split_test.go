package multistage

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/source"
)

var update = flag.Bool("update", false, "write what the splits give into testdata/split")

// TestSplit runs the cases in testdata/split: a Dockerfile with its context, and
// what becomes of it. Dockerfile.split starts with the grade, the recipe and the
// assumptions as comments; refusal holds the code, the missing fact and the
// message. A file called options holds runtime, keep-name or target-name.
func TestSplit(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../testdata/split/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runSplit(t, file)
		})
	}
}

func runSplit(t *testing.T, file string) {
	t.Helper()
	ar, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	context := map[string][]byte{}
	var want, wantName, text string
	var o Options
	var build lint.Build
	for _, f := range ar.Files {
		switch f.Name {
		case "Dockerfile.split", "refusal":
			want, wantName = string(f.Data), f.Name
		case "options":
			o, build.Target = readOptions(t, string(f.Data))
		case "Dockerfile":
			text = string(f.Data)
			context[f.Name] = f.Data
		default:
			context[f.Name] = f.Data
		}
	}
	build.Context = buildctx.FromFiles(context)
	if strings.HasPrefix(string(ar.Comment), "No context.") {
		build.Context = nil
	}
	name, got := propose(t, text, build, o)
	if *update {
		writeSplit(t, file, ar, name, got)
		return
	}
	if name != wantName {
		t.Fatalf("got %s, want %s:\n%s", name, wantName, got)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func readOptions(t *testing.T, text string) (Options, string) {
	t.Helper()
	var o Options
	target := ""
	for field := range strings.FieldsSeq(text) {
		key, value, _ := strings.Cut(field, "=")
		switch key {
		case "runtime":
			o.Runtime = Runtime(value)
		case "keep-name":
			o.KeepName = true
		case "target-name":
			o.TargetName = value
		case "with":
			o.With = append(o.With, Extra(value))
		case "target":
			target = value
		default:
			t.Fatalf("unknown option %q", key)
		}
	}
	return o, target
}

func propose(t *testing.T, text string, build lint.Build, o Options) (name, got string) {
	t.Helper()
	d := lint.NewDocument(source.NewFile("Dockerfile", text), build)
	p, r := Propose(d, o)
	if (p == nil) == (r == nil) {
		t.Fatal("want either a proposal or a refusal")
	}
	if r != nil {
		if r.Missing == "" || r.Message == "" || strings.HasSuffix(r.Message, ".") {
			t.Errorf("a refusal names what is missing, in sentences without a trailing period: %+v", r)
		}
		return "refusal", string(r.Code) + "\n" + r.Missing + "\n" + r.Message + "\n"
	}
	if again, r := Propose(lint.NewDocument(source.NewFile("Dockerfile", p.Text), build), o); again != nil || r.Code != AlreadyMultiStage && r.Code != TargetReferenced {
		t.Errorf("a split is not split again: %+v", r)
	}
	var b strings.Builder
	b.WriteString("# grade " + string(p.Grade) + ", recipe " + p.Recipe + "\n")
	for _, a := range p.Assumptions {
		b.WriteString("# assumes: " + a + "\n")
	}
	for _, n := range p.Declined {
		b.WriteString("# declined: " + string(n.Extra) + ": " + n.Text + "\n")
	}
	return "Dockerfile.split", b.String() + p.Text
}

func writeSplit(t *testing.T, file string, ar *txtar.Archive, name, got string) {
	t.Helper()
	var files []txtar.File
	for _, f := range ar.Files {
		if f.Name != "Dockerfile.split" && f.Name != "refusal" {
			files = append(files, f)
		}
	}
	ar.Files = append(files, txtar.File{Name: name, Data: []byte(got)})
	if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
		t.Fatal(err)
	}
}
