package leak

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// text is what a command prints or a heredoc holds, with the places of its bytes
// in the Dockerfile.
type text struct {
	value string
	parts []textPart
}

// textPart is a piece of a text: a word, or source text that begins at base.
type textPart struct {
	start int
	word  *shell.Word
	skip  int
	base  int
}

func wordText(w *shell.Word, from int) text {
	return text{value: w.Value[from:], parts: []textPart{{word: w, skip: from}}}
}

func rawText(value string, base int) text {
	return text{value: value, parts: []textPart{{base: base}}}
}

// joined is the text of words with one blank between them.
func joined(words []shell.Word) text {
	if len(words) == 1 {
		return wordText(&words[0], 0)
	}
	var b strings.Builder
	var t text
	for k := range words {
		if k > 0 {
			b.WriteByte(' ')
		}
		t.parts = append(t.parts, textPart{start: b.Len(), word: &words[k]})
		b.WriteString(words[k].Value)
	}
	t.value = b.String()
	return t
}

// formatted is what printf prints: the format with its arguments in their places.
func formatted(words []shell.Word) text {
	format := words[0].Value
	if len(words) == 1 || !strings.Contains(format, "%") {
		return joined(words)
	}
	var b strings.Builder
	var t text
	add := func(w *shell.Word, from, to int) {
		if from < to {
			t.parts = append(t.parts, textPart{start: b.Len(), word: w, skip: from})
			b.WriteString(w.Value[from:to])
		}
	}
	next := 1
	for next < len(words) {
		before, from := next, 0
		for i := 0; i+1 < len(format); i++ {
			switch {
			case format[i] != '%':
			case format[i+1] == '%':
				i++
			case strings.IndexByte("sbdq", format[i+1]) >= 0:
				add(&words[0], from, i)
				if next < len(words) {
					add(&words[next], 0, len(words[next].Value))
				}
				next, from = next+1, i+2
				i++
			}
		}
		add(&words[0], from, len(format))
		if next == before {
			break // no place for arguments
		}
	}
	t.value = b.String()
	if len(t.parts) == 0 {
		return joined(words)
	}
	return t
}

// partAt returns the piece that holds value[i].
func (t *text) partAt(i int) *textPart {
	p := &t.parts[0]
	for k := range t.parts {
		if t.parts[k].start <= i {
			p = &t.parts[k]
		}
	}
	return p
}

// sub returns the range in the Dockerfile of value[i:j].
func (t *text) sub(i, j int) source.Range {
	p := t.partAt(i)
	if p.word == nil {
		return source.Range{Start: p.base + i, End: p.base + j}
	}
	i, j = i-p.start+p.skip, j-p.start+p.skip
	return p.word.Sub(min(i, len(p.word.Value)), min(j, len(p.word.Value)))
}

// printed looks at what echo and printf write to a file or hand on.
func (s *scan) printed(ins *dockerfile.Instruction, c *shell.Command) {
	args := c.Args()
	for len(args) > 0 && len(args[0].Value) > 1 && len(args[0].Value) < 4 && args[0].Value[0] == '-' && isLetters(args[0].Value[1:]) {
		args = args[1:]
	}
	if len(args) == 0 {
		return
	}
	t := joined(args)
	if c.Name == "printf" {
		t = formatted(args)
	}
	target, next := targetOf(c)
	s.remember(ins, c, t, target)
	switch {
	case target == "" && next == nil:
		if c.InSubst {
			s.substituted(ins, c, t)
		}
	case target == "" && next != nil && s.fed(ins, c, args, t, next):
	default:
		s.content(ins, c, t, target, next != nil && target == "")
	}
}

// fed judges what echo and printf hand on to a program that reads secrets.
func (s *scan) fed(ins *dockerfile.Instruction, c *shell.Command, args []shell.Word, t text, next *shell.Command) bool {
	form, ok := readsSecret(next)
	if !ok {
		return s.decoded(ins, c, t, next)
	}
	if form != knowledge.InputSecret {
		return s.feed(ins, c, t, next)
	}
	for k := range args {
		if c.Name == "printf" && k == 0 && len(args) > 1 && strings.Contains(args[0].Value, "%") {
			continue
		}
		s.firstLine(ins, c, wordText(&args[k], 0))
	}
	return true
}

