package main

import (
	"encoding/json"
	"strings"
)

// copySources returns what COPY and ADD take from the build context, for the
// search of that context. It reads the bare lines, for the Dockerfile is parsed
// only once its context is known; a source missed or misread makes the guess
// less good and nothing else.
func copySources(text string) []string {
	var out []string
	var joined string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") {
			continue
		}
		if part, more := strings.CutSuffix(line, `\`); more {
			joined += part + " "
			continue
		}
		out = append(out, sourcesOf(joined+line)...)
		joined = ""
	}
	return append(out, sourcesOf(joined)...)
}

// sourcesOf returns the sources of one instruction.
func sourcesOf(line string) []string {
	keyword, rest, _ := strings.Cut(line, " ")
	if !strings.EqualFold(keyword, "COPY") && !strings.EqualFold(keyword, "ADD") {
		return nil
	}
	rest = strings.TrimSpace(rest)
	for strings.HasPrefix(rest, "--") {
		var flag string
		flag, rest, _ = strings.Cut(rest, " ")
		if strings.HasPrefix(flag, "--from=") {
			return nil
		}
		rest = strings.TrimSpace(rest)
	}
	var words []string
	if !strings.HasPrefix(rest, "[") || json.Unmarshal([]byte(rest), &words) != nil {
		words = strings.Fields(rest)
	}
	if len(words) < 2 {
		return nil
	}
	return words[:len(words)-1]
}
