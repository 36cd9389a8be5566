"""Templates that a wheel brings compiled give what their sources give, without Jinja."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import speccompile
from projects import assertion, compiled, manifest
from speccompile.backends import placing
from speccompile.backends.placing import Unknown, template
from speccompile.backends.templates import compile_into, python_of_text
from speccompile.resources import templates_directory
from tools import ROOT


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where compiled templates are looked for."""
    package = tmp_path / "compiled_templates"
    monkeypatch.setattr(speccompile, "__path__", [*speccompile.__path__, str(tmp_path)])
    monkeypatch.setattr(placing, "compiled_templates_directory", lambda: package)
    template.cache_clear()
    yield package
    template.cache_clear()
    for name in [one for one in sys.modules if one.startswith("speccompile.compiled_templates")]:
        del sys.modules[name]
    vars(speccompile).pop("compiled_templates", None)


def _artifacts() -> dict[str, tuple[str, object]]:
    sources = {"package.json": '{"name": "a", "scripts": {"start": "node a.js"}}', "a.js": ""}
    specs = manifest("web-service", assertion(1, "The service answers GET /health"))
    return {one.path: (one.text, one.origins) for one in compiled(sources, specs).artifacts}


def test_they_give_the_same(package: Path) -> None:
    from_sources = _artifacts()
    compile_into(package)
    template.cache_clear()
    assert _artifacts() == from_sources
    assert "speccompile.compiled_templates.dockerfile_Dockerfile_j2" in sys.modules
    assert "HEALTHCHECK" in from_sources["Dockerfile"][0]


def test_every_template_is_compiled(package: Path) -> None:
    compile_into(package)
    names = [str(path.relative_to(templates_directory())) for path in templates_directory().rglob("*.j2")]
    assert {path.stem for path in package.glob("*.py")} == {placing.module_name(name) for name in names}


def test_they_are_rendered_without_jinja(package: Path) -> None:
    """Nor is anything else of it imported by those who emit."""
    compile_into(package)
    code = f"""
import sys, speccompile
from pathlib import Path
speccompile.__path__.append({str(package.parent)!r})
from speccompile.backends import placing
placing.compiled_templates_directory = lambda: Path({str(package)!r})
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import compile_project
from speccompile.project.disk import DiskTree
made = compile_project(DiskTree(Path({str(ROOT / "specs/bank")!r})), Surroundings(None, ("bank",), allow_unverified=True))
assert made.defects == () and "nginx.conf" in made.files
print(*sys.modules)"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "jinja2" not in run.stdout.split()


def _rendered(text: str, **values: object) -> str:
    made: dict[str, object] = {}
    exec(python_of_text(text, "odd.j2"), made)
    return placing.Template(made["root"]).render(values, str, lambda text, node: f"[{node}: {text}]")  # type: ignore[arg-type]


def test_what_templates_are_made_of() -> None:
    text = "a{{ one }}\n{% if two %}{{ two.name }}{% else %}-{% endif %}{% for x in many %}{% trace x %}<{{ x }}>{% endtrace %}{% endfor %}"
    assert _rendered(text, one=1, two=SimpleNamespace(name="b"), many=("c", "d")) == "a1\nb[c: <c>][d: <d>]"
    assert _rendered(text, one=1, two=None, many=()) == "a1\n-"


@pytest.mark.parametrize(
    "text", ["{{ a }}", "{% if a %}{% endif %}", "{% for x in a %}{% endfor %}", "{{ b.c }}", "{% if b.c %}{% endif %}"]
)
def test_what_is_not_there_is_refused(text: str) -> None:
    with pytest.raises(Unknown):
        _rendered(text, b="")
