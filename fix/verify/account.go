package verify

import (
	"strconv"
	"strings"
)

// account is whom an image runs its program as.
type account struct {
	uid, gid int
	groups   []int
	home     string
}

// lookUp finds the account of USER in the lists of the image, as the runtimes
// do.
func lookUp(i *image, user string) account {
	name, group, _ := strings.Cut(user, ":")
	out := account{home: "/"}
	if name == "" {
		name = "0"
	}
	line := accountLine(i.passwd, name)
	if line == nil && isNumber(name) {
		out.uid, _ = strconv.Atoi(name)
		line = numberLine(i.passwd, name)
	}
	if len(line) >= 6 {
		out.uid, _ = strconv.Atoi(line[2])
		out.gid, _ = strconv.Atoi(line[3])
		out.home = line[5]
	}
	if group == "" && line != nil {
		out.groups = memberOf(i.group, line[0])
		return out
	}
	if isNumber(group) {
		out.gid, _ = strconv.Atoi(group)
	} else if g := accountLine(i.group, group); g != nil {
		out.gid, _ = strconv.Atoi(g[2])
	}
	return out
}

// numberLine returns the fields of the line with that number.
func numberLine(list, number string) []string {
	for line := range strings.SplitSeq(list, "\n") {
		fields := strings.Split(line, ":")
		if len(fields) >= 3 && fields[2] == number {
			return fields
		}
	}
	return nil
}

// memberOf returns the groups that list a user.
func memberOf(list, user string) []int {
	var out []int
	for line := range strings.SplitSeq(list, "\n") {
		fields := strings.Split(line, ":")
		if len(fields) < 4 {
			continue
		}
		for member := range strings.SplitSeq(fields[3], ",") {
			if member != user {
				continue
			}
			if gid, err := strconv.Atoi(fields[2]); err == nil {
				out = append(out, gid)
			}
		}
	}
	return out
}
