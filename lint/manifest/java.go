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

// maxProperty is the length of the longest property that is put in: thousands of
// plugins may name one.
const maxProperty = 1024

func expandProperties(s string, props map[string]string) string {
	for range 4 {
		at := strings.Index(s, "${")
		if at < 0 {
			return s
		}
		end := strings.IndexByte(s[at:], '}')
		if end < 0 {
			return s
		}
		v, ok := props[s[at+2:at+end]]
		if !ok || len(v) > maxProperty {
			return s
		}
		s = s[:at] + v + s[at+end+1:]
	}
	return s
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
