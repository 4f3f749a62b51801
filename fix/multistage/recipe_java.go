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
	if len(made) == 0 {
		return refuse(OutputUnknown, "a step that packages the program", "no step packages the program; run mvn package or gradle build in a RUN")
	}
	made = s.followProducts(made)
	if r := javaArtifact(s, p, made); r != nil {
		return r
	}
	if r := javaRuntime(s, p); r != nil {
		return r
	}
	if r := copyInputs(s, p, sourceInputs(s, ".java", ".kt", ".scala")); r != nil {
		return r
	}
	p.provides = append(p.provides, "java")
	p.dropEnv = func(n string) bool {
		return n == "MAVEN_CONFIG" || n == "GRADLE_USER_HOME" || n == "MAVEN_HOME" || n == "GRADLE_HOME"
	}
	p.reason("the image needs the packaged program and a Java runtime, not the build tool and the JDK: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("the build tool, its repository, the JDK and the sources")
	return nil
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
	if !packages {
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
	return mavenModule(st, dir, pom, args)
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
		out, r := mavenModule(st, path.Join(dir, m), child, nil)
		if r == nil {
			made = append(made, out...)
		}
	}
	if len(made) == 0 {
		return nil, refuse(NotFatJar, "a module with one jar that holds everything", "no module of the project is known to package a jar that holds its dependencies")
	}
	return made, nil
}

// mavenModule returns the jar of one module when it holds all that it needs.
func mavenModule(st *step, dir string, pom *manifest.POM, args []string) ([]product, *Refusal) {
	if pom.Packaging == "war" {
		return nil, refuse(WarPackaging, "an application server", "the project packages a war, which needs an application server; package a jar")
	}
	name := pom.FinalName
	if name == "" {
		name = pom.ArtifactID + "-" + pom.Version
	}
	if strings.Contains(name, "${") || pom.ArtifactID == "" {
		return nil, refuse(OutputUnknown, "the name of the jar", "the name of the jar ("+name+") depends on properties that pom.xml does not define; set finalName")
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
		return assemblyProduct(st, target, name, pom.Plugin("maven-assembly-plugin"))
	default:
		if len(pom.Dependencies) > 0 {
			return nil, refuse(NotFatJar, "a plugin that puts the dependencies into the jar",
				"no plugin of pom.xml puts the dependencies into the jar, so it needs others beside it; add the shade or the Spring Boot plugin")
		}
	}
	_ = args
	return []product{{path: path.Join(target, name+".jar"), step: st}}, nil
}

func assemblyProduct(st *step, target, name string, pl *manifest.POMPlugin) ([]product, *Refusal) {
	if !strings.Contains(pl.Configuration, "jar-with-dependencies") {
		return nil, refuse(NotFatJar, "the descriptor jar-with-dependencies", "the assembly plugin makes something else than a jar with its dependencies")
	}
	if f := manifest.Element(pl.Configuration, "finalName"); f != "" {
		name = f
	}
	if manifest.Element(pl.Configuration, "appendAssemblyId") != "false" {
		name += "-jar-with-dependencies"
	}
	if strings.Contains(name, "${") {
		return nil, refuse(OutputUnknown, "the name of the jar", "the name of the jar depends on properties that pom.xml does not define")
	}
	return []product{{path: path.Join(target, name+".jar"), step: st}}, nil
}

// gradleProducts returns what a Gradle task writes.
func gradleProducts(s *subject, st *step) ([]product, *Refusal) {
	args, _ := s.args(st)
	task := ""
	for _, a := range args {
		a = a[strings.LastIndex(a, ":")+1:]
		switch a {
		case "build", "bootJar", "assemble", "shadowJar", "installDist", "jar", "fatJar", "installShadowDist", "buildFatJar", "uberJar", "quarkusBuild", "stage", "installBootDist":
			task = a
		}
	}
	if task == "" {
		return nil, nil
	}
	root := st.dir
	dir := root
	text, ok := gradleScript(s, dir)
	if !ok {
		if sub := gradleSubproject(s, root); sub != "" {
			dir = sub
			text, ok = gradleScript(s, dir)
		}
	}
	if !ok {
		return nil, refuse(MissingManifest, "build.gradle in "+root, "the build context brings no build.gradle to "+root+", so the name of the jar is not known; name the context with --context")
	}
	return gradleJar(s, st, root, dir, text, task)
}

