//go:build unix && !solaris && !aix

package fix

import (
	"errors"
	"os"
	"syscall"
)

// tryLock reports whether nobody else has locked the file, and locks it until it
// is closed. Where the file system has no locks it is as if nobody had.
func tryLock(f *os.File) bool {
	return !errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}
