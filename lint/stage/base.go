package stage

import (
	"slices"

	"github.com/dlint/dlint/lint/knowledge"
)

// BaseSets says whether the image at the root of the stage sets the environment
// variable. It answers No only for the empty image, for bare distributions, and
// for well-known images whose variables are known.
func (s *Stage) BaseSets(name string) knowledge.Answer {
	base := &s.Root().Base
	switch {
	case base.Scratch() && name != "PATH":
		return knowledge.No
	case name == "PATH":
		return knowledge.Yes // BuildKit sets it where the image does not
	case !base.Known:
		return knowledge.Unknown
	}
	ref, err := knowledge.ParseRef(base.Name)
	if err != nil {
		return knowledge.Unknown
	}
	facts, ok := knowledge.WellKnownImage(ref)
	is := func(v knowledge.Setting) bool { return v.Name == name }
	switch {
	case !ok || facts.Windows:
		return knowledge.Unknown
	case slices.ContainsFunc(facts.Env, is):
		return knowledge.Yes
	case facts.OnBuild || !facts.EnvWhole:
		return knowledge.Unknown
	}
	return knowledge.No
}
