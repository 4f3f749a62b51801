//go:build unix

package main

import (
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"github.com/dlint/dlint/lint/report"
)

var long = flag.Bool("long", false, "run what takes minutes, and try more commands")

// canary stands in files that nothing may read.
const canary = "c4nary"

// outside is a file of the user that a stranger's tree tries to get at: whatever
// it is taken for, something of it would be reported.
const outside = "FROM alpine:" + canary + "\nRUM " + canary + "\n" + canary + ": [" + canary + "\nENV PASSWORD=" + canary + "\n"

// TestTree lets files of a tree point out of it.
func TestTree(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"Dockerfile":          {"sub/Dockerfile": "->../../outside/secret"},
		"Dockerfile itself":   {"Dockerfile": "->../outside/secret"},
		"config":              {".dlint.yaml": "->../outside/secret"},
		"config of hadolint":  {".hadolint.yaml": "->../outside/secret"},
		"extends":             {".dlint.yaml": "extends: ../outside/secret\n"},
		"extends, absolute":   {".dlint.yaml": "extends: ABS/outside/secret\n"},
		"extends, by a link":  {".dlint.yaml": "extends: link/secret\n", "link": "->../outside"},
		"extends, in a chain": {".dlint.yaml": "extends: a.yaml\n", "a.yaml": "extends: ../outside/secret\n"},
		"context":             {".dlint.yaml": "context: ../outside\n"},
		"context, by a link":  {".dlint.yaml": "context: link\n", "link": "->../outside"},
		"compose":             {"compose.yaml": "->../outside/secret"},
		"compose context":     {"compose.yaml": "services: {a: {build: {context: ../outside, dockerfile: ../tree/Dockerfile}}}\n"},
		"compose dockerfile":  {"compose.yaml": "services: {a: {build: {context: ., dockerfile: ../outside/secret}}}\n"},
		"compose both":        {"compose.yaml": "services: {a: {build: {context: ABS/outside, dockerfile: secret}}}\n"},
		"compose by a link":   {"compose.yaml": "services: {a: {build: {context: link, dockerfile: secret}}}\n", "link": "->../outside"},
		"compose lower case":  {"compose.yaml": "services: {a: {build: sub}}\n", "sub/x": "", "sub/dockerfile": "->../../outside/secret"},
		"compose named":       {"compose.yaml": "services: {a: {build: {context: ., additional_contexts: {x: ../outside}}}}\n"},
		"compose extends":     {"compose.yaml": "services: {a: {extends: {file: ../outside/secret, service: a}}}\n"},
		"bake":                {"docker-bake.hcl": "target \"a\" {\n context = \"../outside\"\n dockerfile = \"secret\"\n}\n"},
		"bake dockerfile":     {"docker-bake.hcl": "target \"a\" {\n context = \".\"\n dockerfile = \"../outside/secret\"\n}\n"},
		"ignore file":         {".dockerignore": "->../outside/secret"},
		"own ignore file":     {"Dockerfile.dockerignore": "->../outside/secret"},
		"manifest":            {"package.json": "->../outside/secret", "pom.xml": "->../outside/secret", "go.mod": "->../outside/secret"},
		"script":              {"start.sh": "->../outside/secret", ".env": "->../outside/secret"},
		"folder":              {"src": "->../outside"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			put(t, filepath.Join(dir, "outside/secret"), outside)
			put(t, filepath.Join(dir, "outside/"+canary+".pem"), outside)
			put(t, filepath.Join(dir, "tree/.git/HEAD"), "ref: refs/heads/main\n")
			put(t, filepath.Join(dir, "tree/Dockerfile"), "FROM node:20\nWORKDIR /a\nCOPY . .\nCOPY src start.sh .env package.json ./\nRUN npm install\nENTRYPOINT [\"./start.sh\"]\n")
			for path, text := range files {
				at := filepath.Join(dir, "tree", path)
				text = strings.ReplaceAll(text, "ABS", dir)
				if to, ok := strings.CutPrefix(text, "->"); ok {
					if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
						t.Fatal(err)
					}
					_ = os.Remove(at)
					if err := os.Symlink(to, at); err != nil {
						t.Fatal(err)
					}
				} else {
					put(t, at, text)
				}
			}
			before := names(t, filepath.Join(dir, "outside"))
			runs := [][]string{
				{"--select", "all", "--verbose", "."},
				{"--verbose", "compose.yaml", "docker-bake.hcl"},
				{"cache"},
				{"--fix", "--unsafe-fixes", "--select", "all"},
				{"--diff", "--unsafe-fixes", "--select", "all"},
				{"fmt", "--diff"},
				{"split", "."},
				{"cache", "--changed", "src"},
				{"fmt"},
				{"split", "--write", "--assume", "."},
			}
			if !*long {
				runs = runs[:4]
			}
			for _, args := range runs {
				out := runIn(t, filepath.Join(dir, "tree"), exec.Command("dlint-rules", args...))
				if strings.Contains(out.stdout+out.stderr, canary) {
					t.Errorf("%v reads it: %s%s", args, out.stdout, out.stderr)
				}
			}
			holds(t, filepath.Join(dir, "outside/secret"), outside)
			if after := names(t, filepath.Join(dir, "outside")); !slices.Equal(before, after) {
				t.Errorf("outside are %q", after)
			}
		})
	}
}

