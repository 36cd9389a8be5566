"""What a key of deploy.yaml means that stands on a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache

from speccompile.frontends import yamltext
from speccompile.frontends.keys import NAME, Key, keys
from speccompile.spec.located import Located, SourceText


def meaning(path: str, line: int, source: str) -> str | None:
    """The key on *line* of *source*, the deploy.yaml at *path*: its type, what it means, an example; None where no key of ours is."""
    raw, _ = yamltext.read(SourceText(path, source))
    steps = next(_on(raw, line, ()), None) if isinstance(raw, Located) else None
    known = next((one for one in _keys() if steps and _fits(one, steps)), None)
    if known is None:
        return None
    default = f" By default: {json.dumps(known.default)}." if known.default is not None else ""
    example = f" For example: {json.dumps(known.example, ensure_ascii=False)}." if known.example is not None else ""
    return f"{known.dotted} ({known.type}): {known.description}{default}{example}"


def _on(raw: Located, line: int, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The keys that stand on *line*, the outermost first."""
    for name, value in raw.items():
        here = (*above, str(name))
        if raw.source.span(raw.keys_at[name]).line == line:
            yield here
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Located):
                yield from _on(one, line, here)


def _fits(known: Key, steps: tuple[str, ...]) -> bool:
    return len(known.steps) == len(steps) and all(
        one in (NAME, step) for one, step in zip(known.steps, steps, strict=True)
    )


@lru_cache(maxsize=1)
def _keys() -> tuple[Key, ...]:
    return keys()
