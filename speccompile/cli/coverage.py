"""What became of each assertion, as reports say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from speccompile.plan.assertions import Covered, Demand, Standing
from speccompile.record import record
from speccompile.verify.standings import Account, PlatformStandings


@record()
class Row:
    """An assertion, its status, its standing with why it has that, and the number of lines that were read for it by artifact path."""

    assertion: str
    text: str
    status: str
    standing: str
    why: str
    lines: dict[str, int]


def coverage(accounts: Iterable[Account]) -> tuple[Row, ...]:
    """One row an assertion, in order of ids."""
    return tuple(
        Row(
            one.assertion.assertion,
            one.assertion.text,
            one.assertion.status,
            one.standing.value,
            one.why,
            {path: len(numbers) for path, numbers in one.lines.items()},
        )
        for one in accounts
    )


def document(platforms: Sequence[PlatformStandings]) -> dict[str, list[dict[str, Any]]]:
    """All about each assertion, for programs."""
    return {"assertions": [_entry(each) for each in _by_assertion(platforms)]}


def _by_assertion(platforms: Sequence[PlatformStandings]) -> Iterator[dict[str, Account]]:
    """The accounts of each assertion, by platform."""
    for together in zip(*(one.accounts for one in platforms), strict=True):
        yield dict(zip((one.platform for one in platforms), together, strict=True))


def _standing(one: Account) -> dict[str, Any]:
    return {
        "standing": one.standing.value,
        "why": one.why,
        "lines": {path: list(numbers) for path, numbers in one.lines.items()},
    }


def _entry(by_platform: Mapping[str, Account]) -> dict[str, Any]:
    one = next(iter(by_platform.values()))
    return {
        "id": one.assertion.assertion,
        "text": one.assertion.text,
        "status": one.assertion.status,
        "services": list(one.assertion.services),
        "readings": list(_readings(one.assertion.demands)),
        "standings": {platform: _standing(account) for platform, account in by_platform.items()},
    }


def _readings(demands: Iterable[Demand]) -> Iterator[dict[str, Any]]:
    """Each reading once: what several services read alike is one."""
    shown: list[dict[str, Any]] = []
    for demand in demands:
        value = {name: list(one) if isinstance(one, tuple) else one for name, one in demand.value}
        scope = {"of": demand.of, "path": demand.path}
        reading = {"kind": demand.kind, "value": value, "scope": scope, "words": [demand.begin, demand.end]}
        if reading not in shown:
            shown.append(reading)
            yield reading


def table(platforms: Sequence[PlatformStandings]) -> str:
    """The same for a person: a line an assertion, with its standing on each platform, what it demands, and what holds it or why nothing does."""
    standings = ("standing",) if len(platforms) == 1 else tuple(one.platform for one in platforms)
    rows = [
        ("assertion", *standings, "services", "demands", "held by, or why not"),
        *map(_line, _by_assertion(platforms)),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return "\n".join(
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1])) for row in rows
    )


def _line(by_platform: Mapping[str, Account]) -> tuple[str, ...]:
    accounts = tuple(by_platform.values())
    covered = accounts[0].assertion
    demands = ", ".join(dict.fromkeys(map(_kind, covered.demands))) or "-"
    said = {platform: _places(one) or one.why for platform, one in by_platform.items()}
    alike = len(set(said.values())) == 1
    held = next(iter(said.values())) if alike else "; ".join(f"{platform}: {one}" for platform, one in said.items())
    return (covered.assertion, *(one.standing.value for one in accounts), ", ".join(covered.services), demands, held)


def _kind(demand: Demand) -> str:
    return f"{demand.kind} (bound)" if demand.bound else demand.kind


def _places(one: Account) -> str:
    """The lines that hold it; nothing where what they say is not what is demanded."""
    held = one.standing in (Standing.ENFORCED, Standing.STRICTER, Standing.BY_DEFAULT)
    return " ".join(f"{path}:{','.join(map(str, numbers))}" for path, numbers in one.lines.items()) if held else ""


def account(one: Account) -> Iterator[str]:
    """What one assertion demands, what became of it, and what was read for that, in sentences."""
    covered = one.assertion
    name, stated = one.standing.value, covered.status
    yield (
        f"It is {stated}: {one.why}."
        if name in ("unsettled", "inactive")
        else f"It is {stated}; it stands as {name}: {one.why}."
    )
    yield from readings(covered)
    if len(covered.services) > 1:
        yield f"It concerns {', '.join(covered.services)}."
    for path, numbers in one.lines.items():
        yield f"Read back from {path}:{','.join(map(str, numbers))}."


def readings(covered: Covered) -> Iterator[str]:
    """What *covered* demands, a sentence each."""
    for reading in _readings(covered.demands):
        values = ", ".join(
            f"{key} {_shown(value)}{_in_units(key, value)}"
            for key, value in reading["value"].items()
            if value not in (None, False, [], "")
        )
        of = _of(reading["scope"])
        yield f"{_sayer(covered, *reading['words'])} {reading['kind']}" + (f" ({values})" if values else "") + f"{of}."


def _sayer(covered: Covered, begin: int, end: int) -> str:
    """Who demands: some words, or deploy.yaml in their place."""
    return f"“{covered.text[begin:end]}” demands" if begin < end else "deploy.yaml binds it to"


def _of(scope: dict[str, Any]) -> str:
    if scope["of"] == "service":
        return ""
    return f" of {scope['path']}" if scope["path"] else f" of each {scope['of']}"


def _in_units(key: str, value: object) -> str:
    """What a number of bytes is in the largest unit that it is a whole number of: a sentence's «MB» is read as MiB, and that is said."""
    units = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))
    whole = ((value // size, unit) for size, unit in units if value % size == 0) if isinstance(value, int) else iter(())
    number, unit = next(whole, (0, "")) if key == "bytes" else (0, "")
    return f" = {number} {unit}" if unit else ""


def _shown(value: object) -> str:
    return (
        ", ".join(map(str, value))
        if isinstance(value, list)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )
