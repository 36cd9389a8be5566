"""What a script in package.json runs in the end: its commands one by one, those of the scripts that it runs among them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from speccompile.regex import regex
from speccompile.stacks.javascript.packagejson import PackageJson

_BETWEEN = regex(r"&&|\|\||[;|&\n]")
_ASSIGNMENT = regex(r"[A-Za-z_][A-Za-z0-9_]*=")
_MANAGERS = frozenset(("npm", "pnpm", "yarn", "bun"))
_BEFORE = frozenset(("cross-env", "env", "exec", "npx", "bunx", "pnpx", "dotenv"))
_SEVERAL = frozenset(("run-s", "run-p", "npm-run-all", "npm-run-all2", "concurrently"))
_OF_MANAGERS = frozenset(("run", "run-script", "exec", "dlx", "x"))
_IN_MODULES = regex(r"(?:\./)?node_modules/(?:\.bin/|(?:@[\w.-]+/)?)([\w.-]+)")


def commands(package: PackageJson, script: str) -> tuple[tuple[str, ...], ...]:
    """The words of each command of *script*, the program first and without what stands before it (``npx``,
    ``cross-env A=b``); () where there is no such script. No script is followed twice."""
    return tuple(_of_script(package, script, set()))


def of_text(package: PackageJson, text: str) -> tuple[tuple[str, ...], ...]:
    """The same of a command line."""
    return tuple(one for part in _BETWEEN.split(text) for one in _of_words(package, _words(part), set()))


def _of_script(package: PackageJson, script: str, seen: set[str]) -> Iterator[tuple[str, ...]]:
    if script in seen:
        return
    seen.add(script)
    for name in (f"pre{script}", script, f"post{script}"):
        for part in _BETWEEN.split(package.scripts.get(name, "")):
            yield from _of_words(package, _words(part), seen)


def _of_words(package: PackageJson, words: list[str], seen: set[str]) -> Iterator[tuple[str, ...]]:
    while words and (words[0] in _BEFORE or _ASSIGNMENT.match(words[0]) or words[0].startswith("-")):
        words = words[1:]
    if not words:
        return
    if words[0] in _SEVERAL:
        for word in words[1:]:
            yield from _of_word(package, word, seen)
    elif words[0] in _MANAGERS:
        yield from _of_manager(package, words[1:], seen)
    else:
        yield _named(words)


def _of_word(package: PackageJson, word: str, seen: set[str]) -> Iterator[tuple[str, ...]]:
    """What a word of ``concurrently`` or ``run-p`` runs: a script, or a whole command."""
    name = word.removeprefix("npm:")
    if name in package.scripts:
        yield from _of_script(package, name, seen)
    elif " " in word:
        yield from _of_words(package, _words(word), seen)


def _of_manager(package: PackageJson, rest: list[str], seen: set[str]) -> Iterator[tuple[str, ...]]:
    """``npm run x`` is the script x; ``yarn vite`` and ``pnpm exec vite`` the program vite."""
    while rest and (rest[0] in _OF_MANAGERS or rest[0].startswith("-")):
        rest = rest[1:]
    if rest and rest[0] in package.scripts:
        yield from _of_script(package, rest[0], seen)
    elif rest:
        yield _named(rest)


def _named(words: list[str]) -> tuple[str, ...]:
    """*words* with the program's own name first: ``node node_modules/vite/bin/vite.js build`` is ``vite build``."""
    program, *rest = words
    if program == "node":
        file = next((word for word in rest if not word.startswith("-")), "")
        if match := _IN_MODULES.match(file):
            return (match[1], *rest[rest.index(file) + 1 :])
    match = _IN_MODULES.match(program)
    return (match[1] if match else program.rpartition("/")[2] if program.startswith("@") else program, *rest)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
