"""What holds for every generated Dockerfile, whatever the plan says. Each invariant yields line, code and message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from speccompile.codes import artifact as codes
from speccompile.codes.code import Code
from speccompile.plan.plan import Service
from speccompile.regex import regex
from speccompile.verify.installers import BUILDERS, EXACT, INSTALLS, ITSELF
from speccompile.verify.readers.dockerfile import Dockerfile, Instruction, pairs, paths

Finding: TypeAlias = tuple[int, Code, str]
Invariant: TypeAlias = Callable[[Service, Dockerfile], Iterator[Finding]]

_SECRET = regex(
    r"(?:^|_)(?:PASSWORD|PASSWD|TOKEN|SECRET|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)(?:$|_)", re.IGNORECASE
)
_APT_LISTS = regex(r"(?:^|,)target=/var/lib/apt(?:/lists)?(?:,|$)")
_LABELS = (
    "org.opencontainers.image.title",
    "org.opencontainers.image.description",
    *(
        f"com.spec-driven.{key}"
        for key in ("verified", "verified-at", "assertions", "dafny-verified", "tlc-verified", "spec-digest")
    ),
)


def multi_stage(_: Service, document: Dockerfile) -> Iterator[Finding]:
    """SC912: anything built or installed is built in a stage of its own."""
    stages = document.stages()
    if len(stages) == 1:
        for run in (i for i in stages[0] if i.keyword == "RUN" and INSTALLS.search(i.rest)):
            yield run.line, codes.ONE_STAGE, "dependencies are installed in the only stage"


def user(_: Service, document: Dockerfile) -> Iterator[Finding]:
    """SC913: numeric and not root."""
    final = _final(document)
    users = [i for i in final if i.keyword == "USER"]
    last = users[-1] if users else None
    if last is None or not re.fullmatch(r"[1-9][0-9]*:[1-9][0-9]*", last.rest):
        yield (
            (last or final[0]).line,
            codes.ROOT,
            f"the final stage runs as {last.rest if last else 'the base image says'}",
        )


def no_tools(_: Service, document: Dockerfile) -> Iterator[Finding]:
    """SC914: no language's package manager runs in the final stage, and apt leaves no lists."""
    stages = document.stages()
    for run in (i for i in _final(document) if i.keyword == "RUN"):
        if len(stages) > 1 and BUILDERS.search(run.rest):
            yield run.line, codes.TOOLS_LEFT, "a package manager or compiler runs in the final stage"
        mounted = any(_APT_LISTS.search(mount) for mount in run.values("mount"))
        if re.search(r"\bapt-get\s+install\b", run.rest) and not mounted and "/var/lib/apt/lists" not in run.rest:
            yield run.line, codes.TOOLS_LEFT, "apt's package lists stay in the layer"


def manifests_first(_: Service, document: Dockerfile) -> Iterator[Finding]:
    """SC915: before the first install of a stage no directory of the context is copied, unless for its manifests. What installs the
    project itself and none of its dependencies needs its sources."""
    for stage in document.stages():
        runs = ((n, i.rest) for n, i in enumerate(stage) if i.keyword == "RUN")
        installed = next((n for n, said in runs if INSTALLS.search(said) and not ITSELF.search(said)), None)
        for copy in stage[: installed or 0]:
            if copy.keyword == "COPY" and not copy.values("from"):
                yield from _not_manifests(copy)


def _not_manifests(copy: Instruction) -> Iterator[Finding]:
    for source in paths(copy)[:-1]:
        if source.endswith("/") or source in (".", "./"):
            yield copy.line, codes.SOURCES_FIRST, f"{source} is copied before dependencies are installed"


def exact(_: Service, document: Dockerfile) -> Iterator[Finding]:
    """SC916: installs follow the lock."""
    for run in (i for i in document.instructions if i.keyword == "RUN"):
        for command in run.rest.split("&&"):
            if INSTALLS.search(command) and not EXACT.search(command + " "):
                yield run.line, codes.NOT_LOCKED, f"not exactly as locked: {' '.join(command.split())[:80]}"


def exec_form(_: Service, document: Dockerfile) -> Iterator[Finding]:
    """SC917: ENTRYPOINT and CMD are JSON arrays, and there is at least one of them."""
    said = [i for i in _final(document) if i.keyword in ("ENTRYPOINT", "CMD")]
    if not said:
        yield document.instructions[-1].line, codes.SHELL_FORM, "neither ENTRYPOINT nor CMD"
    for instruction in said:
        if not instruction.json:
            yield instruction.line, codes.SHELL_FORM, f"{instruction.keyword} is not in exec form"


def bases(_: Service, document: Dockerfile) -> Iterator[Finding]:
    """SC918: every FROM, and every COPY --from of an image, has a tag that is not latest, or a digest."""
    names: set[str] = {"scratch"}
    for instruction in document.instructions:
        references = (
            [instruction.rest.split()[0]]
            if instruction.keyword == "FROM" and instruction.rest
            else list(instruction.values("from"))
        )
        for reference in references:
            tag = reference.rpartition("/")[2].partition(":")[2]
            if reference not in names and "@" not in reference and tag in ("", "latest"):
                yield instruction.line, codes.FLOATING, f"{reference} has no tag, or latest"
        if instruction.keyword == "FROM" and instruction.rest.split()[1:2] == ["AS"]:
            names.add(instruction.rest.split()[2])


