"""Templates place values and never compute; every line of theirs is traced; every one of them is of use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes
from jinja2.nodes import Node

from projects import (
    BUN_WEB,
    GO_WEB,
    JAVA_WEB,
    NODE_CLI,
    PHP_WEB,
    PYTHON_JOB,
    PYTHON_WEB,
    RUBY_WEB,
    RUST_WEB,
    VITE_WEB,
    assertion,
    compiled,
    manifest,
)
from speccompile.backends import jinja, placing
from speccompile.backends.health import PROBES
from speccompile.backends.templates import environment, python_of_text
from speccompile.catalog import CATALOG
from tools import ROOT

FOLDER = ROOT / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())

ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For, nodes.If),
    *(nodes.Include, nodes.Const, nodes.CallBlock),
)
"""Nodes that place something. What a block ``trace`` is made of (a call of the extension) is looked at apart."""

NODE_WEB = {
    "package.json": json.dumps(
        {"name": "shop", "version": "1.0.0", "type": "module", "scripts": {"start": "node server.js"}}
    ),
    "server.js": "export {};\n",
}


def _parsed(name: str) -> nodes.Template:
    return environment().parse((FOLDER / name).read_text(encoding="utf-8"))


def _complaints(node: Node) -> Iterator[str]:
    """What *node* and what is below it compute."""
    if not isinstance(node, ALLOWED) or not _is_plain(node):
        yield f"line {node.lineno}: {type(node).__name__}"
    for child in node.body if isinstance(node, nodes.CallBlock) else node.iter_child_nodes():
        yield from _complaints(child)


def _is_plain(node: Node) -> bool:
    """Loops run over what is there, conditions ask whether something is there, includes are named."""
    match node:
        case nodes.For():
            return isinstance(node.iter, nodes.Name | nodes.Getattr) and node.test is None and not node.recursive
        case nodes.If():
            return isinstance(node.test, nodes.Name | nodes.Getattr)
        case nodes.Include():
            return isinstance(node.template, nodes.Const | nodes.Getattr) and not node.ignore_missing
        case nodes.CallBlock():
            call = node.call.node
            return isinstance(call, nodes.ExtensionAttribute) and call.name == "wrap"
    return True


def _includes(name: str) -> set[str]:
    return {
        node.template.value for node in _parsed(name).find_all(nodes.Include) if isinstance(node.template, nodes.Const)
    }


PARTS = {part for name in TEMPLATES for part in _includes(name)}.union(
    name for name in TEMPLATES if Path(name).name.partition(".")[0] in PROBES.values()
)
"""Templates that stand inside others, and inside the blocks ``trace`` of these; health modules include probes by name."""


def _untraced(node: Node) -> Iterator[str]:
    """Text and includes that no block ``trace`` is around."""
    if isinstance(node, nodes.CallBlock):
        return
    if isinstance(node, nodes.Include) or (isinstance(node, nodes.TemplateData) and node.data.strip()):
        yield f"line {node.lineno}"
    for child in node.iter_child_nodes():
        yield from _untraced(child)


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_places_values_and_computes_nothing(name: str) -> None:
    """No filter, no operator, no assignment, no macro, no call."""
    assert list(_complaints(_parsed(name))) == []


REPORT = {name for name in TEMPLATES if name.startswith("report/")}
"""The templates of a report, whose lines nobody asks about; tests/report hold what they place against its type."""


@pytest.mark.parametrize("name", sorted(set(TEMPLATES) - PARTS - REPORT))
def test_all_of_it_is_traced(name: str) -> None:
    """A template that is rendered stands in blocks ``trace``; a part stands in those of the template around it."""
    assert list(_untraced(_parsed(name))) == []


@pytest.mark.parametrize(
    "text",
    [
        *("{{ a | upper }}", "{{ a ~ b }}", "{{ a() }}", "{{ 1 }}{% set x = 1 %}", "{% if a == b %}{% endif %}"),
        *("{% if not a %}{% endif %}", "{% for x in a if x %}{% endfor %}", "{% for x in f() %}{% endfor %}"),
        *(
            "{% include name() %}",
            "{% include ['a', b] %}",
            "{% macro m() %}{% endmacro %}",
            "{{ a[0] }}",
            "{{ a if b }}",
            "{% trace a %}{{ b + c }}{% endtrace %}",
        ),
    ],
)
def test_what_computes_is_noticed(text: str) -> None:
    """The test above can fail."""
    assert list(_complaints(environment().parse(text)))


@pytest.mark.parametrize(
    "text",
    ["{% for a in b %}{{ loop.index }}{% endfor %}", "{{ a | upper }}", "{% if a is none %}{% endif %}", "{{ a ~ b }}"],
)
def test_what_the_runtime_does_not_have_is_no_wheel(text: str) -> None:
    """A template that would fail when it is rendered fails when it is compiled."""
    with pytest.raises(ValueError, match=r"odd\.j2 needs "):
        python_of_text(text, "odd.j2")


def test_what_is_not_traced_is_noticed() -> None:
    """So can the other one."""
    assert list(_untraced(environment().parse("{% trace all %}a{% endtrace %}\n{% for a in b %}{{ a }};{% endfor %}")))


def test_every_template_is_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what projects of all languages, with every kind of store and with none, compile to."""
    loaded: set[str] = set()
    found = placing.template

    def recording(name: str) -> placing.Template:
        loaded.add(name)
        return found(name)

    monkeypatch.setattr(placing, "template", recording)
    monkeypatch.setattr(jinja, "template", recording)
    for sources, specs in _projects():
        assert compiled(sources, specs).defects == ()
    everything = {
        "registry": "ghcr.io/acme",
        "targets": ["compose", "swarm", "bake", "github-actions", "terraform"],
    }
    assert compiled(BUN_WEB, manifest("web-service"), everything).defects == ()
    assert loaded == set(TEMPLATES) - REPORT


def _projects() -> Iterator[tuple[dict[str, str], str]]:
    for sources in (BUN_WEB, NODE_WEB, PYTHON_WEB, RUST_WEB, GO_WEB, JAVA_WEB, PHP_WEB, RUBY_WEB):
        yield sources, manifest("web-service", boundaries=[*CATALOG, "external-payment-api"])
        yield sources, manifest("web-service")
    yield VITE_WEB, manifest("web-service")
    yield NODE_CLI, manifest("cli-tool")
    yield PYTHON_JOB, manifest("data-pipeline", assertion(1, "Exports all records nightly"))


def test_templates_are_where_they_belong() -> None:
    """One directory a target, one suffix."""
    assert all(Path(name).suffix == ".j2" and "/" in name for name in TEMPLATES)
