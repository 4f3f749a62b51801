// Package context holds the rules about the build context: what an ignore file
// keeps away, and what COPY and ADD take.
package context
