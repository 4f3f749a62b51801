package security

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// SignatureVerificationOff finds packages that are installed unsigned.
var SignatureVerificationOff = &lint.Rule{
	ID:      "signature-verification-off",
	Summary: "Signatures of packages should be verified",
	Aliases: []string{"CKV2_DOCKER_7", "CKV2_DOCKER_8", "CKV2_DOCKER_9", "CKV2_DOCKER_10", "CKV2_DOCKER_11"},
	Doc: `
The signature says that a package is what the distribution built. Without it, a
mirror or anybody on the way can put anything into the image. Import the key of
the repository instead.

An apk, rpm or deb file that stands in the arguments is often one's own and carries
no signature; the finding is then a note.

# Fix safety

The fix removes the option. It is unsafe because the installation fails where there
is no valid signature.
`,
	Bad:      "FROM alpine\nRUN apk add --allow-untrusted curl\n",
	Good:     "FROM alpine\nRUN apk add curl\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range p.Commands("apk", "apt-get", "apt", "aptitude", "yum", "dnf", "microdnf", "tdnf", "zypper", "rpm", "echo", "printf") {
			if c.Is("echo", "printf") {
				checkSources(p, c)
				continue
			}
			if op := c.Package(); op != nil && (op.Action == shell.Remove || op.Action == shell.Clean) {
				continue
			}
			if f := unsignedFlag(c); f != nil {
				reportUnsigned(p, c, f.Range, dropping(p, c, f))
				continue
			}
			for _, w := range c.Args() {
				v := strings.ToLower(w.Value)
				if strings.Contains(v, "repo_gpgcheck=") {
					continue // of the list of packages, which few repositories sign
				}
				if strings.HasSuffix(v, "allowunauthenticated=true") || strings.HasSuffix(v, "allowunauthenticated=1") ||
					strings.HasSuffix(v, "gpgcheck=0") || strings.HasSuffix(v, "gpgcheck=false") || strings.HasSuffix(v, "allowinsecurerepositories=true") {
					reportUnsigned(p, c, w.Range, nil)
				}
			}
		}
	},
}

func unsignedFlag(c *shell.Command) *shell.Flag {
	switch c.Name {
	case "apk":
		return c.Flag("--allow-untrusted")
	case "rpm":
		return c.Flag("--nosignature", "--nodigest", "--nogpg")
	case "zypper":
		return c.Flag("--no-gpg-checks", "--no-gpg-check", "--allow-unsigned-rpm")
	case "yum", "dnf", "microdnf", "tdnf":
		return c.Flag("--nogpgcheck", "--nogpg")
	}
	return c.Flag("--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories")
}

func reportUnsigned(p *lint.Pass, c *shell.Command, r source.Range, fixes []lint.Fix) {
	d := lint.Diagnostic{
		Range:   r,
		Message: "Packages are installed whatever their signature: remove this and import the key of the repository",
		Fixes:   fixes,
	}
	if op := c.Package(); op != nil && len(op.Packages) > 0 {
		d.Severity = lint.Info
		for k := range op.Packages {
			if !op.Packages[k].IsFile {
				d.Severity = lint.Warning
			}
		}
	}
	p.Report(d)
}

// checkSources looks at lists of repositories that are written by echo.
func checkSources(p *lint.Pass, c *shell.Command) {
	for _, w := range c.Args() {
		for _, bad := range [...]string{"trusted=yes", "gpgcheck=0"} {
			k := strings.Index(w.Value, bad)
			if k < 0 || bad == "trusted=yes" && !strings.Contains(w.Value, "deb ") ||
				k > 0 && strings.HasSuffix(w.Value[:k], "repo_") {
				continue
			}
			if rest := w.Value[k:]; strings.Contains(rest, "] file:") || strings.Contains(rest, "] copy:") {
				continue // a repository that the build has just made
			}
			reportUnsigned(p, c, w.Sub(k, k+len(bad)), nil)
		}
	}
}
