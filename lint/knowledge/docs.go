package knowledge

import "strings"

const referencePage = "https://docs.docker.com/reference/dockerfile/"

// InstructionDoc explains an instruction, for hover and completion.
type InstructionDoc struct {
	// Name is in upper case; Syntax are its forms.
	Name   string
	Syntax []string
	// Doc is a paragraph of plain text.
	Doc   string
	Flags []FlagDoc
	// Anchor is the place in the reference; see [InstructionDoc.URL].
	Anchor string
	// Deprecated says what to write instead; empty when it is not.
	Deprecated string
}

// URL is where Docker documents the instruction.
func (d *InstructionDoc) URL() string { return referencePage + "#" + d.Anchor }

// FlagDoc explains a flag of an instruction.
type FlagDoc struct {
	// Name is without the dashes. Value is a placeholder for the value, empty for
	// flags that need none; Values are the choices, where there are only some.
	Name, Value string
	Values      []string
	Doc         string
	// Since is the version of the Dockerfile syntax that brought it; empty: since
	// ever.
	Since string
	// Repeats says that the flag may be given more than once.
	Repeats bool
	Anchor  string
}

// URL is where Docker documents the flag.
func (f FlagDoc) URL() string { return referencePage + "#" + f.Anchor }

// InstructionOf finds an instruction, case aside.
func InstructionOf(name string) (*InstructionDoc, bool) {
	for i := range instructions {
		if strings.EqualFold(instructions[i].Name, name) {
			return &instructions[i], true
		}
	}
	return nil, false
}

// FlagOf finds a flag of the instruction; the name is without dashes.
func (d *InstructionDoc) FlagOf(name string) (FlagDoc, bool) {
	for _, f := range d.Flags {
		if f.Name == name {
			return f, true
		}
	}
	return FlagDoc{}, false
}

// Instructions are all instructions in the order of the alphabet. They must not
// be changed.
func Instructions() []InstructionDoc { return instructions[:] }

