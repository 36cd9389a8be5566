"""Files of a service that the front door gives out itself: they are in one of the service's volumes, which the front door reads.

What is in an image alone is not there: an engine fills a volume from an image while the volume is empty, so that files of the first version would
stay for good. A step of the release that puts them there does so for each version.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote

from speccompile.codes.files import HIDDEN, NO_USE_OF_FILES, NO_VOLUME, PAGE_OF_UPLOADS
from speccompile.diagnostics import Diagnostic
from speccompile.lower.draft import Draft, Entry
from speccompile.lower.subject import Subject
from speccompile.plan.ingress import HASHED, Caching, Files, Kept, Methods
from speccompile.plan.workload import Volume
from speccompile.provenance import Origin, because, merged
from speccompile.regex import regex

if TYPE_CHECKING:
    from speccompile.spec import route_keys as spec
    from speccompile.spec.routes import Route

CODE = "SC350"
"""The rule of exposure, which reads routes."""
PLACE = "/srv"
"""Below which directory of the front door a volume is, by its name."""
_FOR_A_YEAR = 31_536_000
# What is said of what a service is asked and answers, which it is not here.
_HIDDEN = regex(r"/[.](?!well-known/)")
_OF_ANSWERS = ("strip", "grpc", "timeouts", "websockets", "events", "body", "canary", "redirect", "methods")


def files(said: spec.Files | None, draft: Draft, why: Origin) -> Files | None:
    """The directory that is *said*, because of *why*; None where no volume of the service's *draft* has it."""
    volume = _around(said.directory, draft) if said else None
    if said is None or volume is None:
        return None
    below = said.directory.removeprefix(volume.target)
    return Files(
        directory=f"{PLACE}/{volume.name}{below}",
        volume=volume.name,
        below=below,
        content=said.content,
        single_page=said.single_page,
        origin=merged((why, volume.origin)),
    )


def _around(directory: str, draft: Draft) -> Volume | None:
    """The volume in which *directory* is: the innermost, as it is mounted over the others."""
    found = [one for one in draft.state if f"{directory}/".startswith(f"{one.target}/")]
    return max(found, key=lambda one: len(one.target), default=None)


def asked_for(found: Files | None) -> Methods | None:
    """By which methods files are *found*."""
    return Methods(allow=("GET", "HEAD"), origin=found.origin) if found else None


def kept(found: Files | None, usual: Caching | None, at: str) -> Caching | None:
    """*usual* for the route *at* that path; where nothing is, that browsers keep what has a hash in its name, of files that are *found* and the
    program's own."""
    if usual or found is None or found.content != "assets":
        return usual
    hashed = Kept(what=HASHED, seconds=_FOR_A_YEAR, origin=found.origin)
    return Caching(rules=(hashed,), at=at, origin=found.origin)


def modes(subject: Subject, draft: Draft) -> Iterator[tuple[Volume, str, Origin]]:
    """Each volume of a service, with the mode of its directory and why it is that: the front door, which is another user, reads only what
    everybody may."""
    for volume in draft.state:
        read = [
            subject.deployed(*entry.steps, "files", "directory")
            for entry in draft.exposure.entries
            if entry.said and entry.said.files and _around(entry.said.files.directory, draft) == volume
        ]
        yield volume, "0755" if read else "0750", merged((volume.origin, *(because(CODE, one) for one in read)))


def problems(services: Sequence[tuple[Subject, Draft]]) -> Iterator[Diagnostic]:
    """Directories that are in no volume, and keys that have no use beside."""
    for subject, draft in services:
        for entry in draft.exposure.entries:
            if entry.said and entry.said.files:
                yield from _of_entry(subject, draft, entry, entry.said, entry.said.files)


def _of_entry(subject: Subject, draft: Draft, entry: Entry, said: Route, key: spec.Files) -> Iterator[Diagnostic]:
    if _around(key.directory, draft) is None:
        whole = next((one.target for one in draft.state if one.target.startswith(f"{key.directory}/")), None)
        where = f"{whole} alone is one" if whole else "nothing of the image is, however it was made"
        yield NO_VOLUME.at(
            subject.deployed(*entry.steps, "files", "directory").span,
            f"{key.directory} is in no volume of {subject.name}, so the front door cannot read it: {where}",
            fix=f"write `writable: [{key.directory}]` for {subject.name}, which is a volume; what the build makes a step of `release` puts there for each "
            f"version: [cp, -R, DIRECTORY/., {key.directory}/], or in Django [python, manage.py, collectstatic, --noinput]",
            found=key.directory,
            expected="a directory in one of its volumes",
            expected_by="`files`",
        )
    if key.single_page and key.content == "uploads":
        yield PAGE_OF_UPLOADS.at(
            subject.deployed(*entry.steps, "files", "single_page").span,
            f"index.html of what people sent to {subject.name} would be a page of its host: whoever sends one speaks for it",
            fix="take `single_page` out; or say `content: assets`, where nobody but the program writes there",
            found="`single_page` of uploads",
            expected="`content: assets`",
            expected_by="`single_page`",
        )
    if _HIDDEN.search(f"{unquote(entry.path)}/"):
        yield HIDDEN.at(
            subject.deployed(*entry.steps, "path").span,
            f"nothing below {entry.path} is given out: files in directories that begin with a dot are hidden ones",
            fix="write a path without such a segment, such as /media",
            found=entry.path,
            expected="a path in which no segment begins with a dot",
            expected_by="`files`",
        )
    for name in _OF_ANSWERS:
        if name in said.model_fields_set and getattr(said, name):
            yield NO_USE_OF_FILES.at(
                subject.deployed(*entry.steps, name).span,
                f"files are given out at this route, and {subject.name} is not asked: `{name}` has no use",
                fix=f"take `{name}` out, or take `files` out",
                found=f"`{name}`",
                expected="no such key",
                expected_by="`files`",
            )
