package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
	rulescontext "github.com/dlint/dlint/rules/context"
)

// accompany adds what goes with a split: the safe fixes of the rules about the
// ignore file.
func (p *splitProposal) accompany(ctx context.Context, build lint.Build, t *target, o splitOptions) error {
	if o.alone || build.Context == nil {
		return nil
	}
	with := []*lint.Rule{rulescontext.MissingDockerignore, rulescontext.LeakyDockerignore, rulescontext.GitDirectoryCopied}
	build.Target = ""
	doc := lint.NewDocument(source.NewFile(t.path, p.Dockerfile), build)
	engine, err := lint.New(with, lint.Config{})
	if err != nil {
		return fmt.Errorf("choosing the rules that go with a split: %w", err)
	}
	res, err := fix.Run(ctx, engine, doc, lint.Safe)
	if err != nil {
		return fmt.Errorf("fixing what goes with the split: %w", err)
	}
	p.Dockerfile = res.Text
	for _, f := range res.Others {
		at := build.Context.Path(f.Path)
		p.others = append(p.others, fix.File{Path: at, Root: build.Context.Root(), Old: f.Old, New: f.Text, Create: f.Create})
		shown := at
		if !t.stdin {
			shown = shownAs(t.path, at)
		}
		p.Files = append(p.Files, splitFile{filepath.ToSlash(shown), f.Text})
	}
	for _, a := range res.Applied {
		p.Reasons = append(p.Reasons, "with it goes a fix of "+a.Rule.ID+": "+a.Title)
	}
	return nil
}