var instructions = [...]InstructionDoc{
	{
		Name: "ADD", Anchor: "add",
		Syntax: []string{"ADD [OPTIONS] <src> ... <dest>", `ADD [OPTIONS] ["<src>", ... "<dest>"]`},
		Doc: "Adds files to the image: from the build context, from a URL, or from a git repository. A local archive (tar, gzip, bzip2, xz) is unpacked." +
			" For plain local files COPY says what is meant. A download is best given a --checksum.",
		Flags: []FlagDoc{
			{Name: "keep-git-dir", Values: boolValues, Doc: "Keeps the .git directory of a repository that is added.", Since: "1.1", Anchor: "add---keep-git-dir"},
			{Name: "checksum", Value: "<hash>", Doc: "Fails unless the download has this digest (sha256:...), or the repository this commit.", Since: "1.6", Anchor: "add---checksum"},
			{Name: "chmod", Value: "<perms>", Doc: "Sets the mode of the files: octal, or symbolic as in u=rwX,go=rX.", Since: "1.2", Anchor: "add---chmod"},
			{Name: "chown", Value: "<user>:<group>", Doc: "Sets the owner. Names are looked up in the image; without the flag files belong to 0:0.", Anchor: "add---chown"},
			{Name: "link", Values: boolValues, Doc: "Makes a layer of its own that stays valid when the layers below change.", Since: "1.4", Anchor: "add---link"},
			{Name: "unpack", Values: boolValues, Doc: "Unpacks archives or not, whatever they are: without the flag, local ones are unpacked and remote ones are not.", Since: "1.17", Anchor: "add---unpack"},
			{Name: "exclude", Value: "<pattern>", Doc: "Leaves out what matches the pattern.", Since: "1.19", Repeats: true, Anchor: "add---exclude"},
		},
	},
	{
		Name: "ARG", Anchor: "arg", Syntax: []string{"ARG <name>[=<default>] ..."},
		Doc: "Declares a variable that --build-arg can set. It holds to the end of the stage; one before the first FROM is for FROM lines only, and a stage gets it by declaring it again." +
			" Its value can be read in the history of the image: it is no place for a secret.",
	},
	{
		Name: "CMD", Anchor: "cmd", Syntax: []string{`CMD ["executable", "arg", ...]`, `CMD ["arg", ...]`, "CMD command arg ..."},
		Doc: "Says what a container runs when nothing else is asked for, or which arguments ENTRYPOINT gets. The last one of a stage counts." +
			" In the form with brackets the program runs by itself and gets the signals; the other form runs it in a shell, which keeps them.",
	},
	{
		Name: "COPY", Anchor: "copy", Syntax: []string{"COPY [OPTIONS] <src> ... <dest>", `COPY [OPTIONS] ["<src>", ... "<dest>"]`},
		Doc: "Copies files from the build context, or with --from from another stage or image. Sources are relative to the context and cannot lie outside." +
			" With several sources, or a directory as the target, the target ends in a slash. What .dockerignore excludes cannot be copied.",
		Flags: []FlagDoc{
			{Name: "from", Value: "<stage|image|context>", Doc: "Copies from a stage, an image or a named context instead of the build context.", Anchor: "copy---from"},
			{Name: "chmod", Value: "<perms>", Doc: "Sets the mode of the files: octal, or symbolic as in u=rwX,go=rX.", Since: "1.2", Anchor: "copy---chmod"},
			{Name: "chown", Value: "<user>:<group>", Doc: "Sets the owner. Names are looked up in the image; without the flag files belong to 0:0, whatever USER says.", Anchor: "copy---chown"},
			{Name: "link", Values: boolValues, Doc: "Makes a layer of its own that stays valid when the layers below change. Symbolic links in the target are not followed.", Since: "1.4", Anchor: "copy---link"},
			{Name: "parents", Values: boolValues, Doc: "Keeps the directories of the sources. A /./ in the source says from where on.", Since: "1.20", Anchor: "copy---parents"},
			{Name: "exclude", Value: "<pattern>", Doc: "Leaves out what matches the pattern.", Since: "1.19", Repeats: true, Anchor: "copy---exclude"},
		},
	},
	{
		Name: "ENTRYPOINT", Anchor: "entrypoint", Syntax: []string{`ENTRYPOINT ["executable", "arg", ...]`, "ENTRYPOINT command arg ..."},
		Doc: "Says what a container always runs; CMD and the arguments of docker run come behind it. The form without brackets runs a shell, ignores CMD, and keeps signals from the program." +
			" Setting it clears a CMD of the base image.",
	},
	{
		Name: "ENV", Anchor: "env", Syntax: []string{"ENV <key>=<value> ..."},
		Doc: "Sets environment variables for the rest of the build and for containers. Everybody who has the image can read them: a secret does not belong here." +
			" A variable for one command is better set in its RUN.",
	},
	{
		Name: "EXPOSE", Anchor: "expose", Syntax: []string{"EXPOSE <port>[/<protocol>] ..."},
		Doc: "Notes on which ports the program listens, TCP unless /udp follows. It opens nothing: docker run -p does.",
	},
	{
		Name: "FROM", Anchor: "from", Syntax: []string{"FROM [--platform=<platform>] <image>[:<tag>][@<digest>] [AS <name>]"},
		Doc: "Begins a stage on a base image, on an earlier stage, or on the empty image scratch. The last stage is the result unless --target says otherwise." +
			" Without a tag, latest is meant, which is another image from time to time.",
		Flags: []FlagDoc{
			{Name: "platform", Value: "<os/arch>", Doc: "Takes the image for this platform. $BUILDPLATFORM builds on the machine's own, for cross compilation.", Anchor: "from"},
		},
	},
	{
		Name: "HEALTHCHECK", Anchor: "healthcheck", Syntax: []string{"HEALTHCHECK [OPTIONS] CMD command", "HEALTHCHECK NONE"},
		Doc: "Says how Docker finds out whether the program works: exit status 0 is healthy, 1 is not. NONE drops the check of the base image. Kubernetes has probes of its own and ignores it.",
		Flags: []FlagDoc{
			{Name: "interval", Value: "<duration>", Doc: "How long to wait between checks. Without the flag: 30s.", Anchor: "healthcheck"},
			{Name: "timeout", Value: "<duration>", Doc: "How long a check may take. Without the flag: 30s.", Anchor: "healthcheck"},
			{Name: "start-period", Value: "<duration>", Doc: "For how long after the start failures do not count. Without the flag: 0s.", Anchor: "healthcheck"},
			{Name: "start-interval", Value: "<duration>", Doc: "How long to wait between checks during the start period. Without the flag: 5s. Needs Docker Engine 25.", Anchor: "healthcheck"},
			{Name: "retries", Value: "<n>", Doc: "How many failures in a row make the container unhealthy. Without the flag: 3.", Anchor: "healthcheck"},
		},
	},
	{
		Name: "LABEL", Anchor: "label", Syntax: []string{"LABEL <key>=<value> ..."},
		Doc: "Adds notes to the image that tools can read. The keys under org.opencontainers.image are defined for all: title, source, version, licenses and others.",
	},
	{
		Name: "MAINTAINER", Anchor: "maintainer-deprecated", Syntax: []string{"MAINTAINER <name>"},
		Doc: "Names the author of the image.", Deprecated: "LABEL org.opencontainers.image.authors",
	},
	{
		Name: "ONBUILD", Anchor: "onbuild", Syntax: []string{"ONBUILD <INSTRUCTION>"},
		Doc: "Keeps an instruction for later: it runs right behind the FROM of every build that uses this image as its base, once. FROM, MAINTAINER and ONBUILD itself cannot be kept.",
	},
	{
		Name: "RUN", Anchor: "run", Syntax: []string{"RUN [OPTIONS] <command> ...", `RUN [OPTIONS] ["<command>", "arg", ...]`, "RUN [OPTIONS] <<EOF"},
		Doc: "Runs a command and keeps what it changes as a layer. A file that a later RUN deletes is still in the earlier layer. The result is reused until the text of the command, or something above it, changes.",
		Flags: []FlagDoc{
			{Name: "mount", Value: "type=<type>,...", Doc: "Makes files available during this command that do not stay in the layer: a cache, a secret, an SSH agent, files of a stage.", Since: "1.2", Repeats: true, Anchor: "run---mount"},
			{Name: "network", Values: []string{"default", "none", "host"}, Doc: "Says which network the command sees. none proves that a step needs no downloads; host needs a permission of the builder.", Since: "1.3", Anchor: "run---network"},
			{Name: "security", Values: []string{"sandbox", "insecure"}, Doc: "insecure runs the command with all privileges, as far as the builder permits it.", Since: "1.20", Anchor: "run---security"},
			{Name: "device", Value: "name=<name>,...", Doc: "Makes a device (CDI) available to the command.", Since: "1.27", Repeats: true, Anchor: "run---device"},
		},
	},
	{
		Name: "SHELL", Anchor: "shell", Syntax: []string{`SHELL ["executable", "arg", ...]`},
		Doc: "Sets the shell for commands written without brackets, from here to the end of the stage. Without it: /bin/sh -c, on Windows cmd /S /C.",
	},
	{
		Name: "STOPSIGNAL", Anchor: "stopsignal", Syntax: []string{"STOPSIGNAL <signal>"},
		Doc: "Says with which signal a container is asked to stop, by name or number. Without it: SIGTERM. What runs on after the time limit is killed.",
	},
	{
		Name: "USER", Anchor: "user", Syntax: []string{"USER <user>[:<group>]", "USER <UID>[:<GID>]"},
		Doc: "Sets the user for the RUN, CMD and ENTRYPOINT that follow, and for containers. COPY and ADD still make files of root. A number works without an entry in /etc/passwd, and lets Kubernetes see that it is not root.",
	},
	{
		Name: "VOLUME", Anchor: "volume", Syntax: []string{`VOLUME ["<path>", ...]`, "VOLUME <path> ..."},
		Doc: "Marks directories whose contents live outside of the container. What later instructions change in them may be lost.",
	},
	{
		Name: "WORKDIR", Anchor: "workdir", Syntax: []string{"WORKDIR <path>"},
		Doc: "Sets the directory for the instructions that follow and for containers, and makes it if need be. A relative path goes on from the one before.",
	},
}

