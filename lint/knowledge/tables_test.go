package knowledge

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestEOL(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, tag, release, date, successor string }{
		{"node", "18-alpine", "18", "2025-04-30", "24"},
		{"node", "20.11.1-bookworm", "20", "2026-04-30", "24"},
		{"node", "24", "24", "2028-04-30", ""},
		{"node", "lts", "", "", ""},
		{"node", "2", "", "", ""},
		{"python", "3.1", "", "", ""},
		{"python", "3", "", "", ""},
		{"python", "3.10.4-slim", "3.10", "2026-10-31", "3.13"},
		{"debian", "bullseye-slim", "11", "2026-08-31", "13"},
		{"debian", "11", "11", "2026-08-31", "13"},
		{"ubuntu", "focal", "20.04", "2025-05-31", "26.04"},
		{"ubuntu", "artful", "17.10", "2018-07-19", "26.04"},
		{"ubuntu", "utopic", "14.10", "2015-07-23", "26.04"},
		{"alpine", "3.19.1", "3.19", "2025-11-01", "3.24"},
		{"golang", "1.25-alpine", "1.25", "2026-08-19", "1.27"},
		{"golang", "1.27", "", "", ""},
		{"haproxy", "2.4.3", "2.4", "2026-04-01", "3.2"},
		{"redis", "5.0.14-alpine", "5", "2022-04-27", "8.2"},
		{"centos", "7", "7", "2024-06-30", "rockylinux/rockylinux:9"},
		{"dotnet", "6.0-alpine", "6.0", "2024-11-12", "10.0"},
		{"acme", "1", "", "", ""},
	}
	for _, tt := range tests {
		e, ok := EOL(tt.name, tt.tag)
		if ok != (tt.date != "") {
			t.Errorf("EOL(%q, %q) is known: %v", tt.name, tt.tag, ok)
			continue
		}
		if ok && (e.Release != tt.release || e.Date.Format(time.DateOnly) != tt.date || e.Successor != tt.successor) {
			t.Errorf("EOL(%q, %q) = %+v", tt.name, tt.tag, e)
		}
	}
	e, _ := EOL("node", "18")
	if e.Ended(e.Date) || !e.Ended(e.Date.AddDate(0, 0, 2)) {
		t.Error("the last day of support is supported")
	}
}

func TestEOLTable(t *testing.T) {
	t.Parallel()
	if !slices.IsSortedFunc(eolTable[:], func(a, b eolRow) int { return strings.Compare(a.name, b.name) }) {
		t.Error("eolTable must be sorted by name")
	}
	for _, row := range eolTable {
		for field := range strings.FieldsSeq(row.releases) {
			release, day, _ := strings.Cut(field, "=")
			if _, err := time.Parse(time.DateOnly, day); err != nil {
				t.Errorf("%s %s: %v", row.name, release, err)
			}
		}
	}
}

func TestRuntimePackages(t *testing.T) {
	t.Parallel()
	tests := []struct {
		distro, release, dev string
		want                 []string
		ok                   bool
	}{
		{"debian", "12", "libpq-dev", []string{"libpq5"}, true},
		{"debian", "12", "libpq-dev=15.3-0", []string{"libpq5"}, true},
		{"debian", "11", "libssl-dev", []string{"libssl1.1"}, true},
		{"debian", "10", "libssl-dev", []string{"libssl1.1"}, true},
		{"debian", "10", "libffi-dev", []string{"libffi6"}, true},
		{"debian", "9", "libssl-dev", nil, false},
		{"ubuntu", "20.04", "libzip-dev", []string{"libzip5"}, true},
		{"ubuntu", "24.04", "libssl-dev", []string{"libssl3t64"}, true},
		{"debian", "12", "libkrb5-dev", []string{"libkrb5-3", "libgssapi-krb5-2"}, true},
		{"debian", "12", "python3-dev", []string{}, true},
		{"debian", "12", "libacme-dev", nil, false},
		{"debian", "", "libpq-dev", nil, false},
		{"alpine", "3.20", "postgresql-dev", []string{"libpq"}, true},
		{"fedora", "40", "postgresql-devel", nil, false},
	}
	for _, tt := range tests {
		got, ok := RuntimePackages(tt.distro, tt.release, tt.dev)
		if diff := cmp.Diff(tt.want, got); ok != tt.ok || ok && diff != "" {
			t.Errorf("%s %s %s: %v, %q", tt.distro, tt.release, tt.dev, ok, got)
		}
	}
	for _, table := range [][]runtimeRow{debianRuntime[:], alpineRuntime[:]} {
		if !slices.IsSortedFunc(table, func(a, b runtimeRow) int { return strings.Compare(a.dev, b.dev) }) {
			t.Error("tables of packages must be sorted")
		}
	}
}