// targetOf returns the file that the output of a command goes to, and the next
// command of its pipe.
func targetOf(c *shell.Command) (target string, next *shell.Command) {
	for o := c; o != nil; o = outerGroup(o) {
		for k := range o.Redirects {
			if r := &o.Redirects[k]; r.Writes() && r.Fd != 2 && r.Target.Value != "/dev/null" && !strings.HasPrefix(r.Target.Value, "/dev/std") {
				return r.Target.Value, c.Next
			}
		}
	}
	next = c.Next
	if next != nil && next.Name == "tee" {
		for _, w := range next.Args() {
			if !strings.HasPrefix(w.Value, "-") {
				return w.Value, next
			}
		}
	}
	return "", next
}

// outerGroup finds the redirections of the compound command around c.
func outerGroup(c *shell.Command) *shell.Command {
	g := c.Group
	if g != nil && g.Stmt == c.Stmt {
		g = g.Group
	}
	if g == nil || g.Piece != c.Piece {
		return nil
	}
	return g
}

// accounts judges lines user:password.
func (s *scan) accounts(ins *dockerfile.Instruction, c *shell.Command, t text) {
	for start, end := range lines(t.value) {
		line := t.value[start:end]
		user, password, ok := strings.Cut(line, ":")
		if !ok || password == "" {
			continue
		}
		from := start + len(user) + 1
		s.inText(ins, c, t, from, from+len(strings.TrimRight(password, " \t'\"")), "password", "password for chpasswd")
	}
}

// lines yields the lines of a text; those of echo -e and printf, too.
func lines(v string) func(func(int, int) bool) {
	return func(yield func(int, int) bool) {
		start := 0
		for i := 0; i <= len(v); i++ {
			width := 1
			switch {
			case i == len(v) || v[i] == '\n':
			case v[i] == '\\' && i+1 < len(v) && v[i+1] == 'n':
				width = 2
			default:
				continue
			}
			if !yield(start, i) {
				return
			}
			start = i + width
			i = start - 1
		}
	}
}

// content looks at text that goes into a file, or into another program.
func (s *scan) content(ins *dockerfile.Instruction, c *shell.Command, t text, target string, piped bool) {
	base := strings.ToLower(path.Base(target))
	if base == ".curlrc" || base == "_curlrc" {
		for _, p := range pairs(t.value) {
			if user, password, ok := strings.Cut(t.value[p.from:p.to], ":"); p.key == "user" && ok && password != "" {
				s.inText(ins, c, t, p.from+len(user)+1, p.to, "password", "password in "+base)
			}
		}
		return
	}
	if s.accountsOf(ins, c, t, target) {
		return
	}
	if isTranslation(target) {
		return
	}
	if isExplanation(target) {
		s.explains = true
		defer func() { s.explains = false }()
	}
	if isSecretFileName(target) && s.soleWord(ins, c, t, base) {
		return
	}
	s.nameAndPassword(ins, c, t, base)
	s.netrc(ins, c, t)
	s.directives(ins, c, t)
	s.schemes(ins, c, t)
	what := "text for a file"
	if target != "" && !strings.ContainsAny(target, "$`\"") {
		what = "text for " + target
	}
	s.pairsOf(ins, c, t, what, piped)
	s.statements(ins, c, t)
	s.superuser(ins, c, t)
	s.grants(ins, c, t)
	s.hashedHere(ins, c, t)
	s.scripts(ins, c, t, target)
}

// isTranslation knows the files with the words of a program in some language.
func isTranslation(target string) bool {
	for part := range strings.SplitSeq(strings.ToLower(target), "/") {
		switch part {
		case "i18n", "l10n", "locale", "locales", "lang", "langs", "language", "languages", "translations", "nls", "intl":
			return true
		}
	}
	base := strings.ToLower(path.Base(target))
	for _, begin := range [...]string{"messages_", "messages.", "translation", "strings.", "validationmessages"} {
		if strings.HasPrefix(base, begin) {
			return true
		}
	}
	return false
}

// isExplanation knows the files that people read: a weak password in them is an
// example.
func isExplanation(target string) bool {
	base := strings.ToLower(path.Base(target))
	switch base {
	case "motd", "issue", "issue.net", "usage", "usage.txt", "readme", "help.txt", "help":
		return true
	}
	switch path.Ext(base) {
	case ".md", ".rst", ".adoc", ".example", ".sample", ".dist", ".template", ".tpl", ".tmpl", ".html", ".j2", ".1", ".8":
		return true
	}
	return strings.HasPrefix(base, "readme") || strings.Contains(target, "/usr/share/doc/") || strings.Contains(target, "/usr/share/man/") || strings.HasSuffix(base, ".example.json") || strings.HasSuffix(base, ".sample.json")
}

