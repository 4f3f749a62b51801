package oracle

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"golang.org/x/tools/txtar"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/cache"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// operation is a step of the graph: where it is shown, what BuildKit shows of it,
// and whether an edit made it another one.
type operation struct {
	stage, text string
	changed     bool
}

// TestCacheModel compares the cache model with the converter: over every
// Dockerfile of CORPUS, and those of the lab, it makes edits of the text and of
// build arguments, and the model must say of every operation whether it is
// another one than before.
func TestCacheModel(t *testing.T) {
	t.Parallel()
	texts := labDockerfiles(t)
	if dir := os.Getenv("CORPUS"); dir != "" {
		corpusDockerfiles(t, dir, texts)
	}
	compared, agreed, skipped, shown := 0, 0, 0, map[string]bool{}
	for name, text := range texts {
		before, err := operations(t.Context(), text, nil)
		if err != nil {
			skipped++
			continue
		}
		for edit, v := range variants(text) {
			after, err := operations(t.Context(), v.text, v.args)
			if err != nil {
				continue
			}
			compared++
			got, taken := predicted(text, v.text, v.args)
			want := changedOperations(before, after, taken, unknown(text))
			if diff := differing(want, got); diff != "" {
				if !shown[name] && len(shown) < 60 {
					shown[name] = true
					t.Errorf("%s: %s: BuildKit (-), model (+):\n%s", name, edit, diff)
				}
				continue
			}
			agreed++
		}
	}
	t.Logf("%d Dockerfiles (%d more do not compile); %d of %d edits agree", len(texts)-skipped, skipped, agreed, compared)
	if agreed != compared {
		t.Errorf("%d edits disagree", compared-agreed)
	}
}

func labDockerfiles(t *testing.T) map[string]string {
	texts := map[string]string{}
	files, err := filepath.Glob("../lab/cache/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no projects of the lab: %v", err)
	}
	for _, name := range files {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			if f.Name == "Dockerfile" {
				texts[name] = string(f.Data)
			}
		}
	}
	return texts
}

