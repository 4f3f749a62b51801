package leak

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/knowledge/secrets"
)

// settingsSecret returns the line of the first secret among settings, from one;
// 0 when there is none.
func settingsSecret(file, data string) int {
	if n := sourceSecret(file, data); n > 0 {
		return n
	}
	if n := urlPassword(data, exposes); n > 0 {
		return n
	}
	if isSealed(data) {
		return 0
	}
	for _, p := range pairs(data) {
		value := data[p.from:p.to]
		class := knowledge.ClassifyName(p.key)
		low := strings.ToLower(p.key)
		if strings.HasSuffix(low, "_auth") || strings.HasSuffix(low, "_authtoken") {
			class = knowledge.NameSecret
		}
		if class != knowledge.NameSecret && (class != knowledge.NameWeak || !knowledge.LooksRandom(value) || strings.ContainsAny(value, "/$: ")) {
			continue
		}
		if isDesign(low, class, value) {
			continue
		}
		if commented(data, p.from) || isCode(value) || !exposes(judge(p.key, value)) || strings.HasPrefix(value, "{") {
			continue
		}
		return lineOf(data, p.from)
	}
	return 0
}

// isDesign reports whether a token or key is one of a design, not of an account:
// "token": "primary-500-blue".
func isDesign(key string, class knowledge.NameClass, value string) bool {
	return (class == knowledge.NameWeak || strings.HasSuffix(key, "token")) && isSlug(value)
}

// exposes reports whether a verdict is about a password that opens something.
func exposes(v verdict) bool { return v == secret || v == weak }

// commented reports whether the line of a place begins as a comment.
func commented(data string, off int) bool {
	start := strings.LastIndexByte(data[:off], '\n') + 1
	line := strings.TrimLeft(data[start:off], " \t")
	return strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") || strings.HasPrefix(line, "<!--") || strings.HasPrefix(line, "-- ") || strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "//") && !strings.Contains(line, ":_")
}

func lineOf(data string, off int) int { return strings.Count(data[:off], "\n") + 1 }

// sourceSecret returns the line of the first token of a known format.
func sourceSecret(file, data string) int {
	for _, m := range secrets.Scan(data, file) {
		if m.Generic || m.PathOnly || (m.RuleID == "curl-auth-user" || m.RuleID == "curl-auth-header") && !isGenerated(data[m.Start:m.End]) || m.RuleID == "jwt" && isTestPath(file) {
			continue
		}
		if judgeToken(data[m.Start:m.End]) {
			continue
		}
		return lineOf(data, m.Start)
	}
	return 0
}

// urlPassword returns the line of the first URL with a password that counts.
func urlPassword(data string, counts func(verdict) bool) int {
	for i := 0; ; {
		n := strings.Index(data[i:], "://")
		if n < 0 {
			return 0
		}
		i += n + 3
		end := i
		for end < len(data) && strings.IndexByte("/?\"' \t\r\n<>", data[end]) < 0 {
			end++
		}
		if at := strings.LastIndexByte(data[i:end], '@'); at > 0 {
			if _, password, ok := strings.Cut(data[i:i+at], ":"); ok && counts(judge("password", password)) {
				return lineOf(data, i)
			}
		}
	}
}

// fileLanguage says how to read a file that is not known by its name.
type fileLanguage uint8

const (
	unknownLanguage fileLanguage = iota
	settingsLanguage
	codeLanguage
	sqlLanguage
)

func languageOf(file string) fileLanguage {
	base := strings.ToLower(path.Base(file))
	switch base {
	case "package.json", "tsconfig.json", "composer.lock", "composer.json", "openapi.json", "swagger.json", "openapi.yaml", "swagger.yaml", "manifest.json", "pom.xml", "mkdocs.yml", "chart.yaml":
		return unknownLanguage
	}
	switch path.Ext(base) {
	case ".properties", ".ini", ".cfg", ".conf", ".cnf", ".env", ".toml", ".yml", ".yaml", ".json", ".xml", ".config", ".hcl", ".tf", ".plist", ".envrc", ".edn", ".publishsettings", ".pubxml", ".udl", ".rdp", ".jmx", ".ovpn", ".nmconnection":
		return settingsLanguage
	case ".py", ".rb", ".js", ".mjs", ".cjs", ".ts", ".go", ".java", ".kt", ".cs", ".php", ".sh", ".bash", ".pl", ".pm", ".scala", ".groovy", ".c", ".h", ".cc", ".cpp", ".hpp", ".rs", ".swift", ".m", ".dart", ".tsx", ".jsx", ".vue", ".svelte", ".clj", ".fs", ".vb", ".hs", ".erl", ".nim", ".cr", ".jl", ".gradle", ".ps1", ".ex", ".exs", ".r", ".lua":
		return codeLanguage
	case ".sql":
		return sqlLanguage
	}
	return unknownLanguage
}

