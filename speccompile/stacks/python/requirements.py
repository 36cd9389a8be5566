"""requirements.txt (pip's requirements file format) and the requirements in it (PEP 508), as far as images
need them."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterable, Iterator

from speccompile.codes.stacks import MANIFEST
from speccompile.codes.stacks_py import NOT_INSTALLABLE
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.pins import IN_UTF8
from speccompile.stacks.sources import nameable

_REQUIREMENT = regex(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?)\s*(?:\[([^\]\n]{0,200})\])?\s*([^;#\n]*)")
_PINNED = regex(r"\s*(===?\s*[^*,\s]+|@\s*\S+)\s*\Z")
_RELEASE = regex(r"\s*===?\s*(\d+(?:\.\d+)*)\s*\Z")
_EDITABLE = ("-e", "--editable")
_INCLUDE = ("-r", "--requirement", "-c", "--constraint")
_MOST_FILES = 20
# What ``${NAME}`` stands for is pip's to put in, from the environment.
_VARIABLE = regex(r"\$\{([A-Z][A-Z0-9_]{0,60})\}")
_ELSEWHERE = regex(
    r"(?:^|[@\s=])file://(?:localhost)?/(?!\$\{PROJECT_ROOT\})|^(?:-e\s+|--editable[ =])?/|@\s*[A-Za-z]:[\\/]|^(?:-e\s+)?[A-Za-z]:[\\/]"
)
_PLACE = regex(r"(?:(?:-e\s+|--editable[ =]\s*))?(?:file:)?(\.{1,2}(?:/[^\s;\[#]*)?)(?:\[[^\]]*\])?\s*(?:;.*)?\Z")
_OF_DEBIAN = regex(r"pkg[-_]resources\s*==\s*0\.0\.0\b", re.IGNORECASE)
OF_WINDOWS = regex(
    r"(?:pywin32(?:-ctypes)?|pypiwin32|pywinpty|pywinauto|wmi|windows-curses)(?![\w-])[^;#]*", re.IGNORECASE
)
OF_MACOS = regex(r"(?:pyobjc(?:-[\w-]+)?|py2app|rumps)(?![\w-])[^;#]*", re.IGNORECASE)
# A local version (PEP 440) is on no public index: torch's own has some of its.
_LOCAL = regex(r"(?<![\w.-])[\w.-]+(?:\[[^\]]*\])?\s*==\s*[\w.]+\+[\w.]+")
_INDEX = regex(r"^(?:-f|-i|--(?:extra-)?index-url|--find-links)\b")
_BY_SSH = regex(r"\bgit\+ssh://|\bssh://git@|(?:^|[\s@])git@[\w.-]+:")
USUAL = (
    "requirements.txt",
    "requirements/production.txt",
    "requirements/prod.txt",
    "requirements/base.txt",
    "requirements/main.txt",
    "requirements/common.txt",
    "requirements/requirements.txt",
    "requirements-prod.txt",
    "requirements_prod.txt",
    "requirements.in",
)
_GIT = regex(r"(?:^|\s|@)\s*(?:-e\s+)?git\+")


@record()
class Requirement:
    """A named requirement: normalised name (PEP 503), extras, and whether it names one release; where it stands,
    that release, where it has a number, and the range of releases that is asked for."""

    name: str
    extras: frozenset[str]
    pinned: bool
    span: Span
    release: str | None = None
    wanted: str = ""


@record()
class Requirements:
    """What a requirements file and the files that it includes ask for.

    ``files`` are all of them, the first one first. ``hashed`` is whether hashes are given, ``local`` whether
    something is installed from the tree itself, ``git`` whether something is fetched by git. ``variables`` are those that
    pip puts in for ``${NAME}``, with the place.
    """

    files: tuple[str, ...]
    wanted: tuple[Requirement, ...]
    hashed: bool
    local: bool
    git: bool
    problems: tuple[Diagnostic, ...] = ()
    variables: tuple[tuple[str, Span], ...] = ()


def normal(name: str) -> str:
    """The normalised form of a distribution's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement(text: str, span: Span) -> Requirement | None:
    """One PEP 508 requirement; None when *text* does not begin with a name."""
    match = _REQUIREMENT.match(text)
    if match is None:
        return None
    name, extras, rest = match.groups()
    return Requirement(
        normal(name),
        frozenset(normal(extra.strip()) for extra in (extras or "").split(",")),
        bool(_PINNED.match(rest)),
        span,
        exact[1] if (exact := _RELEASE.match(rest)) else None,
        "" if "@" in rest else rest.strip(" ()"),
    )


def read(tree: Tree, path: str) -> Requirements:
    """The requirements file *path* with those that it includes."""
    files, wanted, hashed, local, git = [path], [], False, False, False
    problems: list[Diagnostic] = []
    variables: dict[str, Span] = {}
    for file in files:  # grows while it is read
        for number, line in _logical_lines(tree.read(file) or ""):
            span = Span(file, number, 1)
            problems += not_installable(line, file, span)
            problems += _unlike(tree, line, file, span)
            for name in _VARIABLE.findall(line):
                variables.setdefault(name, span)
            hashed, git = hashed or "--hash" in line, git or bool(_GIT.search(line))
            for option, value in _options(line):
                included = posixpath.normpath(posixpath.join(posixpath.dirname(file), value))
                if option in _EDITABLE:
                    local = local or "://" not in value
                elif (
                    nameable(included) and tree.is_file(included) and included not in files and len(files) < _MOST_FILES
                ):
                    files.append(included)
            local = local or line.startswith((".", "/", "file:"))
            found = (
                None
                if line.startswith(("-", ".", "/")) or _ELSEWHERE.search(line)
                else requirement(line.partition(" --hash")[0], span)
            )
            if found and "://" not in line.partition("@")[0]:
                wanted.append(found)
    problems += _of_no_index(tree, files)
    unread = tuple(_unreadable(file) for file in files if tree.read(file) is None)
    problems += unread
    return Requirements(tuple(files), tuple(wanted), hashed, local, git, tuple(problems), tuple(variables.items()))


