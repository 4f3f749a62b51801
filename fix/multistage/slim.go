package multistage

import (
	"strings"
)

// slimCounterpart returns the slim image of the same version and release of an
// image that has one, such as node and python.
func slimCounterpart(s *subject, p *plan) (string, *Refusal) {
	switch s.opt.Runtime {
	case RuntimeAlpine:
		if s.base.Distro != "alpine" {
			return "", refuse(RuntimeNotOffered, "an Alpine build image", "what is built against one C library does not run with another; build on Alpine as well")
		}
	case RuntimeDistroless, RuntimeScratch:
		return "", refuse(RuntimeNotOffered, "a recipe for "+string(s.opt.Runtime), "this program needs an interpreter with the same version and libraries; choose --runtime slim")
	case RuntimeSame:
		return s.stage.Image.Value, nil
	}
	if s.base.Distro == "alpine" || s.tag.Slim {
		return s.stage.Image.Value, nil
	}
	if s.base.Distro != "debian" && s.base.Distro != "" {
		return "", refuse(NoCounterpart, "a slim image of the same release", "no slim variant of "+s.stage.Base.Name+" with the same libraries is known")
	}
	if strings.Contains(s.stage.Image.Value, "$") {
		return "", refuse(VariableBase, "the tag of the base image", "the tag of the base image depends on a build argument, so its slim variant is not known")
	}
	name := s.ref
	if name.Digest != "" {
		p.assume("the slim image of the tag has the version of the pinned digest")
		name.Digest = ""
	}
	name.Tag = slimTag(s.ref.Tag, s.base.Family)
	image := name.String()
	if prefix, _, ok := strings.Cut(s.stage.Image.Value, name.Name()); ok && prefix != "" {
		image = prefix + image
	}
	return image, nil
}

// slimTag returns the tag of the slim variant.
func slimTag(tag, family string) string {
	if tag == "" || tag == "latest" {
		return "slim"
	}
	for _, code := range [...]string{"stretch", "buster", "bullseye", "bookworm", "trixie"} {
		rest, ok := strings.CutSuffix(tag, code)
		if !ok {
			continue
		}
		if family == "node" {
			return tag + "-slim"
		}
		return strings.TrimSuffix(rest, "-") + strings.Repeat("-", min(1, len(rest))) + "slim-" + code
	}
	return tag + "-slim"
}

// change says how the base image changes.
func (s *subject) change(p *plan) string {
	if p.runtime == s.stage.Base.Name {
		return ""
	}
	return ": " + s.stage.Base.Name + " gives way to " + p.runtime
}
