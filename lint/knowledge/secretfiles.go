package knowledge

import (
	"path"
	"strings"
	"sync"
)

// FileClass says what the name of a file tells about secrets in it.
type FileClass uint8

// The classes.
const (
	// FileOther tells nothing.
	FileOther FileClass = iota
	// FileSecret is a secret by its name.
	FileSecret
	// FileKey is one if it holds a private key.
	FileKey
	// FileStore is a container of private keys that only programs read.
	FileStore
	// FileSettings is one if there is a password or token among its settings.
	FileSettings
	// FileClean is not one by its name: a template, a public key.
	FileClean
)

// SecretFile is what is known of a file by its name.
type SecretFile struct {
	Class FileClass
	// What names it for people: "a private SSH key".
	What string
	// Ignore is the entry for .dockerignore.
	Ignore string
}

// ClassifyFile judges the slash-separated path of a file.
func ClassifyFile(name string) SecretFile {
	base := strings.ToLower(path.Base(name))
	dir := strings.ToLower(path.Base(path.Dir(name)))
	if isTemplateFile(base) || isTestPath(name) {
		return SecretFile{Class: FileClean}
	}
	if base == ".env" || strings.HasPrefix(base, ".env.") {
		return SecretFile{FileSettings, "a file of environment variables", "**/" + path.Base(name)}
	}
	switch dir + "/" + base {
	case ".aws/credentials":
		return SecretFile{FileSecret, "the credentials of an AWS account", "**/.aws"}
	case ".kube/config":
		return SecretFile{FileSecret, "the credentials of a cluster", "**/.kube"}
	case ".docker/config.json":
		return SecretFile{FileSettings, "the settings of docker", "**/.docker/config.json"}
	case ".cargo/credentials":
		return SecretFile{FileSecret, "the token of a crate registry", "**/.cargo/credentials"}
	case ".oci/config", ".config/hub":
		return SecretFile{FileSettings, "the credentials of a cloud account", "**/" + dir}
	}
	if f, ok := secretBases()[base]; ok {
		return f
	}
	return classifyExtension(name, base, dir)
}

func classifyExtension(name, base, dir string) SecretFile {
	ext := path.Ext(base)
	switch ext {
	case ".pem", ".asc", ".der":
		return SecretFile{FileKey, "a private key", "**/*" + ext}
	case ".key":
		if dir == "credentials" {
			return SecretFile{FileSecret, "the key of encrypted credentials", "**/*.key"}
		}
		return SecretFile{FileKey, "a private key", "**/*.key"}
	case ".p12", ".pfx", ".jks", ".keystore", ".p8", ".kdbx", ".bcfks":
		if strings.Contains(base, "trust") || strings.Contains(base, "cacert") {
			return SecretFile{Class: FileClean}
		}
		if ext == ".p8" {
			return SecretFile{FileKey, "a private key", "**/*.p8"}
		}
		return SecretFile{FileStore, "a store of private keys", "**/*" + ext}
	case ".ppk":
		return SecretFile{FileSecret, "a private SSH key", "**/*.ppk"}
	case ".ovpn":
		return SecretFile{FileKey, "a profile with a private key", "**/*.ovpn"}
	case ".tfstate":
		return SecretFile{FileSettings, "the state of an infrastructure", "**/*.tfstate"}
	case ".tfvars":
		return SecretFile{FileSettings, "settings of an infrastructure", "**/*.tfvars"}
	case ".keytab":
		return SecretFile{FileStore, "keys of Kerberos", "**/*.keytab"}
	case ".json":
		if strings.Contains(base, "service-account") || strings.Contains(base, "service_account") || strings.Contains(base, "serviceaccount") ||
			strings.Contains(base, "gcp-key") || strings.Contains(base, "gcloud-") || strings.Contains(base, "firebase-adminsdk") {
			return SecretFile{FileKey, "the key of a service account", "**/" + path.Base(name)}
		}
	}
	if dir == ".gnupg" || dir == "private-keys-v1.d" {
		return SecretFile{FileStore, "a private PGP key", "**/.gnupg"}
	}
	return SecretFile{}
}

// isTemplateFile knows the names under which examples are kept.
func isTemplateFile(base string) bool {
	switch path.Ext(base) {
	case ".example", ".sample", ".dist", ".template", ".tpl", ".tmpl", ".pub", ".md", ".defaults", ".schema", ".j2", ".erb", ".in", ".enc", ".gpg", ".age", ".vault":
		return base != "secring.gpg"
	}
	switch path.Ext(base) {
	case ".key", ".pem", ".p12", ".pfx", ".jks", ".keystore", ".ppk", ".p8":
		// Elsewhere it is part of a host's name, and what is in the file decides.
		return strings.HasPrefix(base, "example.") || strings.HasPrefix(base, "sample.")
	}
	for _, part := range [...]string{".example.", ".sample.", ".template.", "-example.", "-sample.", "example.env", ".env-example", ".env-sample", ".env-dist"} {
		if strings.Contains(base, part) {
			return true
		}
	}
	return strings.HasPrefix(base, "example.") || strings.HasPrefix(base, "sample.")
}

