"""What of one document has to be said over another one, so that merging both gives it: keys that are new, and values that are others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

from speccompile.artifacts import Artifact
from speccompile.backends.yaml import Entry
from speccompile.provenance import merged
from speccompile.record import record

Keys: TypeAlias = tuple[str, ...]


@record()
class Overlay:
    """The files of an overlay; ``unsayable`` are the places that it would have to take away, and cannot."""

    artifacts: tuple[Artifact, ...]
    unsayable: tuple[str, ...] = ()


@record()
class Difference:
    """What has to be said, None where nothing is, and the places of which nothing can be."""

    entry: Entry | None
    unsayable: tuple[Keys, ...]


def difference(base: Entry, other: Entry, replaced: Collection[str], at: Keys = ()) -> Difference:
    """Of *other* what *base* has not or has otherwise; mappings are merged by key, lists below keys of the names *replaced* as a whole, and others by
    adding to their end."""
    if _data(base) == _data(other):
        return Difference(None, ())
    if isinstance(base.value, Mapping) and isinstance(other.value, Mapping):
        return _of_mappings(base.value, other.value, replaced, at)
    added = _added(base, other)
    if added and at[-1] not in replaced:
        return Difference(Entry(added, merged(one.origin for one in added)), ())
    several = isinstance(base.value, list | tuple) or isinstance(other.value, list | tuple | Mapping)
    return Difference(None, (at,)) if several and at[-1] not in replaced else Difference(other, ())


def _of_mappings(
    base: Mapping[str, Entry], other: Mapping[str, Entry], replaced: Collection[str], at: Keys
) -> Difference:
    found: dict[str, Entry] = {}
    unsayable: list[Keys] = [(*at, key) for key in base if key not in other]
    for key, entry in other.items():
        said = difference(base[key], entry, replaced, (*at, key)) if key in base else Difference(entry, ())
        unsayable += said.unsayable
        if said.entry is not None:
            found[key] = said.entry
    entry_ = Entry(found, merged(one.origin for one in found.values())) if found else None
    return Difference(entry_, tuple(unsayable))


def _added(base: Entry, other: Entry) -> list[Entry]:
    """What *other* has more, where both are lists and it begins as *base*."""
    have, want = base.value, other.value
    if not isinstance(have, list) or not isinstance(want, list):
        return []
    same = [_data(one) for one in want[: len(have)]] == [_data(one) for one in have]
    return want[len(have) :] if same else []


def _data(entry: Entry) -> object:
    value = entry.value
    if isinstance(value, Mapping):
        return {key: _data(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_data(child) for child in value]
    return str(value) if isinstance(value, str) else value


def named(places: Collection[Keys]) -> Iterator[str]:
    """*places* as a person reads them."""
    yield from (".".join(keys) for keys in places)
