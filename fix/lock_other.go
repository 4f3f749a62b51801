//go:build !unix || solaris || aix

package fix

import "os"

// tryLock takes every file for free: Windows removes no file that is open, and
// that is what the lock is for.
func tryLock(*os.File) bool { return true }
