package rules_test

import (
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules"
)

// trigger is an instruction that a code of hadolint is about.
type trigger struct {
	code string
	// before stands above the instruction, after FROM; after stands below.
	before, body, after string
	// fires says whether dlint reports it inside ONBUILD, and why says so where
	// hadolint does otherwise.
	fires bool
	why   string
	// options configure the rule.
	options string
}

// The codes whose instruction may stand inside ONBUILD. hadolint looks inside for
// those about commands, and never for the others.
var triggers = []trigger{
	{code: "DL3000", body: "WORKDIR app"},
	{code: "DL3001", body: "RUN ssh host.example.com", fires: true},
	{code: "DL3002", body: "USER root", after: "CMD [\"a\"]\n"},
	{code: "DL3003", body: "RUN cd /app && make", fires: true, why: "WORKDIR may be a trigger as well"},
	{code: "DL3004", body: "RUN sudo make", fires: true},
	{code: "DL3008", body: "RUN apt-get update && apt-get install -y curl", fires: true},
	{code: "DL3009", body: "RUN apt-get update && apt-get install -y curl", fires: true},
	{code: "DL3010", body: "COPY a.tar.gz /x/", after: "RUN tar xzf /x/a.tar.gz\n"},
	{code: "DL3011", body: "EXPOSE 70000"},
	{code: "DL3012", before: "HEALTHCHECK CMD a\n", body: "HEALTHCHECK CMD b"},
	{code: "DL3013", body: "RUN pip install flask", fires: true},
	{code: "DL3014", body: "RUN apt-get install curl", fires: true},
	{code: "DL3015", body: "RUN apt-get install -y curl", fires: true},
	{code: "DL3016", body: "RUN npm install -g yarn", fires: true},
	{code: "DL3018", body: "RUN apk add curl", fires: true},
	{code: "DL3019", body: "RUN apk add curl", fires: true},
	{code: "DL3020", body: "ADD a.txt /a.txt", fires: true, why: "COPY may be a trigger as well"},
	{code: "DL3021", body: "COPY a b /c"},
	{code: "DL3022", body: "COPY --from=nowhere /a /b"},
	{code: "DL3025", body: "CMD server --port 80"},
	{code: "DL3027", body: "RUN apt install -y curl", fires: true},
	{code: "DL3028", body: "RUN gem install rake", fires: true},
	{code: "DL3030", body: "RUN yum install curl", fires: true},
	{code: "DL3032", body: "RUN yum install -y curl", fires: true},
	{code: "DL3033", body: "RUN yum install -y curl", fires: true},
	{code: "DL3034", body: "RUN zypper install curl", fires: true},
	{code: "DL3035", body: "RUN zypper dist-upgrade -y", fires: true},
	{code: "DL3036", body: "RUN zypper install -y curl", fires: true},
	{code: "DL3037", body: "RUN zypper install -y curl", fires: true},
	{code: "DL3038", body: "RUN dnf install curl", fires: true},
	{code: "DL3040", body: "RUN dnf install -y curl", fires: true},
	{code: "DL3041", body: "RUN dnf install -y curl", fires: true},
	{code: "DL3042", body: "RUN pip install flask==3.1.0", fires: true},
	{code: "DL3044", body: "ENV A=/a B=$A"},
	{code: "DL3045", body: "COPY a b/"},
	{code: "DL3046", body: "RUN useradd -u 123456 app", fires: true},
	{code: "DL3047", body: "RUN wget https://example.com/a", fires: true},
	{code: "DL3048", body: "LABEL \"a b\"=c"},
	{code: "DL3049", body: "LABEL other=1", fires: true, why: "the image lacks the label", options: "labels: {needed: text}"},
	{code: "DL3050", body: "LABEL other=1", options: "labels: {needed: text}\nstrict: true"},
	{code: "DL3051", body: "LABEL needed=", options: "labels: {needed: text}"},
	{code: "DL3052", body: "LABEL needed=x", options: "labels: {needed: url}"},
	{code: "DL3053", body: "LABEL needed=x", options: "labels: {needed: rfc3339}"},
	{code: "DL3054", body: "LABEL needed=x", options: "labels: {needed: spdx}"},
	{code: "DL3055", body: "LABEL needed=x", options: "labels: {needed: hash}"},
	{code: "DL3056", body: "LABEL needed=x", options: "labels: {needed: semver}"},
	{code: "DL3058", body: "LABEL needed=x", options: "labels: {needed: email}"},
	{code: "DL3059", before: "RUN a\n", body: "RUN b"},
	{code: "DL3060", body: "RUN yarn install", fires: true},
	{code: "DL3062", body: "RUN go install example.com/x@latest", fires: true},
	{code: "DL3064", body: "ENV API_PASSWORD=Gh7kQ2zX9w", fires: true},
	{code: "DL3066", body: "USER app"},
	{code: "DL3067", body: "COPY --from=build / /"},
	{code: "DL4000", body: "MAINTAINER me"},
	{code: "DL4001", body: "RUN curl -fLO https://example.com/a && wget https://example.com/b", fires: true},
	{code: "DL4003", before: "CMD [\"a\"]\n", body: "CMD [\"b\"]"},
	{code: "DL4004", before: "ENTRYPOINT [\"a\"]\n", body: "ENTRYPOINT [\"b\"]"},
	{code: "DL4005", body: "RUN ln -sf /bin/bash /bin/sh", fires: true},
	{code: "DL4006", body: "RUN curl -fs https://example.com/a | tee /a", fires: true, why: "a trigger hides the failure as well"},
}

