package multistage

import (
	"slices"
	"strconv"
	"strings"
)

// lookUser lets the program run as an account that the runtime image brings, or as
// one that is made where a tool for it is known to be there. What is known to need
// root is declined; that nothing else does is an assumption.
func lookUser(s *subject, p *plan) (what string, apply func(), why string) {
	if s.stage.Final().UserBy != nil || s.base.User != "" || p.facts().User != "" {
		return "", nil, "the image has a user already"
	}
	if p.launch != nil {
		return "", nil, "the web server of " + p.runtime + " steps down to an account of its own"
	}
	account, line := "", ""
	if users := p.facts().Users; len(users) > 0 {
		account = users[0].Name
	}
	switch {
	case p.facts().Family == "distroless":
		account = "65532:65532" // nonroot, as a number, which Kubernetes can check
	case p.runtime == "scratch":
		account = "65532"
	case p.facts().Family == "dotnet" && dotnetMajor(s) >= 8:
		account = "app"
	case account == "" && p.shell():
		account, line = newAccount(p.facts().Distro)
	}
	if account == "" {
		return "", nil, p.runtime + " brings no account for the purpose; make one in the Dockerfile, and name it with USER"
	}
	if why := s.needsRoot(p); why != "" {
		return "", nil, why
	}
	what = "the program runs as the user " + account + ", and not as root"
	where := " outside of /tmp"
	if p.runtime == "scratch" {
		where = ""
	}
	return what, func() {
		p.user, p.account = account, line
		p.assume("the program does without the rights of root: it writes no files" + where + ", and what is mounted into the container is open to the user " + account)
	}, ""
}

// newAccount returns an account without rights, as a number, which Kubernetes can
// check, and the line that makes it.
func newAccount(distro string) (account, line string) {
	switch distro {
	case "debian", "ubuntu":
		return "10001", "RUN useradd --no-create-home --uid 10001 app"
	case "alpine":
		return "10001", "RUN adduser -D -H -u 10001 app"
	}
	return "", ""
}

// needsRoot says what needs the rights of root; empty when nothing is known to.
func (s *subject) needsRoot(p *plan) string {
	for _, ins := range s.stage.Body {
		switch {
		case ins.Is("VOLUME"):
			return "the image has a VOLUME, which belongs to root"
		case ins.Is("EXPOSE"):
			for _, w := range ins.Args {
				x := s.doc.Stages().ScopeAt(ins).Expand(w.Value)
				port, _, _ := strings.Cut(x.Value, "/")
				if n, err := strconv.Atoi(port); err != nil || n < 1024 {
					return "the port " + port + " is open to root alone on many hosts"
				}
			}
		}
	}
	if len(s.launch.scripts) > 0 {
		return "the image starts with a script, whose steps may need root"
	}
	for _, words := range s.launch.commands {
		for _, w := range words {
			if slices.Contains([]string{"gosu", "su-exec", "su", "sudo", "setpriv", "chown", "nginx", "cron", "crond", "sshd", "supervisord"}, w) {
				return "the start command calls " + w + ", which needs root"
			}
		}
	}
	for _, a := range p.copies {
		if a.made {
			return "the image has the folder " + a.path + ", into which the program may write"
		}
		within := func(f string) bool { return f == a.path || a.dir && strings.HasPrefix(f, a.path+"/") }
		for f, name := range s.tree.files {
			if !within(f) || !s.doc.Context().ModesKnown() {
				continue
			}
			if e, err := s.doc.Context().Stat(name); err == nil && e.Mode.IsRegular() && e.Mode.Perm()&0o004 == 0 {
				return "only its owner may read " + f
			}
		}
	}
	if s.inRootHome(p) {
		return "the program lies below /root, which is closed to others"
	}
	return ""
}

func (s *subject) inRootHome(p *plan) bool {
	return slices.ContainsFunc(p.copies, func(a artifact) bool { return strings.HasPrefix(a.path, "/root/") }) || strings.HasPrefix(s.workdir, "/root")
}
