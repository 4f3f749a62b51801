package verify

import (
	"fmt"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Difference is something that is not as before.
type Difference struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// configDifferences compares two configurations field by field.
func configDifferences(a, b *v1.Config) []Difference {
	out := []Difference{}
	add := func(field, x, y string) {
		if x != y {
			out = append(out, Difference{field, x, y})
		}
	}
	if !isRoot(a.User) || !isRoot(b.User) {
		add("User", a.User, b.User)
	}
	add("WorkingDir", a.WorkingDir, b.WorkingDir)
	add("Entrypoint", words(a.Entrypoint), words(b.Entrypoint))
	add("Cmd", words(a.Cmd), words(b.Cmd))
	add("StopSignal", a.StopSignal, b.StopSignal)
	add("Shell", words(a.Shell), words(b.Shell))
	add("Healthcheck", health(a.Healthcheck), health(b.Healthcheck))
	add("ExposedPorts", strings.Join(sorted(a.ExposedPorts), " "), strings.Join(sorted(b.ExposedPorts), " "))
	add("Volumes", strings.Join(sorted(a.Volumes), " "), strings.Join(sorted(b.Volumes), " "))
	add("OnBuild", words(a.OnBuild), words(b.OnBuild))
	mapDifferences("Env", variables(a.Env), variables(b.Env), add)
	mapDifferences("Label", a.Labels, b.Labels, add)
	return out
}

// isRoot reports whether the user of an image is root: none is written, or one of
// root's names. The group of root alone is 0 as well.
func isRoot(user string) bool {
	switch user {
	case "", "0", "root", "0:0", "root:root":
		return true
	}
	return false
}

func mapDifferences(what string, a, b map[string]string, add func(field, x, y string)) {
	names := map[string]bool{}
	for _, m := range [...]map[string]string{a, b} {
		for name := range m {
			names[name] = true
		}
	}
	for _, name := range sorted(names) {
		add(what+" "+name, a[name], b[name])
	}
}

func variables(env []string) map[string]string {
	out := map[string]string{}
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		out[name] = value
	}
	return out
}

// words writes a list so that no two lists look alike.
func words(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return fmt.Sprintf("%q", list)
}

func health(h *v1.HealthConfig) string {
	if h == nil {
		return ""
	}
	return fmt.Sprintf("%q interval %v timeout %v start %v retries %d", h.Test, h.Interval, h.Timeout, h.StartPeriod, h.Retries)
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
