package multistage

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

func scalaRecipe() Recipe {
	return Recipe{
		Name:   "scala",
		detect: func(s *subject) bool { return len(s.find("sbt")) > 0 },
		plan:   planScala,
	}
}

func planScala(s *subject, p *plan) *Refusal {
	var made []product
	for _, st := range s.find("sbt") {
		if st.cmd.Conditional || st.dir == "" {
			continue
		}
		out, r := sbtProducts(s, st)
		if r != nil {
			return r
		}
		made = append(made, out...)
	}
	if len(made) == 0 {
		return refuse(OutputUnknown, "a step that packages the program", "no step packages the program; run sbt assembly or sbt stage in a RUN")
	}
	made = s.followProducts(made)
	if r := javaArtifact(s, p, made); r != nil {
		return r
	}
	if r := javaRuntime(s, p); r != nil {
		return r
	}
	if r := copyInputs(s, p, sourceInputs(s, ".scala", ".java")); r != nil {
		return r
	}
	if p.covers(absolute(s.workdir, s.launch.words[0])) {
		p.packages = append(p.packages, "bash") // the start scripts of the packager
	}
	p.provides = append(p.provides, "java", "bash")
	p.dropEnv = func(n string) bool { return strings.HasPrefix(n, "SBT_") || strings.HasPrefix(n, "SCALA_") }
	p.reason("the image needs the packaged program and a Java runtime, not sbt and the JDK: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("sbt, its caches, the JDK and the sources")
	return nil
}

// sbtProducts returns what the tasks assembly and stage write.
func sbtProducts(s *subject, st *step) ([]product, *Refusal) {
	args, _ := s.args(st)
	has := func(task string) bool {
		return slices.ContainsFunc(args, func(a string) bool {
			return a == task || strings.HasSuffix(a, ";"+task) || strings.HasSuffix(a, "; "+task) || strings.HasSuffix(a, " "+task)
		})
	}
	for _, a := range args {
		for task := range strings.FieldsFuncSeq(a, func(r rune) bool { return r == ';' || r == ' ' }) {
			if project, name, ok := strings.Cut(task, "/"); ok && project != "Universal" && (name == "assembly" || name == "stage") {
				return nil, refuse(Monorepo, "what the project "+project+" makes",
					"sbt "+task+" builds one of several projects, and what it is called is not known; a second stage can take it once it is copied to a path of its own")
			}
		}
	}
	assembly, stage := has("assembly"), has("stage") || has("Universal/stage") || has("universal:stage")
	if !assembly && !stage {
		return nil, nil
	}
	text, ok := s.tree.read(path.Join(st.dir, "build.sbt"))
	if !ok {
		return nil, refuse(MissingManifest, "build.sbt in "+st.dir, "the build context brings no build.sbt to "+st.dir+", so the name of the jar is not known; name the context with --context")
	}
	if n := strings.Count(text, "in file(") + strings.Count(text, "project.in("); n > 1 || n == 1 && !strings.Contains(text, `in file(".")`) && !strings.Contains(text, `project.in(file("."))`) {
		return nil, refuse(Monorepo, "which project of the build the program is", "build.sbt defines several projects, and which of them is started is not known")
	}
	name, version, scala := sbtString(text, "name"), sbtString(text, "version"), sbtString(text, "scalaVersion")
	if !assembly {
		return []product{{path: path.Join(st.dir, "target/universal/stage"), dir: true, step: st}}, nil
	}
	jar := sbtString(text, "assemblyJarName")
	if jar == "" && (strings.Contains(text, "assemblyJarName") || strings.Contains(text, "assemblyOutputPath") || name == "" || scala == "") {
		return nil, refuse(OutputUnknown, "the name of the jar", "build.sbt computes the name of the jar or does not set name and scalaVersion; set assemblyJarName")
	}
	if jar == "" {
		if version == "" {
			version = "0.1.0-SNAPSHOT"
		}
		jar = sbtNormal(name) + "-assembly-" + version + ".jar"
	}
	return []product{{path: path.Join(st.dir, "target", "scala-"+scalaBinary(scala), jar), step: st}}, nil
}

// sbtString returns the string that a setting of build.sbt has: name := "shop",
// assembly / assemblyJarName := "app.jar".
func sbtString(text, key string) string {
	m := regexp.MustCompile(`(?m)^\s*(?:\w+\s*/\s*)*` + key + `(?:\s+in\s+\w+)*\s*:=\s*"([^"$]*)"`).FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return m[1]
}

// sbtNormal is the name as sbt writes it into file names.
func sbtNormal(name string) string {
	return strings.Trim(regexp.MustCompile(`\W+`).ReplaceAllString(strings.ToLower(name), "-"), "-")
}

// scalaBinary is the folder for a version of Scala: 2.13 for 2.13.14, the whole
// number from Scala 3 on.
func scalaBinary(version string) string {
	if parts := strings.Split(version, "."); parts[0] == "2" && len(parts) > 2 {
		return parts[0] + "." + parts[1]
	}
	return version
}
