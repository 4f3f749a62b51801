package leak

import (
	"strings"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
)

// replaced judges what sed puts in the place of a text that is called like a
// secret: s/@DB_PASSWORD@/x/, and the lines of accounts that it writes to a file of
// them.
func (s *scan) replaced(ins *dockerfile.Instruction, c *shell.Command, t text, file string) {
	form, accounts := knowledge.AccountFile(file)
	v := t.value
	for i := 0; i+1 < len(v); i++ {
		if v[i] != 's' || i > 0 && strings.IndexByte(" ;\n{}0123456789,$/", v[i-1]) < 0 {
			continue
		}
		sep := v[i+1]
		if strings.IndexByte("/|#@,!~%:+", sep) < 0 {
			continue
		}
		from := next(v, i+2, sep)
		to := next(v, from+1, sep)
		if from < 0 || to < 0 {
			return
		}
		switch {
		case namesPlace(v[i+2 : from]):
			s.replacement(ins, c, t, from+1, to)
		case strings.HasPrefix(v[from+1:to], `\1`) && keepsName(v[i+2:from]):
			s.replacement(ins, c, t, from+1+len(`\1`), to)
		case accounts:
			if a, b := accountPassword(v[from+1:to], form); a < b && isTypedPassword(v[from+1+a:from+1+b]) {
				s.inText(ins, c, t, from+1+a, from+1+b, "password", "password of an account")
			}
		}
		i = to
	}
}

// next returns the place of the next separator that is not escaped, or -1.
func next(v string, i int, sep byte) int {
	for ; i > 0 && i < len(v); i++ {
		switch v[i] {
		case '\\':
			i++
		case sep:
			return i
		}
	}
	return -1
}

// namesPlace reports whether a pattern is the name of a secret and no more:
// a place that is to be filled in.
func namesPlace(pattern string) bool {
	name := strings.ToLower(strings.Trim(pattern, "^$%@{}<>[]()_#*.\\\"' "))
	for _, end := range [...]string{"_here", "-here", "here", "_placeholder", "-placeholder", "_replace", "_value"} {
		name = strings.TrimSuffix(name, end)
	}
	for _, begin := range [...]string{"your_", "your-", "your", "replace_", "replace_with_", "my_", "enter_", "change_"} {
		name = strings.TrimPrefix(name, begin)
	}
	if name == "changeme" || name == "change_me" || name == "changeit" {
		return true
	}
	return name != "" && !strings.ContainsAny(name, " =:\"'/") && knowledge.ClassifyName(strings.ReplaceAll(name, ".*", "")) == knowledge.NameSecret
}

// keepsName reports whether the first group of a pattern is the name of a secret
// with what parts it from the value: ^(password *=).*.
func keepsName(pattern string) bool {
	_, group, ok := strings.Cut(pattern, "(")
	group, _, closed := strings.Cut(group, ")")
	name := strings.TrimRight(strings.ReplaceAll(group, `\s`, " "), " =:*+?\\\"'")
	name = strings.TrimLeft(name, "^ *+?#;\\\"'")
	return ok && closed && len(name) < len(group) && !strings.ContainsAny(name, " =:") && knowledge.ClassifyName(name) == knowledge.NameSecret
}

// replacement judges the text between two places if it is one word.
func (s *scan) replacement(ins *dockerfile.Instruction, c *shell.Command, t text, from, to int) {
	value := t.value[from:to]
	if strings.ContainsAny(value, " =:<>\\&") || !isTypedPassword(value) && !knowledge.LooksRandom(value) {
		return
	}
	s.inText(ins, c, t, from, to, "password", "text that sed puts in")
}
