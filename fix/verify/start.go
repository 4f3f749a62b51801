package verify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"
)

// Verdict says how the start of two images compares.
type Verdict string

// The verdicts.
const (
	Same    Verdict = "same"
	Differs Verdict = "differs"
	Untried Verdict = "not tried"
)

// Start compares how the two images start.
type Start struct {
	Verdict Verdict `json:"verdict"`
	// Reason says why they were not started.
	Reason string `json:"reason,omitempty"`
	// Runner is the program that ran the containers.
	Runner string       `json:"runner,omitempty"`
	Before *Observation `json:"before,omitempty"`
	After  *Observation `json:"after,omitempty"`
	// Differences are what the new image does otherwise.
	Differences []Difference `json:"differences"`
	// Varies are what two starts of the old image do not do alike either.
	Varies []string `json:"varies"`
}

// Observation is what a container was seen to do.
type Observation struct {
	// State is "exited" for a program that ended, "answers" for one that answers
	// on a port, "runs" for one that goes on without.
	State string `json:"state"`
	// Code is the exit code: of a program that ended, or after it was asked to.
	Code int `json:"code"`
	// Killed says that it did not end when asked to.
	Killed bool     `json:"killed,omitempty"`
	Ready  float64  `json:"ready,omitempty"` // seconds until it answered
	Ports  []string `json:"ports,omitempty"`
	// Answers are what it answered to requests, Health what its HEALTHCHECK gave.
	Answers []Answer `json:"answers,omitempty"`
	Health  *Answer  `json:"health,omitempty"`
	Output  string   `json:"output"`
}

// Answer is one answer of a container.
type Answer struct {
	Request string `json:"request"`
	// Status is that of HTTP, the exit code of a command, or an error.
	Status string `json:"status"`
	Type   string `json:"type,omitempty"`
	Bytes  int    `json:"bytes"`
	Digest string `json:"digest,omitempty"`
	// Text is how the answer begins, where it is text.
	Text string `json:"text,omitempty"`

	body string // normalized
}

// StartOptions say how images are started.
type StartOptions struct {
	// Skip starts nothing.
	Skip bool
	// Runner is the program that runs containers: runc, docker or podman; or
	// empty for the one that goes with the engine, or that is there.
	Runner string
	// Env are variables for the container, as NAME=VALUE.
	Env []string
	// Paths are asked for besides / and what that links to.
	Paths []string
	// Wait is how long a container may take until it answers.
	Wait time.Duration
}

// defaultWait is how long a container may take until it answers.
const defaultWait = 30 * time.Second

// container is a started container.
type container interface {
	// started waits until the program runs, or has ended.
	started(ctx context.Context)
	// done is closed when the program has ended; code is valid then. It may take a
	// while until that is known, and settle waits for it.
	done() <-chan struct{}
	settle(ctx context.Context)
	code() int
	output() string
	// ports returns the ports that it is known to listen on.
	ports() []string
	dial(ctx context.Context, port string) (net.Conn, error)
	exec(ctx context.Context, args []string) (output string, code int, err error)
	// signal sends a signal by its name or number.
	signal(ctx context.Context, name string) error
	// remove ends and removes it in any case.
	remove()
}

// runner starts containers.
type runner interface {
	name() string
	start(ctx context.Context, s *side, o *StartOptions) (container, error)
}

// errNoRunner says that nothing here can start a container.
type errNoRunner struct{ why string }

func (e *errNoRunner) Error() string { return "containers were not started: " + e.why }

// start starts both images the same way and compares what they do.
func (r *run) start(ctx context.Context, before, after *side) (Start, error) {
	out := Start{Verdict: Untried, Differences: []Difference{}, Varies: []string{}}
	if r.Start.Skip {
		out.Reason = "it was not asked for"
		return out, nil
	}
	if r.Start.Wait == 0 {
		r.Start.Wait = defaultWait
	}
	with, err := r.findRunner(ctx)
	var none *errNoRunner
	if errors.As(err, &none) {
		out.Reason = none.why
		return out, nil
	}
	if err != nil {
		return out, err
	}
	return r.compareStarts(ctx, with, before, after)
}

