"""What all models of user input share: strict, frozen, closed, and aware of where they were written.

Modules of models do without ``from __future__ import annotations``: what they say of their fields would be text, which pydantic compiles
again, field by field, a twentieth of a cold ``generate``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from speccompile.codes.code import Code
from speccompile.source import Span
from speccompile.spec.located import Located, key_span

_NOWHERE = Span("<no file>")
_PLUGINS = "pydantic.plugin._loader"


class SpecModel(BaseModel):
    """A mapping with fixed keys. Keys that start with ``x-`` belong to the user and are left out.

    Models are built on first use (``defer_build``): a project without deploy.yaml does not pay for its models.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        defer_build=True,
        json_schema_extra={"patternProperties": {"^x-": {}}},
    )
    _raw: Located | None = PrivateAttr(default=None)

    @classmethod
    def model_rebuild(cls, **how: Any) -> bool | None:
        """As pydantic builds a model on its first use, without the plugins that happen to be installed beside us: the same specs are taken or refused
        everywhere. To look for plugins takes longer than to build all models (https://docs.pydantic.dev/latest/concepts/plugins/)."""
        with _without_plugins():
            return super().model_rebuild(**how)

    @model_validator(mode="wrap")
    @classmethod
    def _remember(cls, data: Any, handler: Callable[[Any], Self]) -> Self:
        if not isinstance(data, Located):
            return handler(data)
        mine = [key for key in data if key.startswith("x-")]
        self = handler({key: value for key, value in data.items() if key not in mine} if mine else data)
        self._raw = data
        return self

    @property
    def raw(self) -> Located | None:
        """The mapping as it was written; None for a model that was not read from a text."""
        return self._raw

    def at(self, *steps: str | int) -> Span:
        """Where the key or list item stands that *steps* lead to: attribute names, then keys and indexes.

        Without steps: where this mapping begins. Steps that the user did not write lead to the last one that is there.
        """
        if self._raw is None:
            return _NOWHERE
        if not steps:
            return self._raw.source.span(self._raw.offset)
        first, rest = steps[0], steps[1:]
        field = type(self).model_fields.get(str(first))
        if field is None:
            return key_span(self._raw, steps)
        value = getattr(self, str(first))
        if rest and isinstance(value, SpecModel):
            return value.at(*rest)
        return key_span(self._raw, (field.alias or first, *rest))


@contextmanager
def _without_plugins() -> Iterator[None]:
    """While this lasts pydantic finds none. It looks for them with ``importlib.metadata``, whatever it is told
    (https://github.com/pydantic/pydantic/blob/v2.12.0/pydantic/plugin/_schema_validator.py); a pydantic that looks elsewhere finds them as ever."""
    before = sys.modules.get(_PLUGINS)
    none = ModuleType(_PLUGINS)
    none.get_plugins = tuple  # type: ignore[attr-defined]  # gives an empty one
    sys.modules[_PLUGINS] = none
    try:
        yield
    finally:
        if before is None:
            del sys.modules[_PLUGINS]
        else:
            sys.modules[_PLUGINS] = before


def refused(code: Code, message: str, fix: str) -> PydanticCustomError:
    """What a validator raises: becomes a diagnostic of *code* at the value's place."""
    return PydanticCustomError("refused", "{message}", {"code": code, "message": message, "fix": fix})


def keys_like(pattern: str) -> JsonDict:
    """What a JSON Schema says about the keys of a mapping; pydantic has no words for it."""
    return {"propertyNames": {"pattern": f"^{pattern}$"}}