// TestTreeByChoice reads what the user names, wherever it is: the test above would
// notice.
func TestTreeByChoice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "outside/secret"), outside)
	put(t, filepath.Join(dir, "outside/Dockerfile"), outside)
	put(t, filepath.Join(dir, "tree/.git/HEAD"), "")
	put(t, filepath.Join(dir, "tree/Dockerfile"), "FROM a\nCOPY secret /\n")
	put(t, filepath.Join(dir, "outside/config"), canary+": a\n")
	for _, args := range [][]string{{"../outside/secret"}, {"--config", "../outside/config"}, {"../outside"}} {
		if out := runIn(t, filepath.Join(dir, "tree"), exec.Command("dlint-rules", args...)); !strings.Contains(out.stdout+out.stderr, canary) {
			t.Errorf("%v says %s%s", args, out.stdout, out.stderr)
		}
	}
}

// TestShellcheckInFolder does not take programs from the current directory.
func TestShellcheckInFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "Dockerfile"), "FROM a\nRUN echo $x\n")
	trap := "#!/bin/sh\necho run > " + dir + "/marker\n"
	for _, name := range []string{"shellcheck", "git", "docker", "buildctl"} {
		put(t, filepath.Join(dir, name), trap)
		makeExecutable(t, filepath.Join(dir, name))
	}
	program, err := exec.LookPath("dlint-rules")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{".", "", ":", ".:/none", "./"} {
		for _, args := range [][]string{{"--select", "all"}, {"cache", "--since", "HEAD"}, {"verify", "Dockerfile", "Dockerfile"}} {
			cmd := exec.Command(program, args...)
			cmd.Env = []string{"PATH=" + path, "HOME=" + dir}
			runIn(t, dir, cmd)
			if _, err := os.Stat(filepath.Join(dir, "marker")); err == nil {
				t.Fatalf("PATH=%s %v runs a program of the folder", path, args)
			}
		}
	}
}

// TestRepository looks into the history of a repository whose configuration runs
// programs wherever git lets it.
func TestRepository(t *testing.T) {
	t.Parallel()
	repo, trap, marker := trappedRepository(t)
	for _, args := range [][]string{
		{"cache", "--since", "HEAD~1"},
		{"cache", "--history", "2"},
		{"cache", "--history", "2", "--format", "json"},
		{"--select", "all", "."},
		{"--fix", "."},
		{"cache"},
	} {
		cmd := exec.Command("dlint-rules", args...)
		cmd.Env = append(os.Environ(), "GIT_PAGER="+trap, "GIT_EXTERNAL_DIFF="+trap, "GIT_SSH_COMMAND="+trap, "GIT_ASKPASS="+trap)
		got := runIn(t, repo, cmd)
		if text, err := os.ReadFile(marker); err == nil {
			t.Errorf("%v runs programs: %s", args, text)
			_ = os.Remove(marker)
		}
		if strings.Contains(got.stdout+got.stderr, "\x1b") {
			t.Errorf("%v prints escapes: %q", args, got.stdout)
		}
	}
}

