package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"unicode/utf8"
)

// maxSize is the largest file that is linted, in bytes.
const maxSize = 8 << 20

// readFile returns the text of a file. Pipes, devices and the like are refused
// without being opened, for that could wait forever.
func readFile(name string) (string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", plainError(err)
	}
	if err := checkKind(info); err != nil {
		return "", err
	}
	// It may be another file by now.
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", plainError(err)
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return "", plainError(err)
	}
	if err := checkKind(info); err != nil {
		return "", err
	}
	return readText(f, info.Size())
}

func checkKind(info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsDir():
		return errors.New("is a directory")
	case mode&fs.ModeNamedPipe != 0:
		return errors.New("is a pipe; use - to read standard input")
	case mode&fs.ModeSocket != 0:
		return errors.New("is a socket, not a file")
	case mode&fs.ModeDevice != 0:
		return errors.New("is a device, not a file")
	case !mode.IsRegular():
		return errors.New("is no regular file")
	case info.Size() > maxSize:
		return errTooLarge
	}
	return nil
}

var errTooLarge = fmt.Errorf("is larger than %d MB and is not checked", maxSize>>20)

// readText reads a text of about that size and refuses what is none.
func readText(r io.Reader, size int64) (string, error) {
	var b bytes.Buffer
	b.Grow(int(min(size, maxSize)) + bytes.MinRead)
	if _, err := b.ReadFrom(io.LimitReader(r, maxSize+1)); err != nil {
		return "", plainError(err)
	}
	text := b.String()
	switch {
	case len(text) > maxSize:
		return "", errTooLarge
	case strings.HasPrefix(text, "\xff\xfe"), strings.HasPrefix(text, "\xfe\xff"):
		return "", errors.New("is encoded in UTF-16; save it as UTF-8")
	case strings.IndexByte(text, 0) >= 0:
		return "", errors.New("is a binary file")
	}
	return text, nil
}

// checkUTF8 returns an error that names the first byte that is no UTF-8. BuildKit
// takes such files, so they are linted all the same.
func checkUTF8(text string) error {
	if utf8.ValidString(text) {
		return nil
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size == 1 {
			return fmt.Errorf("is not valid UTF-8 (first bad byte at offset %d)", i)
		}
		i += size
	}
	return nil
}

// plainError drops the operation and the path, which stand elsewhere in the
// message.
func plainError(err error) error {
	var path *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("no such file or directory")
	case errors.As(err, &path):
		return path.Err
	}
	return err
}

// isClosedPipe reports whether the reader of our output has gone.
func isClosedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}
