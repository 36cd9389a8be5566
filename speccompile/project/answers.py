"""Questions about a directory on disk, and how they are answered: the one place that knows.

The source tree's view asks here, and so does the fast path of ``check``, which replays the questions that the lock
file recorded; so nothing costly may be imported here (no pathlib, no dataclasses, no typing).
"""

# ruff: noqa: PTH114
from __future__ import annotations

import os
import stat
from importlib import import_module

from speccompile import regular
from speccompile.digests import ABSENT, digest, digest_of
from speccompile.encodings import decoded
from speccompile.paths import LOCK, is_reserved, join, normal
from speccompile.project.kinds import KINDS, PEEK, answer_to_entries, answer_to_read
from speccompile.project.listings import FILE, FOLDER, LINK, OTHER, Listings, Unlisted, below
from speccompile.project.litter import COVERAGE, LITTER, is_report

LIMIT = 4 * 1024 * 1024  # bytes; a larger file is no source text
LOCK_LIMIT = 64 * 1024 * 1024
LOCKS = frozenset((
    "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "deno.lock", "uv.lock", "poetry.lock",
    "pdm.lock", "Pipfile.lock", "Cargo.lock", "go.sum", "gradle.lockfile", "composer.lock", "Gemfile.lock", "mix.lock",
))  # fmt: skip
_BLOCK = 1024 * 1024
_NOTHING = b"", ""
YES, NO = "yes", "no"
DIGEST, IS_FILE, IS_DIRECTORY, CALLED = "digest", "is-file", "is-directory", "called"

TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    from collections.abc import Iterable

    from speccompile.project.contents import Contents

Question = tuple[str, str, str]
"""A path from the root of the tree, the kind of question, and the answer as the lock file keeps it."""


