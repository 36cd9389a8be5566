"""A directory whose answers are noted: what is asked of it while something is concluded about all that is below.

When all of that is answered as before, the conclusion is as before: the fast path of ``check`` asks it again, and need not conclude.
"""

from __future__ import annotations

from speccompile.digests import ABSENT, digest
from speccompile.project.kinds import DIGEST, ENTRIES, HEAD, LINKED, READ, answer_to_entries, answer_to_read

TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    from typing import Protocol

    class Asked(Protocol):
        """As ``answers.Directory``."""

        def entries(self, path: str) -> tuple[str, ...]: ...
        def head(self, path: str, count: int) -> bytes: ...
        def text(self, path: str) -> str | None: ...
        def digest(self, path: str) -> str | None: ...
        def link(self, path: str) -> str | None: ...
        def linked(self, path: str) -> tuple[str, ...]: ...


class Noted:
    """What ``contents`` asks of *directory*, with the answers noted in *behind*: by path and kind, as a record keeps them."""

    def __init__(self, directory: Asked, behind: dict[tuple[str, str], str]) -> None:
        self._directory, self._behind = directory, behind

    def entries(self, path: str) -> tuple[str, ...]:
        """See ``Directory.entries``."""
        names = self._directory.entries(path)
        self._behind[path, ENTRIES] = answer_to_entries(names)
        return names

    def head(self, path: str, count: int) -> bytes:
        """See ``Directory.head``; asked are always as many bytes as ``kinds.PEEK``."""
        content = self._directory.head(path, count)
        self._behind[path, HEAD] = digest(content)
        return content

    def text(self, path: str) -> str | None:
        """See ``Directory.text``."""
        text = self._directory.text(path)
        self._behind[path, READ] = answer_to_read(text)
        return text

    def digest(self, path: str) -> str | None:
        """See ``Directory.digest``."""
        found = self._directory.digest(path)
        self._behind[path, DIGEST] = found or ABSENT
        return found

    def linked(self, path: str) -> tuple[str, ...]:
        """See ``Directory.linked``."""
        links = self._directory.linked(path)
        self._behind[path, LINKED] = answer_to_entries(links)
        return links

    def link(self, path: str) -> str | None:
        """See ``Directory.link``; noted are all links of a directory together."""
        above = path.rpartition("/")[0]
        if (above, LINKED) not in self._behind:
            self._behind[above, LINKED] = answer_to_entries(self._directory.linked(above))
        return self._directory.link(path)
