package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/fix/multistage"
	"github.com/dlint/dlint/fix/verify"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/report"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/worktree"
)

// splitOptions are the flags of dlint split.
type splitOptions struct {
	write, diff bool
	format      string
	runtime     string
	keepName    bool
	targetName  string
	context     string
	withB       bool
	alone       bool
	with        []string
	verify      bool
	verifying   verifyOptions
}

// splitReport is what --format json prints; it is a contract.
type splitReport struct {
	Version   int             `json:"version"`
	Proposals []splitProposal `json:"proposals"`
	Refusals  []splitRefusal  `json:"refusals"`
}

type splitProposal struct {
	Path        string      `json:"path"`
	Grade       string      `json:"grade"`
	Recipe      string      `json:"recipe"`
	Dockerfile  string      `json:"dockerfile"`
	Files       []splitFile `json:"files"`
	Reasons     []string    `json:"reasons"`
	Carried     []string    `json:"carried"`
	Dropped     []string    `json:"dropped"`
	Assumptions []string    `json:"assumptions"`

	// Offers are what --with could add, Declined what it was asked for and cannot do.
	Offers   []splitNote `json:"offers,omitempty"`
	Declined []splitNote `json:"declined,omitempty"`

	// Expected estimates the base images, where both are known.
	Expected *splitSize `json:"expected,omitempty"`

	// Verified is the comparison of the images, with --verify; Failed says why there
	// is none.
	Verified *verify.Result `json:"verified,omitempty"`
	Failed   string         `json:"failed,omitempty"`

	before, root string
	others       []fix.File
	// inContext are the files by their path in the build context.
	inContext map[string]string
}

// splitSize is an estimate from a table of base images, in megabytes without
// compression: what the program adds is in neither.
type splitSize struct {
	Before   int  `json:"baseBeforeMB"`
	After    int  `json:"baseAfterMB"`
	Estimate bool `json:"estimate"`
}

// splitNote is a word about something that --with adds.
type splitNote struct {
	With string `json:"with"`
	Text string `json:"text"`
}

type splitFile struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

type splitRefusal struct {
	Path    string `json:"path"`
	Code    string `json:"code"`
	Missing string `json:"missing"`
	Message string `json:"message"`
}

// splitCommand returns "dlint split".
func (a *app) splitCommand() *cobra.Command {
	var o splitOptions
	cmd := &cobra.Command{
		Use:   "split [PATH...]",
		Short: "Split single-stage Dockerfiles into a build and a run-time stage",
		Long: `Split single-stage Dockerfiles into a build stage and a run-time stage.

What the program needs is read from the Dockerfile and from the files that it
copies. A proposal has grade A when every fact was read, and grade B when it rests
on an assumption, which is named. Where a fact is missing there is no proposal,
and the fact is named. Nothing is written without --write, and then grade A only,
unless --assume is given.

With a split goes a .dockerignore, made or extended, where the build copies what
does not belong into an image; --dockerfile-only leaves it alone. --with adds what
else can go along; what it could add is told with each split:

  test    the tests get a stage of their own, which a plain build passes over
  user    the program runs as an account of the new base image, not as root
  cross   Go and .NET compile on the builder's platform for the one asked for
  layers  a Spring Boot jar is taken apart: its dependencies become a layer
  cache   package managers keep their downloads in cache mounts of the build stage

What cannot be done is named, with the reason, and the split goes without it.`,
		Example: "  dlint split\n  dlint split --write Dockerfile\n  dlint split --runtime alpine --format json services/\n  dlint split --with test,user,cache --diff",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.split(cmd.Context(), args, o)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.write, "write", false, "write the new files")
	f.BoolVar(&o.diff, "diff", false, "print the diffs alone")
	f.BoolVar(&o.withB, "assume", false, "with --write, write grade B as well")
	f.StringVar(&o.format, "format", "text", "format: text or json")
	f.StringVar(&o.runtime, "runtime", "auto", "base of the run-time stage: auto, same, slim, alpine, distroless or scratch")
	f.BoolVar(&o.keepName, "keep-name", false, "give the name of the stage to the new last stage")
	f.StringVar(&o.targetName, "target-name", "", "name of the new last stage")
	f.StringSliceVar(&o.with, "with", nil, "what goes with the split: test, user, cross, layers or cache; a list")
	f.BoolVar(&o.alone, "dockerfile-only", false, "leave the .dockerignore as it is")
	f.BoolVar(&o.verify, "verify", false, "build both and compare the images")
	f.StringVar(&o.context, "context", "", "folder of the build context")
	o.verifying.flags(f)
	return cmd
}

