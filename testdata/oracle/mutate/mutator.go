package main

import (
	"math/rand/v2"
	"strings"
)

// mutator makes new Dockerfiles of others.
type mutator struct {
	*rand.Rand
	files []file
}

// next returns a file with one to four changes, and with the context of the one that
// it was.
func (m *mutator) next() file {
	f := m.files[m.IntN(len(m.files))]
	for range 1 + m.IntN(4) {
		f.text = changes[m.IntN(len(changes))](m, f.text)
	}
	return f
}

// text returns a file to take something from.
func (m *mutator) text() string { return m.files[m.IntN(len(m.files))].text }

// changes are what may be done to a file. Some are made to the whole of it.
var changes = []func(m *mutator, text string) string{
	onLines((*mutator).dropLine),
	onLines((*mutator).repeatLine),
	onLines((*mutator).otherLine),
	onLines((*mutator).otherLine),
	onLines((*mutator).moveLine),
	onWords((*mutator).dropWord),
	onWords((*mutator).repeatWord),
	onWords((*mutator).otherWord),
	onWords((*mutator).otherWord),
	onWords((*mutator).wrapWord),
	onWords((*mutator).continued),
	onWords((*mutator).strange),
	(*mutator).insertText,
	(*mutator).dropText,
	(*mutator).wholeFile,
}

func onLines(change func(m *mutator, lines []string) []string) func(m *mutator, text string) string {
	return func(m *mutator, text string) string {
		return strings.Join(change(m, strings.Split(text, "\n")), "\n")
	}
}

func onWords(change func(m *mutator, words []string, k int)) func(m *mutator, text string) string {
	return onLines(func(m *mutator, lines []string) []string {
		at := m.IntN(len(lines))
		words := strings.Split(lines[at], " ")
		change(m, words, m.IntN(len(words)))
		lines[at] = strings.Join(words, " ")
		return lines
	})
}

func (m *mutator) dropLine(lines []string) []string {
	k := m.IntN(len(lines))
	return append(lines[:k], lines[k+1:]...)
}

func (m *mutator) repeatLine(lines []string) []string {
	return m.put(lines, lines[m.IntN(len(lines))])
}

func (m *mutator) moveLine(lines []string) []string {
	k := m.IntN(len(lines))
	line := lines[k]
	return m.put(append(lines[:k], lines[k+1:]...), line)
}

// otherLine takes a line of another file over, or a few that follow each other.
func (m *mutator) otherLine(lines []string) []string {
	other := m.lines()
	k := m.IntN(len(other))
	return m.put(lines, strings.Join(other[k:min(k+1+m.IntN(3), len(other))], "\n"))
}

func (m *mutator) put(lines []string, line string) []string {
	k := m.IntN(len(lines) + 1)
	return append(lines[:k:k], append([]string{line}, lines[k:]...)...)
}

func (m *mutator) lines() []string {
	return strings.Split(m.text(), "\n")
}

func (m *mutator) dropWord(words []string, k int)   { words[k] = "" }
func (m *mutator) repeatWord(words []string, k int) { words[k] += " " + words[m.IntN(len(words))] }

func (m *mutator) otherWord(words []string, k int) {
	lines := m.lines()
	other := strings.Fields(lines[m.IntN(len(lines))])
	if len(other) > 0 {
		words[k] = other[m.IntN(len(other))]
	}
}

// wrapWord puts a word between signs that mean something to BuildKit or to a shell.
func (m *mutator) wrapWord(words []string, k int) {
	around := [...]string{"''", `""`, "()", "{}", "[]", "$\x00", "${}", "$()", "``", "\\\x00", "--\x00", "\x00=x", "\x00;", "&&\x00", "\x00\\", "A=\x00", "<<\x00", "!\x00", "#\x00", "sudo \x00", "ONBUILD \x00", "\x00 || true", "cd /x && \x00"}
	a := around[m.IntN(len(around))]
	if before, after, ok := strings.Cut(a, "\x00"); ok {
		words[k] = before + words[k] + after
		return
	}
	words[k] = a[:len(a)-1] + words[k] + a[len(a)-1:]
}

// continued goes on in the next line behind a word, perhaps with a comment or an
// empty line between.
func (m *mutator) continued(words []string, k int) {
	between := [...]string{"", "", "# comment\n", "\n", "  # comment \\\n", " \t"}
	words[k] += " \\\n" + between[m.IntN(len(between))]
}

// strange replaces a word by one that is rarely met.
func (m *mutator) strange(words []string, k int) {
	all := [...]string{
		"${A:-b}", "$A", "${A-${B}}", "${A#b}", `"a b"`, "''", `\`, "--from=0", "--from=build", "--mount=type=cache,target=/x", "--chown=1:1", "--link",
		"[", "]", `["a", "b"]`, "[ -f x ]", "<<EOF", "EOF", "FROM scratch", "AS build", "scratch", "/", ".", "../x", "*", "-y", "|", "&&", "&", ";", ">", "\t", "é", "\u00a0", "#",
		"ONBUILD", "ARG", "ENV", "RUN", "COPY", "USER", "root", "0", "SHELL", "powershell", "bash", "set -e", "set -o pipefail", "exit", "if", "then", "fi", "do", "done", "eval", "sh -c",
	}
	words[k] = all[m.IntN(len(all))]
}

// signs are what is put in anywhere, byte by byte, so that some of it is no UTF-8.
const signs = "$${}()[]\"\"''``\\\\\n\n\r\t #&|;=<>,:/@-~*?!%^.xA1\x00\u00e9"

func (m *mutator) insertText(text string) string {
	k, s := m.IntN(len(text)+1), m.IntN(len(signs))
	return text[:k] + signs[s:s+1] + text[k:]
}

func (m *mutator) dropText(text string) string {
	if text == "" {
		return text
	}
	k := m.IntN(len(text))
	return text[:k] + text[min(k+1+m.IntN(3), len(text)):]
}

// wholeFile changes what holds for all lines.
func (m *mutator) wholeFile(text string) string {
	switch m.IntN(7) {
	case 0:
		return strings.ReplaceAll(text, "\n", "\r\n")
	case 1:
		return "# escape=`\n" + strings.ReplaceAll(text, "\\\n", "`\n")
	case 2:
		return "# syntax=docker/dockerfile:1\n" + text
	case 3:
		return "\ufeff" + text
	case 4:
		return strings.TrimRight(text, "\n")
	case 5:
		return strings.ReplaceAll(text, "\nRUN ", "\nONBUILD RUN ")
	default:
		return text + "\n" + m.text()
	}
}
