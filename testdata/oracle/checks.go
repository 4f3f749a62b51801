package oracle

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// Checks are the checks of BuildKit that need neither a build context nor the
// registry, and that are not experimental.
var Checks = [...]string{
	"ConsistentInstructionCasing", "DuplicateStageName", "ExposeInvalidFormat", "ExposeProtoCasing", "FromAsCasing",
	"FromPlatformFlagConstDisallowed", "InvalidDefaultArgInFrom", "JSONArgsRecommended", "LegacyKeyValueFormat",
	"MaintainerDeprecated", "MultipleInstructionsDisallowed", "NoEmptyContinuation", "RedundantTargetPlatform",
	"ReservedStageName", "SecretsUsedInArgOrEnv", "StageNameCasing", "UndefinedArgInFrom", "UndefinedVar",
	"WorkdirRelativePath",
}

// Warning is what a check says about an instruction, however often.
type Warning struct {
	Check       string
	Instruction int // its index in the file
}

// BuildKit returns the warnings of BuildKit's own checks. An error is a file that
// it refuses; it may then have stopped before some of its checks.
func BuildKit(ctx context.Context, f *dockerfile.File) (map[Warning]bool, error) {
	found := map[Warning]bool{}
	opt, err := Options{}.convert()
	if err != nil {
		return nil, err
	}
	opt.MetaResolver, opt.AllStages = wellKnown{}, true
	opt.Warn = func(check, _, _, _ string, location []parser.Range) {
		line := 0
		if len(location) > 0 {
			line = location[0].Start.Line - 1
		}
		found[Warning{check, instructionAt(f, f.Source.FullLineRange(line).Start)}] = true
	}
	if _, err := dockerfile2llb.Dockerfile2LLB(ctx, []byte(f.Source.Text), opt); err != nil {
		return found, fmt.Errorf("linting with BuildKit: %w", err)
	}
	return found, nil
}

// instructionAt returns the index of the instruction whose lines hold off, else of
// the one above.
func instructionAt(f *dockerfile.File, off int) int {
	at := 0
	for _, ins := range f.Instructions {
		if ins.Lines.Start > off {
			break
		}
		at = ins.Index
	}
	return at
}

// wellKnown gives images the variables that dlint's table of images has, so that
// both know the same.
type wellKnown struct{}

// ResolveImageConfig answers without a network.
func (wellKnown) ResolveImageConfig(_ context.Context, ref string, o sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config := ocispecs.Image{Config: ocispecs.ImageConfig{Env: []string{"PATH=/usr/local/bin:/usr/bin:/bin"}, Cmd: []string{"/bin/sh"}}}
	config.Platform = platforms.DefaultSpec()
	if o.ImageOpt != nil && o.ImageOpt.Platform != nil {
		config.Platform = *o.ImageOpt.Platform
	}
	if r, err := knowledge.ParseRef(ref); err == nil {
		facts, _ := knowledge.WellKnownImage(r)
		for _, s := range facts.Env {
			config.Config.Env = append(config.Config.Env, s.Name+"="+s.Value)
		}
	}
	data, err := json.Marshal(config)
	return ref, digest.FromString(ref), data, err
}

// Dlint returns what dlint's rules of the same meaning find.
func Dlint(ctx context.Context, e *lint.Engine, d *lint.Document) (map[Warning]bool, error) {
	diags, err := e.Lint(ctx, d)
	if err != nil {
		return nil, err
	}
	found := map[Warning]bool{}
	for k := range diags {
		for _, a := range diags[k].Rule.Aliases {
			if slices.Contains(Checks[:], a) {
				found[Warning{a, instructionAt(d.Tree(), diags[k].Range.Start)}] = true
			}
		}
	}
	return found, nil
}

// NewChecks returns an engine with the rules that mean the same as a check of
// BuildKit.
func NewChecks(all []*lint.Rule) (*lint.Engine, error) {
	var names []string
	for _, r := range all {
		if slices.ContainsFunc(r.Aliases, func(a string) bool { return slices.Contains(Checks[:], a) }) {
			names = append(names, r.ID)
		}
	}
	return lint.New(all, lint.Config{Select: names})
}

// Tally counts, for one check, what both find and what only one does.
type Tally struct {
	Both, BuildKit, Dlint int
	// Why counts the explained differences.
	Why map[string]int
	// Open are the differences without an explanation.
	Open []string
}

