package knowledge

import "strings"

// NodeNeedsBrowser reports whether an npm package drives a browser.
func NodeNeedsBrowser(name string) bool {
	switch name {
	case "puppeteer", "puppeteer-core", "playwright", "playwright-core", "playwright-chromium", "@playwright/test", "cypress", "electron":
		return true
	}
	return false
}

// NodePrograms returns the programs of the system that an npm package runs, those
// that it prefers first.
func NodePrograms(name string) []string {
	switch name {
	case "simple-git":
		return []string{"git"}
	case "gm":
		return []string{"gm", "convert"}
	case "imagemagick":
		return []string{"convert"}
	case "fluent-ffmpeg":
		return []string{"ffmpeg"}
	}
	return nil
}

// NodeNeedsSystem reports whether an npm package links to a library of the system
// that slim images lack.
func NodeNeedsSystem(name string) bool {
	switch name {
	case "@prisma/client", "prisma", "pg-native", "libpq", "libxmljs", "libxmljs2", "node-libcurl", "oracledb", "ibm_db",
		"nodegit", "node-pty", "usb", "serialport", "canvas", "node-rdkafka", "odbc", "node-gd", "kerberos", "pcap", "mmmagic", "webkitgtk":
		return true
	}
	return false
}

// NodeNative reports whether an npm package is known to hold native code, for
// lock files that do not tell.
func NodeNative(name string) bool {
	switch name {
	case "bcrypt", "grpc", "sharp", "sqlite3", "better-sqlite3", "argon2", "node-sass", "canvas", "kerberos", "libpq", "zeromq", "serialport", "usb", "pcap", "re2":
		return true
	}
	return false
}

// NodeBringsLibraries reports whether a package with native code or an
// installation script is known to run on a slim image as it is: its libraries
// are linked in or come with it, or the script does something else.
func NodeBringsLibraries(name string) bool {
	for _, scope := range [...]string{"@esbuild/", "@img/", "@swc/", "@next/swc-", "@parcel/watcher", "@rollup/", "@unrs/"} {
		if strings.HasPrefix(name, scope) {
			return true
		}
	}
	switch name {
	case "argon2", "bcrypt", "better-sqlite3", "bufferutil", "cpu-features", "deasync", "dtrace-provider", "esbuild", "farmhash", "fsevents", "grpc", "heapdump",
		"keccak", "leveldown", "lmdb", "msgpackr-extract", "nice-napi", "node-sass", "pprof", "@datadog/pprof", "@google-cloud/profiler", "re2", "secp256k1", "sharp",
		"snappy", "sodium-native", "sqlite3", "ssh2", "unrs-resolver", "utf-8-validate", "v8-profiler", "zlib-sync",
		// These only print a message or check something.
		"@nestjs/core", "@scarf/scarf", "core-js", "core-js-pure", "es5-ext", "nodemon", "preact", "protobufjs", "styled-components":
		return true
	}
	return false
}

// NodeNativeHelper reports whether an npm package is there to build or find
// native code.
func NodeNativeHelper(name string) bool {
	switch name {
	case "nan", "bindings", "node-addon-api", "node-gyp-build", "node-gyp-build-optional-packages", "node-pre-gyp", "@mapbox/node-pre-gyp", "prebuild-install",
		"node-gyp", "cmake-js", "napi-macros":
		return true
	}
	return false
}
