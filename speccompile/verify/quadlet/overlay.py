"""quadlet/overlays/NAME, read back: each drop-in says what makes the unit that it lies over that of the environment, and nothing else; and all units together
are what any good units are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from speccompile.codes import environments as codes
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.plan.variant import Variant
from speccompile.realise.quadlet.quadlet_plan import QuadletPlan
from speccompile.realise.quadlet.realisation import of_environment, realised, realised_over
from speccompile.source import Span
from speccompile.verify import front_door, place
from speccompile.verify.overlays import not_the_plan, together
from speccompile.verify.quadlet import INVARIANTS
from speccompile.verify.quadlet.expected import DIRECTORY, expected, found
from speccompile.verify.quadlet.said import Said
from speccompile.verify.readers.unitfile import Entry, Unescaped, Unit, Unreadable, read

_SEVERAL = ("PodmanArgs", "Volume")
_ADDED = ("Requires", "Wants", "After")


def verify(plan: Plan, variant: Variant, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the overlay of *variant* over the units of *plan*, both among *files* (path relative to the output directory → text)."""
    usual, there = realised(plan), realised_over(variant.plan, plan)
    return tuple(_verify(plan, variant, files, usual, there)) if usual.containers else ()


def _verify(
    plan: Plan, variant: Variant, files: Mapping[str, str], usual: QuadletPlan, there: QuadletPlan
) -> Iterator[Diagnostic]:
    directory = f"{DIRECTORY}/overlays/{variant.name}/"
    own = of_environment(there, variant.name)
    door = f"{directory}{own.front.config}" if own.front else ""
    there = own if door in files else there
    if there.front:
        config = there.front.config
        text = files.get(door, files.get(f"{DIRECTORY}/{config}", ""))
        at = door if door in files else f"{DIRECTORY}/{config}"
        yield from together(plan, at, front_door.verify(variant.plan, there.front, {config: text}))
    wanted = _wanted(expected(usual), expected(there), directory, variant.name)
    mine = {path: text for path, text in files.items() if path.startswith(directory) and path != door}
    for path in sorted(wanted.keys() ^ mine.keys()):
        yield not_the_plan(plan, path, "it is missing" if path in wanted else "the plan knows nothing of it")
    units: dict[str, Unit] = {}
    for path in sorted(wanted.keys() & mine.keys()):
        try:
            units[path] = read(mine[path])
        except Unreadable as problem:
            yield codes.UNREADABLE.at(Span(place.on_disk(plan, path), problem.line, 1), str(problem), fix=place.FIX)
            return
        yield from _same(plan, path, wanted[path], units[path])
    yield from _invariants(plan, variant, files, directory, units)


def _wanted(
    usual: Mapping[str, tuple[Said, ...]], there: Mapping[str, tuple[Said, ...]], directory: str, name: str
) -> dict[str, tuple[Said, ...]]:
    """What each file of the overlay says: a drop-in what differs, a unit that is there alone all of it."""
    files: dict[str, tuple[Said, ...]] = {}
    for path, said in there.items():
        unit = path.removeprefix(f"{DIRECTORY}/")
        if path not in usual:
            files[directory + unit] = said
        elif differing := tuple(_differing(usual[path], said)):
            files[f"{directory}{unit}.d/05-{name}.conf"] = differing
    for path in usual.keys() - there.keys():
        unit = path.removeprefix(f"{DIRECTORY}/")
        files[f"{directory}{unit}.d/05-{name}.conf"] = (Said("Unit", "ConditionPathExists", "!/"),)
    return files


def _differing(usual: Sequence[Said], there: Sequence[Said]) -> Iterator[Said]:
    for section, key in dict.fromkeys((one.section, one.key) for one in there):
        have = [one for one in usual if (one.section, one.key) == (section, key)]
        want = [one for one in there if (one.section, one.key) == (section, key)]
        if have == want:
            continue
        if key in _SEVERAL:
            yield Said(section, key, ())
        yield from (one for one in want if one not in have or key not in _ADDED)


def _same(plan: Plan, path: str, want: Sequence[Said], unit: Unit) -> Iterator[Diagnostic]:
    below = path.rpartition("/")[0].rpartition("/")[2]
    use = f"It lies over {below.removesuffix('.d')}: the directory of the environment is copied, as it is, to where that is installed."
    if unit.comments != (*place.header(path), *([use] if path.endswith(".conf") else [])):
        yield not_the_plan(plan, path, "the comments are not the generated ones")
    try:
        have = [found(entry) for entry in unit.entries]
    except Unescaped as problem:
        yield not_the_plan(plan, path, str(problem))
        return
    if _lines(have) != _lines(want):
        missing = [one for one in want if one not in have] or [one for one in have if one not in want] or have
        yield not_the_plan(plan, path, f"it does not say what the plan says of {missing[0].section}.{missing[0].key}")


def _lines(said: Sequence[Said]) -> list[Said]:
    """In the order in which they count: sections by name, the lines of one as they stand."""
    return sorted(said, key=lambda one: one.section)


def _invariants(
    plan: Plan, variant: Variant, files: Mapping[str, str], directory: str, units: Mapping[str, Unit]
) -> Iterator[Diagnostic]:
    """What is wrong with all units as they are there."""
    whole: dict[str, Unit] = {}
    for path, text in files.items():
        if path.startswith(f"{DIRECTORY}/") and path.count("/") == 1:
            try:
                whole[path] = read(text)
            except Unreadable:  # another file, or one that its own verifier speaks of
                continue
    for path, unit in units.items():
        name = path.removeprefix(directory)
        at = f"{DIRECTORY}/{name.partition('.d/')[0]}"
        whole[at] = _over(whole[at], unit) if path.endswith(".conf") and at in whole else unit
    for invariant in INVARIANTS:
        for one in invariant(variant.plan, whole):
            path = next((path for path in units if one.path.removeprefix(f"{DIRECTORY}/") in path), one.path)
            yield not_the_plan(plan, path, f"with it, {one.message} [{one.code.id}]")


def _over(base: Unit, said: Unit) -> Unit:
    """*base* with a drop-in over it, as quadlet and systemd read both."""
    entries: list[Entry] = list(base.entries)
    for one in said.entries:
        same = [entry for entry in entries if (entry.section, entry.key) == (one.section, one.key)]
        if not one.value or one.key not in (*_SEVERAL, *_ADDED):
            entries = [entry for entry in entries if entry not in same]
        if one.value:
            entries.append(one)
    return Unit(base.comments, tuple(entries))
