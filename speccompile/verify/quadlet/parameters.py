"""The example of the operator's file of variables, read back: a paragraph on installing, one for each secret, one for each variable."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator

from speccompile.codes import quadlet as codes
from speccompile.diagnostics import quoted
from speccompile.plan.plan import Plan
from speccompile.plan.workload import Parameter
from speccompile.realise.quadlet.quadlet_plan import QuadletPlan, SecretMade
from speccompile.regex import regex
from speccompile.verify import place
from speccompile.verify.quadlet.expected import DIRECTORY
from speccompile.verify.quadlet.findings import Finding

PATH = "parameters.env.example"
PLACE = f"{DIRECTORY}/{PATH}"
"""Where it is, relative to the output directory."""
_CONFIG = '"${XDG_CONFIG_HOME:-$HOME/.config}"'
_VARIABLE = regex(r'([A-Za-z_][A-Za-z0-9_]*)=(?:"((?:[^"\\]|\\["\\`$])*)"|([A-Za-z0-9_./:@,+=-]*))')


def verify(plan: Plan, realisation: QuadletPlan, path: str, text: str) -> Iterator[Finding]:
    """Findings about the file at *path*."""
    have = text.split("\n")
    want = [*_expected(plan, realisation), ""]
    for number, (one, other) in enumerate(zip(have, want, strict=False), start=1):
        if _said(one) != other:
            yield Finding(
                path, number, codes.NOT_THE_PLAN, f"{quoted(one)} stands there, the plan says {quoted(other)}"
            )
            return
    if len(have) != len(want):
        yield Finding(
            path, min(len(have), len(want)), codes.NOT_THE_PLAN, "the file has more or fewer lines than the plan"
        )


def _said(line: str) -> str | tuple[str, str]:
    """What a line says: a variable with its value, or itself."""
    match = _VARIABLE.fullmatch(line)
    if not match:
        return line
    return match[1], match[3] if match[2] is None else re.sub(r"\\(.)", r"\1", match[2])


def _expected(plan: Plan, realisation: QuadletPlan) -> Iterator[str | tuple[str, str]]:
    for line in place.header(PATH):
        yield f"# {line}"
    yield ""
    for line in _use(plan, realisation):
        yield f"# {line}"
    for secret in realisation.secrets:
        yield ""
        for line in _secret(secret):
            yield f"# {line}"
    for parameter in realisation.parameters:
        yield ""
        yield from _parameter(parameter)


def _use(plan: Plan, units: QuadletPlan) -> Iterator[str]:
    if units.containers:
        yield from _containers(plan, units)
    if units.programs:
        yield from _programs(plan, units)


def _programs(plan: Plan, units: QuadletPlan) -> Iterator[str]:
    here = posixpath.normpath(posixpath.join(plan.layout.output, DIRECTORY))
    yield "Programs that are in no container are run by the machine's systemd (257 or later). As root, from the project's directory, where they are built:"
    for one in units.programs:
        if one.within is None:
            yield f"install -D -m 0755 {shlex.quote(one.source)} {shlex.quote(one.file)}"
        else:
            place, source = one.file.removesuffix(f"/{one.within}"), shlex.quote(one.source)
            yield f"mkdir -p {place} && cp -RL {source}/. {place}"
            yield f"(or, where {one.source} is a link into Nix's store: nix-store --realise --add-root {place} $(realpath {source}))"
        for file in one.credentials:
            yield f"install -D -m 0600 FILE {shlex.quote(f'/etc/{plan.app}/secrets/{file.name}')}"
        if one.asked:
            said = " ".join(
                f"{each.name}={each.before}{each.default if each.default is not None else '…'}{each.after}"
                for each in one.asked
            )
            yield f"Into /etc/{plan.app}/{one.service}.env, which root alone may read (0600), a line each: {said}"
    yield f"install -D -m 0644 -t /etc/systemd/system {shlex.quote(here)}/{plan.app}-*.service"
    timers = {one.name for one in units.timers} & {one.name for one in units.programs}
    if timers:
        yield f"install -D -m 0644 -t /etc/systemd/system {' '.join(f'{here}/{name}.timer' for name in sorted(timers))}"
    started = [
        f"{one.name}.timer" if one.name in timers else one.name
        for one in units.programs
        if one.wanted or one.name in timers
    ]
    yield " && ".join(
        ["systemctl daemon-reload", *([f"systemctl enable --now {' '.join(started)}"] if started else [])]
    )


def _containers(plan: Plan, units: QuadletPlan) -> Iterator[str]:
    timed = [one.name for one in units.timers if one.name not in {each.name for each in units.programs}]
    here = shlex.quote(posixpath.normpath(posixpath.join(plan.layout.output, DIRECTORY)))
    yield "For Podman 5.4 or later, with catatonit (process 1 of what needs one). As the user whose containers these are, from the project's directory:"
    kinds = {"container": units.containers, "network": units.networks, "volume": units.volumes}
    sources = [f"{here}/*.{kind}" for kind, there in kinds.items() if there] + [f"{here}/{one}" for one in units.files]
    yield f"install -D -m 0644 -t {_CONFIG}/containers/systemd/{plan.app} {' '.join(sources)}"
    if timed:
        which = " ".join(f"{here}/{name}.timer" for name in timed) if units.programs else f"{here}/*.timer"
        yield f"install -D -m 0644 -t {_CONFIG}/systemd/user {which}"
    if units.parameters:
        yield f"install -D -m 0600 {here}/{PATH} {_CONFIG}/{plan.app}/parameters.env"
    if units.parameters or units.secrets:
        yield "Then create the secrets and write the values that are asked for below; and:"
    steps = ["loginctl enable-linger", "systemctl --user daemon-reload"]
    if wanted := [one.name for one in units.containers if one.wanted]:
        steps.append(f"systemctl --user start {' '.join(wanted)}")
    if timed:
        steps.append(f"systemctl --user enable --now {' '.join(f'{name}.timer' for name in timed)}")
    yield " && ".join(steps)
    yield (
        "As root the directories are /etc/containers/systemd, /etc/systemd/system and /etc in place of these, without enable-linger and without --user."
    )
    yield (
        "Another tag, or a digest, is no variable: write [Container] and, in a second line, Image=NAME:TAG or Image=NAME@sha256:DIGEST into"
        " UNIT.container.d/10-image.conf beside the unit, then daemon-reload and restart it."
    )
    kept = {one.name: {after.service for after in one.after} for one in units.containers if one.life.kept}
    if first := [name for name, after in kept.items() if not after & kept.keys()]:
        yield (
            f"A release runs its steps once, and never when what needs them starts again: `systemctl --user restart {' '.join(first)}` runs them anew,"
            " and starts again what requires them."
        )


def _secret(secret: SecretMade) -> Iterator[str]:
    asked = secret.parameter
    yield f"Required: {', '.join(one.name for one in secret.forms)}. Asked for by {', '.join(asked.requested_by)}"
    if asked.in_url:
        yield "The value becomes part of a URL as it is: letters, digits and - . _ ~ only."
    if not secret.made_up and not any(one.before or one.after for one in secret.forms) and not asked.secret:
        yield "From the file that has it, whatever its lines are; a value alone is typed after - instead of FILE, and ends with Ctrl-D."
        yield from (f"podman secret create {one.name} FILE" for one in secret.forms)
        return
    yield 'SECRET="$(openssl rand -hex 24)"' if secret.made_up else "IFS= read -rs SECRET"
    for one in secret.forms:
        form = '%s "$SECRET"'
        if one.before or one.after:
            form = f'%s%s%s {shlex.quote(one.before)} "$SECRET" {shlex.quote(one.after)}'
        yield f"printf {form} | podman secret create {one.name} -"


def _parameter(one: Parameter) -> Iterator[str | tuple[str, str]]:
    need, value = ("Required", one.example) if one.default is None else ("Optional", one.default)
    yield _line(f"{need}: {one.purpose}")
    yield _line(f"Asked for by {', '.join(one.requested_by)}")
    yield one.name, value


def _line(text: str) -> str:
    return "# " + re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).strip()
