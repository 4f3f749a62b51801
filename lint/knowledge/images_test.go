package knowledge

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseRef(t *testing.T) {
	t.Parallel()
	digest := "sha256:" + strings.Repeat("0a", 32)
	tests := []struct {
		in   string
		want Ref
		err  string
	}{
		{in: "node", want: Ref{Registry: "docker.io", Repository: "library/node"}},
		{in: "node:20-slim", want: Ref{Registry: "docker.io", Repository: "library/node", Tag: "20-slim"}},
		{in: "docker.io/library/node", want: Ref{Registry: "docker.io", Repository: "library/node"}},
		{in: "docker.io/node", want: Ref{Registry: "docker.io", Repository: "library/node"}},
		{in: "index.docker.io/library/node:20", want: Ref{Registry: "docker.io", Repository: "library/node", Tag: "20"}},
		{in: "node@" + digest, want: Ref{Registry: "docker.io", Repository: "library/node", Digest: digest}},
		{in: "node:20@" + digest, want: Ref{Registry: "docker.io", Repository: "library/node", Tag: "20", Digest: digest}},
		{in: "localhost/x", want: Ref{Registry: "localhost", Repository: "x"}},
		{in: "localhost:5000/x", want: Ref{Registry: "localhost:5000", Repository: "x"}},
		{in: "localhost:5000/x:1", want: Ref{Registry: "localhost:5000", Repository: "x", Tag: "1"}},
		{in: "localhost:5000", want: Ref{Registry: "docker.io", Repository: "library/localhost", Tag: "5000"}},
		{in: "r.example.com/a/b/c:v1", want: Ref{Registry: "r.example.com", Repository: "a/b/c", Tag: "v1"}},
		{in: "bitnami/node", want: Ref{Registry: "docker.io", Repository: "bitnami/node"}},
		{in: "[::1]:5000/x", want: Ref{Registry: "[::1]:5000", Repository: "x"}},
		{in: "a__b/c--d.e", want: Ref{Registry: "docker.io", Repository: "a__b/c--d.e"}},
		{in: "scratch", want: Ref{Repository: "scratch"}},
		{in: "", err: "no name"},
		{in: "Node", err: "lower case"},
		{in: "r.example.com/Node", err: "lower case"},
		{in: "node:", err: "not a tag"},
		{in: "node:a/b", want: Ref{Registry: "node:a", Repository: "b"}, err: "registry"},
		{in: "node@sha256:12", err: "not a digest"},
		{in: "node:-x", err: "not a tag"},
		{in: "a//b", err: "part of"},
		{in: "a___b", err: "part of"},
		{in: "$BASE", err: "lower case"},
		{in: strings.Repeat("0a", 32), err: "ID"},
		{in: strings.Repeat("a", 256), err: "longer"},
	}
	for _, tt := range tests {
		got, err := ParseRef(tt.in)
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("ParseRef(%q): error %v, want one with %q", tt.in, err, tt.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("ParseRef(%q): %v", tt.in, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("ParseRef(%q) differs (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestRefString(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"docker.io/library/node:20": "node:20", "bitnami/node": "bitnami/node", "scratch": "scratch", "localhost:5000/x:1": "localhost:5000/x:1",
	} {
		ref, err := ParseRef(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := ref.String(); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
	}
}

func TestParseTag(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Tag{
		"":                     {},
		"latest":               {Words: []string{"latest"}},
		"20.11-bookworm-slim":  {Version: "20.11", Words: []string{"bookworm", "slim"}, Distro: "debian", Release: "12", Slim: true},
		"3.12-alpine3.20":      {Version: "3.12", Words: []string{"alpine3.20"}, Distro: "alpine", Release: "3.20"},
		"alpine":               {Words: []string{"alpine"}, Distro: "alpine"},
		"17-jdk-jammy":         {Version: "17", Words: []string{"jdk", "jammy"}, Distro: "ubuntu", Release: "22.04"},
		"9.0-noble-chiseled":   {Version: "9.0", Words: []string{"noble", "chiseled"}, Distro: "ubuntu", Release: "24.04"},
		"bookworm-20240101":    {Words: []string{"bookworm", "20240101"}, Distro: "debian", Release: "12"},
		"v1.2":                 {Version: "1.2"},
		"12.4.0-devel-ubi9":    {Version: "12.4.0", Words: []string{"devel", "ubi9"}, Distro: "ubi", Release: "9"},
		"python3.12-bookworm":  {Words: []string{"python3.12", "bookworm"}, Distro: "debian", Release: "12"},
		"ltsc2022":             {Words: []string{"ltsc2022"}},
		"3-windowsservercore-": {Version: "3", Words: []string{"windowsservercore"}, Distro: "windows"},
	} {
		if diff := cmp.Diff(want, ParseTag(in)); diff != "" {
			t.Errorf("ParseTag(%q) differs (-want +got):\n%s", in, diff)
		}
	}
}

// brief is what most rules ask.
type brief struct {
	Family, Distro, Release, Libc, Packages, Shell, User string
	HasShell, HasBash                                    Answer
}

func TestWellKnownImage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want brief
	}{
		{"node:20", brief{"node", "debian", "", "glibc", "apt", "dash", "", Yes, Yes}},
		{"docker.io/library/node:20-alpine3.20", brief{"node", "alpine", "3.20", "musl", "apk", "ash", "", Yes, No}},
		{"public.ecr.aws/docker/library/node:20-bookworm-slim", brief{"node", "debian", "12", "glibc", "apt", "dash", "", Yes, Yes}},
		{"alpine:3.19.1", brief{"alpine", "alpine", "3.19", "musl", "apk", "ash", "", Yes, No}},
		{"debian:12.5-slim", brief{"debian", "debian", "12", "glibc", "apt", "dash", "", Yes, Yes}},
		{"debian:bookworm", brief{"debian", "debian", "12", "glibc", "apt", "dash", "", Yes, Yes}},
		{"ubuntu:22.04", brief{"ubuntu", "ubuntu", "22.04", "glibc", "apt", "dash", "", Yes, Yes}},
		{"centos:7", brief{"centos", "centos", "7", "glibc", "yum", "bash", "", Yes, Yes}},
		{"scratch", brief{"scratch", "scratch", "", "", "", "", "", No, No}},
		{"gcr.io/distroless/static-debian12", brief{"distroless", "debian", "12", "", "", "", "", No, No}},
		{"gcr.io/distroless/static-debian12:nonroot", brief{"distroless", "debian", "12", "", "", "", "65532", No, No}},
		{"gcr.io/distroless/nodejs22-debian12:debug-nonroot", brief{"distroless", "debian", "12", "glibc", "", "ash", "65532", Unknown, No}},
		{"cgr.dev/chainguard/static:latest", brief{"chainguard", "wolfi", "", "glibc", "", "", "65532", No, No}},
		{"cgr.dev/chainguard/node:latest", brief{"chainguard", "wolfi", "", "glibc", "", "", "65532", Unknown, Unknown}},
		{"cgr.dev/chainguard/go:latest", brief{"chainguard", "wolfi", "", "glibc", "", "", "", Unknown, Unknown}},
		{"cgr.dev/chainguard/node:latest-dev", brief{"chainguard", "wolfi", "", "glibc", "apk", "ash", "65532", Yes, No}},
		{"cgr.dev/chainguard/wolfi-base", brief{"wolfi", "wolfi", "", "glibc", "apk", "ash", "", Yes, No}},
		{"mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled", brief{"dotnet", "ubuntu", "24.04", "glibc", "", "", "1654", No, No}},
		{"mcr.microsoft.com/dotnet/aspnet:8.0-azurelinux3.0-distroless", brief{"dotnet", "azurelinux", "3.0", "glibc", "", "", "1654", No, No}},
		{"mcr.microsoft.com/dotnet/sdk:8.0-alpine", brief{"dotnet", "alpine", "", "musl", "apk", "ash", "", Yes, No}},
		{"mcr.microsoft.com/windows/nanoserver:ltsc2022", brief{"windows", "windows", "", "", "", "cmd", "", Yes, No}},
		{"mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-1809", brief{"dotnet", "windows", "", "", "", "cmd", "", Yes, No}},
		{"registry.access.redhat.com/ubi9/ubi-minimal:9.4", brief{"ubi", "ubi", "9.4", "glibc", "microdnf", "bash", "", Yes, Yes}},
		{"registry.access.redhat.com/ubi8:latest", brief{"ubi", "ubi", "8", "glibc", "dnf", "bash", "", Yes, Yes}},
		{"registry.access.redhat.com/ubi9/nodejs-20", brief{"ubi", "ubi", "9", "glibc", "dnf", "bash", "1001", Yes, Yes}},
		{"bitnami/postgresql:16", brief{"bitnami", "debian", "", "glibc", "apt", "dash", "1001", Yes, Yes}},
		{"opensuse/leap:15.6", brief{"opensuse", "opensuse", "15.6", "glibc", "zypper", "bash", "", Yes, Yes}},
		{"busybox", brief{"busybox", "busybox", "", "", "", "ash", "", Yes, No}},
		{"amazonlinux:2", brief{"amazonlinux", "amazonlinux", "2", "glibc", "yum", "bash", "", Yes, Yes}},
		{"openjdk:8", brief{"java", "", "", "", "", "", "", Yes, Unknown}},
		{"ghcr.io/astral-sh/uv:0.5", brief{"uv", "scratch", "", "", "", "", "", No, No}},
	}
	for _, tt := range tests {
		ref, err := ParseRef(tt.in)
		if err != nil {
			t.Fatal(err)
		}
		f, ok := WellKnownImage(ref)
		if !ok {
			t.Errorf("%s is not known", tt.in)
		}
		got := brief{f.Family, f.Distro, f.Release, f.Libc, f.PackageManager, f.Shell, f.User, f.HasShell, f.HasBash}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", tt.in, diff)
		}
	}
	if _, ok := WellKnownImage(Ref{Registry: "docker.io", Repository: "acme/app"}); ok {
		t.Error("docker.io/acme/app should not be known")
	}
}

func TestImageDetails(t *testing.T) {
	t.Parallel()
	get := func(s string) ImageFacts {
		ref, err := ParseRef(s)
		if err != nil {
			t.Fatal(err)
		}
		f, _ := WellKnownImage(ref)
		return f
	}
	if diff := cmp.Diff([]User{{"node", 1000, 1000, "/home/node"}}, get("node:20").Users); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"nginx", "-g", "daemon off;"}, get("nginx").Cmd); diff != "" {
		t.Error(diff)
	}
	if u := get("php:8-fpm-alpine").Users[0]; u.UID != 82 {
		t.Errorf("www-data on Alpine is %d, want 82", u.UID)
	}
	if f := get("wordpress:6-php8.3-fpm"); f.Product() != "" || f.Version != "" || f.Cmd[0] != "php-fpm" || f.Workdir != "/var/www/html" {
		t.Errorf("wordpress: %+v", f)
	}
	if f := get("drupal:11-apache"); f.Workdir != "/opt/drupal" {
		t.Errorf("drupal: %+v", f)
	}
	if f := get("php:8.4-fpm"); f.Product() != "php" || f.Version != "8.4" || f.Workdir != "/var/www/html" {
		t.Errorf("php: %+v", f)
	}
	if get("registry.access.redhat.com/ubi9/nodejs-20").EnvWhole || !get("debian:13").EnvWhole {
		t.Error("only an image of a distribution itself sets no variables")
	}
	for _, name := range []string{"node", "1000"} {
		if u, ok := get("node:22").Account(name); !ok || u.Home != "/home/node" {
			t.Errorf("the account %s of node: %+v", name, u)
		}
	}
	if _, ok := get("node:22").Account("1001"); ok {
		t.Error("node has no account 1001")
	}
	if !get("node:8-onbuild").OnBuild || get("node:20").OnBuild {
		t.Error("OnBuild should follow the tag")
	}
	if f := get("golang:1.22"); f.Workdir != "/go" || !f.Toolchain || !slices.Contains(f.Env, Setting{"GOPATH", "/go"}) {
		t.Errorf("golang: %+v", f)
	}
	if get("eclipse-temurin:21-jre").Toolchain || !get("eclipse-temurin:21").Toolchain {
		t.Error("only the JDK is a toolchain")
	}
}

