package main

import (
	"bufio"
	"bytes"
	"cmp"
	"debug/elf"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// beside prints how dlint starts, what it weighs, and how other programs do on the
// same files.
func (r *reporter) beside(dir string) error {
	if !r.wanted("start") {
		return nil
	}
	info, err := os.Stat(r.dlint)
	if err != nil {
		return err
	}
	fmt.Fprintf(r.out, "\n## Start and size\n\n| what | |\n|---|--:|\n| binary | %.1f MB |\n", float64(info.Size())/1e6)
	for _, args := range [][]string{{"version"}, {"--no-config", "--quiet", filepath.Join(dir, "empty")}} {
		best := startOf(20, r.dlint, args, []string{"PATH=" + dir})
		fmt.Fprintf(r.out, "| `dlint %s`, best of 20 | %.1f ms |\n", args[0], float64(best.Microseconds())/1000)
	}
	if err := r.dependencies(); err != nil {
		return err
	}
	return r.programs(dir)
}

// dependencies prints what each module takes of the binary.
func (r *reporter) dependencies() error {
	out, err := exec.Command("go", "version", "-m", r.dlint).Output()
	if err != nil {
		return fmt.Errorf("reading the modules of dlint: %w", err)
	}
	modules := []string{"github.com/dlint/dlint"}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "dep" {
			modules = append(modules, f[1])
		}
	}
	symbols, err := exec.Command("go", "tool", "nm", "-size", r.dlint).Output()
	if err != nil || len(symbols) == 0 {
		fmt.Fprintln(r.out, "\nThe cost of each dependency is not known: the binary has no symbols.")
		return nil //nolint:nilerr // said
	}
	empty := emptySections(r.dlint)
	sizes := map[string]int64{}
	for s := bufio.NewScanner(bytes.NewReader(symbols)); s.Scan(); {
		f := strings.Fields(s.Text())
		if len(f) < 4 || f[2] == "U" || f[2] == "B" || f[2] == "b" || empty(f[0]) {
			continue // what is not there, or takes no room in the file
		}
		size, err := strconv.ParseInt(f[1], 10, 64)
		if err == nil {
			sizes[moduleOf(strings.TrimPrefix(f[3], "type:"), modules)] += size
		}
	}
	fmt.Fprintf(r.out, "\n## Dependencies\n\nCode and data of each module in the binary; the rest is debug information and tables.\n\n| module | KB |\n|---|--:|\n")
	for _, m := range slices.SortedFunc(maps.Keys(sizes), func(a, b string) int { return cmp.Compare(sizes[b], sizes[a]) }) {
		fmt.Fprintf(r.out, "| %s | %d |\n", m, sizes[m]/1000)
	}
	return nil
}

// emptySections tells whether an address, in hexadecimal, is in a section that is
// all zeros and not in the file, which nm shows as data.
func emptySections(program string) func(address string) bool {
	file, err := elf.Open(program)
	if err != nil {
		return func(string) bool { return false } // another format
	}
	defer file.Close()
	return func(address string) bool {
		at, err := strconv.ParseUint(address, 16, 64)
		return err == nil && slices.ContainsFunc(file.Sections, func(s *elf.Section) bool {
			return s.Type == elf.SHT_NOBITS && s.Addr <= at && at < s.Addr+s.Size
		})
	}
}

// moduleOf returns the module that a symbol belongs to.
func moduleOf(symbol string, modules []string) string {
	symbol = strings.ReplaceAll(strings.TrimLeft(symbol, ".*[]("), "%2e", ".")
	found := ""
	for _, m := range modules {
		if strings.HasPrefix(symbol, m) && len(m) > len(found) {
			found = m
		}
	}
	return cmp.Or(found, "Go and its standard library")
}

// programs prints what linting the corpus takes dlint and, where they are
// installed, others.
func (r *reporter) programs(dir string) error {
	if r.corpus == "" {
		fmt.Fprintln(r.out, "\nOther programs: skipped, no -corpus is given.")
		return nil
	}
	files, err := dockerfiles(r.corpus)
	if err != nil {
		return err
	}
	files = files[:min(len(files), 200)]
	fmt.Fprintf(r.out, "\n## Side by side\n\n%d files of the corpus.\n\n| program | start, best of 5 | processor time | wall | memory |\n|---|--:|--:|--:|--:|\n", len(files))
	for _, p := range [...]struct {
		name, program string
		args, env     []string
		each          bool
	}{
		{"dlint, one core", r.dlint, []string{"--no-config", "--quiet", "--jobs", "1", "--"}, []string{"GOMAXPROCS=1", "PATH=" + dir}, false},
		{"dlint, all cores", r.dlint, []string{"--no-config", "--quiet", "--"}, []string{"PATH=" + dir}, false},
		{"hadolint", "hadolint", nil, os.Environ(), false},
		{"dockerfilelint", "dockerfilelint", nil, os.Environ(), true},
		{"dockerfile-utils", "dockerfile-utils", []string{"lint"}, os.Environ(), true},
		{"shellcheck, on Dockerfiles as a yardstick", "shellcheck", []string{"-s", "sh"}, os.Environ(), false},
	} {
		path, err := exec.LookPath(p.program)
		if err != nil {
			fmt.Fprintf(r.out, "| %s | not installed | | | |\n", p.name)
			continue
		}
		starting := startOf(5, path, append(slices.Clone(p.args), filepath.Join(dir, "empty")), p.env)
		var total cost
		start := time.Now()
		lists := [][]string{files}
		if p.each {
			lists = slices.Collect(slices.Chunk(files, 1))
		}
		for _, list := range lists {
			cmd := exec.Command(path, slices.Concat(p.args, list)...)
			cmd.Env = p.env
			_ = cmd.Run() // findings make it fail
			total.time += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			total.memory = max(total.memory, memoryOf(cmd.ProcessState))
		}
		fmt.Fprintf(r.out, "| %s | %s | %s | %s | %d MiB |\n", p.name, short(starting), short(total.time), short(time.Since(start)), total.memory)
	}
	return nil
}

// startOf returns the least time that a program takes from its start to its end.
func startOf(runs int, program string, args, env []string) time.Duration {
	best := time.Duration(math.MaxInt64)
	for range runs {
		cmd := exec.Command(program, args...)
		cmd.Env = env
		start := time.Now()
		_ = cmd.Run() // findings make some fail
		best = min(best, time.Since(start))
	}
	return best
}

// dockerfiles returns the files below a folder that are named like Dockerfiles.
func dockerfiles(folder string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && strings.Contains(strings.ToLower(d.Name()), "dockerfile") && !slices.Contains([]string{".dockerignore", ".gz"}, filepath.Ext(path)) {
			files = append(files, path)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no Dockerfile below %s", folder)
	}
	return files, err
}
