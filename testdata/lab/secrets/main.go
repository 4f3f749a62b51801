// Command secrets proves on a real BuildKit that dlint's repairs of baked secrets
// keep the secret out of the image. For each route by which a secret gets in, it
// builds an image with a random canary as the secret and looks for the canary in
// every blob of the image, its history and provenance included; then it lets dlint
// repair the Dockerfile, builds again with the secret given as --secret, and looks
// once more. The canary must be there before, and nowhere after.
//
// Where BuildKit is, BUILDCTL (the program) and BUILDKIT_HOST (its address) say;
// or DLINT_LAB, a folder that holds bin/buildctl and buildkitd.sock.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	dlint := flag.String("dlint", "dlint", "the `program` to prove")
	only := flag.String("route", "", "prove one `route` only")
	flag.Parse()
	if err := run(*dlint, *only); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(dlint, only string) error {
	l, err := newLab(dlint)
	if err != nil {
		return err
	}
	failed := 0
	for _, r := range routes() {
		if only != "" && r.name != only {
			continue
		}
		if err := l.prove(r); err != nil {
			failed++
			fmt.Fprintf(os.Stdout, "FAIL %-16s %v\n", r.name, err)
			continue
		}
		fmt.Fprintf(os.Stdout, "ok   %-16s the canary is in the image before the repair and nowhere after\n", r.name)
	}
	if failed > 0 {
		return fmt.Errorf("%d routes failed", failed)
	}
	return nil
}

// lab knows the programs.
type lab struct {
	buildctl, host, dlint string
}

func newLab(dlint string) (*lab, error) {
	l := &lab{buildctl: os.Getenv("BUILDCTL"), host: os.Getenv("BUILDKIT_HOST"), dlint: dlint}
	if dir := os.Getenv("DLINT_LAB"); dir != "" {
		if l.buildctl == "" {
			l.buildctl = filepath.Join(dir, "bin", "buildctl")
		}
		if l.host == "" {
			l.host = "unix://" + filepath.Join(dir, "buildkitd.sock")
		}
	}
	if l.buildctl == "" {
		found, err := exec.LookPath("buildctl")
		if err != nil {
			return nil, errors.New("no BuildKit: set BUILDCTL and BUILDKIT_HOST, or DLINT_LAB")
		}
		l.buildctl = found
	}
	return l, nil
}

// route is a way for a secret to get into an image.
type route struct {
	name string
	// files hold CANARY in place of the secret; Dockerfile is one of them.
	files map[string]string
	// before and after are options of buildctl; {DIR} is the folder of the files.
	before, after []string
	// key makes the canary of a private key, which {DIR}/id_rsa holds.
	key bool
}

// tool writes a program that stands in for one that the lab does not have.
func tool(name, script string) string {
	return "RUN printf '%s\\n' '#!/bin/sh' '" + script + "' > /bin/" + name + " && chmod +x /bin/" + name + "\n"
}

const from = "FROM busybox\n"

// canaryAs gives the canary to a build as the secret id.
func canaryAs(id string) []string { return []string{"--secret", "id=" + id + ",src={DIR}/../canary"} }

// fileAs gives a file of the route to a build as the secret id.
func fileAs(id, name string) []string { return []string{"--secret", "id=" + id + ",src={DIR}/" + name} }

// netrc gives a build a .netrc that holds the canary.
func netrc() []string { return []string{"--secret", "id=netrc,src={DIR}/../netrc"} }

// git makes a git that keeps the URL it is called with, and wants a key or a
// .netrc for one without a password.
func git() string {
	return tool("git", `case "$2" in *:*:*@*) mkdir -p app/.git; echo "url = $2" > app/.git/config;; git@*) test -S "$SSH_AUTH_SOCK" || test -s /root/.ssh/id_rsa;; *) grep -q password /root/.netrc;; esac`)
}

func routes() []route { return slices.Concat(valueRoutes(), fileRoutes(), settingRoutes()) }

