"""Plan → the jobs of a workflow that delivers: check and test every push, and of the default branch build, push, attest, and deploy
or say what to deploy.

An image is built where its platform is native, and for several platforms its manifests are joined afterwards. `speccompile build` builds and pushes:
it alone puts on the labels that say which commit this is. What a spec or a tree says reaches a script through the environment only.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat

from speccompile import __version__
from speccompile.backends.actions import registries
from speccompile.backends.actions.preparing import preparation
from speccompile.backends.actions.scripts import SCRIPTS
from speccompile.plan.actions import ATTEST, DOWNLOAD, UPLOAD
from speccompile.plan.delivery import Delivery
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan, Service
from speccompile.plan.workflow import (
    TOKEN,
    Event,
    Expression,
    Job,
    Permission,
    Value,
    Variant,
    Workflow,
    WorkflowStep,
)
from speccompile.provenance import merged

NAME = "deploy"
RUNNER = "ubuntu-24.04"
ENVIRONMENT = "production"
SOURCE = "git+https://github.com/speccompile/speccompile"
_RUNNERS = {"linux/amd64": RUNNER, "linux/arm64": f"{RUNNER}-arm"}
_DEFAULT_BRANCH = Expression("github.ref_name == github.event.repository.default_branch")
_CHECK, _VERIFY = 15, 60
_BUILD, _ATTEST, _DELIVER, _DEPLOY = 60, 15, 30, 60


def workflow(plan: Plan) -> Workflow:
    """The workflow of *plan*, which has services."""
    origin = merged((plan.origin, plan.layout.origin, *(service.origin for service in plan.services)))
    events = (
        Event(name="push", filter="branches", words=("**",), origin=origin),
        Event(name="workflow_dispatch", origin=origin),
    )
    built = tuple(job for service in plan.services for job in (_build(plan, service), _attest(plan, service)))
    return Workflow(
        path=_path(plan),
        name=NAME,
        runner=RUNNER,
        events=events,
        jobs=(_checked(plan), _verified(plan), *built, *_last(plan)),
        notes=(*_notes(plan), *registries.notes(plan)),
        origin=merged((origin, *(one.origin for one in plan.deliveries))),
    )


def _path(plan: Plan) -> str:
    """GitHub reads workflows in .github/workflows alone: written in place it lies there, else it is to be copied."""
    return f".github/workflows/{NAME}.yml" if plan.layout.output in ("", ".") else f"github-actions/{NAME}.yml"


def _notes(plan: Plan) -> tuple[str, ...]:
    root = "project" if not plan.layout.project_in_context else "build context"
    return (
        f"It belongs in .github/workflows, at the root of the repository, which is taken to be that of the {root}.",
        *_protected(plan),
        "An image is built of what is shown and held: commit verification.json, which `speccompile verify` writes beside the specs, and settle or waive",
        "what is lost or not understood (`speccompile plan --assertions`); `speccompile build`, run here first, stops where the job would.",
    )


def _protected(plan: Plan) -> Iterator[str]:
    """What the owner of the repository decides about environments, and what has to be in those that are deployed to."""
    names = [one.environment for one in plan.deliveries] or [ENVIRONMENT]
    for name in names:
        yield f"The environment {name} is protected by the rules that the repository's owner sets."
    for one in plan.deliveries:
        known = "the variable SSH_KNOWN_HOSTS (what ssh-keyscan says of its machines, once it was compared)"
        yield f"It deploys to {one.environment}: that environment has the secret SSH_KEY and {known},"
        yield f"and where {_values(plan, one)} is not in the repository its text as the secret VALUES."
        if one.object_store:
            keys = "the secrets AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY and the variable AWS_REGION"
            yield f"Its releases are in a bucket: it has {keys}, too."
        if registries.environment(plan):
            yield f"A job is in one environment only: {one.environment} has what the environment registry has, too."


def _values(plan: Plan, delivery: Delivery) -> str:
    """The file of values, from the project's root."""
    return delivery.values or posixpath.normpath(posixpath.join(plan.layout.output, ".env"))


def _read(node: Node) -> Permission:
    return Permission(scope="contents", access="read", why="to check out", origin=node.origin)


