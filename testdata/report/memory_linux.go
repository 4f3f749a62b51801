package main

import (
	"os"
	"syscall"
)

// memoryOf returns the largest memory of a process in MiB.
func memoryOf(p *os.ProcessState) int64 {
	if ru, ok := p.SysUsage().(*syscall.Rusage); ok {
		return ru.Maxrss >> 10
	}
	return 0
}
