package multistage

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// lookTests finds the tests of the build. A RUN of tests alone moves behind the build
// into a stage of its own; Maven and Gradle, which test while they package, are told
// not to, and test there.
func lookTests(s *subject, p *plan) (what string, apply func(), why string) {
	if slices.Contains([]string{"test", testedName}, s.opt.TargetName) || s.opt.KeepName && s.stage.NameWord.Value == "test" {
		return "", nil, "the name test is taken by another stage"
	}
	var moved []*dockerfile.Instruction
	var within []*step
	mixed := 0
	for _, st := range s.steps {
		switch {
		case slices.Contains(moved, st.ins):
		case isTest(s, st) && s.alone(st.ins, func(t *step) bool { return isTest(s, t) }):
			moved = append(moved, st.ins)
		case isTest(s, st):
			mixed = s.line(st.ins)
		case testsWhilePackaging(s, st):
			within = append(within, st)
		}
	}
	switch {
	case mixed > 0:
		return "", nil, "the RUN in line " + strconv.Itoa(mixed) + " runs tests along with other things; give the tests a RUN of their own"
	case len(moved)+len(within) == 0:
		return "", nil, "no step of the build runs tests"
	}
	if why := s.testsElsewhere(moved); why != "" {
		return "", nil, why
	}
	var lines []int
	for _, ins := range moved {
		lines = append(lines, s.line(ins))
	}
	for _, st := range within {
		lines = append(lines, s.line(st.ins))
	}
	what = "the tests (" + lineList(lines) + ") have a stage of their own, which the image does not depend on: a plain build passes over them, and --target test runs them"
	return what, func() { p.moveTests(s, moved, within) }, ""
}

// line is the line of an instruction, from 1.
func (s *subject) line(ins *dockerfile.Instruction) int {
	return s.doc.Source.Position(ins.Range.Start, source.UTF8).Line + 1
}

func lineList(lines []int) string {
	slices.Sort(lines)
	lines = slices.Compact(lines)
	text := "line "
	if len(lines) > 1 {
		text = "lines "
	}
	for k, n := range lines {
		switch {
		case k > 0 && k == len(lines)-1:
			text += " and "
		case k > 0:
			text += ", "
		}
		text += strconv.Itoa(n)
	}
	return text
}

// testsElsewhere says why tests cannot run behind the build: other rights, or
// files that are gone by then.
func (s *subject) testsElsewhere(moved []*dockerfile.Instruction) string {
	for _, ins := range moved {
		if at := s.doc.Stages().StateAt(ins); at.User != s.stage.Final().User {
			return "the tests in line " + strconv.Itoa(s.line(ins)) + " run as another user than the end of the build"
		}
		for _, st := range s.steps {
			if st.ins.Index <= ins.Index || slices.Contains(moved, st.ins) {
				continue
			}
			for _, e := range st.cmd.Removes() {
				if at := st.path(e.Path); !e.Known || !isCache(at) {
					return "line " + strconv.Itoa(s.line(st.ins)) + " removes files behind the tests, which may need them"
				}
			}
			if args, _ := s.args(st); st.cmd.Is("npm", "yarn", "pnpm") && slices.ContainsFunc(args, func(a string) bool {
				return a == "prune" || a == "--production" || a == "--omit=dev" || a == "--prod"
			}) {
				return "line " + strconv.Itoa(s.line(st.ins)) + " takes the development dependencies away, which the tests need"
			}
		}
	}
	return ""
}

// isCache reports whether a path holds what package managers leave behind.
func isCache(at string) bool {
	return strings.HasPrefix(at, "/var/lib/apt/lists") || strings.HasPrefix(at, "/var/cache/") || strings.HasPrefix(at, "/tmp/") || strings.HasPrefix(at, "/root/.")
}

// moveTests takes the tests out of the build stage.
func (p *plan) moveTests(s *subject, moved []*dockerfile.Instruction, within []*step) {
	dir := s.workdir
	for _, ins := range moved {
		text := strings.ReplaceAll(s.doc.Source.Text[startOf(ins):ins.Range.End], "\r\n", "\n")
		s.declareArgs(p, ins)
		if at := s.workdirAt(ins.Index); at != dir {
			p.tests = append(p.tests, "WORKDIR "+s.literal(at))
			dir = at
		}
		p.tests = append(p.tests, text)
		p.edits = append(p.edits, lint.Delete(s.paragraph(ins)))
		if !leavesNothing(s, ins) {
			p.assume("the tests leave nothing behind that the build needs")
		}
	}
	for _, st := range within {
		text := "RUN " + strings.Join(testCommand(st), " ")
		s.declareArgs(p, st.ins)
		if at := st.dir; at != dir {
			p.tests = append(p.tests, "WORKDIR "+s.literal(at))
			dir = at
		}
		if !slices.Contains(p.tests, text) {
			p.tests = append(p.tests, text)
		}
		skip := " -DskipTests"
		if st.cmd.Is("gradle", "gradlew") {
			skip = " -x test"
		}
		p.edits = append(p.edits, lint.Insert(st.cmd.Words[len(st.cmd.Words)-1].Range.End, skip))
	}
}

// paragraph is the range of an instruction with its comments, and with one of the blank
// lines around it where there is one on both sides.
func (s *subject) paragraph(ins *dockerfile.Instruction) source.Range {
	text := s.doc.Source.Text
	r := source.Range{Start: startOf(ins), End: ins.Lines.End}
	end := s.doc.Source.LineEnd()
	if strings.HasSuffix(text[:r.Start], end+end) && strings.HasPrefix(text[r.End:], end) {
		r.End += len(end)
	}
	return r
}

