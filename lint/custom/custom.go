// Package custom makes rules of what a configuration describes: patterns over
// instructions, flags, arguments, commands, images and labels, without any code.
//
// A pattern is a glob, in which * stands for any text and ? for one character, or
// a regular expression between slashes: /^v[0-9]+$/. Case matters.
package custom

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
)

// Category is the category of all custom rules, and the prefix of their IDs.
const Category = "custom"

// Spec describes a rule. All conditions that are given must hold; of the patterns
// of one condition, one is enough.
type Spec struct {
	// ID is the name without the prefix "custom/".
	ID string
	// Message is what a finding says.
	Message string
	// Severity is that of the findings; Unset means warning.
	Severity lint.Severity
	// Instruction are names of instructions. Those inside ONBUILD count.
	Instruction []string
	// Flag are patterns for flags of the instruction, as written: --network=host.
	Flag []string
	// Argument are patterns for one word of the instruction: of a shell form all of
	// it, of ENV, LABEL and ARG a binding such as KEY=value, quotes removed.
	Argument []string
	// Command are commands: a pattern for the program, then words that begin with
	// a dash for options that must be there, and others for the arguments in their
	// order, the subcommand first: "npm install -g".
	Command []string
	// Allow and Deny are patterns for images of FROM, COPY --from and RUN --mount.
	// An image is found that no pattern of Allow, or one of Deny, matches.
	Allow, Deny []string
	// Labels are keys that the image must have.
	Labels []string
	// Required turns the rule round: what matches must be in the stage that is
	// built, or in those it is built on.
	Required bool
}

// Error is a mistake in a Spec.
type Error struct {
	// Field is the key in the configuration; Index the item of a list, or -1.
	Field   string
	Index   int
	Message string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// New returns the rule that the spec describes. The error is an *Error.
func New(s Spec) (*lint.Rule, error) {
	m, err := compile(&s)
	if err != nil {
		return nil, err
	}
	severity := s.Severity
	if severity == lint.Unset {
		severity = lint.Warning
	}
	return &lint.Rule{
		ID:       Category + "/" + strings.ToLower(s.ID),
		Category: Category,
		Summary:  strings.TrimRight(s.Message, "."),
		Doc:      "This rule is defined in a configuration file.",
		Severity: severity,
		Since:    "0.1",
		Check:    m.check,
	}, nil
}

// Stub returns a rule of that name, with its prefix, that finds nothing. It stands
// for a rule that another configuration defines.
func Stub(id string) *lint.Rule {
	return &lint.Rule{
		ID: id, Category: Category, Summary: "A rule of another configuration", Severity: lint.Warning,
		Off: "it is not defined here", Check: func(*lint.Pass) {},
	}
}

// pattern matches a text.
type pattern func(string) bool

// matcher is a compiled Spec.
type matcher struct {
	message     string
	names       []string
	flags, args []pattern
	commands    []command
	allow, deny []pattern
	labels      []string
	required    bool
}

// command is a compiled entry of Spec.Command.
type command struct {
	program     pattern
	flags, args []pattern
}

// compile reads the patterns of s.
func compile(s *Spec) (*matcher, error) {
	if s.ID == "" || strings.Trim(strings.ToLower(s.ID), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return nil, &Error{"id", -1, "id wants a name of letters, digits and dashes, such as no-ssh"}
	}
	if strings.TrimSpace(s.Message) == "" {
		return nil, &Error{"message", -1, "message wants a sentence that says what is wrong and what to do"}
	}
	m := &matcher{message: strings.TrimRight(strings.TrimSpace(s.Message), "."), labels: s.Labels, required: s.Required}
	for k, name := range s.Instruction {
		up := strings.ToUpper(name)
		if !dockerfile.Known(up) {
			return nil, &Error{"instruction", k, fmt.Sprintf("%q is no instruction%s", name, didYouMean(up))}
		}
		m.names = append(m.names, up)
	}
	var err error
	for _, f := range []struct {
		field string
		in    []string
		out   *[]pattern
	}{{"flag", s.Flag, &m.flags}, {"argument", s.Argument, &m.args}, {"allow", s.Allow, &m.allow}, {"deny", s.Deny, &m.deny}} {
		if *f.out, err = compileAll(f.field, f.in); err != nil {
			return nil, err
		}
	}
	for k, text := range s.Command {
		c, err := compileCommand(text)
		if err != nil {
			return nil, &Error{"command", k, err.Error()}
		}
		m.commands = append(m.commands, c)
	}
	return m, m.conflict(s)
}

// conflict says which conditions cannot stand together.
func (m *matcher) conflict(s *Spec) error {
	kinds := 0
	for _, given := range []bool{
		len(m.names)+len(m.flags)+len(m.args)+len(m.commands) > 0, len(m.allow)+len(m.deny) > 0, len(m.labels) > 0,
	} {
		if given {
			kinds++
		}
	}
	switch {
	case kinds == 0:
		return &Error{"id", -1, fmt.Sprintf("rule %s has no condition: give instruction, flag, argument, command, image or labels", s.ID)}
	case kinds > 1:
		return &Error{"id", -1, fmt.Sprintf("rule %s mixes conditions: image and labels stand alone", s.ID)}
	case s.Required && len(m.names)+len(m.flags)+len(m.args)+len(m.commands) == 0:
		return &Error{"required", -1, "required goes with instruction, flag, argument or command; labels are required anyway"}
	}
	return nil
}

func didYouMean(word string) string {
	if near := dockerfile.Nearest(word, dockerfile.Names[:]); near != "" {
		return ": did you mean " + near + "?"
	}
	return ""
}

func compileAll(field string, texts []string) ([]pattern, error) {
	var out []pattern
	for k, text := range texts {
		p, err := compilePattern(text)
		if err != nil {
			return nil, &Error{field, k, err.Error()}
		}
		out = append(out, p)
	}
	return out, nil
}

func compileCommand(text string) (command, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return command{}, errors.New("a command wants the name of a program")
	}
	if strings.HasPrefix(text, "/") && strings.HasSuffix(text, "/") && len(text) > 1 {
		words = []string{text} // a regular expression may hold spaces
	}
	var c command
	for k, w := range words {
		p, err := compilePattern(w)
		switch {
		case err != nil:
			return command{}, err
		case k == 0:
			c.program = p
		case strings.HasPrefix(w, "-"):
			c.flags = append(c.flags, p)
		default:
			c.args = append(c.args, p)
		}
	}
	return c, nil
}

