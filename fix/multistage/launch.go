package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// launch is how the container starts.
type launch struct {
	entry, cmd *dockerfile.Instruction
	// words are the command that stays running, wrappers stripped.
	words []string
	// commands are all that the start runs, scripts followed, in order; the last
	// one is words.
	commands [][]string
	// shells are the interpreters that the start needs: sh, bash.
	shells []string
	// wrappers are init programs and the like, by the words they are called with:
	// tini, /usr/bin/dumb-init.
	wrappers []string
	// scripts are the start scripts, by their paths in the image.
	scripts []string
	// inherited says that the base image's own start command is used: a server
	// that serves what the build puts in its place.
	inherited bool
	// unread says what could not be read; empty when all was.
	unread string
}

// readLaunch reads the last ENTRYPOINT and CMD.
func readLaunch(s *subject) *launch {
	l := &launch{}
	for _, ins := range s.stage.Body {
		switch {
		case ins.Err != nil:
		case ins.Is("ENTRYPOINT"):
			l.entry = ins
		case ins.Is("CMD"):
			l.cmd = ins
		}
	}
	if l.entry != nil && l.entry.JSON && len(l.entry.Args) == 0 {
		l.entry = nil
	}
	if l.cmd != nil && l.cmd.JSON && len(l.cmd.Args) == 0 {
		l.cmd = nil
	}
	switch {
	case l.entry == nil && l.cmd == nil && s.base.Family == "php" && len(s.base.Cmd) > 0:
		l.words, l.inherited = s.base.Cmd, true
		l.commands = [][]string{s.base.Cmd}
	case l.entry == nil && l.cmd == nil:
	case l.entry == nil:
		l.readInstruction(s, l.cmd, nil)
	case l.entry.JSON && l.cmd != nil && !l.cmd.JSON:
		l.unread = "an exec-form ENTRYPOINT with a shell-form CMD"
	case l.entry.JSON:
		l.readInstruction(s, l.entry, l.cmd)
	default:
		l.readInstruction(s, l.entry, nil)
	}
	return l
}

func (l *launch) none() bool { return l.entry == nil && l.cmd == nil && !l.inherited }

// readInstruction reads one instruction; args is a CMD whose words are put behind
// those of an exec form.
func (l *launch) readInstruction(s *subject, ins, args *dockerfile.Instruction) {
	if !ins.JSON {
		l.needShell("sh")
		l.readScript(s, s.doc.Shell(ins), nil, 0)
		return
	}
	var words []string
	for _, w := range ins.Args {
		words = append(words, w.Value)
	}
	if args != nil {
		for _, w := range args.Args {
			words = append(words, w.Value)
		}
	}
	if _, ok := shellCommand(words); ok && args == nil {
		l.needShell(path.Base(words[0]))
		l.readScript(s, s.doc.Shell(ins), nil, 0)
		return
	}
	l.readWords(s, words, 0)
}

func (l *launch) needShell(name string) {
	if !slices.Contains(l.shells, name) {
		l.shells = append(l.shells, name)
	}
}

// shellCommand returns the text of sh -c TEXT.
func shellCommand(words []string) (string, bool) {
	if len(words) < 3 || !isShell(words[0]) {
		return "", false
	}
	for k := 1; k+1 < len(words); k++ {
		if !strings.HasPrefix(words[k], "-") {
			return "", false
		}
		if strings.HasSuffix(words[k], "c") {
			return words[k+1], true
		}
	}
	return "", false
}

func isShell(program string) bool {
	switch path.Base(program) {
	case "sh", "bash", "ash", "dash":
		return true
	}
	return false
}

// depthLimit bounds scripts that call scripts.
const depthLimit = 4

// readWords reads a command given as words.
func (l *launch) readWords(s *subject, words []string, depth int) {
	words = l.stripInit(words)
	if len(words) == 0 {
		l.unread = "the start command is empty"
		return
	}
	if text, ok := shellCommand(words); ok {
		l.needShell(path.Base(words[0]))
		l.readText(s, text, nil, depth)
		return
	}
	if isShell(words[0]) && len(words) > 1 && !strings.HasPrefix(words[1], "-") {
		l.needShell(path.Base(words[0]))
		l.readFile(s, absolute(s.workdir, words[1]), words[2:], depth)
		return
	}
	if p := absolute(s.workdir, words[0]); strings.Contains(words[0], "/") && s.tree.isFile(p) {
		if text, ok := s.tree.read(p); ok && strings.HasPrefix(text, "#!") {
			interpreter := shebang(text)
			if isShell(interpreter) {
				l.needShell(interpreter)
				l.readFile(s, p, words[1:], depth)
				return
			}
		}
	}
	l.words = words
	l.commands = append(l.commands, words)
}

// shebang returns the base name of the interpreter.
func shebang(text string) string {
	line, _, _ := strings.Cut(strings.TrimPrefix(text, "#!"), "\n")
	fields := strings.Fields(line)
	if len(fields) == 0 {
		return ""
	}
	if path.Base(fields[0]) == "env" && len(fields) > 1 {
		return path.Base(fields[len(fields)-1])
	}
	return path.Base(fields[0])
}