class Directory:
    """What is in a directory on disk, as far as the compiler may know.

    Invisible, as if it did not exist: what ``..`` or a symbolic link reaches outside the root; loops of links;
    names that are not UTF-8 (no artifact could name them); ``.git``, ``LITTER``, the lock file and our temporary files; the
    paths *own* with all that is below them, and directories that hold nothing but such paths. So what speccompile
    writes never changes what it reads.

    ``behind`` are the questions, with their answers, that the answers about all that is below a directory were made of.
    """

    def __init__(self, root: str, own: Iterable[str] = (), behind: dict[tuple[str, str], str] | None = None) -> None:
        self._root = os.path.realpath(os.fsencode(root))
        self._prefix = self._root.rstrip(b"/") + b"/"
        self._own = frozenset(own)
        self._above_own = frozenset(above for path in self._own for above in _ancestors(path))
        self._listings = Listings(self._root)
        self._hidden: dict[str, bool] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._answers: dict[tuple[str, str], str] = {}
        self._contents: Contents | None = None
        self.behind: dict[tuple[str, str], str] = {} if behind is None else behind

    def apart(self) -> Directory:
        """The same directory, with what was listed; answers about all that is below a directory are concluded anew."""
        other = Directory.__new__(Directory)
        for name, value in vars(self).items():
            setattr(other, name, value)
        other.behind = {}
        other.forget()
        return other

    def forget(self) -> None:
        """As if nothing had been concluded yet of all that is below a directory."""
        self._contents = None
        self.behind.clear()

    def content(self, path: str) -> bytes | None:
        """The bytes of a regular file of at most 4 MiB, a lock file's of at most 64 MiB; None when there is no such file
        or it may not be read."""
        place, limit = self._place(path), limit_of(path)
        content = None if place is None else _head(place, limit + 1)
        return None if content is None or len(content) > limit else content

    def head(self, path: str, count: int) -> bytes:
        """The first *count* bytes of a regular file; none when it may not be read."""
        place = self._place(path)
        return b"" if place is None else _head(place, count) or b""

    def link(self, path: str) -> str | None:
        """Where *path* leads that is a symbolic link to something inside the root, as seen from there; else None."""
        asked = normal(path)
        if not asked:
            return None
        try:
            self._listings.place(asked)
        except Unlisted:
            if not os.path.islink(self._prefix + asked.encode()):
                return None
            place = self._place(path)
            return None if place is None else self._seen(place)
        return None

    def about(self, kind: str, path: str) -> tuple[str, ...]:
        """See ``kinds.KINDS``; ValueError for another kind of question."""
        if kind == "oversize":
            return self._oversize(path)
        if kind == "odd":
            return self._odd(path)
        if self._contents is None:
            # Takes longer to import than all else on the fast path of ``check``, which needs it only after a file was altered.
            noted = import_module("speccompile.project.noted").Noted(self, self.behind)
            made = import_module("speccompile.project.contents").Contents
            self._contents = made(noted.entries, noted.head, noted.text, noted.link, noted.digest, noted.linked)
        return self._contents.answer(kind, path)

    def _oversize(self, path: str) -> tuple[str, ...]:
        place = self._place(path)
        size = os.lstat(place).st_size if place is not None else 0
        return (str(-(-size // (1024 * 1024))),) if size > limit_of(path) else ()

    def _odd(self, path: str) -> tuple[str, ...]:
        above, _, name = (normal(path) or "").rpartition("/")
        place = self._place(above)
        if place is None or not name or self._is_hidden(join(above, name)):
            return ()
        mode = _mode(place + b"/" + name.encode())
        if stat.S_ISLNK(mode):
            real = self._place(path)
            if real is None:
                return ("link",)
            mode = _mode(real)
        if not mode or stat.S_ISREG(mode):
            return ()
        return ("directory",) if stat.S_ISDIR(mode) else ("special",)

    def text(self, path: str) -> str | None:
        """The same as text, newlines as they are; None also when it is in no encoding that it declares, else not UTF-8."""
        content = self.content(path)
        return None if content is None else decoded(path, content)

    def digest(self, path: str) -> str | None:
        """The digest of a regular file's bytes, however many; None when there is no such file or it may not be read."""
        place = self._place(path)
        return None if place is None else _digest(place)

    def is_file(self, path: str) -> bool:
        """Whether *path* is a regular file, or a link to one inside the root."""
        return (self._found(path) or _NOTHING)[1] == FILE

    def is_directory(self, path: str) -> bool:
        """Whether *path* is a directory, or a link to one inside the root."""
        place, kind = self._found(path) or _NOTHING
        return kind == FOLDER and not self._holds_only_own(place)

    def entries(self, path: str) -> tuple[str, ...]:
        """The names in a directory in the order of their code points, those of directories with a trailing slash."""
        if path not in self._names:
            place = self._place(path)
            self._names[path] = () if place is None else tuple(sorted(self._shown(place, normal(path) or "")))
        return self._names[path]

    def kinds(self, path: str) -> dict[str, str] | None:
        """What is to be seen in a directory, each name with its kind; None where no directory is, or a link, or it may not be listed."""
        try:
            place, kind = (None if self._is_hidden(path) else self._listings.place(path)) or _NOTHING
        except Unlisted:
            return None
        listed = self._listings.of(place) if kind == FOLDER else None
        shown = {name: one for name, one in (listed or {}).items() if not self._is_hidden(join(path, name))}
        only_own = {n: OTHER for n, one in shown.items() if one == FOLDER and self._holds_only_own(below(place, n))}
        return None if listed is None else shown | only_own

    def linked(self, path: str) -> tuple[str, ...]:
        """The links in a directory that may be seen, each as its name, two slashes, and where it leads inside the root ("." for the root): nothing for
        one that leads out of it, or to what is not there."""
        place, folder = self._place(path), normal(path) or ""
        names = () if place is None else (name for name, kind in self._listed(place) if kind == LINK)
        seen = ((name, self.link(join(folder, name))) for name in names if not self._is_hidden(join(folder, name)))
        return tuple(sorted(f"{name}//{target or ('.' if target == '' else '')}" for name, target in seen))

    def called(self, count: int) -> tuple[str, ...]:
        """The names of the root and the directories above it, *count* of them, the root's own last."""
        return tuple(os.fsdecode(self._root).split("/")[-count:]) if count > 0 else ()

    def answer(self, kind: str, path: str) -> str:
        """The answer to a recorded question in the form in which the lock file keeps it; ValueError for another kind.

        For ``called`` the number of names stands in the place of the path.
        """
        match kind:
            case "read":
                return answer_to_read(self.text(path))
            case "digest":
                return self.digest(path) or ABSENT
            case "is-file":
                return answer_to_test(self.is_file(path))
            case "is-directory":
                return answer_to_test(self.is_directory(path))
            case "entries":
                return answer_to_entries(self.entries(path))
            case "called":
                return answer_to_entries(self.called(int(path)))
            case "head":
                return digest(self.head(path, PEEK))
            case "linked":
                return answer_to_entries(self.linked(path))
        if kind in KINDS:
            return answer_to_entries(self.about(kind, path))
        raise ValueError(f"{kind} is no kind of question")

    def known(self, kind: str, path: str) -> str:
        """The same, asked of the disk once."""
        if (kind, path) not in self._answers:
            self._answers[kind, path] = self.answer(kind, path)
        return self._answers[kind, path]

    def _shown(self, place: bytes, path: str) -> Iterable[str]:
        seen = self._seen(place) or ""
        for name, kind in self._listed(place):
            child = join(path, name)
            if kind == LINK:
                if self.is_directory(child):
                    yield name + "/"
                elif (self._found(child) or _NOTHING)[1] in (FILE, OTHER):
                    yield name
            # What is no link is where its directory is: asking the disk again about each name takes very long.
            elif self._is_hidden(child) or (seen != path and self._is_hidden(join(seen, name))):
                continue
            elif kind != FOLDER:
                yield name
            elif not self._holds_only_own(below(place, name)):
                yield name + "/"

    def _listed(self, place: bytes) -> Iterable[tuple[str, str]]:
        """The names in a directory, with what kind each is of; none when it may not be listed."""
        return (self._listings.of(place) or {}).items()

    def _place(self, path: str) -> bytes | None:
        """Where *path* really is; None when it is not there or not to be seen."""
        found = self._found(path)
        return None if found is None else found[0]

    def _found(self, path: str) -> tuple[bytes, str] | None:
        """Where *path* really is, and of which kind; None when it is not there or not to be seen."""
        asked = normal(path)
        if asked is None or self._is_hidden(asked):
            return None
        try:
            return self._listings.place(asked)
        except Unlisted:
            return self._real(asked)

    def _real(self, asked: str) -> tuple[bytes, str] | None:
        """The same by the disk, which follows links."""
        try:
            place = os.path.realpath(self._prefix + asked.encode(), strict=True)
            seen = self._seen(place)
        except (OSError, ValueError):
            return None
        return None if seen is None or self._is_hidden(seen) else (place, _kind(_mode(place)))

    def _seen(self, place: bytes) -> str | None:
        """The path of a real place inside the root."""
        if place == self._root:
            return ""
        return place[len(self._prefix) :].decode() if place.startswith(self._prefix) else None

    def _is_hidden(self, path: str) -> bool:
        if path not in self._hidden:
            above = path.rpartition("/")[0]
            self._hidden[path] = bool(above and self._is_hidden(above)) or self._is_hidden_itself(path)
        return self._hidden[path]

    def _is_hidden_itself(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        if name == COVERAGE:
            return path in self._own or is_report(name for name, _ in self._listed(self._prefix + path.encode()))
        return path in self._own or path == LOCK or name in LITTER or is_reserved(name)

    def _holds_only_own(self, place: bytes) -> bool:
        """Whether a directory is there only because we write into it."""
        path = self._seen(place)
        if path is None or path not in self._above_own:
            return False
        return not any(True for _ in self._shown(place, path))


def limit_of(path: str) -> int:
    """How many bytes a file called *path* may have at most to be read."""
    return LOCK_LIMIT if path.rpartition("/")[2] in LOCKS else LIMIT


def answer_to_test(answer: bool) -> str:
    """What the lock file keeps of the answer to ``is_file`` and ``is_directory``."""
    return YES if answer else NO


def _ancestors(path: str) -> list[str]:
    """The directories above *path*, without the root."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _mode(place: bytes) -> int:
    try:
        return os.lstat(place).st_mode
    except OSError:
        return 0


def _kind(mode: int) -> str:
    return FOLDER if stat.S_ISDIR(mode) else FILE if stat.S_ISREG(mode) else OTHER


def _head(place: bytes, count: int) -> bytes | None:
    """The first *count* bytes of a regular file, or all of a shorter one."""
    try:
        opened = regular.descriptor(place)
    except OSError:
        return None
    try:
        return _first(opened, count)
    except OSError:
        return None
    finally:
        os.close(opened)


def _digest(place: bytes) -> str | None:
    try:
        opened = regular.descriptor(place)
    except OSError:
        return None
    try:
        return digest_of(iter(lambda: os.read(opened, _BLOCK), b""))
    except OSError:
        return None
    finally:
        os.close(opened)


def _first(descriptor: int, count: int) -> bytes:
    chunks, left = [], count
    while left and (chunk := os.read(descriptor, left)):
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)
