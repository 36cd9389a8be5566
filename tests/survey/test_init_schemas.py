"""What `init` writes leads editors to the schemas that lie beside it, as they look for them: relative to the file; without these it names none."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from ruamel.yaml import YAML

from case_folders import command
from projects import BUN_WEB
from speccompile.frontends.schema import KINDS, schema

_WAY = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")


def _project(root: Path, services: tuple[str, ...]) -> Path:
    for place in services:
        for path, text in BUN_WEB.items():
            (root / place / path).parent.mkdir(parents=True, exist_ok=True)
            (root / place / path).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("services", [("",), ("api", "web")])
def test_each_spec_leads_to_its_schema(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], services: tuple[str, ...]
) -> None:
    """And is what that says; the compiler reads it as before."""
    specs = _project(tmp_path, services) / "specs"
    specs.mkdir()
    for kind in ("deploy", "assertions"):
        code, said, _ = command(["schema", kind], tmp_path, capsys)
        (specs / f"{kind}.schema.json").write_text(said, encoding="utf-8")
        assert code == 0
    paths = [word for place in services if place for word in ("--path", place)]
    assert command(["init", "--app", "shop", "--yes", *paths], tmp_path, capsys)[0] == 0
    manifests = list(specs.rglob("assertions.json"))
    assert len(manifests) == len(services)
    for path in (*manifests, specs / "deploy.yaml"):
        way, document = _read(path)
        found = json.loads((path.parent / way).read_text(encoding="utf-8"))
        assert found["title"] == ("Manifest" if path.suffix == ".json" else "Deploy")
        Draft202012Validator(found).validate(document)
        with pytest.raises(ValidationError):
            Draft202012Validator(found).validate(document | {"nonsense": 1})
    code, _, errors = command(["generate", "--allow-unverified"], tmp_path, capsys)
    assert code == 0, errors


def _read(path: Path) -> tuple[str, Any]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        document = json.loads(text)
        return document["$schema"], document
    match = _WAY.match(text)
    assert match, text
    return match[1], YAML(typ="safe", pure=True).load(text)


def test_without_them_none_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An editor would say that it cannot load it."""
    assert command(["init", "--app", "shop", "--yes"], _project(tmp_path, ("",)), capsys)[0] == 0
    assert not [path for path in (tmp_path / "specs").iterdir() if "$schema" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_has_a_description_and_an_example(kind: str) -> None:
    """What an editor shows of it."""
    bare = [".".join(path) for path in _bare(schema(kind), (kind,))]
    assert not bare


def _bare(node: Any, at: tuple[str, ...]) -> list[tuple[str, ...]]:
    found = []
    for name, child in (node.get("properties") or {}).items() if isinstance(node, dict) else ():
        found += [(*at, name)] if isinstance(child, dict) and not {"description", "examples"} <= child.keys() else []
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return found + [path for key, child in children for path in _bare(child, (*at, str(key)))]
