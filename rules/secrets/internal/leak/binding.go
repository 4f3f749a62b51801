package leak

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// bindings looks at the pairs of ENV, ARG and LABEL.
func (s *scan) bindings() {
	for ins := range s.d.WithTriggers("ENV", "ARG", "LABEL") {
		for k := range ins.Pairs {
			s.binding(ins, &ins.Pairs[k])
		}
	}
}

func (s *scan) binding(ins *dockerfile.Instruction, p *dockerfile.Pair) {
	name, _ := unquote(p.Key)
	class := knowledge.ClassifyName(name)
	value, r := unquote(p.Value)
	if !p.Has || value == "" {
		if ins.Name == "ARG" && class == knowledge.NameSecret {
			s.bareArg(ins, p, name)
		}
		return
	}
	if s.isClaimed(r) {
		return // by a URL in it
	}
	if ins.Name == "LABEL" {
		s.label(ins, name, value, r, class)
		return
	}
	switch class {
	case knowledge.NameSecret:
	case knowledge.NameWeak:
		if !knowledge.LooksRandom(value) || knowledge.ClassifyValue(name, value) != knowledge.ValueLiteral || strings.ContainsAny(value, "/$:") {
			if !s.connection(ins, p, name, value, r) {
				s.clean.add(r)
				s.promoted(ins, p, name, value, class)
			}
			return
		}
	default:
		if !s.connection(ins, p, name, value, r) {
			s.promoted(ins, p, name, value, class)
		}
		return
	}
	if s.connection(ins, p, name, value, r) {
		return
	}
	s.literal(ins, p, name, value, r, class)
}

// connection judges what a value holds whatever its name: a connection string,
// options for a program, an account in front of an address, base64 of any of them.
func (s *scan) connection(ins *dockerfile.Instruction, p *dockerfile.Pair, name, value string, r source.Range) bool {
	if r.Len() != len(value) {
		return false // escapes: the places of its bytes are not known
	}
	parts := partsOf(value)
	if user, password, ok := strings.Cut(value, ":"); ok && isAccountName(name) && user != "" && strings.Trim(strings.ToLower(user), "abcdefghijklmnopqrstuvwxyz0123456789_-.") == "" && isTypedPassword(password) {
		parts = append(parts, textPair{from: len(user) + 1, to: len(value)})
	}
	for _, b := range parts {
		in := source.Range{Start: r.Start + b.from, End: r.Start + b.to}
		v := judge("password", value[b.from:b.to])
		if !exposes(v) || !s.claim(in) {
			continue
		}
		s.claimed.add(r)
		where, inImage := s.place(ins)
		if v == weak {
			s.add(WeakDefault, lint.Diagnostic{
				Range:   s.first(in),
				Message: ins.Name + " " + name + " has a password that everybody tries first: pass it at run time, and let the start fail without it",
			})
			return true
		}
		s.secretBinding(ins, p, name, value[b.from:b.to], in, where, inImage)
		return true
	}
	return false
}

