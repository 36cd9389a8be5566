"""Real files: of every key it is known what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from import_cases import FILES, file

from speccompile.frontends.importers import FORMATS, importing
from speccompile.spec.located import Located, LocatedList, SourceText, key_span

NAMED_BY_PEOPLE = frozenset(("services", "environment", "env", "depends_on", "args"))
"""Below these, keys are names that people give."""
OF_PAIRS = frozenset(("key", "value"))


def keys(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The ways to all keys below *value*."""
    if isinstance(value, Located):
        for key, one in value.items():
            if one not in ("", (), {}, None):  # there is nothing to be carried
                yield (*at, key)
            yield from keys(one, (*at, key))
    elif isinstance(value, LocatedList):
        for index, one in enumerate(value):
            yield from keys(one, (*at, index))


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.name)
def test_every_key_is_carried_or_listed_where_it_stands(path: Path) -> None:
    """Or stands below one that is listed."""
    result = file(path.name, domain="example.com")
    chosen = next(one for one in FORMATS if one.name == result.format)
    carried = {key for each in chosen.keys for key in each.carried} | OF_PAIRS
    listed = {span.line for one in result.diagnostics for span in (one.span, *(other.span for other in one.related))}
    text = path.read_text(encoding="utf-8")
    value, found = importing._READERS[importing._BY_SUFFIX[path.suffix[1:]]](SourceText(path.name, text))
    assert found == []
    silent = []
    for way in keys(value):
        above = [way[:length] for length in range(1, len(way) + 1) if isinstance(way[length - 1], str)]
        if any(key_span(value, one).line in listed or str(one[-1]).startswith("x-") for one in above):
            continue
        if way[-1] not in carried and not (len(way) > 1 and way[-2] in NAMED_BY_PEOPLE):
            silent.append((key_span(value, way).line, ".".join(map(str, way))))
    assert silent == []
