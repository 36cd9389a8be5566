"""The catalogue of invariants: which SC9xx codes are about which target, for ``explain`` and for docs/invariants.md."""

from __future__ import annotations

from speccompile.codes.families import CODES

_RANGES = (
    ("dockerfile", "SC910", "SC925"),
    ("serve", "SC926", "SC926"),
    ("ignore", "SC930", "SC933"),
    ("gitignore", "SC938", "SC939"),
    ("compose", "SC940", "SC953"),
    ("dotenv", "SC960", "SC964"),
    ("nginx", "SC970", "SC979"),
    ("nginx", "SC820", "SC829"),
    ("caddy", "SC800", "SC811"),
    ("caddy", "SC814", "SC814"),
    ("caddy", "SC816", "SC816"),
    ("nginx", "SC813", "SC813"),
    ("nginx", "SC587", "SC587"),
    ("site", "SC985", "SC989"),
    ("health", "SC980", "SC984"),
    ("crontab", "SC965", "SC969"),
    ("package", "SC900", "SC909"),
    ("kubernetes", "SC880", "SC899"),
    ("swarm", "SC927", "SC929"),
    ("swarm", "SC934", "SC935"),
    ("quadlet", "SC830", "SC843"),
    ("bake", "SC860", "SC864"),
    ("github-actions", "SC865", "SC872"),
    ("terraform", "SC873", "SC879"),
    ("all artifacts", "SC954", "SC959"),
    ("all artifacts", "SC990", "SC999"),
)


def _codes(target: str) -> tuple[str, ...]:
    ranges = tuple((first, last) for name, first, last in _RANGES if name == target)
    return tuple(code for code in sorted(CODES) if any(first <= code <= last for first, last in ranges))


CATALOGUE: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (target, _codes(target)) for target in dict.fromkeys(name for name, _, _ in _RANGES)
)
"""The ids of the invariants of each target, in the order of the targets; then of all artifacts taken together."""


def target_of(code: str) -> str | None:
    """The target that the invariant *code* is about; None for a code that is no invariant."""
    return next((target for target, codes in CATALOGUE if code in codes), None)
