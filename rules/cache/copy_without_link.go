package cache

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/stage"
)

// CopyWithoutLink finds the last copies of an image whose layers could stand
// alone.
var CopyWithoutLink = &lint.Rule{
	ID:      "copy-without-link",
	Summary: "The last COPY of an image is made again whenever its base image moves",
	Doc: `
A COPY works on the file system below it, so that a new base image, or any step in
front of it that runs, makes it run again: its layer is built, pushed and pulled
anew, although it holds the same bytes. COPY --link makes a layer that does not
depend on what is below. When the base image moves it is taken over as it is.

It pays where nothing behind the COPY runs in the image, so only such copies are
found.

# Fix safety

The fix is unsafe, because a layer that stands alone makes the folders above its
files anew: a link among them, such as /bin on Debian, would become a folder, and
special owners and modes would be lost. So there is a finding only where the folders
are known to be plain ones, of root, and with mode 755: those that every system has,
and those that only this COPY makes. COPY --chown and --chmod are left alone.
`,
	Bad: `# syntax=docker/dockerfile:1
FROM golang:1.26 AS build
WORKDIR /src
COPY . .
RUN go build -o /out/app .
FROM debian:12
COPY --from=build /out/app /usr/local/bin/app
CMD ["app"]
`,
	Good: `# syntax=docker/dockerfile:1
FROM golang:1.26 AS build
WORKDIR /src
COPY . .
RUN go build -o /out/app .
FROM debian:12
COPY --link --from=build /out/app /usr/local/bin/app
CMD ["app"]
`,
	Severity: lint.Info,
	Fixable:  true,
	Preview:  true,
	Since:    "0.1",
	Check:    checkCopyWithoutLink,
}

func checkCopyWithoutLink(p *lint.Pass) {
	target := p.Stages().Target
	if target == nil || !modern(p.Document) || target.Windows() || target.Root().Base.Scratch() {
		return
	}
	for _, ins := range lastCopies(target) {
		c := p.Layers().Step(ins).Copy
		if c == nil || c.From == nil || ins.Flag("link") != nil || !plainTarget(p, target, ins, c) {
			continue
		}
		p.Report(lint.Diagnostic{
			Range:   ins.Keyword.Range,
			Message: "this COPY is made again whenever the base image moves: with --link its layer does not depend on it",
			Fixes: []lint.Fix{{
				Title: "Copy with --link", Applicability: lint.Unsafe,
				Edits: []lint.Edit{lint.Insert(ins.Keyword.Range.End, " --link")},
			}},
		})
	}
}

// lastCopies returns the COPY instructions behind which nothing runs.
func lastCopies(s *stage.Stage) []*dockerfile.Instruction {
	var out []*dockerfile.Instruction
	for _, ins := range slices.Backward(s.Body) {
		switch {
		case ins.Err != nil, ins.Is("RUN", "ADD", "WORKDIR", "ONBUILD"):
			return out
		case ins.Name == "COPY":
			out = append(out, ins)
		}
	}
	return out
}

// everywhere are folders that are plain ones on every system.
var everywhere = []string{"/", "/etc", "/opt", "/srv", "/usr", "/usr/bin", "/usr/local", "/usr/local/bin", "/usr/local/etc", "/usr/local/share", "/usr/share"}

// plainTarget reports whether all folders above what a COPY writes are plain.
func plainTarget(p *lint.Pass, s *stage.Stage, ins *dockerfile.Instruction, c *layers.Copy) bool {
	if !c.DestKnown || c.Chown != "" || c.Chmod != "" || c.Parents || strings.Contains(c.Dest.Value, "$") || len(c.Sources) != 1 || !ordinary(p, s) {
		return false
	}
	src := &c.Sources[0]
	if src.Heredoc != nil || !src.Known || strings.ContainsAny(src.Value, "*?[") || src.Value == "." || src.Value == "" {
		return false
	}
	// What the source is can not be told. A destination without a slash may be
	// the file, or the folder that is filled: then it must be plain as well.
	dir := c.DestPath
	if !strings.HasSuffix(c.Dest.Value, "/") && path.Base(dir) == path.Base(src.Value) {
		dir = path.Dir(dir)
	}
	for ; dir != "/"; dir = path.Dir(dir) {
		if !slices.Contains(everywhere, dir) && !own(p, s, ins, dir) {
			return false
		}
	}
	return true
}

// ordinary reports whether the base image is a well-known system.
func ordinary(p *lint.Pass, s *stage.Stage) bool {
	facts := imageFacts(p, s.From)
	return facts.Distro != "" && facts.Distro != "scratch" && facts.Distro != "windows"
}

// own reports whether a folder is made by a WORKDIR of root or by nothing but the
// COPY.
func own(p *lint.Pass, s *stage.Stage, ins *dockerfile.Instruction, dir string) bool {
	if dir != "/app" && !layers.Inside("/app", dir) && !layers.Inside("/opt", dir) && !layers.Inside("/srv", dir) {
		return false // the image may have it, with an owner of its own
	}
	for t := range s.Chain() {
		for _, early := range t.Body {
			switch {
			case early.Index >= ins.Index:
			case early.Name == "WORKDIR":
				if user := p.Stages().StateAt(early).User; p.Stages().StateAt(early).UserBy != nil && user != "root" && user != "0" || imageUser(p, early) != "" {
					return false
				}
			case early.Name == "RUN" && !quiet(p, early, dir):
				return false
			case early.Is("COPY", "ADD") && !elsewhere(p, early, dir):
				return false
			}
		}
	}
	return true
}

// quiet reports whether a RUN plainly does nothing to a folder.
func quiet(p *lint.Pass, run *dockerfile.Instruction, dir string) bool {
	script := p.Shell(run)
	if len(script.All()) == 0 || script.Err != nil {
		return false
	}
	for _, c := range script.All() {
		if !independent(c, p.Stages().StateAt(run).Workdir, dir) {
			return false
		}
	}
	return true
}

// elsewhere reports whether a COPY leaves a folder as it is: it copies into
// another one, or into it without an owner or mode.
func elsewhere(p *lint.Pass, ins *dockerfile.Instruction, dir string) bool {
	c := p.Layers().Step(ins).Copy
	if c == nil || !c.DestKnown {
		return false
	}
	if c.DestPath != dir && !layers.Inside(dir, c.DestPath) && !layers.Inside(c.DestPath, dir) {
		return true
	}
	return c.Chown == "" && c.Chmod == "" && !layers.Inside(c.DestPath, dir)
}
