"""Extensions of PHP that the official images do not have: how each is made, and the Debian packages for it, with the reason. One line an extension.

What is built in (ctype, curl, dom, fileinfo, filter, hash, iconv, json, mbstring, openssl, pcre, pdo, pdo_sqlite, phar, posix, readline, session,
simplexml, sodium, sqlite3, tokenizer, xml, xmlreader, xmlwriter, zlib) needs nothing, and is not here.
"""

from __future__ import annotations

from collections.abc import Iterable

from speccompile.record import record

DEBIAN = "bookworm"
"""The release of Debian that the packages are of."""


@record()
class Extension:
    """An extension by its name: Debian packages to build it and to run it, options of its configuration, the release of PECL that it is
    ("": it comes with PHP), and why it needs what it needs."""

    name: str
    why: str
    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    pecl: str = ""


OPCACHE = Extension("opcache", "keeps compiled scripts: without it each request compiles them anew")
TABLE = (
    Extension("bcmath", "its sources are PHP's own"),
    Extension("bz2", "it is compiled against bzip2", ("libbz2-dev=1.0.*",)),
    Extension("calendar", "its sources are PHP's own"),
    Extension("exif", "its sources are PHP's own"),
    Extension("ffi", "it is compiled against libffi", ("libffi-dev=3.4.*",), ("libffi8=3.4.*",), ("--with-ffi",)),
    Extension(
        "gd",
        "it is compiled against libpng, libjpeg, libwebp and FreeType",
        ("libfreetype-dev=2.12.*", "libjpeg62-turbo-dev=1:2.1.*", "libpng-dev=1.6.*", "libwebp-dev=1.2.*"),
        ("libfreetype6=2.12.*", "libjpeg62-turbo=1:2.1.*", "libpng16-16=1.6.*", "libwebp7=1.2.*"),
        ("--with-freetype", "--with-jpeg", "--with-webp"),
    ),
    Extension("gettext", "the C library has it"),
    Extension("gmp", "it is compiled against GMP", ("libgmp-dev=2:6.2.*",), ("libgmp10=2:6.2.*",)),
    Extension("intl", "it is compiled against ICU", ("libicu-dev=72.1-*",), ("libicu72=72.1-*",)),
    Extension("ldap", "it is compiled against OpenLDAP", ("libldap2-dev=2.5.*",), ("libldap-2.5-0=2.5.*",)),
    Extension("mysqli", "MySQL's protocol is among PHP's own sources"),
    OPCACHE,
    Extension("pcntl", "its sources are PHP's own"),
    Extension("pdo_mysql", "MySQL's protocol is among PHP's own sources"),
    Extension("pdo_pgsql", "it is compiled against libpq", ("libpq-dev=15.*",), ("libpq5=15.*",)),
    Extension("pgsql", "it is compiled against libpq", ("libpq-dev=15.*",), ("libpq5=15.*",)),
    Extension("shmop", "its sources are PHP's own"),
    Extension("soap", "it is compiled against libxml2", ("libxml2-dev=2.9.*",), ("libxml2=2.9.*",)),
    Extension("sockets", "its sources are PHP's own"),
    Extension("sysvmsg", "its sources are PHP's own"),
    Extension("sysvsem", "its sources are PHP's own"),
    Extension("sysvshm", "its sources are PHP's own"),
    Extension("tidy", "it is compiled against HTML Tidy", ("libtidy-dev=2:5.6.*",), ("libtidy5deb1=2:5.6.*",)),
    Extension("xsl", "it is compiled against libxslt", ("libxslt1-dev=1.1.*",), ("libxslt1.1=1.1.*",)),
    Extension("zip", "it is compiled against libzip", ("libzip-dev=1.7.*",), ("libzip4=1.7.*",)),
    Extension("amqp", "it is compiled against librabbitmq", ("librabbitmq-dev=0.11.*",), ("librabbitmq4=0.11.*",), pecl="2.1.2"),
    Extension("apcu", "PECL has its sources", pecl="5.1.24"),
    Extension("igbinary", "PECL has its sources", pecl="3.2.16"),
    Extension(
        "imagick",
        "it is compiled against ImageMagick 6",
        ("libmagickwand-dev=8:6.9.*",),
        ("libmagickwand-6.q16-6=8:6.9.*",),
        pecl="3.8.0",
    ),
    Extension(
        "memcached",
        "it is compiled against libmemcached",
        ("libmemcached-dev=1.1.*", "libssl-dev=3.0.*", "zlib1g-dev=1:1.2.*"),
        ("libmemcached11=1.1.*",),
        pecl="3.3.0",
    ),
    Extension("mongodb", "PECL has its sources, with its driver in C", ("libssl-dev=3.0.*",), pecl="1.21.0"),
    Extension("rdkafka", "it is compiled against librdkafka", ("librdkafka-dev=2.0.*",), ("librdkafka1=2.0.*",), pecl="6.0.5"),
    Extension("redis", "PECL has its sources", pecl="6.1.0"),
)  # fmt: skip
BUILT_IN = frozenset((
    "core", "ctype", "curl", "date", "dom", "fileinfo", "filter", "ftp", "hash", "iconv", "json", "libxml", "mbstring", "mysqlnd", "openssl", "pcre", "pdo",
    "pdo_sqlite", "phar", "posix", "random", "readline", "reflection", "session", "simplexml", "sodium", "spl", "sqlite3", "standard", "tokenizer",
    "xml", "xmlreader", "xmlwriter", "zend-opcache", "zlib",
))  # fmt: skip
_NAMES = {one.name: one for one in TABLE}


def wanted(names: Iterable[str]) -> tuple[Extension, ...]:
    """Those extensions called *names* that have to be made, in the order of their names."""
    return tuple(_NAMES[name] for name in sorted(set(names)) if name in _NAMES)


def unknown(names: Iterable[str]) -> tuple[str, ...]:
    """Those *names* that are neither built in nor in the table, sorted."""
    return tuple(sorted(name for name in set(names) if name not in _NAMES and name not in BUILT_IN))
