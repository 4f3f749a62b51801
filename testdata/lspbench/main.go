// Command lspbench measures language servers for Dockerfiles over standard
// input and output, one after another in one run: dlint, and
// dockerfile-language-server-nodejs from npm.
//
// It fails when dlint misses one of its bars.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	dlint  = flag.String("dlint", "bin/dlint", "the `program` to measure")
	peer   = flag.String("peer", "testdata/lspbench/node_modules/.bin/docker-langserver", "the other server; empty for none")
	rounds = flag.Int("n", 200, "how many changes are measured")
	starts = flag.Int("starts", 15, "how many starts are measured")
)

func main() {
	flag.Parse()
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "lspbench:", err)
		os.Exit(1)
	}
}

// row is a line of the table.
type row struct {
	name string
	unit string
	ours float64
	peer float64
	bar  float64 // ours must not be more; 0 for none
}

func run(w io.Writer) error {
	ours, err := measure([]string{*dlint, "lsp"})
	if err != nil {
		return fmt.Errorf("measuring dlint: %w", err)
	}
	theirs := map[string]float64{}
	if *peer != "" {
		if theirs, err = measure([]string{*peer, "--stdio"}); err != nil {
			return fmt.Errorf("measuring the other server: %w", err)
		}
	}
	rows := []row{
		{name: "start to the reply to initialize, median", unit: "ms", bar: 12},
		{name: "open to diagnostics, 30 lines", unit: "ms"},
		{name: "open to diagnostics, 1,000 lines", unit: "ms"},
		{name: "change to diagnostics, 30 lines, p50", unit: "ms"},
		{name: "change to diagnostics, 30 lines, p99", unit: "ms", bar: 2},
		{name: "change to diagnostics, 1,000 lines, p50", unit: "ms"},
		{name: "change to diagnostics, 1,000 lines, p99", unit: "ms", bar: 12},
		{name: "memory at work", unit: "MiB", bar: 40},
	}
	missed := 0
	fmt.Fprintf(w, "%-44s %10s %10s %8s\n", "", "dlint", "peer", "times")
	for _, r := range rows {
		r.ours, r.peer = ours[r.name], theirs[r.name]
		note := ""
		if r.bar > 0 && r.ours > r.bar {
			note = fmt.Sprintf("  more than %g", r.bar)
			missed++
		}
		if r.peer > 0 && r.unit == "ms" && r.peer < 5*r.ours {
			note += "  less than 5 times faster"
			missed++
		}
		fmt.Fprintf(w, "%-44s %7.2f %-3s%7.2f %-3s%7.1f%s\n", r.name, r.ours, r.unit, r.peer, r.unit, r.peer/r.ours, note)
	}
	if missed > 0 {
		return fmt.Errorf("%d bars missed", missed)
	}
	return nil
}

// measure returns the figures of a server by the names of the rows.
func measure(command []string) (map[string]float64, error) {
	out := map[string]float64{}
	var times []float64
	for range *starts {
		begin := time.Now()
		s, err := startServer(command)
		if err != nil {
			return nil, err
		}
		times = append(times, ms(time.Since(begin)))
		s.stop()
	}
	out["start to the reply to initialize, median"] = at(times, 0.5)
	s, err := startServer(command)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	for _, lines := range []int{30, 1000} {
		name := map[int]string{30: "30 lines", 1000: "1,000 lines"}[lines]
		opened, changes, err := s.edit(lines)
		if err != nil {
			return nil, err
		}
		out["open to diagnostics, "+name] = opened
		out["change to diagnostics, "+name+", p50"] = at(changes, 0.5)
		out["change to diagnostics, "+name+", p99"] = at(changes, 0.99)
	}
	out["memory at work"] = s.memory()
	return out, nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// at returns a quantile.
func at(values []float64, q float64) float64 {
	slices.Sort(values)
	return values[min(int(q*float64(len(values))), len(values)-1)]
}

// server is a running server.
type server struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	seq int
	dir string
}

func startServer(command []string) (*server, error) {
	path, err := filepath.Abs(command[0])
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "lspbench")
	if err != nil {
		return nil, err
	}
	s := &server{cmd: exec.Command(path, command[1:]...), dir: dir}
	s.cmd.Dir = dir
	s.cmd.Stderr = os.Stderr
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewReaderSize(out, 1<<20)
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	err = s.request("initialize", object{
		"processId": os.Getpid(), "rootUri": nil, "capabilities": object{"textDocument": object{"publishDiagnostics": object{"versionSupport": true}}},
	})
	if err != nil {
		return nil, err
	}
	s.notify("initialized", object{})
	return s, nil
}

type object = map[string]any

func (s *server) send(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	_, _ = fmt.Fprintf(s.in, "Content-Length: %d\r\n\r\n%s", len(data), data)
}

func (s *server) notify(method string, params any) {
	s.send(object{"jsonrpc": "2.0", "method": method, "params": params})
}

type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params struct {
		URI     string `json:"uri"`
		Version *int   `json:"version"`
	} `json:"params"`
}

