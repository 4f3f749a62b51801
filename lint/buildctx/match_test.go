package buildctx

import (
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"github.com/dlint/dlint/lint/linttest/linear"
	"github.com/dlint/dlint/lint/source"
)

// dockerVerdict walks down to name the way BuildKit's client does.
func dockerVerdict(t *testing.T, pm *patternmatcher.PatternMatcher, name string) bool {
	t.Helper()
	var info patternmatcher.MatchInfo
	ignored := false
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != '/' {
			continue
		}
		var err error
		if ignored, info, err = pm.MatchesUsingParentResults(name[:i], info); err != nil {
			t.Fatalf("patternmatcher on %q: %v", name[:i], err)
		}
	}
	return ignored
}

// compareWithDocker checks one ignore file against patternmatcher on all names.
// It reports whether Docker accepts the file.
func compareWithDocker(t *testing.T, text string, names []string) bool {
	t.Helper()
	ig := ParseIgnore(source.NewFile(".dockerignore", text))
	patterns, err := ignorefile.ReadAll(strings.NewReader(text))
	var pm *patternmatcher.PatternMatcher
	if err == nil {
		pm, err = patternmatcher.New(patterns)
	}
	if err == nil {
		// The rest of the errors come late.
		for _, p := range pm.Patterns() {
			one, oneErr := patternmatcher.New([]string{guard(p.String())})
			if oneErr == nil {
				_, oneErr = one.MatchesOrParentMatches("a")
			}
			if oneErr != nil {
				err = oneErr
			}
		}
	}
	if (err != nil) != (len(ig.Errors) > 0) {
		t.Fatalf("ignore file %q: Docker says %v, we say %v", text, err, ig.Errors)
	}
	if err != nil {
		return false
	}
	if len(pm.Patterns()) != len(ig.Patterns) {
		t.Fatalf("ignore file %q: Docker has %d patterns, we have %d", text, len(pm.Patterns()), len(ig.Patterns))
	}
	for i, p := range pm.Patterns() {
		if ig.Patterns[i].Clean != p.String() || ig.Patterns[i].Negated != p.Exclusion() {
			t.Fatalf("ignore file %q: pattern %d is %q, want %q", text, i, ig.Patterns[i].Clean, p.String())
		}
	}
	// One walker for all names, and a fresh one for each.
	sorted := slices.Clone(names)
	slices.SortFunc(sorted, comparePaths)
	w := walker{m: ig.match()}
	for _, name := range sorted {
		want := dockerVerdict(t, pm, name)
		if got, _ := ig.Match(name); got != want {
			t.Fatalf("ignore file %q: Match(%q) = %v, want %v", text, name, got, want)
		}
		if w.m == nil {
			continue
		}
		if got, _ := w.match(name); got != want {
			t.Fatalf("ignore file %q: walker.match(%q) = %v, want %v", text, name, got, want)
		}
		checkPruning(t, ig, pm, text, name)
	}
	return true
}

// guard keeps patternmatcher from taking the first character for an operator.
func guard(p string) string {
	if strings.HasPrefix(p, "!") {
		return "[!]" + p[1:]
	}
	return p
}

// checkPruning fails when a folder above name is passed by although name is sent.
func checkPruning(t *testing.T, ig *Ignore, pm *patternmatcher.PatternMatcher, text, name string) {
	t.Helper()
	m := ig.match()
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		ignored, by := ig.Match(dir)
		if !ignored || m.reincludes(dir, int32(by.Index)) {
			continue
		}
		if dockerVerdict(t, pm, name) {
			continue
		}
		t.Fatalf("ignore file %q: %q is passed by, but %q is sent", text, dir, name)
	}
}

