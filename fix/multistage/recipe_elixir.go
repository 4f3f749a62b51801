package multistage

import (
	"path"
	"slices"
	"strings"
)

func elixirRecipe() Recipe {
	return Recipe{
		Name:   "elixir",
		detect: func(s *subject) bool { return len(s.find("mix")) > 0 },
		plan:   planElixir,
	}
}

// planElixir copies a release, which brings its own runtime system.
func planElixir(s *subject, p *plan) *Refusal {
	made, r := mixReleases(s)
	if r != nil {
		return r
	}
	made = s.followProducts(made)
	at := absolute(s.workdir, s.launch.words[0])
	k := slices.IndexFunc(made, func(m product) bool { return strings.HasPrefix(at, m.path+"/") })
	if k < 0 {
		return launchNotBuilt(s.launch.words[0], made)
	}
	p.copy(made[k].path, true)
	p.dropEnv = func(n string) bool { return n == "MIX_ENV" }
	return elixirRuntime(s, p)
}

// mixReleases returns the folders that mix release makes.
func mixReleases(s *subject) ([]product, *Refusal) {
	var made []product
	for _, st := range s.find("mix") {
		args, _ := s.args(st)
		if len(args) == 0 || args[0] != "release" || st.dir == "" {
			continue
		}
		env := s.envAt(st, "MIX_ENV")
		if env == "" {
			env = "dev"
		}
		name := ""
		for _, a := range args[1:] {
			if !strings.HasPrefix(a, "-") {
				name = a
			}
		}
		if name == "" {
			name = mixApp(s, st.dir)
		}
		if name == "" {
			return nil, refuse(OutputUnknown, "the name of the release", "mix.exs does not say the name of the release; name it in mix release")
		}
		made = append(made, product{path: path.Join(st.dir, "_build", env, "rel", name), dir: true, step: st})
	}
	if len(made) == 0 {
		return nil, refuse(OutputUnknown, "a mix release", "no RUN makes a release; a release brings all that the program needs")
	}
	return made, nil
}

// elixirRuntime chooses the small image of the system that the release is built on.
func elixirRuntime(s *subject, p *plan) *Refusal {
	switch {
	case s.base.Distro == "debian" && debianCodename(s.release()) == "" && s.ref.Name() == "elixir" && s.tag.Version != "":
		if s.tag.Slim {
			return refuse(NothingToDrop, "the Debian release of "+s.stage.Base.Name, "the slim image of Elixir is all that is known to fit, and it is the base already; use a tag with the release, as in elixir:1.17-otp-27-bookworm")
		}
		p.runtime, p.sameImage = "elixir:"+slimTag(s.ref.Tag, "elixir"), true
		p.reason("the tag does not say on which system the release is built; the slim image of the same tag stands on it, too: " + s.stage.Base.Name + " gives way to " + p.runtime)
		p.drop("the compilers and -dev packages of the full Elixir image, the dependencies and the sources")
		return nil
	case s.base.Distro == "alpine" && s.release() != "":
		p.packages = append(p.packages, "libstdc++", "libgcc", "openssl", "ncurses-libs")
	case s.base.Distro == "debian" && debianCodename(s.release()) != "":
		p.packages = append(p.packages, "libstdc++6", "openssl", "libncurses6", "locales", "ca-certificates")
	default:
		return refuse(NoCounterpart, "the Debian release of "+s.stage.Base.Name,
			"a release runs on the system it was built on, and the tag "+s.ref.Tag+" does not say which; use a tag with the release, such as hexpm/elixir with its debian version")
	}
	p.runtime = s.slimDistro("")
	p.assume("the release needs no libraries but those of the runtime system: libstdc++, OpenSSL and ncurses")
	if !s.hasEnv("LANG") {
		p.env = append(p.env, "ENV LANG=C.UTF-8")
	}
	p.reason("a release brings its own runtime system: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("Elixir, mix, the dependencies and the sources")
	return nil
}

func mixApp(s *subject, dir string) string {
	text, ok := s.tree.read(path.Join(dir, "mix.exs"))
	if !ok || strings.Contains(text, "releases:") {
		return ""
	}
	_, rest, ok := strings.Cut(text, "app: :")
	if !ok {
		return ""
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	if end < 0 {
		return ""
	}
	return rest[:end]
}