func (s *server) read() (*message, error) {
	header, err := textproto.NewReader(s.out).ReadMIMEHeader()
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil {
		return nil, err
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(s.out, body); err != nil {
		return nil, err
	}
	m := &message{}
	_ = json.Unmarshal(body, m) // other messages have other parameters
	return m, nil
}

func (s *server) request(method string, params any) error {
	s.seq++
	s.send(object{"jsonrpc": "2.0", "id": s.seq, "method": method, "params": params})
	for {
		m, err := s.read()
		if err != nil {
			return err
		}
		if m.Method == "" && string(m.ID) == strconv.Itoa(s.seq) {
			return nil
		}
	}
}

// published waits for the diagnostics of a file.
func (s *server) published(uri string) error {
	for {
		m, err := s.read()
		if err != nil {
			return err
		}
		if m.Method == "textDocument/publishDiagnostics" && m.Params.URI == uri {
			return nil
		}
		if m.Method != "" && m.ID != nil {
			s.send(object{"jsonrpc": "2.0", "id": m.ID, "result": nil})
		}
	}
}

// edit opens a file and changes it time and again: a letter in a line that goes
// from the start to the end of the file.
func (s *server) edit(lines int) (opened float64, changes []float64, err error) {
	text := dockerfile(lines)
	uri := "file://" + filepath.Join(s.dir, "Dockerfile."+strconv.Itoa(lines))
	begin := time.Now()
	s.notify("textDocument/didOpen", object{"textDocument": object{"uri": uri, "languageId": "dockerfile", "version": 1, "text": text}})
	if err := s.published(uri); err != nil {
		return 0, nil, err
	}
	opened = ms(time.Since(begin))
	var labels []int // the lines that are changed
	for k, l := range strings.Split(text, "\n") {
		if strings.HasPrefix(l, "LABEL") {
			labels = append(labels, k)
		}
	}
	if len(labels) == 0 {
		return 0, nil, errors.New("the text has no line to change")
	}
	for k := range *rounds {
		line := labels[k%len(labels)]
		pos := object{"line": line, "character": len("LABEL ")}
		begin := time.Now()
		s.notify("textDocument/didChange", object{
			"textDocument":   object{"uri": uri, "version": k + 2},
			"contentChanges": []object{{"range": object{"start": pos, "end": pos}, "text": "x"}},
		})
		if err := s.published(uri); err != nil {
			return 0, nil, err
		}
		changes = append(changes, ms(time.Since(begin)))
		time.Sleep(2 * time.Millisecond) // as somebody types, if fast
	}
	s.notify("textDocument/didClose", object{"textDocument": object{"uri": uri}})
	return opened, changes, s.published(uri)
}

// memory returns the resident memory in MiB, 0 where that is not known.
func (s *server) memory() float64 {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(s.cmd.Process.Pid) + "/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, _ := strconv.Atoi(strings.Fields(rest)[0])
			return float64(n) / 1024
		}
	}
	return 0
}

func (s *server) stop() {
	_ = s.request("shutdown", nil)
	s.notify("exit", nil)
	_ = s.in.Close()
	_ = s.cmd.Wait()
	_ = os.RemoveAll(s.dir)
}

// dockerfile returns a text of that many lines: stages as people write them.
func dockerfile(lines int) string {
	var b strings.Builder
	b.WriteString("# syntax=docker/dockerfile:1\nARG NODE=22\n")
	for k := 0; strings.Count(b.String(), "\n") < lines; k++ {
		fmt.Fprintf(&b, stages[k%len(stages)], k)
	}
	all := strings.SplitAfter(b.String(), "\n")
	text := strings.Join(all[:lines], "")
	if cut := strings.LastIndex(text, "\nLABEL"); cut > 0 {
		text = text[:cut] + strings.ReplaceAll(text[cut:], "\\\n", "\n")
	}
	return text
}

var stages = [...]string{
	`
# the packages
FROM node:${NODE}-bookworm-slim AS deps%[1]d
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
LABEL stage="deps"
RUN apt-get update && apt-get install -y --no-install-recommends \
    curl=7.88.* \
    ca-certificates \
    # for the native modules
    python3 make g++ \
    && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production PATH=/app/node_modules/.bin:$PATH
COPY . .
RUN npm run build && npm prune --omit=dev
LABEL org.opencontainers.image.title="deps"
EXPOSE 3000
USER node
HEALTHCHECK --interval=30s CMD curl -f http://localhost:3000/health || exit 1
CMD ["node", "dist/server.js"]
`, `
FROM golang:1.25 AS tools%[1]d
WORKDIR /src
ARG VERSION=1.2.3
COPY go.mod go.sum ./
RUN go mod download
LABEL part="tools"
COPY cmd ./cmd
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -X main.version=${VERSION}" -o /out/tool ./cmd/tool
RUN <<EOF
set -e
for f in /out/*; do
  echo "built $f"
done
EOF
LABEL end="tools"
ENTRYPOINT ["/out/tool"]
`, `
FROM python:3.13 AS job%[1]d
RUN pip install --no-cache-dir requests flask==3.0.0
LABEL kind="job"
ADD https://example.com/data.tar.gz /data/
RUN cd /data && tar xzf data.tar.gz; ls | grep x
COPY --chown=1000:1000 job.py /srv/
VOLUME /data
LABEL end="job"
CMD python /srv/job.py
`,
}
