"""Releases in an OCI registry, beside the images and with the same credentials: an artifact each, as ORAS makes them.

    APP.ENVIRONMENT.7.<16 digits>       the record of release 7, and the texts that it refers to; the digits are its content's
    APP.ENVIRONMENT.host.<16 digits>    what a host said last
    APP.ENVIRONMENT.deploys.…, .adds.…  the flags of who deploys, and of who records

`oras pull` writes the files of each. No two records have one tag, so that none is ever overwritten, whatever a registry does.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from speccompile.codes.stores import TWICE
from speccompile.digests import digest
from speccompile.errors import Refused
from speccompile.releases.record import HostStatus, Release, release_in, status_in, written
from speccompile.releases.renewing import renewed
from speccompile.releases.repository import Layer, Repository
from speccompile.releases.store import Lease, Leased, Taken, Unreachable
from speccompile.releases.stored import as_numbered, hexadecimal, named_hexadecimal
from speccompile.releases.tag_turn import taken
from speccompile.source import Span

RELEASE = "application/vnd.speccompile.release.v1+json"
STATUS = "application/vnd.speccompile.host.v1+json"
_ADDING = 60  # seconds that recording may take
_PATIENT = 9  # times that it is tried to be the one who records
_SHORT = 16


class OciStore:
    """A ``Store`` in *repository*, under tags that begin with *scope*."""

    def __init__(self, repository: Repository, scope: str) -> None:
        self._repository, self._scope = repository, scope
        self._record = re.compile(rf"{re.escape(scope)}\.([1-9][0-9]{{0,8}})\.([0-9a-f]{{{_SHORT}}})")
        self._host = re.compile(rf"{re.escape(scope)}\.host\.[0-9a-f]{{{_SHORT}}}")

    def numbers(self) -> tuple[int, ...]:
        """The numbers of the records; other tags are nobody's."""
        return tuple(sorted(self._tagged()))

    def read(self, number: int) -> Release:
        """The record of *number*; raises ``Refused`` where there are two (SC722), so that nobody takes one for the other."""
        tags = self._tagged().get(number)
        if tags is None:
            raise KeyError(number)
        if len(tags) > 1:
            message = f"{self._repository} has two releases of the number {number}: {', '.join(tags)}"
            fix = "find out which one was deployed, and take the other's tag away in the registry"
            raise Refused([TWICE.at(Span("releases"), message, fix=fix)])
        place = f"{self._repository}:{tags[0]}"
        release = release_in(self._file(tags[0], RELEASE), place)
        return as_numbered(release, number, place)

    def add(self, release: Release) -> None:
        """Record *release* under a number that is free: while it is recorded no other is."""
        content = written(release).encode()
        tag = f"{self._scope}.{release.number}.{hexadecimal(digest(content))[:_SHORT]}"
        try:
            turn = taken(self._repository, f"{self._scope}.adds", release.by, _ADDING, tries=_PATIENT)
        except Leased as problem:
            raise Unreachable(
                f"{self._repository}: {problem.holder} is recording a release at this moment"
            ) from problem
        try:
            there = self._tagged().get(release.number, [tag])
            if there != [tag]:
                raise Taken(release.number)
            texts = [one.artifacts for one in release.services.values()]
            archives = [one.path for one in release.services.values() if one.path]
            also = [*texts, *archives, *([release.front_door] if release.front_door else [])]
            layer = Layer(f"release-{release.number}.json", RELEASE, content)
            self._repository.put(tag, RELEASE, [layer], also, _annotations(release))
        finally:
            turn.take_down()

    def keep(self, content: bytes) -> str:
        """Keep *content* as a blob, which the release that refers to it keeps from being cleared away."""
        return self._repository.keep(content)

    def kept(self, named: str) -> bytes:
        """What was kept, checked against its digest."""
        hexadecimal(named)
        return self._repository.blob(named)

    @contextlib.contextmanager
    def lease(self, holder: str, seconds: int) -> Iterator[Lease]:
        """The turn to deploy, by flags (``tag_turn``)."""
        turn = taken(self._repository, f"{self._scope}.deploys", holder, seconds)
        try:
            with renewed(turn, seconds) as lease:
                yield lease
        finally:
            turn.take_down()

    def report(self, host: str, status: HostStatus) -> None:
        """Replace what *host* said before."""
        layer = Layer("host.json", STATUS, written(status).encode())
        self._repository.put(f"{self._scope}.host.{named_hexadecimal(host)[:_SHORT]}", STATUS, [layer])

    def statuses(self) -> dict[str, HostStatus]:
        """What each host said last."""
        tags = self._repository.tags()
        found = [
            status_in(self._file(tag, STATUS), f"{self._repository}:{tag}")
            for tag in sorted(tags)
            if self._host.fullmatch(tag)
        ]
        return {status.host: status for status in found}

    def _tagged(self) -> dict[int, list[str]]:
        """The tags of the records, by number."""
        found: dict[int, list[str]] = {}
        for tag in sorted(self._repository.tags()):
            if named := self._record.fullmatch(tag):
                found.setdefault(int(named[1]), []).append(tag)
        return found

    def _file(self, tag: str, kind: str) -> bytes:
        """The file of the media type *kind* in the artifact *tag*; an artifact without one is one without content, which is no record."""
        found = self._repository.get(tag)
        if found is None:
            raise Unreachable(f"{self._repository} lists the tag {tag}, and does not have it")
        layer = found.layer(kind)
        try:
            return self._repository.blob(layer) if layer else b""
        except KeyError:
            return b""


def _annotations(release: Release) -> dict[str, str]:
    """What tools show of an artifact (OCI image specification, "annotations")."""
    prefix = "org.opencontainers.image."
    commit = {f"{prefix}revision": release.commit} if release.commit else {}
    return {f"{prefix}created": release.made_at, f"{prefix}version": str(release.number)} | commit