// isTestPath reports whether a file belongs to tests, to examples or to
// somebody else's package.
func isTestPath(name string) bool {
	for part := range strings.SplitSeq(path.Dir(strings.ToLower(name)), "/") {
		switch part {
		case "test", "tests", "testdata", "__tests__", "spec", "specs", "fixture", "fixtures", "mock", "mocks", "e2e",
			"node_modules", "vendor", "site-packages", "third_party", "examples":
			return true
		}
	}
	return false
}

// secretBases are the files whose whole name tells.
var secretBases = sync.OnceValue(func() map[string]SecretFile {
	return map[string]SecretFile{
		".netrc":                               {FileSecret, "passwords for servers", "**/.netrc"},
		"_netrc":                               {FileSecret, "passwords for servers", "**/_netrc"},
		".git-credentials":                     {FileSecret, "passwords for git", "**/.git-credentials"},
		".vault-token":                         {FileSecret, "a token of Vault", "**/.vault-token"},
		".vault_pass":                          {FileSecret, "the password of an Ansible vault", "**/.vault_pass"},
		".vault-pass":                          {FileSecret, "the password of an Ansible vault", "**/.vault-pass"},
		".vault_password":                      {FileSecret, "the password of an Ansible vault", "**/.vault_password"},
		".vault_pass.txt":                      {FileSecret, "the password of an Ansible vault", "**/.vault_pass.txt"},
		"vault_pass.txt":                       {FileSecret, "the password of an Ansible vault", "**/vault_pass.txt"},
		"vault-pass.txt":                       {FileSecret, "the password of an Ansible vault", "**/vault-pass.txt"},
		"vault_password.txt":                   {FileSecret, "the password of an Ansible vault", "**/vault_password.txt"},
		"vault-password.txt":                   {FileSecret, "the password of an Ansible vault", "**/vault-password.txt"},
		".pgpass":                              {FileSecret, "passwords for PostgreSQL", "**/.pgpass"},
		"id_rsa":                               {FileSecret, "a private SSH key", "**/id_rsa"},
		"id_dsa":                               {FileSecret, "a private SSH key", "**/id_dsa"},
		"id_ecdsa":                             {FileSecret, "a private SSH key", "**/id_ecdsa"},
		"id_ed25519":                           {FileSecret, "a private SSH key", "**/id_ed25519"},
		"id_github":                            {FileSecret, "a private SSH key", "**/id_github"},
		"id_deploy":                            {FileSecret, "a private SSH key", "**/id_deploy"},
		"deploy_key":                           {FileSecret, "a private SSH key", "**/deploy_key"},
		"secring.gpg":                          {FileSecret, "private PGP keys", "**/secring.gpg"},
		"kubeconfig":                           {FileSecret, "the credentials of a cluster", "**/kubeconfig"},
		"master.key":                           {FileSecret, "the key of encrypted credentials", "**/master.key"},
		".dockercfg":                           {FileSecret, "passwords for registries", "**/.dockercfg"},
		".s3cfg":                               {FileSecret, "the credentials of a cloud account", "**/.s3cfg"},
		".htpasswd":                            {FileSecret, "password hashes", "**/.htpasswd"},
		".pypirc":                              {FileSettings, "the settings of a package index", "**/.pypirc"},
		".npmrc":                               {FileSettings, "the settings of npm", "**/.npmrc"},
		".yarnrc":                              {FileSettings, "the settings of yarn", "**/.yarnrc"},
		".yarnrc.yml":                          {FileSettings, "the settings of yarn", "**/.yarnrc.yml"},
		"pip.conf":                             {FileSettings, "the settings of pip", "**/pip.conf"},
		".pip.conf":                            {FileSettings, "the settings of pip", "**/.pip.conf"},
		"auth.json":                            {FileSettings, "the credentials of composer", "**/auth.json"},
		"nuget.config":                         {FileSettings, "the settings of NuGet", "**/NuGet.Config"},
		"settings.xml":                         {FileSettings, "the settings of Maven", "**/settings.xml"},
		"gradle.properties":                    {FileSettings, "the settings of Gradle", "**/gradle.properties"},
		".my.cnf":                              {FileSettings, "the settings of MySQL", "**/.my.cnf"},
		".boto":                                {FileSettings, "the credentials of a cloud account", "**/.boto"},
		".terraformrc":                         {FileSettings, "the settings of Terraform", "**/.terraformrc"},
		"credentials.toml":                     {FileSettings, "the token of a registry", "**/credentials.toml"},
		"credentials.json":                     {FileSettings, "credentials", "**/credentials.json"},
		"credentials":                          {FileSettings, "credentials", "**/credentials"},
		"secrets.yml":                          {FileSettings, "secrets", "**/secrets.yml"},
		"secrets.yaml":                         {FileSettings, "secrets", "**/secrets.yaml"},
		"secrets.json":                         {FileSettings, "secrets", "**/secrets.json"},
		"secrets.toml":                         {FileSettings, "secrets", "**/secrets.toml"},
		"secrets.env":                          {FileSettings, "secrets", "**/secrets.env"},
		"local_settings.py":                    {FileSettings, "local settings", "**/local_settings.py"},
		"terraform.tfstate.backup":             {FileSettings, "the state of an infrastructure", "**/*.tfstate.*"},
		"application_default_credentials.json": {FileSecret, "the credentials of a cloud account", "**/application_default_credentials.json"},
		"access_tokens.db":                     {FileSecret, "the credentials of a cloud account", "**/access_tokens.db"},
	}
})