// isSecretFileName reports whether a file is called like what is in it, and
// nothing else: password.txt, .vault-token, /run/secrets/db.
func isSecretFileName(target string) bool {
	if target == "" || strings.ContainsAny(target, "$`*") {
		return false
	}
	base := path.Base(target)
	switch strings.ToLower(path.Ext(base)) {
	case ".sh", ".py", ".js", ".ts", ".go", ".rb", ".php", ".html", ".css", ".md", ".pub", ".crt", ".asc", ".gpg", ".list", ".sources", ".json", ".xml", ".repo":
		return false
	}
	if strings.HasPrefix(path.Dir(target), "/run/secrets") {
		return true
	}
	stem := strings.TrimSuffix(base, path.Ext(base))
	if strings.HasPrefix(base, ".") && stem == "" {
		stem = base[1:]
	}
	switch knowledge.ClassifyName(stem) {
	case knowledge.NameSecret:
		return true
	case knowledge.NamePublic, knowledge.NameLocation:
		return false
	}
	switch strings.ToLower(path.Ext(base)) {
	case ".key", ".keyfile", ".secret", ".token", ".pass", ".passwd", ".pw", ".pin":
		return true
	}
	return strings.EqualFold(base, "keyfile")
}

// nameAndPassword judges a file of two lines, a name and its password, or of one
// line with both.
func (s *scan) nameAndPassword(ins *dockerfile.Instruction, c *shell.Command, t text, base string) {
	named := false
	for _, w := range [...]string{"auth", "cred", "pass", "login", "secret", "account"} {
		named = named || strings.Contains(base, w)
	}
	if !named {
		return
	}
	n, from, to := 0, 0, 0
	for start, end := range lines(t.value) {
		if start == end {
			continue
		}
		if words := strings.Fields(t.value[start:end]); n == 0 && len(words) == 2 && isStrongPassword(words[1]) && strings.TrimRight(t.value[end:], "\r\n\\") == "" {
			at := start + strings.LastIndex(t.value[start:end], words[1])
			s.inText(ins, c, t, at, at+len(words[1]), "password", "password in "+base)
			return
		}
		if strings.ContainsAny(t.value[start:end], " =:<>{}#") {
			return
		}
		n, from, to = n+1, start, end
	}
	if n == 2 && isTypedPassword(t.value[from:to]) {
		s.inText(ins, c, t, from, to, "password", "second line of "+base)
	}
}

// soleWord judges a text that is one word.
func (s *scan) soleWord(ins *dockerfile.Instruction, c *shell.Command, t text, base string) bool {
	value := strings.TrimSuffix(strings.TrimRight(t.value, "\r\n"), "\\n")
	if value == "" || strings.ContainsAny(strings.TrimRight(value, "="), " \n=:") && !strings.HasPrefix(value, "AKIA") || strings.ContainsAny(value, "[]<>{}") {
		return false
	}
	if isTypedPassword(value) || knowledge.LooksRandom(value) {
		s.inText(ins, c, t, 0, len(value), "password", "content of "+base)
	}
	return true
}

// schemes finds what follows a scheme of HTTP authentication: Basic x, Bearer x.
func (s *scan) schemes(ins *dockerfile.Instruction, c *shell.Command, t text) {
	for _, scheme := range [...]string{"Basic ", "Bearer "} {
		for i := 0; ; {
			n := strings.Index(t.value[i:], scheme)
			if n < 0 {
				break
			}
			i += n + len(scheme)
			end := i
			for end < len(t.value) && (dockerfile.IsNameByte(t.value[end]) || strings.IndexByte("+/=.-", t.value[end]) >= 0) {
				end++
			}
			if value := t.value[i:end]; hidesSecret(value) || isGenerated(value) {
				s.inText(ins, c, t, i, end, "token", "credential for "+strings.TrimSpace(scheme)+" authentication")
			}
		}
	}
}

// netrc finds the password behind "machine ... login ... password".
func (s *scan) netrc(ins *dockerfile.Instruction, c *shell.Command, t text) {
	i := strings.Index(t.value, "login")
	if i < 0 {
		return
	}
	for {
		n := strings.Index(t.value[i:], "password")
		if n < 0 {
			return
		}
		i += n + len("password")
		start := i
		for start < len(t.value) && (t.value[start] == ' ' || t.value[start] == '\t' || t.value[start] == '\n') {
			start++
		}
		if start == i {
			continue
		}
		end := start
		for end < len(t.value) && strings.IndexByte(" \t\n\\\"'", t.value[end]) < 0 {
			end++
		}
		s.inText(ins, c, t, start, end, "password", "password for netrc")
		i = end
	}
}

