package security

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules/internal/pairs"
	"github.com/dlint/dlint/rules/internal/shelledit"
)

// TlsVerificationOff finds downloads that trust everyone.
var TlsVerificationOff = &lint.Rule{
	ID:      "tls-verification-off",
	Summary: "Certificates should be verified",
	Aliases: []string{
		"CKV2_DOCKER_2", "CKV2_DOCKER_3", "CKV2_DOCKER_4", "CKV2_DOCKER_5", "CKV2_DOCKER_6",
		"CKV2_DOCKER_12", "CKV2_DOCKER_13", "CKV2_DOCKER_14", "CKV2_DOCKER_15", "CKV2_DOCKER_16", "S4830",
	},
	Doc: `
Without verification anybody on the way can answer in place of the server, and
what is downloaded runs in the image. As an environment variable it holds for
everything that runs in the container later, too. Install ca-certificates, or add
the certificate of the company's own authority, instead.

Options of curl, wget, git, npm, yarn, pnpm, pip, conda, yum, dnf, apt and others are
found, and the variables that do the same, in ENV, ARG and RUN. This machine and
hosts without a domain are left alone; where a checksum or signature is compared, the
finding is a note.

# Fix safety

The fix removes the option, the variable, or the command that writes the setting. It is unsafe because the download fails where the
certificate is indeed not valid.
`,
	Bad:      "FROM alpine\nRUN curl -k -o /x https://example.com/x\n",
	Good:     "FROM alpine\nRUN curl -o /x https://example.com/x\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.WithTriggers("ENV", "ARG") {
			for k := range ins.Pairs {
				pair := &ins.Pairs[k]
				if pair.Has && insecureVariable(pair.Key.Value, strings.Trim(pair.Value.Value, `"'`)) {
					reportTLS(p, pair.Range, removing("Remove "+pair.Key.Value, pairs.Remove, p, ins, k), lint.Warning)
				}
			}
		}
		for ins, s := range p.Runs() {
			for _, c := range s.All() {
				checkTLS(p, ins, c)
			}
		}
	},
}

func reportTLS(p *lint.Pass, r source.Range, fixes []lint.Fix, severity lint.Severity) {
	p.Report(lint.Diagnostic{
		Range: r, Severity: severity,
		Message: "This trusts whoever answers in place of the server: leave certificates verified, and add the authority's own if need be",
		Fixes:   fixes,
	})
}

// removing returns the fix that an edit of bindings makes.
func removing(title string, edit func(*lint.Pass, *dockerfile.Instruction, int) (lint.Edit, bool), p *lint.Pass, ins *dockerfile.Instruction, k int) []lint.Fix {
	e, ok := edit(p, ins, k)
	if !ok {
		return nil
	}
	return []lint.Fix{{Title: title, Applicability: lint.Unsafe, Edits: []lint.Edit{e}}}
}

// withoutAssign returns the fix that removes an assignment in front of a command.
func withoutAssign(p *lint.Pass, c *shell.Command, a *shell.Assign) []lint.Fix {
	if c.Call == nil || len(c.Words) == 0 || c.Is("export", "env") || len(c.Wrappers) > 0 {
		return nil
	}
	r := source.Range{Start: a.Range.Start, End: a.Range.End}
	for r.End < len(p.Source.Text) && p.Source.Text[r.End] == ' ' {
		r.End++
	}
	if r.End == a.Range.End {
		return nil
	}
	return []lint.Fix{{Title: "Remove " + a.Name, Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Delete(r)}}}
}

// withoutSetting returns the fix that removes the option with the setting, or the
// command that writes it.
func withoutSetting(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command, w *shell.Word) []lint.Fix {
	if c.Call == nil {
		return nil
	}
	args := c.Args()
	for k := range args {
		if &args[k] != w {
			continue
		}
		first := k
		if k > 0 && (args[k-1].Value == "-c" || args[k-1].Value == "--setopt" || args[k-1].Value == "-o") {
			first = k - 1
		} else if !strings.HasPrefix(w.Value, "-") {
			break
		}
		r := source.Range{Start: c.Words[first].Range.End, End: w.Range.End}
		if strings.Contains(p.Source.Slice(r), "#") {
			return nil
		}
		return []lint.Fix{{Title: "Remove the option", Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Delete(r)}}}
	}
	for _, word := range args {
		if word.Value == "config" || word.Value == "set" {
			if e, ok := shelledit.Remove(p, ins, c); ok {
				return []lint.Fix{{Title: "Remove the setting", Applicability: lint.Unsafe, Edits: []lint.Edit{e}}}
			}
			return nil
		}
	}
	return nil
}

