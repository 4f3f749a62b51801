package manifest

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// POM is a pom.xml.
type POM struct {
	ArtifactID, Version, Packaging, FinalName string
	Modules                                   []string
	// Plugins are the artifact IDs of the plugins of the build.
	Plugins []POMPlugin
	// Parent is the artifact ID of the parent, ParentVersion its version.
	Parent, ParentVersion string
	// Dependencies are group:artifact.
	Dependencies []string
}

// POMPlugin is a plugin of the build.
type POMPlugin struct {
	Artifact string
	Goals    []string
	// Configuration is the raw text of its configurations.
	Configuration string
}

// Plugin returns the plugin with the artifact ID, or nil.
func (p *POM) Plugin(artifact string) *POMPlugin {
	for k := range p.Plugins {
		if p.Plugins[k].Artifact == artifact {
			return &p.Plugins[k]
		}
	}
	return nil
}

type pomXML struct {
	ArtifactID string `xml:"artifactId"`
	Version    string `xml:"version"`
	Packaging  string `xml:"packaging"`
	Parent     struct {
		ArtifactID string `xml:"artifactId"`
		Version    string `xml:"version"`
	} `xml:"parent"`
	Properties struct {
		Inner string `xml:",innerxml"`
	} `xml:"properties"`
	Modules      []string `xml:"modules>module"`
	Dependencies []struct {
		GroupID    string `xml:"groupId"`
		ArtifactID string `xml:"artifactId"`
	} `xml:"dependencies>dependency"`
	Build struct {
		FinalName string `xml:"finalName"`
		Plugins   []struct {
			ArtifactID    string `xml:"artifactId"`
			Configuration struct {
				Inner string `xml:",innerxml"`
			} `xml:"configuration"`
			Executions []struct {
				Goals         []string `xml:"goals>goal"`
				Configuration struct {
					Inner string `xml:",innerxml"`
				} `xml:"configuration"`
			} `xml:"executions>execution"`
		} `xml:"plugins>plugin"`
	} `xml:"build"`
}

// ReadPOM reads a pom.xml. Properties defined in it are put in.
func ReadPOM(text string) (*POM, error) {
	var raw pomXML
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	if err := d.Decode(&raw); err != nil {
		return nil, fmt.Errorf("reading pom.xml: %w", err)
	}
	p := &POM{
		ArtifactID: strings.TrimSpace(raw.ArtifactID), Version: strings.TrimSpace(raw.Version),
		Packaging: strings.TrimSpace(raw.Packaging), FinalName: strings.TrimSpace(raw.Build.FinalName),
		Parent: raw.Parent.ArtifactID, ParentVersion: strings.TrimSpace(raw.Parent.Version), Modules: raw.Modules,
	}
	if p.Version == "" {
		p.Version = strings.TrimSpace(raw.Parent.Version)
	}
	if p.Packaging == "" {
		p.Packaging = "jar"
	}
	props := map[string]string{"project.artifactId": p.ArtifactID, "project.version": p.Version, "artifactId": p.ArtifactID, "version": p.Version}
	for _, m := range propertyPattern().FindAllStringSubmatch(raw.Properties.Inner, -1) {
		if m[1] == m[3] {
			props[m[1]] = strings.TrimSpace(m[2])
		}
	}
	p.Version = expandProperties(p.Version, props)
	props["project.version"] = p.Version
	p.FinalName = expandProperties(p.FinalName, props)
	for _, dep := range raw.Dependencies {
		p.Dependencies = append(p.Dependencies, dep.GroupID+":"+dep.ArtifactID)
	}
	for _, pl := range raw.Build.Plugins {
		plugin := POMPlugin{Artifact: pl.ArtifactID, Configuration: expandProperties(pl.Configuration.Inner, props)}
		for _, ex := range pl.Executions {
			plugin.Goals = append(plugin.Goals, ex.Goals...)
			plugin.Configuration += expandProperties(ex.Configuration.Inner, props)
		}
		p.Plugins = append(p.Plugins, plugin)
	}
	return p, nil
}

var propertyPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`<([\w.-]+)>([^<]*)</([\w.-]+)>`)
})

// maxProperty is the length of the longest property that is put in, and by how much
// a text may grow: thousands of plugins may name one.
const maxProperty = 1024

// expandProperties puts the known properties in, which may name others.
func expandProperties(s string, props map[string]string) string {
	const depth = 4
	limit := len(s) + depth*maxProperty
	for range depth {
		next := expandOnce(s, props, limit)
		if next == s {
			break
		}
		s = next
	}
	return s
}

// expandOnce puts properties in as long as the text does not become longer than the
// limit.
func expandOnce(s string, props map[string]string, limit int) string {
	var b strings.Builder
	for {
		at := strings.Index(s, "${")
		if at < 0 {
			break
		}
		end := strings.IndexByte(s[at:], '}')
		if end < 0 {
			break
		}
		v, ok := props[s[at+2:at+end]]
		if !ok || len(v) > maxProperty || b.Len()+len(v)+len(s) > limit {
			v = s[at : at+end+1]
		}
		b.WriteString(s[:at])
		b.WriteString(v)
		s = s[at+end+1:]
	}
	b.WriteString(s)
	return b.String()
}

// Assembly is a descriptor of Maven's assembly plugin.
type Assembly struct {
	ID      string
	Formats []string
	// Base is the folder in the archive; empty for the name of the archive. Flat says
	// that there is none.
	Base string
	Flat bool
	// Dependencies says that the dependencies are part of it.
	Dependencies bool
}

// ReadAssembly reads a descriptor of the assembly plugin.
func ReadAssembly(text string) (*Assembly, error) {
	var raw struct {
		ID           string     `xml:"id"`
		Formats      []string   `xml:"formats>format"`
		Base         string     `xml:"baseDirectory"`
		IncludeBase  string     `xml:"includeBaseDirectory"`
		Dependencies []struct{} `xml:"dependencySets>dependencySet"`
	}
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	if err := d.Decode(&raw); err != nil {
		return nil, fmt.Errorf("reading the descriptor of an assembly: %w", err)
	}
	a := &Assembly{
		ID: strings.TrimSpace(raw.ID), Base: strings.TrimSpace(raw.Base),
		Flat: strings.TrimSpace(raw.IncludeBase) == "false", Dependencies: len(raw.Dependencies) > 0,
	}
	for _, f := range raw.Formats {
		a.Formats = append(a.Formats, strings.TrimSpace(f))
	}
	return a, nil
}

// Element returns the text of the first element with the name in raw XML.
func Element(raw, name string) string {
	_, rest, ok := strings.Cut(raw, "<"+name+">")
	if !ok {
		return ""
	}
	value, _, _ := strings.Cut(rest, "</"+name+">")
	return strings.TrimSpace(value)
}

// GradleString returns the value of a simple assignment in a Gradle script, such
// as version = '1.0', version '1.0' or archivesBaseName = "x".
func GradleString(text, name string) string {
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		rest, ok := strings.CutPrefix(line, name)
		if !ok || rest == "" || !strings.ContainsAny(rest[:1], " =(.") {
			continue
		}
		rest = strings.TrimSpace(strings.TrimLeft(strings.TrimPrefix(rest, ".set"), " =("))
		if len(rest) < 2 || rest[0] != '"' && rest[0] != '\'' {
			continue
		}
		end := strings.IndexByte(rest[1:], rest[0])
		if end < 0 || strings.Contains(rest[1:1+end], "$") {
			continue
		}
		return rest[1 : 1+end]
	}
	return ""
}
