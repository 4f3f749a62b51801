package leak

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules/internal/ignorefile"
)

// fileFixes repairs a COPY or ADD that brings secret files.
func (s *scan) fileFixes(step *layers.Step, files []inContext) []lint.Fix {
	f := &files[0]
	if f.inCode || step.Ins.IsOnbuild() || s.tired() {
		return nil
	}
	k := slices.IndexFunc(step.Copy.Sources, func(src layers.Source) bool { return src.Known && src.Value == f.file })
	if k < 0 {
		return s.ignoreFixes(files)
	}
	if len(files) != 1 || !step.Copy.DestKnown {
		return nil
	}
	return s.mountInstead(step, k, f)
}

// ignoreFixes adds the files to the ignore file.
func (s *scan) ignoreFixes(files []inContext) []lint.Fix {
	var lines []string
	how := lint.Safe
	for k := range files {
		f := &files[k]
		if !f.known {
			return nil
		}
		line := f.ignore
		if class := knowledge.ClassifyFile(f.file).Class; line == "" || class != knowledge.FileSecret && !strings.HasPrefix(path.Base(f.file), ".env") && path.Base(line) != ".git" {
			line = f.file
		}
		if !ignorefile.Matches(line, f.file) {
			return nil
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
		if !isAlwaysIgnored(f.ignore) || s.namesFile(f.file) {
			how = lint.Unsafe
		}
	}
	if how == lint.Safe && ignorefile.Shared(s.d) != "" {
		how = lint.Unsafe
	}
	e, ok := ignorefile.Add(s.d.Context(), lines...)
	if !ok {
		return nil
	}
	title := "Ignore " + lines[0]
	if len(lines) > 1 {
		title += " and more"
	}
	return []lint.Fix{{Title: title, Applicability: how, Others: []lint.FileEdit{e}}}
}

// isAlwaysIgnored reports whether a pattern is one that every ignore file should
// have. Other files, such as config/secrets.yml, may be read at run time.
func isAlwaysIgnored(pattern string) bool {
	return strings.HasPrefix(pattern, "**/.env") || slices.ContainsFunc(knowledge.IgnoreSecrets(), func(e knowledge.IgnoreEntry) bool { return e.Pattern == pattern })
}

// namesFile reports whether an instruction names a file of the context, or one
// of the same name.
func (s *scan) namesFile(file string) bool {
	base := path.Base(file)
	for ins := range s.d.WithTriggers("COPY", "ADD", "RUN") {
		if strings.Contains(s.text[ins.Range.Start:ins.Range.End], base) {
			return true
		}
	}
	return false
}

// mountInstead replaces the COPY of source number k by a mount for the RUNs that
// use the file.
func (s *scan) mountInstead(step *layers.Step, k int, f *inContext) []lint.Fix {
	p := s.plan()
	s.dropSource(p, step, k)
	known, isTool := credentialFileFor(f.target)
	if !isTool {
		known, isTool = credentialFileFor(f.file)
	}
	key := knowledge.ClassifyFile(f.file).What == "a private SSH key" || knowledge.ClassifyFile(f.target).What == "a private SSH key"
	if key {
		known, isTool = credentialFile{"ssh", "", []string{"git", "ssh", "scp", "rsync", "sftp"}}, true
		known.tools = append(known.tools, "go", "pip", "npm", "yarn", "pnpm", "composer", "bundle", "cargo")
	}
	var readers []*dockerfile.Instruction
	byPath := false
	for _, run := range s.runsAfter(step.Ins) {
		s.dropRemovals(p, run, f.target)
		if p.gone[run] {
			continue
		}
		if s.usesPath(run, f.target) {
			readers, byPath = append(readers, run), true
		} else if isTool && s.usesTool(run, known.tools, nil) {
			readers = append(readers, run)
		}
	}
	if len(readers) == 0 {
		return nil
	}
	return s.mountOn(p, readers, f, known, key && !byPath)
}

// mountOn mounts the file, or the agent of SSH, on the RUNs.
func (s *scan) mountOn(p *plan, readers []*dockerfile.Instruction, f *inContext, known credentialFile, agent bool) []lint.Fix {
	how := lint.Unsafe
	if agent {
		s.makeDir(p, readers, path.Dir(f.target))
		for _, run := range readers {
			owner, ok := s.owner(run)
			if !ok {
				how = lint.Manual
			}
			p.mount(run, "type=ssh,required=true"+owner)
		}
		return p.fix("Mount the SSH agent instead, and build with --ssh default", how)
	}
	id := known.id
	if id == "" || id == "ssh" {
		id = strings.TrimLeft(path.Base(f.file), ".")
	}
	for _, run := range readers {
		if !s.mountFile(p, run, id, f.target) {
			how = lint.Manual
		}
	}
	return p.fix("Mount it as a secret instead, and build with --secret id="+id+",src="+f.file, how)
}

// makeDir makes the directory that the COPY made, where a command writes into
// it.
func (s *scan) makeDir(p *plan, runs []*dockerfile.Instruction, dir string) {
	for _, run := range runs {
		for _, c := range s.d.Shell(run).All() {
			if c.Name == "mkdir" {
				for _, w := range c.Operands() {
					if strings.HasSuffix(w.Value, path.Base(dir)) {
						return
					}
				}
			}
			for _, w := range c.Writes() {
				target := strings.Replace(strings.Replace(w.Path, "~", layers.Home(s.d.Stages().StateAt(run).User), 1), "$HOME", layers.Home(s.d.Stages().StateAt(run).User), 1)
				if path.Dir(target) == dir && (w.Kind == shell.Create || w.Kind == shell.Append) && c.Outer == nil && !c.InPipe {
					p.edit(lint.Insert(c.Range.Start, "mkdir -p "+dir+" && "))
					return
				}
			}
		}
	}
}

// usesPath reports whether a RUN names a file, apart from removing it and the
// like.
func (s *scan) usesPath(run *dockerfile.Instruction, target string) bool {
	base := path.Base(target)
	for _, c := range s.d.Shell(run).All() {
		switch c.Name {
		case "rm", "chmod", "chown", "shred", "unlink":
			continue
		}
		for k := range c.Words {
			if v := c.Words[k].Value; strings.HasSuffix(v, "/"+base) || v == base || strings.Contains(v, base+" ") {
				return true
			}
		}
		for k := range c.Assigns {
			if strings.Contains(c.Assigns[k].Value.Value, "/"+base) {
				return true
			}
		}
	}
	return false
}

// dropSource takes one source out of a COPY.
func (s *scan) dropSource(p *plan, step *layers.Step, k int) {
	ins := step.Ins
	if len(step.Copy.Sources) == 1 {
		p.drop(ins)
		return
	}
	if ins.JSON || p.commented(ins) || k+1 >= len(ins.Args) {
		p.ok = false
		return
	}
	p.edit(lint.Delete(source.Range{Start: ins.Args[k].Range.Start, End: ins.Args[k+1].Range.Start}))
}
