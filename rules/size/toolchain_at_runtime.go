package size

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
)

// ToolchainAtRuntime finds last stages that stand on an image for building.
var ToolchainAtRuntime = &lint.Rule{
	ID:      "toolchain-at-runtime",
	Summary: "A program that is built already runs on an image for building",
	Doc: `
The last stage of a build needs what the program needs to run. A Java program needs a
runtime (JRE), not the compiler and the tools of a JDK, and even less Maven or Gradle; a
program of Go, Rust or C needs none of what compiled it; one of .NET needs the runtime and
not the SDK. The images for building are larger by hundreds of megabytes, and each of
their tools is one more thing to keep up to date.

Java is looked at in every file whose last stage starts java and runs no tool of the JDK;
the other languages in builds of several stages, where the program that is started comes
from another stage. The rule is silent where the tools may be wanted: debugging agents,
modules of the JDK that are asked for by name, sources that java compiles itself, servers
of web applications (.war), which compile pages. A program that compiles code while it runs, as some template engines do, needs its JDK;
allow the finding there.

# Fix safety

The fix takes the JRE of the same maker, version and distribution, where there is one. It
is unsafe: the tools of the JDK are gone, for debugging as well.
`,
	Bad:      "FROM maven:3-eclipse-temurin-21 AS build\nRUN mvn -q package\nFROM eclipse-temurin:21\nCOPY --from=build /target/shop.jar /shop.jar\nCMD [\"java\", \"-jar\", \"/shop.jar\"]\n",
	Good:     "FROM maven:3-eclipse-temurin-21 AS build\nRUN mvn -q package\nFROM eclipse-temurin:21-jre\nCOPY --from=build /target/shop.jar /shop.jar\nCMD [\"java\", \"-jar\", \"/shop.jar\"]\n",
	Severity: lint.Info,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		last := p.Stages().Target
		if last == nil || last.Base.Stage != nil || last.Windows() || strings.Contains(p.Source.Path, ".devcontainer") {
			return
		}
		facts, ok := p.Image(last)
		if !ok || !facts.Toolchain {
			return
		}
		start := startOf(p, last)
		if start == nil || usesTools(p, last) {
			return
		}
		if start.Name == "java" {
			javaToolchain(p, last, facts, start)
			return
		}
		if why := programToolchain(p, last, facts, start); why != "" {
			p.Report(lint.Diagnostic{Range: last.Image.Range, Message: why})
		}
	},
}

// startOf returns the only command that the image of a stage starts; nil when there
// are several or none.
func startOf(p *lint.Pass, last *stage.Stage) *shell.Command {
	var entry, cmd []*shell.Command
	for _, ins := range last.Body {
		if ins.Err != nil {
			return nil
		}
		switch ins.Name {
		case "ENTRYPOINT":
			entry, cmd = started(p, ins), nil
		case "CMD":
			cmd = started(p, ins)
		}
	}
	if len(entry) == 0 {
		entry = cmd
	}
	if len(entry) != 1 {
		return nil
	}
	return entry[0]
}

// started returns the commands of an instruction without the shells around them.
func started(p *lint.Pass, ins *dockerfile.Instruction) []*shell.Command {
	return slices.DeleteFunc(slices.Clone(p.Shell(ins).All()), func(c *shell.Command) bool { return slices.Contains(shells[:], c.Name) })
}

// usesTools reports whether a stage calls a tool that only images for building have,
// or something that may do so.
func usesTools(p *lint.Pass, last *stage.Stage) bool {
	for _, ins := range last.Body {
		if ins.Err != nil || ins.IsOnbuild() {
			return true
		}
		if !ins.Is("RUN", "HEALTHCHECK") {
			continue
		}
		script := p.Shell(ins)
		if script == nil || script.Err != nil {
			return true
		}
		for _, c := range script.All() {
			if !plainCommand(c) {
				return true
			}
		}
	}
	return false
}

