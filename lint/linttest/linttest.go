package linttest

import (
	"flag"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shellcheck"
)

var update = flag.Bool("update", false, "write the sections .fixed and .unsafe of the cases")

// Run checks the rules: what they say of themselves, their examples, and all
// cases in the archives that match the pattern of package filepath. Each rule
// must have an archive that is named after it.
func Run(t *testing.T, rules []*lint.Rule, glob string) {
	t.Helper()
	cases, err := Load(glob)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		t.Run("rule/"+r.ID, func(t *testing.T) {
			t.Parallel()
			for _, p := range checkRule(t.Context(), r, rules) {
				t.Error(p)
			}
			own := func(c *Case) bool { return c.rule == r.ID }
			if !slices.ContainsFunc(cases, own) {
				t.Errorf("no case is named after the rule: write %s", filepath.Join(filepath.Dir(glob), r.ID+".txtar"))
			}
		})
	}
	for start := 0; start < len(cases); {
		end := start
		for end < len(cases) && cases[end].File == cases[start].File {
			end++
		}
		archive := cases[start:end]
		start = end
		name := strings.TrimSuffix(filepath.Base(archive[0].File), filepath.Ext(archive[0].File))
		t.Run("case/"+name, func(t *testing.T) {
			t.Parallel()
			runArchive(t, rules, archive)
		})
	}
}

// runArchive runs the cases of one archive.
func runArchive(t *testing.T, rules []*lint.Rule, cases []*Case) {
	t.Helper()
	if cases[0].flags.shellcheck && shellcheck.Find() == nil {
		t.Skip("shellcheck is not installed")
	}
	verdicts := make([]*verdict, len(cases))
	fixed := map[string]bool{}
	for k, c := range cases {
		verdicts[k] = c.check(t.Context(), rules)
		for id := range verdicts[k].fixed {
			fixed[id] = true
		}
	}
	if *update {
		if err := rewrite(cases, verdicts); err != nil {
			t.Fatal(err)
		}
		fresh, err := Load(cases[0].File)
		if err != nil {
			t.Fatal(err)
		}
		for k, c := range fresh {
			verdicts[k] = c.check(t.Context(), rules)
		}
	}
	for k, c := range cases {
		for _, p := range verdicts[k].problems {
			t.Errorf("%s:\n%s", c, p)
		}
	}
	for _, r := range rules {
		if r.ID == cases[0].rule && r.Fixable && !fixed[r.ID] {
			t.Errorf("%s says Fixable, but no case shows a fix", r.ID)
		}
	}
}

// rewriting serializes updates.
var rewriting sync.Mutex

// rewrite writes the sections that fixing asks for into the archive. Those of
// cases whose annotations are wrong stay as they are.
func rewrite(cases []*Case, verdicts []*verdict) error {
	rewriting.Lock()
	defer rewriting.Unlock()
	a, err := txtar.ParseFile(cases[0].File)
	if err != nil {
		return err
	}
	before := string(txtar.Format(a))
	for k, c := range cases {
		if verdicts[k].tried {
			a.Files = c.merge(a.Files, verdicts[k].sections)
		}
	}
	after := txtar.Format(a)
	if string(after) == before {
		return nil
	}
	return os.WriteFile(cases[0].File, after, 0o644)
}

// merge returns the files of an archive with other sections for this case: each
// behind what it is made of, where that is there.
func (c *Case) merge(files []txtar.File, sections map[string]string) []txtar.File {
	own := func(name string) string { return path.Join(c.Name, name) }
	old := map[string]bool{}
	for name := range c.expected {
		old[own(name)] = true
	}
	files = slices.DeleteFunc(slices.Clone(files), func(f txtar.File) bool { return old[f.Name] })
	for _, suffix := range []string{unsafeSuffix, fixedSuffix} {
		for _, name := range slices.Sorted(maps.Keys(sections)) {
			base, ok := strings.CutSuffix(name, suffix)
			if !ok {
				continue
			}
			at := slices.IndexFunc(files, func(f txtar.File) bool { return f.Name == own(base) })
			if at < 0 {
				at = slices.IndexFunc(files, func(f txtar.File) bool { return f.Name == own(dockerfileName) })
			}
			files = slices.Insert(files, at+1, txtar.File{Name: own(name), Data: []byte(sections[name])})
		}
	}
	return files
}