// valueRoutes are secrets in variables, arguments of commands and URLs.
func valueRoutes() []route {
	return []route{
		{name: "env", after: canaryAs("API_KEY"), files: map[string]string{
			"Dockerfile": from + "ENV API_KEY=CANARY\nRUN test ${#API_KEY} -gt 20\n",
		}},
		{name: "arg", before: []string{"--opt", "build-arg:NPM_TOKEN=CANARY"}, after: canaryAs("NPM_TOKEN"), files: map[string]string{
			"Dockerfile": from + "ARG NPM_TOKEN\nRUN test ${#NPM_TOKEN} -gt 20\nRUN true\n",
		}},
		{name: "command", after: canaryAs("CURL_PASSWORD"), files: map[string]string{
			"Dockerfile": from + tool("curl", `test ${#2} -gt 20`) + "RUN curl -u ci:CANARY https://repo.example.com/x.jar\n",
		}},
		{name: "assignment", after: canaryAs("PGPASSWORD"), files: map[string]string{
			"Dockerfile": from + tool("psql", `test ${#PGPASSWORD} -gt 20`) + "RUN PGPASSWORD=CANARY psql -f a.sql\n",
		}},
		{name: "url", after: netrc(), files: map[string]string{
			"Dockerfile": from + git() + "WORKDIR /src\nRUN git clone https://ci:CANARY@git.example.com/app.git\n",
		}},
		{name: "query", after: canaryAs("CURL_TOKEN"), files: map[string]string{
			"Dockerfile": from + tool("curl", `case "$2" in *token=????????????????????*) ;; *) exit 1;; esac`) + "RUN curl -fsSL \"https://files.example.com/a.tgz?access_token=CANARY\" -o a.tgz\n",
		}},
		{name: "database-url", after: canaryAs("PSQL_PASSWORD"), files: map[string]string{
			"Dockerfile": from + tool("psql", `test ${#1} -gt 40`) + "RUN psql postgres://app:CANARY@db/app -f a.sql\n",
		}},
		{name: "promoted", before: []string{"--opt", "build-arg:API_TOKEN=CANARY"}, after: canaryAs("API_TOKEN"), files: map[string]string{
			"Dockerfile": from + "ARG API_TOKEN\nENV API_TOKEN=$API_TOKEN\nRUN test ${#API_TOKEN} -gt 20\nCMD [\"true\"]\n",
		}},
		{name: "environment-url", after: canaryAs("DATABASE_URL"), files: map[string]string{
			"Dockerfile": from + "ENV DATABASE_URL=postgres://app:CANARY@db/app\nRUN test ${#DATABASE_URL} -gt 20\n",
		}},
		{name: "old-syntax", before: []string{"--opt", "build-arg:API_TOKEN=CANARY"}, after: canaryAs("API_TOKEN"), files: map[string]string{
			"Dockerfile": "# syntax=docker/dockerfile:1.4\n" + from + "USER 1001\nARG API_TOKEN\nRUN test ${#API_TOKEN} -gt 20\n",
		}},
	}
}

// fileRoutes are secrets in files that are copied or written.
func fileRoutes() []route {
	return []route{
		{name: "npmrc-removed", after: fileAs("npmrc", ".npmrc"), files: map[string]string{
			"Dockerfile": from + tool("npm", `grep -q _authToken=. .npmrc`) + "WORKDIR /app\nCOPY .npmrc ./\nRUN npm ci\nRUN rm -f .npmrc\n",
			".npmrc":     "//npm.example.com/:_authToken=CANARY\n",
		}},
		{name: "ssh-key", key: true, after: []string{"--ssh", "default={DIR}/id_rsa"}, files: map[string]string{
			"Dockerfile": from + git() + "COPY id_rsa /root/.ssh/id_rsa\nRUN chmod 600 /root/.ssh/id_rsa && git clone git@git.example.com:app.git\nRUN rm /root/.ssh/id_rsa\n",
		}},
		{name: "netrc", after: netrc(), files: map[string]string{
			"Dockerfile": from + git() + "RUN echo \"machine git.example.com login ci password CANARY\" > /root/.netrc && git clone https://git.example.com/app.git && rm /root/.netrc\n",
		}},
		{name: "env-file", files: map[string]string{
			"Dockerfile": from + "WORKDIR /app\nCOPY . .\nRUN test -f app.js\n",
			".env":       "DB_PASSWORD=CANARY\n", "app.js": "1\n",
		}},
		{name: "pip-conf", after: fileAs("pip", "pip.conf"), files: map[string]string{
			"Dockerfile": from + tool("pip", `grep -q index-url /etc/pip.conf`) + "COPY pip.conf /etc/pip.conf\nRUN pip install acme\nRUN rm /etc/pip.conf\n",
			"pip.conf":   "[global]\nindex-url = https://ci:CANARY@pypi.example.com/simple\n",
		}},
		{name: "carried-on", after: fileAs("master.key", "master.key"), files: map[string]string{
			"Dockerfile": "FROM busybox AS build\n" + tool("make-app", `test -s "$1" && echo built > app`) +
				"WORKDIR /app\nCOPY master.key .\nRUN make-app master.key\nFROM busybox\nCOPY --from=build /app /app\nRUN test -s /app/app\n",
			"master.key": "CANARY\n",
		}},
		{name: "heredoc-removed", after: netrc(), files: map[string]string{
			"Dockerfile": from + git() + "RUN cat > /root/.netrc <<EOF && git clone https://git.example.com/app.git\nmachine git.example.com login ci password CANARY\nEOF\nRUN rm /root/.netrc\n",
		}},
		{name: "heredoc-script", after: netrc(), files: map[string]string{
			"Dockerfile": from + git() + "RUN <<EOF\nset -e\necho \"machine git.example.com login ci password CANARY\" > /root/.netrc\ngit clone https://git.example.com/app.git\nrm /root/.netrc\nEOF\n",
		}},
		{name: "copy-heredoc", after: fileAs("npmrc", "npmrc"), files: map[string]string{
			"Dockerfile": from + tool("npm", `grep -q _authToken=. /root/.npmrc`) + "COPY <<EOF /root/.npmrc\n//npm.example.com/:_authToken=CANARY\nEOF\nRUN npm ci && rm /root/.npmrc\n",
			"npmrc":      "//npm.example.com/:_authToken=CANARY\n",
		}},
		{name: "apt-sources", after: fileAs("apt-auth", "auth.conf"), files: map[string]string{
			"Dockerfile": from + tool("apt-get", `grep -q :.*@ /etc/apt/sources.list.d/x.list || grep -q password /etc/apt/auth.conf`) +
				"RUN mkdir -p /etc/apt/sources.list.d\nRUN echo \"deb https://u:CANARY@apt.example.com/ubuntu jammy main\" > /etc/apt/sources.list.d/x.list\nRUN apt-get update\n",
			"auth.conf": "machine apt.example.com login u password CANARY\n",
		}},
	}
}

