"""Generated health modules please the checkers of their languages, at their strictest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from health_plans import FILES, PROTOCOLS, every, module, need, text

from speccompile.plan.plan import HealthModule
from tools import ROOT, need_module_types
from tools import need as need_tool

HOSTILE = "/q\"\\`${x}'\N{LINE SEPARATOR}é😀\x7f #*/%s"
"""A path with everything that could end a string, a comment or a line."""


def modules(language: str) -> dict[str, HealthModule]:
    """By directory name: modules without needs, with one need of each protocol alone, with all."""
    singles = {protocol: module(language, need("it", protocol)) for protocol in PROTOCOLS}
    return {"none": module(language, strict=False), "all": every(language), **singles}


def written(directory: Path, language: str) -> list[Path]:
    """The paths of `modules`, each in a directory of its own."""
    paths = []
    for name, health_module in modules(language).items():
        path = directory / name / FILES[language]
        path.parent.mkdir(parents=True)
        path.write_text(text(health_module), encoding="utf-8")
        paths.append(path)
    (directory / "package.json").write_text('{"type": "module"}')
    return paths


def run(*argv: str | Path, cwd: Path) -> None:
    """Demand that a checker is silent, or says that there is nothing to say, and succeeds."""
    done = subprocess.run([str(word) for word in argv], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("settings", [["--isolated"], ["--config", str(ROOT / "pyproject.toml")]])
def test_python_is_clean_for_ruff(settings: list[str], tmp_path: Path) -> None:
    """By default, and with this project's rules."""
    ruff = need_tool("ruff", "pip install ruff")
    run(ruff, "check", "--no-cache", *settings, *written(tmp_path, "python"), cwd=tmp_path)


def test_python_is_clean_for_mypy(tmp_path: Path) -> None:
    """mypy --strict."""
    checker = need_tool("mypy", "pip install mypy")
    for path in written(tmp_path, "python"):
        if path.parent.name in {"none", "all"}:
            run(checker, "--strict", "--warn-unreachable", "--cache-dir", tmp_path / "cache", path, cwd=tmp_path)


def test_python_is_that_of_3_9(tmp_path: Path) -> None:
    """Nothing in the syntax is newer than Python 3.9."""
    for path in written(tmp_path, "python"):
        run(
            sys.executable,
            "-c",
            "import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 9))",
            path,
            cwd=tmp_path,
        )


@pytest.mark.parametrize("edition", ["2015", "2021", "2024"])
def test_rust_is_clean_for_rustc_and_clippy(edition: str, tmp_path: Path) -> None:
    """Without a warning in each edition (plain rustc takes the first), and none of the pedantic lints in the second."""
    rustc = need_tool("rustc", "install Rust 1.70 or newer")
    for path in written(tmp_path, "rust"):
        if path.parent.name in {"none", "all", "redis"}:
            run(rustc, "-D", "warnings", "--edition", edition, "--emit", "metadata", path, cwd=tmp_path)
    clippy = need_tool("clippy-driver", "rustup component add clippy")
    pedantic = ("-D", "warnings", "-W", "clippy::pedantic", "--edition", "2021", "--emit", "metadata")
    for path in written(tmp_path / edition, "rust") if edition == "2021" else ():
        run(clippy, *pedantic, path, cwd=tmp_path)


def test_rust_is_as_rustfmt_has_it(tmp_path: Path) -> None:
    """rustfmt --check."""
    run(need_tool("rustfmt", "rustup component add rustfmt"), "--check", *written(tmp_path, "rust"), cwd=tmp_path)


@pytest.mark.parametrize("types", ["bun", "node"])
@pytest.mark.parametrize("language", ["typescript", "javascript"])
def test_scripts_are_clean_for_tsc(language: str, types: str, tmp_path: Path) -> None:
    """tsc --strict and stricter; JavaScript by its JSDoc types."""
    checker, node_modules = need_tool("tsc", "npm install typescript"), need_module_types()
    for path in written(tmp_path, language):
        if path.parent.name not in {"none", "all", "redis"}:
            continue
        run(
            checker, "--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--allowJs", "--checkJs",
            "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--noUnusedLocals", "--noUnusedParameters",
            "--noPropertyAccessFromIndexSignature", "--noImplicitReturns", "--noImplicitOverride",
            "--verbatimModuleSyntax", "--isolatedModules", "--erasableSyntaxOnly",
            "--typeRoots", f"{node_modules}/@types", "--types", types, path, cwd=tmp_path,
        )  # fmt: skip


