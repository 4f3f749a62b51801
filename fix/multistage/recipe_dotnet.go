package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/manifest"
)

func dotnetRecipe() Recipe {
	return Recipe{
		Name: "dotnet",
		detect: func(s *subject) bool {
			return len(s.find("dotnet")) > 0 || len(s.launch.words) > 1 && s.launch.words[0] == "dotnet" && (s.launch.words[1] == "run" || s.launch.words[1] == "watch")
		},
		plan: planDotnet,
	}
}

func planDotnet(s *subject, p *plan) *Refusal {
	var made []product
	var proj *manifest.CSProj
	for _, st := range s.find("dotnet") {
		if st.cmd.Subcommand() != "publish" || st.cmd.Conditional {
			continue
		}
		out, got, r := dotnetProduct(s, st)
		if r != nil {
			return r
		}
		made = append(made, out)
		proj = got
	}
	if len(made) == 0 {
		return refuse(OutputUnknown, "a dotnet publish in a RUN", "no RUN publishes the program; run dotnet publish -o in one")
	}
	made = s.followProducts(made)
	words := s.launch.words
	program := words[0]
	if path.Base(program) == "dotnet" && len(words) > 1 {
		program = words[1]
	}
	at := absolute(s.workdir, program)
	k := slices.IndexFunc(made, func(m product) bool { return strings.HasPrefix(at, m.path+"/") })
	if k < 0 {
		return launchNotBuilt(program, made)
	}
	if got := strings.TrimSuffix(path.Base(at), ".dll"); got != made[k].source {
		return refuse(LaunchNotBuilt, "the assembly "+path.Base(at), "the container starts "+path.Base(at)+", and the project makes "+made[k].source+".dll")
	}
	p.copy(made[k].path, true)
	return dotnetRuntime(s, p, proj)
}

// dotnetProduct returns the folder of dotnet publish; its source is the name of
// the assembly.
func dotnetProduct(s *subject, st *step) (product, *manifest.CSProj, *Refusal) {
	args, _ := s.args(st)
	out := optionValue(args, "-o", "--output")
	if out == "" {
		for _, a := range args {
			if v, ok := strings.CutPrefix(a, "/p:PublishDir="); ok {
				out = v
			}
		}
	}
	if out == "" || strings.Contains(out, "$") {
		return product{}, nil, refuse(OutputUnknown, "the folder of dotnet publish", "dotnet publish has no -o, so the folder of the result is not certain; add -o /app/out")
	}
	name, at := dotnetProject(s, st.dir, args)
	if at == "" {
		return product{}, nil, refuse(MissingManifest, "the project file", "the build context brings no single project file to "+st.dir+"; name the project in dotnet publish, or the context with --context")
	}
	text, _ := s.tree.read(at)
	proj, err := manifest.ReadCSProj(text)
	if err != nil {
		return product{}, nil, refuse(UnreadManifest, at, "the project file "+at+" cannot be read; repair it")
	}
	if proj.AssemblyName != "" {
		name = proj.AssemblyName
	}
	proj.SelfContained = proj.SelfContained || slices.Contains(args, "--self-contained") && !slices.Contains(args, "false") || slices.Contains(args, "--sc")
	// A relative -o counts from the folder in which the command runs.
	return product{path: absolute(st.dir, out), dir: true, step: st, source: name}, proj, nil
}

// dotnetProject finds the project file that a command means.
func dotnetProject(s *subject, dir string, args []string) (name, at string) {
	isProject := func(f string) bool {
		e := path.Ext(f)
		return e == ".csproj" || e == ".fsproj" || e == ".vbproj"
	}
	for _, a := range args[1:] {
		target := absolute(dir, strings.Trim(a, `"`))
		if isProject(target) && s.tree.isFile(target) {
			return strings.TrimSuffix(path.Base(target), path.Ext(target)), target
		}
		if !strings.HasPrefix(a, "-") && s.tree.isDir(target) {
			dir = target
			break
		}
	}
	var found []string
	for _, f := range s.tree.list(dir) {
		if isProject(f) {
			found = append(found, path.Join(dir, f))
		}
	}
	if len(found) != 1 {
		return "", ""
	}
	return strings.TrimSuffix(path.Base(found[0]), path.Ext(found[0])), found[0]
}

// dotnetRuntime chooses the runtime image of the same version.
func dotnetRuntime(s *subject, p *plan, proj *manifest.CSProj) *Refusal {
	if s.opt.Runtime == RuntimeScratch || s.opt.Runtime == RuntimeDistroless {
		return refuse(RuntimeNotOffered, "a recipe for "+string(s.opt.Runtime), "a .NET program needs its runtime; choose --runtime auto")
	}
	kind := "runtime"
	if proj.Web() {
		kind = "aspnet"
	}
	if proj.SelfContained || proj.PublishAot {
		kind = "runtime-deps"
	}
	name, tag := s.ref.Name(), s.ref.Tag
	major := s.tag.Version
	switch {
	case strings.HasSuffix(name, "dotnet/sdk") && major != "":
		p.runtime = strings.TrimSuffix(name, "sdk") + kind + ":" + dotnetTag(tag)
	case strings.HasSuffix(name, "dotnet/core/sdk") && major != "":
		p.runtime = strings.TrimSuffix(name, "sdk") + kind + ":" + dotnetTag(tag)
	case name == "microsoft/dotnet" && strings.Contains(tag, "-sdk"):
		suffix := map[string]string{"aspnet": "-aspnetcore-runtime", "runtime": "-runtime", "runtime-deps": "-runtime-deps"}[kind]
		version, rest, _ := strings.Cut(tag, "-sdk")
		if rest == "-stretch" || rest == "-jessie" {
			rest += "-slim"
		}
		p.runtime = version + suffix + rest
		p.runtime = "microsoft/dotnet:" + p.runtime
		p.assume("the retired image " + p.runtime + " can still be had")
	default:
		return refuse(NoCounterpart, "the runtime image for "+s.stage.Base.Name, "no runtime image for "+s.stage.Base.Name+" is known; build on mcr.microsoft.com/dotnet/sdk with a version")
	}
	if kind == "aspnet" {
		dotnetPort(s, p)
	}
	p.provides = append(p.provides, "dotnet")
	p.reason("the image needs the published program and the runtime, not the SDK: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("the .NET SDK, the package cache and the sources")
	return nil
}

// dotnetTag takes the patch level of an SDK off, which numbers otherwise than
// the runtimes: 8.0.404 goes with 8.0.
func dotnetTag(tag string) string {
	version, rest, has := strings.Cut(tag, "-")
	parts := strings.Split(version, ".")
	if len(parts) > 2 {
		version = parts[0] + "." + parts[1]
	}
	if has {
		return version + "-" + rest
	}
	return version
}

// dotnetPort keeps the port on which the program listens: the runtime image sets
// one, the SDK image does not.
func dotnetPort(s *subject, p *plan) {
	if s.hasEnv("ASPNETCORE_URLS") || s.hasEnv("ASPNETCORE_HTTP_PORTS") {
		return
	}
	p.assume("the program listens on the port that the runtime image sets (80, from .NET 8 on 8080) or sets its own")
}