// isAccountName knows variables that hold user:password.
func isAccountName(name string) bool {
	name = strings.ToLower(name)
	for _, end := range [...]string{"basic", "auth", "login", "creds", "credentials", "userpass", "account", "userpwd"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// partsOf finds the passwords inside a value.
func partsOf(value string) []textPair {
	var out []textPair
	if strings.Count(value, "=") > 1 || strings.Contains(value, "=") && strings.ContainsAny(value, ";?") {
		for _, b := range pairs(value) {
			if isConnectionKey(b.key) {
				out = append(out, b)
			}
		}
	}
	if strings.HasPrefix(value, "-") || strings.Contains(value, " -") {
		out = append(out, optionsIn(value)...)
	}
	if strings.HasPrefix(value, "{") && mentionsSecret(value) {
		for _, b := range pairs(value) {
			if knowledge.ClassifyName(b.key) == knowledge.NameSecret && !isCode(value[b.from:b.to]) && b.to-b.from > 2 {
				out = append(out, b)
			}
		}
	}
	if strings.HasSuffix(strings.TrimRight(value, " ;"), "'") || strings.Contains(value, "';") {
		for _, b := range pairs(value) { // settings as code: a['password'] = 'x';
			if v := value[b.from:b.to]; b.quoted && knowledge.ClassifyName(b.key) == knowledge.NameSecret && (isTypedPassword(v) || isGenerated(v)) {
				out = append(out, b)
			}
		}
	}
	if b, ok := account(value); ok {
		out = append(out, b)
	}
	if _, hash, ok := strings.Cut(value, ":"); ok && isPasswordHash(strings.ReplaceAll(hash, "$$", "$")) {
		out = append(out, textPair{from: len(value) - len(hash), to: len(value)})
	}
	if scheme, rest, ok := strings.Cut(value, " "); ok && isAuthScheme(scheme) && (knowledge.LooksRandom(rest) || hidesSecret(rest)) {
		out = append(out, textPair{from: len(scheme) + 1, to: len(value)})
	}
	if len(out) == 0 && hidesSecret(value) {
		out = append(out, textPair{to: len(value)})
	}
	return out
}

func isAuthScheme(v string) bool {
	switch strings.ToLower(v) {
	case "bearer", "basic", "token", "apikey":
		return true
	}
	return false
}

// account finds the password in addresses without a scheme:
// user:password@tcp(host:3306), jdbc:oracle:thin:user/password@host,
// :pserver:user:password@host.
func account(v string) (textPair, bool) {
	at := strings.LastIndexByte(v, '@')
	if at < 0 || strings.Contains(v[:at], "://") || strings.ContainsAny(v[:at], " {\"") {
		return textPair{}, false
	}
	host := v[at+1:]
	head := v[:at]
	switch {
	case strings.HasPrefix(host, "tcp("), strings.HasPrefix(host, "unix("), strings.HasPrefix(host, "("), strings.HasPrefix(v, ":pserver:"), strings.HasPrefix(v, ":ext:"):
		if i := strings.LastIndexByte(head, ':'); i >= 0 {
			return textPair{from: i + 1, to: at}, i+1 < at
		}
	case strings.Contains(head, ":thin:"), strings.Contains(head, ":oci:"):
		if i := strings.LastIndexByte(head, '/'); i >= 0 {
			return textPair{from: i + 1, to: at}, i+1 < at
		}
	}
	return textPair{}, false
}

func isConnectionKey(key string) bool {
	if i := strings.LastIndexByte(key, ' '); i >= 0 {
		key = key[i+1:]
	}
	switch strings.ToLower(key) {
	case "password", "pwd", "pass", "passwd", "accountkey", "sharedaccesskey", "sharedaccesssignature", "secret", "client_secret", "clientsecret":
		return true
	}
	return false
}

// literal judges a value that is bound to a name that promises a secret.
func (s *scan) literal(ins *dockerfile.Instruction, p *dockerfile.Pair, name, value string, r source.Range, class knowledge.NameClass) {
	v := judge(name, value)
	switch {
	case v == secret && isWords(value) && !isMnemonic(name, value):
		v = harmless
	case v == harmless && strings.Contains(value, "$"):
		if !s.promoted(ins, p, name, value, class) && ins.Name == "ARG" && strings.HasPrefix(value, "$") {
			s.bareArg(ins, p, name)
		}
		return
	}
	if v == harmless {
		s.clean.add(r)
		return
	}
	if !s.claim(r) {
		return
	}
	where, inImage := s.place(ins)
	if ins.IsOnbuild() {
		where, inImage = "in every image that is built on this one", true
	}
	switch v {
	case weak:
		s.add(WeakDefault, lint.Diagnostic{
			Range:   r,
			Message: ins.Name + " " + name + " has a default that everybody tries first: pass it at run time, and let the start fail without it",
			Fixes:   s.bindingFixes(ins, p, name, v),
		})
	case placeholder:
		s.add(Placeholder, lint.Diagnostic{
			Range:   r,
			Message: ins.Name + " " + name + " has a placeholder as its default, which someone may forget to replace: pass it at run time, and let the start fail without it",
		})
	default:
		s.secretBinding(ins, p, name, value, r, where, inImage)
	}
}

// isMnemonic knows the words that a wallet is made from.
func isMnemonic(name, value string) bool {
	name = strings.ToLower(name)
	if !strings.Contains(name, "mnemonic") && !strings.Contains(name, "seed") && !strings.Contains(name, "recovery") {
		return false
	}
	n := len(strings.Fields(value))
	return n >= 12 && n <= 24 && strings.Trim(value, "abcdefghijklmnopqrstuvwxyz ") == ""
}

// isWords reports whether a value is prose, which passwords are not.
func isWords(value string) bool {
	return strings.Count(value, " ") >= 2 && !strings.ContainsAny(value, "=;") && !knowledge.LooksRandom(strings.ReplaceAll(value, " ", "")) &&
		!strings.HasPrefix(value, "-----BEGIN") && !hasGeneratedWord(value)
}

func hasGeneratedWord(value string) bool {
	for w := range strings.FieldsSeq(value) {
		if isGenerated(w) {
			return true
		}
	}
	return false
}

func (s *scan) secretBinding(ins *dockerfile.Instruction, p *dockerfile.Pair, name, value string, r source.Range, where string, inImage bool) {
	kind, how := InEnv, "pass it at run time"
	if ins.Name == "ARG" {
		s.secretArgs = append(s.secretArgs, name)
		kind, how = InArg, "use a secret mount"
		if s.stageOf(ins) == nil {
			inImage, where = false, "in this file, and in the provenance of the image"
		}
	} else if inImage && !ins.IsOnbuild() {
		where = "in the configuration of the image"
	}
	s.add(kind, lint.Diagnostic{
		Range: s.first(r), Severity: severity(inImage),
		Message: ins.Name + " " + name + " holds a secret, " + s.described(value, r) + ", which everyone can read " + where + ": " + how + ", and " + rotate,
		Fixes:   s.bindingFixes(ins, p, name, secret),
	})
}

// bareArg reports a build argument that is to be given a secret.
func (s *scan) bareArg(ins *dockerfile.Instruction, p *dockerfile.Pair, name string) {
	st := s.stageOf(ins)
	if st == nil && !ins.IsOnbuild() {
		return // not in any history, unless a stage takes it over
	}
	if p.Has && !ins.IsOnbuild() && !s.recorded(ins, name) {
		return // ARG NAME= with nothing behind it says that none is needed
	}
	if v := s.metaOf(ins, name); v != nil && v.Set && v.Pair != nil && s.isClaimed(v.Pair.Value.Range) {
		return // its value is reported
	}
	s.secretArgs = append(s.secretArgs, name)
	_, inImage := s.place(ins)
	why := "the history of the image records it with every later RUN"
	sev := lint.Warning
	if !inImage && !ins.IsOnbuild() {
		why, sev = "the build cache and the provenance of the image keep its value", lint.Info
	}
	s.add(InArg, lint.Diagnostic{
		Range: p.Key.Range, Severity: sev,
		Message: "Build argument " + name + " is no way to pass a secret: " + why + "; use a secret mount",
		Related: s.readers(ins, name),
		Fixes:   s.bindingFixes(ins, p, name, secret),
	})
}

// recorded reports whether something keeps the value of a build argument: a RUN
// behind it, in its stage or in one that begins with that, or whatever uses it.
func (s *scan) recorded(ins *dockerfile.Instruction, name string) bool {
	st := s.stageOf(ins)
	for _, o := range s.d.Stages().Stages {
		if !o.BuiltOn(st) {
			continue
		}
		for _, by := range o.Body {
			if by.Index <= ins.Index || by.Err != nil {
				continue
			}
			if by.Name == "RUN" {
				return true
			}
			if _, used := s.mentions(by, name); used {
				return true
			}
		}
	}
	return false
}

// metaOf returns the global ARG that a bare ARG takes over, or nil.
func (s *scan) metaOf(ins *dockerfile.Instruction, name string) *stage.Var {
	for _, meta := range s.d.Stages().Meta {
		for k := range meta.Pairs {
			if p := &meta.Pairs[k]; p.Key.Value == name && meta.Index < ins.Index {
				return &stage.Var{Name: name, Set: p.Has, By: meta, Pair: p}
			}
		}
	}
	return nil
}

// promoted reports an ENV that makes a build argument part of the configuration.
func (s *scan) promoted(ins *dockerfile.Instruction, p *dockerfile.Pair, name, value string, class knowledge.NameClass) bool {
	if ins.Name != "ENV" || !strings.Contains(value, "$") || class == knowledge.NameLocation {
		return false
	}
	scope := s.d.Stages().ScopeAt(ins)
	for _, v := range scope.Expand(p.Value.Value).Used {
		if v.Kind != stage.Arg && v.Kind != stage.MetaArg {
			continue
		}
		if class != knowledge.NameSecret && knowledge.ClassifyName(v.Name) != knowledge.NameSecret {
			continue
		}
		if class == knowledge.NameSecret && v.Set && v.Known && judge(name, v.Value) == harmless && v.Value != "" {
			continue
		}
		_, inImage := s.place(ins)
		sev, where := lint.Error, "the configuration of the image"
		if !inImage {
			sev, where = lint.Info, "the build cache"
		}
		_, r := unquote(p.Value)
		s.add(InEnv, lint.Diagnostic{
			Range: s.first(r), Severity: sev,
			Message: "ENV " + name + " writes build argument " + v.Name + " into " + where + ", where everyone can read it: pass it at run time, or use a secret mount for the build",
			Fixes:   s.promotedFixes(ins, p, name, v.Name),
		})
		return true
	}
	return false
}

// label judges a LABEL.
func (s *scan) label(ins *dockerfile.Instruction, name, value string, r source.Range, class knowledge.NameClass) {
	short := name
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		short = name[i+1:]
	}
	_, hash, _ := strings.Cut(value, ":")
	hashed := isPasswordHash(strings.ReplaceAll(hash, "$$", "$"))
	if !hashed && (class != knowledge.NameSecret && knowledge.ClassifyName(short) != knowledge.NameSecret || strings.ContainsAny(value, " $")) {
		return
	}
	if !hashed && judge(short, value) != secret || !s.claim(r) {
		return
	}
	_, inImage := s.place(ins)
	s.add(InLabel, lint.Diagnostic{
		Range: r, Severity: severity(inImage),
		Message: "Label " + name + " holds a secret, " + s.described(value, r) + ", which everyone can read in the configuration of the image: leave it out, and " + rotate,
	})
}

// readers are the places of a stage that use an argument.
func (s *scan) readers(ins *dockerfile.Instruction, name string) []lint.Related {
	var out []lint.Related
	if s.tired() {
		return nil
	}
	for _, run := range s.runsAfter(ins) {
		if r, ok := s.reads(run, name); ok && len(out) < 4 {
			out = append(out, lint.Related{Range: r, Message: "used here"})
		}
	}
	return out
}
