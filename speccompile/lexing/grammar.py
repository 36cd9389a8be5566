"""What comments and string literals look like in a language: the data that the scanner works with."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from speccompile.lexing.lexed import Kind
from speccompile.record import record

# A backslash and what it takes the meaning from. Where a brace alone opens an expression it does so behind a backslash
# too, but for the name of a character: https://docs.python.org/3/reference/lexical_analysis.html#f-strings
_BACKSLASH = r"\\(?:\r\n|[\s\S]|\Z)"
_BRACED = r"\\(?:\r\n|N\{[A-Z][A-Z0-9 -]*\}|[^{}]|\Z)"
_PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}


@record(kw_only=True)
class Quote:
    """A form of string literal. ``opening`` is a regular expression without groups; ``closing`` the text that ends it, or
    what gives that text for an opening. ``escape`` is what takes the meaning from the next character ("" nothing does;
    a quotation mark where it is doubled). ``lines``: whether it may go over lines; ``holes``: what opens and what closes
    an expression inside; ``nests``: whether brackets that are its delimiters may stand inside in pairs;
    ``documents``: whether it is documentation, and so a comment."""

    opening: str
    closing: str | Callable[[str], str]
    kind: Kind = "string"
    escape: str = "\\"
    lines: bool = False
    holes: tuple[tuple[str, str], ...] = ()
    nests: bool = False
    documents: bool = False

    def ends(self, opening: str) -> str:
        """What closes the literal that *opening* opens."""
        return self.closing if isinstance(self.closing, str) else self.closing(opening)


@record(kw_only=True)
class Grammar:
    """A language: line comments (a regular expression for a whole one), block comments (how they open and close, and
    whether they nest), strings, how here-documents open (the last group is the word that ends them), what is passed over
    as it is, whether a slash may begin a regular expression, whether a string that is a statement documents."""

    line: str = ""
    block: tuple[str, str] = ("", "")
    nested: bool = False
    quotes: tuple[Quote, ...] = ()
    heredoc: str = ""
    passed: str = ""
    slashes: bool = False
    documents: bool = False
    tags: bool = False


def paired(opening: str) -> str:
    """The delimiter that closes what the last character of *opening* opens."""
    return _PAIRS.get(opening[-1], opening[-1])


@lru_cache(maxsize=64)
def landmarks(grammar: Grammar, *, brackets: str, breaks: bool) -> re.Pattern[str]:
    """What the scanner stops at in code: *brackets* where an expression inside a string must end, line *breaks* where a
    here-document begins behind one. The name of the group tells which it is."""
    groups = [
        ("passed", grammar.passed),
        ("block", grammar.block[0]),
        ("line", grammar.line),
        ("heredoc", grammar.heredoc and f"(?={grammar.heredoc})<<"),
        *((f"quote{number}", quote.opening) for number, quote in enumerate(grammar.quotes)),
        ("slash", "/" if grammar.slashes else ""),
        ("tag", "<(?=[A-Za-z>])" if grammar.tags else ""),
        ("bracket", f"[{re.escape(brackets)}]" if brackets else ""),
        ("break", "\n" if breaks else ""),
    ]
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in groups if pattern), re.MULTILINE)


@lru_cache(maxsize=256)
def contents(quote: Quote, closing: str) -> re.Pattern[str]:
    """What the scanner stops at in a string that *closing* ends."""
    opener = next((left for left, right in _PAIRS.items() if right == closing), "") if quote.nests else ""
    braced = ("{", "}") in quote.holes
    groups = [
        ("escape", {"\\": _BRACED if braced else _BACKSLASH, "": ""}.get(quote.escape, re.escape(quote.escape * 2))),
        ("brace", r"\{\{" if braced else ""),
        ("hole", "|".join(re.escape(left) for left, _ in quote.holes)),
        ("opener", re.escape(opener)),
        ("closing", re.escape(closing)),
        ("break", "" if quote.lines else r"(?=[\r\n])"),
    ]
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in groups if pattern))
