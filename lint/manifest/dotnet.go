package manifest

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// CSProj is a project file of .NET.
type CSProj struct {
	Sdk              string
	TargetFramework  string
	OutputType       string
	AssemblyName     string
	SelfContained    bool
	PublishAot       bool
	Invariant        bool
	Frameworks       []string // FrameworkReference
	Packages         []string // PackageReference
	ProjectReference []string
}

type csprojXML struct {
	Sdk            string `xml:"Sdk,attr"`
	PropertyGroups []struct {
		TargetFramework        string `xml:"TargetFramework"`
		OutputType             string `xml:"OutputType"`
		AssemblyName           string `xml:"AssemblyName"`
		SelfContained          string `xml:"SelfContained"`
		PublishAot             string `xml:"PublishAot"`
		InvariantGlobalization string `xml:"InvariantGlobalization"`
	} `xml:"PropertyGroup"`
	ItemGroups []struct {
		FrameworkReference []include `xml:"FrameworkReference"`
		PackageReference   []include `xml:"PackageReference"`
		ProjectReference   []include `xml:"ProjectReference"`
	} `xml:"ItemGroup"`
}

type include struct {
	Include string `xml:"Include,attr"`
}

// ReadCSProj reads a .csproj, .fsproj or .vbproj.
func ReadCSProj(text string) (*CSProj, error) {
	var raw csprojXML
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	d.Strict = false
	if err := d.Decode(&raw); err != nil {
		return nil, fmt.Errorf("reading a project file: %w", err)
	}
	p := &CSProj{Sdk: raw.Sdk}
	pick := func(into *string, v string) {
		if v = strings.TrimSpace(v); v != "" {
			*into = v
		}
	}
	for _, g := range raw.PropertyGroups {
		pick(&p.TargetFramework, g.TargetFramework)
		pick(&p.OutputType, g.OutputType)
		pick(&p.AssemblyName, g.AssemblyName)
		p.SelfContained = p.SelfContained || strings.EqualFold(strings.TrimSpace(g.SelfContained), "true")
		p.PublishAot = p.PublishAot || strings.EqualFold(strings.TrimSpace(g.PublishAot), "true")
		p.Invariant = p.Invariant || strings.EqualFold(strings.TrimSpace(g.InvariantGlobalization), "true")
	}
	for _, g := range raw.ItemGroups {
		for _, i := range g.FrameworkReference {
			p.Frameworks = append(p.Frameworks, i.Include)
		}
		for _, i := range g.PackageReference {
			p.Packages = append(p.Packages, i.Include)
		}
		for _, i := range g.ProjectReference {
			p.ProjectReference = append(p.ProjectReference, i.Include)
		}
	}
	return p, nil
}

// HasReferences reports whether the project uses packages or other projects,
// which can ask for frameworks of their own.
func (p *CSProj) HasReferences() bool { return len(p.Packages)+len(p.ProjectReference) > 0 }

// Web reports whether the program needs the ASP.NET Core framework.
func (p *CSProj) Web() bool {
	if strings.EqualFold(p.Sdk, "Microsoft.NET.Sdk.Web") {
		return true
	}
	for _, f := range p.Frameworks {
		if strings.EqualFold(f, "Microsoft.AspNetCore.App") {
			return true
		}
	}
	for _, f := range p.Packages {
		if strings.HasPrefix(f, "Microsoft.AspNetCore.App") || strings.HasPrefix(f, "Microsoft.AspNetCore.All") {
			return true
		}
	}
	return false
}
