"""Reading a lock file, which comes with the sources and is not trusted. Imported by the fast path of ``check``."""

from __future__ import annotations

import json

from speccompile.digests import ABSENT, digest
from speccompile.lock import UNSEALED, VERSION, Lock, Options
from speccompile.paths import LOCK, is_normal_outside, is_reserved, is_unicode, join, leaves, normal

QUESTIONS = frozenset((
    "read", "digest", "is-file", "is-directory", "entries", "called", "tracked", "named", "suffixes", "secrets", "spared", "links",
    "ignoring", "oversize",
))  # fmt: skip
_KEYS = ("lock", "seal", "tool", "output", "options", "inputs", "questions", "versions", "files")


class LockError(Exception):
    """A lock file's text that cannot be used; the message says what is wrong with it, and on which line if known."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(problem)
        self.problem, self.line = problem, line


def parse(text: str) -> Lock:
    """The lock that *text* holds; raises ``LockError`` when it holds none that could have been written by ``dump``.

    A lock file comes with the sources and is not trusted: what it owns is below its output directory, and that is
    inside the project unless it was given with ``-o``. The seal detects accidents, it is no signature.
    """
    document = _object(_json(text), "the file", _KEYS)
    version = document["lock"]
    if type(version) is not int or version != VERSION:
        raise LockError(f"its format is {json.dumps(version)}, this version of speccompile reads {VERSION}")
    options = _options(document["options"])
    output = _output(document["output"], options)
    seal = _string(document["seal"], "seal")
    return Lock(
        tool=_string(document["tool"], "tool"),
        output=output,
        options=options,
        inputs=[(_inside(path), _digest(value)) for path, value in _rows(document, "inputs", ("path", "digest"))],
        questions=[
            (_inside(path), _kind(kind), answer)
            for path, kind, answer in _triples(document, "questions", ("path", "kind", "answer"))
        ],
        versions=_triples(document, "versions", ("name", "value", "source")),
        files=_files(document, output),
        sealed=bool(seal) and digest(text.replace(f'"seal": "{seal}"', UNSEALED, 1).encode()) == seal,
    )


def _json(text: str) -> object:
    try:
        document: object = json.loads(text)
        text.encode()
    except json.JSONDecodeError as error:
        merged = text.split("\n")[error.lineno - 1].startswith(("<<<<<<<", "=======", ">>>>>>>"))
        raise LockError("a merge left its marks in it" if merged else "it is not JSON", error.lineno) from error
    except UnicodeEncodeError as error:
        raise LockError("it is not Unicode text") from error
    except (RecursionError, ValueError) as error:
        raise LockError("it is nested too deeply or has a number that is too long") from error
    return document


def _object(value: object, what: str, keys: tuple[str, ...]) -> dict[str, object]:
    if not isinstance(value, dict):
        raise LockError(f"{what} is not an object")
    if set(value) != set(keys):
        different = sorted(set(value) ^ set(keys))
        raise LockError(f"{what} has not the keys {', '.join(sorted(keys))}: {', '.join(map(_shown, different[:5]))}")
    return value


def _string(value: object, what: str) -> str:
    if not isinstance(value, str) or not is_unicode(value):
        raise LockError(f"{what} is not text: {_shown(value)}")
    return value


def _list(value: object, what: str) -> list[object]:
    if not isinstance(value, list):
        raise LockError(f"{what} is not a list")
    return value


def _rows(document: dict[str, object], name: str, keys: tuple[str, str]) -> list[tuple[str, str]]:
    rows = [_object(row, f"an entry of {name}", keys) for row in _list(document[name], name)]
    return [(_string(row[keys[0]], keys[0]), _string(row[keys[1]], keys[1])) for row in rows]


def _triples(document: dict[str, object], name: str, keys: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    rows = [_object(row, f"an entry of {name}", keys) for row in _list(document[name], name)]
    first, second, third = keys
    return [(_string(row[first], first), _string(row[second], second), _string(row[third], third)) for row in rows]


def _options(value: object) -> Options:
    options = _object(value, "options", ("output", "targets", "allow_unverified"))
    output, allowed = options["output"], options["allow_unverified"]
    if not isinstance(allowed, bool):
        raise LockError("options.allow_unverified is neither true nor false")
    targets = [_string(target, "a target") for target in _list(options["targets"], "options.targets")]
    return Options(None if output is None else _string(output, "options.output"), targets, allowed)


def _output(value: object, options: Options) -> str:
    output = _string(value, "output")
    if leaves(output):
        accepted = is_normal_outside(output) and output == options.output
    else:
        accepted = normal(output) == output and (options.output is None or normal(options.output) == output)
    if accepted and not is_reserved(output):
        return output
    raise LockError(f"its output directory {json.dumps(output)} is outside the project and was not given with -o")


def _inside(path: str) -> str:
    if normal(path) != path:
        raise LockError(f"the path {json.dumps(path)} is not inside the project")
    return path


def _digest(value: str) -> str:
    if value != ABSENT and not _is_digest(value):
        raise LockError(f"{_shown(value)} is not a digest")
    return value


def _is_digest(value: str) -> bool:
    return len(value) == 71 and value.startswith("sha256:") and set(value[7:]) <= set("0123456789abcdef")


def _kind(kind: str) -> str:
    if kind not in QUESTIONS:
        raise LockError(f"{_shown(kind)} is not a kind of question")
    return kind


def _files(document: dict[str, object], output: str) -> list[tuple[str, str]]:
    files = _rows(document, "files", ("path", "digest"))
    for path, value in files:
        below = path.removeprefix(output + "/") if output else path
        if not below or normal(below) != below or join(output, below) != path or is_reserved(below) or path == LOCK:
            raise LockError(f"it claims {json.dumps(path)}, which is not below its output directory {json.dumps(output or '.')}")
        if not _is_digest(value):
            raise LockError(f"{_shown(value)} is not a digest")
    if len({path for path, _ in files}) != len(files):
        raise LockError("it lists a file twice")
    return files


def _shown(value: object) -> str:
    """*value* of the lock file, as a message shows it."""
    return json.dumps(value)[:80]
