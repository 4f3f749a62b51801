package knowledge

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// NameClass says what the name of a variable promises about its value.
type NameClass uint8

// The classes of names.
const (
	// NameOther promises nothing.
	NameOther NameClass = iota
	// NameSecret promises a secret: DB_PASSWORD, NPM_TOKEN.
	NameSecret
	// NameWeak may hold a secret: SITE_KEY, GPG_KEY. Only a value that looks
	// random decides.
	NameWeak
	// NamePublic is about the public half: JWT_PUBLIC_KEY.
	NamePublic
	// NameLocation says where a secret is, not what: PASSWORD_FILE.
	NameLocation
)

// String returns the class in a word, for tests and debugging.
func (c NameClass) String() string {
	return [...]string{"other", "secret", "weak", "public", "location"}[c]
}

// ClassifyName judges the name of an environment variable, a build argument or
// a setting. Words may be joined by punctuation or by case: DB_PASS, dbPassword,
// api-key.
func ClassifyName(name string) NameClass {
	c, ok := classifiedNames.get(name)
	if !ok {
		c = classifyName(name)
		if len(name) <= longName && !classifiedNames.full() {
			classifiedNames.put(strings.Clone(name), c)
		}
	}
	return c
}

const longName = 64 // bytes; longer ones are no names

var classifiedNames = memo[string, NameClass]{limit: 4096}

func classifyName(name string) NameClass {
	if c, ok := knownName(name); ok {
		return c
	}
	var buf [16]string
	words, bundled := stripPublicPrefix(splitName(buf[:0], name))
	words = dropNeutral(words)
	at, kind := lastSecretWord(words)
	if kind == wordNone {
		return NameOther
	}
	before, after := words[:at], words[at+1:]
	for _, w := range after {
		if isLocationWord(w) {
			return NameLocation
		}
		if isAspectWord(w) {
			return NameOther
		}
	}
	if slices.ContainsFunc(before, isSwitchWord) && kind != wordKey {
		return NameOther
	}
	if slices.ContainsFunc(words, isPublicWord) || kind == wordKey && isCaptcha(before) {
		return NamePublic
	}
	c := classifyKind(kind, words[at], before)
	if bundled && kind != wordPassword && kind != wordSecret && c != NameOther {
		return NamePublic
	}
	if len(after) > 0 && c == NameSecret && kind != wordPassword {
		return NameWeak
	}
	return c
}

// isCaptcha knows the keys that pages with a CAPTCHA show: the other half of the
// pair is called secret.
func isCaptcha(before []string) bool {
	return len(before) > 1 && before[len(before)-1] == "site" && slices.ContainsFunc(before, func(w string) bool {
		return strings.HasSuffix(w, "captcha") || w == "turnstile"
	})
}

// knownName knows the names that their words say wrong.
func knownName(name string) (NameClass, bool) {
	switch strings.ToUpper(name) {
	case "PWD", "OLDPWD", "SSH_AUTH_SOCK", "XAUTHORITY", "GIT_ASKPASS", "SSH_ASKPASS", "SUDO_ASKPASS",
		"SECRET_KEY_BASE_DUMMY", "PYTHON_KEYRING_BACKEND", "PASSWORD_STORE_ENABLE_EXTENSIONS":
		return NameOther, true
	case "GOOGLE_APPLICATION_CREDENTIALS", "AWS_SHARED_CREDENTIALS_FILE", "DOCKER_CONFIG", "KUBECONFIG", "NETRC":
		return NameLocation, true
	case "ID_RSA", "ID_ED25519", "ID_ECDSA", "ID_DSA", "NETRC_CONTENT", "NETRC_CONTENTS", "NPMRC_CONTENT", "SSH_ID_RSA", "PEPPER", "WEBHOOK_SIGNING", "SEED_PHRASE", "RECOVERY_PHRASE", "WALLET_SEED":
		return NameSecret, true
	case "HMAC":
		return NameWeak, true
	case "DOCKER_AUTH_CONFIG", "VSS_NUGET_EXTERNAL_FEED_ENDPOINTS", "NUGETPACKAGESOURCECREDENTIALS",
		"VAULT_DEV_ROOT_TOKEN_ID", "BAO_DEV_ROOT_TOKEN_ID", "VAULT_SECRET_ID", "APPROLE_SECRET_ID", "VAULT_APPROLE_SECRET_ID", "ARM_CLIENT_SECRET", "COMPOSER_AUTH":
		return NameSecret, true
	case "AWS_ACCESS_KEY_ID":
		return NameWeak, true
	}
	if rest, ok := strings.CutPrefix(name, "BUNDLE_"); ok && strings.Contains(rest, "__") && rest == strings.ToUpper(rest) {
		return NameSecret, true // BUNDLE_GEMS__EXAMPLE__COM: the credentials for a host
	}
	if rest, ok := strings.CutPrefix(name, "TF_TOKEN_"); ok && rest != "" {
		return NameSecret, true
	}
	return NameOther, false
}

