package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
)

// refuseFile refuses what is no single-stage Dockerfile for Linux.
func refuseFile(d *lint.Document) *Refusal {
	if len(d.Tree().Errors) > 0 {
		return refuse(BrokenFile, "a Dockerfile that parses", "the Dockerfile has errors; repair them first")
	}
	g := d.Stages()
	switch {
	case len(g.Stages) == 0:
		return refuse(NoStage, "a FROM", "the Dockerfile has no stage")
	case len(g.Stages) > 1:
		return refuse(AlreadyMultiStage, "a single stage", "the Dockerfile has several stages already; it is left as it is")
	}
	s := g.Stages[0]
	if s.Windows() {
		return refuse(WindowsImage, "a Linux image", "Windows containers are not split")
	}
	if !s.Base.Known || len(s.Base.Expansion.Missing) > 0 || strings.Contains(s.Base.Name, "$") {
		return refuse(VariableBase, "the value of the base image",
			"the base image depends on a build argument without a default; give the ARG a default")
	}
	for _, ins := range s.Body {
		if ins.IsOnbuild() {
			return refuse(OnbuildTriggers, "an image that is no base for others",
				"the image has ONBUILD triggers: it is a base for other builds, which need its tools")
		}
	}
	return nil
}

// refuseReferenced refuses when a stage is asked for by name: a new last stage
// would not be what is built. With --keep-name the new stage takes the name.
func refuseReferenced(d *lint.Document, o Options) *Refusal {
	g := d.Stages()
	name := g.Stages[0].NameWord.Value
	target, by := g.Options().Target, "a compose or bake file, or --target,"
	if target == "" {
		target = name
		by = referencedIn(d, name)
	}
	if target == "" || by == "" || o.KeepName && strings.EqualFold(target, name) {
		return nil
	}
	return refuse(TargetReferenced, "a build without --target",
		by+" asks for the stage "+target+"; with --keep-name the new stage takes its name")
}

// refuseStage refuses what no recipe can do.
func refuseStage(s *subject) *Refusal {
	if !s.doc.Context().Known() {
		return refuse(NoContext, "the build context",
			"the files that the build copies are not known; name the folder with --context")
	}
	if s.base.OnBuild || s.tag.Has("onbuild") {
		return refuse(OnbuildTriggers, "a base image without ONBUILD",
			"the base image "+s.ref.String()+" has ONBUILD triggers, which the text does not show; use the plain image")
	}
	if s.family("nvidia") || strings.Contains(s.ref.Name(), "cuda") {
		return refuse(GPUBase, "the libraries of the GPU that the program needs",
			"GPU images are not split; compare with the -runtime variant of the same tag")
	}
	for _, ins := range s.stage.Body {
		if ins.Is("RUN") {
			if sc := s.doc.Shell(ins); sc == nil || sc.Err != nil {
				return refuse(UnreadShell, "the commands of a RUN", "the text of a RUN cannot be read as shell; write it so that a POSIX shell can")
			} else if sc.Dialect != shell.Posix && sc.Dialect != shell.Bash {
				return refuse(UnreadShell, "the commands of a RUN", "a RUN is not in the language of a POSIX shell")
			}
		}
	}
	return nil
}

// refusePurged refuses an image of a distribution whose RUN removes the tools that
// it has built with: nothing is left behind.
func refusePurged(s *subject) *Refusal {
	n := s.needs()
	if len(n.purged) == 0 || slices.ContainsFunc(n.dropped, knowledge.BuildOnly) || len(n.unknown) > 0 || s.base.Toolchain || s.base.Family != s.base.Distro || s.launch.none() {
		return nil
	}
	return refuse(NothingToDrop, "build tools that stay in the image",
		"the RUN that installs the build tools removes them again ("+n.purged[0]+"), so a second stage would gain next to nothing; it would spare the purge and keep the layers of the build")
}

// refuseUnknown says why no recipe took the file.
func refuseUnknown(s *subject) *Refusal {
	if s.launch.none() {
		return refuseLaunch(s)
	}
	var first *Refusal
	for _, st := range s.steps {
		r := outputUnknown(s, st)
		if r != nil && (first == nil || r.Code == SystemPrefix) {
			first = r
		}
	}
	if first != nil {
		return first
	}
	if s.launch.unread == "" {
		for _, words := range s.launch.commands {
			if r := startRefusal(words); r != nil {
				return r
			}
		}
	}
	if !s.known {
		return refuse(UnknownBase, "what the image "+s.stage.Base.Name+" holds",
			"nothing is known of the base image "+s.stage.Base.Name+", and no build command is recognised")
	}
	for _, st := range s.steps {
		if op := st.cmd.Package(); op != nil && op.Action == shell.Install {
			return refuse(ToolboxImage, "a program that is built",
				"the image installs packages but builds no program; there is nothing to leave behind")
		}
	}
	return refuse(NothingToDrop, "a build step", "no step builds anything; a second stage would gain nothing")
}

// outputUnknown recognises builds whose output only their own scripts know.
func outputUnknown(s *subject, st *step) *Refusal {
	name := st.cmd.Name
	args, _ := s.args(st)
	sub := ""
	if len(args) > 0 {
		sub = args[0]
	}
	switch {
	case name == "make" || name == "gmake" || name == "ninja" || name == "cmake" || name == "meson" || name == "scons" ||
		name == "bazel" || name == "rake" || name == "ant" || name == "waf":
		for _, a := range args {
			if a == "install" {
				return refuse(SystemPrefix, "the files that "+name+" install writes",
					name+" install writes into system folders, and only its rules know what; install with DESTDIR=/out, then that folder can be copied")
			}
		}
		return refuse(OutputUnknown, "output of "+name,
			"only the rules of "+name+" know what it writes; copy the results to one folder in the RUN, then that folder can be copied")
	case compilesOther(path.Base(name), sub):
		return refuse(OutputUnknown, "output of "+name,
			"what "+name+" makes, and which libraries that needs, is not read from its files; copy the results to one folder in the RUN, and build them statically, then that folder can be copied")
	case strings.HasPrefix(firstWord(st.cmd), "./") || path.Ext(name) == ".sh" && name != "":
		p := absolute(st.dir, firstWord(st.cmd))
		if s.tree.isFile(p) && st.dir != "" {
			return refuse(OutputUnknown, "output of "+firstWord(st.cmd),
				"the build runs the script "+firstWord(st.cmd)+", and what it writes is not known; copy the results to one folder in the RUN")
		}
	}
	return nil
}

// compilesOther reports whether a command builds programs of an ecosystem that no
// recipe knows.
func compilesOther(name, sub string) bool {
	switch name {
	case "zig", "crystal", "shards", "stack", "cabal", "dune", "nimble":
		return sub == "build" || sub == "install"
	case "nim":
		return sub == "c" || sub == "cpp" || sub == "compile"
	case "ghc", "ldc2", "dmd", "ocamlfind", "fpc":
		return true
	case "dub":
		return sub == "build" || sub == ""
	}
	return false
}

func firstWord(cmd *shell.Command) string {
	if len(cmd.Words) == 0 {
		return ""
	}
	return cmd.Words[0].Value
}
