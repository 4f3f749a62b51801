package knowledge

import (
	"sort"
	"strings"
	"time"
)

// EOLAsOf is when the table of the ends of life was last looked through.
const EOLAsOf = "2026-11"

// EndOfLife says until when a release gets security fixes from those who make
// it, paid extensions aside.
type EndOfLife struct {
	// Product is the entry of the table: "node"; Release is its release: "18".
	Product, Release string
	// Date is the last day of support.
	Date time.Time
	// Successor is a release, or for a product that is given up another image,
	// that was supported at [EOLAsOf]. It may be empty.
	Successor string
	// Abandoned says that the image itself is no longer made, whatever the tag.
	Abandoned bool
}

// Ended reports whether the day has passed.
func (e EndOfLife) Ended(now time.Time) bool { return now.After(e.Date.AddDate(0, 0, 1)) }

// EOL finds the release that an image's tag asks for. The name is a family of
// [ImageFacts] or a distribution: EOL("node", "18-alpine"), EOL("debian", "11"),
// EOL("debian", "bullseye-slim"). It does not know floating tags.
func EOL(name, tag string) (EndOfLife, bool) {
	t := ParseTag(tag)
	version := t.Version
	switch name {
	case "debian", "ubuntu":
		if version == "" && t.Distro == name {
			version = t.Release
		}
	case "java", "eclipse-temurin":
		name = "java"
	case "openjdk":
		return EndOfLife{
			Product: "openjdk", Date: time.Date(2022, 7, 31, 0, 0, 0, 0, time.UTC), Successor: "eclipse-temurin", Abandoned: true,
		}, true
	}
	if version == "" {
		return EndOfLife{}, false
	}
	i, ok := sort.Find(len(eolTable), func(i int) int { return strings.Compare(name, eolTable[i].name) })
	if !ok {
		return EndOfLife{}, false
	}
	row := &eolTable[i]
	for field := range strings.FieldsSeq(row.releases) {
		release, day, _ := strings.Cut(field, "=")
		if rest, ok := strings.CutPrefix(version, release); !ok || rest != "" && rest[0] != '.' {
			continue
		}
		date, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return EndOfLife{}, false
		}
		e := EndOfLife{Product: name, Release: release, Date: date}
		if release != row.successor {
			e.Successor = row.successor
		}
		return e, true
	}
	return EndOfLife{}, false
}

type eolRow struct{ name, successor, releases string }

