package cache

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
)

// StaleRemoteFetch finds downloads of whatever is newest, which the cache keeps
// as old as the step.
var StaleRemoteFetch = &lint.Rule{
	ID:      "stale-remote-fetch",
	Summary: "What is fetched is neither fixed nor ever fetched again",
	Doc: `
BuildKit does not look at what a RUN downloads. A git clone of a branch, or a file
from an address with latest in it, is taken from the cache for as long as nothing
above it changes, and is something new the day it does. So the image is neither up
to date nor the same for everybody. A commit, tag or version in the command makes
it say what it means; ADD with the address of the repository looks for new commits
at every build.

# What is not seen

Addresses that variables make up, and scripts that fetch more by themselves.
Commands after git clone that choose a commit, such as git checkout, are taken to
fix it.
`,
	Bad: `FROM alpine/git:2.49
RUN git clone https://git.example.com/tool.git /tool
`,
	Good: `FROM alpine/git:2.49
RUN git clone --branch v1.2.3 https://git.example.com/tool.git /tool
`,
	Severity: lint.Info,
	Scope:    lint.InStage,
	Preview:  true,
	Since:    "0.1",
	Check:    checkStaleFetch,
}

func checkStaleFetch(p *lint.Pass) {
	for _, c := range p.Commands("git", "curl", "wget") {
		if c.Function != "" || c.Outer != nil {
			continue
		}
		if c.Is("git") {
			if c.Subcommand() == "clone" && !c.Has("--branch", "-b", "--revision") && !choosesCommit(p, c) && cloned(c) {
				p.Report(lint.Diagnostic{Range: c.NameRange, Message: "git clone takes what is newest when this step first runs, and the cache keeps it: " +
					"choose a tag with --branch or check out a commit"})
			}
			continue
		}
		for _, w := range c.Operands() {
			if w.Static && latestAddress(w.Value) {
				p.Report(lint.Diagnostic{Range: w.Range, Message: "the address says latest, but the cache keeps what was so when this step first ran: name a version"})
				break
			}
		}
	}
}

// cloned reports whether the repository is one that the text names.
func cloned(c *shell.Command) bool {
	for _, w := range c.Operands() {
		if w.Static && (strings.Contains(w.Value, "://") || strings.HasPrefix(w.Value, "git@")) {
			return true
		}
	}
	return false
}

// choosesCommit reports whether a later command of the stage picks a commit.
func choosesCommit(p *lint.Pass, clone *shell.Command) bool {
	last := p.View(lastChoices{}, func(*lint.Document) any {
		out := map[*stage.Stage]int{}
		for _, c := range p.Commands("git") {
			switch c.Subcommand() {
			case "checkout", "reset", "switch", "fetch", "worktree":
				out[p.Stages().StageOf(c.Script().Instruction)] = c.Range.Start
			}
		}
		return out
	}).(map[*stage.Stage]int)
	at, ok := last[p.Stages().StageOf(clone.Script().Instruction)]
	return ok && at > clone.Range.Start
}

// lastChoices is the key of where, by stage, the last command stands that picks a
// commit: there may be thousands of clones before it.
type lastChoices struct{}

// latestAddress reports whether an address has latest as a part of its path.
func latestAddress(address string) bool {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok || scheme != "https" && scheme != "http" {
		return false
	}
	_, rest, _ = strings.Cut(rest, "/")
	for part := range strings.SplitSeq(rest, "/") {
		if part == "latest" {
			return true
		}
	}
	return false
}
