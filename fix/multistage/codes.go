package multistage

// Code is a stable name for the reason of a refusal.
type Code string

// The codes. They are part of the JSON that dlint split prints.
const (
	BrokenFile        Code = "broken-file"         // the Dockerfile does not parse
	NoStage           Code = "no-stage"            // there is no FROM
	AlreadyMultiStage Code = "already-multi-stage" // two stages or more
	WindowsImage      Code = "windows"             // Windows containers
	OnbuildTriggers   Code = "onbuild"             // ONBUILD in the file or in the base
	VariableBase      Code = "variable-base"       // FROM $BASE
	UnknownBase       Code = "unknown-base"        // nothing is known of the base image
	GPUBase           Code = "gpu-base"            // CUDA and the like
	NoContext         Code = "no-context"          // the build context is not known
	NoLaunch          Code = "no-launch"           // no CMD and no ENTRYPOINT
	UnreadLaunch      Code = "unread-launch"       // a start command that cannot be read
	DevServer         Code = "dev-server"          // nodemon, vite, flask run --debug
	StartCompiles     Code = "start-compiles"      // go run, mvn spring-boot:run
	StartBuilds       Code = "start-builds"        // npm run build && npm start
	ToolboxImage      Code = "toolbox-image"       // an image of tools, without a program
	NothingToDrop     Code = "nothing-to-drop"     // a split would gain nothing
	OutputUnknown     Code = "output-unknown"      // make, scripts
	SystemPrefix      Code = "system-prefix"       // make install and the like
	TargetReferenced  Code = "target-referenced"   // compose, bake or --target names a stage
	UnreadShell       Code = "unread-shell"        // shell text that cannot be read
	SecretCopied      Code = "secret-copied"       // the copied folder holds a secret
	SecretArg         Code = "secret-arg"          // a carried instruction needs a secret
	VolumeOnBuild     Code = "volume-on-build"     // VOLUME on what is built
	Ownership         Code = "ownership"           // owners that COPY cannot keep
	UserUnknown       Code = "user-unknown"        // USER that the new base lacks
	MissingTool       Code = "missing-tool"        // HEALTHCHECK, scripts or programs need a tool
	NeedsShell        Code = "needs-shell"         // the chosen base has no shell
	ScriptUnknown     Code = "script-unknown"      // a start script that is not in the context
	LaunchNotBuilt    Code = "launch-not-built"    // the start command names what no step makes
	NoCounterpart     Code = "no-counterpart"      // no smaller image of the same release
	RuntimeNotOffered Code = "runtime-not-offered" // --runtime asks for what the recipe lacks
	ReadsWorkdir      Code = "reads-workdir"       // the program reads files by computed names
	NeedsCgo          Code = "needs-cgo"           // C code in a Go program
	MissingManifest   Code = "missing-manifest"    // package.json, go.mod, ... not in the context
	UnreadManifest    Code = "unread-manifest"     // a manifest that cannot be read
	Monorepo          Code = "monorepo"            // workspaces, several packages
	DevDependency     Code = "dev-dependency"      // the program imports what is only for development
	SystemLibraries   Code = "system-libraries"    // libraries whose run-time package is not known
	NeedsBrowser      Code = "needs-browser"       // puppeteer, playwright
	Editable          Code = "editable-install"    // pip install -e
	CondaEnv          Code = "conda"               // conda environments
	NotFatJar         Code = "not-fat-jar"         // a jar that needs others beside it
	WarPackaging      Code = "war"                 // needs an application server
)

func refuse(code Code, missing, message string) *Refusal {
	return &Refusal{Code: code, Missing: missing, Message: message}
}

// Advice reports whether a refusal is worth a finding: the file builds a program
// and ships its tools, and a fact is missing that the author could state. The
// others say that there is nothing to split.
func (c Code) Advice() bool {
	switch c {
	case OutputUnknown, SystemPrefix, UnreadLaunch, StartCompiles, StartBuilds, ReadsWorkdir,
		NeedsCgo, LaunchNotBuilt, SystemLibraries, DevDependency, NotFatJar, Ownership, SecretCopied, VolumeOnBuild:
		return true
	}
	return false
}
