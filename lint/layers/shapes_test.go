package layers_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint/layers"
)

// last returns the step of the last instruction.
func last(t *testing.T, text string, files ...string) *layers.Step {
	t.Helper()
	d, m := model(t, text, files...)
	list := d.Tree().Instructions
	return m.Step(list[len(list)-1])
}

func paths(list []layers.Entry) []string {
	out := make([]string, 0, len(list))
	for _, e := range list {
		p := e.Path
		if e.Dir {
			p += "/**"
		}
		if !e.Certain {
			p += " ?"
		}
		out = append(out, p)
	}
	return out
}

func TestAdds(t *testing.T) {
	t.Parallel()
	files := []string{"a.txt", "run", "src/main.go", "dist/app.tar.gz", "deep/x/y/z.c"}
	tests := []struct {
		text string
		want []string
	}{
		{"FROM debian\nCOPY a.txt /etc", []string{"/etc/a.txt"}},
		{"FROM debian\nCOPY run /usr/local/bin", []string{"/usr/local/bin/run"}},
		{"FROM scratch\nCOPY run /usr/local/bin", []string{"/usr/local/bin"}},
		{"FROM debian\nRUN mkdir -p /opt/app\nCOPY a.txt /opt/app", []string{"/opt/app/a.txt"}},
		{"FROM debian\nRUN test -d /x || mkdir /x\nCOPY a.txt /x", []string{"/x"}},
		{"FROM debian AS base\nWORKDIR /opt/app\nFROM base\nWORKDIR /\nCOPY a.txt /opt/app", []string{"/opt/app/a.txt"}},
		{"FROM debian\nCOPY src /app", []string{"/app/**"}},
		{"FROM debian\nCOPY src/main.go run /app/", []string{"/app/main.go", "/app/run"}},
		{"FROM debian\nCOPY *.txt /app/", []string{"/app/**"}},
		{"FROM debian\nARG F\nCOPY $F /app/", []string{"/app/** ?"}},
		{"FROM debian\nARG F=a.txt\nCOPY $F /app/", []string{"/app/a.txt"}},
		{"FROM debian\nARG D\nCOPY a.txt $D/", []string{"/a.txt ?"}},
		{"FROM debian\nCOPY a.txt .", []string{"/a.txt ?"}},
		{"FROM scratch\nCOPY a.txt .", []string{"/a.txt"}},
		{"FROM debian\nADD dist/app.tar.gz /app", []string{"/app/**"}},
		{"FROM debian\nADD --unpack=false dist/app.tar.gz /app/", []string{"/app/app.tar.gz"}},
		{"FROM debian\nADD https://example.com/x.tgz?v=1 /app/", []string{"/app/x.tgz"}},
		{"FROM debian\nADD https://example.com/r.git#v1 /app/", []string{"/app/**"}},
		{"FROM debian\nCOPY --parents deep/x/y/z.c /app/", []string{"/app/deep/x/y/z.c"}},
		{"FROM debian\nCOPY --parents deep/x/./y/z.c /app/", []string{"/app/y/z.c"}},
		{"FROM debian\nCOPY --parents src /app/", []string{"/app/src/**"}},
		{"FROM debian\nCOPY <<one <<two /etc/\n1\none\n2\ntwo\n", []string{"/etc/one", "/etc/two"}},
		{"FROM debian\nCOPY <<one /etc/conf\n1\none\n", []string{"/etc/conf"}},
		{"FROM debian AS b\nFROM debian\nCOPY --from=b /out/app.jar /srv/", []string{"/srv/app.jar"}},
		{"FROM debian AS b\nFROM debian\nCOPY --from=b /out /srv", []string{"/srv/**"}},
		{"FROM debian\nCOPY [\"a.txt\", \"/with space/\"]", []string{"/with space/a.txt"}},
		{"FROM debian\nWORKDIR /a\nWORKDIR b", []string{"/a/b"}},
		{"FROM debian\nONBUILD COPY . /app", []string{}},
		{"FROM debian\nRUN --mount=type=tmpfs,target=/tmp echo x >/tmp/x && echo y >/tmpy", []string{"/tmpy"}},
		{"FROM debian\nARG C=/cache\nRUN --mount=type=cache,target=$C touch /cache/x", []string{}},
		{"FROM debian\nWORKDIR /w\nRUN --mount=type=bind,target=. touch x /y", []string{"/y"}},
		{"FROM debian\nWORKDIR /w\nRUN cd sub && touch x", []string{"/w/sub/x"}},
		{"FROM debian\nRUN tar xf a.tgz -C /opt", []string{"/opt/**"}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, paths(last(t, tt.text, files...).Adds)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRemoves(t *testing.T) {
	t.Parallel()
	tests := []struct {
		run  string
		want []string
	}{
		{"RUN rm -rf /a /b/c", []string{"/a/**", "/b/c/**"}},
		{"RUN rm /a && rm b", []string{"/a", "/w/b"}},
		{"RUN rm -f /a/{x,y}", []string{"/a/{x,y}"}}, // dash takes it as it is
		{"RUN [ -f /a ] && rm /a", []string{"/a ?"}},
		{"RUN --mount=type=cache,target=/var/cache/apt rm -rf /var/cache/apt/x /var/cache", []string{"/var/cache/**"}},
		{"RUN mv /a /b", []string{"/a/**"}},
		{"RUN rm -rf $X/y ~/.ssh", []string{"/root/.ssh/**"}},
		{`RUN ["rm", "-rf", "/a"]`, []string{"/a/**"}},
		{"RUN <<EOF\nrm /a\nEOF", []string{"/a"}},
		{"RUN find /a -name '*.c' -delete", []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.run, func(t *testing.T) {
			t.Parallel()
			got := paths(last(t, "FROM debian\nWORKDIR /w\n"+tt.run+"\n").Removes)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTargetShapes(t *testing.T) {
	t.Parallel()
	files := []string{"a.txt", "src/a.js", "src/deep/b.js", "mods/one/go.mod", "mods/two/go.mod", "x.tar"}
	tests := []struct{ text, file, want string }{
		{"COPY src/* /x/", "src/deep/b.js", "/x/b.js"}, // a folder gives its content
		{"COPY src/* /x/", "src/a.js", "/x/a.js"},
		{"COPY --parents mods/*/go.mod /x/", "mods/two/go.mod", "/x/mods/two/go.mod"},
		{"COPY --parents mods/./*/go.mod /x/", "mods/two/go.mod", "/x/two/go.mod"},
		{"COPY --parents mods/*/./go.mod /x/", "mods/two/go.mod", "/x/go.mod"},
		{"COPY --parents **/*.js /x/", "src/deep/b.js", "/x/src/deep/b.js"},
		{"COPY --exclude=**/b.js src /x/", "src/a.js", "/x/a.js"},
		{"COPY /src /x", "src/a.js", "/x/a.js"},
		{"COPY ../src /x", "src/a.js", "/x/a.js"}, // BuildKit stays inside the context
		{"ADD x.tar /x/", "x.tar", ""},
		{"ADD --unpack=false x.tar /x/", "x.tar", "/x/x.tar"},
		{"COPY x.tar /opt", "x.tar", "/opt/x.tar"},
	}
	for _, tt := range tests {
		t.Run(tt.text+" "+tt.file, func(t *testing.T) {
			t.Parallel()
			if got := last(t, "FROM debian\n"+tt.text+"\n", files...).Copy.Target(tt.file); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestLands(t *testing.T) {
	t.Parallel()
	step := last(t, "FROM debian\nCOPY . /app/\n", "a.key", "b/c.key", "b/d")
	tests := []struct {
		e    layers.Entry
		want []string
	}{
		{layers.Entry{Path: "/app/b", Dir: true}, []string{"b/c.key", "b/d"}},
		{layers.Entry{Path: "/app/*.key", Glob: true}, []string{"a.key"}},
		{layers.Entry{Path: "/app/b"}, nil},
		{layers.Entry{Path: "/srv", Dir: true}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.e.Path, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range step.Copy.Lands(&tt.e) {
				got = append(got, f.Path)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestFateShapes follows /app/s, which the first COPY brings.
func TestFateShapes(t *testing.T) {
	t.Parallel()
	const bring = "FROM debian AS b\nCOPY s /app/\n"
	tests := []struct {
		name, rest string
		carried    []string
		reaches    bool
	}{
		{"own stage is the image", "", nil, true},
		{"confined", "FROM debian\nRUN x\n", nil, false},
		{"exact", "FROM debian\nCOPY --from=b /app/s /etc/\n", []string{"/etc/s"}, true},
		{"renamed", "FROM debian\nCOPY --from=b /app/s /etc/conf\n", []string{"/etc/conf"}, true},
		{"by number", "FROM debian\nCOPY --from=0 /app /srv\n", []string{"/srv/s"}, true},
		{"whole", "FROM scratch\nCOPY --from=b / /\n", []string{"/app/s"}, true},
		{"parents", "FROM debian\nCOPY --from=b --parents /app/s /x/\n", []string{"/x/app/s"}, true},
		{"parents pivot", "FROM debian\nCOPY --from=b --parents /app/./s /x/\n", []string{"/x/s"}, true},
		{"excluded", "FROM debian\nCOPY --from=b --exclude=s /app /x/\n", nil, false},
		{"not excluded", "FROM debian\nCOPY --from=b --exclude=t /app /x/\n", []string{"/x/s"}, true},
		{"wildcard", "FROM debian\nCOPY --from=b /app/* /x/\n", []string{"/x/s"}, true},
		{"wildcard folder", "FROM debian\nCOPY --from=b /a* /x/\n", []string{"/x/s"}, true},
		{"other path", "FROM debian\nCOPY --from=b /app2 /x/\n", nil, false},
		{"built on", "FROM b AS c\nRUN x\nFROM debian\nCOPY --from=c /app /x/\n", []string{"/x/s"}, true},
		{"removed in between", "FROM b AS c\nRUN rm /app/s\nFROM debian\nCOPY --from=c /app /x/\n", nil, false},
		{"removed elsewhere", "FROM b AS c\nRUN rm /app/s\nFROM debian\nCOPY --from=b /app /x/\n", []string{"/x/s"}, true},
		{"inherited", "FROM b\nRUN rm /app/s\n", nil, true},
		{"maybe removed", "RUN if x; then rm /app/s; fi\nFROM debian\nCOPY --from=b /app /x/\n", []string{"/x/s"}, true},
		{"trigger", "ONBUILD RUN rm /app/s\nFROM debian\nCOPY --from=b /app /x/\n", []string{"/x/s"}, true},
		{"other stage's removal", "FROM debian\nRUN rm -rf /app\n", nil, false},
		{"chain", "FROM debian AS c\nCOPY --from=b /app /c\nFROM debian\nCOPY --from=c /c /d\n", []string{"/c/s"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, m := model(t, bring+tt.rest, "s")
			f := m.Fate(m.Step(d.Tree().Instructions[1]), "/app/s")
			var carried []string
			for _, c := range f.Carried {
				carried = append(carried, c.Path)
			}
			slices.Sort(carried)
			if diff := cmp.Diff(tt.carried, carried); diff != "" || f.Reaches() != tt.reaches {
				t.Errorf("reaches %v, %s", f.Reaches(), diff)
			}
		})
	}
}

func TestMounts(t *testing.T) {
	t.Parallel()
	step := last(t, `FROM debian AS b
FROM debian
WORKDIR /w
ARG ID=tok
RUN --mount=source=go.mod,target=go.mod --mount=type=secret,id=$ID --mount=type=secret,id=k,env=K --mount=from=b,target=/b,rw x
`)
	type mount struct{ Type, Target, Source, ID, Env, From string }
	var got []mount
	for _, m := range step.Mounts {
		from := ""
		if m.From != nil {
			from = m.From.Ref.Value
		}
		got = append(got, mount{m.Type, m.Target, m.Source, m.ID, m.Env, from})
	}
	want := []mount{
		{"bind", "/w/go.mod", "go.mod", "", "", ""},
		{"secret", "/run/secrets/tok", "", "tok", "", ""},
		{"secret", "", "", "k", "K", ""},
		{"bind", "/b", "", "", "", "b"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBrought(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, p string
		want          int // the index of the instruction, -1 for none
	}{
		{"exact file", "FROM debian\nCOPY a.txt /app/\nCOPY b.txt /app/\nRUN x", "/app/a.txt", 1},
		{"not another file", "FROM debian\nCOPY a.txt /app/\nRUN x", "/app/b.txt", -1},
		{"the last", "FROM debian\nCOPY a.txt /app/\nCOPY a.txt /app/\nRUN x", "/app/a.txt", 2},
		{"through FROM", "FROM debian AS b\nCOPY a.txt /app/\nFROM b\nRUN x", "/app/a.txt", 1},
		{"no mode change", "FROM debian\nCOPY a.txt /app/\nRUN chmod 600 /app/a.txt\nRUN x", "/app/a.txt", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, m := model(t, tt.text, "a.txt", "b.txt")
			list := d.Tree().Instructions
			step, _ := m.Brought(m.Step(list[len(list)-1]), tt.p)
			got := -1
			if step != nil {
				got = step.Ins.Index
			}
			if got != tt.want {
				t.Errorf("%d, want %d", got, tt.want)
			}
		})
	}
}

// TestFirstRemoval holds that the first step that removes a path is found, however
// it names it.
func TestFirstRemoval(t *testing.T) {
	t.Parallel()
	const (
		exact   = "RUN rm /app/s\n"
		folder  = "RUN rm -r /app\n"
		pattern = "RUN rm /app/*\n"
		other   = "RUN rm /app2/s /app/t /ap/*\n"
		maybe   = "RUN if x; then rm /app/s; fi\n"
	)
	tests := []struct {
		name string
		runs string
		line int // of the step that is found, the first RUN is 0; -1 for none
	}{
		{"none", other + maybe, -1},
		{"exact first", other + exact + folder + pattern, 1},
		{"folder first", maybe + folder + pattern + exact, 1},
		{"pattern first", pattern + exact + folder, 0},
		{"the folder without its content", "RUN rmdir /app\n" + exact, 1},
		{"two of a path", exact + exact, 0},
		{"all of /", "RUN rm -rf /*\n" + exact, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, m := model(t, "FROM debian\nRUN rm -r /app\nCOPY s /app/\n"+tt.runs, "s")
			f := m.Fate(m.Step(d.Tree().Instructions[2]), "/app/s")
			got := -1
			if f.RemovedBy != nil {
				got = f.RemovedBy.Ins.Index - 3
			}
			if got != tt.line {
				t.Errorf("removed by RUN %d, want %d", got, tt.line)
			}
		})
	}
}

// TestFoldersBefore holds that a folder counts from the step on that makes it, in
// whatever order the steps are asked for.
func TestFoldersBefore(t *testing.T) {
	t.Parallel()
	const text = "FROM debian AS a\nCOPY f /new\nWORKDIR /new\nWORKDIR /\nCOPY f /new\nFROM a\nCOPY f /new\nCOPY f /new/x\nCOPY f /new/x\n"
	for _, order := range [][]int{{1, 4, 6, 7, 8}, {8, 7, 6, 4, 1}, {4, 1, 8, 6, 7}} {
		d, m := model(t, text, "f")
		list := d.Tree().Instructions
		got := map[int]string{}
		for _, k := range order {
			got[k] = m.Step(list[k]).Adds[0].Path
		}
		want := map[int]string{1: "/new", 4: "/new/f", 6: "/new/f", 7: "/new/x", 8: "/new/x"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v: %s", order, diff)
		}
	}
}
