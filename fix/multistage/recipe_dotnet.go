package multistage

import (
	"path"
	"slices"
	"strconv"
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
	if r := dotnetInputs(s, p, made[k].path); r != nil {
		return r
	}
	return dotnetRuntime(s, p, proj)
}

// dotnetProduct returns the folder of dotnet publish; its source is the name of
// the assembly.
func dotnetProduct(s *subject, st *step) (product, *manifest.CSProj, *Refusal) {
	args, _ := s.args(st)
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
	out := dotnetOut(s, st, args, at, proj)
	if out == "" {
		return product{}, nil, refuse(OutputUnknown, "the folder of dotnet publish", "dotnet publish has no -o, so the folder of the result is not certain; add -o /app/out")
	}
	return product{path: out, dir: true, step: st, source: name}, proj, nil
}

// dotnetOut returns the folder that dotnet publish writes: the one of -o, which
// counts from the folder in which the command runs, or
// bin/CONFIGURATION/FRAMEWORK/publish below the project; empty when it is not
// known.
func dotnetOut(s *subject, st *step, args []string, project string, proj *manifest.CSProj) string {
	out := optionValue(args, "-o", "--output")
	for _, a := range args {
		if v, ok := strings.CutPrefix(a, "/p:PublishDir="); ok && out == "" {
			out = v
		}
	}
	if out != "" && !strings.Contains(out, "$") {
		return absolute(st.dir, out)
	}
	framework := optionValue(args, "-f", "--framework")
	if framework == "" {
		framework = proj.TargetFramework
	}
	for dir := path.Dir(project); out == ""; dir = path.Dir(dir) {
		if s.tree.isFile(path.Join(dir, "Directory.Build.props")) {
			return ""
		}
		if dir == "/" {
			break
		}
	}
	text, _ := s.tree.read(project)
	if out != "" || framework == "" || strings.Contains(framework, "$") || strings.Contains(text, "OutputPath>") || strings.Contains(text, "ArtifactsOutput") || strings.Contains(text, "PublishDir") {
		return ""
	}
	config := optionValue(args, "-c", "--configuration")
	if config == "" {
		config = "Debug"
		if major := dotnetMajor(s); major >= 8 {
			config = "Release"
		} else if major == 0 {
			return ""
		}
	}
	return path.Join(path.Dir(project), "bin", config, framework, optionValue(args, "-r", "--runtime"), "publish")
}

// dotnetMajor is the first number of the version of .NET; 0 when the tag does
// not say it.
func dotnetMajor(s *subject) int {
	major, _, _ := strings.Cut(s.tag.Version, ".")
	n, err := strconv.Atoi(major)
	if err != nil {
		return 0
	}
	return n
}

// dotnetProject finds the project file that a command means.
func dotnetProject(s *subject, dir string, args []string) (name, at string) {
	isProject := func(f string) bool {
		e := path.Ext(f)
		return e == ".csproj" || e == ".fsproj" || e == ".vbproj"
	}
	for k, a := range args[1:] {
		if strings.HasPrefix(args[k], "-") && dotnetValue(args[k]) {
			continue
		}
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

// dotnetValue reports whether an option takes the next word.
func dotnetValue(option string) bool {
	switch option {
	case "-c", "--configuration", "-o", "--output", "-f", "--framework", "-r", "--runtime", "-a", "--arch", "--os", "-v", "--verbosity", "--version-suffix", "-s", "--source",
		"--manifest", "--artifacts-path":
		return true
	}
	return false
}

// dotnetRuntime chooses the runtime image of the same version.
func dotnetRuntime(s *subject, p *plan, proj *manifest.CSProj) *Refusal {
	if s.opt.Runtime == RuntimeScratch || s.opt.Runtime == RuntimeDistroless {
		return refuse(RuntimeNotOffered, "a recipe for "+string(s.opt.Runtime), "a .NET program needs its runtime; choose --runtime auto")
	}
	kind := "runtime"
	if proj.Web() || proj.HasReferences() {
		kind = "aspnet" // packages and projects may ask for the web framework, too
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
	dotnetSettings(s, p, kind)
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

// dotnetSettings makes up for what the SDK image sets and the runtime images do
// not, and the other way round: the port of web programs, and on Alpine the
// libraries for cultures and time zones.
func dotnetSettings(s *subject, p *plan, kind string) {
	if s.base.Distro == "alpine" && !s.hasEnv("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT") {
		p.env = append(p.env, "ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=false")
		p.packages = append(p.packages, "icu-libs", "tzdata")
		if dotnetMajor(s) >= 8 {
			p.packages = append(p.packages, "icu-data-full")
		}
		p.carry("the cultures and time zones that the SDK image has and the runtime image lacks")
	}
	if kind != "aspnet" || s.hasEnv("ASPNETCORE_URLS") || s.hasEnv("ASPNETCORE_HTTP_PORTS") {
		return
	}
	switch major := dotnetMajor(s); {
	case major >= 8: // both set ASPNETCORE_HTTP_PORTS to 8080
	case major >= 3:
		p.env = append(p.env, "ENV ASPNETCORE_URLS=")
		p.reason("the SDK image leaves the port to the program; the runtime image sets ASPNETCORE_URLS, which is emptied so that the program listens where it did")
	default:
		p.assume("the program listens on the port that the runtime image sets, 80, or sets its own")
	}
}

// dotnetInputs copies what the program reads beside the published folder: the
// settings and web files of the folder it starts in, and what its sources name.
func dotnetInputs(s *subject, p *plan, out string) *Refusal {
	if s.workdir == out || s.workdir == "/" {
		return nil
	}
	for _, name := range s.tree.list(s.workdir) {
		if name == "appsettings.json" || strings.HasPrefix(name, "appsettings.") && path.Ext(name) == ".json" {
			p.copy(path.Join(s.workdir, name), false)
			p.carry(path.Join(s.workdir, name) + ", which the program reads in the folder that it starts in")
		}
	}
	if at := path.Join(s.workdir, "wwwroot"); s.tree.isDir(at) {
		p.copy(at, true)
		p.carry(at + ", which the program serves from the folder that it starts in")
	}
	return copyInputs(s, p, sourceInputs(s, ".cs", ".fs", ".vb"))
}
