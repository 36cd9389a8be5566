"""What no single key of deploy.yaml can be blamed for: references, cycles, secrets, routes.

All of it works on the tree, so that a mistake elsewhere in the file does not hide these.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from speccompile.codes.meaning import CYCLE, MISFIT, SECRET_AND_ENV, SECRET_VALUE, TWICE, UNKNOWN_SERVICE
from speccompile.codes.proxy import NO_FRONT_DOOR
from speccompile.codes.routes import ANNOUNCED_BY_NOBODY
from speccompile.diagnostics import Diagnostic, Related
from speccompile.frontends import environmentchecks, givenchecks, routechecks, tlschecks
from speccompile.frontends.findings import unknown_word
from speccompile.frontends.secretlike import named_like_secret, option_in, secret_in, token_in
from speccompile.frontends.wording import dotted, shown, suggestion
from speccompile.spec.deploy import EXTERNAL
from speccompile.spec.located import Located, LocatedList, key_span, value_span

FORMAT = "the format of deploy.yaml"
_LISTS = (("needs",), ("secrets",), ("writable",), ("packages", "build"), ("packages", "runtime"), ("build", "secrets"))


def objections(raw: Located, kinds: Collection[str]) -> Iterator[Diagnostic]:
    """Everything that is wrong with the services of *raw* as a whole; *kinds* are the known backing services."""
    if raw.get("proxy_protocol") is True and not _list(raw, "trusted_proxies"):
        yield ANNOUNCED_BY_NOBODY.at(
            key_span(raw, ("proxy_protocol",)),
            "`proxy_protocol` without `trusted_proxies`: nobody's word about clients is believed",
            fix="name the addresses of what stands in front in `trusted_proxies`, or take `proxy_protocol` out",
            found="no `trusted_proxies`",
            expected="addresses from which it is believed",
            expected_by="`proxy_protocol`",
        )
    yield from environmentchecks.objections(raw, FORMAT)
    yield from tlschecks.objections(raw, FORMAT)
    for key in (
        ("tls", "trusted_proxies", "proxy_protocol", "access_log", "errors") if raw.get("proxy") == "none" else ()
    ):
        if raw.get(key):
            yield NO_FRONT_DOOR.at(
                key_span(raw, (key,)),
                f"`{key}` with `proxy: none`: there is nothing in front of services that it could be about",
                fix=f"take `{key}` out, or choose `proxy: nginx` or `proxy: caddy`",
                found=f"`{key}`",
                expected="no such key",
                expected_by="`proxy: none`",
            )
    services = raw.get("services")
    if not isinstance(services, Located):
        return
    for name, service in services.items():
        if isinstance(service, Located):
            yield from _kind(raw, name, service, kinds)
            yield from _elsewhere(raw, name, service)
            yield from _needs(raw, name, service, services)
            yield from _repetitions(raw, name, service)
            yield from _secrets(raw, name, service)
            yield from _arguments(raw, name, service)
            yield from _health(raw, name, service)
    yield from _cycles(raw, services)
    yield from givenchecks.objections(raw, services, FORMAT)
    yield from routechecks.objections(raw, services, FORMAT)


def _kind(raw: Located, name: str, service: Located, kinds: Collection[str]) -> Iterator[Diagnostic]:
    uses = service.get("uses")
    if isinstance(uses, str) and uses != EXTERNAL and uses not in kinds:
        steps = ("services", name, "uses")
        yield unknown_word(f"`{dotted(steps)}`", uses, [*sorted(kinds), EXTERNAL], value_span(raw, steps), FORMAT)


def _health(raw: Located, name: str, service: Located) -> Iterator[Diagnostic]:
    """One path under two names."""
    said = service.get("health")
    if isinstance(said, Located) and "live" in said and "path" in said:
        yield MISFIT.at(
            key_span(raw, ("services", name, "health", "path")),
            f"{shown(name)} has two paths that tell whether it lives",
            fix="take `path` out: it is the older name of `live`",
            found="`path` beside `live`",
            expected="one of them",
            expected_by=FORMAT,
        )


def _elsewhere(raw: Located, name: str, service: Located) -> Iterator[Diagnostic]:
    """What is said of a container that there is none of."""
    if service.get("external") is not True:
        return
    for key in ("version", "resources", "database", "user", "backup"):
        if key in service:
            yield MISFIT.at(
                key_span(raw, ("services", name, key)),
                f"{shown(name)} is external, and has no use for `{key}`",
                fix=f"take `{key}` out, or take `external` out and let it run here",
                found=f"`{key}`",
                expected="no such key",
                expected_by="`external: true`: whoever runs it decides that",
            )


def _needs(raw: Located, name: str, service: Located, services: Located) -> Iterator[Diagnostic]:
    for index, need in enumerate(_list(service, "needs")):
        if isinstance(need, str) and need not in services:
            fix = suggestion(
                need, services.keys(), f"add the service {need[:40]} below `services`, or take the entry out"
            )
            yield UNKNOWN_SERVICE.at(
                value_span(raw, ("services", name, "needs", index)),
                f"{shown(name)} needs {shown(need)}, and there is no such service",
                fix=fix,
                found=shown(need),
                expected="a service of this file",
                expected_by=FORMAT,
            )


def _repetitions(raw: Located, name: str, service: Located) -> Iterator[Diagnostic]:
    for keys in _LISTS:
        seen: dict[str, int] = {}
        for index, entry in enumerate(_list(service, *keys)):
            steps = ("services", name, *keys)
            listed = _named(entry)
            if isinstance(listed, str) and listed in seen:
                first = Related("the first one is here", value_span(raw, (*steps, seen[listed])))
                yield TWICE.at(
                    value_span(raw, (*steps, index)),
                    f"`{dotted(steps)}` lists {shown(listed)} twice",
                    found=shown(listed),
                    expected="each entry once",
                    expected_by=FORMAT,
                    fix="take one of the two out",
                    related=(first,),
                )
            elif isinstance(listed, str):
                seen[listed] = index


def _named(entry: object) -> object:
    """What an entry of a list names: itself, or the ``name`` of a secret's entry."""
    return entry.get("name") if isinstance(entry, Located) else entry


