"""Which spec files a project has; each is read once, and its findings are kept."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Collection, Iterable
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError

from speccompile.codes.reading import NO_FILE, NO_SPECS, NOT_TEXT, ODD_SPEC, SHADOWED, TWO_DEPLOYS
from speccompile.diagnostics import Diagnostic, Related
from speccompile.discovery import DEPLOYS, FOLDER, MANIFESTS
from speccompile.frontends import deploy as deploy_format
from speccompile.frontends import manifest as manifest_format
from speccompile.frontends.reading import Read
from speccompile.frontends.wording import listed, shown
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.spec.deploy import BuiltService, Deploy
from speccompile.spec.located import Located
from speccompile.spec.manifest import Manifest
from speccompile.spec.paths import project_path

if TYPE_CHECKING:
    from speccompile.spec.bindings.binding import Binding
    from speccompile.spec.verification import Verification

EVIDENCE = "verification.json"

_ODD = {
    "link": "this is a symbolic link that leads out of the project, or nowhere",
    "directory": "this is a directory, where a file is expected",
    "special": "this is a pipe, a socket or a device, where a file is expected",
}
_INSTEAD = "put the file itself there, or take away what is there"


def _shadowed(path: str, read: str) -> Diagnostic:
    return SHADOWED.at(Span(path), f"this file is not read: {read} is", fix=f"delete {path}, or {read}")


class Files:
    """The spec files of *tree*; *kinds* are the backing services that deploy.yaml may use.

    ``manifest_path`` and ``deploy_path`` are None where there is no such file; ``deploy`` is None also when it could
    not be read, and then ``findings`` says why.
    """

    def __init__(self, tree: Tree, kinds: Collection[str]) -> None:
        self.findings: list[Diagnostic] = []
        self._tree = tree
        self._manifests: dict[str, Manifest | None] = {}
        self._evidence: dict[str, Verification | None] = {}
        self._look_for_odd((FOLDER, *MANIFESTS, *DEPLOYS))
        self.manifest_path = self._first(MANIFESTS)
        self.deploy_path = self._deploy_path()
        self.deploy: Deploy | None = None
        self.deploy_raw: Located | None = None
        if self.deploy_path and (text := self._text(self.deploy_path)) is not None:
            read = deploy_format.read(text, self.deploy_path, kinds)
            self.findings += read.diagnostics
            self.deploy, self.deploy_raw = read.model, read.raw

    def _first(self, candidates: tuple[str, ...]) -> str | None:
        there = [path for path in candidates if self._tree.is_file(path)]
        self.findings += [_shadowed(path, there[0]) for path in there[1:]]
        return there[0] if there else None

    def _deploy_path(self) -> str | None:
        """The deploy.yaml that counts: beside the manifest first; under both of its names in one place it is refused."""
        beside = sorted(
            DEPLOYS, key=lambda path: posixpath.dirname(path) != posixpath.dirname(self.manifest_path or DEPLOYS[0])
        )
        there = [path for path in beside if self._tree.is_file(path)]
        for path in there[1:]:
            if posixpath.dirname(path) == posixpath.dirname(there[0]):
                self.findings.append(
                    TWO_DEPLOYS.at(
                        Span(path),
                        f"{there[0]} and {path} are both there, and one deploy.yaml is expected",
                        fix=f"delete {path}, after moving what it says into {there[0]}",
                        found=f"{there[0]} and {path}",
                        expected="one of them",
                        expected_by="the project",
                        related=(Related("the other one", Span(there[0])),),
                    )
                )
            else:
                self.findings.append(_shadowed(path, there[0]))
        return there[0] if there else None

    def _look_for_odd(self, paths: Iterable[str]) -> None:
        """Report those of *paths* at which something else than a file stands; the directory of specs may be one."""
        for path in paths:
            for what in self._tree.about("odd", path):
                finding = ODD_SPEC.at(Span(path), f"{_ODD[what]}, so it is not read", fix=_INSTEAD)
                if (path, what) != (FOLDER, "directory") and finding not in self.findings:
                    self.findings.append(finding)

    def _text(self, path: str) -> str | None:
        text = self._tree.read(path)
        if text is None:
            self.findings.append(self._not_text(path))
        return text

    def _not_text(self, path: str) -> Diagnostic:
        sizes = self._tree.about("oversize", path)
        if sizes:
            message = f"the file has {sizes[0]} MiB, and a spec has at most 4"
            return NOT_TEXT.at(Span(path), message, fix="take out what no spec needs, until it has at most 4 MiB")
        if self._tree.digest(path) is None:
            message = "the file may not be read by whoever runs speccompile"
            return NOT_TEXT.at(Span(path), message, fix=f"chmod u+r {shlex.quote(path)}, or run it as the file's owner")
        return NOT_TEXT.at(Span(path), "the file is not UTF-8 text", fix="save it as UTF-8")

    def _manifest(self, path: str) -> Manifest | None:
        if path not in self._manifests:
            self._manifests[path] = None
            if (text := self._text(path)) is not None:
                read = manifest_format.read(text, path)
                self.findings += read.diagnostics
                self._manifests[path] = read.model
        return self._manifests[path]

    def manifest_of(self, service: BuiltService | None) -> tuple[str, Manifest] | None:
        """The path and the manifest of a service: it names one, or has one in its directory, or gets the project's."""
        directory = service.path if service else ""
        if service and service.assertions:
            path: str | None = service.assertions
            if not self._tree.is_file(service.assertions):
                self.findings.append(
                    NO_FILE.at(
                        service.at("assertions"),
                        f"there is no file {shown(service.assertions)} in the project",
                        fix="correct the path; it counts from the project's root",
                    )
                )
                return None
        else:
            path = self._in_directory(directory) or self.manifest_path
        if path is None:
            self._no_specs(directory, service.at() if service else Span(MANIFESTS[0]))
            return None
        manifest = self._manifest(path)
        return (path, manifest) if manifest else None

    def _in_directory(self, directory: str) -> str | None:
        if not directory:
            return None
        places = tuple(f"{directory}/{name}" for name in MANIFESTS)
        self._look_for_odd(places)
        return next((path for path in places if self._tree.is_file(path)), None)

    def _no_specs(self, directory: str, span: Span) -> None:
        places = [*(f"{directory}/{name}" for name in MANIFESTS if directory), *MANIFESTS]
        self.findings.append(
            NO_SPECS.at(
                span,
                f"no manifest was found; looked for {listed(places)}",
                fix="run `speccompile init`, or name the manifest with `assertions:` in deploy.yaml",
            )
        )

    def check_directory(self, service: BuiltService | None) -> None:
        """Report a directory of sources that is not there."""
        if service and service.path and not self._tree.is_directory(service.path):
            self.findings.append(
                NO_FILE.at(
                    service.at("path"),
                    f"there is no directory {shown(service.path)} in the project",
                    fix="correct the path; it counts from the project's root and may not leave it",
                )
            )

    def check_evidence(self, deploy: Deploy, id_: str, binding: Binding) -> None:
        """Report the tests that are named as evidence and are not there."""
        for named in binding.evidence:
            path = named.partition("::")[0]
            if not _is_inside(path) or not self._tree.is_file(path):
                self.findings.append(
                    NO_FILE.at(
                        deploy.at("assertions", id_, "evidence"),
                        f"the evidence of {id_} is in {shown(path)}, and there is no such file in the project",
                        fix="write the path of the test from the project's root, or take the entry out",
                        found=shown(path),
                        expected="a file of the project",
                        expected_by=f"the binding of {id_}",
                    )
                )

    def evidence_beside(self, manifest_path: str) -> Verification | None:
        """The evidence that lies beside a manifest, if there is any."""
        path = str(PurePosixPath(manifest_path).with_name(EVIDENCE))
        if path not in self._evidence:
            self._evidence[path] = None
            self._look_for_odd((path,))
            if self._tree.is_file(path) and (text := self._text(path)) is not None:
                read: Read[Verification] = import_module("speccompile.frontends.evidence").read(text, path)
                self.findings += read.diagnostics
                self._evidence[path] = read.model
        return self._evidence[path]

    def read_all_manifests(self) -> None:
        """Read what manifests there seem to be although deploy.yaml could not be understood, for their findings."""
        services: Any = self.deploy_raw.get("services") if self.deploy_raw else None
        named = (
            [service.get("assertions") for service in services.values() if isinstance(service, Located)]
            if isinstance(services, Located)
            else []
        )
        for path in (self.manifest_path, *named):
            if isinstance(path, str) and _is_inside(path) and self._tree.is_file(path):
                self._manifest(path)
                self.evidence_beside(path)


def _is_inside(path: str) -> bool:
    try:
        return project_path(path) == path
    except PydanticCustomError:
        return False
