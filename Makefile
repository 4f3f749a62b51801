# make test needs Go alone. Tools that are Go programs are installed into bin/ by the
# targets that need them, and packages from npm beside what uses them.
GO ?= go
export CGO_ENABLED ?= 0

GOLANGCI_VERSION := 2.12.2
GOLANGCI := bin/golangci-lint-$(GOLANGCI_VERSION)
GORELEASER_VERSION := 2.12.0
GORELEASER ?= bin/goreleaser-$(GORELEASER_VERSION)
CYCLONEDX_VERSION := 1.9.0
CYCLONEDX ?= bin/cyclonedx-gomod-$(CYCLONEDX_VERSION)
GOVULNCHECK_VERSION := 1.9.0
GOVULNCHECK := bin/govulncheck-$(GOVULNCHECK_VERSION)
FUZZTIME ?= 30s
# A folder of Dockerfiles, or one that holds a materialize.py that lays them out.
CORPUS ?= ../shared/corpus

# BUILDCTL and BUILDKIT_HOST say where a BuildKit is; or DLINT_LAB is a folder
# with bin/buildctl and buildkitd.sock.
export BUILDCTL BUILDKIT_HOST DLINT_LAB

.PHONY: build test faults lint fmt generate rule fuzz fuzz-seeds report bench bench-lsp oracle lab corpus mutate secrets-report gitleaks cross platforms vuln release-check e2e e2e-tools ci ci-checks clean

build: ## build bin/dlint
	$(GO) build -trimpath -o bin/dlint ./cmd/dlint

test: ## run all tests
	$(GO) test ./...

faults: ## kill dlint --fix 500 times, and try every command on files made to be slow
	$(GO) test -count=1 -timeout 60m -v -run '^Test(Kill|Bombs|Tree)$$' ./cmd/dlint -kills 500 -long

lint: $(GOLANGCI) ## check the code
	$(GOLANGCI) run ./...
	$(GOLANGCI) fmt --diff ./...

fmt: $(GOLANGCI) ## format the code
	$(GOLANGCI) fmt ./...

generate: ## write the list of rules and its documentation
	$(GO) run ./rules/gen

rule: ## make the files of a new rule: make rule NAME=secrets/secret-in-env
	@test -n "$(NAME)" || { echo "name the rule: make rule NAME=category/rule-id"; exit 2; }
	$(GO) run ./rules/gen -new "$(NAME)"

