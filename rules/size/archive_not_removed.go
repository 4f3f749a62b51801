package size

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
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
				e := &step.Adds[k]
				if !fetched(e) {
					continue
				}
				if at := unpackedFrom(p, step.Stage, ins.Index, e.Path); at != nil && at.index == ins.Index && !goneLater(p, step, e.Path) {
					p.Report(lint.Diagnostic{
						Range:   e.Range,
						Message: "The archive " + e.Path + " stays in the layer after it is unpacked: remove it in the same RUN",
						Related: at.related(),
					})
				}
			}
		}
	},
}

func fetched(e *layers.Entry) bool {
	return e.Certain && !e.Glob && e.Origin == layers.FromCommand && e.Kind == shell.Create && len(e.Command.Downloads()) > 0
}

// unpacking is a place where a RUN unpacks an archive.
type unpacking struct {
	index int // of the RUN
	word  source.Range
}

func (u *unpacking) related() []lint.Related {
	return []lint.Related{{Range: u.word, Message: "unpacked here"}}
}

// unpackedFrom returns the first place, in the RUN of that index or a later one of the
// stage, where an archive is unpacked; nil when there is none.
func unpackedFrom(p *lint.Pass, s *stage.Stage, index int, archive string) *unpacking {
	all := unpackings(p, s)[archive]
	for k := range all {
		if all[k].index >= index {
			return &all[k]
		}
	}
	return nil
}

type unpackingsKey struct{ s *stage.Stage }

// unpackings returns what the RUNs of a stage unpack, by the path of the archive.
func unpackings(p *lint.Pass, s *stage.Stage) map[string][]unpacking {
	return p.View(unpackingsKey{s}, func(*lint.Document) any {
		out := map[string][]unpacking{}
		for _, ins := range s.Body {
			if ins.Name != "RUN" || ins.Err != nil {
				continue
			}
			dir := p.Stages().StateAt(ins).Workdir
			for c := range p.Shell(ins).Find("tar", "unzip") {
				for _, w := range archives(c) {
					if w.Static && c.Dir != "" {
						archive := layers.Absolute(layers.Absolute(dir, c.Dir), w.Value)
						out[archive] = append(out[archive], unpacking{ins.Index, w.Range})
					}
				}
			}
		}
		return out
	}).(map[string][]unpacking)
}

// archives returns the words that name what a command unpacks.
func archives(c *shell.Command) []shell.Word {
	switch {
	case c.Name == "unzip":
		words := c.Operands()
		return words[:min(len(words), 1)]
	case c.Has("-x", "--extract", "--get"):
		return c.Values("-f", "--file")
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
