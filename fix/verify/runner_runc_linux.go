package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// runcRunner starts containers with runc, from the files of the image. Each has a
// network of its own that holds nothing but the loopback address; it is reached
// from a thread that enters that network.
type runcRunner struct{ program, dir string }

func (r *runcRunner) name() string { return "runc" }

// runcRefusal says why runc cannot be used.
func runcRefusal() string {
	if os.Getuid() != 0 {
		return "runc is used by root only"
	}
	return ""
}

func (r *runcRunner) start(ctx context.Context, s *side, o *StartOptions) (container, error) {
	id := fmt.Sprintf("dlint-verify-%d-%d", os.Getpid(), containers.Add(1))
	bundle := filepath.Join(r.dir, id)
	rootfs := filepath.Join(bundle, "rootfs")
	if err := os.MkdirAll(rootfs, 0o755); err != nil {
		return nil, fmt.Errorf("making a temporary folder: %w", err)
	}
	c := &runcContainer{runner: r, id: id, bundle: bundle, ended: make(chan struct{}), exit: -1}
	if err := r.prepare(ctx, s.img, bundle, rootfs, o); err != nil {
		c.clean()
		return nil, err
	}
	if ctx.Err() != nil {
		c.clean()
		return nil, context.Cause(ctx)
	}
	c.cmd = exec.Command(r.program, "--root", r.state(), "run", "--bundle", bundle, id) //nolint:noctx // ended by remove
	c.cmd.Stdout, c.cmd.Stderr = &c.text, &c.text
	ownGroup(c.cmd)
	if err := c.cmd.Start(); err != nil {
		c.clean()
		return nil, fmt.Errorf("starting runc: %w", err)
	}
	go func() {
		defer close(c.ended)
		_ = c.cmd.Wait() // the exit code tells
		c.exit = c.cmd.ProcessState.ExitCode()
	}()
	return c, nil
}

func (r *runcRunner) state() string { return filepath.Join(r.dir, "runc") }

