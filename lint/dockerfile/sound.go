package dockerfile

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// BuildKit's instructions package makes maps, flags and copies of every
// instruction, of which a linter needs one thing only: whether it is refused.
// Those of the common forms are known to be taken; the rest is asked. A fuzz
// test and the corpus hold the two together.

// Typed is what BuildKit's instructions package makes of the instruction (a
// *instructions.RunCommand, ...), read anew at every call; nil on a broken
// instruction. Its Location means nothing: an edit further up leaves it as it was.
func (i *Instruction) Typed() any {
	if i.Node == nil || i.Err != nil {
		return nil
	}
	typed, err := instructions.ParseInstructionWithLinter(i.Node, quiet())
	if err != nil {
		return nil
	}
	return typed
}

// refused is the error of BuildKit's instructions package for the node.
func refused(node *parser.Node, name string) error {
	if sound(node, name) {
		return nil
	}
	_, err := instructions.ParseInstructionWithLinter(node, quiet())
	return err
}

// sound reports whether BuildKit's instructions package surely takes the node.
func sound(node *parser.Node, name string) bool {
	if len(node.Heredocs) > 0 && name != "RUN" {
		return false
	}
	if !soundFlags(node.Flags, name) {
		return false
	}
	switch name {
	case "RUN", "CMD", "ENTRYPOINT":
		return true
	case "WORKDIR", "USER", "STOPSIGNAL", "MAINTAINER":
		return node.Next != nil && node.Next.Next == nil
	case "EXPOSE":
		return node.Next != nil
	case "ENV", "LABEL":
		return soundPairs(node.Next)
	case "ARG":
		return soundArgs(node.Next)
	case "ADD", "COPY":
		return soundPaths(node.Next)
	case "FROM":
		return soundFrom(node.Next)
	}
	return false
}

// soundFlags reports whether the flags are known, with values, and none twice.
func soundFlags(flags []string, name string) bool {
	var known []string
	switch name {
	case "COPY":
		known = []string{"--chown", "--from", "--chmod"}
	case "ADD":
		known = []string{"--chown", "--chmod"}
	case "FROM":
		known = []string{"--platform"}
	}
	for k, f := range flags {
		flag, value, _ := strings.Cut(f, "=")
		if value == "" || !slices.Contains(known, flag) {
			return false
		}
		for _, before := range flags[:k] {
			if strings.HasPrefix(before, flag) {
				return false
			}
		}
	}
	return true
}

// soundPairs reads the nodes of ENV and LABEL: name, value and what joins them.
func soundPairs(n *parser.Node) bool {
	if n == nil {
		return false
	}
	for n != nil {
		if n.Value == "" || n.Next == nil || n.Next.Next == nil {
			return false
		}
		n = n.Next.Next.Next
	}
	return true
}

func soundArgs(n *parser.Node) bool {
	if n == nil {
		return false
	}
	for ; n != nil; n = n.Next {
		if strings.HasPrefix(n.Value, "=") {
			return false
		}
	}
	return true
}

func soundPaths(n *parser.Node) bool {
	if n == nil || n.Next == nil {
		return false
	}
	for ; n != nil; n = n.Next {
		if strings.Contains(n.Value, "<<") {
			return false
		}
	}
	return true
}

func soundFrom(image *parser.Node) bool {
	if image == nil || image.Next == nil {
		return image != nil
	}
	name := image.Next.Next
	return name != nil && name.Next == nil && strings.EqualFold(image.Next.Value, "as") && soundStage(name.Value)
}

// soundStage reports whether s is a plain name for a stage.
func soundStage(s string) bool {
	for k := range len(s) {
		switch c := s[k]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case k > 0 && ('0' <= c && c <= '9' || c == '-' || c == '_' || c == '.'):
		default:
			return false
		}
	}
	return s != ""
}
