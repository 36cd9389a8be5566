"""An existing compose file, read for what it gives away about the project. It is never written, and nothing in it is taken for granted:
what cannot be read is as if it were not there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from speccompile.catalog.images import kind_of
from speccompile.detect.detection import detect
from speccompile.frontends.commandline import needs_shell, plain
from speccompile.paths import normal
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.spec.names import SERVICE_NAME, STORE_WORD
from speccompile.stacks.manifest import table, word
from speccompile.survey import composekept, composeyaml
from speccompile.survey.composekept import Kept

_FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_NAME = regex(SERVICE_NAME, re.ASCII)
_STORE_WORD = regex(STORE_WORD, re.ASCII)
# What the official images are told to call the database and its user.
_CALLED = {
    "postgres": (("POSTGRES_DB", "POSTGRES_USER"), ("POSTGRES_USER",)),
    "mysql": (("MYSQL_DATABASE",), ("MYSQL_USER",)),
    "mariadb": (("MARIADB_DATABASE", "MYSQL_DATABASE"), ("MARIADB_USER", "MYSQL_USER")),
    "mongodb": (("MONGO_INITDB_DATABASE",), ("MONGO_INITDB_ROOT_USERNAME",)),
    "rabbitmq": (("RABBITMQ_DEFAULT_VHOST",), ("RABBITMQ_DEFAULT_USER",)),
}
# The user where nobody names one (https://hub.docker.com/_/postgres): programs that are handed a file with the password alone have it written into them.
_PASSWORD_FILE, _ASSUMED = "POSTGRES_PASSWORD_FILE", {"POSTGRES_USER": "postgres"}
_BUILD_READ = frozenset(("context", "dockerfile"))
# What is read, and what every artifact has in a way of its own.
_READ = frozenset((
    "build", "command", "container_name", "cpus", "deploy", "depends_on", "environment", "expose", "healthcheck", "image", "init", "logging", "mem_limit",
    "networks", "ports", "pull_policy", "restart", "scale", "secrets", "stdin_open", "tty", "develop", "volumes", "cap_drop", "security_opt",
))  # fmt: skip
_OF_STORES = _READ - {"secrets", "command", "deploy", "mem_limit", "cpus", "scale"}
# What the images of stores are told, and those of the catalogue are told in a way of their own.
_TOLD = regex(r"[A-Z_]*(?:PASSWORD|PASSWORD_FILE|_USER|_USERNAME|_DB|_DATABASE|_VHOST|_PASS)|PGDATA|TZ")
# No program logs in as root at those that are made here.
_OWN_USER = frozenset(("mariadb", "mysql"))
_USERS = regex(r"(?:MARIADB|MYSQL)_USER(?:_FILE)?")
_KEPT_IN = ("docker", ".docker", "compose", "deploy", "deployment", "infra", "ops")
_OVERRIDES = tuple(f"{stem}.override.{end}" for stem in ("compose", "docker-compose") for end in ("yaml", "yml"))
_DEEPEST = 5
_USUAL_DRIVERS = ("bridge", "local", "default")
# Where lines are kept on the machine, which is what is generated, too.
_LOGGED = ("json-file", "local")
_SECTIONS = frozenset(("include", "secrets", "configs"))
_MOST = 60
_DEFAULTED = regex(r"\$\{[A-Za-z_]\w*:?-([^${}]*)\}", re.ASCII)


@record(kw_only=True)
class ComposeService:
    """A service there. ``directory`` has its sources, where it is built; ``kind`` and ``version`` are what its image is in the catalogue,
    ``image`` its name; ``command`` what runs instead of the image's, where that is plain; ``waits_for`` the services that must have ended;
    ``kept`` what deploy.yaml says, too; ``unused`` the keys that say more than is read here; ``stage`` the one of its Dockerfile that is built."""

    name: str
    directory: str | None
    image: str | None
    kind: str | None
    version: str | None
    command: tuple[str, ...] | None
    environment: Mapping[str, str]
    depends_on: tuple[str, ...]
    ports: tuple[int, ...]
    waits_for: tuple[str, ...] = ()
    kept: Kept = composekept.NOTHING
    unused: tuple[str, ...] = ()
    stage: str | None = None

    @property
    def published(self) -> bool:
        """Whether it has ports for others than the services there."""
        return bool(self.ports)


@record()
class ComposeFile:
    """The file's path ("" where there is none), its services, in its order, and the name that it gives the project. Services with a profile are
    for special occasions, and left out, unless all have one: then profiles choose what runs where. ``unused`` is what of the file is not used."""

    path: str
    services: tuple[ComposeService, ...]
    name: str | None = None
    unused: tuple[str, ...] = ()

    @property
    def awaited(self) -> frozenset[str]:
        """The services for whose end others wait: they run once."""
        return frozenset(name for service in self.services for name in service.waits_for)

    def built_from(self, directory: str) -> tuple[ComposeService, ...]:
        """The services whose sources are in *directory*."""
        return tuple(service for service in self.services if service.directory == directory)

    @property
    def stores(self) -> tuple[ComposeService, ...]:
        """The backing services that the catalogue has."""
        return tuple(service for service in self.services if service.kind)


def read(tree: Tree) -> ComposeFile:
    """The first compose file at the root of *tree* that says anything; else the first that is there, of which nothing is used."""
    there = [(path, text) for path in _FILES if (text := tree.read(path)) is not None]
    for path, text in there:
        value = composeyaml.read(text)
        read = tuple(_services(tree, value))
        found = tuple(service for service in read if not _is_other_stage(service, read))
        if found:
            left = (*_left(value, found), *(f"the file {name} beside it" for name in _OVERRIDES if tree.is_file(name)))
            return ComposeFile(path, found, word(table(value).get("name")), left)
    if not there and (elsewhere := _elsewhere(tree)):
        return ComposeFile(
            "",
            (),
            None,
            (
                f"{elsewhere} is not read, since it is not at the top: `speccompile import {elsewhere}` says what it says",
            ),
        )
    unread = ("everything, since no service can be read",)
    return ComposeFile(there[0][0], (), None, unread) if there and there[0][1].strip() else ComposeFile("", ())


def _elsewhere(tree: Tree) -> str | None:
    """A compose file in a directory that people keep such files in."""
    paths = (f"{directory}/{name}" for directory in _KEPT_IN for name in _FILES)
    return next((path for path in paths if tree.is_file(path)), None)


def _services(tree: Tree, value: object) -> Iterator[ComposeService]:
    entries = [
        (str(name), _extended(value, entry, 0))
        for name, entry in list(table(value, "services").items())[:_MOST]
        if _NAME.fullmatch(str(name)) and isinstance(entry, Mapping)
    ]
    always = [(name, entry) for name, entry in entries if not entry.get("profiles")]
    for name, entry in always or entries:
        yield _service(tree, name, entry)


def _is_other_stage(service: ComposeService, among: tuple[ComposeService, ...]) -> bool:
    """Whether it is made of another stage of a Dockerfile than what is served from the same sources: a tool of its build, not the program."""
    served = [one for one in among if one.directory == service.directory and one.published and one.stage]
    return bool(served and service.stage and not service.published) and all(
        one.stage != service.stage for one in served
    )


def _extended(value: object, entry: Mapping[str, object], depth: int) -> Mapping[str, object]:
    """*entry* with what it takes from another service of the same file."""
    extends = entry.get("extends")
    name = word(extends) if isinstance(extends, str) else word(table(extends).get("service"))
    other = table(value, "services").get(name or "")
    if depth > _DEEPEST or not isinstance(other, Mapping) or table(extends).get("file"):
        return entry
    base = _extended(value, other, depth + 1)
    both = {key: {**one, **table(entry.get(key))} for key, one in base.items() if isinstance(one, Mapping)}
    mine = {
        key: one for key, one in entry.items() if key != "extends" and not (key in both and isinstance(one, Mapping))
    }
    return {**base, **both, **mine}


def _service(tree: Tree, name: str, entry: Mapping[str, object]) -> ComposeService:
    image = word(entry.get("image")) if entry.get("build") is None else None
    kind, version = kind_of(image) if image else (None, None)
    directory = _directory(tree, entry.get("build"), name)
    told, unread = _of_files(tree, entry.get("env_file"))
    environment = told | _environment(entry.get("environment"))
    kept, besides = (composekept.NOTHING, ()) if kind else composekept.kept(tree, directory, entry, environment)
    return ComposeService(
        name=name,
        directory=directory,
        image=image,
        kind=kind,
        version=version,
        command=_command(entry.get("command")),
        environment={name: held for name, held in environment.items() if name.removesuffix("_FILE") not in kept.files},
        depends_on=_names(entry.get("depends_on")),
        ports=tuple(_ports(entry.get("ports"))),
        waits_for=tuple(_ended(entry.get("depends_on"))),
        kept=kept,
        unused=(*_unused(entry, kind), *besides, *unread),
        stage=word(table(entry.get("build")).get("target")),
    )


def called(store: ComposeService) -> tuple[str | None, str | None]:
    """The database and the user that the image of *store* is told to make, where these are plain."""
    assumed = _ASSUMED if _PASSWORD_FILE in store.environment else {}
    told = assumed | {name: entry for name, entry in store.environment.items() if _STORE_WORD.fullmatch(entry)}
    return tuple(  # type: ignore[return-value]
        next((told[name] for name in names if told.get(name, "root") != "root"), None)
        for names in _CALLED.get(store.kind or "", ((), ()))
    )


def _directory(tree: Tree, build: object, name: str) -> str | None:
    """The directory of a Dockerfile further down in the context, if there are sources; else the context, or what is called like the service in
    a context that has no sources of its own."""
    context = word(build) if isinstance(build, str) else word(table(build).get("context"))
    inside = normal(context) if context and "$" not in context and ":" not in context else None
    if inside is None:
        return None
    dockerfile = word(table(build).get("dockerfile")) or ""
    below = normal(posixpath.join(inside or ".", posixpath.dirname(dockerfile)))
    if below and detect(tree.below(below)).taken:
        return below
    called = posixpath.join(inside, name)
    alone = tree.is_directory(called) and not detect(tree.below(inside) if inside else tree).taken
    return called if alone and detect(tree.below(called)).taken else inside


def _command(value: object) -> tuple[str, ...] | None:
    if isinstance(value, tuple):
        words = [word(item) for item in value]
        return (
            tuple(filter(None, words))
            if words and all(words) and not needs_shell("".join(filter(None, words)))
            else None
        )
    text = word(value)
    if text is None:
        return None
    return plain(text)


def _environment(value: object) -> dict[str, str]:
    """Names and values, whichever way they are written, with what stands where nothing else is set; values that come from elsewhere are empty."""
    if isinstance(value, Mapping):
        return {str(name): _given(_text(entry)) for name, entry in value.items()}
    pairs = (str(item).partition("=") for item in value) if isinstance(value, tuple) else ()
    return {name: _given(entry) for name, _, entry in pairs}


def _of_files(tree: Tree, value: object) -> tuple[dict[str, str], tuple[str, ...]]:
    """What the files of an environment set that are part of the project, and the others: a ``.env`` is its operator's."""
    told: dict[str, str] = {}
    unread = []
    for item in value if isinstance(value, tuple) else (value,) if value else ():
        name = (word(item.get("path")) if isinstance(item, Mapping) else word(item)) or ""
        path = normal(name)
        text = tree.read(path) if path and not posixpath.basename(path).startswith(".env") else None
        if text is None:
            unread.append(f"env_file: {name}")
        lines = (line.partition("=") for line in (text or "").splitlines() if not line.lstrip().startswith("#"))
        told.update({key.strip(): _given(held.strip().strip("\"'")) for key, equals, held in lines if equals})
    return told, tuple(unread)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else ""


