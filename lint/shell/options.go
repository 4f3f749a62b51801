package shell

// optionSpec says which options of a program take a value.
type optionSpec struct {
	short    string // letters whose value is the rest of the word or the next word
	optional string // letters whose value, if any, is the rest of the word
	long     string // blank-separated names whose value is the next word
	dash     bool   // long names have one dash, and letters are not bundled
	attached string // with dash: letters whose value follows at once, -Dname=value
	first    bool   // options end at the first operand
	bools    bool   // a true or false behind a long name is its value
	behind   bool   // what follows -- is for another program
	pair     byte   // a letter that makes an option with the next one: -nv
}

// hasSubcommands reports whether the first operand of a program names what it
// does.
func hasSubcommands(name string) bool {
	switch name {
	case "apt-get", "apt", "aptitude", "apt-cache", "apt-key", "apt-mark", "apk", "dnf", "dnf5", "yum", "microdnf", "tdnf",
		"zypper", "pip", "pipx", "uv", "poetry", "pipenv", "pdm", "conda", "npm", "yarn", "yarnpkg", "pnpm", "bun",
		"deno", "gem", "bundle", "bundler", "go", "cargo", "rustup", "composer", "composer.phar", "nuget", "dotnet",
		"mvn", "gradle", "mix", "luarocks", "brew", "opam", "stack", "cabal", "swift", "dart", "flutter", "pub", "helm",
		"ansible-galaxy", "git", "docker", "podman", "buildah", "aws", "gcloud", "gsutil", "az", "kubectl", "terraform", "svn", "hg",
		"systemctl", "service", "openssl", "pecl", "pear", "snap", "flatpak", "choco", "corepack", "nvm", "asdf",
		"pyenv", "rbenv", "sdk", "update-alternatives", "a2enmod", "supervisorctl", "gcloud.cmd", "vcpkg", "conan", "opkg", "lein", "sbt",
		"gpg-agent", "fly", "heroku", "vault", "consul", "gh", "glab", "twine", "lerna", "nx", "turbo", "ng", "artisan", "hatch":
		return true
	}
	return false
}

// optionsOf returns the options of a program behind its subcommand, the global
// ones included; sub is empty before it.
func optionsOf(name, sub string) optionSpec {
	if s, ok := systemOptions(name); ok {
		return s
	}
	if s, ok := languageOptions(name, sub); ok {
		return s
	}
	return toolOptions(name, sub)
}

// systemOptions knows the package managers of operating systems.
func systemOptions(name string) (optionSpec, bool) {
	switch name {
	case "apt-get", "apt", "apt-cache", "aptitude":
		return optionSpec{
			short: "octa", long: "option config-file target-release default-release host-architecture build-profiles with-source solver planner",
		}, true
	case "apk":
		return optionSpec{
			short: "tXp", long: "virtual repository root arch keys-dir repositories-file cache-dir cache-max-age wait progress-fd timeout",
		}, true
	case "dnf", "dnf5", "yum", "microdnf", "tdnf":
		return optionSpec{
			short: "cdexR", long: "config setopt installroot releasever enablerepo disablerepo repo repoid exclude excludepkgs " +
				"disableexcludes enableplugin disableplugin downloaddir destdir forcearch repofrompath advisory color comment debuglevel " +
				"errorlevel rpmverbosity randomwait add-repo save-repo from-repo arch bz bzs cve cves sec-severity",
		}, true
	case "zypper":
		return optionSpec{
			short: "cDRrtp", long: "config root reposd-dir cache-dir raw-cache-dir solv-cache-dir pkg-cache-dir installroot " +
				"plus-repo plus-content repo from type name priority releasever",
		}, true
	case "pacman":
		return optionSpec{short: "br", long: "dbpath root arch cachedir config gpgdir hookdir logfile assume-installed ignore ignoregroup overwrite print-format"}, true
	case "opkg":
		return optionSpec{short: "fdot", long: "conf cache dest offline-root add-dest add-arch"}, true
	case "rpm":
		return optionSpec{short: "E", long: "root dbpath define eval prefix relocate import rcfile macros"}, true
	case "dpkg":
		return optionSpec{short: "D", long: "root admindir instdir add-architecture remove-architecture"}, true
	case "brew":
		return optionSpec{long: "appdir cc env"}, true
	}
	return optionSpec{}, false
}

