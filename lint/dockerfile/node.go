package dockerfile

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// BuildKit's parser spends most of its time in a regular expression that it runs
// over every line to find continuations, which the scanner has found already. For
// plain instructions the nodes are therefore made here, by the same steps; what is
// not plain goes to BuildKit's parser. A fuzz test and the corpus hold the nodes
// equal to BuildKit's, field by field.

// ownNode makes the node of a plain instruction, or returns nil.
func (f *File) ownNode(seg *segment) *parser.Node {
	text := seg.joined.text
	line := strings.TrimSpace(text)
	key, at := splitKeyword(line)
	name := canonical(key)
	if kindOf(name) == 0 || name == "ONBUILD" {
		return nil
	}
	n := &parser.Node{Value: key, Original: text, StartLine: seg.line + 1, EndLine: seg.last + 1, PrevComment: seg.above}
	args := ""
	if at > len(key) {
		flags, end := builderFlags(line, at, f.Escape)
		n.Flags = make([]string, len(flags))
		for k, x := range flags {
			n.Flags[k] = line[x.start:x.end]
			if !plainFlag(n.Flags[k], f.Escape) {
				return nil
			}
		}
		args = strings.TrimSpace(line[end:])
	}
	if !f.ownArgs(n, name, args) {
		return nil
	}
	n.Heredocs = seg.parsed
	return n
}

// plainFlag reports whether BuildKit keeps the flag as it is written.
func plainFlag(s string, escape byte) bool {
	for k := range len(s) {
		if c := s[k]; c == '"' || c == '\'' || c == escape || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// ownArgs reads the arguments into n, or reports that they are not plain.
func (f *File) ownArgs(n *parser.Node, name, args string) bool {
	switch name {
	case "ADD", "COPY", "VOLUME":
		if strings.HasPrefix(args, "[") {
			return jsonNodes(n, n, args)
		}
		chain(n, args, fields(args, 0, len(args)))
	case "FROM", "EXPOSE":
		chain(n, args, fields(args, 0, len(args)))
	case "CMD", "ENTRYPOINT", "RUN", "SHELL":
		if strings.HasPrefix(args, "[") {
			return jsonNodes(n, n, args)
		}
		chain(n, args, whole(args))
	case "MAINTAINER", "STOPSIGNAL", "USER", "WORKDIR":
		chain(n, args, whole(args))
	case "ARG":
		if !f.plainWords(args) {
			return false
		}
		chain(n, args, quotedWords(args, 0, len(args), f.Escape))
	case "ENV", "LABEL":
		return f.ownPairs(n, args)
	case "HEALTHCHECK":
		return ownHealthcheck(n, args)
	default:
		return false
	}
	return true
}

// plainWords reports whether BuildKit's word reader, which goes by characters and
// writes invalid ones anew, leaves the words of args as they are.
func (f *File) plainWords(args string) bool {
	return strings.IndexByte(args, f.Escape) < 0 && utf8.ValidString(args)
}

func whole(args string) []extent {
	if args == "" {
		return nil
	}
	return []extent{{0, len(args)}}
}

// chain hangs the pieces of text behind n.
func chain(n *parser.Node, text string, pieces []extent) {
	store := make([]parser.Node, len(pieces))
	for k, x := range pieces {
		store[k].Value = text[x.start:x.end]
		n.Next = &store[k]
		n = n.Next
	}
}

// jsonNodes reads an exec form behind last. One that is not an array of strings
// is for BuildKit to judge.
func jsonNodes(n, last *parser.Node, args string) bool {
	var list []*string
	if err := json.Unmarshal([]byte(args), &list); err != nil {
		return false
	}
	for _, s := range list {
		if s == nil {
			return false
		}
		last.Next = &parser.Node{Value: *s}
		last = last.Next
	}
	n.Attributes = map[string]bool{"json": true}
	return true
}

func (f *File) ownPairs(n *parser.Node, args string) bool {
	if !f.plainWords(args) {
		return false
	}
	words := quotedWords(args, 0, len(args), f.Escape)
	if len(words) == 0 {
		return true
	}
	if first := args[words[0].start:words[0].end]; !strings.Contains(first, "=") {
		key, at := splitKeyword(args)
		if at == len(key) {
			return false
		}
		pair(n, key, args[at:], "")
		return true
	}
	for _, x := range words {
		key, value, ok := strings.Cut(args[x.start:x.end], "=")
		if !ok {
			return false
		}
		n = pair(n, key, value, "=")
	}
	return true
}

// pair hangs a binding behind n and returns its last node.
func pair(n *parser.Node, key, value, separator string) *parser.Node {
	store := &[3]parser.Node{{Value: key}, {Value: value}, {Value: separator}}
	n.Next, store[0].Next, store[1].Next = &store[0], &store[1], &store[2]
	return &store[2]
}

func ownHealthcheck(n *parser.Node, args string) bool {
	end := 0
	for end < len(args) && !isSpace(rune(args[end])) {
		if args[end] >= utf8.RuneSelf {
			return false
		}
		end++
	}
	if end == 0 {
		return true
	}
	n.Next = &parser.Node{Value: args[:end]}
	rest := args[end:]
	for rest != "" && isSpace(rune(rest[0])) {
		if rest[0] >= utf8.RuneSelf {
			return false
		}
		rest = rest[1:]
	}
	if strings.HasPrefix(strings.TrimLeftFunc(rest, isSpace), "[") {
		return jsonNodes(n, n.Next, rest)
	}
	chain(n.Next, rest, whole(rest))
	return true
}