// prepare writes the files and the description of a container.
func (r *runcRunner) prepare(ctx context.Context, i *image, bundle, rootfs string, o *StartOptions) error {
	if err := i.unpack(ctx, rootfs); err != nil {
		return err
	}
	hosts := "127.0.0.1\tlocalhost " + hostName + "\n::1\tlocalhost\n"
	for name, text := range map[string]string{"hosts": hosts, "resolv.conf": "", "hostname": hostName + "\n"} {
		if err := os.WriteFile(filepath.Join(bundle, name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("describing the container: %w", err)
		}
	}
	text, err := json.Marshal(bundleConfig(i, bundle, o))
	if err != nil {
		return fmt.Errorf("describing the container: %w", err)
	}
	if err := os.WriteFile(filepath.Join(bundle, "config.json"), text, 0o600); err != nil {
		return fmt.Errorf("describing the container: %w", err)
	}
	return nil
}

// jsonObject is a value of the runtime's configuration.
type jsonObject = map[string]any

// bundleConfig describes a container as runtimes start images by default.
func bundleConfig(i *image, bundle string, o *StartOptions) jsonObject {
	who := lookUp(i, i.config.User)
	cwd := i.config.WorkingDir
	if cwd == "" {
		cwd = "/"
	}
	capabilities := jsonObject{"bounding": defaultCapabilities}
	if who.uid == 0 {
		capabilities["effective"], capabilities["permitted"] = defaultCapabilities, defaultCapabilities
	}
	user := jsonObject{"uid": who.uid, "gid": who.gid}
	if len(who.groups) > 0 {
		user["additionalGids"] = who.groups
	}
	env := slices.Concat([]string{"HOME=" + who.home, "HOSTNAME=" + hostName}, i.config.Env, o.Env)
	if i.env("PATH", "") == "" {
		env = append(env, "PATH="+defaultPath)
	}
	return jsonObject{
		"ociVersion": "1.0.2",
		"hostname":   hostName,
		"root":       jsonObject{"path": "rootfs"},
		"process": jsonObject{
			"args": launchWords(i), "env": env, "cwd": cwd, "user": user, "capabilities": capabilities,
		},
		"mounts": mounts(bundle),
		"linux": jsonObject{
			"namespaces": []jsonObject{{"type": "pid"}, {"type": "network"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}, {"type": "cgroup"}},
			"maskedPaths": []string{
				"/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
			},
			"readonlyPaths": []string{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"},
		},
	}
}

// defaultCapabilities are what containers have by default.
var defaultCapabilities = []string{
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID",
	"CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
}

func mounts(bundle string) []jsonObject {
	mount := func(at, kind, source string, options ...string) jsonObject {
		m := jsonObject{"destination": at, "type": kind, "source": source}
		if len(options) > 0 {
			m["options"] = options
		}
		return m
	}
	out := []jsonObject{
		mount("/proc", "proc", "proc"),
		mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
		mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
		mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
		mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
		mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
	}
	for _, name := range [...]string{"hosts", "resolv.conf", "hostname"} {
		out = append(out, mount("/etc/"+name, "bind", filepath.Join(bundle, name), "rbind", "rw"))
	}
	return out
}

// runcContainer is a container of runc.
type runcContainer struct {
	runner     *runcRunner
	id, bundle string
	cmd        *exec.Cmd
	text       capture
	ended      chan struct{}
	exit       int
}

func (c *runcContainer) done() <-chan struct{} { return c.ended }

// started waits for runc, which takes its time to make the container.
func (c *runcContainer) started(ctx context.Context) {
	for ctx.Err() == nil && !ended(c) {
		if _, err := c.pid(ctx); err == nil {
			return
		}
		pause(ctx, c, 50*time.Millisecond)
	}
}

func (c *runcContainer) settle(context.Context) {} // runc ends with the program

func (c *runcContainer) code() int { return c.exit }

func (c *runcContainer) output() string { return c.text.String() }

// pid returns the first process of the container.
func (c *runcContainer) pid(ctx context.Context) (string, error) {
	text, code, err := runExec(ctx, c.runner.program, "--root", c.runner.state(), "state", c.id)
	if err != nil || code != 0 {
		return "", errors.Join(errors.New("the container does not run"), err)
	}
	var state struct {
		Pid    int    `json:"pid"`
		Status string `json:"status"`
	}
	if err := json.Unmarshal([]byte(text), &state); err != nil || state.Pid == 0 || state.Status != "running" {
		return "", errors.Join(errors.New("the container does not run"), err)
	}
	return strconv.Itoa(state.Pid), nil
}

func (c *runcContainer) ports() []string {
	pid, err := c.pid(context.Background())
	if err != nil {
		return nil
	}
	open, err := listeningPorts(pid)
	if err != nil {
		return nil
	}
	return open
}

// dial connects from inside the network of the container.
func (c *runcContainer) dial(ctx context.Context, port string) (net.Conn, error) {
	pid, err := c.pid(ctx)
	if err != nil {
		return nil, err
	}
	type result struct {
		conn net.Conn
		err  error
	}
	got := make(chan result)
	go func() {
		// The thread stays in the other network, and ends with this function.
		runtime.LockOSThread()
		conn, err := dialInside(ctx, pid, port)
		got <- result{conn, err}
	}()
	r := <-got
	return r.conn, r.err
}

func dialInside(ctx context.Context, pid, port string) (net.Conn, error) {
	ns, err := os.Open("/proc/" + pid + "/ns/net")
	if err != nil {
		return nil, fmt.Errorf("finding the network of the container: %w", err)
	}
	defer ns.Close()
	if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
		return nil, fmt.Errorf("entering the network of the container: %w", err)
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil && ctx.Err() == nil {
		if six, err := d.DialContext(ctx, "tcp", net.JoinHostPort("::1", port)); err == nil {
			return six, nil
		}
	}
	return conn, err
}

func (c *runcContainer) exec(ctx context.Context, args []string) (string, int, error) {
	return runExec(ctx, c.runner.program, append([]string{"--root", c.runner.state(), "exec", c.id}, args...)...)
}

func (c *runcContainer) signal(ctx context.Context, signal string) error {
	_, _, err := runExec(ctx, c.runner.program, "--root", c.runner.state(), "kill", c.id, strings.TrimPrefix(signal, "SIG"))
	return err
}

func (c *runcContainer) remove() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, _, _ = runExec(ctx, c.runner.program, "--root", c.runner.state(), "delete", "--force", c.id)
	select {
	case <-c.ended:
	case <-ctx.Done():
		_ = c.cmd.Process.Kill()
		<-c.ended
	}
	c.clean()
}

// clean removes the files of the container.
func (c *runcContainer) clean() { _ = os.RemoveAll(c.bundle) }
