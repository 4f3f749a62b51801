package multistage

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint/manifest"
)

// springLayers are the layers of a Spring Boot jar, those that change least first.
var springLayers = [...]string{"dependencies", "spring-boot-loader", "snapshot-dependencies", "application"}

// lookLayers takes a Spring Boot jar apart. From 3.3 on the jar mode "tools" makes a
// small jar of the same name, which starts as before; the mode before it leaves the
// classes in folders, which a launcher class starts.
func lookLayers(s *subject, p *plan) (what string, apply func(), why string) {
	jar, ok := javaJar(s.launch.words)
	if p.recipe != "java" || !ok || path.Base(s.launch.words[0]) != "java" || len(s.launch.scripts) > 0 {
		return "", nil, "only a Spring Boot jar that the start command runs with java -jar has layers"
	}
	at := absolute(s.workdir, jar)
	k := slices.IndexFunc(p.copies, func(a artifact) bool { return a.path == at && !a.dir && a.to == "" })
	version, why := springVersion(s)
	switch {
	case why != "":
		return "", nil, why
	case k < 0:
		return "", nil, "the jar " + at + " is not copied by its name"
	case s.stage.Final().UserBy != nil && !s.inSuffix(s.stage.Final().UserBy):
		return "", nil, "the build ends as another user than root, who cannot make a folder for the layers; put USER below the build"
	case s.tree.has("/layers"):
		return "", nil, "the build has a folder /layers already"
	}
	what = "the jar of Spring Boot " + version + " is taken apart: its dependencies are a layer of their own, which stays when only the program changes"
	return what, func() { p.takeApart(at, version) }, ""
}

// takeApart replaces the jar at a path by its layers.
func (p *plan) takeApart(at, version string) {
	dir := path.Dir(at)
	mode := "-Djarmode=tools -jar " + at + " extract --layers --destination /layers"
	if !atLeast(version, 3, 3) {
		mode = "-Djarmode=layertools -jar " + at + " extract --destination /layers"
		dir = path.Join(dir, strings.TrimSuffix(path.Base(at), ".jar"))
		p.launchFrom(at, dir, version)
	}
	p.tail = append(p.tail, "RUN java "+mode)
	p.copies = slices.DeleteFunc(p.copies, func(a artifact) bool { return a.path == at })
	for _, layer := range springLayers {
		p.copies = append(p.copies, artifact{path: "/layers/" + layer, dir: true, to: strings.TrimSuffix(dir, "/") + "/"})
	}
	p.assume("the program does not open its own jar, which holds its classes alone once it is taken apart")
}

// launchFrom lets the start command run the launcher of a folder instead of a jar.
func (p *plan) launchFrom(at, dir, version string) {
	class := "org.springframework.boot.loader.JarLauncher"
	if atLeast(version, 3, 2) {
		class = "org.springframework.boot.loader.launch.JarLauncher"
	}
	name := `(?:` + regexp.QuoteMeta(at) + `|[^\s",]*` + regexp.QuoteMeta(path.Base(at)) + `)`
	exec := regexp.MustCompile(`"-jar"(\s*,\s*)"` + name + `"`)
	plain := regexp.MustCompile(`-jar(\s+)` + name)
	p.rewrite = func(text string) string {
		text = exec.ReplaceAllString(text, `"-cp"${1}"`+dir+`"${1}"`+class+`"`)
		return plain.ReplaceAllString(text, `-cp${1}`+dir+`${1}`+class)
	}
}

// springVersion returns the version of Spring Boot that the build files name, when
// its plugin makes layers as it does by itself.
func springVersion(s *subject) (version, why string) {
	for _, f := range s.tree.names {
		text, found := "", ""
		switch path.Base(f) {
		case "pom.xml":
			text, _ = s.tree.read(f)
			if pom, err := manifest.ReadPOM(text); err == nil && pom.Parent == "spring-boot-starter-parent" {
				found = pom.ParentVersion
			}
		case "build.gradle", "build.gradle.kts":
			text, _ = s.tree.read(f)
			found = gradleSpring(text)
		}
		if found == "" {
			continue
		}
		for _, mark := range [...]string{"<layers>", "<executable>true", "<includeTools>", "<layout>", "layered", "launchScript", "includeTools"} {
			if strings.Contains(text, mark) {
				return "", f + " sets " + strings.Trim(mark, "<>") + ", so the layers of the jar are not those that Spring Boot makes by itself"
			}
		}
		if version != "" && version != found {
			return "", "the build files name several versions of Spring Boot"
		}
		version = found
	}
	switch {
	case version == "":
		return "", "no build file names the version of Spring Boot; take spring-boot-starter-parent, or the plugin with its version"
	case !atLeast(version, 2, 4):
		return "", "Spring Boot " + version + " makes no layers by itself; from 2.4 on it does"
	}
	return version, ""
}

// gradleSpring returns the version of the Spring Boot plugin of a Gradle script.
func gradleSpring(text string) string {
	for line := range strings.SplitSeq(text, "\n") {
		_, rest, ok := strings.Cut(line, "org.springframework.boot")
		if !ok || rest == "" || !strings.ContainsAny(rest[:1], `"'`) {
			continue
		}
		_, rest, ok = strings.Cut(rest, "version")
		rest = strings.TrimLeft(rest, " (\"'")
		if end := strings.IndexAny(rest, `"'`); ok && end > 0 && !strings.Contains(rest[:end], "$") {
			return rest[:end]
		}
	}
	return ""
}

// atLeast reports whether a version such as 3.3.1 is one or a later one; false when
// it cannot be read.
func atLeast(version string, major, minor int) bool {
	parts := strings.Split(version, ".")
	if len(parts) < 2 {
		return false
	}
	a, err1 := strconv.Atoi(parts[0])
	b, err2 := strconv.Atoi(parts[1])
	return err1 == nil && err2 == nil && (a > major || a == major && b >= minor)
}
