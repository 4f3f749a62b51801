package size

import (
	"path"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/layers"
)

// CopyArchiveThenExtract finds archives that are copied and then unpacked.
var CopyArchiveThenExtract = &lint.Rule{
	ID:      "copy-archive-then-extract",
	Summary: "An archive is copied into the image to be unpacked there",
	Aliases: []string{"DL3010"},
	Doc: `
ADD unpacks a local tar archive by itself, so that the archive never is in a layer.
COPY and RUN tar leaves it there, even when it is removed afterwards.

Only archives that ADD unpacks are found (tar, plain or packed by gzip, bzip2, xz or
zstd, not zip), and only when a command that surely runs unpacks the very file.
Unlike DL3010, COPY --from is left alone, which ADD does not have, and so are stages
that are only copied from.
`,
	Bad:      "FROM debian:12\nCOPY app.tar.gz /tmp/\nRUN tar -xzf /tmp/app.tar.gz -C /opt\n",
	Good:     "FROM debian:12\nADD app.tar.gz /opt\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("COPY") {
			step := p.Layers().Step(ins)
			if step.Copy == nil || !step.Copy.FromContext() || !inImage(p, ins) {
				continue
			}
			for k := range step.Copy.Sources {
				s := &step.Copy.Sources[k]
				if s.Known && s.Heredoc == nil && layers.IsArchive(s.Value) && step.Copy.DestKnown {
					archiveCopied(p, step, s)
				}
			}
		}
	},
}

func archiveCopied(p *lint.Pass, step *layers.Step, s *layers.Source) {
	at := step.Copy.DestPath
	if step.Copy.DestDir {
		at = path.Join(at, path.Base(s.Value))
	}
	if by := unpackedFrom(p, step.Stage, step.Ins.Index, at); by != nil {
		p.Report(lint.Diagnostic{
			Range:   s.Word.Range,
			Message: "The archive stays in the layer of this COPY: ADD unpacks it without leaving it behind",
			Related: by.related(),
		})
	}
}
