// Command dlint lints and fixes Dockerfiles.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/dlint/dlint/lint"
)

func main() { os.Exit(start(allRules())) }

// start runs dlint with the streams and signals of the process.
func start(rules []*lint.Rule) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	// Without this, a closed pipe would kill the program in the middle of --fix.
	signal.Ignore(syscall.SIGPIPE)
	tuneMemory(os.Getenv)
	return newApp(rules, os.Stdin, os.Stdout, os.Stderr, os.Environ()).run(ctx, os.Args[1:])
}
