"""Templates that a wheel brings compiled give what their sources give, and only for the Jinja that compiled them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2.loaders import FileSystemLoader, ModuleLoader

from projects import assertion, compiled, manifest
from speccompile.backends import jinja
from speccompile.resources import templates_directory


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where compiled templates are looked for."""
    monkeypatch.setattr(jinja, "compiled_templates_directory", lambda: tmp_path / "compiled")
    jinja.environment.cache_clear()
    yield tmp_path / "compiled"
    jinja.environment.cache_clear()


def _artifacts() -> dict[str, tuple[str, object]]:
    sources = {"package.json": '{"name": "a", "scripts": {"start": "node a.js"}}', "a.js": ""}
    specs = manifest("web-service", assertion(1, "The service answers GET /health"))
    return {one.path: (one.text, one.origins) for one in compiled(sources, specs).artifacts}


def test_they_give_the_same(directory: Path) -> None:
    from_sources = _artifacts()
    assert isinstance(jinja.environment().loader, FileSystemLoader)
    jinja.compile_into(directory)
    jinja.environment.cache_clear()
    assert isinstance(jinja.environment().loader, ModuleLoader)
    assert _artifacts() == from_sources
    assert "HEALTHCHECK" in from_sources["Dockerfile"][0]


def test_every_template_is_compiled(directory: Path) -> None:
    jinja.compile_into(directory)
    names = [str(path.relative_to(templates_directory())) for path in templates_directory().rglob("*.j2")]
    assert {path.name for path in directory.glob("*.py")} == {ModuleLoader.get_module_filename(name) for name in names}


def test_another_version_of_jinja_reads_the_sources(directory: Path) -> None:
    jinja.compile_into(directory)
    (directory / "jinja-version").write_text("3.0.0", encoding="ascii")
    assert isinstance(jinja.environment().loader, FileSystemLoader)
