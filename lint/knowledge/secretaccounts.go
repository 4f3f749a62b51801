package knowledge

import (
	"path"
	"strings"
)

// AccountForm is how the lines of a file tell names and passwords.
type AccountForm uint8

// The forms.
const (
	PasswordLast        AccountForm = iota // host:port:db:user:password
	PasswordBehindColon                    // user:password, user:password:more
	PasswordAndRoles                       // user: password, role
	SecondWord                             // user password
	ThirdWord                              // host user password
	QuotedPassword                         // "user" "password"
	InLastWord                             // host user:password
	BehindWord                             // words, and the password behind one that promises it
)

// AccountFile tells the form of a file of accounts by its name.
func AccountFile(target string) (AccountForm, bool) {
	base := strings.ToLower(path.Base(target))
	switch base {
	case ".pgpass", "pgpass", "pgpass.conf":
		return PasswordLast, true
	case ".htpasswd", "htpasswd", "users.htpasswd", "passwd.client", "rsyncd.secrets", "rsync.secrets", "passwd-s3fs", ".passwd-s3fs", "ftpd.passwd", "shadow",
		".htdigest", "mosquitto.passwd", "mosquitto_passwd", "passwords.mosquitto", "sockd.passwd", "gshadow", "smbusers": //nolint:misspell // the name of a program
		return PasswordBehindColon, true
	case "realm.properties", "jetty-realm.properties", "users.properties", "artemis-users.properties", "application-users.properties", "mgmt-users.properties",
		"login.properties", "hash-users.properties", "jaas-users.properties", "wiremock-users.properties":
		return PasswordAndRoles, true
	case "sasl_passwd", "sasl_passwd.map", "smarthost_passwd":
		return InLastWord, true
	case "jmxremote.password", "jmx.password", "jmxremote.passwd", "password.properties.txt", "sasl_passwords":
		return SecondWord, true
	case "chap-secrets", "pap-secrets":
		return ThirdWord, true
	case "userlist.txt":
		return QuotedPassword, true
	case "haproxy.cfg", "snmpd.conf", "users", "authorize", "clients.conf", "ipsec.secrets", "ipsec.hub.secrets", ".fetchmailrc", "fetchmailrc":
		return BehindWord, true
	case "secrets":
		return ThirdWord, strings.Contains(target, "davfs2")
	}
	return 0, false
}
