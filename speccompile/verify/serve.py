"""serve.sh, read back: the reviewed lines, with the plan's values in the words that bash reads them from."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from itertools import zip_longest

from speccompile import regular
from speccompile.codes import serve as codes
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.plan.fpm import Fpm
from speccompile.plan.plan import Plan
from speccompile.resources import templates_directory
from speccompile.source import Span
from speccompile.verify import place


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the scripts among *files* (path relative to the output directory → text)."""
    scripts = (service.fpm for service in plan.services if service.fpm)
    return tuple(
        finding
        for fpm in scripts
        for finding in _findings(fpm, place.on_disk(plan, fpm.script), files.get(fpm.script, ""))
    )


def _findings(fpm: Fpm, path: str, text: str) -> Iterator[Diagnostic]:
    """The first line that is not as it must be."""
    values = _values(fpm)
    for number, (want, have) in enumerate(zip_longest(_reviewed(fpm), text.split("\n")), start=1):
        name, _, word = (have or "").partition("=")
        if want in values and name == want:
            if _word(word) == values[want]:
                continue
            message = f"{name} is {quoted(word)}, the plan says {quoted(values[want])}"
        elif have == want:
            continue
        else:
            message = f"found {have!r}, the reviewed script has {want!r}"
        yield codes.NOT_THE_PLAN.at(Span(path, number, 1), message, fix=place.FIX)
        return


def _values(fpm: Fpm) -> dict[str, str]:
    return {
        "ROOT": fpm.root,
        "ROUTED": "true" if fpm.routed else "false",
        "CLOSED": "true" if fpm.closed else "false",
        "LISTEN": str(fpm.listen.port),
        "DRAIN": str(fpm.drain.seconds),
        "CHILDREN": str(fpm.children.number),
    }


def _reviewed(fpm: Fpm) -> Iterator[str]:
    """The lines, those with values by the name of the variable alone."""
    yield "#!/bin/bash"
    yield from (f"# {line}" for line in place.header(fpm.script))
    yield from _part("head")
    yield from _values(fpm)
    yield from _part("tail")
    yield ""


def _part(name: str) -> list[str]:
    text = regular.read_named(templates_directory() / "serve" / f"{name}.sh.j2").decode()
    return text.removesuffix("\n").split("\n")


def _word(text: str) -> str | None:
    """What bash takes a value for: one word, written in the one way that ``shlex.quote`` has for it."""
    try:
        words = shlex.split(text)
    except ValueError:
        return None
    return words[0] if len(words) == 1 and shlex.quote(words[0]) == text else None
