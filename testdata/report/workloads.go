package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// workload makes an input of a size and returns the arguments for dlint.
type workload struct {
	name    string
	largest int
	make    func(r *reporter, dir string, n int) ([]string, error)
}

// lines makes a workload of one Dockerfile: a head, and n times a line whose "%d"
// is its number.
func lines(name string, largest int, head, line, end string) workload {
	return workload{name, largest, func(_ *reporter, dir string, n int) ([]string, error) {
		var b strings.Builder
		b.WriteString(head)
		for k := range n {
			b.WriteString(strings.ReplaceAll(line, "%d", fmt.Sprint(k)))
		}
		b.WriteString(end)
		return []string{"Dockerfile"}, write(filepath.Join(dir, "Dockerfile"), b.String())
	}}
}

// shapes are single Dockerfiles. Long instructions are of many lines: BuildKit
// takes no line of more than 64 KiB.
func shapes() []workload {
	const from = "FROM debian:12\n"
	return []workload{
		lines("lines, mixed", 50_000, from,
			"RUN apt-get update && apt-get install -y a%d\nCOPY a%d /b/\nENV K%d=v%d\n# note\nLABEL l%d=x\n", "", // five lines each
		).of(5),
		lines("RUN lines", 50_000, from, "RUN echo $X%d && cd /a%d && make\n", ""),
		lines("COPY lines", 20_000, from, "COPY a%d /a/%d/\n", ""),
		lines("WORKDIR lines", 20_000, from, "WORKDIR a%d\n", ""),
		lines("USER lines", 20_000, from, "USER u%d\n", ""),
		lines("stages", 1_000, "", "FROM debian:12 AS s%d\nRUN make %d\n", "FROM scratch\nCOPY --from=s0 /a /a\n"),
		lines("stages in a row", 1_000, "FROM debian:12 AS s\n", "FROM s AS s%d\nCOPY --from=s /a%d /a\nRUN make\n", ""),
		lines("one RUN of commands", 40_000, from+"RUN true", " \\\n && command%d --flag a", "\n"),
		lines("one RUN of lines", 40_000, from+"RUN true", " \\\n && apt-get install -y p%d", "\n"),
		lines("one RUN of words", 150_000, from+"RUN apt-get install -y", " \\\n p%d", "\n"),
		lines("one here-document", 40_000, from+"RUN <<EOF\n", "echo $x%d > /etc/f%d\n", "EOF\n"),
		lines("ENV pairs", 10_000, from+"ENV", " \\\n K%d=v%d", "\n"),
		lines("ENV lines", 10_000, from, "ENV K%d=v%d\n", ""),
		lines("ENV lines that use each other", 10_000, from+"ENV K0=a\n", "ENV K=$K%d:b\n", ""),
		lines("ARG lines", 10_000, from, "ARG K%d=v%d\nRUN echo $K%d\n", ""),
		lines("global ARG lines", 10_000, "", "ARG K%d=v%d\n", from),
		lines("LABEL pairs", 20_000, from+"LABEL", " \\\n k%d=v%d", "\n"),
		lines("EXPOSE words", 20_000, from+"EXPOSE", " \\\n %d", "\n"),
		lines("COPY sources", 20_000, from+"COPY", " \\\n a%d", " /b/\n"),
		lines("JSON words", 50_000, from+"CMD [\"a\"", ", \\\n \"b%d\"", "]\n"),
		lines("comments", 100_000, from, "# note %d\n", ""),
		lines("comments in a RUN", 100_000, from+"RUN a \\\n", "# note %d\n", "b\n"),
		lines("pragmas", 10_000, from, "# dlint ignore=DL3008\nRUN apt-get install a%d\n", ""),
		lines("errors", 20_000, from, "RUM a%d\n", ""),
		lines("secrets", 10_000, from, "ENV API_TOKEN_%d=qwertzuiop%d\n", ""),
		lines("open here-documents", 10_000, from, "RUN <<A%d\n", ""),
	}
}

// of divides the number of lines by those of one repetition.
func (w workload) of(n int) workload {
	w.largest /= n
	return w
}

