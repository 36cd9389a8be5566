"""System packages that Python distributions need and cannot bring along, with the reason: the one table.

A distribution with binary wheels for Linux (pillow, lxml, cryptography, numpy, psycopg2-binary) needs nothing, and is
not here. The names and versions are those of one release of Debian, so an image that needs any of them says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from speccompile.record import record
from speccompile.stacks.facts import Chosen
from speccompile.stacks.python.requirements import Requirement

DEBIAN = "bookworm"
"""The release of Debian that the packages are of."""

_C = ("gcc=4:12.*", "libc6-dev=2.36-*")
_CXX = ("g++=4:12.*", "make=4.3-*")


@record()
class Needed:
    """What *name* needs: to be built, to run, and why."""

    name: str
    build: tuple[str, ...]
    run: tuple[str, ...]
    why: str


TABLE = (
    Needed("psycopg2", (*_C, "libpq-dev=15.*"), ("libpq5=15.*",), "has no wheels for Linux: compiled against libpq"),
    Needed("psycopg-c", (*_C, "libpq-dev=15.*"), ("libpq5=15.*",), "has no wheels: compiled against libpq"),
    Needed("psycopg", (), ("libpq5=15.*",), "without its extra `binary` it loads the system's libpq"),
    Needed(
        "mysqlclient",
        (*_C, "default-libmysqlclient-dev=1.1.*", "pkg-config=1.8.*"),
        ("libmariadb3=1:10.11.*",),
        "has no wheels for Linux: compiled against MariaDB's client library",
    ),
    Needed(
        "python-ldap",
        (*_C, "libldap2-dev=2.5.*", "libsasl2-dev=2.1.*"),
        ("libldap-2.5-0=2.5.*", "libsasl2-2=2.1.*"),
        "has no wheels: compiled against OpenLDAP",
    ),
    Needed("uwsgi", (*_C,), (), "has no wheels: a program in C"),
    Needed(
        "pycairo",
        (*_C, "libcairo2-dev=1.16.*", "pkg-config=1.8.*"),
        ("libcairo2=1.16.*",),
        "has no wheels for Linux: compiled against cairo",
    ),
    Needed("cairosvg", (), ("libcairo2=1.16.*",), "loads cairo when it runs"),
    Needed("cairocffi", (), ("libcairo2=1.16.*",), "loads cairo when it runs"),
    Needed(
        "weasyprint",
        (),
        ("libharfbuzz-subset0=6.0.*", "libpango-1.0-0=1.50.*", "libpangoft2-1.0-0=1.50.*"),
        "loads pango when it runs",
    ),
    Needed(
        "opencv-python",
        (),
        ("libgl1=1.6.*", "libglib2.0-0=2.74.*"),
        "its windows need GL; opencv-python-headless does not",
    ),
    Needed("opencv-contrib-python", (), ("libgl1=1.6.*", "libglib2.0-0=2.74.*"), "its windows need GL"),
    Needed("python-magic", (), ("libmagic1=1:5.44-*",), "loads libmagic when it runs"),
    Needed("pyzbar", (), ("libzbar0=0.23.*",), "loads zbar when it runs"),
    Needed("pytesseract", (), ("tesseract-ocr=5.3.*",), "runs tesseract"),
    Needed("pdf2image", (), ("poppler-utils=22.12.*",), "runs poppler's programs"),
    Needed("pydub", (), ("ffmpeg=7:5.1.*",), "runs ffmpeg"),
    Needed("ffmpeg-python", (), ("ffmpeg=7:5.1.*",), "runs ffmpeg"),
    Needed("graphviz", (), ("graphviz=2.42.*",), "runs dot"),
    Needed("gitpython", (), ("git=1:2.39.*",), "runs git"),
    Needed(
        "pygraphviz",
        (*_C, "libgraphviz-dev=2.42.*", "pkg-config=1.8.*"),
        ("graphviz=2.42.*",),
        "has no wheels for Linux: compiled against graphviz",
    ),
    Needed(
        "pyaudio",
        (*_C, "portaudio19-dev=19.6.*"),
        ("libportaudio2=19.6.*",),
        "has no wheels for Linux: compiled against PortAudio",
    ),
    Needed("pyodbc", (), ("unixodbc=2.3.*",), "finds its drivers by unixODBC's configuration"),
    Needed("dlib", (*_CXX, "cmake=3.25.*"), (), "has no wheels: a library in C++"),
    Needed(
        "llama-cpp-python", (*_CXX, "cmake=3.25.*"), ("libgomp1=12.*",), "has no wheels on the index: a library in C++"
    ),
    Needed("lightgbm", (), ("libgomp1=12.*",), "its wheel loads the system's OpenMP"),
)
# What is compiled where the release that is pinned has no wheels for the Python that is taken (see pywheels).
_COMPILED = (
    Needed("psycopg2-binary", (*_C, "libpq-dev=15.*"), ("libpq5=15.*",), "is then compiled against libpq"),
    Needed("psycopg-binary", (*_C, "libpq-dev=15.*"), ("libpq5=15.*",), "is then compiled against libpq"),
    Needed(
        "lxml",
        (*_C, "libxml2-dev=2.9.*", "libxslt1-dev=1.1.*"),
        ("libxml2=2.9.*", "libxslt1.1=1.1.*"),
        "is then compiled against libxml2",
    ),
    Needed(
        "pillow",
        (*_C, "libjpeg62-turbo-dev=1:2.1.*", "zlib1g-dev=1:1.2.*"),
        ("libjpeg62-turbo=1:2.1.*",),
        "is then compiled against libjpeg",
    ),
    Needed("cffi", (*_C, "libffi-dev=3.4.*"), ("libffi8=3.4.*",), "is then compiled against libffi"),
)
_TOOLCHAIN = (*_C, *_CXX)
_GIT = "git=1:2.39.*"
_BINARY = {"psycopg": {"binary": (), "c": ("psycopg-c",)}}


SETUPTOOLS = Chosen("setuptools", "80.9.0", "default")
"""The last line of setuptools that has pkg_resources."""


def companions(wanted: Iterable[Requirement], releases: Mapping[str, str]) -> tuple[Chosen, ...]:
    """Distributions that old ones import and do not pin: gunicorn before 21 needs pkg_resources, which a new setuptools
    and a new Python's environment do not have."""
    asked = {one.name: one.release or "" for one in wanted}
    known = {**asked, **releases}
    old = re.match(r"(1\d|20)(\.|\Z)", known.get("gunicorn", ""))
    return (SETUPTOOLS,) if old and "setuptools" not in known else ()