var boolValues = []string{"true", "false"}

// MountOptionDoc explains an option of RUN --mount.
type MountOptionDoc struct {
	Name string
	// Aliases mean the same.
	Aliases []string
	Value   string
	Values  []string
	Doc     string
	Since   string
}

// MountTypeDoc explains a type of RUN --mount.
type MountTypeDoc struct {
	Name, Doc, Anchor string
	Options           []MountOptionDoc
}

// URL is where Docker documents the type.
func (d *MountTypeDoc) URL() string { return referencePage + "#" + d.Anchor }

// MountTypes are the types of RUN --mount; the first is meant when none is
// named. They must not be changed.
func MountTypes() []MountTypeDoc { return mountTypes[:] }

// MountTypeOf finds a type; the empty name is bind.
func MountTypeOf(name string) (*MountTypeDoc, bool) {
	if name == "" {
		name = "bind"
	}
	for i := range mountTypes {
		if mountTypes[i].Name == name {
			return &mountTypes[i], true
		}
	}
	return nil, false
}

// OptionOf finds an option by its name or an alias.
func (d *MountTypeDoc) OptionOf(name string) (MountOptionDoc, bool) {
	for _, o := range d.Options {
		if o.Name == name {
			return o, true
		}
		for _, a := range o.Aliases {
			if a == name {
				return o, true
			}
		}
	}
	return MountOptionDoc{}, false
}

