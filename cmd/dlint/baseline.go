package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/report"
)

// baseline lists findings that are known and left out of reports. They are told
// apart by file, rule and the text of their line, so that they may move.
type baseline struct {
	name string // the file; paths inside are relative to its folder
	// left is how many findings are still to be left out.
	left map[baselineKey]int
}

// baselineKey is one kind of finding. Line is a hash of the line's text.
type baselineKey struct {
	Path string `json:"path"`
	Rule string `json:"rule"`
	Line string `json:"line"`
}

type baselineEntry struct {
	baselineKey
	Count int `json:"count"`
}

type baselineFile struct {
	Version  int             `json:"version"`
	Findings []baselineEntry `json:"findings"`
}

func newBaseline(name string) *baseline { return &baseline{name, map[baselineKey]int{}} }

func readBaseline(name string) (*baseline, error) {
	text, err := readFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the baseline %s: %w; --write-baseline writes one", name, err)
	}
	var f baselineFile
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return nil, fmt.Errorf("reading the baseline %s: %w; write it anew with --write-baseline", name, err)
	}
	if f.Version != 1 {
		return nil, fmt.Errorf("reading the baseline %s: version %d is not known to this dlint", name, f.Version)
	}
	b := newBaseline(name)
	for _, e := range f.Findings {
		if e.Count < 1 {
			return nil, fmt.Errorf("reading the baseline %s: a finding of %s has the count %d; write it anew with --write-baseline", name, e.Path, e.Count)
		}
		b.left[e.baselineKey] += e.Count
	}
	return b, nil
}

// key returns the key of a finding.
func (b *baseline) key(f *report.File, d *lint.Diagnostic) baselineKey {
	path := f.Path
	if f.Path != "-" {
		if rel, err := filepath.Rel(filepath.Dir(absolute(b.name)), absolute(f.Path)); err == nil {
			path = filepath.ToSlash(rel)
		}
	}
	return baselineKey{path, d.Name(), report.LineHash(f.Source, d)}
}

// add lists the findings of a file.
func (b *baseline) add(f *report.File) {
	for i := range f.Diagnostics {
		b.left[b.key(f, &f.Diagnostics[i])]++
	}
}

// filter removes the findings that are listed. Secrets among them stay hidden
// where other findings show their lines.
func (b *baseline) filter(f *report.File) {
	f.Diagnostics = slices.DeleteFunc(f.Diagnostics, func(d lint.Diagnostic) bool {
		k := b.key(f, &d)
		if b.left[k] == 0 {
			return false
		}
		b.left[k]--
		f.Hidden = append(f.Hidden, report.Secrets(f.Source, &d)...)
		return true
	})
}

// len returns the number of findings listed.
func (b *baseline) len() int {
	n := 0
	for _, c := range b.left {
		n += c
	}
	return n
}

// stale returns how many of them were not met.
func (b *baseline) stale() int { return b.len() }

// write writes the file, one finding a line, in a fixed order.
func (b *baseline) write() error {
	entries := make([]baselineEntry, 0, len(b.left))
	for k, n := range b.left {
		entries = append(entries, baselineEntry{k, n})
	}
	slices.SortFunc(entries, func(x, y baselineEntry) int {
		return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(x.Rule, y.Rule), cmp.Compare(x.Line, y.Line))
	})
	var buf bytes.Buffer
	buf.WriteString("{\"version\":1,\"findings\":[")
	for i, e := range entries {
		line, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("writing the baseline: %w", err)
		}
		if i > 0 {
			buf.WriteByte(',')
		}
		buf.WriteByte('\n')
		buf.Write(line)
	}
	buf.WriteString("\n]}\n")
	out, err := createOutput(b.name)
	if err != nil {
		return err
	}
	if _, err := out.Write(buf.Bytes()); err != nil {
		out.abort()
		return fmt.Errorf("writing the baseline: %w", err)
	}
	return out.commit()
}
