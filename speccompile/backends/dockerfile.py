"""Plan → Dockerfile (Dockerfile reference, syntax 1), one for each service that is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import assert_never

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.escape.docker import (
    DockerText,
    docker_comment,
    docker_env,
    docker_exec,
    docker_paths,
    docker_plain,
    docker_shell,
    docker_value,
)
from speccompile.backends.jinja import render
from speccompile.plan.image import Arg, Base, Copy, Env, Label, Mount, Run, Stage, Step, Workdir
from speccompile.plan.node import Node
from speccompile.plan.plan import HealthModule, Plan, Service
from speccompile.plan.workload import Stop
from speccompile.record import record

TARGET = "dockerfile"
_INDENT = DockerText("    ")


@record(kw_only=True)
class _Pair(Node):
    name: DockerText
    value: DockerText
    more: bool


@record(kw_only=True)
class _Command(Node):
    words: DockerText
    more: bool


@record(kw_only=True)
class _Check(Node):
    argv: DockerText
    interval: int
    timeout: int
    start_period: int
    retries: int


@record(kw_only=True)
class _Step(Node):
    """One instruction as the template writes it: the fields of the other kinds stay empty."""

    keyword: DockerText
    gap: bool = True
    workdir: DockerText | None = None
    pairs: tuple[_Pair, ...] = ()
    indent: DockerText = _INDENT
    stage: DockerText | None = None
    owner: DockerText | None = None
    paths: tuple[DockerText, ...] = ()
    mounts: tuple[DockerText, ...] = ()
    commands: tuple[_Command, ...] = ()
    user: DockerText | None = None
    port: int | None = None
    signal: DockerText | None = None
    check: _Check | None = None
    unchecked: bool = False
    argv: DockerText | None = None


@record(kw_only=True)
class _Base(Node):
    reference: DockerText


@record(kw_only=True)
class _Stage(Node):
    name: DockerText
    base: _Base
    steps: tuple[_Step, ...]


@record(kw_only=True)
class _Document(Node):
    header: tuple[DockerText, ...]
    stages: tuple[_Stage, ...]


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The Dockerfile of every service of *plan*."""
    return tuple(_artifact(service) for service in plan.services)


def _artifact(service: Service) -> Artifact:
    *build, final = service.image.stages
    document = _Document(
        header=tuple(docker_comment(line) for line in header.lines(service.dockerfile)),
        stages=(*(_stage(stage) for stage in build), _stage(final, tuple(_runtime(service)))),
        origin=service.origin,
    )
    text, origins = render("dockerfile/Dockerfile.j2", DockerText, document)
    return Artifact(service.dockerfile, text, origins, TARGET)


def _stage(stage: Stage, last: tuple[_Step, ...] = ()) -> _Stage:
    return _Stage(
        name=docker_plain(stage.name),
        base=_base(stage.base),
        steps=tuple(_spaced((*(_step(step) for step in stage.steps), *last))),
        origin=stage.origin,
    )


def _base(base: Base) -> _Base:
    return _Base(reference=docker_plain(base.pinned), origin=base.origin)


def _spaced(steps: Iterable[_Step]) -> Iterator[_Step]:
    """A blank line before each instruction of another kind than the one before it."""
    before = None
    for step in steps:
        yield replace(step, gap=step.keyword != before)
        before = step.keyword


def _step(step: Step) -> _Step:
    match step:
        case Workdir():
            return _Step(keyword=DockerText("WORKDIR"), workdir=docker_plain(step.path), origin=step.origin)
        case Env():
            pairs = tuple(
                _Pair(
                    name=docker_plain(name),
                    value=docker_env(value),
                    more=(name, value) != step.pairs[-1],
                    origin=step.why(name),
                )
                for name, value in step.pairs
            )
            return _Step(keyword=DockerText("ENV"), pairs=pairs, origin=step.origin)
        case Arg():
            pair = _Pair(name=docker_plain(step.name), value=docker_env(step.value), more=False, origin=step.origin)
            return _Step(keyword=DockerText("ARG"), pairs=(pair,), origin=step.origin)
        case Copy():
            return _Step(
                keyword=DockerText("COPY"),
                stage=docker_plain(step.stage) if step.stage else None,
                owner=docker_plain(step.owner) if step.owner else None,
                paths=(docker_paths((*step.sources, step.target)),),
                origin=step.origin,
            )
        case Run():
            return _run(step)
        case _:
            assert_never(step)


def _run(step: Run) -> _Step:
    last = len(step.commands) - 1
    return _Step(
        keyword=DockerText("RUN"),
        mounts=tuple(_mount(mount) for mount in step.mounts),
        commands=tuple(
            _Command(words=docker_shell(words), more=number < last, origin=step.origin)
            for number, words in enumerate(step.commands)
        ),
        origin=step.origin,
    )


def _mount(mount: Mount) -> DockerText:
    options = (("type", mount.kind), *mount.options)
    return docker_plain(",".join(f"{name}={value}" for name, value in options))


def _runtime(service: Service) -> Iterator[_Step]:
    """What the final stage says about running: linters want these instructions last and in this order."""
    image = service.image
    if service.labels:
        yield _labels(service.labels)
    yield _Step(keyword=DockerText("USER"), user=docker_plain(image.user), origin=image.origin)
    if service.port:
        yield _Step(keyword=DockerText("EXPOSE"), port=service.port.number, origin=service.port.origin)
    if service.workload:
        yield _signal(service.workload.stop)
    yield _health(service.health) if service.health else _unchecked(service)
    for keyword, argv in (("ENTRYPOINT", image.entrypoint), ("CMD", image.command)):
        if argv:
            yield _Step(keyword=DockerText(keyword), argv=docker_exec(argv), origin=image.start)


def _labels(labels: tuple[Label, ...]) -> _Step:
    pairs = tuple(
        _Pair(
            name=docker_plain(label.key),
            value=docker_value(label.value),
            more=label is not labels[-1],
            origin=label.origin,
        )
        for label in labels
    )
    return _Step(keyword=DockerText("LABEL"), pairs=pairs, indent=DockerText("      "), origin=labels[0].origin)


def _signal(stop: Stop) -> _Step:
    return _Step(keyword=DockerText("STOPSIGNAL"), signal=docker_plain(stop.signal), origin=stop.origin)


def _health(health: HealthModule) -> _Step:
    probe = health.probe
    check = _Check(
        argv=docker_exec((*health.argv, "live")),
        interval=probe.interval,
        timeout=probe.timeout,
        start_period=probe.start_period,
        retries=probe.retries,
        origin=probe.origin,
    )
    return _Step(keyword=DockerText("HEALTHCHECK"), check=check, origin=health.origin)


def _unchecked(service: Service) -> _Step:
    return _Step(keyword=DockerText("HEALTHCHECK"), unchecked=True, origin=service.origin)
