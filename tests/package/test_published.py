"""The whole way of a library: patched, built, packed as for the registry, installed elsewhere, used with its types."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

import pytest
from libraries import EXAMPLE, MONEY, npm, python, sources_of, texts

from speccompile.plan.package import Package
from tools import need

NPM = "python3 tests/setup.py, with npm installed"
USE = """\
import { CurrencyMismatch, Money } from "exact-money";

const parts: Money[] = Money.parse("1.00", "EUR").allocate([1, 2]);
try {
  Money.of(1n, "EUR").plus(Money.of(1n, "USD"));
} catch (error) {
  const text: string = (error as CurrencyMismatch).message;
  console.log(parts.map(String).join(" "), text);
}
"""
# What the types of the library forbid must be forbidden: they are really read.
MISUSE = (
    'import { Money } from "exact-money";\n\nconst units: string = Money.of(1n, "EUR").units;\nconsole.log(units);\n'
)
PYTHON_USE = "import exact_money\n\nanswer: int = exact_money.total([1, 2])\n"
PYTHON_MISUSE = "import exact_money\n\nanswer: str = exact_money.total([1, 2])\n"


def run(argv: list[str], cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run *argv* in *cwd*."""
    settings = os.environ | environment
    return subprocess.run(argv, cwd=cwd, env=settings, capture_output=True, text=True, timeout=300, check=False)


def succeeded(argv: list[str], cwd: Path, **environment: str) -> str:
    """The output of *argv*, which has to succeed."""
    done = run(argv, cwd, **environment)
    assert done.returncode == 0, f"{argv}\n{done.stdout}{done.stderr}"
    return done.stdout


def patched(directory: Path, files: Mapping[str, str], package: Package) -> Path:
    """The project in *files*, with the patch applied by git."""
    for path, text in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(text.encode())
    patch = directory.parent / "the.patch"
    patch.write_text(texts(package)[package.patch], encoding="utf-8")
    # The project need not be the root of its repository.
    succeeded(["git", "init", "--quiet", str(directory.parent)], directory)
    for check in (["--check"], []):
        succeeded(["git", "apply", *check, str(patch)], directory)
    assert (directory / package.manifest).read_text(encoding="utf-8") != files[package.manifest]
    return directory


@pytest.mark.slow
def test_npm(tmp_path: Path) -> None:
    """The example: publint and attw have nothing to say, what is packed is what is needed, and it can be used."""
    command = need("npm", "install Node.js with npm")
    files = sources_of(EXAMPLE)
    package, notes = npm(files)
    assert notes == ()
    project = patched(tmp_path / "library", files, package)
    succeeded([command, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], project)
    assert "# pass 6\n# fail 0" in succeeded([command, "test"], project)
    packed = json.loads(succeeded([command, "pack", "--json", "--pack-destination", str(tmp_path)], project))[0]
    modules = {f"dist/{name}.{ending}" for name in ("errors", "index", "money") for ending in ("js", "d.ts")}
    assert {file["path"] for file in packed["files"]} == {"LICENSE", "README.md", "package.json", *modules}
    tarball = tmp_path / packed["filename"]
    succeeded([need("publint", NPM), "--strict", str(project)], project)
    succeeded([need("attw", NPM), "--profile", "esm-only", str(tarball)], project)
    again, _ = npm({**files, "package.json": (project / "package.json").read_text(encoding="utf-8")})
    assert again.settings == ()
    use(tmp_path / "user", tarball, command)


def use(user: Path, tarball: Path, command: str) -> None:
    """A strict TypeScript project installs the package, and compiles and runs against it."""
    user.mkdir()
    (user / "package.json").write_text('{"private": true, "type": "module"}', encoding="utf-8")
    succeeded([command, "install", "--ignore-scripts", "--no-audit", "--no-fund", str(tarball)], user)
    strict = ["--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom", "--types", ""]
    (user / "use.ts").write_text(USE, encoding="utf-8")
    succeeded([need("tsc", NPM), *strict, "use.ts"], user)
    assert succeeded(["node", "use.js"], user) == "0.34 0.66 EUR and USD do not mix\n"
    (user / "misuse.ts").write_text(MISUSE, encoding="utf-8")
    assert "TS2322" in run([need("tsc", NPM), *strict, "--noEmit", "misuse.ts"], user).stdout
    hidden = run(["node", "--input-type=module", "-e", 'import "exact-money/dist/money.js"'], user)
    assert "ERR_PACKAGE_PATH_NOT_EXPORTED" in hidden.stderr


@pytest.mark.slow
def test_python(tmp_path: Path) -> None:
    """The small library: built by uv as the workflow does, installed elsewhere, and mypy sees its types."""
    uv = need("uv", "python3 tests/setup.py")
    package, _ = python(MONEY)
    project = patched(tmp_path / "library", MONEY, package)
    environment = {"UV_PYTHON": sys.executable}
    publish = package.workflow.jobs[1]
    build = next(step for step in publish.steps if step.name == "Build")
    assert build.script == ("uv build --no-sources",)
    succeeded([uv, *build.script[0].split()[1:]], project, **environment)
    wheel = next((project / "dist").glob("*.whl"))
    assert next((project / "dist").glob("*.tar.gz")).name == "exact_money-1.0.0.tar.gz"
    test = next(step for step in package.workflow.jobs[0].steps if step.name == "Test")
    succeeded([uv, *test.script[0].split()[1:]], project, **environment)
    again, _ = python(
        {
            **MONEY,
            "pyproject.toml": (project / "pyproject.toml").read_text(encoding="utf-8"),
            "src/exact_money/py.typed": "",
        }
    )
    assert (again.settings, again.marker) == ((), None)
    use_python(tmp_path / "user", wheel, uv)


def use_python(user: Path, wheel: Path, uv: str) -> None:
    """Another environment installs the wheel; mypy reads its annotations."""
    venv.create(user, with_pip=False)
    interpreter = user / "bin" / "python"
    succeeded([uv, "pip", "install", "--python", str(interpreter), "--no-deps", str(wheel)], user)
    (user / "use.py").write_text(PYTHON_USE, encoding="utf-8")
    (user / "misuse.py").write_text(PYTHON_MISUSE, encoding="utf-8")
    succeeded([str(interpreter), "use.py"], user)
    mypy = [need("mypy", "python3 tests/setup.py"), "--strict", "--python-executable", str(interpreter)]
    succeeded([*mypy, "--config-file=", f"--cache-dir={os.devnull}", "use.py"], user)
    said = run([*mypy, "--config-file=", f"--cache-dir={os.devnull}", "misuse.py"], user).stdout
    assert "Incompatible types in assignment" in said
