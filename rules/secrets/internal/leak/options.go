package leak

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
)

// options judges options of any program whose name promises a secret, and
// properties such as -Ddb.password=.
func (s *scan) options(ins *dockerfile.Instruction, c *shell.Command) {
	args := c.Args()
	for k := range args {
		v := args[k].Value
		if v == "-p" || v == "-P" {
			s.login(ins, c, k)
			continue
		}
		if (v == "--key" || v == "-t" && isShell(c.Name)) && k+1 < len(args) {
			if w := &args[k+1]; w.Static && isIssuedKey(w.Value) {
				s.plain(spot{ins: ins, cmd: c, word: w, to: len(w.Value), what: "option " + v, name: "token"})
			}
			continue
		}
		if (v == "-H" || v == "--header") && k+1 < len(args) {
			s.header(spot{ins: ins, cmd: c, word: &args[k+1], to: len(args[k+1].Value)})
			continue
		}
		if len(v) >= 4 && (v[0] == '-' || v[0] == '/' || v[0] == '+') {
			s.option(ins, c, k)
		}
	}
}

// option judges one of the options of a command by its name.
func (s *scan) option(ins *dockerfile.Instruction, c *shell.Command, k int) {
	args := c.Args()
	v := args[k].Value
	name, value, has := strings.Cut(v, "=")
	s.accountOption(ins, c, k, name, value, has)
	short, ok := optionName(name, has)
	if has && value == "" || short == "" {
		return
	}
	sp := spot{ins: ins, cmd: c, what: "option " + name, name: short}
	switch {
	case has:
		sp.word, sp.from, sp.to = &args[k], len(v)-len(value), len(v)
	case k+1 < len(args):
		sp.word, sp.to = &args[k+1], len(args[k+1].Value)
	default:
		return
	}
	if !ok {
		s.otherOption(sp)
		return
	}
	if has || sp.word.Static && isOptionSecret(short, sp.word.Value) {
		s.plain(sp)
	}
}

// otherOption judges the values of options whose names promise less: keys of
// services, and commands that print a password.
func (s *scan) otherOption(sp spot) {
	if !sp.word.Static {
		return
	}
	lower := strings.ToLower(sp.name)
	if strings.HasSuffix(lower, "-command") || strings.HasSuffix(lower, "eval") || strings.HasSuffix(lower, "-cmd") {
		if mentionsSecret(lower) {
			s.printedPassword(sp)
		}
		return
	}
	if strings.HasSuffix(lower, "key") && len(lower) > len("key") && knowledge.ClassifyName(sp.name) == knowledge.NameWeak && !isLabelKey(lower) && isIssuedKey(sp.value()) {
		sp.name = "token"
		s.plain(sp)
	}
}

