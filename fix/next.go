package fix

import (
	"fmt"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// next returns the document that d becomes with another text and with other
// files of its build context changed; others holds their whole texts by path.
func next(d *lint.Document, text string, _ map[string]string) *lint.Document {
	return lint.NewDocument(source.NewFile(d.Source.Path, text), d.Build)
}

// readOther returns the text of a file of the build context of d.
func readOther(_ *lint.Document, path string) (string, error) {
	return "", fmt.Errorf("%s cannot be read: there is no build context", path)
}