def names(wanted: Iterable[Requirement]) -> frozenset[str]:
    """The names of what is *wanted*."""
    return frozenset(one.name for one in wanted)


def not_installable(line: str, file: str, span: Span) -> Iterator[Diagnostic]:
    """For a requirement of *file*: that no build anywhere else can install what *line* asks for."""
    named = None if re.match(r"[A-Za-z]:[\\/]", line) else _REQUIREMENT.match(line)
    name = quoted((named[1] if named else line)[:80])
    if _ELSEWHERE.search(line):
        message = f"{name} is installed from a directory of one machine, which no build has"
        fix = "write a release in its place"
        fix += (
            f", as `pip list --format=freeze > {file}` does (conda writes such paths)" if file.endswith(".txt") else ""
        )
    elif _outside(line, file):
        message = f"{quoted(line[:80])} is outside of the service, and does not enter its build"
        fix = "publish it, put it below the service, or make the two a workspace of uv"
    elif _OF_DEBIAN.match(line):
        message, fix = f"{name} is no release of anything: Debian's pip lists it by mistake", "take the line out"
    elif (windows := OF_WINDOWS.match(line)) and ";" not in line:
        message = f"{name} can be installed on Windows alone, and images are Linux"
        fix = f'give it a marker: `{windows[0].strip()} ; sys_platform == "win32"`'
    elif (macos := OF_MACOS.match(line)) and ";" not in line:
        message = f"{name} can be installed on macOS alone, and images are Linux"
        fix = f'give it a marker: `{macos[0].strip()} ; sys_platform == "darwin"`'
    elif _BY_SSH.search(line):
        message = f"{name} is fetched by ssh, and a build has no key"
        fix = "fetch it by https with a variable (`git+https://${GIT_TOKEN}@…`), and write `build: {secrets: [GIT_TOKEN]}` into specs/deploy.yaml"
    else:
        return
    yield NOT_INSTALLABLE.at(span, message, fix=fix)


def _unlike(tree: Tree, line: str, file: str, span: Span) -> Iterator[Diagnostic]:
    """That a file is included, or a directory installed, which is not there."""
    for option, value in _options(line):
        path = posixpath.normpath(
            posixpath.join(posixpath.dirname(file) if option in _INCLUDE else "", value.partition("[")[0])
        )
        there = tree.is_file(path) or (option in _EDITABLE and tree.is_directory("" if path == "." else path))
        if nameable(path) and not path.startswith("../") and "://" not in value and not there and "${" not in value:
            message = f"{option} {quoted(value)} names what is not there"
            yield NOT_INSTALLABLE.at(span, message, fix=f"commit {path}, or take the line out of {file}")
    if (found := _PLACE.match(line)) and not line.startswith("-") and not _outside(line, file):
        # pip looks for these from where it is started, people write them from where the file is.
        several = (posixpath.normpath(found[1]), posixpath.normpath(posixpath.join(posixpath.dirname(file), found[1])))
        if not any(tree.is_file(one) or tree.is_directory("" if one == "." else one) for one in several):
            message = f"{quoted(found[1])} is installed from a file that is not there"
            yield NOT_INSTALLABLE.at(span, message, fix=f"commit {several[0]}, or write a release in its place")


def _of_no_index(tree: Tree, files: Iterable[str]) -> Iterator[Diagnostic]:
    """The local versions where no index but the public one is named."""
    lines = [(file, number, line) for file in files for number, line in _logical_lines(tree.read(file) or "")]
    if any(_INDEX.match(line) for _, _, line in lines):
        return
    for file, number, line in lines:
        if local := _LOCAL.match(line):
            message = f"{quoted(local[0])} is a local version, which PyPI has none of"
            fix = "name the index that has it in front (`--extra-index-url https://download.pytorch.org/whl/cpu`), or take away what stands behind +"
            yield NOT_INSTALLABLE.at(Span(file, number, 1), message, fix=fix)


def _outside(line: str, file: str) -> bool:
    """Whether *line* names a directory that is not below the one that the file is read from."""
    found = _PLACE.match(line)
    if found is None:
        return False
    inner = posixpath.normpath(posixpath.join(posixpath.dirname(file), found[1]))
    return inner.startswith(("../", "/")) or inner == ".."


def _unreadable(file: str) -> Diagnostic:
    return MANIFEST.at(Span(file), f"{file} is not text in UTF-8", fix=IN_UTF8)


def _options(line: str) -> Iterator[tuple[str, str]]:
    """Those of a line's options that name a file or directory."""
    if not line.startswith("-"):
        return
    try:
        words = shlex.split(line.replace("=", " ", 1) if line.startswith("--") else line, comments=True)
    except ValueError:
        return
    if len(words) > 1 and words[0] in (*_EDITABLE, *_INCLUDE):
        yield words[0], words[1]


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines joined where a backslash ends them, without comments, with the number of their first line."""
    gathered, first = "", 1
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        first = first if gathered else number
        if line.endswith("\\"):
            gathered += line[:-1] + " "
            continue
        whole = re.sub(r"(^|\s)#.*$", "", gathered + line).strip()
        gathered = ""
        if whole:
            yield first, whole