def _given(value: str) -> str:
    """*value*, where it is one variable with a default the default, and where a dollar is doubled one dollar."""
    if default := _DEFAULTED.fullmatch(value):
        return default[1]
    return value.replace("$$", "$") if "$" in value and "$" not in value.replace("$$", "") else value


def _ports(value: object) -> Iterator[int]:
    """The ports in the container, of either syntax; those of debuggers, too, so the first one counts."""
    for item in value if isinstance(value, tuple) else ():
        target = str(item.get("target", "")) if isinstance(item, Mapping) else str(item)
        number = composeyaml.defaulted(target).rpartition(":")[2].partition("/")[0]
        if number.isascii() and number.isdecimal() and 0 < int(number) < 65536:
            yield int(number)


def _unused(entry: Mapping[str, object], kind: str | None) -> Iterator[str]:
    """The keys of a service that nothing here is made of. A store's own are the catalogue's business, but for what it keeps and where."""
    if (driver := word(table(entry.get("logging")).get("driver"))) and driver not in _LOGGED:
        yield "logging.driver"
    if kind:
        yield from (key for key in entry if key not in (*_OF_STORES, "env_file"))
        binds = (f"{source}:{target}" for source, target in composekept.mounts(entry.get("volumes")))
        yield from (f"volumes: {one}" for one in binds if composekept.is_bind(one))
        told = _environment(entry.get("environment"))
        names = [name for name in told if not _TOLD.fullmatch(name)]
        yield from (f"environment: {', '.join(names)}",) if names else ()
        if kind in _OWN_USER and any("ROOT_PASSWORD" in name for name in told) and not any(map(_USERS.fullmatch, told)):
            yield "environment, by which root alone logs in (here the program has a user of its own: what names root itself has to read DATABASE_URL)"
        if entry.get("ports"):
            yield "ports: nothing outside reaches a store"
        return
    build = table(entry.get("build"))
    yield from (f"build.{key}" for key in build if key not in _BUILD_READ)
    yield from (key for key in entry if key not in (*_READ, "env_file", "profiles"))
    besides = tuple(dict.fromkeys(_ports(entry.get("ports"))))[1:]
    yield from (f"ports: {', '.join(map(str, besides))}",) if besides else ()
    if entry.get("command") is not None and _command(entry.get("command")) is None:
        yield "command (it needs a shell)"


def _left(value: object, found: tuple[ComposeService, ...]) -> Iterator[str]:
    """What of the file is no service that was read."""
    names = {service.name for service in found}
    for name, entry in table(value, "services").items():
        if name not in names:
            profiles, stage = table(entry).get("profiles"), word(table(table(entry).get("build")).get("target"))
            of = [f"the stage {stage} of a Dockerfile"] if stage else []
            of += [f"profiles {', '.join(_names(profiles))}"] if profiles else []
            yield f"the service {name}" + (f" ({', '.join(of)})" if of else "")
    yield from (f"the section {key}" for key in table(value) if key in _SECTIONS)
    for section in ("networks", "volumes"):
        for name, how in table(value, section).items():
            driver = word(table(how).get("driver"))
            if table(how).get("external") or table(how).get("driver_opts"):
                yield f"{section}.{name}, which is made elsewhere"
            elif driver not in (None, *_USUAL_DRIVERS):
                yield f"{section}.{name}.driver"


def _ended(value: object) -> Iterator[str]:
    for name, how in value.items() if isinstance(value, Mapping) else ():
        if table(how).get("condition") == "service_completed_successfully":
            yield str(name)


def _names(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, tuple | Mapping) else ()
    return tuple(str(name) for name in listed)
