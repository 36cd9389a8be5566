"""Next.js: what its ``output`` says is made, as a build has it that is given no variables of the project's own."""

from __future__ import annotations

from speccompile.lexing import Lexed
from speccompile.regex import regex

DIST = regex(r"""\bdistDir\s*:\s*["']([\w./-]{1,100})["']""")
_OUTPUT = regex(
    r"""\boutput\s*:\s*(?:([^,;{}]{0,160}?)(\?|&&)\s*)?(?:["'`](\w+)["'`]|undefined|null)(?:\s*:\s*(?:["'`](\w+)["'`])?)?"""
)
_PRODUCTION = regex(
    r"""\bNODE_ENV\b[^=!]{0,20}([=!])==?\s*["'`](production|development)["'`]|^\s*(!?)\s*(isProd|isProduction|prod|production)\s*$"""
)
_VARIABLE = regex(r"""^\s*(!?)\s*process\.env\b(?:\.\w+|\[["']\w+["']\])\s*(?:===?\s*["'`]\w*["'`]\s*)?$""")


def output(config: Lexed) -> str | None:
    """``standalone`` or ``export``; None where `next start` serves what is made.

    A condition on a variable is taken as it is without that variable; of one that is not understood the first branch counts only where the
    server needs it: what is exported has no server at all.
    """
    match = config.search(_OUTPUT)
    if match is None:
        return None
    condition, _, first, second = match.groups()
    if condition is None:
        return first
    return first if _holds(condition) else second


def _holds(condition: str) -> bool:
    """Whether *condition* holds in a build for production; True where that cannot be told."""
    if match := _PRODUCTION.search(condition):
        sign, named, negated, _ = match.groups()
        return (sign == "=") == (named == "production") if sign else not negated
    if match := _VARIABLE.match(condition):
        return bool(match[1])
    return True
