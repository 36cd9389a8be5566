"""A source tree into a ProjectSpec: what the spec files say, put together and checked against each other."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from speccompile.codes.meaning import MISFIT, NO_ARCHETYPE, NO_SERVICE, UNKNOWN_ASSERTION
from speccompile.diagnostics import Diagnostic, Related, errors, in_order
from speccompile.errors import Refused
from speccompile.frontends.files import Files
from speccompile.frontends.wording import listed, suggestion
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.spec.archetypes import ARCHETYPES, CLI_TOOL, DATA_PIPELINE, LIBRARY, OF_ROLE, ROLE_OF, WEB_SERVICE
from speccompile.spec.beside import AccessoryService, ExternalService, StoreService
from speccompile.spec.deploy import BuiltService, Deploy
from speccompile.spec.located import Located
from speccompile.spec.manifest import Manifest
from speccompile.spec.project import (
    AccessorySpec,
    Bound,
    EnvironmentSpec,
    ErrorPageSpec,
    ExternalSpec,
    ProjectSpec,
    ServiceSpec,
    StoreSpec,
    TrustedProxy,
)
from speccompile.vocabulary import ArchetypeName

DEFAULT_SERVICE = "app"
DEFAULT_OUTPUT = "generated"

_SERVER = ("port", "health", "route", "routes")
_NEVER_ENDING = ("schedule",)
_OF_WORKERS = ("heartbeat",)
_MISFITS = {
    WEB_SERVICE: ("schedule", "heartbeat"),
    CLI_TOOL: (*_SERVER, "schedule", "replicas", "release", "heartbeat", "artifact"),
    DATA_PIPELINE: _SERVER,
    LIBRARY: (
        *_SERVER,
        "schedule",
        "heartbeat",
        "artifact",
        "replicas",
        "role",
        "release",
        "command",
        "env",
        "secrets",
        "needs",
        "resources",
        "writable",
        "packages",
    ),
}


def load(tree: Tree, kinds: Collection[str]) -> tuple[ProjectSpec, tuple[Diagnostic, ...]]:
    """The specs of the project in *tree*, and warnings about them.

    *kinds* are the backing services that deploy.yaml may use. Raises ``Refused`` with everything that is wrong, in all
    files, when anything is.
    """
    files = Files(tree, kinds)
    findings: list[Diagnostic] = []
    project = _assemble(files, findings)
    everything = in_order([*files.findings, *findings])
    if project is None or errors(everything):
        raise Refused(everything)
    return project, everything


def _assemble(files: Files, findings: list[Diagnostic]) -> ProjectSpec | None:
    """The project, or None when too little of it could be read; what is wrong goes to *findings*."""
    if files.deploy_path and files.deploy is None:
        files.read_all_manifests()
        return None
    deploy = files.deploy
    services = tuple(_services(files, deploy, findings))
    entries = sorted(deploy.services.items()) if deploy else []
    return ProjectSpec(
        app=deploy.app if deploy else None,
        named=deploy.at("app") if deploy and deploy.app else None,
        registry=deploy.registry if deploy else None,
        trusted=tuple(_trusted(deploy)) if deploy else (),
        tls=deploy.tls if deploy else None,
        announced=deploy.at("proxy_protocol") if deploy and deploy.proxy_protocol else None,
        buffered=deploy.at("access_log") if deploy and deploy.access_log == "buffered" else None,
        proxy=deploy.proxy if deploy else "nginx",
        proxied=deploy.at("proxy") if deploy and "proxy" in deploy.model_fields_set else None,
        ipv6=deploy.ipv6 if deploy else True,
        errors=tuple(_pages(deploy)) if deploy else (),
        registered=deploy.at("registry") if deploy and deploy.registry else None,
        output=deploy.output if deploy else DEFAULT_OUTPUT,
        placed=deploy.at("output") if deploy and "output" in deploy.model_fields_set else None,
        targets=deploy.targets if deploy else (),
        chosen=deploy.at("targets") if deploy and deploy.targets else None,
        bindings=dict(_bindings(files, deploy, services, findings)) if deploy else {},
        services=services,
        stores=tuple(
            StoreSpec(
                name=name,
                kind=entry.uses,
                version=entry.version,
                resources=entry.resources,
                external=entry.external,
                database=entry.database,
                user=entry.user,
                backup=entry.backup,
                backed_up=entry.at("backup"),
                at=entry.at("uses"),
            )
            for name, entry in entries
            if isinstance(entry, StoreService)
        ),
        externals=tuple(
            ExternalSpec(name=name, url=entry.url, at=entry.at("uses"))
            for name, entry in entries
            if isinstance(entry, ExternalService)
        ),
        accessories=tuple(
            AccessorySpec(name=name, deploy=entry) for name, entry in entries if isinstance(entry, AccessoryService)
        ),
        environments=tuple(
            EnvironmentSpec(name=name, says=said, at=deploy.at("environments", name))
            for name, said in deploy.environments.items()
        )
        if deploy
        else (),
        digest=_digest(files.deploy_raw, {service.manifest_path: service.manifest for service in services}),
    )


def _bindings(
    files: Files, deploy: Deploy, services: Sequence[ServiceSpec], findings: list[Diagnostic]
) -> Iterator[tuple[str, Bound]]:
    """What deploy.yaml decides about assertions, by id; one that no manifest knows is reported."""
    known = {assertion.id for service in services for assertion in service.manifest.assertions}
    for id_, binding in sorted(deploy.assertions.items()):
        if id_ in known:
            files.check_evidence(deploy, id_, binding)
            at = {key: deploy.at("assertions", id_, key) for key in binding.model_fields_set}
            yield id_, Bound(says=binding, at=at)
        elif services:
            fix = suggestion(id_, known, "take the entry out, or correct the id")
            message = f"the key {id_} is the id of no assertion"
            findings.append(
                UNKNOWN_ASSERTION.at(
                    deploy.at("assertions", id_),
                    message,
                    fix=fix,
                    found=id_,
                    expected="the id of an assertion",
                    expected_by="the manifest",
                )
            )


def _services(files: Files, deploy: Deploy | None, findings: list[Diagnostic]) -> Iterator[ServiceSpec]:
    """The services that are built here, by name; one that cannot be put together is left out and reported."""
    built: list[tuple[str, BuiltService | None]] = (
        [(name, entry) for name, entry in sorted(deploy.services.items()) if isinstance(entry, BuiltService)]
        if deploy
        else []
    )
    if deploy and not built and DEFAULT_SERVICE in deploy.services:
        findings.append(
            NO_SERVICE.at(
                deploy.at("services", DEFAULT_SERVICE),
                f"no service is built here, and {DEFAULT_SERVICE} is one that is only used",
                fix="add the service that is built here below `services`, or give this one another name",
                found=f"{DEFAULT_SERVICE}, which is only used",
                expected="a service that is built here",
                expected_by="the manifest",
            )
        )
    for name, entry in built or [(DEFAULT_SERVICE, None)]:
        files.check_directory(entry)
        found = files.manifest_of(entry)
        if found is None:
            continue
        path, manifest = found
        at = deploy.at("services", name) if deploy and entry else manifest.at("archetype")
        archetype = (entry.archetype if entry else None) or manifest.archetype
        if archetype is None:
            findings.append(_no_archetype(manifest, entry, at))
            continue
        role = (entry.role if entry else None) or ROLE_OF[archetype]
        archetype = OF_ROLE[role] if entry and entry.role and archetype != LIBRARY else archetype
        findings += _misfits(entry, archetype, manifest) if entry else []
        yield ServiceSpec(
            name=name,
            directory=entry.path if entry else "",
            manifest=manifest,
            deploy=entry,
            archetype=archetype,
            role=role,
            evidence=files.evidence_beside(path),
            manifest_path=path,
            at=at,
        )


def _no_archetype(manifest: Manifest, entry: BuiltService | None, at: Span) -> Diagnostic:
    related = (Related("the service that needs it", at),) if entry else ()
    return NO_ARCHETYPE.at(
        manifest.at("archetype"),
        "the manifest has no archetype, and deploy.yaml gives none",
        fix=f'write "archetype": "{WEB_SERVICE}" (or another of {listed(ARCHETYPES)})',
        found="no archetype",
        expected=f"one of {listed(ARCHETYPES)}",
        expected_by="the service",
        related=related,
    )


def _misfits(entry: BuiltService, archetype: ArchetypeName, manifest: Manifest) -> Iterator[Diagnostic]:
    """The settings of *entry* that its archetype has no use for."""
    odd = {*_MISFITS[archetype], *(_NEVER_ENDING if entry.role == "worker" else _OF_WORKERS)}
    for key in sorted(entry.model_fields_set & odd):
        if entry.role:
            said = Related(f"it is a {entry.role} by what stands here", entry.at("role"))
        elif entry.archetype:
            said = Related(f"it is a {archetype} by what stands here", entry.at("archetype"))
        else:
            said = Related(f"it is a {archetype} by the manifest", manifest.at("archetype"))
        yield MISFIT.at(
            entry.at(key),
            f"a {entry.role or archetype} has no use for `{key}`",
            fix=f"take it out, or correct the {'role' if entry.role else 'archetype'}",
            found=f"`{key}`",
            expected="no such key",
            expected_by=f"the role {entry.role}" if entry.role else f"the archetype {archetype}",
            related=(said,),
        )


def _digest(deploy: Mapping[str, object] | None, manifests: Mapping[str, Manifest]) -> str:
    """The SHA-256 of what the specs say: keys and assertions sorted, comments and layout left out, and the places that it is deployed to, since images
    are the same in all of them."""
    deploy = {key: value for key, value in deploy.items() if key != "environments"} if deploy else deploy
    said = {path: _sorted(manifest.raw) for path, manifest in manifests.items()}
    canonical = json.dumps({"deploy": deploy, "manifests": said}, sort_keys=True, separators=(",", ":"))
    return f"sha256:{sha256(canonical.encode()).hexdigest()}"


def _sorted(manifest: Located | None) -> dict[str, object]:
    raw: dict[str, object] = dict(manifest or {})
    assertions = raw.get("assertions")
    if isinstance(assertions, Iterable):
        raw["assertions"] = sorted(assertions, key=lambda assertion: str(assertion["id"]))
    return raw


def _trusted(deploy: Deploy) -> Iterator[TrustedProxy]:
    for number, network in enumerate(deploy.trusted_proxies):
        yield TrustedProxy(network=network, at=deploy.at("trusted_proxies", number))


def _pages(deploy: Deploy) -> Iterator[ErrorPageSpec]:
    for answer, path in sorted(deploy.errors.items()):
        yield ErrorPageSpec(answer=answer, path=path, at=deploy.at("errors", answer))
