"""The proposal as a whole: services, stores, how they are connected and reached, and what cannot be given."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from speccompile.catalog import CATALOG
from speccompile.catalog.backing import names
from speccompile.detect import reading
from speccompile.detect.demands import demands
from speccompile.detect.reading import Sources
from speccompile.detect.unused.development import DEVELOPMENT
from speccompile.detect.variables import Reading
from speccompile.frontends.secretlike import is_opaque, secret_in, shows_secret
from speccompile.lower.store_address import readable, value
from speccompile.lower.store_variables import Role, roles
from speccompile.lower.wiring import url_variable
from speccompile.plan.handover import Way
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.archetypes import CLI_TOOL, DATA_PIPELINE, WEB_SERVICE
from speccompile.stacks.written import free_directories
from speccompile.survey import drivers, making, needs, profiles, proxied, releases, routes
from speccompile.survey.appname import AppName
from speccompile.survey.composefile import ComposeFile
from speccompile.survey.composekept import NOTHING, Kept
from speccompile.survey.found import Found, PassedOver, Step
from speccompile.survey.proxied import Held
from speccompile.survey.roles import in_browser
from speccompile.survey.routes import Routed
from speccompile.survey.stores import Store, database_file, stores
from speccompile.survey.variables import Given

_DRIVERS = frozenset(client for backing in CATALOG.values() if backing.generic for client in backing.clients)
_LONGEST = 200
_SECRET_NAME = regex(r"[A-Z][A-Z0-9_]{0,60}")
_REFERENCE = regex(r"\$[A-Za-z_{]")
_LOWEST_PORT = 1024  # what is below belongs to root


@record(kw_only=True)
class Proposed:
    """A service with what is proposed for it: needs, variables and the route each with the reason; the port where its sources do not tell.
    ``secrets`` are variables with a password in them that an existing compose file sets."""

    found: Found
    needs: tuple[tuple[str, str], ...]
    env: tuple[tuple[str, str], ...]
    secrets: tuple[str, ...]
    port: int | None
    route: Routed | None
    release: tuple[Step, ...] = ()
    unused: tuple[str, ...] = ()
    writable: tuple[tuple[str, str], ...] = ()
    kept: Kept = NOTHING
    applied: str | None = None


@record(kw_only=True)
class Proposal:
    """What ``init`` proposes for a project."""

    app: AppName
    services: tuple[Proposed, ...]
    stores: tuple[Store, ...]
    passed_over: tuple[PassedOver, ...]
    compose: ComposeFile


def propose(
    tree: Tree, compose: ComposeFile, found: Sequence[Found], passed_over: Iterable[PassedOver], app: AppName
) -> Proposal:
    """The proposal for the services *found* in *tree*, which is called *app*."""
    directories = [one.directory for one in found]
    texts = {one.name: reading.sources(tree, one.directory, (*directories, *_apart(one))) for one in found}
    read = [(one, _with_compose(reading.read(texts[one.name]), one, compose)) for one in found]
    backing = stores(tree, read, compose)
    held = proxied.held(tree, found, routes.routes(tree, found))
    calls = {one.name: tuple(needs.calls(one, seen, found, compose)) for one, seen in read}
    edges = needs.without_cycles([(who, other.name) for who, several in calls.items() for other, _, _ in several])
    demanded = {one.name: _demanded(tree, one, texts[one.name]) for one in found}
    proposed = tuple(
        _proposed(one, seen, backing, calls[one.name], edges, held[one.name], app.name, demanded[one.name])
        for one, seen in read
    )
    seen_by = {one.name: seen for one, seen in read}
    proposed = tuple(_migrated(tree, _chosen(tree, one, seen_by[one.found.name], backing), backing) for one in proposed)
    return Proposal(app=app, services=proposed, stores=backing, passed_over=tuple(passed_over), compose=compose)


def _apart(one: Found) -> Iterable[str]:
    """What below its directory is part of other programs alone."""
    return (posixpath.join(one.directory, path) for path in one.detection.facts.apart)


def _migrated(tree: Tree, one: Proposed, backing: Sequence[Store]) -> Proposed:
    """*one* with what runs before it, where it writes, and what is known of migrations that nothing runs before it."""
    release = _release(tree, one, backing)
    serves = one.found.archetype == WEB_SERVICE and not one.found.command
    applied, left = releases.applied(tree, one.found) if serves and not release else (None, None)
    by_hand = making.by_hand(tree, one.found) if serves and not release and not applied else None
    found = replace(one.found, unused=(*one.found.unused, *filter(None, (left, by_hand))))
    return replace(one, found=found, release=release, writable=_writable(one.found, backing), applied=applied)


def _chosen(tree: Tree, one: Proposed, seen: Reading, backing: Sequence[Store]) -> Proposed:
    """*one* with the variable that tells it which of its databases it uses, by driver or by profile, where it has several and the default is another one."""
    kinds = [store.kind for store in backing for who, _ in store.needed_by if who == one.found.name]
    relational = next((kind for kind in kinds if "DATABASE" in CATALOG[kind].prefixes), None)
    profile = profiles.wanted(tree, one.found, seen, relational) if relational else None
    if profile and profiles.VARIABLE not in one.secrets:
        return replace(one, env=tuple(sorted({**dict(one.env), profiles.VARIABLE: profile}.items())))
    found = drivers.chooser(tree, seen)
    if relational is None or found is None or found.name in dict(one.env) or found.name in one.secrets:
        return one
    word, left = drivers.told(one.found, found, relational)
    unused = (*one.unused, *((left,) if left else ()))
    return replace(one, env=tuple(sorted((*one.env, *(((found.name, word),) if word else ())))), unused=unused)


def _release(tree: Tree, one: Proposed, backing: Sequence[Store]) -> tuple[Step, ...]:
    """What runs once before a new version of it serves: what the project has for that, else the migrations that are there."""
    if one.found.role or one.found.archetype != WEB_SERVICE:
        return ()
    kinds = frozenset(store.kind for store in backing for who, _ in store.needed_by if who == one.found.name)
    return one.found.release or tuple(releases.migrations(tree, one.found, kinds))


def _writable(one: Found, backing: Sequence[Store]) -> tuple[tuple[str, str], ...]:
    """Where it keeps what must outlive it, each with the reason: a database that is a file, uploads."""
    if one.archetype == CLI_TOOL:
        return ()
    facts = one.detection.facts
    served = any(
        "DATABASE" in CATALOG[store.kind].prefixes for store in backing for who, _ in store.needed_by if who == one.name
    )
    kept = [place for place in free_directories(facts.written) if place.lasting and not (served and place.default)]
    found = {
        posixpath.join(
            facts.home, place.directory or ""
        ): f"{place.span.path}:{place.span.line} keeps {place.what} there"
        for place in kept
    }
    if (file := database_file(one)) and not served:
        found[posixpath.join(facts.home, file.value)] = f"{file.source} keeps the database in a file there{_also(one)}"
    for path in one.compose.kept.writable if one.compose else ():
        found.setdefault(path, "the compose file has a volume there")
    return tuple(found.items())


def _also(one: Found) -> str:
    """The drivers of servers that it depends on besides."""
    others = ", ".join(sorted(one.detection.facts.dependencies & _DRIVERS))
    return f"; it depends on {others}, too: declare the server that you want, and tell the settings" if others else ""


def _with_compose(seen: Reading, one: Found, compose: ComposeFile) -> Reading:
    """What an existing compose file sets is read, too."""
    here = dict.fromkeys(one.compose.environment if one.compose else (), Span(compose.path))
    return Reading(dict(sorted({**here, **seen.variables}.items())), seen.addresses, seen.begun)


def _proposed(
    one: Found,
    seen: Reading,
    backing: Sequence[Store],
    called: Sequence[tuple[Found, str, tuple[Given, ...]]],
    edges: Iterable[tuple[str, str]],
    held: Held,
    app: str,
    demanded: frozenset[str],
) -> Proposed:
    mine = [(store, why) for store in backing for who, why in store.needed_by if who == one.name]
    peers = [(other, why, given) for other, why, given in called if (one.name, other.name) in edges]
    given = [told for _, _, several in peers for told in several]
    of_stores = roles([store for store, _ in mine], seen.variables)
    literal, secrets = _set_only(one, [store for store, _ in mine], of_stores, seen, app)
    wired = {name for read in of_stores.values() for name in read} | {url_variable(other.name) for other, _, _ in peers}
    known = wired | {told.name for told in given}
    env = {**_literals(one, known), **{told.name: told.value for told in given if told.name not in wired}, **literal}
    kept = tuple(sorted({*secrets, *_secrets(one, known)}))
    return Proposed(
        found=replace(one, unused=(*one.unused, *held.unused)),
        needs=(*((store.name, why) for store, why in mine), *((other.name, why) for other, why, _ in peers)),
        env=tuple(sorted((name, value) for name, value in env.items() if name != "PORT")),
        secrets=kept,
        port=_port(one, env),
        route=held.route,
        unused=tuple(_unused(one, known | env.keys() | set(kept) | demanded)),
        kept=_kept(one, known),
    )


def _kept(one: Found, known: Set[str]) -> Kept:
    """What of its entry in an existing compose file deploy.yaml says, too, where nothing else does."""
    if one.compose is None or one.archetype not in (WEB_SERVICE, DATA_PIPELINE):
        return NOTHING
    kept, asked = one.compose.kept, one.detection.facts.health_path
    health = () if one.archetype != WEB_SERVICE else tuple(pair for pair in kept.health if pair != ("path", asked))
    files = tuple(name for name in kept.files if name not in known and f"{name}_FILE" not in known)
    return replace(kept, health=health, files=files)


def _demanded(tree: Tree, one: Found, sources: Sources) -> frozenset[str]:
    """The variables that the operator is asked for anyway."""
    return frozenset(demand.name for demand in demands(sources, tree, one.directory)) if one.compose else frozenset()


def _unused(one: Found, used: Set[str]) -> Iterator[str]:
    """What an existing compose file says of the service, and nothing is made of."""
    if one.compose is None:
        return
    names = [name for name in one.compose.environment if name not in used and name not in DEVELOPMENT]
    # Its words are not shown: there can be a password among them.
    ran = one.compose.command
    left = [f"command ({posixpath.basename(ran[0])})"] if ran and ran != one.command else []
    said = [*left, *one.compose.unused, *((f"environment: {', '.join(names)}",) if names else ())]
    if said:
        yield f"{one.compose.name}: {'; '.join(said)}"


def _set_only(
    one: Found, backing: Sequence[Store], of_stores: Mapping[str, Mapping[str, Role]], seen: Reading, app: str
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The variables for stores that an existing compose file sets and no source is seen to read, which the compiler would not give: with their
    values, and those that have a password in them."""
    told = one.compose.environment if one.compose else {}
    literal, secrets = {}, []
    for store in backing:
        for name, role in of_stores[store.name].items():
            if name in told and not seen.variables[name].line and name != CATALOG[store.kind].url_variable:
                held = value(
                    role,
                    store.kind,
                    store.name,
                    names(app, store.database, store.user),
                    readable(store.kind),
                    Way.ENVIRONMENT,
                )
                if held and held[1] is None:
                    literal[name] = held[0]
                elif held:
                    secrets.append(name)
    return literal, tuple(sorted(secrets))


