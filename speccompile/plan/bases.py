"""What is in the images that stages start from: the one table. An image that is not in it is taken to hold nothing.

``programs`` are those that generated lines start in an image of the family; ``flock`` is util-linux', which Debian and Ubuntu bring and whose
options BusyBox' does not have; ``timeout`` is coreutils' or BusyBox', which take ``-k`` alike. Checked against the images' own package lists: Debian 12
and 13 (https://packages.debian.org/bookworm/util-linux), Alpine 3.20 (https://pkgs.alpinelinux.org), distroless
(https://github.com/GoogleContainerTools/distroless/tree/main/base), Ubuntu's chiseled images of .NET
(https://github.com/dotnet/dotnet-docker/blob/main/documentation/ubuntu-chiseled.md).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from speccompile.record import record
from speccompile.wildcard import fits

Family: TypeAlias = Literal["debian", "ubuntu", "alpine", "distroless", "unknown"]

_DEBIANS = ("sh", "install", "flock", "timeout")


@record()
class Contents:
    """What images of a name hold: their family, its C library and package manager, and programs on PATH."""

    pattern: str
    family: Family
    libc: Literal["glibc", "musl"] | None
    installer: Literal["apt-get", "apk"] | None
    programs: tuple[str, ...]


def _debian(pattern: str, *programs: str) -> Contents:
    return Contents(pattern, "debian", "glibc", "apt-get", (*_DEBIANS, *programs))


def _ubuntu(pattern: str, *programs: str) -> Contents:
    return Contents(pattern, "ubuntu", "glibc", "apt-get", (*_DEBIANS, *programs))


def _alpine(pattern: str, *programs: str) -> Contents:
    return Contents(pattern, "alpine", "musl", "apk", ("sh", "timeout", "wget", *programs))


def _distroless(pattern: str, *programs: str, libc: Literal["glibc"] | None = "glibc") -> Contents:
    return Contents(pattern, "distroless", libc, None, programs)


BASES = (
    _distroless("gcr.io/distroless/static-debian12:*", libc=None),
    _distroless("gcr.io/distroless/cc-debian12:*"),
    _distroless("gcr.io/distroless/java*-debian12:*", "java"),
    _distroless("gcr.io/distroless/nodejs*-debian12:*"),  # node is /nodejs/bin/node there, which PATH does not name
    _distroless("mcr.microsoft.com/dotnet/*-chiseled*", "dotnet"),
    _ubuntu("mcr.microsoft.com/dotnet/*-noble", "dotnet"),
    _debian("elixir:*-slim", "elixir", "mix"),
    _debian("erlang:*-slim", "escript"),
    _debian("debian:*"),
    _debian("python:*-slim*", "python"),
    _debian("node:*-slim", "node", "npm"),
    _debian("oven/bun:*", "bun"),
    _debian("denoland/deno:*", "deno"),
    _debian("php:*-cli-bookworm", "bash", "php"),
    _debian("php:*-fpm-bookworm", "bash", "php", "php-fpm"),
    _debian("ruby:*-slim-bookworm", "ruby", "bundle"),
    Contents("composer:*", "alpine", "musl", "apk", ("sh", "composer", "php")),
    _debian("golang:*-bookworm", "go"),
    _debian("rust:*-slim-bookworm", "cargo"),
    _ubuntu("eclipse-temurin:*", "java"),
    _ubuntu("maven:*-eclipse-temurin-*", "java", "mvn"),
    _ubuntu("gradle:*-jdk*", "java", "gradle"),
    _alpine("nginx:*-alpine", "nginx"),
    _alpine("caddy:*-alpine", "caddy"),
    _alpine("nginxinc/nginx-unprivileged:*-alpine-slim", "nginx"),
)

_UNKNOWN = Contents("*", "unknown", None, None, ())


def contents(reference: str) -> Contents:
    """What the image *reference* (with its tag) holds."""
    return next((known for known in BASES if fits(reference, known.pattern)), _UNKNOWN)