// testCommand returns the words that test what a command of Maven or Gradle
// packages: with its options, and test as the goal.
func testCommand(st *step) []string {
	words := make([]string, 0, len(st.cmd.Words))
	goal := false
	for k, w := range st.cmd.Words {
		switch w.Value {
		case "clean", "cleanTest", "dependency:go-offline", "bootJar", "shadowJar", "jar", "installDist", "assemble":
			continue
		case "package", "install", "verify", "deploy", "build", "check":
			if k > 0 && !strings.HasPrefix(st.cmd.Words[k-1].Value, "-P") {
				if !goal && w.Value == "verify" && st.cmd.Is("mvn", "mvnw") {
					words = append(words, "verify")
				} else if !goal {
					words = append(words, "test")
				}
				goal = true
				continue
			}
		}
		words = append(words, quoteWord(w))
	}
	return words
}

// testsWhilePackaging reports whether a command packages with Maven or Gradle and
// runs tests that are there.
func testsWhilePackaging(s *subject, st *step) bool {
	args, known := s.args(st)
	if !known || st.dir == "" || st.cmd.Conditional || st.cmd.Outer != nil || len(st.cmd.Assigns) > 0 {
		return false
	}
	switch {
	case st.cmd.Is("mvn", "mvnw"):
		if !slices.ContainsFunc(args, func(a string) bool { return a == "package" || a == "install" || a == "verify" || a == "deploy" }) {
			return false
		}
	case st.cmd.Is("gradle", "gradlew"):
		if !slices.ContainsFunc(args, func(a string) bool { return a == "build" || a == "check" }) {
			return false
		}
	default:
		return false
	}
	for _, a := range args {
		if strings.Contains(a, "skipTests") || strings.Contains(a, "maven.test.skip") || a == "-x" || a == "--exclude-task" || strings.Contains(a, "skipITs") {
			return false
		}
	}
	return slices.ContainsFunc(s.tree.under(st.dir), func(f string) bool {
		return strings.Contains(f, "/src/test/") && slices.Contains([]string{".java", ".kt", ".groovy", ".scala"}, path.Ext(f))
	})
}

// isTest reports whether a command runs tests and does nothing else.
func isTest(s *subject, st *step) bool {
	args, _ := s.args(st)
	first, second := "", ""
	if len(args) > 0 {
		first = args[0]
	}
	if len(args) > 1 {
		second = args[1]
	}
	testing := func(script string) bool {
		return script == "test" || script == "tests" || strings.HasPrefix(script, "test:")
	}
	switch st.cmd.Family {
	case "npm":
		return first == "t" || first == "tst" || testing(first) || (first == "run" || first == "run-script") && testing(second)
	case "yarn", "pnpm", "bun":
		return testing(first) || first == "run" && testing(second)
	case "npx", "pnpx", "bunx":
		return isTestRunner(first)
	case "go":
		return first == "test" && !slices.Contains(args, "-c") && !slices.Contains(args, "-o") // these build a program
	case "cargo", "dotnet", "mix", "swift", "dart", "zig", "deno", "sbt", "lein":
		return first == "test"
	case "mvn", "mvnw", "gradle", "gradlew":
		return goalsTest(args)
	case "python":
		return first == "-m" && (second == "pytest" || second == "unittest") || path.Base(first) == "manage.py" && second == "test"
	case "poetry", "pdm", "uv", "pipenv":
		return first == "run" && isTestRunner(second)
	case "make", "ninja":
		return len(args) == 1 && (first == "test" || first == "check")
	case "composer":
		return testing(first)
	case "bundle":
		return first == "exec" && isTestRunner(second)
	}
	return isTestRunner(st.cmd.Family)
}

// goalsTest reports whether all goals of Maven or tasks of Gradle are tests: names that
// are values of options, such as --exclude-task test, are none.
func goalsTest(args []string) bool {
	found := false
	for k, a := range args {
		if strings.HasPrefix(a, "-") {
			continue
		}
		if k > 0 && strings.HasPrefix(args[k-1], "-") && takesValue(args[k-1]) {
			continue
		}
		if name := a[strings.LastIndex(a, ":")+1:]; name != "test" {
			return false
		}
		found = true
	}
	return found
}

// takesValue reports whether an option of Maven or Gradle takes the next word.
func takesValue(option string) bool {
	switch option {
	case "-x", "--exclude-task", "-P", "--activate-profiles", "-pl", "--projects", "-f", "--file", "-s", "--settings", "-gs", "--global-settings", "-t", "--toolchains",
		"-T", "--threads", "-rf", "--resume-from", "-p", "--project-dir", "-c", "--settings-file", "-b", "--build-file", "-I", "--init-script", "-g", "--gradle-user-home",
		"--tests", "--console", "--max-workers", "-l", "--log-file":
		return true
	}
	return false
}

// isTestRunner reports whether a program runs tests.
func isTestRunner(name string) bool {
	switch path.Base(name) {
	case "jest", "vitest", "mocha", "ava", "karma", "pytest", "py.test", "tox", "nosetests", "rspec", "phpunit", "pest", "ctest", "gotestsum", "cargo-nextest":
		return true
	}
	return false
}

// leavesNothing reports whether the tests of an instruction write nothing but
// caches of their own.
func leavesNothing(s *subject, ins *dockerfile.Instruction) bool {
	for _, st := range s.steps {
		if st.ins != ins || !isTest(s, st) {
			continue
		}
		args, _ := s.args(st)
		switch {
		case st.cmd.Is("cargo"), st.cmd.Is("dotnet"):
		case st.cmd.Is("go") && !slices.ContainsFunc(args, func(a string) bool {
			return strings.HasPrefix(strings.TrimPrefix(a, "-"), "-o") || strings.Contains(a, "profile") || strings.HasPrefix(a, "-c")
		}):
		default:
			return false
		}
	}
	return true
}
