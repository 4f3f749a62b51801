package packages

import (
	"slices"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// LockfileUpdated finds commands that work out versions anew.
var LockfileUpdated = &lint.Rule{
	ID:      "lockfile-updated",
	Summary: "A build that brings a lock file up to date ignores what was tested",
	Doc: `
composer update, bundle update, npm update and their like look for the newest versions
that the manifest allows and write another lock file, in the image and nowhere else.
Nobody has tested those versions, and the next build may get others. Update the lock
file in the repository, and let the build install what it says.

Only lock files that are in the build context and copied before count.

# Fix safety

The fix installs what the lock file says. It is unsafe because the image gets other
versions than before, and because the build fails where the lock file does not fit.
`,
	Bad:      "-- Dockerfile --\nFROM composer:2\nWORKDIR /app\nCOPY . .\nRUN composer update --no-dev\n-- composer.lock --\n{}\n",
	Good:     "-- Dockerfile --\nFROM composer:2\nWORKDIR /app\nCOPY . .\nRUN composer install --no-dev\n-- composer.lock --\n{}\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if !p.Build.Context.Known() {
			return
		}
		for ins, c := range operations(p, "npm", "yarn", "pnpm", "composer", "bundle", "bundler", "poetry", "pipenv", "pdm", "cargo") {
			op := c.Package()
			u := updateOf(c, op)
			if u == nil || op.Global || op.Target != nil || hidden(c) || dryRun(c) {
				continue
			}
			lock := copiedLock(p, ins, c, u.locks)
			if lock == "" {
				continue
			}
			d := lint.Diagnostic{
				Range:   head(p, c),
				Message: call(c) + " looks for newer versions than " + lock + " names: use " + u.instead,
			}
			if u.sub != "" && len(c.Operands()) == 0 && !slices.ContainsFunc(c.Flags(), func(f shell.Flag) bool { return !slices.Contains(u.flags, f.Name) }) {
				sub := c.SubcommandWord()
				d.Fixes = []lint.Fix{{
					Title: "Use " + u.instead, Applicability: lint.Unsafe,
					Edits: []lint.Edit{replaceWord(sub, 0, len(sub.Value), u.sub)},
				}}
			}
			p.Report(d)
		}
	},
}

// lockUpdate is a command that writes a lock file, and what to use instead.
type lockUpdate struct {
	manager string
	subs    []string
	locks   []string
	instead string
	// sub takes the place of the subcommand where all flags are among flags, which
	// mean the same to both.
	sub   string
	flags []string
}

var lockUpdates = []lockUpdate{
	{
		"npm",
		[]string{"update", "up", "upgrade"},
		[]string{"package-lock.json", "npm-shrinkwrap.json"},
		"npm ci", "ci",
		[]string{"--omit", "--include", "--production", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"},
	},
	{"yarn", []string{"upgrade", "up"}, []string{"yarn.lock"}, "yarn install --frozen-lockfile", "", nil},
	{"pnpm", []string{"update", "up", "upgrade"}, []string{"pnpm-lock.yaml"}, "pnpm install --frozen-lockfile", "", nil},
	{
		"composer",
		[]string{"update", "u", "upgrade"},
		[]string{"composer.lock"},
		"composer install", "install",
		[]string{
			"--no-dev", "--dev", "--prefer-dist", "--prefer-source", "--no-interaction", "-n", "--no-progress", "--no-scripts",
			"--optimize-autoloader", "-o", "--classmap-authoritative", "-a", "--no-autoloader", "--ignore-platform-reqs", "-q", "-v", "-vv", "-vvv",
			"--no-plugins", "--no-ansi", "--ansi", "--quiet", "--verbose",
		},
	},
	{"bundle", []string{"update"}, []string{"Gemfile.lock"}, "bundle install", "install", []string{"--jobs", "-j", "--retry", "--quiet"}},
	{"poetry", []string{"update"}, []string{"poetry.lock"}, "poetry install", "install", []string{"--no-interaction", "-n", "--no-ansi", "--only", "--without", "--with", "--sync"}},
	{"pipenv", []string{"update", "lock"}, []string{"Pipfile.lock"}, "pipenv sync", "", nil},
	{"pdm", []string{"update"}, []string{"pdm.lock"}, "pdm sync", "", nil},
	{"cargo", []string{"update"}, []string{"Cargo.lock"}, "cargo build --locked", "", nil},
}

// updateOf returns what a command does to a lock file, or nil.
func updateOf(c *shell.Command, op *shell.PackageOp) *lockUpdate {
	for k := range lockUpdates {
		if u := &lockUpdates[k]; u.manager == op.Manager && slices.Contains(u.subs, op.Subcommand) {
			if c.Has("--bundler", "--lock") || u.manager == "pipenv" && c.Has("-r", "--requirements") {
				return nil // bundler itself, only the check sum, or a list of what is locked
			}
			return u
		}
	}
	return nil
}