// plainCommand reports whether a command is one of the system's own that builds
// nothing.
func plainCommand(c *shell.Command) bool {
	switch c.Name {
	case "apt-get", "apt", "apk", "yum", "dnf", "microdnf", "zypper", "rm", "mkdir", "chown", "chgrp", "chmod", "useradd", "adduser", "groupadd",
		"addgroup", "usermod", "ln", "echo", "printf", "sed", "cp", "mv", "tar", "curl", "wget", "unzip", "gunzip", "test", "[", "[[", "set", "true", "false",
		":", "exit", "update-ca-certificates", "ldconfig", "touch", "cat", "install", "find", "localedef", "locale-gen", "locale", "dpkg-reconfigure",
		"export", "cd", "date", "ls", "grep", "awk", "cut", "tr", "head", "tail", "sort", "xargs", "which", "id", "whoami", "pwd", "sleep", "setcap",
		"update-locale", "dpkg", "rpm", "apt-key", "add-apt-repository", "keytool", "pgrep", "nc", "timeout", "sha256sum", "tee", "basename", "dirname", "uname", "unset":
		return true
	}
	return false
}

// javaToolchain reports a JDK under a program that starts with java.
func javaToolchain(p *lint.Pass, last *stage.Stage, facts knowledge.ImageFacts, start *shell.Command) {
	switch facts.Family {
	case "java", "eclipse-temurin", "maven", "gradle", "sbt", "clojure":
	default:
		return
	}
	if !runsArchive(start) || asksForJDK(p, last, start) || servesPages(last) {
		return
	}
	word := last.Image
	ref, err := knowledge.ParseRef(last.Base.Name)
	if err != nil || strings.Contains(ref.Tag, "headless") {
		return // the JRE of Corretto goes by that name
	}
	jre := jreOf(ref, facts)
	d := lint.Diagnostic{Range: word.Range, Message: "The program needs a Java runtime, and this image has a whole JDK"}
	if facts.Family == "maven" || facts.Family == "gradle" || facts.Family == "sbt" || facts.Family == "clojure" {
		d.Message = "The program needs a Java runtime, and this image has " + ref.Name() + " and a whole JDK"
	}
	own, _, _ := strings.Cut(jre, ":")
	switch {
	case jre == "":
		d.Message += ": take an image with a JRE"
	case own != ref.Name():
		d.Message += ": take an image with a JRE, such as " + jre
	default:
		d.Message += ": take " + jre
		if word.Value == last.Base.Name && ref.Digest == "" {
			d.Fixes = []lint.Fix{{Title: "Run on " + jre, Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Replace(word.Range, jre)}}}
		}
	}
	p.Report(d)
}

// runsArchive reports whether java starts a packaged program: not a source file, and
// not a build tool's own archive.
func runsArchive(start *shell.Command) bool {
	args := start.Args()
	if len(args) == 0 {
		return false
	}
	for _, w := range args {
		if strings.HasSuffix(w.Value, ".java") || strings.Contains(w.Value, "wrapper.jar") {
			return false
		}
	}
	return true
}

// servesPages reports whether a stage gets a web application: its server may compile
// pages.
func servesPages(last *stage.Stage) bool {
	return slices.ContainsFunc(last.Body, func(ins *dockerfile.Instruction) bool {
		return ins.Is("COPY", "ADD") && slices.ContainsFunc(ins.Args, func(w dockerfile.Word) bool { return strings.HasSuffix(w.Value, ".war") })
	})
}

// asksForJDK reports whether options of java, in the command or in a variable, or
// packages of the stage want more than a runtime.
func asksForJDK(p *lint.Pass, last *stage.Stage, start *shell.Command) bool {
	wants := func(text string) bool {
		return strings.Contains(text, "jdwp") || strings.Contains(text, "-add-modules") || strings.Contains(text, "jdk.compiler") || strings.Contains(text, "jdk.attach")
	}
	for _, w := range start.Args() {
		if wants(w.Value) {
			return true
		}
	}
	for _, v := range p.Stages().ScopeAtEnd(last).All() {
		if v.Kind == stage.Env && (strings.Contains(v.Name, "JAVA") || strings.Contains(v.Name, "JVM")) && wants(v.Value) {
			return true
		}
	}
	return false
}

