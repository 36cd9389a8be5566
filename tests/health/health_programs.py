"""Health modules as programs: Python, Node, Bun and Java run what is generated."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import health_plans

from speccompile.plan.plan import HealthModule
from tools import find, need, need_engine

_PRINT = {
    "python": "import json, health; print(json.dumps(health.{function}()))",
    "javascript": 'import("./health.mjs").then((m) => m.{function}()).then((r) => console.log(JSON.stringify(r)));',
    "typescript": 'import("./health.ts").then((m) => m.{function}()).then((r) => console.log(JSON.stringify(r)));',
}

_JAVA_PRINT = """final class Print {
    public static void main(String[] arguments) {
        System.out.println(arguments[0].equals("readiness") ? Health.readiness() : Health.liveness());
    }
}
"""
_JDK = "install a JDK, 11 or newer"
JAVA = ("java", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC", "-cp", ".")


@dataclass(frozen=True)
class Ran:
    """How a run ended."""

    code: int
    out: str
    err: str
    seconds: float


@dataclass(frozen=True)
class Program:
    """A generated module in a directory."""

    language: str
    directory: Path
    file: str

    def run(self, *arguments: str, env: Mapping[str, str] | None = None) -> Ran:
        """Run the module with *arguments*; its environment is *env* and nothing else."""
        return self._run(["Health" if self.language == "java" else self.file, *arguments], env or {})

    def report(self, function: str = "readiness", env: Mapping[str, str] | None = None) -> dict[str, Any]:
        """What *function* of the module gives to a program that imports it; nothing else may be printed."""
        flag = "-c" if self.language == "python" else "-e"
        printing = (
            ["Print", function]
            if self.language == "java"
            else [flag, _PRINT[self.language].format(function=function)]
        )
        ran = self._run(printing, env or {})
        assert (ran.code, re.sub(r"Picked up JAVA_TOOL_OPTIONS: .*\n", "", ran.err)) == (0, ""), ran
        report: dict[str, Any] = json.loads(ran.out)
        return report

    def _run(self, arguments: list[str], env: Mapping[str, str]) -> Ran:
        started = time.monotonic()
        done = subprocess.run(
            [*_interpreter(self.language, self.directory, env), *arguments],
            cwd=self.directory,
            env={"PATH": "/usr/bin:/bin", **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr, time.monotonic() - started)


def _interpreter(language: str, directory: Path, env: Mapping[str, str]) -> list[str]:
    if language == "python":
        return [sys.executable, "-W", "error"]
    if language == "java":
        return [need("java", _JDK), *JAVA[1:]]
    if language == "javascript":
        return [need("node", "install Node.js 18 or newer")]
    bun = find("bun")
    if bun:
        return [bun]
    variables = [word for name in env for word in ("--env", name)]
    mount = ["--volume", f"{directory}:/app", "--workdir", "/app"]
    return [need_engine(), "run", "--rm", "--network", "host", *mount, *variables, "oven/bun:1-slim", "bun"]


def install(module: HealthModule, directory: Path) -> Program:
    """Write *module* into *directory*."""
    (directory / module.path).write_text(health_plans.text(module), encoding="utf-8")
    (directory / "package.json").write_text('{"type": "module"}')
    if module.language == "java":
        shutil.copytree(_compiled(health_plans.text(module)), directory, dirs_exist_ok=True)
    return Program(module.language, directory, module.path)


@cache
def _compiled(text: str) -> Path:
    """A directory with the classes of a Java module, and a program that prints its reports."""
    directory = Path(tempfile.mkdtemp(prefix="speccompile-health-"))
    (directory / "Health.java").write_text(text, encoding="utf-8")
    (directory / "Print.java").write_text(_JAVA_PRINT, encoding="utf-8")
    sources = [str(directory / name) for name in ("Health.java", "Print.java")]
    done = subprocess.run(
        [need("javac", _JDK), "-d", str(directory), *sources], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return directory