// languageOptions knows the package managers of programming languages.
func languageOptions(name, sub string) (optionSpec, bool) {
	switch name {
	case "pip", "pipx", "uv":
		return pythonOptions(name, sub), true
	case "poetry":
		return optionSpec{short: "CEGfor", long: "directory project extras group without with only source format output repository username password python cert client-cert dist-dir name"}, true
	case "pipenv":
		return optionSpec{short: "rice", long: "requirements index pypi-mirror python editable extra-pip-args categories"}, true
	case "pdm":
		return optionSpec{short: "pGL", long: "project group lockfile without with config"}, true
	case "conda":
		if sub == "clean" {
			return optionSpec{}, true
		}
		return optionSpec{short: "ncpf", long: "name channel prefix file revision download-dir solver platform"}, true
	case "npm":
		return optionSpec{short: "wC", bools: true, long: "prefix registry workspace cache loglevel userconfig globalconfig omit include only tag otp " +
			"access save-prefix script-shell fetch-timeout fetch-retries fetch-retry-mintimeout fetch-retry-maxtimeout fetch-retry-factor " +
			"node-options location before package call install-strategy maxsockets network-timeout audit-level lockfile-version cafile " +
			"proxy https-proxy noproxy cpu os libc umask python jobs"}, true
	case "npx":
		return optionSpec{short: "pcw", long: "package call workspace cache userconfig", first: true}, true
	case "yarn", "yarnpkg":
		return optionSpec{long: "cwd registry cache-folder modules-folder global-folder link-folder preferred-cache-folder network-timeout network-concurrency " +
			"prefix mutex use-yarnrc https-proxy proxy otp tag pattern child-concurrency"}, true
	case "pnpm":
		return optionSpec{short: "CF", bools: true, long: "dir filter registry store-dir virtual-store-dir lockfile-dir global-dir loglevel reporter network-concurrency fetch-timeout modules-dir package-import-method"}, true
	case "bun":
		return optionSpec{short: "c", long: "cwd config registry cache-dir backend target outdir outfile filter"}, true
	case "gem":
		return optionSpec{short: "vinsP", behind: true, long: "version install-dir bindir source platform trust-policy http-proxy config-file target-rbconfig key host build-root without bulk-threshold file"}, true
	case "bundle", "bundler":
		return optionSpec{short: "jr", long: "jobs retry path without with gemfile binstubs shebang standalone system-bindir trust-policy cache-path source group version"}, true
	case "cargo":
		return optionSpec{short: "pjFCZ", long: "package jobs features target profile bin example test bench manifest-path target-dir " +
			"message-format color config path git branch tag rev version vers registry index root exclude recipe-path package-id"}, true
	case "rustup":
		return optionSpec{short: "ct", long: "component target profile toolchain"}, true
	case "composer", "composer.phar":
		return optionSpec{short: "d", long: "working-dir repository stability"}, true
	case "luarocks":
		return optionSpec{long: "server only-server tree lua-dir lua-version local-tree timeout namespace"}, true
	case "cpanm":
		return optionSpec{short: "lL", long: "mirror local-lib local-lib-contained cpanfile"}, true
	case "opam":
		return optionSpec{short: "j", long: "jobs switch root compiler repositories repos"}, true
	case "stack":
		return optionSpec{short: "j", long: "jobs resolver stack-root local-bin-path stack-yaml ghc-options flag docker-image"}, true
	case "cabal":
		return optionSpec{short: "w", optional: "j", long: "installdir install-method with-compiler constraint flags project-file overwrite-policy"}, true
	case "swift":
		return optionSpec{short: "c", long: "configuration package-path build-path scratch-path product target jobs triple"}, true
	case "mix":
		return optionSpec{long: "only target path"}, true
	}
	return javaOptions(name)
}

