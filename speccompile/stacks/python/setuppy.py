"""setup.py and setup.cfg: what setuptools is told in the files that came before pyproject.toml. Nothing is run."""

from __future__ import annotations

import ast
import configparser
from collections.abc import Iterator, Mapping

from speccompile.codes.stacks_py import SOURCES_NEEDED
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.manifest import place, texts, word, words
from speccompile.stacks.python.requirements import Requirement, requirement

SETUP_PY = "setup.py"
SETUP_CFG = "setup.cfg"


@record(kw_only=True)
class Setup:
    """What the two files say. ``listed`` is the one that the dependencies stand in (None: there are none); what is
    computed is as if it were not there, but for dependencies: these are a problem."""

    name: str | None
    version: str | None
    python: str | None
    wanted: tuple[Requirement, ...]
    listed: str | None
    scripts: Mapping[str, str]
    problems: tuple[Diagnostic, ...]


def read(tree: Tree) -> Setup | None:
    """What setup.py and setup.cfg in *tree* say; None when there is no setup.py."""
    if not tree.is_file(SETUP_PY):
        return None
    text, config = tree.read(SETUP_PY) or "", _config(tree.read(SETUP_CFG))
    said = _keywords(text)
    computed = "install_requires" in said and not isinstance(said["install_requires"], list)
    lines = words(said.get("install_requires")) or _lines(config.get("options.install_requires"))
    listed = None if not lines else (SETUP_PY if words(said.get("install_requires")) else SETUP_CFG)
    source = text if listed == SETUP_PY else (tree.read(SETUP_CFG) or "")
    found = (requirement(line, place(listed or SETUP_PY, source, line)) for line in lines)
    return Setup(
        name=word(said.get("name")) or config.get("metadata.name"),
        version=word(said.get("version")) or config.get("metadata.version"),
        python=word(said.get("python_requires")) or config.get("options.python_requires"),
        wanted=tuple(one for one in found if one),
        listed=listed,
        scripts=dict(_scripts(said.get("entry_points"), config.get("options.entry_points.console_scripts"))),
        problems=(_computed(place(SETUP_PY, text, "install_requires")),) if computed else (),
    )


def _keywords(text: str) -> dict[str, object]:
    """The keywords of the call of ``setup``, those that are literals or names of literals with their values."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    named = {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, object] = {}
    for call in (node for node in nodes if isinstance(node, ast.Call) and _is_setup(node.func)):
        for keyword in call.keywords:
            value = keyword.value
            found[keyword.arg or ""] = _literal(named.get(value.id, value) if isinstance(value, ast.Name) else value)
    return found


def _is_setup(called: ast.expr) -> bool:
    return (isinstance(called, ast.Name) and called.id == "setup") or (
        isinstance(called, ast.Attribute) and called.attr == "setup"
    )


def _literal(node: ast.expr) -> object:
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return list(value) if isinstance(value, tuple) else value


def _config(text: str | None) -> dict[str, str]:
    """The options of setup.cfg, by section and name."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text or "")
    except configparser.Error:
        return {}
    return {f"{section}.{name}": value for section in parser.sections() for name, value in parser.items(section)}


def _lines(value: str | None) -> tuple[str, ...]:
    return tuple(
        line.strip() for line in (value or "").splitlines() if line.strip() and not line.strip().startswith("#")
    )


def _scripts(entry_points: object, configured: str | None) -> Iterator[tuple[str, str]]:
    listed = words(entry_points.get("console_scripts")) if isinstance(entry_points, dict) else ()
    pairs = (
        (name.strip(), target.strip())
        for name, _, target in (line.partition("=") for line in (*listed, *_lines(configured)))
    )
    yield from texts(dict(pairs)).items()


def _computed(span: Span) -> Diagnostic:
    return SOURCES_NEEDED.at(
        span,
        "setup.py computes install_requires, so the dependencies cannot be installed before the sources are there",
        fix="write them as a list, in setup.py or in [project] of pyproject.toml, or into a requirements.txt",
    )