// Compare adds the findings of both for one file. Of a file that BuildKit refuses,
// what dlint alone finds is left out: BuildKit stops at the first error.
func Compare(tallies map[string]*Tally, d *lint.Document, buildkit, dlint map[Warning]bool, refused bool) {
	tally := func(check string) *Tally {
		if tallies[check] == nil {
			tallies[check] = &Tally{Why: map[string]int{}}
		}
		return tallies[check]
	}
	differ := func(w Warning, only string) {
		t := tally(w.Check)
		if why := explain(d, w, only == "dlint"); why != "" {
			t.Why[only+" only: "+why]++
			return
		}
		text := ""
		if w.Instruction < len(d.Tree().Instructions) {
			text, _, _ = strings.Cut(d.Source.Slice(d.Tree().Instructions[w.Instruction].Range), "\n")
		}
		t.Open = append(t.Open, fmt.Sprintf("%s: only %s: %s", d.Source.Path, only, text))
	}
	for w := range buildkit {
		switch {
		case !slices.Contains(Checks[:], w.Check):
		case dlint[w]:
			tally(w.Check).Both++
		default:
			tally(w.Check).BuildKit++
			differ(w, "BuildKit")
		}
	}
	for w := range dlint {
		if !buildkit[w] && !refused {
			tally(w.Check).Dlint++
			differ(w, "dlint")
		}
	}
}

// explain says why dlint differs on purpose; empty when nothing is known.
func explain(d *lint.Document, w Warning, dlint bool) string {
	ins := d.Tree().Instructions[w.Instruction]
	if !dlint && hidden(d, ins) {
		return "a comment of dlint or hadolint hides it"
	}
	switch w.Check {
	case "UndefinedVar":
		return explainUndefined(d, ins, dlint)
	case "LegacyKeyValueFormat":
		if !dlint && len(ins.Pairs) > 0 && strings.HasPrefix(ins.Pairs[0].Value.Value, "=") {
			return "a blank in front of the equals sign is an error of its own (space-around-equals)"
		}
	case "InvalidDefaultArgInFrom":
		s := d.Stages().StageOf(ins)
		switch {
		case dlint || s == nil:
		case len(s.Base.Expansion.Missing) > 0:
			return "an argument is not declared at all (undefined-arg-in-from)"
		case len(s.Base.Expansion.Used) == 0:
			return "a name without arguments is an error (invalid-image-reference)"
		}
	case "ConsistentInstructionCasing":
		if dlint && d.Stages().StageOf(ins) == nil {
			return "BuildKit does not look above the first FROM"
		}
	}
	return ""
}

// hidden reports whether a pragma that BuildKit does not know reaches ins.
func hidden(d *lint.Document, ins *dockerfile.Instruction) bool {
	for _, p := range d.Pragmas() {
		if p.Tool != "check" && p.Target.Has(ins.Range.Start) {
			return true
		}
	}
	return false
}

func explainUndefined(d *lint.Document, ins *dockerfile.Instruction, dlint bool) string {
	s := d.Stages().StageOf(ins)
	if s == nil {
		return ""
	}
	if dlint {
		switch ins.Name {
		case "RUN":
			return "BuildKit does not look into the commands of RUN (arg-not-redeclared)"
		case "EXPOSE":
			return "BuildKit does not look at EXPOSE"
		}
		return ""
	}
	missing := d.Stages().MissingIn(ins)
	all := func(f func(stage.Missing) bool) bool {
		return !slices.ContainsFunc(missing, func(m stage.Missing) bool { return !f(m) })
	}
	switch {
	case s.Windows():
		return "nothing is said of the variables of Windows images"
	case all(func(m stage.Missing) bool { return m.Default }):
		return "the use has a default"
	case all(func(m stage.Missing) bool { return m.Default || s.BaseSets(m.Name) == knowledge.Unknown }):
		return "the image may set it; it is not fetched"
	case all(func(m stage.Missing) bool { return d.Stages().Global(m.Name) }):
		return "the stage is told of the argument once (arg-not-redeclared)"
	case ins.Name == "ENV" && len(ins.Pairs) > 1:
		return "the same ENV sets it (env-self-reference)"
	}
	return ""
}

// NewDocument returns a document without a build context.
func NewDocument(path, text string) *lint.Document {
	return lint.NewDocument(source.NewFile(path, text), lint.Build{})
}
