package lsp

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
	"go.lsp.dev/jsonrpc2"
)

// maxFrame is the length in bytes of the longest message that is read. A file of
// the 8 MB that are linted has room in it even with every byte escaped.
const maxFrame = 64 << 20

// maxHeaderLine is how much of a header line is kept. The rest of a longer one
// is read and dropped.
const maxHeaderLine = 4096

// frames is a reader between the transport and the connection. The connection
// ends at the first frame that it cannot read; frames therefore hands on sound
// ones only, answers the others with an error, and finds the next header.
type frames struct {
	in     *bufio.Reader
	out    *lockedWriter
	closer io.Closer
	body   []byte // of the current frame, reused
	next   []byte // what the connection has still to read
	frame  []byte // holds next
}

// newFrames returns a stream for the connection over in and out. Closing it
// closes in, when that can be closed.
func newFrames(in io.Reader, out *lockedWriter) *frames {
	closer, _ := in.(io.Closer)
	return &frames{in: bufio.NewReaderSize(in, 64<<10), out: out, closer: closer}
}

// Read gives sound frames, with a header of the plainest form.
func (f *frames) Read(p []byte) (int, error) {
	for len(f.next) == 0 {
		body, err := f.read()
		if err != nil {
			return 0, err
		}
		if body == nil {
			continue
		}
		f.frame = append(f.frame[:0], "Content-Length: "...)
		f.frame = strconv.AppendInt(f.frame, int64(len(body)), 10)
		f.frame = append(f.frame, "\r\n\r\n"...)
		f.frame = append(f.frame, body...)
		f.next = f.frame
	}
	n := copy(p, f.next)
	f.next = f.next[n:]
	return n, nil
}

func (f *frames) Write(p []byte) (int, error) { return f.out.Write(p) }

// Close closes the input.
func (f *frames) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

// read returns the body of the next frame, or nil after it has answered a bad
// one. The error is that of the transport.
func (f *frames) read() ([]byte, error) {
	length, err := f.header()
	if err != nil {
		return nil, err
	}
	if cap(f.body) < length {
		f.body = make([]byte, length)
	}
	body := f.body[:length]
	if _, err := io.ReadFull(f.in, body); err != nil {
		return nil, io.EOF // the client is gone; half a message means nothing
	}
	if cap(f.body) > 1<<20 {
		f.body = nil
	}
	if !jsontext.Value(body).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
		f.refuse(jsonrpc2.ParseError, "the message is no valid JSON", nil)
		f.resync(body)
		return nil, nil
	}
	return f.check(wholeNumbers(body)), nil
}

// check returns a body that is a message, or answers it and returns nil.
func (f *frames) check(body []byte) []byte {
	switch first := bytes.TrimLeft(body, " \t\r\n"); {
	case first[0] == '[':
		f.refuse(jsonrpc2.InvalidRequest, "batches are no part of the Language Server Protocol", nil)
		return nil
	case first[0] != '{':
		f.refuse(jsonrpc2.InvalidRequest, "a message is a JSON object", nil)
		return nil
	}
	view, err := jsonrpc2.ScanMessageView(body)
	if err != nil {
		f.refuse(jsonrpc2.InvalidRequest, `the message is neither a request nor a response of JSON-RPC "2.0"`, idOf(body))
		return nil
	}
	if len(view.MethodRaw) > 0 && bytes.Equal(view.IDRaw, []byte("null")) {
		f.refuse(jsonrpc2.InvalidRequest, "the id of a request must not be null", nil)
		return nil
	}
	return body
}

// idOf returns the id of a message that is otherwise wrong, nil when there is no
// sound one.
func idOf(body []byte) []byte {
	v, ok := parseJSON(body)
	if !ok {
		return nil
	}
	id := v.get("id")
	if _, whole := id.integer(); whole || id.kind() == 's' {
		return raw(id.v)
	}
	return nil
}

// header reads up to the end of a header and returns the length that it gives.
// What is no header is answered and skipped, up to the next line that ends in a
// Content-Length: in JSON no line end can follow that.
func (f *frames) header() (int, error) {
	length, bad := -1, false
	for {
		line, err := f.line()
		if err != nil {
			return 0, err
		}
		if len(line) == 0 {
			switch {
			case length > 0 && length <= maxFrame:
				return length, nil
			case length > maxFrame:
				f.refuse(jsonrpc2.InvalidRequest, "the message is longer than "+strconv.Itoa(maxFrame>>20)+" MB", nil)
			case length == 0:
				f.refuse(jsonrpc2.InvalidRequest, "the message is empty", nil)
			case bad:
				f.refuse(jsonrpc2.ParseError, "the header has no Content-Length", nil)
			}
			length, bad = -1, false
			continue
		}
		if n, ok := contentLength(line); ok {
			if bad && length < 0 {
				f.refuse(jsonrpc2.ParseError, "what stands in front of the header is no message", nil)
			}
			length, bad = n, false
			continue
		}
		if length < 0 {
			bad = true
		}
	}
}

