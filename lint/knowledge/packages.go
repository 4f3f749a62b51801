package knowledge

import (
	"sort"
	"strings"
)

// BuildOnly reports whether a package of a distribution is of use while
// building only: compilers, build systems, headers. What it does not know may
// be needed at run time. Tools that scripts may call (git, curl) are not build
// only; see [BuildHelper].
func BuildOnly(pkg string) bool {
	name, _, _ := strings.Cut(pkg, "=")
	name, _, _ = strings.Cut(name, ":")
	switch name {
	case "build-essential", "gcc", "g++", "cpp", "make", "gmake", "cmake", "ninja", "ninja-build", "autoconf", "automake", "libtool", "libtool-bin",
		"pkg-config", "pkgconf", "pkgconfig", "bison", "flex", "m4", "gettext", "nasm", "yasm", "clang", "llvm", "lld", "binutils", "patch", "autopoint",
		"dpkg-dev", "debhelper", "devscripts", "fakeroot", "build-base", "alpine-sdk", "abuild", "linux-headers", "gcc-c++", "gcc-gfortran", "gfortran",
		"rpm-build", "redhat-rpm-config", "meson", "scons", "swig", "cython3", "cargo", "rustc", "rust", "golang", "golang-go", "maven", "gradle", "ant", "default-jdk",
		"default-jdk-headless", "node-gyp", "protobuf-compiler", "bazel", "ccache", "base-devel", "kernel-headers", "glibc-devel", "patchelf", "texinfo", "help2man", "gperf", "re2c",
		"python3-dev", "python-dev", "python3-devel", "ruby-dev", "ruby-full-dev", "php-dev", "openjdk-8-jdk", "openjdk-11-jdk", "openjdk-17-jdk", "openjdk-21-jdk":
		return true
	}
	return IsDevPackage(name) || isVersioned(name, "gcc-") || isVersioned(name, "g++-") || isVersioned(name, "clang-") || isVersioned(name, "llvm-") ||
		strings.HasPrefix(name, "linux-headers-") || strings.HasPrefix(name, "openjdk") && strings.Contains(name, "-jdk")
}

func isVersioned(name, prefix string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	return ok && rest != "" && isDigit(rest[0])
}

// BuildHelper reports whether a package is a tool that builds use and programs
// seldom: it can go unless the health check, the command or a script calls it.
func BuildHelper(pkg string) bool {
	name, _, _ := strings.Cut(pkg, "=")
	switch name {
	case "git", "git-core", "curl", "wget", "unzip", "zip", "xz-utils", "xz", "bzip2", "gnupg", "gnupg2", "gpg", "dirmngr", "apt-transport-https",
		"software-properties-common", "python-software-properties", "lsb-release", "subversion", "mercurial", "rsync", "openssh-client", "file", "jq", "python3-pip", "python3-setuptools",
		"python3-wheel", "python3-venv", "apt-utils", "util-linux", "diffutils", "findutils", "tar", "which":
		return true
	}
	return false
}

// IsDevPackage reports whether a package holds the headers of a library.
func IsDevPackage(pkg string) bool {
	name, _, _ := strings.Cut(pkg, "=")
	return strings.HasSuffix(name, "-dev") || strings.HasSuffix(name, "-devel") || strings.HasSuffix(name, "-headers")
}

// RuntimePackages names the packages that programs need which were linked
// against a -dev package. The release is as in [ImageFacts]. The answer for a
// package that only helps the build is an empty list; false says that the table
// does not know, and then it is better to keep the -dev package.
func RuntimePackages(distro, release, dev string) ([]string, bool) {
	dev, _, _ = strings.Cut(dev, "=")
	switch distro {
	case "debian", "ubuntu":
		switch release {
		case "10", "11", "12", "13", "20.04", "22.04", "24.04":
			return lookupRuntime(debianRuntime[:], dev, distro+" "+release)
		}
	case "alpine":
		return lookupRuntime(alpineRuntime[:], dev, "alpine "+release)
	}
	return nil, false
}

// runtimeRow maps a -dev package. The runtime names are those of Debian 12;
// others holds "release=name" where they differ, + between two names.
type runtimeRow struct{ dev, runtime, others string }

