"""npm packages that need something of Debian's: what, and why. The one table of them."""

from __future__ import annotations

from collections.abc import Iterable

from speccompile.record import record
from speccompile.regex import regex

_GYP = ("g++=4:*", "make=4.*", "python3=3.*")
_COMPILED = "it is compiled where no binary of it was published for the platform"


@record()
class Native:
    """A package: its name in the registry, what its installation needs, what it needs to run, and the reason."""

    name: str
    build: tuple[str, ...]
    runtime: tuple[str, ...]
    reason: str


NATIVE: tuple[Native, ...] = (
    Native("@prisma/client", ("openssl=3.*",), ("openssl=3.*",), "its query engine is linked against OpenSSL"),
    Native("@tensorflow/tfjs-node", _GYP, (), _COMPILED),
    Native("argon2", _GYP, (), _COMPILED),
    Native("bcrypt", _GYP, (), _COMPILED),
    Native("better-sqlite3", _GYP, (), _COMPILED),
    Native("bigint-buffer", _GYP, (), _COMPILED),
    Native("canvas", (), ("fontconfig=2.*", "fonts-dejavu-core=2.*"), "text is drawn with the fonts of the system"),
    Native("couchbase", ("ca-certificates=20*",), ("ca-certificates=20*",), "it reads the certificates of the system"),
    Native("deasync", _GYP, (), _COMPILED),
    Native("fluent-ffmpeg", (), ("ffmpeg=7:*",), "it runs ffmpeg"),
    Native("gm", (), ("graphicsmagick=1.4*",), "it runs gm"),
    Native("heapdump", _GYP, (), "it is always compiled"),
    Native("imagemagick", (), ("imagemagick=8:*",), "it runs convert"),
    Native("isolated-vm", _GYP, (), _COMPILED),
    Native("kerberos", (*_GYP, "libkrb5-dev=1.*"), ("libgssapi-krb5-2=1.*",), "it is linked against GSSAPI"),
    Native("libpq", (*_GYP, "libpq-dev=1*"), ("libpq5=1*",), "it is compiled against PostgreSQL's client library"),
    Native("microtime", _GYP, (), _COMPILED),
    Native("node-libcurl", (*_GYP, "libcurl4-openssl-dev=7.*"), ("libcurl4=7.*",), "it is linked against libcurl"),
    Native("node-pty", _GYP, (), _COMPILED),
    Native("node-rdkafka", (*_GYP, "libssl-dev=3.*", "zlib1g-dev=1:*"), (), "it compiles librdkafka"),
    Native("node-sass", _GYP, (), _COMPILED),
    Native("nodegit", (*_GYP, "libkrb5-dev=1.*", "libssl-dev=3.*"), ("libgssapi-krb5-2=1.*",), "it compiles libgit2"),
    Native("odbc", (*_GYP, "unixodbc-dev=2.*"), ("unixodbc=2.*",), "it is linked against unixODBC"),
    Native("pg-native", (*_GYP, "libpq-dev=1*"), ("libpq5=1*",), "it is compiled against PostgreSQL's client library"),
    Native("prisma", ("openssl=3.*",), (), "it chooses the engine that fits the OpenSSL of the system"),
    Native("puppeteer", (), ("chromium=1*", "fonts-liberation=1:*"), "it drives a browser"),
    Native("re2", _GYP, (), _COMPILED),
    Native("sqlite3", _GYP, (), _COMPILED),
    Native("usb", (*_GYP, "libudev-dev=25*"), ("libudev1=25*",), "it is linked against udev"),
    Native("zeromq", _GYP, (), _COMPILED),
)

# A browser of Debian's is used instead of one that the installation would download.
ENVIRONMENT = {
    "puppeteer": (("PUPPETEER_EXECUTABLE_PATH", "/usr/bin/chromium"), ("PUPPETEER_SKIP_DOWNLOAD", "true")),
}

HEADERS = ("npm_config_nodedir", "/usr/local")
"""Compilers take the headers of Node.js from its own image, instead of fetching them."""

_GIT = regex(r"git(\+|:|@|hub:|lab:)|bitbucket:|https?://[^ ]+\.git\b|[\w.-]+/[\w.-]+(#.*)?\Z")


def known(direct: frozenset[str], lock: str) -> tuple[Native, ...]:
    """The entries of the table for direct dependencies, and for what a lock's text names besides."""
    return tuple(one for one in NATIVE if one.name in direct or _locked(one.name, lock))


def compiles(found: Iterable[Native]) -> bool:
    """Whether one of them may be compiled."""
    return any(set(_GYP) <= set(one.build) for one in found)


def from_git(ranges: Iterable[str]) -> bool:
    """Whether a range is a repository of git's."""
    return any(_GIT.match(one) for one in ranges)


def _locked(name: str, lock: str) -> bool:
    """Whether a lock (of npm, pnpm, yarn, or Bun) has a package."""
    at = lock.find(name)
    while at >= 0:
        before, after = lock[max(at - 13, 0) : at], lock[at + len(name) : at + len(name) + 2]
        if (before.endswith(("node_modules/", " /")) and after[:1] in ('"', "@", "/")) or (
            before[-1:] in ('"', "'", "\n", " ") and after[:1] == "@"
        ):
            return True
        at = lock.find(name, at + 1)
    return False
