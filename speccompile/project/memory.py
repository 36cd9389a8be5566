"""A source tree that exists only in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from speccompile.digests import digest
from speccompile.encodings import decoded
from speccompile.paths import join
from speccompile.project.contents import Contents

if TYPE_CHECKING:
    from speccompile.project.kinds import About


class MemoryTree:
    """A ``Tree`` made of *files*: paths with forward slashes, and texts (or bytes, which may not be UTF-8)."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = dict(files)
        self._names: dict[str, set[str]] = {"": set()}
        for path in self._files:
            parts = path.split("/")
            for depth, name in enumerate(parts):
                names = self._names.setdefault("/".join(parts[:depth]), set())
                names.add(name if depth == len(parts) - 1 else f"{name}/")
        self._whole: MemoryTree = self
        self._place = ""
        self._contents = Contents(self.entries, self._head, self.read, lambda _: None, self.digest)

    def read(self, path: str) -> str | None:
        """The text of a file; None when there is none or it is not UTF-8."""
        content = self._files.get(path)
        return decoded(path, content) if isinstance(content, bytes) else content

    def digest(self, path: str) -> str | None:
        """The digest of a file's bytes; None when there is none."""
        content = self._files.get(path)
        return None if content is None else digest(content.encode() if isinstance(content, str) else content)

    def is_file(self, path: str) -> bool:
        """Whether *path* is a file."""
        return path in self._files

    def is_directory(self, path: str) -> bool:
        """Whether *path* is a directory: "" is, and whatever has something below it."""
        return path in self._names

    def entries(self, path: str) -> tuple[str, ...]:
        """The sorted names in a directory, those of directories with a trailing slash."""
        return tuple(sorted(self._names.get(path, ())))

    def about(self, kind: About, path: str) -> tuple[str, ...]:
        """See ``Tree.about``; of no file the size matters, and nothing is odd."""
        if kind in ("oversize", "odd"):
            return ()
        return self._whole._contents.answer(kind, join(self._place, path))

    def _head(self, path: str, count: int) -> bytes:
        content = self._files.get(path, b"")
        return (content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)[:count]

    def below(self, path: str) -> MemoryTree:
        """The same view from a directory inside this one."""
        prefix = f"{path}/" if path else ""
        view = MemoryTree(
            {name.removeprefix(prefix): content for name, content in self._files.items() if name.startswith(prefix)}
        )
        view._whole, view._place = self._whole, join(self._place, path)
        return view

    def hiding(self, own: Collection[str]) -> MemoryTree:
        """The same view without the paths *own*."""
        hidden = tuple(f"{path}/" for path in own)
        view = MemoryTree(
            {path: content for path, content in self._files.items() if not f"{path}/".startswith(hidden or ("\0",))}
        )
        view._place = self._place
        return view

    def enclosing(self) -> tuple[MemoryTree, str]:
        """The tree that this one is a view of, and where in it."""
        return self._whole, self._place
