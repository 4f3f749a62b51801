package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
)

// Variable is an environment variable that dlint reads.
type Variable struct{ Name, Doc string }

// Variables lists the environment variables that a Loader reads.
func Variables() []Variable {
	return []Variable{
		{"DLINT_CONFIG", "the configuration file to read, as --config"},
		{"DLINT_NO_CONFIG", "true reads no configuration file, as --no-config"},
		{"DLINT_SELECT", "rules to run, separated by commas, as --select"},
		{"DLINT_IGNORE", "rules not to run, separated by commas, as --ignore"},
		{"DLINT_PREVIEW", "true runs preview rules, as --preview"},
		{"DLINT_FAIL_ON", "error, warning, info, style or never, as --fail-on"},
		{"DLINT_FORMAT", "the format of the report, as --format"},
		{"DLINT_CONTEXT", "the folder of the build context, as --context"},
		{"DLINT_TARGET", "the stage that is built, as --target"},
		{"DLINT_PLATFORM", "the platform that is built for, as --platform"},
	}
}

// environment is what the variables say.
type environment struct {
	values Values
	config string
	none   bool
}

// readEnv reads the variables. An empty one is one that is not set.
func readEnv(lookup func(string) (string, bool)) (environment, error) {
	var e environment
	if lookup == nil {
		return e, nil
	}
	get := func(name string) string {
		v, _ := lookup(name)
		return strings.TrimSpace(v)
	}
	var errs []error
	truth := func(name string) lint.Switch {
		v := get(name)
		if v == "" {
			return lint.Default
		}
		b, err := strconv.ParseBool(strings.ToLower(v))
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("%s is %q: use true or false", name, v))
			return lint.Default
		case b:
			return lint.On
		}
		return lint.Off
	}
	e.config = get("DLINT_CONFIG")
	e.none = truth("DLINT_NO_CONFIG") == lint.On
	e.values = Values{
		Select: splitList(get("DLINT_SELECT")), Ignore: splitList(get("DLINT_IGNORE")),
		Preview: truth("DLINT_PREVIEW"), FailOn: get("DLINT_FAIL_ON"), Format: get("DLINT_FORMAT"),
		Context: get("DLINT_CONTEXT"), Target: get("DLINT_TARGET"), Platform: get("DLINT_PLATFORM"),
	}
	return e, errors.Join(errs...)
}

// splitList splits at commas and blanks.
func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' })
}
