package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/manifest"
)

func javaRecipe() Recipe {
	return Recipe{
		Name: "java",
		detect: func(s *subject) bool {
			return len(s.find("mvn", "mvnw", "gradle", "gradlew")) > 0 || s.family("maven", "gradle")
		},
		plan: planJava,
	}
}

// nativeImage returns the goal, task or profile that makes a native program of a
// Java program; empty when there is none.
func (s *subject) nativeImage() string {
	for _, st := range s.find("mvn", "mvnw", "gradle", "gradlew") {
		args, _ := s.args(st)
		for _, a := range args {
			switch task := a[strings.LastIndex(a, ":")+1:]; {
			case task == "nativeCompile" || task == "nativeBuild" || task == "nativeImage" || task == "optimizedNativeCompile",
				a == "-Pnative" || a == "-Dnative" || a == "-Dpackaging=native-image" || a == "native:compile":
				return a
			}
		}
	}
	return ""
}

func planJava(s *subject, p *plan) *Refusal {
	var made []product
	for _, st := range s.find("mvn", "mvnw", "gradle", "gradlew") {
		if st.cmd.Conditional || st.dir == "" {
			continue
		}
		var out []product
		var r *Refusal
		if st.cmd.Is("mvn", "mvnw") {
			out, r = mavenProducts(s, st)
		} else {
			out, r = gradleProducts(s, st)
		}
		if r != nil {
			return r
		}
		made = append(made, out...)
	}
	if native := s.nativeImage(); len(made) == 0 && native != "" {
		return refuse(SystemLibraries, "the libraries of the native program",
			native+" makes a native program, and the libraries that it is linked to are not known; link it statically and build it in a stage of its own, or package a jar")
	}
	if len(made) == 0 {
		return refuse(OutputUnknown, "a step that packages the program", "no step packages the program; run mvn package or gradle build in a RUN")
	}
	made = s.followProducts(made)
	if r := javaArtifact(s, p, made); r != nil {
		return r
	}
	if r := refuseCompilerUse(s); r != nil {
		return r
	}
	if r := javaRuntime(s, p); r != nil {
		return r
	}
	if r := copyInputs(s, p, sourceInputs(s, ".java", ".kt", ".scala")); r != nil {
		return r
	}
	javaSettings(s, p)
	if slices.ContainsFunc(s.launch.words, func(w string) bool { return strings.HasPrefix(w, "-agentlib:jdwp") }) {
		p.assume("the runtime image has the agent for debuggers")
	}
	p.provides = append(p.provides, "java")
	p.dropEnv = func(n string) bool {
		return n == "MAVEN_CONFIG" || n == "GRADLE_USER_HOME" || n == "MAVEN_HOME" || n == "GRADLE_HOME" || n == "JAVA_HOME"
	}
	p.reason("the image needs the packaged program and a Java runtime, not the build tool and the JDK: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("the build tool, its repository, the JDK and the sources")
	return nil
}

// javaSettings copies the settings that Spring Boot and Quarkus read in the working
// directory and its folder config without being told.
func javaSettings(s *subject, p *plan) {
	for _, dir := range [...]string{s.workdir, path.Join(s.workdir, "config")} {
		for _, name := range s.tree.list(dir) {
			switch path.Ext(name) {
			case ".yml", ".yaml", ".properties":
				if at := path.Join(dir, name); strings.HasPrefix(name, "application") && s.carryPath(p, at) {
					p.carry(at + ", which the program reads in the folder that it starts in")
				}
			}
		}
	}
}

// javaArtifact copies the jar or the start script that the container runs.
func javaArtifact(s *subject, p *plan, made []product) *Refusal {
	words := s.launch.words
	if path.Base(words[0]) != "java" {
		got, ok := s.pick(made, words[0])
		if !ok {
			for _, m := range made {
				if m.dir && strings.HasPrefix(absolute(s.workdir, words[0]), m.path+"/bin/") {
					got, ok = m, true
				}
			}
		}
		if !ok {
			return launchNotBuilt(words[0], made)
		}
		p.copy(got.path, got.dir)
		return nil
	}
	jar, ok := javaJar(words)
	if !ok {
		return refuse(NotFatJar, "one jar that holds everything", "the container starts a class from a class path; which jars that needs is not known; package one jar and start it with java -jar")
	}
	at := absolute(s.workdir, jar)
	if strings.ContainsAny(jar, "*?") {
		var hits []product
		for _, m := range made {
			if ok, _ := path.Match(at, m.path); ok && !slices.ContainsFunc(hits, func(h product) bool { return h.path == m.path }) {
				hits = append(hits, m)
			}
		}
		if len(hits) != 1 {
			return refuse(NotFatJar, "one jar for "+jar, "the pattern "+jar+" may mean several jars; write the name of the jar")
		}
		p.copy(hits[0].path, false)
		return nil
	}
	for _, m := range made {
		if m.path == at {
			p.copy(at, false)
			return nil
		}
		if m.dir && strings.HasPrefix(at, m.path+"/") {
			p.copy(m.path, true)
			return nil
		}
	}
	return launchNotBuilt(jar, made)
}

func launchNotBuilt(what string, made []product) *Refusal {
	names := make([]string, 0, len(made))
	for _, m := range made {
		names = append(names, m.path)
	}
	return refuse(LaunchNotBuilt, "the step that makes "+what,
		"the container starts "+what+", and the build makes "+strings.Join(names, ", ")+"; let CMD name what is built")
}

// javaJar returns the jar of java -jar.
func javaJar(words []string) (string, bool) {
	for k, w := range words {
		if w == "-jar" && k+1 < len(words) {
			for _, after := range words[k+1:] {
				if !strings.HasPrefix(after, "-") {
					return after, true
				}
			}
		}
	}
	return "", false
}

// mavenProducts returns what mvn package writes.
func mavenProducts(s *subject, st *step) ([]product, *Refusal) {
	args, _ := s.args(st)
	packages := slices.ContainsFunc(args, func(a string) bool {
		return a == "package" || a == "install" || a == "verify" || a == "deploy"
	})
	assembles := slices.Contains(args, "assembly:single") || slices.Contains(args, "assembly:assembly")
	if !packages && !assembles {
		return nil, nil
	}
	dir := st.dir
	if f := optionValue(args, "-f", "--file"); f != "" {
		if at := absolute(dir, f); s.tree.isDir(at) {
			dir = at
		} else {
			dir = path.Dir(at)
		}
	}
	text, ok := s.tree.read(path.Join(dir, "pom.xml"))
	if !ok {
		return nil, refuse(MissingManifest, "pom.xml in "+dir, "the build context brings no pom.xml to "+dir+", so the name of the jar is not known; name the context with --context")
	}
	pom, err := manifest.ReadPOM(text)
	if err != nil {
		return nil, refuse(UnreadManifest, "pom.xml", "pom.xml cannot be read; repair it")
	}
	if len(pom.Modules) > 0 {
		return mavenModules(s, st, dir, pom)
	}
	if pl := pom.Plugin("maven-assembly-plugin"); assembles && pl != nil {
		return assemblyProducts(s, st, dir, pom, pl)
	}
	return mavenModule(s, st, dir, pom)
}

// mavenModules reads the modules of a project.
func mavenModules(s *subject, st *step, dir string, pom *manifest.POM) ([]product, *Refusal) {
	var made []product
	for _, m := range pom.Modules {
		text, ok := s.tree.read(path.Join(dir, m, "pom.xml"))
		if !ok {
			return nil, refuse(MissingManifest, "pom.xml of the module "+m, "the build context brings no pom.xml of the module "+m)
		}
		child, err := manifest.ReadPOM(text)
		if err != nil || child.Packaging != "jar" || len(child.Modules) > 0 {
			continue
		}
		if child.Version == "" {
			child.Version = pom.Version
		}
		out, r := mavenModule(s, st, path.Join(dir, m), child)
		if r == nil {
			made = append(made, out...)
		}
	}
	if len(made) == 0 {
		return nil, refuse(NotFatJar, "a module with one jar that holds everything", "no module of the project is known to package a jar that holds its dependencies")
	}
	return made, nil
}

// mavenName returns the name of the jar without its extension.
func mavenName(pom *manifest.POM) (string, *Refusal) {
	name := pom.FinalName
	if name == "" {
		name = pom.ArtifactID + "-" + pom.Version
	}
	if strings.Contains(name, "${") || pom.ArtifactID == "" {
		return "", refuse(OutputUnknown, "the name of the jar", "the name of the jar ("+name+") depends on properties that pom.xml does not define; set finalName")
	}
	return name, nil
}

// mavenModule returns the jar of one module when it holds all that it needs.
func mavenModule(s *subject, st *step, dir string, pom *manifest.POM) ([]product, *Refusal) {
	if pom.Packaging == "war" {
		return nil, refuse(WarPackaging, "an application server", "the project packages a war, which needs an application server; package a jar")
	}
	name, r := mavenName(pom)
	if r != nil {
		return nil, r
	}
	target := path.Join(dir, "target")
	switch {
	case pom.Plugin("quarkus-maven-plugin") != nil || pom.Plugin("${quarkus.platform.artifact-id}") != nil:
		return []product{{path: path.Join(target, "quarkus-app"), dir: true, step: st}}, nil
	case pom.Plugin("spring-boot-maven-plugin") != nil:
		pl := pom.Plugin("spring-boot-maven-plugin")
		if pom.Parent != "spring-boot-starter-parent" && !slices.Contains(pl.Goals, "repackage") {
			return nil, refuse(NotFatJar, "the goal repackage of the Spring Boot plugin", "the Spring Boot plugin does not run its goal repackage, so the jar lacks its dependencies")
		}
		if c := manifest.Element(pl.Configuration, "classifier"); c != "" {
			name += "-" + c
		}
	case pom.Plugin("maven-shade-plugin") != nil:
		pl := pom.Plugin("maven-shade-plugin")
		if f := manifest.Element(pl.Configuration, "finalName"); f != "" && !strings.Contains(f, "${") {
			name = f
		}
		if manifest.Element(pl.Configuration, "shadedArtifactAttached") == "true" {
			return nil, refuse(NotFatJar, "the name of the shaded jar", "the shade plugin attaches a second jar, whose name is not followed; let it replace the first")
		}
	case pom.Plugin("maven-assembly-plugin") != nil:
		return assemblyProducts(s, st, dir, pom, pom.Plugin("maven-assembly-plugin"))
	default:
		if len(pom.Dependencies) > 0 {
			return nil, refuse(NotFatJar, "a plugin that puts the dependencies into the jar",
				"no plugin of pom.xml puts the dependencies into the jar, so it needs others beside it; add the shade or the Spring Boot plugin")
		}
	}
	return []product{{path: path.Join(target, name+".jar"), step: st}}, nil
}
