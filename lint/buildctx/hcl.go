package buildctx

import (
	"strings"
	"unicode/utf8"

	"github.com/dlint/dlint/lint/source"
)

// hcl reads as much of the HashiCorp configuration language as bake files with
// literal values need. It never fails: what it does not understand becomes an
// unknown value, and reading goes on behind it.
type hcl struct {
	text string
	pos  int
}

const hclDepth = 50

func isNameByte(c byte) bool {
	return c == '_' || c == '-' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf
}

// isName reports whether s is an identifier, dots allowed.
func isName(s string) bool {
	for i := range len(s) {
		if !isNameByte(s[i]) && s[i] != '.' {
			return false
		}
	}
	return s != "" && (s[0] < '0' || s[0] > '9') && s[0] != '-'
}

func (h *hcl) end() bool { return h.pos >= len(h.text) }

func (h *hcl) peek() byte {
	if h.end() {
		return 0
	}
	return h.text[h.pos]
}

func (h *hcl) has(prefix string) bool { return strings.HasPrefix(h.text[h.pos:], prefix) }

// space skips blanks and comments, and line ends if asked to.
func (h *hcl) space(lines bool) {
	for !h.end() {
		c := h.peek()
		switch {
		case c == ' ' || c == '\t' || c == '\r' || lines && c == '\n':
			h.pos++
		case c == '#' || h.has("//"):
			n := strings.IndexByte(h.text[h.pos:], '\n')
			if n < 0 {
				n = len(h.text) - h.pos
			}
			h.pos += n
		case h.has("/*"):
			n := strings.Index(h.text[h.pos:], "*/")
			if n < 0 {
				h.pos = len(h.text)
				return
			}
			h.pos += n + 2
		default:
			return
		}
	}
}

func (h *hcl) name() (string, source.Range) {
	start := h.pos
	for !h.end() && (isNameByte(h.peek()) || h.peek() == '.') {
		h.pos++
	}
	return h.text[start:h.pos], source.Range{Start: start, End: h.pos}
}

// body reads attributes and blocks up to a closing brace. A block becomes a
// field with the key "type NUL label".
func (h *hcl) body(depth int) value {
	v := value{kind: objectValue}
	for depth <= hclDepth {
		h.space(true)
		if h.end() {
			return v
		}
		if h.peek() == '}' {
			h.pos++
			return v
		}
		key, rng := h.key()
		if key == "" {
			h.skipLine()
			continue
		}
		h.space(false)
		switch c := h.peek(); {
		case c == '=' && !h.has("=="), c == ':':
			h.pos++
			v.fields = append(v.fields, attribute{key, rng, h.expression(depth + 1)})
		case c == '{' || c == '"' || isNameByte(c):
			label, labelRange := h.labels()
			if h.peek() != '{' {
				h.skipLine()
				continue
			}
			h.pos++
			v.fields = append(v.fields, attribute{key + "\x00" + label, labelRange, h.body(depth + 1)})
		default:
			h.skipLine()
		}
	}
	h.pos = len(h.text)
	return v
}

// key reads an attribute's name, quoted or not.
func (h *hcl) key() (string, source.Range) {
	if h.peek() == '"' {
		v := h.quoted()
		return v.text, v.rng
	}
	return h.name()
}

// labels reads what stands between a block's type and its brace; the last label
// counts.
func (h *hcl) labels() (string, source.Range) {
	var label string
	var rng source.Range
	for {
		h.space(false)
		if c := h.peek(); c != '"' && !isNameByte(c) {
			return label, rng
		}
		label, rng = h.key()
	}
}

// skipLine goes behind the end of the line, brackets and strings respected.
func (h *hcl) skipLine() {
	h.skipExpression()
	h.space(false)
	if !h.end() && h.peek() != '}' {
		h.pos++ // a line end, a comma or a bracket too many
	}
}

// skipExpression stops before the line end, comma or closing bracket that ends
// the expression.
func (h *hcl) skipExpression() {
	depth := 0
	for !h.end() {
		h.space(depth > 0)
		switch c := h.peek(); {
		case h.end():
			return
		case c == '"':
			h.quoted()
			continue
		case h.has("<<"):
			h.heredoc()
			continue
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			if depth == 0 {
				return
			}
			depth--
		case depth == 0 && (c == '\n' || c == ','):
			return
		}
		h.pos++
	}
}

