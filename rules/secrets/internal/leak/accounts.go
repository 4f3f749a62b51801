package leak

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
)

// accountsOf judges the lines of a file that holds accounts in a form of its own.
// It reports false when the file is none.
func (s *scan) accountsOf(ins *dockerfile.Instruction, c *shell.Command, t text, target string) bool {
	form, known := knowledge.AccountFile(target)
	if !known {
		return false
	}
	base := strings.ToLower(path.Base(target))
	for start, end := range lines(t.value) {
		line := t.value[start:end]
		if line == "" || line[0] == '#' {
			continue
		}
		if from, to := accountPassword(line, form); from < to {
			s.inText(ins, c, t, start+from, start+to, "password", "password in "+base)
		}
	}
	return form != knowledge.BehindWord // those have settings, too
}

// accountPassword finds the password in a line.
func accountPassword(line string, form knowledge.AccountForm) (from, to int) {
	switch form {
	case knowledge.PasswordLast:
		if strings.Count(line, ":") >= 4 {
			return trimmed(line, strings.LastIndexByte(line, ':')+1, len(line))
		}
	case knowledge.PasswordBehindColon:
		if i := strings.IndexByte(line, ':'); i > 0 {
			to = len(line)
			if n := strings.IndexByte(line[i+1:], ':'); n > 0 {
				to = i + 1 + n
			}
			return trimmed(line, i+1, to)
		}
	case knowledge.PasswordAndRoles:
		if i := strings.IndexAny(line, ":="); i > 0 && !strings.ContainsAny(strings.TrimSpace(line[:i]), " .") {
			to = len(line)
			if n := strings.IndexByte(line[i+1:], ','); n >= 0 {
				to = i + 1 + n
			}
			return trimmed(line, i+1, to)
		}
	case knowledge.SecondWord:
		return nthWord(line, 2, 2)
	case knowledge.ThirdWord:
		return nthWord(line, 3, 4)
	case knowledge.InLastWord:
		start := strings.LastIndexAny(strings.TrimRight(line, " \t\r"), " \t") + 1
		if i := strings.IndexByte(line[start:], ':'); start > 0 && i > 0 {
			return trimmed(line, start+i+1, len(line))
		}
	case knowledge.QuotedPassword:
		if parts := strings.Split(line, `"`); len(parts) >= 5 {
			from = len(parts[0]) + len(parts[1]) + len(parts[2]) + 3
			return from, from + len(parts[3])
		}
	case knowledge.BehindWord:
		return behindWord(line)
	}
	return 0, 0
}

// nthWord returns the n-th word of a line that has at most so many.
func nthWord(line string, n, most int) (from, to int) {
	count := 0
	for i := 0; i < len(line); {
		for i < len(line) && isBlankByte(line[i]) {
			i++
		}
		start := i
		for i < len(line) && !isBlankByte(line[i]) {
			i++
		}
		if start == i {
			break
		}
		if count++; count == n {
			from, to = start, i
		}
	}
	if count < n || count > most {
		return 0, 0
	}
	return trimmed(line, from, to)
}

// behindWord returns what stands behind a word such as password in a line of
// words: user NAME insecure-password X, createUser NAME SHA X.
func behindWord(line string) (from, to int) {
	words := strings.Fields(line)
	for k := 0; k+1 < len(words); k++ {
		skip := 0
		switch strings.ToLower(words[k]) {
		case "insecure-password", "password", "pass", "passwd", "psk", "eap", "xauth", "-pw", "plain", "x9", "sha", "md5", "sha256", "sha512", "aes", "des":
			skip = 1
		case "cleartext-password", "secret":
			if words[k+1] == ":=" || words[k+1] == "=" {
				skip = 2
			}
		}
		if skip == 0 || k+skip >= len(words) {
			continue
		}
		word := words[k+skip]
		if i := strings.Index(line, " "+word); i >= 0 && len(word) > 5 {
			return trimmed(line, i+1, i+1+len(word))
		}
	}
	return 0, 0
}

// trimmed leaves blanks, quotes and marks of the end out.
func trimmed(line string, from, to int) (int, int) {
	for from < to && strings.IndexByte(" \t\"'\\", line[from]) >= 0 {
		from++
	}
	for to > from && strings.IndexByte(" \t\"'\\;,\r", line[to-1]) >= 0 {
		to--
	}
	return from, to
}

