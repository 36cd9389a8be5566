"""The reader of a health module, by the ending of its name; what was read is kept, since more than one verifier asks for it."""

from __future__ import annotations

from functools import lru_cache

from speccompile.verify.readers import (
    go_source,
    java_source,
    php_source,
    python_source,
    ruby_source,
    rust_source,
    script_source,
    shell_source,
)
from speccompile.verify.readers.source import SourceModule

_READERS = {
    "py": python_source.read,
    "mjs": script_source.read,
    "ts": script_source.read,
    "go": go_source.read,
    "rs": rust_source.read,
    "java": java_source.read,
    "php": php_source.read,
    "rb": ruby_source.read,
    "sh": shell_source.read,
}


@lru_cache(maxsize=32)
def read(ending: str, text: str) -> SourceModule:
    """The module *text*, of the language whose files end in *ending*; raises ``Unreadable``."""
    return _READERS[ending](text)
