"""Formats of configuration: they have comments, and what they say is said in strings."""

from __future__ import annotations

from speccompile.lexing.grammar import Grammar, Quote

_AFTER_BLANK = r"(?:^|(?<=[ \t]))#[^\r\n]*"
_LINES = (
    Quote(opening=r"(?<![\w\"'])\"", closing='"'),
    Quote(opening=r"(?<![\w\"'])'", closing="'", escape="'"),
)

YAML = Grammar(line=_AFTER_BLANK, quotes=_LINES)
DOTENV = Grammar(line=_AFTER_BLANK, quotes=_LINES)
NGINX = Grammar(line=_AFTER_BLANK, quotes=_LINES)
INI = Grammar(line=r"^[ \t]*[#;][^\r\n]*")
PROPERTIES = Grammar(line=r"^[ \t]*[#!][^\r\n]*")
TOML = Grammar(
    line=r"#[^\r\n]*",
    quotes=(
        Quote(opening='"""', closing='"""', kind="raw", lines=True),
        Quote(opening="'''", closing="'''", kind="raw", escape="", lines=True),
        Quote(opening='"', closing='"'),
        Quote(opening="'", closing="'", escape=""),
    ),
)
PRISMA = Grammar(line=r"//[^\r\n]*", quotes=(Quote(opening='"', closing='"'),))
XML = Grammar(block=("<!--", "-->"))
