// Command dlint lints and fixes Dockerfiles.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/dlint/dlint/lint"
)

func main() { os.Exit(start(allRules())) }

// secondSignal is when a second signal ends the program at once. Some send two: the
// timeout of GNU tells the program and then its group, and what was built and
// started would stay behind.
const secondSignal = time.Second

// start runs dlint with the streams and signals of the process.
func start(rules []*lint.Rule) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() { time.AfterFunc(secondSignal, stop) })
	// Without this, a closed pipe would kill the program in the middle of --fix.
	signal.Ignore(syscall.SIGPIPE)
	tuneMemory(os.Getenv)
	return newApp(rules, os.Stdin, os.Stdout, os.Stderr, os.Environ()).run(ctx, os.Args[1:])
}
