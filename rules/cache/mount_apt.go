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

// aptMounts are what apt keeps. The rest of /var/lib/apt is about what is
// installed, and so belongs into the image.
var aptMounts = []cacheMount{{"/var/cache/apt", ",sharing=locked"}, {"/var/lib/apt/lists", ",sharing=locked"}}

// keepDownloads undoes what images of Debian and Ubuntu do to their downloads.
const keepDownloads = `rm -f /etc/apt/apt.conf.d/docker-clean; echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep-cache; `

// aptFinding reports the first RUN of a stage that updates the lists and
// installs packages.
func aptFinding(p *lint.Pass, s *stage.Stage, ins *dockerfile.Instruction, c *shell.Command) (lint.Diagnostic, bool) {
	if updated, _ := aptUse(p.Shell(ins)); !updated || len(p.Layers().Step(ins).Mounts) > 0 && covered(p, ins, aptMounts) {
		return lint.Diagnostic{}, false
	}
	d := lint.Diagnostic{Range: c.NameRange, Message: mountMessage(c, aptMounts)}
	if fix, ok := aptFix(p, s); ok {
		d.Fixes = []lint.Fix{fix}
	}
	return d, true
}

// aptUse reports whether a script updates the lists before all that needs them,
// and whether it needs them without.
func aptUse(script *shell.Script) (updated, stale bool) {
	for _, c := range script.All() {
		op := c.Package()
		if op == nil || op.Manager != "apt" {
			stale = stale || !updated && c.Is("apt-cache", "aptitude", "gdebi")
			continue
		}
		switch op.Action {
		case shell.Update:
			updated = updated || !c.Conditional && c.Outer == nil && c.Function == ""
		case shell.Install, shell.Upgrade, shell.DistUpgrade, shell.Fetch:
			stale = stale || !updated
		}
	}
	return updated, stale
}

// aptFix gives the mounts to every RUN of the stage that calls apt.
func aptFix(p *lint.Pass, s *stage.Stage) (lint.Fix, bool) {
	fix := lint.Fix{Title: "Keep the downloads of apt in cache mounts", Applicability: lint.Manual}
	if modern(p.Document) {
		fix.Applicability = lint.Unsafe
	}
	m, _ := knowledge.ManagerOf("apt-get")
	if aptElsewhere(p, s) {
		return fix, false
	}
	for _, ins := range s.Body {
		if ins.Name != "RUN" || ins.Err != nil {
			continue
		}
		updated, stale := aptUse(p.Shell(ins))
		if stale {
			return fix, false
		}
		if !updated || covered(p, ins, aptMounts) {
			continue
		}
		edits, ok := aptEdits(p, ins, m, len(fix.Edits) == 0)
		if !ok {
			return fix, false
		}
		fix.Edits = append(fix.Edits, alone(p, ins, edits)...)
	}
	return fix, len(fix.Edits) > 0
}

// aptElsewhere reports whether a stage that is built on s installs from lists
// that s has fetched, or something is done to apt's folders by name, in these
// stages, in those below or where files of s are taken.
func aptElsewhere(p *lint.Pass, s *stage.Stage) bool {
	for _, t := range p.Stages().Stages {
		above := t.BuiltOn(s)
		if !above && !s.BuiltOn(t) {
			continue
		}
		for _, ins := range t.Body {
			if ins.Is("COPY", "ADD", "VOLUME", "ONBUILD") && namesApt(p.Source.Slice(ins.Range)) {
				return true
			}
			if t == s || !above || ins.Name != "RUN" || ins.Err != nil {
				continue
			}
			if _, stale := aptUse(p.Shell(ins)); stale {
				return true
			}
		}
	}
	return slices.ContainsFunc(s.UsedBy, func(u *stage.Use) bool { return namesApt(p.Source.Slice(u.By.Range)) })
}

func namesApt(text string) bool {
	return strings.Contains(text, "/var/cache/apt") || strings.Contains(text, "/var/lib/apt") || strings.Contains(text, "/etc/apt/apt.conf")
}

// aptEdits changes one RUN; first says that it is the first that keeps what it
// downloads.
func aptEdits(p *lint.Pass, ins *dockerfile.Instruction, m *knowledge.Manager, first bool) ([]lint.Edit, bool) {
	script := p.Shell(ins)
	at := p.Stages().StateAt(ins)
	root := at.UserBy == nil && imageUser(p, ins) == "" || at.UserBy != nil && at.UserKnown && (at.User == "root" || at.User == "0")
	if script.Form != shell.ShellForm || ins.JSON || len(ins.Heredocs) > 0 || script.Err != nil || !root {
		return nil, false
	}
	edits, ok := mountEdits(p, ins, m, aptMounts)
	if !ok || len(edits) == 0 {
		return nil, false
	}
	if first {
		edits[0].New += keepDownloads
	}
	kept := p.Source.Slice(ins.Range)
	for _, e := range edits {
		kept = strings.Replace(kept, p.Source.Slice(e.Range), "", 1)
	}
	// What is left must not look into the folders.
	return edits, !namesApt(kept)
}
