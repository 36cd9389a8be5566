"""Health modules as programs: Python, Node and Bun run what is generated, the others what is compiled of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import health_compiled
import health_plans

from speccompile.plan.plan import HealthModule
from tools import find, need, need_engine

_PRINT = {
    "python": "import json, health; print(json.dumps(health.{function}()))",
    "javascript": 'import("./health.mjs").then((m) => m.{function}()).then((r) => console.log(JSON.stringify(r)));',
    "typescript": 'import("./health.ts").then((m) => m.{function}()).then((r) => console.log(JSON.stringify(r)));',
    "php": 'require "./health.php"; echo json_encode(ServiceHealth\\{function}());',
    "ruby": 'require "./health"; require "json"; puts JSON.generate(ServiceHealth.{function})',
}


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
        return self._run([*probe(self.language, self.file, _interpreter(self, env or {})), *arguments], env or {})

    def report(self, function: str = "readiness", env: Mapping[str, str] | None = None) -> dict[str, Any]:
        """What *function* of the module gives to a program that imports it; nothing else may be printed."""
        ran = self._run(self._reporting(function, env or {}), env or {})
        assert (ran.code, re.sub(r"Picked up JAVA_TOOL_OPTIONS: .*\n", "", ran.err)) == (0, ""), ran
        report: dict[str, Any] = json.loads(ran.out)
        return report

    def _reporting(self, function: str, env: Mapping[str, str]) -> list[str]:
        if self.language in health_compiled.REPORT:
            return [*health_compiled.REPORT[self.language], function]
        flag = {"python": "-c", "php": "-r"}.get(self.language, "-e")
        return [*_interpreter(self, env), flag, _PRINT[self.language].format(function=function)]

    def _run(self, argv: list[str], env: Mapping[str, str]) -> Ran:
        started = time.monotonic()
        done = subprocess.run(
            argv,
            cwd=self.directory,
            env={"PATH": "/usr/bin:/bin", **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr, time.monotonic() - started)


def probe(language: str, file: str, interpreter: Sequence[str]) -> list[str]:
    """What runs the module in *file*, where it is: the program it was compiled to, or the *interpreter* of its language."""
    return list(health_compiled.PROBE[language]) if language in health_compiled.PROBE else [*interpreter, file]


def _interpreter(program: Program, env: Mapping[str, str]) -> list[str]:
    match program.language:
        case "python":
            return [sys.executable, "-W", "error"]
        case "javascript":
            return [need("node", "install Node.js 18 or newer")]
        case "php":
            return [need("php", "apt-get install php-cli"), "-d", "display_errors=1"]
        case "ruby":
            return [need("ruby", "apt-get install ruby"), "-W2"]
        case "typescript":
            return _bun(program.directory, env)
        case _:
            return []


def _bun(directory: Path, env: Mapping[str, str]) -> list[str]:
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
    if module.language in health_compiled.PROBE:
        health_compiled.place(module.language, health_plans.text(module), directory)
    return Program(module.language, directory, module.path)
