"""What serves a Ruby application: Rails, what config.ru says, or a program that is its own server."""

from __future__ import annotations

import re

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen

RACKUP = "config.ru"
APPLICATION = "config/application.rb"
PUMA = ("config/puma.rb", "config/puma/production.rb")
_BINDS = regex(r"^[ \t]*(?:port|bind)\b", re.MULTILINE)
_USUAL = {"rails": "3000", "rack": "9292", "sinatra": "4567", "ruby": "8080"}
_STEMS = ("app.rb", "main.rb", "server.rb", "web.rb")
_JOBS = ("job.rb", "run.rb", "worker.rb")
_SINATRA = regex(r"""^[ \t]*require[ \t(]+["']sinatra["']""", re.MULTILINE)
_LISTENS = regex(
    r"\b(?:TCPServer|WEBrick::HTTPServer)\.new\b|\bRack::(?:Handler|Server)\b|\bRackup::Server\b|\bSocket\.tcp_server_loop\b"
)
_PORT = (
    regex(r"""\bENV\.fetch\(\s*["']PORT["']\s*(?:,\s*|\)\s*\{\s*)["']?(\d{2,5})"""),
    regex(r"""\bENV\[\s*["']PORT["']\s*\]\s*\|\|\s*["']?(\d{2,5})"""),
    regex(r"""\bset[ \t(]+:port,\s*["']?(\d{2,5})"""),
    regex(r"""\bPort:\s*(\d{2,5})"""),
    regex(r"""\bTCPServer\.new\((?:\s*["'][^"'\n]*["']\s*,)?\s*(\d{2,5})"""),
)


@record(kw_only=True)
class Server:
    """What serves: the kind of application, the file that it begins in, the program that serves it ("" for one that does so itself), and
    whether its own configuration says where it listens."""

    kind: str
    entry: str
    program: str
    configured: bool = False

    def argv(self, port: int) -> tuple[str, ...]:
        """What starts it, at *port*."""
        where = f"0.0.0.0:{port}"
        match self.program:
            case "puma":
                return ("bundle", "exec", "puma", *(() if self.configured else ("-b", f"tcp://{where}")))
            case "unicorn":
                return ("bundle", "exec", "unicorn", "-l", where)
            case "falcon":
                return ("bundle", "exec", "falcon", "serve", "-b", f"http://{where}")
            case "thin" | "rackup":
                return ("bundle", "exec", self.program, *(("start",) if self.program == "thin" else ()), *_at(port))
            case "sinatra":
                return ("bundle", "exec", "ruby", self.entry, *_at(port))
            case _:
                return ("ruby", self.entry)


def _at(port: int) -> tuple[str, ...]:
    return ("-o", "0.0.0.0", "-p", str(port))  # noqa: S104  # in the container


def find(tree: Tree, gems: frozenset[str]) -> Server | None:
    """What serves the application in *tree*, whose gems are *gems*."""
    program = next((name for name in ("puma", "falcon", "unicorn", "thin") if name in gems), "rackup")
    configured = program == "puma" and any(source(tree, path).search(_BINDS) for path in PUMA)
    if gems & {"rails", "railties"} and tree.is_file(APPLICATION):
        return Server(kind="rails", entry=RACKUP, program=program, configured=configured)
    if tree.is_file(RACKUP):
        return Server(kind="rack", entry=RACKUP, program=program, configured=configured)
    for path in (one for one in _STEMS if tree.is_file(one)):
        if "sinatra" in gems and source(tree, path).search(_SINATRA):
            return Server(kind="sinatra", entry=path, program="sinatra")
        if source(tree, path).search(_LISTENS):
            return Server(kind="ruby", entry=path, program="")
    return None


def port(tree: Tree, server: Server | None) -> Chosen:
    """Where it listens by itself."""
    paths = ((*PUMA,) if server and server.program == "puma" else ()) + ((server.entry,) if server else ())
    for path in paths:
        for line in source(tree, path).lines():
            for pattern in _PORT:
                if (match := line.search(pattern)) and 1024 <= int(match[1]) < 65536:
                    where = f"{path}:{line.number} (number in the source)"
                    return Chosen("port", str(int(match[1])), where, Span(path, line.number, match.start(1) + 1))
    return Chosen("port", _USUAL[server.kind if server else "ruby"], "default")


def script(tree: Tree) -> str | None:
    """The program that a tool or a job starts."""
    commands = [
        f"{folder}/{name}" for folder in ("exe", "bin") for name in tree.entries(folder) if _is_own(tree, folder, name)
    ]
    return next(
        (one for one in (*_JOBS, "cli.rb", *_STEMS) if tree.is_file(one)), commands[0] if len(commands) == 1 else None
    )


def _is_own(tree: Tree, folder: str, name: str) -> bool:
    """Whether it is a program of the project in Ruby, and none that a generator put there."""
    known = name in (
        "bundle",
        "bundler",
        "rails",
        "rake",
        "setup",
        "console",
        "update",
        "spring",
        "dev",
        "importmap",
        "jobs",
        "thrust",
    )
    first = (tree.read(f"{folder}/{name}") or "").partition("\n")[0]
    return not known and not name.endswith("/") and first.startswith("#!") and "ruby" in first


def is_job(path: str | None) -> bool:
    """Whether a program is called like a job."""
    return path in _JOBS
