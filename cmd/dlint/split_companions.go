package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
	rulescache "github.com/dlint/dlint/rules/cache"
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
		p.inContext[f.Path] = f.Text
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

// withCache is the value of --with that is for rules about caches, not for the split
// itself.
const withCache = "cache"

// mountCaches gives the package managers of all stages but the last one cache mounts
// when it was asked for, and else says that it could.
func (p *splitProposal) mountCaches(ctx context.Context, build lint.Build, path string, o splitOptions) error {
	build.Target = ""
	engine, err := lint.New([]*lint.Rule{rulescache.InstallWithoutCacheMount}, lint.Config{})
	if err != nil {
		return fmt.Errorf("choosing the rule about cache mounts: %w", err)
	}
	text := p.Dockerfile
	var calls []string
	for range mountLimit {
		call, next, err := mountOne(ctx, engine, lint.NewDocument(source.NewFile(path, text), build))
		if err != nil {
			return err
		}
		if call == "" {
			break
		}
		text = next
		if !slices.Contains(calls, call) {
			calls = append(calls, call)
		}
	}
	asked := slices.Contains(o.with, withCache)
	what := strings.Join(calls, ", ") + " keeps what it downloads in a cache mount of the build stage, which is no part of any layer"
	if len(calls) > 1 {
		what = strings.Join(calls, ", ") + " keep what they download in cache mounts of the build stage, which are no part of any layer"
	}
	switch {
	case len(calls) == 0 && asked:
		p.Declined = append(p.Declined, splitNote{withCache, "no step of the build downloads packages into a folder that could be a cache mount"})
	case len(calls) == 0:
	case asked:
		p.Dockerfile = text
		p.Reasons = append(p.Reasons, what)
	default:
		p.Offers = append(p.Offers, splitNote{withCache, what})
	}
	return nil
}

// mountLimit bounds the steps that get a cache mount.
const mountLimit = 20

// mountOne adds the first cache mount that a stage above the last one lacks, and
// returns the program that gets it; empty when there is none.
func mountOne(ctx context.Context, engine *lint.Engine, doc *lint.Document) (call, text string, err error) {
	found, err := engine.Lint(ctx, doc)
	if err != nil {
		return "", "", fmt.Errorf("looking for cache mounts: %w", err)
	}
	stages := doc.Stages().Stages
	end := stages[len(stages)-1].From.Range.Start
	for _, d := range found {
		if d.Range.Start < end && len(d.Fixes) > 0 {
			return doc.Source.Slice(d.Range), fix.Apply(doc.Source.Text, d.Fixes[0].Edits), nil
		}
	}
	return "", "", nil
}