// trappedRepository makes a repository in which git runs the program trap at every
// turn, which writes marker. One file is missing from its history.
func trappedRepository(t *testing.T) (repo, trap, marker string) {
	t.Helper()
	dir := t.TempDir()
	repo, trap, marker = filepath.Join(dir, "repo"), filepath.Join(dir, "trap"), filepath.Join(dir, "marker")
	put(t, trap, "#!/bin/sh\necho \"$0 $*\" >> "+marker+"\ncat\n")
	put(t, filepath.Join(repo, "Dockerfile"), "FROM a\nCOPY f /f\nRUN b\n")
	put(t, filepath.Join(repo, "f"), "1\n")
	put(t, filepath.Join(repo, ".gitattributes"), "* filter=trap diff=trap merge=trap\n")
	put(t, filepath.Join(repo, ".gitignore"), "ignored\n")
	put(t, filepath.Join(repo, "ignored"), "")
	git(t, repo, "init", "-q")
	git(t, repo, "add", ".")
	git(t, repo, "commit", "-q", "-m", "one \x1b[31m")
	lost := git(t, repo, "rev-parse", "HEAD:f")
	put(t, filepath.Join(repo, "f"), "2\n")
	git(t, repo, "commit", "-q", "-a", "-m", "two")
	for _, hook := range []string{"post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc"} {
		put(t, filepath.Join(repo, ".git/hooks", hook), "#!/bin/sh\n"+trap+"\n")
		makeExecutable(t, filepath.Join(repo, ".git/hooks", hook))
	}
	makeExecutable(t, trap)
	config, err := os.ReadFile(filepath.Join(repo, ".git/config"))
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(repo, ".git/config"), string(config)+strings.ReplaceAll(trappedConfig, "TRAP", trap))
	// The traps are armed: git itself walks into them.
	status := exec.Command("git", "status")
	status.Dir = repo
	_ = status.Run()
	if os.Remove(marker) != nil {
		t.Fatal("git status ran nothing")
	}
	// Git would fetch what is missing.
	if err := os.Remove(filepath.Join(repo, ".git/objects", lost[:2], lost[2:])); err != nil {
		t.Fatal(err)
	}
	return repo, trap, marker
}

// trappedConfig names programs wherever git takes one.
const trappedConfig = `[core]
	fsmonitor = TRAP
	pager = TRAP
	editor = TRAP
	askPass = TRAP
	sshCommand = TRAP
	gitProxy = TRAP
	alternateRefsCommand = TRAP
	hooksPath = .git/hooks
	repositoryFormatVersion = 1
[pager]
	log = TRAP
	rev-parse = TRAP
	ls-files = TRAP
[alias]
	log = !TRAP
	ls-tree = !TRAP
[filter "trap"]
	clean = TRAP
	smudge = TRAP
	process = TRAP
	required = true
[diff]
	external = TRAP
[diff "trap"]
	textconv = TRAP
	command = TRAP
[log]
	showSignature = true
[gpg]
	program = TRAP
[credential]
	helper = !TRAP
[protocol]
	allow = always
[protocol "ext"]
	allow = always
[remote "origin"]
	url = "ext::TRAP"
	promisor = true
	partialclonefilter = blob:none
[extensions]
	partialClone = origin
`

// git runs git without the user's configuration and returns what it prints.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	program, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed")
	}
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func makeExecutable(t *testing.T, path string) {
	t.Helper()
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
}

