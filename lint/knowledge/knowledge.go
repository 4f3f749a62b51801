// Package knowledge holds what dlint knows about the world around Dockerfiles:
// base images and their ends of life, package managers and the files they want,
// the names that secrets go by, what projects leave lying about. It is tables
// with small accessors; it knows no rule and parses no Dockerfile.
//
// Tables cost nothing until asked: they are arrays in the binary, switches, or
// data that is parsed by its first use.
package knowledge
