package verify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// commandRunner starts containers with docker or podman. Ports are published on
// the loopback address alone.
type commandRunner struct {
	program, kind string
	engine        *Engine
}

func (r *commandRunner) name() string { return r.kind }

// containers counts the containers of this process, for their names.
var containers atomic.Int64

func (r *commandRunner) start(ctx context.Context, s *side, o *StartOptions) (container, error) {
	ref, err := r.reference(ctx, s)
	if err != nil {
		return nil, err
	}
	id := fmt.Sprintf("dlint-verify-%d-%d", os.Getpid(), containers.Add(1))
	args := []string{"run", "--detach", "--name", id, "--hostname", hostName}
	for _, p := range exposed(s.img) {
		args = append(args, "--publish", "127.0.0.1::"+p)
	}
	for _, e := range o.Env {
		args = append(args, "--env", e)
	}
	c := &commandContainer{program: r.program, id: id, ended: make(chan struct{}), exit: -1}
	text, code, err := runExec(ctx, r.program, append(args, ref)...)
	if err != nil {
		c.remove()
		return nil, err
	}
	if code != 0 {
		// What cannot be started is an observation as well: its code is what the
		// program gave, its output the reason.
		c.text, c.exit = text, code
		c.remove()
		close(c.ended)
		return c, nil
	}
	go c.wait() //nolint:gosec // it ends with the container, not with the request
	return c, nil
}

// reference returns the name of the image in the store of the program, and puts
// it there where another program built it.
func (r *commandRunner) reference(ctx context.Context, s *side) (string, error) {
	if r.engine.Path == r.program {
		return s.tag, nil
	}
	if ref, ok := s.loaded[r.program]; ok {
		return ref, nil
	}
	tag, err := name.NewTag(s.tag)
	if err != nil {
		return "", fmt.Errorf("naming the image: %w", err)
	}
	archive := filepath.Join(filepath.Dir(s.context), "load.tar")
	if err := tarball.WriteToFile(archive, tag, s.img.source); err != nil {
		return "", fmt.Errorf("writing an archive for %s: %w", r.kind, err)
	}
	defer os.Remove(archive)
	if text, code, err := runExec(ctx, r.program, "load", "--input", archive); err != nil || code != 0 {
		return "", fmt.Errorf("loading the image into %s: %w", r.kind, errors.Join(err, errors.New(tail(text, 5))))
	}
	s.loaded[r.program] = s.tag
	return s.tag, nil
}

// commandContainer is a container of docker or podman.
type commandContainer struct {
	program, id string
	ended       chan struct{}
	exit        int
	text        string // of a container that did not start
}

// wait waits for the end of the container.
func (c *commandContainer) wait() {
	defer close(c.ended)
	text, code, err := runExec(context.Background(), c.program, "wait", c.id)
	if err != nil || code != 0 {
		return
	}
	if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil {
		c.exit = n
	}
}

func (c *commandContainer) done() <-chan struct{} { return c.ended }

func (c *commandContainer) started(context.Context) {} // run --detach returns then

// settle asks whether the program runs: docker wait and podman wait tell its end late
// on a machine that is busy.
func (c *commandContainer) settle(ctx context.Context) {
	text, code, err := runExec(ctx, c.program, "inspect", "--format", "{{.State.Running}}", c.id)
	if err != nil || code != 0 || strings.TrimSpace(text) != "false" {
		return
	}
	pause(ctx, c, time.Minute)
}

func (c *commandContainer) code() int { return c.exit }

func (c *commandContainer) output() string {
	if c.text != "" {
		return c.text
	}
	text, _, _ := runExec(context.Background(), c.program, "logs", c.id)
	return text
}

// ports returns nothing: the ports that are not exposed are not published.
func (c *commandContainer) ports() []string { return nil }

func (c *commandContainer) dial(ctx context.Context, port string) (net.Conn, error) {
	text, code, err := runExec(ctx, c.program, "port", c.id, port+"/tcp")
	if err != nil {
		return nil, err
	}
	at, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if code != 0 || at == "" {
		return nil, fmt.Errorf("port %s is not published", port)
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", at)
	if err != nil {
		return nil, err
	}
	if !c.listens(ctx, port) {
		_ = conn.Close()
		return nil, fmt.Errorf("port %s does not answer", port)
	}
	return conn, nil
}

// listens reports whether the program has the port open. The proxy that
// publishes a port takes connections before the program does; where /proc of the
// container's first process can be read, it tells the truth.
func (c *commandContainer) listens(ctx context.Context, port string) bool {
	text, code, err := runExec(ctx, c.program, "inspect", "--format", "{{.State.Pid}}", c.id)
	if err != nil || code != 0 {
		return true
	}
	open, err := listeningPorts(strings.TrimSpace(text))
	return err != nil || slices.Contains(open, port)
}

func (c *commandContainer) exec(ctx context.Context, args []string) (string, int, error) {
	return runExec(ctx, c.program, append([]string{"exec", c.id}, args...)...)
}

func (c *commandContainer) signal(ctx context.Context, signal string) error {
	_, _, err := runExec(ctx, c.program, "kill", "--signal", signal, c.id)
	return err
}

func (c *commandContainer) remove() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, _, _ = runExec(ctx, c.program, "rm", "--force", "--volumes", c.id)
}
