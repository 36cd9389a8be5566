"""Which entries of a directory the sources in it name: by an import, or by the literal path of what they open.

Texts are searched, nothing is run. A name that is found too often brings a file too many; one that is missed makes
a program fail, so what is unclear counts.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from speccompile.paths import join
from speccompile.project.unwanted import is_never_wanted, is_unwanted
from speccompile.regex import regex

_CODE = (
    ".py", ".pyi", ".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx", ".vue", ".svelte", ".astro", ".go", ".rs", ".java",
    ".kt", ".kts", ".gradle", ".groovy", ".scala", ".rb", ".erb", ".php", ".ex", ".exs", ".cs",
)  # fmt: skip
LARGEST = 200_000
_MOST_FILES = 20_000
_DEEPEST = 24
LITERAL = regex(r"([\"'`])((?:file://)?[^\"'`\n\\]{1,200})\1")
_PYTHON = regex(r"^[ \t]*(?:from|import)[ \t]+(\w+)", re.MULTILINE)
_DYNAMIC = regex(r"\$\{|[{%*<?]|#\{")
# What stands before a name that is a path although it has no slash in it.
_OPENING = regex(
    r"(?:\b(?:join|joinpath|resolve|Path|path|paths|open|file|dir|directory|folder|root|static|static_folder|StaticFiles|template_folder|templates|"
    r"sendFile|send_file|send_from_directory|createReadStream|readFile|readFileSync|readdir|readdirSync|existsSync|ReadFile|ReadDir|Open|DirFS|Dir|"
    r"ParseGlob|include_str!|include_bytes!|include_dir!|read_to_string|ServeDir|new File|Paths?\.get|of|URL|serveStatic|views|glob)"
    r"\s{0,4}[(:=,]|/|,)\s{0,4}\(?[rbfu]{0,2}\Z"
)
_TEST = regex(r"\.(?:test|spec|e2e|stories|bench)\.|\Atest_|_test\.|\Aconftest\.py\Z")
_CONFIGURATION = regex(r"\.config\.[cm]?[jt]s\Z")  # tells test runners and linters of tests
_TESTS = frozenset(("test", "tests", "e2e", "spec", "__tests__", "cypress", "playwright", "benchmarks"))
START = regex(r"\A(?:file://)?(?:/app/|~/|@/)?")
CLIMB = regex(r"\A(?:\.{1,2}/)+")
_ENDINGS = (".js", ".ts", ".mjs", ".json")


class Search:
    """Looks below the directory *top* of a tree, whose entries *entries* lists, whose texts *read* gives, and of which
    *passed_over* tells what git does not track."""

    def __init__(
        self,
        top: str,
        entries: Callable[[str], tuple[str, ...]],
        read: Callable[[str], str | None],
        passed_over: Callable[[str], bool],
    ) -> None:
        self._top, self._read, self._passed_over = top, read, passed_over
        self._entries = lru_cache(maxsize=None)(entries)
        self._stems = lru_cache(maxsize=None)(self._without_suffixes)
        self._there = {entry.rstrip("/"): entry for entry in entries(top) if not passed_over(join(top, entry))}

    def named(self) -> tuple[str, ...]:
        """The names of the entries of *top* that sources below it name, sorted.

        Read are the sources of what is wanted by its name, then those of what these name, and so on.
        """
        return tuple(sorted(self._followed()[0]))

    def sources(self) -> tuple[str, ...]:
        """The sources that were read for it, as seen from the tree's root."""
        return tuple(self._followed()[1])

    def unread(self) -> tuple[str, ...]:
        """What was not read for it, or not to its end, as seen from the tree's root: directories that lie too deep, with a trailing
        slash, sources that are too long or no text, and the first source too many."""
        return tuple(self._followed()[2])

    def _followed(self) -> tuple[set[str], list[str], list[str]]:
        """The entries that are named, the sources that were read for it, and what was not."""
        waiting = [name for name in self._there if not is_unwanted(name)]
        found: set[str] = set()
        read: list[str] = []
        unread: list[str] = []
        for path in self._all(waiting, unread):
            if len(read) == _MOST_FILES:
                unread.append(path)
                break
            read.append(path)
            text = self._read(path)
            if text is None or len(text) > LARGEST:
                unread.append(path)
            fresh = set(self._mentions(path, (text or "")[:LARGEST])) - found
            found |= fresh
            waiting += sorted(one for one in fresh if is_unwanted(one) and not is_never_wanted(one))
        return found, read, unread

    def _all(self, waiting: list[str], unread: list[str]) -> Iterator[str]:
        """The sources of the entries *waiting*, which grows meanwhile."""
        for name in waiting:
            yield from self._sources(join(self._top, self._there[name]), unread)

    def _sources(self, start: str, unread: list[str]) -> Iterator[str]:
        """The sources at *start*, or below it, tests apart; directories that lie too deep are put into *unread*."""
        if not start.endswith("/"):
            if start.endswith(_CODE):
                yield start
            return
        folders = [start.rstrip("/")]
        for folder in folders:  # grows while it is read
            if folder.count("/") >= _DEEPEST:
                unread.append(f"{folder}/")
                continue
            for entry in self._entries(folder):
                path, name = join(folder, entry), entry.rstrip("/")
                if is_never_wanted(name) or self._passed_over(path):
                    continue
                if entry.endswith("/"):
                    folders.append(path.rstrip("/"))
                elif entry.endswith(_CODE) and not _TEST.search(name):
                    yield path

    def _mentions(self, path: str, text: str) -> Iterator[str]:
        if path.endswith((".py", ".pyi")):
            for first in _PYTHON.findall(text):
                yield from (name for name in (first, f"{first}.py") if name in self._there)
        folder = posixpath.dirname(path)
        for match in LITERAL.finditer(text):
            word = START.sub("", match[2])
            if word.startswith("/") or not ("/" in word or _is_path(word, text, match.start())):
                continue
            name = self._beside(folder, word) or self._known(CLIMB.sub("", word))
            if name and not (name in _TESTS and _CONFIGURATION.search(path)):
                yield name

    def _beside(self, folder: str, word: str) -> str | None:
        """What *word* names as seen from the directory that it is written in."""
        whole = posixpath.normpath(posixpath.join(folder or ".", word))
        return self._known(whole.removeprefix(f"{self._top}/") if self._top else whole)

    def _known(self, path: str) -> str | None:
        """The entry that *path* begins with, when it has the rest in it, as far as this can be told."""
        first, *parts = path.split("/")
        entry = self._there.get(first)
        if entry is None:
            return next((name for end in _ENDINGS if not parts and (name := first + end) in self._there), None)
        if not entry.endswith("/"):
            return None if parts else first
        folder = join(self._top, first)
        for part in parts:
            if not part or _DYNAMIC.search(part):
                break
            if f"{part}/" not in self._stems(folder):
                return first if part.partition(".")[0] in self._stems(folder) else None
            folder = join(folder, part)
        return first

    def _without_suffixes(self, folder: str) -> frozenset[str]:
        entries = self._entries(folder)
        return frozenset((*entries, *(name.partition(".")[0] for name in entries)))


def _is_path(word: str, text: str, start: int) -> bool:
    """Whether a word without a slash is meant as a path: it has a suffix, or something that opens paths comes before it."""
    return bool(posixpath.splitext(word)[1]) or _OPENING.search(text, max(start - 60, 0), start) is not None
