package leak

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
)

// spot is a part of a word that is given where a secret belongs.
type spot struct {
	ins  *dockerfile.Instruction
	cmd  *shell.Command
	word *shell.Word
	from int // in word.Value
	to   int
	// what completes "The ... of curl": "option -u".
	what string
	// name is what the value is called, for judging and for variables.
	name   string
	stores bool
	// assign is set for the value of a binding.
	assign *shell.Assign
}

func (p *spot) value() string { return p.word.Value[p.from:p.to] }

// commands looks at everything that is run.
func (s *scan) commands() {
	for ins := range s.d.WithTriggers("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK") {
		script := s.d.Shell(ins)
		for _, c := range script.All() {
			s.command(ins, c)
		}
		if script != nil && !script.Dialect.Parsed() && script.Form != shell.ExecForm {
			s.unread(ins, script)
		}
	}
}

func (s *scan) command(ins *dockerfile.Instruction, c *shell.Command) {
	for k := range c.Assigns {
		s.assign(ins, c, &c.Assigns[k])
	}
	if len(c.Words) == 0 {
		s.inputs(ins, c)
		return
	}
	rows := knowledge.SecretArguments(programOf(c))
	if rows == nil && c.Family != c.Name {
		rows = knowledge.SecretArguments(c.Family)
	}
	for _, row := range rows {
		s.row(ins, c, row)
	}
	s.options(ins, c)
	s.operands(ins, c)
	s.keyed(ins, c)
	s.statementsIn(ins, c)
	s.accountWords(ins, c)
	s.remoteAccounts(ins, c)
	s.licences(ins, c)
	s.edited(ins, c)
	s.phrases(ins, c)
	switch c.Name {
	case "echo", "printf", "yes":
		s.printed(ins, c)
	case "sed", "perl", "awk", "mysql", "mariadb", "psql", "sqlplus", "sqlcmd", "mongo", "mongosh", "php", "crudini", "node", "python", "ruby", "expect", "su", "cqlsh", "kadmin", "kadmin.local", "lftp", "spawn", "rails", "django-admin", "artisan", "manage.py", "bin/rails", "bundle", "Rscript", "sqlite3", "clickhouse-client", "influx", "jq":
		s.embedded(ins, c)
	}
	s.inputs(ins, c)
}

// programOf is the program that is run in the end: that behind npx, too.
func programOf(c *shell.Command) string {
	switch c.Name {
	case "npx", "pnpx", "bunx", "uvx":
		for _, w := range c.Args() {
			if !strings.HasPrefix(w.Value, "-") {
				name, _, _ := strings.Cut(w.Value, "@")
				return path.Base(name)
			}
		}
	}
	return c.Name
}

// assign judges NAME=value in front of a command, alone or exported.
func (s *scan) assign(ins *dockerfile.Instruction, c *shell.Command, a *shell.Assign) {
	if !a.Has || a.Value.Value == "" || s.aside == asideFile {
		return
	}
	switch knowledge.ClassifyName(a.Name) {
	case knowledge.NameSecret:
	case knowledge.NameWeak:
		if !knowledge.LooksRandom(a.Value.Value) || judge(a.Name, a.Value.Value) != secret || strings.ContainsAny(a.Value.Value, "/$:") {
			return
		}
	default:
		return
	}
	v := judge(a.Name, a.Value.Value)
	if v == weak && (strings.Trim(a.Value.Value, "0123456789") == "" || forTest(a)) || v == secret && !a.Value.Static && !knowledge.LooksRandom(a.Value.Value) || isWords(a.Value.Value) {
		return
	}
	s.found1(&spot{ins: ins, cmd: c, word: &a.Value, to: len(a.Value.Value), what: "variable " + a.Name, name: a.Name, assign: a}, v)
}

// forTest reports whether a weak value is given to one command for a test or a
// build: SECRET_KEY=testing pytest.
func forTest(a *shell.Assign) bool {
	return !isPasswordOption(strings.ToLower(a.Name)) || strings.HasPrefix(strings.ToLower(a.Value.Value), "test")
}

