package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
)

// plan is what a recipe works out: the base of the new stage and what is copied.
type plan struct {
	recipe string
	// runtime is the image of the new stage.
	runtime string
	// sameImage says that it is the base of the build stage or its slim variant,
	// so that users, variables and the entry point are the same.
	sameImage bool
	copies    []artifact
	// env are lines that the new stage needs besides those of the Dockerfile.
	env []string
	// before are lines put in front of an instruction of the build stage, tail
	// those put at its end.
	before map[*dockerfile.Instruction][]string
	tail   []string
	// builtIn reports whether a file of the context is part of the program already.
	builtIn func(at string) bool
	// packages are installed in the new stage; unneeded are those of the build
	// stage that the new one has already or that the program has no use for.
	packages, unneeded []string
	// keepHelpers says that tools such as git, which builds use and some programs,
	// are kept: the sources were not read.
	keepHelpers bool
	// keepTools are packages of such tools that are kept one by one.
	keepTools []string
	// dropEnv reports whether only the tools of the ecosystem read a variable, so
	// that it is not carried; what no program reads is known without it.
	dropEnv func(name string) bool
	// launch replaces the start command; nil keeps it. rewrite changes the text of
	// CMD and ENTRYPOINT; nil for none.
	launch  []string
	rewrite func(string) string
	// provides are programs that the runtime image or the artifacts have.
	provides []string
	files    []newFile

	// linked says that the program is linked to the C library of its build image.
	linked bool
	// platform lets the build stage run on the platform of the builder; edits are
	// changes to its text besides those of the stage itself.
	platform bool
	edits    []lint.Edit
	// tests are the lines of the stage that tests, behind its FROM.
	tests []string
	// user is the account of the new stage where the Dockerfile names none, account
	// the line that makes it.
	user, account    string
	offers, declined []Note

	reasons, carried, dropped, assumptions []string

	// extra are lines behind the COPY instructions.
	extra []string
	// lines are those of the new stage behind its FROM; carry writes them.
	lines []string
}

// artifact is one COPY --from of the new stage.
type artifact struct {
	path string // absolute, the same in both stages
	dir  bool
	// made is a folder that a RUN makes for the running program, and nothing fills.
	made bool
	// owner is the --chown value, "" for root.
	owner string
	// to is another place; empty for the same.
	to string
}

type newFile struct{ path, text string }

func (p *plan) copy(at string, dir bool) {
	for _, a := range p.copies {
		if a.path == at || a.dir && strings.HasPrefix(at, strings.TrimSuffix(a.path, "/")+"/") {
			return
		}
	}
	p.copies = slices.DeleteFunc(p.copies, func(a artifact) bool {
		return dir && a.to == "" && strings.HasPrefix(a.path, strings.TrimSuffix(at, "/")+"/")
	})
	p.copies = append(p.copies, artifact{path: path.Clean(at), dir: dir})
}

// insertBefore puts lines in front of an instruction of the build stage.
func (p *plan) insertBefore(ins *dockerfile.Instruction, lines ...string) {
	if p.before == nil {
		p.before = map[*dockerfile.Instruction][]string{}
	}
	p.before[ins] = append(p.before[ins], lines...)
}

func (p *plan) assume(text string) {
	if !slices.Contains(p.assumptions, text) {
		p.assumptions = append(p.assumptions, text)
	}
}

func (p *plan) reason(text string) {
	if !slices.Contains(p.reasons, text) {
		p.reasons = append(p.reasons, text)
	}
}

func (p *plan) drop(text string) {
	if !slices.Contains(p.dropped, text) {
		p.dropped = append(p.dropped, text)
	}
}

func (p *plan) carry(text string) {
	if !slices.Contains(p.carried, text) {
		p.carried = append(p.carried, text)
	}
}

// covers reports whether the new stage has the path.
func (p *plan) covers(at string) bool {
	for _, a := range p.copies {
		target := a.path
		if a.to != "" {
			target = a.to
		}
		if target == at || a.dir && within(target, at) {
			return true
		}
	}
	return false
}

// facts returns what is known of the runtime image.
func (p *plan) facts() knowledge.ImageFacts {
	ref, err := knowledge.ParseRef(p.runtime)
	if err != nil {
		return knowledge.ImageFacts{}
	}
	f, _ := knowledge.WellKnownImage(ref)
	return f
}

// shell reports whether the runtime image has a shell.
func (p *plan) shell() bool { return !p.facts().Minimal && p.runtime != "scratch" }

// hasTool reports whether the runtime image has a program without help.
func (p *plan) hasTool(name string) bool {
	name = path.Base(name)
	if slices.Contains(p.provides, name) {
		return true
	}
	f := p.facts()
	if !p.shell() {
		return false
	}
	if isBasicTool(name) {
		return true
	}
	switch name {
	case "bash":
		return f.HasBash == knowledge.Yes
	case "wget", "nc", "ps", "vi", "ping":
		return f.Distro == "alpine" || f.Distro == "busybox"
	case "node", "npm", "npx", "yarn", "corepack":
		return f.Family == "node"
	case "python", "python3", "pip", "pip3":
		return f.Family == "python"
	case "ruby", "bundle", "gem", "irb", "rake":
		return f.Family == "ruby"
	case "php":
		return f.Family == "php"
	case "java":
		return f.Family == "eclipse-temurin" || f.Family == "java"
	case "dotnet":
		return f.Family == "dotnet"
	}
	return false
}

// toolPackage returns the package that brings a program.
func toolPackage(name, manager string) (string, bool) {
	switch name {
	case "curl", "wget", "bash", "tini", "dumb-init", "gosu", "jq", "openssl", "git", "ffmpeg", "su-exec":
		if name == "gosu" && manager == "apk" || name == "su-exec" && manager == "apt" {
			return "", false
		}
		return name, true
	case "ssh", "scp", "sftp", "ssh-keygen":
		return map[string]string{"apt": "openssh-client", "apk": "openssh-client-default"}[manager], manager == "apt" || manager == "apk"
	case "tesseract":
		return map[string]string{"apt": "tesseract-ocr", "apk": "tesseract-ocr"}[manager], manager == "apt" || manager == "apk"
	case "pdftoppm", "pdftotext", "pdfinfo":
		return "poppler-utils", manager == "apt" || manager == "apk"
	case "dot":
		return "graphviz", true
	case "gpg":
		return "gnupg", manager == "apt" || manager == "apk"
	case "hg":
		return "mercurial", true
	case "wkhtmltopdf", "wkhtmltoimage":
		return "wkhtmltopdf", manager == "apt"
	case "pandoc", "bzip2":
		return name, true
	case "gm":
		return "graphicsmagick", manager == "apt" || manager == "apk"
	case "convert", "identify", "mogrify":
		return "imagemagick", manager == "apt" || manager == "apk"
	case "unzip", "zip", "file":
		return name, true
	case "xz":
		return map[string]string{"apt": "xz-utils", "apk": "xz"}[manager], manager == "apt" || manager == "apk"
	case "nc", "netcat":
		return "netcat-openbsd", true
	case "ps", "pgrep", "pkill":
		if manager == "apt" {
			return "procps", true
		}
	case "pg_isready", "psql":
		return "postgresql-client", true
	case "redis-cli":
		return map[string]string{"apt": "redis-tools", "apk": "redis"}[manager], manager == "apt" || manager == "apk"
	case "envsubst":
		return map[string]string{"apt": "gettext-base", "apk": "gettext"}[manager], manager == "apt" || manager == "apk"
	}
	return "", false
}
