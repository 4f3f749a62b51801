package pragma_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/linttest/linear"
	"github.com/dlint/dlint/lint/pragma"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

func parse(text string) (*dockerfile.File, []*pragma.Pragma) {
	f := dockerfile.Parse(source.NewFile("Dockerfile", text))
	return f, pragma.Read(f, stage.New(f, stage.Options{}))
}

// describe prints a pragma on one line: kind, tool, names, what else is set,
// and the lines (from one) of its target.
func describe(f *dockerfile.File, p *pragma.Pragma) string {
	kinds := []string{"line", "stage", "file", "shell"}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", p.Tool, kinds[p.Kind])
	for _, n := range p.Names {
		fmt.Fprintf(&b, " %s", n.Value)
		if f.Source.Slice(n.Range) != n.Value {
			fmt.Fprintf(&b, "(at %q)", f.Source.Slice(n.Range))
		}
	}
	if p.All {
		b.WriteString(" ALL")
	}
	if p.Error {
		b.WriteString(" ERROR")
	}
	if p.Value != "" {
		b.WriteString(" value=" + p.Value)
	}
	if p.Reason != "" {
		b.WriteString(" reason=" + p.Reason)
	}
	if p.Target.Empty() {
		b.WriteString(" @nothing")
	} else {
		fmt.Fprintf(&b, " @%d-%d", f.Source.Line(p.Target.Start)+1, f.Source.Line(p.Target.End-1)+1)
	}
	if p.Bad != "" {
		b.WriteString(" BAD: " + p.Bad)
	}
	return b.String()
}

