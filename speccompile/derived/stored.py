"""What lies in a file of ours, read when somebody asks for it: of all that is kept most is never needed again."""

from __future__ import annotations

import os


class File:
    """A file that is *opened*, and closed when nobody has it any more. It stays what it is when another one takes its name."""

    def __init__(self, opened: int) -> None:
        self._opened = opened

    def __del__(self) -> None:
        """Nobody has it any more."""
        os.close(self._opened)

    def bytes_at(self, at: int, size: int) -> bytes:
        """*size* bytes from *at* on; fewer where the file ends before."""
        chunks = []
        while size > 0 and (chunk := os.pread(self._opened, size, at)):
            chunks.append(chunk)
            at, size = at + len(chunk), size - len(chunk)
        return b"".join(chunks)


class Stored:
    """The *size* bytes of *file* that begin *at* that place."""

    __slots__ = ("_at", "_file", "size")

    def __init__(self, file: File, at: int, size: int) -> None:
        self._file, self._at, self.size = file, at, size

    def read(self) -> bytes:
        """These bytes, as far as they are there."""
        return self._file.bytes_at(self._at, self.size)


class Held:
    """Bytes that are in memory."""

    __slots__ = ("_content", "size")

    def __init__(self, content: bytes) -> None:
        self._content, self.size = content, len(content)

    def read(self) -> bytes:
        """These bytes."""
        return self._content