// javaOptions knows those that write long names with one dash, and .NET.
func javaOptions(name string) (optionSpec, bool) {
	switch name {
	case "go":
		return optionSpec{dash: true, short: "pCo", long: "asmflags buildmode compiler gccgoflags gcflags installsuffix ldflags mod modfile " +
			"overlay pkgdir tags toolexec pgo run bench count timeout coverprofile covermode parallel exec o p C"}, true
	case "mvn":
		return optionSpec{
			dash: true, attached: "DPT", short: "fsPlTDb", long: "f file s settings gs global-settings pl projects rf resume-from T threads " +
				"P activate-profiles t toolchains b builder l log-file",
		}, true
	case "gradle":
		return optionSpec{dash: true, attached: "DP", short: "xpbcgI", long: "x exclude-task p project-dir b build-file c settings-file g gradle-user-home I init-script " +
			"project-cache-dir console max-workers"}, true
	case "dotnet":
		return optionSpec{
			short: "cofrsvpk", long: "configuration output framework runtime source verbosity version version-suffix os arch " +
				"add-source tool-path configfile packages api-key name username password package-directory property project " +
				"tool-manifest logger filter settings",
		}, true
	case "nuget":
		return optionSpec{dash: true, long: "Source Version OutputDirectory ConfigFile SolutionDirectory PackagesDirectory ApiKey Verbosity Name Username Password MSBuildPath"}, true
	case "msbuild":
		return optionSpec{dash: true}, true
	case "java":
		return optionSpec{dash: true, long: "cp classpath jar module-path p m", first: true}, true
	case "terraform":
		return optionSpec{dash: true, long: "chdir var var-file target state out"}, true
	}
	return optionSpec{}, false
}

func pythonOptions(name, sub string) optionSpec {
	switch {
	case name == "uv" && sub != "pip" && sub != "":
		return optionSpec{short: "pifPocrwe", long: "python index default-index index-url extra-index-url find-links extra group no-group only-group package " +
			"project directory requirements constraints with with-requirements with-editable cache-dir config-file link-mode resolution prerelease " +
			"python-platform python-version exclude-newer output-file optional branch tag rev token publish-url no-install-package from upgrade-package " +
			uvOptions}
	case name == "pipx":
		return optionSpec{short: "i", long: "python index-url pip-args suffix spec preinstall"}
	}
	return optionSpec{short: "rcietfdbpwCP", long: "requirement requirements constraint constraints editable index-url extra-index-url find-links target prefix root src " +
		"trusted-host cert client-cert proxy timeout retries platform python-version python implementation abi cache-dir log upgrade-strategy dest wheel-dir " +
		"build global-option install-option config-settings progress-bar exists-action no-binary only-binary report use-feature use-deprecated " +
		"default-index index link-mode python-platform resolution prerelease exclude-newer override overrides group extra output-file directory project " +
		"root-user-action config-setting resume-retries upgrade-package build-constraint build-constraints " + uvOptions}
}

// uvOptions are those that uv and uv pip share and pip does not know, but for
// keyring-provider.
const uvOptions = "keyring-provider index-strategy fork-strategy allow-insecure-host color config-setting-package reinstall-package " +
	"refresh-package no-build-package no-binary-package no-build-isolation-package exclude-newer-package torch-backend python-preference"

// toolOptions knows the programs that download, unpack, copy and the like.
func toolOptions(name, sub string) optionSpec {
	switch name {
	case "curl":
		return optionSpec{short: "AbcCdDeEFHKmoPQrtTuUwxXyYz", long: "output header request data data-raw data-binary data-urlencode form form-string user user-agent referer " +
			"cookie cookie-jar continue-at dump-header cert config max-time ftp-port quote range speed-limit speed-time time-cond telnet-option " +
			"upload-file proxy-user write-out proxy retry retry-delay retry-max-time connect-timeout cacert capath ciphers key key-type pass " +
			"max-redirs max-filesize limit-rate interface resolve connect-to url output-dir tlsv tls-max noproxy preproxy socks5 socks5-hostname " +
			"oauth2-bearer cert-type pinnedpubkey json netrc-file unix-socket aws-sigv4 doh-url stderr trace trace-ascii create-file-mode dns-servers " +
			"variable parallel-max rate proto proto-redir proto-default service-name engine hostpubmd5 hostpubsha256 url-query"}
	case "wget":
		return optionSpec{short: "oaOPeitTwQABIXDUlR", pair: 'n', long: "output-document output-file append-output directory-prefix execute input-file tries timeout " +
			"dns-timeout connect-timeout read-timeout wait waitretry quota accept reject header user password http-user http-password " +
			"ftp-user ftp-password user-agent referer post-data post-file load-cookies save-cookies secure-protocol certificate private-key " +
			"ca-certificate ca-directory base level domains cut-dirs limit-rate progress method body-data compression bind-address"}
	case "aria2c":
		return optionSpec{short: "dosxjklmti", long: "dir out split max-connection-per-server input-file header checksum max-tries timeout"}
	case "git":
		return gitOptions(sub)
	case "docker", "podman", "buildah":
		return optionSpec{short: "Hctfevpwulm", long: "host config context log-level tag file build-arg target platform cache-from cache-to secret ssh output label " +
			"network name env env-file volume mount publish workdir user entrypoint hostname add-host username password filter format"}
	case "aws", "gcloud", "az", "gsutil", "kubectl", "helm", "ansible-galaxy":
		return cloudOptions(name)
	}
	return fileOptions(name)
}

