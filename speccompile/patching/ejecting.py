"""Generated files that are somebody's own: nothing is written there any more, and what is there is held against the other files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from speccompile.codes import patching as codes
from speccompile.diagnostics import Diagnostic, Related
from speccompile.frontends.wording import nearest
from speccompile.paths import join, leaves
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.spec.patch import EjectedFile
from speccompile.verify.system.readable import unreadable

Together: TypeAlias = Callable[[Mapping[str, str]], tuple[Diagnostic, ...]]
"""The findings about files taken together, path → text."""


@record()
class Ejected:
    """A file that is somebody's own, its path below the output directory, and what it says; None where that cannot be read."""

    path: str
    entry: EjectedFile
    text: str | None
    findings: tuple[Diagnostic, ...]

    @property
    def place(self) -> Span:
        """Where it is listed."""
        return self.entry.at("file")


def ejected(entries: Sequence[EjectedFile], known: Collection[str], tree: Tree, output: str) -> tuple[Ejected, ...]:
    """The files of *entries*, *known* being those that would be generated into *output*, as they are in *tree*."""
    return tuple(_ejected(entry, known, tree, output) for entry in entries)


def _ejected(entry: EjectedFile, known: Collection[str], tree: Tree, output: str) -> Ejected:
    path, span = entry.file, entry.at("file")
    if path not in known:
        close = nearest(path, known)
        fix = f"write {close}, if that is meant; else take the entry out" if close else "take the entry out"
        message = f"no chosen target would generate {path}"
        return Ejected(path, entry, None, (codes.EJECTED_UNKNOWN.at(span, message, fix=fix),))
    place = join(output, path)
    said = codes.EJECTED.at(
        span,
        f"{place} is yours: {entry.reason}",
        fix="nothing, while that is meant; to have it generated again take the entry out, and move the file away",
    )
    if leaves(output):
        return Ejected(path, entry, None, (said, _unread(span, place, "it lies outside of the project")))
    text = tree.read(place)
    if text is None and not tree.is_file(place):
        message = f"{place} is yours, and is not there"
        fix = "bring it back (git checkout), or take the entry out to have it generated"
        return Ejected(path, entry, None, (codes.EJECTED_GONE.at(span, message, fix=fix),))
    problem = "it is not UTF-8 text" if text is None else unreadable(path, text)
    return Ejected(path, entry, text, (said, *((_unread(span, place, problem),) if problem else ())))


def _unread(span: Span, place: str, problem: str) -> Diagnostic:
    fix = "write it as generated files are written, to have it read; or look yourself whether it fits the others"
    return codes.EJECTED_UNREAD.at(span, f"{place} cannot be read ({problem}), so nothing is said about it", fix=fix)


def misfits(files: Sequence[Ejected], generated: Mapping[str, str], together: Together) -> Iterator[Diagnostic]:
    """What is wrong with the files together because of those that are not *generated*, which all fit each other."""
    fitting = {(one.code, one.message) for one in together(generated)}
    mixed = dict(generated)
    for file in files:
        if file.text is None:
            continue
        mixed[file.path] = file.text
        for finding in together(mixed):
            if (finding.code, finding.message) in fitting:
                continue
            fitting.add((finding.code, finding.message))
            yield _misfit(file, finding)


def _misfit(file: Ejected, finding: Diagnostic) -> Diagnostic:
    related = (Related("listed here", file.place),)
    about = f"{finding.code}: {finding.message}"
    if finding.code in file.entry.allow:
        return codes.ALLOWED.at(
            file.place, f"{file.path} breaks {about}; that is allowed", fix="nothing, while that is meant"
        )
    message = f"{file.path}, which is yours, does not fit the others: {about}"
    fix = f"mend it, or write `allow: [{finding.code}]` beside its entry, when that is meant"
    return codes.EJECTED_MISFIT.at(finding.span, message, fix=fix, related=related)