// grants judges what makes accounts in lines of many files: user NAME on >x of
// Redis, login=NAME:x of Squid, NAME:hash.
func (s *scan) grants(ins *dockerfile.Instruction, c *shell.Command, t text) {
	for _, mark := range [...]string{" on ", "login=", "stats auth "} {
		for i := 0; ; {
			n := strings.Index(t.value[i:], mark)
			if n < 0 {
				break
			}
			i += n + len(mark)
			end := i
			for end < len(t.value) && !isBlankByte(t.value[end]) && t.value[end] != '\\' && t.value[end] != '"' {
				end++
			}
			word := t.value[i:end]
			if mark == " on " && strings.HasPrefix(word, ">") {
				s.inText(ins, c, t, i+1, end, "password", "password of an account")
			} else if user, password, ok := strings.Cut(word, ":"); ok && mark != " on " && isTypedPassword(password) {
				s.inText(ins, c, t, i+len(user)+1, end, "password", "password of an account")
			}
			i = end
		}
	}
}

// hashedHere finds a password that a script gives to a function that hashes or
// sets it: bcrypt('x'), Hash::make("x"), user.set_password('x').
func (s *scan) hashedHere(ins *dockerfile.Instruction, c *shell.Command, t text) {
	lower := strings.ToLower(t.value)
	for i := 0; ; {
		n := strings.IndexByte(lower[i:], '(')
		if n < 0 {
			return
		}
		i += n + 1
		if !hashesPassword(lower[:i-1]) {
			continue
		}
		from := i
		if from < len(lower) && lower[from] == '\\' {
			from++
		}
		if from >= len(lower) || lower[from] != '\'' && lower[from] != '"' {
			continue
		}
		end := strings.IndexByte(lower[from+1:], lower[from])
		if end < 1 {
			continue
		}
		end += from + 1
		if lower[end-1] == '\\' {
			end--
		}
		s.inText(ins, c, t, from+1, end, "password", "password that is hashed here")
	}
}

func hashesPassword(before string) bool {
	before = before[max(0, len(before)-24):]
	for _, name := range [...]string{
		"bcrypt", "hash::make", "password_hash", "make_password", "generate_password_hash", "hashpw", "hashsync", "set_password", "setpassword",
		"encodepassword", "encode_password", "bcrypt.hash", "argon2.hash", "sha512_crypt.hash", "sha512crypt.hash", "hash_password", "hashpassword", "get_password_hash", "check_password",
	} {
		if strings.HasSuffix(before, name) {
			return true
		}
	}
	return false
}

// isLicence knows the form of serial numbers: groups of capitals and digits.
func isLicence(v string) bool {
	if len(v) < 12 || len(v) > 64 || strings.Trim(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" || strings.Trim(v, "ABCDEF0123456789-") == "" {
		return false
	}
	groups, mixed := 0, 0
	for part := range strings.SplitSeq(v, "-") {
		if len(part) < 2 || len(part) > 10 {
			return false
		}
		groups++
		if strings.Trim(part, "0123456789") != "" && strings.ContainsAny(part, "0123456789") {
			mixed++
		}
	}
	return groups >= 3 && mixed >= 2
}

// licences judges the words that look like serial numbers where a product is
// activated.
func (s *scan) licences(ins *dockerfile.Instruction, c *shell.Command) {
	args := c.Args()
	for k := range args {
		w := &args[k]
		if strings.Count(w.Value, "-") < 2 || !w.Static {
			continue
		}
		name, value, has := strings.Cut(w.Value, "=")
		if !has {
			value = w.Value
		}
		if isLicence(value) && (activates(c.Name) || has && activates(name) || k > 0 && activates(args[k-1].Value)) {
			s.plain(spot{ins: ins, cmd: c, word: w, from: len(w.Value) - len(value), to: len(w.Value), what: "serial number", name: "token"})
		}
	}
}

func activates(word string) bool {
	word = strings.ToLower(word)
	for _, part := range [...]string{"serial", "licen", "activat", "register", "/ipk", "productkey", "product-key", "product_key", "regcode", "unlock", "pidkey", "-key"} {
		if strings.Contains(word, part) {
			return true
		}
	}
	return false
}

