package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/dlint/dlint/lint/config"
)

const configName = ".dlint.yaml"

// initCommand returns "dlint init".
func (a *app) initCommand() *cobra.Command {
	var from string
	cmd := &cobra.Command{
		Use:     "init",
		Short:   "Write a " + configName + " to start from",
		Long:    "Write a " + configName + " in the current directory: one with everything explained, or,\nwith --from hadolint, what .hadolint.yaml says. An existing file is left alone.",
		Example: "  dlint init\n  dlint init --from hadolint",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			switch from {
			case "":
				return a.writeConfig(config.Default(a.rules))
			case "hadolint":
				return a.fromHadolint()
			}
			return &usageError{fmt.Errorf("unknown value %q of --from: use hadolint", from), "init "}
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "`linter` whose configuration is converted: hadolint")
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

func (a *app) fromHadolint() error {
	for _, name := range []string{".hadolint.yaml", ".hadolint.yml"} {
		text, err := readFile(name)
		if err != nil {
			if _, missing := os.Stat(name); errors.Is(missing, fs.ErrNotExist) {
				continue
			}
			return fmt.Errorf("reading %s: %w", name, err)
		}
		converted, notes, err := config.FromHadolint(a.rules, []byte(text))
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
	return errors.New("there is no .hadolint.yaml in this directory to convert")
}