// TestEscapes puts what steers a terminal into texts and names.
func TestEscapes(t *testing.T) {
	t.Parallel()
	const evil = "\x1b[2J\x1b]0;t\a\u009b31m\u202e\u2066\r\b\x7f\xff\x9b"
	dir := t.TempDir()
	name := filepath.Join("d\x1b[31m\u009b1m\u202e", "Dockerfile")
	put(t, filepath.Join(dir, name), "FROM a"+evil+" AS "+evil+"\nRUM "+evil+"\nMAINTAINER "+evil+"\nENV "+evil+"_PASSWORD="+evil+" API_KEY=x"+evil+
		"\nRUN cd "+evil+" && echo $"+evil+"\nCOPY "+evil+" "+evil+"\nEXPOSE "+evil+"\nLABEL "+evil+"="+evil+"\nUSER "+evil+"\nSHELL "+evil+
		"\n# dlint ignore="+evil+"\nFROM "+evil+"\nWORKDIR "+evil+"\nHEALTHCHECK "+evil+"\nADD http://"+evil+" /\n")
	put(t, filepath.Join(dir, ".dockerignore"), evil+"\n!"+evil+"[\n")
	put(t, filepath.Join(dir, "compose.yaml"), "services: {\"a"+strings.ToValidUTF8(strings.ReplaceAll(evil, "\r", ""), "")+"\": {build: "+"}\n")
	clean := func(what, text string) {
		t.Helper()
		for k, r := range text {
			if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
				t.Errorf("%s: %q at %q", what, r, text[max(0, k-40):min(len(text), k+40)])
				return
			}
		}
	}
	for _, format := range report.Formats() {
		out := runIn(t, dir, exec.Command("dlint-rules", "--select", "all", "--format", format, "--color", "never", "--verbose", "."))
		if len(out.stdout) < 1000 {
			t.Errorf("%s says little: %q, %q", format, out.stdout, out.stderr)
		}
		clean(format, out.stdout)
		clean(format+" on standard error", out.stderr)
	}
	// With colours, nothing but those steers the terminal.
	own := regexp.MustCompile(`\x1b\[[0-9;]*m`)
	out := runIn(t, dir, exec.Command("dlint-rules", "--select", "all", "--color", "always", "."))
	if !own.MatchString(out.stdout) {
		t.Errorf("no colours: %q", out.stdout)
	}
	clean("in colour", own.ReplaceAllString(out.stdout, ""))
	clean("in colour, on standard error", own.ReplaceAllString(out.stderr, ""))
	if git, err := exec.LookPath("git"); err == nil {
		for _, args := range [][]string{{"init", "-q"}, {"add", "compose.yaml"}, {"commit", "-q", "-m", "one"}, {"commit", "-q", "--allow-empty", "-m", "two"}} {
			cmd := exec.Command(git, append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
			if text, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("git %v: %s", args, text)
			}
		}
		for _, format := range []string{"text", "json", "html", "svg"} {
			out := runIn(t, dir, exec.Command("dlint-rules", "cache", "--history", "5", "--context", ".", "--format", format, name))
			if len(out.stdout) < 100 {
				t.Errorf("cache --history as %s says little: %q, %q", format, out.stdout, out.stderr)
			}
			clean("cache --history as "+format, out.stdout)
		}
	}
	put(t, filepath.Join(dir, ".dlint.yaml"), "select: [\""+`\e[31m\u009b`+"\"]\n")
	for _, args := range [][]string{
		{"."},
		{"cache", name},
		{"cache", "--format", "json", name},
		{"cache", "--format", "svg", name},
		{"cache", "--format", "html", name},
		{"split", "--format", "json", name},
		{"compose.yaml"},
		{evil[:20]},
		{"--select", evil[:20]},
		{"--format", evil[:20]},
		{"--" + evil[:20]},
		{"explain", evil[:20]},
		{"fmt", "--check"},
		{"--config", evil[:20]},
		{"--statistics", "--no-config", name},
		{"split", "--config", evil[:20]},
		{"verify", evil[:20], evil[:20]},
	} {
		out := runIn(t, dir, exec.Command("dlint-rules", args...))
		clean(fmt.Sprintf("%q", args), out.stdout)
		clean(fmt.Sprintf("%q on standard error", args), out.stderr)
	}
}

// TestForged gives names to a folder and to a stage that would be lines of a report,
// or commands to what reads it.
func TestForged(t *testing.T) {
	t.Parallel()
	const forged = "\n::error file=f::forged\nforged:1:1: error: forged\n##vso[task.logissue]forged\nforged"
	dir := t.TempDir()
	name := filepath.Join("d"+strings.ReplaceAll(forged, "/", ""), "Dockerfile")
	put(t, filepath.Join(dir, name), "FROM a AS b\nMAINTAINER <<F\nCOPY --from=nothing <<\"\"\" x /\nRUN cd /x && \\\n::error::forged\nRUN apt-get install x"+
		"\nLABEL a=\"\\\n::error file=f::forged\\\n\"\nENV API_KEY=\"\\\n::error::forged\"\n")
	for _, format := range report.Formats() {
		out := runIn(t, dir, exec.Command("dlint-rules", "--select", "all", "--format", format, "--verbose", "."))
		if len(out.stdout) < 500 {
			t.Errorf("%s says little: %q, %q", format, out.stdout, out.stderr)
		}
		for line := range strings.Lines(out.stdout + out.stderr) {
			line = strings.TrimLeft(line, " \t")
			for _, start := range []string{"::error file=f", "::error::forged", "forged", "##vso[task.logissue]forged"} {
				if strings.HasPrefix(line, start) {
					t.Errorf("%s: a line is forged: %q", format, line)
				}
			}
		}
	}
}

// TestTerminal spells out on terminals what is written to files as it is.
func TestTerminal(t *testing.T) {
	t.Parallel()
	device, err := os.Open("/dev/zero") // any device but the null one is taken for a terminal
	if err != nil {
		t.Skip(err)
	}
	defer device.Close()
	const text = "-\x1b[31m\n+\ta\n"
	if got, want := asIs(device, text), "-␛[31m\n+\ta\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := asIs(clearing{device, nil}, text), "-␛[31m\n+\ta\n"; got != want {
		t.Errorf("with progress: got %q, want %q", got, want)
	}
	if got := asIs(&strings.Builder{}, text); got != text {
		t.Errorf("got %q", got)
	}
}

