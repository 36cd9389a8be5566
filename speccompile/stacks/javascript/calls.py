"""Calls in JavaScript and TypeScript: chains such as ``app.route("/a").get(f)``, their arguments, what they are assigned to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from speccompile.lexing import Lexed
from speccompile.record import record
from speccompile.regex import regex

_ROOT = regex(r"(?<![\w$.])(?:(new)\s+)?([A-Za-z_$][\w$]{0,60})(?=\s*(?:[.(<]|\?\.))")
_NEXT = regex(r"\s*(?:\?\.|\.)\s*([A-Za-z_$][\w$]{0,60})")
_TYPES = regex(r"\s*<[\w\s,.|&\[\]{}:;'\"?$]{0,200}>(?=\()")
_OPEN = regex(r"\s*\(")
_GIVEN = regex(
    r"(?:(?:(?:const|let|var)\s+|this\.)?([A-Za-z_$][\w$]{0,60})\s*(?::[^=;(){}]{0,120})?=|export\s+(default)|module\.(exports)\s*=)\s*(?:await\s+)?\Z"
)
_BEFORE_GIVEN = ("=", "default", "await")
_TEXT = regex(r"""\s*(["'`])([^"'`$\\\n]{0,200})\1\s*(?:as\s+const)?\s*\Z""")
_TEMPLATE = regex(r"\s*`([^`]{0,160})`\s*\Z")
_EMBEDDED = regex(r"\$\{\s*([\w$]{1,60})\s*\}")
_NAMED = regex(r"\s*([A-Za-z_$][\w$]{0,60})\s*\Z")
_MEMBER = regex(r"\s*([A-Za-z_$][\w$]{0,60})\.([A-Za-z_$][\w$]{0,60})\s*\Z")
_MOST, _LONGEST_CHAIN = 4000, 60


@record()
class Call:
    """One call of a chain: ``root`` begins it (with ``new`` where it is made), ``names`` are what is asked of it, the last of them is called
    here; ``arguments`` are the texts of its arguments, ``span`` where they are. ``begins`` is where the chain does, ``given`` the name
    that its value gets."""

    root: str
    names: tuple[str, ...]
    arguments: tuple[str, ...]
    span: tuple[int, int]
    begins: int
    given: str | None

    @property
    def name(self) -> str:
        """What is called."""
        return self.names[-1] if self.names else self.root


@lru_cache(maxsize=128)
def calls(code: Lexed) -> tuple[tuple[Call, ...], ...]:
    """The chains of calls in a source, in the order of their places. They are asked for once for routes, and once for where it listens."""
    return tuple(_chains(code))


def _chains(code: Lexed) -> Iterator[tuple[Call, ...]]:
    for number, match in enumerate(code.finditer(_ROOT)):
        chain = tuple(_chain(code, match))
        if chain:
            yield chain
        if number > _MOST:
            return


def text_of(argument: str, code: Lexed) -> str | None:
    """The text that an argument is: a literal, or the name of a constant of the same source that is one, also in a template; None where that
    cannot be told."""
    literal, template = _TEXT.match(argument), _TEMPLATE.match(argument)
    if literal:
        return literal[2]
    if template:
        parts = [text_of(part, code) if at % 2 else part for at, part in enumerate(_EMBEDDED.split(template[1]))]
        return None if None in parts else "".join(part or "" for part in parts)
    named, member = _NAMED.match(argument), _MEMBER.match(argument)
    if named:
        constant = rf"\bconst\s+{re.escape(named[1])}\s*(?::\s*string\s*)?=([^;\n]{{1,200}})"
    elif member:
        constant = rf"\b(?:enum|const)\s+{re.escape(member[1])}\b[^{{;]{{0,80}}\{{[^{{}}]{{0,2000}}?\b{re.escape(member[2])}\s*[:=]([^,}}\n]{{1,200}})"
    else:
        return None
    found = code.search(re.compile(constant))
    value = _TEXT.match(found[1]) if found else None
    return value[2] if value else None


def name_of(argument: str) -> str | None:
    """The name that an argument is."""
    match = _NAMED.match(argument)
    return match[1] if match else None


def option(argument: str, *names: str) -> str | None:
    """The text of what an object literal gives to one of *names*; None where it has none of them."""
    if not argument.lstrip().startswith("{"):
        return None
    match = re.search(
        rf"""[{{,]\s*["']?({"|".join(names)})["']?\s*(?::\s*((?:\[[^\]]{{0,200}}\]|[^,}}\n]){{1,200}})|(?=[,}}]))""",
        argument,
    )
    return None if match is None else (match[2] or match[1])


def _chain(code: Lexed, match: re.Match[str]) -> Iterator[Call]:
    at: int = match.end(2)
    names: list[str] = []
    given = _given(code.bare, match.start())
    for _ in range(_LONGEST_CHAIN):
        types = _TYPES.match(code.bare, at)
        opening = _OPEN.match(code.bare, types.end() if types else at)
        if opening:
            several = _arguments(code, opening.end())
            if several is None:
                return
            arguments, end = several
            yield Call(match[2], tuple(names), arguments, (opening.end(), end), match.start(), given)
            at = end + 1
            continue
        following = _NEXT.match(code.bare, at)
        if following is None:
            return
        names.append(following[1])
        at = following.end()


def _given(bare: str, start: int) -> str | None:
    """The name that the value of what begins at *start* gets. Most calls are statements or arguments: the end of what is before tells,
    and only where something is given the whole of it is looked for, from each place of it on."""
    since = max(0, start - 200)
    if not bare[since:start].rstrip().endswith(_BEFORE_GIVEN):
        return None
    before = _GIVEN.search(bare, since, start)
    return next((one for one in before.groups() if one), None) if before else None


def _arguments(code: Lexed, start: int) -> tuple[tuple[str, ...], int] | None:
    """The texts between *start* and the bracket that closes, split where a comma stands in no other; None where none closes."""
    depth, found, begins = 0, [], start
    for match in re.compile(r"[()\[\]{},]").finditer(code.bare, start):
        char, string = match[0], code.within(match.end())
        if char == "}" and string and string.start == match.start():
            continue  # where a template goes on behind an expression
        if char in "([{":
            depth += 1
        elif char == "," and depth == 0:
            found.append(code.code[begins : match.start()])
            begins = match.end()
        elif char != "," and depth == 0:
            last = code.code[begins : match.start()]
            return ((*found, last) if last.strip() else tuple(found)), match.start()
        elif char != ",":
            depth -= 1
    return None
