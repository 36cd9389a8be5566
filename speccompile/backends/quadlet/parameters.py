"""What the operator does and supplies: how the units are installed, which secrets Podman has to know, and the file of variables that systemd reads."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.artifacts import Artifact
from speccompile.backends import header, unitfile
from speccompile.backends.escape.crontab import shell_word
from speccompile.backends.escape.unit import file_value, unit_comment
from speccompile.plan.workload import Parameter
from speccompile.provenance import Origin, merged
from speccompile.realise.quadlet import names
from speccompile.realise.quadlet.quadlet_plan import Program, QuadletPlan, SecretMade

PATH = "parameters.env.example"

_CONFIG = '"${XDG_CONFIG_HOME:-$HOME/.config}"'


def emit(plan: QuadletPlan, output: str, directory: str, target: str) -> Artifact:
    """The example file of variables; *output* is the output directory as seen from the project, *directory* the units' in it."""
    path = f"{directory}/{PATH}"
    lines: list[tuple[str, Origin | None]] = [(_comment(line), plan.origin) for line in header.lines(path)]
    lines.append(("", None))
    lines += [(_comment(line), _everything(plan)) for line in _use(plan, output, directory)]
    for secret in plan.secrets:
        lines.append(("", None))
        lines += [(_comment(line), why) for line, why in _secret(secret)]
    for parameter in plan.parameters:
        lines.append(("", None))
        lines += [(line, parameter.origin) for line in _parameter(parameter)]
    return unitfile.text(path, target, lines)


def _comment(text: str) -> str:
    return f"# {unit_comment(text)}"


def _everything(plan: QuadletPlan) -> Origin:
    """Why there is what the commands are about."""
    units = (*(one.origin for one in plan.networks), *(one.origin for one in plan.volumes))
    timers = (one.called for one in plan.timers)
    parameters = (one.origin for one in plan.parameters)
    called = (*(one.called for one in plan.containers), *(one.called for one in plan.programs))
    return merged(
        (
            plan.origin,
            *called,
            *units,
            *timers,
            *parameters,
            *(one.origin for each in plan.programs for one in each.asked),
        )
    )


def _use(plan: QuadletPlan, output: str, directory: str) -> Iterator[str]:
    """The commands, for a user's systemd and from the project's directory; and what is another one's way."""
    if plan.containers:
        yield from _of_containers(plan, output, directory)
    if plan.programs:
        yield from _of_programs(plan, "/".join(part for part in (output, directory) if part not in ("", ".")))


def _installed(app: str, one: Program) -> Iterator[str]:
    """How the file that is started comes to its place."""
    if one.within is None:
        yield f"install -D -m 0755 {shell_word(one.source)} {shell_word(one.file)}"
        return
    place, source = shell_word(names.directory(app, one.service)), shell_word(one.source)
    yield f"mkdir -p {place} && cp -RL {source}/. {place}"
    yield f"(or, where {one.source} is a link into Nix's store: nix-store --realise --add-root {place} $(realpath {source}))"


def _of_programs(plan: QuadletPlan, here: str) -> Iterator[str]:
    """What is done once for programs that are in no container, which the machine's own systemd runs."""
    app = shell_word(plan.app)
    yield "Programs that are in no container are run by the machine's systemd (257 or later). As root, from the project's directory, where they are built:"
    for one in plan.programs:
        yield from _installed(plan.app, one)
        yield from (
            f"install -D -m 0600 FILE {shell_word(f'/etc/{plan.app}/secrets/{each.name}')}" for each in one.credentials
        )
        values = [
            f"{each.name}={each.before}{'…' if each.default is None else each.default}{each.after}"
            for each in one.asked
        ]
        if values:
            yield f"Into /etc/{plan.app}/{one.service}.env, which root alone may read (0600), a line each: {' '.join(values)}"
    yield f"install -D -m 0644 -t /etc/systemd/system {shell_word(here)}/{app}-*.service"
    timed = {one.name for one in plan.timers}
    names = [
        f"{one.name}.timer" if one.name in timed else one.name
        for one in plan.programs
        if one.wanted or one.name in timed
    ]
    if timed & {one.name for one in plan.programs}:
        yield f"install -D -m 0644 -t /etc/systemd/system {' '.join(shell_word(f'{here}/{name}') for name in names if name.endswith('.timer'))}"
    yield f"systemctl daemon-reload{' && systemctl enable --now ' + ' '.join(map(shell_word, names)) if names else ''}"


