"""What a backing service is: pure data, one module a service. Patterns are for ``str.format``: ``{app}`` (the database), ``{user}``, ``{host}``,
``{password}``, ``{version}``."""

from __future__ import annotations

from collections.abc import Iterable

from speccompile.record import record
from speccompile.vocabulary import Protocol

# In a command or the environment: half of the container's memory, in MiB.
HALF = "{half}"
_LONGEST = 32
_RESERVED = frozenset({"admin", "guest", "local", "mysql", "postgres", "root", "template0", "template1"})

# Whoever has one of these opens databases through SQLAlchemy, whose URLs name the driver (``postgresql+asyncpg://``).
ALCHEMY = ("sqlalchemy", "sqlmodel", "flask-sqlalchemy", "alembic", "flask-migrate", "advanced-alchemy")
# Java's frameworks read these variables by themselves (relaxed binding), whether or not a source names them.
SPRING = ("spring-boot-",)
DATA_SOURCES = (
    (SPRING, ("SPRING_DATASOURCE_URL", "SPRING_DATASOURCE_USERNAME", "SPRING_DATASOURCE_PASSWORD")),
    (("quarkus-",), ("QUARKUS_DATASOURCE_JDBC_URL", "QUARKUS_DATASOURCE_USERNAME", "QUARKUS_DATASOURCE_PASSWORD")),
    (
        ("micronaut-",),
        ("DATASOURCES_DEFAULT_URL", "DATASOURCES_DEFAULT_USERNAME", "DATASOURCES_DEFAULT_PASSWORD"),
    ),
)

# What names of variables about a relational database begin with, whichever it is.
RELATIONAL = (
    "DB",
    "DATABASE",
    "SQL",
    "RDS",
    "SQLALCHEMY",
    "SQLALCHEMY_DATABASE",
    "JDBC",
    "JDBC_DATABASE",
    "SPRING_DATASOURCE",
    "QUARKUS_DATASOURCE",
    "DATASOURCES_DEFAULT",
)


@record()
class Form:
    """How the address of a store is written for one kind of client: with ``{password}``, and without.

    It is taken where of each group in ``clients`` one is installed; a name that ends in a hyphen stands for all that begin with it.
    ``plain`` is whether it is a URL that anybody can read (``scheme://user:password@host:port/database``).
    """

    address: str
    bare: str
    clients: tuple[tuple[str, ...], ...] = ()
    plain: bool = True

    def fits(self, dependencies: Iterable[str]) -> bool:
        """Whether who has *dependencies* writes it so."""
        return all(client_among(group, dependencies) for group in self.clients)


@record(kw_only=True)
class Login:
    """How a store gets its password, and who then logs in.

    - ``variable`` is the store's own, which gets the password; the path of a file with it goes into the one with ``_FILE`` behind.
    - ``user`` is the account, with ``{user}``; "" where the protocol has a password only. ``never`` are accounts that the store does not make.
    - ``command`` and ``check`` stand in the place of the store's own where it has a password; () where they are the same. ``environment`` is
      what these want besides.
    - ``optional`` is whether the store can also be run without one, for clients that cannot give any (they are then on an internal network
      only); ``mute`` are the languages whose client takes no password out of a URL.
    """

    variable: str
    user: str
    never: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    optional: bool = False
    mute: tuple[str, ...] = ()


@record(kw_only=True)
class Room:
    """A directory in memory: its path, bytes, permissions, owner (``uid:gid``; None: root), and whether programs are run from it."""

    path: str
    size: int
    mode: int
    owner: str | None = None
    executable: bool = False


