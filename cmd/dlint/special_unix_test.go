//go:build unix

package main

import (
	"net"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// special is "special FILE KIND": it makes a pipe or a socket.
func special(ts *testscript.TestScript, _ bool, args []string) {
	switch args[1] {
	case "pipe":
		ts.Check(syscall.Mkfifo(ts.MkAbs(args[0]), 0o600))
	case "socket":
		// A relative name: the limit for a socket's is about a hundred bytes.
		l, err := net.Listen("unix", ts.MkAbs(args[0]))
		ts.Check(err)
		ts.Defer(func() { _ = l.Close() })
	}
}
