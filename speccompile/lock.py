"""The lock file: what was generated from what, by which version, with which options.

JSON with sorted keys, two spaces of indentation and a newline at the end. The fast path of ``check`` reads it before
anything else is imported, so this module imports little and defines plain classes, not dataclasses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from speccompile.digests import digest
from speccompile.paths import leaves

VERSION = 1
UNSEALED = '"seal": ""'


class Options:
    """The options of the ``generate`` that wrote the lock.

    ``output`` is what ``-o`` named, relative to the project, None when it was not given. Not to be changed.
    """

    __slots__ = ("allow_unverified", "output", "targets")

    def __init__(self, output: str | None = None, targets: Iterable[str] = (), allow_unverified: bool = False) -> None:
        self.output = output
        self.targets = tuple(sorted(set(targets)))
        self.allow_unverified = allow_unverified

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Options) and self.as_json() == other.as_json()

    def __hash__(self) -> int:
        return hash((self.output, self.targets, self.allow_unverified))

    def as_json(self) -> dict[str, object]:
        """The options as the lock file writes them."""
        return {"output": self.output, "targets": list(self.targets), "allow_unverified": self.allow_unverified}


class Lock:
    """A lock file's content. Not to be changed.

    ``tool`` is speccompile's version; ``output`` the output directory relative to the project ("" is the project
    itself); ``inputs`` pairs of a spec file's path and the digest of its bytes or ``absent``; ``questions`` triples of
    path, kind and answer (see ``project.answers``); ``versions`` triples of name, value and source; ``files`` pairs of
    an owned file's path from the project's root and its digest. ``sealed`` is False when the text was not written by
    ``dump`` just so: somebody edited or merged it by hand.
    """

    __slots__ = ("files", "inputs", "options", "output", "questions", "sealed", "tool", "versions")

    def __init__(
        self,
        *,
        tool: str,
        output: str,
        options: Options,
        inputs: Iterable[tuple[str, str]] = (),
        questions: Iterable[tuple[str, str, str]] = (),
        versions: Iterable[tuple[str, str, str]] = (),
        files: Iterable[tuple[str, str]] = (),
        sealed: bool = True,
    ) -> None:
        self.tool, self.output, self.options, self.sealed = tool, output, options, sealed
        self.inputs = tuple(sorted(set(inputs)))
        self.questions = tuple(sorted(set(questions)))
        self.versions = tuple(sorted(set(versions)))
        self.files = tuple(sorted(set(files)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lock) and dump(self) == dump(other)

    def __hash__(self) -> int:
        return hash((self.tool, self.output, self.options, self.files))


def own_paths(output: str, files: Iterable[str] = ()) -> frozenset[str]:
    """What speccompile writes, as the view of the source tree must not see it: an output directory of its own as a
    whole, and the *files* that the lock lists."""
    inside = frozenset(path for path in files if not leaves(path))
    return inside | {output} if output and not leaves(output) else inside


def dump(lock: Lock) -> str:
    """The lock file's text; the same lock always gives the same text."""
    document = {
        "lock": VERSION,
        "seal": "",
        "tool": lock.tool,
        "output": lock.output,
        "options": lock.options.as_json(),
        "inputs": [{"path": path, "digest": value} for path, value in lock.inputs],
        "questions": [{"path": path, "kind": kind, "answer": answer} for path, kind, answer in lock.questions],
        "versions": [{"name": name, "value": value, "source": source} for name, value, source in lock.versions],
        "files": [{"path": path, "digest": value} for path, value in lock.files],
    }
    text = json.dumps(document, indent=2, sort_keys=True) + "\n"
    before, after = text.split(UNSEALED)
    return f'{before}"seal": "{digest(text.encode())}"{after}'