// exits lists which packages may start programs or reach the network. verify
// builds and starts images; it runs only when it is asked to.
var exits = map[string][]string{
	"lint/shellcheck":    {"os/exec"},
	"lint/cache/gittree": {"os/exec"},
	"fix/verify":         {"os/exec", "net", "net/http"},
	"rules/gen":          {"os/exec"},
	"rules/metadata":     {"net/mail"},
	"lsp":                {"net"}, // listens where dlint lsp --tcp says
	"cmd/dlint":          {"net"}, // names that address
}

// TestExits checks that the other packages cannot.
func TestExits(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	files := 0
	for _, top := range []string{"cmd", "lint", "rules", "fix", "lsp"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files++
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			rel, _ := filepath.Rel(root, filepath.Dir(path))
			for _, spec := range f.Imports {
				name, _ := strconv.Unquote(spec.Path.Value)
				switch {
				case name == "net/url" || name == "net/netip": // they only read texts
				case name == "os/exec", name == "plugin", name == "net", strings.HasPrefix(name, "net/"):
					if !slices.Contains(exits[filepath.ToSlash(rel)], name) {
						t.Errorf("%s imports %s", path, name)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 300 {
		t.Errorf("looked at %d files only", files)
	}
}

// TestBombs has files that are made to take time or memory.
func TestBombs(t *testing.T) {
	t.Parallel()
	if !*long {
		t.Skip("takes minutes: make faults")
	}
	programs := filepath.Dir(lookUp(t, "dlint-rules"))
	from := "FROM a\n"
	doubling := func(first, line string) string {
		var b strings.Builder
		b.WriteString(from + first)
		for k := range 64 {
			b.WriteString(strings.NewReplacer("NEW", fmt.Sprint("V", k+1), "OLD", fmt.Sprint("V", k)).Replace(line))
		}
		return b.String()
	}
	rep := strings.Repeat
	yamlBomb := "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
	for k := range 12 {
		yamlBomb += fmt.Sprintf("a%d: &a%d [%s]\n", k+1, k+1, strings.TrimSuffix(rep(fmt.Sprintf("*a%d,", k), 9), ","))
	}
	entities := "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY l0 \"lol\">"
	for k := range 20 {
		entities += fmt.Sprintf("<!ENTITY l%d \"%s\">", k+1, rep(fmt.Sprintf("&l%d;", k), 10))
	}
	entities += "<!ENTITY x SYSTEM \"file:///etc/passwd\">]><project><artifactId>&l20;&x;</artifactId></project>"
	node := "FROM node:20\nCOPY . .\nRUN npm install && mvn package && pnpm install && pip install -r requirements.txt && go build . && cargo build\nCMD [\"npm\", \"start\"]\n"
	java := "FROM maven:3-eclipse-temurin-21\nCOPY . .\nRUN mvn package\nCMD [\"java\", \"-jar\", \"target/a.jar\"]\n"
	for name, files := range map[string]map[string]string{
		"ENV doubled":          {"Dockerfile": doubling("ENV V0=aaaaaaaaaaaaaaaa\n", "ENV NEW=$OLD$OLD$OLD\n") + "RUN echo $V64\nWORKDIR /$V64\nCOPY a /$V64\n"},
		"ARG doubled":          {"Dockerfile": doubling("ARG V0=aaaaaaaaaaaaaaaa\n", "ARG NEW=$OLD$OLD$OLD\n") + "RUN echo $V64\nFROM $V64\n"},
		"global ARG doubled":   {"Dockerfile": strings.TrimPrefix(doubling("ARG V0=aaaaaaaaaaaaaaaa\n", "ARG NEW=$OLD$OLD$OLD\n"), from) + "FROM $V64\nRUN a\n"},
		"WORKDIR doubled":      {"Dockerfile": doubling("ENV V0=aaaaaaaaaaaaaaaa\n", "ENV NEW=${OLD}${OLD}\nWORKDIR $NEW\nLABEL NEW=$NEW$NEW\n")},
		"shell doubled":        {"Dockerfile": from + "RUN V0=aaaaaaaa" + strings.TrimPrefix(doubling("", " && NEW=$OLD$OLD$OLD"), from) + " && curl $V64 && cd $V64 && rm -rf /$V64\n"},
		"nested substitution":  {"Dockerfile": from + "RUN echo " + rep("$(echo ", 20_000) + rep(")", 20_000) + "\n"},
		"nested parentheses":   {"Dockerfile": from + "RUN " + rep("(", 100_000) + "\n"},
		"nested braces":        {"Dockerfile": from + "RUN " + rep("{ ", 50_000) + "a" + rep("; }", 50_000) + "\n"},
		"nested ifs":           {"Dockerfile": from + "RUN " + rep("if a; then ", 20_000) + "b" + rep("; fi", 20_000) + "\n"},
		"brace expansion":      {"Dockerfile": from + "RUN mkdir -p /" + rep("{a,b}", 60) + " && rm -rf /tmp/" + rep("{a,b,c}", 60) + " && apt-get install " + rep("{a,b}", 40) + "\n"},
		"brace range":          {"Dockerfile": from + "RUN touch /x{1..999999999} && apt-get install a{1..999999999}\n"},
		"defaults":             {"Dockerfile": from + "ENV A=" + rep("${A:-", 30_000) + rep("}", 30_000) + "\n"},
		"patterns":             {"Dockerfile": from + "ENV A=" + rep("a", 5000) + "\nENV B=${A##" + rep("*a", 2000) + "b}\nENV C=${A//" + rep("*a", 500) + "b/" + rep("x", 100) + "}\n"},
		"triggers":             {"Dockerfile": from + rep("ONBUILD ", 50_000) + "RUN a\n"},
		"JSON":                 {"Dockerfile": from + "CMD " + rep("[", 500_000) + "\nCMD [" + rep("\"a\",", 200_000) + "\"a\"]\n"},
		"hidden depth":         {"Dockerfile": from + "RUN <<EOF\n" + rep("$(')'\n", 149_000) + "EOF\n"},
		"many pipes":           {"Dockerfile": from + "RUN a" + rep(" \\\n| a", 140_000) + "\n"},
		"here-documents":       {"Dockerfile": from + "RUN " + rep("<<A ", 5000) + "\n" + rep("A\n", 5000)},
		"open here-documents":  {"Dockerfile": from + rep("RUN <<A\n", 50_000)},
		"continuations":        {"Dockerfile": from + "RUN a " + rep("\\\n", 500_000)},
		"comments":             {"Dockerfile": from + "RUN a \\\n" + rep("# c\n", 500_000) + "b\n"},
		"pragmas":              {"Dockerfile": from + rep("# dlint ignore=DL3008,DL3009,x"+"\nRUN a\n", 20_000)},
		"checks":               {"Dockerfile": from + rep("# check=skip=x\n", 150_000) + "RUN a\n"},
		"shell pragmas":        {"Dockerfile": from + rep("# hadolint shell=/bin/bash\n", 60_000) + rep("RUN a\n", 60_000)},
		"errors":               {"Dockerfile": rep("RUM a\n", 100_000)},
		"stages in a row":      {"Dockerfile": from + rep("FROM a AS b\nCOPY --from=b a b\n", 5000)},
		"quotes":               {"Dockerfile": from + "ENV A=" + rep("'\"", 200_000) + "\nRUN " + rep("'\"", 200_000) + "\n"},
		"one long word":        {"Dockerfile": from + "RUN " + rep("a", 4<<20) + "\n"},
		"one long label":       {"Dockerfile": from + "LABEL a=" + rep("b", 4<<20) + "\n"},
		"secrets":              {"Dockerfile": from + "ENV " + rep("API_KEY=ghp_ ", 50_000) + "\nRUN echo " + rep("AKIA", 500_000) + "\n"},
		"globs":                {"Dockerfile": from + "COPY " + rep("*a", 200) + "b /\nCOPY " + rep("**/", 200) + " /\n", rep("a", 200): "", rep("a/", 80) + "x": ""},
		"ignore patterns":      {"Dockerfile": from + "COPY . .\n", ".dockerignore": rep(rep("*a", 100)+"b\n", 500) + rep("**/", 500) + "x\n" + rep("!"+rep("?*", 50)+"\n", 500), rep("a", 200): ""},
		".gitignore":           {"Dockerfile": from, ".git/HEAD": "", ".gitignore": rep(rep("*a", 100)+"b\n"+rep("**/", 50)+"x\n", 2000), rep("a", 200) + "/Dockerfile": from},
		"compose aliases":      {"Dockerfile": from, "compose.yaml": yamlBomb + "services: {a: {build: *a12}, b: *a12}\n"},
		"compose merges":       {"Dockerfile": from, "compose.yaml": "x0: &x0 {a: b}\n" + mergeBomb() + "services: {a: {build: {args: *x30}}}\n"},
		"compose defaults":     {"Dockerfile": from, "compose.yaml": "services: {a: {build: \"" + rep("${A:-", 50_000) + rep("}", 50_000) + "\"}}\n"},
		"deep compose":         {"Dockerfile": from, "compose.yaml": rep("[", 100_000)},
		"deep bake":            {"Dockerfile": from, "docker-bake.hcl": "target \"a\" { x = " + rep("[", 200_000) + "\n"},
		"bake inherits":        {"Dockerfile": from, "docker-bake.hcl": inheritBomb()},
		"bake chain":           {"Dockerfile": from, "docker-bake.hcl": rows(20_000, "target \"tN\" {\n inherits = [\"tP\"]\n args = {A = 1}\n}\n")},
		"bake variables":       {"Dockerfile": from, "docker-bake.hcl": "variable \"a\" {\n default = \"" + rep("a", 400_000) + "\"\n}\n" + rows(100, "target \"tN\" {\n context = \""+rep("${a}", 1000)+"\"\n}\n")},
		"bake arguments":       {"Dockerfile": from, "docker-bake.hcl": "target \"t\" {\n args = {\n" + rows(10_000, "AN = 1\n") + "}\n}\n" + rows(15_000, "target \"tN\" {\n inherits = [\"t\"]\n}\n")},
		"compose arguments":    {"Dockerfile": from, "compose.yaml": "x: &x {context: ., args: {" + rows(10_000, "AN: 1, ") + "}}\nservices:\n" + rows(20_000, "  sN: {build: *x}\n")},
		"compose chain":        {"Dockerfile": from, "compose.yaml": "services:\n" + rows(15_000, "  sN: {extends: sP, build: {context: .}}\n")},
		"compose inline":       {"compose.yaml": "x: &x \"FROM a\\n" + rep(`RUN a\n`, 50_000) + "\"\nservices:\n" + rows(10_000, "  sN: {build: {dockerfile_inline: *x}}\n")},
		"compose override":     {"Dockerfile": from, "compose.yaml": "services:\n" + rows(25_000, "  sN: {build: .}\n"), "compose.override.yaml": "services:\n" + rows(25_000, "  sN: {build: .}\n")},
		"config aliases":       {"Dockerfile": from, ".dlint.yaml": yamlBomb + "rules: *a12\n"},
		"deep config":          {"Dockerfile": from, ".dlint.yaml": rep("{a: ", 100_000)},
		"config globs":         {"Dockerfile": from, ".dlint.yaml": "exclude: [\"" + rep("**/*a*", 200) + "\"]\n", rep("a", 200) + "/Dockerfile": from},
		"package.json, deep":   {"Dockerfile": node, "package.json": rep("{\"scripts\":", 200_000)},
		"package.json, wide":   {"Dockerfile": node, "package.json": "{\"dependencies\":{" + rep("\"a\":\"1\",", 100_000) + "\"b\":\"1\"}}"},
		"package-lock, deep":   {"Dockerfile": node, "package.json": "{}", "package-lock.json": rep("[", 800_000)},
		"pnpm-lock aliases":    {"Dockerfile": node, "package.json": "{}", "pnpm-lock.yaml": yamlBomb},
		"pom.xml entities":     {"Dockerfile": node, "pom.xml": entities},
		"pom.xml properties":   {"Dockerfile": java, "pom.xml": "<project><properties><a>" + rep("a", 400_000) + "</a></properties><build><plugins>" + rep("<plugin><configuration>${a}${a}${a}${a}</configuration></plugin>", 9000) + "</plugins></build></project>"},
		"deep project file":    {"Dockerfile": "FROM mcr.microsoft.com/dotnet/sdk:8.0\nCOPY . .\nRUN dotnet publish -o /out\nCMD [\"dotnet\", \"/out/a.dll\"]\n", "a.csproj": "<Project>" + rep("<PropertyGroup>", 60_000)},
		"updates":              {"Dockerfile": node, ".git/HEAD": "", ".github/dependabot.yml": yamlBomb + "updates: *a12\n", "renovate.json": rep("{\"packageRules\":[", 50_000)},
		"requirements, many":   {"Dockerfile": node, "requirements.txt": rows(40_000, "-r rN.txt\n")},
		"workspaces":           {"Dockerfile": node, "package.json": "{\"workspaces\": [" + rows(20_000, "\"*/**/aN*\",") + "\"x\"]}", rep("a/", 60) + "package.json": "{}"},
		"deep pom.xml":         {"Dockerfile": node, "pom.xml": rep("<a>", 300_000)},
		"go.mod":               {"Dockerfile": node, "go.mod": "module a\nrequire (\n" + rep("a v0.0.0\n", 80_000) + ")\n"},
		"deep TOML":            {"Dockerfile": node, "Cargo.toml": "a = " + rep("[", 500_000), "pyproject.toml": rep("[a.b]\n", 100_000)},
		"requirements in loop": {"Dockerfile": node, "requirements.txt": "-r requirements.txt\n-r a.txt\n", "a.txt": "-r requirements.txt\n"},
		"archives":             {"Dockerfile": node + "ADD a.tar.gz b.jar c.zip /\n", "a.tar.gz": "\x1f\x8b" + rep("x", 1000), "b.jar": "PK\x03\x04", "c.zip": "PK\x03\x04"},
		"custom patterns":      {"Dockerfile": from + rep("RUN "+rep("a", 2000)+"\n", 100), ".dlint.yaml": customBomb()},
		"ENTRYPOINT script":    {"Dockerfile": from + "COPY start.sh /\nENTRYPOINT [\"/start.sh\"]\n", "start.sh": "#!/bin/sh\n" + rep("(", 500_000)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for path, text := range files {
				put(t, filepath.Join(dir, path), text)
			}
			runs := [][]string{
				{"--select", "all", "--quiet"},
				{"--diff", "--unsafe-fixes", "--select", "all"},
				{"cache", "--no-config", "Dockerfile"},
				{"split", "Dockerfile"},
				{"fmt", "--check"},
			}
			for _, args := range runs {
				limit := fmt.Sprintf("ulimit -t %d && exec dlint-rules \"$@\"", int(bombTime.Seconds())+1)
				cmd := exec.Command("/bin/sh", append([]string{"-c", limit, "sh"}, args...)...)
				// Without shellcheck, which has bounds of its own.
				cmd.Env = append(os.Environ(), "PATH="+programs, "GOMAXPROCS=2")
				out := runWithin(t, 10*time.Minute, dir, cmd)
				used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
				memory := int64(0)
				if ru, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
					memory = int64(ru.Maxrss) >> 10 //nolint:unconvert // KiB on Linux; 32 bits wide on some systems
				}
				if used > bombTime || memory > bombMemory {
					t.Errorf("%v took %s and %d MiB", args, used.Round(time.Millisecond), memory)
				}
				if out.code > exitError || out.code < 0 {
					t.Errorf("%v: exit code %d: %.2000s", args, out.code, out.stderr)
				}
				if strings.Contains(out.stderr, "please report this") {
					t.Errorf("%v: %.2000s", args, out.stderr)
				}
			}
			if _, ok := files["Dockerfile"]; !ok {
				return
			}
			cmd := exec.Command("dlint-rules", "lsp")
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "PATH="+programs, "GOMAXPROCS=2")
			edit(t, 10*time.Minute, cmd, filepath.Join(dir, "Dockerfile"))
			if used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(); used > 2*bombTime {
				t.Errorf("the language server took %s", used.Round(time.Millisecond))
			}
		})
	}
}

// What a bomb may cost, in time of the processor and MiB.
const (
	bombTime   = 20 * time.Second
	bombMemory = 1500
)

func lookUp(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// rows repeats a text in which N is the number of the row and P that before it.
func rows(n int, row string) string {
	var b strings.Builder
	for k := range n {
		b.WriteString(strings.NewReplacer("N", strconv.Itoa(k+1), "P", strconv.Itoa(k)).Replace(row))
	}
	return b.String()
}

func mergeBomb() string {
	var b strings.Builder
	for k := range 30 {
		fmt.Fprintf(&b, "x%d: &x%d {<<: [*x%d, *x%d], k%d: v}\n", k+1, k+1, k, k, k)
	}
	return b.String()
}

// customBomb is a configuration whose rules have patterns that take long to match.
func customBomb() string {
	var b strings.Builder
	b.WriteString("custom:\n")
	for k := range 10 {
		fmt.Fprintf(&b, "  - {id: c%d, message: m, instruction: [RUN], argument: [\"/(a*)*(a|aa)*(a{1,50}){1,2}b$/\", \"%sb\"]}\n", k, strings.Repeat("*a", 500))
	}
	return b.String()
}

func inheritBomb() string {
	var b strings.Builder
	b.WriteString("target \"t0\" {}\n")
	for k := range 40 {
		fmt.Fprintf(&b, "target \"t%d\" {\n inherits = [\"t%d\", \"t%d\"]\n}\n", k+1, k, k)
	}
	return b.String()
}