func gitOptions(sub string) optionSpec {
	s := optionSpec{short: "Cc", long: "git-dir work-tree namespace config-env exec-path"}
	switch sub {
	case "clone":
		s.short = "bojuc"
		s.long = "branch depth origin upload-pack reference reference-if-able template config separate-git-dir jobs filter shallow-since shallow-exclude server-option bundle-uri"
	case "checkout", "switch":
		s = optionSpec{short: "bBcC", long: "orphan conflict"}
	case "commit", "tag":
		s = optionSpec{short: "mFCc", long: "message file author date cleanup"}
	case "fetch", "pull":
		s = optionSpec{short: "jso", long: "depth deepen shallow-since jobs upload-pack filter strategy server-option"}
	case "submodule":
		s = optionSpec{short: "bj", long: "depth branch jobs reference name"}
	case "config":
		s = optionSpec{short: "f", long: "file blob type default"}
	case "archive":
		s = optionSpec{short: "o", long: "format output prefix remote exec"}
	case "apply", "am":
		s = optionSpec{short: "pC", long: "directory exclude include"}
	}
	return s
}

func cloudOptions(name string) optionSpec {
	switch name {
	case "aws":
		return optionSpec{long: "region profile output endpoint-url query ca-bundle cli-read-timeout cli-connect-timeout exclude include acl storage-class sse bucket key secret-id name registry-ids"}
	case "gcloud":
		return optionSpec{long: "project account configuration format verbosity impersonate-service-account region zone key-file version secret"}
	case "az":
		return optionSpec{short: "gnulpot", long: "subscription output query name resource-group username password tenant location"}
	case "gsutil":
		return optionSpec{short: "hoiu"}
	case "kubectl":
		return optionSpec{short: "nfolc", long: "namespace filename output selector context kubeconfig container server token user"}
	case "helm":
		return optionSpec{short: "nfd", long: "namespace version values set repo kubeconfig kube-context destination username password untardir"}
	}
	return optionSpec{short: "rpsc", long: "role-file roles-path server collections-path requirements-file token api-key"}
}

// fileOptions knows the programs that work on files, accounts and databases.
func fileOptions(name string) optionSpec {
	switch name {
	case "tar":
		return optionSpec{short: "CfbgKLNTVXHIF", long: "directory file exclude exclude-from files-from transform xform strip-components strip owner group mode format " +
			"use-compress-program mtime blocking-factor listed-incremental newer label to-command checkpoint-action warning sort"}
	case "unzip":
		return optionSpec{short: "dxP"}
	case "zip":
		return optionSpec{short: "xibnPt"}
	case "chmod", "chown", "chgrp":
		return optionSpec{long: "reference from"}
	case "cp", "mv", "ln":
		return optionSpec{short: "tS", long: "target-directory suffix"}
	case "install":
		return optionSpec{short: "gmotS", long: "group mode owner target-directory suffix strip-program"}
	case "mkdir", "mkfifo":
		return optionSpec{short: "m", long: "mode"}
	case "touch":
		return optionSpec{short: "drt", long: "date reference time"}
	case "truncate":
		return optionSpec{short: "sr", long: "size reference"}
	case "useradd", "adduser", "usermod":
		return accountOptions(name)
	case "groupadd", "addgroup":
		return optionSpec{short: "gKpR", long: "gid key password root"}
	case "rsync":
		return optionSpec{short: "efTBM", long: "rsh exclude include exclude-from include-from files-from filter chmod chown port timeout bwlimit password-file rsync-path"}
	case "sed":
		return optionSpec{short: "efl", optional: "i", long: "expression file line-length"}
	case "grep", "egrep", "fgrep":
		return optionSpec{short: "efmABCD", long: "regexp file max-count after-context before-context context include exclude exclude-dir exclude-from"}
	case "find":
		return optionSpec{dash: true, long: "name iname path ipath wholename type maxdepth mindepth user group perm size mtime mmin atime ctime newer regex regextype links uid gid printf fprintf fprint lname samefile"}
	case "sh", "bash", "dash", "ash", "zsh", "ksh", "mksh":
		return optionSpec{short: "oO", long: "rcfile init-file", first: true}
	}
	return otherOptions(name)
}

