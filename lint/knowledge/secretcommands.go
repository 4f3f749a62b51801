package knowledge

import (
	"strings"
	"sync"
)

// SecretForm says which part of an argument is the secret.
type SecretForm uint8

// The forms.
const (
	WholeSecret   SecretForm = iota // all of it
	AfterColon                      // user:password
	AfterComma                      // user,password
	AfterSlash                      // user/password@service
	AfterPercent                    // user%password
	HeaderSecret                    // a header of HTTP: "Authorization: Bearer ..."
	BodySecret                      // a form or JSON: password=...
	PassPrefix                      // openssl: pass:...
	BindingSecret                   // name=value, where the name decides
	AfterEquals                     // name=secret, whatever the name
	CookieSecret                    // cookies: session=...
)

// AnyOperand is the Operand of a row about each of them.
const AnyOperand = 1 << 10

// SecretArgument is a place in the arguments of programs that takes a secret.
type SecretArgument struct {
	// Programs are the names, blank-separated.
	Programs string
	// Sub are operands in a row that must be there: "config set".
	Sub string
	// Options take the secret as their value. "-p" takes the next word, "-p+"
	// the next word or the rest of its own, "-p!" the rest of its own only. Long
	// options take both.
	Options string
	// Operand is the operand behind Sub that is the secret, from one; -1 is the
	// last, AnyOperand each. At least Least operands must be there, and the first must contain one
	// of the words of Key, in lower case.
	Operand, Least int
	Key            string
	Form           SecretForm
	// Stores says that the program keeps the secret in a file.
	Stores bool
}

// SecretInputForm says what a program takes its standard input for.
type SecretInputForm uint8

// The forms.
const (
	InputSecret   SecretInputForm = iota // a password, first line first
	InputAccounts                        // lines user:password
	InputSettings                        // lines name=value
	InputLogin                           // a name, and the password on the second line
	InputSession                         // the dialogue of ftp: user NAME PASSWORD
)

// SecretInput is a program that reads secrets from its standard input.
type SecretInput struct {
	// Programs are the names, blank-separated.
	Programs string
	// Sub are operands in a row that must be there, and Options those of which
	// one must be there.
	Sub, Options string
	Form         SecretInputForm
}

// Input returns what a program reads from its standard input. Has reports
// whether it was called with operands in a row, and with an option.
func Input(program string, hasSub, hasOption func(string) bool) (SecretInputForm, bool) {
	for _, in := range secretInputs().of(program) {
		if in.Sub != "" && !hasSub(in.Sub) {
			continue
		}
		if in.Options == "" {
			return in.Form, true
		}
		for o := range strings.FieldsSeq(in.Options) {
			if hasOption(o) {
				return in.Form, true
			}
		}
	}
	for _, o := range [...]string{"--password-stdin", "--passwd-stdin", "--token-stdin", "--secret-stdin", "--passphrase-stdin", "--api-key-stdin", "--stdin-password", "--with-token"} {
		if hasOption(o) {
			return InputSecret, true
		}
	}
	return 0, false
}

var secretInputs = sync.OnceValue(func() programTable[SecretInput] {
	return newProgramTable(secretInputTable[:], func(in *SecretInput) string { return in.Programs })
})