// line returns the next line without its end. Of a very long one it returns the
// last part. The slice is valid until the next read.
func (f *frames) line() ([]byte, error) {
	var kept []byte
	for {
		part, err := f.in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			kept = append(kept[:0], part[len(part)-min(len(part), maxHeaderLine):]...)
			continue
		}
		if err != nil {
			return nil, io.EOF
		}
		if len(kept) > 0 {
			part = append(kept, part...)
		}
		return bytes.TrimRight(part, "\r\n"), nil
	}
}

// resync gives back the part of a broken body from the first header in it on:
// the length of the frame was wrong.
func (f *frames) resync(body []byte) {
	for off := 0; ; {
		i := indexFold(body[off:], contentLengthName)
		if i < 0 {
			return
		}
		off += i
		end := bytes.IndexByte(body[off:], '\n')
		line := body[off:]
		if end >= 0 {
			line = bytes.TrimRight(body[off:off+end], "\r")
		}
		if _, ok := contentLength(line); ok || end < 0 {
			f.in = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(bytes.Clone(body[off:])), f.in), 64<<10)
			return
		}
		off += len(contentLengthName)
	}
}

const contentLengthName = "content-length:"

// contentLength reads the last Content-Length in a line. A number that fits no
// int is one too large.
func contentLength(line []byte) (int, bool) {
	at := -1
	for off := 0; ; {
		i := indexFold(line[off:], contentLengthName)
		if i < 0 {
			break
		}
		at = off + i
		off = at + len(contentLengthName)
	}
	if at < 0 {
		return 0, false
	}
	digits := bytes.TrimSpace(line[at+len(contentLengthName):])
	if len(digits) == 0 || len(bytes.Trim(digits, "0123456789")) > 0 {
		return 0, false
	}
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		return maxFrame + 1, true
	}
	return n, true
}

// indexFold finds a name in lower case, whatever the case of the text.
func indexFold(text []byte, name string) int {
	for i := 0; i+len(name) <= len(text); i++ {
		if text[i]|0x20 == name[0] && bytes.EqualFold(text[i:i+len(name)], []byte(name)) {
			return i
		}
	}
	return -1
}

// refuse answers a message that cannot be handled. The id is its JSON, nil when
// it is not known.
func (f *frames) refuse(code jsonrpc2.Code, message string, id []byte) {
	if len(id) == 0 {
		id = []byte("null")
	}
	body := append([]byte(`{"jsonrpc":"2.0","id":`), id...)
	body = append(body, `,"error":{"code":`...)
	body = strconv.AppendInt(body, int64(code), 10)
	body = append(body, `,"message":`...)
	body, _ = jsontext.AppendQuote(body, message)
	body = append(body, "}}"...)
	frame := append([]byte("Content-Length: "+strconv.Itoa(len(body))+"\r\n\r\n"), body...)
	// The connection notices by itself when the client does not read any more.
	_, _ = f.out.Write(frame)
}

// wholeNumbers writes numbers such as 7.0 as 7, for the decoder takes integers
// without a point only, and some clients know no integers.
func wholeNumbers(body []byte) []byte {
	if !bytes.Contains(body, []byte(".0")) {
		return body
	}
	out := make([]byte, 0, len(body))
	inString := false
	for i := 0; i < len(body); i++ {
		c := body[i]
		switch {
		case inString && c == '\\':
			out = append(out, c, body[i+1])
			i++
			continue
		case c == '"':
			inString = !inString
		case !inString && c == '.':
			if end := i + 1 + zeros(body[i+1:]); end > i+1 && (end == len(body) || !isNumberByte(body[end])) {
				i = end - 1
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

func zeros(b []byte) int {
	n := 0
	for n < len(b) && b[n] == '0' {
		n++
	}
	return n
}

func isNumberByte(c byte) bool {
	return '0' <= c && c <= '9' || c == 'e' || c == 'E'
}

// lockedWriter keeps the messages of several goroutines apart. Each is written
// in one call.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
