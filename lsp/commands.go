package lsp

import (
	"context"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/dlint/dlint/lint"
)

// The commands.
const (
	commandFixAll    = "dlint.fixAll"
	commandFixUnsafe = "dlint.fixAllUnsafe"
	commandCheck     = "dlint.checkWorkspace"
	commandExplain   = "dlint.explain"
	commandApply     = "dlint.applyEdit"
	commandReasons   = "dlint.showReasons"
	commandRefresh   = "dlint.refresh"
	commandSplit     = "dlint.split"
	commandNoSplit   = "dlint.whyNoSplit"
)

func commandNames() []string {
	return []string{commandFixAll, commandFixUnsafe, commandCheck, commandExplain, commandApply, commandReasons, commandRefresh, commandSplit, commandNoSplit}
}

// ExecuteCommand runs a command.
func (s *Server) ExecuteCommand(ctx context.Context, p *protocol.ExecuteCommandParams) (protocol.LSPAny, error) {
	args := make([]value, len(p.Arguments))
	for k, a := range p.Arguments {
		args[k], _ = parseJSON(a)
	}
	arg := func(k int) value {
		if k < len(args) {
			return args[k]
		}
		return value{}
	}
	null := protocol.LSPAny("null")
	switch p.Command {
	case commandFixAll, commandFixUnsafe:
		return null, s.runFix(ctx, uri.URI(arg(0).str()), p.Command == commandFixUnsafe)
	case commandCheck:
		return null, s.checkWorkspace(ctx, p.WorkDoneToken)
	case commandExplain:
		r := s.rule(arg(0).str())
		if r == nil {
			return nil, failed("unknown rule %q", arg(0).str())
		}
		return raw(s.ruleText(r, true)), nil
	case commandApply:
		var edit protocol.WorkspaceEdit
		if len(p.Arguments) == 0 || protocol.Unmarshal(p.Arguments[0], &edit) != nil {
			return nil, failed("%s needs an edit", p.Command)
		}
		return null, s.applyEdit(ctx, "dlint", &edit)
	case commandReasons:
		text := arg(0).str() + ": " + strings.Join(arg(1).strings(), " ")
		return null, s.client.ShowMessage(ctx, &protocol.ShowMessageParams{Type: protocol.MessageTypeInfo, Message: text})
	case commandRefresh:
		s.refresh(0)
		return null, nil
	case commandSplit:
		return null, s.runSplit(ctx, uri.URI(arg(0).str()), arg(1))
	case commandNoSplit:
		f := s.file(ctx, uri.URI(arg(0).str()))
		if f == nil || f.kind != dockerFile {
			return nil, failed("%s is no open Dockerfile", arg(0).str())
		}
		return raw(s.whyNoSplit(ctx, f)), nil
	}
	return nil, failed("unknown command %q", p.Command)
}

func (s *Server) runFix(ctx context.Context, u uri.URI, unsafe bool) error {
	f := s.file(ctx, u)
	if f == nil || f.kind != dockerFile {
		return failed("%s is no open Dockerfile", u)
	}
	least := f.ws.set.least()
	if unsafe {
		least = lint.Unsafe
	}
	edit, err := s.fixed(ctx, f, least)
	if err != nil {
		return err
	}
	return s.applyEdit(ctx, "Fix all findings", edit)
}

func (s *Server) runSplit(ctx context.Context, u uri.URI, off value) error {
	f := s.file(ctx, u)
	at, ok := off.integer()
	if f == nil || f.kind != dockerFile || !ok {
		return failed("there is nothing to split")
	}
	edit, err := s.splitEdit(ctx, f, int(at), 0)
	if err != nil {
		return err
	}
	return s.applyEdit(ctx, "Split the stage", edit)
}

// whyNoSplit says why no stage of a file is split, "" when one can be.
func (s *Server) whyNoSplit(ctx context.Context, f *file) string {
	last := "the file has no stage."
	for _, st := range f.doc().Stages().Stages {
		if s.opts.Splits == nil {
			break
		}
		splits, why := s.opts.Splits.Splits(ctx, f.doc(), st.From.Range.Start, f.ws.set.SplitWith)
		if len(splits) > 0 {
			return ""
		}
		last = why
	}
	return last
}

func (s *Server) applyEdit(ctx context.Context, label string, edit *protocol.WorkspaceEdit) error {
	if len(edit.Changes) == 0 && len(edit.DocumentChanges) == 0 {
		return nil
	}
	if !s.caps.applyEdit {
		return failed("the client does not apply edits")
	}
	res, err := s.client.ApplyEdit(ctx, &protocol.ApplyWorkspaceEditParams{Label: &label, Edit: *edit})
	if err != nil {
		return failed("applying the edit: %v", err)
	}
	if res != nil && !res.Applied {
		return failed("the client did not apply the edit")
	}
	return nil
}

// checkWorkspace publishes the findings of all files, for clients that do not
// ask for them.
func (s *Server) checkWorkspace(ctx context.Context, token protocol.ProgressToken) error {
	if s.caps.pull {
		s.pub.all()
		return nil
	}
	if token == nil && s.caps.progress {
		t := protocol.String("dlint-check")
		if err := s.client.WorkDoneProgressCreate(ctx, &protocol.WorkDoneProgressCreateParams{Token: t}); err == nil {
			token = t
		}
	}
	files := s.dockerfiles(ctx, s.of(ctx))
	p := s.progress(token, "Checking Dockerfiles", len(files))
	defer p.end()
	for _, f := range files {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		out := &protocol.PublishDiagnosticsParams{URI: f.uri, Diagnostics: s.diagnostics(f)}
		if f.open {
			out.Version = protocol.NewOptional(f.version)
		}
		if err := s.client.PublishDiagnostics(ctx, out); err != nil {
			return err
		}
		p.step()
	}
	return nil
}
