package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/dlint/dlint/lint/config"
)

// release is the version, set by the linker for releases.
var release string

// version returns the version without a leading "v".
func version() string {
	if release != "" {
		return trimV(release)
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return trimV(info.Main.Version)
	}
	return "devel"
}

func trimV(s string) string {
	if len(s) > 1 && s[0] == 'v' {
		return s[1:]
	}
	return s
}

// versionCommand returns "dlint version".
func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			text := "dlint " + version()
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" && len(s.Value) >= 12 {
						text += " (" + s.Value[:12] + ")"
					}
				}
			}
			_, err := fmt.Fprintf(a.stdout, "%s %s %s/%s\n", text, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

// schemaCommand returns "dlint schema", which editors and the build use.
func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "schema",
		Short:  "Print the JSON Schema of " + configName,
		Hidden: true,
		Args:   noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := a.stdout.Write(config.Schema(a.rules))
			return err
		},
	}
}