// compilePattern reads a glob, or a regular expression between slashes.
func compilePattern(text string) (pattern, error) {
	if text == "" {
		return nil, errors.New("an empty pattern matches nothing: write * for anything")
	}
	if n := len(text); n > 1 && text[0] == '/' && text[n-1] == '/' {
		re, err := regexp.Compile(text[1 : n-1])
		if err != nil {
			return nil, fmt.Errorf("the regular expression %s is broken: %w", text, err)
		}
		return re.MatchString, nil
	}
	if !strings.ContainsAny(text, "*?") {
		return func(s string) bool { return s == text }, nil
	}
	return func(s string) bool { return glob(text, s) }, nil
}

// glob reports whether a pattern with * and ? matches all of s. Only the last star
// is tried again, so the time is bounded by the product of the lengths.
func glob(pat, s string) bool {
	star, mark := -1, 0
	i, j := 0, 0
	for j < len(s) {
		_, size := utf8.DecodeRuneInString(s[j:])
		switch {
		case i < len(pat) && pat[i] == '*':
			star, mark = i, j
			i++
		case i < len(pat) && pat[i] == '?':
			i++
			j += size
		case i < len(pat) && pat[i] == s[j]:
			i++
			j++
		case star >= 0:
			_, size = utf8.DecodeRuneInString(s[mark:])
			mark += size
			i, j = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pat[i:], "*") == ""
}

func anyMatch(patterns []pattern, texts ...string) bool {
	for _, p := range patterns {
		for _, text := range texts {
			if p(text) {
				return true
			}
		}
	}
	return false
}
