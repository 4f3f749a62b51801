package leak

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// maxEncoded bounds what is decoded, in bytes.
const maxEncoded = 64 << 10

// decode64 reads base64 of text, whichever alphabet it has.
func decode64(v string) (string, bool) {
	if len(v) < 12 || len(v) > maxEncoded {
		return "", false
	}
	v = strings.TrimRight(v, "=")
	for i := range len(v) {
		c := v[i]
		if !dockerfile.IsNameByte(c) && c != '+' && c != '/' && c != '-' {
			return "", false
		}
	}
	code := base64.RawStdEncoding
	if strings.ContainsAny(v, "-_") {
		code = base64.RawURLEncoding
	}
	data, err := code.DecodeString(v)
	if err != nil || !utf8.Valid(data) {
		return "", false
	}
	for _, c := range data {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			return "", false
		}
	}
	return string(data), true
}

// hidesSecret reports whether base64 decodes to a text with a secret in it.
func hidesSecret(v string) bool {
	data, ok := decode64(v)
	if !ok {
		return false
	}
	return strings.Contains(data, "PRIVATE KEY-----") || isAccount(data) || settingsSecret("", data) > 0
}

// isAccount reports whether a text is user:password and nothing else.
func isAccount(v string) bool {
	user, password, ok := strings.Cut(v, ":")
	return ok && user != "" && len(password) > 3 && !strings.ContainsAny(v, " \n\t/{}\"") && exposes(judge("password", password))
}

// decoded judges base64 that is handed on to be decoded.
func (s *scan) decoded(ins *dockerfile.Instruction, c *shell.Command, t text, next *shell.Command) bool {
	if next.Name != "base64" && next.Name != "openssl" || !hasWord(next.Args(), "-d", "-D", "--decode", "-di") {
		return false
	}
	value := strings.TrimSuffix(strings.TrimRight(t.value, "\n "), "\\n")
	if !hidesSecret(value) {
		return false
	}
	s.reportText(ins, c, t, 0, len(value), "base64, which hides nothing,", secret)
	return true
}
