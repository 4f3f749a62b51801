package secrets_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules"
)

// labelled is a Dockerfile with the lines that hold secrets.
type labelled struct {
	name  string
	text  string
	wants map[int]bool // lines from zero
	files map[string][]byte
}

// TestLabelled measures what is found and what is wrongly found in the labelled
// set of testdata/secrets. With SECRETS_REPORT set it prints every miss and every
// false report, and the figures.
func TestLabelled(t *testing.T) {
	t.Parallel()
	const folder = "../../testdata/secrets/"
	var cases []labelled
	for _, file := range [...]string{"lines.txt", "more.txt", "programs.txt", "breadth.txt"} {
		cases = append(cases, readLines(t, folder+file)...)
	}
	for _, file := range [...]string{"programs.txt", "breadth.txt"} {
		cases = append(cases, referring(t, folder+file)...)
	}
	cases = append(cases, readFiles(t, folder+"files.txt")...)
	engine, err := lint.New(rules.All(), lint.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var secrets, found, wrong, clean int
	for _, c := range cases {
		if len(c.wants) == 0 {
			clean++
		}
		got := map[int]string{}
		for _, d := range lintCase(t, engine, c) {
			if d.Rule.Category == "secrets" {
				got[source.NewFile("", c.text).Line(d.Range.Start)] = d.Rule.ID + ": " + d.Message
			}
		}
		for line := range c.wants {
			secrets++
			if got[line] != "" {
				found++
			} else {
				t.Logf("missed: %s: %s", c.name, strings.Split(c.text, "\n")[line])
			}
		}
		for line, message := range got {
			if !c.wants[line] {
				wrong++
				t.Logf("false: %s: %s\n\t%s", c.name, strings.Split(c.text, "\n")[line], message)
			}
		}
	}
	recall := float64(found) / float64(secrets)
	report := fmt.Sprintf("%d cases, %d of them clean; %d of %d secrets found (%.1f%%), %d false reports", len(cases), clean, found, secrets, 100*recall, wrong)
	t.Log(report)
	if os.Getenv("SECRETS_REPORT") != "" {
		fmt.Fprintln(os.Stderr, report)
	}
	if recall < 0.97 || wrong > 0 || len(cases) < 300 || 2*clean < len(cases)-60 {
		t.Error(report)
	}
}

func lintCase(t *testing.T, engine *lint.Engine, c labelled) []lint.Diagnostic {
	t.Helper()
	build := lint.Build{}
	if len(c.files) > 0 {
		c.files["Dockerfile"] = []byte(c.text)
		build.Context = buildctx.FromFiles(c.files)
	}
	found, err := engine.Lint(context.Background(), lint.NewDocument(source.NewFile("Dockerfile", c.text), build))
	if err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	return found
}

func readLines(t *testing.T, file string) []labelled {
	t.Helper()
	var out []labelled
	for k, line := range strings.Split(readText(t, file), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		c := labelled{name: fmt.Sprintf("%s:%d", file, k+1), text: "FROM alpine\n" + line[1:] + "\n", wants: map[int]bool{}}
		if line[0] == '!' {
			c.wants[1] = true
		}
		out = append(out, c)
	}
	return out
}

// referring returns the commands of a file that hold secrets, with variables in
// the place of the secrets: these are clean.
func referring(t *testing.T, file string) []labelled {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	literal := regexp.MustCompile(`Kd93[!]?jdMw2x?|Xw8nQza42!?|Amsel27Dach|Torf!?91Kahn|\{\{\w+\}\}`)
	var out []labelled
	for k, line := range strings.Split(string(data), "\n") {
		if line == "" || line[0] != '!' || strings.HasPrefix(line, "!ARG") {
			continue
		}
		if text := literal.ReplaceAllLiteralString(line[1:], "${VALUE}"); text != line[1:] {
			out = append(out, labelled{name: fmt.Sprintf("%s:%d, referring", file, k+1), text: "FROM alpine\n" + text + "\n", wants: map[int]bool{}})
		}
	}
	return out
}

func readFiles(t *testing.T, file string) []labelled {
	t.Helper()
	var out []labelled
	var c *labelled
	var name string
	for line := range strings.Lines(readText(t, file)) {
		switch {
		case strings.HasPrefix(line, "=== "):
			out = append(out, labelled{name: strings.TrimSpace(line[4:]), wants: map[int]bool{}, files: map[string][]byte{}})
			c, name = &out[len(out)-1], ""
		case c == nil:
		case strings.HasPrefix(line, "@ "):
			name = strings.TrimSpace(line[2:])
			c.files[name] = nil
		case name != "":
			c.files[name] = append(c.files[name], line...)
		case line[0] == '!':
			c.wants[strings.Count(c.text, "\n")] = true
			c.text += line[1:]
		case line[0] == ' ':
			c.text += line[1:]
		default:
			t.Fatalf("%s: line begins neither with a blank nor with !: %q", file, line)
		}
	}
	return out
}

// readText reads a file and puts made-up secrets in. They are built here, from
// parts, so that nobody takes one of the file for real.
func readText(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const letters = "oM4jT2vQ8xN6bR1cL7yK3wZ9sD5fG0hJpA2uEiXk"
	const hex = "3f9ac1d7e5b2468a0c4d7e1f9b3a6528"
	r := strings.NewReplacer(
		"{{ghp}}", "gh"+"p_"+letters[:36],
		"{{glpat}}", "gl"+"pat-"+letters[:20],
		"{{npm}}", "np"+"m_"+letters[:36],
		"{{slack}}", "xo"+"xb-"+"123456789012-"+"1234567890123-"+letters[:24],
		"{{slackhook}}", "T0"+"1AB2CD3EF/B0"+"1AB2CD3EF/"+letters[:24],
		"{{stripe}}", "sk"+"_live_"+letters[:24],
		"{{sendgrid}}", "SG"+"."+letters[:22]+"."+letters[:32]+letters[5:16],
		"{{openai}}", "sk"+"-proj-"+letters+letters[:20],
		"{{aiza}}", "AI"+"za"+letters[:35],
		"{{jwt}}", "eyJhbGciOiJIUzI1NiIs"+"InR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0"+"."+letters+letters[:3],
		"{{wgkey}}", letters+letters[:3]+"=",
		"{{whsec}}", "whs"+"ec_"+letters[:32],
		"{{discordhook}}", "https://disc"+"ord.com/api/webhooks/"+"101234567890123456/"+letters+letters[:28],
		"{{telegram}}", "5123456789"+":AA"+letters[:33],
		"{{anthropic}}", "sk"+"-ant-api03-"+letters+letters+letters[:13]+"AA",
		"{{glrt}}", "gl"+"rt-"+letters[:20],
		"{{example}}", "EXAM"+"PLE",
		"{{akia}}", "AK"+"IA"+"QK3ZT7VYW4X2R5NB",
		"{{aws40}}", letters[:20]+"/"+letters[20:39],
		"{{azure}}", letters+letters+letters[:6]+"==",
		"{{b64}}", "Y2k6S2Q5M2pkTXcyeFp2"+"QnE3TnQ4UmswUA==",
		"{{rand16}}", letters[3:19], "{{rand20}}", letters[:20], "{{rand32}}", letters[:32],
		"{{upper20}}", strings.ToUpper(letters[:20]),
		"{{hex16}}", hex[:16], "{{hex32}}", hex, "{{hex40}}", hex+hex[:8], "{{hex64}}", hex+hex[8:]+hex[:8],
		"{{uuid}}", hex[:8]+"-"+hex[8:12]+"-4"+hex[13:16]+"-a"+hex[17:20]+"-"+hex[20:32],
		"{{pemline}}", "-----BEGIN"+" PRIVATE KEY-----\\n"+letters+letters+letters+"\\n-----END"+" PRIVATE KEY-----\\n",
		"{{pem}}", "-----BEGIN"+" PRIVATE KEY-----\n"+letters+"\n"+letters+"\n-----END"+" PRIVATE KEY-----",
	)
	return r.Replace(string(data))
}

// TestManySecrets holds that all secrets of a file are reported, that the repairs,
// which look at the whole file each, are bounded, and that fixing makes all of them
// all the same.
func TestManySecrets(t *testing.T) {
	t.Parallel()
	engine, err := lint.New(rules.All(), lint.Config{Select: []string{"secret-in-env"}})
	if err != nil {
		t.Fatal(err)
	}
	const many = 5000
	var b strings.Builder
	b.WriteString("FROM debian:13\n")
	for k := range many {
		fmt.Fprintf(&b, "ENV API_TOKEN_%d=qwertzuiop%d\n", k, 1000+k)
	}
	found, repaired := 0, 0
	for _, d := range lintCase(t, engine, labelled{text: b.String()}) {
		found++
		if len(d.Fixes) > 0 {
			repaired++
		}
	}
	if found != many || repaired < many/2 || repaired == many {
		t.Errorf("%d found, %d with a repair; want %d, and most but not all", found, repaired, many)
	}
	d := lint.NewDocument(source.NewFile("Dockerfile", b.String()), lint.Build{})
	r, err := fix.Run(context.Background(), engine, d, lint.Unsafe)
	if err != nil {
		t.Fatal(err)
	}
	if r.Rounds != 2 || len(r.Remaining) > 0 {
		t.Errorf("%d rounds leave %d findings, want 2 and 0", r.Rounds, len(r.Remaining))
	}
}
