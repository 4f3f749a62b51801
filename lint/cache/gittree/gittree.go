// Package gittree reads the trees of a git repository through the system's git,
// as file systems in memory.
//
// Nothing of the repository is run: hooks, the file system monitor, filters and
// text conversions are off, no network is used, and the user's and the system's
// configuration are not read. Output and time are bounded.
package gittree

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Bounds on what git may answer.
const (
	maxOutput = 256 << 20
	maxTime   = 60 * time.Second
	// maxBlob is the largest file that is read.
	maxBlob = 8 << 20
)

// ErrNoRepository says that a folder is in no git repository.
var ErrNoRepository = errors.New("not inside a git repository")

// Repository is a git repository as seen from one of its folders. It is safe for
// concurrent use.
type Repository struct {
	dir    string // the folder it was opened from
	prefix string // of dir inside the work tree, slash-separated; "" or ending in a slash

	mu    sync.Mutex
	blobs *blobs
}

// Open returns the repository that holds dir.
func Open(ctx context.Context, dir string) (*Repository, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", dir, err)
	}
	r := &Repository{dir: abs}
	out, err := r.git(ctx, "rev-parse", "--show-prefix")
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("git is not installed: comparing with a revision needs it")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, ErrNoRepository)
	}
	r.prefix = strings.TrimSuffix(string(out), "\n")
	return r, nil
}

// Close ends the git process that reads files.
func (r *Repository) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.blobs != nil {
		r.blobs.close()
		r.blobs = nil
	}
}

// command prepares a call of git that runs nothing else.
func (r *Repository) command(ctx context.Context, args ...string) *exec.Cmd {
	safe := []string{
		"-C", r.dir, "--no-pager", "--no-optional-locks", "--no-replace-objects", "--literal-pathspecs",
		"-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull, "-c", "protocol.allow=never",
		"-c", "core.quotePath=false", "-c", "log.showSignature=false", "-c", "color.ui=false",
	}
	cmd := exec.CommandContext(ctx, "git", append(safe, args...)...)
	cmd.Env = append(environment(),
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1",
		"GIT_OPTIONAL_LOCKS=0", "GIT_ALLOW_PROTOCOL=none", "GIT_ATTR_NOSYSTEM=1", "GIT_EXTERNAL_DIFF=", "LC_ALL=C")
	cmd.WaitDelay = time.Second
	return cmd
}

// environment is that of the process without what steers git.
func environment() []string {
	var out []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "GIT_") {
			out = append(out, e)
		}
	}
	return out
}

// git runs git and returns its output.
func (r *Repository) git(ctx context.Context, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	cmd := r.command(ctx, args...)
	var out, errs limited
	out.left, errs.left = maxOutput, 4096
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("running git %s: %w", args[0], ctx.Err())
		}
		if text := strings.TrimSpace(errs.String()); text != "" && !errors.Is(err, exec.ErrNotFound) {
			line, _, _ := strings.Cut(text, "\n")
			return nil, fmt.Errorf("running git %s: %s", args[0], strings.TrimPrefix(line, "fatal: "))
		}
		return nil, fmt.Errorf("running git %s: %w", args[0], err)
	}
	if out.over {
		return nil, fmt.Errorf("running git %s: more than %d MB of output", args[0], maxOutput>>20)
	}
	return out.Bytes(), nil
}

// limited is a buffer that stops growing.
type limited struct {
	bytes.Buffer
	left int
	over bool
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.over = l.over || n < len(p)
	l.left -= n
	l.Buffer.Write(p[:n])
	return len(p), nil
}

// Resolve returns the commit that a revision names.
func (r *Repository) Resolve(ctx context.Context, rev string) (string, error) {
	out, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("%q is neither a folder nor a revision of the git repository", rev)
	}
	return strings.TrimSpace(string(out)), nil
}

// Commit is one commit of a history.
type Commit struct {
	ID, Subject string
}

// Log returns the last n commits of HEAD's first-parent history that have a
// parent in it, the latest first, followed by the parent of the last of them.
func (r *Repository) Log(ctx context.Context, n int) ([]Commit, error) {
	out, err := r.git(ctx, "log", "--first-parent", "-z", "--format=%H %s", "--max-count="+strconv.Itoa(n+1), "--end-of-options", "HEAD")
	if err != nil {
		return nil, err
	}
	var commits []Commit
	for line := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		id, subject, _ := strings.Cut(line, " ")
		if id != "" {
			commits = append(commits, Commit{id, subject})
		}
	}
	return commits, nil
}

// Ignored returns the files of dir that git ignores, relative to it. A folder
// that is ignored as a whole is one entry that ends in a slash.
func (r *Repository) Ignored(ctx context.Context) ([]string, error) {
	out, err := r.git(ctx, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
	if err != nil {
		return nil, err
	}
	return split(out), nil
}

func split(out []byte) []string {
	var list []string
	for name := range strings.SplitSeq(string(out), "\x00") {
		if name != "" {
			list = append(list, name)
		}
	}
	return list
}

// blobs is a running "git cat-file --batch".
type blobs struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	cancel context.CancelFunc
}

func (b *blobs) close() {
	_ = b.in.Close()
	b.cancel()
	_ = b.cmd.Wait()
}

// blob returns the content of a blob.
func (r *Repository) blob(id string) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.blobs == nil {
		b, err := r.start()
		if err != nil {
			return nil, fmt.Errorf("running git cat-file: %w", err)
		}
		r.blobs = b
	}
	return r.blobs.read(id)
}

// start starts the process.
func (r *Repository) start() (*blobs, error) {
	ctx, cancel := context.WithCancel(context.Background())
	b := &blobs{cmd: r.command(ctx, "cat-file", "--batch"), cancel: cancel}
	out, err := b.cmd.StdoutPipe()
	if err == nil {
		b.in, err = b.cmd.StdinPipe()
	}
	if err == nil {
		err = b.cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	b.out = bufio.NewReader(out)
	return b, nil
}

func (b *blobs) read(id string) ([]byte, error) {
	if _, err := io.WriteString(b.in, id+"\n"); err != nil {
		return nil, fmt.Errorf("asking git for %s: %w", id, err)
	}
	head, err := b.out.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("reading %s from git: %w", id, err)
	}
	fields := strings.Fields(head)
	if len(fields) != 3 {
		return nil, fmt.Errorf("git does not have the object %s", id)
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("reading %s from git: %w", id, err)
	}
	data := make([]byte, min(size, maxBlob))
	if _, err := io.ReadFull(b.out, data); err != nil {
		return nil, fmt.Errorf("reading %s from git: %w", id, err)
	}
	if _, err := io.CopyN(io.Discard, b.out, size-int64(len(data))+1); err != nil {
		return nil, fmt.Errorf("reading %s from git: %w", id, err)
	}
	return data, nil
}
