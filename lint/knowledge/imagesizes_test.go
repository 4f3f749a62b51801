package knowledge

import (
	"slices"
	"strings"
	"testing"
)

func TestBaseSize(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{
		"golang:1.24": 850, "golang:1.24-alpine": 250, "gcr.io/distroless/static-debian12": 2, "python:3.12-slim-bookworm": 125, "node:22": 1100,
		"node:22-alpine3.20": 160, "mcr.microsoft.com/dotnet/sdk:8.0": 850, "mcr.microsoft.com/dotnet/aspnet:8.0-alpine": 110, "eclipse-temurin:21-jre": 270,
		"eclipse-temurin:21-jre-alpine": 190, "openjdk:8-jre-slim": 220, "debian:bookworm-slim": 75, "alpine:3.22": 8, "scratch": 0, "acme/base:1": 0,
	} {
		ref, err := ParseRef(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := BaseSize(ref); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
	if !slices.IsSortedFunc(baseSizes[:], func(a, b baseSize) int { return strings.Compare(a.family, b.family) }) {
		t.Error("the table must be sorted")
	}
}
