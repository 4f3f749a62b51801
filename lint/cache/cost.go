package cache

import "github.com/dlint/dlint/lint/shell"

// wide reports whether the step takes the whole context or a whole folder of
// sources into the image.
func (s *Step) wide() bool {
	return s.model != nil && s.model.Copy != nil && s.model.Copy.From == nil && s.model.Copy.Wide()
}

// Lost says where time is lost: an installation that runs again for every file
// of the context. It is empty for any other step.
func (s *Step) Lost() string {
	if s.Ins.Name != "RUN" || !s.installs {
		return ""
	}
	for p := s.Parent; p != nil; p = p.Parent {
		if p.wide() {
			return "installs again whenever any file that line " + itoa(p.Line) + " copies changes"
		}
	}
	return ""
}

// installing reports whether a command of the RUN installs what a manifest or
// its arguments name.
func installing(script *shell.Script) bool {
	for _, c := range script.All() {
		if op := c.Package(); op != nil && (op.Action == shell.Install || op.Action == shell.Fetch) {
			return true
		}
	}
	return false
}
