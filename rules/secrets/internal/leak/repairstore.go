package leak

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// store is what takes the place of a command that keeps a credential in a file:
// variables from which the program takes it as well, or the file as a secret.
type store struct {
	variables []string
	file      credentialFile
	// tools are the programs that need the variables.
	tools []string
}

// storeFor tells how to do without a command that keeps a credential.
func storeFor(c *shell.Command) (store, bool) {
	name := c.Name
	if c.Family == "pip" {
		name = c.Family
	}
	args := c.Args()
	has := func(sub string) bool { _, ok := behindSub(args, sub); return ok }
	operand := func(sub string) string {
		rest, _ := behindSub(args, sub)
		if ops := operandsOf(rest, c.Name); len(ops) > 0 {
			return ops[0].Value
		}
		return ""
	}
	switch name {
	case "cargo":
		return cargoStore(c)
	case "poetry":
		return poetryStore(operand("config"))
	case "composer", "composer.phar":
		return store{variables: []string{"COMPOSER_AUTH"}, tools: []string{"composer", "composer.phar"}}, has("config")
	case "bundle", "bundler":
		host := operand("config")
		if has("config set") {
			host = operand("config set")
		}
		return bundleStore(host)
	case "pip":
		return store{file: credentialFile{"pip", "/etc/pip.conf", []string{"pip"}}}, has("config set")
	case "docker", "podman", "buildah", "skopeo", "oras", "crane", "nerdctl":
		return store{file: credentialFile{"docker-config", "~/.docker/config.json", []string{name}}}, has("login")
	case "git":
		return store{file: credentialFile{"netrc", "~/.netrc", gitTools}}, has("credential approve") || has("credential-store store") || extraHeader(c)
	}
	for _, v := range [...]struct {
		program, sub, variable string
		tools                  []string
	}{
		{"gh", "auth login", "GH_TOKEN", []string{"gh"}},
		{"glab", "auth login", "GITLAB_TOKEN", []string{"glab"}},
		{"vault", "login", "VAULT_TOKEN", []string{"vault"}},
		{"wandb", "login", "WANDB_API_KEY", []string{"wandb", "python"}},
		{"huggingface-cli", "login", "HF_TOKEN", []string{"huggingface-cli", "hf", "python"}},
		{"hf", "auth login", "HF_TOKEN", []string{"huggingface-cli", "hf", "python"}},
		{"snyk", "auth", "SNYK_TOKEN", []string{"snyk"}},
		{"doctl", "auth init", "DIGITALOCEAN_ACCESS_TOKEN", []string{"doctl"}},
	} {
		if v.program == name && has(v.sub) {
			return store{variables: []string{v.variable}, tools: v.tools}, true
		}
	}
	return store{}, false
}

// gitTools are the programs that call git, or read the same files.
var gitTools = []string{"git", "go", "pip", "npm", "yarn", "pnpm", "composer", "bundle", "cargo"}

// extraHeader reports whether a command makes git send a header from now on.
func extraHeader(c *shell.Command) bool {
	rest, ok := behindSub(c.Args(), "config")
	if !ok {
		return false
	}
	ops := operandsOf(rest, c.Name)
	return len(ops) == 2 && strings.HasSuffix(strings.ToLower(ops[0].Value), "extraheader")
}

func cargoStore(c *shell.Command) (store, bool) {
	if c.SubcommandWord() == nil || c.SubcommandWord().Value != "login" {
		return store{}, false
	}
	variable := "CARGO_REGISTRY_TOKEN"
	if w, ok := c.Option("--registry"); ok {
		variable = "CARGO_REGISTRIES_" + variableName(w.Value) + "_TOKEN"
	}
	return store{variables: []string{variable}, tools: []string{"cargo"}}, true
}

func poetryStore(key string) (store, bool) {
	kind, name, ok := strings.Cut(key, ".")
	if !ok || name == "" {
		return store{}, false
	}
	name = variableName(name)
	switch kind {
	case "http-basic":
		return store{variables: []string{"POETRY_HTTP_BASIC_" + name + "_USERNAME", "POETRY_HTTP_BASIC_" + name + "_PASSWORD"}, tools: []string{"poetry"}}, true
	case "pypi-token":
		return store{variables: []string{"POETRY_PYPI_TOKEN_" + name}, tools: []string{"poetry"}}, true
	}
	return store{}, false
}

