"""The questions that may be asked about a source tree."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from speccompile.project.kinds import About


class Tree(Protocol):
    """A directory of sources. Paths are relative to its root, with forward slashes; "" is the root itself.

    A path that leaves the root, also through a symbolic link, is as if it did not exist.
    """

    def read(self, path: str) -> str | None:
        """The text of a regular UTF-8 file; None when there is none, it is not text, or is larger than 4 MiB (a lock
        file: 64 MiB)."""

    def digest(self, path: str) -> str | None:
        """The SHA-256 digest of a regular file's bytes, however many, as ``digests`` writes it; None when there is none."""

    def is_file(self, path: str) -> bool:
        """Whether *path* is a regular file."""

    def is_directory(self, path: str) -> bool:
        """Whether *path* is a directory."""

    def entries(self, path: str) -> tuple[str, ...]:
        """The sorted names in a directory, those of directories with a trailing slash; () when there is none."""

    def about(self, kind: About, path: str) -> tuple[str, ...]:
        """The answer to a question about all that is below a directory, see ``kinds.KINDS``."""

    def below(self, path: str) -> Tree:
        """The same view from a directory inside this one; what is asked there is recorded here."""

    def enclosing(self) -> tuple[Tree, str]:
        """The view of the whole project, and where in it this one is ("" at its root); what is asked there is recorded
        here."""


class ProjectTree(Tree, Protocol):
    """The view of a whole project, from which what we write ourselves can be taken out."""

    def hiding(self, own: Collection[str]) -> ProjectTree:
        """The same view, in which the paths *own* and all that is below them do not exist; what is asked there is recorded
        here."""
