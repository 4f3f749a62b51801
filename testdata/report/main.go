// Command report measures how the cost of dlint grows with its input and prints a
// table in Markdown, and the curves as SVG:
//
//	go run ./testdata/report -dlint bin/dlint [-corpus FOLDER] [-svg FILE] [-scale 1] [-rows NAME,...]
//
// Each row is measured at sizes n, 2n and 4n by the processor time and the largest
// memory of the process, the best of some runs. The exponent is the slope of the
// time over the size, both as logarithms, what an empty run costs taken off: 1 is
// linear, 2 quadratic. Programs that are not there are left out with a message.
package main

import (
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	r := &reporter{out: os.Stdout}
	var rows string
	flag.StringVar(&r.dlint, "dlint", "bin/dlint", "the program to measure")
	flag.StringVar(&r.corpus, "corpus", "", "folder of Dockerfiles to multiply")
	flag.StringVar(&r.svg, "svg", "", "file for the curves")
	flag.Float64Var(&r.scale, "scale", 1, "factor of all sizes; 1 ends with 100,000 Dockerfiles and 1,000,000 other files")
	flag.IntVar(&r.runs, "runs", 2, "how often each size is run")
	flag.StringVar(&rows, "rows", "", "only rows whose name holds one of these words")
	flag.Parse()
	if rows != "" {
		r.only = strings.Split(rows, ",")
	}
	if err := r.run(); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

type reporter struct {
	out                io.Writer
	dlint, corpus, svg string
	scale              float64
	runs               int
	only               []string
	base               cost // of a file that holds nothing
}

// cost is what one process took.
type cost struct {
	time   time.Duration
	memory int64 // MiB
}

// curve is a row that has been measured.
type curve struct {
	name  string
	sizes []int
	costs []cost
	slope float64
}

func (r *reporter) run() error {
	dlint, err := filepath.Abs(r.dlint)
	if err != nil {
		return err
	}
	if _, err := os.Stat(dlint); err != nil {
		return fmt.Errorf("%w; make build makes it", err)
	}
	r.dlint = dlint
	dir, err := os.MkdirTemp("", "dlint-report-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	empty := filepath.Join(dir, "empty")
	if err := write(empty, "FROM scratch\n"); err != nil {
		return err
	}
	if r.base, err = r.measure(dir, []string{"--no-config", "--quiet", empty}); err != nil {
		return err
	}
	fmt.Fprintf(r.out, "## Growth\n\nProcessor time of `dlint --select all`, with an empty file's %s taken off, and largest memory.\n\n", short(r.base.time))
	fmt.Fprintln(r.out, "| input | n | time n | 2n | 4n | memory n | 2n | 4n | exponent |")
	fmt.Fprintln(r.out, "|---|--:|--:|--:|--:|--:|--:|--:|--:|")
	var curves []curve
	for _, w := range append(shapes(), trees()...) {
		if !r.wanted(w.name) {
			continue
		}
		c, err := r.row(dir, &w)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		r.print(&c)
		curves = append(curves, c)
	}
	if r.svg != "" {
		if err := os.WriteFile(r.svg, []byte(plot(curves)), 0o600); err != nil {
			return err
		}
	}
	return r.beside(dir)
}

func (r *reporter) wanted(name string) bool {
	for _, word := range r.only {
		if strings.Contains(name, word) {
			return true
		}
	}
	return len(r.only) == 0
}

// row measures one input at its sizes.
func (r *reporter) row(dir string, w *workload) (curve, error) {
	c := curve{name: w.name}
	n := max(int(float64(w.largest)*r.scale)/4, 1)
	for _, size := range []int{n, 2 * n, 4 * n} {
		at, err := os.MkdirTemp(dir, "row-")
		if err != nil {
			return c, err
		}
		args, err := w.make(r, at, size)
		if err != nil {
			return c, err
		}
		x, err := r.measure(at, append([]string{"--no-config", "--quiet", "--select", "all"}, args...))
		if err != nil {
			return c, err
		}
		c.sizes, c.costs = append(c.sizes, size), append(c.costs, x)
		if err := os.RemoveAll(at); err != nil {
			return c, err
		}
	}
	c.slope = math.Log2(float64(r.net(&c, 2))/float64(r.net(&c, 0))) / 2
	return c, nil
}

// net is the time at a size without that of an empty run.
func (r *reporter) net(c *curve, k int) time.Duration {
	return max(c.costs[k].time-r.base.time, time.Millisecond)
}

// measure runs dlint and returns the least that it took. shellcheck, which would
// take most of the time, is kept away.
func (r *reporter) measure(dir string, args []string) (cost, error) {
	best := cost{time: math.MaxInt64}
	for range r.runs {
		cmd := exec.Command(r.dlint, args...)
		cmd.Dir = dir
		cmd.Env = []string{"PATH=" + dir, "HOME=" + dir}
		cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
		err := cmd.Run()
		if code := cmd.ProcessState.ExitCode(); code < 0 || code > 2 {
			return best, fmt.Errorf("running dlint: %w", err)
		}
		used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		best = cost{min(best.time, used), max(best.memory, memoryOf(cmd.ProcessState))}
	}
	return best, nil
}

func (r *reporter) print(c *curve) {
	fmt.Fprintf(r.out, "| %s | %d |", c.name, c.sizes[0])
	for k := range c.costs {
		fmt.Fprintf(r.out, " %s |", short(r.net(c, k)))
	}
	for _, x := range c.costs {
		fmt.Fprintf(r.out, " %d MiB |", x.memory)
	}
	mark := ""
	if c.slope > 1.3 && c.costs[2].time > 500*time.Millisecond {
		mark = " **more than linear**"
	}
	fmt.Fprintf(r.out, " %.2f%s |\n", c.slope, mark)
}

func short(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

func write(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o600)
}
