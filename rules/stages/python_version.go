package stages

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/stage"
)

// pythonMisfit reports packages of Python that are copied to an image with another
// minor version: its site-packages, or a virtual environment that the build makes.
func pythonMisfit(p *lint.Pass, c *layers.Copy, built, runs knowledge.ImageFacts) {
	from, to := pythonMinor(built), pythonMinor(runs)
	if from == "" || to == "" || from == to {
		return
	}
	for k := range c.Sources {
		s := &c.Sources[k]
		at := "/" + strings.TrimPrefix(s.Value, "/")
		if !s.Known || !strings.Contains(at, "/python"+from+"/") && !makesVenv(p, c.From.Stage, at) {
			continue
		}
		p.Report(lint.Diagnostic{
			Range:   s.Word.Range,
			Message: "These packages are for Python " + from + ", and this image has Python " + to + ", which does not find them: take the same version in both stages",
		})
	}
}

// pythonMinor returns the minor version of an image of Python: 3.12.
func pythonMinor(f knowledge.ImageFacts) string {
	parts := strings.Split(f.Version, ".")
	if f.Family != "python" || len(parts) < 2 {
		return ""
	}
	return parts[0] + "." + parts[1]
}

// makesVenv reports whether a step of the stage makes a virtual environment there with
// the Python of the image.
func makesVenv(p *lint.Pass, st *stage.Stage, at string) bool {
	for ; st != nil; st = st.Base.Stage {
		for _, ins := range st.Body {
			if !ins.Is("RUN") || ins.Err != nil {
				continue
			}
			for _, cmd := range p.Shell(ins).All() {
				words := cmd.Words
				if cmd.Family != "python" || len(words) < 4 || words[1].Value != "-m" || words[2].Value != "venv" {
					continue
				}
				if dir := words[len(words)-1]; dir.Static && path.IsAbs(dir.Value) && path.Clean(dir.Value) == path.Clean(at) {
					return true
				}
			}
		}
	}
	return false
}
