"""Packages of Hex with parts in C, and the Debian packages to compile them. One line a package, with its reason."""

from __future__ import annotations

from collections.abc import Iterable

from speccompile.record import record

DEBIAN = "bookworm"
"""The release of Debian that all packages are of."""

RUNTIME = ("ca-certificates=2023*", "libncurses6=6.4-*", "libssl3=3.0.*", "libstdc++6=12.2.*")
"""What Erlang's own programs are linked with, and whom its clients of TLS believe."""

GIT = "git=1:2.39.*"
_COMPILERS = ("build-essential=12.*",)


@record()
class Native:
    """A package: Debian packages to compile it beside the compilers, those to run it, and why."""

    name: str
    why: str
    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()


TABLE = (
    Native("argon2_elixir", "its hash is in C"),
    Native("bcrypt_elixir", "its hash is in C"),
    Native("cmark", "its parser is in C"),
    Native("erlexec", "its port program is in C++"),
    Native("ex_keccak", "its hash is in C"),
    Native("exqlite", "SQLite is compiled into it"),
    Native("ezstd", "zstd is compiled into it", ("git=1:2.39.*",)),
    Native("fast_html", "its parser is in C", ("cmake=3.25.*",)),
    Native("jiffy", "its decoder is in C"),
    Native("picosat_elixir", "its solver is in C"),
    Native("snappyer", "snappy is compiled into it"),
    Native("vix", "it is compiled against libvips", ("libvips-dev=8.14.*", "pkg-config=1.8.*"), ("libvips42=8.14.*",)),
)


@record()
class Needed:
    """Debian packages, sorted: for the stage that builds, and for the image."""

    build: tuple[str, ...]
    run: tuple[str, ...]


def needed(names: Iterable[str], *, git: bool) -> Needed:
    """What the packages called *names* need."""
    installed = frozenset(names)
    found = tuple(one for one in TABLE if one.name in installed)
    build = {*(_COMPILERS if found else ()), *(name for one in found for name in one.build), *((GIT,) if git else ())}
    return Needed(tuple(sorted(build)), tuple(sorted({*RUNTIME, *(name for one in found for name in one.run)})))
