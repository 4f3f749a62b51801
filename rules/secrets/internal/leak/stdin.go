package leak

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
)

// written is a text that a command or heredoc puts into a file.
type written struct {
	ins *dockerfile.Instruction
	cmd *shell.Command
	text
}

// remember keeps what is written to a file, for those who read it.
func (s *scan) remember(ins *dockerfile.Instruction, c *shell.Command, t text, target string) {
	if target == "" {
		return
	}
	if s.written == nil {
		s.written = map[string][]written{}
	}
	s.written[path.Clean(target)] = append(s.written[path.Clean(target)], written{ins, c, t})
}

// writtenTo is what the stage of an instruction has put into a file.
func (s *scan) writtenTo(ins *dockerfile.Instruction, file string) []written {
	var out []written
	for _, w := range s.written[path.Clean(file)] {
		if s.stageOf(w.ins) == s.stageOf(ins) {
			out = append(out, w)
		}
	}
	return out
}

// readsSecret tells what a command takes its standard input for, if that is a
// secret.
func readsSecret(c *shell.Command) (knowledge.SecretInputForm, bool) {
	if w := c.Wrapper("sudo"); w != nil && hasWord(w.Words, "-S", "--stdin") {
		return knowledge.InputSecret, true
	}
	name := c.Name
	if name == "busybox" && len(c.Args()) > 0 {
		name = c.Args()[0].Value
	}
	return knowledge.Input(name,
		func(sub string) bool { _, ok := behindSub(c.Args(), sub); return ok },
		func(option string) bool { return hasOption(c, option) })
}

// hasOption reports whether an option is among the arguments, with a value or
// without.
func hasOption(c *shell.Command, option string) bool {
	args := c.Args()
	for k := range args {
		if v := args[k].Value; v == option || strings.HasPrefix(v, option+"=") {
			return true
		}
	}
	return false
}

// feed judges the text that a command gets on its standard input. It reports
// false when the command does not read secrets from there.
func (s *scan) feed(ins *dockerfile.Instruction, by *shell.Command, t text, reader *shell.Command) bool {
	form, ok := readsSecret(reader)
	if !ok {
		return false
	}
	switch form {
	case knowledge.InputAccounts:
		s.accounts(ins, by, t)
	case knowledge.InputSettings:
		s.pairsOf(ins, by, t, "setting for "+reader.Name, false)
	case knowledge.InputLogin:
		n := 0
		for start, end := range lines(t.value) {
			if n++; n == 2 {
				s.inText(ins, by, t, start, end, "password", "password on standard input")
			}
		}
	case knowledge.InputSession:
		s.session(ins, by, t)
	default:
		s.firstLine(ins, by, t)
	}
	return true
}

// firstLine judges the first line that is not empty.
func (s *scan) firstLine(ins *dockerfile.Instruction, by *shell.Command, t text) {
	for start, end := range lines(t.value) {
		if end > start {
			s.inText(ins, by, t, start, end, "password", "password on standard input")
			return
		}
	}
}

// session finds "user NAME PASSWORD" and "open -u NAME,PASSWORD" in what is
// typed at ftp.
func (s *scan) session(ins *dockerfile.Instruction, by *shell.Command, t text) {
	for start, end := range lines(t.value) {
		for from := start; from < end; {
			to := end
			if i := strings.IndexByte(t.value[from:end], ';'); i >= 0 {
				to = from + i
			}
			words := strings.Fields(t.value[from:to])
			switch {
			case len(words) > 2 && words[0] == "user":
				at := from + strings.LastIndex(t.value[from:to], words[2])
				s.inText(ins, by, t, at, at+len(words[2]), "password", "password of a session")
			case len(words) > 2 && words[0] == "open" && words[1] == "-u" && strings.Contains(words[2], ","):
				at := from + strings.Index(t.value[from:to], words[2])
				s.inText(ins, by, t, at+strings.IndexByte(words[2], ',')+1, at+len(words[2]), "password", "password of a session")
			}
			from = to + 1
		}
	}
}

// inputs looks at what a command reads: here-documents, here-strings, files that
// were written before, and the output of commands in its arguments.
func (s *scan) inputs(ins *dockerfile.Instruction, c *shell.Command) {
	for k := range c.Redirects {
		r := &c.Redirects[k]
		switch {
		case r.Op == "<<<" && c.Name == "debconf-set-selections":
			s.content(ins, c, wordText(&r.Target, 0), "debconf", false)
		case r.Op == "<<<":
			if t := wordText(&r.Target, 0); !s.feed(ins, c, t, c) {
				s.content(ins, c, t, "", true)
			}
		case r.Op == "<":
			for _, w := range s.writtenTo(ins, r.Target.Value) {
				s.feed(w.ins, w.cmd, w.text, c)
			}
		case !r.Body.Empty() && !r.Script:
			t := rawText(s.text[r.Body.Start:r.Body.End], r.Body.Start)
			if target, next := targetOf(c); target != "" || next == nil || !s.feed(ins, c, t, next) {
				if target != "" || !s.feed(ins, c, t, c) {
					s.remember(ins, c, t, target)
					s.content(ins, c, t, target, target == "")
				}
			}
		}
	}
	s.passwordFiles(ins, c)
}

// passwordFiles judges the files that options such as --password-file name, if
// they were written before.
func (s *scan) passwordFiles(ins *dockerfile.Instruction, c *shell.Command) {
	if len(s.written) == 0 {
		return
	}
	args := c.Args()
	for k := range args {
		name, value, has := strings.Cut(args[k].Value, "=")
		if !namesPasswordFile(name) {
			continue
		}
		if !has && k+1 < len(args) {
			value = args[k+1].Value
		}
		for _, w := range s.writtenTo(ins, value) {
			s.firstLine(w.ins, w.cmd, w.text)
		}
	}
}

// namesPasswordFile reports whether an option takes a file with nothing but a
// secret in it.
func namesPasswordFile(option string) bool {
	if len(option) < 6 || option[0] != '-' {
		return false
	}
	switch option = strings.TrimLeft(option, "-"); option {
	case "pwfile", "passfile", "password_file", "vault-id", "token-file":
		return true
	}
	return strings.HasSuffix(option, "-file") && knowledge.ClassifyName(strings.TrimSuffix(option, "-file")) == knowledge.NameSecret
}

// substituted judges what a command prints inside the arguments of another:
// --password-file=<(echo ...).
func (s *scan) substituted(ins *dockerfile.Instruction, c *shell.Command, t text) {
	outer := c.Outer
	if outer == nil {
		return
	}
	args := outer.Args()
	for k := range args {
		if !args[k].Range.Contains(c.Range) {
			continue
		}
		v := args[k].Value
		name := v
		if k > 0 && strings.HasPrefix(v, "<(") {
			name = args[k-1].Value
		}
		name, _, _ = strings.Cut(name, "=")
		if namesPasswordFile(name) {
			s.firstLine(ins, c, t)
			return
		}
		if strings.Contains(v, "<(") {
			s.content(ins, c, t, "", true)
		}
		return
	}
	for k := range outer.Redirects {
		if r := &outer.Redirects[k]; r.Op == "<" && r.Range.Contains(c.Range) && !s.feed(ins, c, t, outer) {
			s.content(ins, c, t, "", true)
		}
	}
}