// splitName appends the words of a name in lower case: parts between
// punctuation, cut where the case changes and after digits.
func splitName(words []string, name string) []string {
	start := 0
	flush := func(end int) {
		if end > start {
			words = splitGlued(words, strings.ToLower(name[start:end]))
		}
		start = end
	}
	for i := range len(name) {
		c := name[i]
		switch {
		case !isLetter(c) && !isDigit(c):
			flush(i)
			start = i + 1
		case i == start:
		case isUpper(c) && isLower(name[i-1]):
			flush(i)
		case isLower(c) && isUpper(name[i-1]) && i-1 > start && isUpper(name[i-2]) && i+1 < len(name) && isLower(name[i+1]):
			flush(i - 1) // the last of several capitals begins a word: DBPassword
		case isLetter(c) && isDigit(name[i-1]):
			flush(i)
		}
	}
	flush(len(name))
	return words
}

func isUpper(c byte) bool  { return 'A' <= c && c <= 'Z' }
func isLower(c byte) bool  { return 'a' <= c && c <= 'z' }
func isLetter(c byte) bool { return isUpper(c) || isLower(c) }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

// splitGlued appends word to words, a secret word at its end apart: pgpassword,
// apikey.
func splitGlued(words []string, word string) []string {
	trimmed := strings.TrimRight(word, "0123456789")
	for _, tail := range [...]string{
		"password", "passwords", "passwd", "passphrase", "passcode", "secret", "token", "apikey", "credentials", "pswd",
	} {
		if head, ok := strings.CutSuffix(trimmed, tail); ok && head != "" {
			if tail == "apikey" {
				return append(words, head, "api", "key")
			}
			return append(words, head, tail)
		}
	}
	switch trimmed {
	case "apikey", "apikeys":
		return append(words, "api", "key")
	case "secretkey", "privatekey", "accesskey", "authkey", "masterkey", "signingkey", "encryptionkey", "sshkey",
		"deploykey", "licensekey", "privkey", "appkey", "servicekey", "accountkey", "publickey", "pubkey", "gpgkey", "pgpkey":
		return append(words, strings.TrimSuffix(trimmed, "key"), "key")
	case "dbpass", "rootpass", "sshpass", "adminpass", "userpass", "mypass", "mysqlpass", "pgpass", "sqlpass", "sudopass",
		"storepass", "keypass", "redispass", "mailpass", "smtppass", "ftppass", "vncpass", "webpass", "ldappass", "apipass",
		"httppass", "proxypass", "loginpass", "masterpass", "defaultpass", "certpass", "jkspass", "dbapass":
		return append(words, strings.TrimSuffix(trimmed, "pass"), "pass")
	case "bindpw", "rootpw", "dbpw", "adminpw", "userpw", "syspw", "loginpw":
		return append(words, strings.TrimSuffix(trimmed, "pw"), "pw")
	case "authtok":
		return append(words, "auth", "token")
	case "dbpwd", "rootpwd", "userpwd", "adminpwd", "mysqlpwd", "sapwd", "oraclepwd":
		return append(words, strings.TrimSuffix(trimmed, "pwd"), "pwd")
	}
	return append(words, word)
}

// stripPublicPrefix drops the prefixes with which bundlers mark variables that
// end up in what browsers load.
func stripPublicPrefix(words []string) ([]string, bool) {
	if len(words) < 2 {
		return words, false
	}
	switch words[0] + "_" + words[1] {
	case "next_public", "nuxt_public", "expo_public", "react_app", "vue_app":
		return words[2:], true
	}
	switch words[0] {
	case "vite", "gatsby":
		return words[1:], true
	}
	return words, false
}

// dropNeutral drops the words at the end that say which secret, not what else.
func dropNeutral(words []string) []string {
	for len(words) > 1 {
		switch last := words[len(words)-1]; last {
		case "base", "value", "base64", "b", "b64", "raw", "text", "plain", "plaintext", "old", "new", "current", "previous",
			"default", "prod", "production", "dev", "development", "test", "testing", "staging", "stage", "live", "sandbox",
			"local", "main", "primary", "secondary", "env", "arg", "string", "str", "data", "content", "contents", "json",
			"admin", "root", "hash", "hashed", "encrypted":
		default:
			if strings.Trim(last, "0123456789") != "" {
				return words
			}
		}
		words = words[:len(words)-1]
	}
	return words
}

// wordKind is what a word says by itself.
type wordKind uint8

const (
	wordNone wordKind = iota
	wordPassword
	wordSecret
	wordToken
	wordKey
	wordAuth
	wordOther // a secret only beside certain words
)

func kindOf(word string) wordKind {
	switch word {
	case "password", "passwords", "passwd", "passwrd", "passwort", "pword", "pswd", "psw", "passphrase", "passcode", "pass", "pwd", "pw", "mnemonic", "psk":
		return wordPassword
	case "secret", "secrets", "credential", "credentials", "creds", "cred":
		return wordSecret
	case "token", "tokens":
		return wordToken
	case "key", "keys":
		return wordKey
	case "auth", "authorization", "bearer":
		return wordAuth
	case "pat", "pin", "salt", "cookie", "jwt", "passkey", "connstr", "dsn", "license":
		return wordOther
	}
	return wordNone
}

