package multistage

import (
	"path"
	"slices"
	"strings"
)

func clojureRecipe() Recipe {
	return Recipe{
		Name:   "clojure",
		detect: func(s *subject) bool { return len(s.find("lein")) > 0 },
		plan:   planClojure,
	}
}

// planClojure copies the jar that lein uberjar makes.
func planClojure(s *subject, p *plan) *Refusal {
	var made []product
	for _, st := range s.find("lein") {
		args, _ := s.args(st)
		if st.cmd.Conditional || st.dir == "" || !slices.Contains(args, "uberjar") {
			continue
		}
		got, r := leinJar(s, st, args)
		if r != nil {
			return r
		}
		made = append(made, got)
	}
	if len(made) == 0 {
		return refuse(OutputUnknown, "a step that packages the program", "no step packages the program; run lein uberjar in a RUN")
	}
	made = s.followProducts(made)
	if r := javaArtifact(s, p, made); r != nil {
		return r
	}
	if r := javaRuntime(s, p); r != nil {
		return r
	}
	resources := path.Join(s.workdir, "resources")
	inputs := slices.DeleteFunc(sourceInputs(s, ".clj", ".cljc", ".java"), func(at string) bool {
		return at == resources || strings.HasPrefix(at, resources+"/") // part of the jar
	})
	if r := copyInputs(s, p, inputs); r != nil {
		return r
	}
	p.builtIn = func(at string) bool { return at == resources || strings.HasPrefix(at, resources+"/") }
	p.provides = append(p.provides, "java")
	p.dropEnv = func(n string) bool { return strings.HasPrefix(n, "LEIN_") || n == "JAVA_HOME" }
	p.reason("the image needs the packaged program and a Java runtime, not Leiningen and the JDK: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("Leiningen, its repository, the JDK and the sources")
	return nil
}

// leinJar reads the name of the jar from project.clj.
func leinJar(s *subject, st *step, args []string) (product, *Refusal) {
	text, ok := s.tree.read(path.Join(st.dir, "project.clj"))
	if !ok {
		return product{}, refuse(MissingManifest, "project.clj in "+st.dir, "the build context brings no project.clj to "+st.dir+", so the name of the jar is not known; name the context with --context")
	}
	unknown := func(what string) *Refusal {
		return refuse(OutputUnknown, "the name of the jar", "project.clj sets "+what+" more than once or computes it, so the name of the jar is not known; set :uberjar-name to a constant")
	}
	jar, ok := leinString(text, ":uberjar-name")
	if !ok {
		return product{}, unknown(":uberjar-name")
	}
	if jar == "" {
		_, rest, _ := strings.Cut(text, "(defproject")
		words := strings.Fields(rest)
		if len(words) < 2 || !strings.HasPrefix(words[1], `"`) {
			return product{}, unknown("the version")
		}
		jar = path.Base(words[0]) + "-" + strings.Trim(words[1], `"`) + "-standalone.jar"
	}
	target, ok := leinString(text, ":target-path")
	if !ok || strings.Contains(target, "%s") && slices.Contains(args, "with-profile") {
		return product{}, unknown(":target-path")
	}
	if target == "" {
		target = "target"
	}
	return product{path: absolute(st.dir, path.Join(strings.ReplaceAll(target, "%s", "uberjar"), jar)), step: st}, nil
}

// leinString returns the string that a key of project.clj has; empty when the key
// does not occur, false when it occurs twice or has no string.
func leinString(text, key string) (string, bool) {
	_, rest, found := strings.Cut(text, key)
	if !found {
		return "", true
	}
	rest = strings.TrimSpace(rest)
	if strings.Contains(rest, key) || rest == "" || rest[0] != '"' {
		return "", false
	}
	value, _, ok := strings.Cut(rest[1:], `"`)
	return value, ok
}
