package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkRun measures what a run on one small file costs once the process is
// there: it must stay far below the time that starting a process takes.
func BenchmarkRun(b *testing.B) {
	name := filepath.Join(b.TempDir(), "Dockerfile")
	if err := os.WriteFile(name, []byte("FROM scratch\nMAINTAINER Grace\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	for what, args := range map[string][]string{"version": {"version"}, "bare": {"--no-config", name}, "file": {name}} {
		b.Run(what, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var errs bytes.Buffer
				if Run(b.Context(), args, nil, io.Discard, &errs, nil) > exitFindings {
					b.Fatal(errs.String())
				}
			}
		})
	}
}
