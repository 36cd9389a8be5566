"""The languages with C's comments: ``//`` to the end of the line, and ``/* */``."""

from __future__ import annotations

from speccompile.lexing.grammar import Grammar, Quote

_LINE = r"//[^\r\n]*"
_BLOCK = (r"/\*", r"\*/")
_CHARACTER = r"'(?:\\(?:u\{[^}'\r\n]{0,8}\}|[^\r\n][^'\r\n]{0,8})|[^'\\\r\n])'"
_PLAIN = Quote(opening='"', closing='"')
_DOLLAR = (("${", "}"),)
_TRIPLE = '"""'


def _quotes(opening: str) -> str:
    """As many quotation marks as *opening* ends with."""
    return '"' * opening.count('"')


def _hashes(opening: str) -> str:
    """A quotation mark, and as many number signs as *opening* has."""
    return '"' + "#" * opening.count("#")


def _word(opening: str) -> str:
    return opening[-1]


C = Grammar(line=_LINE, block=_BLOCK, passed=_CHARACTER, quotes=(_PLAIN,))
GO = Grammar(
    line=_LINE,
    block=_BLOCK,
    passed=_CHARACTER,
    quotes=(_PLAIN, Quote(opening="`", closing="`", kind="raw", escape="", lines=True)),
)
JAVA = Grammar(
    line=_LINE,
    block=_BLOCK,
    passed=_CHARACTER,
    quotes=(Quote(opening=_TRIPLE, closing=_TRIPLE, kind="raw", lines=True), _PLAIN),
)
KOTLIN = Grammar(
    line=f"{_LINE}|\\A#![^\\r\\n]*",
    block=_BLOCK,
    nested=True,
    passed=_CHARACTER,
    quotes=(
        Quote(opening=_TRIPLE, closing=_TRIPLE, kind="raw", escape="", lines=True, holes=_DOLLAR),
        Quote(opening='"', closing='"', holes=_DOLLAR),
    ),
)
GROOVY = Grammar(
    line=f"{_LINE}|\\A#![^\\r\\n]*",
    block=_BLOCK,
    quotes=(
        Quote(opening=_TRIPLE, closing=_TRIPLE, kind="raw", lines=True, holes=_DOLLAR),
        Quote(opening="'''", closing="'''", kind="raw", lines=True),
        Quote(opening=r"\$/", closing="/$", kind="raw", escape="", lines=True),
        Quote(opening='"', closing='"', holes=_DOLLAR),
        Quote(opening="'", closing="'"),
    ),
    slashes=True,
)
RUST = Grammar(
    line=_LINE,
    block=_BLOCK,
    nested=True,
    passed=rf"\bb?{_CHARACTER}|{_CHARACTER}",
    quotes=(
        Quote(opening=r'\b[bc]?r#{0,255}"', closing=_hashes, kind="raw", escape="", lines=True),
        Quote(opening=r'\b[bc]"|"', closing='"', lines=True),
    ),
)
CSHARP = Grammar(
    line=_LINE,
    block=_BLOCK,
    passed=_CHARACTER,
    quotes=(
        Quote(opening=r'\$*"{3,200}', closing=_quotes, kind="raw", escape="", lines=True),
        Quote(opening=r'(?:\$@|@\$)"', closing='"', kind="raw", escape='"', lines=True, holes=(("{", "}"),)),
        Quote(opening='@"', closing='"', kind="raw", escape='"', lines=True),
        Quote(opening=r'\$"', closing='"', holes=(("{", "}"),)),
        _PLAIN,
    ),
)
FSHARP = Grammar(
    line=_LINE,
    block=(r"\(\*(?!\))", r"\*\)"),
    nested=True,
    passed=_CHARACTER,
    quotes=(
        Quote(opening=r'\$*"{3}', closing=_TRIPLE, kind="raw", escape="", lines=True),
        Quote(opening=r'(?:\$@|@\$|@)"', closing='"', kind="raw", escape='"', lines=True),
        Quote(opening=r'\$?"', closing='"', lines=True),
    ),
)
BASIC = Grammar(line=r"'[^\r\n]*", quotes=(Quote(opening=r'\$?"', closing='"', escape='"', lines=True),))
PHP = Grammar(
    line=r"(?://|#(?!\[))(?:[^\r\n?]|\?(?!>))*",
    block=_BLOCK,
    heredoc=r"<<<[ \t]*[\"']?([A-Za-z_]\w{0,60})[\"']?",
    quotes=(
        # What stands before the first program, and between two of them, goes to the browser as it is.
        Quote(opening=r"\A(?!<\?)|\?>", closing="<?", kind="text", escape="", lines=True),
        Quote(opening='"', closing='"', lines=True),
        Quote(opening="'", closing="'", lines=True),
        Quote(opening="`", closing="`", lines=True),
    ),
)