@record(kw_only=True)
class Backing:
    """A kind of backing service: how specs and sources speak of it, how it runs, how clients reach it.

    - ``usual_name`` is what it is called where nobody has named it. ``words`` name the service; ``generic`` say what kind of store it is.
      Lower case; regular expressions in which a space stands for spaces, hyphens or underscores.
    - ``clients`` are packages of any ecosystem whose presence implies the service; of a Go module also those below it.
    - ``schemes`` are the URL schemes that are its; ``prefixes`` what names of variables about it begin with, those that are about no other
      kind first in ``own``; ``implied`` are variables that a framework (its first names) reads by itself; ``read`` are whole
      ones that imply the service where they are read, though their names may be about another one's.
    - ``alike`` are other kinds that clients of this one can use as well: what an existing compose file runs is taken. ``lasting`` is whether a
      program's own records may live in it, so that it can be implied by them.
    - ``oldest`` is the first major that all this fits. ``tag`` is the image with ``{version}``; ``version`` the default, ``numbered`` the form
      of versions. ``user`` is numeric, uid and gid, and owns ``data`` in the image.
    - ``data`` is where the data lives (a named volume), None where there is nothing to keep; ``moved`` is where the volume has to be from some
      major on. ``scratch`` is what it writes and nobody needs after it.
    - ``environment`` is the store's own, with ``{app}``, the database, and ``{user}``; ``login`` how it gets its password, None where
      it has none at all. ``{half}`` there is half of the memory that it gets, in MiB, as in commands; ``{host}`` its own name.
    - ``untried`` is whether the container was described from memory of its image's documentation, and none was ever started: users are told.
    - ``protocol`` is what health modules ask it in (``plan.Dependent``): tcp where none of them speaks its own.
    - ``url_variable`` is what clients read by convention, ``forms`` are what is in it: the first that fits.
    - ``check`` is a probe on protocol level that exists in the image, as an argument vector with ``{app}`` and ``{user}``; times are in seconds.
    - ``memory`` in bytes, and ``least`` below which it does not start; ``stop_grace`` in seconds.
    """

    kind: str
    usual_name: str
    words: tuple[str, ...]
    generic: tuple[str, ...]
    clients: tuple[str, ...]
    schemes: tuple[str, ...]
    own: tuple[str, ...]
    prefixes: tuple[str, ...] = ()
    implied: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    read: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    lasting: bool = False
    untried: bool = False
    oldest: int
    numbered: str = r"\d+(?:\.\d+){0,2}"
    version: str
    tag: str
    port: int
    user: str
    data: str | None
    moved: tuple[int, str] | None = None
    scratch: tuple[Room, ...]
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    login: Login | None
    protocol: Protocol
    url_variable: str
    forms: tuple[Form, ...]
    check: tuple[str, ...]
    check_interval: int = 10
    check_timeout: int = 5
    start_period: int
    memory: int
    least: int
    cpus: float
    pids: int
    stop_signal: str
    stop_grace: int

    def volume(self, version: str) -> str | None:
        """Where the volume with the data is mounted under *version*."""
        major = version.partition(".")[0]
        since = self.moved[0] if self.moved else None
        return self.moved[1] if self.moved and since and major.isdecimal() and int(major) >= since else self.data

    @property
    def names_database(self) -> bool:
        """Whether there is a database of the program's in it, so that it can have another name."""
        return any("{app}" in value for _, value in self.environment)

    @property
    def names_user(self) -> bool:
        """Whether the account is one that it makes, so that it can have another name."""
        return self.login is not None and "{user}" in self.login.user

    def form(self, dependencies: Iterable[str]) -> Form:
        """How whoever has *dependencies* writes its address; the last form fits everybody."""
        installed = frozenset(dependencies)
        return next(form for form in self.forms if form.fits(installed))

    def client(self, dependencies: Iterable[str]) -> str | None:
        """The first of *dependencies* that is a client of it."""
        return client_among(self.clients, dependencies)


def client_among(clients: Iterable[str], dependencies: Iterable[str]) -> str | None:
    """The first of *dependencies*, by name, that is one of *clients*, a module below one, or begins with one that ends in a hyphen."""
    wanted = tuple(clients)
    below = tuple(name if name.endswith("-") else f"{name}/" for name in wanted)
    return next((name for name in sorted(dependencies) if name in wanted or name.startswith(below)), None)


def url(scheme: str, rest: str, *clients: tuple[str, ...], user: str = "{user}") -> Form:
    """A URL: *rest* is what follows the login."""
    bare = f"{user}@" if user else ""
    return Form(f"{scheme}://{user}:{{password}}@{rest}", f"{scheme}://{bare}{rest}", clients)


def plain(address: str, *clients: tuple[str, ...]) -> Form:
    """An address with no password in it: host and port, or a URL of a service to which nobody logs in that way."""
    return Form(address, address, clients)


def jdbc(scheme: str, rest: str, *clients: tuple[str, ...]) -> Form:
    """A URL of JDBC, which has user and password in its query."""
    query = f"jdbc:{scheme}://{rest}?user={{user}}"
    return Form(f"{query}&password={{password}}", query, clients, plain=False)


def keywords(server: str, *clients: tuple[str, ...]) -> Form:
    """A connection string of .NET's: *server* is what says where, in the words of the driver; the login follows."""
    bare = f"{server};Username={{user}}"
    return Form(f"{bare};Password={{password}}", bare, clients, plain=False)


def told(variable: str, *, quoted: bool = False) -> str:
    """Shell that sets ``p`` to the password in *variable*, or in the file that is named by the variable with ``_FILE`` behind; *quoted* for
    between double quotes in the configuration of Redis or NATS. No argument of a program ever holds it: ``printf`` is the shell's own."""
    read = f'p="${variable}"; [ -z "${variable}_FILE" ] || p="$(cat "${variable}_FILE")"'
    return f"""{read}; p="$(printf %s "$p" | sed 's/[\\\\"]/\\\\&/g')\"""" if quoted else read


def identifier(app: str) -> str:
    """The database, user and virtual host of the application *app* (``[a-z][a-z0-9-]*``).

    Hyphens become underscores; at most 32 characters (MySQL's limit for users); a name that a server keeps for itself gets a suffix.
    """
    name = app.replace("-", "_")[:_LONGEST].rstrip("_")
    return f"{name}_app" if name in _RESERVED else name


@record()
class Names:
    """What a store calls what the application has there: its database (or virtual host), and the account that logs in."""

    database: str
    user: str


def names(app: str, database: str | None = None, user: str | None = None) -> Names:
    """The names for *app*, where specs say no others."""
    return Names(database or identifier(app), user or identifier(app))


_UNITS = {"k": 2**10, "m": 2**20, "g": 2**30}


def scratch(path: str, *, size: str, owner: str | None = None) -> Room:
    """Room at *path* of so many bytes (``64m``): everybody's, or that of *owner* (``uid:gid``) alone."""
    return Room(path=path, size=int(size[:-1]) * _UNITS[size[-1]], mode=0o755 if owner else 0o1777, owner=owner)