// stripInit takes init programs off the front.
func (l *launch) stripInit(words []string) []string {
	for len(words) > 1 {
		switch path.Base(words[0]) {
		case "tini", "dumb-init", "catatonit":
			l.wrappers = append(l.wrappers, words[0])
			words = words[1:]
			for len(words) > 0 && strings.HasPrefix(words[0], "-") {
				words = words[1:]
			}
		default:
			return words
		}
	}
	return words
}

func (l *launch) readFile(s *subject, p string, args []string, depth int) {
	if depth >= depthLimit {
		l.unread = "start scripts that call each other"
		return
	}
	text, ok := s.tree.read(p)
	if !ok {
		l.unread = "the start script " + p
		l.scripts = append(l.scripts, p)
		return
	}
	if !slices.Contains(l.scripts, p) {
		l.scripts = append(l.scripts, p)
	}
	if strings.HasPrefix(text, "#!") && isShell(shebang(text)) {
		l.needShell(shebang(text))
	}
	l.readText(s, text, args, depth)
}

// readText reads a shell script.
func (l *launch) readText(s *subject, text string, args []string, depth int) {
	l.readScript(s, shellText(text), args, depth)
}

// shellText reads a shell script as the body of a RUN, so that there is one
// reading of shell text.
func shellText(text string) *shell.Script {
	const mark = "EOF_DLINT"
	text = strings.ReplaceAll(text, "\r\n", "\n")
	file := source.NewFile("script", "FROM scratch\nRUN <<'"+mark+"'\n"+strings.TrimRight(text, "\n")+"\n"+mark+"\n")
	d := lint.NewDocument(file, lint.Build{})
	for ins := range d.Instructions("RUN") {
		return d.Shell(ins)
	}
	return nil
}

// readScript takes the commands of a script; args are what "$@" stands for.
func (l *launch) readScript(s *subject, script *shell.Script, args []string, depth int) {
	if script == nil || script.Err != nil {
		l.unread = "the shell text of the start command"
		return
	}
	var main []string
	functions := scriptFunctions(script)
	last := lastProgram(script, functions)
	for _, cmd := range script.Commands {
		if cmd.Name == "" || len(cmd.Words) == 0 || cmd.InSubst || functions[cmd.Name] {
			continue
		}
		if isShell(cmd.Name) && script.Form == shell.ExecForm && cmd.Index == 0 {
			continue
		}
		words := expandArgs(commandWords(cmd), args)
		if len(words) == 0 || isBuiltin(words[0]) {
			continue
		}
		main = words
		if cmd != last {
			l.commands = append(l.commands, words)
		}
	}
	if main == nil {
		l.unread = "the program that the start command runs"
		return
	}
	l.readWords(s, main, depth+1)
}

func commandWords(cmd *shell.Command) []string {
	words := make([]string, 0, len(cmd.Words))
	for _, w := range cmd.Words {
		words = append(words, w.Value)
	}
	return words
}

// expandArgs puts the arguments of a script in the place of "$@".
func expandArgs(words, args []string) []string {
	out := make([]string, 0, len(words)+len(args))
	for _, w := range words {
		if w == "$@" || w == "${@}" {
			out = append(out, args...)
			continue
		}
		out = append(out, w)
	}
	return out
}

// scriptFunctions returns the names of the functions of a script. Their bodies are
// among its commands.
func scriptFunctions(script *shell.Script) map[string]bool {
	names := map[string]bool{}
	for _, cmd := range script.Commands {
		if cmd.Function != "" {
			names[cmd.Function] = true
		}
	}
	return names
}

// lastProgram returns the last command that is neither a builtin nor a function.
func lastProgram(script *shell.Script, functions map[string]bool) *shell.Command {
	for _, cmd := range slices.Backward(script.Commands) {
		if len(cmd.Words) > 0 && !cmd.InSubst && !isBuiltin(cmd.Name) && !functions[cmd.Name] {
			return cmd
		}
	}
	return nil
}

func isBuiltin(name string) bool {
	switch name {
	case "cd", "echo", "export", "set", "exec", "exit", "true", "false", ":", "test", "[", "[[", "shift", "unset", "trap",
		"wait", "printf", "read", "local", "return", "ulimit", "umask", "let", "((", "source", ".", "eval", "sleep", "shopt", "declare":
		return true
	}
	return false
}

// isBasicTool reports whether every shell-bearing image has the program.
func isBasicTool(name string) bool {
	switch path.Base(name) {
	case "cat", "chmod", "chown", "cp", "cut", "date", "dirname", "basename", "env", "grep", "head", "hostname", "id", "kill",
		"ln", "ls", "mkdir", "mv", "nice", "nohup", "pwd", "rm", "rmdir", "sed", "seq", "sh", "sleep", "sort", "stat", "tail",
		"tee", "touch", "tr", "uname", "wc", "whoami", "xargs", "readlink", "realpath", "mktemp", "nproc", "find", "awk":
		return true
	}
	return isBuiltin(name)
}