def _sources(plan: Plan, extra: str = "") -> tuple[WorkflowStep, ...]:
    """The sources, and the compiler of this version, with an *extra* of it."""
    source = f"{SOURCE}@v{__version__}"
    origin = plan.origin
    return (
        WorkflowStep(
            name="Check out the commit", script=SCRIPTS["checkout"], environment=(("GH_TOKEN", TOKEN),), origin=origin
        ),
        WorkflowStep(
            name="Install speccompile",
            script=SCRIPTS["install"],
            environment=(("SPECCOMPILE", f"speccompile[{extra}] @ {source}" if extra else source),),
            origin=origin,
        ),
    )


def _run(plan: Plan, name: str, script: str, **environment: Value) -> WorkflowStep:
    """A step that runs speccompile in the project; it is told where the files are where that is not within."""
    layout = plan.layout
    elsewhere = layout.output.startswith("..")
    values = environment | ({"OUTPUT": layout.output} if elsewhere else {})
    return WorkflowStep(
        name=name,
        script=SCRIPTS[f"{script}-elsewhere" if elsewhere else script],
        environment=tuple(sorted(values.items())),
        directory=layout.project_in_context,
        origin=merged((plan.origin, layout.origin)),
    )


def _checked(plan: Plan) -> Job:
    check = _run(plan, "Check that the artifacts are what the specs give", "check")
    return Job(
        key="check",
        name="Check",
        permissions=(_read(plan),),
        steps=(*_sources(plan), check),
        timeout=_CHECK,
        origin=plan.origin,
    )


def _verified(plan: Plan) -> Job:
    """Runs the project's own tests, so it has no right but reading."""
    prepared = [step for service in plan.services for step in preparation(service)]
    evidence = WorkflowStep(
        name="Keep the evidence",
        uses=UPLOAD,
        inputs=(("name", "evidence"), ("path", "**/verification.json"), ("if-no-files-found", "error")),
        origin=plan.origin,
    )
    run = _run(plan, "Run the tests and proofs", "verify")
    return Job(
        key="verify",
        name="Verify",
        permissions=(_read(plan),),
        steps=(*_sources(plan), *dict.fromkeys(prepared), run, evidence),
        timeout=_VERIFY,
        origin=merged((plan.origin, *(service.image.origin for service in plan.services))),
    )


def _build(plan: Plan, service: Service) -> Job:
    """One run for each platform, on a runner of that kind; each keeps what it pushed."""
    several = len(service.platforms) > 1
    variants = tuple(_variant(service, platform) for platform in service.platforms)
    secrets = service.image.secrets
    told = {"BUILD_SECRETS": " ".join(mount.id for mount in secrets)} if secrets else {}
    values: dict[str, Value] = {
        **{mount.id: Expression(f"secrets.{mount.id}") for mount in secrets},
        **told,
        "PLATFORM": Expression("matrix.platform"),
        "REGISTRY": registries.registry(plan),
        "SERVICE": service.name,
        "TAG": Expression("format('{0}-{1}', github.sha, matrix.architecture)" if several else "github.sha"),
    }
    kept = WorkflowStep(
        name="Keep what was pushed",
        uses=UPLOAD,
        inputs=(
            ("name", Expression(f"format('pushed.{service.name}.{{0}}', matrix.architecture)")),
            ("path", Expression("format('{0}/pushed.json', runner.temp)")),
            ("if-no-files-found", "error"),
        ),
        origin=service.origin,
    )
    built = _run(plan, "Build and push", "build-with-secrets" if secrets else "build", **values)
    return Job(
        key=f"build-{service.name}",
        name=f"Build {service.name}",
        needs=("check", "verify"),
        condition=_DEFAULT_BRANCH,
        variants=variants,
        environment=registries.environment(plan),
        permissions=(_read(plan), *registries.rights(plan)),
        steps=(*_sources(plan), registries.log_in(plan), built, kept),
        timeout=_BUILD,
        origin=merged((service.origin, *(mount.origin for mount in secrets))),
    )


def _variant(service: Service, platform: str) -> Variant:
    values = (
        ("platform", platform),
        ("architecture", platform.partition("/")[2].replace("/", "-")),
        ("runner", _RUNNERS[platform]),
    )
    return Variant(values=values, origin=service.origin)


