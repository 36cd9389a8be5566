"""Ignore files, read back: what would be sent to the engine, and what would not."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from speccompile.codes import artifact as codes
from speccompile.diagnostics import Diagnostic
from speccompile.plan.image import Copy
from speccompile.plan.plan import Plan, Service
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.readers.ignore import IgnoreFile, read

# A file of each kind that must never be sent, wherever it is.
NEVER = (
    ".git/config", ".hg/store", ".svn/entries", ".env", ".env.production", "prod.env", ".envrc", ".netrc", ".pgpass", ".htpasswd",
    ".git-credentials", ".npmrc", ".pypirc", ".yarnrc.yml", ".aws/config", ".azure/token", ".config/gcloud/token.db", ".docker/config.json",
    ".dockercfg", ".gnupg/secring.gpg", ".kube/config", ".ssh/known_hosts", ".vault-token", ".terraform/state", "terraform.tfstate",
    "terraform.tfstate.backup", "prod.tfvars", "server.key", "server.pem", "apple.p8", "cert.p12", "cert.pfx", "putty.ppk", "store.jks",
    "debug.keystore", "vault.kdbx", "id_rsa.old", "id_dsa.old", "id_ecdsa.old", "id_ed25519.old", "credentials", "credentials.json",
    "secrets/password", "secrets.json", "secrets.toml", "secrets.yaml", "secrets.yml", "service-account-prod.json",
    "node_modules/x/index.js", ".venv/bin/python", "venv/bin/python", "__pycache__/x", "x.pyc", ".mypy_cache/x", ".pytest_cache/x",
    ".ruff_cache/x", ".cache/x", ".DS_Store", "npm-debug.log",
)  # fmt: skip
_SPECS = (
    "specs/assertions.json",
    "specs/deploy.yaml",
    "specs/verification.json",
    "assertions.json",
    "deploy.yaml",
    "verification.json",
    "speccompile.lock",
)
COMMENTS = (
    "Nothing enters the build context ...",
    "... but what the image is made of ...",
    "... and of that never a secret, a repository or what is made anew.",
)
# Let in again by name, where the plan names them; no other file of these names is.
_EXAMINED = (".npmrc", ".yarnrc.yml")
_EXAMINED_COMMENT = "Configuration that was read, and holds no secret."
_PATTERNS_OF_NEVER = 59


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the ignore files among *files* (path relative to the output directory → text)."""
    return tuple(d for service in plan.services for d in _verify(plan, service, files.get(service.ignorefile)))


def _verify(plan: Plan, service: Service, text: str | None) -> Iterator[Diagnostic]:
    path = place.on_disk(plan, service.ignorefile)
    if text is None:
        yield codes.IGNORE_NOT_THE_PLAN.at(Span(path), "the ignore file is missing", fix=place.FIX)
        return
    document = read(text)
    yield from _lines(service, document, path)
    barring = IgnoreFile(tuple(p for p in document.patterns[1:] if not p.negated), ())
    directories = ["", *(allowed for allowed in service.image.context if allowed.endswith("/"))]
    for name in NEVER:
        places = [at for d in directories for at in (f"{d}{name}", f"{d}deep/down/{name}")]
        sent = [at for at in places if document.sends(at) and at not in _examined(service)]
        if sent or barring.sends(f"deep/{name}"):
            yield codes.SECRET_SENT.at(Span(path), f"{(sent or [name])[0]} would be sent", fix=place.FIX)
    for source in _copied(service):
        if not document.sends(source if not source.endswith("/") else f"{source}file"):
            yield codes.SOURCE_NOT_SENT.at(Span(path), f"{source} would not be sent", fix=place.FIX)
    for spec in _SPECS:
        if document.sends(posixpath.normpath(posixpath.join(plan.layout.project_in_context or ".", spec))):
            yield codes.SPEC_SENT.at(Span(path), f"{spec} would be sent", fix=place.FIX)


def _copied(service: Service) -> Iterator[str]:
    for stage in service.image.stages:
        for step in stage.steps:
            if isinstance(step, Copy) and step.stage is None:
                yield from step.sources


def _lines(service: Service, document: IgnoreFile, path: str) -> Iterator[Diagnostic]:
    """Each pattern is the plan's or bars a kind of file that is never sent, and no other; each comment is ours."""
    allowed = [p.text for p in document.patterns if p.negated]
    wanted = [_escaped(posixpath.normpath(path)) for path in (*service.image.context, *_examined(service))]
    if allowed != wanted:
        yield codes.IGNORE_NOT_THE_PLAN.at(Span(path), f"lets in {allowed}, the plan wants {wanted}", fix=place.FIX)
    if [p.text for p in document.patterns[:1]] != ["**"]:
        yield codes.IGNORE_NOT_THE_PLAN.at(Span(path), "does not begin by refusing everything", fix=place.FIX)
    barring = [p for p in document.patterns[1:] if not p.negated]
    for pattern in barring:
        if not any(pattern.regex.fullmatch(f"deep/{name}") for name in NEVER):
            yield codes.IGNORE_NOT_THE_PLAN.at(
                Span(path, pattern.line, 1), f"refuses {pattern.text} for no known reason", fix=place.FIX
            )
    if len(barring) != _PATTERNS_OF_NEVER:
        yield codes.IGNORE_NOT_THE_PLAN.at(
            Span(path), f"{len(barring)} patterns of what is never sent, not {_PATTERNS_OF_NEVER}", fix=place.FIX
        )
    comments = (*COMMENTS, *((_EXAMINED_COMMENT,) if _examined(service) else ()))
    if tuple(comment for _, comment in document.comments) != (*place.header(service.ignorefile), *comments):
        yield codes.IGNORE_NOT_THE_PLAN.at(Span(path, 1, 1), "the comments are not the generated ones", fix=place.FIX)


def _examined(service: Service) -> tuple[str, ...]:
    return tuple(path for path in service.image.context if posixpath.basename(path) in _EXAMINED)


def _escaped(path: str) -> str:
    return "".join(f"\\{char}" if char in "*?[\\" else char for char in path)
