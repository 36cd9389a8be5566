"""Debian packages that gems need, to be compiled and to run, with the reason. One line a gem."""

from __future__ import annotations

from speccompile.record import record
from speccompile.stacks.ruby.gemfile import Bundle

DEBIAN = "bookworm"
"""The release of Debian that the packages are of."""

COMPILERS = ("build-essential=12.*",)
_GIT = "git=1:2.39.*"


@record()
class Needed:
    """What *name* needs: to be built, to run, and why. ``always`` is whether it needs that although its release for Linux comes compiled."""

    name: str
    build: tuple[str, ...]
    run: tuple[str, ...]
    why: str
    always: bool = False


TABLE = (
    Needed("charlock_holmes", ("libicu-dev=72.1-*", "zlib1g-dev=1:1.2.*"), ("libicu72=72.1-*",), "is compiled against ICU"),
    Needed("curb", ("libcurl4-openssl-dev=7.88.*",), ("libcurl4=7.88.*",), "is compiled against curl"),
    Needed("ffi", ("libffi-dev=3.4.*",), ("libffi8=3.4.*",), "is compiled against libffi"),
    Needed("image_processing", (), ("libvips42=8.14.*",), "loads libvips when it runs", True),
    Needed("mini_magick", (), ("imagemagick=8:6.9.*",), "runs ImageMagick", True),
    Needed("mysql2", ("default-libmysqlclient-dev=1.1.*",), ("libmariadb3=1:10.11.*",), "is compiled against MariaDB's client library"),
    Needed("nokogiri", ("libxml2-dev=2.9.*", "libxslt1-dev=1.1.*", "zlib1g-dev=1:1.2.*"), ("libxml2=2.9.*", "libxslt1.1=1.1.*"), "is compiled against libxml2"),
    Needed("pg", ("libpq-dev=15.*",), ("libpq5=15.*",), "is compiled against libpq", True),
    Needed("psych", ("libyaml-dev=0.2.*",), ("libyaml-0-2=0.2.*",), "is compiled against libyaml"),
    Needed("rmagick", ("libmagickwand-dev=8:6.9.*",), ("libmagickwand-6.q16-6=8:6.9.*",), "is compiled against ImageMagick 6"),
    Needed("rugged", ("cmake=3.25.*", "libssl-dev=3.0.*", "pkg-config=1.8.*"), (), "libgit2's C sources are in it, and CMake builds them"),
    Needed("ruby-vips", (), ("libvips42=8.14.*",), "loads libvips when it runs", True),
    Needed("sqlite3", ("libsqlite3-dev=3.40.*",), ("libsqlite3-0=3.40.*",), "is compiled against SQLite"),
)  # fmt: skip


@record()
class Packages:
    """Debian packages, sorted: for the stage that builds, and for the image."""

    build: tuple[str, ...]
    run: tuple[str, ...]


def packages(bundle: Bundle) -> Packages:
    """What the gems of *bundle* need. Which of them have extensions in C no lock says, so that a compiler is always there."""
    gems = bundle.gems
    needed = [one for one in TABLE if one.name in gems and (one.always or one.name not in bundle.precompiled)]
    build = {*COMPILERS, *(name for one in needed for name in one.build), *((_GIT,) if bundle.git else ())}
    return Packages(tuple(sorted(build)), tuple(sorted({name for one in needed for name in one.run})))
