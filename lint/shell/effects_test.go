package shell

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDownloads(t *testing.T) {
	t.Parallel()
	tests := []struct {
		script string
		want   []string
	}{
		{"curl -fsSL https://a.example/b | sh", []string{"curl https://a.example/b - piped"}},
		{"curl -o /c -L https://a.example/b", []string{"curl https://a.example/b /c"}},
		{"cd /x && curl -LO https://a.example/b.tgz?c=d", []string{"curl https://a.example/b.tgz?c=d /x/b.tgz"}},
		{"curl https://a.example/b > c", []string{"curl https://a.example/b c"}},
		{"curl -o a https://x.example/1 -o b https://x.example/2 https://x.example/3", []string{"curl https://x.example/1 a", "curl https://x.example/2 b", "curl https://x.example/3 -"}},
		{"wget https://a.example/b", []string{"wget https://a.example/b b"}},
		{"wget -qO- https://a.example/b | tar xz", []string{"wget https://a.example/b - piped"}},
		{"wget -O /c/d https://a.example/$V", []string{"wget https://a.example/$V /c/d"}},
		{"wget -P /c https://a.example/b https://a.example/$V", []string{"wget https://a.example/b /c/b", "wget https://a.example/$V "}},
		{"wget --spider https://a.example/b", nil},
		{"git clone --depth 1 https://a.example/b.git && git -C /x clone https://a.example/c d", []string{"git https://a.example/b.git b", "git https://a.example/c /x/d"}},
		{"curl -O $A/b && wget https://a.example/$B/c-$V.tgz", []string{"curl $A/b b", "wget https://a.example/$B/c-$V.tgz "}},
		{"git pull", nil},
		{"wget https://a.example/b && echo 'x  b' | sha256sum -c -", []string{"wget https://a.example/b b checked"}},
		{"wget https://a.example/b && sha256sum b", []string{"wget https://a.example/b b"}},
		{"aria2c -d /x -o y https://a.example/b", []string{"aria2c https://a.example/b /x/y"}},
	}
	for _, tt := range tests {
		_, s := run(t, tt.script)
		var got []string
		for _, c := range s.Commands {
			for _, d := range c.Downloads() {
				text := d.Tool + " " + d.URL.Value + " " + d.Path
				if d.Piped {
					text += " piped"
				}
				if d.Checked {
					text += " checked"
				}
				got = append(got, text)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.script, diff)
		}
	}
}

func TestEffects(t *testing.T) {
	t.Parallel()
	kinds := map[EffectKind]string{
		Create: "create", Append: "append", MakeDir: "mkdir", Copy: "copy", Move: "move", Link: "link",
		Extract: "extract", Mode: "mode", Owner: "owner", Delete: "delete", MoveAway: "moveaway",
	}
	tests := []struct {
		script string
		want   []string
	}{
		{"echo a > /b 2>/dev/null", []string{"create /b"}},
		{"cd /x && echo a >> b && { c; } > d 2>&1", []string{"append /x/b", "create /x/d"}},
		{"a | tee -a /b c", []string{"append /b", "append c"}},
		{"mkdir -p a /b/$C", []string{"mkdir a", "mkdir /b/$C ?"}},
		{"cp -r a b /c && mv d e && ln -s f /g && install -m 755 h /i && install -d j && cp -t /k l", []string{
			"copy /c", "move e", "moveaway d", "link /g", "copy /i", "mkdir j", "copy /k",
		}},
		{"tar xzf a.tgz -C /b && tar -xf c && tar czf d.tgz e && unzip f -d g", []string{"extract /b", "extract .", "create d.tgz", "extract g"}},
		{"chmod 755 /a b && chown -R c:d /e && touch f && sed -i s/g/h/ i && dd if=j of=/k", []string{
			"mode /a", "mode b", "owner /e", "create f", "create i", "create /k",
		}},
		{"curl -o /a https://x.example/b && wget https://x.example/c && git clone https://x.example/d.git /e && curl https://x.example/f > /g", []string{
			"create /a", "create c", "create /e", "create /g",
		}},
		{"rm -rf /a/* b && cd /c && rmdir d && unlink $E && rm ~/f", []string{"delete /a/*", "delete b", "delete /c/d", "delete $E ?", "delete ~/f ?"}},
		{"find /a /b -name c -delete; find /d -mindepth 1 -exec rm -rf {} +; find /e -type f", []string{"delete /a ?", "delete /b ?", "delete /d"}},
		{"ls | xargs -I{} chmod 755 {}", []string{"mode {} ?"}},
	}
	for _, tt := range tests {
		_, s := run(t, tt.script)
		var got []string
		for _, c := range s.Commands {
			for _, e := range append(c.Writes(), c.Removes()...) {
				text := fmt.Sprintf("%s %s", kinds[e.Kind], e.Path)
				if !e.Known {
					text += " ?"
				}
				got = append(got, text)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.script, diff)
		}
	}
}

func TestScriptRemoves(t *testing.T) {
	t.Parallel()
	tests := []struct {
		script, path string
		want         bool
	}{
		{"rm -rf /var/lib/apt/lists/*", "/var/lib/apt/lists", true},
		{"rm -rf /var/lib/apt/lists/*", "/var/lib/apt/lists/partial", true},
		{"rm -rf /var/lib/apt/lists/", "/var/lib/apt/lists", true},
		{"rm -rf /var/lib/apt", "/var/lib/apt/lists", true},
		{"rm /var/lib/apt/lists/*", "/var/lib/apt/lists", true},
		{"cd /var/lib/apt && rm -r lists", "/var/lib/apt/lists", true},
		{"rm -rf /var/lib/apt/lists/a*", "/var/lib/apt/lists", false},
		{"rm -rf /var/lib/apt/listsx", "/var/lib/apt/lists", false},
		{"rm -f /a", "/a/b", false},
		{"if x; then rm -rf /a; fi", "/a", false},
		{"rm -rf $X", "/a", false},
		{"sudo rm -rf /a", "/a", true},
		{"sh -c 'rm -rf /a'", "/a", true},
		{"find /a -delete", "/a/b", true},
		{"find /a -name c -delete", "/a/b", false},
		{"find /a -mtime +7 -delete", "/a/b", false},
		{"find /a -maxdepth 1 -size +1M -exec rm -f {} +", "/a/b", false},
		{"find /a -mindepth 2 -delete", "/a/b", false},
		{"find /a -xdev -depth -mindepth 1 -print -exec rm -rf {} + -delete", "/a/b", true},
		{"mv /a /b", "/a", true},
		{"echo a", "/a", false},
	}
	for _, tt := range tests {
		_, s := run(t, tt.script)
		if got := s.Removes(tt.path); got != tt.want {
			t.Errorf("%s: Removes(%s) = %v", tt.script, tt.path, got)
		}
	}
}
