package stages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
)

// DeprecatedImage finds images that nobody makes any more.
var DeprecatedImage = &lint.Rule{
	ID:      "deprecated-image",
	Summary: "An image that is no longer made should be replaced",
	Doc: `
Some images on Docker Hub are marked as deprecated: they stay where they are, without
fixes of any kind. Their makers name another image, or there is one that took their
place. The same goes for registries that were closed or frozen.

There is no fix: the other image may differ.
`,
	Bad:      "FROM openjdk:17\nCOPY app.jar /\n",
	Good:     "FROM eclipse-temurin:17\nCOPY app.jar /\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		eachImage(p, func(i image) {
			if i.err != nil {
				return
			}
			if by := deprecatedImage(i.ref); by != "" {
				p.Report(lint.Diagnostic{
					Range:   i.word.Range,
					Message: i.ref.Name() + " is no longer made and gets no fixes: use " + by,
					Tag:     lint.Deprecated,
				})
			}
		})
	},
}

// deprecatedImage says what to use instead; empty for an image that is kept up.
func deprecatedImage(ref knowledge.Ref) string {
	switch name := ref.Name(); name {
	case "adoptopenjdk", "java", "openjdk":
		if tag := knowledge.ParseTag(ref.Tag); name == "openjdk" && tag.Has("ea") {
			return "" // builds of what comes next are still made
		}
		return "eclipse-temurin, or another build of OpenJDK"
	case "centos":
		return "rockylinux, almalinux or quay.io/centos/centos:stream10"
	case "consul", "vault":
		return "hashicorp/" + name
	case "django":
		return "python"
	case "rails":
		return "ruby"
	case "iojs":
		return "node"
	case "jenkins":
		return "jenkins/jenkins"
	case "mono":
		return "mcr.microsoft.com/dotnet/sdk, or a distribution with its mono packages"
	case "nats-streaming":
		return "nats with JetStream"
	case "opensuse":
		return "opensuse/leap"
	case "owncloud":
		return "owncloud/server"
	case "piwik":
		return "matomo"
	case "sentry":
		return "getsentry/sentry"
	case "swarm":
		return "the swarm mode of Docker"
	case "ubuntu-debootstrap", "ubuntu-upstart":
		return "ubuntu"
	}
	return closedRegistry(ref)
}

func closedRegistry(ref knowledge.Ref) string {
	switch {
	case ref.Registry == "k8s.gcr.io", ref.Registry == "gcr.io" && strings.HasPrefix(ref.Repository, "google_containers/"):
		return "registry.k8s.io"
	case ref.Registry == "docker.io" && strings.HasPrefix(ref.Repository, "bitnamilegacy/"):
		return "an image that is kept up"
	case ref.Registry == "docker.io" && strings.HasPrefix(ref.Repository, "adoptopenjdk/"):
		return "eclipse-temurin"
	case ref.Registry == "docker.io" && strings.HasPrefix(ref.Repository, "microsoft/"):
		return "mcr.microsoft.com"
	}
	return ""
}
