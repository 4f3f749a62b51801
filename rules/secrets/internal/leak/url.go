package leak

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/knowledge/secrets"
	"github.com/dlint/dlint/lint/source"
)

// urls looks for passwords and tokens in URLs, wherever in the Dockerfile.
func (s *scan) urls() {
	for i := 0; ; {
		n := strings.Index(s.text[i:], "://")
		if n < 0 {
			return
		}
		i += n + len("://")
		s.url(i)
	}
}

// maxURL bounds what is read of a URL behind its host. A word may hold thousands of
// them, each of which would otherwise be read to the end of the word.
const maxURL = 4096

// url looks at the URL whose authority begins at start.
func (s *scan) url(start int) {
	end := start
	for end < len(s.text) && strings.IndexByte("/?\"' \t\r\n`<>|,()\\", s.text[end]) < 0 {
		end++
	}
	authority := s.text[start:end]
	if at := strings.LastIndexByte(authority, '@'); at > 0 {
		s.userinfo(start, start+at)
	}
	rest := end
	for last := min(len(s.text), end+maxURL); rest < last && strings.IndexByte("\"' \t\r\n`<>|\\", s.text[rest]) < 0; {
		rest++
	}
	if p := strings.Index(s.text[end:rest], "/t/"); p >= 0 { // a channel of conda
		from := end + p + len("/t/")
		if token, _, ok := strings.Cut(s.text[from:rest], "/"); ok && len(token) >= 16 && knowledge.LooksRandom(token) {
			s.inURL(source.Range{Start: from, End: from + len(token)}, token, secret)
		}
	}
	if q := strings.IndexByte(s.text[end:rest], '?'); q >= 0 {
		s.query(end+q+1, rest)
	}
}

// userinfo judges what stands before the @ of a URL.
func (s *scan) userinfo(start, end int) {
	user, password, has := strings.Cut(s.text[start:end], ":")
	r := source.Range{Start: start + len(user) + 1, End: end}
	if !has || password == "" || knownToken(password) || password == "x" {
		// The user is the token: https://TOKEN@host, https://TOKEN:x-oauth-basic@host.
		r = source.Range{Start: start, End: start + len(user)}
		if len(user) < 16 || strings.ContainsAny(user, "$<>{}*") || !has && s.isPublicDSN(user, end) || !knowledge.LooksRandom(user) && len(secrets.Scan(user, "")) == 0 {
			return
		}
		s.inURL(r, user, secret)
		return
	}
	if strings.Trim(password, ".*xX") == "" {
		return
	}
	if isSampleLogin(user, password) && isSampleHost(s.text[end+1:]) {
		s.clean.add(r)
		return
	}
	s.inURL(r, password, judge("password", password))
}

// isSampleLogin and isSampleHost know the words that stand for a name, a password
// and a host where the form of a URL is shown: user:password@host.
func isSampleLogin(user, password string) bool {
	switch strings.ToLower(user) {
	case "user", "username", "login", "name", "usr":
	default:
		return false
	}
	switch strings.ToLower(password) {
	case "password", "pass", "passwd", "pwd", "pw", "secret", "token":
		return true
	}
	return false
}

func isSampleHost(rest string) bool {
	end := 0
	for end < len(rest) && (dockerfile.IsNameByte(rest[end]) || rest[end] == '.' || rest[end] == '-') {
		end++
	}
	switch host := strings.ToLower(rest[:end]); host {
	case "host", "hostname", "server", "servername", "yourhost", "your-host":
		return true
	default:
		return host == "example.com" || host == "example.org" || strings.HasSuffix(host, ".example")
	}
}

// isPublicDSN knows the addresses to which programs report errors: Sentry's have
// the number of a project behind the host, and a key that pages show to everyone
// in front of it. Old ones have a second, secret key.
func (s *scan) isPublicDSN(user string, at int) bool {
	if len(user) != 32 || strings.Trim(user, "0123456789abcdef") != "" {
		return false
	}
	rest := s.text[at:]
	slash := strings.IndexByte(rest, '/')
	if slash < 0 || strings.ContainsAny(rest[:slash], " \t\r\n\"'") {
		return false
	}
	n := 0
	for path := rest[slash+1:]; n < len(path) && '0' <= path[n] && path[n] <= '9'; n++ {
	}
	end := slash + 1 + n
	return n > 0 && (end == len(rest) || strings.IndexByte(" \t\r\n\"'\\,;?", rest[end]) >= 0)
}

