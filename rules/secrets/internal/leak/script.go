package leak

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// aside says that the commands looked at are not those of an instruction: they
// stand in a script that is run later. No repair reaches them, and variables have
// another meaning there.
type aside uint8

const (
	notAside aside = iota
	asideText
	asideFile // of the build context; positions count from its beginning
)

// scripts judges the commands of the scripts that a text holds.
func (s *scan) scripts(ins *dockerfile.Instruction, c *shell.Command, t text, target string) {
	form := formOf(t.value, target)
	if form == noScript && s.appends(ins, target) {
		form = plainScript
	}
	if form == noScript {
		return
	}
	for k := range t.parts {
		src, start, ok := t.spread(k)
		if !ok {
			continue
		}
		if c != nil {
			src = withLineEnds(src)
		}
		s.script(ins, commandLines(src, form), start, asideText)
	}
}

// appends reports whether the first text that went into the file begins a script.
func (s *scan) appends(ins *dockerfile.Instruction, target string) bool {
	if target == "" {
		return false
	}
	for _, w := range s.written[path.Clean(target)] {
		if s.stageOf(w.ins) == s.stageOf(ins) {
			return formOf(w.value, "") == plainScript
		}
	}
	return false
}

// script judges the commands of a script. The text is as long as its place, with
// NUL where the shell sees nothing.
func (s *scan) script(ins *dockerfile.Instruction, src string, start int, how aside) {
	before := s.aside
	s.aside = how
	defer func() { s.aside = before }()
	read := shell.ReadText(s.text, ins, src, start)
	for _, c := range read.Commands {
		s.command(ins, c)
	}
}

// scriptSecret returns the line of the first password in the commands of a script
// of the build context, from one; 0 when there is none.
func (s *scan) scriptSecret(ins *dockerfile.Instruction, file, data string) int {
	if form := formOf(data, file); form != plainScript {
		return 0
	}
	inside := &scan{d: s.d, text: data}
	inside.script(ins, data, 0, asideFile)
	line := 0
	for _, f := range inside.found {
		if n := lineOf(data, f.Range.Start); f.kind == InCommand && (line == 0 || n < line) {
			line = n
		}
	}
	return line
}

// spread returns a piece of the text as long as its place in the Dockerfile, and
// where that begins.
func (t *text) spread(k int) (src string, start int, ok bool) {
	p := &t.parts[k]
	if p.word == nil {
		return t.value, p.base, true
	}
	return p.word.Spread()
}

// withLineEnds puts line ends in the place of the escapes of echo and printf.
func withLineEnds(src string) string {
	return strings.ReplaceAll(strings.ReplaceAll(src, `\n`, "\x00\n"), `\t`, "\x00\t")
}

// scriptForm says where in a text the commands are.
type scriptForm uint8

const (
	noScript scriptForm = iota
	plainScript
	schedule       // of cron, one for each user
	systemSchedule // of cron, with the name of a user
	settings       // command=, ExecStart=
)

// formOf tells scripts by their first line, and by where they go.
func formOf(value, target string) scriptForm {
	if line, ok := strings.CutPrefix(strings.TrimLeft(value, " \\\n"), "#!"); ok {
		line, _, _ = strings.Cut(line, "\n")
		if strings.Contains(line, "sh") {
			return plainScript
		}
		return noScript
	}
	base, dir := path.Base(target), path.Dir(target)
	switch {
	case target == "":
		return noScript
	case target == "/etc/crontab", dir == "/etc/cron.d":
		return systemSchedule
	case strings.Contains(dir, "crontabs"), dir == "/var/spool/cron", strings.Contains(base, "crontab"):
		return schedule
	case strings.Contains(target, "supervisor"), strings.HasSuffix(base, ".service"):
		return settings
	}
	switch path.Ext(base) {
	case ".sh", ".bash", ".ash", ".zsh", ".bashrc", ".profile", ".bash_profile", ".zshrc":
		return plainScript
	}
	switch dir {
	case "/etc/profile.d", "/etc/init.d", "/docker-entrypoint.d", "/etc/cron.daily", "/etc/cron.hourly", "/etc/cron.weekly":
		return plainScript
	}
	return noScript
}

// commandLines hides everything that is no command.
func commandLines(src string, form scriptForm) string {
	if form == plainScript {
		return src
	}
	buf := []byte(src)
	for start, end := range physicalLines(src) {
		hidden := hiddenPrefix(src[start:end], form)
		for i := range hidden {
			buf[start+i] = 0
		}
	}
	return string(buf)
}

func physicalLines(src string) func(func(int, int) bool) {
	return func(yield func(int, int) bool) {
		for start := 0; start < len(src); {
			end := len(src)
			if i := strings.IndexByte(src[start:], '\n'); i >= 0 {
				end = start + i
			}
			if !yield(start, end) {
				return
			}
			start = end + 1
		}
	}
}

// hiddenPrefix returns how many bytes of a line stand in front of its command:
// all when it has none.
func hiddenPrefix(line string, form scriptForm) int {
	if form == settings {
		for _, key := range [...]string{"command=", "command =", "ExecStart=", "ExecStartPre=", "ExecStartPost="} {
			if strings.HasPrefix(line, key) {
				return len(key)
			}
		}
		return len(line)
	}
	fields := 5
	if strings.HasPrefix(line, "@") {
		fields = 1
	} else if line == "" || strings.IndexByte("*0123456789", line[0]) < 0 {
		return len(line)
	}
	if form == systemSchedule {
		fields++
	}
	at := 0
	for range fields {
		at += fieldLen(line[at:])
	}
	return at
}

// fieldLen is the length of a word and the blanks behind it.
func fieldLen(v string) int {
	n := 0
	for n < len(v) && v[n] != ' ' && v[n] != '\t' {
		n++
	}
	for n < len(v) && (v[n] == ' ' || v[n] == '\t') {
		n++
	}
	return n
}
