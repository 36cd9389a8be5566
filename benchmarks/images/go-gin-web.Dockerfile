# syntax=docker/dockerfile:1
FROM golang:1.26-bookworm AS build
ENV CGO_ENABLED=0
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY main.go ./
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -ldflags="-s -w" -o /greeter .

FROM gcr.io/distroless/static-debian12:nonroot
ENV GIN_MODE=release PORT=8085
WORKDIR /app
COPY templates/ templates/
COPY --from=build /greeter /usr/local/bin/greeter
EXPOSE 8085
CMD ["/usr/local/bin/greeter"]