func lookupRuntime(table []runtimeRow, dev, system string) ([]string, bool) {
	i, ok := sort.Find(len(table), func(i int) int { return strings.Compare(dev, table[i].dev) })
	if !ok {
		return nil, false
	}
	names := table[i].runtime
	_, release, _ := strings.Cut(system, " ")
	for field := range strings.FieldsSeq(table[i].others) {
		if r, name, _ := strings.Cut(field, "="); r == release {
			names = name
		}
	}
	if names == "-" {
		return []string{}, true
	}
	return strings.Split(names, "+"), names != "?"
}

// debianRuntime is sorted. In Debian 13 and Ubuntu 24.04 many names end in t64.
var debianRuntime = [...]runtimeRow{
	{"default-libmysqlclient-dev", "libmariadb3", "20.04=libmysqlclient21 22.04=libmysqlclient21 24.04=libmysqlclient21"},
	{"libasound2-dev", "libasound2", "13=libasound2t64 24.04=libasound2t64"},
	{"libbz2-dev", "libbz2-1.0", ""},
	{"libc-ares-dev", "libc-ares2", ""},
	{"libc6-dev", "-", ""},
	{"libcairo2-dev", "libcairo2", ""},
	{"libcjson-dev", "libcjson1", ""},
	{"libcurl4-gnutls-dev", "libcurl3-gnutls", "13=libcurl3t64-gnutls 24.04=libcurl3t64-gnutls"},
	{"libcurl4-openssl-dev", "libcurl4", "13=libcurl4t64 24.04=libcurl4t64"},
	{"libedit-dev", "libedit2", ""},
	{"libeigen3-dev", "-", ""},
	{"libev-dev", "libev4", "13=libev4t64 24.04=libev4t64"},
	{"libevent-dev", "libevent-2.1-7", "10=libevent-2.1-6 13=libevent-2.1-7t64 24.04=libevent-2.1-7t64"},
	{"libexpat1-dev", "libexpat1", ""},
	{"libffi-dev", "libffi8", "10=libffi6 20.04=libffi7 11=libffi7"},
	{"libfontconfig1-dev", "libfontconfig1", ""},
	{"libfreetype6-dev", "libfreetype6", ""},
	{"libgd-dev", "libgd3", ""},
	{"libgeos-dev", "libgeos-c1v5", "13=libgeos-c1t64 24.04=libgeos-c1t64"},
	{"libgif-dev", "libgif7", ""},
	{"libglib2.0-dev", "libglib2.0-0", "13=libglib2.0-0t64 24.04=libglib2.0-0t64"},
	{"libgmp-dev", "libgmp10", ""},
	{"libicu-dev", "libicu72", "10=libicu63 20.04=libicu66 11=libicu67 13=libicu76 22.04=libicu70 24.04=libicu74"},
	{"libjansson-dev", "libjansson4", ""},
	{"libjpeg-dev", "libjpeg62-turbo", "20.04=libjpeg-turbo8 22.04=libjpeg-turbo8 24.04=libjpeg-turbo8"},
	{"libjpeg62-turbo-dev", "libjpeg62-turbo", "20.04=? 22.04=? 24.04=?"},
	{"libkrb5-dev", "libkrb5-3+libgssapi-krb5-2", ""},
	{"liblcms2-dev", "liblcms2-2", ""},
	{"libldap2-dev", "libldap-2.5-0", "10=libldap-2.4-2 20.04=libldap-2.4-2 11=libldap-2.4-2 13=libldap2 24.04=libldap2"},
	{"libluajit-5.1-dev", "libluajit-5.1-2", ""},
	{"liblz4-dev", "liblz4-1", ""},
	{"liblzma-dev", "liblzma5", ""},
	{"libmagickwand-dev", "libmagickwand-6.q16-6", "13=libmagickwand-7.q16-10 24.04=libmagickwand-6.q16-7t64"},
	{"libmariadb-dev", "libmariadb3", ""},
	{"libmemcached-dev", "libmemcached11", "13=libmemcached11t64 24.04=libmemcached11t64"},
	{"libmicrohttpd-dev", "libmicrohttpd12", "13=libmicrohttpd12t64 24.04=libmicrohttpd12t64"},
	{"libmosquitto-dev", "libmosquitto1", ""},
	{"libncurses-dev", "libncurses6", ""},
	{"libncurses5-dev", "libncurses6", ""},
	{"libncursesw5-dev", "libncursesw6", ""},
	{"libnuma-dev", "libnuma1", ""},
	{"libonig-dev", "libonig5", ""},
	{"libopenblas-dev", "libopenblas0", "10=libopenblas-base"},
	{"libopenjp2-7-dev", "libopenjp2-7", ""},
	{"libpango1.0-dev", "libpango-1.0-0+libpangocairo-1.0-0", ""},
	{"libpcap-dev", "libpcap0.8", "13=libpcap0.8t64 24.04=libpcap0.8t64"},
	{"libpcre2-dev", "libpcre2-8-0", ""},
	{"libpcre3-dev", "libpcre3", "13=?"},
	{"libpng-dev", "libpng16-16", "13=libpng16-16t64 24.04=libpng16-16t64"},
	{"libpq-dev", "libpq5", ""},
	{"libprotobuf-dev", "libprotobuf32", "10=libprotobuf17 11=libprotobuf23 13=libprotobuf32t64 20.04=libprotobuf17 22.04=libprotobuf23 24.04=libprotobuf32t64"},
	{"librdkafka-dev", "librdkafka1", ""},
	{"libreadline-dev", "libreadline8", "10=libreadline7 13=libreadline8t64 24.04=libreadline8t64"},
	{"librsvg2-dev", "librsvg2-2", ""},
	{"libsasl2-dev", "libsasl2-2", ""},
	{"libseccomp-dev", "libseccomp2", ""},
	{"libsnappy-dev", "libsnappy1v5", ""},
	{"libsodium-dev", "libsodium23", ""},
	{"libsqlite3-dev", "libsqlite3-0", ""},
	{"libssl-dev", "libssl3", "10=libssl1.1 20.04=libssl1.1 11=libssl1.1 13=libssl3t64 24.04=libssl3t64"},
	{"libtiff-dev", "libtiff6", "10=libtiff5 20.04=libtiff5 11=libtiff5 22.04=libtiff5 24.04=libtiff6"},
	{"libunwind-dev", "libunwind8", ""},
	{"libusb-1.0-0-dev", "libusb-1.0-0", ""},
	{"libuv1-dev", "libuv1", "13=libuv1t64 24.04=libuv1t64"},
	{"libvips-dev", "libvips42", "13=libvips42t64 24.04=libvips42t64"},
	{"libwebp-dev", "libwebp7", "10=libwebp6 20.04=libwebp6 11=libwebp6"},
	{"libx11-dev", "libx11-6", ""},
	{"libxext-dev", "libxext6", ""},
	{"libxml2-dev", "libxml2", ""},
	{"libxmlsec1-dev", "libxmlsec1+libxmlsec1-openssl", "13=libxmlsec1t64+libxmlsec1t64-openssl 24.04=libxmlsec1t64+libxmlsec1t64-openssl"},
	{"libxslt-dev", "libxslt1.1", ""},
	{"libxslt1-dev", "libxslt1.1", ""},
	{"libyajl-dev", "libyajl2", ""},
	{"libyaml-dev", "libyaml-0-2", ""},
	{"libz-dev", "zlib1g", ""},
	{"libzip-dev", "libzip4", "20.04=libzip5 13=libzip5 24.04=libzip4t64"},
	{"libzmq3-dev", "libzmq5", ""},
	{"libzstd-dev", "libzstd1", ""},
	{"linux-libc-dev", "-", ""},
	{"nlohmann-json3-dev", "-", ""},
	{"python3-dev", "-", ""},
	{"rapidjson-dev", "-", ""},
	{"ruby-dev", "-", ""},
	{"unixodbc-dev", "unixodbc", ""},
	{"uuid-dev", "libuuid1", ""},
	{"zlib1g-dev", "zlib1g", ""},
}

