"""A shared host below a directory: its nginx, projects that come to it, and what the command line does with it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from nginx_server import Site, free_port, nginx

from projects import BUN_WEB
from speccompile.__main__ import main
from tools import ROOT

MANIFEST = json.dumps({"version": "1.0.0", "archetype": "web-service", "assertions": []})


def project(root: Path, deploy: str = "", name: str = "todo") -> Path:
    """A small server called *name* in the directory *root*, with the text *deploy* as its deploy.yaml."""
    package = {**json.loads(BUN_WEB["package.json"]), "name": name}
    files = {**BUN_WEB, "package.json": json.dumps(package), "specs/assertions.json": MANIFEST}
    files |= {"specs/deploy.yaml": f"app: {name}\n{deploy}"}
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said on both streams."""

    code: int
    said: str
    errors: str


@dataclass
class Shared:
    """A shared host: everything that it has lies below *top*."""

    top: Path
    program: str = field(default_factory=nginx)
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True)
        self.top.chmod(0o755)
        self.say()

    @property
    def root(self) -> Path:
        """The directory of its registry."""
        return self.top / "host"

    def say(self, **more: Any) -> None:
        """Write its settings."""
        said = {"listen": self.port, "ipv6": False, "runtime": f"{self.top}/run", "access_log": f"{self.top}/log"}
        (self.root / "host.json").write_text(json.dumps(said | more))

    @property
    def words(self) -> list[str]:
        """The options that lead to it."""
        return ["--root", str(self.root), "--nginx", self.program]

    def run(self, *words: str, where: Path) -> Ended:
        """``speccompile route`` with *words* in the directory *where*, in this process."""
        out, errors, code = io.StringIO(), io.StringIO(), 0
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(errors):
            patch.setattr(sys, "argv", ["speccompile", *self.argv(*words, where=where)[3:]])
            try:
                main()
            except SystemExit as end:
                code = int(end.code or 0)
        return Ended(code, out.getvalue(), errors.getvalue())

    def argv(self, *words: str, where: Path) -> list[str]:
        """The same as arguments."""
        return [sys.executable, "-m", "speccompile", "-C", str(where), "route", *words, *self.words]

    def told(self, *words: str, where: Path) -> dict[str, Any]:
        """What it answers in JSON; it must succeed."""
        ended = self.run(*words, "--format", "json", where=where)
        assert ended.code == 0, ended.said + ended.errors
        answer: dict[str, Any] = json.loads(ended.said)
        return answer

    def add(self, where: Path, owner: str, port: int, *more: str) -> dict[str, Any]:
        """Add the project in *where*, whose service is at *port*."""
        return self.told("add", "--owner", owner, "--address", f"127.0.0.1:{port}", *more, where=where)

    @property
    def names(self) -> list[str]:
        """The applications in its registry."""
        return [f"{one['owner']}/{one['app']}" for one in self.registry["applications"]]

    @property
    def registry(self) -> dict[str, Any]:
        """Its registry."""
        read: dict[str, Any] = json.loads((self.root / "app-registry.json").read_text())
        return read

    def files(self) -> Mapping[str, bytes]:
        """What is in force, by path."""
        current = self.root / "current"
        return {str(one.relative_to(current)): one.read_bytes() for one in sorted(current.rglob("*")) if one.is_file()}

    @contextlib.contextmanager
    def serving(self) -> Iterator[Site]:
        """Its nginx, as the unit starts it."""
        (self.top / "run").mkdir(exist_ok=True)
        argv = [self.program, "-e", "stderr", "-c", f"{self.root}/current/nginx.conf", "-g", "daemon off;"]
        with (self.top / "stderr").open("ab") as errors:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
        site = Site(self.port, self.top, process)
        try:
            self.wait(site)
            yield site
        finally:
            process.terminate()
            process.wait(20)

    def wait(self, site: Site) -> None:
        """Until it answers."""
        for _ in range(200):
            with contextlib.suppress(ConnectionError):
                if site.ask("/-/proxy-health").status:
                    return
            time.sleep(0.05)
        raise AssertionError((self.top / "stderr").read_text())


def environment() -> dict[str, str]:
    """That of a process which runs the program of this checkout from anywhere."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
