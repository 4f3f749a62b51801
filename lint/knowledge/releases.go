package knowledge

import "strings"

// DefaultRelease returns the Debian release of an image whose tag does not name
// one, for tags that are old enough not to be built any more. Empty when it is
// not known.
func DefaultRelease(name, tag string) string {
	if name != "rust" {
		return ""
	}
	version, rest, _ := strings.Cut(tag, "-")
	if rest != "" && rest != "slim" || !strings.HasPrefix(version, "1.") || !olderMinor(version, 89) || olderMinor(version, 57) {
		return ""
	}
	switch {
	case olderMinor(version, 70):
		return "11"
	case olderMinor(version, 71):
		return "" // the release changed meanwhile
	}
	return "12"
}

// StaticProgram reports whether the published binary of a program is linked
// statically, so that it runs on any image.
func StaticProgram(name string) bool {
	switch name {
	case "grpc_health_probe", "grpc-health-probe", "tini-static", "gosu", "kubectl", "helm", "yq":
		return true
	}
	return false
}

// TemurinJRE reports whether eclipse-temurin has a runtime image of the version of
// Java.
func TemurinJRE(major string) bool {
	switch major {
	case "8", "11", "17", "18", "19", "20", "21", "22", "23", "24", "25":
		return true
	}
	return false
}