// lastSecretWord finds the word that decides.
func lastSecretWord(words []string) (int, wordKind) {
	for i := len(words) - 1; i >= 0; i-- {
		if k := kindOf(words[i]); k != wordNone {
			return i, k
		}
	}
	return 0, wordNone
}

func classifyKind(kind wordKind, word string, before []string) NameClass {
	prev := ""
	if len(before) > 0 {
		prev = before[len(before)-1]
	}
	switch kind {
	case wordPassword:
		return classifyPassword(word, prev)
	case wordSecret:
		switch prev {
		case "pull":
			return NameLocation // of Kubernetes: what the object is called
		case "tls":
			return NameWeak // the same, or a secret
		}
		return NameSecret
	case wordToken:
		if word == "tokens" && prev != "access" && prev != "auth" && prev != "api" {
			return NameOther
		}
		switch prev {
		case "special", "eos", "bos", "pad", "unk", "mask", "sep", "cls", "stop", "start", "end", "separator", "eof",
			"cancellation", "continuation", "page", "pagination", "sync", "lexer", "input", "output", "context":
			return NameOther
		}
		return NameSecret
	case wordKey:
		return classifyKey(prev)
	case wordAuth:
		return classifyAuth(word, prev)
	}
	return classifyOther(word, prev, before)
}

func classifyPassword(word, prev string) NameClass {
	switch word {
	case "pwd":
		switch prev {
		case "", "work", "project", "host", "build", "current", "src", "source", "old", "initial", "init", "orig",
			"original", "app", "repo", "root", "base", "script", "my":
			if prev != "root" && prev != "my" {
				return NameOther
			}
		}
	case "pass":
		switch prev {
		case "first", "second", "third", "single", "multi", "two", "one", "by", "test", "all", "proxy", "tls", "build",
			"ask", "opt", "num", "render", "lto":
			if prev != "proxy" && prev != "test" {
				return NameOther
			}
		}
	}
	return NameSecret
}

func classifyKey(prev string) NameClass {
	switch prev {
	case "api", "secret", "private", "priv", "prv", "access", "encryption", "encrypt", "decryption", "decrypt", "master",
		"app", "application", "jwt", "ssh", "deploy", "deployment", "admin", "auth", "session", "cookie", "django", "flask", "crypt",
		"crypto", "cipher", "aes", "hmac", "rsa", "account", "token", "password", "fernet", "storage", "subscription",
		"license", "licence", "service", "server", "webhook", "consumer", "credential", "credentials",
		"preshared", "shared", "openai", "anthropic", "stripe", "sendgrid", "mailgun", "signature", "security", "unseal", "root":
		return NameSecret
	case "kms", "cmk", "awskms", "primary", "foreign", "sort", "partition", "cache", "routing", "index", "object", "bucket", "row", "column",
		"lookup", "map", "group", "arrow", "hot", "shift", "meta", "enter", "idempotency", "translation", "i18n", "config",
		"label", "tag", "feature", "shard", "dedup", "artifact", "version", "natural", "unique", "composite", "search",
		"shortcut", "registry", "json", "yaml", "hash", "range", "any", "press", "known", "header", "cookies", "job", "no", "metadata":
		return NameOther
	}
	return NameWeak
}

func classifyAuth(word, prev string) NameClass {
	if word != "auth" {
		return NameWeak
	}
	switch prev {
	case "npm", "docker", "basic", "redis", "rediscli", "registry", "git", "http", "proxy", "smtp",
		"config", "j", // of neo4j "config", "nexus",
		"artifactory", "composer", "ftp", "imap", "mongo", "mongodb", "elastic", "elasticsearch", "user", "pypi", "gem":
		return NameSecret
	}
	return NameWeak
}

func classifyOther(word, prev string, before []string) NameClass {
	has := func(list ...string) bool {
		return slices.ContainsFunc(before, func(b string) bool { return slices.Contains(list, b) })
	}
	switch word {
	case "pat":
		if len(before) == 0 || has("gh", "github", "gitlab", "gl", "git", "azure", "azp", "ado", "devops", "azdo", "vss", "vsts",
			"nuget", "feed", "hub", "docker", "dockerhub", "personal", "bitbucket", "ghcr", "tfs", "system", "repo", "registry", "npm", "packages") {
			return NameSecret
		}
	case "pin":
		if has("hsm", "pkcs", "pkcs11", "softhsm", "user", "card", "admin", "sim", "slot") {
			return NameSecret
		}
	case "salt":
		if has("auth", "nonce", "password", "secret", "session", "app", "hashids", "logged", "in", "hash", "token", "security", "encryption") {
			return NameSecret
		}
	case "cookie":
		if has("erlang", "release", "rabbitmq", "node", "distribution", "elixir") {
			return NameSecret
		}
	case "passkey":
		return NameSecret
	case "license":
		if has("newrelic", "relic") {
			return NameWeak
		}
	case "jwt":
		if prev != "" && prev != "use" && prev != "enable" {
			return NameWeak
		}
	}
	return NameOther
}

