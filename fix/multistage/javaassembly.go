package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/manifest"
)

// assemblyProducts returns what the assembly plugin of Maven makes: the jar with all
// dependencies, or folders and archives by a descriptor.
func assemblyProducts(s *subject, st *step, dir string, pom *manifest.POM, pl *manifest.POMPlugin) ([]product, *Refusal) {
	name, r := mavenName(pom)
	if r != nil {
		return nil, r
	}
	if f := manifest.Element(pl.Configuration, "finalName"); f != "" {
		name = f
	}
	target, r := assemblyTarget(dir, manifest.Element(pl.Configuration, "outputDirectory"))
	if r != nil {
		return nil, r
	}
	if strings.Contains(name, "${") {
		return nil, refuse(OutputUnknown, "the name of the jar", "the name of the jar depends on properties that pom.xml does not define")
	}
	if strings.Contains(pl.Configuration, "jar-with-dependencies") {
		if manifest.Element(pl.Configuration, "appendAssemblyId") != "false" {
			name += "-jar-with-dependencies"
		}
		return []product{{path: path.Join(target, name+".jar"), step: st}}, nil
	}
	a, r := readAssembly(s, dir, pl)
	if r != nil {
		return nil, r
	}
	if args, _ := s.args(st); len(pl.Goals) == 0 && !slices.Contains(args, "assembly:single") {
		return nil, nil // the step packages a jar alone
	}
	if len(pom.Dependencies) > 0 && !a.Dependencies {
		return nil, refuse(NotFatJar, "a descriptor with a dependencySet", "the assembly plugin leaves the dependencies out, so the jar needs others that are not part of what it makes")
	}
	return describedProducts(st, target, name, a, manifest.Element(pl.Configuration, "appendAssemblyId") != "false"), nil
}

// assemblyTarget is the folder that the assembly plugin writes to.
func assemblyTarget(dir, setting string) (string, *Refusal) {
	if setting == "" {
		setting = "target"
	}
	known := strings.NewReplacer("${project.build.directory}", "target", "${project.basedir}", dir, "${basedir}", dir)
	if setting = known.Replace(setting); strings.Contains(setting, "${") {
		return "", refuse(OutputUnknown, "the folder of the assembly", "the assembly plugin writes to "+setting+", which depends on properties that pom.xml does not define")
	}
	return absolute(dir, setting), nil
}

// readAssembly reads the only descriptor that the plugin is given.
func readAssembly(s *subject, dir string, pl *manifest.POMPlugin) (*manifest.Assembly, *Refusal) {
	at := absolute(dir, manifest.Element(pl.Configuration, "descriptor"))
	text, ok := s.tree.read(at)
	if !ok || strings.Count(pl.Configuration, "<descriptor>") != 1 || strings.Contains(pl.Configuration, "<descriptorRef>") {
		return nil, refuse(NotFatJar, "the descriptor jar-with-dependencies", "the assembly plugin makes something else than a jar with its dependencies, and not by one descriptor of the project")
	}
	a, err := manifest.ReadAssembly(text)
	if err != nil {
		return nil, refuse(UnreadManifest, at, "the descriptor "+at+" cannot be read; repair it")
	}
	if strings.Contains(a.ID+a.Base, "${") {
		return nil, refuse(OutputUnknown, "the names in "+at, "the names in "+at+" depend on properties; write them")
	}
	return a, nil
}

// describedProducts are the folders and archives that a descriptor asks for.
func describedProducts(st *step, target, name string, a *manifest.Assembly, withID bool) []product {
	archive, base := name, a.Base
	if withID {
		archive += "-" + a.ID
	}
	switch {
	case a.Flat:
		base = ""
	case base == "":
		base = name
	}
	var made []product
	for _, format := range a.Formats {
		switch format {
		case "dir":
			made = append(made, product{path: path.Join(target, archive), dir: true, step: st})
		case "zip", "tar", "tar.gz", "tgz", "tar.bz2", "tar.xz":
			made = append(made, product{path: path.Join(target, archive+"."+format), step: st, unpacks: base})
		}
	}
	return made
}