// passwordInCode returns the line of a password in a string that holds a connection,
// in a definition of the preprocessor, or where PowerShell makes it one.
func passwordInCode(data string) int {
	for start, end := range physicalLines(data) {
		line := data[start:end]
		if len(line) > 2000 || !strings.HasPrefix(line, "#define") && commented(data, end) {
			continue
		}
		if found := passwordInLine(line); found {
			return lineOf(data, start)
		}
	}
	return 0
}

func passwordInLine(line string) bool {
	if words := strings.Fields(line); len(words) == 3 && words[0] == "#define" {
		v := strings.Trim(words[2], "\"")
		return v != words[2] && knowledge.ClassifyName(words[1]) == knowledge.NameSecret && isTypedPassword(v)
	}
	for _, part := range strings.FieldsFunc(line, func(r rune) bool { return r == '"' || r == '\'' || r == '`' }) {
		if b, ok := account(part); ok && isTypedPassword(part[b.from:b.to]) {
			return true
		}
		if strings.Count(part, "=") < 2 || !strings.Contains(part, ";") {
			continue
		}
		for _, b := range pairs(part) {
			if isConnectionKey(b.key) && isTypedPassword(part[b.from:b.to]) && !strings.ContainsAny(part[b.from:b.to], "{}$%") {
				return true
			}
		}
	}
	if i := strings.Index(line, "ConvertTo-SecureString '"); i >= 0 {
		v, _, ok := strings.Cut(line[i+len("ConvertTo-SecureString '"):], "'")
		return ok && isTypedPassword(v)
	}
	return false
}

// writtenPassword returns the line of a password in a file of settings or code
// that its name does not give away; 0 when there is none. It takes nothing but
// what is surely none of the words that people put there.
func writtenPassword(file, data string) int {
	lang := languageOf(file)
	switch lang {
	case unknownLanguage:
		return 0
	case sqlLanguage:
		return sqlPassword(data)
	}
	if n := urlPassword(data, func(v verdict) bool { return v == secret }); n > 0 {
		return n
	}
	if lang == codeLanguage {
		if n := passwordInCode(data); n > 0 {
			return n
		}
	}
	if !mentionsSecret(data) || isSealed(data) {
		return 0
	}
	for _, p := range pairs(data) {
		value := data[p.from:p.to]
		if lang == codeLanguage && !p.quoted && !strings.HasSuffix(file, "sh") || strings.ContainsAny(value, " $<>{}()[]%\\") || commented(data, p.from) {
			continue
		}
		class := knowledge.ClassifyName(p.key)
		if class != knowledge.NameSecret && !isConnectionKey(p.key) || judge(p.key, value) != secret || isDesign(strings.ToLower(p.key), class, value) {
			continue
		}
		if isGenerated(value) || isPasswordOption(strings.ToLower(p.key)) && len(value) >= 8 && isTypedPassword(value) {
			return lineOf(data, p.from)
		}
	}
	return 0
}

// isGenerated reports whether a value is long and random.
func isGenerated(v string) bool { return len(v) >= 16 && !isSlug(v) && knowledge.LooksRandom(v) }

// isSlug knows names that people make of words and numbers: primary-500-blue.
func isSlug(v string) bool {
	words := 0
	for part := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		switch {
		case strings.Trim(part, "0123456789") == "" && len(part) <= 4:
		case strings.Trim(part, "abcdefghijklmnopqrstuvwxyz") == "" && !knowledge.Unspeakable(part):
			words++
		default:
			return false
		}
	}
	return words >= 2
}

// sqlPassword returns the line of the first password that a statement sets.
func sqlPassword(data string) int {
	lower := strings.ToLower(data)
	for _, word := range [...]string{"identified by '", "password '", "password = '", "password='", "password('"} {
		for i := 0; ; {
			n := strings.Index(lower[i:], word)
			if n < 0 {
				break
			}
			i += n + len(word)
			end := strings.IndexByte(data[i:], '\'')
			if end > 0 && judge("password", data[i:i+end]) == secret && !commented(data, i) && !strings.ContainsAny(data[i:i+end], " $%{<:") {
				return lineOf(data, i)
			}
		}
	}
	return 0
}