// phrases judges the words of a wallet behind an option that promises them.
func (s *scan) phrases(ins *dockerfile.Instruction, c *shell.Command) {
	args := c.Args()
	for k := range args {
		w := &args[k]
		if strings.Count(w.Value, " ") < 11 || !w.Static {
			continue
		}
		name, value, has := strings.Cut(w.Value, "=")
		if !has {
			value = w.Value
			if k == 0 {
				continue
			}
			name = args[k-1].Value
		}
		if isSeedOption(name) && isPhrase(value) {
			s.found1(&spot{ins: ins, cmd: c, word: w, from: len(w.Value) - len(value), to: len(w.Value), what: "option " + name, name: "mnemonic"}, secret)
		}
	}
}

func isSeedOption(name string) bool {
	name = strings.ToLower(strings.TrimLeft(name, "-"))
	for _, part := range [...]string{"mnemonic", "seed", "suri", "phrase", "words", "recover"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return name == "m" || name == "w"
}

// isPhrase accepts the words of a wallet, except those of the examples that
// everybody uses, which say one word again and again.
func isPhrase(v string) bool {
	words := strings.Fields(v)
	if len(words) < 12 || len(words) > 24 || len(words)%3 != 0 {
		return false
	}
	seen := map[string]bool{}
	for _, w := range words {
		if len(w) < 3 || len(w) > 8 || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
		seen[w] = true
	}
	return len(seen)*3 >= len(words)*2
}

// remoteAccounts judges NAME:x@HOST among the arguments.
func (s *scan) remoteAccounts(ins *dockerfile.Instruction, c *shell.Command) {
	args := c.Args()
	for k := range args {
		w := &args[k]
		at := strings.LastIndexByte(w.Value, '@')
		if at < 4 || !w.Static || w.Value[0] == '-' || strings.Contains(w.Value, "://") || strings.ContainsAny(w.Value, " \"'[]{}<>()$") {
			continue
		}
		user, password, ok := strings.Cut(w.Value[:at], ":")
		if ok && user != "" && strings.Trim(strings.ToLower(user), "abcdefghijklmnopqrstuvwxyz0123456789_-.") == "" &&
			isTypedPassword(password) && isHostName(w.Value[at+1:]) {
			s.plain(spot{ins: ins, cmd: c, word: w, from: len(user) + 1, to: at, what: "argument", name: "password"})
		}
	}
}

// isHostName accepts names with a dot or a path behind, and localhost.
func isHostName(v string) bool {
	host := v
	if i := strings.IndexAny(v, ":/"); i >= 0 {
		host = v[:i]
	}
	return host == "localhost" || host != "" && isLetters(host[:1]) && strings.Contains(host, ".") &&
		strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789-.") == "" && host != "sha256"
}

// printedPassword judges the value of an option such as --password-command that
// prints the password: 'echo x'.
func (s *scan) printedPassword(sp spot) {
	v := sp.value()
	for _, program := range [...]string{"echo ", "printf ", "/bin/echo "} {
		rest, ok := strings.CutPrefix(v, program)
		if !ok {
			continue
		}
		rest = strings.Trim(rest, "'\" ")
		if isTypedPassword(rest) && !strings.Contains(rest, " ") {
			sp.from += strings.Index(v, rest)
			sp.to = sp.from + len(rest)
			s.plain(sp)
		}
		return
	}
}

// edited judges what programs that edit files are told to put behind a name: an
// argument for jq, a value for xmlstarlet, a rule of access for redis-cli.
func (s *scan) edited(ins *dockerfile.Instruction, c *shell.Command) {
	args := c.Args()
	for k := range args {
		w := &args[k]
		if k == 0 || !w.Static || len(w.Value) < 6 {
			continue
		}
		from := 0
		switch c.Name {
		case "redis-cli", "valkey-cli":
			if w.Value[0] != '>' || !hasWord(args, "SETUSER", "setuser") {
				continue
			}
			from = 1
		case "jq", "yq":
			if k < 2 || args[k-2].Value != "--arg" || knowledge.ClassifyName(args[k-1].Value) != knowledge.NameSecret {
				continue
			}
		case "xmlstarlet", "xml":
			if k < 2 || args[k-1].Value != "-v" || !endsInSecret(args[k-2].Value) {
				continue
			}
		default:
			return
		}
		if isTypedPassword(w.Value[from:]) {
			s.plain(spot{ins: ins, cmd: c, word: w, from: from, to: len(w.Value), what: "argument", name: "password"})
		}
	}
}

// endsInSecret reports whether the last name of a path promises a secret.
func endsInSecret(p string) bool {
	return knowledge.ClassifyName(p[strings.LastIndexAny(p, "/@:")+1:]) == knowledge.NameSecret
}