// directives finds passwords behind a word and a blank, as redis.conf, debconf
// and expect have them.
func (s *scan) directives(ins *dockerfile.Instruction, c *shell.Command, t text) {
	for _, word := range [...]string{"password password ", "_again password ", "send \"", "send -- \"", "-pw "} {
		if strings.HasPrefix(word, "send") && !strings.Contains(t.value, "assword") {
			continue
		}
		for i := 0; ; {
			n := strings.Index(t.value[i:], word)
			if n < 0 {
				break
			}
			i += n + len(word)
			end := i
			for end < len(t.value) && strings.IndexByte(" \t\n/\\\"'|", t.value[end]) < 0 {
				end++
			}
			s.inText(ins, c, t, i, end, "password", "password")
		}
	}
	for start, end := range lines(t.value) {
		s.directive(ins, c, t, start, end)
	}
}

// directive judges a line "requirepass x": a word that promises a password, and
// one more.
func (s *scan) directive(ins *dockerfile.Instruction, c *shell.Command, t text, start, end int) {
	words := strings.Fields(t.value[start:end])
	if n := len(words); n >= 2 && setsVariable(words) {
		s.variable(ins, c, t, start, end, words)
		return
	}
	if n := len(words); n > 2 && strings.HasPrefix(words[0], "s/") || n > 3 {
		words = words[max(0, n-2):]
	} else if n == 3 {
		words = words[1:]
	}
	if len(words) != 2 {
		return
	}
	key := strings.ToLower(strings.TrimLeft(words[0], "^/.*"))
	if i := strings.LastIndexByte(key, '/'); i >= 0 {
		key = key[i+1:]
	}
	if !isDirective(key) {
		return
	}
	from := start + strings.LastIndex(t.value[start:end], words[1])
	value := strings.TrimRight(strings.Trim(words[1], "\"'"), ";/'\"")
	from += strings.Index(words[1], value)
	if isTypedPassword(value) {
		s.inText(ins, c, t, from, from+len(value), "password", "password")
	}
}

// setsVariable knows lines that give a variable its value, or a community its name:
// set $api_key "x"; SetEnv API_KEY x, rocommunity x 10.0.0.0/8.
func setsVariable(words []string) bool {
	switch strings.ToLower(words[0]) {
	case "rocommunity", "rwcommunity", "rocommunity6", "rwcommunity6", "trapcommunity":
		return true
	case "set", "setenv", "env", "fastcgi_param", "uwsgi_param", "define", "let", "#define":
		return len(words) == 3 && knowledge.ClassifyName(strings.TrimLeft(words[1], "$-")) == knowledge.NameSecret
	}
	return false
}

func (s *scan) variable(ins *dockerfile.Instruction, c *shell.Command, t text, start, end int, words []string) {
	word := words[len(words)-1]
	if strings.Contains(words[0], "community") {
		word = words[1]
	}
	from := start + strings.LastIndex(t.value[start:end], word)
	value := strings.TrimRight(strings.TrimLeft(word, "\"'"), ";\"'")
	from += strings.Index(word, value)
	if isTypedPassword(value) || isGenerated(value) {
		s.inText(ins, c, t, from, from+len(value), "password", "value of "+words[0])
	}
}

// isDirective knows the words of configuration files behind which a password
// stands.
func isDirective(key string) bool {
	switch key {
	case "requirepass", "masterauth", "rootpw", "bindpw", "rootbindpw", "tls_key_password", "auth_pass", "sslpassword":
		return true
	}
	return !strings.ContainsAny(key, ":=.") && isPasswordOption(key) && key != "token" && key != "pass" && key != "secret" && knowledge.ClassifyName(key) == knowledge.NameSecret
}

// superuser finds the password in create_superuser('name', 'mail', 'x') and the
// like: it comes last.
func (s *scan) superuser(ins *dockerfile.Instruction, c *shell.Command, t text) {
	for _, call := range [...]string{"create_superuser(", "create_user(", "createAccount("} {
		before := 2
		if call == "createAccount(" {
			before = 1
		}
		i := strings.Index(t.value, call)
		if i < 0 {
			continue
		}
		i += len(call)
		n := strings.IndexByte(t.value[i:], ')')
		if n < 0 {
			continue
		}
		end := i + strings.LastIndexAny(t.value[i:i+n], "'\"")
		if end <= i {
			continue
		}
		from := strings.LastIndexByte(t.value[i:end], t.value[end])
		if from >= 0 && strings.Count(t.value[i:end], ",") == before {
			s.inText(ins, c, t, i+from+1, end, "password", "password of an account")
		}
	}
}

