"""Health modules of compiled languages, made into programs as an image's build does it; the same text is compiled once."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tools import need

_JDK = "install a JDK, 11 or newer"
_JVM = ("java", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC", "-cp", ".")
PROBE = {"go": ("./health",), "rust": ("./health",), "java": (*_JVM, "Health")}
"""What runs a module, in the directory where its programs are, but for ``live`` or ``ready``."""
REPORT = {"go": ("./report",), "rust": ("./report",), "java": (*_JVM, "Report")}
"""What prints a report, but for ``readiness`` or ``liveness``: a program that has the module as a part."""

_GO_CONSTRAINT = "//go:build ignore\n\n"
_GO_REPORT = """package main

import (
	"encoding/json"
	"os"

	"example.com/service/health"
)

func main() {
	report := health.Readiness
	if os.Args[1] == "liveness" {
		report = health.Liveness
	}
	if err := json.NewEncoder(os.Stdout).Encode(report()); err != nil {
		panic(err)
	}
}
"""
_RUST_REPORT = """#[path = "health.rs"]
mod health;

fn main() {
    let report = if std::env::args().nth(1).as_deref() == Some("liveness") { health::liveness() } else { health::readiness() };
    println!("{}", report.json());
}
"""
_JAVA_REPORT = """final class Report {
    public static void main(String[] arguments) {
        System.out.println(arguments[0].equals("readiness") ? Health.readiness() : Health.liveness());
    }
}
"""


def place(language: str, text: str, directory: Path) -> None:
    """Put what is compiled of *text* into *directory*: what ``PROBE`` and ``REPORT`` run."""
    shutil.copytree(_built(language, text), directory, dirs_exist_ok=True)


@cache
def _built(language: str, text: str) -> Path:
    scratch = Path(tempfile.mkdtemp(prefix="speccompile-health-"))
    atexit.register(shutil.rmtree, scratch, ignore_errors=True)
    made = scratch / "made"
    made.mkdir()
    {"go": _go, "rust": _rust, "java": _java}[language](text, scratch, made)
    return made


def _go(text: str, scratch: Path, made: Path) -> None:
    """A service has the module as one of its packages, as the module's head explains it."""
    (scratch / "alone").mkdir()
    (scratch / "alone/health.go").write_text(text, "utf-8")
    assert _GO_CONSTRAINT in text
    service = scratch / "service"
    (service / "health").mkdir(parents=True)
    (service / "go.mod").write_text("module example.com/service\n\ngo 1.19\n")
    (service / "main.go").write_text(_GO_REPORT)
    package = text.replace(_GO_CONSTRAINT, "").replace("\npackage main\n", "\npackage health\n")
    (service / "health/health.go").write_text(package, "utf-8")
    build = (need("go", "install Go 1.19 or newer"), "build", "-trimpath", "-ldflags=-s -w", "-o")
    _run(scratch / "alone", *build, str(made / "health"), "health.go")
    _run(service, *build, str(made / "report"), ".")


def _rust(text: str, scratch: Path, made: Path) -> None:
    rustc = need("rustc", "install Rust 1.70 or newer")
    for name, source in (("health", text), ("report", _RUST_REPORT)):
        (scratch / f"{name}.rs").write_text(source, encoding="utf-8")
        _run(scratch, rustc, "-O", "-D", "warnings", f"{name}.rs", "-o", str(made / name))


def _java(text: str, scratch: Path, made: Path) -> None:
    for name, source in (("Health", text), ("Report", _JAVA_REPORT)):
        (scratch / f"{name}.java").write_text(source, encoding="utf-8")
    _run(scratch, need("javac", _JDK), "-d", str(made), "Health.java", "Report.java")


def _run(directory: Path, *argv: str) -> None:
    env = os.environ | {"CGO_ENABLED": "0", "GOFLAGS": "", "GOTOOLCHAIN": "local"}
    done = subprocess.run(argv, cwd=directory, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