def _secrets(raw: Located, name: str, service: Located) -> Iterator[Diagnostic]:
    given = option_in(_list(service, "command"))
    for index, word in enumerate(_list(service, "command")):
        what = "gives an option the value of a secret" if index == given else None
        if isinstance(word, str) and (what := token_in(word) or what):
            steps: tuple[str | int, ...] = ("services", name, "command", index)
            yield SECRET_VALUE.at(
                value_span(raw, steps),
                f"`{dotted(steps)}` {what}; values of secrets never enter a spec",
                fix="take it out (and change the secret, if it was real) and list a name under `secrets`",
                found="a value that looks like a secret",
                expected="the name of a secret, under `secrets`",
                expected_by=FORMAT,
            )
    secrets, env = [_named(entry) for entry in _list(service, "secrets")], service.get("env")
    if not isinstance(env, Located):
        return
    for variable, value in env.items():
        steps = ("services", name, "env", variable)
        what = secret_in(variable, str(value)) if isinstance(value, str | int | float) else None
        if variable in secrets:
            other = Related(
                "listed as a secret here", value_span(raw, ("services", name, "secrets", secrets.index(variable)))
            )
            yield SECRET_AND_ENV.at(
                key_span(raw, steps),
                f"{shown(variable)} stands in `env` and in `secrets`",
                fix="take it out of `env`; the operator supplies its value",
                found=f"{shown(variable)} in both",
                expected="each variable in one of them",
                expected_by=FORMAT,
                related=(other,),
            )
        elif what:
            yield SECRET_VALUE.at(
                key_span(raw, steps),
                f"`{dotted(steps)}` {what}; values of secrets never enter a spec",
                fix="take it out of `env` (and change the secret, if it was real) "
                f"and write `secrets: [{variable[:40]}]`",
                found="a value that looks like a secret",
                expected="the name of a secret, under `secrets`",
                expected_by=FORMAT,
            )


def _arguments(raw: Located, name: str, service: Located) -> Iterator[Diagnostic]:
    """Build arguments are public: they stand in the Dockerfile, and in what the build makes."""
    build = service.get("build")
    given = build.get("args") if isinstance(build, Located) else None
    secrets = _list(service, "build", "secrets")
    for variable, value in given.items() if isinstance(given, Located) else ():
        steps = ("services", name, "build", "args", variable)
        what = token_in(str(value)) or ("has the name of a secret" if named_like_secret(variable) else None)
        if variable in secrets:
            other = Related(
                "listed as a secret here", value_span(raw, (*steps[:3], "secrets", secrets.index(variable)))
            )
            yield SECRET_AND_ENV.at(
                key_span(raw, steps),
                f"{shown(variable)} stands in `build.args` and in `build.secrets`",
                fix="take it out of `build.args`; `speccompile build` hands the secret on",
                related=(other,),
            )
        elif what:
            yield SECRET_VALUE.at(
                key_span(raw, steps),
                f"`{dotted(steps)}` {what}; an argument of a build is public",
                fix=f"take it out of `args` (and change the secret, if it was real) and write `build: {{secrets: [{variable[:40]}]}}`",
                found="the name of a secret",
                expected="a public value",
                expected_by=FORMAT,
            )


def _cycles(raw: Located, services: Located) -> Iterator[Diagnostic]:
    graph = {
        name: sorted({need for need in _list(service, "needs") if isinstance(need, str) and need in services})
        for name, service in sorted(services.items())
        if isinstance(service, Located)
    }
    while cycle := _cycle(graph):
        ring = [*cycle, cycle[0]]
        first, *others = (_edge(raw, one, other) for one, other in pairwise(ring))
        yield CYCLE.at(
            first.span,
            f"these services need each other and none can start first: {' -> '.join(ring)}",
            fix="take one of these needs out",
            found=" -> ".join(ring),
            expected="needs without a circle",
            expected_by="the order in which services start",
            related=tuple(others),
        )
        graph = {
            name: [need for need in needs if need not in cycle] for name, needs in graph.items() if name not in cycle
        }


def _edge(raw: Located, one: str, other: str) -> Related:
    """Where the service *one* says that it needs *other*."""
    steps = ("services", one, "needs")
    return Related(
        f"{one} needs {other} here", value_span(raw, (*steps, _list(raw["services"][one], "needs").index(other)))
    )


def _cycle(graph: dict[str, list[str]]) -> list[str]:
    """The names of one cycle, each needing the next, the first in the alphabet first; [] when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        names: list[str] = error.args[1][:0:-1]  # graphlib lists a cycle against the edges, its first name twice
        start = names.index(min(names))
        return names[start:] + names[:start]
    return []


def _list(service: Any, *keys: str) -> list[Any]:
    for key in keys:
        service = service.get(key) if isinstance(service, Located) else None
    return list(service) if isinstance(service, LocatedList) else []
