package security

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// GitCloneUnpinned finds clones of whatever the branch holds.
var GitCloneUnpinned = &lint.Rule{
	ID:      "git-clone-unpinned",
	Summary: "git clone should name a tag or commit",
	Doc: `
A clone without a tag or commit takes what the default branch holds on the day of
the build, and is kept in the cache after that. Name a tag by --branch, or check out a
commit, in the same RUN or in the next one that calls git.

ADD of a repository takes the tag or commit behind #, or in the query, or by
--checksum.
`,
	Bad:      "FROM alpine\nRUN git clone https://git.example.com/x\n",
	Good:     "FROM alpine\nRUN git clone --branch v1.0 https://git.example.com/x\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Off:      "many Dockerfiles build the newest sources on purpose",
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range p.Commands("git") {
			if c.Subcommand() != "clone" || c.Has("-b", "--branch", "--revision") || checksOut(p, c) || checksOutNext(p, ins) {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   c.NameRange.Join(c.SubcommandWord().Range),
				Message: "This takes whatever the branch holds on the day of the build: name a tag or commit",
			})
		}
		for ins := range p.WithTriggers("ADD") {
			for k := range max(0, len(ins.Args)-1) {
				if w := &ins.Args[k]; ins.Flag("checksum") == nil && unpinnedRepository(strings.Trim(w.Value, `"'`)) {
					p.Report(lint.Diagnostic{
						Range:   w.Range,
						Message: "This takes whatever the branch holds on the day of the build: name a tag or commit behind #",
					})
				}
			}
		}
	},
}

// unpinnedRepository reports whether a source of ADD is a git repository without a
// tag or commit.
func unpinnedRepository(url string) bool {
	main, fragment, _ := strings.Cut(url, "#")
	main, query, _ := strings.Cut(main, "?")
	remote := strings.HasPrefix(main, "git@") || strings.Contains(main, "://")
	if !remote || !strings.HasSuffix(main, ".git") && !strings.HasPrefix(main, "git://") && !strings.HasPrefix(main, "ssh://") {
		return false
	}
	ref, _, _ := strings.Cut(fragment, ":")
	for _, name := range [...]string{"ref=", "tag=", "branch=", "commit=", "checksum="} {
		if strings.Contains("&"+query, "&"+name) {
			return false
		}
	}
	return ref == ""
}

// checksOut reports whether a later command of the script chooses a commit.
func checksOut(p *lint.Pass, c *shell.Command) bool {
	s := c.Script()
	last := p.View(lastChoice{s}, func(*lint.Document) any {
		k := len(s.Commands) - 1
		for k >= 0 && !choosesCommit(s.Commands[k]) {
			k--
		}
		return k
	}).(int)
	return last > c.Index
}

// lastChoice is the key of the index of the last command of a script that chooses a
// commit: there may be thousands of clones before it.
type lastChoice struct{ s *shell.Script }

func choosesCommit(c *shell.Command) bool {
	if c.Name == "git" {
		return c.Subcommand() == "checkout" || c.Subcommand() == "reset" || c.Subcommand() == "switch"
	}
	return strings.HasPrefix(c.Name, "git-")
}

// checksOutNext reports whether the next RUN of the stage that calls git chooses a
// commit, which is a habit where WORKDIR stands in for cd.
func checksOutNext(p *lint.Pass, clone *dockerfile.Instruction) bool {
	for _, ins := range p.Stages().StageOf(clone).Body {
		if ins.Index <= clone.Index || ins.Name != "RUN" || ins.Err != nil {
			continue
		}
		if s := p.Shell(ins); s.Has("git") {
			return slices.ContainsFunc(s.All(), choosesCommit)
		}
	}
	return false
}
