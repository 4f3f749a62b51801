package multistage

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/knowledge"
)

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
	extensions, r := phpExtensions(s)
	if r != nil {
		return r
	}
	composer := slices.ContainsFunc(s.find("composer", "composer.phar", "php"), func(st *step) bool {
		args, _ := s.args(st)
		return slices.Contains(args, "install") || slices.Contains(args, "dump-autoload")
	})
	if !composer && (!extensions || len(s.needs().dropped) == 0) {
		return refuse(NothingToDrop, "an installation with composer", "no step installs packages or compiles extensions against -dev packages, so a second stage would gain nothing")
	}
	if s.workdir == "/" || len(s.tree.under(s.workdir)) == 0 {
		return refuse(MissingManifest, "the folder of the program", "the program is not in the working directory; set WORKDIR to its folder")
	}
	p.runtime, p.sameImage = s.stage.Image.Value, true
	p.copy(s.workdir, true)
	if extensions {
		p.copy("/usr/local/lib/php/extensions", true)
		p.copy("/usr/local/etc/php", true)
		p.carry("the extensions, and the configuration that loads them")
	}
	if r := phpModules(s, p); r != nil {
		return r
	}
	if r := copyContext(s, p); r != nil {
		return r
	}
	p.provides = append(p.provides, "php", "php-fpm", "apache2-foreground", "docker-php-entrypoint", "artisan")
	p.assume("no step changes the PHP installation outside of " + s.workdir)
	if r := calledPrograms(s, p, ".php"); r != nil {
		return r
	}
	p.reason("composer and the tools that it calls are for building only")
	p.drop("composer, its cache and the packages installed for it")
	return nil
}

// phpExtensions reports whether the build compiles extensions: they lie in one
// folder, and the libraries that they link to follow from the -dev packages.
func phpExtensions(s *subject) (bool, *Refusal) {
	if len(s.find("phpize", "make")) > 0 {
		return false, refuse(SystemLibraries, "the libraries of the PHP extensions",
			"the build compiles PHP extensions by hand, and the libraries that they link to are not known; use docker-php-ext-install")
	}
	found := false
	for _, st := range s.find("docker-php-ext-install", "docker-php-ext-enable", "pecl", "install-php-extensions") {
		for _, w := range st.cmd.Args() {
			if strings.HasPrefix(w.Value, "-") {
				continue
			}
			value, known := s.word(st, w)
			if st.cmd.Is("install-php-extensions") || !known {
				return false, refuse(SystemLibraries, "the libraries of the PHP extensions",
					"install-php-extensions brings libraries of its own choice, or the names of the extensions depend on variables; use docker-php-ext-install and -dev packages")
			}
			name, _, _ := strings.Cut(value, "-") // pecl takes redis-6.0.2
			if name != "install" && knowledge.PHPExtensionNeeds(name) && !s.installsDev() {
				return false, refuse(SystemLibraries, "the library of the PHP extension "+name, "no step installs the -dev package that the extension "+name+" is built with, so its library is not known")
			}
		}
		found = true
	}
	return found, nil
}

// installsDev reports whether a step installs a -dev package.
func (s *subject) installsDev() bool {
	return slices.ContainsFunc(s.needs().dropped, knowledge.IsDevPackage)
}

// phpModules repeats what switches modules and sites of Apache on and off.
func phpModules(s *subject, p *plan) *Refusal {
	for _, st := range s.find("a2enmod", "a2dismod", "a2ensite", "a2dissite", "a2enconf", "a2disconf") {
		if _, known := s.args(st); !known {
			return refuse(UnreadShell, "the arguments of "+st.cmd.Name, "the modules of Apache depend on variables; write their names")
		}
		p.extra = append(p.extra, "RUN "+commandText(st))
		p.carry(commandText(st))
	}
	for _, st := range s.find("sed", "echo", "tee", "cp", "mv", "ln") {
		for _, e := range st.cmd.Writes() {
			at := st.path(e.Path)
			if e.Known && !p.covers(at) && (strings.HasPrefix(at, "/etc/") || strings.HasPrefix(at, "/usr/local/etc/")) && !strings.HasPrefix(at, "/etc/apt/") {
				p.copy(at, false)
				p.carry("the configuration " + at + ", which a RUN changes")
			}
		}
	}
	return nil
}
