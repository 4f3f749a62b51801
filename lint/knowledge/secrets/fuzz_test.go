package secrets

import "testing"

func FuzzScan(f *testing.F) {
	f.Add("curl -u a:b", "Dockerfile")
	f.Add("API_KEY=\""+random+"\"\n", "a.yaml")
	f.Add("discord: '"+random[:32]+"' ey"+random+".ey"+random, "")
	f.Fuzz(func(t *testing.T, text, path string) {
		last := 0
		for _, m := range Scan(text, path) {
			if m.PathOnly {
				continue
			}
			if m.Start < last || m.End <= m.Start || m.End > len(text) || m.MatchStart > m.Start || m.MatchEnd < m.End {
				t.Fatalf("bad place %+v in %q", m, text)
			}
			last = m.End
		}
	})
}
