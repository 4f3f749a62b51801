package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/manifest"
)

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
	root := st.dir
	if script, ok := gradleScript(s, root); ok && task == "" && !slices.ContainsFunc(args, func(a string) bool { return gradleTask(a) }) {
		task = manifest.GradleString(script, "defaultTasks")
	}
	if task == "" {
		return nil, nil
	}
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

// gradleTask reports whether an argument of Gradle names a task.
func gradleTask(arg string) bool {
	return arg != "" && arg[0] != '-' && !strings.ContainsAny(arg, "=./") && arg != "test"
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
	j := newGradleJar(s, root, dir, text)
	boot := strings.Contains(text, "org.springframework.boot")
	shadow := strings.Contains(text, "shadow")
	if task == "installDist" || task == "stage" {
		name := j.name
		if v := gradleInstallName(text); v != "" {
			name = v
		}
		return []product{{path: path.Join(dir, "build/install", name), dir: true, step: st}}, nil
	}
	for _, key := range [...]string{"archiveFileName", "archiveName"} {
		if !strings.Contains(text, key) {
			continue
		}
		if v, ok := j.value(text, key); ok {
			return []product{{path: path.Join(j.libs, v), step: st}}, nil
		}
		return nil, computedJar()
	}
	switch {
	case boot && (task == "build" || task == "bootJar" || task == "assemble"):
		return []product{{path: j.path(""), step: st}}, nil
	case shadow && (task == "shadowJar" || task == "build" || task == "assemble"):
		return j.shadowJar(st, text)
	case strings.Contains(text, "io.ktor.plugin") && task == "buildFatJar":
		return []product{{path: j.path("all"), step: st}}, nil
	case strings.Contains(text, "io.quarkus"):
		return []product{{path: path.Join(dir, "build/quarkus-app"), dir: true, step: st}}, nil
	}
	if task == "fatJar" || task == "uberJar" {
		return j.customJar(st, text, task)
	}
	if strings.Contains(text, "runtimeClasspath") || strings.Contains(text, "configurations.compile") {
		return []product{{path: j.path(""), step: st}}, nil
	}
	return nil, refuse(NotFatJar, "a jar that holds its dependencies", "no plugin of build.gradle puts the dependencies into the jar; add the Spring Boot, shadow or application plugin")
}

// gradleArchive is what the name of a jar is made of.
type gradleArchive struct{ name, project, version, libs string }

func newGradleJar(s *subject, root, dir, text string) *gradleArchive {
	j := &gradleArchive{project: gradleName(s, root, dir), version: manifest.GradleString(text, "version"), libs: path.Join(dir, "build/libs")}
	j.name = j.project
	if v := manifest.GradleString(text, "archivesBaseName"); v != "" {
		j.name = v
	}
	if v, ok := s.tree.read(path.Join(dir, "gradle.properties")); ok && j.version == "" {
		for line := range strings.SplitSeq(v, "\n") {
			if value, ok := strings.CutPrefix(strings.ReplaceAll(line, " ", ""), "version="); ok {
				j.version = strings.TrimSpace(value)
			}
		}
	}
	return j
}

// path returns the path of the jar with a classifier.
func (j *gradleArchive) path(classifier string) string {
	parts := []string{j.name}
	for _, p := range [...]string{j.version, classifier} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return path.Join(j.libs, strings.Join(parts, "-")+".jar")
}

func computedJar() *Refusal {
	return refuse(OutputUnknown, "the name of the jar", "the name of the jar is computed in build.gradle; set it to a constant")
}

// shadowJar reads the classifier of the shadow plugin, "all" unless it is set.
func (j *gradleArchive) shadowJar(st *step, text string) ([]product, *Refusal) {
	for _, key := range [...]string{"archiveClassifier", "classifier"} {
		if !strings.Contains(text, key) {
			continue
		}
		v, ok := j.value(text, key)
		if !ok {
			return nil, computedJar()
		}
		return []product{{path: j.path(v), step: st}}, nil
	}
	for _, key := range [...]string{"archiveBaseName", "baseName", "archiveVersion"} {
		if strings.Contains(text, key) {
			return nil, computedJar()
		}
	}
	return []product{{path: j.path("all"), step: st}}, nil
}

// value returns what a setting of the build script is: a sum of strings and of
// the name and version of the project. False when it is something else.
func (j *gradleArchive) value(text, key string) (string, bool) {
	for line := range strings.SplitSeq(text, "\n") {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), key)
		if !ok || rest == "" || !strings.ContainsAny(rest[:1], " =(.") {
			continue
		}
		rest = strings.TrimSpace(strings.TrimLeft(strings.TrimPrefix(rest, ".set"), " =("))
		return j.sum(strings.TrimSpace(strings.TrimRight(rest, " ),;")))
	}
	return "", false
}

func (j *gradleArchive) sum(expression string) (string, bool) {
	out := ""
	vars := strings.NewReplacer("${project.name}", j.project, "${rootProject.name}", j.project, "${project.version}", j.version, "${version}", j.version,
		"$version", j.version, "${archivesBaseName}", j.name, "$archivesBaseName", j.name)
	for _, part := range strings.Split(expression, "+") {
		part = strings.TrimSpace(part)
		switch {
		case part == "project.name" || part == "rootProject.name":
			out += j.project
		case part == "version" || part == "project.version":
			out += j.version
		case part == "archivesBaseName":
			out += j.name
		case len(part) > 1 && (part[0] == '"' || part[0] == '\'') && part[len(part)-1] == part[0]:
			out += vars.Replace(part[1 : len(part)-1])
		default:
			return "", false
		}
	}
	return out, !strings.Contains(out, "$")
}

// gradleInstallName is the name of the application distribution.
func gradleInstallName(text string) string {
	return manifest.GradleString(text, "distributions.main.distributionBaseName")
}

// customJar reads a task of the build script that makes a jar of everything.
func (j *gradleArchive) customJar(st *step, text, task string) ([]product, *Refusal) {
	_, body, ok := strings.Cut(text, "task "+task)
	if !ok {
		return nil, refuse(OutputUnknown, "the task "+task, "the task "+task+" of build.gradle is not found, so its jar is not known")
	}
	own := *j
	for _, key := range [...]string{"baseName", "archiveBaseName"} {
		if v, ok := j.value(body, key); ok {
			own.name = v
		} else if strings.Contains(body, key) {
			return nil, computedJar()
		}
	}
	classifier := ""
	for _, key := range [...]string{"classifier", "archiveClassifier"} {
		if v, ok := j.value(body, key); ok {
			classifier = v
		} else if strings.Contains(body, key) {
			return nil, computedJar()
		}
	}
	return []product{{path: own.path(classifier), step: st}}, nil
}
