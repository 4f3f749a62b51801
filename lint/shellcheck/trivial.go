package shellcheck

import "strings"

// trivial reports whether shellcheck cannot find anything in a script: calls of
// programs that it has no check for, with words that mean themselves, one after
// the other while they succeed. Starting shellcheck takes longer than all the
// rest of a run over one file.
func trivial(text string) bool {
	blank := func(c rune) bool { return c == ' ' || c == '\t' }
	program := ""
	for word := range strings.FieldsFuncSeq(strings.TrimRight(text, " \t\n"), blank) {
		switch {
		case word == "&&" && program == "":
			return false
		case word == "&&":
			program = ""
		case !literal(word):
			return false
		case program == "":
			if !unchecked(word) {
				return false
			}
			program = word
		case reserved(word) || program == "mkdir" && word[0] == '-' && word != "-p":
			return false
		}
	}
	return program != ""
}

// literal reports whether a word has no byte that means something to a shell.
func literal(word string) bool {
	for k := range len(word) {
		c := word[k]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
		if !letter && strings.IndexByte("-_./:@%+=,", c) < 0 {
			return false
		}
	}
	return true
}

// reserved reports whether shellcheck wonders about such a word in an argument.
func reserved(word string) bool {
	switch word {
	case "if", "then", "elif", "else", "fi", "for", "in", "do", "done", "while", "until", "case", "esac",
		"select", "function", "time", "coproc", "=", "==":
		return true
	}
	return false
}

// unchecked reports whether shellcheck has no check for a program when its
// arguments are literal.
func unchecked(program string) bool {
	switch program {
	case "apk", "apt", "apt-get", "dnf", "microdnf", "yum", "zypper", "pacman",
		"npm", "npx", "yarn", "pnpm", "bun", "corepack", "node",
		"pip", "pip2", "pip3", "pipenv", "poetry", "uv", "python", "python2", "python3", "conda",
		"go", "cargo", "rustup", "mvn", "./mvnw", "gradle", "./gradlew", "dotnet", "composer", "bundle", "gem",
		"make", "cmake", "curl", "wget", "git", "tar", "unzip", "mkdir", "chmod", "chown", "touch",
		"useradd", "groupadd", "adduser", "addgroup", "usermod",
		"a2enmod", "docker-php-ext-install", "ldconfig", "locale-gen", "update-ca-certificates":
		return true
	}
	return false
}
