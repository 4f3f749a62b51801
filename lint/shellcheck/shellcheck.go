// Package shellcheck runs the program of that name over shell scripts: many
// scripts to a process, several processes at a time, each script once.
package shellcheck

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Script is a text to check.
type Script struct {
	// Shell is the dialect in shellcheck's words: sh, dash, bash, ksh.
	Shell string
	// Env are assignments that hold before the script starts, NAME to value.
	Env []Setting
	// Text is what the shell reads.
	Text string
}

// Setting is a variable with a value. Value counts when Known is set.
type Setting struct {
	Name, Value string
	Known       bool
}

// Finding is one comment of shellcheck. Offsets are bytes of Script.Text,
// half-open.
type Finding struct {
	Code       string // "SC2086"
	Level      string // error, warning, info, style
	Message    string
	Start, End int
	// Edits are the repair that shellcheck proposes, if any.
	Edits []Edit
}

// Edit replaces the bytes of Script.Text from Start to End by New.
type Edit struct {
	Start, End int
	New        string
}

// never are codes that say nothing about a script in a Dockerfile: sourced files
// that are not there (SC1090, SC1091), and ash being taken for dash (SC2187).
const never = "SC1090,SC1091,SC2187"

// Bounds of one process.
const (
	batchScripts = 96
	batchWait    = 4 * time.Millisecond
	maxScript    = 256 << 10
	timeout      = 2 * time.Minute
)

// Checker checks scripts. It is safe for concurrent use; a nil *Checker finds
// nothing.
type Checker struct {
	path    string
	slots   chan struct{}
	mu      sync.Mutex
	pending []*job
	timer   *time.Timer
	known   map[string]*job
}

// job is one script on its way.
type job struct {
	body  string // with the header
	head  int    // length of the header in bytes
	done  chan struct{}
	found []Finding
	err   error
}

// Find returns a checker when a shellcheck is on the path, or nil.
func Find() *Checker {
	path, err := exec.LookPath("shellcheck")
	if err != nil {
		return nil
	}
	return New(path, runtime.GOMAXPROCS(0))
}

// New returns a checker that runs the program at path, at most jobs at a time.
func New(path string, jobs int) *Checker {
	return &Checker{path: path, slots: make(chan struct{}, max(jobs, 1)), known: map[string]*job{}}
}

// Check returns the findings of each script. The first failure of the program is
// the error; scripts it did not affect have their findings all the same.
func (c *Checker) Check(ctx context.Context, scripts []Script) ([][]Finding, error) {
	out := make([][]Finding, len(scripts))
	if c == nil {
		return out, nil
	}
	jobs := make([]*job, len(scripts))
	for k := range scripts {
		jobs[k] = c.submit(&scripts[k])
	}
	var failed error
	for k, j := range jobs {
		if j == nil {
			continue
		}
		select {
		case <-j.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		out[k] = j.found
		if j.err != nil && failed == nil {
			failed = j.err
		}
	}
	return out, failed
}

// submit queues a script unless it has been seen or there is nothing to find in
// it, and starts a process when enough are waiting.
func (c *Checker) submit(s *Script) *job {
	if len(s.Text) > maxScript || strings.TrimSpace(s.Text) == "" || trivial(s.Text) {
		return nil
	}
	head := header(s)
	body := head + s.Text + "\n"
	c.mu.Lock()
	defer c.mu.Unlock()
	if j := c.known[body]; j != nil {
		return j
	}
	j := &job{body: body, head: len(head), done: make(chan struct{})}
	c.known[body] = j
	c.pending = append(c.pending, j)
	switch {
	case len(c.pending) >= batchScripts:
		c.start()
	case c.timer == nil:
		c.timer = time.AfterFunc(batchWait, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.start()
		})
	}
	return j
}

// start hands what is pending to a process. The caller holds the lock.
func (c *Checker) start() {
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
	batch := c.pending
	c.pending = nil
	if len(batch) == 0 {
		return
	}
	go func() {
		c.slots <- struct{}{}
		defer func() { <-c.slots }()
		err := c.run(batch)
		for _, j := range batch {
			j.err = err
			close(j.done)
		}
	}()
}

// header is what stands above the script: directives, and variables that are
// there before it starts.
func header(s *Script) string {
	var b strings.Builder
	b.WriteString("# shellcheck shell=" + s.Shell + " disable=" + never + "\n")
	for _, v := range s.Env {
		if !isName(v.Name) {
			continue
		}
		// A value that is not known could be anything.
		value := `"$(x)"`
		if v.Known && plain(v.Value) {
			value = "'" + v.Value + "'"
		}
		b.WriteString("export " + v.Name + "=" + value + "\n")
	}
	return b.String()
}

func isName(s string) bool {
	for k := range len(s) {
		c := s[k]
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (k == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

func plain(s string) bool { return !strings.ContainsAny(s, "'\n\r\x00") && len(s) < 4096 }

// run checks a batch in one process.
func (c *Checker) run(batch []*job) error {
	dir, err := os.MkdirTemp("", "dlint-shellcheck-")
	if err != nil {
		return fmt.Errorf("preparing shellcheck: %w", err)
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	args := []string{"--norc", "--format=json1", "--severity=style"}
	for k, j := range batch {
		name := strconv.Itoa(k)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(j.body), 0o600); err != nil {
			return fmt.Errorf("preparing shellcheck: %w", err)
		}
		args = append(args, name)
	}
	cmd := exec.CommandContext(ctx, c.path, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "SHELLCHECK_OPTS=")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 2) {
		return fmt.Errorf("running shellcheck: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return read(stdout.Bytes(), batch)
}

// report is the JSON that shellcheck writes. Lines and columns count from one,
// columns in characters.
type report struct {
	Comments []struct {
		File                             string
		Line, EndLine, Column, EndColumn int
		Level, Message                   string
		Code                             int
		Fix                              *struct {
			Replacements []struct {
				Line, EndLine, Column, EndColumn int
				Replacement                      string
			}
		}
	}
}

func read(data []byte, batch []*job) error {
	var r report
	if err := json.Unmarshal(data, &r); err != nil {
		return fmt.Errorf("reading what shellcheck says: %w", err)
	}
	for k := range r.Comments {
		x := &r.Comments[k]
		n, err := strconv.Atoi(x.File)
		if err != nil || n < 0 || n >= len(batch) {
			continue
		}
		j := batch[n]
		f := Finding{Code: "SC" + strconv.Itoa(x.Code), Level: x.Level, Message: x.Message}
		f.Start, f.End = j.offset(x.Line, x.Column), j.offset(x.EndLine, x.EndColumn)
		if f.Start < 0 {
			continue // in the header
		}
		f.End = max(f.End, f.Start)
		if x.Fix != nil {
			for _, e := range x.Fix.Replacements {
				f.Edits = append(f.Edits, Edit{j.offset(e.Line, e.Column), j.offset(e.EndLine, e.EndColumn), e.Replacement})
			}
		}
		j.found = append(j.found, f)
	}
	return nil
}

// offset turns a line and column of the file into an offset of the script.
func (j *job) offset(line, column int) int {
	at := 0
	for ; line > 1; line-- {
		n := strings.IndexByte(j.body[at:], '\n')
		if n < 0 {
			break
		}
		at += n + 1
	}
	for range column - 1 {
		if at >= len(j.body) || j.body[at] == '\n' {
			break
		}
		at += size(j.body[at:])
	}
	return min(at-j.head, len(j.body)-j.head-1)
}

func size(s string) int {
	n := 1
	for n < len(s) && s[n]&0xC0 == 0x80 {
		n++
	}
	return n
}
