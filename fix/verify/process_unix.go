//go:build unix

package verify

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps the signals of the terminal from a program: it is ended by us.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
