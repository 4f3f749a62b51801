package multistage

import (
	"path"
	"slices"
	"strings"
)

const nginxImage = "nginx:1.28-alpine"

// planSite plans a site of static files that a web server serves on the same
// port. It always rests on an assumption: another program answers. The words are those
// of the server that answers now.
func planSite(s *subject, p *plan, b *nodeBuild, server []string) *Refusal {
	port, r := sitePort(s, server)
	if r != nil {
		return r
	}
	p.runtime = nginxImage
	if s.opt.Runtime == RuntimeSlim || s.opt.Runtime == RuntimeSame {
		p.runtime = "nginx:1.28-bookworm"
	}
	if n := s.needs(); n.user != "" && n.user != "root" {
		return refuse(UserUnknown, "a web server that runs as "+n.user, "the container runs as "+n.user+", and the web server would start as root; choose an image for users without rights")
	}
	out := b.out[0]
	p.copies = append(p.copies, artifact{path: out, dir: true, to: "/usr/share/nginx/html"})
	p.launch = []string{"nginx", "-g", "daemon off;"}
	fallback := "=404"
	if singlePage(s, server, b.dir) {
		fallback = "/index.html"
	}
	p.dropEnv = func(string) bool { return true }
	p.assume("the web server nginx answers as " + strings.Join(s.launch.words, " ") + " did; other headers, error pages and exit codes are possible")
	p.reason("a built site needs a web server, not Node: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("Node, the dependencies and the sources")
	p.siteConfig(port, fallback, path.Base(server[0]) == "vite")
	return nil
}

// siteConfig writes the server's configuration into the new stage: a page answers
// without its extension, and text has the charset and scripts the type that the
// server of Node gives them.
func (p *plan) siteConfig(port, fallback string, vite bool) {
	types := "  charset utf-8;\n"
	if vite { // it names no charset
		types = "  location ~ \\.m?js$ {\n    types { text/javascript js mjs; }\n    try_files $uri " + fallback + ";\n  }\n"
	}
	p.extra = append(p.extra, "COPY <<'EOF' /etc/nginx/conf.d/default.conf\nserver {\n  listen "+port+";\n  root /usr/share/nginx/html;\n"+types+
		"  location / {\n    try_files $uri $uri.html $uri/ "+fallback+";\n  }\n}\nEOF")
}

// sitePort returns the port that the start command or EXPOSE names.
func sitePort(s *subject, server []string) (string, *Refusal) {
	if v := optionValue(slices.Concat(server, s.launch.words), "-p", "--port", "-l", "--listen"); v != "" {
		v = v[strings.LastIndex(v, ":")+1:]
		if isNumber(v) {
			return v, nil
		}
	}
	var ports []string
	for _, ins := range s.stage.Body {
		if !ins.Is("EXPOSE") {
			continue
		}
		for _, w := range ins.Args {
			port, _, _ := strings.Cut(w.Value, "/")
			if isNumber(port) && !slices.Contains(ports, port) {
				ports = append(ports, port)
			}
		}
	}
	if len(ports) == 1 {
		return ports[0], nil
	}
	return "", refuse(UnreadLaunch, "the port of the site", "the port on which the site is served is not known; EXPOSE it")
}

// singlePage reports whether unknown paths lead to index.html: the server is told
// so with -s or --single, and Vite does so unless its configuration says otherwise.
func singlePage(s *subject, server []string, dir string) bool {
	if slices.Contains(server, "-s") || slices.Contains(server, "--single") {
		return true
	}
	if path.Base(server[0]) != "vite" {
		return false
	}
	at, _ := s.tree.find(dir, "vite.config.ts", "vite.config.js", "vite.config.mjs", "vite.config.mts", "vite.config.cjs")
	text, _ := s.tree.read(at)
	return !strings.Contains(text, "appType")
}
