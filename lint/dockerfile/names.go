package dockerfile

import (
	"strings"
	"unicode/utf8"
)

// Names are the instructions, in the order in which the reference lists them.
var Names = [...]string{
	"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK",
	"LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
}

// Known reports whether name, in any case, is an instruction.
func Known(name string) bool { return kindOf(canonical(name)) != 0 }

// canonical returns a keyword in capitals. BuildKit compares in lower case, where
// the Kelvin sign is a k and a long s is no s.
func canonical(keyword string) string {
	beyond := func(c rune) bool { return c >= utf8.RuneSelf }
	if strings.IndexFunc(keyword, beyond) < 0 {
		return strings.ToUpper(keyword)
	}
	if lower := strings.ToLower(keyword); strings.IndexFunc(lower, beyond) < 0 {
		return strings.ToUpper(lower)
	}
	return keyword
}

// flagNames are the flags of the instructions that have some.
var flagNames = map[string][]string{
	"FROM":        {"platform"},
	"RUN":         {"mount", "network", "security", "device"},
	"COPY":        {"from", "chown", "chmod", "link", "parents", "exclude"},
	"ADD":         {"chown", "chmod", "link", "keep-git-dir", "checksum", "unpack", "exclude"},
	"HEALTHCHECK": {"interval", "timeout", "start-period", "start-interval", "retries"},
}

// FlagNames returns the flags that the instruction (in capitals) knows.
func FlagNames(instruction string) []string { return flagNames[instruction] }

// Nearest returns the candidate that is most like word, or "" when none is like
// enough: at most a third of the letters, and never more than three, differ.
func Nearest(word string, candidates []string) string {
	best, bestDist := "", min(3, max(1, (len(word)+1)/3))+1
	lower := strings.ToLower(word)
	for _, c := range candidates {
		if d := distance(lower, strings.ToLower(c), bestDist); d < bestDist {
			best, bestDist = c, d
		}
	}
	return best
}

// distance is the Damerau-Levenshtein distance (adjacent letters swapped count
// once) in bytes, given up at limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	// Names are short, and their rows fit on the stack.
	var store [3 * 32]int
	rows := store[:]
	n := len(b) + 1
	if 3*n > len(rows) {
		rows = make([]int, 3*n)
	}
	before, prev, row := rows[:n], rows[n:2*n], rows[2*n:3*n]
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, prev, row = prev, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}

// IsStageName reports whether BuildKit takes a name for a stage (letters, digits, -, _
// and ., a letter first, as its documentation has it): what it also takes has to be
// quoted elsewhere.
func IsStageName(name string) bool {
	for k := range len(name) {
		if c := name[k]; !IsNameByte(c) && c != '-' && c != '.' {
			return false
		}
	}
	return name != "" && 'a' <= name[0]|0x20 && name[0]|0x20 <= 'z'
}