def _literals(one: Found, known: set[str]) -> dict[str, str]:
    """The plain settings of an existing compose file: no secrets, nothing about development, nothing that is known better."""
    if one.archetype not in (WEB_SERVICE, DATA_PIPELINE) or one.compose is None:
        return {}
    return {
        name: value for name, value in one.compose.environment.items() if name not in known and _is_setting(name, value)
    }


def _secrets(one: Found, known: set[str]) -> Iterator[str]:
    """The names of those settings of an existing compose file whose values are secrets, or could be: the values stay there."""
    if one.archetype not in (WEB_SERVICE, DATA_PIPELINE) or one.compose is None:
        return
    for name, held in one.compose.environment.items():
        kept = name not in known and name not in DEVELOPMENT and _SECRET_NAME.fullmatch(name) and "$" not in held
        if kept and (secret_in(name, held) or _holds_secret(held)):
            yield name


def _holds_secret(value: str) -> bool:
    """Whether a value could be a secret, or has one in it, as connection strings and JSON have."""
    return is_opaque(value) or any(map(shows_secret, value.splitlines()))


def _is_setting(name: str, value: str) -> bool:
    plain = (
        name.isascii()
        and name.isidentifier()
        and value
        and value.isprintable()
        and len(value) <= _LONGEST
        and "\ufffd" not in value
        and not _REFERENCE.search(value)
    )
    return (
        bool(plain)
        and name not in DEVELOPMENT
        and "://" not in value
        and not secret_in(name, value)
        and not _holds_secret(value)
        and "localhost" not in value
    )


def _port(one: Found, env: Mapping[str, str]) -> int | None:
    """The port that is not the one that its stack would say: another program's, or what an existing compose file publishes, where the sources
    name none or a variable of *env* tells it."""
    if one.archetype != WEB_SERVICE or in_browser(one):
        return None
    if one.listens:
        return one.port
    told = frozenset(held for name, held in env.items() if name.endswith("_PORT"))
    if named := next((port for port in (one.compose.ports if one.compose else ()) if str(port) in told), None):
        return named if named != one.port else None
    published = (
        one.compose.ports[0] if one.compose and one.compose.ports and not one.detection.facts.listens.span else one.port
    )
    return published if published >= _LOWEST_PORT and published != one.port else None
