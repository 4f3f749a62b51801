package main

import (
	"strings"

	"github.com/spf13/pflag"
)

// listFlag is a flag with several values. It is cheaper to declare than those of
// pflag, which write their default as CSV at every start.
type listFlag struct {
	values *[]string
	commas bool // a value may hold several
}

// listVar declares a flag that adds a value each time it is given.
func listVar(f *pflag.FlagSet, values *[]string, name, usage string) {
	f.Var(listFlag{values: values}, name, usage)
}

// commaListVar declares a flag that adds what stands between commas each time it
// is given.
func commaListVar(f *pflag.FlagSet, values *[]string, name, usage string) {
	f.Var(listFlag{values: values, commas: true}, name, usage)
}

// Set implements pflag.Value.
func (l listFlag) Set(value string) error {
	switch {
	case !l.commas:
		*l.values = append(*l.values, value)
	case value != "":
		*l.values = append(*l.values, strings.Split(value, ",")...)
	}
	return nil
}

// String implements pflag.Value.
func (l listFlag) String() string {
	if l.values == nil {
		return ""
	}
	return strings.Join(*l.values, ",")
}

// Type implements pflag.Value. Cobra takes from its end that the flag may be
// repeated.
func (l listFlag) Type() string {
	if l.commas {
		return "stringSlice"
	}
	return "stringArray"
}
