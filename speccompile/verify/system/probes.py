"""SC955: what a health check starts is in the image, and what it reads is in the container."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes import system as codes
from speccompile.regex import regex
from speccompile.verify.compose_findings import entries, items
from speccompile.verify.readers import health_source
from speccompile.verify.readers.dockerfile import Instruction
from speccompile.verify.system.finding import Finding
from speccompile.verify.system.images import NGINX
from speccompile.verify.system.parsed import System
from speccompile.verify.system.ports import health_modules
from speccompile.verify.system.workload import Workload, covers, plain

# In which base images, by the last part of their names, an interpreter is; every other image is not judged.
_INTERPRETERS = {
    **{name: (name, "sh") for name in ("bun", "node", "python", "deno", "php", "ruby")},
    **dict.fromkeys(NGINX, ("sh", "wget")),
}
_CHECK = regex(r"CMD\s+(\[.*\])\Z", re.DOTALL)


def started(system: System) -> Iterator[Finding]:
    """SC955: programs and files."""
    for workload in system.workloads.values():
        for where, test in _checks(workload) if workload.built else ():
            for problem in _missing(workload, test):
                yield system.finding(
                    ("services", workload.name, "healthcheck"), codes.PROBE, f"{where} of {workload.name}: {problem}"
                )


def _checks(workload: Workload) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The words of the health checks of the compose file and of the Dockerfile."""
    test = tuple(plain(word) for word in items(entries(workload.body.get("healthcheck")).get("test")))
    if test[:1] == ("CMD",):
        yield "the health check", test[1:]
    for instruction in workload.built.final if workload.built else ():
        found = _CHECK.search(instruction.rest) if instruction.keyword == "HEALTHCHECK" else None
        if found:
            words = Instruction("CMD", (), found[1], instruction.line, instruction.last_line).json
            yield "the image's health check", words or ()


def _missing(workload: Workload, test: tuple[str, ...]) -> Iterator[str]:
    made = (*workload.copied, *workload.mounted)
    for word in test:
        if word.startswith("/") and word != "/dev/null" and not covers(made, word):
            yield f"{word} is neither copied into the image, nor anywhere where it can be written"
    known = _INTERPRETERS.get(workload.image)
    if known and test and not test[0].startswith("/") and test[0] not in known:
        yield f"{test[0]} is not in {workload.image}"


def told(system: System) -> Iterator[Finding]:
    """SC955: the variables in which a health module looks for what its service needs."""
    for workload in system.workloads.values():
        for path in health_modules(system, workload):
            _, needs = health_source.read(path.rpartition(".")[2], system.files[path]).constants.get("NEEDS", (0, ()))
            for need in needs if isinstance(needs, tuple) else ():
                for variable in need[2:4] if isinstance(need, tuple) else ():
                    if variable and not {variable, f"{variable}_FILE"} & workload.variables.keys():
                        message = f"the health check of {workload.name} reads {variable}, which is not set there"
                        yield system.finding(("services", workload.name), codes.PROBE, message)