// isPublicWord marks the half of a pair that may be known.
func isPublicWord(w string) bool {
	switch w {
	case "public", "pub", "publishable", "anon":
		return true
	}
	return false
}

// isSwitchWord begins a setting about secrets: ALLOW_EMPTY_PASSWORD.
func isSwitchWord(w string) bool {
	switch w {
	case "allow", "allows", "enable", "enabled", "disable", "disabled", "require", "requires", "required", "use", "has", "no",
		"skip", "is", "without", "existing", "generate", "random", "validate", "check", "min", "max", "num", "show", "hide",
		"mask", "ignore", "force", "empty", "need", "needs", "forbid", "ask", "prompt", "auto", "persist", "keep", "onetime", "expire", "rotate",
		"remember", "save":
		return true
	}
	return false
}

// isLocationWord ends a name that says where a secret is.
func isLocationWord(w string) bool {
	switch w {
	case "file", "files", "path", "paths", "dir", "dirs", "directory", "location", "folder", "loc", "filename", "filepath",
		"url", "urls", "uri", "endpoint", "endpoints", "host", "hostname", "server", "servers", "socket", "sock", "address", "addr",
		"mount", "volume", "home", "keyring":
		return true
	}
	return false
}

// isAspectWord ends a name about a property of a secret: TOKEN_TTL.
func isAspectWord(w string) bool {
	switch w {
	case "commit", "revision", "rev", "branch", "name", "names", "id", "ids", "ttl", "type", "types", "length", "len", "size", "min", "max", "age", "expiry",
		"expire", "expires", "expiration", "exp", "timeout", "method", "methods", "mode", "port", "ports", "issuer", "iss",
		"audience", "aud", "algorithm", "algorithms", "alg", "algo", "format", "header", "headers", "prefix", "suffix",
		"policy", "policies", "rotation", "rotate", "lifetime", "duration", "interval", "days", "hours", "seconds",
		"minutes", "ms", "enabled", "enable", "disabled", "disable", "required", "require", "allowed", "allow", "check", "checking",
		"checker", "checksum", "version", "versions", "ver", "provider", "providers", "backend", "store", "storage", "manager",
		"engine", "driver", "class", "strategy", "scope", "scopes", "user", "users", "username", "owner", "group", "namespace",
		"ref", "arn", "region", "project", "count", "limit", "limits", "budget", "rate", "field", "column", "param",
		"parameter", "params", "label", "var", "variable", "hint", "prompt", "regex", "pattern", "rules", "rule", "agent", "ring",
		"chain", "board", "map", "code", "codes", "event", "events", "alias", "index", "cache", "template", "generator",
		"validator", "validation", "helper", "handler", "plugin", "module", "sha", "sha1", "sha256", "sha512", "md5",
		"fingerprint", "fingerprints", "thumbprint", "digest", "encryption", "converter", "serializer", "deserializer", "resolver", "extractor", "mapper", "filter", "listener", "schema", "schemas", "cert", "certs", "crt", "certificate", "ca", "usage", "source",
		"sources", "repo", "repository", "package", "image", "tag", "status", "state", "reset", "change", "strength",
		"complexity", "history", "attempts", "retries", "iterations", "rounds", "cost", "encoding", "encoder", "hasher", "hashers", "hashing", "stdin",
		"separator", "delimiter", "placeholder", "example", "sample", "domain", "realm", "tenant", "subject", "claim",
		"claims", "authentication", "login", "protected", "access", "vault", "operator", "injector", "proxy", "service", "dummy",
		"level", "order", "kind", "style", "layout", "config", "configuration", "settings", "options", "opts", "flags", "refresh",
		"support", "feature", "features", "cycle", "window", "threshold", "bits", "exchange", "derivation", "deny",
		"verification", "verify", "grant", "flow", "callback", "redirect", "plugins", "ng", "sdk", "cli", "controller",
		"script", "command", "cmd", "program", "binary", "bin", "exec", "seeder", "symbol", "decimals", "macro", "spec", "nonce",
		"reminder", "recovery", "maps", "confirm", "confirmation", "repeat", "strategies", "authenticator", "authorizer", "placeholders", "lookup", "selector",
		"scheme", "schemes":
		return true
	}
	return false
}

// ValueClass says what kind of value is bound to a name.
type ValueClass uint8

