"""Which release lines of a runtime a range of versions accepts.

An image's tag names a line (22, 3.12), not a release. So the question is whether *some* release of a line satisfies
the range, which libraries for semantic versions and PEP 440 do not answer: they test single releases. Here a range is
a union of intervals of (major, minor, patch), and a line another interval.
"""

from __future__ import annotations

from typing import TypeAlias

from speccompile.regex import regex

Release: TypeAlias = tuple[int, int, int]
Interval: TypeAlias = tuple[Release, Release]

_LEAST: Release = (0, 0, 0)
_MOST: Release = (10**9, 0, 0)
_LONGEST = 256
_PART = r"[vV=\s]*(\d{1,6}|[xX*])(?:\.(\d{1,6}|[xX*]))?(?:\.(\d{1,6}|[xX*]))?[-+.\w]*"
_COMPARATOR = regex(rf"\s*(\^|~>|~=|~|>=|<=|===|==|!=|>|<|=)?\s*{_PART}\s*,?")
_HYPHEN = regex(rf"\s*{_PART}\s+-\s+{_PART}\s*\Z")
_EXACT = regex(r"[v=\s]*(\d{1,6}\.\d{1,6}\.\d{1,6})\s*\Z")


def intervals(text: str) -> tuple[Interval, ...] | None:
    """The intervals that *text* accepts: npm's ranges (semver 7) and PEP 440 specifiers alike; None when it is neither.

    Exclusions (``!=3.12.*``, ``!=3.12.1``) are cut out of the intervals, so that a line that is excluded as a whole is
    accepted by none of them.
    """
    found: list[Interval] = []
    plain = " ".join(text.split())
    if len(plain) > _LONGEST:
        return None
    for alternative in plain.split("||"):
        accepted = _alternative(alternative)
        if accepted is None:
            return None
        found += accepted
    return tuple(found)


def exact(text: str) -> str | None:
    """The one release that *text* pins (``1.2.3``, ``=1.2.3``), if it does."""
    match = _EXACT.match(text.replace("==", "="))
    return match[1] if match else None


def accepts(accepted: tuple[Interval, ...], line: str) -> bool:
    """Whether some release of *line* (``22``, ``3.12``, ``22.1.0``) is in *accepted*."""
    low, high = _of_line(tuple(int(part) for part in line.split(".")))
    return any(max(low, least) < min(high, most) for least, most in accepted)


def _alternative(text: str) -> tuple[Interval, ...] | None:
    if hyphen := _HYPHEN.match(text):
        return ((_numbers(hyphen.groups()[:3])[0], _numbers(hyphen.groups()[3:])[1]),)
    least, most, at = _LEAST, _MOST, 0
    excluded: list[Interval] = []
    if not text.strip():
        return ((least, most),)
    while at < len(text):
        match = _COMPARATOR.match(text, at)
        if match is None:
            return None
        at = match.end()
        if match[1] == "!=":
            excluded.append(_numbers(match.groups()[1:]))
            continue
        low, high = _compared(match[1] or "=", match.groups()[1:])
        least, most = max(least, low), min(most, high)
    return _without(((least, most),), excluded)


def _without(accepted: tuple[Interval, ...], excluded: list[Interval]) -> tuple[Interval, ...]:
    """*accepted* with holes where *excluded* are."""
    for low, high in excluded:
        parts = (
            ((least, min(most, low)) for least, most in accepted),
            ((max(least, high), most) for least, most in accepted),
        )
        accepted = tuple((least, most) for several in parts for least, most in several if least < most)
    return accepted


def _compared(operator: str, parts: tuple[str | None, ...]) -> Interval:
    """The interval of one comparator. A partial version stands for its whole line: ``<=22`` takes all of 22."""
    low, high = _numbers(parts)
    match operator:
        case ">=":
            return low, _MOST
        case ">":
            return high, _MOST
        case "<":
            return _LEAST, low
        case "<=":
            return _LEAST, high
        case "^":
            return low, _next(low, next((n for n, part in enumerate(low) if part), 2)) if _given(parts) > 1 else high
        case "~=" | "~>":
            return low, _next(low, max(_given(parts) - 2, 0))
        case "~":
            return low, _next(low, min(_given(parts) - 1, 1)) if _given(parts) else high
        case _:
            return low, high


def _given(parts: tuple[str | None, ...]) -> int:
    """How many of the parts are numbers, from the left."""
    return next((n for n, part in enumerate(parts) if part is None or not part.isdecimal()), len(parts))


def _numbers(parts: tuple[str | None, ...]) -> Interval:
    return _of_line(tuple(int(part or 0) for part in parts[: _given(parts)]))


def _of_line(given: tuple[int, ...]) -> Interval:
    """All releases of a line: (22,) is 22.0.0 up to but not including 23.0.0; () is everything."""
    if not given:
        return _LEAST, _MOST
    padded = (*given, 0, 0)
    low = (padded[0], padded[1], padded[2])
    return low, _next(low, len(given) - 1)


def _next(release: Release, part: int) -> Release:
    """The first release after all those that agree with *release* up to *part*."""
    major, minor, patch = release
    return ((major + 1, 0, 0), (major, minor + 1, 0), (major, minor, patch + 1))[min(part, 2)]