// row looks for the secret that one row of the table tells of.
func (s *scan) row(ins *dockerfile.Instruction, c *shell.Command, row *knowledge.SecretArgument) {
	args := c.Args()
	rest, ok := behindSub(args, row.Sub)
	if !ok {
		return
	}
	sp := spot{ins: ins, cmd: c, name: "password", stores: row.Stores}
	if row.Options != "" {
		for option := range strings.FieldsSeq(row.Options) {
			for k := range args {
				if w, from, ok := optionValue(c, args, k, option); ok {
					sp.word, sp.from, sp.to = w, from, len(w.Value)
					sp.what = "option " + strings.TrimRight(option, "+!=")
					s.formed(sp, row.Form)
				}
			}
		}
		return
	}
	if strings.HasSuffix(c.Name, "passwd") && c.Name != "ldappasswd" && row.Operand < 0 && row.Least == 2 && !hasLetter(args, 'b') {
		return // htpasswd and the like read the password, unless told otherwise
	}
	operands := operandsOf(rest, c.Name)
	if len(operands) < row.Least || row.Key != "" && row.Operand != knowledge.AnyOperand && (len(operands) == 0 || !hasKey(operands[0].Value, row.Key)) {
		return
	}
	if c.Name == "crudini" && (len(operands) < 4 || knowledge.ClassifyName(operands[len(operands)-2].Value) != knowledge.NameSecret) {
		return
	}
	at := row.Operand
	if at == knowledge.AnyOperand {
		for _, w := range operands {
			if row.Key == "" || hasKey(w.Value, row.Key) {
				sp.word, sp.from, sp.to, sp.what = w, 0, len(w.Value), "argument"
				s.formed(sp, row.Form)
			}
		}
		return
	}
	if at < 0 {
		at = len(operands)
	}
	if at < 1 || at > len(operands) {
		return
	}
	w := operands[at-1]
	sp.word, sp.to = w, len(w.Value)
	sp.what = "argument"
	if c.Name == "openssl" && (len(w.Value) < 3 || hasWord(args, "-stdin", "-in")) {
		return
	}
	s.formed(sp, row.Form)
}

func hasWord(args []shell.Word, names ...string) bool {
	for k := range args {
		for _, n := range names {
			if args[k].Value == n {
				return true
			}
		}
	}
	return false
}

func hasLetter(args []shell.Word, letter byte) bool {
	for k := range args {
		v := args[k].Value
		if len(v) > 1 && v[0] == '-' && v[1] != '-' && strings.IndexByte(v, letter) > 0 {
			return true
		}
	}
	return false
}

func hasKey(value, keys string) bool {
	value = strings.ToLower(value)
	for k := range strings.FieldsSeq(keys) {
		if strings.Contains(value, k) {
			return true
		}
	}
	return false
}

// behindSub returns the arguments behind the words of sub.
func behindSub(args []shell.Word, sub string) ([]shell.Word, bool) {
	if sub == "" {
		return args, true
	}
	want := strings.Fields(sub)
	at := 0
	for k := range args {
		v := args[k].Value
		switch {
		case v == want[at]:
			if at++; at == len(want) {
				return args[k+1:], true
			}
		case strings.HasPrefix(v, "-"), at == 0:
		default:
			at = 0
		}
	}
	return nil, false
}

// operandsOf returns what is no option. Values of options are among them, except
// where that is known to matter.
func operandsOf(args []shell.Word, program string) []*shell.Word {
	var out []*shell.Word
	for k := 0; k < len(args); k++ {
		v := args[k].Value
		if program == "htpasswd" && len(v) > 1 && v[0] == '-' && strings.HasSuffix(v, "C") {
			k++ // the cost
			continue
		}
		if program == "openssl" && (v == "-salt" || v == "-in") {
			k++
			continue
		}
		if strings.HasPrefix(v, "-") && !strings.HasPrefix(v, "--//") {
			if takesValue(v) {
				k++
			}
			continue
		}
		out = append(out, &args[k])
	}
	return out
}

// takesValue knows the options that many programs have, and that take the next
// word.
func takesValue(option string) bool {
	switch option {
	case "--registry", "--profile", "--org", "--organization", "--project", "--host", "--server", "--url", "--address", "--namespace",
		"--location", "--config", "--region", "--source", "-Source", "--workdir", "--directory", "--vhost", "--method", "--path":
		return true
	}
	return false
}