// The classes of values.
const (
	ValueEmpty ValueClass = iota
	ValueBoolean
	ValueNumber
	// ValuePlaceholder asks to be replaced: changeme, <token>, xxxx.
	ValuePlaceholder
	// ValueWeakDefault is a word that everybody tries first: password, admin.
	ValueWeakDefault
	// ValuePath names a file.
	ValuePath
	// ValueURL is a URL without a password in it.
	ValueURL
	// ValueFingerprint identifies a public key.
	ValueFingerprint
	// ValueReference takes its value from a variable: $X, ${X}, Bearer $X.
	ValueReference
	// ValueCommandSubst takes its value from a command: $(cat f).
	ValueCommandSubst
	// ValueKeyword is a word from a list of choices: basic, required.
	ValueKeyword
	// ValuePublicKey is a public key or certificate itself.
	ValuePublicKey
	// ValueCredentials holds a password among other things: a URL with userinfo,
	// a connection string. It is a secret whatever the name.
	ValueCredentials
	// ValueLiteral is anything else, and so the real thing.
	ValueLiteral
)

// String returns the class in a word, for tests and debugging.
func (c ValueClass) String() string {
	return [...]string{
		"empty", "boolean", "number", "placeholder", "weak default", "path", "url", "fingerprint", "reference",
		"command substitution", "keyword", "public key", "credentials", "literal",
	}[c]
}

// IsSecret reports whether a value of the class, bound to a secret's name, gives
// something away.
func (c ValueClass) IsSecret() bool {
	return c == ValueLiteral || c == ValueWeakDefault || c == ValueCredentials
}

// ClassifyValue judges the value that is bound to a name, quotes removed and
// variables not expanded.
func ClassifyValue(name, value string) ValueClass {
	v := strings.TrimSpace(value)
	if len(v) >= 2 && (v[0] == '"' || v[0] == '\'') && v[len(v)-1] == v[0] {
		v = strings.TrimSpace(v[1 : len(v)-1])
	}
	if v == "" {
		return ValueEmpty
	}
	if strings.HasPrefix(v, "$(") || len(v) > 1 && v[0] == '`' && v[len(v)-1] == '`' {
		return ValueCommandSubst
	}
	if isCredentials(v) {
		return ValueCredentials
	}
	if isIndirect(v) {
		return ValueReference
	}
	if strings.ContainsRune(v, '$') {
		if inner, ok := defaultOf(v); ok {
			return ClassifyValue(name, inner)
		}
		if rest, found := withoutReferences(v); found && !hasSubstance(rest) {
			return ValueReference
		}
	}
	return classifyText(name, v)
}

func classifyText(name, v string) ValueClass {
	lower := strings.ToLower(v)
	switch lower {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "t", "f", "enabled", "disabled", "enable", "disable":
		return ValueBoolean
	}
	switch {
	case isNumber(lower):
		if len(v) > 2 && strings.Trim(v, "0123456789") == "" && promiseOf(name) == promisesPassword {
			return ValueWeakDefault
		}
		return ValueNumber
	case isPlaceholder(lower), isMetavariable(v):
		return ValuePlaceholder
	case isPublicKey(v):
		return ValuePublicKey
	case strings.Contains(v, "://") && isURL(v), isVaultPath(lower):
		return ValueURL
	case isPath(v):
		return ValuePath
	case isFingerprint(name, v):
		return ValueFingerprint
	case isAlgorithm(lower):
		return ValueKeyword
	}
	return classifyWord(name, v, lower)
}

// defaultOf is the default in ${X:-default} or ${X-default}.
func defaultOf(v string) (string, bool) {
	if !strings.HasPrefix(v, "${") || !strings.HasSuffix(v, "}") || strings.Count(v, "${") != 1 {
		return "", false
	}
	inner := v[2 : len(v)-1]
	i := 0
	for i < len(inner) && (inner[i] == '_' || isLetter(inner[i]) || isDigit(inner[i])) {
		i++
	}
	rest := strings.TrimPrefix(inner[i:], ":")
	if i == 0 || !strings.HasPrefix(rest, "-") || rest == "-" {
		return "", false
	}
	return rest[1:], true
}

// withoutReferences drops $X and ${X}; found says whether there was one. A
// dollar before anything else is part of the text.
func withoutReferences(v string) (rest string, found bool) {
	var out strings.Builder
	for i := 0; i < len(v); i++ {
		if v[i] != '$' || i > 0 && v[i-1] == '\\' || i+1 == len(v) {
			out.WriteByte(v[i])
			continue
		}
		switch c := v[i+1]; {
		case c == '{' || c == '(':
			end := strings.IndexAny(v[i:], "})")
			if end < 0 {
				end = len(v) - i - 1
			}
			i += end
			found = true
		case c == '_' || isLetter(c):
			for i+1 < len(v) && (v[i+1] == '_' || isLetter(v[i+1]) || isDigit(v[i+1])) {
				i++
			}
			found = true
		case c == '$':
			out.WriteString("$$")
			i++
		default:
			out.WriteByte('$')
		}
	}
	return out.String(), found
}

