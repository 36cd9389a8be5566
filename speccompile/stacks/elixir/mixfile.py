"""mix.exs: what is made of it, which Elixir and which packages it asks for. It is a program: only what stands in it plainly is read."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source

PATH = "mix.exs"
_APP = regex(r"\bapp:\s*:(\w{1,80})")
_VERSION = regex(r"\bversion:\s*\"([^\"\n]{1,60})\"")
_ELIXIR = regex(r"\belixir:\s*\"([^\"\n]{1,80})\"")
_DESCRIPTION = regex(r"\bdescription:\s*\"([^\"\n]{1,300})\"")
_SAID = (("name", _APP), ("version", _VERSION), ("description", _DESCRIPTION))
_UMBRELLA = regex(r"\bapps_path:\s*\"([\w./-]{1,80})\"")
_ESCRIPT = regex(r"\bescript:\s*(?:\[|\w+\()")
_MAIN = regex(r"\bmain_module:\s*([A-Z][\w.]{0,120})")
_NAMED = regex(r"\bname:\s*:?\"?(\w{1,80})")
_RELEASES = regex(r"\breleases:\s*(\[|releases\(\))|\bdefp?\s+releases\b[^\n]{0,40}\n\s*(\[)")
_RELEASE = regex(r"\b([a-z]\w{0,80}):\s*\[")
_STARTS = regex(r"\bmod:\s*\{\s*([A-Z][\w.]{0,120})")
_PACKAGE = regex(r"\{\s*:(\w{1,80})\s*,([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")
_ONLY = regex(r"\bonly:\s*(:\w+|\[[^\]]*\])")
_OPTION = regex(r"\b(path|git|github|organization|repo|in_umbrella):\s*(?:\"([^\"\n]{1,300})\"|:?(\w+))")
_ALIAS = regex(r"[\"']?\b(assets\.deploy)[\"']?\s*(?::|=>)\s*(\[[^\]]{0,600}\])")


@record(kw_only=True)
class Package:
    """A package that is asked for, ``deployed`` where it is not for development and tests alone, and its options that are plain."""

    name: str
    deployed: bool
    options: dict[str, str]
    span: Span


@record(kw_only=True)
class Mixfile:
    """What mix.exs says.

    ``app`` is what it makes, ``releases`` those that are named, ``umbrella`` the directory of its applications, "" where it is one itself. ``starts``
    is the module that is started, ``escript`` the one that a command is made of, ``command`` its name. ``assets`` is the text of the alias that makes
    assets; ``stated`` is where it says its name, version and description.
    """

    path: str
    app: str | None
    version: str | None
    elixir: tuple[str, Span] | None
    description: str | None
    umbrella: str
    releases: tuple[str, ...]
    starts: str | None
    escript: str | None
    command: str | None
    assets: tuple[str, Span] | None
    packages: tuple[Package, ...]
    stated: Mapping[str, Span]


def read(tree: Tree, directory: str = "") -> Mixfile | None:
    """The one in *directory* of *tree*; None where there is none."""
    path = posixpath.join(directory, PATH)
    if not tree.is_file(path):
        return None
    code = source(tree, path)
    umbrella, escript, elixir, alias = (code.search(one) for one in (_UMBRELLA, _ESCRIPT, _ELIXIR, _ALIAS))
    main = _MAIN.search(code.code, escript.end()) if escript else None
    named = _NAMED.search(code.code, escript.end()) if escript else None
    app = _first(code, _APP)
    return Mixfile(
        path=path,
        app=app,
        version=_first(code, _VERSION),
        elixir=(elixir[1], _at(path, code, elixir.start())) if elixir else None,
        description=_first(code, _DESCRIPTION),
        umbrella=posixpath.normpath(umbrella[1]) if umbrella else "",
        releases=tuple(dict.fromkeys(_releases(code))),
        starts=_first(code, _STARTS),
        escript=main[1] if main else None,
        command=(named[1] if named else app) if main else None,
        assets=(alias[2], _at(path, code, alias.start())) if alias else None,
        packages=tuple(_packages(path, code)),
        stated={name: _at(path, code, match.start()) for name, said in _SAID if (match := code.search(said))},
    )


def _first(code: Lexed, pattern: re.Pattern[str]) -> str | None:
    match = code.search(pattern)
    return match[1] if match else None


def _at(path: str, code: Lexed, offset: int) -> Span:
    return Span(path, code.line(offset), code.column(offset))


def _releases(code: Lexed) -> Iterator[str]:
    """The names at the first level of the list."""
    for match in code.finditer(_RELEASES):
        begin = match.start(1) if match[1] == "[" else match.start(2) if match[2] else -1
        text, depth = code.bare[begin:] if begin >= 0 else "", 0
        for at, letter in enumerate(text):
            depth += (letter in "[{(") - (letter in "]})")
            if depth == 0:
                break
            if depth == 1 and (found := _RELEASE.match(text, at)) and not text[at - 1].isalnum():
                yield found[1]


def _packages(path: str, code: Lexed) -> Iterator[Package]:
    """What stands in lists of packages: a name, and a version or options behind it."""
    for match in code.finditer(_PACKAGE):
        options = {one[1]: one[2] or one[3] for one in _OPTION.finditer(match[2])}
        if not options and '"' not in match[2]:
            continue
        only = _ONLY.search(match[2])
        deployed = only is None or ":prod" in only[1]
        yield Package(name=match[1], deployed=deployed, options=options, span=_at(path, code, match.start()))
