"""Health routes of Go servers with the prefixes of the routers that they are given to: net/http, chi, gin, echo, fiber and gorilla/mux.

Only what answers GET counts, and only a path of which every part is plain: groups, subrouters, closures, handlers that are mounted, and functions that
are given a router. Where that cannot be followed there is no route: a wrong path would make a healthy service unhealthy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Chosen
from speccompile.stacks.go.source import GoFile
from speccompile.stacks.health_names import ROUTE

_NEW = r"(?:gin\.(?:Default|New)|echo\.New|fiber\.New|chi\.New(?:Router|Mux)|mux\.NewRouter|http\.NewServeMux|httprouter\.New)\("
_TYPE = (
    r"\*?(?:gin\.(?:Engine|RouterGroup|IRouter|IRoutes)|echo\.(?:Echo|Group)|fiber\.(?:App|Router|Group)|http\.ServeMux|chi\.(?:Mux|Router)"
    r"|mux\.Router|httprouter\.Router)\b"
)
_WHOLE = regex(r"\*(?:gin\.Engine|echo\.Echo|fiber\.App|http\.ServeMux|chi\.Mux|httprouter\.Router)\b")
_ROUTE = regex(
    r"(?<![\w.])([\w.]+)\.(?:GET|Get|Any|All|Handle|HandleFunc|HandlerFunc)\(\s*(?:http\.MethodGet\s*,\s*|\"GET\"\s*,\s*)?"
    rf"\"(?:GET )?((?:/[\w-]+){{0,4}}/{ROUTE}/?)(?:\{{\$\}})?\""
)
_NAMED = regex(r"\.Methods\(([^)]*)\)")
_FUNCTION = regex(r"^func[ \t]+(?:\(\s*\w+\s+\*?\w+\s*\)[ \t]*)?(\w+)\(([^)]*)\)", re.MULTILINE)
_CLOSURE = regex(r"(?<![\w.])([\w.]+)\.(?:Route\(\s*\"([^\"\n]*)\"\s*,|Group\()\s*func\(\s*(\w+)\s+[\w.*]+\s*\)\s*\{")
_BELOW = r"\.(?:Group|PathPrefix)\(\s*\"([^\"\n]*)\""
_CHAINED = r"\.(?:Group|PathPrefix)\(\s*(?:\"([^\"\n]*)\")?"
_DEEPEST = 12


@record()
class _Place:
    """Where a router is spoken of: the file, the offset, and its name there."""

    file: GoFile
    offset: int
    name: str


class Routes:
    """What the calls in a program's files say about its routes."""

    def __init__(self, files: Iterable[GoFile]) -> None:
        self._files = tuple(files)

    def health(self) -> Chosen | None:
        """The first health route whose whole path is known."""
        for file in self._files:
            for line in file.source.lines():
                match, named = line.search(_ROUTE), line.search(_NAMED)
                if match is None or (named and "G" not in named[1]):
                    continue
                above = self._prefix(_Place(file, _begins(file, line.number) + match.start(), match[1]), 0)
                if above is not None:
                    where = f"{file.path}:{line.number}"
                    return Chosen(
                        "health", _joined(above, match[2]), where, Span(file.path, line.number, match.start(2) + 1)
                    )
        return None

    def _prefix(self, place: _Place, depth: int) -> str | None:
        """Where the router at *place* is reached; None where that cannot be told."""
        if depth > _DEEPEST:
            return None
        if place.name == "http":
            return ""
        closure = _closure(place)
        if closure:
            outer, below = closure
            return self._below(outer, below, depth)
        function = _function(place)
        made = _assigned(place, function.start() if function else 0)
        if made is None:
            return self._given(place, function, depth)
        where, expression = made
        if re.match(_NEW, expression):
            return self._mounted(place, function, depth)
        group = re.match(rf"([\w.]+){_BELOW}", expression)
        if group:
            parts = [one[1] for one in re.finditer(_CHAINED, expression)]
            path = None if None in parts else "/".join(parts)
            return None if path is None else self._below(_Place(place.file, where, group[1]), path, depth)
        same = re.match(r"([\w.]+)\.(?:With|Use)\(", expression)
        return self._prefix(_Place(place.file, where, same[1]), depth + 1) if same else None

    def _below(self, outer: _Place, path: str, depth: int) -> str | None:
        above = self._prefix(outer, depth + 1)
        return None if above is None else _joined(above, path)

    def _mounted(self, place: _Place, function: re.Match[str] | None, depth: int) -> str | None:
        """Where a router that is made there is put: below another one, or nowhere, which is the root."""
        code = place.file.source.code
        begins, ends = (function.start(), _end(code, function.end())) if function else (0, len(code))
        name = re.escape(place.name)
        within = [
            _Mount(place.file, match)
            for match in place.file.source.finditer(_mounts(name))
            if begins <= match.start() < ends
        ]
        gives = function and re.search(rf"\breturn\s+{name}\b", code[begins:ends])
        call = rf"(?:\w+\.)*{re.escape(function[1])}\([^()]*\)" if function else ""
        if not within and gives:
            within = [_Mount(file, match) for file in self._files for match in file.source.finditer(_mounts(call))]
        if not within:
            put = (
                re.compile(rf"\.(?:Mount|Handle)\([^\n]*\b(?:{name}|{call})\s*\)")
                if gives
                else re.compile(rf"\.Mount\([^\n]*\b{name}\s*\)")
            )
            return None if any(file.source.search(put) for file in self._files) else ""
        outer = _Place(within[0].file, within[0].match.start(), within[0].match[1])
        return self._below(outer, within[0].match[2], depth) if len(within) == 1 else None

    def _given(self, place: _Place, function: re.Match[str] | None, depth: int) -> str | None:
        """Where a router is reached that is a parameter, or a field; as whole applications are, where nothing says more."""
        last = re.escape(place.name.rpartition(".")[2])
        parameter = re.search(rf"\b{last}\s+({_TYPE})", function[2]) if function and "." not in place.name else None
        if parameter and function:
            at = len(re.findall(r",", function[2][: parameter.start()]))
            several = set(self._arguments(function[1], at, depth))
            if len(several) == 1:
                return several.pop()
            return "" if not several and _WHOLE.match(parameter[1]) else None
        held = re.compile(rf"\t{last}\s+{_WHOLE.pattern}", re.MULTILINE)
        return "" if "." in place.name and any(file.source.search(held) for file in self._files) else None

    def _arguments(self, name: str, at: int, depth: int) -> Iterator[str | None]:
        """Where the routers are reached that calls of a function give it as its argument number *at*."""
        pattern = re.compile(rf"(?<![\w.])(?:\w+\.)*{re.escape(name)}\(((?:[^()\n]|\([^()\n]*\))*)\)")
        for file in self._files:
            for match in file.source.finditer(pattern):
                if file.source.code[: match.start()].endswith(("func ", ") ")):
                    continue
                words = [word.strip() for word in re.split(r",(?![^()]*\))", match[1])]
                word = words[at] if at < len(words) else ""
                group = re.fullmatch(rf"([\w.]+){_BELOW}\)(?:\.Subrouter\(\))?", word)
                if group:
                    yield self._below(_Place(file, match.start(), group[1]), group[2], depth)
                else:
                    yield (
                        self._prefix(_Place(file, match.start(), word), depth + 1)
                        if re.fullmatch(r"[\w.]+", word)
                        else None
                    )


