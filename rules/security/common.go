package security

import (
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// dropFlag returns the edit that removes an option with its value from a command;
// false when a comment would go with it.
func dropFlag(p *lint.Pass, c *shell.Command, f *shell.Flag) (lint.Edit, bool) {
	args := c.Args()
	w := args[f.Word]
	if len(f.Name) == 2 && len(w.Value) > 2 && w.Value[1] != '-' && !f.Has {
		r := f.Range
		if p.Source.Slice(r)[0] == '-' {
			r.Start++ // the dash belongs to the letters that stay
		}
		return lint.Delete(r), r.Len() == 1
	}
	from := c.Words[0].Range.End
	if f.Word > 0 {
		from = args[f.Word-1].Range.End
	}
	r := source.Range{Start: from, End: w.Range.End}
	if f.Has && f.Value.Range.End > r.End {
		r.End = f.Value.Range.End
	}
	return lint.Delete(r), !strings.Contains(p.Source.Slice(r), "#")
}

// dropping returns the fix that removes an option.
func dropping(p *lint.Pass, c *shell.Command, f *shell.Flag) []lint.Fix {
	edit, ok := dropFlag(p, c, f)
	if !ok {
		return nil
	}
	return []lint.Fix{{Title: "Remove " + f.Name, Applicability: lint.Unsafe, Edits: []lint.Edit{edit}}}
}

// adding returns the fix that adds an option behind the program of a command; none
// where the words stand in a JSON array.
func adding(c *shell.Command, option string) []lint.Fix {
	if c.Piece == nil {
		return nil
	}
	return []lint.Fix{{
		Title:         "Add " + option,
		Applicability: lint.Unsafe,
		Edits:         []lint.Edit{lint.Insert(c.Words[0].Range.End, " "+option)},
	}}
}

// safely makes fixes safe.
func safely(fixes []lint.Fix) []lint.Fix {
	for k := range fixes {
		fixes[k].Applicability = lint.Safe
	}
	return fixes
}

// host returns the host of a URL, without user and port.
func host(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return ""
	}
	if k := strings.IndexAny(rest, "/?#"); k >= 0 {
		rest = rest[:k]
	}
	if k := strings.LastIndexByte(rest, '@'); k >= 0 {
		rest = rest[k+1:]
	}
	if strings.HasPrefix(rest, "[") {
		return rest
	}
	name, _, _ := strings.Cut(rest, ":")
	return strings.ToLower(name)
}

// nearby reports whether a host is this machine, or one of a private network.
func nearby(name string) bool {
	if name == "localhost" || !strings.Contains(name, ".") || strings.HasSuffix(name, ".local") ||
		strings.HasSuffix(name, ".internal") || strings.HasSuffix(name, ".localhost") {
		return true
	}
	for _, prefix := range [...]string{"127.", "10.", "192.168.", "169.254.", "[::1]", "[fe80", "0.0.0.0"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	rest, ok := strings.CutPrefix(name, "172.")
	second, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(second)
	return ok && err == nil && 16 <= n && n < 32
}

// ships reports whether what the instruction writes is in the image that is built.
func ships(p *lint.Pass, ins *dockerfile.Instruction) bool {
	s := p.Stages().StageOf(ins)
	return s != nil && !s.Windows() && (p.Stages().InTarget(s) || ins.Parent != nil)
}

// root reports whether a value of USER means root.
func root(user string) bool {
	name, _, _ := strings.Cut(user, ":")
	return name == "root" || name == "0"
}

// rootAt reports whether an instruction is known to run as root.
func rootAt(p *lint.Pass, ins *dockerfile.Instruction) bool {
	at := p.Stages().StateAt(ins)
	if at.UserBy != nil {
		return at.UserKnown && root(at.User)
	}
	image, ok := p.Image(p.Stages().StageOf(ins))
	return ok && (image.User == "" || root(image.User))
}
