//go:build !unix

package main

import "github.com/rogpeppe/go-internal/testscript"

func special(ts *testscript.TestScript, _ bool, _ []string) { ts.Fatalf("no special files here") }