@record()
class _Mount:
    """A call that puts a handler below a router: its first group is the router, its second the path."""

    file: GoFile
    match: re.Match[str]


def _mounts(handler: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w.])([\w.]+)\.(?:Mount|Handle|PathPrefix)\(\s*\"([^\"\n]*)\"\s*(?:\)\.Handler\(|,)\s*(?:http\.StripPrefix\(\s*\"[^\"\n]*\"\s*,\s*)?{handler}\s*\)"
    )


def _closure(place: _Place) -> tuple[_Place, str] | None:
    """The innermost function literal around *place* that is given the router: what gives it, and the path below that."""
    found = None
    for match in place.file.source.finditer(_CLOSURE):
        if match.start() >= place.offset:
            break
        if match[3] == place.name and place.offset < _end(place.file.source.code, match.end() - 1):
            found = _Place(place.file, match.start(), match[1]), match[2] or ""
    return found


def _function(place: _Place) -> re.Match[str] | None:
    before = [match for match in place.file.source.finditer(_FUNCTION) if match.start() <= place.offset]
    return before[-1] if before else None


def _assigned(place: _Place, begins: int) -> tuple[int, str] | None:
    """The last expression before *place* that its router is set to, and where."""
    pattern = re.compile(rf"(?<![\w.]){re.escape(place.name)}(?:\s*,\s*\w+)?\s*:?=\s*([^\n]+)")
    before = [match for match in place.file.source.finditer(pattern) if begins <= match.start() < place.offset]
    return (before[-1].start(), before[-1][1]) if before else None


def _end(code: str, begins: int) -> int:
    """Where the block ends that the first brace from *begins* on opens."""
    depth = 0
    for match in re.finditer(r"[{}]", code[begins:]):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return begins + match.end()
    return len(code)


def _begins(file: GoFile, number: int) -> int:
    """The offset of a line."""
    at = 0
    for _ in range(number - 1):
        at = file.source.code.index("\n", at) + 1
    return at


def _joined(above: str, below: str) -> str:
    path = f"{above.rstrip('/')}/{re.sub('/{2,}', '/', below).lstrip('/')}" if below.strip("/") else above.rstrip("/")
    return path if path.startswith("/") or not path else f"/{path}"
