// Package lsp is the language server: everything the engine knows, for editors,
// over the Language Server Protocol.
//
// # Structure
//
// Bytes pass through frames, which repairs or refuses what is no message, then
// through the connection of package jsonrpc2 to dispatch. Notifications,
// initialize and shutdown run in the order in which they come; every other
// request runs on its own with a snapshot of the session, so that an edit never
// changes a document under it. Nothing that a client sends ends the server,
// except exit and the end of its input.
//
// A snapshot is immutable: it holds the open files and the workspace as it was.
// A file holds a text with all that is worked out from it, each once and when
// first asked for; an edit makes a new one. Diagnostics are published by one
// goroutine that always takes the newest snapshot.
//
// # Positions
//
// Inside, places are byte offsets. The conversion to and from the positions of
// the protocol, in the encoding the client has chosen, happens in methods of
// file only.
package lsp
