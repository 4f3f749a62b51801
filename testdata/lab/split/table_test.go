package split_test

import (
	"fmt"
	"slices"
	"strings"
)

const tableHead = `# Applications for the lab

Small applications of many kinds. make lab splits each, builds both Dockerfiles,
starts both images, asks both the same, and writes this table. The sizes are of
all layers uncompressed; the rebuild is one build after a change to one source
file; an engine that has seen the same change in an earlier run answers from its cache,
within a second or so. The times are of one run each, on a machine that does other
things as well: compare them within a row only. "Same" says that output, exit code, answers on the
ports and HEALTHCHECK are as before, and else what is not. Where --with adds something
it is tried as well that the stage of the tests runs them and a plain build does not,
that a build for another platform makes programs for it, and that the program does not
run as root.

| application | what it is | recipe | grade | builds | starts | same | size before | after | rebuild before | after |
|---|---|---|---|---|---|---|---:|---:|---:|---:|
`

// columns of the table, by which its lines are read again.
const (
	columnName  = 1
	columnGrade = 4
	columnSame  = 7
)

// table writes what was measured of one application, and keeps the other lines.
func table(old string, r *row) string {
	lines := map[string]string{}
	for line := range strings.Lines(old) {
		if cells := strings.Split(line, "|"); len(cells) > columnSame {
			lines[strings.TrimSpace(cells[columnName])] = line
		}
	}
	lines[r.name] = r.line()
	var b strings.Builder
	b.WriteString(tableHead)
	grades, same := map[string]int{}, map[string]int{}
	var missing []string
	for _, a := range apps {
		line := lines[a.name]
		b.WriteString(line)
		cells := strings.Split(line, "|")
		if len(cells) <= columnSame {
			missing = append(missing, a.name)
			continue
		}
		grade := strings.TrimSpace(cells[columnGrade])
		grades[grade]++
		if strings.TrimSpace(cells[columnSame]) == "yes" {
			same[grade]++
		}
	}
	fmt.Fprintf(&b, "\nOf %d splits of grade A, %d build and start as before; of %d of grade B, %d.\n", grades["A"], same["A"], grades["B"], same["B"])
	if len(missing) > 0 {
		fmt.Fprintf(&b, "\nNot measured yet: %s.\n", strings.Join(missing, ", "))
	}
	return b.String()
}

// line is the row in the table.
func (r *row) line() string {
	if r.v == nil {
		grade, builds := r.grade, "no"
		if len(grade) > 1 {
			grade, builds = "refused: "+grade, ""
		}
		return fmt.Sprintf("| %s | %s | %s | %s | %s | | | | | | |\n", r.name, r.what, r.recipe, grade, builds)
	}
	same := "yes"
	if what := r.differs(); len(what) > 0 {
		same = "no: " + strings.ReplaceAll(strings.Join(what, ", "), "|", "/")
	}
	return fmt.Sprintf("| %s | %s | %s | %s | yes | %s | %s | %.1f MB | %.1f MB | %.1f s | %.1f s |\n", r.name, r.what, r.recipe, r.grade, r.v.Start.After.does(), same,
		float64(r.v.Before.Size)/1e6, float64(r.v.After.Size)/1e6, r.v.Before.Rebuild, r.v.After.Rebuild)
}

// differs names what the new image does not do as before.
func (r *row) differs() []string {
	what := slices.Clone(r.v.Problems)
	for _, d := range r.v.Start.Differences {
		what = append(what, d.Field)
	}
	if len(what) == 0 && r.v.Start.Verdict != "same" {
		what = append(what, "start")
	}
	return what
}

// does says in a word what a container did.
func (o *observation) does() string {
	if o == nil {
		return "no"
	}
	if o.State == "exited" {
		return fmt.Sprintf("exit code %d", o.Code)
	}
	return o.State
}
