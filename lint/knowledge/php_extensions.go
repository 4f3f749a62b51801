package knowledge

// PHPExtensionNeeds reports whether an extension of PHP may link to a library
// that the official image does not have. Unknown extensions may.
func PHPExtensionNeeds(name string) bool {
	switch name {
	case "pdo", "pdo_mysql", "mysqli", "mysqlnd", "bcmath", "sockets", "pcntl", "exif", "opcache", "calendar", "ctype", "shmop", "sysvmsg", "sysvsem", "sysvshm",
		"xml", "simplexml", "dom", "mbstring", "tokenizer", "json", "fileinfo", "posix", "session", "gettext", "phar", "redis", "apcu", "xdebug", "igbinary", "ds", "pcov",
		"pdo_sqlite", "curl", "filter", "hash", "iconv":
		return false
	}
	return true
}
