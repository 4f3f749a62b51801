package cache

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
)

// InstallWithoutCacheMount finds package managers that download everything again
// whenever their step runs.
var InstallWithoutCacheMount = &lint.Rule{
	ID:      "install-without-cache-mount",
	Summary: "Packages are downloaded again whenever the step runs",
	Aliases: []string{"tally/prefer-package-cache-mounts", "tally/ruby/prefer-bundler-cache-mount"},
	Doc: `
A step that runs again starts from the layer below it, so a package manager finds
nothing of what it has downloaded before. A cache mount is a folder that stays on
the builder: only what is new is downloaded, and nothing of it becomes part of the
image.

The target is where the package manager keeps its downloads for the user that runs
the command, and follows the variables that move it. Every RUN of the stage that
calls a compiler with a package manager of its own (go, cargo, maven, gradle,
dotnet) gets the mount, because what is in a mount is not there for the next RUN.

For apt-get the mounts are /var/cache/apt and /var/lib/apt/lists, both locked, for
apt cannot share them. The images of Debian and Ubuntu throw away what is downloaded;
the fix takes that setting (docker-clean) out of the image and adds the one that
documentation of Docker gives (keep-cache). The rest of /var/lib/apt stays in the
image: it tells apt which packages nobody asked for.

Clean-up commands go with the fix: the mount is no part of the image, and emptying it
would be in vain. Folders that programs load at run time are never mounted: the
packages of pip or bundler themselves, those of Deno, Plug'n'Play archives of yarn.
apk, dnf, yum and zypper are left to the rules on their clean-up.

# Fix safety

The fix is unsafe: the layer no longer holds the downloads, and options that switch
the cache off go. It is manual in a Dockerfile that uses no other feature of
BuildKit, for the builder may not know mounts. There is none for a user whose number
is not known, where the mount would hide files that are copied into its folder, where
the image's own start calls the package manager, and for apt-get where another RUN
installs packages without an update of its own.
`,
	Bad: `# syntax=docker/dockerfile:1
FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
`,
	Good: `# syntax=docker/dockerfile:1
FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
`,
	Severity: lint.Info,
	Scope:    lint.InStage,
	Beyond:   func(d *lint.Document) any { return modern(d) },
	Fixable:  true,
	Since:    "0.1",
	Check:    checkCacheMount,
}

func checkCacheMount(p *lint.Pass) {
	seen := map[*stage.Stage][]string{}
	for ins, script := range p.Runs() {
		if ins.Parent != nil || ins.Err != nil || len(script.All()) == 0 {
			continue
		}
		s := p.Stages().StageOf(ins)
		if s.Windows() {
			continue
		}
		apt := false
		for _, c := range script.All() {
			m := managerOf(p, c)
			if m == nil || slices.Contains(seen[s], m.Name) || m.Name == "apt" && apt {
				continue
			}
			apt = apt || m.Name == "apt" // what holds for one holds for all of the RUN
			if d, ok := mountFinding(p, s, ins, c, m); ok {
				if whole(m) {
					seen[s] = append(seen[s], m.Name)
				}
				p.Report(d)
				break
			}
		}
	}
}

// managerOf returns the package manager of a command that downloads packages.
func managerOf(p *lint.Pass, c *shell.Command) *knowledge.Manager {
	if c.InSubst || c.Function != "" || c.Outer != nil {
		return nil
	}
	m, ok := knowledge.ManagerOf(c.Name)
	if !ok && c.Family != c.Name {
		m, ok = knowledge.ManagerOf(c.Family)
	}
	if !ok || m.System && m.Name != "apt" || len(m.Mounts) == 0 || offline(c) {
		return nil
	}
	switch m.Name {
	case "deno", "dart", "swift", "micromamba":
		return nil // what they download is run, or the user is nobody's number
	case "sbt":
		return m
	case "mix":
		if c.Subcommand() == "deps.get" {
			return m
		}
		return nil
	}
	op := c.Package()
	switch {
	case op == nil, m.Name == "uv" && c.Subcommand() == "python":
		return nil
	case op.Action == shell.Install, op.Action == shell.Fetch:
	case op.Action == shell.Build && whole(m):
	default:
		return nil
	}
	if m.Name == "cargo" && op.Action == shell.Fetch && c.Subcommand() != "fetch" {
		return nil
	}
	if m.Name == "yarn" && p.Document.Context().Exists(".yarnrc.yml") {
		return berry(p)
	}
	return m
}

// berry is yarn from version 2 on, where what it downloads is unpacked into
// node_modules; otherwise the program loads its packages from the folder.
func berry(p *lint.Pass) *knowledge.Manager {
	data, err := p.Document.Context().ReadFile(".yarnrc.yml", 0)
	if err != nil || !strings.Contains(string(data), "nodeLinker: node-modules") || strings.Contains(string(data), "enableGlobalCache: false") {
		return nil
	}
	all := knowledge.Managers()
	k := slices.IndexFunc(all, func(m knowledge.Manager) bool { return m.Name == "yarn-berry" })
	return &all[k]
}

// programs are the names by which a package manager is called.
func programs(m *knowledge.Manager) []string {
	if m.Name == "yarn-berry" {
		return []string{"yarn", "yarnpkg"}
	}
	return m.Programs
}

// whole reports whether every RUN of a stage that calls the program needs what
// it has downloaded.
func whole(m *knowledge.Manager) bool {
	return slices.Contains([]string{"go", "cargo", "maven", "gradle", "dotnet", "sbt", "apt"}, m.Name)
}

func mountFinding(p *lint.Pass, s *stage.Stage, ins *dockerfile.Instruction, c *shell.Command, m *knowledge.Manager) (lint.Diagnostic, bool) {
	if m.Name == "apt" {
		return aptFinding(p, s, ins, c)
	}
	mounts, known := cacheMounts(p, ins, c, m)
	if len(mounts) == 0 || covered(p, ins, mounts) {
		return lint.Diagnostic{}, false
	}
	d := lint.Diagnostic{Range: c.NameRange, Message: mountMessage(c, mounts)}
	if known && !carried(p, s, mounts) && !hides(p, ins, mounts) && !startCalls(p, s, m) {
		d.Fixes = mountFix(p, s, ins, m, mounts)
	}
	return d, true
}

// mountMessage says what is downloaded again.
func mountMessage(c *shell.Command, mounts []cacheMount) string {
	what := c.Name
	if sub := c.Subcommand(); sub != "" {
		what += " " + sub
	}
	return what + " downloads every package again whenever this step runs: keep them between builds with --mount=type=cache,target=" +
		strings.Join(targets(mounts), " and ")
}