// trees are inputs of many files.
func trees() []workload {
	return []workload{
		{"Dockerfiles", 100_000, copies},
		{"other files in the tree", 1_000_000, others},
		{".dockerignore lines", 10_000, ignoreLines},
		{"files of the context", 500_000, contextFiles},
		{"Dockerfiles of one folder", 10_000, oneFolder},
		{"compose services", 5_000, services},
	}
}

// copies repeats the corpus, or a few Dockerfiles, with other names and values.
func copies(r *reporter, dir string, n int) ([]string, error) {
	texts, err := r.texts()
	if err != nil {
		return nil, err
	}
	for k := range n {
		text := texts[k%len(texts)]
		round := fmt.Sprint(k / len(texts))
		text = strings.NewReplacer("FROM ", "ARG ROUND_"+round+"="+round+"\nFROM ", "install ", "install round"+round+" ").Replace(text)
		name := filepath.Join(dir, fmt.Sprint("d", k/1000), fmt.Sprint("p", k), "Dockerfile")
		if err := write(name, text); err != nil {
			return nil, err
		}
	}
	return []string{"."}, nil
}

// texts are the Dockerfiles that copies repeats.
func (r *reporter) texts() ([]string, error) {
	var texts []string
	if r.corpus != "" {
		files, err := dockerfiles(r.corpus)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				return nil, err
			}
			texts = append(texts, string(data))
		}
	}
	if len(texts) == 0 {
		texts = []string{
			"FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm install && npm run build\nCMD [\"npm\", \"start\"]\n",
			"FROM python:3.12\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nENTRYPOINT python app.py\n",
			"FROM debian:12\nRUN apt-get update && apt-get install curl git\nENV PASSWORD=x\nEXPOSE 80\n",
		}
	}
	return texts, nil
}

// empties makes n empty files.
func empties(dir string, n int) error {
	for k := range n {
		folder := filepath.Join(dir, fmt.Sprint("d", k/10_000), fmt.Sprint("d", k/100))
		if k%100 == 0 {
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return err
			}
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprint("f", k, ".txt")), nil, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func others(_ *reporter, dir string, n int) ([]string, error) {
	if err := empties(dir, n); err != nil {
		return nil, err
	}
	return []string{"."}, write(filepath.Join(dir, "Dockerfile"), "FROM scratch\n")
}

func contextFiles(_ *reporter, dir string, n int) ([]string, error) {
	if err := empties(filepath.Join(dir, "src"), n); err != nil {
		return nil, err
	}
	return []string{"Dockerfile"}, write(filepath.Join(dir, "Dockerfile"), "FROM debian:12\nCOPY . /a\nCOPY src/d0 /b\nCOPY src/*/d1/*.txt /c/\nRUN make\n")
}

func ignoreLines(_ *reporter, dir string, n int) ([]string, error) {
	if err := empties(filepath.Join(dir, "src"), 2000); err != nil {
		return nil, err
	}
	var b strings.Builder
	for k := range n {
		fmt.Fprintf(&b, "a%d/*.o\n!b%d\n**/c%d\n", k, k, k)
	}
	if err := write(filepath.Join(dir, ".dockerignore"), b.String()); err != nil {
		return nil, err
	}
	return []string{"Dockerfile"}, write(filepath.Join(dir, "Dockerfile"), "FROM debian:12\nCOPY . /a\n")
}

func oneFolder(_ *reporter, dir string, n int) ([]string, error) {
	for k := range n {
		if err := write(filepath.Join(dir, fmt.Sprint("Dockerfile.", k)), fmt.Sprintf("FROM debian:12\nCOPY a%d /a\nRUN make\n", k)); err != nil {
			return nil, err
		}
	}
	return []string{"."}, nil
}

func services(_ *reporter, dir string, n int) ([]string, error) {
	var b strings.Builder
	b.WriteString("services:\n")
	for k := range n {
		fmt.Fprintf(&b, "  s%d:\n    build: {context: ., dockerfile: Dockerfile.%d, args: {A: \"%d\"}}\n", k, k, k)
		if err := write(filepath.Join(dir, fmt.Sprint("Dockerfile.", k)), "FROM debian:12\nARG A\nCOPY a /a\n"); err != nil {
			return nil, err
		}
	}
	return []string{"compose.yaml"}, write(filepath.Join(dir, "compose.yaml"), b.String())
}