func (o *splitOptions) check() error {
	if o.format != "text" && o.format != "json" {
		return &usageError{fmt.Errorf("unknown format %q: text or json", o.format), "split "}
	}
	if !slices.Contains(multistage.Runtimes(), multistage.Runtime(o.runtime)) {
		return &usageError{fmt.Errorf("unknown runtime %q: auto, same, slim, alpine, distroless or scratch", o.runtime), "split "}
	}
	for _, name := range o.with {
		if name != withCache && !slices.Contains(multistage.Extras(), multistage.Extra(name)) {
			return &usageError{fmt.Errorf("--with does not know %q: test, user, cross, layers or cache", name), "split "}
		}
	}
	o.verifying.format = o.format
	return o.verifying.check("split ")
}

func (a *app) split(ctx context.Context, args []string, o splitOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	if o.write && o.verify {
		return misuse("--write and --verify do not go together: verify first, then write")
	}
	r, err := a.newRunner(&options{}, true)
	if err != nil {
		return err
	}
	finder := r.finder()
	d := &discovery{finder: finder, excluded: r.excluded, listed: r.loader.Listed, verbose: r.verbose, verbs: []string{"split"}}
	rep := splitReport{Version: 1, Proposals: []splitProposal{}, Refusals: []splitRefusal{}}
	for _, t := range d.find(ctx, args) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if t.err != nil {
			return fmt.Errorf("%s: %w", report.Printable(filepath.ToSlash(t.path)), t.err)
		}
		if err := a.splitOne(ctx, finder, &t, o, &rep); err != nil {
			return fmt.Errorf("%s: %w", report.Printable(t.path), err)
		}
	}
	if o.write {
		if err := writeSplits(&rep, o); err != nil {
			return err
		}
	}
	if !o.verify {
		return a.printSplits(&rep, o)
	}
	failed := a.verifySplits(ctx, &rep, o)
	if err := a.printSplits(&rep, o); err != nil {
		return err
	}
	return failed
}

// verifySplits builds every proposal, and what it replaces, and compares them. One
// that fails does not keep the others from being looked at.
func (a *app) verifySplits(ctx context.Context, rep *splitReport, o splitOptions) error {
	o.verifying.context = o.context
	bad := false
	var failed []error
	for k := range rep.Proposals {
		p := &rep.Proposals[k]
		res, err := a.verifySplit(ctx, p, o.verifying)
		switch {
		case errors.Is(err, verify.ErrNoEngine) || ctx.Err() != nil:
			return err
		case err != nil:
			p.Failed = err.Error()
			failed = append(failed, fmt.Errorf("%s: %w", p.Path, err))
		default:
			p.Verified = res
			bad = bad || !res.OK()
		}
	}
	if len(failed) > 0 {
		return errors.Join(failed...)
	}
	if bad {
		return exitCode(exitFindings)
	}
	return nil
}

// splitOne proposes a split of one Dockerfile.
func (a *app) splitOne(ctx context.Context, finder *buildctx.Finder, t *target, o splitOptions, rep *splitReport) error {
	var text string
	var err error
	build := lint.Build{}
	switch {
	case t.stdin:
		text, err = readText(a.stdin, 0)
		if err == nil && o.context != "" {
			build.Context, err = buildctx.Open(o.context)
		}
	case t.build != nil && t.build.Inline != nil:
		rep.Refusals = append(rep.Refusals, splitRefusal{t.path, "inline", "a Dockerfile of its own", "a Dockerfile inside a compose or bake file is not split"})
		return nil
	default:
		text, err = readFile(t.path)
		if err == nil {
			err = splitContext(finder, t, o, text, &build)
		}
	}
	if err != nil {
		return err
	}
	doc := lint.NewDocument(source.NewFile(t.path, text), build)
	p, refusal := multistage.Propose(doc, multistage.Options{
		Runtime: multistage.Runtime(o.runtime), KeepName: o.keepName, TargetName: o.targetName, With: o.extras(),
	})
	if p == nil {
		rep.Refusals = append(rep.Refusals, splitRefusal{t.path, string(refusal.Code), refusal.Missing, refusal.Message})
		return nil
	}
	sp := splitProposal{
		Path: t.path, Grade: string(p.Grade), Recipe: p.Recipe, Dockerfile: p.Text, Files: []splitFile{}, before: text, inContext: map[string]string{},
		Reasons: notNil(p.Reasons), Carried: notNil(p.Carried), Dropped: notNil(p.Dropped), Assumptions: notNil(p.Assumptions),
	}
	for _, n := range p.Offers {
		sp.Offers = append(sp.Offers, splitNote{string(n.Extra), n.Text})
	}
	for _, n := range p.Declined {
		sp.Declined = append(sp.Declined, splitNote{string(n.Extra), n.Text})
	}
	for _, f := range p.Files {
		sp.Files = append(sp.Files, splitFile{f.Path, f.Edits[0].New})
		sp.inContext[f.Path] = f.Edits[0].New
	}
	if p.BuildSize > 0 {
		sp.Expected = &splitSize{p.BuildSize, p.RuntimeSize, true}
	}
	if err := sp.mountCaches(ctx, build, t.path, o); err != nil {
		return err
	}
	if err := sp.accompany(ctx, build, t, o); err != nil {
		return err
	}
	sp.root = doc.Context().Root()
	rep.Proposals = append(rep.Proposals, sp)
	return nil
}