// embedded looks at the scripts that programs get as arguments.
func (s *scan) embedded(ins *dockerfile.Instruction, c *shell.Command) {
	args := c.Args()
	for k := range args {
		if len(args[k].Value) < 10 {
			continue
		}
		t := wordText(&args[k], 0)
		s.directives(ins, c, t)
		s.superuser(ins, c, t)
		s.hashedHere(ins, c, t)
		switch c.Name {
		case "lftp":
			s.session(ins, c, t)
		case "sed", "perl":
			s.replaced(ins, c, t, args[len(args)-1].Value)
		}
		s.pairsOf(ins, c, t, "text for a file", false)
	}
}

// inText judges a part of a text.
func (s *scan) inText(ins *dockerfile.Instruction, c *shell.Command, t text, from, to int, name, what string) {
	if from >= to {
		return
	}
	value := t.value[from:to]
	v := judge(name, value)
	if v == secret && strings.ContainsAny(value, "$`%{") && !knowledge.LooksRandom(value) && !strings.HasPrefix(value, "$") {
		if strings.Contains(value, "${") || strings.Contains(value, "$(") || strings.Contains(value, "{{") || strings.Contains(value, "%s") {
			return
		}
	}
	if strings.Trim(value, "*!-x.") == "" {
		return // an account that is locked, a mask
	}
	s.reportText(ins, c, t, from, to, what, v)
}

// reportText reports a part of a text, if it exposes anything.
func (s *scan) reportText(ins *dockerfile.Instruction, c *shell.Command, t text, from, to int, what string, v verdict) {
	if !exposes(v) || s.explains && v == weak {
		return
	}
	value := t.value[from:to]
	r := t.sub(from, to)
	if !s.claim(r) {
		return
	}
	where, inImage := s.place(ins)
	if v == weak {
		s.add(WeakDefault, lint.Diagnostic{
			Range:   s.first(r),
			Message: "The " + what + " is one that everybody tries first, and it is " + where + ": set it when the container starts",
		})
		return
	}
	kind, advice := InCommand, "bring the file in by a secret mount, or write it when the container starts"
	if c == nil {
		kind = InHeredoc
	}
	s.add(kind, lint.Diagnostic{
		Range: s.first(r), Severity: severity(inImage),
		Message: "The " + what + " holds a secret, " + s.described(value, r) + ", which everyone can read " + where + ": " + advice + ", and " + rotate,
		Fixes:   s.textFixes(ins, c, t, from, to),
	})
}

// isSealed reports whether a text is one that only its owner can read: a sealed
// secret of Kubernetes, or a file of sops.
func isSealed(text string) bool {
	return strings.Contains(text, "encryptedData") || strings.Contains(text, "ENC[AES256")
}

// pairsOf finds key=value, key: value, "key": "value", <key>value</key> and
// define('KEY', 'value') in a text.
func (s *scan) pairsOf(ins *dockerfile.Instruction, c *shell.Command, t text, what string, piped bool) {
	if isSealed(t.value) {
		s.clean.add(t.sub(0, len(t.value)))
		return // a text that only its owner can read
	}
	paged := strings.Contains(t.value, "pagerduty")
	accountsOfJAAS := strings.Contains(t.value, "PlainLoginModule") // user_NAME="password"
	for _, p := range pairs(t.value) {
		key := p.key
		class := knowledge.ClassifyName(key)
		if key == "pwd" || key == "Pwd" || key == "PWD" && isTypedPassword(t.value[p.from:p.to]) {
			class = knowledge.NameSecret // of SQL, ODBC and JavaScript; $PWD is a path
		}
		if strings.HasSuffix(key, "_auth") || strings.HasSuffix(key, "_authToken") || accountsOfJAAS && strings.HasPrefix(key, "user_") || paged && (key == "routing_key" || key == "service_key") {
			class = knowledge.NameSecret
		}
		value := t.value[p.from:p.to]
		switch class {
		case knowledge.NameSecret:
		case knowledge.NameWeak:
			if !knowledge.LooksRandom(value) || strings.ContainsAny(value, "/$: ") || isNumbered(value) {
				continue
			}
		default:
			continue
		}
		if strings.ContainsRune(value, ' ') && !p.quoted || strings.HasPrefix(value, "@") || isWords(value) || isCode(value) ||
			c != nil && c.Name == "psql" && p.quoted && isVariableOfPsql(t.value[:p.from]) {
			continue
		}
		if v := judge(key, value); v == weak && piped {
			continue
		}
		s.inText(ins, c, t, p.from, p.to, key, what)
	}
}