// compareStarts starts both images with a runner. What differs is looked at again
// with a second start of the old image, for a program may do something else each
// time.
func (r *run) compareStarts(ctx context.Context, with runner, before, after *side) (Start, error) {
	out := Start{Verdict: Untried, Runner: with.name(), Differences: []Difference{}, Varies: []string{}}
	first, err := r.observe(ctx, with, before, nil)
	if err != nil {
		return out, err
	}
	second, err := r.observe(ctx, with, after, first)
	if err != nil {
		return out, err
	}
	out.Before, out.After, out.Verdict = &first.Observation, &second.Observation, Same
	out.Differences = first.differences(second)
	if len(out.Differences) == 0 {
		return out, nil
	}
	again, err := r.observe(ctx, with, before, first)
	if err != nil {
		return out, err
	}
	for _, d := range first.differences(again) {
		out.Varies = append(out.Varies, d.Field)
	}
	out.Differences = slices.DeleteFunc(out.Differences, func(d Difference) bool { return slices.Contains(out.Varies, d.Field) })
	if len(out.Differences) > 0 {
		out.Verdict = Differs
	}
	return out, nil
}

// seen is an observation with what is needed to do the same again.
type seen struct {
	Observation
	paths map[string][]string // requests by port
}

// observe starts an image, asks it what it was asked before, and stops it.
func (r *run) observe(ctx context.Context, with runner, s *side, before *seen) (*seen, error) {
	r.Progress("starting the image of "+s.name, "")
	begin := time.Now()
	c, err := with.start(ctx, s, &r.Start)
	if err != nil {
		return nil, fmt.Errorf("starting the image of %s: %w", s.name, err)
	}
	defer c.remove()
	out := &seen{paths: map[string][]string{}}
	wanted := exposed(s.img)
	if before != nil {
		wanted = before.Ports
	}
	out.Ports = r.await(ctx, c, wanted, before != nil)
	if len(out.Ports) == 0 {
		c.settle(ctx)
	}
	if ended(c) {
		out.State, out.Code, out.Output = "exited", c.code(), normalize(c.output())
		return out, context.Cause(ctx)
	}
	out.State = "runs"
	if len(out.Ports) > 0 {
		out.State, out.Ready = "answers", time.Since(begin).Seconds()
	}
	r.Progress("asking the image of "+s.name, "")
	for _, port := range out.Ports {
		ask(ctx, c, port, r.Start.Paths, before, out)
	}
	out.Health = checkHealth(ctx, c, s.img)
	out.Code, out.Killed = end(ctx, c, s.img.config.StopSignal)
	out.Output = normalize(c.output())
	return out, context.Cause(ctx)
}

// await waits until the program has ended or answers on the wanted ports, and
// returns the ports that answer. Where none of them does after a while it is those
// that it listens on, if the runner can tell.
func (r *run) await(ctx context.Context, c container, wanted []string, all bool) []string {
	ctx, cancel := context.WithTimeout(ctx, r.Start.Wait)
	defer cancel()
	c.started(ctx)
	begin := time.Now()
	for ctx.Err() == nil && !ended(c) {
		open := answering(ctx, c, wanted)
		if len(open) > 0 && len(open) == len(wanted) {
			return open
		}
		if !all && time.Since(begin) > quiet && len(open) == 0 {
			if other := c.ports(); len(other) > 0 {
				wanted, all = other, true
				continue
			}
		}
		if len(wanted) == 0 && time.Since(begin) > idle {
			return nil
		}
		pause(ctx, c, 100*time.Millisecond)
	}
	return answering(context.WithoutCancel(ctx), c, wanted)
}

const (
	// quiet is how long a program may do nothing that can be seen before the ports
	// are looked for that the image does not expose.
	quiet = 3 * time.Second
	// idle is how long a program without ports may run before it is taken as one
	// that does not end by itself.
	idle = 10 * time.Second
)

func pause(ctx context.Context, c container, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-c.done():
	case <-time.After(d):
	}
}

func ended(c container) bool {
	select {
	case <-c.done():
		return true
	default:
		return false
	}
}

// answering returns the ports that take a connection.
func answering(ctx context.Context, c container, ports []string) []string {
	var open []string
	for _, p := range ports {
		if ended(c) {
			return nil
		}
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		conn, err := c.dial(ctx, p)
		cancel()
		if err != nil {
			continue
		}
		_ = conn.Close()
		open = append(open, p)
	}
	return open
}

// exposed returns the TCP ports that an image exposes.
func exposed(i *image) []string {
	var out []string
	for _, p := range sorted(i.config.ExposedPorts) {
		number, protocol, _ := strings.Cut(p, "/")
		if protocol == "" || protocol == "tcp" {
			out = append(out, number)
		}
	}
	return out
}