// isLabelKey knows the keys that name a thing instead of opening it.
func isLabelKey(name string) bool {
	for _, word := range [...]string{"project", "site", "object", "host", "gpg", "pgp", "sort", "ssh", "tls", "ssl", "client-key", "state", "kms", "trusted", "foreign", "component", "package", "recv", "import", "fetch", "sign", "verif", "export", "delete", "repo"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// isShell knows the programs whose options are those of the script that they get.
func isShell(name string) bool { return name == "bash" || name == "sh" }

// isIssuedKey knows the keys that services hand out, by their form alone: a UUID,
// or letters of both cases with digits.
func isIssuedKey(v string) bool {
	if strings.Trim(v, "0123456789abcdef-") == "" {
		return len(v) == 36 && v[8] == '-' && v[13] == '-' && v[18] == '-' && v[23] == '-' && judge("token", v) == secret
	}
	return strings.ToLower(v) != v && !strings.ContainsAny(v, "/:.,@=") && strings.Trim(v, "0123456789ABCDEF") != "" && isGenerated(v)
}

// accountOption judges options whose value is user:password, or base64 of it.
func (s *scan) accountOption(ins *dockerfile.Instruction, c *shell.Command, k int, name, value string, has bool) {
	bare := strings.TrimLeft(name, "-")
	if bare == "" || strings.IndexByte("abcgl", bare[0]|0x20) < 0 {
		return
	}
	switch strings.ToLower(bare) {
	case "auth", "credentials", "creds", "credential", "basic-auth", "basicauth", "basic-auth-credentials", "git_basic_authorization", "authorization", "login":
	default:
		return
	}
	args := c.Args()
	w, from := &args[k], len(args[k].Value)-len(value)
	if !has {
		if k+1 >= len(args) {
			return
		}
		w, from = &args[k+1], 0
		value = w.Value
	}
	sp := spot{ins: ins, cmd: c, word: w, from: from, to: len(w.Value), what: "option " + name, name: "password"}
	if hidesSecret(value) {
		s.found1(&sp, secret)
		return
	}
	if user, password, ok := strings.Cut(value, ":"); ok && user != "" && isTypedPassword(password) && w.Static {
		sp.from += len(user) + 1
		s.plain(sp)
	}
}

// optionName is the part of an option's name that promises a secret: "password"
// of -Ddb.password.
func optionName(name string, has bool) (string, bool) {
	if len(name) > 60 || strings.ContainsAny(name, "$`(") {
		return "", false
	}
	switch {
	case strings.HasPrefix(name, "-D"), strings.HasPrefix(name, "-P"):
		name = name[2:]
	case strings.HasPrefix(name, "/d:"), strings.HasPrefix(name, "/p:"):
		name = name[3:]
	case strings.HasPrefix(name, "--"):
		name = name[2:]
	case len(name) > 4 && (name[0] == '-' || name[0] == '+'), name[0] == '-' && has:
		name = name[1:]
	default:
		return "", false
	}
	short := name
	if i := strings.LastIndexAny(name, "./:"); i >= 0 {
		short = name[i+1:]
	}
	switch lower := strings.ToLower(short); {
	case strings.HasSuffix(name, "sonar.login"):
		return "token", true
	case lower == "_authtoken" || lower == "_auth" || lower == "_password":
		return "authToken", true
	case lower == "setcookie":
		return "token", true
	case strings.HasPrefix(lower, "with-"), strings.HasPrefix(lower, "enable-"):
		return "", false
	}
	if knowledge.ClassifyName(short) == knowledge.NameSecret {
		return short, true
	}
	kind, _, _ := strings.Cut(strings.TrimSuffix(name[:len(name)-len(short)], "."), "=")
	if i := strings.LastIndexByte(kind, '.'); isPasswordOption(strings.ToLower(kind[i+1:])) {
		both := name[i+1:] // --realm.passwd.admin: whose password
		return both, knowledge.ClassifyName(both) == knowledge.NameSecret
	}
	return short, false
}

// isOptionSecret judges the word behind an option. Whether it is its value is not
// known: only what is surely no operand counts.
func isOptionSecret(name, value string) bool {
	if strings.HasPrefix(value, "-") || strings.ContainsAny(value, " /") || judge(name, value) != secret {
		return false
	}
	return knowledge.LooksRandom(value) || isPasswordOption(strings.ToLower(name))
}

func isPasswordOption(name string) bool {
	for _, end := range [...]string{"password", "passwd", "pass", "pwd", "passphrase"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return name == "secret" || name == "token"
}

// login judges the word behind -p where a user is named, too.
func (s *scan) login(ins *dockerfile.Instruction, c *shell.Command, k int) {
	args := c.Args()
	if k+1 >= len(args) || !hasWord(args, "-u", "-U", "--user", "--username", "-username", "--login", "-login") {
		return
	}
	w := &args[k+1]
	if w.Static && isTypedPassword(w.Value) {
		s.plain(spot{ins: ins, cmd: c, word: w, to: len(w.Value), what: "option " + args[k].Value, name: "password"})
	}
}

// isTypedPassword reports whether a word is more likely a password than the name
// of anything: letters with digits or marks among them.
func isTypedPassword(v string) bool {
	if len(v) < 6 || strings.ContainsAny(v, "/:=,") || v[0] == '-' || judge("password", v) != secret {
		return false
	}
	var letters, digits, marks bool
	for i := range len(v) {
		switch c := v[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			letters = true
		case '0' <= c && c <= '9':
			digits = true
		case c != '.' && c != '-' && c != '_':
			marks = true
		}
	}
	return letters && (digits || marks || len(v) >= 8 && (knowledge.Unspeakable(v) || knowledge.IsScrambled(v)))
}

// operands judges name=value, and connection strings, among the arguments of any
// program.
func (s *scan) operands(ins *dockerfile.Instruction, c *shell.Command) {
	switch c.Name {
	case "echo", "printf", "sed", "awk", "perl", "grep", "test", "[", "[[", "jq", "find", "export", "env", "curl", "wget", "php",
		"apt-get", "apt", "apk", "dnf", "yum", "microdnf", "zypper", "pip", "pip3", "conda", "mamba":
		return // looked at elsewhere, patterns, or packages with their versions
	}
	args := c.Args()
	for k := range args {
		w := &args[k]
		if b, ok := account(w.Value); ok && w.Static {
			s.plain(spot{ins: ins, cmd: c, word: w, from: b.from, to: b.to, what: "argument", name: "password"})
			continue
		}
		if len(w.Value) < 8 || w.Value[0] == '-' || !mentionsSecret(w.Value) {
			continue
		}
		if strings.IndexByte(w.Value, '=') < 1 && (w.Value[0] != '{' || !strings.Contains(w.Value, ":")) {
			continue
		}
		s.pairsOf(ins, c, wordText(w, 0), "argument of "+path.Base(c.Name), false)
	}
}

// accountWords judges the second operand of what logs in or makes an account:
// +login NAME x, create-user NAME x. It takes what is surely a password only.
func (s *scan) accountWords(ins *dockerfile.Instruction, c *shell.Command) {
	switch c.Name {
	case "docker", "podman", "helm", "skopeo", "buildah", "oras", "crane", "useradd", "usermod", "echo", "printf", "az", "gh":
		return
	}
	args := c.Args()
	for k := range args {
		if !isAccountVerb(args[k].Value) || k+1 >= len(args) {
			continue
		}
		name, w := &args[k+1], &args[k+1]
		if k+2 < len(args) && (!isStrongPassword(w.Value) || isStrongPassword(args[k+2].Value)) {
			w = &args[k+2]
		}
		if k+3 < len(args) && !isStrongPassword(w.Value) && w.Static {
			w = &args[k+3] // register NAME HOST x
		}
		if strings.IndexByte("-+", (name.Value + "-")[0]) < 0 && w.Static && isStrongPassword(w.Value) {
			s.plain(spot{ins: ins, cmd: c, word: w, to: len(w.Value), what: "argument", name: "password"})
		}
	}
}

func isAccountVerb(v string) bool {
	for v != "" && (v[0] == '-' || v[0] == '+') {
		v = v[1:]
	}
	if len(v) < len("login") || len(v) > len("change-password") {
		return false
	}
	switch strings.ToLower(v) {
	case "login", "logon", "signin", "adduser", "add-user", "add_user", "create-user", "create_user", "createuser", "user-add", "useradd", "register",
		"passwd", "passwords", "set-passwd", "set_password", "setpassword", "set-password", "change-password", "change_password", "changepassword", "reset-password",
		"password", "add-login", "unlock":
		return true
	}
	return false
}

// isStrongPassword reports whether a word is nothing but a password: letters in
// both cases with digits or marks, or letters that nobody can speak.
func isStrongPassword(v string) bool {
	if len(v) < 8 || strings.ContainsAny(v, "/:=.,@") || judge("password", v) != secret {
		return false
	}
	both := strings.ToLower(v) != v && strings.ToUpper(v) != v
	return both && (isTypedPassword(v) || knowledge.Unspeakable(v))
}

// keyed judges the operand behind one that is called like a secret, where a
// command stores things: set db.password x, put app/token x.
func (s *scan) keyed(ins *dockerfile.Instruction, c *shell.Command) {
	switch c.Name {
	case "", "echo", "printf", "sed", "grep", "awk", "apt-get", "apk", "yum", "dnf", "npm", "pip":
		return
	}
	args := c.Args()
	stores := c.Name == "git" || c.Name == "setx" || isStoreVerb(c.Name)
	for k := 0; k+1 < len(args); k++ {
		v := args[k].Value
		if strings.HasPrefix(v, "-") {
			continue
		}
		verb := isStoreVerb(v)
		if stores && !verb || isSetter(v) {
			s.keyedAt(ins, c, k)
		}
		stores = stores || verb
	}
}

func (s *scan) keyedAt(ins *dockerfile.Instruction, c *shell.Command, k int) {
	args := c.Args()
	key := args[k].Value
	if i := strings.LastIndexAny(key, "./:"); i >= 0 {
		key = key[i+1:]
	}
	if strings.ContainsAny(key, " =") || knowledge.ClassifyName(key) != knowledge.NameSecret && !isDirective(key) {
		return
	}
	for k++; k < len(args) && strings.HasPrefix(args[k].Value, "-"); k++ {
	}
	if k >= len(args) {
		return
	}
	w := &args[k]
	if isSetter(args[k-1].Value) && k+1 < len(args) && !isTypedPassword(w.Value) && isStrongPassword(args[k+1].Value) {
		k++ // set-credentials NAME x
		w = &args[k]
	}
	if w.Static && (isTypedPassword(w.Value) || judge(key, w.Value) == secret && knowledge.LooksRandom(w.Value)) {
		s.plain(spot{ins: ins, cmd: c, word: w, to: len(w.Value), what: "argument " + args[k-1].Value, name: key, stores: true})
	}
}

func isStoreVerb(v string) bool {
	switch v {
	case "set", "put", "write", "config", "add", "create", "insert", "update", "setval", "define", "store":
		return true
	}
	return false
}

// isSetter knows subcommands such as set-initial-password.
func isSetter(v string) bool {
	for _, p := range [...]string{"set-", "set_", "change-", "change_", "reset-"} {
		if strings.HasPrefix(v, p) {
			return true
		}
	}
	return false
}

// optionsIn finds options with secrets in a text that holds arguments for a
// program: -Ddb.password=x --token x.
func optionsIn(v string) []textPair {
	var out []textPair
	var last textPair
	for from := 0; from < len(v); {
		for from < len(v) && isBlankByte(v[from]) {
			from++
		}
		to := from
		for to < len(v) && !isBlankByte(v[to]) {
			to++
		}
		word := v[from:to]
		name, value, has := strings.Cut(word, "=")
		switch {
		case last.key != "" && !strings.HasPrefix(word, "-") && isOptionSecret(last.key, word):
			out = append(out, textPair{key: last.key, from: from, to: to})
			last.key = ""
		case len(word) > 3 && word[0] == '-':
			short, ok := optionName(name, has)
			if last.key = ""; ok && has {
				if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
					out = append(out, textPair{key: short, from: to - n + 1, to: to - 1})
				} else if n > 0 {
					out = append(out, textPair{key: short, from: to - n, to: to})
				}
			} else if ok {
				last.key = short
			}
		default:
			last.key = ""
		}
		from = to
	}
	return out
}

func isBlankByte(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