// startCode judges a command of the start: what builds, compiles or serves for
// development has no place in a runtime image.
func startCode(words []string) (Code, string) {
	name := path.Base(words[0])
	sub, args := "", words[1:]
	for _, w := range args {
		if !strings.HasPrefix(w, "-") {
			sub = w
			break
		}
	}
	joined := strings.Join(words, " ")
	switch name {
	case "go", "cargo", "dotnet", "sbt", "swift", "stack", "cabal", "lein", "crystal", "zig", "dart", "mix", "rebar3", "dub", "nim":
		return toolStart(name, sub, joined)
	case "mvn", "mvnw", "gradle", "gradlew", "ant":
		return StartCompiles, joined
	case "make", "cmake", "gcc", "g++", "rustc", "javac", "tsc", "bazel", "just":
		return StartBuilds, joined
	case "air", "dlv", "reflex", "fresh", "CompileDaemon", "gin", "nodemon", "ts-node-dev", "tsc-watch", "webpack-dev-server",
		"concurrently", "npm-run-all", "run-p", "browser-sync", "live-server", "cargo-watch", "watchexec", "watchmedo":
		return DevServer, joined
	case "npm", "yarn", "pnpm", "bun", "pip", "pip3", "poetry", "bundle", "composer":
		return packageStart(sub, args, joined)
	}
	return frontendStart(name, sub, args, joined)
}

func toolStart(name, sub, joined string) (Code, string) {
	switch sub {
	case "run", "watch", "build", "compile", "test", "phx.server", "serve", "package", "install", "publish", "exec":
		if name == "dart" && sub != "run" && sub != "compile" || name == "dotnet" && sub == "exec" {
			return "", ""
		}
		return StartCompiles, joined
	}
	if name == "sbt" || name == "lein" || name == "mix" {
		return StartCompiles, joined
	}
	return "", ""
}

func packageStart(sub string, args []string, joined string) (Code, string) {
	switch sub {
	case "install", "ci", "i", "add", "update", "upgrade", "build":
		return StartBuilds, joined
	case "run", "run-script":
		if slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "build") }) {
			return StartBuilds, joined
		}
	}
	return "", ""
}

func frontendStart(name, sub string, args []string, joined string) (Code, string) {
	has := func(w string) bool { return slices.Contains(args, w) }
	switch name {
	case "vite", "webpack", "parcel", "rollup", "esbuild", "snowpack":
		if sub != "preview" {
			return DevServer, joined
		}
	case "next", "nuxt", "nuxi", "astro", "remix", "gatsby":
		if sub == "dev" || sub == "develop" || sub == "" {
			return DevServer, joined
		}
		if sub == "build" {
			return StartBuilds, joined
		}
	case "ng", "react-scripts", "vue-cli-service", "craco", "docusaurus", "hugo", "jekyll", "mkdocs", "eleventy":
		if sub == "build" {
			return StartBuilds, joined
		}
		if name != "docusaurus" || sub == "start" {
			return DevServer, joined
		}
	case "nest":
		return DevServer, joined
	case "ts-node", "tsx":
		return StartCompiles, joined
	case "node":
		if has("--watch") {
			return DevServer, joined
		}
	case "uvicorn", "hypercorn", "gunicorn", "flask":
		if has("--reload") || has("--debug") {
			return DevServer, joined
		}
	case "fastapi":
		if sub == "dev" {
			return DevServer, joined
		}
	}
	return "", ""
}

// refuseLaunch refuses starts that a runtime image cannot have.
func refuseLaunch(s *subject) *Refusal {
	l := s.launch
	if l.none() {
		return refuse(NoLaunch, "CMD or ENTRYPOINT",
			"the Dockerfile has neither CMD nor ENTRYPOINT, so it is not known what the image runs; add one")
	}
	if l.unread != "" {
		code := UnreadLaunch
		if len(l.scripts) > 0 && !s.tree.isFile(l.scripts[len(l.scripts)-1]) {
			code = ScriptUnknown
		}
		return refuse(code, l.unread, "the start command cannot be followed: "+l.unread+"; start the program in exec form, as in CMD [\"/app/server\"]")
	}
	for _, words := range l.commands {
		if r := startRefusal(words); r != nil {
			return r
		}
	}
	return nil
}

func startRefusal(words []string) *Refusal {
	code, what := startCode(npx(words))
	switch code {
	case DevServer:
		return refuse(code, "a start command for production",
			"the container starts a development server ("+what+"); let CMD start the built program, then it can be split")
	case StartCompiles:
		return refuse(code, "a start command that runs what was built",
			"the container compiles when it starts ("+what+"), so it needs the tools; build in a RUN and let CMD start the result")
	case StartBuilds:
		return refuse(code, "a start command that only starts",
			"the container installs or builds when it starts ("+what+"), so it needs the tools; move that to a RUN")
	}
	return nil
}