func bundleStore(host string) (store, bool) {
	if !strings.Contains(host, ".") || strings.Contains(host, "/") {
		return store{}, false
	}
	variable := "BUNDLE_" + strings.ToUpper(strings.NewReplacer(".", "__", "-", "___").Replace(host))
	return store{variables: []string{variable}, tools: []string{"bundle", "bundler"}}, true
}

// variableName is the name as a part of that of a variable.
func variableName(v string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(v))
}

// storeFixes drops the command that keeps a credential, and gives it to the
// programs that need it each time.
func (s *scan) storeFixes(p *plan, ins *dockerfile.Instruction, c *shell.Command) []lint.Fix {
	st, ok := storeFor(c)
	if !ok {
		return nil
	}
	drop := s.storing(ins, c)
	if len(st.variables) == 0 {
		return s.fileInstead(p, ins, drop, st.file)
	}
	p.dropCommands(ins, drop)
	used := false
	for _, run := range append([]*dockerfile.Instruction{ins}, s.runsAfter(ins)...) {
		if p.gone[run] || !s.usesTool(run, st.tools, drop) {
			continue
		}
		for _, v := range st.variables {
			p.variableMount(run, v)
		}
		used = true
	}
	if !used {
		return nil
	}
	how := make([]string, len(st.variables))
	for k, v := range st.variables {
		how[k] = "--secret id=" + v + ",env=" + v
	}
	return p.fix("Give it to "+st.tools[0]+" by a secret mount each time, and build with "+strings.Join(how, " "), lint.Unsafe)
}

// storing are the commands of a RUN that keep the same credential as c: those
// with the same replacement.
func (s *scan) storing(ins *dockerfile.Instruction, c *shell.Command) []*shell.Command {
	want, _ := storeFor(c)
	out := []*shell.Command{c}
	for _, o := range s.d.Shell(ins).All() {
		if o == c || o.Outer != nil {
			continue
		}
		if sub := o.SubcommandWord(); want.file.id == "docker-config" && o.Name == want.file.tools[0] && sub != nil && sub.Value == "logout" {
			out = append(out, o)
			continue
		}
		got, ok := storeFor(o)
		if ok && got.file.id == want.file.id && (want.file.id != "" && want.file.id != "pip" && want.file.id != "docker-config" || slices.Equal(got.variables, want.variables) && len(want.variables) > 0) {
			out = append(out, o)
		}
	}
	return out
}

// referenced replaces a credential that npm and yarn keep by the name of a
// variable, at which they look each time.
func (s *scan) referenced(p *plan, sp *spot) []lint.Fix {
	name := "NPM_TOKEN"
	key := strings.ToLower(sp.word.Value)
	if args := sp.cmd.Args(); len(args) > 1 {
		for k := range args {
			key += " " + strings.ToLower(args[k].Value)
		}
	}
	switch {
	case strings.Contains(key, "_password"):
		name = "NPM_PASSWORD"
	case strings.Contains(key, ":_auth ") || strings.Contains(key, ":_auth=") || strings.Contains(key, " _auth") || strings.Contains(key, "npmauthident"):
		name = "NPM_AUTH"
	}
	if !s.hasEnvMounts() {
		return nil
	}
	reference := "$" + "{" + name + "}"
	switch sp.word.Quote {
	case shell.Unquoted:
		reference = "'" + reference + "'"
	case shell.SingleQuoted:
	case shell.DoubleQuoted:
		reference = `\` + reference
	default:
		return nil
	}
	p.edit(lint.Replace(sp.word.Sub(sp.from, sp.to), reference))
	for _, run := range append([]*dockerfile.Instruction{sp.ins}, s.runsAfter(sp.ins)...) {
		if run == sp.ins || s.d.Shell(run).Has("npm", "npx", "pnpm", "yarn") {
			p.mount(run, "type=secret,id="+name+",env="+name+",required=true")
		}
	}
	return p.fix("Give it by a secret mount, and build with --secret id="+name+",env="+name, lint.Unsafe)
}
