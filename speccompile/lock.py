"""The lock file: which files speccompile owns, what they were made from, and by which version.

It is a list for people, for reviews and for ownership, and has no authority: it names no option, no path outside of this
command's output directory is touched because of it, and it switches nothing off. JSON with sorted keys and one file a
line, so that two branches that changed different files merge.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION = 2


class Lock:
    """A lock file's content. Not to be changed.

    ``tool`` is speccompile's version; ``output`` the output directory as seen from the project ("" is the project
    itself); ``inputs`` pairs of a spec file's path and the digest of its bytes or ``absent``; ``versions`` triples of
    name, value and source; ``files`` pairs of an owned file's path from the project's root and its digest.
    """

    __slots__ = ("files", "inputs", "output", "tool", "versions")

    def __init__(
        self,
        *,
        tool: str,
        output: str,
        inputs: Iterable[tuple[str, str]] = (),
        versions: Iterable[tuple[str, str, str]] = (),
        files: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.tool, self.output = tool, output
        self.inputs = tuple(sorted(set(inputs)))
        self.versions = tuple(sorted(set(versions)))
        self.files = tuple(sorted(set(files)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lock) and dump(self) == dump(other)

    def __hash__(self) -> int:
        return hash((self.tool, self.output, self.files))


def dump(lock: Lock) -> str:
    """The lock file's text; the same lock always gives the same text."""
    document = {
        "lock": VERSION,
        "tool": lock.tool,
        "output": lock.output,
        "inputs": dict(lock.inputs),
        "versions": [{"name": name, "value": value, "source": source} for name, value, source in lock.versions],
        "files": dict(lock.files),
    }
    text: str = import_module("json").dumps(document, indent=2, sort_keys=True)
    return text + "\n"
