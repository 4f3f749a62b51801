package security

import (
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// permissions are what a mode as chmod reads it turns on.
type permissions struct{ worldWrite, setuid, sticky bool }

// readMode reads a mode, octal or symbolic.
func readMode(text string) permissions {
	if n, err := strconv.ParseUint(text, 8, 16); err == nil {
		return permissions{worldWrite: n&2 != 0, setuid: n&0o4000 != 0, sticky: n&0o1000 != 0}
	}
	var m permissions
	for clause := range strings.SplitSeq(text, ",") {
		at := strings.IndexAny(clause, "+-=")
		if at < 0 || strings.Trim(clause[:at], "ugoa") != "" {
			continue
		}
		who, op, what := clause[:at], clause[at], clause[at+1:]
		if strings.Trim(what, "rwxXst") != "" {
			continue
		}
		if strings.ContainsAny(who, "oa") {
			turn(&m.worldWrite, op, strings.Contains(what, "w"))
		}
		if strings.ContainsAny(who, "ua") {
			turn(&m.setuid, op, strings.Contains(what, "s"))
		}
		m.sticky = m.sticky || op != '-' && strings.Contains(what, "t")
	}
	return m
}

// turn sets a permission as one clause of a mode does, which names it or not.
func turn(on *bool, op byte, named bool) {
	if op == '=' || named {
		*on = named && op != '-'
	}
}

// temporary reports whether all the files lie in a directory that mktemp has made
// in the same script.
func temporary(c *shell.Command, files []shell.Word) bool {
	for k := range files {
		name, ok := strings.CutPrefix(strings.Trim(files[k].Value, `"`), "$")
		if !ok {
			return false
		}
		name, _, _ = strings.Cut(strings.Trim(name, "{}"), "/")
		if name = strings.TrimRight(name, "}"); !fromMktemp(c, name) {
			return false
		}
	}
	return true
}

func fromMktemp(c *shell.Command, name string) bool {
	for before := range c.Script().Assigning(name) {
		if before.Index >= c.Index {
			break
		}
		if strings.Contains(before.Assign(name).Value.Value, "mktemp") {
			return true
		}
	}
	return false
}

// eachMode calls each for every mode that is given to files in the image.
func eachMode(p *lint.Pass, each func(r source.Range, m permissions)) {
	for ins, c := range p.Commands("chmod", "mkdir", "install") {
		if !ships(p, ins) {
			continue
		}
		var w shell.Word
		if c.Name == "chmod" {
			if ops := c.Operands(); len(ops) > 1 && !c.Has("--reference") && !temporary(c, ops[1:]) {
				w = ops[0]
			}
		} else {
			w, _ = c.Option("-m", "--mode")
		}
		if !w.IsZero() && w.Static {
			each(w.Range, readMode(w.Value))
		}
	}
	for ins := range p.WithTriggers("COPY", "ADD") {
		if f := ins.Flag("chmod"); f != nil && ships(p, ins) {
			each(f.ValueRange, readMode(f.Value))
		}
	}
}