// settingRoutes are secrets that programs put into their settings.
func settingRoutes() []route {
	return []route{
		{name: "npm-config", after: canaryAs("NPM_TOKEN"), files: map[string]string{
			"Dockerfile": from + tool("npm", `case "$1" in config) echo "$3=$4" > /root/.npmrc;; *) eval "v=\"$(cut -d= -f2 /root/.npmrc)\""; test ${#v} -gt 20;; esac`) +
				"RUN npm config set //npm.example.com/:_authToken CANARY\nRUN npm ci\n",
		}},
		{name: "npm-quoted", after: canaryAs("NPM_TOKEN"), files: map[string]string{
			"Dockerfile": from + tool("npm", `case "$1" in config) echo "$3=$4" > /root/.npmrc;; *) eval "v=\"$(cut -d= -f2 /root/.npmrc)\""; test ${#v} -gt 20;; esac`) +
				"RUN npm config set \"//npm.example.com/:_authToken\" \"CANARY\"\nRUN npm ci\n",
		}},
		{name: "git-credential", after: netrc(), files: map[string]string{
			"Dockerfile": from + tool("git", `case "$1" in credential) cat > /root/.git-credentials; echo machine x login ci password "$(grep ^pass /root/.git-credentials)" > /root/.netrc;; config) ;; *) grep -q password /root/.netrc;; esac`) +
				"RUN git config --global credential.helper store && printf 'protocol=https\\nhost=git.example.com\\nusername=ci\\npassword=CANARY\\n' | git credential approve && git clone https://git.example.com/app.git\n",
		}},
		{name: "docker-login", after: fileAs("docker-config", "config.json"), files: map[string]string{
			"Dockerfile": from + tool("docker", `case "$1" in login) mkdir -p /root/.docker; echo "{\"auths\":\"$(cat)\"}" > /root/.docker/config.json;; logout) rm /root/.docker/config.json;; *) grep -q auths /root/.docker/config.json;; esac`) +
				"RUN echo CANARY | docker login -u ci --password-stdin registry.example.com && docker pull registry.example.com/a\nRUN docker logout registry.example.com\n",
			"config.json": "{\"auths\":\"CANARY\"}\n",
		}},
		{name: "bundle", after: canaryAs("BUNDLE_GEMS__EXAMPLE__COM"), files: map[string]string{
			"Dockerfile": from + tool("bundle", `case "$1" in config) mkdir -p /root/.bundle; echo "$5" > /root/.bundle/config;; *) test -s /root/.bundle/config || test ${#BUNDLE_GEMS__EXAMPLE__COM} -gt 20;; esac`) +
				"RUN bundle config set --global gems.example.com ci:CANARY\nRUN bundle install\n",
		}},
		{name: "poetry", after: append(canaryAs("POETRY_HTTP_BASIC_ACME_USERNAME"), canaryAs("POETRY_HTTP_BASIC_ACME_PASSWORD")...), files: map[string]string{
			"Dockerfile": from + tool("poetry", `case "$1" in config) echo "$4" > /root/auth.toml;; *) test -s /root/auth.toml || test ${#POETRY_HTTP_BASIC_ACME_PASSWORD} -gt 20;; esac`) +
				"RUN poetry config http-basic.acme ci CANARY && poetry install\n",
		}},
		{name: "pip-config", after: fileAs("pip", "pip.conf"), files: map[string]string{
			"Dockerfile": from + tool("pip", `case "$1" in config) echo "index-url = $4" > /etc/pip.conf;; *) grep -q index-url /etc/pip.conf;; esac`) +
				"RUN pip config set global.index-url https://ci:CANARY@pypi.example.com/simple\nRUN pip install acme\n",
			"pip.conf": "[global]\nindex-url = https://ci:CANARY@pypi.example.com/simple\n",
		}},
		{name: "instead-of", after: netrc(), files: map[string]string{
			"Dockerfile": from + tool("git", `echo "$3 $4 $5" > /root/.gitconfig`) + tool("go", `grep -q :.*@ /root/.gitconfig || grep -q password /root/.netrc`) +
				"RUN git config --global url.\"https://ci:CANARY@git.example.com/\".insteadOf \"https://git.example.com/\"\nRUN go mod download\n",
		}},
	}
}