// expression reads a literal; anything else is unknown.
func (h *hcl) expression(depth int) value {
	h.space(false)
	if depth > hclDepth {
		h.skipExpression()
		return value{}
	}
	var v value
	start := h.pos
	switch c := h.peek(); {
	case c == '"':
		v = h.quoted()
	case h.has("<<"):
		return h.heredoc()
	case c == '[':
		v = h.list(depth)
	case c == '{':
		v = h.object(depth)
	default:
		text, rng := h.name()
		v = value{kind: otherValue, text: text, rng: rng}
	}
	h.space(false)
	if c := h.peek(); h.end() || c == '\n' || c == ',' || c == ']' || c == '}' {
		if v.kind != otherValue || v.text != "" {
			return v
		}
	}
	h.skipExpression()
	return value{rng: source.Range{Start: start, End: h.pos}}
}

func (h *hcl) list(depth int) value {
	v := value{kind: listValue}
	h.elements(']', func() { v.list = append(v.list, h.expression(depth+1)) })
	return v
}

func (h *hcl) object(depth int) value {
	v := value{kind: objectValue}
	h.elements('}', func() {
		key, rng := h.key()
		h.space(false)
		if c := h.peek(); key != "" && (c == '=' || c == ':') {
			h.pos++
			v.fields = append(v.fields, attribute{key, rng, h.expression(depth + 1)})
		} else {
			h.skipExpression()
		}
	})
	return v
}

// elements reads what stands between brackets, up to the closing one.
func (h *hcl) elements(closing byte, element func()) {
	h.pos++
	for {
		h.space(true)
		switch {
		case h.end():
			return
		case h.peek() == closing:
			h.pos++
			return
		case h.peek() == ',':
			h.pos++
			continue
		}
		before := h.pos
		if element(); h.pos == before {
			h.pos++ // a bracket that closes nothing
		}
	}
}

// quoted reads a string; templates inside stay as they are written. The range is
// that of the text between the quotes.
func (h *hcl) quoted() value {
	h.pos++
	v := value{kind: stringValue, rng: source.Range{Start: h.pos}}
	var b strings.Builder
	for !h.end() && h.peek() != '"' && h.peek() != '\n' {
		switch {
		case h.peek() == '\\' && h.pos+1 < len(h.text):
			h.escape(&b)
		case h.has("${") || h.has("%{"):
			n := templateLen(h.text[h.pos+1:])
			b.WriteString(h.text[h.pos : h.pos+1+n])
			h.pos += 1 + n
		default:
			b.WriteByte(h.peek())
			h.pos++
		}
	}
	v.rng.End = h.pos
	v.text = b.String()
	if h.peek() == '"' {
		h.pos++
	}
	return v
}

// templateLen returns the length of a template from its brace on; quotes inside
// do not end the string. It does not leave the line.
func templateLen(s string) int {
	depth, quoted := 0, false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\n':
			return i
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

func (h *hcl) escape(b *strings.Builder) {
	c := h.text[h.pos+1]
	h.pos += 2
	switch c {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	default:
		b.WriteByte(c)
	}
}

// heredoc reads <<EOT and <<-EOT; the latter drops the common indentation. The
// range is that of the lines between.
func (h *hcl) heredoc() value {
	h.pos += 2
	flush := h.peek() == '-'
	if flush {
		h.pos++
	}
	word, _ := h.name()
	n := strings.IndexByte(h.text[h.pos:], '\n')
	if word == "" || n < 0 {
		return value{}
	}
	h.pos += n + 1
	v := value{kind: stringValue, exact: true, rng: source.Range{Start: h.pos, End: h.pos}}
	var lines []string
	for !h.end() {
		n := strings.IndexByte(h.text[h.pos:], '\n')
		if n < 0 {
			n = len(h.text) - h.pos
		}
		line := h.text[h.pos : h.pos+n]
		if strings.TrimSpace(line) == word {
			h.pos += n
			break
		}
		h.pos = min(h.pos+n+1, len(h.text))
		v.rng.End = h.pos
		lines = append(lines, strings.TrimSuffix(line, "\r"))
	}
	if flush {
		v.indent = commonIndent(lines)
	}
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l[min(v.indent, len(l)):])
		b.WriteByte('\n')
	}
	v.text = b.String()
	return v
}

func commonIndent(lines []string) int {
	indent := -1
	for _, l := range lines {
		n := len(l) - len(strings.TrimLeft(l, " \t"))
		if n < len(l) && (indent < 0 || n < indent) {
			indent = n
		}
	}
	return max(indent, 0)
}