func TestMatchAgreesWithDocker(t *testing.T) {
	t.Parallel()
	names := []string{
		"a", "b", "a/b", "a/b/c", "a/b/c/d", "b/a", "x/node_modules", "node_modules", "node_modules/x/y.js",
		"packages/x/node_modules/z", ".env", ".env.local", "api/.env", "a.pem", "certs/a.pem", ".git", ".git/HEAD",
		"Dockerfile", "docker/Dockerfile", "dir/keep", "dir/drop", "dir/sub/keep", "x.tar.gz", "x.tar", "é", "éé/é.txt",
		"a\nb", "a\nb/c", "x/a\nb.txt", "\xff", "\xff/a", "x\xff.txt", "a b", " a", "!a", "a^b", "a+b", "{a,b}", "a|b",
		"foo.js", "foo.jsx", "src/foo.js", "src/a/b/foo.test.js", "[a]", "a]", "*", "a*", "\ufeffa", "\ufffd", "\ufffd/x", "#a", "a$", "(a)",
	}
	files := []string{
		"", "\n\n", "# only\n", "a", "a/", "/a", "./a", "//a", "a//b", "a/./b", "a/../b", "..", ".", "/", "!", "! ", "!/", "a\n!",
		"a\n!a/b", "a/b\n!a", "!a/b\na", "*\n!a", "*\n!a/b", "**\n!a/b", "*\n!dir/keep\n", "dir/\n!dir/keep",
		"a\n!a/b\n*", "dist/tmp\n!dist", "**/node_modules", "node_modules", "**/.env*", "**/.env\n!**/.env.local",
		"*.pem", "**/*.pem", "**.pem", "*.p?m", ".git # comment", " #a", "#a", "\ufeffa\nb", "\ufeff#a", "b\n\ufeffa",
		"a\r\nb\r\n", "a**", "a/**", "**a", "**/a/**", "a/**/c", "**/a/b", "***", "a***", "**/**", "**/", "*/*", "*/*/*", "?", "??", "*?", "*??",
		"[ab]", "[a-b]/c", "[!a]", "[^a]", "a/[^b]/c", "a[", "[", "*a*[", `*a*b\`, `*a*[b]\`, "[]a]", "a\\", `\a`, `\*`, `a\*`, `[z-a]`, "{a,b}", "a|b*", "a^b", "a^*", "x{2}*", "a+*", "(a)*", "a$*",
		"x?.txt", "\ufffd*", "!!a", "*\n!!a", "./!a", "*\n./!a", "*\n! a", "!\ta*", "*\n!\u00a0a*", "\u00a0a",
		"é", "?é", "*é*", "é?/*", "a\n**\n!b\n*/b", "*\n!*.js\nfoo.js", "**/*.js\n!**/foo.js", "**/*.test.js", "src/**/*.js", "src/**/foo.*\n!src/foo.js",
		"a/*\n!a/b\na/b/*\n!a/b/c", "*/\n!a/", "/*\n!/a\n/a/*\n!/a/b", "Dockerfile*\n.dockerignore",
		"**/.git\n**/*\n!src/**", "*\n!**/*.js", "**/a*/**", "*/**", "?/**/?", "**/?", "**/??.txt",
	}
	for _, text := range files {
		compareWithDocker(t, text, names)
	}
}

// patternmatcher complains about these on standard error.
func TestMatchBrokenText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, name string
		want          bool
	}{
		{"\xff", "\xff", true},
		{"\xff", "\ufffd", false},
		{"\xff*", "\xffa", true},
		{"\xff*", "\ufffda", true}, // as in its regular expression
		{"x\xff*", "xa", false},
		{"*\x00", "a", false},
		{"\xff\xfen\x00o\x00d\x00e\x00", "node", false}, // UTF-16
	}
	for _, tt := range tests {
		ig := ParseIgnore(source.NewFile("", tt.pattern))
		if got, _ := ig.Match(tt.name); got != tt.want || len(ig.Errors) > 0 {
			t.Errorf("pattern %q, name %q: %v, %v", tt.pattern, tt.name, got, ig.Errors)
		}
	}
}

func TestIgnoreLineTooLong(t *testing.T) {
	t.Parallel()
	for n := 65_530; n < 65_540; n++ {
		for _, text := range []string{strings.Repeat("x", n), "a\n" + strings.Repeat("x", n) + "\nb", "a\n" + strings.Repeat("x", n) + "\r\n"} {
			_, err := ignorefile.ReadAll(strings.NewReader(text))
			ig := ParseIgnore(source.NewFile("", text))
			if (err != nil) != (len(ig.Errors) > 0) {
				t.Errorf("line of %d bytes in %d: Docker says %v, we say %v", n, len(text), err, ig.Errors)
			}
		}
	}
}

// randomIgnore makes ignore files of few letters, so that patterns meet paths.
func randomIgnore(r *rand.Rand) string {
	parts := []string{"a", "b", "c", "ab", "a.b", "*", "**", "?", "*.b", "a*", "*a", "a?", "**b", "b**", "[ab]", "[^a]", `\a`, ".", "..", "", "a*b", "*?", "***", "é", "?é"}
	var b strings.Builder
	for range 1 + r.IntN(6) {
		if r.IntN(3) == 0 {
			b.WriteByte('!')
		}
		if r.IntN(8) == 0 {
			b.WriteByte('/')
		}
		for i := range 1 + r.IntN(4) {
			if i > 0 {
				b.WriteByte('/')
			}
			b.WriteString(parts[r.IntN(len(parts))])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func randomName(r *rand.Rand) string {
	parts := []string{"a", "b", "c", "ab", "a.b", "b.b", "é", "aé", "x", "abc", "aab", "a\nb", "\xff", "€b"}
	name := parts[r.IntN(len(parts))]
	for range r.IntN(5) {
		name += "/" + parts[r.IntN(len(parts))]
	}
	return name
}

func TestMatchRandom(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	accepted := 0
	for range 3000 {
		names := make([]string, 12)
		for i := range names {
			names[i] = randomName(r)
		}
		if compareWithDocker(t, randomIgnore(r), names) {
			accepted++
		}
	}
	if accepted < 2000 {
		t.Errorf("only %d of the random files are accepted by Docker; the test says little", accepted)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("a\n!a/b\n**/c*", "a/b\x01x/c")
	f.Add("*\n!é?/**", "éa/b")
	f.Fuzz(func(t *testing.T, text, list string) {
		if strings.Contains(text, "\x00") || !utf8.ValidString(text) || len(text) > 2000 || len(list) > 2000 {
			t.Skip() // patternmatcher writes to standard error
		}
		var names []string
		for n := range strings.SplitSeq(list, "\x01") {
			if n = clean(n); n != "." && !strings.Contains(n, "\x00") {
				names = append(names, n)
			}
		}
		compareWithDocker(t, text, names)
	})
}

func TestDeepPatternsAreNotExponential(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("**/a/", 30) + "*b"
	name := strings.Repeat("a/", 90) + "c"
	if ok, _ := ParseIgnore(source.NewFile("", text)).Match(name); ok {
		t.Errorf("%q matches %q", text, name)
	}
	if matchGlob(strings.Repeat("*a", 50)+"b", strings.Repeat("a", 2000)) {
		t.Error("glob matches")
	}
}

// TestLongPaths holds a COPY with a very long source to its length.
func TestLongPaths(t *testing.T) {
	t.Parallel()
	ig := ParseIgnore(source.NewFile("", "x/*\n**/c\na/**/d*\n"))
	c := files("f").WithIgnore(ig)
	linear.Check(t, 25_000, func(n int) {
		name := strings.Repeat("a/", n) + "b"
		if ignored, _ := ig.Match(name); ignored || ig.CopyIgnored(name) != nil || ig.CopyIgnored("/"+name) != nil {
			t.Errorf("a path of %d folders is ignored", n)
		}
		name = strings.Repeat("a/", n) + "*"
		if list, err := c.Glob(name); len(list) > 0 || err != nil {
			t.Errorf("a path of %d folders: %d entries, %v", n, len(list), err)
		}
		for _, o := range []SelectOptions{{}, {Parents: true}} {
			if s := c.Select([]string{name}, o); s.Sources[0].State != SourceMissing {
				t.Errorf("a source of %d folders: state %d", n, s.Sources[0].State)
			}
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{50, 10_000} {
		text := realisticIgnore(n)
		names := make([]string, 1000)
		for i := range names {
			names[i] = fmt.Sprintf("src/pkg%d/mod%d/file%d.go", i%10, i%100, i)
		}
		slices.SortFunc(names, comparePaths)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := ParseIgnore(source.NewFile("", text)).match()
			for b.Loop() {
				w := walker{m: m}
				for _, name := range names {
					w.match(name)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(names)), "ns/path")
		})
		b.Run(fmt.Sprint(n, "/patternmatcher"), func(b *testing.B) {
			if n > 1000 {
				names = names[:20]
			}
			list, _ := ignorefile.ReadAll(strings.NewReader(text))
			pm, _ := patternmatcher.New(list)
			for b.Loop() {
				for _, name := range names {
					_, _ = pm.MatchesOrParentMatches(name)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(names)), "ns/path")
		})
	}
}

// realisticIgnore has n patterns: half names, some in any folder, some endings.
func realisticIgnore(n int) string {
	var b strings.Builder
	for i := range n {
		switch i % 10 {
		case 0, 1, 2, 3:
			fmt.Fprintf(&b, "build/out%d\n", i)
		case 4:
			fmt.Fprintf(&b, "**/node_modules%d\n", i)
		case 5:
			fmt.Fprintf(&b, "**/*.ext%d\n", i)
		case 6:
			fmt.Fprintf(&b, "*.log%d\n", i)
		case 7:
			fmt.Fprintf(&b, "src/pkg%d/**/tmp*\n", i)
		case 8:
			fmt.Fprintf(&b, "/coverage%d/\n", i)
		default:
			fmt.Fprintf(&b, "!keep/me%d\n", i)
		}
	}
	return b.String()
}
