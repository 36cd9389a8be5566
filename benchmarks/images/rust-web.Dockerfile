# syntax=docker/dockerfile:1
FROM rust:1.95-slim-bookworm AS build
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
RUN mkdir src && echo "fn main() {}" > src/main.rs
RUN --mount=type=cache,target=/usr/local/cargo/registry cargo build --release --locked
COPY HELP.txt ./
COPY static/ static/
COPY src/ src/
RUN --mount=type=cache,target=/usr/local/cargo/registry touch src/main.rs && cargo build --release --locked

FROM gcr.io/distroless/cc-debian12:nonroot
ENV PORT=8088
WORKDIR /app
COPY static/ static/
COPY --from=build /app/target/release/notes /usr/local/bin/notes
EXPOSE 8088
CMD ["/usr/local/bin/notes"]
