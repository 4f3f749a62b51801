package main

import (
	"slices"
	"testing"

	"github.com/spf13/pflag"
)

func TestListFlags(t *testing.T) {
	t.Parallel()
	var commas, whole []string
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	commaListVar(f, &commas, "select", "")
	listVar(f, &whole, "arg", "")
	if err := f.Parse([]string{"--select", "a,b", "--arg", "x=1,2", "--select", "", "--select=c", "--arg", ""}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"a", "b", "c"}; !slices.Equal(commas, want) {
		t.Errorf("between commas: %q, want %q", commas, want)
	}
	if want := []string{"x=1,2", ""}; !slices.Equal(whole, want) {
		t.Errorf("whole: %q, want %q", whole, want)
	}
}