func TestImageTableIsSorted(t *testing.T) {
	t.Parallel()
	if !slices.IsSortedFunc(imageTable[:], func(a, b imageRow) int { return strings.Compare(a.name, b.name) }) {
		t.Error("imageTable must be sorted by name")
	}
	for i := range imageTable[1:] {
		if imageTable[i].name == imageTable[i+1].name {
			t.Errorf("%s stands twice", imageTable[i].name)
		}
	}
	for i := range imageTable {
		for field := range strings.FieldsSeq(imageTable[i].users) {
			if strings.Count(field, ":") == 0 {
				t.Errorf("%s: user %q has no number", imageTable[i].name, field)
			}
		}
	}
}

func TestImageNames(t *testing.T) {
	t.Parallel()
	names := ImageNames()
	for _, want := range []string{"node", "golang", "alpine", "scratch"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is missing", want)
		}
	}
	for _, n := range names {
		if strings.HasSuffix(n, "/") {
			t.Errorf("%s is no repository", n)
		}
	}
}

func TestReleases(t *testing.T) {
	t.Parallel()
	list := Releases("node")
	if len(list) < 2 {
		t.Fatalf("Releases(node) = %v", list)
	}
	for k := 1; k < len(list); k++ {
		if list[k].Date.After(list[k-1].Date) {
			t.Errorf("%s stands behind %s", list[k].Release, list[k-1].Release)
		}
	}
	if got := Releases("no such product"); got != nil {
		t.Errorf("Releases of nothing = %v", got)
	}
}