// hasSubstance says whether what stands beside references can be a secret.
func hasSubstance(rest string) bool {
	for word := range strings.FieldsFuncSeq(rest, func(r rune) bool {
		return !strings.ContainsRune("_+/=!#", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		if LooksRandom(word) {
			return true
		}
	}
	return false
}

// isNumber accepts numbers with units: 3600, 24h, 1.5, 10MB, and versions.
func isNumber(v string) bool {
	if isVersion(v) {
		return true
	}
	if !isDigit(v[0]) && (v[0] != '-' && v[0] != '.' || len(v) == 1) {
		return false
	}
	i := 1
	for i < len(v) && (isDigit(v[i]) || v[i] == '.' || v[i] == ':' || v[i] == ',') {
		i++
	}
	if i > 12 && !strings.ContainsAny(v, ".:,") {
		return false // long enough for a key
	}
	switch v[i:] {
	case "", "s", "m", "h", "d", "w", "ms", "k", "kb", "mb", "gb", "g", "%", "min", "sec", "days":
		return true
	}
	return false
}

// isVersion accepts 0.20.4-2, 40.0-3ubuntu1 and 1311.vcf0a_900b_37c2: a number, a
// dot, a number or v, and no capitals behind.
func isVersion(v string) bool {
	dot := strings.IndexByte(v, '.')
	if dot < 1 || dot > 5 || dot+2 > len(v) || len(v) > 40 || strings.Trim(v[:dot], "0123456789") != "" || !isDigit(v[dot+1]) && v[dot+1] != 'v' {
		return false
	}
	marks := 0
	for i := dot + 1; i < len(v); i++ {
		switch c := v[i]; {
		case c == '.' || c == '-' || c == '_' || c == '+' || c == '~' || c == ':':
			marks++
		case !isLower(c) && !isDigit(c):
			return false
		}
	}
	return marks > 0
}

func isPlaceholder(v string) bool {
	if strings.Trim(v, "x") == "" || strings.Trim(v, "*") == "" || strings.Trim(v, ".-_?#0") == "" {
		return true
	}
	switch v {
	case "none", "null", "nil", "undefined", "n/a", "na", "tbd", "todo", "fixme", "**none**", "unset", "empty", "unused", "not-set",
		"notset", "not_set", "redacted", "[redacted]", "(none)", "foo", "bar", "foobar", "dummy", "fake", "blah", "placeholder":
		return true
	}
	first, last := v[0], v[len(v)-1]
	if first == '<' && last == '>' || first == '[' && last == ']' || first == '%' && last == '%' && len(v) > 2 ||
		first == '@' && last == '@' && len(v) > 2 || strings.HasPrefix(v, "{{") && strings.HasSuffix(v, "}}") ||
		first == '{' && last == '}' && !strings.ContainsAny(v, "\":") || strings.HasPrefix(v, "__") && strings.HasSuffix(v, "__") && len(v) > 4 {
		return true
	}
	for _, prefix := range [...]string{
		"your_", "your-", "your ", "yourown", "my_own", "dummy", "fake", "example", "insert", "replace", "enter_", "enter-", "put_", "put-", "add_your", "set_", "setme", "set-",
		"to_be_", "to-be-", "tobe", "some_", "some-", "some ", "the_", "not-a-", "not_a_", "not-real", "fixme", "todo", "xxx", "placeholder",
		"not-used", "not_used", "notused", "unused-", "unused_", "irrelevant", "throwaway", "collectstatic", "does-not", "doesnt-", "nothing", "whatever",
		"build-time", "buildtime", "build-only", "build_only", "for-build", "for_build", "build_time", "only-for-build", "ignored", "will-be", "will_be", "provide", "override", "overwrite",
	} {
		if strings.HasPrefix(v, prefix) {
			return true
		}
	}
	for _, part := range [...]string{
		"changeme", "change_me", "change-me", "change me", "changethis", "change_this", "change-this", "change this", "changeit",
		"placeholder", "replaceme", "replace_me", "replace-me", "replace_with", "replace-with", "yourpassword", "yoursecret", "yourtoken",
		"yourapikey", "your_token", "your_secret", "your_password", "your_api", "your-token", "your-secret", "your-password", "your-api",
		"goes_here", "goes-here", "_here", "-here", "dummy", "not_secret", "notasecret", "not-a-secret", "not_a_secret", "xxxxxx", "fillme", "fill_me",
		"setme", "set_me", "set-me", "overrideme", "override_me", "at_runtime", "at-runtime", "override-in", "example-", "-example", "_example", "insecure",
	} {
		if strings.Contains(v, part) {
			return true
		}
	}
	return false
}

func isPublicKey(v string) bool {
	for _, prefix := range [...]string{
		"ssh-rsa AAAA", "ssh-ed25519 AAAA", "ecdsa-sha2-", "ssh-dss AAAA",
		"pk_live_", "pk_test_", "phc_", "sb_publishable_", "age1", "RWQ", "pk.eyJ", "NRJS-", "sk-ssh-", "sk-ecdsa-",
		"-----BEGIN PUBLIC KEY", "-----BEGIN CERTIFICATE", "-----BEGIN RSA PUBLIC KEY", "-----BEGIN PGP PUBLIC",
	} {
		if strings.HasPrefix(v, prefix) {
			return true
		}
	}
	return false
}

// isCredentials finds a literal password in a URL or a connection string.
func isCredentials(v string) bool {
	if _, rest, ok := strings.Cut(v, "://"); ok {
		authority := rest
		if i := strings.IndexAny(authority, "/?# "); i >= 0 {
			authority = authority[:i]
		}
		if at := strings.LastIndexByte(authority, '@'); at >= 0 {
			_, password, _ := strings.Cut(authority[:at], ":")
			if isLiteralPassword(password) {
				return true
			}
		}
	}
	if strings.Count(v, "=") < 2 && !strings.Contains(v, "://") {
		return false
	}
	for pair := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == ';' || r == '&' || r == '?' || r == ' ' }) {
		key, password, ok := strings.Cut(pair, "=")
		if !ok {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "password", "pwd", "pass", "accountkey", "sharedaccesskey", "sharedaccesssignature", "secret", "client_secret":
			if isLiteralPassword(password) {
				return true
			}
		}
	}
	return false
}