// extras are the values of --with that are for the split itself.
func (o *splitOptions) extras() []multistage.Extra {
	var with []multistage.Extra
	for _, name := range o.with {
		if name != withCache {
			with = append(with, multistage.Extra(name))
		}
	}
	return with
}

func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// splitContext finds the build context of a Dockerfile.
func splitContext(finder *buildctx.Finder, t *target, o splitOptions, text string, build *lint.Build) error {
	if t.build != nil {
		build.FillFrom(t.build, t.build.Target)
		if o.context == "" {
			build.Context = finder.ContextOf(t.build)
			return nil
		}
	}
	found, err := finder.Find(t.path, buildctx.Options{Context: o.context, Sources: func() []string { return copySources(text) }})
	if err != nil {
		return err
	}
	build.Context = found.Context
	// With several builds, none of them is the one.
	if len(found.Builds) == 1 {
		build.FillFrom(found.Build, found.Build.Target)
	}
	return nil
}

// writeSplits writes the proposals of grade A, and with --assume those of grade
// B.
func writeSplits(rep *splitReport, o splitOptions) error {
	for _, p := range rep.Proposals {
		if p.Grade != string(multistage.GradeA) && !o.withB {
			continue
		}
		files := append([]fix.File{{Path: p.Path, Root: worktree.Root(filepath.Dir(p.Path)), Old: p.before, New: p.Dockerfile}}, p.others...)
		if err := fix.Write(files...); err != nil {
			return fmt.Errorf("writing the split of %s: %w", p.Path, err)
		}
	}
	return nil
}

func (a *app) printSplits(rep *splitReport, o splitOptions) error {
	if o.format == "json" {
		enc := json.NewEncoder(report.PlainJSON(a.stdout))
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(rep); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
		return nil
	}
	var b strings.Builder
	for _, p := range rep.Proposals {
		b.WriteString(asIs(a.stdout, fix.Diff(p.Path, p.before, p.Dockerfile, false)))
		for k, f := range p.others {
			b.WriteString(asIs(a.stdout, fix.Diff(p.Files[k+len(p.Files)-len(p.others)].Path, f.Old, f.New, f.Create)))
		}
		if !o.diff {
			p.explain(&b, o)
		}
		switch {
		case p.Verified != nil:
			b.WriteString(verifyText(p.Verified))
		case o.verify:
			fmt.Fprintf(&b, "%s: not verified: the builds did not come to an end\n", report.Printable(p.Path))
		}
	}
	if !o.diff {
		for _, r := range rep.Refusals {
			fmt.Fprintf(&b, "%s: not split (%s): %s\n", report.Printable(r.Path), r.Code, report.Printable(r.Message))
		}
	}
	if _, err := fmt.Fprint(a.stdout, b.String()); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// explain writes the reasons below the diff.
func (p *splitProposal) explain(b *strings.Builder, o splitOptions) {
	fmt.Fprintf(b, "\n%s: grade %s, recipe %s\n", report.Printable(p.Path), p.Grade, p.Recipe)
	for _, part := range [...]struct {
		title string
		list  []string
	}{{"why", p.Reasons}, {"carried over", p.Carried}, {"no longer in the image", p.Dropped}, {"assumed", p.Assumptions}} {
		for _, line := range part.list {
			fmt.Fprintf(b, "  %s: %s\n", part.title, report.Printable(line))
		}
	}
	for _, n := range p.Declined {
		fmt.Fprintf(b, "  not done, --with %s: %s\n", n.With, report.Printable(n.Text))
	}
	if p.Expected != nil && p.Expected.Before != p.Expected.After {
		fmt.Fprintf(b, "  size: the base image alone goes from about %d MB to about %d MB (an estimate from a table)\n", p.Expected.Before, p.Expected.After)
	}
	for _, n := range p.Offers {
		fmt.Fprintf(b, "  possible, --with %s: %s\n", n.With, report.Printable(n.Text))
	}
	if o.write && p.Grade != string(multistage.GradeA) && !o.withB {
		b.WriteString("  not written: it rests on assumptions; check them and add --assume\n")
	}
	b.WriteString("\n")
}
