"""What browsers are told to keep, as a plan implies it of a Caddyfile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.plan.ingress import Caching, Kept
from speccompile.verify.caddy_wanted import Wanted, block, line

SORTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("images", ("images", "static", "responses"), ("image/*",)),
    (
        "static",
        ("static", "responses"),
        (
            *("text/css*", "text/javascript*", "application/javascript*", "application/wasm*"),
            *("font/*", "application/font-*", "application/x-font-*"),
        ),
    ),
    ("html", ("html", "responses"), ("text/html*",)),
    ("other", ("responses",), ()),
)
"""Each sort of content, the rules that are about it, the closest first, and the types that it has."""

FOUND = ("200", "203", "204", "206", "300", "301", "308")
"""The statuses of answers that there are."""


def kept(caching: Caching) -> Iterator[Wanted]:
    """A header of each sort that a rule is about."""
    rules: Mapping[str, Kept] = {one.what: one for one in caching.rules}
    for _, kinds, types in SORTS:
        mine = [rules[kind] for kind in kinds if kind in rules][:1]
        for rule in mine:
            why = rule.origin
            said = line(why, f">Cache-Control {f'max-age={rule.seconds}' if rule.seconds else 'no-store'}")
            which = [line(why, f"header Content-Type {one}") for one in types]
            which += [line(why, "status", *FOUND)] if rule.seconds else []
            yield block(why, "header", said, *((block(why, "match", *which),) if which else ()))