func TestBuildOnly(t *testing.T) {
	t.Parallel()
	for pkg, want := range map[string]bool{
		"gcc": true, "gcc-12": true, "gcc=4:12": true, "libfoo-dev": true, "openssl-devel": true, "musl-dev": true, "linux-headers-amd64": true,
		"curl": false, "git": false, "nginx": false, "libpq5": false, "ca-certificates": false,
	} {
		if got := BuildOnly(pkg); got != want {
			t.Errorf("BuildOnly(%q) = %v", pkg, got)
		}
	}
	if !BuildHelper("git") || BuildHelper("ca-certificates") {
		t.Error("git is a helper, ca-certificates is not")
	}
}

func TestSignals(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{
		"SIGTERM": 15, "TERM": 15, "sigkill": 9, "9": 9, "SIGWINCH": 28, "SIGRTMIN+3": 37, "SIGRTMAX-14": 50, "SIGRTMIN": 34, "SIGSYS": 31,
		"SIGFOO": 0, "0": 0, "65": 0, "-1": 0, "": 0, "SIGRTMIN+x": 0, "SIGRTMIN-1": 0,
	} {
		if got, ok := SignalNumber(name); ok != (want != 0) || ok && got != want {
			t.Errorf("SignalNumber(%q) = %d, %v, want %d", name, got, ok, want)
		}
	}
}

func TestLabels(t *testing.T) {
	t.Parallel()
	if l, ok := LabelOf("org.opencontainers.image.source"); !ok || l.Kind != LabelURL {
		t.Errorf("source: %+v, %v", l, ok)
	}
	for _, key := range []string{"org.opencontainers.image.nothing", "maintainer", ""} {
		if _, ok := LabelOf(key); ok {
			t.Errorf("%q is a label of the specification", key)
		}
	}
	for _, l := range Labels() {
		if got, ok := LabelOf(l.Key); !ok || got != l {
			t.Errorf("%s is not found", l.Key)
		}
	}
}

func TestCheckSPDX(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in      string
		unknown []string
		ok      bool
	}{
		{"MIT", nil, true},
		{"mit", nil, true},
		{"Apache-2.0 OR MIT", nil, true},
		{"(GPL-2.0-only WITH Classpath-exception-2.0) AND BSD-3-Clause", nil, true},
		{"LicenseRef-acme", nil, true},
		{"Apache 2.0", []string{"Apache"}, false},
		{"Apache2", []string{"Apache2"}, true},
		{"MIT AND", nil, false},
		{"(MIT", nil, false},
		{"", nil, false},
		{"GPL-2.0+", nil, true},
		{"GPL-2.0-with-classpath-exception", nil, true},
		{"CERN-OHL-S-2.0 OR OLDAP-2.8 OR CC-BY-SA-2.0", nil, true},
	}
	for _, tt := range tests {
		unknown, ok := CheckSPDX(tt.in)
		if diff := cmp.Diff(tt.unknown, unknown); ok != tt.ok || diff != "" {
			t.Errorf("CheckSPDX(%q) = %q, %v", tt.in, unknown, ok)
		}
	}
}

func TestParsePlatform(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"linux/amd64": "linux/amd64", "amd64": "linux/amd64", "linux/aarch64": "linux/arm64", "linux/arm64/v8": "linux/arm64", "linux/arm": "linux/arm/v7",
		"Linux/AMD64": "linux/amd64", "windows/amd64": "windows/amd64", "linux": "linux/",
		"linux/foo": "", "foo/amd64": "", "": "", "a/b/c/d": "",
	} {
		p, ok := ParsePlatform(in)
		if ok != (want != "") || ok && p.String() != want {
			t.Errorf("ParsePlatform(%q) = %v, %v, want %q", in, p, ok, want)
		}
	}
	for _, p := range Platforms() {
		if got, ok := ParsePlatform(p.String()); !ok || got != p {
			t.Errorf("%v reads as %v", p, got)
		}
	}
}

func TestPorts(t *testing.T) {
	t.Parallel()
	if AdminPort(22) != "SSH" || AdminPort(8080) != "" || !IsPrivilegedPort(80) || IsPrivilegedPort(1024) || IsPrivilegedPort(0) {
		t.Error("ports are judged wrongly")
	}
	if !IsUncatchable(9) || IsUncatchable(15) {
		t.Error("signals are judged wrongly")
	}
}

func TestCurrent(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"node": "24", "debian:latest": "13", "docker.io/library/golang": "1.27", "centos": "", "acme/node": "", "java": "", "opensuse": "",
		"elasticsearch": "", "eclipse-temurin": "25", "ghcr.io/x/node": "", "acme": "",
	} {
		ref, err := ParseRef(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := Current(ref); got != want {
			t.Errorf("Current(%s) = %q, want %q", name, got, want)
		}
	}
}
