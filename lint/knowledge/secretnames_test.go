package knowledge_test

import (
	"strings"
	"testing"

	"github.com/dlint/dlint/lint/knowledge"
)

func TestClassifyName(t *testing.T) {
	t.Parallel()
	tests := map[knowledge.NameClass]string{
		knowledge.NameSecret: `DB_PASS dbPassword DBPassword MYSQL_ROOT_PASSWORD PGPASSWORD SECRET_KEY_BASE DJANGO_SECRET_KEY
			JWT_SECRET AWS_SECRET_ACCESS_KEY NPM_TOKEN GH_PAT MYSQL_PWD ORACLE_PWD GPG_PASSPHRASE api-key apiKey APIKEY API_KEY
			private-key SSH_PRIVATE_KEY clientSecret client_secret CLIENT_SECRET RAILS_MASTER_KEY APP_KEY GITHUB_TOKEN
			githubToken GITHUBTOKEN AUTH_TOKEN ACCESS_TOKEN REFRESH_TOKEN SONAR_TOKEN PASSWORD PASSWD SECRET TOKEN
			REDIS_PASSWORD RABBITMQ_DEFAULT_PASS POSTGRES_PASSWORD SA_PASSWORD MSSQL_SA_PASSWORD LDAP_ROOTPASS SSHPASS
			PG_PSWD MYSQL_PSWD cfconfig_adminPassword KEYSTORE_PASSWORD KEY_STORE_PASSWORD storePass ENCRYPTION_KEY N8N_ENCRYPTION_KEY
			AIRFLOW__CORE__FERNET_KEY ERLANG_COOKIE AWS_SESSION_TOKEN PASSWORD_ADMIN DB_PASSWORD_1 API_KEY_PROD VAULT_TOKEN
			DOCKER_AUTH_CONFIG NPM_CONFIG__AUTH npm_config__authToken BUNDLE_GEMS__EXAMPLE__COM TF_TOKEN_app_example_com
			OPENAI_API_KEY STRIPE_SECRET_KEY SLACK_BOT_TOKEN TWILIO_AUTH_TOKEN DD_API_KEY LICENSE_KEY REDISCLI_AUTH BASIC_AUTH
			ADMIN_CREDENTIALS oauth2token WEBHOOK_SECRET COOKIE_SECRET SESSION_SECRET POETRY_HTTP_BASIC_X_PASSWORD
			CARGO_REGISTRIES_X_TOKEN UV_INDEX_X_PASSWORD AZURE_CLIENT_SECRET AZP_TOKEN MINIO_SECRET_KEY MINIO_ROOT_PASSWORD
			NEO4J_AUTH COMPOSER_AUTH SSH_KEY DEPLOY_KEY ACCOUNT_KEY MEILI_MASTER_KEY JWT_SIGNATURE_KEY ADMIN_PASSWORD_HASH
			USERPASS NEXT_PUBLIC_ADMIN_PASSWORD spring.datasource.password`,
		knowledge.NameOther: `tokenizer_path TOKENIZER KEYCLOAK_HOST MONKEY SECRET_NAME TOKEN_TTL AUTH_METHOD AUTH_TYPE AUTHOR
			AUTHORS SSH_AUTH_SOCK KEYBOARD KEYSERVER ALLOW_EMPTY_PASSWORD MYSQL_ALLOW_EMPTY_PASSWORD MYSQL_RANDOM_ROOT_PASSWORD
			PRIMARY_KEY PWD OLDPWD PASSWORD_MIN_LENGTH MAX_TOKENS PASSWORD_AUTHENTICATION PASSWORD_LOGIN
			ANSIBLE_HOST_KEY_CHECKING POSTGRES_HOST_AUTH_METHOD KEY_ID API_VERSION SECRET_ID KEYMAP HOTKEY SORT_KEY
			PARTITION_KEY CACHE_KEY TOKEN_TYPE JWT_ALGORITHM DEFAULT_PASS_SCHEME PASSPORT PASSENGER_VERSION COMPASS BYPASS AUTHENTICATION
			KEYCLOAK_ADMIN KEEPASSXC_VERSION SECRETARY KEYCLOAK_VERSION KEY_VAULT_NAME API_KEY_HEADER TOKEN_EXPIRY
			GIT_ASKPASS DOCKER_AUTH_VERSION AWS_IAM_AUTHENTICATOR_VERSION GKE_AUTH_PLUGIN_VERSION PATH GOPATH NODE_ENV
			DB_USER LOGNAME PAD_TOKEN EOS_TOKEN NUM_TOKENS MAX_CONNECTIONS PROJECT_PWD SECRET_KEY_BASE_DUMMY
			TOKENIZERS_PARALLELISM AUTH_ENABLED DISABLE_AUTH PATCH COMPATIBILITY PATTERN COOKIE_DOMAIN`,
		knowledge.NameLocation: `PASSWORD_FILE POSTGRES_PASSWORD_FILE TOKEN_URL SECRETS_DIR KEY_FILE SSL_KEY_PATH TOKEN_ENDPOINT
			KEY_SERVER GOOGLE_APPLICATION_CREDENTIALS AUTH_URL AUTH_SERVER KUBECONFIG`,
		knowledge.NamePublic: `PUBLIC_KEY JWT_PUBLIC_KEY STRIPE_PUBLISHABLE_KEY publicKey SUPABASE_ANON_KEY
			NEXT_PUBLIC_FIREBASE_API_KEY VITE_MAPS_API_KEY SSH_PUB_KEY`,
		knowledge.NameWeak: `KEY SSL_KEY GPG_KEY SITE_KEY JENKINS_GPG_KEY AWS_ACCESS_KEY_ID AUTH AUTHORIZATION TLS_KEY`,
	}
	for want, names := range tests {
		for name := range strings.FieldsSeq(names) {
			if got := knowledge.ClassifyName(name); got != want {
				t.Errorf("ClassifyName(%q) = %v, want %v", name, got, want)
			}
		}
	}
}

