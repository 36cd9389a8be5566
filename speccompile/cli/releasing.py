"""What `deploy` and `rollback` have in common: their options, and how what shall run is planned, carried out, recorded and told of."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any

import click

from speccompile.cli.answering import format_option, services_argument
from speccompile.cli.compile_options import compile_options
from speccompile.cli.environments import Scene, holder
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.release_answer import told
from speccompile.cli.release_report import Report, plan_data, plan_text, without_url
from speccompile.cli.reporters import report
from speccompile.cli.saying import say, say_json
from speccompile.cli.workspace import Asked, Workspace
from speccompile.codes.delivering import NOT_RECORDED
from speccompile.diagnostics import Diagnostic
from speccompile.record import record
from speccompile.releases.carrying import About, OnHost, carried_out, merged, recorded
from speccompile.releases.record import Release
from speccompile.releases.rolling import End
from speccompile.releases.site import Site, Wish
from speccompile.releases.store import Lease, Leased, Unreachable
from speccompile.releases.wanted import PlatformFailed
from speccompile.source import Span

_LEASE = 120  # seconds for which a lease holds that nobody renews
_PATIENCE = 600.0  # seconds for which --wait waits for another deployment


@record(kw_only=True)
class Manner:
    """How it is done: the services that are named (none: all), whether it is only planned, whether another deployment is waited for, the files, the
    format of the answer, when the command began (monotonic)."""

    services: tuple[str, ...]
    only_plan: bool
    wait: bool
    files: Asked
    style: str
    began: float


@record(kw_only=True)
class Undertaking:
    """What is to be done: the environment, its machines, what shall run, what the record says besides, texts that the store keeps before anything else,
    and what a document says besides; to people it has been said before."""

    there: Scene
    sites: tuple[Site, ...]
    wish: Wish
    about: About
    kept: tuple[bytes, ...] = ()
    notes: tuple[Diagnostic, ...] = ()


def release_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments and options of a command that lets something run; it gets them as ``manner``."""

    @services_argument
    @click.option("--plan", "only_plan", is_flag=True, help="Show what would change, and change nothing.")
    @click.option(
        "--wait",
        is_flag=True,
        help="Wait for a deployment that is under way, for ten minutes at most, instead of refusing.",
    )
    @format_option
    @compile_options
    @wraps(command)
    def with_manner(
        *args: Any, services: tuple[str, ...], only_plan: bool, wait: bool, asked: Asked, style: str, **others: Any
    ) -> Any:
        manner = Manner(
            services=services, only_plan=only_plan, wait=wait, files=asked, style=style, began=time.monotonic()
        )
        return command(*args, manner=manner, **others)

    return with_manner


def answered(directory: str, manner: Manner, action: Callable[[Workspace], Exit]) -> None:
    """Run *action* on the project in *directory*, and end the process with its code."""
    guarded(
        lambda workspace: told(workspace, manner.style, lambda: action(workspace)),
        Workspace.at(directory),
        manner.style,
    )


def undertaken(there: Scene, prepared: Callable[[Release | None], Undertaking], manner: Manner) -> Exit:
    """Do what *prepared* gives for the last release, record it, and say what came of it; or say what would be done. It is prepared anew where somebody
    else has deployed while this one waited for its turn: it would go back to what no longer ran."""
    last = there.last()
    undertaking = prepared(last)
    if manner.only_plan:
        return _planned(undertaking, manner.style)
    quiet = manner.style == "json"
    with _leased(there, _PATIENCE if manner.wait else 0) as lease:
        if (now := there.last()) != last:
            last, undertaking = now, prepared(now)
        for text in undertaking.kept:
            there.store.keep(text)
        hosts = carried_out(
            undertaking.sites,
            there.environment.stages,
            undertaking.wish,
            lease,
            lambda line: None if quiet else click.echo(line, err=True),
        )
        release, unrecorded = _recorded(undertaking, last, hosts)
    ended = _report(undertaking, last, hosts, release, manner.began, unrecorded)
    if quiet:
        say_json(ended.data())
    else:
        report(ended.findings, there.compiled.workspace, "text")
        say(ended.text())
    if ended.good and unrecorded:
        return Exit.TRANSIENT
    return Exit.FINE if ended.good else Exit.FOUND


