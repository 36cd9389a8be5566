"""Git, asked about a directory that may be a stranger's: the only place where it is called, and nothing there starts a program.

Git obeys the configuration of the repository that it finds: a monitor of files, hooks, filters, ssh. Two ways lead a stranger's
configuration there: files that look like a bare repository (``HEAD``, ``objects/``, ``refs/``), which any commit can carry, and a
``.git`` that came in an archive. The first is refused (git-config(1), safe.bareRepository, since git 2.38; before that, where such files
lie); whatever the second says, each key that starts a program is overridden on the command line, and filters by their names. Who owns the
repository is still git's question (safe.directory), so the user's own configuration is read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from speccompile.images.commands import Command
from speccompile.images.runner import NOT_FOUND, Outcome, Runner
from speccompile.record import record

_KNOWS_BARE = (2, 38)  # the first version with safe.bareRepository
_FIXED = (
    "--no-pager", "--no-optional-locks", "--no-replace-objects", "--literal-pathspecs",
    "-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
    "-c", "core.pager=cat", "-c", "core.sshCommand=false", "-c", "core.gitProxy=false", "-c", "core.askPass=false",
    "-c", "core.alternateRefsCommand=false", "-c", "credential.helper=", "-c", "diff.external=", "-c", "log.showSignature=false",
    "-c", "protocol.allow=never", "-c", "gc.auto=0", "-c", "maintenance.auto=false",
)  # fmt: skip
# Nothing is fetched, not even what a partial clone lacks: the configuration may allow a protocol, this list is above it.
_ENVIRONMENT = (
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("LC_ALL", "C"),
)
_WHOLE_INDEX = ("-c", "core.splitIndex=false", "-c", "index.sparse=false")
_MOST_FILTERS = 100
_BESIDE_HEAD = ("objects", "commondir", "config")


@record()
class Unusable:
    """Why git cannot be asked about a directory; the end of a sentence."""

    problem: str


@record()
class Repository:
    """A repository that can be asked: the directory that it was found from, the top of its work tree, the options of every call."""

    runner: Runner
    directory: Path
    top: Path
    options: tuple[str, ...] = ()

    def answer(self, *argv: str) -> Outcome:
        """Ask git with *argv*; one of the questions that run no program whatever the configuration says."""
        return self.runner.answer(_command(self.directory, *self.options, *argv))

    def with_index(self, index: Path, *argv: str) -> Outcome:
        """The same with an *index* of somebody's own in place of the repository's; no part of it gets there (core.splitIndex)."""
        command = _command(self.directory, *self.options, *_WHOLE_INDEX, *argv)
        return self.runner.answer(Command(command.argv, (*command.environment, ("GIT_INDEX_FILE", str(index)))))


def version(runner: Runner) -> str | None:
    """What git calls itself (``git version 2.47.1``); None where it is not installed."""
    outcome = runner.answer(Command(("git", *_FIXED, "--version"), _ENVIRONMENT), timeout=20)
    return outcome.output.strip() if outcome.ok else None


def opened(runner: Runner, directory: Path) -> Repository | Unusable:
    """The repository that *directory*, an absolute path without links, is in."""
    said = version(runner)
    if said is None:
        return Unusable("git is not installed")
    planted = bare_above(directory)
    if planted and not tells_bare_apart(said):
        return Unusable(f"git before 2.38 would take the files in {planted} for a repository and run what they say")
    filters = _without_filters(runner.answer(_command(directory, "config", "--list", "--name-only", "-z")).output)
    if filters is None:
        return Unusable("its configuration names filters that cannot be switched off")
    found = runner.answer(_command(directory, *filters, "rev-parse", "--show-toplevel"))
    if not found.ok:
        return Unusable(_problem(found))
    top = Path(found.output.removesuffix("\n"))
    if not directory.is_relative_to(top):
        return Unusable(f"the repository's core.worktree leads elsewhere, to {top}")
    return Repository(runner, directory, top, filters)


def tells_bare_apart(version: str) -> bool:
    """Whether a git of this *version* knows safe.bareRepository; one that does not say which it is does not."""
    numbers = re.search(r"(\d+)\.(\d+)", version)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= _KNOWS_BARE


def bare_above(directory: Path) -> Path | None:
    """The closest directory, from *directory* upwards, that an old git could take for a bare repository (gitrepository-layout(5))."""
    for place in (directory, *directory.parents):
        if os.path.lexists(place / "HEAD") and any((place / name).exists() for name in _BESIDE_HEAD):
            return place
    return None


def _command(directory: Path, *argv: str) -> Command:
    return Command(("git", *_FIXED, "-C", str(directory), *argv), _ENVIRONMENT)


def _without_filters(names: str) -> tuple[str, ...] | None:
    """Options that switch every configured filter off (gitattributes(5)); None where ``-c`` cannot name one, or they are too many."""
    found = sorted(set(re.findall(r"(?:^|\0)filter\.([^\0]+)\.[^.\0]+(?=\0|\Z)", names)))
    if len(found) > _MOST_FILTERS or any("=" in name or "\n" in name for name in found):
        return None
    return tuple(word for name in found for word in _switched_off(name))


def _switched_off(name: str) -> Iterator[str]:
    for key, value in (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false")):
        yield from ("-c", f"filter.{name}.{key}={value}")


def _problem(outcome: Outcome) -> str:
    if outcome.code == NOT_FOUND:
        return "git is not installed"
    if "safe.bareRepository" in outcome.errors:
        return "files of the project look like a bare repository, whose configuration git could be made to run"
    if "not a git repository" in outcome.errors:
        return "the project is not in a git repository"
    if "dubious ownership" in outcome.errors:
        return "git refuses the repository, since somebody else owns it (git config --global --add safe.directory)"
    return f"git refuses the repository: {' '.join(outcome.errors.split())[:200]}"
