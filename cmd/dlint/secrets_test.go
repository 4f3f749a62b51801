package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dlint/dlint/lint/report"
)

// TestSecretsAreNotPrinted runs what prints reports over a Dockerfile full of
// secrets, and looks for their values: at most four characters may be there. What
// shows the text of the author's own file, --diff and split, is not among them.
func TestSecretsAreNotPrinted(t *testing.T) {
	t.Parallel()
	dir, values := secretContext(t)
	name := filepath.Join(dir, "Dockerfile")
	runs := map[string][]string{
		"statistics": {"--no-config", "--statistics", name},
		"verbose":    {"--no-config", "--verbose", "--preview", name},
		"cache":      {"cache", name},
		"cache-html": {"cache", "--format", "html", name},
		"cache-json": {"cache", "--format", "json", "--build-arg", "GLOBAL_TOKEN=" + values[0], name},
		"broken":     {"--no-config", "--select", "nothing", name},
	}
	for _, f := range report.Formats() {
		runs[f] = []string{"--no-config", "--preview", "--select", "all", "--format", f, name}
	}
	for what, args := range runs {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			code := newApp(allRules(), strings.NewReader(""), &out, &out, nil).run(t.Context(), args)
			if out.Len() == 0 || what != "broken" && !strings.HasPrefix(what, "cache") && code != exitFindings {
				t.Fatalf("exit code %d, %s", code, out.String())
			}
			for _, v := range values {
				if strings.Contains(out.String(), v[:5]) {
					t.Errorf("%.4s... is printed: %s", v, lineWith(out.String(), v[:5]))
				}
			}
		})
	}
}

// secretContext writes a Dockerfile with a secret by each way in, and files with
// secrets. Every value has five characters at its front that nothing else has.
func secretContext(t *testing.T) (dir string, values []string) {
	t.Helper()
	dir = t.TempDir()
	secret := func() string {
		v := string(rune('Q'+len(values)%9)) + "zv7" + string(rune('a'+len(values))) + "Kd93jdMw2xQ8vR4t"
		values = append(values, v)
		return v
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(".env", "DB_PASSWORD="+secret()+"\n")
	write("app.properties", "db.password="+secret()+"\n")
	write("Dockerfile", strings.Join([]string{
		"ARG GLOBAL_TOKEN=" + secret(),
		"FROM alpine",
		"# https://ci:" + secret() + "@example.com",
		"ARG NPM_TOKEN=" + secret(),
		"ENV API_KEY=" + secret() + " CACHE=redis://:" + secret() + "@cache:6379/0",
		"ENV API_SECRET " + secret(),
		"ENV OPTS=\"-Xmx1g -Ddb.password=" + secret() + "\"",
		"LABEL com.example.token=" + secret(),
		"RUN curl -u ci:" + secret() + " https://example.com/a && cd /tmp",
		"RUN curl https://example.com/a?access_token=" + secret(),
		"RUN echo root:" + secret() + " | chpasswd",
		"RUN mysql -e \"ALTER USER 'a'@'b' IDENTIFIED BY '" + secret() + "'\"",
		"RUN cat > /etc/app.ini <<EOF\npassword = " + secret() + "\nEOF",
		"COPY <<EOF /app.ini\npassword = " + secret() + "\nEOF",
		"COPY . /app",
		"CMD [\"app\", \"--token=" + secret() + "\"]",
	}, "\n")+"\n")
	return dir, values
}

// lineWith is the line of a text that holds a part.
func lineWith(text, part string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			return line
		}
	}
	return ""
}

// A secret in capitals and digits alone, as the keys of clouds are, is no name.
func TestCapitalSecretIsMasked(t *testing.T) {
	t.Parallel()
	key := "AKIA" + "QYLPMN5HFIQR7XYA"
	name := filepath.Join(t.TempDir(), "Dockerfile")
	text := "FROM alpine\nARG API_TOKEN\nRUN API_TOKEN aws set " + key + "\n"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"text", "json", "html", "svg"} {
		var out bytes.Buffer
		newApp(allRules(), strings.NewReader(""), &out, &out, nil).run(t.Context(), []string{"cache", "--format", format, name})
		if strings.Contains(out.String(), key[:5]) || !strings.Contains(out.String(), "AKIA... (20") {
			t.Errorf("%s: %s", format, lineWith(out.String(), "AKIA"))
		}
		if !strings.Contains(out.String(), "API_TOKEN") {
			t.Errorf("%s: the name of an argument is gone: %s", format, out.String())
		}
	}
}
