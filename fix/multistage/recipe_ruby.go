package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/knowledge"
)

func rubyRecipe() Recipe {
	return Recipe{
		Name:   "ruby",
		detect: func(s *subject) bool { return s.family("ruby") || len(s.find("bundle")) > 0 },
		plan:   planRuby,
	}
}

// planRuby copies the gems and the program into the slim image.
func planRuby(s *subject, p *plan) *Refusal {
	if s.base.Family != "ruby" {
		return refuse(UnknownBase, "the Ruby of the base image", "the base image "+s.stage.Base.Name+" is no official Ruby image; use one")
	}
	installs := s.find("bundle")
	if !slices.ContainsFunc(installs, func(st *step) bool { return st.cmd.Subcommand() == "install" }) {
		return refuse(NothingToDrop, "a bundle install", "no step installs gems, so a second stage would gain nothing")
	}
	dir := s.workdir
	lock, ok := s.tree.read(path.Join(dir, "Gemfile.lock"))
	if !ok {
		return refuse(MissingManifest, "Gemfile.lock in "+dir, "the build context brings no Gemfile.lock to "+dir+", so the gems are not known; commit it")
	}
	if dir == "/" {
		return refuse(ReadsWorkdir, "a folder for the program", "the program is copied into the root folder; copy it to a folder of its own, with WORKDIR")
	}
	n := s.needs()
	if (s.tag.Slim || s.base.Distro == "alpine") && !n.compilers() {
		return refuse(NothingToDrop, "compilers or build tools in the image", "the base image is small and no step installs build tools")
	}
	image, r := slimCounterpart(s, p)
	if r != nil {
		return r
	}
	p.runtime, p.sameImage = image, true
	if r := rubyLibraries(s, p, lock); r != nil {
		return r
	}
	if r := calledPrograms(s, p, ".rb", ".rake"); r != nil {
		return r
	}
	bundle := "/usr/local/bundle"
	if v, ok := s.env("BUNDLE_PATH"); ok {
		bundle = absolute(dir, v)
	}
	p.copy(bundle, true)
	p.copy(dir, true)
	if r := copyContext(s, p); r != nil {
		return r
	}
	p.provides = append(p.provides, "ruby", "bundle", "rails", "rake", "puma", "rackup", "unicorn", "sidekiq", path.Base(s.launch.words[0]))
	p.reason("the image needs the installed gems and the program, not the compilers" + s.change(p))
	if !s.tag.Slim {
		p.drop("the compilers and -dev packages of the full Ruby image")
	}
	return nil
}

// rubyLibraries adds the system libraries of the native gems.
func rubyLibraries(s *subject, p *plan, lock string) *Refusal {
	n := s.needs()
	alpine := s.base.Distro == "alpine"
	for line := range strings.SplitSeq(lock, "\n") {
		gem, ok := strings.CutPrefix(line, "    ")
		if !ok || strings.HasPrefix(gem, " ") || strings.HasSuffix(gem, "/") {
			continue
		}
		name, version, _ := strings.Cut(gem, " ")
		needs := knowledge.RubyGem(name, strings.Trim(version, "()"), alpine)
		if needs.Program != "" && !slices.ContainsFunc(needs.Packages, func(x string) bool { return slices.Contains(n.packages, x) }) {
			return refuse(SystemLibraries, "what the gem "+name+" needs of the system", "the gem "+name+" needs "+needs.Program+", which is not carried over; install its package ("+
				strings.Join(needs.Packages, " or ")+") in a RUN")
		}
		if needs.Program != "" {
			continue
		}
		for _, lib := range needs.Packages {
			if !slices.Contains(p.packages, lib) {
				p.packages = append(p.packages, lib)
				p.carry("the library " + lib + " for the gem " + name)
			}
		}
	}
	if strings.Contains(lock, "\n    tzinfo (") && !strings.Contains(lock, "\n    tzinfo-data (") && p.runtime != s.stage.Image.Value {
		p.packages = append(p.packages, "tzdata")
		p.carry("the time zones for the gem tzinfo")
	}
	if !s.keepsLibraries(p, n) {
		p.assume("the other gems need no library of the system beyond those of the slim image")
	}
	return nil
}

// keepsLibraries reports whether the new stage has every library that something
// built in the old one could link to: it has the same base image, and what is
// left out are compilers and tools.
func (s *subject) keepsLibraries(p *plan, n *needs) bool {
	return p.runtime == s.stage.Image.Value && s.base.Distro == "debian" && !slices.ContainsFunc(n.dropped, func(name string) bool {
		return strings.Contains(name, "fortran") || knowledge.IsDevPackage(name) && !headersOnly(name)
	})
}