// outside are the codes about what cannot stand inside ONBUILD, or is about a
// whole stage or file.
var outside = []string{
	"DL1001", "DL3006", "DL3007", "DL3023", "DL3024", "DL3026", "DL3029", "DL3043", "DL3057", "DL3061", "DL3063", "DL3065",
}

// TestOnBuild goes through the codes of hadolint: each finds its instruction, and
// inside ONBUILD what the table says.
func TestOnBuild(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, code := range outside {
		seen[code] = true
	}
	for _, x := range triggers {
		seen[x.code] = true
		t.Run(x.code, func(t *testing.T) {
			t.Parallel()
			if !x.reports(t, x.body) {
				t.Errorf("finds nothing in %q", x.body)
			}
			if got := x.reports(t, "ONBUILD "+x.body); got != x.fires {
				t.Errorf("ONBUILD %s: reported: %v, want %v", x.body, got, x.fires)
			}
		})
	}
	for _, r := range rules.All() {
		for _, a := range r.Aliases {
			if code, ok := strings.CutPrefix(a, "DL"); ok && (code[0] == '3' || code[0] == '4' || a == "DL1001") && a != "DL3005" && !seen[a] { // hadolint has withdrawn DL3005
				t.Errorf("%s is in no table", a)
			}
		}
	}
}

// reports runs the rule of the code over a Dockerfile with the instruction.
func (x *trigger) reports(t *testing.T, ins string) bool {
	t.Helper()
	k := slices.IndexFunc(rules.All(), func(r *lint.Rule) bool { return slices.Contains(r.Aliases, x.code) })
	if k < 0 {
		t.Fatal("no rule has this code")
	}
	r := rules.All()[k]
	c := lint.Config{Select: []string{x.code}}
	if x.options != "" {
		options := r.Options()
		if err := yaml.Unmarshal([]byte(x.options), options); err != nil {
			t.Fatal(err)
		}
		c.Rules = map[string]lint.Setting{r.ID: {Options: options}}
	}
	e, err := lint.New(rules.All(), c)
	if err != nil {
		t.Fatal(err)
	}
	from := "FROM debian:12 AS build\nFROM debian:12\n"
	d := lint.NewDocument(source.NewFile("Dockerfile", from+x.before+ins+"\n"+x.after), lint.Build{})
	found, err := e.Lint(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return len(found) > 0
}
