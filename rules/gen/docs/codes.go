package docs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
)

// tools are the programs whose codes are known, by what their codes begin with.
// The codes of BuildKit have nothing in common.
var tools = []struct{ name, prefix string }{
	{"hadolint", "DL"},
	{"BuildKit", ""},
	{"ShellCheck", "SC"},
	{"Trivy", "DS-"},
	{"Checkov", "CKV"},
	{"KICS", "kics/"},
	{"Sonar", "S"},
	{"Semgrep", "semgrep/"},
	{"Dockle", "CIS-"},
	{"Dockle", "DKL-"},
	{"dockerfilelint", "dockerfilelint/"},
	{"slim", "ID."},
	{"tally", "tally/"},
}

// toolOf returns the name of the program that a code belongs to.
func toolOf(code string) string {
	name, longest := "BuildKit", 0
	for _, t := range tools {
		rest, ok := strings.CutPrefix(code, t.prefix)
		if !ok || len(t.prefix) <= longest {
			continue
		}
		if t.prefix == "S" && strings.Trim(rest, "0123456789") != "" {
			continue
		}
		name, longest = t.name, len(t.prefix)
	}
	return name
}

// unmatched are codes that no rule stands for, with the reason.
var unmatched = []struct {
	tool, why string
	codes     []string
}{
	{"Trivy", "proposed and never released (dnf --nodocs); the images of these distributions set it themselves", []string{"DS-0028"}},
	{"Dockle", "needs the signatures of a registry", []string{"CIS-DI-0005"}},
	{"Dockle", "needs the users of the built image", []string{"DKL-LI-0002"}},
	{"KICS", "its advice is the other way round: COPY --chown is what dlint recommends", []string{"kics/chown_flag_exists"}},
	{"KICS", "needs a database of vulnerabilities", []string{"kics/vulnerable_openssl_version"}},
	{"Semgrep", "an extra index is a question of trust that the text does not answer", []string{"semgrep/dockerfile-pip-extra-index-url"}},
	{"dockerfilelint", "BuildKit takes blanks in a path as they are", []string{"dockerfilelint/invalid_workdir"}},
	{"tally", "dlint fmt lays out the file", []string{
		"tally/consistent-indentation", "tally/eol-last", "tally/epilogue-order", "tally/newline-between-instructions",
		"tally/newline-per-chained-call", "tally/no-multi-spaces", "tally/no-multiple-empty-lines", "tally/no-trailing-spaces",
		"tally/prefer-formatted-heredocs",
	}},
	{"tally", "a matter of taste", []string{
		"tally/labels/prefer-grouped", "tally/labels/prefer-stable-order", "tally/max-lines", "tally/prefer-canonical-stopsignal",
		"tally/prefer-copy-heredoc", "tally/prefer-curl-config", "tally/prefer-run-heredoc", "tally/prefer-telemetry-opt-out",
		"tally/prefer-wget-config", "tally/require-stages", "tally/gpu/prefer-uv-over-conda", "tally/ruby/prefer-network-none-install",
	}},
	{"tally", "PowerShell itself is left to its own analyzer", []string{"tally/powershell/PS*"}},
	{"tally", "depends on how Buildx is called", []string{"tally/labels/no-buildx-git-overlap"}},
	{"tally", "its own configuration names the commands; custom rules do the same", []string{"tally/require-secret-mounts"}},
	{"tally", "spares a few megabytes of headers and wants a variable for it", []string{"tally/js/node-gyp-cache-mounts"}},
	{"BuildKit", "needs the base image", []string{"InvalidBaseImagePlatform"}},
	{"tally", "needs a registry", []string{"tally/labels/no-stale-base-digest", "tally/platform-mismatch", "tally/prefer-vex-attestation"}},
}

// aliases lists the codes of other tools, tool by tool.
func aliases(b *strings.Builder, rules []*lint.Rule) {
	type alias struct{ name, rule string }
	byTool := map[string][]alias{}
	for _, r := range rules {
		for _, a := range r.Aliases {
			t := toolOf(a)
			byTool[t] = append(byTool[t], alias{a, r.ID})
		}
	}
	b.WriteString("\n## Codes of other tools\n\n")
	b.WriteString("Each works where a rule can be named. Where a tool has names and no codes, its name stands in front.\n")
	shown := map[string]bool{}
	for _, t := range tools {
		all := byTool[t.name]
		if shown[t.name] || len(all) == 0 {
			continue
		}
		shown[t.name] = true
		slices.SortFunc(all, func(x, y alias) int { return cmp.Or(cmp.Compare(x.name, y.name), cmp.Compare(x.rule, y.rule)) })
		fmt.Fprintf(b, "\n### %s\n\n| Code | Rule |\n| --- | --- |\n", t.name)
		for _, a := range all {
			fmt.Fprintf(b, "| `%s` | [%s](#%s) |\n", a.name, a.rule, a.rule)
		}
		for _, u := range unmatched {
			if u.tool == t.name {
				fmt.Fprintf(b, "| %s | none: %s |\n", code(u.codes), u.why)
			}
		}
	}
}
