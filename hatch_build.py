"""Building the wheel: the templates are compiled once, here, and not by every run of the installed program."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledTemplates(BuildHookInterface[Any]):
    """Puts the compiled templates into a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile them, unless the wheel is an editable one, which reads the sources."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from speccompile.backends.jinja import compile_into  # noqa: PLC0415  # not importable before

        compiled = Path(self.directory) / "compiled_templates"
        shutil.rmtree(compiled, ignore_errors=True)
        compile_into(compiled)
        build_data["force_include"][str(compiled)] = "speccompile/compiled_templates"