// query judges the parameters of a URL.
func (s *scan) query(start, end int) {
	for start < end {
		next := strings.IndexAny(s.text[start:end], "&;#")
		stop := end
		if next >= 0 {
			stop = start + next
		}
		key, value, _ := strings.Cut(s.text[start:stop], "=")
		if isQuerySecret(key, value) {
			s.inURL(source.Range{Start: start + len(key) + 1, End: stop}, value, secret)
		}
		start = stop + 1
	}
}

func isQuerySecret(key, value string) bool {
	if len(value) < 6 || strings.ContainsAny(value, "$<{*") || judge(key, value) != secret {
		return false
	}
	switch strings.ToLower(key) {
	case "sig", "x-amz-signature":
		return len(value) >= 32
	}
	switch knowledge.ClassifyName(key) {
	case knowledge.NameSecret:
		return len(value) >= 12 || knowledge.LooksRandom(value) || isPasswordOption(strings.ToLower(key)) && isTypedPassword(value)
	case knowledge.NameWeak:
		return len(value) >= 20 && knowledge.LooksRandom(value) && strings.Trim(strings.ToLower(value), "0123456789abcdefx") != ""
	default:
		return false
	}
}

func (s *scan) inURL(r source.Range, value string, v verdict) {
	if v == harmless || v == placeholder {
		if v == placeholder {
			s.clean.add(r)
		}
		return
	}
	if s.commentAt(r.Start) != nil {
		if v == secret && s.claim(r) {
			s.add(InURL, lint.Diagnostic{
				Range: r, Severity: lint.Info,
				Message: "The URL in this comment holds a secret, " + s.described(value, r) + ": it is not in the image, but everyone who reads this file can use it; " + rotate,
			})
		}
		return
	}
	ins := s.instructionAt(r.Start)
	if ins == nil || ins.Err != nil || !s.claim(r) {
		return
	}
	where, inImage := s.place(ins)
	if v == weak && s.explained(ins, r) {
		return
	}
	if v == weak {
		s.add(WeakDefault, lint.Diagnostic{
			Range:   r,
			Message: "The URL holds a password that everybody tries first, and it is " + where + ": pass the URL at run time",
		})
		return
	}
	s.add(InURL, lint.Diagnostic{
		Range: r, Severity: severity(inImage),
		Message: "The URL holds a secret, " + s.described(value, r) + ", which everyone can read " + where + ": " + urlAdvice(ins.Name) + ", and " + rotate,
		Fixes:   s.urlFixes(ins, r),
	})
}

// explained reports whether a place is in the text of a file that is for people to
// read.
func (s *scan) explained(ins *dockerfile.Instruction, r source.Range) bool {
	if n := len(ins.Args); n > 0 && len(ins.Heredocs) > 0 && ins.Is("COPY", "ADD") {
		return isExplanation(ins.Args[n-1].Value)
	}
	if ins.Name != "RUN" {
		return false
	}
	for _, c := range s.d.Shell(ins).All() {
		if c.Range.Start > r.Start {
			continue
		}
		for k := range c.Redirects {
			if w := &c.Redirects[k]; w.Writes() && isExplanation(w.Target.Value) && c.Range.Contains(r) {
				return true
			}
			if b := &c.Redirects[k]; !b.Body.Empty() && b.Body.Contains(r) {
				target, _ := targetOf(c)
				return isExplanation(target)
			}
		}
	}
	return false
}

func urlAdvice(instruction string) string {
	switch instruction {
	case "RUN":
		return "give it to the command by a secret mount"
	case "ADD":
		return "use a build secret for the server"
	case "ENV", "CMD", "ENTRYPOINT":
		return "pass it at run time"
	default:
		return "leave it out"
	}
}
