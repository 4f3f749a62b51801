package multistage

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// lookCross lets the build stage run on the platform of the builder and compile for
// the one that is asked for, instead of running the compiler in an emulator.
func lookCross(s *subject, p *plan) (what string, apply func(), why string) {
	if s.stage.From.Flag("platform") != nil {
		return "", nil, "FROM names a platform already"
	}
	what = "the compiler runs on the platform of the builder and makes a program for the one that is asked for: docker buildx build --platform linux/amd64,linux/arm64 emulates only the last stage"
	switch p.recipe {
	case "go":
		apply, why = crossGo(s, p)
	case "dotnet":
		apply, why = crossDotnet(s, p)
	default:
		why = "only Go and .NET compile for another platform by an option; this program is built on the platform that it is for"
	}
	if why != "" {
		return "", nil, why
	}
	return what, apply, ""
}

// crossGo sets GOOS and GOARCH for every go build.
func crossGo(s *subject, p *plan) (apply func(), why string) {
	if p.linked {
		return nil, "the program has C code, for which the builder would need a compiler for the other platform"
	}
	builds, r := goBuilds(s)
	if r != nil {
		return nil, r.Message
	}
	for _, b := range builds {
		args, _ := s.args(b.step)
		switch {
		case args[0] != "build":
			return nil, "go " + args[0] + " puts a program for another platform into another folder; build it with go build -o"
		case s.envAt(b.step, "GOOS") != "" && s.envAt(b.step, "GOOS") != "linux" || s.envAt(b.step, "GOARCH") != "":
			return nil, "the build names a platform already, by GOOS or GOARCH"
		case !plainCall(s, b.step):
			return nil, "go build is called by another program"
		}
	}
	for _, st := range s.steps {
		if at := absolute(st.dir, firstWord(st.cmd)); strings.Contains(firstWord(st.cmd), "/") && (p.covers(at) || s.builtBy(builds, at)) {
			return nil, "a step runs " + at + ", which is a program for another platform then"
		}
	}
	if why := s.otherPlatform(p, builds); why != "" {
		return nil, why
	}
	return func() {
		p.platform = true
		var seen []*dockerfile.Instruction
		for _, b := range builds {
			if ins := b.step.ins; !slices.Contains(seen, ins) {
				seen = append(seen, ins)
				p.insertBefore(ins, "ARG TARGETOS TARGETARCH")
			}
			set := "GOOS=$TARGETOS GOARCH=$TARGETARCH "
			if s.envAt(b.step, "GOOS") == "linux" {
				set = "GOARCH=$TARGETARCH " // images of other systems are not split
			}
			p.edits = append(p.edits, lint.Insert(b.step.cmd.NameRange.Start, set))
		}
	}, ""
}

// otherPlatform tells what the new stage takes from the build stage that is neither
// built nor from the context: it may be a program for the platform of the builder.
func (s *subject) otherPlatform(p *plan, builds []*goBuild) string {
	for _, a := range p.copies {
		if !a.made && !s.builtBy(builds, a.path) && !s.tree.isFile(a.path) && !s.tree.isDir(a.path) && !strings.HasPrefix(a.path, "/etc/") && !s.movedFrom(a.path) {
			return a.path + " is copied from the build stage, and may be for the platform of the builder"
		}
	}
	for _, st := range s.steps {
		if downloads := st.cmd.Downloads(); len(downloads) > 0 {
			return "a step fetches a file, which may be a program for the platform of the builder"
		}
	}
	return ""
}

// movedFrom reports whether a step copies, moves or links something to the path: what
// is built may lie there.
func (s *subject) movedFrom(at string) bool {
	return slices.ContainsFunc(s.find("cp", "mv", "ln", "install"), func(st *step) bool {
		ops := st.cmd.Operands()
		return len(ops) > 0 && strings.HasPrefix(at, strings.TrimSuffix(absolute(st.dir, ops[len(ops)-1].Value), "/"))
	})
}

// builtBy reports whether one of the builds writes the path.
func (s *subject) builtBy(builds []*goBuild, at string) bool {
	return slices.ContainsFunc(builds, func(b *goBuild) bool {
		made, r := goProducts(s, b)
		return r == nil && slices.ContainsFunc(made, func(m product) bool { return m.path == at })
	})
}

// plainCall reports whether a command stands in the text of a RUN as it is, so that
// something can be written in front of it.
func plainCall(s *subject, st *step) bool {
	return st.cmd.Outer == nil && len(st.cmd.Wrappers) == 0 && s.doc.Shell(st.ins).Form == shell.ShellForm && len(st.cmd.Words) > 0 &&
		st.cmd.NameRange.Start >= st.ins.Range.Start && s.doc.Source.Slice(st.cmd.NameRange) == st.cmd.Words[0].Value
}

// crossDotnet names the architecture to restore and publish.
func crossDotnet(s *subject, p *plan) (apply func(), why string) {
	if major := dotnetMajor(s); major < 8 {
		return nil, "before .NET 8 a publish for an architecture brings the runtime along, or does not know the names that builds use; move to .NET 8"
	}
	var calls []*step
	for _, st := range s.find("dotnet") {
		args, _ := s.args(st)
		sub := st.cmd.Subcommand()
		if sub != "restore" && sub != "publish" && sub != "build" {
			continue
		}
		switch {
		case !plainCall(s, st) || st.cmd.Conditional:
			return nil, "dotnet " + sub + " is called by another program, or on a condition"
		case sub == "build":
			return nil, "dotnet build runs before dotnet publish and would build for the platform of the builder; let dotnet publish build"
		case slices.ContainsFunc(args, func(a string) bool {
			return a == "-r" || a == "-a" || a == "--arch" || a == "--os" || a == "--runtime" || strings.HasPrefix(a, "-r:") || strings.Contains(a, "RuntimeIdentifier")
		}):
			return nil, "dotnet " + sub + " names a platform already"
		case sub == "publish" && optionValue(args, "-o", "--output") == "":
			return nil, "dotnet publish has no -o, and without it the folder depends on the architecture"
		}
		calls = append(calls, st)
	}
	for _, f := range s.tree.names {
		if !strings.HasSuffix(f, "proj") {
			continue
		}
		if text, _ := s.tree.read(f); strings.Contains(text, "PublishAot>true") || strings.Contains(text, "PublishAot>True") || strings.Contains(text, "<RuntimeIdentifier>") {
			return nil, f + " compiles ahead of time or names a platform, which does not work across platforms"
		}
	}
	return func() {
		p.platform = true
		var seen []*dockerfile.Instruction
		for _, st := range calls {
			if !slices.Contains(seen, st.ins) && len(seen) == 0 {
				p.insertBefore(st.ins, "ARG TARGETARCH")
			}
			seen = append(seen, st.ins)
			p.edits = append(p.edits, lint.Insert(st.cmd.SubcommandWord().Range.End, " -a $TARGETARCH"))
		}
	}, ""
}
