package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/dlint/dlint/lint/report"
)

// activity tells what a long run is doing: on a terminal in one line that shows
// the step and the seconds, else in a line for each thing that begins.
type activity struct {
	w    io.Writer
	line bool

	mu         sync.Mutex
	what, step string
	begin      time.Time
	stop       chan struct{}
	stopped    sync.WaitGroup
}

func newActivity(w io.Writer, terminal bool) *activity {
	a := &activity{w: w, line: terminal, begin: time.Now(), stop: make(chan struct{})}
	if terminal {
		a.stopped.Go(a.refresh)
	}
	return a
}

// show says what is being done, and its step.
func (a *activity) show(what, step string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	begins := what != a.what
	if begins {
		a.begin = time.Now()
	}
	a.what, a.step = what, step
	switch {
	case a.line:
		a.draw()
	case begins:
		_, _ = fmt.Fprintf(a.w, "dlint: %s\n", report.Printable(what))
	}
}

// refresh draws the line again, so that the seconds go on.
func (a *activity) refresh() {
	for {
		select {
		case <-a.stop:
			return
		case <-time.After(time.Second):
			a.mu.Lock()
			a.draw()
			a.mu.Unlock()
		}
	}
}

// draw writes the line, cut to what fits on common terminals.
func (a *activity) draw() {
	const width = 79
	if a.what == "" {
		return
	}
	text := fmt.Sprintf("%s (%.0f s)", a.what, time.Since(a.begin).Seconds())
	if a.step != "" {
		text += ": " + a.step
	}
	if runes := []rune(report.Printable(text)); len(runes) > width {
		text = string(runes[:width])
	} else {
		text = string(runes)
	}
	_, _ = io.WriteString(a.w, "\r\x1b[K"+text)
}

// close removes the line.
func (a *activity) close() {
	close(a.stop)
	a.stopped.Wait()
	if a.line {
		_, _ = io.WriteString(a.w, "\r\x1b[K")
	}
}
