package multistage

import (
	"slices"

	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
)

// compiledRuntime chooses the image for a program that is linked to the C library
// of its build image.
func compiledRuntime(s *subject, p *plan, static bool, libs []string, extensions ...string) *Refusal {
	base, r := s.compiledBase(p, static)
	if r != nil {
		return r
	}
	p.runtime = base
	if !static && s.opt.Runtime == RuntimeDistroless && len(libs)+len(p.packages) > 0 {
		return refuse(RuntimeNotOffered, "a program that needs nothing but the C library", "the program is linked to libraries that the images without a shell do not have; choose --runtime slim")
	}
	if len(libs) > 0 && s.release() == "" {
		return refuse(SystemLibraries, "the release of the build image",
			"the program links to libraries of "+s.stage.Base.Name+", and the tag does not say which release that is; write it, as in "+s.ref.Name()+":1-bookworm")
	}
	for _, lib := range libs {
		if s.base.Distro == "alpine" {
			continue
		}
		if names, ok := runtimeLibrary(s, lib); ok {
			p.packages = append(p.packages, names...)
			continue
		}
		return refuse(SystemLibraries, "the run-time package of "+lib, "the program links to the library of "+lib+", and its run-time package is not known")
	}
	if s.speaksTLS() && s.base.Distro != "alpine" {
		s.carryCertificates(p)
	}
	if len(extensions) > 0 {
		if r := copyInputs(s, p, sourceInputs(s, extensions...)); r != nil {
			return r
		}
	}
	p.reason("the image needs the program, not its compiler: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("the compiler, its caches and the sources")
	return nil
}

// compiledBase chooses the base for a program that may be static.
func (s *subject) compiledBase(p *plan, static bool) (string, *Refusal) {
	n := s.needs()
	if !static {
		return s.linkedBase(n)
	}
	switch s.opt.Runtime {
	case RuntimeScratch, RuntimeDistroless, RuntimeAlpine:
		if s.opt.Runtime != RuntimeAlpine && (n.shell || len(n.packages) > 0) {
			return "", refuse(RuntimeNotOffered, "a start without a shell", "the start of the program needs a shell or packages; choose --runtime slim")
		}
		return s.staticBase(p, n, false)
	}
	return s.slimDistro(newestDebian), nil
}

// carryCertificates copies the certificates of the build image, or installs them
// where that has none.
func (s *subject) carryCertificates(p *plan) {
	if !s.hasCertificates() {
		if p.shell() && p.facts().PackageManager != "" {
			p.packages = append(p.packages, "ca-certificates")
			p.carry("certificates, for TLS connections")
		}
		return
	}
	p.copy("/etc/ssl/certs/ca-certificates.crt", false)
	p.carry("the certificates of the build image, for TLS connections")
}

// hasCertificates reports whether the build image has certificates: by itself, or
// because a step installs them.
func (s *subject) hasCertificates() bool {
	if s.family("golang", "rust", "buildpack-deps") {
		return true
	}
	return slices.ContainsFunc(s.steps, func(st *step) bool {
		op := st.cmd.Package()
		return op != nil && op.Action == shell.Install && slices.ContainsFunc(op.Packages, func(x shell.Package) bool { return x.Name == "ca-certificates" })
	})
}

// runtimeLibrary returns the packages with the library of a -dev package.
func runtimeLibrary(s *subject, dev string) ([]string, bool) {
	return knowledge.RuntimePackages(s.base.Distro, s.release(), dev)
}
