//go:build !linux

package main

import "os"

// memoryOf returns 0: other systems count in other units, or not at all.
func memoryOf(*os.ProcessState) int64 { return 0 }
