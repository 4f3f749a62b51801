package size

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// ArchiveNotRemoved finds archives that are downloaded, unpacked and kept.
var ArchiveNotRemoved = &lint.Rule{
	ID:      "archive-not-removed",
	Summary: "An archive is downloaded and unpacked but never removed",
	Doc: `
An archive is worth nothing once it is unpacked, but stays in the layer. Remove it in
the same RUN, or pipe the download into tar.

Only layers of the image that is built are looked at, archives whose path is known,
and commands that surely run. A removal in a later RUN is what removed-in-later-layer
is about.
`,
	Bad:      "FROM debian:12\nRUN curl -fsSLo /tmp/x.tgz https://example.com/x.tgz && tar -xzf /tmp/x.tgz -C /opt\n",
	Good:     "FROM debian:12\nRUN curl -fsSLo /tmp/x.tgz https://example.com/x.tgz && tar -xzf /tmp/x.tgz -C /opt && rm /tmp/x.tgz\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("RUN") {
			s := p.Shell(ins)
			if !s.Has("curl", "wget", "aria2c", "axel") || !s.Has("tar", "unzip") || !inImage(p, ins) {
				continue
			}
			step := p.Layers().Step(ins)
			for k := range step.Adds {
				if e := &step.Adds[k]; fetched(e) && unpacked(p, s, ins.Index, e.Path) && !goneLater(p, step, e.Path) {
					p.Report(lint.Diagnostic{
						Range:   e.Range,
						Message: "The archive " + e.Path + " stays in the layer after it is unpacked: remove it in the same RUN",
						Related: unpackPlace(p, s, ins.Index, e.Path),
					})
				}
			}
		}
	},
}

func fetched(e *layers.Entry) bool {
	return e.Certain && !e.Glob && e.Origin == layers.FromCommand && e.Kind == shell.Create && len(e.Command.Downloads()) > 0
}

// unpacks returns the word with which c unpacks the archive at path.
func unpacks(p *lint.Pass, c *shell.Command, index int, archive string) (source.Range, bool) {
	var words []shell.Word
	switch c.Name {
	case "tar":
		if !c.Has("-x", "--extract", "--get") {
			return source.Range{}, false
		}
		words = c.Values("-f", "--file")
	case "unzip":
		if words = c.Operands(); len(words) > 1 {
			words = words[:1]
		}
	}
	dir := p.Stages().StateAt(p.Tree().Instructions[index]).Workdir
	for _, w := range words {
		if w.Static && c.Dir != "" && layers.Absolute(layers.Absolute(dir, c.Dir), w.Value) == archive {
			return w.Range, true
		}
	}
	return source.Range{}, false
}

func unpacked(p *lint.Pass, s *shell.Script, index int, archive string) bool {
	for c := range s.Find("tar", "unzip") {
		if _, ok := unpacks(p, c, index, archive); ok {
			return true
		}
	}
	return false
}

func unpackPlace(p *lint.Pass, s *shell.Script, index int, archive string) []lint.Related {
	for c := range s.Find("tar", "unzip") {
		if r, ok := unpacks(p, c, index, archive); ok {
			return []lint.Related{{Range: r, Message: "unpacked here"}}
		}
	}
	return nil
}

// goneLater reports whether the step, or a later one of its stage, removes the
// path, or may do so.
func goneLater(p *lint.Pass, step *layers.Step, archive string) bool {
	for _, ins := range step.Stage.Body {
		if ins.Index < step.Ins.Index || ins.Name != "RUN" || ins.Err != nil {
			continue
		}
		if removesAt(p.Layers().Step(ins), archive) || maybeRemoves(p.Shell(ins)) {
			return true
		}
	}
	return false
}

func removesAt(s *layers.Step, at string) bool {
	for k := range s.Removes {
		if s.Removes[k].Covers(at) {
			return true
		}
	}
	return false
}

// maybeRemoves reports whether the script removes something that is not known.
func maybeRemoves(s *shell.Script) bool {
	for c := range s.Find("rm", "find", "unlink") {
		for _, e := range c.Removes() {
			if !e.Known {
				return true
			}
		}
	}
	return false
}