// prove builds a route before and after its repair.
func (l *lab) prove(r route) error {
	root, err := os.MkdirTemp("", "dlint-lab-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(root)
	dir := filepath.Join(root, "context")
	canary, err := write(root, dir, r)
	if err != nil {
		return err
	}
	image := filepath.Join(root, "before")
	if err := l.build(dir, image, canary, r.before); err != nil {
		return fmt.Errorf("building before the repair: %w", err)
	}
	places, err := search(image, canary)
	if err != nil || len(places) == 0 {
		return errors.Join(errors.New("the canary is not in the image before the repair: the route proves nothing"), err)
	}
	out, err := exec.Command(l.dlint, "--no-config", "--select", "secrets", "--unsafe-fixes", "--fix", "--context", dir, filepath.Join(dir, "Dockerfile")).CombinedOutput()
	if bytes.Contains(out, []byte(canary)) {
		return errors.New("dlint prints the secret")
	}
	if err != nil && len(out) == 0 {
		return fmt.Errorf("running dlint: %w", err)
	}
	image = filepath.Join(root, "after")
	if err := l.build(dir, image, canary, r.after); err != nil {
		text, _ := os.ReadFile(filepath.Join(dir, "Dockerfile"))
		return fmt.Errorf("building after the repair: %w\n%s\n%s", err, text, out)
	}
	places, err = search(image, canary)
	if err != nil {
		return err
	}
	if len(places) > 0 {
		text, _ := os.ReadFile(filepath.Join(dir, "Dockerfile"))
		return fmt.Errorf("the canary is in the image after the repair: %v\n%s", places, text)
	}
	return nil
}

// write lays out the files of a route, and those that stand in for the secrets.
func write(root, dir string, r route) (canary string, err error) {
	canary = newCanary()
	files := map[string]string{"../canary": canary, "../netrc": "machine git.example.com login ci password " + canary + "\n"}
	for name, text := range r.files {
		files[name] = strings.ReplaceAll(text, "CANARY", canary)
	}
	if r.key {
		text, middle, err := newKey()
		if err != nil {
			return "", err
		}
		files["id_rsa"], canary = text, middle
	}
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	return canary, nil
}

// newCanary is a text that looks like a token.
func newCanary() string {
	text := rand.Text()
	return strings.ToLower(text[:8]) + "7" + text[8:24] + "3"
}

// newKey makes a private key. Its middle is the canary.
func newKey() (text, middle string, err error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", "", err
	}
	text = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	return text, strings.Split(text, "\n")[1], nil
}

// build leaves the image as an OCI layout with its provenance.
func (l *lab) build(dir, image, canary string, options []string) error {
	args := []string{
		"build", "--frontend", "dockerfile.v0", "--local", "context=" + dir, "--local", "dockerfile=" + dir,
		"--opt", "attest:provenance=mode=max", "--output", "type=oci,tar=false,dest=" + image, "--progress", "plain",
	}
	for _, o := range options {
		args = append(args, strings.NewReplacer("{DIR}", dir, "CANARY", canary).Replace(o))
	}
	cmd := exec.Command(l.buildctl, args...)
	cmd.Env = os.Environ()
	if l.host != "" {
		cmd.Env = append(cmd.Env, "BUILDKIT_HOST="+l.host)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// search returns the blobs of an OCI layout that hold the canary: layers
// unpacked, and configurations and provenance as they are.
func search(image, canary string) ([]string, error) {
	var places []string
	err := filepath.WalkDir(image, func(name string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if z, err := gzip.NewReader(bytes.NewReader(data)); err == nil {
			if data, err = io.ReadAll(z); err != nil {
				return fmt.Errorf("unpacking %s: %w", filepath.Base(name), err)
			}
		}
		if bytes.Contains(data, []byte(canary)) {
			places = append(places, filepath.Base(name))
		}
		return nil
	})
	return places, err
}