func accountOptions(name string) optionSpec {
	if name == "adduser" {
		return optionSpec{short: "hgsGuk", long: "home shell ingroup uid firstuid lastuid gid gecos conf comment"}
	}
	return optionSpec{short: "bcdefgGkKpPRsuZ", long: "base-dir comment home-dir home expiredate inactive gid groups skel key password prefix root shell uid selinux-user login"}
}

func otherOptions(name string) optionSpec {
	switch name {
	case "make", "cmake", "ninja":
		if name == "cmake" {
			return optionSpec{short: "SBGDCTUAP", optional: "j", long: "build install prefix target config toolchain preset parallel component"}
		}
		return optionSpec{short: "CfIoW", optional: "jl", long: "directory file makefile include-dir old-file what-if assume-old assume-new new-file"}
	case "mysql", "mysqladmin", "mysqldump", "mariadb":
		return optionSpec{short: "hPuDeS", optional: "p", long: "host port user database execute socket default-character-set defaults-file"}
	case "psql", "pg_dump", "createdb", "createuser", "pg_restore":
		return optionSpec{short: "hpUdcfvoFPRT", long: "host port username dbname command file set variable output"}
	case "redis-cli":
		return optionSpec{short: "hpsanuri", long: "user pass uri"}
	case "mongo", "mongosh":
		return optionSpec{short: "up", long: "username password authenticationDatabase host port eval"}
	}
	return interpreterOptions(name)
}

// interpreterOptions knows the programs that run others or compile.
func interpreterOptions(name string) optionSpec {
	switch name {
	case "powershell", "pwsh":
		return optionSpec{dash: true, long: "Command c File f ExecutionPolicy WorkingDirectory InputFormat OutputFormat"}
	case "xargs":
		return optionSpec{short: "InPLdEsa", long: "max-args max-procs max-lines delimiter arg-file max-chars", first: true}
	case "ssh", "scp", "sftp":
		return optionSpec{short: "bcDEeFIiJLlmOopPQRSWw", first: name == "ssh"}
	case "gpg", "gpg2", "apt-key":
		return optionSpec{short: "oru", long: "keyserver homedir output recipient local-user keyring passphrase trust-model keyserver-options primary-keyring options status-fd"}
	case "openssl":
		return optionSpec{dash: true, long: "in out inkey key passin passout pass keyout subj days newkey config extensions CA CAkey CAfile connect servername cert inform outform"}
	case "head", "tail":
		return optionSpec{short: "nc", long: "lines bytes"}
	case "echo", "printf", "test", "[":
		return optionSpec{first: true}
	case "sort":
		return optionSpec{short: "koStT", long: "key output field-separator"}
	case "cut":
		return optionSpec{short: "dfcb", long: "delimiter fields characters bytes output-delimiter"}
	case "awk", "gawk", "mawk":
		return optionSpec{short: "Fvf", first: true}
	case "patch":
		return optionSpec{short: "pidorDFBY", long: "strip input directory output reject-file"}
	case "date":
		return optionSpec{short: "dfrs", long: "date file reference set"}
	case "mktemp":
		return optionSpec{short: "pt", long: "tmpdir suffix"}
	case "python", "pypy":
		return optionSpec{short: "cmWX", first: true}
	case "perl":
		return optionSpec{short: "eEIM", optional: "i0lm", first: true}
	case "ruby":
		return optionSpec{short: "eIrC", first: true}
	case "node":
		return optionSpec{short: "epr", long: "eval print require import", first: true}
	case "php":
		return optionSpec{short: "drfBREFcSt", first: true}
	case "Rscript", "R":
		return optionSpec{short: "e", first: true}
	case "gcc", "g++", "cc", "c++", "clang", "clang++":
		return optionSpec{dash: true, attached: "IDLlUWOfmg", short: "oxIDLl", long: "o include isystem x"}
	case "java", "keytool":
		return optionSpec{dash: true, long: "alias file keystore storepass keypass storetype dname"}
	case "sysctl":
		return optionSpec{short: "w", long: "load"}
	case "sqlcmd":
		return optionSpec{short: "SUPdiQqo"}
	case "htpasswd":
		return optionSpec{short: "C"}
	case "sshpass":
		return optionSpec{short: "pfdP", first: true}
	}
	return optionSpec{}
}
