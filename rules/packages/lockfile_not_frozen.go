package packages

import (
	"path"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
)

// LockfileNotFrozen finds installs that may change the lock file they are given.
var LockfileNotFrozen = &lint.Rule{
	ID:      "lockfile-not-frozen",
	Summary: "An install that may change the lock file is not what was tested",
	Aliases: []string{"tally/ruby/missing-bundle-deployment"},
	Doc: `
A lock file says which versions were tested. npm install, yarn, bun install, uv sync,
pipenv install, pdm install, bundle install and dotnet restore bring it up to date where
it does not fit the manifest, in the image and nowhere else. npm ci and the frozen forms
of the others fail instead, and some are faster.

Only lock files that are in the build context and copied before the install count.
pnpm, poetry and composer are left alone: pnpm freezes by itself in most builds, and the
others take the lock file as it is. Commands that work out versions anew are what
lockfile-updated is about.

# Fix safety

The fix is unsafe because the build fails from then on where the lock file does not
fit.
`,
	Bad:      "-- Dockerfile --\nFROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm install\n-- package-lock.json --\n{}\n",
	Good:     "-- Dockerfile --\nFROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\n-- package-lock.json --\n{}\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if !p.Build.Context.Known() {
			return
		}
		for ins, c := range operations(p, "npm", "yarn", "bun", "uv", "pipenv", "pdm", "bundle", "bundler", "dotnet") {
			op := c.Package()
			if op.Action != shell.Install || !op.ManifestInstall || op.Frozen || op.Target != nil || hidden(c) || frozenByEnv(p, ins, c) {
				continue
			}
			edit, instead, locks := frozen(p, c, op)
			if lock := copiedLock(p, ins, c, locks); lock != "" {
				d := lint.Diagnostic{
					Range:   head(p, c),
					Message: call(c) + " may install other versions than " + lock + " names: use " + instead,
				}
				if edit.New != "" {
					d.Fixes = []lint.Fix{{Title: "Use " + instead, Applicability: lint.Unsafe, Edits: []lint.Edit{edit}}}
				}
				p.Report(d)
			}
		}
	},
}

// frozen returns the edit that takes the lock file at its word, what it makes, and
// the names of the lock file.
func frozen(p *lint.Pass, c *shell.Command, op *shell.PackageOp) (lint.Edit, string, []string) {
	sub := c.SubcommandWord()
	behind := sub
	if behind == nil {
		behind = &c.Words[0]
	}
	switch op.Manager {
	case "npm":
		if op.Subcommand != "install" && op.Subcommand != "i" || c.Has("--no-package-lock", "--package-lock-only") {
			break
		}
		return replaceWord(sub, 0, len(sub.Value), "ci"), "npm ci", []string{"package-lock.json", "npm-shrinkwrap.json"}
	case "yarn":
		flag := "--frozen-lockfile"
		if p.Build.Context.Has(".yarnrc.yml") {
			flag = "--immutable"
		}
		if op.Subcommand == "workspaces" || c.Has("--no-lockfile", "--pure-lockfile", "--no-immutable") {
			break
		}
		return insertWord(c, behind, flag), "yarn install " + flag, []string{"yarn.lock"}
	case "bun":
		return insertWord(c, behind, "--frozen-lockfile"), "bun install --frozen-lockfile", []string{"bun.lock", "bun.lockb"}
	case "uv":
		if op.Subcommand == "sync" && len(op.Requirements) == 0 {
			return insertWord(c, behind, "--locked"), "uv sync --locked", []string{"uv.lock"}
		}
	case "pipenv":
		if op.Subcommand == "install" {
			return insertWord(c, behind, "--deploy"), "pipenv install --deploy", []string{"Pipfile.lock"}
		}
	case "pdm":
		return insertWord(c, behind, "--frozen-lockfile"), "pdm install --frozen-lockfile", []string{"pdm.lock"}
	case "bundle":
		if c.Call == nil || len(c.Wrappers) > 0 {
			return lint.Edit{}, "BUNDLE_FROZEN=true", []string{"Gemfile.lock"}
		}
		return lint.Insert(c.Words[0].Range.Start, "BUNDLE_FROZEN=true "), "BUNDLE_FROZEN=true", []string{"Gemfile.lock"}
	case "dotnet":
		return insertWord(c, behind, "--locked-mode"), "dotnet restore --locked-mode", []string{"packages.lock.json"}
	}
	return lint.Edit{}, "", nil
}

// frozenByEnv reports whether a variable or a setting freezes the lock file.
func frozenByEnv(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) bool {
	return enabled(p, ins, c, "UV_FROZEN", "UV_LOCKED", "YARN_ENABLE_IMMUTABLE_INSTALLS", "PIPENV_IGNORE_PIPFILE", "PIPENV_DEPLOY",
		"PDM_FROZEN_LOCKFILE", "PDM_NO_LOCK", "BUNDLE_FROZEN", "BUNDLE_DEPLOYMENT", "RestoreLockedMode") ||
		c.Family != "bundle" && mentions(p, ins, "frozen-lockfile true", "enableimmutableinstalls") ||
		(c.Family == "bundle" || c.Family == "bundler") && mentions(p, ins, "deployment", "frozen")
}

// copiedLock returns the lock file that lies where the command runs, copied from
// the build context, or "".
func copiedLock(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command, names []string) string {
	st := p.Stages().StateAt(ins)
	if ins.IsOnbuild() || c.Dir == "" || !st.WorkdirKnown && !path.IsAbs(c.Dir) && st.WorkdirBy != nil {
		return ""
	}
	dir := layers.Absolute(st.Workdir, c.Dir)
	for s := range p.Stages().StageOf(ins).Chain() {
		for _, before := range s.Body {
			if before.Index >= ins.Index || before.Err != nil || !before.Is("COPY", "ADD") {
				continue
			}
			if name := lockOf(p, before, dir, names); name != "" {
				return name
			}
		}
	}
	return ""
}

// lockOf returns the lock file that a COPY puts into dir, or "".
func lockOf(p *lint.Pass, ins *dockerfile.Instruction, dir string, names []string) string {
	cp := p.Layers().Step(ins).Copy
	if cp == nil || !cp.FromContext() {
		return ""
	}
	for k := range cp.Selection().Sources {
		for _, e := range cp.Selection().Sources[k].Files {
			for _, n := range names {
				if e.Base() == n && cp.Target(e.Path) == path.Join(dir, n) {
					return n
				}
			}
		}
	}
	return ""
}
