"""What holds for any workflow that delivers, whatever the plan says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.codes import delivery as codes
from speccompile.codes.code import Code
from speccompile.plan.actions import ACTIONS
from speccompile.regex import regex

_MAY = {
    "contents": ("read",),
    "packages": ("read", "write"),
    "id-token": ("write",),
    "attestations": ("write",),
}
_KNOWN = frozenset(action.reference for action in ACTIONS)
_EXPRESSION = regex(r"\$\{\{(.*?)\}\}")
_BRACES = " '${{' "
_TRUSTED = regex(
    r"github\.(?:token|ref_name|ref|sha|actor|event\.repository\.default_branch)|runner\.temp|matrix\.[a-z]+|vars\.[A-Z_]+"
    r"|steps\.image\.outputs\.(?:name|digest)|needs\.[a-z0-9-]+\.outputs\.digest|secrets\.[A-Za-z_]\w*"
)
_REST = regex(r"(?:format|==|[(), ]|'[A-Za-z0-9/.{}$-]*')*")
_BUILDS, _DEPLOYS, _KNOWS = 'speccompile "$@"', 'speccompile deploy "$ENVIRONMENT"', 'printenv SSH_KEY > "$HOME/.ssh/'
_WITH_SECRETS = ("docker login", _BUILDS, _DEPLOYS, _KNOWS)
_PUSHED = frozenset(("branches", "paths", "paths-ignore"))

Found = tuple[int, Code, str]


def findings(document: Mapping[str, Any]) -> Iterator[Found]:
    """Findings about what a CI system reads."""
    jobs = _mappings(document.get("jobs"))
    yield from _rights(document, jobs)
    yield from _sources(document, jobs)
    yield from _guards(document, jobs)


def _mappings(value: object) -> dict[str, dict[str, Any]]:
    return {key: one for key, one in value.items() if isinstance(one, dict)} if isinstance(value, dict) else {}


def _steps(job: Mapping[str, Any]) -> list[dict[str, Any]]:
    steps = job.get("steps")
    return [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []


def _uses(job: Mapping[str, Any], action: str) -> bool:
    return any(str(step.get("uses", "")).startswith(f"actions/{action}@") for step in _steps(job))


def _expressions(value: object) -> Iterator[str]:
    """The expressions in *value*, but for the one that gives what would begin one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (*_expressions(key), *_expressions(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _expressions(inner)
    elif isinstance(value, str):
        yield from (said for said in _EXPRESSION.findall(value) if said != _BRACES)


def _logs_in(job: Mapping[str, Any]) -> bool:
    return any("docker login" in str(step.get("run", "")) for step in _steps(job))


def _rights(document: Mapping[str, Any], jobs: Mapping[str, dict[str, Any]]) -> Iterator[Found]:
    if document.get("permissions") != {}:
        yield 0, codes.WORKFLOW_RIGHTS, "the workflow's token may do something by default"
    for key, job in jobs.items():
        rights = job.get("permissions")
        if not isinstance(rights, dict) or any(access not in _MAY.get(scope, ()) for scope, access in rights.items()):
            yield 0, codes.WORKFLOW_RIGHTS, f"the job {key} may do what no job of this workflow needs"
            continue
        if ("attestations" in rights) != _uses(job, "attest"):
            yield 0, codes.WORKFLOW_RIGHTS, f"the job {key} may write attestations and makes none, or the reverse"
        if {"packages", "id-token"} & set(rights) and not _logs_in(job):
            yield 0, codes.WORKFLOW_RIGHTS, f"the job {key} may push, and logs in nowhere"


def _is_ours(starts: object) -> bool:
    """Whether only a push of a branch, or a person, starts it; which branches and which files is not asked. Without `branches` a tag would, too
    (docs.github.com, "Workflow syntax", `on.push`)."""
    if not isinstance(starts, dict) or not starts or not set(starts) <= {"push", "workflow_dispatch"}:
        return False
    push = starts.get("push", {"branches": []})
    listed = isinstance(push, dict) and "branches" in push and set(push) <= _PUSHED
    return (
        listed
        and starts.get("workflow_dispatch", {}) in ({}, None)
        and all(isinstance(one, list) for one in push.values())
    )


def _sources(document: Mapping[str, Any], jobs: Mapping[str, dict[str, Any]]) -> Iterator[Found]:
    if not _is_ours(document.get("on")):
        yield 0, codes.WORKFLOW_FOREIGN, "something else than a push of a branch or a person starts it"
    for said in _expressions(document):
        if not _REST.fullmatch(_TRUSTED.sub("", said)):
            yield 0, codes.WORKFLOW_FOREIGN, f"the expression {said.strip()} is none that is trusted"
    for key, job in jobs.items():
        if "uses" in job:
            yield 0, codes.WORKFLOW_FOREIGN, f"the job {key} is somebody else's workflow"
        for step in _steps(job):
            if "uses" in step and step["uses"] not in _KNOWN:
                yield 0, codes.WORKFLOW_FOREIGN, f"the job {key} uses what is not pinned and known"
            if "${{" in str(step.get("run", "")):
                yield 0, codes.WORKFLOW_FOREIGN, f"a script of the job {key} has an expression in it"
            keeps = any("secrets." in said for said in _expressions(step))
            if keeps and not any(does in str(step.get("run")) for does in _WITH_SECRETS):
                yield 0, codes.WORKFLOW_FOREIGN, f"a step of the job {key} gets a secret, and has no use for it"


def _guards(document: Mapping[str, Any], jobs: Mapping[str, dict[str, Any]]) -> Iterator[Found]:
    concurrency = document.get("concurrency")
    group = str(concurrency.get("group")) if isinstance(concurrency, dict) else ""
    if "${{ github.ref }}" not in group:
        yield 0, codes.WORKFLOW_UNGUARDED, "two runs of one branch can overlap"
    for key, job in jobs.items():
        if not isinstance(job.get("timeout-minutes"), int):
            yield 0, codes.WORKFLOW_UNGUARDED, f"the job {key} may run for hours"
        before = _before(jobs, key)
        builds = any(_BUILDS in str(step.get("run", "")) for step in _steps(job))
        if builds and not ({"check", "verify"} <= before and "default_branch" in str(job.get("if"))):
            yield 0, codes.WORKFLOW_UNGUARDED, f"the job {key} builds what was not checked, or of any branch"
        if builds and not any(_uses(other, "attest") and key in _before(jobs, name) for name, other in jobs.items()):
            yield 0, codes.WORKFLOW_UNGUARDED, f"nobody attests what the job {key} builds"
    attested = {key for key, job in jobs.items() if _uses(job, "attest")}
    last = {key: job for key, job in jobs.items() if key.startswith("deploy") or _deploys(job)}
    guarded = all(
        job.get("environment") == ("production" if key == "deploy" else key.removeprefix("deploy-"))
        and attested <= _before(jobs, key)
        for key, job in last.items()
    )
    if not last or not attested or not guarded:
        yield 0, codes.WORKFLOW_UNGUARDED, "what is deployed is not attested, or in no protected environment"


def _deploys(job: Mapping[str, Any]) -> bool:
    return any(_DEPLOYS in str(step.get("run", "")) for step in _steps(job))


def _before(jobs: Mapping[str, dict[str, Any]], key: str) -> set[str]:
    """All the jobs that *key* waits for."""
    found: set[str] = set()
    waiting = [key]
    while waiting:
        needs = jobs.get(waiting.pop(), {}).get("needs")
        fresh = {name for name in needs if isinstance(name, str)} - found if isinstance(needs, list) else set()
        found |= fresh
        waiting += fresh
    return found
