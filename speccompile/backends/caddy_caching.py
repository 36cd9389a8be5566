"""What browsers may keep of an answer, by its sort: a header that Caddy sets as the answer comes, the most particular one last of all.

Of two such lines the one that stands first has the last word, as it is around the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.backends.caddyfile import Line
from speccompile.backends.escape.caddy import CaddyText, caddy_own
from speccompile.plan.ingress import Caching

# What a sort of content is told where there is no rule for it alone, and by what it is known.
_LIKE = {
    "images": ("images", "static", "responses"),
    "static": ("static", "responses"),
    "html": ("html", "responses"),
    "other": ("responses",),
}
_TYPES = {
    "images": ("image/*",),
    "static": (
        *("text/css*", "text/javascript*", "application/javascript*", "application/wasm*"),
        *("font/*", "application/font-*", "application/x-font-*"),
    ),
    "html": ("text/html*",),
    "other": (),
}
_FOUND = ("200", "203", "204", "206", "300", "301", "308")


def kept(caching: Caching) -> Iterator[Line]:
    """The lines of *caching*. What may be kept is told of answers that there are; what may not, of all."""
    rules = {one.what: one for one in caching.rules}
    for sort, kinds in _LIKE.items():
        rule = next((rules[kind] for kind in kinds if kind in rules), None)
        if rule is None:
            continue
        why, value = rule.origin, f"max-age={rule.seconds}" if rule.seconds else "no-store"
        wanted = [Line(_own("header", "Content-Type", one), why) for one in _TYPES[sort]]
        wanted += [Line(_own("status", *_FOUND), why)] if rule.seconds else []
        only = (Line(_own("match"), why, tuple(wanted)),) if wanted else ()
        yield Line(_own("header"), why, (Line(_own(">Cache-Control", value), why), *only))


def _own(*words: str) -> tuple[CaddyText, ...]:
    return tuple(map(caddy_own, words))
