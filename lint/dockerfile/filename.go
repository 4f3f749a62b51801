package dockerfile

import "strings"

// IsFileName reports whether a file with that name, without its folder, is a
// Dockerfile.
func IsFileName(name string) bool {
	if strings.HasSuffix(name, "~") {
		return false
	}
	stem, ext := name, ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		stem, ext = name[:i], name[i+1:]
	}
	if isOther(ext) {
		return false
	}
	switch ext {
	case "Dockerfile", "dockerfile", "Containerfile", "containerfile":
		return stem != ""
	}
	switch name {
	case "dockerfile", "containerfile":
		return true
	}
	for _, prefix := range [...]string{"Dockerfile", "Containerfile"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			return rest == "" || len(rest) > 1 && strings.IndexByte(".-_", rest[0]) >= 0
		}
	}
	return false
}

// isOther recognizes the endings of files that only look like Dockerfiles: ignore
// files, notes, copies that editors and patches leave, templates, data.
func isOther(ext string) bool {
	switch strings.ToLower(ext) {
	case "dockerignore", "containerignore", "md", "txt", "html",
		"swp", "swo", "swn", "orig", "bak", "rej", "old", "tmp", "save",
		"j2", "jinja", "jinja2", "tmpl", "tpl", "template", "erb", "ejs", "m4", "in", "mustache", "hbs",
		"diff", "patch", "sig", "asc", "sha256",
		"yaml", "yml", "json", "toml", "hcl":
		return true
	}
	return false
}