def _report(
    undertaking: Undertaking,
    last: Release | None,
    hosts: tuple[OnHost, ...],
    release: Release | None,
    began: float,
    unrecorded: tuple[Diagnostic, ...],
) -> Report:
    there = undertaking.there
    plan, urls = there.compiled.compilation.plan, there.outputs()
    done = [one.name for one in merged(hosts)]
    return Report(
        app=there.app,
        environment=there.name,
        images={name: image for name, image in undertaking.wish.composition.images.items() if name in done},
        hosts=hosts,
        outputs={name: one for name, one in urls.items() if name in done},
        release=release,
        unchanged=last.number if last else None,
        seconds=time.monotonic() - began,
        unrecorded=unrecorded,
        notes=(*undertaking.notes, *without_url(plan, urls, done)),
    )


def _planned(undertaking: Undertaking, style: str) -> Exit:
    there = undertaking.there
    found = {site.name: site.planned(undertaking.wish.on(at)) for at, site in enumerate(undertaking.sites)}
    if style == "json":
        say_json(plan_data(there.app, there.name, found, undertaking.notes))
    else:
        say(plan_text(found))
    return Exit.FINE


def _recorded(
    undertaking: Undertaking, last: Release | None, hosts: Sequence[OnHost]
) -> tuple[Release | None, tuple[Diagnostic, ...]]:
    """The release that came of it, and what the store or a machine said where not all could be recorded: what was done is reported all the same."""
    there = undertaking.there
    where = (there.app, there.name, there.environment.on)
    try:
        release = recorded(there.store, last, where, undertaking.wish, merged(hosts), undertaking.about)
    except (Unreachable, PlatformFailed) as problem:
        return None, (_unrecorded("what was deployed", problem),)
    _kept(undertaking, release)
    return release, tuple(_reported(undertaking, release or last, hosts))


def _unrecorded(what: str, problem: Exception) -> Diagnostic:
    fix = "mend that, then run the command again: what runs stays as it is, and is recorded"
    return NOT_RECORDED.at(Span("releases"), f"{what} could not be recorded: {problem}", fix=fix)


@contextmanager
def _leased(there: Scene, patience: float) -> Iterator[Lease]:
    """The right to deploy, now or when whoever has it has ended, within *patience* seconds; raises ``Leased``."""
    deadline = time.monotonic() + patience
    with ExitStack() as stack:
        while True:
            try:
                lease = stack.enter_context(there.store.lease(holder(), _LEASE))
                break
            except Leased:
                if time.monotonic() >= deadline:
                    raise
            time.sleep(1)
        yield lease


def _kept(undertaking: Undertaking, release: Release | None) -> None:
    """Give images that only a machine has a name for as long as the release may be gone back to."""
    for name, image in undertaking.wish.composition.images.items() if release else ():
        if release and image.startswith("sha256:"):
            for site in undertaking.sites:
                site.keep(image, f"{undertaking.there.app}/{name}:release-{release.number}")


def _reported(undertaking: Undertaking, release: Release | None, hosts: Sequence[OnHost]) -> Iterator[Diagnostic]:
    """Write into the store how the services are on each machine now; of one that is known not to answer there is nothing more to say."""
    silent = {host.host for host in hosts if any(one.end is End.FAILED and one.back is None for one in host.outcomes)}
    for site in undertaking.sites:
        if site.name in silent:
            continue
        try:
            undertaking.there.store.report(site.name, site.status(undertaking.wish.composition, release))
        except (Unreachable, PlatformFailed) as problem:
            yield _unrecorded(f"how the services are on {site.name} now", problem)
