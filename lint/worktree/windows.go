package worktree

import (
	"path/filepath"
	"runtime"
	"strings"
)

// On Windows a path may be more than a place on a disk: \\server\share asks
// another machine, and tells it who the user is; NUL, COM1 and the like are
// devices in every folder.

// foreign reports whether looking at an absolute path does more than to look at
// the disk that root is on.
func foreign(root, path string) bool {
	return runtime.GOOS == "windows" && foreignOnWindows(root, path)
}

func foreignOnWindows(root, path string) bool {
	if hasDevice(path) {
		return true
	}
	machine := share(path)
	return machine != "" && machine != share(root)
}

// share returns the machine and its share that a path of Windows names, in lower
// case; "" for a path on a drive. The spaces of names of devices count as machines.
func share(path string) string {
	path = strings.ToLower(strings.ReplaceAll(path, "/", `\`))
	if rest, ok := strings.CutPrefix(path, `\??\`); ok {
		path = `\\?\` + rest
	}
	rest, ok := strings.CutPrefix(path, `\\`)
	if !ok {
		return ""
	}
	if long, ok := strings.CutPrefix(rest, `?\`); ok { // lifts the limit of 260 characters
		if len(long) > 1 && long[1] == ':' {
			return ""
		}
		rest = strings.TrimPrefix(long, `unc\`)
	}
	parts := strings.SplitN(rest, `\`, 3)
	return strings.Join(parts[:min(len(parts), 2)], `\`)
}

// hasDevice reports whether Windows takes an element of the path for a device,
// whatever stands behind the first dot or colon.
func hasDevice(path string) bool {
	for name := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '\\' || r == '/' }) {
		stem := name
		if i := strings.IndexAny(name, ".:"); i >= 0 {
			stem = name[:i]
		}
		if isDevice(strings.ToUpper(strings.TrimRight(stem, " "))) {
			return true
		}
	}
	return false
}

func isDevice(stem string) bool {
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	for _, port := range [...]string{"COM", "LPT"} {
		if number, ok := strings.CutPrefix(stem, port); ok {
			switch number {
			case "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "\u00b9", "\u00b2", "\u00b3":
				return true
			}
		}
	}
	return false
}

// spelled returns a path without links as Windows spells it, for which PROGRA~1
// and program files are one folder.
func spelled(path string) (string, error) {
	if runtime.GOOS != "windows" {
		return path, nil
	}
	return filepath.EvalSymlinks(path)
}