var secretInputTable = [...]SecretInput{
	{Programs: "chpasswd newusers", Form: InputAccounts},
	{Programs: "passwd smbpasswd vncpasswd tigervncpasswd kinit cryptsetup pdbedit su mkpasswd argon2 keyring realm createuser kpasswd ldappasswd ecryptfs-add-passphrase"},
	{Programs: "sudo", Options: "-S --stdin"},
	{Programs: "pw", Options: "-h"},
	{Programs: "htpasswd", Options: "-i -ic -ci -niB -Bi -iB"},
	{Programs: "p4", Sub: "login"},
	{Programs: "mssql-conf", Sub: "set-sa-password"},
	{Programs: "elasticsearch-keystore opensearch-keystore logstash-keystore kibana-keystore", Sub: "add"},
	{Programs: "elasticsearch-reset-password elasticsearch-setup-passwords"},
	{Programs: "mysql_config_editor", Sub: "set"},
	{Programs: "caddy", Sub: "hash-password"},
	{Programs: "openssl", Sub: "passwd", Options: "-stdin"},
	{Programs: "gpg gpg2", Options: "--passphrase-fd"},
	{Programs: "ansible-vault", Sub: "encrypt_string"},
	{Programs: "az", Sub: "devops login"},
	{Programs: "wrangler", Sub: "secret put"},
	{Programs: "docker podman nerdctl buildah helm oras skopeo crane regctl cosign", Options: "--password-stdin"},
	{Programs: "docker podman", Sub: "secret create"},
	{Programs: "helm", Sub: "registry login"},
	{Programs: "gh glab", Options: "--with-token --stdin"},
	{Programs: "gh", Sub: "secret set"},
	{Programs: "cargo", Sub: "login"},
	{Programs: "vault bao", Sub: "login"},
	{Programs: "rclone", Sub: "obscure"},
	{Programs: "pass", Sub: "insert"},
	{Programs: "secret-tool", Sub: "store"},
	{Programs: "wg", Options: "private-key preshared-key"},
	{Programs: "wg", Sub: "pubkey"},
	{Programs: "rabbitmqctl", Sub: "add_user"},
	{Programs: "rabbitmqctl", Sub: "change_password"},
	{Programs: "jupyter", Sub: "password"},
	{Programs: "doveadm", Sub: "pw"},
	{Programs: "sshpass"},
	{Programs: "systemd-ask-password systemd-creds"},
	{Programs: "heroku", Sub: "auth:token"},
	{Programs: "snyk", Sub: "auth"},
	{Programs: "git", Sub: "credential approve", Form: InputSettings},
	{Programs: "git", Sub: "credential fill", Form: InputSettings},
	{Programs: "git", Sub: "credential-store store", Form: InputSettings},
	{Programs: "git", Sub: "credential-cache store", Form: InputSettings},
	{Programs: "git-credential-store git-credential-cache", Form: InputSettings},
	{Programs: "npm pnpm yarn", Sub: "login", Form: InputLogin},
	{Programs: "npm pnpm yarn", Sub: "adduser", Form: InputLogin},
	{Programs: "aws", Sub: "configure", Form: InputLogin},
	{Programs: "saslpasswd2 saslpasswd htdigest ipmipasswd fips-mode-setup"},
	{Programs: "openconnect", Options: "--passwd-on-stdin"},
	{Programs: "anydesk", Options: "--set-password"},
	{Programs: "databricks", Sub: "configure"},
	{Programs: "ngc", Sub: "config set"},
	{Programs: "wandb comet clearml-init", Sub: "login"},
	{Programs: "huggingface-cli hf", Sub: "login"},
	{Programs: "fly flyctl", Sub: "auth token"},
	{Programs: "rclone", Options: "--rc-pass-stdin"},
	{Programs: "expressvpn", Sub: "activate"},
	{Programs: "veracrypt", Options: "--stdin"},
	{Programs: "borg restic kopia duplicity", Sub: "init"},
	{Programs: "kopia", Sub: "repository create"},
	{Programs: "geth", Sub: "account import"},
	{Programs: "geth", Sub: "account new"},
	{Programs: "dsconf adcli", Options: "--stdin-password"},
	{Programs: "net", Sub: "ads join"},
	{Programs: "x11vnc", Options: "-storepasswd"},
	{Programs: "ftp lftp sftp ncftp tnftp", Form: InputSession},
}

// SecretArguments returns what is known of a program. It must not be changed.
func SecretArguments(program string) []*SecretArgument { return secretPrograms().of(program) }

var secretPrograms = sync.OnceValue(func() programTable[SecretArgument] {
	return newProgramTable(secretArguments[:], func(a *SecretArgument) string { return a.Programs })
})