def _attest(plan: Plan, service: Service) -> Job:
    """Joins the manifests of several platforms, and signs where the image comes from."""
    several = len(service.platforms) > 1
    origin = service.repository.origin
    pushed = WorkflowStep(
        name="Get what was pushed",
        uses=DOWNLOAD,
        inputs=(("pattern", f"pushed.{service.name}.*"), ("path", Expression("format('{0}/pushed', runner.temp)"))),
        origin=origin,
    )
    image = WorkflowStep(
        name="Join the platforms" if several else "Read what was pushed",
        id="image",
        script=SCRIPTS["join" if several else "one"],
        origin=origin,
    )
    signed = WorkflowStep(
        name="Attest its provenance",
        uses=ATTEST,
        inputs=(
            ("subject-name", Expression("steps.image.outputs.name")),
            ("subject-digest", Expression("steps.image.outputs.digest")),
            ("push-to-registry", "true"),
            ("create-storage-record", "false"),
        ),
        origin=origin,
    )
    may_attest = Permission(scope="attestations", access="write", why="to keep the attestation", origin=origin)
    rights = (*registries.rights(plan), registries.identity(service.repository), may_attest)
    return Job(
        key=f"attest-{service.name}",
        name=f"Attest {service.name}",
        needs=(f"build-{service.name}",),
        environment=registries.environment(plan),
        permissions=tuple({right.scope: right for right in rights}.values()),
        outputs=(("digest", Expression("steps.image.outputs.digest")),),
        steps=(pushed, registries.log_in(plan), image, signed),
        timeout=_ATTEST,
        origin=merged((service.origin, origin)),
    )


def _last(plan: Plan) -> tuple[Job, ...]:
    """What comes after all images: a deployment to each environment that wants one, else what somebody is to deploy."""
    return tuple(map(_deployed, repeat(plan), plan.deliveries, (None, *plan.deliveries))) or (_delivered(plan),)


def _deployed(plan: Plan, delivery: Delivery, before: Delivery | None) -> Job:
    """Deploys what was attested, once it is in the environment *before*; the images are chosen by their digests, whatever the file of values says."""
    origin = delivery.origin
    known = WorkflowStep(
        name="Know the machines",
        script=SCRIPTS["know"],
        environment=(
            ("SSH_KEY", Expression("secrets.SSH_KEY")),
            ("SSH_KNOWN_HOSTS", Expression("vars.SSH_KNOWN_HOSTS")),
        ),
        origin=origin,
    )
    values: dict[str, Value] = {
        "ENVIRONMENT": delivery.environment,
        "VALUES": Expression("secrets.VALUES"),
        "VALUES_FILE": _values(plan, delivery),
    }
    if delivery.object_store:
        values |= {name: Expression(f"secrets.{name}") for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
        values["AWS_REGION"] = Expression("vars.AWS_REGION")
    said = _said(plan)
    steps = (
        *_sources(plan, "s3" if delivery.object_store else ""),
        said,
        registries.log_in(plan),
        known,
        _run(plan, "Deploy", "deploy", **values),
    )
    return Job(
        key=f"{NAME}-{delivery.environment}",
        name=f"Deploy to {delivery.environment}",
        needs=(
            *(f"attest-{service.name}" for service in plan.services),
            *((f"{NAME}-{before.environment}",) if before else ()),
        ),
        environment=delivery.environment,
        permissions=tuple(
            replace(one, origin=merged((one.origin, origin)))
            for one in (_read(delivery), *registries.rights_to_deploy(plan, delivery))
        ),
        steps=tuple(replace(step, origin=merged((step.origin, origin))) for step in steps),
        timeout=_DEPLOY,
        origin=merged((origin, said.origin, *((before.origin,) if before else ()))),
    )


def _said(plan: Plan) -> WorkflowStep:
    slots = {service.repository.pin: f"attest-{service.name}" for service in plan.services}
    values: dict[str, Value] = {slot: Expression(f"needs.{job}.outputs.digest") for slot, job in slots.items()}
    return WorkflowStep(
        name="Say what to deploy",
        script=SCRIPTS["say"],
        environment=tuple(sorted({**values, "SLOTS": " ".join(slots)}.items())),
        origin=merged(service.repository.origin for service in plan.services),
    )


def _delivered(plan: Plan) -> Job:
    """Says in a protected environment which images to start: lines for .env, beside the compose file."""
    said = _said(plan)
    kept = WorkflowStep(
        name="Keep what to deploy",
        uses=UPLOAD,
        inputs=(
            ("name", "images"),
            ("path", Expression("format('{0}/images.env', runner.temp)")),
            ("if-no-files-found", "error"),
        ),
        origin=said.origin,
    )
    return Job(
        key=NAME,
        name="Deploy",
        needs=tuple(f"attest-{service.name}" for service in plan.services),
        environment=ENVIRONMENT,
        permissions=(),
        steps=(said, kept),
        timeout=_DELIVER,
        origin=said.origin,
    )
