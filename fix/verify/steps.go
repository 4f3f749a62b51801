package verify

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
)

// steps reads what an engine prints: it tells each step that begins, and keeps
// the end for errors.
type steps struct {
	tell func(string)

	mu   sync.Mutex
	line []byte
	last string // the step that began last
	kept bytes.Buffer
}

const (
	// keptOutput is how much of the output is kept.
	keptOutput = 256 << 10
	// lineLimit is how much of a line is looked at: what a step prints may have no
	// line ends.
	lineLimit = 4 << 10
)

// stepLine is the line that BuildKit, buildah and podman print when a step begins;
// podman puts the stage in front where there are several.
var stepLine = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:#\d+ \[(?:[^\]]* )?\d+/\d+\]|(?:\[\d+/\d+\] )?STEP \d+(?:/\d+)?:|Step \d+/\d+ :) (.+)$`)
})

// Write takes a part of the output.
func (s *steps) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept.Write(b)
	if extra := s.kept.Len() - keptOutput; extra > keptOutput {
		s.kept.Next(extra)
	}
	for _, c := range b {
		if c != '\n' {
			if len(s.line) < lineLimit {
				s.line = append(s.line, c)
			}
			continue
		}
		if m := stepLine().FindSubmatch(s.line); m != nil {
			s.last = string(m[1])
			if s.tell != nil {
				s.tell(s.last)
			}
		}
		s.line = s.line[:0]
	}
	return len(b), nil
}

// failureLines is how many lines of the output an error shows at most.
const failureLines = 40

// failure returns what the engine printed about the step that failed: BuildKit
// repeats the end of its output between dashes, others end with it.
func (s *steps) failure() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := strings.TrimRight(s.kept.String(), "\n")
	if at := strings.Index(text, "\n------\n > "); at >= 0 {
		text = text[at+1:]
	}
	return tail(text, failureLines)
}

// underWay returns what was going on when a build was stopped: its output says no
// more than that.
func (s *steps) underWay() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == "" {
		return "no step had begun"
	}
	return "the last step that had begun: " + s.last
}