// eolTable is sorted by name. Only days that are published and past revision
// are in it; a release that is missing is not judged.
var eolTable = [...]eolRow{
	{"almalinux", "10", "8=2029-05-31 9=2032-05-31 10=2035-05-31"},
	{
		"alpine", "3.24", `3.0=2016-05-01 3.1=2016-11-01 3.2=2017-05-01 3.3=2017-11-01 3.4=2018-05-01 3.5=2018-11-01 3.6=2019-05-01
			3.7=2019-11-01 3.8=2020-05-01 3.9=2020-11-01 3.10=2021-05-01 3.11=2021-11-01 3.12=2022-05-01 3.13=2022-11-01
			3.14=2023-05-01 3.15=2023-11-01 3.16=2024-05-23 3.17=2024-11-22 3.18=2025-05-09 3.19=2025-11-01
			3.20=2026-04-01 3.21=2026-11-01 3.22=2027-05-01 3.23=2027-11-01 3.24=2028-06-01`,
	},
	{"amazonlinux", "2023", "1=2023-12-31 2=2026-06-30 2016=2023-12-31 2017=2023-12-31 2018=2023-12-31 2023=2029-06-30"},
	{"centos", "rockylinux/rockylinux:9", "5=2017-03-31 6=2020-11-30 7=2024-06-30 8=2021-12-31"},
	{
		"debian", "13", "6=2016-02-29 7=2018-05-31 8=2020-06-30 9=2022-06-30 10=2024-06-30 11=2026-08-31 12=2028-06-30 13=2030-06-30",
	},
	{
		"dotnet", "10.0", `1.0=2019-06-27 1.1=2019-06-27 2.0=2018-10-01 2.1=2021-08-21 2.2=2019-12-23 3.0=2020-03-03 3.1=2022-12-13
			5.0=2022-05-10 6.0=2024-11-12 7.0=2024-05-14 8.0=2026-11-10 9.0=2026-11-10 10.0=2028-11-14`,
	},
	{"elasticsearch", "9", "5=2019-03-11 6=2022-02-10 7=2026-01-15 8=2027-07-15"},
	{
		"elixir", "1.19", `1.4=2019-06-24 1.5=2020-01-27 1.6=2020-10-06 1.7=2021-05-19 1.8=2021-12-03 1.9=2022-09-01 1.10=2023-06-19 1.11=2023-12-22
			1.12=2024-06-12 1.13=2024-12-19 1.14=2025-10-16 1.15=2026-06-03`,
	},
	{"erlang", "28", "20=2020-06-21 21=2021-06-19 22=2024-03-18 23=2024-03-14 24=2024-05-10 25=2025-05-17 26=2026-05-26 27=2027-05-20 28=2028-05-20"},
	{
		"fedora", "44", `26=2018-05-29 27=2018-11-30 28=2019-05-28 29=2019-11-26 30=2020-05-26 31=2020-11-24 32=2021-05-25 33=2021-11-30 34=2022-06-07 35=2022-12-13 36=2023-05-16 37=2023-12-05
			38=2024-05-21 39=2024-11-26 40=2025-05-13 41=2025-12-15 42=2026-05-27 43=2026-12-09 44=2027-06-02`,
	},
	{
		"golang", "1.27", `1.7=2017-08-24 1.8=2018-02-16 1.9=2018-08-24 1.10=2019-02-25 1.11=2019-09-03 1.12=2020-02-25 1.13=2020-08-11
			1.14=2021-02-16 1.15=2021-08-16 1.16=2022-03-15 1.17=2022-08-02 1.18=2023-02-01 1.19=2023-08-08 1.20=2024-02-06
			1.21=2024-08-13 1.22=2025-02-11 1.23=2025-08-12 1.24=2026-02-10 1.25=2026-08-19`,
	},
	{
		"haproxy", "3.2", `1.6=2020-10-01 1.7=2021-10-01 1.8=2022-12-09 1.9=2020-07-31 2.0=2024-04-05 2.1=2021-03-18 2.2=2025-04-23 2.3=2022-07-27 2.4=2026-04-01
			2.5=2023-05-02 2.6=2027-04-01 2.7=2024-04-05 2.8=2028-04-01 2.9=2025-03-21 3.0=2029-04-01 3.1=2026-01-01 3.2=2030-04-01 3.3=2027-01-01`,
	},
	{
		"java", "25", `9=2018-03-20 10=2018-09-25 12=2019-09-17 13=2020-03-17 14=2020-09-15 15=2021-03-16 16=2021-09-14 18=2022-09-20
			19=2023-03-21 20=2023-09-19 22=2024-09-17 23=2025-03-18 24=2025-09-16 26=2026-09-15`,
	},
	{
		"mariadb", "11.8", `10.1=2020-10-17 10.2=2022-05-23 10.3=2023-05-25 10.4=2024-06-18 10.5=2025-06-24 10.6=2026-07-06 10.11=2028-02-16
			11.0=2024-06-06 11.1=2024-08-21 11.2=2024-11-21 11.3=2024-05-29 11.4=2029-05-29 11.5=2024-11-21 11.6=2025-02-13 11.7=2025-05-12
			11.8=2028-06-04 12.0=2025-11-18 12.1=2026-02-13 12.2=2026-05-28 12.3=2029-06-12`,
	},
	{
		"mongo", "8.0", `3.2=2018-09-30 3.4=2020-01-31 3.6=2021-04-30 4.0=2022-04-30 4.2=2023-04-30 4.4=2024-02-29 5.0=2024-10-31
			6.0=2025-07-31 7.0=2027-08-31 8.0=2029-10-31`,
	},
	{
		"mysql", "8.4", `5.5=2018-12-31 5.6=2021-02-28 5.7=2023-10-31 8.0=2026-04-30 8.1=2023-10-25 8.4=2032-04-30 9.0=2024-10-15
			9.1=2025-01-21 9.2=2025-04-15 9.3=2025-07-22 9.4=2025-10-21 9.5=2026-01-20 9.6=2026-04-21`,
	},
	{
		"nginx", "1.30", `1.8=2016-04-26 1.10=2017-04-12 1.12=2018-04-17 1.14=2019-04-23 1.16=2020-04-21 1.18=2021-04-20 1.19=2021-05-25
			1.20=2022-05-24 1.21=2022-06-21 1.22=2023-04-11 1.23=2023-05-23 1.24=2024-04-23 1.25=2024-05-29 1.26=2025-04-23 1.27=2025-06-24
			1.28=2026-04-14 1.29=2026-05-13`,
	},
	{
		"node", "24", `0.10=2016-10-31 0.12=2016-12-31 4=2018-04-30 5=2016-06-30 6=2019-04-30 7=2017-06-30 8=2019-12-31 9=2018-06-30
			10=2021-04-30 11=2019-06-01 12=2022-04-30 13=2020-06-01 14=2023-04-30 15=2021-06-01 16=2023-09-11 17=2022-06-01 18=2025-04-30
			19=2023-06-01 20=2026-04-30 21=2024-06-01 22=2027-04-30 23=2025-06-01 24=2028-04-30 25=2026-06-01 26=2029-04-30`,
	},
	{"opensuse", "16.0", "13.2=2017-01-17 42.1=2017-05-17 42.2=2018-01-26 42.3=2019-07-01 15.0=2019-12-03 15.1=2021-02-02 15.2=2022-01-04 15.3=2022-12-31 15.4=2023-12-07 15.5=2024-12-31 15.6=2026-04-30 16.0=2027-10-31"},
	{"oraclelinux", "9", "6=2021-03-31 7=2024-12-31 8=2029-07-31 9=2032-06-30"},
	{"perl", "5.42", "5.26=2020-05-30 5.28=2021-06-23 5.30=2022-05-22 5.32=2023-06-20 5.34=2024-05-20 5.36=2025-05-27 5.38=2026-07-02 5.40=2027-06-09 5.42=2028-07-03"},
	{
		"php", "8.4", `5.3=2014-08-14 5.4=2015-09-03 5.5=2016-07-21 5.6=2018-12-31 7.0=2019-01-10 7.1=2019-12-01 7.2=2020-11-30 7.3=2021-12-06
			7.4=2022-11-28 8.0=2023-11-26 8.1=2025-12-31 8.2=2026-12-31 8.3=2027-12-31 8.4=2028-12-31 8.5=2029-12-31`,
	},
	{
		"postgres", "17", `9.0=2015-10-08 9.1=2016-10-27 9.2=2017-11-09 9.3=2018-11-08 9.4=2020-02-13 9.5=2021-02-11 9.6=2021-11-11 10=2022-11-10 11=2023-11-09 12=2024-11-21 13=2025-11-13
			14=2026-11-12 15=2027-11-11 16=2028-11-09 17=2029-11-08 18=2030-11-14`,
	},
	{
		"python", "3.13", `2.6=2013-10-29 2.7=2020-01-01 3.2=2016-02-20 3.3=2017-09-29 3.4=2019-03-18 3.5=2020-09-30 3.6=2021-12-23 3.7=2023-06-27
			3.8=2024-10-07 3.9=2025-10-31 3.10=2026-10-31 3.11=2027-10-31 3.12=2028-10-31 3.13=2029-10-31 3.14=2030-10-31`,
	},
	{"rabbitmq", "4.3", "3.6=2018-05-31 3.7=2020-09-30 3.8=2022-07-31 3.9=2023-01-31 3.10=2022-09-28 3.11=2023-06-01 3.12=2024-02-21 3.13=2024-09-17 4.0=2025-04-15 4.1=2026-01-30 4.2=2026-07-31"},
	{"redis", "8.2", "5=2022-04-27 6.0=2022-05-31 6.2=2027-04-01 7.0=2024-07-29 8.2=2030-09-01"},
	{"rockylinux", "9", "8=2029-05-31 9=2032-05-31 10=2035-05-31"},
	{
		"ruby", "3.4", `2.1=2017-03-31 2.2=2018-03-31 2.3=2019-03-31 2.4=2020-03-31 2.5=2021-03-31 2.6=2022-04-12 2.7=2023-03-31
			3.0=2024-04-23 3.1=2025-03-26 3.2=2026-03-31 3.3=2027-03-31 3.4=2028-03-31 4.0=2029-03-31`,
	},
	{"tomcat", "11.0", "7=2021-03-31 8.0=2018-06-30 8.5=2024-03-31 9=2027-03-31 10.0=2022-10-31"},
	{
		"ubuntu", "26.04", `12.04=2017-04-28 14.04=2019-04-25 14.10=2015-07-23 15.04=2016-02-04 15.10=2016-07-28 16.04=2021-04-30 16.10=2017-07-20 17.04=2018-01-13 17.10=2018-07-19 18.04=2023-05-31 18.10=2019-07-18 19.04=2020-01-23 19.10=2020-07-17
			20.04=2025-05-31 20.10=2021-07-22 21.04=2022-01-20 21.10=2022-07-14 22.04=2027-04-30 22.10=2023-07-20 23.04=2024-01-25 23.10=2024-07-11
			24.04=2029-05-31 24.10=2025-07-10 25.04=2026-01-15 25.10=2026-07-01 26.04=2031-04-30`,
	},
}

