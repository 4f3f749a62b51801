package lsp

import (
	"context"
	"path/filepath"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// nameIn returns the name at a position of an open Dockerfile.
func (s *Server) nameIn(ctx context.Context, p protocol.TextDocumentPositionParams) (*file, *named) {
	f := s.fileAt(ctx, p.TextDocument.URI, p.Position)
	if f == nil || f.kind != dockerFile {
		return nil, nil
	}
	return f, nameAt(f.doc(), f.offset(p.Position))
}

// Definition goes to the FROM of a stage, the ARG or ENV of a variable, and the
// file that a COPY names.
func (s *Server) Definition(ctx context.Context, p *protocol.DefinitionParams) (protocol.DefinitionResult, error) {
	f, n := s.nameIn(ctx, p.TextDocumentPositionParams)
	if f == nil {
		return protocol.LocationSlice{}, nil
	}
	if n == nil {
		return s.fileDefinition(f, f.offset(p.Position)), nil
	}
	var to []source.Range
	if n.kind == varName && n.v.Pair != nil {
		to = []source.Range{n.v.Pair.Key.Range}
		if m := n.v.Meta; m != nil && m.Pair != nil && n.at == n.v.Pair.Key.Range {
			to = []source.Range{m.Pair.Key.Range}
		}
	} else {
		for _, o := range n.all {
			if o.def {
				to = append(to, o.rng)
			}
		}
	}
	if s.caps.linkSupport {
		links := protocol.DefinitionLinkSlice{}
		for _, r := range to {
			whole := r
			if ins := f.doc().Tree().At(r.Start); ins != nil {
				whole = ins.Header
			}
			links = append(links, protocol.DefinitionLink{
				OriginSelectionRange: new(f.rng(n.at)), TargetURI: f.uri,
				TargetRange: f.rng(whole), TargetSelectionRange: f.rng(r),
			})
		}
		return links, nil
	}
	out := protocol.LocationSlice{}
	for _, r := range to {
		out = append(out, f.location(r))
	}
	return out, nil
}

// fileDefinition goes to the file of the build context that a COPY names.
func (s *Server) fileDefinition(f *file, off int) protocol.DefinitionResult {
	out := protocol.LocationSlice{}
	for _, l := range fileLinks(f) {
		if touches(l.rng, off) {
			out = append(out, protocol.Location{URI: s.uriOf(l.path)})
		}
	}
	return out
}

// References lists the places of a name.
func (s *Server) References(ctx context.Context, p *protocol.ReferenceParams) ([]protocol.Location, error) {
	f, n := s.nameIn(ctx, p.TextDocumentPositionParams)
	out := []protocol.Location{}
	if n == nil {
		return out, nil
	}
	for _, o := range n.all {
		if p.Context.IncludeDeclaration || !o.def {
			out = append(out, f.location(o.rng))
		}
	}
	return out, nil
}

// DocumentHighlight marks the places of a name.
func (s *Server) DocumentHighlight(ctx context.Context, p *protocol.DocumentHighlightParams) ([]protocol.DocumentHighlight, error) {
	f, n := s.nameIn(ctx, p.TextDocumentPositionParams)
	out := []protocol.DocumentHighlight{}
	if n == nil {
		return out, nil
	}
	for _, o := range n.all {
		kind := protocol.DocumentHighlightKindRead
		if o.def {
			kind = protocol.DocumentHighlightKindWrite
		}
		out = append(out, protocol.DocumentHighlight{Range: f.rng(o.rng), Kind: kind})
	}
	return out, nil
}

// renamable says why a name cannot be changed.
func renamable(n *named) error {
	switch {
	case n == nil:
		return failed("there is no stage, variable or here-document here")
	case n.kind == stageName && n.stage.Name == "":
		return failed("the stage has no name; give it one with AS")
	case n.kind == varName && n.v.Pair == nil:
		return failed("%s is set by the builder", n.name)
	}
	for _, o := range n.all {
		if o.rng == n.at && o.number {
			return failed("the stage is meant by its number")
		}
	}
	return nil
}

// PrepareRename tells what would be renamed.
func (s *Server) PrepareRename(ctx context.Context, p *protocol.PrepareRenameParams) (protocol.PrepareRenameResult, error) {
	f, n := s.nameIn(ctx, p.TextDocumentPositionParams)
	if n == nil {
		return nil, nil
	}
	if err := renamable(n); err != nil {
		return nil, err
	}
	return &protocol.PrepareRenamePlaceholder{Range: f.rng(n.at), Placeholder: f.src.Slice(n.at)}, nil
}

// Rename changes a name everywhere.
func (s *Server) Rename(ctx context.Context, p *protocol.RenameParams) (*protocol.WorkspaceEdit, error) {
	f, n := s.nameIn(ctx, p.TextDocumentPositionParams)
	if err := renamable(n); err != nil {
		return nil, err
	}
	if err := checkName(f, n, p.NewName); err != nil {
		return nil, err
	}
	var edits []protocol.TextEdit
	for _, o := range n.all {
		if !o.number {
			edits = append(edits, protocol.TextEdit{Range: f.rng(o.rng), NewText: p.NewName})
		}
	}
	b := s.builder()
	b.edits(f.uri, &f.version, edits)
	return b.done(), nil
}

// checkName refuses names that would not parse, or that mean something already.
func checkName(f *file, n *named, name string) error {
	bad := func(format string, args ...any) error {
		return jsonrpc2.Errorf(jsonrpc2.InvalidParams, format, args...)
	}
	switch n.kind {
	case stageName:
		if !dockerfile.IsStageName(name) {
			return bad("a stage is named by a letter, then letters, digits, -, _ and .")
		}
		if other := f.doc().Stages().Named(strings.ToLower(name)); other != nil && other != n.stage {
			return bad("there is a stage %s already", name)
		}
	case varName:
		if !dockerfile.IsName(name) {
			return bad("a variable is named by letters, digits and _, and no digit first")
		}
		for _, o := range n.all {
			ins := f.doc().Tree().At(o.rng.Start)
			if ins == nil || name == n.name {
				continue
			}
			if v := f.doc().Stages().ScopeAt(ins).Lookup(name); v != nil {
				return bad("there is a variable %s already", name)
			}
		}
	case heredocName:
		ins := f.doc().Tree().At(n.at.Start)
		for _, h := range ins.Heredocs {
			for line := range strings.Lines(f.src.Slice(h.Body)) {
				if strings.TrimSpace(line) == name {
					return bad("the text holds a line %s", name)
				}
			}
		}
		if !dockerfile.IsName(name) {
			return bad("use letters, digits and _ for the end of a here-document")
		}
	}
	return nil
}

// fileLink is a place that names a file.
type fileLink struct {
	rng  source.Range
	path string
}

// fileLinks returns the sources of COPY, ADD and bind mounts that are files of
// the build context.
func fileLinks(f *file) []fileLink {
	c := f.doc().Context()
	if !c.Known() {
		return nil
	}
	var out []fileLink
	add := func(r source.Range, name string) {
		name = strings.TrimPrefix(filepath.ToSlash(filepath.Clean("/"+name)), "/")
		if name == "" || strings.ContainsAny(name, "*?[$") {
			return
		}
		if e, err := c.Stat(name); err == nil && e.IsRegular() {
			out = append(out, fileLink{r, c.Path(name)})
		}
	}
	for ins := range f.doc().Instructions("COPY", "ADD", "RUN") {
		if ins.Name == "RUN" {
			for _, m := range ins.Mounts() {
				if o := m.Option("source", "src"); o != nil && m.Option("from") == nil {
					add(o.ValueRange, o.Value)
				}
			}
			continue
		}
		if ins.Flag("from") != nil || len(ins.Args) < 2 {
			continue
		}
		for _, a := range ins.Args[:len(ins.Args)-1] {
			if !strings.HasPrefix(a.Value, "<<") && !strings.Contains(a.Value, "://") {
				add(a.Range, a.Value)
			}
		}
	}
	return out
}

// DocumentLink links images, addresses and files of the build context.
func (s *Server) DocumentLink(ctx context.Context, p *protocol.DocumentLinkParams) ([]protocol.DocumentLink, error) {
	f := s.file(ctx, p.TextDocument.URI)
	out := []protocol.DocumentLink{}
	if f == nil {
		return out, nil
	}
	for _, in := range f.inner() {
		if in.in.Exact {
			out = append(out, s.links(in.file)...)
		}
	}
	if f.kind == dockerFile {
		out = append(out, s.links(f)...)
	}
	return out, nil
}

// links returns the links of a Dockerfile.
func (s *Server) links(f *file) []protocol.DocumentLink {
	var out []protocol.DocumentLink
	add := func(r source.Range, target, tooltip string) {
		if target != "" && !r.Empty() {
			out = append(out, protocol.DocumentLink{Range: f.rng(r), Target: new(uri.URI(target)), Tooltip: &tooltip})
		}
	}
	for _, st := range f.doc().Stages().Stages {
		if st.Base.Stage == nil && st.Base.Known {
			add(st.Image.Range, imagePage(st.Base.Name), "Open the page of the image")
		}
		for _, u := range st.Uses {
			if u.By != st.From && u.Stage == nil && !u.Context {
				add(u.Ref.Range, imagePage(u.Ref.Value), "Open the page of the image")
			}
		}
	}
	if d := f.doc().Tree().Directive("syntax"); d != nil {
		add(d.ValueRange, imagePage(d.Value), "Open the page of the frontend")
	}
	for ins := range f.doc().Instructions("ADD") {
		for _, a := range ins.Args[:max(len(ins.Args)-1, 0)] {
			if strings.HasPrefix(a.Value, "http://") || strings.HasPrefix(a.Value, "https://") {
				if !strings.Contains(a.Value, "$") {
					add(a.Range, a.Value, "Open the address")
				}
			}
		}
	}
	for _, l := range fileLinks(f) {
		add(l.rng, string(s.uriOf(l.path)), "Open the file")
	}
	if s.opts.RuleURL != nil {
		for _, pr := range f.doc().Pragmas() {
			for _, n := range pr.Names {
				if r := s.rule(n.Value); r != nil {
					add(n.Range, s.opts.RuleURL(r.ID), r.Summary)
				}
			}
		}
	}
	return out
}

// at returns the instruction around off, of a trigger the trigger itself.
func at(f *file, off int) *dockerfile.Instruction {
	ins := f.doc().Tree().At(off)
	if ins != nil && ins.Trigger != nil && off >= ins.Trigger.Range.Start {
		return ins.Trigger
	}
	return ins
}
