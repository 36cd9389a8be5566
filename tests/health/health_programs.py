"""Health modules as programs: Python, Node and Bun run what is generated, Rust what is compiled of it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
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
        return self._run([self.file, *arguments], env or {})

    def report(self, function: str = "readiness", env: Mapping[str, str] | None = None) -> dict[str, Any]:
        """What *function* of the module gives to a program that imports it; nothing else may be printed."""
        if self.language == "rust":
            ran = self._run([f"./{function}"], env or {})
            assert (ran.code, ran.err) == (0, ""), ran
            told: dict[str, Any] = json.loads(ran.out)
            return told
        flag = "-c" if self.language == "python" else "-e"
        ran = self._run([flag, _PRINT[self.language].format(function=function)], env or {})
        assert (ran.code, ran.err) == (0, ""), ran
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
    if language == "rust":
        return []
    if language == "python":
        return [sys.executable, "-W", "error"]
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
    if module.language == "rust":
        return Program(module.language, directory, _compiled(directory))
    return Program(module.language, directory, module.path)


def _compiled(directory: Path) -> str:
    """The program that ``health.rs`` is, with ``readiness`` and ``liveness`` beside it: programs that have it as a module."""
    rustc = need("rustc", "install Rust 1.70 or newer")
    including = '#[path = "health.rs"] mod health; fn main() { println!("{}", health::%s().json()); }'
    for function in ("readiness", "liveness"):
        (directory / f"{function}.rs").write_text(including % function, encoding="utf-8")
    for name in ("health", "readiness", "liveness"):
        subprocess.run([rustc, "-D", "warnings", f"{name}.rs", "-o", name], cwd=directory, check=True)
    return "./health"
