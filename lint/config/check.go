package config

import (
	"errors"

	"github.com/dlint/dlint/lint"
)

// Check returns the mistakes in the text of a .dlint.yaml for these rules, as it
// may be in an editor. What the file extends is not looked into.
func Check(rules []*lint.Rule, path string, data []byte) []*Error {
	_, err := readDlint(newBook(rules), path, data, "")
	return flatten(err)
}

// flatten returns the mistakes that an error wraps.
func flatten(err error) []*Error {
	if err == nil {
		return nil
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var out []*Error
		for _, e := range many.Unwrap() {
			out = append(out, flatten(e)...)
		}
		return out
	}
	if one := (*Error)(nil); errors.As(err, &one) {
		return []*Error{one}
	}
	return []*Error{{Message: err.Error()}}
}
