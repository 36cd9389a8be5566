"""What a format of the specs is made of, as far as messages about it must know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

from pydantic import BaseModel

from speccompile.frontends.wording import dotted
from speccompile.record import record
from speccompile.spec.located import Located

Steps: TypeAlias = tuple[str | int, ...]


@record(kw_only=True)
class Grammar:
    """What the translation must know about a format.

    ``name`` is what people call it; ``models`` by the key that they stand under ("" for the whole file); ``words``: the closed lists, by key;
    ``examples``: a value for each key, as people write it; ``elsewhere``: the fix for a key of a format like this one, with its value
    and the keys that are still free; ``shape``: the model of a mapping under a name of the user's own (None: go by the key); ``steps``:
    takes out of pydantic's locations what nobody wrote.
    """

    name: str
    models: Mapping[str, type[BaseModel]]
    words: Mapping[str, Collection[str]]
    examples: Mapping[str, str]
    elsewhere: Callable[[str, object, Collection[str]], str | None] = lambda _key, _value, _free: None
    shape: Callable[[Steps, Located], type[BaseModel] | None] = lambda _steps, _raw: None
    steps: Callable[[Steps, Mapping[str, object]], Steps] = lambda steps, _raw: steps

    def keys_at(self, steps: Steps, raw: Located) -> frozenset[str]:
        """The keys of the mapping that *steps* lead to."""
        model = self.shape(steps, raw) or self.models.get(last_key(steps))
        return _keys(model) if model else frozenset()

    def example(self, steps: Steps) -> str | None:
        """A value for the key that *steps* lead to; a key that means another thing below another one has two."""
        return self.examples.get(dotted(steps[-2:])) or self.examples.get(last_key(steps))

    def home(self, key: str) -> str:
        """The key below which *key* may stand, or "" when there is none."""
        return next((name for name, model in self.models.items() if name and key in _keys(model)), "")


def _keys(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(field.alias or name for name, field in model.model_fields.items())


def last_key(steps: Steps) -> str:
    return next((step for step in reversed(steps) if isinstance(step, str)), "")
