package main

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/dlint/dlint/lint/config"
)

var update = flag.Bool("update", false, "write what the commands of the documentation print into it, and its pictures")

// pages are the pages for people. Their blocks are read thus:
//
//   - console: commands behind "$ ", which are run, each with what it prints; a
//     line "..." stands for any lines.
//   - sh: commands, one a line, which are run.
//   - with a name behind the language: a file that the commands after it find;
//     a .dlint.yaml must be valid.
//   - behind a comment <!-- not run: REASON -->: commands that need what a test
//     has not, see reasons.
//
// Each page has a folder of its own, with the applications of testdata.
var pages = []string{
	"README.md", "cmd/dlint/README.md", "fix/multistage/README.md", "editors/README.md",
	"editors/emacs/README.md", "editors/github-action/README.md", "editors/neovim/README.md",
	"editors/others/README.md", "editors/pre-commit/README.md", "editors/vscode/README.md",
}

// reasons are why a command may be left alone.
var reasons = []string{"it builds images", "it uses the network", "it is typed into an editor or a service", "it changes this machine"}

// block is a fenced block of a page.
type block struct {
	line       int // of its first line of text
	lang, name string
	skip       string
	lines      []string
}

var skipComment = regexp.MustCompile(`^<!-- not run: (.*) -->$`)

// blocksOf returns the fenced blocks of a page.
func blocksOf(t *testing.T, page, text string) []block {
	t.Helper()
	var out []block
	var open *block
	skip := ""
	for k, line := range strings.Split(text, "\n") {
		switch {
		case open != nil && line == "```":
			out = append(out, *open)
			open, skip = nil, ""
		case open != nil:
			open.lines = append(open.lines, line)
		case strings.HasPrefix(line, "```"):
			lang, name, _ := strings.Cut(strings.TrimPrefix(line, "```"), " ")
			if lang == "" {
				t.Errorf("%s:%d: a block without a language", page, k+1)
			}
			open = &block{line: k + 1, lang: lang, name: name, skip: skip}
		case skipComment.MatchString(line):
			skip = skipComment.FindStringSubmatch(line)[1]
			if !slices.Contains(reasons, skip) {
				t.Errorf("%s:%d: %q is no reason", page, k+1, skip)
			}
		case strings.TrimSpace(line) != "":
			skip = ""
			if strings.HasPrefix(line, "    ") && !strings.HasPrefix(strings.TrimSpace(line), "-") {
				t.Errorf("%s:%d: write blocks between fences, so that they can be tested", page, k+1)
			}
		}
	}
	if open != nil {
		t.Errorf("%s:%d: the block has no end", page, open.line)
	}
	return out
}