var targetAliases = []string{"dst", "destination"}

var mountTypes = [...]MountTypeDoc{
	{
		Name: "bind", Anchor: "run---mounttypebind", Doc: "Shows files of the build context, a stage or an image at a path, for this command only.",
		Options: []MountOptionDoc{
			{Name: "target", Aliases: targetAliases, Value: "<path>", Doc: "Where the files are shown."},
			{Name: "source", Aliases: []string{"src"}, Value: "<path>", Doc: "What is shown. Without it: everything. Only this is compared when the cache is asked."},
			{Name: "from", Value: "<stage|image|context>", Doc: "Where the files come from. Without it: the build context."},
			{Name: "rw", Aliases: []string{"readwrite"}, Values: boolValues, Doc: "Lets the command write; what it writes is thrown away."},
		},
	},
	{
		Name: "cache", Anchor: "run---mounttypecache", Doc: "Keeps a directory from build to build, outside of the image: downloads of package managers, results of compilers. A build must work when it is empty.",
		Options: []MountOptionDoc{
			{Name: "id", Value: "<name>", Doc: "Tells caches apart. Without it: the target."},
			{Name: "target", Aliases: targetAliases, Value: "<path>", Doc: "Where the directory is."},
			{Name: "ro", Aliases: []string{"readonly"}, Values: boolValues, Doc: "Forbids writing."},
			{Name: "sharing", Values: []string{"shared", "private", "locked"}, Doc: "What builds at the same time do: share it, get one each, or wait. Without it: shared."},
			{Name: "from", Value: "<stage|image|context>", Doc: "What the cache starts with. Without it: nothing."},
			{Name: "source", Aliases: []string{"src"}, Value: "<path>", Doc: "The directory in from."},
			{Name: "mode", Value: "<octal>", Doc: "The mode of a new directory. Without it: 0755."},
			{Name: "uid", Value: "<n>", Doc: "The owner of a new directory. Without it: 0, so that another user cannot write."},
			{Name: "gid", Value: "<n>", Doc: "The group of a new directory. Without it: 0."},
		},
	},
	{
		Name: "tmpfs", Anchor: "run---mounttypetmpfs", Doc: "Puts an empty directory in memory at a path.",
		Options: []MountOptionDoc{
			{Name: "target", Aliases: targetAliases, Value: "<path>", Doc: "Where the directory is."},
			{Name: "size", Value: "<bytes>", Doc: "How much it can hold."},
		},
	},
	{
		Name: "secret", Anchor: "run---mounttypesecret", Doc: "Shows a secret to this command, as a file or a variable. It does not get into the image, its history or the cache, unless the command copies it.",
		Options: []MountOptionDoc{
			{Name: "id", Value: "<name>", Doc: "Which secret: the id of docker build --secret. Without it: the last part of the target."},
			{Name: "target", Aliases: targetAliases, Value: "<path>", Doc: "Where the file is. Without it: /run/secrets/ and the id, unless env is given."},
			{Name: "env", Value: "<name>", Doc: "A variable that holds the secret, instead of a file.", Since: "1.10"},
			{Name: "required", Values: boolValues, Doc: "Fails when the secret is not given. Without it, the command runs as if nothing were."},
			{Name: "mode", Value: "<octal>", Doc: "The mode of the file. Without it: 0400."},
			{Name: "uid", Value: "<n>", Doc: "The owner of the file. Without it: 0."},
			{Name: "gid", Value: "<n>", Doc: "The group of the file. Without it: 0."},
		},
	},
	{
		Name: "ssh", Anchor: "run---mounttypessh", Doc: "Lets this command use the SSH keys of the one who builds, through an agent: the keys themselves stay outside.",
		Options: []MountOptionDoc{
			{Name: "id", Value: "<name>", Doc: "Which agent or key: the id of docker build --ssh. Without it: default."},
			{Name: "target", Aliases: targetAliases, Value: "<path>", Doc: "Where the socket is. Without it: /run/buildkit/ssh_agent.N."},
			{Name: "required", Values: boolValues, Doc: "Fails when the agent is not given."},
			{Name: "mode", Value: "<octal>", Doc: "The mode of the socket. Without it: 0600."},
			{Name: "uid", Value: "<n>", Doc: "The owner of the socket. Without it: 0."},
			{Name: "gid", Value: "<n>", Doc: "The group of the socket. Without it: 0."},
		},
	},
}

