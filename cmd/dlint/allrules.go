package main

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules"
)

// allRules returns the rules of dlint.
func allRules() []*lint.Rule { return rules.All() }
