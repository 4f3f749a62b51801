package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/knowledge"
)

// runtimeLibrary returns the packages with the library of a -dev package.
func runtimeLibrary(s *subject, dev string) ([]string, bool) {
	return knowledge.RuntimePackages(s.base.Distro, s.release(), dev)
}

func scalaRecipe() Recipe {
	return Recipe{
		Name:   "scala",
		detect: func(s *subject) bool { return len(s.find("sbt")) > 0 },
		plan:   planScala,
	}
}

func planScala(_ *subject, _ *plan) *Refusal {
	return refuse(OutputUnknown, "output of sbt",
		"what sbt writes depends on the Scala version and its plugins; copy the assembled jar to a fixed path in the RUN, then that file can be copied")
}

func elixirRecipe() Recipe {
	return Recipe{
		Name:   "elixir",
		detect: func(s *subject) bool { return len(s.find("mix")) > 0 },
		plan:   planElixir,
	}
}

// planElixir copies a release, which brings its own runtime system.
func planElixir(s *subject, p *plan) *Refusal {
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
			return refuse(OutputUnknown, "the name of the release", "mix.exs does not say the name of the release; name it in mix release")
		}
		made = append(made, product{path: path.Join(st.dir, "_build", env, "rel", name), dir: true, step: st})
	}
	if len(made) == 0 {
		return refuse(OutputUnknown, "a mix release", "no RUN makes a release; a release brings all that the program needs")
	}
	made = s.followProducts(made)
	at := absolute(s.workdir, s.launch.words[0])
	k := slices.IndexFunc(made, func(m product) bool { return strings.HasPrefix(at, m.path+"/") })
	if k < 0 {
		return launchNotBuilt(s.launch.words[0], made)
	}
	p.copy(made[k].path, true)
	if s.base.Distro != "debian" || debianCodename(s.release()) == "" {
		return refuse(NoCounterpart, "the Debian release of "+s.stage.Base.Name,
			"a release runs on the system it was built on, and the tag "+s.ref.Tag+" does not say which; use a tag with the release, such as hexpm/elixir with its debian version")
	}
	p.runtime = s.slimDistro("")
	p.packages = append(p.packages, "libstdc++6", "openssl", "libncurses6", "locales", "ca-certificates")
	p.assume("the release needs no libraries but those of the runtime system: libstdc++, OpenSSL and ncurses")
	if !s.hasEnv("LANG") {
		p.env = append(p.env, "ENV LANG=C.UTF-8")
	}
	p.reason("a release brings its own runtime system: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("Elixir, mix, the dependencies and the sources")
	p.dropEnv = func(n string) bool { return n == "MIX_ENV" }
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

func swiftRecipe() Recipe {
	return Recipe{
		Name: "swift",
		detect: func(s *subject) bool {
			return len(s.find("swift")) > 0 && s.family("swift")
		},
		plan: planSwift,
	}
}

func planSwift(s *subject, p *plan) *Refusal {
	var made []product
	for _, st := range s.find("swift") {
		args, _ := s.args(st)
		if len(args) == 0 || args[0] != "build" || st.dir == "" {
			continue
		}
		config := optionValue(args, "-c", "--configuration")
		if config == "" {
			config = "debug"
		}
		text, ok := s.tree.read(path.Join(st.dir, "Package.swift"))
		if !ok {
			return refuse(MissingManifest, "Package.swift in "+st.dir, "the build context brings no Package.swift to "+st.dir+"; name the context with --context")
		}
		for _, name := range swiftPrograms(s, st.dir, text) {
			made = append(made, product{path: path.Join(st.dir, ".build", config, name), step: st})
		}
	}
	if len(made) == 0 {
		return refuse(OutputUnknown, "a swift build with a known program", "no RUN builds a program that Package.swift names")
	}
	made = s.followProducts(made)
	if _, r := s.launchProduct(p, made); r != nil {
		return r
	}
	major, _, _ := strings.Cut(s.tag.Version, ".")
	if s.tag.Version == "" || len(major) == 1 && major < "5" {
		return refuse(NoCounterpart, "a slim image of this Swift", "there is no slim image of "+s.stage.Base.Name+"; use Swift 5 or later")
	}
	p.runtime = s.ref.Name() + ":" + s.ref.Tag
	if !s.tag.Slim {
		p.runtime += "-slim"
	}
	if r := copyInputs(s, p, sourceInputs(s, ".swift")); r != nil {
		return r
	}
	for _, dir := range [...]string{"Public", "Resources"} {
		if at := path.Join(s.workdir, dir); s.tree.isDir(at) {
			p.copy(at, true)
		}
	}
	p.assume("the packages link to no library of the system but those of Swift")
	p.reason("the image needs the program and the Swift libraries, not the compiler: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("the Swift compiler and the sources")
	return nil
}

// swiftPrograms returns the executable targets of a package.
func swiftPrograms(s *subject, dir, text string) []string {
	var names []string
	for _, mark := range [...]string{".executableTarget(", ".executable("} {
		for rest := text; ; {
			_, after, ok := strings.Cut(rest, mark)
			if !ok {
				break
			}
			rest = after
			_, v, ok := strings.Cut(after, "name:")
			if !ok {
				break
			}
			_, v, _ = strings.Cut(v, `"`)
			name, _, _ := strings.Cut(v, `"`)
			names = append(names, name)
		}
	}
	for _, f := range s.tree.under(path.Join(dir, "Sources")) {
		if path.Base(f) == "main.swift" {
			names = append(names, path.Base(path.Dir(f)))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func dartRecipe() Recipe {
	return Recipe{
		Name:   "dart",
		detect: func(s *subject) bool { return len(s.find("dart")) > 0 || s.family("dart") },
		plan:   planDart,
	}
}

func planDart(s *subject, p *plan) *Refusal {
	var made []product
	for _, st := range s.find("dart", "dart2native") {
		args, _ := s.args(st)
		if len(args) > 2 && args[0] == "compile" && args[1] == "exe" && st.dir != "" {
			out := optionValue(args, "-o", "--output")
			if out == "" {
				src := args[len(args)-1]
				out = strings.TrimSuffix(src, ".dart") + ".exe"
			}
			made = append(made, product{path: absolute(st.dir, out), step: st})
		}
	}
	if len(made) == 0 {
		return refuse(OutputUnknown, "a dart compile exe", "no RUN compiles a program; use dart compile exe -o")
	}
	made = s.followProducts(made)
	if _, r := s.launchProduct(p, made); r != nil {
		return r
	}
	if r := copyInputs(s, p, sourceInputs(s, ".dart")); r != nil {
		return r
	}
	n := s.needs()
	p.runtime = "scratch"
	if n.shell || len(n.packages) > 0 || s.needsTools(p, n) || s.opt.Runtime == RuntimeSlim || s.opt.Runtime == RuntimeSame {
		p.runtime = newestDebian
	} else {
		p.copies = append(p.copies, artifact{path: "/runtime", dir: true, to: "/"})
		p.reason("the folder /runtime of the Dart image holds the libraries that compiled programs need")
	}
	p.reason("the image needs the compiled program, not the Dart SDK: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("the Dart SDK and the sources")
	return nil
}

func phpRecipe() Recipe {
	return Recipe{
		Name: "php",
		detect: func(s *subject) bool {
			return s.family("php", "composer") || len(s.find("composer", "docker-php-ext-install")) > 0
		},
		plan: planPHP,
	}
}

// planPHP drops composer and the tools it calls: the packages and the sources are
// copied into the same image without them.
func planPHP(s *subject, p *plan) *Refusal {
	if s.base.Family != "php" {
		return refuse(UnknownBase, "the PHP of the base image", "the base image "+s.stage.Base.Name+" is no official PHP image; use one")
	}
	if len(s.find("docker-php-ext-install", "docker-php-ext-configure", "docker-php-ext-enable", "pecl", "install-php-extensions", "a2enmod", "phpize")) > 0 {
		return refuse(SystemLibraries, "the libraries of the PHP extensions",
			"the build compiles PHP extensions into the image, and the libraries that they link to are not known; compile them in a base image")
	}
	composer := slices.ContainsFunc(s.find("composer", "composer.phar", "php"), func(st *step) bool {
		args, _ := s.args(st)
		return slices.Contains(args, "install") || slices.Contains(args, "dump-autoload")
	})
	if !composer {
		return refuse(NothingToDrop, "an installation with composer", "no step installs packages, so a second stage would gain nothing")
	}
	if s.workdir == "/" || len(s.tree.under(s.workdir)) == 0 {
		return refuse(MissingManifest, "the folder of the program", "the program is not in the working directory; set WORKDIR to its folder")
	}
	p.runtime, p.sameImage = s.stage.Image.Value, true
	p.copy(s.workdir, true)
	p.provides = append(p.provides, "php", "php-fpm", "apache2-foreground", "docker-php-entrypoint", "artisan")
	p.assume("no step changes the PHP installation outside of " + s.workdir)
	p.reason("composer and the tools that it calls are for building only")
	p.drop("composer, its cache and the packages installed for it")
	return nil
}

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