func TestRead(t *testing.T) {
	t.Parallel()
	const own = ": write ignore=RULE for the next instruction, ignore-stage=RULE for a stage, or ignore-file=RULE for the file"
	tests := map[string]struct {
		text string
		want []string
	}{
		"none": {"# just a comment\nFROM scratch # dlint ignore=a\n", nil},
		"line": {
			"FROM scratch\n# dlint ignore=a,b -- too noisy\nRUN x\nRUN y\n",
			[]string{"dlint line a b reason=too noisy @2-3"},
		},
		"over blank lines, comments and pragmas": {
			"FROM scratch\n# dlint ignore=a\n\n# hello\n# dlint ignore=b\n\n# hadolint ignore=DL3006\nRUN x\n",
			[]string{"dlint line a @2-8", "dlint line b @5-8", "hadolint line DL3006 @7-8"},
		},
		"tolerant notation": {
			"FROM scratch\n#dlint ignore = a , b,, \n#  DLINT:  Ignore : C\n\t# dlint ignore_file=d # why\nRUN x\n",
			[]string{
				"dlint line a b @2-5", "dlint line C @3-5",
				"dlint file d reason=why @1-5",
			},
		},
		"CRLF and BOM": {
			"\ufeff# dlint ignore=a\r\nFROM scratch\r\n",
			[]string{"dlint line a @1-2"},
		},
		"all": {
			"FROM scratch\n# dlint ignore=All\nRUN x\n",
			[]string{"dlint line All ALL @2-3"},
		},
		"nothing below": {
			"FROM scratch\nRUN x\n# dlint ignore=a\n",
			[]string{"dlint line a @nothing"},
		},
		"inside a continued instruction": {
			"FROM scratch\nRUN a && \\\n    # dlint ignore=x\n    b && \\\n# hadolint ignore=SC2086\n    c\nRUN d\n",
			[]string{"dlint line x @2-6", "hadolint line SC2086 @2-6"},
		},
		"heredoc bodies hold no pragmas": {
			"FROM scratch\nRUN <<EOF\n# dlint ignore=a\nEOF\n# dlint ignore=b\nRUN x\n",
			[]string{"dlint line b @5-6"},
		},
		"a broken instruction is reached": {
			"FROM scratch\n# dlint ignore=a\nRNU x\nRUN y\n",
			[]string{"dlint line a @2-3"},
		},
		"stage that holds it": {
			"FROM a AS x\nRUN a\n# dlint ignore-stage=q\nRUN b\nFROM b\nRUN c\n",
			[]string{"dlint stage q @1-4"},
		},
		"stage right above FROM": {
			"FROM a AS x\nRUN a\n\n# dlint ignore-stage=q\n# about b\n\nFROM b\nRUN c\n",
			[]string{"dlint stage q @4-8"},
		},
		"stage above the first FROM": {
			"# dlint ignore-stage=q\nARG V=1\nFROM a:$V\nRUN a\nFROM b\n",
			[]string{"dlint stage q @1-4"},
		},
		"stage behind everything": {
			"FROM a\nFROM b\nRUN x\n# dlint ignore-stage=q\n",
			[]string{"dlint stage q @2-4"},
		},
		"stage without stages": {
			"ARG a=1\n# dlint ignore-stage=q\n",
			[]string{"dlint stage q @nothing"},
		},
		"stage inside a continued FROM": {
			"FROM a\nFROM \\\n# dlint ignore-stage=q\n b\nRUN x\n",
			[]string{"dlint stage q @2-5"},
		},
		"malformed": {
			"FROM a\n# dlint ignroe=x\n# dlint ignore\n# dlint ignore=\n# dlint ignore= -- because\n# dlint ignore a, b\n" +
				"# dlint ignore=a b\n# dlint-ignore=a\n# dlint: disable a\nRUN x\n",
			[]string{
				`dlint line @2-10 BAD: dlint knows no pragma "ignroe"` + own,
				"dlint line @3-10 BAD: no rule is named: write # dlint ignore=RULE,RULE -- reason",
				"dlint line @4-10 BAD: no rule is named: write # dlint ignore=RULE,RULE -- reason",
				"dlint line reason=because @5-10 BAD: no rule is named: write # dlint ignore=RULE,RULE -- reason",
				"dlint line @6-10 BAD: an equals sign is missing: write # dlint ignore=a, b",
				`dlint line a reason=b @7-10 BAD: behind the names stands "b": separate names by commas, and put -- in front of a reason`,
				"dlint line @8-10 BAD: a blank belongs behind dlint" + own,
				`dlint line @9-10 BAD: dlint knows no pragma "disable"` + own,
			},
		},
		"prose is no pragma": {
			"FROM a\n# dlint\n# dlint is nice\n# dlinted ignore=a\n# dlint-friendly\n# hadolint complains here\n# hadolint\n# checks\n" +
				"# check = that all is well\n# check this=that\n# Check: skip\nRUN x\n", nil,
		},
		"hadolint": {
			"# hadolint global ignore=DL3003, DL3006\nFROM a\n# hadolint ignore=DL3008,SC2086 because of x\n" +
				"# hadolint stage ignore=DL3020\n# hadolint ignore\n# hadolint disable=DL3000\nRUN x\n",
			[]string{
				"hadolint file DL3003 DL3006 @1-7",
				"hadolint line DL3008 SC2086 reason=because of x @3-7",
				"hadolint stage DL3020 @2-7",
				"hadolint line @5-7 BAD: no rule is named: write # hadolint ignore=RULE,RULE -- reason",
				`hadolint line @6-7 BAD: hadolint knows no pragma "disable": write ignore=CODE for the next instruction, global ignore=CODE for the file, or shell=SHELL`,
			},
		},
		"tally": {
			"# tally global ignore=max-lines;reason=Generated file, all of it\nFROM a\n# tally ignore=hadolint/DL3008,buildkit/StageNameCasing,SC2086\nRUN x\n" +
				"# tally is nice\n# tallying ignore=a\n# tally ignore=all;reason=x\nRUN y\n",
			[]string{
				`tally file tally/max-lines(at "max-lines") reason=Generated file, all of it @1-8`,
				`tally line DL3008(at "hadolint/DL3008") StageNameCasing(at "buildkit/StageNameCasing") SC2086 @3-4`,
				"tally line all ALL reason=x @7-8",
			},
		},
		"hadolint shell": {
			"FROM a\n# hadolint shell=powershell\nRUN x\nSHELL [\"cmd\"]\nRUN y\nFROM b\n# hadolint shell = /bin/bash\nRUN z\n# hadolint shell=\n",
			[]string{
				"hadolint shell value=powershell @2-3",
				"hadolint shell value=/bin/bash @7-9",
				"hadolint shell @9-9 BAD: no shell is named: write # hadolint shell=/bin/bash",
			},
		},
		"check directive": {
			"# syntax=docker/dockerfile:1\n# check=skip=StageNameCasing,FromAsCasing;error=true trailing\nFROM a\n",
			[]string{"check file StageNameCasing FromAsCasing ERROR reason=trailing @1-3"},
		},
		"check directive, all":   {"# check=skip=all\nFROM a\n", []string{"check file all ALL @1-2"}},
		"check directive, error": {"# check = error=true\nFROM a\n", []string{"check file ERROR @1-2"}},
		"check directive, refused": {
			"# check=skpi=A\nFROM a\n",
			[]string{`check file @nothing BAD: BuildKit refuses to build with this (invalid check option "skpi"): write # check=skip=NAME,NAME;error=true`},
		},
		"check directive, blank": {
			"# check=skip=A, B\nFROM a\n",
			[]string{"check file A @1-2 BAD: BuildKit stops reading at the first blank: leave out the blanks"},
		},
		"check directive, a later skip replaces": {
			"# check=skip=A;skip=B;error=false\nFROM a\n",
			[]string{"check file B @1-2"},
		},
		"check directive, all among names": {
			"# check=skip=A,all\nFROM a\n",
			[]string{`check file A @1-2 BAD: BuildKit takes "all" for the name of a rule here: write skip=all alone`},
		},
		"check comment": {
			"FROM a\n# check=skip=A,B\n\n# hello\nRUN x\nRUN y\n",
			[]string{"check line A B @2-5"},
		},
		"check comment that BuildKit does not read": {
			"FROM a\n  # check=skip=A\nRUN x\n# check=skip=B\n#\nRUN x\n# check=skip=C\n# check=skip=D\nRUN x\n" +
				"RUN x && \\\n# check=skip=E\n y\n# check=skip=F;error=true\nRUN x\n# check=skp=G\nRUN x\n# check=skip=H\n",
			[]string{
				"check line A @nothing BAD: BuildKit does not read this: remove the blanks in front of it",
				"check line B @nothing BAD: BuildKit does not read this: an empty comment stands between it and the instruction",
				"check line C @7-9",
				"check line D @nothing BAD: BuildKit does not read this: it reads only the first check comment above an instruction; put the names there",
				"check line E @nothing BAD: BuildKit does not read this: put it above the instruction, not inside",
				"check line F @13-14 BAD: error= counts only at the very top of the file",
				`check line @nothing BAD: BuildKit does not read this (invalid check option "skp"): write # check=skip=NAME,NAME`,
				"check line H @nothing BAD: BuildKit does not read this: no instruction follows",
			},
		},
		"no instructions at all": {"# dlint ignore=a\n# dlint ignore-file=b", []string{"dlint line a @nothing", "dlint file b @1-2"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, got := parse(tt.text)
			var lines []string
			for _, p := range got {
				lines = append(lines, describe(f, p))
			}
			if diff := cmp.Diff(tt.want, lines); diff != "" {
				t.Errorf("pragmas of\n%s\n(-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestTargetLeavesPragmaOut(t *testing.T) {
	t.Parallel()
	f, got := parse("FROM a\n# dlint ignore=x\n# hello\nRUN x\n")
	p := got[0]
	if p.Target.Has(p.Range.Start) {
		t.Error("the pragma reaches itself")
	}
	if !p.Target.Has(f.Comments[1].Range.Start) || !p.Target.Has(f.Instructions[1].Range.Start) {
		t.Error("the pragma does not reach the comment and the instruction below")
	}
	if f.Source.Slice(p.Key) != "ignore" {
		t.Errorf("key is %q", f.Source.Slice(p.Key))
	}
}

func TestInsert(t *testing.T) {
	t.Parallel()
	// The offset is where "|" stands.
	tests := map[string]struct {
		kind       pragma.Kind
		text, want string
	}{
		"line":            {pragma.Line, "FROM a\n  RUN |x\n", "FROM a\n  # dlint ignore=r,s -- why\n  RUN x\n"},
		"tab":             {pragma.Line, "FROM a\n\tRUN |x\n", "FROM a\n\t# dlint ignore=r,s -- why\n\tRUN x\n"},
		"continued":       {pragma.Line, "FROM a\nRUN x && \\\n  |y\n", "FROM a\n# dlint ignore=r,s -- why\nRUN x && \\\n  y\n"},
		"heredoc":         {pragma.Line, "FROM a\nRUN <<E\n|y\nE\n", "FROM a\n# dlint ignore=r,s -- why\nRUN <<E\ny\nE\n"},
		"extends":         {pragma.Line, "FROM a\n# dlint ignore=q\n\nRUN |x\n", "FROM a\n# dlint ignore=q,r,s -- why\n\nRUN x\n"},
		"extends, reason": {pragma.Line, "FROM a\n# dlint ignore=R -- old\nRUN |x\n", "FROM a\n# dlint ignore=R,s -- old\nRUN x\n"},
		"there already":   {pragma.Line, "FROM a\n# dlint ignore=r,s\nRUN |x\n", "FROM a\n# dlint ignore=r,s\nRUN x\n"},
		"all already":     {pragma.Line, "FROM a\n# dlint ignore=all\nRUN |x\n", "FROM a\n# dlint ignore=all\nRUN x\n"},
		"not another's":   {pragma.Line, "FROM a\n# dlint ignore=q\nRUN x\nRUN |y\n", "FROM a\n# dlint ignore=q\nRUN x\n# dlint ignore=r,s -- why\nRUN y\n"},
		"comment":         {pragma.Line, "FROM a\n# hel|lo\nRUN x\n", "FROM a\n# dlint ignore=r,s -- why\n# hello\nRUN x\n"},
		"directive":       {pragma.Line, "# syn|tax=x\nFROM a\n", "# syntax=x\n# dlint ignore-file=r,s -- why\nFROM a\n"},
		"end of file":     {pragma.Line, "FROM a\n\n|", "# dlint ignore-file=r,s -- why\nFROM a\n\n"},
		"last line":       {pragma.Line, "FROM a|", "# dlint ignore=r,s -- why\nFROM a"},
		"stage":           {pragma.Stage, "FROM a\nFROM b\nRUN |x\n", "FROM a\n# dlint ignore-stage=r,s -- why\nFROM b\nRUN x\n"},
		"stage extends":   {pragma.Stage, "FROM a\n# dlint ignore-stage=q\nFROM b\nRUN |x\n", "FROM a\n# dlint ignore-stage=q,r,s -- why\nFROM b\nRUN x\n"},
		"file":            {pragma.File, "FROM a\nRUN |x\n", "# dlint ignore-file=r,s -- why\nFROM a\nRUN x\n"},
		"file, BOM":       {pragma.File, "\ufeffFROM |a\n", "\ufeff# dlint ignore-file=r,s -- why\nFROM a\n"},
		"file extends":    {pragma.File, "FROM a\n# dlint ignore-file=q\nRUN |x\n", "FROM a\n# dlint ignore-file=q,r,s -- why\nRUN x\n"},
		"only directives": {pragma.File, "# syntax=x|", "# syntax=x\n# dlint ignore-file=r,s -- why\n"},
		"shebang":         {pragma.File, "#!/x\n# syntax=y\nFROM |a\n", "#!/x\n# syntax=y\n# dlint ignore-file=r,s -- why\nFROM a\n"},
		"empty":           {pragma.File, "|", "# dlint ignore-file=r,s -- why\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			off := strings.IndexByte(tt.text, '|')
			text := strings.Replace(tt.text, "|", "", 1)
			f, _ := parse(text)
			at, add := pragma.Insert(f, tt.kind, off, []string{"r", "s"}, " why ")
			got := text[:at] + add + text[at:]
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			after, _ := parse(got)
			if len(after.Directives) != len(f.Directives) {
				t.Errorf("%d directives became %d", len(f.Directives), len(after.Directives))
			}
		})
	}
}

func TestRemoveName(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, name, want string }{
		"first":            {"FROM a\n# dlint ignore=x, y -- z\nRUN x\n", "x", "FROM a\n# dlint ignore=y -- z\nRUN x\n"},
		"middle":           {"FROM a\n# dlint ignore=w, x , y\nRUN x\n", "x", "FROM a\n# dlint ignore=w , y\nRUN x\n"},
		"last":             {"FROM a\n# dlint ignore=w,x -- z\nRUN x\n", "x", "FROM a\n# dlint ignore=w -- z\nRUN x\n"},
		"only":             {"FROM a\n  # dlint ignore=x -- z\r\nRUN x\n", "x", "FROM a\nRUN x\n"},
		"only, no newline": {"FROM a\n# dlint ignore=x", "x", "FROM a\n"},
		"inside":           {"FROM a\nRUN a \\\n # hadolint ignore=x\n b\n", "x", "FROM a\nRUN a \\\n b\n"},
		"directive":        {"# syntax=a\n# check=skip=x\n# escape=`\nFROM a\n", "x", "# syntax=a\n# escape=`\nFROM a\n"},
		"skip first":       {"# check=skip=x;error=true because; y\nFROM a\n", "x", "# check=error=true because; y\nFROM a\n"},
		"skip last":        {"# check = error=true;skip=x because; y\nFROM a\n", "x", "# check = error=true because; y\nFROM a\n"},
		"skip middle":      {"# check=error=true;skip=x;experimental=all\nFROM a\n", "x", "# check=error=true;experimental=all\nFROM a\n"},
		"skip all":         {"# check=skip=all;error=true\nFROM a\n", "all", "# check=error=true\nFROM a\n"},
		"no new directive": {"# dlint ignore-file=x\n# escape=`\nFROM a\n", "x", "#\n# escape=`\nFROM a\n"},
		"BOM":              {"\ufeff# dlint ignore-file=x\nFROM a\n", "x", "\ufeffFROM a\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, all := parse(tt.text)
			for _, n := range all[0].Names {
				if n.Value != tt.name {
					continue
				}
				r, text := pragma.RemoveName(f, all[0], n)
				if diff := cmp.Diff(tt.want, tt.text[:r.Start]+text+tt.text[r.End:]); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				return
			}
			t.Fatalf("no name %q in %s", tt.name, describe(f, all[0]))
		})
	}
}

// Many comments above many instructions take no longer than their length.
func TestReadIsLinear(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]func(n int) string{
		"checks": func(n int) string { return strings.Repeat("# check=skip=x\n", n) + "RUN a\n" },
		"shells": func(n int) string {
			return strings.Repeat("# hadolint shell=/bin/bash\n", n) + strings.Repeat("RUN a\n", n)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			linear.Check(t, 15_000, func(n int) {
				f := dockerfile.Parse(source.NewFile("Dockerfile", "FROM a\n"+text(n)))
				if got := len(pragma.Read(f, stage.New(f, stage.Options{}))); got != n {
					t.Errorf("%d pragmas, want %d", got, n)
				}
			})
		})
	}
}
