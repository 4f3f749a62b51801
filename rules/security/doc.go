// Package security holds the rules about users, permissions, downloads and what
// an image trusts.
package security
