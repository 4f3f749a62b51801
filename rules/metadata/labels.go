package metadata

import (
	"net/mail"
	"net/url"
	"strings"
	"time"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/stage"
)

// labelOptions say what labels hold.
type labelOptions struct {
	Labels map[string]string `yaml:"labels" doc:"What labels hold, by key: text, url, rfc3339, spdx, semver, hash, email or rawtext."`
}

// strictOptions are labelOptions with a switch.
type strictOptions struct {
	Labels map[string]string `yaml:"labels" doc:"The labels that an image has, by key, with what they hold."`
	Strict bool              `yaml:"strict" doc:"Whether other labels are refused."`
}

// label is one binding of a LABEL.
type label struct {
	ins    *dockerfile.Instruction
	pair   *dockerfile.Pair
	key    string
	stages *stage.Graph
}

// eachLabel calls each for all labels.
func eachLabel(p *lint.Pass, each func(l *label)) {
	for ins := range p.Instructions("LABEL") {
		for k := range ins.Pairs {
			l := label{ins: ins, pair: &ins.Pairs[k], key: strings.Trim(ins.Pairs[k].Key.Value, `"'`), stages: p.Stages()}
			each(&l)
		}
	}
}

// value returns the value of the label; known is false when it is decided
// elsewhere.
func (l *label) value() (text string, known bool) {
	x := l.stages.ScopeAt(l.ins).Expand(l.pair.Value.Value)
	return x.Value, x.Known && x.Err == nil && l.pair.Has
}

// kindOf returns what the label holds: as the options say, else as the OCI
// specification has it.
func kindOf(options map[string]string, key string) (knowledge.LabelKind, bool) {
	if text, ok := options[key]; ok {
		switch strings.ToLower(text) {
		case "url":
			return knowledge.LabelURL, true
		case "rfc3339":
			return knowledge.LabelTime, true
		case "spdx":
			return knowledge.LabelSPDX, true
		case "semver":
			return knowledge.LabelVersion, true
		case "hash":
			return knowledge.LabelHash, true
		case "email":
			return knowledge.LabelEmail, true
		}
		return knowledge.LabelText, true
	}
	l, ok := knowledge.LabelOf(key)
	return l.Kind, ok
}

// checkKind reports labels of the kind whose value is not one. Asked says that the
// options must ask for it, since the specification asks for less.
func checkKind(p *lint.Pass, kind knowledge.LabelKind, asked bool, valid func(string) bool, message string) {
	options, _ := p.Options.(*labelOptions)
	eachLabel(p, func(l *label) {
		if _, ok := options.Labels[l.key]; asked && !ok {
			return
		}
		if k, ok := kindOf(options.Labels, l.key); !ok || k != kind {
			return
		}
		if v, known := l.value(); known && v != "" && !valid(v) {
			p.Report(lint.Diagnostic{Range: l.pair.Value.Range, Message: message})
		}
	})
}

func validURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && (u.Host != "" || u.Opaque != "")
}

func validTime(s string) bool {
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}

func validSPDX(s string) bool {
	unknown, formed := knowledge.CheckSPDX(s)
	return formed && len(unknown) == 0
}

func validHash(s string) bool {
	return (len(s) == 40 || len(s) == 64 || len(s) == 7) && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

func validEmail(s string) bool {
	_, err := mail.ParseAddressList(s)
	return err == nil
}

// validVersion reports whether s is a version by the rules of semver.org; a "v" in
// front is let pass.
func validVersion(s string) bool {
	s = strings.TrimPrefix(s, "v")
	s, build, hasBuild := strings.Cut(s, "+")
	core, pre, hasPre := strings.Cut(s, "-")
	if hasBuild && !identifiers(build) || hasPre && !identifiers(pre) {
		return false
	}
	parts := strings.Split(core, ".")
	for _, part := range parts {
		if part == "" || strings.Trim(part, "0123456789") != "" || len(part) > 1 && part[0] == '0' {
			return false
		}
	}
	return len(parts) == 3
}

func identifiers(s string) bool {
	for part := range strings.SplitSeq(s, ".") {
		if part == "" || strings.Trim(strings.ToLower(part), "0123456789abcdefghijklmnopqrstuvwxyz-") != "" {
			return false
		}
	}
	return true
}