// isVariableOfPsql reports whether the quoted name behind a text stands for what psql -v
// sets: PASSWORD :'pw'.
func isVariableOfPsql(before string) bool {
	return strings.HasSuffix(before, " :'") || strings.HasSuffix(before, " :\"")
}

// isNumbered knows names that end in the number of a build: web-main-889599413283.
func isNumbered(v string) bool {
	i := strings.LastIndexAny(v, "-_.")
	return i > 0 && strings.Trim(v[i+1:], "0123456789") == "" && knowledge.IsName(v[:i])
}

// isCode reports whether a value is an expression rather than text.
func isCode(v string) bool {
	return isCall(v) || strings.Contains(v, "(") && strings.Contains(v, ")") || strings.HasPrefix(v, "process.env") || strings.HasPrefix(v, "os.environ") ||
		strings.HasPrefix(v, "%(") || strings.HasPrefix(v, "\\$") || strings.HasPrefix(v, "!") || strings.HasPrefix(v, "\\1") || strings.HasPrefix(v, ".*")
}

// isCall reports whether a value begins as the call of a function.
func isCall(v string) bool {
	i := strings.IndexByte(v, '(')
	return i > 2 && strings.Trim(strings.ToLower(v[:i]), "abcdefghijklmnopqrstuvwxyz_.") == ""
}

// textPair is a binding in a text.
type textPair struct {
	key      string
	from, to int
	quoted   bool
}

// pairs finds the bindings of a text.
func pairs(v string) []textPair {
	var out []textPair
	var ends valueEnds
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case '=', ':', ',', '>':
		default:
			continue
		}
		if p, ok := keywordPair(v, i, &ends); ok {
			out = append(out, p)
			i = p.from - 1
			continue
		}
		key := keyBefore(v, i)
		if key == "" && v[i] == '>' {
			key = propertyName(v[:i])
		}
		if key == "" {
			continue
		}
		if p, ok, expansion := defaultBehind(v, i, len(key)); expansion {
			if p.key = key; ok {
				out = append(out, p)
			}
			continue
		}
		if p, ok := valueBehind(v, i, &ends); ok {
			switch key {
			case "value", "Value", "ParameterValue":
				key = attributeKey(v[:i])
			}
			p.key = key
			out = append(out, p)
			i = max(i, p.from-1)
		}
	}
	return out
}

// keywordPair returns the binding of :key "value", as EDN has it.
func keywordPair(v string, i int, ends *valueEnds) (textPair, bool) {
	if v[i] != ':' || i > 0 && strings.IndexByte(" \t\n{,", v[i-1]) < 0 {
		return textPair{}, false
	}
	end := i + 1
	for end < len(v) && isKeyByte(v[end]) {
		end++
	}
	if end-i < 4 || end+1 >= len(v) || v[end] != ' ' || v[end+1] != '"' {
		return textPair{}, false
	}
	p, ok := valueBehind(v, end, ends)
	p.key = v[i+1 : end]
	return p, ok
}

// defaultBehind returns the default in ${KEY:-value}; expansion says whether the
// colon at i belongs to such a reference.
func defaultBehind(v string, i, key int) (p textPair, ok, expansion bool) {
	start := i - key
	if v[i] != ':' || start < 2 || v[start-1] != '{' || v[start-2] != '$' || i+1 >= len(v) || strings.IndexByte("-=?+", v[i+1]) < 0 {
		return p, false, false
	}
	n := strings.IndexAny(v[i:], "}\n")
	if n < 3 || v[i+n] != '}' || strings.IndexByte("-=", v[i+1]) < 0 || strings.ContainsAny(v[i+2:i+n], "$ ") {
		return p, false, true
	}
	p.from, p.to = i+2, i+n
	return p, true, true
}

// keyBefore returns the name that ends before the separator at i.
func keyBefore(v string, i int) string {
	end := i
	for end > 0 && (v[end-1] == ' ' || v[end-1] == '\t') && v[i] != '>' && v[i] != ',' {
		end--
	}
	quote := byte(0)
	if end > 0 && v[end-1] == ']' {
		end-- // os.environ['KEY'] = 'value'
	}
	if end > 0 && (v[end-1] == '"' || v[end-1] == '\'') {
		quote = v[end-1]
		end--
		if end > 0 && v[end-1] == '\\' {
			end--
		}
	}
	if v[i] == ',' && quote == 0 {
		return "" // define('KEY', 'value')
	}
	start := end
	for start > 0 && isKeyByte(v[start-1]) {
		start--
	}
	if v[i] == '>' && (start == 0 || v[start-1] != '<') {
		return ""
	}
	if v[i] == ',' && !isArgument(v, start, quote) {
		return ""
	}
	if start > 0 && start+3 < end && isEscape(v[start-1:end]) {
		start++ // of \n, as echo and printf have it
	}
	key := v[start:end]
	if len(key) < 3 || len(key) > 64 {
		return ""
	}
	return strings.TrimLeft(key, ".-")
}

