"""What a Procfile says about the web process: which application it serves, and how. Nothing of it is run by a shell."""

from __future__ import annotations

import re
import shlex

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span

PATH = "Procfile"
_WEB = regex(r"^web[ \t]*:(.*)$", re.MULTILINE)
_SHELL = regex(r"[|&;<>`()$*?\\\n]")
_PORT = regex(r"\$(?:PORT\b|\{PORT(?::-?\d+)?\})")
_RUNNERS = (("poetry", "run"), ("pipenv", "run"), ("pdm", "run"), ("uv", "run"), ("python", "-m"), ("python3", "-m"))
_TARGET = regex(r"[A-Za-z_]\w*(?:\.\w+)*(?::[A-Za-z_]\w*(\(\))?)?\Z")
_CONFIGURATION = "--config"
# Of a server's options those that say how the application works; where it listens is for us to say.
_KEPT = {
    "gunicorn": {
        "-w": "--workers", "--workers": "--workers", "--threads": "--threads", "-t": "--timeout", "--timeout": "--timeout",
        "-k": "--worker-class", "--worker-class": "--worker-class", "--max-requests": "--max-requests",
        "--max-requests-jitter": "--max-requests-jitter", "--graceful-timeout": "--graceful-timeout", "--keep-alive": "--keep-alive",
        "--worker-connections": "--worker-connections", "-c": _CONFIGURATION, "--config": _CONFIGURATION,
    },
    "uvicorn": {"--workers": "--workers", "--ws": "--ws", "--root-path": "--root-path"},
}  # fmt: skip
_VALUE = regex(r"[\w./:-]{1,80}\Z")


@record()
class WebProcess:
    """The web process: the server, the module and the object (``factory``: what it returns) that it serves, and the
    options to keep."""

    server: str
    module: str
    target: str
    factory: bool
    options: tuple[str, ...]
    span: Span


def web(tree: Tree) -> WebProcess | None:
    """The server that the Procfile of *tree* starts; None when it starts something else, or needs a shell for it."""
    text = tree.read(PATH) or ""
    match = _WEB.search(text)
    if match is None:
        return None
    line = _PORT.sub("0", match[1])
    if _SHELL.search(line.replace("()", "")):
        return None
    try:
        words = shlex.split(line)
    except ValueError:
        return None
    while tuple(words[:2]) in _RUNNERS:
        words = words[2:]
    return _read(tree, words, Span(PATH, text.count("\n", 0, match.start()) + 1, 1))


def _read(tree: Tree, words: list[str], span: Span) -> WebProcess | None:
    if not words or words[0] not in ("gunicorn", "uvicorn", "hypercorn", "daphne", "granian", "waitress-serve"):
        return None
    server = words[0].removesuffix("-serve")
    named = [word for word in words[1:] if _TARGET.match(word) and (":" in word or server == "gunicorn")]
    target = next((word for word in named if ":" in word), named[-1] if named else "")
    module, _, name = target.partition(":")
    if not module:
        return None
    return WebProcess(
        server,
        module,
        (name or "application").removesuffix("()"),
        name.endswith("()") or "--factory" in words or "--call" in words,
        _options(tree, words[1:], _KEPT.get(server, {})),
        span,
    )


def _options(tree: Tree, words: list[str], kept: dict[str, str]) -> tuple[str, ...]:
    """The *kept* options with their values, by their long names; a configuration only where it is in *tree*."""
    found: list[str] = []
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        value = value if equals else (words[at + 1] if at + 1 < len(words) else "")
        there = kept.get(name) != _CONFIGURATION or tree.is_file(value.removeprefix("./"))
        if name in kept and there and _VALUE.match(value) and not value.startswith("-"):
            found += (kept[name], value)
    return tuple(found)
