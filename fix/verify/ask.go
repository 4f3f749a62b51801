package verify

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	// askedPaths is how many paths are asked for at most.
	askedPaths = 30
	// bodyLimit is how much of an answer is read.
	bodyLimit = 16 << 20
	// answerTime is how long an answer may take.
	answerTime = 20 * time.Second
)

// ask sends GET requests to a port: for / and what its page links to, and for
// the given paths. The second image is asked what the first one was.
func ask(ctx context.Context, c container, port string, paths []string, before, out *seen) {
	queue := append([]string{"/"}, paths...)
	if before != nil {
		queue = before.paths[port]
	}
	client := &http.Client{
		Timeout:       answerTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DisableKeepAlives: true,
			DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return c.dial(ctx, port) },
		},
	}
	defer client.CloseIdleConnections()
	for k := 0; k < len(queue) && k < askedPaths && ctx.Err() == nil && !ended(c); k++ {
		answer, links := get(ctx, client, port, queue[k])
		out.Answers = append(out.Answers, answer)
		if answer.Status == notHTTP {
			out.Answers[len(out.Answers)-1] = greeting(ctx, c, port)
			queue = queue[:1]
			break
		}
		if before != nil {
			continue
		}
		for _, l := range links {
			if !slices.Contains(queue, l) {
				queue = append(queue, l)
			}
		}
	}
	out.paths[port] = queue
}

const notHTTP = "not HTTP"

// get sends one request, and returns the answer and the paths that it links to.
func get(ctx context.Context, client *http.Client, port, path string) (Answer, []string) {
	out := Answer{Request: "GET :" + port + path}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost:"+port+path, http.NoBody)
	if err != nil {
		out.Status = err.Error()
		return out, nil
	}
	res, err := client.Do(req)
	if err != nil {
		out.Status = failure(err)
		return out, nil
	}
	defer res.Body.Close()
	out.Status = res.Status
	if l := res.Header.Get("Location"); l != "" {
		out.Status += " to " + l
	}
	out.Type = res.Header.Get("Content-Type")
	body, err := io.ReadAll(io.LimitReader(res.Body, bodyLimit))
	if err != nil {
		out.Status += ", cut off"
	}
	out.body, out.Bytes = normalizeBody(body), len(body)
	out.Digest, out.Text = digest(out.body), beginning(out.body)
	if !strings.Contains(out.Type, "html") {
		return out, nil
	}
	return out, links(path, string(body))
}

// beginning returns the first part of a text, for people to read.
func beginning(text string) string {
	const limit = 300
	if !utf8.ValidString(text) {
		return ""
	}
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit])
	}
	return text
}

// failure tells kinds of errors apart, without what changes each time.
func failure(err error) string {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case strings.Contains(err.Error(), "malformed HTTP"), strings.Contains(err.Error(), "first record does not look"):
		return notHTTP
	case errors.Is(err, io.EOF), strings.Contains(err.Error(), "connection reset"):
		return "the connection was closed"
	}
	return "no connection"
}

// greeting returns what a server that does not speak HTTP says first.
func greeting(ctx context.Context, c container, port string) Answer {
	out := Answer{Request: "connect :" + port, Status: "accepts connections"}
	conn, err := c.dial(ctx, port)
	if err != nil {
		out.Status = "no connection"
		return out
	}
	defer conn.Close()
	_ = conn.SetReadDeadline(time.Now().Add(time.Second))
	b := make([]byte, 512)
	n, _ := conn.Read(b) // a server that waits to be spoken to says nothing
	out.body, out.Bytes = normalizeBody(b[:n]), n
	out.Digest, out.Text = digest(out.body), beginning(out.body)
	return out
}

// link is an attribute that leads to another file.
var link = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:href|src|action)\s*=\s*["']([^"'#]+)`)
})

// links returns the paths on the same server that a page leads to.
func links(page, text string) []string {
	base, err := url.Parse("http://localhost" + page)
	if err != nil {
		return nil
	}
	var out []string
	for _, m := range link().FindAllStringSubmatch(text, -1) {
		to, err := base.Parse(strings.ReplaceAll(m[1], "&amp;", "&"))
		if err != nil || to.Host != base.Host || to.Scheme != "http" {
			continue
		}
		if at := to.RequestURI(); !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}
