package oracle

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
)

// Intended are the rules whose safe fixes change the image on purpose, with the
// fields that differ and why that is safe. The history always differs, since it
// repeats the text of the Dockerfile, and is not compared.
var Intended = map[string][]string{
	// MAINTAINER sets the field Author, which nothing reads; the fix says the
	// same in a label.
	"maintainer-deprecated": {"author", "config.labels"},
	// These change the text of a RUN, and of what it leaves in the image nothing
	// but caches: an answer to a question, a clean-up, the order of names.
	// A space that GNU's program does without, no questions to nobody, no log of
	// logins, and COPY of what is no archive.
	"checksum-one-space":        {"ops", "config.onbuild"},
	"gpg-without-batch":         {"ops", "config.onbuild"},
	"useradd-high-uid":          {"ops", "config.onbuild"},
	"readable-secret-mount":     {"ops"},
	"add-instead-of-copy":       {"ops"},
	"apk-without-no-cache":      {"ops", "config.onbuild"},
	"apt-get-without-yes":       {"ops", "config.onbuild"},
	"apt-instead-of-apt-get":    {"ops", "config.onbuild"},
	"apt-lists-left":            {"ops", "config.onbuild"},
	"dnf-cache-left":            {"ops", "config.onbuild"},
	"dnf-without-yes":           {"ops", "config.onbuild"},
	"npm-production-deprecated": {"ops", "config.onbuild"},
	"package-named-twice":       {"ops", "config.onbuild"},
	"packages-unsorted":         {"ops", "config.onbuild"},
	"pip-cache-left":            {"ops", "config.onbuild"},
	"update-alone":              {"ops"},
	"yum-cache-left":            {"ops", "config.onbuild"},
	"yum-without-yes":           {"ops", "config.onbuild"},
	"zypper-cache-left":         {"ops", "config.onbuild"},
	"zypper-without-yes":        {"ops", "config.onbuild"},
}

// ErrBefore says that BuildKit does not even compile the Dockerfile as it was, so
// that nothing can be compared.
var ErrBefore = errors.New("not compiled before fixing")

// Same returns an error when safe fixes of d changed what BuildKit makes of any
// named stage or of the last one, other than as Intended says.
func Same(ctx context.Context, d *lint.Document, res *fix.Result) error {
	if !res.Changed {
		return nil
	}
	var allowed []string
	for _, a := range res.Applied {
		allowed = append(allowed, Intended[a.Rule.ID]...)
	}
	targets := []string{d.Build.Target}
	if targets[0] == "" {
		for _, s := range d.Stages().Stages {
			if s.Name != "" {
				targets = append(targets, s.Name)
			}
		}
	}
	for _, target := range targets {
		o := Options{Args: d.Build.Args, Target: target, Platform: d.Build.Platform}
		before, err := Compile(ctx, d.Source.Text, o)
		if err != nil {
			return fmt.Errorf("%w: target %q: %w", ErrBefore, target, err)
		}
		after, err := Compile(ctx, res.Text, o)
		if err != nil {
			return fmt.Errorf("target %q does not compile any more: %w\n%s", target, err, res.Text)
		}
		for _, field := range before.Diff(after) {
			if !slices.Contains(allowed, field) {
				return fmt.Errorf("target %q: %s differs, so the fix is not safe:\n%s",
					target, field, fix.Diff("Dockerfile", d.Source.Text, res.Text, false))
			}
		}
	}
	return nil
}
