"""No dead code: everything that is defined is used by the program itself, not by its tests alone."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from tools import ROOT, missing

FORMATS = "part of a file format that users write; what they write there is checked and kept"
FIELDS = "a field of a requirement: the plan has it by its name (requirements/reading.py, `value_of`)"
BOUND = "a key of a binding: requirements/bound.py takes it by its name"
FRAMEWORK = "called by a library, under the name that it wants"
TEMPLATES = "asked for by templates that Jinja compiled (backends/placing.py)"
REVIEWED = {
    "dead_letter": FIELDS,
    "architecture": FIELDS,
    "atrest": BOUND,
    "backup": BOUND,
    "cachecontrol": BOUND,
    "migrate": BOUND,
    "model_post_init": FRAMEWORK,
    "__get_pydantic_core_schema__": FRAMEWORK,
    "__get_pydantic_json_schema__": FRAMEWORK,
    "category": FORMATS,
    "refined_from": FORMATS,
    "last_modified": FORMATS,
    "last_verified": FORMATS,
    "schema_url": FORMATS,
    "domains": FORMATS,
    "actors": FORMATS,
    "capabilities": FORMATS,
    "metadata": FORMATS,
    "tool_version": FORMATS,
    "model_config": FRAMEWORK,
    "_remember": FRAMEWORK,
    "Macro": TEMPLATES,
    "Undefined": TEMPLATES,
    "eval_ctx": TEMPLATES,
    "finalize": TEMPLATES,
    "get_all": TEMPLATES,
    "get_or_select_template": TEMPLATES,
    "new_context": TEMPLATES,
    "resolve_or_missing": TEMPLATES,
    "list_commands": FRAMEWORK,
    "get_command": FRAMEWORK,
    "resolve_command": FRAMEWORK,
    "convert": FRAMEWORK,
    "obj": FRAMEWORK,
    "compile_into": "called when a wheel is built, by hatch_build.py",
    "keep": "called when a wheel is built, by hatch_build.py",
    "get_plugins": "asked for by pydantic, while it builds a model of ours",
    "all_expressions": "called when a wheel is built, by hatch_build.py",
    "head_angle": FRAMEWORK,
    "setpath": FRAMEWORK,
    "route_edge": FRAMEWORK,
    "xspace": FRAMEWORK,
    "yspace": FRAMEWORK,
    "buffer_text": FRAMEWORK,
    "doctype": FRAMEWORK,
    "StartDoctypeDeclHandler": FRAMEWORK,
    "StartElementHandler": FRAMEWORK,
    "EndElementHandler": FRAMEWORK,
    "CharacterDataHandler": FRAMEWORK,
    "USAGE": "an exit code of the contract; click itself ends with it",
}
"""Names that vulture does not see used, and why they are of use all the same."""

DESCRIPTIONS = frozenset(
    {
        "report_assertions.py",
        "report_changes.py",
        "report_document.py",
        "report_hosts.py",
        "report_parts.py",
        "report_releases.py",
        "reports.py",
    }
)
"""Modules of fields of JSON documents, which programs elsewhere read; that each of them is given is tested in tests/saying/test_reports.py."""


def _vulture() -> Any:
    if find_spec("vulture") is None:
        missing("vulture", "pip install vulture")
    return import_module("vulture").Vulture()


def _unused() -> set[str]:
    """The names that no module of the program and no template mentions but where they are defined."""
    vulture = _vulture()
    vulture.scavenge([str(ROOT / "speccompile"), str(ROOT / "docs" / "build.py")])
    placed = {
        word for path in (ROOT / "templates").rglob("*.j2") for word in re.findall(r"\w+", path.read_text("utf-8"))
    }
    found = {item.name for item in vulture.get_unused_code(min_confidence=60) if item.filename.name not in DESCRIPTIONS}
    return found - placed


def test_everything_is_used() -> None:
    """But for what was reviewed; and what was reviewed is still there."""
    assert sorted(_unused() - set(REVIEWED)) == []
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "speccompile").rglob("*.py"))
    assert [name for name in REVIEWED if not re.search(rf"\b{name}\b", text)] == []


def test_vulture_sees_what_there_is() -> None:
    """The test above can fail: what nothing uses is found."""
    vulture = _vulture()
    vulture.scan("def forgotten() -> None:\n    pass\n")
    assert [item.name for item in vulture.get_unused_code()] == ["forgotten"]
