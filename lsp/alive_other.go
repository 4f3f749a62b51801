//go:build !unix

package lsp

// alive says no, so that no process is watched: the end of the input tells.
func alive(int) bool { return false }