// Releases returns the releases of a product that the table knows, as EOL names
// it, those with the longest support first.
func Releases(name string) []EndOfLife {
	if name == "eclipse-temurin" {
		name = "java"
	}
	i, ok := sort.Find(len(eolTable), func(i int) int { return strings.Compare(name, eolTable[i].name) })
	if !ok {
		return nil
	}
	var out []EndOfLife
	for field := range strings.FieldsSeq(eolTable[i].releases) {
		release, day, _ := strings.Cut(field, "=")
		date, err := time.Parse(time.DateOnly, day)
		if err != nil {
			continue
		}
		e := EndOfLife{Product: name, Release: release, Date: date}
		if release != eolTable[i].successor {
			e.Successor = eolTable[i].successor
		}
		out = append(out, e)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Date.After(out[j].Date) })
	return out
}

// Current returns the release of an official image of Docker Hub that the table names
// as the one to move on to, "" when there is none: Current("node") is "24".
func Current(ref Ref) string {
	name, ok := strings.CutPrefix(ref.Repository, "library/")
	if !ok || ref.Registry != dockerHub {
		return ""
	}
	i, ok := sort.Find(len(eolTable), func(i int) int { return strings.Compare(name, eolTable[i].name) })
	if !ok || name == "centos" || strings.Contains(eolTable[i].successor, "/") {
		return ""
	}
	return eolTable[i].successor
}