// optionValue returns the value of an option if args[k] is that option: the word
// and where the value begins in it.
func optionValue(c *shell.Command, args []shell.Word, k int, option string) (w *shell.Word, from int, ok bool) {
	mode := option[len(option)-1]
	name := strings.TrimRight(option, "+!=")
	v := args[k].Value
	if !strings.HasPrefix(v, "-") && option[0] != '/' {
		return nil, 0, false
	}
	if rest, ok := strings.CutPrefix(v, name); ok && strings.HasSuffix(name, ":") {
		return &args[k], len(v) - len(rest), rest != ""
	}
	if len(name) > 2 {
		if rest, ok := strings.CutPrefix(v, name+"="); ok {
			return &args[k], len(v) - len(rest), rest != ""
		}
		if v == name && mode != '=' && k+1 < len(args) && !strings.HasPrefix(args[k+1].Value, "--") {
			return &args[k+1], 0, true
		}
		return nil, 0, false
	}
	if v == name {
		return nextWord(args, k, mode)
	}
	if strings.HasPrefix(v, name) && (mode == '+' || mode == '!') {
		return &args[k], 2, true
	}
	if rest, ok := strings.CutPrefix(v, name+"="); ok {
		return &args[k], len(v) - len(rest), true
	}
	// The last letter of a bundle: curl -sSLu user:password.
	if mode == '+' && c.Name == "curl" && len(v) > 1 && v[1] != '-' && v[len(v)-1] == name[1] && isLetters(v[1:]) {
		return nextWord(args, k, mode)
	}
	return nil, 0, false
}

func nextWord(args []shell.Word, k int, mode byte) (*shell.Word, int, bool) {
	if mode == '!' || k+1 >= len(args) {
		return nil, 0, false
	}
	return &args[k+1], 0, true
}

