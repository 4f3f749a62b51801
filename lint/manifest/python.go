package manifest

import "strings"

// Requirement is a line of a requirements file.
type Requirement struct {
	// Name is in lower case with dashes; empty for a path or URL.
	Name     string
	Editable bool
	// Ref is a path or URL.
	Ref string
	// Include is the file of -r or -c.
	Include string
}

// ReadRequirements reads a requirements.txt.
func ReadRequirements(text string) []Requirement {
	var out []Requirement
	text = strings.ReplaceAll(text, "\\\r\n", " ")
	text = strings.ReplaceAll(text, "\\\n", " ")
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		if at := strings.Index(line, " #"); at >= 0 {
			line = strings.TrimSpace(line[:at])
		}
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "-e") || strings.HasPrefix(line, "--editable"):
			out = append(out, Requirement{Editable: true, Ref: line})
		case strings.HasPrefix(line, "-r") || strings.HasPrefix(line, "--requirement"):
			f := strings.Fields(strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(line, "--requirement"), "-r"), "=", " "))
			if len(f) > 0 {
				out = append(out, Requirement{Include: f[0]})
			}
		case strings.HasPrefix(line, "-"):
		default:
			out = append(out, PythonRequirement(line))
		}
	}
	return out
}

// PythonRequirement reads one requirement such as "Flask[async]>=2; python_version>'3'".
func PythonRequirement(line string) Requirement {
	name := line
	if at := strings.IndexAny(line, " <>=!~;[@"); at >= 0 {
		name = line[:at]
	}
	if strings.ContainsAny(name, "/\\:") || strings.HasPrefix(name, ".") || strings.Contains(line, "://") && !strings.Contains(line, "@") {
		return Requirement{Ref: line}
	}
	r := Requirement{Name: PythonName(name)}
	if strings.Contains(line, "@") && strings.Contains(line, "://") {
		r.Ref = line
	}
	return r
}

// PythonName normalises the name of a distribution.
func PythonName(name string) string {
	return strings.NewReplacer("_", "-", ".", "-").Replace(strings.ToLower(strings.TrimSpace(name)))
}
