package lsp

import (
	"strings"
	"testing"

	"github.com/dlint/dlint/rules"
)

// TestSecretsAreNotShown asks for everything that an editor shows at every place
// of a Dockerfile with secrets, and looks for their values in the answers.
func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	c := start(t, Options{Rules: rules.All()})
	c.initialize(fullCaps())
	values := []string{"Qzv7" + "aKd93jdMw2xQ8", "Rzv7" + "bKd93jdMw2xQ8", "Szv7" + "cKd93jdMw2xQ8", "Tzv7" + "dKd93jdMw2xQ8"}
	text := "ARG DEPLOY_TOKEN=" + values[0] + "\nFROM alpine\nARG DEPLOY_TOKEN\nENV API_KEY=" + values[1] + "\n" +
		"ENV CACHE=redis://:" + values[2] + "@cache/0\nENV OPTS=\"-Ddb.password=" + values[3] + "\"\n" +
		"RUN echo $API_KEY $CACHE $OPTS $DEPLOY_TOKEN\nRUN echo ${\n"
	const uri = "file:///secrets/Dockerfile"
	c.open(uri, text)
	for line, l := range strings.Split(text, "\n") {
		for column := range len(l) + 1 {
			at := object{"textDocument": object{"uri": uri}, "position": object{"line": line, "character": column}}
			for _, method := range []string{"textDocument/hover", "textDocument/completion"} {
				c.checkHidden(t, method, at, values)
			}
		}
	}
	doc := object{"textDocument": object{"uri": uri}, "range": object{"start": object{"line": 0, "character": 0}, "end": object{"line": 8, "character": 0}}}
	for _, method := range []string{"textDocument/documentSymbol", "textDocument/inlayHint", "textDocument/documentLink", "textDocument/foldingRange"} {
		c.checkHidden(t, method, doc, values)
	}
	c.stop()
}

func (c *client) checkHidden(t *testing.T, method string, params object, values []string) {
	t.Helper()
	answer, err := c.call(method, params)
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	for _, v := range values {
		if strings.Contains(string(answer), v[:5]) {
			t.Errorf("%s shows %.4s...: %s", method, v, answer)
		}
	}
}
