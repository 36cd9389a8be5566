"""Configuration files that are programs in JavaScript or TypeScript, as texts to be searched."""

from __future__ import annotations

import re
from collections.abc import Iterable

from speccompile.project.tree import Tree

_LARGEST = 50_000
_STRING_OR_COMMENT = re.compile(
    r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|//[^\n]*|/\*.*?(?:\*/|\Z)""", re.DOTALL
)


def configuration(tree: Tree, paths: Iterable[str]) -> str:
    """The first of the files at *paths* that is there, without its comments: what is set in one is not set."""
    text = next((text for path in paths if (text := tree.read(path)) is not None), "")
    return without_comments(text[:_LARGEST])


def without_comments(text: str) -> str:
    """*text* with nothing in place of comments; strings stay as they are."""
    return _STRING_OR_COMMENT.sub(lambda found: found[1] or "", text)