func corpusDockerfiles(t *testing.T, dir string, texts map[string]string) {
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		base := strings.ToLower(filepath.Base(p))
		if err != nil || !d.Type().IsRegular() || !strings.Contains(base, "dockerfile") || strings.Contains(base, "ignore") {
			return nil //nolint:nilerr // what cannot be read is not compared
		}
		if data, err := os.ReadFile(p); err == nil {
			texts[p] = string(data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

type variant struct {
	text string
	args map[string]string
}

// variants are edits of a Dockerfile.
func variants(text string) map[string]variant {
	out := map[string]variant{}
	f := dockerfile.Parse(source.NewFile("Dockerfile", text))
	var from, middle *dockerfile.Instruction
	for k, ins := range f.Instructions {
		if ins.Name == "FROM" && from == nil {
			from = ins
		}
		if from != nil && ins != from && middle == nil && k >= len(f.Instructions)/2 {
			middle = ins
		}
		if ins.Name == "ARG" && len(ins.Pairs) > 0 && ins.Pairs[0].Has {
			out["build arg "+ins.Pairs[0].Key.Value] = variant{text, map[string]string{ins.Pairs[0].Key.Value: "3.99"}}
		}
		if ins.Name == "RUN" && !ins.JSON && len(ins.Heredocs) == 0 && ins.Err == nil {
			at := ins.ArgsRange.Start
			out["text of RUN"] = variant{text: text[:at] + "true && " + text[at:]}
		}
	}
	if from == nil {
		return out
	}
	insert := func(name string, at int, line string) {
		if at == len(text) && !strings.HasSuffix(text, "\n") {
			line = "\n" + line
		}
		out[name+" "+strings.TrimSpace(line)] = variant{text: text[:at] + line + text[at:]}
	}
	for _, line := range []string{"ARG DLINT_X=1\n", "ARG DLINT_X\n", "ENV DLINT_X=1\n", "LABEL dlint=1\n", "# a comment\n", "EXPOSE 1\n"} {
		insert("first", from.Lines.End, line)
	}
	if middle != nil && middle.Name != "FROM" {
		for _, line := range []string{"ENV DLINT_X=1\n", "USER 12345\n", "WORKDIR /dlint\n", "SHELL [\"/bin/dlint\", \"-c\"]\n", "ENV PATH=/dlint:$PATH\n", "RUN dlint\n"} {
			insert("middle", middle.Lines.Start, line)
		}
	}
	return out
}

var counter = regexp.MustCompile(`^\[(?:(\S+) +)? *\d+/\d+\] (.*)$`)

// operations compiles a Dockerfile and returns its steps by their digests.
func operations(ctx context.Context, text string, args map[string]string) (map[string]operation, error) {
	opt, err := Options{Args: args}.convert()
	if err != nil {
		return nil, err
	}
	res, err := dockerfile2llb.Dockerfile2LLB(ctx, []byte(text), opt)
	if err != nil {
		return nil, fmt.Errorf("compiling: %w", err)
	}
	def, err := res.State.Marshal(ctx, llb.Platform(*opt.TargetPlatform), llb.LocalUniqueID("context"))
	if err != nil {
		return nil, fmt.Errorf("compiling: %w", err)
	}
	out := map[string]operation{}
	groups, names := map[string][]string{}, map[string]string{}
	for dgst, meta := range def.Metadata {
		name := meta.Description["llb.customname"]
		if g := meta.ProgressGroup; g != nil {
			// A copy and its link are shown as one.
			groups[g.Id] = append(groups[g.Id], dgst.String())
			names[g.Id] = g.Name
			continue
		}
		if op, ok := stepOf(name); ok {
			out[dgst.String()] = op
		}
	}
	for id, list := range groups {
		if op, ok := stepOf(names[id]); ok {
			slices.Sort(list)
			out[strings.Join(list, " ")] = op
		}
	}
	return out, nil
}

func stepOf(name string) (operation, bool) {
	if strings.HasPrefix(name, "FROM ") {
		return place("", name), true // of COPY --from=IMAGE
	}
	m := counter.FindStringSubmatch(name)
	if m == nil || strings.HasPrefix(name, "[internal]") {
		return operation{}, false
	}
	return place(m[1], m[2]), true
}

// place is a step without what only one side can know: the digest of an image.
func place(label, text string) operation {
	if strings.HasPrefix(text, "FROM ") {
		text, _, _ = strings.Cut(text, "@")
	}
	return operation{stage: label, text: text}
}

// unknown replaces by their names the values that the model does not show: that of
// PATH, which comes from the base image, and those that may be secrets.
func unknown(text string) *strings.Replacer {
	pairs := []string{basePath, "$PATH"}
	for _, ins := range dockerfile.Parse(source.NewFile("Dockerfile", text)).Instructions {
		for k := range ins.Pairs {
			p := &ins.Pairs[k]
			if value := strings.Trim(p.Value.Value, `"'`); value != "" && knowledge.ClassifyName(p.Key.Value) == knowledge.NameSecret {
				pairs = append(pairs, value, "$"+p.Key.Value)
			}
		}
	}
	return strings.NewReplacer(pairs...)
}

// changedOperations are the operations of a build, and whether they are others
// than before. BuildKit shows an image without a stage when a COPY names it, too;
// taken are those.
func changedOperations(before, after map[string]operation, taken map[string]bool, unknown *strings.Replacer) map[operation]int {
	out := map[operation]int{}
	for dgst, op := range after {
		if taken[op.text] {
			op.stage = ""
		}
		op.text = unknown.Replace(op.text)
		_, had := before[dgst]
		op.changed = !had
		out[op]++
	}
	return out
}

// predicted asks the model. The second result are the images that files are taken
// from.
func predicted(before, after string, args map[string]string) (ops map[operation]int, taken map[string]bool) {
	graph := func(text string, args map[string]string) *cache.Graph {
		o := stage.Options{Args: args, Platform: "linux/amd64"}
		return cache.New(cache.Input{Doc: lint.NewDocument(source.NewFile("Dockerfile", text), lint.Build{Options: o})})
	}
	had := map[string]bool{}
	for _, s := range graph(before, nil).Steps() {
		had[s.Vertex()] = true
	}
	ops, taken = map[operation]int{}, map[string]bool{}
	steps := graph(after, args).Steps()
	for _, s := range steps {
		if s.Image && s.Ins.Name != "FROM" {
			taken[place("", s.Text).text] = true
		}
	}
	for _, s := range steps {
		op := place(s.Stage.Label, s.Text)
		if taken[op.text] {
			op.stage = ""
		}
		op.changed = !had[s.Vertex()]
		ops[op]++
	}
	return ops, taken
}

// differing lists the operations that only one side has, "" when none.
func differing(want, got map[operation]int) string {
	var lines []string
	for _, side := range []struct {
		sign string
		a, b map[operation]int
	}{{"-", want, got}, {"+", got, want}} {
		for op, n := range side.a {
			if n > side.b[op] {
				lines = append(lines, fmt.Sprintf("%s %d of [%s] %s, changed: %v\n", side.sign, n-side.b[op], op.stage, op.text, op.changed))
			}
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}
