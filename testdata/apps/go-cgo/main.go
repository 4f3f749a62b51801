// Command checksum adds the bytes of its arguments, in C.
package main

/*
#include <stdlib.h>
#include <string.h>

static unsigned adler(const char *s) {
	unsigned a = 1, b = 0;
	for (; *s; s++) {
		a = (a + (unsigned char)*s) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}
*/
import "C"

import (
	"fmt"
	"os"
	"unsafe"
)

func main() {
	for _, arg := range os.Args[1:] {
		s := C.CString(arg)
		fmt.Printf("%s %08x\n", arg, uint32(C.adler(s)))
		C.free(unsafe.Pointer(s))
	}
}