func TestClassifyValue(t *testing.T) {
	t.Parallel()
	hex40 := "0D96DF4D4110E5C4" + "3FBFB17F2D347EA6AA65421D"
	tests := []struct {
		name, value string
		want        knowledge.ValueClass
	}{
		{"DB_PASSWORD", "", knowledge.ValueEmpty},
		{"DB_PASSWORD", `""`, knowledge.ValueEmpty},
		{"DB_PASSWORD", "   ", knowledge.ValueEmpty},
		{"ALLOW", "no", knowledge.ValueBoolean},
		{"HOST_KEY", "False", knowledge.ValueBoolean},
		{"TOKEN", "3600", knowledge.ValueNumber},
		{"TOKEN", "24h", knowledge.ValueNumber},
		{"TOKEN", "1.2.3", knowledge.ValueNumber},
		{"PASSWORD", "1234", knowledge.ValueWeakDefault},
		{"PASSWORD", "changeme", knowledge.ValuePlaceholder},
		{"PASSWORD", "ChangeMe123", knowledge.ValuePlaceholder},
		{"PASSWORD", "**None**", knowledge.ValuePlaceholder},
		{"API_KEY", "your_api_key", knowledge.ValuePlaceholder},
		{"API_KEY", "<api-key>", knowledge.ValuePlaceholder},
		{"API_KEY", "xxxxxxxx", knowledge.ValuePlaceholder},
		{"API_KEY", "__API_KEY__", knowledge.ValuePlaceholder},
		{"API_KEY", "{{ api_key }}", knowledge.ValuePlaceholder},
		{"SECRET_KEY_BASE", "dummy", knowledge.ValuePlaceholder},
		{"PASSWORD", "password", knowledge.ValueWeakDefault},
		{"PASSWORD", "admin123", knowledge.ValueWeakDefault},
		{"PASSWORD", "postgres", knowledge.ValueWeakDefault},
		{"PASSWORD", "P@ssw0rd!", knowledge.ValueWeakDefault},
		{"SSL_KEY", "/ssl/ssl.key", knowledge.ValuePath},
		{"SSL_KEY", "certs/server.pem", knowledge.ValuePath},
		{"SSL_KEY", `C:\certs\server.key`, knowledge.ValuePath},
		{"SSH_AUTH_SOCK", "/run/ssh", knowledge.ValuePath},
		{"TOKEN", "https://id.example.com/token", knowledge.ValueURL},
		{"DATABASE_URL", "postgres://$USER:$PASS@db/x", knowledge.ValueReference},
		{"DATABASE_URL", "postgres://u:" + "s3cr3t-Zp9@db/x", knowledge.ValueCredentials},
		{"DATABASE_URL", "postgres://u:<password>@db/x", knowledge.ValueURL},
		{"DATABASE_URL", "postgres://u@db/x", knowledge.ValueURL},
		{"DATABASE_URL", "postgres://db:5432/x", knowledge.ValueURL},
		{"JDBC_URL", "jdbc:postgresql://db/x?user=u&password=" + "benchpw", knowledge.ValueCredentials},
		{"CONNECTION_STRING", "Server=db;User Id=sa;Password=" + "Zp9Lm;", knowledge.ValueCredentials},
		{"CONNECTION_STRING", "Server=db;User Id=sa;Password=$PASS;", knowledge.ValueReference},
		{"GPG_KEY", hex40, knowledge.ValueFingerprint},
		{"GPG_KEY", "0x" + hex40[:16], knowledge.ValueFingerprint},
		{"GPG_KEYS", hex40 + " " + hex40, knowledge.ValueFingerprint},
		{"GPG_KEYS", hex40 + " " + hex40[:16], knowledge.ValueFingerprint},
		{"GPG_KEYS", hex40[:16] + "," + hex40[:16], knowledge.ValueFingerprint},
		{"NODE_RELEASE_KEY", strings.ToLower(hex40), knowledge.ValueFingerprint},
		{"API_TOKEN", strings.ToLower(hex40), knowledge.ValueLiteral},
		{"PASSWORD", "$DB_PASSWORD", knowledge.ValueReference},
		{"PASSWORD", "${DB_PASSWORD}", knowledge.ValueReference},
		{"PASSWORD", "${DB_PASSWORD:?missing}", knowledge.ValueReference},
		{"PASSWORD", "${DB_PASSWORD:-}", knowledge.ValueReference},
		{"PASSWORD", "${DB_PASSWORD:-Tr0ub4dor&3xyz}", knowledge.ValueLiteral},
		{"AUTH", "Bearer $TOKEN", knowledge.ValueReference},
		{"TOKEN", "$(cat /run/secrets/token)", knowledge.ValueCommandSubst},
		{"TOKEN", "`cat token`", knowledge.ValueCommandSubst},
		{"MONGO_AUTH", "basic", knowledge.ValueKeyword},
		{"DB_PASSWORD", "Tr0ub4dor&3xyz", knowledge.ValueLiteral},
		{"DB_PASSWORD", "pa$$word1X", knowledge.ValueLiteral},
		{"SECRET", "/x7Kq2Zp9LmT4vWb8RsY3nHc6JdF1gQa5tUe0oPi", knowledge.ValueLiteral},
		{"SECRET", "x7Kq2Zp9LmT4vWb8RsY3nHc6", knowledge.ValueLiteral},
		{"KEY", "ssh-rsa AAAAB3NzaC1yc2E me@example.com", knowledge.ValuePublicKey},
	}
	for _, tt := range tests {
		if got := knowledge.ClassifyValue(tt.name, tt.value); got != tt.want {
			t.Errorf("ClassifyValue(%q, %q) = %v, want %v", tt.name, tt.value, got, tt.want)
		}
	}
}

func TestLooksRandom(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"": false, "password": false, "my-application-name": false, "myApplicationName": false, "2024-01-01T00": false,
		"x7Kq2Zp9LmT4": true, "d41c8cd98f00b204e9800998ecf8427e": true, "KxZpLmTvWbRsYnHcJdFgQatUeoPi": true,
	} {
		if got := knowledge.LooksRandom(text); got != want {
			t.Errorf("LooksRandom(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	for secret, want := range map[string]string{
		"": "... (0 characters)", "a": "... (1 character)", "hunter2": "h... (7 characters)",
		"abcdefghijklmnopqrstuvwxyz": "abcd... (26 characters)", "äöüßäöüß": "äö... (8 characters)",
		"\xff\xfe\xff\xfe": "\xff... (4 characters)",
	} {
		if got := knowledge.Mask(secret); got != want {
			t.Errorf("Mask(%q) = %q, want %q", secret, got, want)
		}
	}
}

func BenchmarkClassifyName(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		knowledge.ClassifyName("NODE_ENV")
		knowledge.ClassifyName("MYSQL_ROOT_PASSWORD")
	}
}