func isLiteralPassword(password string) bool {
	if password == "" || isPlaceholder(strings.ToLower(password)) {
		return false
	}
	rest, found := withoutReferences(password)
	return !found || rest != "" && hasSubstance(rest)
}

// isURL accepts scheme://rest.
func isURL(v string) bool {
	scheme, rest, _ := strings.Cut(v, "://")
	if scheme == "" || rest == "" {
		return false
	}
	for i := range len(scheme) {
		if c := scheme[i]; !isLetter(c) && !isDigit(c) && c != '+' && c != '-' && c != '.' && c != ':' {
			return false
		}
	}
	return true
}

// isVaultPath knows the places in stores of secrets that programs resolve when
// they start: vault:secret/data/app#password, ssm:/prod/app/key.
func isVaultPath(v string) bool {
	scheme, rest, ok := strings.Cut(v, ":")
	if !ok || !strings.Contains(rest, "/") || strings.ContainsAny(rest, " @") {
		return strings.HasPrefix(v, "@microsoft.keyvault(")
	}
	switch scheme {
	case "vault", "bao", "ssm", "awsssm", "awssm", "secretsmanager", "gcpsm", "sm", "gsm", "azurekv", "keyvault", "akv", "op", "doppler", "conjur":
		return true
	}
	return false
}

// isPath accepts what names a file and is not base64 that begins with a slash.
func isPath(v string) bool {
	if strings.ContainsAny(v, "+=\n") {
		return false
	}
	if kind, file, ok := strings.Cut(v, ":/"); ok && kind != "" && strings.Trim(kind, "abcdefghijklmnopqrstuvwxyz_-:") == "" && !strings.HasPrefix(file, "/") {
		return plausiblePath("/" + file) // hash:/etc/postfix/sasl, api_token:/etc/credstore/token
	}
	rooted := v[0] == '/' || strings.HasPrefix(v, "./") || strings.HasPrefix(v, "../") || strings.HasPrefix(v, "~/") ||
		strings.HasPrefix(v, "$HOME/") || len(v) > 2 && v[1] == ':' && (v[2] == '\\' || v[2] == '/') && isLetter(v[0])
	if rooted {
		return v[0] != '/' || v == "/" || plausiblePath(v)
	}
	if strings.ContainsAny(v, " ;&|") {
		return false
	}
	dot := strings.LastIndexByte(v, '.')
	if dot <= 0 {
		return false
	}
	switch strings.ToLower(v[dot+1:]) {
	case "pem", "key", "crt", "cer", "cert", "json", "txt", "env", "p12", "pfx", "jks", "keystore", "yml", "yaml", "xml", "conf",
		"cfg", "ini", "properties", "toml", "asc", "rsa", "p8", "ks", "bks", "pass", "passwd", "keys", "creds", "ovpn", "yubikey", "db", "gpg", "pub", "secret", "token", "der", "sock", "sh", "keytab", "kdbx", "php", "py", "js", "dat":
		return true
	}
	return false
}

func plausiblePath(v string) bool {
	for part := range strings.SplitSeq(v[1:], "/") {
		if len(part) >= 16 && LooksRandom(part) {
			return false
		}
	}
	return true
}

