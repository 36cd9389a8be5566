"""Health routes of Rust servers with the prefixes that they are nested below: axum, actix-web, Rocket, poem, warp and their like.

Only what answers GET counts, and only a path of which every part is plain; where it cannot be followed there is no route.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.lexing import Lexed
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Chosen
from speccompile.stacks.health_names import ROUTE

_PATH = rf"\"((?:/[\w-]+){{0,4}}/{ROUTE}/?)\""
_ROUTE = regex(rf"\.(?:route|at|service)\(\s*(?:web::resource\(\s*)?{_PATH}\s*[,)]")
_COMPARED = (regex(rf"(?:\bGET\b[^\n]{{0,40}}|==\s*){_PATH}"), regex(rf"{_PATH}\s*\)?\s*=>"))
_ATTRIBUTE = regex(rf"#\[get\(\s*{_PATH}[^\]]{{0,200}}\]\s*(?:#\[[^\]]*\]\s*)*(?:pub\s+)?(?:async\s+)?fn\s+(\w+)")
_ANSWERS = regex(r"\b(?:get|any|any_service|get_service|head|on)\b|\bGET\b")
_OTHER = regex(r"\b(?:post|put|patch|delete)\b")
_SCOPE = r"\b(?:web::scope|scope|nest|nest_service|mount)\(\s*"
_ANY_SCOPE = regex(_SCOPE)
_FUNCTION = regex(r"\bfn\s+(\w+)[^{;]*\{")
_DEEPEST = 8


def health(texts: tuple[tuple[str, Lexed], ...]) -> Chosen | None:
    """The first health route in the sources *texts* whose whole path is known."""
    for path, text in texts:
        for match, name in _candidates(text):
            above = _attributed(texts, name) if name else _above(texts, text, match.start(), 0)
            if above is not None:
                where = Span(path, text.line(match.start(1)), text.column(match.start(1)))
                return Chosen("health", f"{above}{match[1]}", f"{path}:{where.line}", where)
    return None


def _candidates(text: Lexed) -> Iterator[tuple[re.Match[str], str]]:
    """The routes that answer GET, with the name of the handler where they are written at one."""
    for match in text.finditer(_ROUTE):
        rest = text.code[match.end() - 1 : match.end() + 120].partition(".route(")[0]
        answers, other = _ANSWERS.search(rest), _OTHER.search(rest)
        if not other or (answers and answers.start() < other.start()):
            yield match, ""
    yield from ((match, match[2]) for match in text.finditer(_ATTRIBUTE))
    if not text.search(_ANY_SCOPE):
        for pattern in _COMPARED:
            yield from ((match, "") for match in text.finditer(pattern))


def _attributed(texts: tuple[tuple[str, Lexed], ...], name: str) -> str | None:
    """The prefix below which the handler *name* is a service or a mounted route."""
    mounted = re.compile(rf"\bmount\(\s*\"([^\"]*)\"\s*,\s*routes!\[[^\]]*\b{name}\b")
    served = re.compile(rf"\.service\(\s*(?:\w+::)*{name}\s*\)")
    for _, text in texts:
        match = text.search(mounted)
        if match:
            return match[1].rstrip("/")
        match = text.search(served)
        if match:
            return _above(texts, text, match.start(), 0)
    return None if any(text.search(_ANY_SCOPE) for _, text in texts) else ""


def _above(texts: tuple[tuple[str, Lexed], ...], text: Lexed, at: int, depth: int) -> str | None:
    """The prefix of the router that is spoken of at *at*; None where that cannot be told."""
    if depth > _DEEPEST:
        return None
    begins = _chain(text.bare, at)
    scope = re.match(r"(?:web::)?scope\(\s*(\"([^\"]*)\"|[^\n])", text.code[begins:])
    if scope and scope[2] is None:
        return None
    own = scope[2].rstrip("/") if scope else ""
    around = _enclosing(text.bare, begins)
    if around is not None:
        nested = re.search(r"\b(?:nest|nest_service|mount)\(\s*\"([^\"]*)\"\s*,\s*\Z", text.code[around:begins])
        if nested is None and re.search(r"\b(?:nest|nest_service|mount)\(", text.code[around:begins]):
            return None
        outer = _above(texts, text, around, depth + 1)
        return None if outer is None else f"{outer}{nested[1].rstrip('/') if nested else ''}{own}"
    placed = _placed(texts, text, begins, depth)
    return None if placed is None else f"{placed}{own}"


def _placed(texts: tuple[tuple[str, Lexed], ...], text: Lexed, begins: int, depth: int) -> str | None:
    """Where the router is put that a chain beginning at *begins* makes: by its variable, or by the function that gives it."""
    variable = re.search(r"\blet\s+(?:mut\s+)?(\w+)[^=;{}]*=\s*\Z", text.code[:begins])
    functions = [one for one in text.finditer(_FUNCTION) if one.start() < begins]
    names = ([re.escape(variable[1])] if variable else []) + (
        [rf"(?:\w+::)*{functions[-1][1]}\([^()]*\)"] if functions else []
    )
    names += [rf"(?:\w+::)*{functions[-1][1]}"] if functions and functions[-1][1] != "main" else []
    for name in names:
        for _, other in texts:
            put = other.search(
                re.compile(
                    rf"\.(?:nest|nest_service|merge|configure|service|mount)\(\s*(?:(\"[^\"]*\"|[\w:]+)\s*,\s*)?{name}\s*\)"
                )
            )
            if put:
                outer = _above(texts, other, put.start(), depth + 1)
                below = "" if put[1] is None else put[1].strip('"').rstrip("/") if put[1].startswith('"') else None
                return None if outer is None or below is None else f"{outer}{below}"
    return ""


def _chain(bare: str, at: int) -> int:
    """Where the chain of calls begins that goes on at *at*: behind the last opening, assignment or statement around it."""
    depth = 0
    for index in range(at - 1, -1, -1):
        letter = bare[index]
        depth += (letter in ")]}") - (letter in "([{")
        if depth < 0 or (depth == 0 and letter in ";=,|"):
            return index + 1 + len(bare[index + 1 : at]) - len(bare[index + 1 : at].lstrip())
    return 0


def _enclosing(bare: str, at: int) -> int | None:
    """Where the call begins among whose arguments *at* is; None where that is none."""
    depth = 0
    for index in range(at - 1, -1, -1):
        letter = bare[index]
        depth += (letter in ")]}") - (letter in "([{")
        if depth < 0:
            name = (
                re.search(r"\.(?:service|nest|nest_service|merge|mount|configure)\Z", bare[:index])
                if letter == "("
                else None
            )
            return name.start() if name else None
    return None