def test_javascript_is_typescript_without_types(tmp_path: Path) -> None:
    """The two are one program: without types and comments they are the same text."""
    compiler = need_tool("tsc", "npm install typescript")
    node_modules = need_module_types()
    for name in ("ts", "js"):
        (tmp_path / name).mkdir()
    scripts = [*written(tmp_path / "ts", "typescript"), *written(tmp_path / "js", "javascript")]
    run(
        compiler, "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "--removeComments", "--allowJs",
        "--typeRoots", f"{node_modules}/@types", "--types", "node", "--rootDir", ".", "--outDir", "out", *scripts, cwd=tmp_path,
    )  # fmt: skip
    for name in modules("typescript"):
        ours = (tmp_path / "out/ts" / name / "health.js").read_text().split()
        theirs = (tmp_path / "out/js" / name / "health.mjs").read_text().split()
        assert ours == theirs, name


def test_go_is_clean_for_gofmt_and_vet(tmp_path: Path) -> None:
    """gofmt -l -s, go vet, and the compiler as the oldest supported release would have it; strings are read as they are."""
    gofmt, go = (need_tool(name, "install Go 1.19 or newer") for name in ("gofmt", "go"))
    hostile = module("go", need(HOSTILE, "redis", critical=False), path=HOSTILE)
    (tmp_path / "hostile").mkdir()
    (tmp_path / "hostile/health.go").write_text(text(hostile), encoding="utf-8")
    (tmp_path / "go.mod").write_text("module bank\n\ngo 1.19\n")
    for path in (tmp_path / "hostile/health.go", *written(tmp_path, "go")):
        formatted = subprocess.run([gofmt, "-s", "-l", str(path)], capture_output=True, text=True, check=False)
        assert (formatted.returncode, formatted.stdout, formatted.stderr) == (0, "", "")
        run(go, "vet", path, cwd=tmp_path)
    told = subprocess.run(
        [go, "run", "hostile/health.go", "live"], cwd=tmp_path, env=os.environ | {"PORT": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    shown = "".join(letter if " " <= letter <= "~" else "?" for letter in HOSTILE)
    assert told.stdout == f"unhealthy: server (http at 127.0.0.1:1{shown}): connection refused\n"


def test_the_packages_of_a_service_do_not_see_the_module(tmp_path: Path) -> None:
    """Beside a service's own sources (``output: .``) it is neither compiled nor vetted with them."""
    go = need_tool("go", "install Go 1.19 or newer")
    (tmp_path / "go.mod").write_text("module bank\n\ngo 1.19\n")
    (tmp_path / "server.go").write_text("package server\n")
    (tmp_path / "health.go").write_text(text(every("go")), encoding="utf-8")
    run(go, "vet", "./...", cwd=tmp_path)
    run(go, "build", "./...", cwd=tmp_path)


def test_node_reads_the_javascript(tmp_path: Path) -> None:
    """node --check."""
    for path in written(tmp_path, "javascript"):
        run(need_tool("node", "install Node.js 18 or newer"), "--check", path, cwd=tmp_path)


@pytest.mark.parametrize("release", ["8", "11", "17"])
def test_java_is_clean_for_javac(release: str, tmp_path: Path) -> None:
    """javac with every warning, as errors; that an old release is meant is no fault of the program."""
    checker = need_tool("javac", "install a JDK, 17 or newer")
    for path in written(tmp_path, "java"):
        if release == "11" or path.parent.name in {"none", "all"}:
            run(checker, "--release", release, "-Xlint:all,-options", "-Werror", "-d", path.parent, path, cwd=tmp_path)
