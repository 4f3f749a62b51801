//go:build unix

package lsp

import (
	"os/exec"
	"testing"
	"time"
)

// TestClientGone holds that a server whose input is held open ends with its client,
// and that a number that means no process means nothing.
func TestClientGone(t *testing.T) {
	t.Parallel()
	other := exec.Command("sleep", "60")
	if err := other.Start(); err != nil {
		t.Skipf("no process to watch: %v", err)
	}
	stranger := exec.Command("true")
	if err := stranger.Run(); err != nil {
		t.Skipf("no process that has ended: %v", err)
	}
	begin := func(pid int) *client {
		c := start(t, Options{poll: 5 * time.Millisecond})
		c.must("initialize", object{"processId": pid, "rootUri": nil, "capabilities": object{}}, nil)
		return c
	}
	watched, unwatched := begin(other.Process.Pid), begin(stranger.Process.Pid)
	time.Sleep(30 * time.Millisecond)
	select {
	case err := <-watched.done:
		t.Fatalf("ended while the client is there: %v", err)
	default:
	}
	_ = other.Process.Kill()
	_ = other.Wait()
	select {
	case err := <-watched.done:
		if err != nil {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(waitFor):
		t.Error("does not end")
	}
	select {
	case err := <-unwatched.done:
		t.Errorf("ended though its client's process is not of this machine: %v", err)
	default:
	}
	unwatched.stop()
}