// checkHealth runs the HEALTHCHECK of an image, until it is content.
func checkHealth(ctx context.Context, c container, i *image) *Answer {
	h := i.config.Healthcheck
	if h == nil || len(h.Test) < 2 {
		return nil
	}
	args := h.Test[1:]
	if h.Test[0] == "CMD-SHELL" {
		shell := i.config.Shell
		if len(shell) == 0 {
			shell = []string{"/bin/sh", "-c"}
		}
		args = append(slices.Clone(shell), args...)
	}
	limit := h.Timeout
	if limit <= 0 {
		limit = healthTime
	}
	out := &Answer{Request: strings.Join(h.Test, " ")}
	for range 5 {
		text, code, err := execWithin(ctx, limit, c, args)
		out.Status, out.body = fmt.Sprintf("exit code %d", code), normalize(text)
		if err != nil {
			out.Status = err.Error()
		}
		if err == nil && code == 0 || ended(c) || ctx.Err() != nil {
			break
		}
		pause(ctx, c, time.Second)
	}
	out.Bytes, out.Digest, out.Text = len(out.body), digest(out.body), beginning(out.body)
	return out
}

// healthTime is how long a health check may take that says nothing of it, as with
// docker.
const healthTime = 30 * time.Second

// execWithin runs a command in a container, for so long.
func execWithin(ctx context.Context, limit time.Duration, c container, args []string) (output string, code int, err error) {
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	output, code, err = c.exec(within, args)
	if within.Err() != nil && ctx.Err() == nil {
		return output, -1, fmt.Errorf("no end within %s", limit)
	}
	return output, code, err
}

// stopAfter is how long a program may take to end when it is asked to.
const stopAfter = 5 * time.Second

// end asks a program to end, and returns its exit code and whether it had to be
// killed.
func end(ctx context.Context, c container, signal string) (code int, killed bool) {
	if signal == "" {
		signal = "SIGTERM"
	}
	_ = c.signal(ctx, signal) // it may have ended by itself
	pause(ctx, c, stopAfter)
	if !ended(c) {
		killed = true
		_ = c.signal(context.WithoutCancel(ctx), "SIGKILL")
		pause(context.WithoutCancel(ctx), c, stopAfter)
	}
	if !ended(c) {
		return -1, true
	}
	return c.code(), killed
}

// differences compares two observations.
func (s *seen) differences(other *seen) []Difference {
	out := []Difference{}
	add := func(field, x, y string) {
		if x != y {
			out = append(out, Difference{field, x, y})
		}
	}
	add("state", s.State, other.State)
	if s.State != other.State {
		add("output", tail(s.Output, 20), tail(other.Output, 20))
		return out
	}
	add("exit code", s.exit(), other.exit())
	add("ports", strings.Join(s.Ports, " "), strings.Join(other.Ports, " "))
	for k := range s.Answers {
		if k < len(other.Answers) {
			compareAnswers(&s.Answers[k], &other.Answers[k], add)
		}
	}
	switch {
	case s.Health != nil && other.Health != nil:
		compareAnswers(s.Health, other.Health, add)
	case s.Health != nil:
		add("HEALTHCHECK", s.Health.Status, "")
	}
	if !sameLines(s.Output, other.Output) {
		x, y := firstDifference(s.Output, other.Output)
		add("output", x, y)
	}
	return out
}

func (s *seen) exit() string {
	if s.Killed {
		return "had to be killed"
	}
	return fmt.Sprint(s.Code)
}

func compareAnswers(a, b *Answer, add func(field, x, y string)) {
	add(a.Request+": status", a.Status, b.Status)
	add(a.Request+": type", a.Type, b.Type)
	if a.body != b.body {
		x, y := firstDifference(a.body, b.body)
		add(a.Request+": body", x, y)
	}
}

// sameLines reports whether two outputs hold the same lines, for threads may
// write them in another order.
func sameLines(a, b string) bool {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// firstDifference returns the first lines in which two texts differ.
func firstDifference(a, b string) (x, y string) {
	s, t := strings.Split(a, "\n"), strings.Split(b, "\n")
	k := 0
	for k < len(s) && k < len(t) && s[k] == t[k] {
		k++
	}
	return lineAt(s, k), lineAt(t, k)
}

func lineAt(lines []string, k int) string {
	if k >= len(lines) {
		return ""
	}
	const limit = 200
	line := lines[k]
	if len(line) > limit {
		line = strings.ToValidUTF8(line[:limit], "") + "..." // the cut may go through a character
	}
	return line
}