// TestDocumentation runs the commands of the documentation.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell")
	}
	for _, page := range pages {
		t.Run(strings.ReplaceAll(page, "/", "_"), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join("..", "..", filepath.FromSlash(page))
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(string(data), "\n")
			box := newBox(t)
			for _, b := range slices.Backward(box.run(page, blocksOf(t, page, string(data)))) {
				lines = slices.Replace(lines, b.line, b.line+len(b.lines), b.printed...)
			}
			if got := strings.Join(lines, "\n"); *update && got != string(data) {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// changed is a block whose commands print something else than it says.
type changed struct {
	block
	printed []string
}

// box is a folder in which commands are run, with little on the path.
type box struct {
	t   *testing.T
	dir string
	env []string
}

func newBox(t *testing.T) *box {
	t.Helper()
	b := &box{t: t, dir: t.TempDir()}
	bin := t.TempDir()
	for _, name := range []string{"sh", "cat", "cp", "mkdir", "git", "head", "grep", "dlint-rules"} {
		if program, err := exec.LookPath(name); err == nil {
			if err := os.Symlink(program, filepath.Join(bin, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, dir := range []string{"node-app", "apps"} {
		to := filepath.Join(b.dir, "testdata", dir)
		if err := os.CopyFS(to, os.DirFS(filepath.Join("..", "..", "testdata", dir))); err != nil {
			t.Fatal(err)
		}
	}
	b.env = []string{
		"PATH=" + bin, "HOME=" + bin, "TMPDIR=" + t.TempDir(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CEILING_DIRECTORIES=" + filepath.Dir(b.dir),
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com",
	}
	return b
}

// run runs the blocks of a page and returns those that print something else.
func (b *box) run(page string, blocks []block) []changed {
	b.t.Helper()
	var out []changed
	for _, x := range blocks {
		switch {
		case x.skip != "":
		case x.name != "":
			b.file(page, &x)
		case x.lang == "console":
			got := b.console(page, &x)
			if !slices.Equal(got, x.lines) {
				out = append(out, changed{x, got})
			}
		case x.lang == "sh":
			for k, line := range x.lines {
				if line != "" && !strings.HasPrefix(line, "#") {
					b.command(page, x.line+k, line)
				}
			}
		}
	}
	return out
}

func (b *box) file(page string, x *block) {
	b.t.Helper()
	text := []byte(strings.Join(x.lines, "\n") + "\n")
	path := filepath.Join(b.dir, filepath.FromSlash(x.name))
	if filepath.Base(path) == ".dlint.yaml" {
		for _, e := range config.Check(allRules(), path, text) {
			b.t.Errorf("%s:%d: %s", page, x.line+e.Line, e.Message)
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// console runs the commands of a block and returns the block as it should be.
func (b *box) console(page string, x *block) []string {
	b.t.Helper()
	var out []string
	for k := 0; k < len(x.lines); {
		line := x.lines[k]
		command, ok := strings.CutPrefix(line, "$ ")
		if !ok {
			b.t.Errorf("%s:%d: a block starts with a command", page, x.line+k+1)
			return x.lines
		}
		end := k + 1
		for end < len(x.lines) && !strings.HasPrefix(x.lines[end], "$ ") {
			end++
		}
		want := x.lines[k+1 : end]
		got := strings.Split(strings.TrimRight(b.command(page, x.line+k, command), "\n"), "\n")
		if len(got) == 1 && got[0] == "" {
			got = nil
		}
		out = append(out, line)
		switch {
		case matches(trimBlank(want), got):
			out = append(out, want...)
		case *update:
			out = append(out, got...)
		default:
			b.t.Errorf("%s:%d: %s prints\n%s\nnot\n%s\n(go test ./cmd/dlint -run TestDocumentation -update)",
				page, x.line+k+1, command, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		k = end
	}
	return out
}

func trimBlank(lines []string) []string {
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// matches reports whether lines are the wanted ones, of which "..." is any.
func matches(want, got []string) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if want[0] == "..." {
		for k := range len(got) + 1 {
			if matches(want[1:], got[k:]) {
				return true
			}
		}
		return false
	}
	return len(got) > 0 && strings.TrimRight(got[0], " ") == strings.TrimRight(want[0], " ") && matches(want[1:], got[1:])
}

// prelude makes dlint the program under test, however it is called.
const prelude = `dlint() { dlint-rules "$@"; }
go() { [ "$1 $2" = "run ./cmd/dlint" ] || return 127; shift 2; dlint-rules "$@"; }
`

// command runs a command and returns what it prints. Findings are no failure;
// misuse is.
func (b *box) command(page string, line int, command string) string {
	b.t.Helper()
	var out bytes.Buffer
	cmd := exec.Command("sh", "-c", prelude+command)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = b.dir, b.env, &out, &out
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != exitFindings {
		b.t.Errorf("%s:%d: %s: %v\n%s", page, line+1, command, err, out.String())
	}
	return strings.ReplaceAll(out.String(), b.dir+string(filepath.Separator), "")
}

// pictures are made from what commands print.
var pictures = []struct{ name, command string }{
	{"lint", "dlint --color always --select secrets,context,copy-before-install testdata/node-app"},
	{"cache", "dlint cache --color always testdata/node-app"},
	{"split", "dlint split testdata/apps/go-server"},
}

// TestPictures checks that the pictures of the documentation show what dlint
// prints.
func TestPictures(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell")
	}
	for _, p := range pictures {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			plain := strings.Replace(p.command, " --color always", "", 1)
			got := picture(plain, newBox(t).command(p.name, 0, p.command))
			path := filepath.Join("..", "..", "testdata", "docs", p.name+".svg")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s is not what %s prints: go test ./cmd/dlint -run TestPictures -update", path, plain)
			}
		})
	}
}

// Sizes of a picture, in pixels.
const (
	charWidth, lineHeight = 8.4, 19
	margin, mostColumns   = 16, 110
)

var (
	sgr     = regexp.MustCompile("\x1b\\[([0-9;]*)m")
	escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
)

// colours of a dark terminal by SGR number.
var colours = map[string]string{
	"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "35": "#d2a8ff", "36": "#56d4dd", "90": "#8b949e", "2": "#8b949e",
}

// picture draws a terminal in which a command was typed.
func picture(command, output string) string {
	lines := append([]string{"\x1b[1;32m$\x1b[0m " + command}, strings.Split(strings.TrimRight(output, "\n"), "\n")...)
	var body strings.Builder
	row, widest := 0, 0
	for _, line := range lines {
		for _, part := range wrap(coloured(line)) {
			y := margin + lineHeight*row + 14
			fmt.Fprintf(&body, "<text x=\"%d\" y=\"%d\">%s</text>\n", margin, y, spans(part))
			widest = max(widest, len([]rune(sgr.ReplaceAllString(part, ""))))
			row++
		}
	}
	width, height := int(float64(widest)*charWidth)+2*margin, row*lineHeight+2*margin
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="%s">
<rect width="%d" height="%d" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" fill="#e6edf3" style="white-space:pre">
%s</g>
</svg>
`, width, height, width, height, escaper.Replace(command), width, height, body.String())
}

// coloured gives the lines of a difference their usual colours.
func coloured(line string) string {
	switch {
	case strings.HasPrefix(line, "+"):
		return "\x1b[32m" + line
	case strings.HasPrefix(line, "-"):
		return "\x1b[31m" + line
	case strings.HasPrefix(line, "@@"):
		return "\x1b[36m" + line
	}
	return line
}

// shown is one character of a terminal, with the colours before it.
type shown struct {
	style string
	r     rune
}

// wrap breaks a line between words, where it is too long, and carries its colours
// on.
func wrap(line string) []string {
	var chars []shown
	style := ""
	for len(line) > 0 {
		if m := sgr.FindStringIndex(line); m != nil && m[0] == 0 {
			style = line[:m[1]]
			line = line[m[1]:]
			continue
		}
		r, size := utf8.DecodeRuneInString(line)
		chars = append(chars, shown{style, r})
		line = line[size:]
	}
	var out []string
	for len(chars) > mostColumns {
		cut := mostColumns
		for cut > 0 && chars[cut].r != ' ' {
			cut--
		}
		if cut == 0 {
			cut = mostColumns
		}
		out = append(out, join(chars[:cut]))
		for cut < len(chars) && chars[cut].r == ' ' {
			cut++
		}
		chars = chars[cut:]
	}
	return append(out, join(chars))
}

func join(chars []shown) string {
	var out strings.Builder
	style := ""
	for _, c := range chars {
		if c.style != style {
			style = c.style
			out.WriteString(style)
		}
		out.WriteRune(c.r)
	}
	return out.String()
}

// spans turns the colours of a terminal into those of a picture.
func spans(line string) string {
	var out strings.Builder
	style := ""
	write := func(text string) {
		switch {
		case text == "":
		case style == "":
			out.WriteString(escaper.Replace(text))
		default:
			fmt.Fprintf(&out, "<tspan%s>%s</tspan>", style, escaper.Replace(text))
		}
	}
	last := 0
	for _, m := range sgr.FindAllStringSubmatchIndex(line, -1) {
		write(line[last:m[0]])
		style = styleOf(line[m[2]:m[3]])
		last = m[1]
	}
	write(line[last:])
	return out.String()
}

func styleOf(codes string) string {
	style := ""
	for _, code := range strings.Split(cmp.Or(codes, "0"), ";") {
		switch c := colours[code]; {
		case code == "0":
			style = ""
		case code == "1":
			style += ` font-weight="bold"`
		case c != "":
			style += ` fill="` + c + `"`
		}
	}
	return style
}

var (
	link      = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	named     = regexp.MustCompile(`<a name="([^"]+)"></a>`)
	elsewhere = regexp.MustCompile(`^[a-z]+:`)
)

// TestLinks checks that what any page leads to within the repository is there: the
// file, and the heading in it.
func TestLinks(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	links := 0
	for _, path := range allPages(t, root) {
		for _, m := range link.FindAllStringSubmatch(withoutBlocks(readPage(t, path)), -1) {
			if elsewhere.MatchString(m[1]) {
				continue
			}
			links++
			name, heading, _ := strings.Cut(m[1], "#")
			to := path
			if name != "" {
				to = filepath.Join(filepath.Dir(path), filepath.FromSlash(name))
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s leads to %s, which is not there", path, m[1])
			} else if heading != "" && !slices.Contains(anchors(readPage(t, to)), heading) {
				t.Errorf("%s leads to %s, where there is no such heading", path, m[1])
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links were found", links)
	}
}

// allPages returns the pages below a folder, without what is installed there.
func allPages(t *testing.T, root string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{".git", "bin", "dist", "node_modules"}, d.Name()) {
			return filepath.SkipDir
		}
		if filepath.Ext(path) == ".md" {
			out = append(out, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func readPage(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// withoutBlocks empties the fenced blocks of a page.
func withoutBlocks(text string) string {
	var out []string
	fenced := false
	for line := range strings.SplitSeq(text, "\n") {
		fence := strings.HasPrefix(line, "```")
		if fence {
			fenced = !fenced
		}
		if !fence && !fenced {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// anchors returns what links to a page can name: its headings, as GitHub spells
// them, and the places that are named by hand.
func anchors(text string) []string {
	var out []string
	for _, m := range named.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	for line := range strings.SplitSeq(withoutBlocks(text), "\n") {
		if title := strings.TrimLeft(line, "#"); title != line {
			slug := strings.Map(func(r rune) rune {
				switch {
				case r == ' ':
					return '-'
				case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
					return unicode.ToLower(r)
				}
				return -1
			}, strings.TrimSpace(title))
			out = append(out, slug)
		}
	}
	return out
}

// Rows of tables of applications: recipe, grade, size before and after.
var (
	quoted   = regexp.MustCompile(`(?m)^\| \[[^]]+\]\(\.\./\.\./testdata/apps/([^/]+)/Dockerfile\) \| (\S+) \| (\S) \| ([0-9.]+) MB \| ([0-9.]+) MB \|$`)
	measured = regexp.MustCompile(`(?m)^\| (\S+) \| [^|]+ \| (\S+) \| (\S) \| yes \| [^|]+ \| yes \| ([0-9.]+) MB \| ([0-9.]+) MB \|`)
)

// TestFigures checks that the guide to splits quotes what was measured, but for a
// tenth by which base images may have grown since.
func TestFigures(t *testing.T) {
	t.Parallel()
	rows := map[string][]string{}
	for _, m := range measured.FindAllStringSubmatch(readPage(t, filepath.Join("..", "..", "testdata", "apps", "README.md")), -1) {
		rows[m[1]] = m[2:]
	}
	quotes := quoted.FindAllStringSubmatch(readPage(t, filepath.Join("..", "..", "fix", "multistage", "README.md")), -1)
	if len(quotes) < 5 {
		t.Errorf("only %d figures were found", len(quotes))
	}
	for _, m := range quotes {
		row := rows[m[1]]
		if row == nil || m[2] != row[0] || m[3] != row[1] || !near(t, m[4], row[2]) || !near(t, m[5], row[3]) {
			t.Errorf("quoted %q, measured %q", m[1:], row)
		}
	}
}

func near(t *testing.T, a, b string) bool {
	t.Helper()
	x, err := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	return math.Abs(x-y) <= y/10
}

// TestOwnDockerfile checks that dlint finds nothing in its own Dockerfile.
func TestOwnDockerfile(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("dlint-rules", "--no-config", "--fail-on", "style", "Dockerfile")
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
