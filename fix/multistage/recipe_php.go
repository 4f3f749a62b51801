package multistage

import (
	"slices"
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