@record()
class Packages:
    """Debian packages, sorted; ``users`` are what they are for."""

    build: tuple[str, ...]
    run: tuple[str, ...]
    users: tuple[Requirement, ...]

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return bool(self.build or self.run)


def packages(wanted: Iterable[Requirement], locked: frozenset[str], compiled: frozenset[str], *, git: bool) -> Packages:
    """What *wanted*, and what is *locked* besides, need; *compiled* is what has no wheels in the release that is pinned,
    *git* says that something is fetched by git."""
    asked = tuple(wanted)
    names, direct = _installed(asked, locked), _installed(asked, frozenset())
    # What runs a program does so when it is asked to: only those that the project itself depends on will be.
    needed = [one for one in TABLE if one.name in (names if one.build else direct)]
    needed += [one for one in _COMPILED if one.name in compiled]
    tools = _TOOLCHAIN if compiled - {one.name for one in needed} else ()
    users = {one.name for one in needed}
    return Packages(
        tuple(sorted({*(name for one in needed for name in one.build), *tools, *((_GIT,) if git else ())})),
        tuple(sorted({name for one in needed for name in one.run})),
        tuple(one for one in asked if one.name in users),
    )


def _installed(wanted: tuple[Requirement, ...], locked: frozenset[str]) -> frozenset[str]:
    """The distributions that there will be, those left out that an extra puts another in the place of."""
    names = {one.name for one in wanted} | locked
    extras = {(one.name, extra) for one in wanted for extra in one.extras}
    for name, instead in _BINARY.items():
        for extra, comes in instead.items():
            if (name, extra) in extras or f"{name}-{extra}" in names:
                names = (names - {name}) | set(comes)
    return frozenset(names)
