"""pyproject.toml → what it lacks (PEP 517, 518, 561, 621, 639)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from speccompile.codes.package import ASSUMED, GAP, INEXPRESSIBLE, PRIVATE, UNLOCKED, UNPUBLISHABLE, UNTYPED
from speccompile.detect.library.sources import PythonSources, import_name
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.errors import Refused
from speccompile.lower.package import workflow
from speccompile.lower.package.manifest import DEFAULT, Choices, Findings, Place, check_place, parse_toml
from speccompile.plan.package import Ecosystem, Marker, Package
from speccompile.plan.workflow import WorkflowStep
from speccompile.provenance import Origin
from speccompile.regex import regex
from speccompile.source import Span

HATCHLING = "hatchling>=1.27"
SETUPTOOLS = "setuptools>=77"
_LEAST = "3.10"
_TYPED = "Typing :: Typed"
_MARKER = "# PEP 561: type checkers read the annotations of this package."
_NAME = regex(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\Z")
_PYTEST = regex(r"pytest\s*(?:[<>=!~;\[(]|\Z)")


def python_package(
    place: Place, sources: PythonSources, origin: Origin, choices: Choices = DEFAULT
) -> tuple[Package, tuple[Diagnostic, ...]]:
    """The library with these *sources*, and what there is to say about it.

    Raises ``Refused`` when there is nothing to publish, it cannot be read, or nothing can be added to it.
    """
    check_place(place)
    text = sources.text
    manifest = parse_toml(text, place.manifest)
    found = Findings(place, lambda keys: _span(text, place.manifest, keys), origin)
    project = manifest.get("project")
    if not isinstance(project, dict):
        message = "there is no [project] table (PEP 621); what is published cannot be told"
        raise Refused([UNPUBLISHABLE.at(found.locate(()), message, fix="move the metadata into a [project] table")])
    name, version = _identity(project, found)
    module = sources.module
    if module is None:
        message = f"no package {quoted(import_name(name))} found, neither below src nor beside pyproject.toml"
        raise Refused([UNPUBLISHABLE.at(found.locate(("project", "name")), message, fix="add its __init__.py")])
    _back_end(manifest, module, name, found, legacy=sources.legacy)
    marker = _marker(sources, module, found)
    _metadata(project, sources, found, typed=marker is not None or sources.marked)
    _placeable(text, found)
    package = Package(
        service=place.service,
        ecosystem=Ecosystem.PYPI,
        name=name,
        version=version,
        manifest=place.manifest,
        text=text,
        settings=tuple(found.settings),
        marker=marker,
        patch=place.artifact("pyproject.toml.patch"),
        workflow=workflow.pypi_workflow(place, origin, _commands(manifest, sources, found, choices.python)),
        built=(),
        origin=origin,
    )
    return package, tuple(found.diagnostics)


def _span(text: str, path: str, keys: tuple[str, ...]) -> Span:
    """The line that names the last of *keys*; TOML is looked through by line, not by structure."""
    if keys:
        named = re.compile(rf"\s*\[?\s*(?:[\w.-]+\.)?{re.escape(keys[-1])}\s*[\]=]")
        for number, line in enumerate(text.splitlines(), start=1):
            if named.match(line):
                return Span(path, number, len(line) - len(line.lstrip()) + 1)
    return Span(path)


def _identity(project: Mapping[str, Any], found: Findings) -> tuple[str, str | None]:
    name, version = project.get("name"), project.get("version")
    if not isinstance(name, str) or not _NAME.match(name):
        said = "there is no name" if name is None else f"{quoted(name)} is no name for a package"
        found.say(UNPUBLISHABLE, ("project", "name"), said, fix='set project.name, such as "acme-money"')
    if not isinstance(version, str) and "version" not in _dynamic(project):
        message = "neither project.version nor a dynamic version"
        found.say(UNPUBLISHABLE, ("project",), message, fix='set project.version, such as "1.0.0"')
    if found.diagnostics:
        raise Refused(found.diagnostics)
    return str(name), version if isinstance(version, str) else None


def _dynamic(project: Mapping[str, Any]) -> list[str]:
    dynamic = project.get("dynamic")
    return dynamic if isinstance(dynamic, list) else []


def _back_end(manifest: Mapping[str, Any], module: str, name: str, found: Findings, *, legacy: bool) -> None:
    system = manifest.get("build-system")
    if not isinstance(system, dict):
        requires, back_end = (SETUPTOOLS, "setuptools.build_meta") if legacy else (HATCHLING, "hatchling.build")
        why = "says what builds the package; without it an old default is guessed"
        found.want(("build-system",), {"requires": [requires], "build-backend": back_end}, why)
    back_end = str(system.get("build-backend", "")) if isinstance(system, dict) else back_end
    tool = manifest.get("tool")
    hatch = tool.get("hatch") if isinstance(tool, dict) else None
    configured = isinstance(hatch, dict) and "build" in hatch
    if back_end.startswith("hatchling") and module.rpartition("/")[2] != import_name(name) and not configured:
        keys = ("tool", "hatch", "build", "targets", "wheel")
        found.want(keys, {"packages": [module]}, "the import package is not called like the distribution")


def _marker(sources: PythonSources, module: str, found: Findings) -> Marker | None:
    """The typed marker, when the sources are annotated and it is missing."""
    if module.endswith(".py"):
        message = f"{module} is a single module; the typed marker needs a package"
        found.say(UNTYPED, (), message, fix=f"make it a package: {module.removesuffix('.py')}/__init__.py")
        return None
    if sources.marked:
        return None
    if not sources.annotated:
        message = f"no function in {module} is annotated, so nothing says that it is typed"
        found.say(UNTYPED, (), message, fix="annotate the public functions")
        return None
    directory = found.place.directory
    path = f"{directory}/{module}/py.typed" if directory else f"{module}/py.typed"
    return Marker(path=path, line=_MARKER, origin=found.origin)


def _metadata(project: Mapping[str, Any], sources: PythonSources, found: Findings, *, typed: bool) -> None:
    dynamic, readme = _dynamic(project), sources.readme
    if "readme" not in project and "readme" not in dynamic and readme:
        found.want(("project", "readme"), readme, "what PyPI shows")
    if "requires-python" not in project:
        if sources.pinned is None:
            fix = "set project.requires-python, or add .python-version"
            found.say(ASSUMED, ("project",), f"nothing says which Python is needed; {_LEAST} was taken", fix=fix)
        found.want(
            ("project", "requires-python"), f">={sources.pinned or _LEAST}", "pip chooses a version that runs by it"
        )
    _classifiers(project, found, typed=typed)
    reasons = {
        "license": "Without one nobody may use it.",
        "urls": "Nobody finds the source.",
        "description": "It is what a search shows.",
    }
    for key, reason in reasons.items():
        if key not in project and key not in dynamic:
            found.say(GAP, ("project",), f"project.{key} is missing. {reason}", fix=f"add project.{key}")
    if not readme and "readme" not in project:
        found.say(GAP, (), "there is no README file to publish", fix="add README.md")


def _classifiers(project: Mapping[str, Any], found: Findings, *, typed: bool) -> None:
    classifiers = project.get("classifiers")
    listed = [item for item in classifiers if isinstance(item, str)] if isinstance(classifiers, list) else []
    if typed and "classifiers" not in _dynamic(project) and _TYPED not in listed:
        why = "says that annotations are shipped"
        if listed:
            found.want(("project", "classifiers"), _TYPED, why, member=True)
        elif "classifiers" not in project:
            found.want(("project", "classifiers"), [_TYPED], why)
    if any(item.startswith("Private ::") for item in listed):
        message = "a classifier Private :: makes PyPI refuse the upload"
        found.say(PRIVATE, ("project", "classifiers"), message, fix="remove the classifier")


def _placeable(text: str, found: Findings) -> None:
    """Refuse a manifest without a line where a key of [project] could be added."""
    inside = [setting for setting in found.settings if setting.keys[0] == "project"]
    header = re.search(r"^[ \t]*\[[ \t]*project[ \t]*\]", text, re.MULTILINE)
    array = re.search(r"^[ \t]*classifiers[ \t]*=[ \t]*\[", text, re.MULTILINE)
    blocked = any(not _can_append(text, s.keys) for s in found.settings if s.value.startswith("{"))
    if blocked or (inside and not header) or (any(s.member for s in inside) and not array):
        message = f"{found.place.manifest} is written with inline tables, to which no line can be added"
        raise Refused(
            [INEXPRESSIBLE.at(found.locate(()), message, fix="write [project] and [tool] as tables, a key a line")]
        )


def _can_append(text: str, keys: tuple[str, ...]) -> bool:
    """Whether the table *keys* can be defined at the end."""
    try:
        return bool(tomllib.loads(f"{text}\n[{'.'.join(keys)}]\n"))
    except tomllib.TOMLDecodeError:
        return False


def _commands(manifest: Mapping[str, Any], sources: PythonSources, found: Findings, python: str) -> workflow.Commands:
    origin, here = found.origin, found.place.directory
    if not sources.locked:
        message = "no uv.lock: the tests of a release run with the newest dependencies of the day"
        found.say(UNLOCKED, (), message, fix="run uv lock and commit uv.lock")
    run = "uv run --locked" if sources.locked else "uv run --isolated"
    test = (_test(manifest, run, found, python),) if sources.tested else ()
    build = workflow.step(origin, "Build", "uv build --no-sources", directory=here, UV_PYTHON=python)
    return workflow.Commands(tools=workflow.python_tools(origin), install=(), build=(build,), test=test)


def _test(manifest: Mapping[str, Any], run: str, found: Findings, python: str) -> WorkflowStep:
    """The step that runs the tests, with pytest from the group or extra of dependencies that lists it, else with
    unittest.
    """
    origin, here = found.origin, found.place.directory
    listed = (("group", manifest.get("dependency-groups")), ("extra", manifest["project"].get("optional-dependencies")))
    for flag, lists in listed:
        for name, items in sorted(lists.items()) if isinstance(lists, dict) else ():
            if any(isinstance(item, str) and _PYTEST.match(item) for item in items):
                script = f'{run} --{flag} "$TEST_SET" pytest'
                return workflow.step(origin, "Test", script, directory=here, UV_PYTHON=python, TEST_SET=name)
    script = f"{run} python -m unittest discover --start-directory tests"
    return workflow.step(origin, "Test", script, directory=here, UV_PYTHON=python)
