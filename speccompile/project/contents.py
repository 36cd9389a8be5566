"""Questions about all that is below a directory, answered by walking through it: what git tracks there, which entries the
sources name, which files look like secrets, which links lead elsewhere.

One answer stands for many files, so that what the lock file keeps changes only when an image would.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

from speccompile.paths import join
from speccompile.project.ignored import NAME, Ignored
from speccompile.project.kinds import PEEK
from speccompile.project.missed import missed
from speccompile.project.named import Search
from speccompile.sayable import is_sayable
from speccompile.secret_contents import holds_secret, is_code
from speccompile.secret_names import is_secret

TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    from typing import TypeAlias

    Walk: TypeAlias = tuple[tuple[tuple[str, str | None], ...], tuple[str, ...], tuple[str, ...]]

_MOST_FILES = 200_000
_DEEPEST = 40


class Contents:
    """Answers about a tree, of which *entries* lists a directory, *head* gives the first bytes of a file, *read* its
    text, *digest* the digest of its bytes, *link* where a path leads that is a symbolic link, and *linked* the links in a directory, see
    ``answers.Directory``."""

    def __init__(
        self,
        entries: Callable[[str], tuple[str, ...]],
        head: Callable[[str, int], bytes],
        read: Callable[[str], str | None],
        link: Callable[[str], str | None],
        digest: Callable[[str], str | None],
        linked: Callable[[str], tuple[str, ...]] = lambda _: (),
    ) -> None:
        self._entries, self._head, self._read, self._link, self._digest = entries, head, read, link, digest
        self._linked = linked
        self._ignored = Ignored(read)
        # What no ignore file can say is sent, so it is looked at.
        self._kept_out = Ignored(read, is_sayable)
        self._answers: dict[tuple[str, str], tuple[str, ...]] = {}
        self._judged: dict[str, bool] = {}
        self._walks: dict[str, Walk] = {}

    def answer(self, kind: str, path: str) -> tuple[str, ...]:
        """The answer to a question of ``kinds.KINDS`` about a directory; ValueError for another kind."""
        if (kind, path) not in self._answers:
            self._answers[kind, path] = self._answer(kind, path)
        return self._answers[kind, path]

    def _answer(self, kind: str, path: str) -> tuple[str, ...]:
        answers = {
            "tracked": self.tracked,
            "named": self.named,
            "suffixes": self.suffixes,
            "secrets": self.secrets,
            "missed": self.missed,
            "spared": self.spared,
            "links": self.links,
            "strays": self.strays,
            "ignoring": self.ignoring,
            "digests": self.digests,
            "unseen": self.unseen,
            "unread": self.unread,
        }
        if kind not in answers:
            raise ValueError(f"{kind} is no kind of question about a directory")
        return answers[kind](path)

    def unseen(self, path: str) -> tuple[str, ...]:
        """See ``kinds.KINDS``."""
        return self._whole(path)[1]

    def unread(self, path: str) -> tuple[str, ...]:
        """See ``kinds.KINDS``."""
        start = f"{path}/" if path else ""
        return tuple(one.removeprefix(start) for one in self._search(path).unread())

    def tracked(self, path: str) -> tuple[str, ...]:
        """See ``kinds.KINDS``."""
        return tuple(entry for entry in self._entries(path) if self._is_tracked(join(path, entry)))

    def named(self, path: str) -> tuple[str, ...]:
        """See ``kinds.KINDS``."""
        return self._search(path).named()

    def suffixes(self, path: str) -> tuple[str, ...]:
        """See ``kinds.KINDS``."""
        return tuple(sorted({posixpath.splitext(one)[1].lower() for one in self._files(path)}))

    def secrets(self, path: str) -> tuple[str, ...]:
        """See ``kinds.KINDS``."""
        return tuple(one for one in self._files(path) if self._is_secret(join(path, one)))

    def missed(self, path: str) -> tuple[str, ...]:
        """See ``kinds.KINDS``."""
        gone = tuple(join(path, one) for one in self.answer("secrets", path))
        found = missed(path, gone, self._search(path).sources(), self._read) if gone else ()
        return tuple("//".join((how, *(posixpath.relpath(one, path or ".") for one in both))) for how, *both in found)

    def spared(self, path: str) -> tuple[str, ...]:
        """See ``kinds.KINDS``."""
        called = [one for one in self._files(path) if is_secret(join(path, one))]
        return tuple(one for one in called if self._is_spared(join(path, one)))

    def links(self, path: str) -> tuple[str, ...]:
        """See ``kinds.KINDS``."""
        return tuple(f"{one}//{target}" for one, target in self._links(path) if not _is_in(target, path))

    def strays(self, path: str) -> tuple[str, ...]:
        """See ``kinds.KINDS``."""
        return self._whole(path)[2]

    def ignoring(self, path: str) -> tuple[str, ...]:
        """See ``kinds.KINDS``."""
        above = ["", *(path[:at] for at, letter in enumerate(path) if letter == "/"), *([path] if path else [])]
        there = [one for one in above if NAME in self._entries(one)]
        below = [posixpath.dirname(join(path, one)) for one in self._files(path) if posixpath.basename(one) == NAME]
        return tuple(dict.fromkeys((*there, *below)))

    def digests(self, path: str) -> tuple[str, ...]:
        """See ``KINDS``."""
        kept = [one for one, _ in self._whole(path)[0] if not self._is_secret(join(path, one))]
        found = ((self._digest(join(path, one)), one) for one in kept)
        return tuple(sorted(f"{digest} {one}" for digest, one in found if digest))

    def _search(self, path: str) -> Search:
        return Search(path, self._own_entries, self._read, self._ignored.has)

    def _is_tracked(self, path: str) -> bool:
        if self._ignored.has(path):
            return False
        bare = path.rstrip("/")
        if path.endswith("/"):
            return any(target or not self._is_secret(join(bare, one)) for one, target in self._walk(bare, [], []))
        return not self._is_secret(bare)

    def _is_secret(self, path: str) -> bool:
        if path not in self._judged:
            kept_by_name = is_secret(path) and not self._is_spared(path)
            self._judged[path] = kept_by_name or holds_secret(path, self._head(path, PEEK))
        return self._judged[path]

    def _is_spared(self, path: str) -> bool:
        """Whether a file that is called like a secret is none: code; what is encrypted; a public key; what lies beside code."""
        head = self._head(path, PEEK)
        if holds_secret(path, head):
            return False
        if is_code(path) or path.lower().endswith(".enc") or is_secret(posixpath.basename(path)):
            return True
        return any(is_code(entry) for entry in self._entries(posixpath.dirname(path)))

    def _files(self, path: str) -> Iterator[str]:
        """Every file below *path* that git would track, links apart."""
        return (one for one, target in self._whole(path)[0] if target is None)

    def _links(self, path: str) -> Iterator[tuple[str, str]]:
        return ((one, target) for one, target in self._whole(path)[0] if target is not None)

    def _whole(self, top: str) -> Walk:
        """All of a walk, what it did not come to, and the links that lead nowhere."""
        if top not in self._walks:
            unseen: list[str] = []
            strays: list[str] = []
            self._walks[top] = tuple(self._walk(top, unseen, strays)), tuple(unseen), tuple(strays)
        return self._walks[top]

    def _walk(self, top: str, unseen: list[str], strays: list[str]) -> Iterator[tuple[str, str | None]]:
        """Every file below *top* that git would track, and where it leads that is a link; what the walk does not come to is put into
        *unseen*: directories that lie too deep, and the first file too many; links that lead to nothing in the tree into *strays*."""
        folders, count = [""], 0
        for folder in folders:  # grows while it is read
            if folder.count("/") >= _DEEPEST:
                unseen.append(f"{folder}/")
                continue
            strays += self._stray(top, folder)
            for entry in self._entries(join(top, folder)):
                path = join(folder, entry.rstrip("/"))
                if self._kept_out.has(join(join(top, folder), entry)):
                    continue
                target = self._link(join(top, path))
                if entry.endswith("/") and target is None:
                    folders.append(path)
                    continue
                count += 1
                if count > _MOST_FILES:
                    unseen.append(path)
                    return
                yield path, target

    def _stray(self, top: str, folder: str) -> Iterator[str]:
        """The links in a directory that lead to nothing in the tree, but for those that git passes over."""
        for one in self._linked(join(top, folder)):
            name, _, target = one.partition("//")
            if not target and not self._ignored.has(join(join(top, folder), name)):
                yield join(folder, name)

    def _own_entries(self, path: str) -> tuple[str, ...]:
        """The entries of a directory without links to other directories, which could lead in circles."""
        entries = self._entries(path)
        return tuple(one for one in entries if not one.endswith("/") or self._link(join(path, one.rstrip("/"))) is None)


def _is_in(path: str, directory: str) -> bool:
    return not directory or path == directory or path.startswith(f"{directory}/")