// isFingerprint accepts the identifiers of public keys, where the name does not
// speak for a secret of the same shape.
func isFingerprint(name, v string) bool {
	hex, upper := 0, true
	groups := v
	for i := range len(groups) {
		switch c := groups[i]; {
		case isDigit(c) || 'A' <= c && c <= 'F':
			hex++
		case 'a' <= c && c <= 'f':
			hex++
			upper = false
		case c == ' ' || c == ':' || c == ',' || c == '\n' || c == '\t':
		case c == 'x' && i == 1 && v[0] == '0':
			hex--
		default:
			return false
		}
	}
	several := hex%8 == 0 && strings.ContainsAny(v, " ,\n\t") // short ones and long ones
	if hex != 8 && hex != 16 && !several && (hex < 40 || hex%40 != 0 && hex%16 != 0 && hex != 64) {
		return false
	}
	lower := strings.ToLower(name)
	for _, word := range [...]string{"gpg", "pgp", "fingerprint", "keyserver", "keyring", "apt", "rpm", "release", "sha", "checksum", "digest", "hkp", "verify"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return upper && hex%40 == 0 && ClassifyName(name) == NameWeak || upper && strings.Contains(v, " ")
}

// isAlgorithm accepts the names of ways to encrypt or hash, which nobody takes
// for a password.
func isAlgorithm(v string) bool {
	switch v {
	case "scram-sha-256", "scram-sha-512", "scram-sha-1", "sha256", "sha-256", "sha512", "sha-512", "sha1", "bcrypt", "argon2", "argon2id",
		"pbkdf2", "scrypt", "mysql_native_password", "caching_sha2_password", "aes-256-cbc", "aes-256-gcm", "aes256", "md5crypt":
		return true
	}
	return false
}

func isKeyword(v string) bool {
	switch v {
	case "basic", "bearer", "oauth", "oauth2", "oidc", "saml", "ldap", "trust", "md5", "scram-sha-256", "jwt", "token", "required",
		"optional", "always", "never", "auto", "default", "internal", "external", "local", "database", "db", "file", "env",
		"hs256", "rs256", "es256", "x509", "mtls", "peer", "gss", "oauthbearer", "msi", "gssapi", "scram", "plain", "login", "cram-md5", "digest", "ntlm", "kerberos", "anonymous", "public", "key", "apikey":
		return true
	}
	return false
}

// isWord accepts words: letters of one case, with a capital perhaps, and the
// classics with digits.
func isWord(v string) bool {
	if len(v) > 24 || len(v) >= 12 && Unspeakable(v) {
		return false
	}
	letters := strings.TrimRight(v, "0123456789!@#$.")
	if isClassic(strings.ToLower(letters)) {
		return true
	}
	if letters != strings.ToUpper(letters) && letters[1:] != strings.ToLower(letters[1:]) {
		return false
	}
	for i := range len(letters) {
		if c := letters[i]; !isLetter(c) && c != '-' && c != '_' && c != ' ' {
			return false
		}
	}
	return len(v)-len(letters) <= 1 && len(letters) <= 20
}

// isClassic knows the first half of passwords such as admin123.
func isClassic(letters string) bool {
	switch letters {
	case "", "password", "passw0rd", "p@ssw0rd", "pass", "admin", "root", "secret", "test", "user", "qwerty", "welcome", "letmein", "abc", "a":
		return true
	}
	return false
}

// Unspeakable reports whether so many consonants stand in a row in a text that
// it is no word of any language.
func Unspeakable(text string) bool {
	run := 0
	for i := range len(text) {
		c := text[i] | 0x20
		if c < 'a' || c > 'z' || strings.IndexByte("aeiouy", c) >= 0 {
			run = 0
			continue
		}
		if run++; run == 6 {
			return true
		}
	}
	return false
}

// isDotted knows names of classes and packages: org.example.StringConverter.
func isDotted(text string) bool {
	parts := 0
	for part := range strings.SplitSeq(text, ".") {
		parts++
		if part == "" || strings.Trim(strings.ToLower(part), "abcdefghijklmnopqrstuvwxyz_$") != "" {
			return false
		}
	}
	return parts >= 3
}

// LooksRandom reports whether text is more likely made by a generator than by a
// person: of some length, of several kinds of characters, and of high entropy.
func LooksRandom(text string) bool {
	var lower, upper, digit, changes, cases int
	last := byte(0)
	var count [256]int
	for i := range len(text) {
		c := text[i]
		count[c]++
		kind := byte(0)
		switch {
		case isLower(c):
			lower++
			kind = 1
		case isUpper(c):
			upper++
			kind = 1
		case isDigit(c):
			digit++
			kind = 2
		}
		if i > 0 && kind != last {
			changes++
		}
		if i > 0 && kind == 1 && (c^text[i-1])&0x20 != 0 {
			cases++
		}
		last = kind
	}
	if len(text) < 10 || digit == 0 && (lower == 0 || upper == 0) || lower+upper == 0 || digit == 0 && isDotted(text) {
		return false
	}
	bits := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(text))
			bits -= p * math.Log2(p)
		}
	}
	if digit == 0 {
		return len(text) >= 20 && bits >= 3.8
	}
	if digit*12 < len(text) {
		// Few digits: the cases have to change as they do in no name.
		return len(text) >= 20 && bits >= 3.8 && cases*4 >= len(text) && lower > 0 && upper > 0
	}
	return bits >= 2.9 && changes >= 3
}

// Mask shortens a secret for people: at most its first four characters, and
// never more than a quarter, with its length.
func Mask(secret string) string {
	n := utf8.RuneCountInString(secret)
	show := min(4, n/4)
	end := 0
	for range show {
		_, size := utf8.DecodeRuneInString(secret[end:])
		end += size
	}
	unit := "characters"
	if n == 1 {
		unit = "character"
	}
	return fmt.Sprintf("%s... (%d %s)", secret[:end], n, unit)
}
