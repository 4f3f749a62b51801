package knowledge

import "strings"

// baseSize is the size of an image without compression, in megabytes, as far as
// it can be told from its name: one row for a family, with its variants.
type baseSize struct {
	family             string
	full, slim, alpine int // 0: there is none, or it is not known
}

// baseSizes are round figures of recent tags for amd64: good for a comparison, not
// for accounts. Sorted by family.
var baseSizes = [...]baseSize{
	{"alpine", 8, 8, 8},
	{"bun", 220, 150, 110},
	{"clojure", 650, 600, 450},
	{"dart", 700, 0, 0},
	{"debian", 117, 75, 0},
	{"elixir", 1300, 400, 90},
	{"gcc", 1400, 0, 0},
	{"golang", 850, 0, 250},
	{"gradle", 700, 0, 500},
	{"maven", 550, 450, 350},
	{"nginx", 190, 0, 50},
	{"node", 1100, 220, 160},
	{"php", 500, 0, 100},
	{"python", 1000, 125, 50},
	{"ruby", 1000, 200, 90},
	{"rust", 1500, 800, 850},
	{"swift", 2800, 300, 0},
	{"ubuntu", 78, 78, 0},
}

// BaseSize estimates the size of a base image in megabytes; 0 when nothing is
// known.
func BaseSize(ref Ref) int {
	name, tag := withoutMirror(ref.Name()), ref.Tag
	switch {
	case ref.IsScratch():
		return 0
	case strings.HasPrefix(name, "gcr.io/distroless/"):
		return distrolessSize(name)
	case strings.Contains(name, "dotnet/"):
		return dotnetSize(name, strings.Contains(tag, "alpine"))
	}
	facts, ok := WellKnownImage(ref)
	if !ok {
		return 0
	}
	if facts.Family == "java" || facts.Family == "eclipse-temurin" {
		return javaSize(tag)
	}
	for _, row := range baseSizes {
		if row.family != facts.Family {
			continue
		}
		switch {
		case facts.Distro == "alpine":
			return row.alpine
		case facts.Slim:
			return row.slim
		}
		return row.full
	}
	return 0
}

func distrolessSize(name string) int {
	for _, row := range [...]struct {
		mark string
		size int
	}{{"static", 2}, {"base", 20}, {"cc", 24}, {"python3", 53}, {"nodejs", 140}, {"java", 200}} {
		if strings.HasPrefix(strings.TrimPrefix(name, "gcr.io/distroless/"), row.mark) {
			return row.size
		}
	}
	return 0
}

func dotnetSize(name string, alpine bool) int {
	pick := func(debian, small int) int {
		if alpine {
			return small
		}
		return debian
	}
	switch name[strings.LastIndexByte(name, '/')+1:] {
	case "sdk":
		return pick(850, 700)
	case "aspnet":
		return pick(220, 110)
	case "runtime":
		return pick(195, 85)
	case "runtime-deps":
		return pick(115, 15)
	}
	return 0
}

func javaSize(tag string) int {
	jre, alpine, slim := strings.Contains(tag, "jre"), strings.Contains(tag, "alpine"), strings.Contains(tag, "slim")
	switch {
	case jre && alpine:
		return 190
	case jre && slim:
		return 220
	case jre:
		return 270
	case alpine:
		return 350
	case slim:
		return 420
	}
	return 460
}
