"""What no build can install, although one machine could: named in requirements, in pyproject.toml, in locks."""

from __future__ import annotations

import pytest

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree

_APP = {"app.py": "from flask import Flask\napp = Flask(__name__)\n"}
# A line of requirements.txt, and what is said of it: nothing where it can be installed.
LINES = [
    ("numpy @ file:///croot/numpy_1/work/dist", '"numpy" is installed from a directory of one machine'),
    ("C:\\Users\\me\\a.whl", "is installed from a directory of one machine"),
    ("pkg-resources==0.0.0", "is no release of anything"),
    ("pywin32==306", "on Windows alone"),
    ("pywin32==306 ; sys_platform == 'win32'", ""),
    ("pyobjc-core==10.3", "on macOS alone"),
    ('pyobjc-core==10.3 ; sys_platform == "darwin"', ""),
    ("a @ git+ssh://git@github.com/o/r.git@v1", "is fetched by ssh"),
    ("-e git+ssh://git@github.com/o/r.git#egg=a", "is fetched by ssh"),
    ("a @ git+https://github.com/o/r.git@v1", ""),
    ("-r base.txt", '-r "base.txt" names what is not there'),
    ("--constraint=pins.txt", '--constraint "pins.txt" names what is not there'),
    ("-e ./libs/a", '-e "./libs/a" names what is not there'),
    ("-e .", ""),
    ("-e ../shared", "is outside of the service"),
    ("torch==2.3.0+cu121", "is a local version, which PyPI has none of"),
    ("--extra-index-url https://download.pytorch.org/whl/cu121\ntorch==2.3.0+cu121", ""),
    ("itsdangerous==2.2.0 \\\n    --hash=sha256:c6242fc49e35958c8b15141343aa660db5fc54d4f13a1db01a3f5891b98700ef", ""),
]


@pytest.mark.parametrize(("line", "said"), LINES)
def test_a_line_of_requirements(line: str, said: str) -> None:
    """Where a build would fail at it, before one begins."""
    facts = detect(MemoryTree({**_APP, "requirements.txt": f"flask==3.0.0\n{line}\n"})).facts
    found = [one.message for one in facts.obstacles if one.code == "SC292"]
    assert len(found) == bool(said)
    assert said in "".join(found)


@pytest.mark.parametrize("line", ["a @ git+ssh://git@github.com/o/r.git", "a @ file:///home/me/a", "pywin32"])
def test_a_dependency_of_a_project(line: str) -> None:
    """The same in pyproject.toml, at its place."""
    manifest = f'[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = [\n  "flask==3.0.0",\n  "{line}",\n]\n'
    facts = detect(MemoryTree({**_APP, "pyproject.toml": manifest})).facts
    found = [one.span for one in facts.obstacles if one.code == "SC292"]
    assert [(span.path, span.line) for span in found] == [("pyproject.toml", 7)]


_LOCKS = {
    "pnpm-lock.yaml": "lockfileVersion: '9.0'\nimporters:\n  .: {{}}\npackages:\n  '@esbuild/{}-arm64@0.21.5': {{}}\n  '@esbuild/{}-x64@0.21.5': {{}}\n",
    "yarn.lock": '# yarn lockfile v1\n\n\n"@esbuild/{}-arm64@0.21.5":\n  version "0.21.5"\n\n"@esbuild/{}-x64@0.21.5":\n  version "0.21.5"\n',
}


@pytest.mark.parametrize("path", _LOCKS)
def test_a_lock_of_another_platform(path: str) -> None:
    """Native parts for macOS alone do not start on Linux; those of both are as they should be."""
    files = {"package.json": '{"name":"a","scripts":{"start":"node s.js"}}', "s.js": ""}
    for others, warned in ((("darwin", "win32"), True), (("darwin", "linux"), False)):
        facts = detect(MemoryTree({**files, path: _LOCKS[path].format(*others)})).facts
        assert ("SC284" in {one.code for one in facts.diagnostics}) is warned
