"""Sections of a format whose models are imported when a file first has them: most deploy.yamls have few of what there is.

To make a class of a model takes a quarter of a million instructions a field, and to build its validator as much again.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, cast

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

if TYPE_CHECKING:
    from speccompile.spec.model import SpecModel


def later(module: str, name: str) -> Any:
    """What stands in an annotation for the model *name* of *module*: what is not an instance of it already is read by it, with the same errors at the
    same places, and the JSON Schema is the same."""
    return Annotated[Any, _Later(module, name)]


class _Later:
    def __init__(self, module: str, name: str) -> None:
        self._named = f"later {module}.{name}"
        self._model = cache(lambda: cast("type[SpecModel]", getattr(import_module(module), name)))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # As a model's schema has a ref, so that the JSON Schema of a field gives it no title (GenerateJsonSchema.field_title_should_be_set).
        return core_schema.no_info_after_validator_function(self._read, core_schema.any_schema(ref=self._named))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        model = self._model()
        model.model_rebuild()
        return handler(core_schema.definitions_schema(model.__pydantic_core_schema__, []))

    def _read(self, value: Any) -> Any:
        return self._model().model_validate(value)
