//go:build !linux

package verify

import (
	"context"
	"errors"
)

// runcRunner is for Linux only.
type runcRunner struct{ program, dir string }

func runcRefusal() string { return "runc is for Linux" }

func (r *runcRunner) name() string { return "runc" }

func (r *runcRunner) start(context.Context, *side, *StartOptions) (container, error) {
	return nil, errors.New(runcRefusal())
}