fuzz: ## run every fuzz test for FUZZTIME
	@set -e; for dir in $$(grep -rl --include='*_test.go' '^func Fuzz' . --exclude-dir=oracle | xargs -n1 dirname | sort -u); do \
		for name in $$(grep -h -o '^func Fuzz[A-Za-z0-9_]*' $$dir/*_test.go | cut -c6-); do \
			echo "$$dir $$name"; \
			$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$dir; \
		done; \
	done

fuzz-seeds: ## let fuzz start from the Dockerfiles of CORPUS, too
	cd testdata/oracle && $(GO) run ./seeds "$(abspath $(CORPUS))"

# The Dockerfiles of CORPUS, laid out where a script does it.
LAID_OUT = $(if $(wildcard $(CORPUS)/materialize.py),bin/corpus,$(wildcard $(CORPUS)))

report: build ## measure all into bin/report.md and its curves; REPORTFLAGS="-scale 0.1" for a small one
	cd testdata/report && npm ci --no-audit --no-fund --silent || echo "other linters from npm cannot be installed"
	[ ! -f "$(CORPUS)/materialize.py" ] || python3 "$(CORPUS)/materialize.py" dockerfiles bin/corpus >/dev/null
	{ PATH="$(CURDIR)/testdata/report/node_modules/.bin:$$PATH" \
		$(GO) run ./testdata/report -dlint bin/dlint -corpus "$(LAID_OUT)" -svg bin/report.svg $(REPORTFLAGS) && \
	printf '\n## BuildKit\n\n```text\n' && \
	(cd testdata/oracle && $(GO) run ./bench -dlint ../../bin/dlint $(BENCHFLAGS) "$(abspath $(CORPUS))") && \
	printf '```\n'; } >bin/report.new
	mv bin/report.new bin/report.md
	@cat bin/report.md

bench: build ## measure against BuildKit's bare parse, over CORPUS
	cd testdata/oracle && $(GO) run ./bench -dlint ../../bin/dlint $(BENCHFLAGS) "$(abspath $(CORPUS))"

bench-lsp: build ## measure the language server against one from npm
	cd testdata/lspbench && npm install --no-audit --no-fund --silent
	$(GO) run ./testdata/lspbench -dlint bin/dlint $(BENCHFLAGS)

oracle: ## prove with BuildKit's converter that safe fixes are safe
	cd testdata/oracle && $(GO) vet ./... && $(GO) test ./...

corpus: build ## try dlint on the real Dockerfiles of CORPUS
	cd testdata/oracle && $(GO) run ./corpus -dlint ../../bin/dlint $(CORPUSFLAGS) "$(abspath $(CORPUS))"
	cd testdata/oracle && $(GO) run ./checks "$(abspath $(CORPUS))"

mutate: ## change Dockerfiles at random and prove that fixes leave them building; MUTATEFLAGS="-for 10m"
	cd testdata/oracle && $(GO) run ./mutate $(MUTATEFLAGS) "$(abspath $(CORPUS))"

secrets-report: ## measure what the rules about secrets find and miss
	SECRETS_REPORT=1 $(GO) test -v -count=1 -run TestLabelled ./rules/secrets

lab: build ## prove repairs, reorders, predictions and splits on a real BuildKit
	cd testdata/lab && $(GO) vet ./... && $(GO) run ./secrets -dlint "$(abspath bin/dlint)"
	cd testdata/lab && $(GO) test -count=1 -timeout 60m -v ./cache/...
	cd testdata/lab && $(GO) test -count=1 -timeout 120m -v ./split -dlint "$(abspath bin/dlint)" -figures "$(abspath testdata/apps/README.md)"

gitleaks: build ## compare with gitleaks, over CORPUS
	cd testdata/gitleaks && $(GO) run . -dlint "$(abspath bin/dlint)" "$(abspath $(CORPUS))"

cross: ## compile for the other systems
	GOOS=windows GOARCH=amd64 $(GO) vet ./...
	GOOS=darwin GOARCH=arm64 $(GO) vet ./...
	GOOS=linux GOARCH=386 $(GO) vet ./...

platforms: ## vet and build for linux, macOS and Windows on amd64 and arm64
	@set -e; for os in linux darwin windows; do for arch in amd64 arm64; do \
		echo "$$os/$$arch"; \
		GOOS=$$os GOARCH=$$arch $(GO) vet ./...; \
		GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -o /dev/null ./cmd/dlint; \
	done; done

vuln: $(GOVULNCHECK) ## look for known vulnerabilities in what dlint calls; needs the network
	@out=$$($(GOVULNCHECK) ./... 2>&1) && { echo "$$out"; exit 0; }; \
	echo "$$out"; \
	case "$$out" in \
	*"no such host"*|*"dial tcp"*|*"connection refused"*|*"i/o timeout"*|*"Forbidden"*) \
		echo "not checked: the vulnerability database cannot be reached from here" ;; \
	*) exit 1 ;; \
	esac

e2e: build e2e-tools ## try dlint in real clients: CI, pre-commit, Neovim, Emacs, Helix, Vim, VS Code
	editors/github-action/test.sh bin/dlint
	editors/pre-commit/test.sh
	editors/neovim/test/test.sh bin/dlint
	editors/emacs/test.sh bin/dlint
	python3 editors/others/test.py bin/dlint
	cd editors/vscode && npm ci --no-audit --no-fund && npm test
	editors/vscode/test/e2e/run.sh

# On Debian, as root, the clients are installed; elsewhere they must be there. What this
# Debian has not is left out, and the tests name it. VS Code comes from npm, by
# editors/vscode/test/e2e/install.sh, unless CODE_SERVER names one.
e2e-tools:
	@for p in pre-commit nvim emacs vim.nox python3 chromium rg g++ krb5-config; do command -v $$p >/dev/null || missing=1; done; \
	if [ -n "$$missing" ]; then \
		apt-get update -qq && \
		for p in elpa-eglot elpa-lsp-mode hx vim-ale; do apt-cache show $$p >/dev/null 2>&1 && more="$$more $$p"; done; \
		DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
			git pre-commit neovim emacs-nox elpa-dockerfile-mode vim-nox python3-yaml \
			chromium ripgrep build-essential pkg-config libkrb5-dev $$more; \
	fi
	@command -v npm >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends npm

release-check: ## build all that a release holds, for no one but this machine, and look into it
	@[ -x "$(GORELEASER)" ] || $(MAKE) --no-print-directory bin/goreleaser-$(GORELEASER_VERSION) || \
		{ echo "goreleaser $(GORELEASER_VERSION) cannot be installed, so the release is not checked"; exit 1; }
	@[ -x "$(CYCLONEDX)" ] || $(MAKE) --no-print-directory bin/cyclonedx-gomod-$(CYCLONEDX_VERSION)
	testdata/release/check.sh "$(GORELEASER)" "$(CYCLONEDX)"

bin/cyclonedx-gomod-%:
	GOBIN="$(abspath bin)" $(GO) install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v$*
	mv bin/cyclonedx-gomod $@

bin/goreleaser-%:
	GOBIN="$(abspath bin)" $(GO) install github.com/goreleaser/goreleaser/v2@v$*
	mv bin/goreleaser $@

ci: test ci-checks platforms vuln ## everything that must hold before a release; .ci/run has the first two

ci-checks: lint cross oracle ## what must hold besides make test: linters, the other systems, the oracle

$(GOLANGCI):
	GOBIN="$(abspath bin)" $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v$(GOLANGCI_VERSION)
	mv bin/golangci-lint $@

$(GOVULNCHECK):
	GOBIN="$(abspath bin)" $(GO) install golang.org/x/vuln/cmd/govulncheck@v$(GOVULNCHECK_VERSION)
	mv bin/govulncheck $@

clean:
	rm -rf bin