// insecureVariable reports whether a variable with that value turns verification
// off.
func insecureVariable(name, value string) bool {
	if len(name) < 8 {
		return false
	}
	switch strings.ToUpper(name) {
	case "NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "PERL_LWP_SSL_VERIFY_HOSTNAME",
		"NPM_CONFIG_STRICT_SSL", "YARN_STRICT_SSL", "YARN_ENABLE_STRICT_SSL", "CONDA_SSL_VERIFY",
		"BUNDLE_SSL_VERIFY_MODE":
		return off(value)
	case "GIT_SSL_NO_VERIFY":
		return value != "" && !off(value) && !strings.HasPrefix(value, "$")
	case "PIP_TRUSTED_HOST", "UV_INSECURE_HOST":
		return value != "" && !strings.HasPrefix(value, "$") && !nearby(value)
	}
	return false
}

// off reports whether a value means no.
func off(value string) bool {
	switch strings.ToLower(value) {
	case "0", "false", "no", "off", "none":
		return true
	}
	return false
}

// insecureFlags are the options that turn verification off.
func insecureFlags(c *shell.Command) *shell.Flag {
	switch c.Family {
	case "curl":
		return c.Flag("-k", "--insecure", "--proxy-insecure")
	case "wget":
		return c.Flag("--no-check-certificate")
	case "apk":
		return c.Flag("--no-check-certificate")
	case "helm", "kubectl", "oc", "argocd":
		return c.Flag("--insecure-skip-tls-verify", "--insecure-skip-tls-verify=true")
	case "aws":
		return c.Flag("--no-verify-ssl")
	case "svn":
		return c.Flag("--trust-server-cert")
	case "deno":
		return c.Flag("--unsafely-ignore-certificate-errors")
	case "pip", "python", "uv", "pipenv":
		f := c.Flag("--trusted-host", "--allow-insecure-host")
		if f != nil && f.Has && nearby(f.Value.Value) {
			return nil
		}
		return f
	case "npm", "yarn", "pnpm":
		f := c.Flag("--strict-ssl", "--no-strict-ssl")
		if f != nil && f.Name == "--strict-ssl" && (!f.Has || !off(f.Value.Value)) {
			return nil
		}
		return f
	}
	return nil
}

func checkTLS(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) {
	for k := range c.Assigns {
		a := &c.Assigns[k]
		if a.Has && insecureVariable(a.Name, a.Value.Value) {
			reportTLS(p, a.Range, withoutAssign(p, c, a), lint.Warning)
		}
	}
	if f := insecureFlags(c); f != nil {
		if !local(c) {
			reportTLS(p, f.Range, dropping(p, c, f), trust(c))
		}
		return
	}
	switch c.Family {
	case "git", "npm", "yarn", "pnpm", "conda", "yum", "dnf", "microdnf", "tdnf", "apt-get", "apt", "composer", "bundle", "pip", "poetry":
		if w := insecureSetting(c); w != nil {
			reportTLS(p, w.Range, withoutSetting(p, ins, c, w), lint.Warning)
		}
	}
}

// trust is how much it matters that c trusts everyone: less when a checksum or
// signature of what it downloads is compared.
func trust(c *shell.Command) lint.Severity {
	all := c.Downloads()
	for _, d := range all {
		if !d.Checked {
			return lint.Warning
		}
	}
	if len(all) > 0 {
		return lint.Info
	}
	return lint.Warning
}

// local reports whether everything that a command names is nearby.
func local(c *shell.Command) bool {
	named := false
	for _, w := range c.Args() {
		k := strings.Index(w.Value, "://")
		if k < 0 {
			continue
		}
		named = true
		h := host(w.Value)
		if strings.Contains(h, "$") || !nearby(h) {
			return false
		}
	}
	return named
}

// insecureSetting returns the word with which a program is told by a setting to
// verify nothing, or nil.
func insecureSetting(c *shell.Command) *shell.Word {
	args := c.Args()
	for k := range args {
		w := &args[k]
		name, value, has := strings.Cut(strings.ToLower(w.Value), "=")
		if !has && k+1 < len(args) {
			value = strings.ToLower(args[k+1].Value)
		}
		name = strings.TrimPrefix(name, "--setopt=")
		switch {
		case strings.HasSuffix(name, "setopt") && has:
			name, value, _ = strings.Cut(value, "=")
		case name == "-o":
			continue
		}
		switch name {
		case "http.sslverify", "strict-ssl", "ssl_verify", "sslverify", "acquire::https::verify-peer",
			"acquire::https::verify-host", "-oacquire::https::verify-peer", "enablestrictssl", "ssl_verify_mode",
			"secure-http":
			if off(value) {
				return w
			}
		case "disable-tls":
			if value == "true" {
				return w
			}
		case "global.trusted-host":
			if strings.Contains(value, "$") || !nearby(value) {
				return w
			}
		}
	}
	return nil
}