func isLetters(v string) bool {
	for i := range len(v) {
		if c := v[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// formed finds the secret inside a value, and judges it.
func (s *scan) formed(sp spot, form knowledge.SecretForm) {
	v := sp.value()
	if sp.from == 0 && len(v) > 1 && v[0] == '-' && form == knowledge.WholeSecret {
		return // the next option: the password is asked for
	}
	cut := func(sep string) bool {
		user, rest, ok := strings.Cut(v, sep)
		if ok && rest != "" {
			sp.from += len(user) + len(sep)
		}
		return ok && rest != ""
	}
	switch form {
	case knowledge.AfterColon:
		if !cut(":") && (!sp.stores && sp.what != "option --auth" || !knowledge.LooksRandom(v)) {
			return
		}
	case knowledge.AfterComma:
		if !cut(",") {
			return
		}
	case knowledge.AfterPercent:
		if !cut("%") {
			return
		}
	case knowledge.AfterEquals:
		if !cut("=") {
			return
		}
	case knowledge.CookieSecret:
		s.cookies(sp)
		return
	case knowledge.AfterSlash:
		if !strings.Contains(v, "@") && (strings.ContainsAny(v, "=.") || strings.Count(v, "/") != 1) || strings.HasPrefix(v, "/") || !cut("/") {
			return
		}
		if at := strings.LastIndexByte(sp.value(), '@'); at >= 0 {
			sp.to = sp.from + at
		}
	case knowledge.PassPrefix:
		if !strings.HasPrefix(v, "pass:") || !cut(":") {
			return
		}
	case knowledge.HeaderSecret:
		s.header(sp)
		return
	case knowledge.BodySecret:
		if !strings.HasPrefix(v, "@") {
			s.pairsOf(sp.ins, sp.cmd, wordText(sp.word, sp.from), sp.what, false)
		}
		return
	case knowledge.BindingSecret:
		s.boundIn(sp, v)
		return
	}
	s.plain(sp)
}

// boundIn judges name=value given as an argument.
func (s *scan) boundIn(sp spot, v string) {
	if strings.HasPrefix(v, "{") {
		s.pairsOf(sp.ins, sp.cmd, wordText(sp.word, sp.from), sp.what, false)
		return
	}
	if strings.Contains(v, ",") {
		s.pairsOf(sp.ins, sp.cmd, wordText(sp.word, sp.from), sp.what, false)
	}
	key, rest, ok := strings.Cut(v, "=")
	if !ok || rest == "" {
		return
	}
	if strings.HasSuffix(strings.ToLower(key), "extraheader") {
		sp.from += len(key) + 1
		s.header(sp)
		return
	}
	if i := strings.LastIndexAny(key, "./:"); i >= 0 {
		key = key[i+1:]
	}
	if strings.HasPrefix(key, "_auth") {
		key = "_authToken"
	}
	if knowledge.ClassifyName(key) != knowledge.NameSecret {
		return
	}
	sp.from += len(v) - len(rest)
	sp.name = key
	s.plain(sp)
}

// header judges "Name: value" of HTTP.
func (s *scan) header(sp spot) {
	v := sp.value()
	name, value, ok := strings.Cut(v, ":")
	if !ok {
		return
	}
	lower := strings.ToLower(strings.TrimSpace(name))
	class := knowledge.ClassifyName(name)
	if lower == "cookie" {
		sp.from += len(name) + 1
		s.cookies(sp)
		return
	}
	if lower != "authorization" && lower != "proxy-authorization" && class != knowledge.NameSecret && class != knowledge.NameWeak &&
		(!strings.Contains(lower, "-api") || !knowledge.LooksRandom(value)) {
		return
	}
	trimmed := strings.TrimLeft(value, " ")
	at := len(v) - len(trimmed)
	if scheme, rest, ok := strings.Cut(trimmed, " "); ok && isLetters(strings.ReplaceAll(scheme, "-", "")) {
		at = len(v) - len(strings.TrimLeft(rest, " "))
	}
	sp.from += at
	sp.name = "token"
	sp.what = "header " + strings.TrimSpace(name)
	if word := sp.value(); strings.ContainsAny(word, " ") || len(word) < 6 || strings.HasPrefix(word, "token=") && strings.Contains(word, "$") {
		return
	}
	if judge("token", sp.value()) == secret {
		s.plain(sp)
	}
}

// cookies judges name=value; name=value of a session.
func (s *scan) cookies(sp spot) {
	v := sp.value()
	sp.what = "cookie"
	for from := 0; from < len(v); {
		to := len(v)
		if i := strings.IndexByte(v[from:], ';'); i >= 0 {
			to = from + i
		}
		name, value, ok := strings.Cut(v[from:to], "=")
		if ok && isSessionName(name) && len(value) >= 16 && knowledge.LooksRandom(value) {
			c := sp
			c.from, c.to = sp.from+to-len(value), sp.from+to
			s.plain(c)
		}
		from = to + 1
	}
}

// isSessionName knows the cookies that let in whoever has them.
func isSessionName(name string) bool {
	name = strings.ToLower(name)
	for _, w := range [...]string{"sess", "token", "auth", "sid", "sso", "jwt", "remember", "login"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// plain judges a value that is the secret itself.
func (s *scan) plain(sp spot) {
	v := sp.value()
	if strings.Trim(v, "*!-x.") == "" || strings.HasPrefix(v, "@") || strings.HasPrefix(v, "file:") || strings.HasPrefix(v, "env:") || strings.HasPrefix(v, "fd:") {
		return
	}
	verdict := judge(sp.name, v)
	if verdict == harmless {
		if strings.HasPrefix(v, "/") || isSubstitution(v) {
			s.followed(&sp)
			return
		}
		return
	}
	if verdict == secret && !isPasswordHash(v) && !sp.word.Static && strings.ContainsAny(v, "$`") && !knowledge.LooksRandom(v) {
		return // parts of it come from elsewhere
	}
	s.found1(&sp, verdict)
}

// found1 reports one spot.
func (s *scan) found1(sp *spot, v verdict) {
	if v != secret && v != weak {
		return
	}
	r := sp.word.Sub(sp.from, sp.to)
	if !s.claim(r) {
		return
	}
	where, inImage := s.place(sp.ins)
	if v == weak {
		s.add(WeakDefault, lint.Diagnostic{
			Range:   s.first(r),
			Message: "The " + sp.what + s.of(sp) + " is a password that everybody tries first, and it is " + where + ": set it when the container starts",
		})
		return
	}
	advice := "give it to the command by a secret mount"
	if sp.ins.Name != "RUN" || s.aside != notAside {
		advice = "read it from a file or a variable that is given at run time"
	}
	s.add(InCommand, lint.Diagnostic{
		Range: s.first(r), Severity: severity(inImage),
		Message: "The " + sp.what + s.of(sp) + " holds a secret, " + s.described(sp.value(), r) + ", which everyone can read " + where + ": " + advice + ", and " + rotate,
		Fixes:   s.commandFixes(sp),
	})
}

func (s *scan) of(sp *spot) string {
	if sp.assign != nil || sp.cmd.Name == "" {
		return ""
	}
	return " of " + path.Base(sp.cmd.Name)
}

// followed reports a build argument or variable with a harmless name that is used
// as a password.
func (s *scan) followed(sp *spot) {
	if s.aside != notAside {
		return
	}
	vars := sp.word.Variables()
	if len(vars) != 1 || sp.ins.Name != "RUN" || vars[0].Default {
		return
	}
	b := s.d.Stages().ScopeAt(sp.ins).Lookup(vars[0].Name)
	if b == nil || b.Pair == nil || b.By == nil || b.Kind == stage.Platform {
		return
	}
	if sp.cmd.Script().Assigns(b.Name) {
		return
	}
	if knowledge.ClassifyName(b.Name) == knowledge.NameSecret || s.args[b.Pair] {
		return // it is reported, or found harmless, by its name
	}
	if s.args == nil {
		s.args = map[*dockerfile.Pair]bool{}
	}
	s.args[b.Pair] = true
	if !b.Pair.Has || b.Pair.Value.Value == "" {
		if b.By.Name == "ARG" && s.stageOf(b.By) != nil {
			s.bareArg(b.By, b.Pair, b.Name)
		}
		return
	}
	value, r := unquote(b.Pair.Value)
	if judge("password", value) != secret && judge("password", value) != weak || !s.claim(r) {
		return
	}
	where, inImage := s.place(b.By)
	kind := InEnv
	if b.By.Name == "ARG" {
		kind = InArg
	}
	if judge("password", value) == weak {
		kind, inImage = WeakDefault, false
	}
	s.add(kind, lint.Diagnostic{
		Range: s.first(r), Severity: severity(inImage),
		Message: b.By.Name + " " + b.Name + " holds a secret, " + s.described(value, r) + ", which everyone can read " + where + ": use a secret mount, and " + rotate,
		Related: []lint.Related{{Range: sp.word.Range, Message: "used as a password here"}},
		Fixes:   s.bindingFixes(b.By, b.Pair, b.Name, secret),
	})
}

// mentionsSecret is a cheap test for words that names of secrets have.
func mentionsSecret(v string) bool {
	for k := range len(v) - 2 {
		switch v[k] | 0x20 {
		case 'p', 's', 't', 'k', 'c', 'a':
			if beginsSecret(v[k:]) {
				return true
			}
		}
	}
	return false
}

func beginsSecret(v string) bool {
	for _, w := range [...]string{"pass", "pwd", "secret", "token", "key", "credential", "auth"} {
		if len(v) >= len(w) && strings.EqualFold(v[:len(w)], w) {
			return true
		}
	}
	return false
}

// unread looks at a script in a language that is not parsed: cmd, PowerShell.
func (s *scan) unread(ins *dockerfile.Instruction, script *shell.Script) {
	t := rawText(s.text[script.Extent.Start:script.Extent.End], script.Extent.Start)
	for _, p := range pairs(t.value) {
		key, value := p.key, t.value[p.from:p.to]
		if knowledge.ClassifyName(key) != knowledge.NameSecret || strings.ContainsAny(value, " %") || strings.HasPrefix(value, "$") || isCode(value) || judge(key, value) != secret {
			continue
		}
		s.inText(ins, &shell.Command{}, t, p.from, p.to, key, "argument "+key)
	}
	s.schemes(ins, &shell.Command{}, t)
	s.secureString(ins, t)
	s.windowsAccounts(ins, t)
}

// windowsAccounts finds passwords by their places: net user NAME x, net use
// \\\\HOST /user:NAME x, setx NAME x, and -p x beside -u.
func (s *scan) windowsAccounts(ins *dockerfile.Instruction, t text) {
	for start, end := range physicalLines(t.value) {
		words := strings.Fields(t.value[start:end])
		line := strings.Join(words, " ")
		shares, logsIn := strings.Contains(strings.ToLower(line), "/user:"), strings.Contains(line, " -u")
		for k := range words {
			if w := passwordAt(words, k, shares, logsIn); w != "" {
				if i := strings.Index(t.value[start:end], w); i >= 0 {
					s.inText(ins, &shell.Command{}, t, start+i, start+i+len(w), "password", "password of an account")
				}
			}
		}
	}
}

// passwordAt is the password in the command of Windows that begins at a word. Whether
// the line shares a folder with a user, or logs one in, is known already.
func passwordAt(words []string, k int, shares, logsIn bool) string {
	next := func(from, n int) string {
		for _, w := range words[min(from, len(words)):] {
			if strings.HasPrefix(w, "/") || strings.HasPrefix(w, `\\`) || strings.HasSuffix(w, ":") {
				continue
			}
			if n--; n == 0 {
				return strings.Trim(w, `"';`)
			}
		}
		return ""
	}
	w := ""
	switch lower := strings.ToLower(words[k]); {
	case k+1 < len(words) && (lower == "net" || lower == "net.exe") && strings.EqualFold(words[k+1], "user"):
		w = next(k+2, 2)
	case k+1 < len(words) && (lower == "net" || lower == "net.exe") && strings.EqualFold(words[k+1], "use") && shares:
		w = next(k+2, 1)
	case lower == "-replace" && k+2 < len(words) && namesPlace(strings.Trim(words[k+1], `'",`)):
		w = strings.Trim(words[k+2], `'"),;`)
	case lower == "setx" && knowledge.ClassifyName(next(k+1, 1)) == knowledge.NameSecret:
		w = next(k+1, 2)
	case lower == "/v" && k+1 < len(words) && knowledge.ClassifyName(words[k+1]) == knowledge.NameSecret:
		w = registryValue(words[k+2:])
	case strings.HasPrefix(lower, "-p=") && logsIn:
		w = strings.Trim(words[k][3:], `"';`)
	}
	if !isTypedPassword(w) || strings.ContainsAny(w, "$%") {
		return ""
	}
	return w
}

// registryValue is the word behind /d in the rest of reg add.
func registryValue(words []string) string {
	for k := 0; k+1 < len(words) && words[k] != "&&"; k++ {
		if strings.EqualFold(words[k], "/d") {
			return strings.Trim(words[k+1], `"`)
		}
	}
	return ""
}

// secureString finds what PowerShell is told to treat as a password:
// ConvertTo-SecureString "..." -AsPlainText, and -Password "...".
func (s *scan) secureString(ins *dockerfile.Instruction, t text) {
	lower := strings.ToLower(t.value)
	for _, word := range [...]string{"convertto-securestring ", "-string ", "-password ", "-apikey ", "-token ", "/p:password="} {
		if word == "-string " && !strings.Contains(lower, "convertto-securestring") {
			continue
		}
		for i := 0; ; {
			n := strings.Index(lower[i:], word)
			if n < 0 {
				break
			}
			i += n + len(word)
			end := i
			if end < len(lower) && (lower[i] == '"' || lower[i] == '\'') {
				end = i + 1 + max(strings.IndexByte(lower[i+1:], lower[i]), 0)
				s.inText(ins, &shell.Command{}, t, i+1, end, "password", "password")
				continue
			}
			for end < len(lower) && strings.IndexByte(" \t\r\n;|)", lower[end]) < 0 {
				end++
			}
			if v := t.value[i:end]; !strings.ContainsAny(v, "$(%-") {
				s.inText(ins, &shell.Command{}, t, i, end, "password", "password")
			}
		}
	}
}
