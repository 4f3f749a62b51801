package dockerfile

// Kinds is a set of kinds of instructions, by name.
type Kinds uint32

// KindsOf returns the kinds with the names, which are written in capitals. Names
// that are no instructions are in no set.
func KindsOf(names ...string) Kinds {
	var k Kinds
	for _, n := range names {
		k |= kindOf(n)
	}
	return k
}

// In reports whether the instruction is of one of the kinds.
func (i *Instruction) In(k Kinds) bool { return i.kind&k != 0 }

func kindOf(name string) Kinds {
	switch name {
	case "ADD":
		return 1 << 0
	case "ARG":
		return 1 << 1
	case "CMD":
		return 1 << 2
	case "COPY":
		return 1 << 3
	case "ENTRYPOINT":
		return 1 << 4
	case "ENV":
		return 1 << 5
	case "EXPOSE":
		return 1 << 6
	case "FROM":
		return 1 << 7
	case "HEALTHCHECK":
		return 1 << 8
	case "LABEL":
		return 1 << 9
	case "MAINTAINER":
		return 1 << 10
	case "ONBUILD":
		return 1 << 11
	case "RUN":
		return 1 << 12
	case "SHELL":
		return 1 << 13
	case "STOPSIGNAL":
		return 1 << 14
	case "USER":
		return 1 << 15
	case "VOLUME":
		return 1 << 16
	case "WORKDIR":
		return 1 << 17
	}
	return 0
}