// alpineRuntime is sorted.
var alpineRuntime = [...]runtimeRow{
	{"brotli-dev", "brotli-libs", ""},
	{"bzip2-dev", "libbz2", ""},
	{"c-ares-dev", "c-ares", ""},
	{"cairo-dev", "cairo", ""},
	{"curl-dev", "libcurl", ""},
	{"expat-dev", "libexpat", ""},
	{"fontconfig-dev", "fontconfig", ""},
	{"freetype-dev", "freetype", ""},
	{"gc-dev", "gc", ""},
	{"gd-dev", "libgd", ""},
	{"gdal-dev", "gdal", ""},
	{"geos-dev", "geos", ""},
	{"giflib-dev", "giflib", ""},
	{"glib-dev", "glib", ""},
	{"gmp-dev", "gmp", ""},
	{"hiredis-dev", "hiredis", ""},
	{"icu-dev", "icu-libs", ""},
	{"imagemagick-dev", "imagemagick-libs", ""},
	{"jansson-dev", "jansson", ""},
	{"jpeg-dev", "libjpeg-turbo", ""},
	{"krb5-dev", "krb5-libs", ""},
	{"lcms2-dev", "lcms2", ""},
	{"libc-dev", "-", ""},
	{"libedit-dev", "libedit", ""},
	{"libev-dev", "libev", ""},
	{"libevent-dev", "libevent", ""},
	{"libffi-dev", "libffi", ""},
	{"libgit2-dev", "libgit2", ""},
	{"libjpeg-turbo-dev", "libjpeg-turbo", ""},
	{"libmemcached-dev", "libmemcached-libs", ""},
	{"libmicrohttpd-dev", "libmicrohttpd", ""},
	{"libpcap-dev", "libpcap", ""},
	{"libpng-dev", "libpng", ""},
	{"libpq-dev", "libpq", ""},
	{"librdkafka-dev", "librdkafka", ""},
	{"librsvg-dev", "librsvg", ""},
	{"libsodium-dev", "libsodium", ""},
	{"libunwind-dev", "libunwind", ""},
	{"libuv-dev", "libuv", ""},
	{"libwebp-dev", "libwebp", ""},
	{"libxml2-dev", "libxml2", ""},
	{"libxslt-dev", "libxslt", ""},
	{"libzip-dev", "libzip", ""},
	{"linux-headers", "-", ""},
	{"mariadb-connector-c-dev", "mariadb-connector-c", ""},
	{"mariadb-dev", "mariadb-connector-c", ""},
	{"musl-dev", "-", ""},
	{"ncurses-dev", "ncurses-libs", ""},
	{"oniguruma-dev", "oniguruma", ""},
	{"openjpeg-dev", "openjpeg", ""},
	{"openldap-dev", "libldap", ""},
	{"openssl-dev", "libssl3+libcrypto3", "3.9=libssl1.1+libcrypto1.1 3.10=libssl1.1+libcrypto1.1 3.11=libssl1.1+libcrypto1.1 3.12=libssl1.1+libcrypto1.1 3.13=libssl1.1+libcrypto1.1 3.14=libssl1.1+libcrypto1.1 3.15=libssl1.1+libcrypto1.1 3.16=libssl1.1+libcrypto1.1"},
	{"pango-dev", "pango", ""},
	{"pcre-dev", "pcre", ""},
	{"pcre2-dev", "pcre2", ""},
	{"postgresql-dev", "libpq", ""},
	{"proj-dev", "proj", ""},
	{"python3-dev", "-", ""},
	{"re2-dev", "re2", ""},
	{"readline-dev", "readline", ""},
	{"ruby-dev", "-", ""},
	{"snappy-dev", "snappy", ""},
	{"sqlite-dev", "sqlite-libs", ""},
	{"tiff-dev", "tiff", ""},
	{"unixodbc-dev", "unixodbc", ""},
	{"vips-dev", "vips", ""},
	{"xz-dev", "xz-libs", ""},
	{"yajl-dev", "yajl", ""},
	{"yaml-dev", "yaml", ""},
	{"zeromq-dev", "libzmq", ""},
	{"zlib-dev", "zlib", ""},
	{"zstd-dev", "zstd-libs", ""},
}
