package manifest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// PackageJSON is a package.json.
type PackageJSON struct {
	Name            string            `json:"name"`
	Main            string            `json:"main"`
	Type            string            `json:"type"`
	Scripts         map[string]string `json:"scripts"`
	Dependencies    map[string]string `json:"dependencies"`
	DevDependencies map[string]string `json:"devDependencies"`
	Optional        map[string]string `json:"optionalDependencies"`
	Engines         map[string]string `json:"engines"`
	PackageManager  string            `json:"packageManager"`
	// Workspaces is a list or an object; not nil says that the package is the
	// root of a monorepo.
	Workspaces json.RawMessage `json:"workspaces"`
}

// Depends reports whether the package has a dependency for running.
func (p *PackageJSON) Depends(name string) bool {
	_, ok := p.Dependencies[name]
	if !ok {
		_, ok = p.Optional[name]
	}
	return ok
}

// DevOnly reports whether the dependency is for development only.
func (p *PackageJSON) DevOnly(name string) bool {
	_, ok := p.DevDependencies[name]
	return ok && !p.Depends(name)
}

// ReadPackageJSON reads a package.json.
func ReadPackageJSON(text string) (*PackageJSON, error) {
	p := &PackageJSON{}
	var loose map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &loose); err != nil {
		return nil, fmt.Errorf("reading package.json: %w", err)
	}
	for key, into := range map[string]any{
		"name": &p.Name, "main": &p.Main, "type": &p.Type, "scripts": &p.Scripts, "dependencies": &p.Dependencies,
		"devDependencies": &p.DevDependencies, "optionalDependencies": &p.Optional, "engines": &p.Engines,
		"packageManager": &p.PackageManager,
	} {
		if raw, ok := loose[key]; ok {
			_ = json.Unmarshal(raw, into) // a field of another type is as good as none
		}
	}
	p.Workspaces = loose["workspaces"]
	return p, nil
}

// TSConfig is a tsconfig.json.
type TSConfig struct {
	Extends string
	OutDir  string
	RootDir string
	NoEmit  bool
}

// ReadTSConfig reads a tsconfig.json, which may have comments and trailing
// commas.
func ReadTSConfig(text string) (TSConfig, error) {
	var raw struct {
		Extends         any `json:"extends"`
		CompilerOptions struct {
			OutDir  string `json:"outDir"`
			RootDir string `json:"rootDir"`
			NoEmit  bool   `json:"noEmit"`
		} `json:"compilerOptions"`
	}
	if err := json.Unmarshal([]byte(StripJSON(text)), &raw); err != nil {
		return TSConfig{}, fmt.Errorf("reading tsconfig.json: %w", err)
	}
	c := TSConfig{OutDir: raw.CompilerOptions.OutDir, RootDir: raw.CompilerOptions.RootDir, NoEmit: raw.CompilerOptions.NoEmit}
	c.Extends, _ = raw.Extends.(string)
	return c, nil
}

// StripJSON takes comments and trailing commas out of JSON with comments.
func StripJSON(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '"':
			end := i + 1
			for end < len(text) && text[end] != '"' {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			end = min(end, len(text)-1)
			b.WriteString(text[i : end+1])
			i = end
		case strings.HasPrefix(text[i:], "//"):
			for i < len(text) && text[i] != '\n' {
				i++
			}
			b.WriteByte('\n')
		case strings.HasPrefix(text[i:], "/*"):
			end := strings.Index(text[i+2:], "*/")
			if end < 0 {
				return b.String()
			}
			i += end + 3
		case text[i] == ',' && closes(text[i+1:]):
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

// closes reports whether the next thing but blanks and comments is a closing
// bracket.
func closes(rest string) bool {
	for {
		rest = strings.TrimLeft(rest, " \t\r\n")
		switch {
		case strings.HasPrefix(rest, "//"):
			_, rest, _ = strings.Cut(rest, "\n")
		case strings.HasPrefix(rest, "/*"):
			_, rest, _ = strings.Cut(rest, "*/")
		default:
			return strings.HasPrefix(rest, "}") || strings.HasPrefix(rest, "]")
		}
	}
}
