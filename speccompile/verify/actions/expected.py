"""What a CI system must find in deploy.yml, worked out from the plan alone. Scripts are the reviewed ones, by name."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from speccompile import __version__
from speccompile.plan.actions import ACTIONS
from speccompile.plan.delivery import Delivery
from speccompile.plan.image import Copy
from speccompile.plan.plan import Plan, Service
from speccompile.regex import regex
from speccompile.verify import place
from speccompile.verify.actions import deployments
from speccompile.verify.actions.scripts import Script

Step = dict[str, Any]

_ECR = regex(r"[0-9]{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?")
_MACHINES = {"linux/amd64": "ubuntu-24.04", "linux/arm64": "ubuntu-24.04-arm"}
_DEFAULT_BRANCH = "${{ github.ref_name == github.event.repository.default_branch }}"
_WHY = {
    "contents: read": "to check out",
    "packages: write": "to push",
    "packages: read": "to fetch the images",
    "id-token: write": "proves which workflow this is",
    "attestations: write": "to keep the attestation",
}
_USED = {action.repository: action for action in ACTIONS}
_LOCKS = (
    "bun.lock", "bun.lockb", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "uv.lock", "poetry.lock", "pdm.lock",
    "Pipfile.lock", "requirements.txt",
)  # fmt: skip
_MANAGERS = {
    "uv.lock": ("uv", "0.13.8"),
    "poetry.lock": ("poetry", "2.5.1"),
    "pdm.lock": ("pdm", "2.29.4"),
    "Pipfile.lock": ("pipenv", "2026.10.3"),
}
_RUNTIMES = {"bun": "/usr/local/bin/bun", "deno": "/usr/bin/deno"}


def path(plan: Plan) -> str:
    """Where the workflow is: where GitHub reads it, if the artifacts are written in place."""
    here = plan.layout.output in ("", ".")
    return ".github/workflows/deploy.yml" if here else "github-actions/deploy.yml"


def comments(plan: Plan) -> tuple[str, ...]:
    """The comment lines at its head."""
    root = "build context" if plan.layout.project_in_context else "project"
    return (
        *place.header(path(plan)),
        f"It belongs in .github/workflows, at the root of the repository, which is taken to be that of the {root}.",
        *deployments.comments(plan, _protected(plan)),
        "An image is built of what is shown and held: commit verification.json, which `speccompile verify` writes beside the specs, and settle or waive",
        "what is lost or not understood (`speccompile plan --assertions`); `speccompile build`, run here first, stops where the job would.",
        *_setting_up(_host(plan)),
    )


def _setting_up(host: str) -> tuple[str, ...]:
    if host == "ghcr.io":
        return ("It pushes to ghcr.io as the workflow itself: no secret is needed.",)
    if _ECR.fullmatch(host):
        return (
            "It pushes to ECR in a role that trusts this repository's identity (OIDC): its ARN is the variable AWS_ROLE_ARN.",
            "Repositories at ECR have to be there before the first push.",
        )
    return (
        "It logs in with the variable REGISTRY_USERNAME and the secret REGISTRY_PASSWORD of the environment registry.",
    )


def reasons() -> dict[str, str]:
    """The comments behind values, by ``key: value``."""
    return _WHY | {f"uses: {action.reference}": action.release for action in ACTIONS}


def document(plan: Plan) -> dict[str, Any]:
    """The whole of it."""
    jobs: dict[str, Any] = {"check": _check(plan), "verify": _tests(plan)}
    for service in plan.services:
        jobs[f"build-{service.name}"] = _image(plan, service)
        jobs[f"attest-{service.name}"] = _provenance(plan, service)
    return {
        "name": "deploy",
        "on": {"push": {"branches": ["**"]}, "workflow_dispatch": {}},
        "permissions": {},
        "concurrency": {"group": "deploy-${{ github.ref }}", "cancel-in-progress": False},
        "defaults": {"run": {"shell": "bash"}},
        "jobs": jobs | _last(plan),
    }


def _check(plan: Plan) -> dict[str, Any]:
    return {
        "name": "Check",
        "runs-on": "ubuntu-24.04",
        "timeout-minutes": 15,
        "permissions": {"contents": "read"},
        "steps": [*_begin(), _here(plan, "Check that the artifacts are what the specs give", "check", {})],
    }


def _tests(plan: Plan) -> dict[str, Any]:
    kept = _action("Keep the evidence", "upload-artifact", {"name": "evidence", "path": "**/verification.json"})
    return {
        "name": "Verify",
        "runs-on": "ubuntu-24.04",
        "timeout-minutes": 60,
        "permissions": {"contents": "read"},
        "steps": [*_begin(), *_prepared(plan), _here(plan, "Run the tests and proofs", "verify", {}), kept],
    }


def _image(plan: Plan, service: Service) -> dict[str, Any]:
    secrets = [mount.id for mount in service.image.secrets]
    single = len(service.platforms) == 1
    told = {
        **{name: f"${{{{ secrets.{name} }}}}" for name in secrets},
        **({"BUILD_SECRETS": " ".join(secrets)} if secrets else {}),
        "PLATFORM": "${{ matrix.platform }}",
        "REGISTRY": service.repository.registry or "ghcr",
        "SERVICE": service.name,
        "TAG": "${{ github.sha }}" if single else "${{ format('{0}-{1}', github.sha, matrix.architecture) }}",
    }
    built = _here(plan, "Build and push", "build-with-secrets" if secrets else "build", told)
    pushed = {
        "name": f"${{{{ format('pushed.{service.name}.{{0}}', matrix.architecture) }}}}",
        "path": "${{ format('{0}/pushed.json', runner.temp) }}",
    }
    return {
        "name": f"Build {service.name}",
        "needs": ["check", "verify"],
        "if": _DEFAULT_BRANCH,
        "strategy": {"fail-fast": False, "matrix": {"include": [_machine(one) for one in service.platforms]}},
        "runs-on": "${{ matrix.runner }}",
        "timeout-minutes": 60,
        **_protected(plan),
        "permissions": {"contents": "read", **_pushing(plan)},
        "steps": [*_begin(), _login(plan), built, _action("Keep what was pushed", "upload-artifact", pushed)],
    }


def _machine(platform: str) -> dict[str, str]:
    architecture = platform.split("/", 1)[1].replace("/", "-")
    return {"platform": platform, "architecture": architecture, "runner": _MACHINES[platform]}


def _provenance(plan: Plan, service: Service) -> dict[str, Any]:
    single = len(service.platforms) == 1
    name, script = ("Read what was pushed", "one") if single else ("Join the platforms", "join")
    pushed = {"pattern": f"pushed.{service.name}.*", "path": "${{ format('{0}/pushed', runner.temp) }}"}
    subject = {
        "subject-name": "${{ steps.image.outputs.name }}",
        "subject-digest": "${{ steps.image.outputs.digest }}",
        "push-to-registry": "true",
        "create-storage-record": "false",
    }
    return {
        "name": f"Attest {service.name}",
        "needs": [f"build-{service.name}"],
        "runs-on": "ubuntu-24.04",
        "timeout-minutes": 15,
        **_protected(plan),
        "permissions": {**_pushing(plan), "id-token": "write", "attestations": "write"},
        "outputs": {"digest": "${{ steps.image.outputs.digest }}"},
        "steps": [
            _action("Get what was pushed", "download-artifact", pushed),
            _login(plan),
            {"name": name, "id": "image", "run": Script(script)},
            _action("Attest its provenance", "attest", subject),
        ],
    }


def _last(plan: Plan) -> dict[str, Any]:
    if not plan.deliveries:
        return {"deploy": _delivery(plan)}
    earlier: list[str] = []
    jobs = {}
    for one in plan.deliveries:
        name = f"deploy-{one.environment}"
        jobs[name] = _deployment(plan, one, earlier[-1:])
        earlier.append(name)
    return jobs


def _deployment(plan: Plan, one: Delivery, earlier: list[str]) -> dict[str, Any]:
    """Of the environments the next one waits for the one before: what fails there goes no further."""
    pulling = {"packages": "read"} if one.object_store and _host(plan) == "ghcr.io" else _pushing(plan)
    return {
        "name": f"Deploy to {one.environment}",
        "needs": [*(f"attest-{service.name}" for service in plan.services), *earlier],
        "runs-on": "ubuntu-24.04",
        "timeout-minutes": 60,
        "environment": one.environment,
        "permissions": {"contents": "read", **pulling},
        "steps": [
            *_begin("s3" if one.object_store else ""),
            _said(plan),
            _login(plan),
            {"name": "Know the machines", "env": deployments.MACHINES, "run": Script("know")},
            _here(plan, "Deploy", "deploy", deployments.told(plan, one)),
        ],
    }


def _said(plan: Plan) -> Step:
    slots = {service.repository.pin: service.name for service in plan.services}
    digests = {slot: f"${{{{ needs.attest-{name}.outputs.digest }}}}" for slot, name in slots.items()}
    told = dict(sorted({**digests, "SLOTS": " ".join(slots)}.items()))
    return {"name": "Say what to deploy", "env": told, "run": Script("say")}


def _delivery(plan: Plan) -> dict[str, Any]:
    kept = {"name": "images", "path": "${{ format('{0}/images.env', runner.temp) }}"}
    return {
        "name": "Deploy",
        "needs": [f"attest-{service.name}" for service in plan.services],
        "runs-on": "ubuntu-24.04",
        "timeout-minutes": 30,
        "environment": "production",
        "permissions": {},
        "steps": [
            _said(plan),
            _action("Keep what to deploy", "upload-artifact", kept),
        ],
    }


def _begin(extra: str = "") -> tuple[Step, ...]:
    source = f"git+https://github.com/speccompile/speccompile@v{__version__}"
    source = f"speccompile[{extra}] @ {source}" if extra else source
    token = {"GH_TOKEN": "${{ github.token }}"}
    return (
        {"name": "Check out the commit", "env": token, "run": Script("checkout")},
        {"name": "Install speccompile", "env": {"SPECCOMPILE": source}, "run": Script("install")},
    )


def _here(plan: Plan, name: str, script: str, told: dict[str, str]) -> Step:
    """A step in the project; where the files are outside of it, it is told where."""
    layout = plan.layout
    outside = layout.output.split("/")[0] == ".."
    values = told | ({"OUTPUT": written(layout.output)} if outside else {})
    return {
        "name": name,
        **({"working-directory": written(layout.project_in_context)} if layout.project_in_context else {}),
        **({"env": dict(sorted(values.items()))} if values else {}),
        "run": Script(f"{script}-elsewhere" if outside else script),
    }


def _action(name: str, action: str, inputs: dict[str, str]) -> Step:
    strict = {"if-no-files-found": "error"} if action == "upload-artifact" else {}
    return {"name": name, "uses": _USED[f"actions/{action}"].reference, "with": {**inputs, **strict}}


def _host(plan: Plan) -> str:
    return (plan.services[0].repository.registry or "ghcr.io").partition("/")[0]


def _pushing(plan: Plan) -> dict[str, str]:
    host = _host(plan)
    if host == "ghcr.io":
        return {"packages": "write"}
    return {"id-token": "write"} if _ECR.fullmatch(host) else {}


def _protected(plan: Plan) -> dict[str, str]:
    """A registry with a password has an environment that keeps it."""
    return {} if _pushing(plan) else {"environment": "registry"}


def _login(plan: Plan) -> Step:
    host, name = _host(plan), "Log in at the registry"
    if found := _ECR.fullmatch(host):
        told = {"AWS_REGION": found[1], "AWS_ROLE_ARN": "${{ vars.AWS_ROLE_ARN }}", "REGISTRY_HOST": host}
        return {"name": name, "env": told, "run": Script("log-in-at-aws")}
    ours = host == "ghcr.io"
    told = {
        "REGISTRY_HOST": host,
        "REGISTRY_PASSWORD": "${{ github.token }}" if ours else "${{ secrets.REGISTRY_PASSWORD }}",
        "REGISTRY_USERNAME": "${{ github.actor }}" if ours else "${{ vars.REGISTRY_USERNAME }}",
    }
    return {"name": name, "env": told, "run": Script("log-in")}


def _prepared(plan: Plan) -> Iterator[Step]:
    for service in plan.services:
        lock = _lock(service)
        base = service.image.stages[0].base.pinned
        stack, kind = service.image.stack, posixpath.basename(lock)
        if stack in _RUNTIMES:
            told = {"IMAGE": written(base), "PROGRAM": _RUNTIMES[stack]}
            name = f"Take {stack} out of the image that {service.name} is built on"
            yield {"name": name, "env": told, "run": Script("take")}
        elif kind in _MANAGERS:
            tool, version = _MANAGERS[kind]
            yield {"name": f"Install {tool}", "env": {"VERSION": version}, "run": Script(f"install-{tool}")}
        if lock:
            place_ = posixpath.dirname(lock)
            yield {
                "name": f"Install what the tests of {service.name} need",
                **({"working-directory": written(place_)} if place_ else {}),
                "run": Script(f"dependencies-{kind}"),
            }


def _lock(service: Service) -> str:
    """The closest lock file that is copied into the image; the first kind in the list where there are several."""
    steps = (step for stage in service.image.stages for step in stage.steps)
    paths = [path_ for step in steps if isinstance(step, Copy) and step.stage is None for path_ in step.sources]
    inside = [
        one for one in paths if f"{service.directory}/".startswith(posixpath.dirname(one) + "/") or "/" not in one
    ]
    known = [one for kind in _LOCKS for one in inside if posixpath.basename(one) == kind]
    return max(known, key=len, default="")


def written(value: str) -> str:
    """A text that stands for itself."""
    return "${{ '${{' }}".join(value.split("${{"))
