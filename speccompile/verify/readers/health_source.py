"""The reader of a health module, by the ending of its name; what was read is kept, since more than one verifier asks for it."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

from speccompile.verify.readers.source import SourceModule

_READERS = {
    "py": "python_source",
    "mjs": "script_source",
    "ts": "script_source",
    "go": "go_source",
    "rs": "rust_source",
    "java": "java_source",
    "php": "php_source",
    "rb": "ruby_source",
    "sh": "shell_source",
}
"""The module that reads the language whose files end so: imported when there is such a file."""


@lru_cache(maxsize=32)
def read(ending: str, text: str) -> SourceModule:
    """The module *text*, of the language whose files end in *ending*; raises ``Unreadable``."""
    module: SourceModule = import_module(f"speccompile.verify.readers.{_READERS[ending]}").read(text)
    return module
