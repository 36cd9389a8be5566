"""Health modules of compiled languages, made into programs; the same text is compiled once."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tools import need

_CONSTRAINT = "//go:build ignore\n\n"
_MAIN = """package main

import (
	"encoding/json"
	"os"

	"example.com/service/health"
)

func main() {
	report := health.Readiness
	if os.Args[1] == "Liveness" {
		report = health.Liveness
	}
	if err := json.NewEncoder(os.Stdout).Encode(report()); err != nil {
		panic(err)
	}
}
"""


def program(source: Path) -> Path:
    """The program that *source* is, compiled as an image's build does it; beside it."""
    return _placed(_built(source.read_text("utf-8")) / "program", source.with_name("health"))


def importer(source: Path) -> Path:
    """A service that prints the report of the function that is named to it, *source* being one of its packages as its
    head explains it; beside it."""
    return _placed(_built(source.read_text("utf-8")) / "importer", source.with_name("service"))


def _placed(made: Path, target: Path) -> Path:
    shutil.copy(made, target)
    return target


@cache
def _built(text: str) -> Path:
    directory = Path(tempfile.mkdtemp(prefix="speccompile-health-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    (directory / "alone").mkdir()
    (directory / "alone/health.go").write_text(text, "utf-8")
    _go(directory / "alone", "../program", "health.go")
    assert _CONSTRAINT in text
    (directory / "service/health").mkdir(parents=True)
    (directory / "service/go.mod").write_text("module example.com/service\n\ngo 1.19\n")
    (directory / "service/main.go").write_text(_MAIN)
    package = text.replace(_CONSTRAINT, "").replace("\npackage main\n", "\npackage health\n")
    (directory / "service/health/health.go").write_text(package, "utf-8")
    _go(directory / "service", "../importer", ".")
    return directory


def _go(directory: Path, target: str, what: str) -> None:
    go = need("go", "install Go 1.19 or newer")
    env = os.environ | {"CGO_ENABLED": "0", "GOFLAGS": "", "GOTOOLCHAIN": "local"}
    argv = [go, "build", "-trimpath", "-ldflags=-s -w", "-o", target, what]
    done = subprocess.run(argv, cwd=directory, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