var secretArguments = [...]SecretArgument{
	{Programs: "curl", Options: "-u+ --user -U+ --proxy-user", Form: AfterColon},
	{Programs: "curl", Options: "-H+ --header --proxy-header", Form: HeaderSecret},
	{Programs: "curl", Options: "--oauth2-bearer --pass --proxy-pass --tlspassword --proxy-tlspassword"},
	{Programs: "curl", Options: "-E+ --cert --proxy-cert", Form: AfterColon},
	{Programs: "curl", Options: "-b+ --cookie", Form: CookieSecret},
	{Programs: "curl", Options: "-d+ --data --data-raw --data-urlencode --data-binary --data-ascii --json -F --form --form-string", Form: BodySecret},
	{Programs: "wget", Options: "--password --http-password --http-passwd --ftp-password --proxy-password"},
	{Programs: "wget", Options: "--header", Form: HeaderSecret},
	{Programs: "wget", Options: "--post-data --body-data", Form: BodySecret},
	{Programs: "http https xh", Options: "-a --auth", Form: AfterColon},
	{Programs: "http https xh", Operand: AnyOperand, Form: HeaderSecret},
	{Programs: "http https xh", Operand: AnyOperand, Form: BindingSecret},
	{Programs: "ab hey", Options: "-A -a", Form: AfterColon},
	{Programs: "aria2c", Options: "--http-passwd --ftp-passwd"},
	{Programs: "aria2c", Options: "--header", Form: HeaderSecret},
	{Programs: "lftp open", Options: "-u", Form: AfterComma},
	{Programs: "ncftpget ncftpput ncftp", Options: "-p"},
	{Programs: "p4", Options: "-P+"},
	{Programs: "hub", Options: "-t"},
	{Programs: "svn", Options: "--password"},
	{Programs: "git", Sub: "config", Operand: 2, Key: "extraheader", Form: HeaderSecret, Stores: true},
	{Programs: "git", Options: "-c", Form: BindingSecret},
	{Programs: "npm pnpm yarn yarnpkg", Sub: "config set", Operand: 2, Key: "_authtoken _auth _password npmauthtoken npmauthident", Stores: true},
	{Programs: "npm pnpm", Sub: "set", Operand: 2, Key: "_authtoken _auth _password", Stores: true},
	{Programs: "npm pnpm yarn yarnpkg", Sub: "config set", Operand: 1, Form: BindingSecret, Stores: true},
	{Programs: "npm pnpm", Sub: "set", Operand: 1, Form: BindingSecret, Stores: true},
	{Programs: "npm-cli-login npm-cli-adduser", Options: "-p --password", Stores: true},
	{Programs: "npm pnpm yarn", Sub: "login", Options: "-p --password", Stores: true},
	{Programs: "poetry", Sub: "config", Operand: 3, Least: 3, Key: "http-basic.", Stores: true},
	{Programs: "poetry", Sub: "config", Operand: 2, Key: "pypi-token.", Stores: true},
	{Programs: "poetry", Sub: "publish", Options: "-p --password"},
	{Programs: "pdm", Sub: "config", Operand: 2, Key: "password token", Stores: true},
	{Programs: "pdm", Sub: "publish", Options: "-P --password"},
	{Programs: "twine", Options: "-p --password"},
	{Programs: "uv", Sub: "publish", Options: "-p --password -t --token"},
	{Programs: "hatch", Sub: "publish", Options: "-a --auth"},
	{Programs: "conda anaconda", Options: "-t --token --password"},
	{Programs: "bundle bundler", Sub: "config set", Operand: 2, Least: 2, Key: ". __", Form: AfterColon, Stores: true},
	{Programs: "bundle bundler", Sub: "config", Operand: 2, Least: 2, Key: ". __", Form: AfterColon, Stores: true},
	{Programs: "composer composer.phar", Sub: "config", Operand: 3, Least: 3, Key: "http-basic. bitbucket-oauth.", Stores: true},
	{Programs: "composer composer.phar", Sub: "config", Operand: 2, Least: 2, Key: "github-oauth. gitlab-token. gitlab-oauth. bearer.", Stores: true},
	{Programs: "nuget", Options: "-Password -password -ApiKey -apikey", Stores: true},
	{Programs: "nuget", Sub: "setapikey", Operand: 1, Stores: true},
	{Programs: "nuget", Sub: "setApiKey", Operand: 1, Stores: true},
	{Programs: "dotnet", Sub: "nuget add source", Options: "-p --password", Stores: true},
	{Programs: "dotnet", Sub: "nuget update source", Options: "-p --password", Stores: true},
	{Programs: "dotnet", Sub: "dev-certs https", Options: "-p --password", Stores: true},
	{Programs: "dotnet", Sub: "nuget push", Options: "-k --api-key"},
	{Programs: "cargo", Sub: "login", Operand: 1, Stores: true},
	{Programs: "cargo", Options: "--token"},
	{Programs: "gem", Options: "--key-value --otp"},
	{Programs: "gem", Sub: "push", Options: "-k --key"},
	{Programs: "mix", Options: "--key --auth-key", Stores: true},
	{Programs: "dart flutter", Sub: "pub login", Operand: 1, Stores: true},
	{Programs: "luarocks", Options: "--api-key"},
	{Programs: "vsce ovsx", Options: "-p --pat"},
	{Programs: "vsce", Sub: "login", Operand: 2, Least: 2, Stores: true},
	{Programs: "pod", Sub: "trunk", Options: "--token"},
	{Programs: "docker podman nerdctl buildah helm oras skopeo crane regctl img acr", Sub: "login", Options: "-p+ --password", Stores: true},
	{Programs: "helm", Options: "--password"},
	{Programs: "helm", Options: "--set --set-string", Form: BindingSecret},
	{Programs: "skopeo podman buildah", Options: "--creds --src-creds --dest-creds", Form: AfterColon},
	{Programs: "skopeo podman buildah", Options: "--registry-token"},
	{Programs: "aws", Sub: "configure set", Operand: 2, Key: "secret_access_key access_key_id session_token", Stores: true},
	{Programs: "az", Sub: "login", Options: "-p --password --client-secret", Stores: true},
	{Programs: "az", Options: "--account-key --sas-token --connection-string --admin-password"},
	{Programs: "gcloud", Options: "--password"},
	{Programs: "doctl", Options: "-t --access-token", Stores: true},
	{Programs: "ibmcloud bx", Options: "--apikey"},
	{Programs: "ibmcloud bx", Sub: "login", Options: "-p"},
	{Programs: "oc", Sub: "login", Options: "--token -p --password", Stores: true},
	{Programs: "kubectl", Sub: "config set-credentials", Options: "--token --password", Stores: true},
	{Programs: "kubectl", Options: "--token --password --docker-password"},
	{Programs: "kubectl", Options: "--from-literal", Form: BindingSecret},
	{Programs: "cf", Sub: "login", Options: "-p"},
	{Programs: "cf", Sub: "auth", Operand: 2, Least: 2},
	{Programs: "flyctl vercel netlify firebase railway surge wrangler", Options: "-t"}, // of Concourse's fly it is the target
	{Programs: "heroku fly flyctl vercel netlify firebase railway surge wrangler", Options: "--token --auth --access-token"},
	{Programs: "sentry-cli", Options: "--auth-token --api-key"},
	{Programs: "glab", Sub: "auth login", Options: "-t --token", Stores: true},
	{Programs: "snyk", Sub: "auth", Operand: 1, Stores: true},
	{Programs: "vault", Sub: "login", Operand: -1, Stores: true},
	{Programs: "vault", Sub: "unwrap", Operand: 1},
	{Programs: "vault bao", Options: "-dev-root-token-id --dev-root-token-id"},
	{Programs: "vault bao", Sub: "write", Operand: AnyOperand, Key: "secret_id=", Form: AfterEquals},
	{Programs: "aws", Sub: "ssm put-parameter", Options: "--value"},
	{Programs: "aws", Options: "--secret-string --master-user-password --auth-token --secret-access-key"},
	{Programs: "ansible-vault", Sub: "encrypt_string", Operand: 1},
	{Programs: "rclone", Sub: "obscure", Operand: 1},
	{Programs: "rclone", Options: "--rc-pass --s3-secret-access-key --password"},
	{Programs: "etcdctl", Options: "--user", Form: AfterColon},
	{Programs: "rancher2 rancher", Options: "-t --token", Stores: true},
	{Programs: "circleci", Sub: "setup", Options: "--token", Stores: true},
	{Programs: "buildkite-agent", Options: "--token"},
	{Programs: "nomad consul", Options: "-http-auth", Form: AfterColon},
	{Programs: "ttyd", Options: "-c+ --credential", Form: AfterColon},
	{Programs: "gotty", Options: "-c --credential", Form: AfterColon},
	{Programs: "restic borg", Options: "--password --passphrase"},
	{Programs: "newrelic", Options: "--apiKey --licenseKey", Stores: true},
	{Programs: "datadog-ci dog", Options: "--api-key --app-key"},
	{Programs: "keyctl", Sub: "add user", Operand: 2, Least: 2},
	{Programs: "vault", Sub: "operator unseal", Operand: 1},
	{Programs: "vault consul nomad", Options: "-token --token"},
	{Programs: "terraform tofu terragrunt packer", Options: "-var --var", Form: BindingSecret},
	{Programs: "ansible ansible-playbook", Options: "-e --extra-vars", Form: BindingSecret},
	{Programs: "mc", Sub: "alias set", Operand: 4, Least: 4, Stores: true},
	{Programs: "mc", Sub: "config host add", Operand: 4, Least: 4, Stores: true},
	{Programs: "s3cmd", Options: "--secret_key --access_token"},
	{Programs: "wandb", Sub: "login", Operand: 1, Stores: true},
	{Programs: "huggingface-cli hf", Options: "--token", Stores: true},
	{Programs: "databricks", Options: "--token"},
	{Programs: "ngrok", Sub: "authtoken", Operand: 1, Stores: true},
	{Programs: "ngrok", Sub: "config add-authtoken", Operand: 1, Stores: true},
	{Programs: "tailscale", Options: "--authkey --auth-key"},
	{Programs: "cloudflared", Sub: "service install", Operand: 1},
	{Programs: "cloudflared kubeadm k3s gitlab-runner config.sh", Options: "--token --registration-token --agent-token"},
	{Programs: "codecov codecovcli coveralls", Options: "-t --token"},
	{Programs: "subscription-manager", Options: "--password"},
	{Programs: "SUSEConnect", Options: "-r --regcode"},
	{Programs: "pro ua", Sub: "attach", Operand: 1},
	{Programs: "mysql mysqladmin mysqldump mysqlimport mysqlcheck mysqlsh mysql_upgrade mariadb mariadb-admin mariadb-dump", Options: "-p! --password="},
	{Programs: "mysqladmin mariadb-admin", Sub: "password", Operand: 1},
	{Programs: "mongo mongosh mongodump mongorestore mongoimport mongoexport mongostat mongotop mongofiles", Options: "-p+ --password"},
	{Programs: "cqlsh ycqlsh dsbulk cypher-shell", Options: "-p --password"},
	{Programs: "nodetool sstableloader", Options: "-pw --password"}, // -p is the port
	{Programs: "isql osql tsql", Options: "-P+"},
	{Programs: "gsec isql-fb", Options: "-password -pa -pw"},
	{Programs: "dropuser createuser pg_basebackup vacuumdb", Options: "--password="},
	{Programs: "db2", Sub: "using", Operand: 1},
	{Programs: "pgbench", Options: "--password="},
	{Programs: "arangosh arangoimport", Options: "--server.password"},
	{Programs: "cockroach", Options: "--password"},
	{Programs: "elasticsearch-users", Sub: "useradd", Options: "-p"},
	{Programs: "elasticsearch-users", Sub: "passwd", Options: "-p"},
	{Programs: "couchbase-cli", Options: "-p --password --cluster-password"},
	{Programs: "kadmin kadmin.local", Options: "-w"},
	{Programs: "net", Options: "-U+", Form: AfterPercent},
	{Programs: "redis-cli valkey-cli", Options: "-a --pass"},
	{Programs: "redis-server valkey-server", Options: "--requirepass --masterauth"},
	{Programs: "sqlcmd bcp", Options: "-P+"},
	{Programs: "sqlplus sqlldr impdp expdp", Operand: 1, Form: AfterSlash},
	{Programs: "clickhouse-client clickhouse influx", Options: "--password -password --token"},
	{Programs: "influx", Options: "-t"},
	{Programs: "influx", Sub: "user create", Options: "-p"},
	{Programs: "influx", Sub: "user password", Options: "-p"},
	{Programs: "redis-cli valkey-cli", Sub: "AUTH", Operand: -1},
	{Programs: "redis-cli valkey-cli", Sub: "auth", Operand: -1},
	{Programs: "rabbitmqctl", Sub: "add_user", Operand: 2, Least: 2},
	{Programs: "rabbitmqctl", Sub: "change_password", Operand: 2, Least: 2},
	{Programs: "rabbitmqadmin", Options: "-p --password"},
	{Programs: "ldapsearch ldapadd ldapmodify ldapdelete ldappasswd ldapwhoami", Options: "-w+"},
	{Programs: "ldappasswd", Options: "-s+ -a+"},
	{Programs: "slappasswd", Options: "-s"},
	{Programs: "sshpass", Options: "-p+"},
	{Programs: "useradd usermod", Options: "-p --password"},
	{Programs: "htpasswd mosquitto_passwd", Operand: -1, Least: 2}, //nolint:misspell // the name of a program
	{Programs: "openssl", Options: "-passin -passout -pass -passwd", Form: PassPrefix},
	{Programs: "openssl", Sub: "passwd", Operand: -1},
	{Programs: "openssl", Options: "-k -K"},
	{Programs: "signtool", Options: "/p"},
	{Programs: "osslsigncode", Options: "-pass"},
	{Programs: "codesign productsign security", Options: "-P -p"},
	{Programs: "security", Sub: "set-key-partition-list", Options: "-k"}, // of import it is the keychain
	{Programs: "pdftk", Sub: "user_pw", Operand: 1},
	{Programs: "pdftk", Sub: "owner_pw", Operand: 1},
	{Programs: "pdftk", Sub: "input_pw", Operand: 1},
	{Programs: "qpdf", Options: "--encrypt"},
	{Programs: "unrar rar", Options: "-p! -hp!"},
	{Programs: "mkpasswd", Operand: 1},
	{Programs: "cmdkey", Options: "/pass:"},
	{Programs: "tigervncpasswd vncpasswd", Operand: 1},
	{Programs: "doveadm", Sub: "pw", Options: "-p"},
	{Programs: "conan", Sub: "user", Options: "-p+ --password", Stores: true},
	{Programs: "conan", Sub: "remote login", Options: "-p+ --password", Stores: true},
	{Programs: "choco", Options: "-p= --password -k= --api-key"},
	{Programs: "add-user.sh add-user-keycloak.sh jboss-add-user", Operand: 2, Least: 2},
	{Programs: "rclone", Sub: "key", Operand: 1},
	{Programs: "rclone", Sub: "pass", Operand: 1},
	{Programs: "rclone", Sub: "secret_access_key", Operand: 1},
	{Programs: "rclone", Sub: "client_secret", Operand: 1},
	{Programs: "snmpwalk snmpget snmpset snmpbulkwalk net-snmp-create-v3-user", Options: "-A -X"},
	{Programs: "ipmitool", Options: "-P"},
	{Programs: "wpa_passphrase", Operand: 2, Least: 2},
	{Programs: "nmcli", Sub: "password", Operand: 1},
	{Programs: "asadmin", Options: "--passwordvalue"},
	{Programs: "ssh-keygen", Options: "-N+"},
	{Programs: "samba-tool", Sub: "user create", Operand: 2, Least: 2},
	{Programs: "samba-tool", Sub: "user add", Operand: 2, Least: 2},
	{Programs: "gpg gpg2", Options: "--passphrase"},
	{Programs: "zip unzip", Options: "-P+"},
	{Programs: "7z 7za 7zr", Options: "-p!"},
	{Programs: "keytool jarsigner apksigner", Options: "-storepass -keypass -srcstorepass -deststorepass -srckeypass -destkeypass --ks-pass"},
	{Programs: "x11vnc", Options: "-passwd -storepasswd"},
	{Programs: "smbclient rpcclient", Options: "-U+ --user", Form: AfterPercent},
	{Programs: "grafana-cli grafana", Sub: "admin reset-admin-password", Operand: 1},
	{Programs: "wp", Options: "--dbpass --admin_password --user_pass"},
	{Programs: "drush", Options: "--account-pass --db-su-pw"},
	{Programs: "airflow", Sub: "users create", Options: "-p"}, // of webserver it is the port
	{Programs: "airflow", Sub: "create_user", Options: "-p"},
	{Programs: "airflow superset", Options: "--password"},
	{Programs: "add-user.sh add-user-keycloak.sh kcadm.sh", Options: "-p --password"},
	{Programs: "caddy", Sub: "hash-password", Options: "--plaintext -p"},
	// Databases, brokers, search.
	{Programs: "nats-server gnatsd nats nsc", Options: "--auth -auth --pass --creds-secret"},
	{Programs: "hash.sh securityadmin.sh", Options: "-p -kspass -tspass -keypass"},
	{Programs: "mosquitto_pub mosquitto_sub mosquitto_rr mosquitto_ctrl mqttx", Options: "-P+"}, //nolint:misspell // the name of a program
	{Programs: "influxd influx", Sub: "setup", Options: "-p -t"},
	{Programs: "mongosqld mongot mongocli atlas", Options: "-p --privateKey"},
	{Programs: "ksql ksqldb-cli", Options: "-p --password"},
	{Programs: "beeline", Options: "-p --password"},
	{Programs: "taos taosdump", Options: "-p!"},
	{Programs: "disql dexp dimp", Operand: 1, Form: AfterSlash},
	{Programs: "nzsql", Options: "-pw"},
	{Programs: "vsql", Options: "-w"}, // -p is the port
	{Programs: "exaplus hdbsql", Options: "-p"},
	{Programs: "pgloader", Options: "--password"},
	{Programs: "ora2pg", Options: "-w --password"},
	{Programs: "solr", Options: "-credentials --credentials", Form: AfterColon},
	{Programs: "rabbitmqctl", Sub: "authenticate_user", Operand: 2, Least: 2},
	{Programs: "artemis", Sub: "create", Options: "--password"},
	// Clouds, storage, backup.
	{Programs: "ossutil ossutil64", Options: "-k --access-key-secret", Stores: true},
	{Programs: "obsutil", Options: "-k! -k="},
	{Programs: "coscmd coscli", Options: "-s --secret_key --secret-key", Stores: true},
	{Programs: "swift", Options: "-K --key"},
	{Programs: "b2", Sub: "authorize-account", Operand: 2, Least: 2, Stores: true},
	{Programs: "b2", Sub: "account authorize", Operand: 2, Least: 2, Stores: true},
	{Programs: "yc", Sub: "config set token", Operand: 1, Stores: true},
	{Programs: "gsutil", Sub: "config", Options: "-o", Form: BindingSecret},
	{Programs: "s3fs", Options: "-o", Form: BindingSecret},
	{Programs: "mount mount.cifs", Options: "-o", Form: BindingSecret},
	{Programs: "hcloud", Options: "--token"},
	{Programs: "duplicacy", Options: "-storage-password"},
	{Programs: "tarsnap-keygen", Options: "--passphrase"},
	{Programs: "barman-cloud-backup pgbackrest", Options: "--repo1-s3-key-secret --repo1-cipher-pass"},
	{Programs: "age-plugin-yubikey", Options: "--pin"},
	// Deployment, secret stores, code hosting.
	{Programs: "gh", Sub: "secret set", Options: "-b --body"},
	{Programs: "gh", Sub: "variable set", Options: "--secret-body"},
	{Programs: "prefect", Sub: "cloud login", Options: "-k --key", Stores: true},
	{Programs: "bw", Sub: "login", Operand: 2, Least: 2},
	{Programs: "bw", Sub: "unlock", Operand: 1},
	{Programs: "lpass", Sub: "login", Operand: 2, Least: 2},
	{Programs: "op", Sub: "signin", Options: "--secret-key"},
	{Programs: "chamber", Sub: "write", Operand: 3, Least: 3},
	{Programs: "credstash", Sub: "put", Operand: 2, Least: 2},
	{Programs: "fly flyctl", Sub: "secrets set", Operand: AnyOperand, Form: BindingSecret},
	{Programs: "heroku", Sub: "config:set", Operand: AnyOperand, Form: BindingSecret},
	{Programs: "docker", Sub: "swarm join", Options: "--token"},
	{Programs: "rancher-agent rke2 k3s", Options: "--token"},
	{Programs: "java", Options: "-auth", Form: AfterColon},
	{Programs: "jenkins-cli", Options: "-auth", Form: AfterColon},
	{Programs: "jenkins-jobs", Options: "-p --password"},
	{Programs: "bamboo-agent drone woodpecker-cli woodpecker", Options: "-t --token"},
	{Programs: "octo octopus Tentacle.exe", Options: "--apiKey --apikey"},
	{Programs: "pulumi", Sub: "config set", Operand: 2, Least: 2, Key: "password secret token apikey api_key", Stores: true},
	{Programs: "arc", Sub: "set-token", Operand: 1},
	{Programs: "stripe", Sub: "login", Options: "--api-key"},
	{Programs: "supabase", Sub: "login", Options: "--token"},
	{Programs: "eas expo", Sub: "login", Options: "-p --password"},
	{Programs: "altool notarytool stapler", Options: "-p --password"},
	// Mail, directory, VPN, remote desktop.
	{Programs: "swaks", Options: "-ap --auth-password"},
	{Programs: "sendemail sendEmail", Options: "-xp"},
	{Programs: "smtp-cli", Options: "--pass"},
	{Programs: "imapsync", Options: "--password1 --password2"},
	{Programs: "ipa-client-install ipa-replica-install", Options: "-w"},
	{Programs: "ipa-server-install", Options: "-p -a --ds-password --admin-password"},
	{Programs: "ipa", Options: "--password"},
	{Programs: "dsconf dsctl dsidm", Options: "-w"},
	{Programs: "ldapmodrdn ldapcompare ldapexop ldapvi", Options: "-w+"},
	{Programs: "dsmod dsadd", Options: "-pwd"},
	{Programs: "adcli", Options: "--one-time-password"},
	{Programs: "smbpasswd", Options: "-w"},
	{Programs: "vpncmd", Options: "/PASSWORD: /password: /ADMINPASSWORD:"},
	{Programs: "openvpn3", Options: "--password"},
	{Programs: "netbird", Options: "-k --setup-key"},
	{Programs: "zerotier-cli", Options: "-T!"},
	{Programs: "xfreerdp xfreerdp3 wlfreerdp mstsc", Options: "/p: /gp:"},
	{Programs: "rdesktop", Options: "-p"},
	{Programs: "teamviewer", Sub: "passwd", Operand: 1},
	{Programs: "plink pscp psftp putty", Options: "-pw"},
	{Programs: "x11vnc x0vncserver vncconnect", Options: "-passwd -unixpw"},
	{Programs: "winexe wmic psexec PsExec.exe paexec", Options: "-p /password: /p:"},
	{Programs: "runas schtasks", Options: "/RP /rp /p"},
	{Programs: "certutil", Options: "-p"},
	{Programs: "evil-winrm crackmapexec nxc", Options: "-p"},
	// Monitoring, licences.
	{Programs: "agent-auth", Options: "-P"},
	{Programs: "setup_agent.sh", Options: "-a"},
	{Programs: "buildevents", Options: "-k --apikey"},
	{Programs: "logdna-agent", Options: "-k"},
	{Programs: "splunk", Options: "-auth", Form: AfterColon},
	{Programs: "splunk", Options: "-password --seed-passwd"},
	{Programs: "icingacli icinga2", Options: "--ticket"},
	{Programs: "check_mysql check_pgsql", Options: "-p --password"},
	{Programs: "grbgetkey", Operand: 1},
	{Programs: "unity-editor Unity unity", Options: "-serial -password"},
	{Programs: "matlab activate_matlab.sh", Options: "-activationKey -fileInstallationKey"},
	{Programs: "subscription-manager rhc", Options: "--activationkey --activation-key"},
	{Programs: "mathematica wolframscript", Options: "-activate"},
	// Chat, games, chains.
	{Programs: "mumble-server murmurd murmur", Options: "-supw"},
	{Programs: "register_new_matrix_user", Options: "-p -k --shared-secret"},
	{Programs: "ejabberdctl prosodyctl", Sub: "register", Operand: 3, Least: 3},
	{Programs: "kamctl", Sub: "add", Operand: 2, Least: 2},
	{Programs: "erl iex elixir rabbitmq-server werl", Options: "--cookie -setcookie"},
	{Programs: "steamcmd steamcmd.sh", Sub: "+login", Operand: 2, Least: 2},
	{Programs: "mcrcon rcon rcon-cli", Options: "-p --password"},
	{Programs: "TerrariaServer", Options: "-pass -password"},
	{Programs: "subkey", Options: "--suri"},
	{Programs: "cast forge", Options: "--private-key --password"},
	{Programs: "monero-wallet-cli monero-wallet-rpc", Options: "--password --rpc-login"},
	// Content management, business intelligence, machine learning.
	{Programs: "odoo odoo-bin", Options: "-w --db_password"},
	{Programs: "tabcmd tsm", Options: "-p --password"},
	{Programs: "kaggle ngc comet", Options: "--api-key"},
	{Programs: "clearml-agent", Options: "--api-secret"},
	{Programs: "occ", Options: "--admin-pass --database-pass"},
	{Programs: "crudini", Operand: -1, Least: 4},
}
