package verify

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// listeningPorts returns the TCP ports that are open in the network of a process,
// in order. It is an error where /proc does not tell.
func listeningPorts(pid string) ([]string, error) {
	var numbers []int
	for _, table := range [...]string{"tcp", "tcp6"} {
		data, err := os.ReadFile("/proc/" + pid + "/net/" + table)
		if err != nil {
			if table == "tcp6" {
				continue // a system without IPv6
			}
			return nil, fmt.Errorf("reading the open ports: %w", err)
		}
		for line := range strings.SplitSeq(string(data), "\n") {
			if n, ok := listeningPort(line); ok && !slices.Contains(numbers, n) {
				numbers = append(numbers, n)
			}
		}
	}
	slices.Sort(numbers)
	out := make([]string, len(numbers))
	for k, n := range numbers {
		out[k] = strconv.Itoa(n)
	}
	return out, nil
}

// listeningPort reads a line of /proc/net/tcp; the state of a socket that listens
// is 0A.
func listeningPort(line string) (int, bool) {
	fields := strings.Fields(line)
	if len(fields) < 4 || fields[3] != "0A" {
		return 0, false
	}
	_, port, _ := strings.Cut(fields[1], ":")
	n, err := strconv.ParseUint(port, 16, 16)
	return int(n), err == nil
}
