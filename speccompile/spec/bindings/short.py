"""Short forms: ``body: 8MiB`` for ``body: {bytes: 8MiB}``, ``resume: true`` for a kind that has no fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from speccompile.codes.binding import BOUND_TO_NOTHING
from speccompile.spec.model import refused

_SAID_OF_A_FIELD = ("default", "description", "examples", "title")


class Short:
    """That a model may be written as the value of one of its fields; of each of *fields* where it has several."""

    def __init__(self, *fields: str) -> None:
        self.fields = fields

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._long, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        whole = handler(core)
        field = handler.resolve_ref_schema(whole)["properties"][self.fields[0]]
        written = {key: value for key, value in field.items() if key not in _SAID_OF_A_FIELD}
        choices = [one for one in written.get("anyOf", [written]) if one.get("type") != "null"]
        return {"anyOf": [*choices, whole]}

    def _long(self, value: Any) -> Any:
        return value if isinstance(value, Mapping) else dict.fromkeys(self.fields, value)


class Bare:
    """That a model all of whose fields have defaults may be written as ``true``."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._long, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        whole = handler(core)
        return {"anyOf": [{"const": True}, *whole.get("anyOf", [whole])]}

    def _long(self, value: Any) -> Any:
        return {} if value is True else value


def _true(value: bool) -> bool:
    if not value:
        raise refused(BOUND_TO_NOTHING, "a binding says what is demanded", "write true, or take the key out")
    return value


Yes: TypeAlias = Annotated[bool, AfterValidator(_true), WithJsonSchema({"const": True})]
"""A demand that has no values."""


def _shape_of_one(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class OneOrMore:
    """That a list of texts with one entry may be written as that entry."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_shape_of_one, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        whole = handler(core)
        return {"anyOf": [whole.get("items", {}), whole]}
