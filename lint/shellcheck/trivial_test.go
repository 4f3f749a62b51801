package shellcheck

import (
	"os/exec"
	"testing"
)

var trivialScripts = []string{
	"npm ci",
	"apk add --no-cache curl=8.5.0 bash",
	"  apt-get update  &&  apt-get install -y --no-install-recommends g++ libc6-dev ",
	"mkdir -p /srv/app /var/lib/app",
	"pip install --upgrade pip setuptools==69.0 && python -m venv /opt/venv\n",
	"./gradlew build -x test",
	"chmod +x /entrypoint.sh && chown -R app:app /srv",
}

func TestTrivial(t *testing.T) {
	t.Parallel()
	for _, text := range trivialScripts {
		if !trivial(text) {
			t.Errorf("%q is not trivial, but should be", text)
		}
	}
	for _, text := range []string{
		"", " ", "&&", "npm ci &&", "&& npm ci", "npm ci && && npm ci", "npm ci\nnpm test", "npm ci; npm test", "npm ci &",
		"npm ci || true", "npm ci | tee log", "npm ci > log", "npm install $PACKAGES", "npm install *.tgz", "npm install ~/x",
		`npm install "x"`, "npm install 'x'", `npm install a\ b`, "npm install {a,b}", "npm install `cat x`", "npm run in", "make done",
		"NODE_ENV=production npm ci", "cd /srv", "rm -rf /usr", "echo hello", "sudo npm ci", "mkdir -m 700 -p /srv/x", "find . -delete",
		"mkdir -pm 700 /srv/x", "unknown-program x", "npm ci # x", "apt-get install\u00a0curl", "expr 1 + 2", "test a == b", "make x = y",
	} {
		if trivial(text) {
			t.Errorf("%q is trivial, but should not be", text)
		}
	}
}

// What is not given to shellcheck must be what it finds nothing in.
func TestTrivialIsClean(t *testing.T) {
	t.Parallel()
	path, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Skip("shellcheck is not on the path")
	}
	c := New(path, 1)
	var batch []*job
	for _, text := range trivialScripts {
		for _, shell := range []string{"sh", "dash", "bash", "ksh"} {
			head := header(&Script{Shell: shell})
			batch = append(batch, &job{body: head + text + "\n", head: len(head)})
		}
	}
	if err := c.run(batch); err != nil {
		t.Fatal(err)
	}
	for _, j := range batch {
		if len(j.found) > 0 {
			t.Errorf("shellcheck finds %s in %q", j.found[0].Code, j.body)
		}
	}
}