// jreOf names the image with the runtime of the same version and C library; empty
// when none is known.
func jreOf(ref knowledge.Ref, facts knowledge.ImageFacts) string {
	tag := knowledge.ParseTag(ref.Tag)
	alpine := ""
	if facts.Distro == "alpine" {
		alpine = "-alpine"
	}
	major, _, _ := strings.Cut(tag.Version, ".")
	major, _, _ = strings.Cut(major, "u")
	if facts.Family == "maven" || facts.Family == "gradle" || facts.Family == "sbt" || facts.Family == "clojure" || !isJavaVersion(major) {
		major = javaInTag(ref.Tag)
	}
	switch name := ref.Name(); {
	case name == "eclipse-temurin" && knowledge.TemurinJRE(major):
		return "eclipse-temurin:" + jreTag(ref.Tag)
	case name == "azul/zulu-openjdk" || name == "azul/zulu-openjdk-alpine":
		if ref.Tag == major {
			return name + ":" + major + "-jre"
		}
	case name == "openjdk" && (major == "8" || major == "11") && tag.Has("jdk") && (tag.Slim || tag.Has("alpine") && major == "8"):
		return "openjdk:" + strings.Replace(ref.Tag, "jdk", "jre", 1)
	}
	if knowledge.TemurinJRE(major) {
		return "eclipse-temurin:" + major + "-jre" + alpine
	}
	return ""
}

// jreTag puts jre into a tag of Temurin, where jdk stands or behind the version.
func jreTag(tag string) string {
	parts := strings.Split(tag, "-")
	for k, w := range parts {
		if w == "jdk" {
			parts[k] = "jre"
			return strings.Join(parts, "-")
		}
	}
	parts[0] += "-jre"
	return strings.Join(parts, "-")
}

// javaInTag reads the version of Java from a tag such as 3.9-eclipse-temurin-21.
func javaInTag(tag string) string {
	for _, mark := range [...]string{"temurin-", "openjdk-", "corretto-", "jdk-", "jdk"} {
		_, rest, ok := strings.Cut(tag, mark)
		if !ok {
			continue
		}
		rest = strings.TrimPrefix(rest, "alpine-")
		end := 0
		for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
			end++
		}
		if isJavaVersion(rest[:end]) {
			return rest[:end]
		}
	}
	return ""
}

func isJavaVersion(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 7 && n < 40
}

// programToolchain says why a stage that starts a program of another stage needs no
// compiler; empty when it may.
func programToolchain(p *lint.Pass, last *stage.Stage, facts knowledge.ImageFacts, start *shell.Command) string {
	if len(start.Words) == 0 { // NAME=value alone
		return ""
	}
	program := start.Words[0].Value
	switch facts.Family {
	case "golang", "rust", "gcc", "swift", "dart", "haskell":
	case "dotnet":
		if start.Name != "dotnet" || len(start.Words) < 2 || !strings.HasSuffix(start.Words[1].Value, ".dll") {
			return ""
		}
		program = start.Words[1].Value
	default:
		return ""
	}
	if !start.Words[0].Static || path.Ext(program) == ".sh" || !fromStage(p, last, program) {
		return ""
	}
	name := last.Base.Name
	switch facts.Family {
	case "dotnet":
		return "The program is published already, and this image has the whole SDK: take the image of the runtime, dotnet/aspnet or dotnet/runtime"
	case "golang", "rust", "gcc":
		return "The program is built already, and " + name + " has a whole toolchain: take a small image with the same C library"
	default:
		return "The program is built already, and " + name + " has a whole toolchain: take the image that is made for running"
	}
}

// fromStage reports whether a stage copies a program from another one.
func fromStage(p *lint.Pass, last *stage.Stage, program string) bool {
	workdir := last.Final().Workdir
	if !path.IsAbs(program) && strings.Contains(program, "/") || path.Ext(program) == ".dll" && !path.IsAbs(program) {
		program = path.Join(workdir, program)
	}
	for _, ins := range last.Body {
		if !ins.Is("COPY") {
			continue
		}
		c := p.Layers().Step(ins).Copy
		if c == nil || c.From == nil || c.From.Stage == nil || !c.DestKnown {
			continue
		}
		dest := strings.TrimSuffix(c.DestPath, "/")
		for k := range c.Sources {
			base := path.Base(c.Sources[k].Value)
			at := path.Join(c.DestPath, base)
			if !path.IsAbs(program) {
				if path.Base(dest) == program || base == program {
					return true
				}
				continue
			}
			if dest == program || at == program || strings.HasPrefix(program, dest+"/") && dest != "" {
				return true
			}
		}
	}
	return false
}
