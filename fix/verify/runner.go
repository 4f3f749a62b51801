package verify

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
)

// RunnerNames returns the programs that can start containers, in the order in
// which they are looked for.
func RunnerNames() []string { return []string{"runc", "podman", "docker"} }

// findRunner returns what can start containers: the engine's own program, or
// runc, podman or docker where it cannot.
func (r *run) findRunner(ctx context.Context) (runner, error) {
	wanted := r.Start.Runner
	if wanted == "" && (r.Engine.Name == "docker" || r.Engine.Name == "podman") {
		return &commandRunner{program: r.Engine.Path, kind: r.Engine.Name, engine: r.Engine}, nil
	}
	var why []string
	for _, try := range RunnerNames() {
		if wanted != "" && wanted != try {
			continue
		}
		program, err := exec.LookPath(try)
		if err != nil {
			why = append(why, try+" was not found")
			continue
		}
		if try == "runc" {
			if refusal := runcRefusal(); refusal != "" {
				why = append(why, refusal)
				continue
			}
			return &runcRunner{program: program, dir: r.dir}, nil
		}
		if _, code, err := runExec(ctx, program, "info"); err != nil || code != 0 {
			why = append(why, try+" does not work here")
			continue
		}
		return &commandRunner{program: program, kind: try, engine: r.Engine}, nil
	}
	if wanted != "" && len(why) == 0 {
		return nil, fmt.Errorf("unknown runner %q: runc, podman or docker", wanted)
	}
	return nil, &errNoRunner{why: strings.Join(why, ", ")}
}

// hostName is the host name of all containers, so that what prints it is alike.
const hostName = "dlint-verify"

// outputLimit is how much of a container's output is kept.
const outputLimit = 1 << 20

// capture keeps the beginning of what is written to it.
type capture struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write keeps what fits.
func (c *capture) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if room := outputLimit - c.text.Len(); room > 0 {
		c.text.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

// String returns what was kept.
func (c *capture) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.String()
}

// runExec runs a command and returns its output and exit code.
func runExec(ctx context.Context, program string, args ...string) (string, int, error) {
	var out capture
	cmd := command(ctx, program, args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if cmd.ProcessState == nil {
		return out.String(), -1, err
	}
	if code := cmd.ProcessState.ExitCode(); code >= 0 && ctx.Err() == nil {
		return out.String(), code, nil
	}
	return out.String(), -1, err
}

// launchWords returns what an image runs.
func launchWords(i *image) []string { return slices.Concat(i.config.Entrypoint, i.config.Cmd) }