def _of_containers(plan: QuadletPlan, output: str, directory: str) -> Iterator[str]:
    app = shell_word(plan.app)
    here = shell_word("/".join(part for part in (output, directory) if part not in ("", ".")))
    yield "For Podman 5.4 or later, with catatonit (process 1 of what needs one). As the user whose containers these are, from the project's directory:"
    kinds = (("container", plan.containers), ("network", plan.networks), ("volume", plan.volumes))
    units = [f"{here}/*.{kind}" for kind, found in kinds if found]
    units += [f"{here}/{shell_word(source)}" for source in plan.files]
    yield f"install -D -m 0644 -t {_CONFIG}/containers/systemd/{app} {' '.join(units)}"
    if _timers(plan):
        files = (
            f"{here}/*.timer"
            if not plan.programs
            else " ".join(f"{here}/{shell_word(one)}.timer" for one in _timers(plan))
        )
        yield f"install -D -m 0644 -t {_CONFIG}/systemd/user {files}"
    if plan.parameters:
        yield f"install -D -m 0600 {here}/{PATH} {_CONFIG}/{app}/parameters.env"
    if plan.secrets or plan.parameters:
        yield "Then create the secrets and write the values that are asked for below; and:"
    yield f"loginctl enable-linger && systemctl --user daemon-reload{_start(plan)}"
    yield (
        "As root the directories are /etc/containers/systemd, /etc/systemd/system and /etc in place of these, without enable-linger and without --user."
    )
    yield (
        "Another tag, or a digest, is no variable: write [Container] and, in a second line, Image=NAME:TAG or Image=NAME@sha256:DIGEST into"
        " UNIT.container.d/10-image.conf beside the unit, then daemon-reload and restart it."
    )
    if plan.releases:
        first = " ".join(map(shell_word, plan.releases))
        yield (
            f"A release runs its steps once, and never when what needs them starts again: `systemctl --user restart {first}` runs them anew,"
            " and starts again what requires them."
        )


def _start(plan: QuadletPlan) -> str:
    """What starts now, and at the next start of the machine."""
    wanted = " ".join(shell_word(one.name) for one in plan.containers if one.wanted)
    timers = " ".join(shell_word(f"{name}.timer") for name in _timers(plan))
    started = f" && systemctl --user start {wanted}" if wanted else ""
    return started + (f" && systemctl --user enable --now {timers}" if timers else "")


def _timers(plan: QuadletPlan) -> list[str]:
    """Those that start containers."""
    alone = {one.name for one in plan.programs}
    return [one.name for one in plan.timers if one.name not in alone]


def _secret(secret: SecretMade) -> Iterator[tuple[str, Origin]]:
    """How a value gets into Podman's store: no argument ever holds it, and no line feed becomes part of it."""
    asked, why = secret.parameter, secret.origin
    yield f"Required: {', '.join(one.name for one in secret.forms)}. Asked for by {', '.join(asked.requested_by)}", why
    if asked.in_url:
        yield "The value becomes part of a URL as it is: letters, digits and - . _ ~ only.", asked.origin
    if not secret.made_up and not any(one.before or one.after for one in secret.forms) and not asked.secret:
        yield (
            "From the file that has it, whatever its lines are; a value alone is typed after - instead of FILE, and ends with Ctrl-D.",
            why,
        )
        yield from ((f"podman secret create {shell_word(one.name)} FILE", one.origin) for one in secret.forms)
        return
    yield 'SECRET="$(openssl rand -hex 24)"' if secret.made_up else "IFS= read -rs SECRET", why
    for one in secret.forms:
        whole = one.before or one.after
        form = f'%s%s%s {shell_word(one.before)} "$SECRET" {shell_word(one.after)}' if whole else '%s "$SECRET"'
        yield f"printf {form} | podman secret create {shell_word(one.name)} -", one.origin


def _parameter(one: Parameter) -> Iterator[str]:
    need = "Required" if one.default is None else "Optional"
    yield _comment(f"{need}: {one.purpose}")
    yield _comment(f"Asked for by {', '.join(one.requested_by)}")
    yield f"{one.name}={file_value(one.example if one.default is None else one.default)}"
