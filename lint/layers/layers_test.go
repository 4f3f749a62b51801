package layers_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/source"
)

func model(t *testing.T, text string, files ...string) (*lint.Document, *layers.Model) {
	t.Helper()
	content := map[string][]byte{}
	for _, f := range files {
		content[f] = []byte(f)
	}
	d := lint.NewDocument(source.NewFile("Dockerfile", text), lint.Build{Context: buildctx.FromFiles(content)})
	if errs := d.Tree().Errors; len(errs) > 0 {
		t.Fatal(errs[0])
	}
	return d, d.Layers()
}

func TestTarget(t *testing.T) {
	t.Parallel()
	files := []string{"package.json", "src/a.js", "src/deep/b.js", "LICENSE"}
	tests := []struct {
		copy, file, want string
	}{
		{"COPY . .", "src/a.js", "/app/src/a.js"},
		{"COPY package.json .", "package.json", "/app/package.json"},
		{"COPY package.json ./", "package.json", "/app/package.json"},
		{"COPY package.json /etc/p.json", "package.json", "/etc/p.json"},
		{"COPY package.json LICENSE /x", "LICENSE", "/x/LICENSE"},
		{"COPY src /code", "src/deep/b.js", "/code/deep/b.js"},
		{"COPY src/ ./", "src/a.js", "/app/a.js"},
		{"COPY *.json /x/", "package.json", "/x/package.json"},
		{"COPY --parents src/deep/b.js /x/", "src/deep/b.js", "/x/src/deep/b.js"},
		{"COPY --parents src/./deep/b.js /x/", "src/deep/b.js", "/x/deep/b.js"},
		{"COPY ./src/./a.js /x/", "src/a.js", "/x/a.js"},
		{"COPY package.json .", "src/a.js", ""},
	}
	for _, tt := range tests {
		t.Run(tt.copy+" "+tt.file, func(t *testing.T) {
			t.Parallel()
			d, m := model(t, "FROM scratch\nWORKDIR /app\n"+tt.copy+"\n", files...)
			step := m.Step(d.Tree().Instructions[2])
			if got := step.Copy.Target(tt.file); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// TestWindowsTarget copies to where backslashes and drives name the place.
func TestWindowsTarget(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		copy, file, want string
		known            bool
	}{
		{`COPY src\a.js C:\app\`, "src/a.js", "C:/app/a.js", true},
		{`COPY src\a.js C:/app/b.js`, "src/a.js", "C:/app/b.js", true},
		{`COPY src\a.js .\`, "src/a.js", "C:/srv/a.js", true},
		{`COPY src\deep sub\deep`, "src/deep/b.js", "C:/srv/sub/deep/b.js", true},
		{`COPY .\src \top\`, "src/a.js", "/top/a.js", true},
		{`COPY ["src\\a.js", "C:\\Program Files\\"]`, "src/a.js", "C:/Program Files/a.js", true},
	} {
		text := "# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nWORKDIR C:\\srv\n" + tt.copy + "\n"
		d, m := model(t, text, "src/a.js", "src/deep/b.js")
		c := m.Step(d.Tree().Instructions[2]).Copy
		if got := c.Target(tt.file); got != tt.want || c.DestKnown != tt.known {
			t.Errorf("%s: %s lands at %q, %v, want %q", tt.copy, tt.file, got, c.DestKnown, tt.want)
		}
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	d, m := model(t, `FROM debian
WORKDIR /srv
USER app
RUN --mount=type=cache,target=/cache echo a > x && touch /cache/y ~/z && if true; then rm -rf /opt/*; fi && rm b
`)
	step := m.Step(d.Tree().Instructions[3])
	type entry struct {
		Path    string
		Certain bool
		Dir     bool
	}
	show := func(list []layers.Entry) (out []entry) {
		for _, e := range list {
			out = append(out, entry{e.Path, e.Certain, e.Dir})
		}
		return out
	}
	if diff := cmp.Diff([]entry{{"/srv/x", true, false}, {"/home/app/z", true, false}}, show(step.Adds)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]entry{{"/opt/*", false, true}, {"/srv/b", true, false}}, show(step.Removes)); diff != "" {
		t.Error(diff)
	}
}

func TestFate(t *testing.T) {
	t.Parallel()
	d, m := model(t, `FROM node AS build
WORKDIR /app
COPY . .
RUN npm ci && rm .npmrc
FROM node AS other
COPY --from=build /app /srv
FROM other
COPY --from=build /app/.env /etc/env
RUN rm -f /srv/secret.key
`, ".npmrc", ".env", "secret.key")
	step := m.Step(d.Tree().Instructions[2])
	tests := []struct {
		path             string
		removed          bool
		carried          []string
		reaches, visible bool
	}{
		{"/app/.npmrc", true, nil, false, false},
		{"/app/.env", false, []string{"/srv/.env", "/etc/env"}, true, true},
		{"/app/secret.key", false, []string{"/srv/secret.key"}, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			f := m.Fate(step, tt.path)
			var carried []string
			for _, c := range f.Carried {
				carried = append(carried, c.Path)
			}
			if diff := cmp.Diff(tt.carried, carried); diff != "" {
				t.Error(diff)
			}
			if (f.RemovedBy != nil) != tt.removed || f.Reaches() != tt.reaches || visible(f) != tt.visible {
				t.Errorf("removed %v, reaches %v, visible %v", f.RemovedBy != nil, f.Reaches(), visible(f))
			}
		})
	}
}

// visible reports whether the file is still there, not removed, in the image that
// is built.
func visible(f *layers.Fate) bool {
	return f.InImage && f.RemovedBy == nil || slices.ContainsFunc(f.Carried, visible)
}
