package knowledge

import (
	"strconv"
	"strings"
)

// GemNeeds is what a gem needs of the system at run time.
type GemNeeds struct {
	// Packages hold the libraries. When Program is set, one of them holds the
	// program.
	Packages []string
	Program  string
}

// RubyGem says what a gem in the given version needs beyond the slim image of
// Ruby. A version with a platform (1.16.0-x86_64-linux) brings its libraries.
func RubyGem(name, version string, alpine bool) GemNeeds {
	if strings.Contains(version, "-linux") {
		return GemNeeds{}
	}
	one := func(debian, apk string) GemNeeds {
		if alpine {
			return GemNeeds{Packages: []string{apk}}
		}
		return GemNeeds{Packages: []string{debian}}
	}
	switch name {
	case "pg":
		return one("libpq5", "libpq")
	case "mysql2":
		return one("libmariadb3", "mariadb-connector-c")
	case "ruby-vips":
		return one("libvips42", "vips")
	case "curb":
		return one("libcurl4", "libcurl")
	case "sqlite3": // from 1.5 on it builds its own
		if olderMinor(version, 5) {
			return one("libsqlite3-0", "sqlite-libs")
		}
	case "rmagick", "mini_magick":
		return GemNeeds{Program: "ImageMagick", Packages: []string{"imagemagick"}}
	case "execjs", "therubyracer":
		return GemNeeds{Program: "a JavaScript engine", Packages: []string{"nodejs"}}
	case "wicked_pdf", "pdfkit":
		return GemNeeds{Program: "wkhtmltopdf", Packages: []string{"wkhtmltopdf"}}
	case "tiny_tds":
		return GemNeeds{Program: "FreeTDS", Packages: []string{"freetds-bin", "freetds"}}
	case "charlock_holmes":
		return GemNeeds{Program: "the library ICU", Packages: []string{"icu-libs", "libicu72", "libicu67", "libicu76"}}
	case "rugged":
		return GemNeeds{Program: "the library libgit2", Packages: []string{"libgit2"}}
	}
	return GemNeeds{}
}

// olderMinor reports whether a version is lower than 1.minor.
func olderMinor(version string, minor int) bool {
	first, rest, _ := strings.Cut(version, ".")
	second, _, _ := strings.Cut(rest, ".")
	x, err := strconv.Atoi(first)
	y, err2 := strconv.Atoi(second)
	return err == nil && err2 == nil && (x < 1 || x == 1 && y < minor)
}
