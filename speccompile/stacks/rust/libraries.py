"""Which Debian packages crates need, to be built and to run: one table, with the reasons.

Debian 12 is what the images are made of, so packages are pinned to its releases, but for the fixes that these get.
"""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.record import record
from speccompile.stacks.rust.lockfile import Lock

_PKG_CONFIG = "pkg-config=1.8.*"
_CXX = "g++=4:12.2.*"
_MAKE = "make=4.3*"
_CMAKE = "cmake=3.25.*"
_CLANG = "libclang-dev=1:14.0*"


@record()
class Library:
    """A crate that is not Rust all the way down: what its build needs, what the program needs to run, why.

    ``unless`` are crates that, when they are locked, bring a copy of their own.
    ``carried`` is whether the distroless image has what is needed to run.
    """

    crate: str
    build: tuple[str, ...]
    run: tuple[str, ...]
    why: str
    unless: tuple[str, ...] = ()
    carried: bool = False


LIBRARIES = (
    Library(
        "openssl-sys",
        (_PKG_CONFIG, "libssl-dev=3.0.*"),
        ("libssl3=3.0.*",),
        "it links OpenSSL",
        unless=("openssl-src",),
        carried=True,
    ),
    Library("openssl-src", (_MAKE, "perl=5.36.*"), (), "it compiles OpenSSL, whose build is written in Perl"),
    Library("pq-sys", (_PKG_CONFIG, "libpq-dev=15.*"), ("libpq5=15.*",), "it links libpq", unless=("pq-src",)),
    Library(
        "mysqlclient-sys",
        (_PKG_CONFIG, "libmariadb-dev=1:10.11.*"),
        ("libmariadb3=1:10.11.*",),
        "it links the client library",
        unless=("mysqlclient-src",),
    ),
    Library("libdbus-sys", (_PKG_CONFIG, "libdbus-1-dev=1.14.*"), ("libdbus-1-3=1.14.*",), "it links libdbus"),
    Library("libudev-sys", (_PKG_CONFIG, "libudev-dev=252.*"), ("libudev1=252.*",), "it links libudev"),
    Library("alsa-sys", (_PKG_CONFIG, "libasound2-dev=1.2.*"), ("libasound2=1.2.*",), "it links ALSA"),
    Library(
        "yeslogic-fontconfig-sys",
        (_PKG_CONFIG, "libfontconfig-dev=2.14.*"),
        ("libfontconfig1=2.14.*",),
        "it links fontconfig",
    ),
    Library("libsodium-sys", (_MAKE, _PKG_CONFIG), (), "it compiles libsodium"),
    Library("libsodium-sys-stable", (_MAKE, _PKG_CONFIG), (), "it compiles libsodium"),
    Library("rdkafka-sys", (_MAKE, _CXX, _PKG_CONFIG), (), "it compiles librdkafka"),
    Library("tikv-jemalloc-sys", (_MAKE,), (), "it compiles jemalloc"),
    Library("jemalloc-sys", (_MAKE,), (), "it compiles jemalloc"),
    Library("cmake", (_CMAKE, _MAKE, _CXX), (), "a library is compiled with CMake"),
    Library("bindgen", (_CLANG,), (), "bindings are read from C headers by libclang"),
    Library("librocksdb-sys", (_CXX, _CLANG), (), "it compiles RocksDB"),
    Library("libduckdb-sys", (_CXX,), (), "it compiles DuckDB"),
    Library("link-cplusplus", (_CXX,), (), "it compiles C++"),
    Library("nasm-rs", ("nasm=2.16.*",), (), "it assembles with NASM"),
    Library(
        "prost-build",
        ("protobuf-compiler=3.21.*", "libprotobuf-dev=3.21.*"),
        (),
        "protoc reads the .proto files",
        unless=("protoc-bin-vendored", "protobuf-src", "protox"),
    ),
)
_SQLITE = Library("libsqlite3-sys", (_PKG_CONFIG, "libsqlite3-dev=3.40.*"), ("libsqlite3-0=3.40.*",), "it links SQLite")
# Crates that look for the authorities of TLS where Debian keeps them.
_AUTHORITIES = ("openssl-sys", "native-tls", "rustls-native-certs", "rustls-platform-verifier", "openssl-probe")


def needed(lock: Lock, features: frozenset[str]) -> tuple[Library, ...]:
    """What the locked crates need, in the order of the table; *features* are those that the project asks for."""
    return tuple(_needed(lock, features))


def _needed(lock: Lock, features: frozenset[str]) -> Iterator[Library]:
    for one in LIBRARIES:
        if lock.has(one.crate) and not lock.has(*one.unless):
            yield one
    if _links_sqlite(lock, features):
        yield _SQLITE


def _links_sqlite(lock: Lock, features: frozenset[str]) -> bool:
    """The copy that the crate brings is compiled by the crate cc, which it uses for nothing else. Without that it is
    linked; but sqlx has it locked whether it is used or not."""
    if not lock.has(_SQLITE.crate) or "cc" in lock.uses[_SQLITE.crate]:
        return False
    users = {name for name, used in lock.uses.items() if _SQLITE.crate in used}
    return users != {"sqlx-sqlite"} or bool(features & {"sqlite-unbundled"})


def asks_for_authorities(lock: Lock) -> bool:
    """Whether programs read the certificates of the system's authorities."""
    return lock.has(*_AUTHORITIES)
