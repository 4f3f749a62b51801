// Package linttest runs rules over annotated Dockerfiles. It is imported by
// tests only.
//
// # Cases
//
// A case is a txtar archive: a Dockerfile, the other files of its build context,
// and what fixing makes of them. The comment of the archive says in prose what
// the case is about.
//
//	Quotes around the name are dropped.
//
//	-- Dockerfile --
//	FROM scratch
//	MAINTAINER "Grace"
//	^^^^^^^^^^ MAINTAINER is `deprecated`
//	-- Dockerfile.fixed --
//	FROM scratch
//	LABEL org.opencontainers.image.authors="Grace"
//
// The file of a rule is named after it, testdata/rules/CATEGORY/ID.txtar, and
// runs that rule alone unless "select" says otherwise. It may hold several
// cases: a folder that holds a Dockerfile is a case of that name, and its build
// context is what lies below it.
//
//	-- Dockerfile --
//	-- quoted/Dockerfile --
//	-- quoted/Dockerfile.fixed --
//	-- quoted/src/app.js --
//
// # Annotations
//
// Every finding has an annotation line under the line it starts on. Annotation
// lines are removed before linting, so they may stand inside continued lines,
// heredocs, or between a parser directive and what follows.
//
//	^^^^ message           the finding marks exactly what stands above the carets
//	^| message             it marks nothing, left of what stands above the caret
//	^^^^... message        it starts above the first caret and goes on to
//	^^^^ ...               the place above the last caret of this line, or
//	^| ...                 ends left of what stands above this caret
//
// A column is a character, and a tab is one. A caret one column behind the text
// marks the line end. Ranges over several lines that cross end in the order in
// which they were opened last. A line of a Dockerfile that looks like an
// annotation cannot be written.
//
// The message of the finding must hold the text of the annotation; parts of it
// in backquotes are regular expressions. The parts may be apart but must keep
// their order. A severity, the ID of a rule, or both, with a colon, may stand in
// front:
//
//	^^^^ warning: message
//	^^^^ error secret-in-env: message
//
// # Fixes
//
// Dockerfile.fixed is the result of all safe fixes. Dockerfile.unsafe is that
// of the unsafe ones as well, where it differs. Other files that fixes change or
// create are NAME.fixed and NAME.unsafe. With -update, go test writes these
// sections; it never writes annotations but prints what they could be.
//
// # Flags
//
// Lines of the comment of the archive hold for all its cases, those of a section
// named FLAGS (or CASE/FLAGS) for one:
//
//	crlf: true             line ends of the Dockerfile are "\r\n"
//	bom: true              it starts with a byte order mark
//	no-newline: true       its last line has no line end
//	stdin: true            there is no build context
//	shellcheck: true       shellcheck reads the scripts; skipped without it
//	executable: a.sh, b.sh these files of the context have their execute bit
//	crlf-files: a.sh       the line ends of these are "\r\n"
//	path: docker/Dockerfile
//	                       where in the build context the Dockerfile lies
//	build-arg: X=1         may occur several times
//	build-context: NAME=VALUE
//	                       may occur several times
//	target: build
//	platform: linux/arm64
//	select: rule, rule     the rules that run
//	options: {max: 3}      options of the rule the file is named after, in YAML
//
// # Checks
//
// In every case: each finding is annotated; ranges and edits lie inside the text
// and edits of one fix do not overlap; every fix alone leaves a Dockerfile that
// parses if it did before; fixes come to rest and a second run changes nothing;
// only a rule that says Fixable has fixes. Of every rule: the metadata is
// complete; Bad is found once and Good not at all; fixing Bad makes Good.
package linttest