func gradleScript(s *subject, dir string) (string, bool) {
	at, ok := s.tree.find(dir, "build.gradle", "build.gradle.kts")
	if !ok {
		return "", false
	}
	return s.tree.read(at)
}

// gradleSubproject returns the folder of the only subproject.
func gradleSubproject(s *subject, root string) string {
	var found []string
	for _, f := range s.tree.under(root) {
		if b := path.Base(f); b == "build.gradle" || b == "build.gradle.kts" {
			found = append(found, path.Dir(f))
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return ""
}

// gradleName returns the name of the project in dir.
func gradleName(s *subject, root, dir string) string {
	if dir != root {
		return path.Base(dir)
	}
	if at, ok := s.tree.find(root, "settings.gradle", "settings.gradle.kts"); ok {
		text, _ := s.tree.read(at)
		if v := manifest.GradleString(text, "rootProject.name"); v != "" {
			return v
		}
	}
	return path.Base(dir)
}

func gradleJar(s *subject, st *step, root, dir, text, task string) ([]product, *Refusal) {
	name := gradleName(s, root, dir)
	if v := manifest.GradleString(text, "archivesBaseName"); v != "" {
		name = v
	}
	version := manifest.GradleString(text, "version")
	if v, ok := s.tree.read(path.Join(dir, "gradle.properties")); ok && version == "" {
		for line := range strings.SplitSeq(v, "\n") {
			if value, ok := strings.CutPrefix(strings.ReplaceAll(line, " ", ""), "version="); ok {
				version = strings.TrimSpace(value)
			}
		}
	}
	libs := path.Join(dir, "build/libs")
	full := func(classifier string) string {
		parts := []string{name}
		if version != "" {
			parts = append(parts, version)
		}
		if classifier != "" {
			parts = append(parts, classifier)
		}
		return path.Join(libs, strings.Join(parts, "-")+".jar")
	}
	boot := strings.Contains(text, "org.springframework.boot")
	shadow := strings.Contains(text, "shadow")
	for _, key := range [...]string{"archiveFileName", "archiveName"} {
		if v := manifest.GradleString(text, key); v != "" && (boot || shadow || strings.Contains(task, "ar")) {
			return []product{{path: path.Join(libs, v), step: st}}, nil
		}
		if strings.Contains(text, key) {
			return nil, refuse(OutputUnknown, "the name of the jar", "the name of the jar is computed in build.gradle; set it to a constant")
		}
	}
	switch {
	case task == "installDist" || task == "stage":
		if v := gradleInstallName(text); v != "" {
			name = v
		}
		return []product{{path: path.Join(dir, "build/install", name), dir: true, step: st}}, nil
	case boot && (task == "build" || task == "bootJar" || task == "assemble"):
		return []product{{path: full(""), step: st}}, nil
	case shadow && (task == "shadowJar" || task == "build" || task == "assemble"):
		return []product{{path: full("all"), step: st}}, nil
	case strings.Contains(text, "io.ktor.plugin") && task == "buildFatJar":
		return []product{{path: full("all"), step: st}}, nil
	case strings.Contains(text, "io.quarkus"):
		return []product{{path: path.Join(dir, "build/quarkus-app"), dir: true, step: st}}, nil
	}
	if task == "fatJar" || task == "uberJar" {
		return customJar(st, text, libs, name, version, task)
	}
	if strings.Contains(text, "runtimeClasspath") || strings.Contains(text, "configurations.compile") {
		return []product{{path: full(""), step: st}}, nil
	}
	return nil, refuse(NotFatJar, "a jar that holds its dependencies", "no plugin of build.gradle puts the dependencies into the jar; add the Spring Boot, shadow or application plugin")
}

// gradleInstallName is the name of the application distribution.
func gradleInstallName(text string) string {
	return manifest.GradleString(text, "distributions.main.distributionBaseName")
}

// customJar reads a task of the build script that makes a jar of everything.
func customJar(st *step, text, libs, name, version, task string) ([]product, *Refusal) {
	_, body, ok := strings.Cut(text, "task "+task)
	if !ok {
		return nil, refuse(OutputUnknown, "the task "+task, "the task "+task+" of build.gradle is not found, so its jar is not known")
	}
	for _, key := range [...]string{"baseName", "archiveBaseName"} {
		if v := manifest.GradleString(body, key); v != "" {
			name = v
		} else if strings.Contains(body, key) {
			return nil, refuse(OutputUnknown, "the name of the jar", "the name of the jar is computed in build.gradle; set it to a constant")
		}
	}
	if version != "" {
		name += "-" + version
	}
	if v := manifest.GradleString(body, "classifier"); v != "" {
		name += "-" + v
	}
	return []product{{path: path.Join(libs, name+".jar"), step: st}}, nil
}

// javaRuntime chooses a Java runtime of the same version and C library.
func javaRuntime(s *subject, p *plan) *Refusal {
	switch s.opt.Runtime {
	case RuntimeScratch, RuntimeDistroless:
		return refuse(RuntimeNotOffered, "a recipe for "+string(s.opt.Runtime), "a Java program needs a runtime and its start script a shell; choose --runtime slim")
	}
	major := javaMajor(s)
	if major == "" {
		return refuse(VariableBase, "the version of Java in "+s.stage.Base.Name,
			"the tag of "+s.stage.Base.Name+" does not say which Java it has, so the runtime cannot match it; write a tag with the version, as in gradle:8-jdk21")
	}
	alpine := s.base.Distro == "alpine"
	if s.opt.Runtime == RuntimeAlpine && !alpine {
		p.assume("the program has no native code, so that it runs with the C library of Alpine")
		alpine = true
	}
	name := s.ref.Name()
	switch {
	case name == "openjdk" && (major == "8" || major == "11") && !alpine:
		p.runtime = "openjdk:" + major + "-jre-slim"
	case name == "openjdk" && major == "8" && alpine:
		p.runtime = "openjdk:8-jre-alpine"
	case alpine:
		p.runtime = "eclipse-temurin:" + major + "-jre-alpine"
	default:
		p.runtime = "eclipse-temurin:" + major + "-jre"
		for _, code := range [...]string{"jammy", "focal", "noble"} {
			if s.tag.Has(code) {
				p.runtime += "-" + code
			}
		}
	}
	if !temurinHas(major) && strings.HasPrefix(p.runtime, "eclipse-temurin") {
		return refuse(NoCounterpart, "a Java runtime image of version "+major, "no runtime image with Java "+major+" is known; move to a version with long support")
	}
	return nil
}

func temurinHas(major string) bool {
	switch major {
	case "8", "11", "17", "21", "25":
		return true
	}
	return false
}

// javaMajor reads the version of Java from the tag.
func javaMajor(s *subject) string {
	tag := s.ref.Tag
	for _, mark := range [...]string{"eclipse-temurin-", "temurin-", "openjdk-", "amazoncorretto-", "sapmachine-", "ibmjava-", "jdk-", "jdk"} {
		if at := strings.Index(tag, mark); at >= 0 {
			v := tag[at+len(mark):]
			end := 0
			for end < len(v) && v[end] >= '0' && v[end] <= '9' {
				end++
			}
			if end > 0 {
				return v[:end]
			}
		}
	}
	switch s.base.Family {
	case "java", "eclipse-temurin":
		v, _, _ := strings.Cut(s.tag.Version, ".")
		if v == "1" {
			return "8"
		}
		if at := strings.IndexAny(v, "u_"); at > 0 {
			v = v[:at]
		}
		if isNumber(v) {
			return v
		}
	}
	return ""
}

// sourceInputs returns what string constants of the sources name, beyond what is
// packaged as a resource.
func sourceInputs(s *subject, extensions ...string) []string {
	var inputs []string
	for _, f := range s.tree.under(s.workdir) {
		if !slices.Contains(extensions, path.Ext(f)) || isTestFile(f) {
			continue
		}
		text, _ := s.tree.read(f)
		for _, lit := range stringLiterals(text) {
			if !strings.ContainsAny(lit, "./") {
				continue
			}
			if at, ok := inputPath(s, lit); ok && !strings.Contains(at, "/src/main/resources") && !strings.Contains(at, "/target") {
				inputs = append(inputs, at)
			}
		}
	}
	return inputs
}
