package secrets

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint/linttest/linear"
)

// random is a part of a secret that looks random and is not.
const random = "x7Kq2Zp9LmT4vWb8RsY3nHc6JdF1gQa5tUe0oPiMzXkVwCyBhN"

type found struct{ Rule, Secret string }

func scan(text, path string) (all []found) {
	for _, m := range Scan(text, path) {
		all = append(all, found{m.RuleID, text[m.Start:m.End]})
	}
	return all
}

func TestScan(t *testing.T) {
	t.Parallel()
	pat := "gh" + "p_" + random[:36]
	aws := "AK" + "IA" + "QYLPMN5HHHFPZAM2"
	hex := "d41c8cd98f" + "00b204e9800998ecf8427e"
	tests := []struct {
		name, text, path string
		want             []found
	}{
		{name: "empty"},
		{name: "short", text: "ab"},
		{name: "clean", text: cleanLines},
		{name: "github", text: "ENV GH=" + pat + "\n", want: []found{{"github-pat", pat}}},
		{name: "at the end", text: "GH=" + pat, want: []found{{"github-pat", pat}}},
		{name: "more specific than generic", text: "API_TOKEN=" + pat, want: []found{{"github-pat", pat}}},
		{name: "two on a line", text: pat + " " + aws + " ", want: []found{{"github-pat", pat}, {"aws-access-token", aws}}},
		{name: "low entropy", text: "gh" + "p_" + strings.Repeat("a", 36)},
		{name: "allowed by the author", text: "GH=" + pat + " # gitleaks:allow\n"},
		{name: "generic", text: "MY_SECRET=" + random[:24] + "\n", want: []found{{"generic-api-key", random[:24]}}},
		{name: "generic, a reference", text: "MY_SECRET=$OTHER_SECRET_VALUE\n"},
		{name: "generic, all letters", text: "MY_SECRET=abcdefghijklmnopqrstuv\n"},
		{name: "named", text: "discord_client_secret = '" + random[:32] + "'", want: []found{{"discord-client-secret", random[:32]}}},
		{name: "case of the keyword", text: "DISCORD_CLIENT_SECRET=\"" + random[:32] + "\"", want: []found{{"discord-client-secret", random[:32]}}},
		{name: "twilio is not a word with sk", text: "task disk SKIP desk"},
		{name: "curl", text: "RUN curl -fsSL \\\n  -u bob:" + random[4:16] + " https://x.example.com\n", want: []found{{"curl-auth-user", "bob:" + random[4:16]}}},
		{name: "curl, a variable", text: "RUN curl -u \"$USER:$PASS\" https://x.example.com\n"},
		{name: "curl, other -u", text: "RUN curl -f https://x.example.com && useradd -u 1000 app\n"},
		{name: "docker token", text: "docker login -p dckr" + "_pat_" + random[:27], want: []found{{"docker-access-token", "dckr" + "_pat_" + random[:27]}}},
		{name: "docker config", text: `{"auths":{"r.example.com":{"auth":"` + "Ym9i" + random[:16] + `"}}}`, want: []found{{"docker-config-auth", "Ym9i" + random[:16]}}},
		{name: "npmrc", text: "//npm.example.com/:_authToken=" + hex + "\n", want: []found{{"npmrc-auth-token", hex}}},
		{name: "npmrc, a reference", text: "//npm.example.com/:_authToken=${NPM_TOKEN}\n"},
		{name: "npmrc, a placeholder", text: "//npm.example.com/:_authToken=YOUR_TOKEN_HERE\n"},
		{name: "netrc", text: "machine git.example.com login bob password " + random[:10] + "\n", want: []found{{"netrc-password", random[:10]}}},
		{name: "netrc in echo", text: `echo "machine git.example.com\nlogin bob\npassword ` + random[:10] + `"`, want: []found{{"netrc-password", random[:10]}}},
		{name: "netrc, a reference", text: "machine git.example.com login bob password $TOKEN\n"},
		{name: "aws configure", text: "aws configure set aws_secret_access_key " + random[:40] + "\n", want: []found{{"aws-secret-access-key", random[:40]}}},
		{name: "yaml rule elsewhere", text: "kind: Secret\ndata:\n  k: " + random[:20] + "\n", path: "Dockerfile"},
		{name: "file by name", text: "", path: "certs/server.p12", want: []found{{"pkcs12-file", ""}}},
		{name: "allowed path", text: "GH=" + pat, path: "web/node_modules/x/index.js"},
		{name: "bytes that are not UTF-8", text: "\xff\xfe" + pat + " \xff", want: []found{{"github-pat", pat}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, scan(tt.text, tt.path)); diff != "" {
				t.Errorf("Scan(%q) differs (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestPrivateKey(t *testing.T) {
	t.Parallel()
	key := "-----BEGIN RSA " + "PRIVATE KEY-----\n" + random + random + "\n-----END RSA " + "PRIVATE KEY-----"
	text := "RUN echo '" + key + "' > /root/.ssh/id_rsa\n"
	want := []found{{"private-key", key}}
	if diff := cmp.Diff(want, scan(text, "")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A long text must find what a short one does: windows must not change matches.
func TestScanFarIntoText(t *testing.T) {
	t.Parallel()
	secret := "gl" + "pat-" + random[:20]
	filler := strings.Repeat(cleanLines, 50)
	text := filler + "TOKEN=" + secret + "\n" + filler + "password: \"" + random + random + random + random + "\"\n" + filler
	want := []found{{"gitlab-pat", secret}, {"generic-api-key", random + random + random + random}}
	got := scan(text, "")
	if diff := cmp.Diff(want[:1], got[:min(1, len(got))]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(got) != 2 || got[1].Rule != "generic-api-key" {
		t.Errorf("got %d matches, the second should be the long password", len(got))
	}
}

// A line of thousands of keywords, or of secrets, must not be searched anew for each.
func TestScanLongLine(t *testing.T) {
	t.Parallel()
	pat := "gh" + "p_" + random[:36]
	user := "bob:" + random[4:16]
	for name, tt := range map[string]struct {
		text func(n int) string
		want func(n int) int
	}{
		"keywords":       {func(n int) string { return "RUN " + strings.Repeat("curl ", n) + "-u a:\n" }, func(int) int { return 0 }},
		"keywords above": {func(n int) string { return strings.Repeat("curl\n", n) + "-u a:\n" }, func(int) int { return 0 }},
		"the last one": {func(n int) string {
			return "RUN " + strings.Repeat("curl x; ", n) + "curl -u " + user + " x\nRUN curl -u " + user + " y\n"
		}, func(int) int { return 2 }},
		"secrets": {func(n int) string { return "RUN " + strings.Repeat(pat+" ", n) + "\n" }, func(n int) int { return n }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			linear.Check(t, 2500, func(n int) {
				if got := len(Scan(tt.text(n), "")); got != tt.want(n) {
					t.Errorf("%d matches, want %d", got, tt.want(n))
				}
			})
		})
	}
}

func TestScanConcurrently(t *testing.T) {
	t.Parallel()
	s := Default()
	text := "ENV GH=gh" + "o_" + random[:36] + "\n"
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if n := len(s.Scan(text, "")); n != 1 {
				t.Errorf("%d matches, want 1", n)
			}
		})
	}
	group.Wait()
}

func TestScanDoesNotAllocate(t *testing.T) { //nolint:paralleltest // allocations of other tests would be counted
	Scan(cleanLines, "")
	if n := testing.AllocsPerRun(100, func() { Scan(cleanLines, "") }); n != 0 {
		t.Errorf("%v allocations for a clean text, want 0", n)
	}
}

// Every keyword must lead to its rule, or the rule is dead.
func TestEveryRuleIsReachable(t *testing.T) {
	t.Parallel()
	s := Default()
	if len(s.rules) > maxRules {
		t.Fatalf("%d rules, at most %d fit", len(s.rules), maxRules)
	}
	reached := make([]bool, len(s.rules))
	for _, e := range s.filter.entries {
		reached[e.slot] = true
	}
	for i := range s.rules {
		r := s.rules[i].get()
		if !reached[i] && r.match.src != "" {
			t.Errorf("no way to %s", r.id)
		}
		if r.match.src != "" {
			r.match.get()
		}
	}
}