// VariableDoc explains a variable that builds know without being told.
type VariableDoc struct{ Name, Doc string }

// PredefinedArgs are the build arguments that exist undeclared: the proxies,
// which RUN sees, and those for the builder.
func PredefinedArgs() []VariableDoc { return predefinedArgs[:] }

// PlatformArgs are the arguments about platforms. FROM sees them; a stage must
// declare them.
func PlatformArgs() []VariableDoc { return platformArgs[:] }

var predefinedArgs = [...]VariableDoc{
	{"HTTP_PROXY", "The proxy for http. It is neither in the history nor part of the cache's key."},
	{"http_proxy", "As HTTP_PROXY."},
	{"HTTPS_PROXY", "The proxy for https."},
	{"https_proxy", "As HTTPS_PROXY."},
	{"FTP_PROXY", "The proxy for ftp."},
	{"ftp_proxy", "As FTP_PROXY."},
	{"NO_PROXY", "The hosts that are reached without a proxy."},
	{"no_proxy", "As NO_PROXY."},
	{"ALL_PROXY", "The proxy for everything."},
	{"all_proxy", "As ALL_PROXY."},
	{"SOURCE_DATE_EPOCH", "The time that the image and its files get, in seconds, for builds that can be repeated."},
	{"BUILDKIT_INLINE_CACHE", "Writes cache metadata into the image."},
	{"BUILDKIT_MULTI_PLATFORM", "Makes the output the same for one platform as for several."},
	{"BUILDKIT_CONTEXT_KEEP_GIT_DIR", "Keeps .git when the context is a git repository."},
	{"BUILDKIT_SANDBOX_HOSTNAME", "The name of the host that commands see."},
	{"BUILDKIT_CACHE_MOUNT_NS", "A prefix for the ids of cache mounts."},
	{"BUILDKIT_BUILD_NAME", "The name of the build in its history."},
	{"BUILDKIT_SYNTAX", "The frontend that reads the Dockerfile."},
}

var platformArgs = [...]VariableDoc{
	{"TARGETPLATFORM", "What the image is built for: linux/arm64."},
	{"TARGETOS", "The operating system of TARGETPLATFORM."},
	{"TARGETARCH", "The architecture of TARGETPLATFORM."},
	{"TARGETVARIANT", "The variant of TARGETPLATFORM: v7."},
	{"BUILDPLATFORM", "What the builder runs on."},
	{"BUILDOS", "The operating system of BUILDPLATFORM."},
	{"BUILDARCH", "The architecture of BUILDPLATFORM."},
	{"BUILDVARIANT", "The variant of BUILDPLATFORM."},
}
