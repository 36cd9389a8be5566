"""Reading a lock file, which comes with the sources and is not trusted."""

from __future__ import annotations

import json

from speccompile.digests import ABSENT
from speccompile.lock import VERSION, Lock
from speccompile.paths import LOCK, is_normal_outside, is_reserved, is_unicode, join, leaves, normal

_KEYS = ("lock", "tool", "output", "inputs", "versions", "files")


class LockError(Exception):
    """A lock file's text that cannot be used; the message says what is wrong with it, and on which line if known."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(problem)
        self.problem, self.line = problem, line


class UnmergedError(LockError):
    """The text of a lock file in which a merge left its marks."""


def parse(text: str) -> Lock:
    """The lock that *text* holds; raises ``LockError`` when it holds none that could have been written by ``dump``.

    What it owns is below the output directory that it names. Whether that is the output directory of the command that reads
    it, and whether a file is really ours, is for the reader to find out.
    """
    document = _object(_json(text), "the file")
    version = document.get("lock")
    if type(version) is not int or version != VERSION:
        raise LockError(f"its format is {_shown(version)}, this version of speccompile reads {VERSION}")
    _keys(document, "the file", _KEYS)
    output = _output(document["output"])
    return Lock(
        tool=_string(document["tool"], "tool"),
        output=output,
        inputs=[(_inside(path), _digest(value)) for path, value in _pairs(document, "inputs")],
        versions=_versions(document["versions"]),
        files=[(_owned(path, output), _content(value)) for path, value in _pairs(document, "files")],
    )


def _json(text: str) -> object:
    try:
        document: object = json.loads(text, object_pairs_hook=_once)
        text.encode()
    except json.JSONDecodeError as error:
        merged = text.split("\n")[error.lineno - 1].startswith(("<<<<<<<", "=======", ">>>>>>>"))
        if merged:
            raise UnmergedError("a merge left its marks in it", error.lineno) from error
        raise LockError("it is not JSON", error.lineno) from error
    except UnicodeEncodeError as error:
        raise LockError("it is not Unicode text") from error
    except (RecursionError, ValueError) as error:
        raise LockError("it is nested too deeply or has a number that is too long") from error
    return document


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object; a merge can give it the same key twice."""
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise LockError(f"it has {_shown(name)} twice")
        found[name] = value
    return found


def _object(value: object, what: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise LockError(f"{what} is not an object")
    return value


def _keys(found: dict[str, object], what: str, keys: tuple[str, ...]) -> None:
    if set(found) != set(keys):
        different = sorted(set(found) ^ set(keys))
        raise LockError(f"{what} has not the keys {', '.join(sorted(keys))}: {', '.join(map(_shown, different[:5]))}")


def _string(value: object, what: str) -> str:
    if not isinstance(value, str) or not is_unicode(value):
        raise LockError(f"{what} is not text: {_shown(value)}")
    return value


def _pairs(document: dict[str, object], name: str) -> list[tuple[str, str]]:
    return [(_string(key, name), _string(value, name)) for key, value in _object(document[name], name).items()]


def _versions(value: object) -> list[tuple[str, str, str]]:
    if not isinstance(value, list):
        raise LockError("versions is not a list")
    rows = [_object(row, "an entry of versions") for row in value]
    for row in rows:
        _keys(row, "an entry of versions", ("name", "value", "source"))
    return [tuple(_string(row[key], key) for key in ("name", "value", "source")) for row in rows]  # type: ignore[misc]


def _output(value: object) -> str:
    output = _string(value, "output")
    if is_reserved(output) or not (is_normal_outside(output) if leaves(output) else normal(output) == output):
        raise LockError(f"{_shown(output)} is no output directory")
    return output


def _inside(path: str) -> str:
    if normal(path) != path:
        raise LockError(f"the path {_shown(path)} is not inside the project")
    return path


def _digest(value: str) -> str:
    return value if value == ABSENT else _content(value)


def _content(value: str) -> str:
    if not (len(value) == 71 and value.startswith("sha256:") and set(value[7:]) <= set("0123456789abcdef")):
        raise LockError(f"{_shown(value)} is not a digest")
    return value


def _owned(path: str, output: str) -> str:
    below = path.removeprefix(output + "/") if output else path
    if not below or normal(below) != below or join(output, below) != path or is_reserved(below) or path == LOCK:
        raise LockError(f"it claims {_shown(path)}, which is not below its output directory {_shown(output or '.')}")
    return path


def _shown(value: object) -> str:
    """*value* of the lock file, as a message shows it."""
    return json.dumps(value)[:80]
