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
	{"almalinux", "9", "8=2029-03-01 9=2032-05-31"},
	{
		"alpine", "3.23", `3.1=2016-11-01 3.2=2017-05-01 3.3=2017-11-01 3.4=2018-05-01 3.5=2018-11-01 3.6=2019-05-01
			3.7=2019-11-01 3.8=2020-05-01 3.9=2020-11-01 3.10=2021-05-01 3.11=2021-11-01 3.12=2022-05-01 3.13=2022-11-01
			3.14=2023-05-01 3.15=2023-11-01 3.16=2024-05-23 3.17=2024-11-22 3.18=2025-05-09 3.19=2025-11-01
			3.20=2026-04-01 3.21=2026-11-01 3.22=2027-05-01 3.23=2027-11-01`,
	},
	{"amazonlinux", "2023", "1=2023-12-31 2=2026-06-30 2017=2023-12-31 2018=2023-12-31"},
	{"centos", "rockylinux/rockylinux:9", "5=2017-03-31 6=2020-11-30 7=2024-06-30 8=2021-12-31"},
	{
		"debian", "13", "6=2016-02-29 7=2018-05-31 8=2020-06-30 9=2022-06-30 10=2024-06-30 11=2026-08-31 12=2028-06-30 13=2030-06-30",
	},
	{
		"dotnet", "10.0", `1.0=2019-06-27 1.1=2019-06-27 2.0=2018-10-01 2.1=2021-08-21 2.2=2019-12-23 3.0=2020-03-03 3.1=2022-12-13
			5.0=2022-05-10 6.0=2024-11-12 7.0=2024-05-14 8.0=2026-11-10 9.0=2026-11-10 10.0=2028-11-14`,
	},
	{"elasticsearch", "9", "5=2019-03-11 6=2022-02-10 7=2026-01-15"},
	{
		"fedora", "", `30=2020-05-26 31=2020-11-24 32=2021-05-25 33=2021-11-30 34=2022-06-07 35=2022-12-13 36=2023-05-16 37=2023-12-05
			38=2024-05-21 39=2024-11-26 40=2025-05-13 41=2025-12-15`,
	},
	{
		"golang", "1.26", `1.7=2017-08-24 1.8=2018-02-16 1.9=2018-08-24 1.10=2019-02-25 1.11=2019-09-03 1.12=2020-02-25 1.13=2020-08-11
			1.14=2021-02-16 1.15=2021-08-16 1.16=2022-03-15 1.17=2022-08-02 1.18=2023-02-01 1.19=2023-08-08 1.20=2024-02-06
			1.21=2024-08-13 1.22=2025-02-11 1.23=2025-08-12 1.24=2026-02-28`,
	},
	{
		"java", "25", `9=2018-03-20 10=2018-09-25 12=2019-09-17 13=2020-03-17 14=2020-09-15 15=2021-03-16 16=2021-09-14 18=2022-09-20
			19=2023-03-21 20=2023-09-19 22=2024-09-17 23=2025-03-18 24=2025-09-16`,
	},
	{"mariadb", "11.8", "10.1=2020-10-17 10.2=2022-05-23 10.3=2023-05-25 10.4=2024-06-18 10.5=2025-06-24 10.6=2026-07-06"},
	{"mongo", "8.0", "3.4=2020-01-31 3.6=2021-04-30 4.0=2022-04-30 4.2=2023-04-30 4.4=2024-02-29 5.0=2024-10-31 6.0=2025-07-31 7.0=2027-08-31"},
	{"mysql", "8.4", "5.5=2018-12-31 5.6=2021-02-28 5.7=2023-10-31 8.0=2026-04-30"},
	{"nginx", "", "1.16=2020-04-21 1.18=2021-04-20 1.20=2022-05-24 1.22=2023-04-11 1.24=2024-04-23 1.26=2025-04-23"},
	{
		"node", "24", `0.10=2016-10-31 0.12=2016-12-31 4=2018-04-30 5=2016-06-30 6=2019-04-30 7=2017-06-30 8=2019-12-31 9=2018-06-30
			10=2021-04-30 11=2019-06-01 12=2022-04-30 13=2020-06-01 14=2023-04-30 15=2021-06-01 16=2023-09-11 17=2022-06-01 18=2025-04-30
			19=2023-06-01 20=2026-04-30 21=2024-06-01 22=2027-04-30 23=2025-06-01 24=2028-04-30 25=2026-06-01`,
	},
	{"opensuse", "", "42.3=2019-07-01 15.0=2019-12-03 15.1=2021-02-02 15.2=2022-01-04 15.3=2022-12-31 15.4=2023-12-07 15.5=2024-12-31 15.6=2026-04-30"},
	{
		"php", "8.4", `5.3=2014-08-14 5.4=2015-09-03 5.5=2016-07-21 5.6=2018-12-31 7.0=2019-01-10 7.1=2019-12-01 7.2=2020-11-30 7.3=2021-12-06
			7.4=2022-11-28 8.0=2023-11-26 8.1=2025-12-31 8.2=2026-12-31 8.3=2027-12-31 8.4=2028-12-31`,
	},
	{
		"postgres", "17", `9.3=2018-11-08 9.4=2020-02-13 9.5=2021-02-11 9.6=2021-11-11 10=2022-11-10 11=2023-11-09 12=2024-11-21 13=2025-11-13
			14=2026-11-12 15=2027-11-11 16=2028-11-09 17=2029-11-08`,
	},
	{
		"python", "3.13", `2.6=2013-10-29 2.7=2020-01-01 3.3=2017-09-29 3.4=2019-03-18 3.5=2020-09-30 3.6=2021-12-23 3.7=2023-06-27
			3.8=2024-10-07 3.9=2025-10-31 3.10=2026-10-31 3.11=2027-10-31 3.12=2028-10-31 3.13=2029-10-31 3.14=2030-10-31`,
	},
	{"rockylinux", "9", "8=2029-05-31 9=2032-05-31"},
	{
		"ruby", "3.4", `2.1=2017-03-31 2.2=2018-03-31 2.3=2019-03-31 2.4=2020-03-31 2.5=2021-03-31 2.6=2022-04-12 2.7=2023-03-31
			3.0=2024-04-23 3.1=2025-03-26 3.2=2026-03-31 3.3=2027-03-31`,
	},
	{
		"ubuntu", "24.04", `12.04=2017-04-28 14.04=2019-04-25 16.04=2021-04-30 18.04=2023-05-31 18.10=2019-07-18 19.04=2020-01-23 19.10=2020-07-17
			20.04=2025-05-31 20.10=2021-07-22 21.04=2022-01-20 21.10=2022-07-14 22.04=2027-04-30 22.10=2023-07-20 23.04=2024-01-25 23.10=2024-07-11
			24.04=2029-05-31 24.10=2025-07-10 25.04=2026-01-15`,
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
