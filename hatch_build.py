"""Building the wheel: templates and regular expressions are compiled once, here, and not by every run of the installed program."""

from __future__ import annotations

import pkgutil
import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Compiled(BuildHookInterface[Any]):
    """Puts the compiled templates and expressions into a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile them, unless the wheel is an editable one, which reads the sources."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from speccompile.backends.templates import compile_into  # noqa: PLC0415  # not importable before
        from speccompile.compiled_regex import keep  # noqa: PLC0415

        compiled = Path(self.directory) / "compiled_templates"
        shutil.rmtree(compiled, ignore_errors=True)
        compile_into(compiled)
        build_data["force_include"][str(compiled)] = "speccompile/compiled_templates"
        expressions = Path(self.directory) / "compiled_expressions"
        keep(_every_expression(), str(expressions))
        build_data["force_include"][str(expressions)] = "speccompile/compiled_expressions"


def _every_expression() -> set[tuple[str | bytes, int]]:
    """The expressions of all modules."""
    import speccompile  # noqa: PLC0415  # not importable before
    from speccompile.regex import all_expressions  # noqa: PLC0415

    for module in pkgutil.walk_packages(speccompile.__path__, "speccompile."):
        import_module(module.name)
    return all_expressions()
