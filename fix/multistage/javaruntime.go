package multistage

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/manifest"
	"github.com/dlint/dlint/lint/shell"
)

// javaRuntime chooses a Java runtime of the same version and C library.
func javaRuntime(s *subject, p *plan) *Refusal {
	switch s.opt.Runtime {
	case RuntimeScratch, RuntimeDistroless:
		return refuse(RuntimeNotOffered, "a recipe for "+string(s.opt.Runtime), "a Java program needs a runtime and its start script a shell; choose --runtime slim")
	}
	if slices.Contains(strings.Split(s.ref.Tag, "-"), "jre") {
		p.runtime, p.sameImage = s.stage.Image.Value, true
		return nil
	}
	if jre := installedJRE(s); jre != "" {
		p.runtime = s.slimDistro(s.stage.Image.Value)
		p.packages = append(p.packages, jre)
		p.carry("the Java runtime of the distribution, " + jre)
		return nil
	}
	major := javaMajor(s)
	if major == "" {
		if target := javaTarget(s); target != "" && javaToolImage(s) {
			major = target
			p.assume("the program runs with Java " + target + ", for which its build file compiles; which Java " + s.stage.Base.Name + " has is not known")
		}
	}
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
	case major == "9" || major == "10":
		p.runtime = "openjdk:" + major + "-jre-slim"
		p.assume("the retired image " + p.runtime + " can still be had")
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
	if !knowledge.TemurinJRE(major) && strings.HasPrefix(p.runtime, "eclipse-temurin") {
		return refuse(NoCounterpart, "a Java runtime image of version "+major, "no runtime image with Java "+major+" is known; move to a version with long support")
	}
	return nil
}

// installedJRE returns the package with the runtime of the JDK that a RUN installs
// into an image of a distribution.
func installedJRE(s *subject) string {
	if s.base.Family != "debian" && s.base.Family != "ubuntu" && s.base.Family != "alpine" {
		return ""
	}
	for _, st := range s.steps {
		op := st.cmd.Package()
		if op == nil || op.Action != shell.Install {
			continue
		}
		for k := range op.Packages {
			name := op.Packages[k].Name
			switch {
			case strings.HasPrefix(name, "openjdk-") && strings.Contains(name, "-jdk"), strings.HasPrefix(name, "default-jdk"):
				return strings.Replace(name, "-jdk", "-jre", 1)
			case s.base.Family == "alpine" && strings.HasPrefix(name, "openjdk"):
				return strings.TrimSuffix(name, "-jdk") + "-jre"
			}
		}
	}
	return ""
}

// javaToolImage reports whether the base image is one of Java tools whose tag
// does not name a version of Java, and nothing else is installed in its place.
func javaToolImage(s *subject) bool {
	base := path.Base(s.ref.Name())
	return !s.hasEnv("JAVA_HOME") && (s.family("maven", "gradle", "java", "eclipse-temurin", "sbt") || strings.Contains(base, "maven") || strings.Contains(base, "gradle") || strings.Contains(base, "jdk"))
}

// javaTarget returns the version with long support that runs what the build
// files compile for; empty when they do not say.
func javaTarget(s *subject) string {
	found := 0
	for _, f := range s.tree.names {
		var marks []string
		switch path.Base(f) {
		case "build.gradle", "build.gradle.kts":
			marks = []string{"sourceCompatibility", "targetCompatibility", "jvmTarget", "JavaLanguageVersion.of", "jvmToolchain"}
		case "pom.xml":
			marks = []string{"<maven.compiler.release>", "<maven.compiler.target>", "<java.version>", "<release>", "<target>", "<source>"}
		}
		text, _ := s.tree.read(f)
		for _, mark := range marks {
			for rest := text; ; {
				_, after, ok := strings.Cut(rest, mark)
				if !ok {
					break
				}
				rest = after
				if property, ok := strings.CutPrefix(after, "${"); ok {
					property, _, _ = strings.Cut(property, "}")
					after = manifest.Element(text, property)
				}
				found = max(found, leadingJava(after))
			}
		}
	}
	for _, lts := range [...]int{8, 11, 17, 21, 25} {
		if found > 0 && found <= lts {
			return strconv.Itoa(lts)
		}
	}
	return ""
}

// leadingJava reads the version behind a setting: = 1.8, (17), = "11",
// JavaVersion.VERSION_17.
func leadingJava(text string) int {
	line, _, _ := strings.Cut(text, "\n")
	line = strings.TrimLeft(line, " =(\"'")
	for _, prefix := range [...]string{"JavaVersion.VERSION_", "JvmTarget.JVM_", "JavaLanguageVersion.of("} {
		line = strings.TrimPrefix(line, prefix)
	}
	line = strings.TrimPrefix(strings.TrimPrefix(line, "1."), "1_")
	end := 0
	for end < len(line) && line[end] >= '0' && line[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(line[:end])
	if err != nil {
		return 0
	}
	return n
}

// javaMajor reads the version of Java from the tag.
func javaMajor(s *subject) string {
	tag := s.ref.Tag
	for _, mark := range [...]string{"eclipse-temurin-alpine-", "eclipse-temurin-", "temurin-", "openjdk-", "amazoncorretto-", "sapmachine-", "ibmjava-", "jdk-", "jdk"} {
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
	if v, ok := strings.CutPrefix(s.ref.Name(), "adoptopenjdk/openjdk"); ok && isNumber(v) {
		return v
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

// refuseCompilerUse refuses a program that calls the Java compiler, which a
// runtime image does not have.
func refuseCompilerUse(s *subject) *Refusal {
	for _, f := range s.tree.names {
		if ext := path.Ext(f); ext != ".java" && ext != ".kt" && ext != ".scala" || isTestFile(f) {
			continue
		}
		text, _ := s.tree.read(f)
		for _, mark := range [...]string{"javax.tools.", "com.sun.tools.attach", "jdk.jshell"} {
			if strings.Contains(text, "import "+mark) {
				return refuse(MissingTool, "a runtime image with "+strings.TrimSuffix(mark, "."), f+" uses "+mark+"*, which only a JDK has; the program stays on its image")
			}
		}
	}
	return nil
}
