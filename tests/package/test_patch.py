"""The patch, applied by git and by patch: it gives the settings, and touches nothing else."""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from libraries import MONEY, emitted, manifest, npm, plan_of, python, texts

from speccompile.plan.package import Package
from speccompile.verify import package as verification
from tools import need

INDEX = {"index.js": "export const one = 1;\n"}
PLAIN = json.loads(manifest(license="MIT", scripts={"build": "node build.js"}, devDependencies={"left": "^1.0.0"}))

LAYOUTS = {
    "npm": json.dumps(PLAIN, indent=2) + "\n",
    "four": json.dumps(PLAIN, indent=4),
    "tabs": json.dumps(PLAIN, indent="\t") + "\n",
    "one-line": json.dumps(PLAIN) + "\n",
    "minified": json.dumps(PLAIN, separators=(",", ":")),
    "windows": (json.dumps(PLAIN, indent=2) + "\n").replace("\n", "\r\n"),
    "by hand": '{ "name" : "lib",\n  "version" : "1.0.0",\n  "keywords": ["a",\n     "b"], "scripts": {}, '
    '"publishConfig": { } }\n',
    "empty objects": '{\n  "name": "lib",\n  "version": "1.0.0",\n  "publishConfig": {},\n  "scripts": {\n  }\n}\n',
    "unicode": '{\n  "name": "lib",\n  "version": "1.0.0",\n  "author": "J\u00fcrgen \u2028 \U0001f600"\n}\n',
    "space at the end": '{\n  "name": "lib", \n  "version": "1.0.0",\t\n  "scripts": {"build": "x"}  \n}  \n',
}
HEAD = '[project]\nname = "exact-money"\nversion = "1.0.0"\n'
PROJECTS = {
    "plain": MONEY["pyproject.toml"],
    "no line feed": MONEY["pyproject.toml"].rstrip("\n"),
    "only a head": '[project]\nname="exact-money"\nversion="1"',
    "windows": MONEY["pyproject.toml"].replace("\n", "\r\n"),
    "classifiers": HEAD + 'classifiers = [\n    "A :: ]",  # one\n    "B :: #",\n]\n\n[tool.x]\ny = 1\n',
    "one line": HEAD + 'classifiers = ["A"]\n',
    "text of several lines": HEAD + 'description = """\nname = "x"\n"""\n[tool.x]\n',
    "dotted": HEAD + 'urls.Source = "https://example.com"\n',
}


def apply(tmp_path: Path, package: Package, files: Mapping[str, str], tool: str) -> Path:
    """The project in *files* with the patch applied by *tool*, from the project's root."""
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(text.encode())
    patch = tmp_path.parent / "the.patch"
    patch.write_bytes(texts(package)[package.patch].encode())
    git = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn"]
    commands = {"git": [*git, str(patch)], "patch": ["patch", "-p1", "--binary", "--fuzz=0", "-i", str(patch)]}
    need(tool, f"apt-get install {tool}")
    done = subprocess.run(commands[tool], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "offset" not in done.stdout
    return tmp_path


def settled(package: Package, document: dict[str, object]) -> dict[str, object]:
    """*document* with the package's settings."""
    for setting in package.settings:
        holder: dict[str, object] = document
        for key in setting.keys[:-1]:
            inner = holder.setdefault(key, {})
            assert isinstance(inner, dict)
            holder = inner
        value = json.loads(setting.value)
        before = holder.get(setting.keys[-1])
        holder[setting.keys[-1]] = [*before, value] if setting.member and isinstance(before, list) else value
    return document


@pytest.mark.parametrize("tool", ["git", "patch"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_package_json(layout: str, tool: str, tmp_path: Path) -> None:
    """Whatever it is laid out like, it gets the settings and keeps its bytes."""
    text = LAYOUTS[layout]
    files = {"package.json": text, **INDEX}
    package, _ = npm(files)
    assert package.settings
    result = (apply(tmp_path / "p", package, files, tool) / "package.json").read_bytes().decode()
    assert json.loads(result) == settled(package, json.loads(text))
    assert [key for key in json.loads(result) if key in json.loads(text)] == list(json.loads(text))
    rest = iter(result)
    assert all(character in rest for character in text)
    assert verification.verify(plan_of(package), texts(package)) == ()
    if layout in ("npm", "tabs"):
        assert result == json.dumps(json.loads(result), indent="\t" if layout == "tabs" else 2) + "\n"


@pytest.mark.parametrize("tool", ["git", "patch"])
@pytest.mark.parametrize("layout", PROJECTS)
def test_pyproject(layout: str, tool: str, tmp_path: Path) -> None:
    """Whatever it is laid out like, it gets the settings; the marker is created."""
    files = {**MONEY, "pyproject.toml": PROJECTS[layout]}
    package, _ = python(files)
    directory = apply(tmp_path / "p", package, files, tool)
    result = (directory / "pyproject.toml").read_bytes().decode()
    assert tomllib.loads(result.replace("\r\n", "\n")) == settled(
        package, tomllib.loads(PROJECTS[layout].replace("\r\n", "\n"))
    )
    assert (directory / "src/exact_money/py.typed").read_text(encoding="utf-8").startswith("# PEP 561")
    assert verification.verify(plan_of(package), texts(package)) == ()


def test_nothing_to_patch() -> None:
    """After the patch there is no patch."""
    package, _ = npm({"package.json": LAYOUTS["npm"], **INDEX})
    complete = json.dumps(settled(package, PLAIN))
    again, _ = npm({"package.json": complete, **INDEX})
    assert set(texts(again)) == {"npm-publish.yml"}


def test_every_line_has_an_origin() -> None:
    """Lines that are not blank say why they are there."""
    for package in (npm({"package.json": LAYOUTS["npm"], **INDEX})[0], python(MONEY)[0]):
        for artifact in emitted(package).values():
            lines = artifact.text.split("\n")
            assert {number for number, line in enumerate(lines, start=1) if line.strip()} == set(artifact.origins)


KEYS = st.sampled_from(
    ["license", "scripts", "publishConfig", "files", "type", "x-tool", "dependencies", "engines", "author"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(KEYS, VALUES), st.sampled_from([None, 1, 2, "\t"]), st.booleans(), st.booleans())
def test_any_manifest(keys: dict[str, object], indent: int | str | None, windows: bool, feed: bool) -> None:
    """Any manifest compiles to a patch that is proved, or to none."""
    text = json.dumps({"name": "lib", **keys, "version": "1.0.0"}, indent=indent, ensure_ascii=False) + "\n" * feed
    text = text.replace("\n", "\r\n") if windows else text
    package, _ = npm({"package.json": text, **INDEX})
    assert verification.verify(plan_of(package), texts(package)) == ()
