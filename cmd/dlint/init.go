package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/config"
)

const configName = ".dlint.yaml"

// initCommand returns "dlint init".
func (a *app) initCommand() *cobra.Command {
	var from string
	cmd := &cobra.Command{
		Use:     "init",
		Short:   "Write a " + configName + " to start from",
		Long:    "Write a " + configName + " in the current directory: one with everything explained, or,\nwith --from, what the configuration of hadolint or tally says. An existing file is\nleft alone.",
		Example: "  dlint init\n  dlint init --from hadolint\n  dlint init --from tally",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			switch from {
			case "":
				return a.writeConfig(config.Default(a.rules))
			case "hadolint":
				return a.convert(config.FromHadolint, ".hadolint.yaml", ".hadolint.yml")
			case "tally":
				return a.convert(config.FromTally, ".tally.toml", "tally.toml")
			}
			return &usageError{fmt.Errorf("unknown value %q of --from: use hadolint or tally", from), "init "}
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "`linter` whose configuration is converted: hadolint or tally")
	return cmd
}

func (a *app) writeConfig(text []byte) error {
	f, err := os.OpenFile(configName, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already: remove it first to start anew", configName)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", configName, plainError(err))
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", configName, err)
	}
	_, err = io.WriteString(a.stdout, "wrote "+configName+"\n")
	return err
}

// converter turns the configuration of another linter into one of ours.
type converter func(rules []*lint.Rule, data []byte) (text []byte, notes []string, err error)

// convert writes what the first of the files that is there says.
func (a *app) convert(from converter, names ...string) error {
	for _, name := range names {
		text, err := readFile(name)
		if err != nil {
			if _, missing := os.Stat(name); errors.Is(missing, fs.ErrNotExist) {
				continue
			}
			return fmt.Errorf("reading %s: %w", name, err)
		}
		converted, notes, err := from(a.rules, []byte(text))
		if err != nil {
			return err
		}
		if err := a.writeConfig(converted); err != nil {
			return err
		}
		for _, n := range notes {
			a.warn("%s: %s", name, n)
		}
		return nil
	}
	return fmt.Errorf("there is no %s in this directory to convert", names[0])
}
