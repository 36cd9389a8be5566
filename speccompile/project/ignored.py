"""What git would not track: the ``.gitignore`` files of a tree, from its root down. git itself is not asked."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module

from speccompile.paths import join
from speccompile.project.ignored_names import Names, names
from speccompile.sayable import is_sayable, pattern_of

TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    from typing import TypeAlias

    Says: TypeAlias = Callable[[str], bool | None]
    """Whether a path, seen from the file's directory, is passed over; None where the file says nothing of it."""
    Follows: TypeAlias = Callable[[str, str], bool]

NAME = ".gitignore"
_MOST_LINES = 2_000
_LONGEST = 300
# Each of them is tried at every place of a name: a stranger's line must not take minutes.
_MOST_STARS = 3


class Ignored:
    """Which paths git passes over, by gitignore(5); by those lines only that *follows* takes. *read* gives the text of a file of the tree."""

    def __init__(self, read: Callable[[str], str | None], follows: Follows = lambda _line, _base: True) -> None:
        self._read, self._follows = read, follows
        self._specs: dict[str, Says | None] = {}
        self._directories: dict[str, bool] = {"": False}

    def has(self, path: str) -> bool:
        """Whether *path* (with a trailing slash: a directory) is passed over, or a directory above it is."""
        bare = path.rstrip("/")
        above = bare.rpartition("/")[0]
        if above not in self._directories:
            self._directories[above] = self.has(f"{above}/")
        return self._directories[above] or self._says(path, above)

    def _says(self, path: str, above: str) -> bool:
        """The closest file that says anything about *path* decides."""
        while True:
            spec = self._spec(above)
            if spec is not None:
                said = spec(path[len(above) + 1 :] if above else path)
                if said is not None:
                    return said
            if not above:
                return False
            above = above.rpartition("/")[0]

    def _spec(self, directory: str) -> Says | None:
        if directory not in self._specs:
            text = self._read(join(directory, NAME))
            lines = () if text is None else rules(text)
            followed = tuple(line for _, line in lines if self._follows(line, directory))
            self._specs[directory] = None if text is None else _parsed(followed)
        return self._specs[directory]


def rules(text: str) -> tuple[tuple[int, str], ...]:
    """The lines of a ``.gitignore`` that are followed, with their numbers: none with ``..`` in it, by which git matches nothing either,
    and none that is made to take long."""
    lines = enumerate(text.replace("\r\n", "\n").split("\n")[:_MOST_LINES], 1)
    return tuple((number, line) for number, line in lines if _is_followed(line))


def unsaid(text: str, base: str) -> tuple[int, ...]:
    """The numbers of the lines of the ``.gitignore`` in the directory *base* that mean something to git and are not followed here, or that no
    ignore file can say."""
    followed = dict(rules(text))
    found = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        pattern = pattern_of(line).strip()
        if not pattern or {".", ".."} & set(pattern.split("/")):
            continue  # git matches nothing by it either
        if number not in followed or not is_sayable(line, base):
            found.append(number)
        if number > _MOST_LINES:
            break
    return tuple(found)


def _is_followed(line: str) -> bool:
    parts = line.removeprefix("!").rstrip().split("/")
    stars = len(re.findall(r"\*+", line))
    return len(line) <= _LONGEST and stars <= _MOST_STARS and not {".", ".."} & set(parts)


@lru_cache
def _parsed(lines: tuple[str, ...]) -> Says:
    """What *lines* say: those of names alone are compared; all others are for a library."""
    plain = names(lines)
    if plain is None:
        return _of_library(lines)

    def says(path: str, of_names: Names = plain) -> bool | None:
        # What ends a line ends an expression of the library's, too: such names are for it.
        return _of_library(lines)(path) if "\n" in path else of_names.says(path)

    return says


@lru_cache
def _of_library(lines: tuple[str, ...]) -> Says:
    # Takes as long to import as the rest of the fast path of ``check`` takes, and many trees need none of it.
    pathspec = import_module("pathspec")
    kept = []
    with (
        warnings.catch_warnings()
    ):  # what Python thinks of the expressions that are made of a stranger's lines is nobody's concern
        warnings.simplefilter("ignore", FutureWarning)
        for line in lines:
            try:
                pathspec.GitIgnoreSpec.from_lines([line])
            except (ValueError, re.error):
                continue  # git matches nothing by it either
            kept.append(line)
        spec = pathspec.GitIgnoreSpec.from_lines(kept)

    def says(path: str) -> bool | None:
        included: bool | None = spec.check_file(path).include
        return included

    return says