def no_secrets(_: Service, document: Dockerfile) -> Iterator[Finding]:
    """SC919: no ARG, ENV or LABEL is named like a secret, unless it says that it is public."""
    for instruction in document.instructions:
        if instruction.keyword in ("ARG", "ENV", "LABEL"):
            for name, _value in pairs(instruction):
                words = name.replace("-", "_").replace(".", "_")
                if _SECRET.search(words) and not re.search(r"(?:^|_)PUBLIC(?:$|_)", words, re.IGNORECASE):
                    yield (
                        instruction.line,
                        codes.SECRET_IN_IMAGE,
                        f"{instruction.keyword} {name} is named like a secret",
                    )


def secret_mounts(_: Service, document: Dockerfile) -> Iterator[Finding]:
    """SC925: a secret is mounted where dependencies are fetched, not where the image is made, and nothing else is called like it."""
    final, mounted = _final(document), set()
    for instruction in document.instructions:
        secrets = [mount for mount in map(_options, instruction.values("mount")) if mount.get("type") == "secret"]
        mounted |= {mount.get("id", "") for mount in secrets}
        if secrets and (instruction in final or not INSTALLS.search(instruction.rest)):
            yield instruction.line, codes.SECRET_MOUNT, "a secret is mounted for a step that fetches no dependencies"
        if any(mount.get("required") != "true" for mount in secrets):
            yield instruction.line, codes.SECRET_MOUNT, "the step would go on without its secret"
        read = set(re.findall(r"/run/secrets/(\w+)", instruction.rest))
        if read - {mount.get("id") for mount in secrets}:
            yield instruction.line, codes.SECRET_MOUNT, "a secret is read that is not mounted"
    for instruction in document.instructions:
        if instruction.keyword in ("ARG", "ENV", "LABEL"):
            for name in mounted & {name for name, _ in pairs(instruction)}:
                yield (
                    instruction.line,
                    codes.SECRET_MOUNT,
                    f"{instruction.keyword} {name} is called like a secret of the build",
                )


def _options(mount: str) -> dict[str, str]:
    return {name: value for name, _, value in (part.partition("=") for part in mount.split(","))}


def health(service: Service, document: Dockerfile) -> Iterator[Finding]:
    """SC920: servers and only servers have a check, in exec form, that needs nothing the image lacks."""
    checks = [i for i in _final(document) if i.keyword == "HEALTHCHECK"]
    if len(checks) != 1:
        yield (
            document.instructions[-1].line,
            codes.HEALTHCHECK,
            f"{len(checks)} HEALTHCHECK instructions in the final stage",
        )
        return
    check = checks[0]
    if (check.rest == "NONE") == (service.port is not None):
        yield check.line, codes.HEALTHCHECK, "a server needs a health check, and nothing else has one"
    if check.rest != "NONE" and not check.rest.startswith("CMD ["):
        yield check.line, codes.HEALTHCHECK, "the health check is not in exec form"
    if re.search(r"\b(?:curl|wget)\b", check.rest):
        yield check.line, codes.HEALTHCHECK, "the health check needs curl or wget, which slim images lack"


def port(service: Service, document: Dockerfile) -> Iterator[Finding]:
    """SC921: EXPOSE and the image's PORT are the plan's port."""
    exposed = [i for i in document.instructions if i.keyword == "EXPOSE"]
    wanted = [str(service.port.number)] if service.port else []
    if [i.rest for i in exposed] != wanted:
        yield (exposed or document.instructions)[-1].line, codes.EXPOSED, f"EXPOSE should be {wanted or 'absent'}"
    for env in (i for i in _final(document) if i.keyword == "ENV"):
        if dict(pairs(env)).get("PORT", *wanted) not in (*wanted, None):
            yield env.line, codes.EXPOSED, "ENV PORT is not the port that is exposed"


def labels(_: Service, document: Dockerfile) -> Iterator[Finding]:
    """SC922: complete, and no claim of verification without its time."""
    said = {key: value for i in _final(document) if i.keyword == "LABEL" for key, value in pairs(i)}
    line = next((i.line for i in _final(document) if i.keyword == "LABEL"), document.instructions[-1].line)
    for key in _LABELS:
        if not said.get(key):
            yield line, codes.LABELS, f"{key} is missing"
    if said.get("com.spec-driven.verified") == "true" and said.get("com.spec-driven.verified-at") == "never":
        yield line, codes.LABELS, "verified, but never"


def sources(service: Service, document: Dockerfile) -> Iterator[Finding]:
    """SC923: every source from the context is in the context."""
    allowed = frozenset(path.rstrip("/") for path in service.image.context)
    for copy in (i for i in document.instructions if i.keyword == "COPY" and not i.values("from")):
        for source in paths(copy)[:-1]:
            if allowed.isdisjoint(_and_above(source.rstrip("/"))):
                yield copy.line, codes.SOURCE_MISSING, f"{source} is not in the build context"


def _and_above(path: str) -> list[str]:
    """*path* and the directories above it."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _final(document: Dockerfile) -> tuple[Instruction, ...]:
    return document.stages()[-1] if document.stages() else document.instructions[-1:]


ALL: tuple[Invariant, ...] = (
    multi_stage,
    user,
    no_tools,
    manifests_first,
    exact,
    exec_form,
    bases,
    no_secrets,
    secret_mounts,
    health,
    port,
    labels,
    sources,
)
