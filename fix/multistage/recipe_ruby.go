package multistage

import (
	"path"
	"slices"
	"strings"
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
	if (s.tag.Slim || s.base.Distro == "alpine") && len(n.dropped) == 0 {
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
	p.provides = append(p.provides, "ruby", "bundle", "rails", "rake", "puma", "rackup", "unicorn", "sidekiq", path.Base(s.launch.words[0]))
	p.reason("the image needs the installed gems and the program, not the compilers" + s.change(p))
	if !s.tag.Slim {
		p.drop("the compilers and -dev packages of the full Ruby image")
	}
	return nil
}

// rubyLibraries adds the system libraries of the native gems.
func rubyLibraries(s *subject, p *plan, lock string) *Refusal {
	alpine := s.base.Distro == "alpine"
	for line := range strings.SplitSeq(lock, "\n") {
		gem, ok := strings.CutPrefix(line, "    ")
		if !ok || strings.HasPrefix(gem, " ") || strings.HasSuffix(gem, "/") {
			continue
		}
		name, _, _ := strings.Cut(gem, " ")
		lib := ""
		switch name {
		case "pg":
			lib = "libpq5"
			if alpine {
				lib = "libpq"
			}
		case "mysql2":
			lib = "libmariadb3"
			if alpine {
				lib = "mariadb-connector-c"
			}
		case "ruby-vips":
			lib = "libvips42"
			if alpine {
				lib = "vips"
			}
		case "rmagick", "mini_magick", "execjs", "therubyracer", "mini_racer", "capybara", "selenium-webdriver", "wicked_pdf", "curb", "charlock_holmes", "tiny_tds", "rugged":
			return refuse(SystemLibraries, "what the gem "+name+" needs of the system", "the gem "+name+" needs a program or library of the system, which is not carried over")
		case "sqlite3", "nokogiri", "bcrypt", "ffi", "bootsnap", "puma", "nio4r", "msgpack", "racc", "json", "date", "bigdecimal", "stringio", "websocket-driver", "grpc", "google-protobuf":
		}
		if lib != "" && !slices.Contains(p.packages, lib) {
			p.packages = append(p.packages, lib)
			p.carry("the library " + lib + " for the gem " + name)
		}
	}
	p.assume("the other gems need no library of the system beyond those of the slim image")
	return nil
}
