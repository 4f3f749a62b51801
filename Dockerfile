# dlint in an image of its own: docker run --rm -v "$PWD:/work:ro" IMAGE

# build runs on the platform that builds and compiles for the one that is asked for.
FROM --platform=$BUILDPLATFORM golang:1.26.8 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod,sharing=locked \
    go mod download
COPY cmd cmd
COPY fix fix
# dlint ignore=secret-in-copied-source -- patterns that secrets are found by
COPY lint lint
COPY lsp lsp
COPY rules rules
ARG TARGETOS TARGETARCH
ARG VERSION=
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -ldflags "-s -w -X main.release=$VERSION" -o /out/dlint ./cmd/dlint

FROM gcr.io/distroless/static-debian12:nonroot
LABEL org.opencontainers.image.title="dlint" \
      org.opencontainers.image.description="Lints and fixes Dockerfiles" \
      org.opencontainers.image.source="https://github.com/dlint/dlint" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /out/dlint /usr/bin/dlint
WORKDIR /work
# The user of the base image; written out, because it must not change.
USER 65532:65532
ENTRYPOINT ["/usr/bin/dlint"]
