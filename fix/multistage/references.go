package multistage

import (
	"path"
	"regexp"
	"strings"

	"github.com/dlint/dlint/lint"
)

// referencedIn returns the file of the context that asks for the stage by name:
// a compose or bake file, a pipeline, a Makefile or a script. Empty when none
// does.
func referencedIn(d *lint.Document, name string) string {
	if name == "" || !d.Context().Known() {
		return ""
	}
	quoted := regexp.QuoteMeta(name)
	target := regexp.MustCompile(`(?i)--target[= ]"?` + quoted + `["\s]|\btarget"?\s*[:=]\s*["']?` + quoted + `["'\s,}]|--target[= ]"?` + quoted + `$`)
	files, _ := d.Context().Repository()
	for _, e := range files.All() {
		if e.IsDir() || !mayBuildImages(e.Path) || e.Size > 1<<20 {
			continue
		}
		data, err := files.ReadFile(e.Path, readLimit)
		if err == nil && target.Match(append(data, '\n')) {
			return e.Path
		}
	}
	return ""
}

// mayBuildImages reports whether a file is of a kind that calls docker build.
func mayBuildImages(p string) bool {
	base := strings.ToLower(path.Base(p))
	if strings.Contains(p, "node_modules/") || strings.Contains(p, "/vendor/") {
		return false
	}
	switch path.Ext(base) {
	case ".yml", ".yaml":
		return strings.Contains(base, "compose") || strings.HasPrefix(p, ".github/workflows/") || strings.Contains(base, "ci") || strings.Contains(base, "pipeline") ||
			base == "skaffold.yaml" || strings.Contains(base, "build") || strings.Contains(base, "drone") || strings.Contains(base, "travis")
	case ".hcl":
		return strings.Contains(base, "bake")
	case ".sh", ".mk", ".ps1":
		return true
	}
	return base == "makefile" || base == "justfile" || base == "jenkinsfile" || base == "tiltfile" || base == "docker-bake.json" || base == "taskfile"
}
