package multistage

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
)

// refuseEnvFile refuses to leave a .env file of the image behind that a library of
// the program reads in the folder where it starts.
func refuseEnvFile(s *subject, p *plan) *Refusal {
	at := path.Join(s.workdir, ".env")
	if !s.tree.isFile(at) || p.covers(at) || s.removed(at) {
		return nil
	}
	for _, f := range s.tree.names {
		if !namesLibraries(path.Base(f)) {
			continue
		}
		if text, _ := s.tree.read(f); strings.Contains(strings.ToLower(text), "dotenv") {
			return envFileCopied(at)
		}
	}
	return nil
}

// namesLibraries reports whether a file lists the libraries of a compiled program.
func namesLibraries(name string) bool {
	switch name {
	case "go.mod", "Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts", "build.sbt", "project.clj", "mix.exs", "Package.swift", "pubspec.yaml":
		return true
	}
	return strings.HasSuffix(name, ".csproj") || strings.HasSuffix(name, ".fsproj")
}

func envFileCopied(at string) *Refusal {
	return refuse(SecretCopied, "settings from outside of the image",
		"the program reads "+at+", which the build copies into the image; give the settings at run time and list it in .dockerignore")
}

// checkSecrets makes sure that no COPY of the new stage takes a secret along: a
// file of the context that looks like one, or what a step of the build writes
// with one.
func checkSecrets(s *subject, p *plan) *Refusal {
	for _, a := range p.copies {
		files := s.tree.under(a.path)
		if !a.dir {
			files = []string{a.path}
		}
		for _, f := range files {
			if s.tree.isFile(f) && isSecretFile(path.Base(f)) && !s.removed(f) {
				what := "the folder " + a.path + " holds " + f
				if !a.dir {
					what = "the new stage would copy " + f
				}
				return refuse(SecretCopied, "a context without secrets",
					what+", which looks like a secret; list it in .dockerignore, then the split can be offered")
			}
		}
	}
	for _, st := range s.steps {
		if r := s.secretWritten(p, st); r != nil {
			return r
		}
	}
	return nil
}

// secretWritten refuses a step that writes a secret to where the new stage copies
// from.
func (s *subject) secretWritten(p *plan, st *step) *Refusal {
	variable := s.secretVariable(st)
	for _, e := range st.cmd.Writes() {
		at := st.path(e.Path)
		if !e.Known || e.Kind == shell.MakeDir || !p.covers(at) || s.removed(at) {
			continue
		}
		if isSecretFile(path.Base(at)) {
			return refuse(SecretCopied, "a build that leaves no secret behind",
				"a RUN writes "+at+", which looks like a secret, and the new stage would copy it; mount the secret instead, then the split can be offered")
		}
		if variable != "" && !st.cmd.Is("npm", "yarn", "pnpm", "pip", "bundle", "composer", "go", "mvn", "gradle", "cargo", "dotnet") {
			return refuse(SecretCopied, "a build that leaves no secret behind",
				"a RUN writes "+at+" with the value of "+variable+", and the new stage would copy it; mount the secret instead, then the split can be offered")
		}
	}
	if st.cmd.Is("git") && st.cmd.Subcommand() == "clone" && variable != "" {
		for _, d := range st.cmd.Downloads() {
			if at := st.path(d.Path); d.Path != "" && p.covers(at) && !s.removed(path.Join(at, ".git")) {
				return refuse(SecretCopied, "a clone without a secret in its address",
					"git keeps the address with the value of "+variable+" in "+at+"/.git, and the new stage would copy it; mount the secret instead")
			}
		}
	}
	return nil
}

// secretVariable returns a variable in the words of a command that is a secret by
// its name.
func (s *subject) secretVariable(st *step) string {
	for _, w := range st.cmd.Words {
		if w.Static || !strings.Contains(w.Value, "$") {
			continue
		}
		for _, name := range strings.FieldsFunc(strings.ReplaceAll(w.Value, "${", "$"), func(r rune) bool {
			return r != '_' && r != '$' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9')
		}) {
			for _, part := range strings.Split(name, "$")[1:] {
				if knowledge.ClassifyName(part) == knowledge.NameSecret {
					return part
				}
			}
		}
	}
	return ""
}

func isSecretFile(name string) bool {
	for _, e := range knowledge.IgnoreSecrets() {
		pattern := strings.TrimPrefix(e.Pattern, "**/")
		if ok, err := path.Match(pattern, name); err != nil || !ok {
			continue
		}
		kept := false
		for _, k := range e.Keep {
			if ok, _ := path.Match(strings.TrimPrefix(k, "**/"), name); ok {
				kept = true
			}
		}
		if !kept {
			return true
		}
	}
	return false
}