// isArgument reports whether the word in quotes that begins at start is an argument
// of a call, and no element of a list.
func isArgument(v string, start int, quote byte) bool {
	if start == 0 || v[start-1] != quote {
		return false
	}
	const longest = 1000 // of the arguments before it
	before := v[max(0, start-1-longest) : start-1]
	i := strings.LastIndexAny(before, "([{")
	return i >= 0 && before[i] == '('
}

func isKeyByte(c byte) bool {
	return c == '_' || c == '-' || c == '.' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// attributeKey returns K of key="K" value="V" in XML.
func attributeKey(before string) string {
	const longest = 120
	before = before[max(0, len(before)-longest):]
	lower := strings.ToLower(before)
	i := max(strings.LastIndex(lower, "key"), strings.LastIndex(lower, "name"))
	if i < 0 || strings.ContainsAny(before[i:], "<>}") || strings.Count(before[i:], "\n") > 1 {
		return "value"
	}
	rest := strings.TrimLeft(before[i:], "abcdefghijklmnopqrstuvwxyz")
	name := strings.TrimLeft(rest, "\\\"'=: ")
	if len(rest) == len(name) {
		return "value"
	}
	n := 0
	for n < len(name) && isKeyByte(name[n]) {
		n++
	}
	if n == 0 || strings.Trim(name[n:], "\\\"' ,\t\nvalueVPrm=:") != "" {
		return "value"
	}
	return name[:n]
}

// propertyName returns K of <property name="K">, "" for other elements.
func propertyName(before string) string {
	const longest = 120
	before = before[max(0, len(before)-longest):]
	i := strings.LastIndexByte(before, '<')
	if i < 0 {
		return ""
	}
	_, rest, ok := strings.Cut(before[i:], " name=\"")
	name, end, closed := strings.Cut(rest, "\"")
	if !ok || !closed || strings.TrimSpace(end) != "" {
		return ""
	}
	return name
}

// valueEnds are the places where the last values ended, plain ones and those of
// elements. Values may begin at every other byte of a long word and end with it: the
// end is looked for once.
type valueEnds struct{ plain, element int }

// of returns where the value ends that begins at start.
func (e *valueEnds) of(v string, start int, element bool) int {
	at, stop := &e.plain, " \t\n,;&\"'<>)|"
	if element {
		at, stop = &e.element, "<\n"
	}
	if *at < start {
		*at = start
		for *at < len(v) && strings.IndexByte(stop, v[*at]) < 0 && !isEscape(v[*at:]) {
			*at++
		}
	}
	return *at
}

// maxValue is the length in bytes of the longest value without quotes: a key of 4096
// bits in base64 takes half of it.
const maxValue = 8 << 10

// valueBehind returns the value behind the separator at i.
func valueBehind(v string, i int, ends *valueEnds) (textPair, bool) {
	start := i + 1
	if v[i] == ':' && start < len(v) && v[start] == '=' || v[i] == '=' && start < len(v) && (v[start] == '=' || v[start] == '>') {
		start++
	}
	for start < len(v) && (v[start] == ' ' || v[start] == '\t') {
		start++
	}
	if start >= len(v) || v[start] == '\n' {
		return textPair{}, false
	}
	p := textPair{}
	if v[start] == '\\' && start+1 < len(v) && (v[start+1] == '"' || v[start+1] == '\'') {
		start++
	}
	if q := v[start]; q == '"' || q == '\'' {
		p.quoted = true
		start++
		n := strings.IndexByte(v[start:], q)
		if n < 0 {
			return p, false
		}
		p.from, p.to = start, start+n
		if p.to > p.from && v[p.to-1] == '\\' {
			p.to--
		}
		return p, p.to > p.from
	}
	if v[i] == ',' || opensList(v[start:]) {
		return p, false
	}
	p.from, p.to = start, ends.of(v, start, v[i] == '>')
	if p.to-p.from > maxValue {
		return p, false
	}
	if v[i] == '>' && !strings.HasPrefix(v[p.to:], "</") {
		return p, false // not <key>value</key>
	}
	if v[i] == ':' && p.to < len(v) && v[p.to] == ' ' {
		return p, false // prose: "password: see below"
	}
	// The end of s/old/new/.
	if q := strings.IndexByte(v[p.from:p.to], '/'); q > 0 && strings.HasPrefix(v, "s/") {
		p.to = p.from + q
	} else if len(v) > 2 && v[0] == 's' && strings.IndexByte("|#@,!~%", v[1]) >= 0 {
		if q := strings.IndexByte(v[p.from:p.to], v[1]); q > 0 {
			p.to = p.from + q
		}
	}
	return p, p.to > p.from
}

// opensList reports whether a text begins with the list or object of JSON or YAML.
func opensList(v string) bool {
	if v[0] != '{' && v[0] != '[' {
		return false
	}
	rest := strings.TrimLeft(v[1:], " \t\r")
	return rest == "" || strings.IndexByte("\"\n\\'{[]}", rest[0]) >= 0 && !strings.HasPrefix(rest, "{")
}

// isEscape reports whether a text begins with an escape for a line end, tab or
// quote.
func isEscape(v string) bool {
	return len(v) > 1 && v[0] == '\\' && strings.IndexByte("nrt\"'", v[1]) >= 0
}

// heredocs looks at the files that COPY and ADD hold.
func (s *scan) heredocs() {
	for ins := range s.d.WithTriggers("COPY", "ADD") {
		for k := range ins.Heredocs {
			h := &ins.Heredocs[k]
			t := rawText(s.text[h.Body.Start:h.Body.End], h.Body.Start)
			target := h.Name
			if n := len(ins.Args); n > 0 {
				target = ins.Args[n-1].Value
			}
			s.content(ins, nil, t, target, false)
		}
	}
}

// leftTokens reports the tokens of known formats that nothing else has found.
func (s *scan) leftTokens() {
	for _, m := range s.tokens {
		r := source.Range{Start: m.Start, End: m.End}
		if m.PathOnly || s.isClaimed(r) || s.isClean(r, m.Generic) {
			continue
		}
		value := s.text[m.Start:m.End]
		if m.Generic && !s.believable(m.MatchStart, r, value) {
			continue
		}
		if m.RuleID == "curl-auth-user" || m.RuleID == "curl-auth-header" || m.RuleID == "sourcegraph-access-token" || judgeToken(value) {
			continue
		}
		comment := s.commentAt(m.Start)
		ins := s.instructionAt(m.Start)
		if comment != nil && m.Generic || comment == nil && ins == nil || !s.claim(r) {
			continue
		}
		if comment != nil {
			s.add(Token, lint.Diagnostic{
				Range: s.first(r), Severity: lint.Info,
				Message: "This comment holds a secret, " + s.described(value, r) + ": it is not in the image, but everyone who reads this file can use it; " + rotate,
			})
			continue
		}
		where, inImage := s.place(ins)
		s.add(Token, lint.Diagnostic{
			Range: s.first(r), Severity: severity(inImage),
			Message: "This is a secret, " + s.described(value, r) + ", which everyone can read " + where + ": use a secret mount, or pass it at run time, and " + rotate,
		})
	}
}

// judgeToken knows the values that are no tokens though they look so.
func judgeToken(value string) bool {
	if len(value) == 40 && strings.Trim(value, "0123456789ABCDEF") == "" {
		return true // the fingerprint of a public key
	}
	return judge("token", strings.TrimSpace(value)) != secret && !strings.Contains(value, "-----BEGIN") && !strings.Contains(value, "hooks.")
}

func (s *scan) isClean(r source.Range, generic bool) bool {
	return generic && s.clean.overlaps(r)
}

// believable judges a match that only a name and a random look speak for.
func (s *scan) believable(start int, r source.Range, value string) bool {
	ins := s.instructionAt(start)
	if ins == nil || ins.Is("ENV", "ARG", "FROM", "LABEL") {
		return false // judged by name and value already
	}
	if strings.ContainsAny(value, "$/<{:") || !knowledge.LooksRandom(value) {
		return false
	}
	head := strings.TrimRight(s.text[max(start-1, 0):r.Start], " \t=:>\"'`|,")
	i := len(head)
	for i > 0 && isKeyByte(head[i-1]) {
		i--
	}
	name := strings.ToLower(head[i:])
	if strings.Contains(name, "gpg") || strings.Contains(name, "sha") || strings.Contains(name, "apt") {
		return false
	}
	return knowledge.ClassifyName(head[i:]) == knowledge.NameSecret
}
