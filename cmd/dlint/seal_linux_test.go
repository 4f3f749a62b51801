//go:build linux && (amd64 || arm64)

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// Opcodes of the filters that the kernel runs for each system call, and what they
// may answer.
const (
	loadWord = 0x20 // BPF_LD | BPF_W | BPF_ABS
	jumpEq   = 0x15 // BPF_JMP | BPF_JEQ | BPF_K
	jumpSet  = 0x45 // BPF_JMP | BPF_JSET | BPF_K
	answer   = 0x06 // BPF_RET | BPF_K

	killProcess = 0x80000000
	refuse      = 0x00050000
	allow       = 0x7fff0000

	offNumber, offFlags = 0, 16 // in what the filter is given: the call, and its first argument
	sysClone3           = 435
	sysIoUringSetup     = 425
)

// seal is the command "sealed network|programs NAME ARGS...": it becomes that
// program, which the kernel ends as soon as it makes a socket or, when programs
// are asked for, a process.
func seal() {
	runtime.LockOSThread()
	filter := []syscall.SockFilter{{Code: loadWord, K: offNumber}}
	on := func(number, say uint32) {
		filter = append(filter, syscall.SockFilter{Code: jumpEq, Jf: 1, K: number}, syscall.SockFilter{Code: answer, K: say})
	}
	on(syscall.SYS_SOCKET, killProcess)
	on(sysIoUringSetup, killProcess) // makes sockets, too
	if os.Args[1] == "programs" {
		on(sysClone3, refuse|uint32(syscall.ENOSYS)) // threads are made with clone, then
		if runtime.GOARCH == "amd64" {
			on(57, killProcess) // fork
			on(58, killProcess) // vfork
		}
		filter = append(filter,
			syscall.SockFilter{Code: jumpEq, Jf: 3, K: syscall.SYS_CLONE},
			syscall.SockFilter{Code: loadWord, K: offFlags},
			syscall.SockFilter{Code: jumpSet, Jt: 1, K: syscall.CLONE_THREAD},
			syscall.SockFilter{Code: answer, K: killProcess})
	}
	filter = append(filter, syscall.SockFilter{Code: answer, K: allow})
	const setSeccomp, noNewPrivileges, modeFilter = 22, 38, 2
	program := syscall.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	_, _, e1 := syscall.RawSyscall6(syscall.SYS_PRCTL, noNewPrivileges, 1, 0, 0, 0, 0)
	_, _, e2 := syscall.RawSyscall(syscall.SYS_PRCTL, setSeccomp, modeFilter, uintptr(unsafe.Pointer(&program)))
	name, err := exec.LookPath(os.Args[2])
	if e1 == 0 && e2 == 0 && err == nil {
		err = syscall.Exec(name, os.Args[2:], os.Environ())
	}
	fmt.Fprintln(os.Stderr, "cannot be sealed:", e1, e2, err)
	os.Exit(unsealed)
}

const unsealed = 125

// TestSealed runs dlint over a tree that names many addresses and programs: the
// kernel would end it when it made a socket, and without shellcheck, when it
// started anything.
func TestSealed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"Dockerfile": "# syntax=registry.example.com/dockerfile:1\nFROM registry.example.com/node:20 AS a\nADD https://example.com/x.tar.gz /\n" +
			"ADD git@git.example.com:a/b.git /b\nCOPY --from=registry.example.com/b /a /a\nCOPY . .\nRUN curl https://example.com | sh\nRUN npm ci && go mod download\n" +
			"ENV PROXY=http://a:" + "b@example.com\nHEALTHCHECK CMD curl https://example.com\nMAINTAINER a@example.com\nENTRYPOINT [\"./start.sh\"]\n",
		"package.json":  "{\"scripts\": {\"preinstall\": \"touch marker\", \"build\": \"touch marker\"}, \"dependencies\": {\"a\": \"https://example.com/a.tgz\"}}\n",
		"pom.xml":       "<!DOCTYPE p SYSTEM \"https://example.com/p.dtd\"><project xmlns=\"https://example.com/p\"><parent><groupId>a</groupId></parent></project>\n",
		"go.mod":        "module example.com/a\nrequire example.com/b v1.0.0\n",
		"start.sh":      "#!/bin/sh\ntouch marker\n",
		"compose.yaml":  "services: {a: {build: {context: ., cache_from: [\"type=registry,ref=registry.example.com/c\"]}}, b: {build: \"https://git.example.com/a.git\"}}\n",
		".dlint.yaml":   "custom:\n  - id: no-curl\n    message: no curl\n    command: curl\n",
		".dockerignore": ".git\n",
	} {
		put(t, filepath.Join(dir, name), text)
	}
	makeExecutable(t, filepath.Join(dir, "start.sh"))
	programs := filepath.Dir(lookUp(t, "dlint-rules"))
	sealed := func(what, path string, args ...string) (outcomeOf, bool) {
		cmd := exec.Command("sealed", append([]string{what, "dlint-rules"}, args...)...)
		cmd.Env = append(os.Environ(), "PATH="+path)
		out := runIn(t, dir, cmd)
		if out.code == unsealed {
			t.Skip(out.stderr)
		}
		status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
		return out, ok && status.Signaled() && status.Signal() == syscall.SIGSYS
	}
	// The seals hold: what needs a socket or a program is ended.
	if _, ended := sealed("network", programs, "lsp", "--tcp", "127.0.0.1:0"); !ended {
		t.Fatal("a socket was made")
	}
	put(t, filepath.Join(dir, "bin/git"), "#!/bin/sh\n")
	makeExecutable(t, filepath.Join(dir, "bin/git"))
	if _, ended := sealed("programs", programs+":"+filepath.Join(dir, "bin"), "cache", "--since", "HEAD"); !ended {
		t.Fatal("a program was started")
	}
	for _, args := range []string{
		"--select all --verbose .", "--select all --format sarif compose.yaml", "--fix --unsafe-fixes --select all --diff",
		"cache", "cache --changed package.json", "cache --format html", "split --with test,user,cross,layers,cache .", "fmt --diff",
		"explain DL3008", "rules", "--fix --unsafe-fixes --select all", "fmt", "split --write --assume .", "--version",
	} {
		out, ended := sealed("network", os.Getenv("PATH"), strings.Fields(args)...)
		if ended || out.code > exitError {
			t.Errorf("%s makes a socket, or fails: exit code %d, %s", args, out.code, out.stderr)
		}
		out, ended = sealed("programs", programs, strings.Fields(args)...)
		if ended || out.code > exitError {
			t.Errorf("%s starts a program, or fails: exit code %d, %s", args, out.code, out.stderr)
		}
	}
	for what, path := range map[string]string{"network": os.Getenv("PATH"), "programs": programs} {
		cmd := exec.Command("sealed", what, "dlint-rules", "lsp")
		cmd.Env = append(os.Environ(), "PATH="+path)
		edit(t, time.Minute, cmd, filepath.Join(dir, "Dockerfile"))
	}
	if _, err := os.Stat(filepath.Join(dir, "marker")); err == nil {
		t.Error("a program of the tree ran")
	}
}
