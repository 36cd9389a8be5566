"""``speccompile releases``: what was deployed to an environment, and what is different between two of its releases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from speccompile.cli.answering import format_option
from speccompile.cli.compile_options import compile_options
from speccompile.cli.environments import environment_named, only_environment, unreachable
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.release_answer import told
from speccompile.cli.saying import say, say_json
from speccompile.cli.workspace import Asked, Workspace
from speccompile.codes.stores import NO_RELEASE
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.errors import Refused
from speccompile.record import record
from speccompile.releases.differences import Difference, differences
from speccompile.releases.places import store_at
from speccompile.releases.record import Release
from speccompile.releases.store import Store
from speccompile.source import Span

_WHATS = ("list", "show", "diff")


@click.command("releases")
@click.argument("what", type=click.Choice(_WHATS), default="list", metavar="[list|show|diff]")
@click.argument("numbers", nargs=-1, type=click.IntRange(1, 999_999_999), metavar="[N]...")
@click.option("-e", "--environment", metavar="NAME", help="The environment; without it, the only one of deploy.yaml.")
@format_option
@compile_options
@click.pass_obj
def command(
    directory: str, /, *, what: str, numbers: tuple[int, ...], environment: str | None, asked: Asked, style: str
) -> None:
    """List the releases of an environment, show release N, or tell what is different in release B compared with A.

    `diff` without numbers compares the last two; with one, that one and the last.

    Example: speccompile releases diff 12 14 --environment production
    """
    if (what, len(numbers)) not in {("list", 0), ("show", 1), *(("diff", count) for count in range(3))}:
        wanted = {"list": "no number", "show": "the number of one release", "diff": "at most two numbers"}[what]
        raise click.UsageError(f"`releases {what}` takes {wanted}")

    def action(workspace: Workspace) -> int:
        return told(workspace, style, lambda: _answer(_looked_at(workspace, environment, asked), what, numbers, style))

    guarded(action, Workspace.at(directory), style)


@record()
class _Place:
    """An application in an environment, and the store of its releases."""

    app: str
    environment: str
    store: Store

    def document(self, found: Sequence[Diagnostic], **more: Any) -> dict[str, Any]:
        """The answer as data."""
        head = {"status": "ok", "application": {"slug": self.app}, "environment": self.environment}
        return head | more | {"diagnostics": [as_data(one) for one in found]}

    def release(self, number: int) -> Release:
        """One of the releases; raises ``Refused`` where there is none of that number."""
        try:
            return self.store.read(number)
        except KeyError:
            there = self.store.numbers()
            has = f"the last one is {there[-1]}" if there else "there is none at all yet"
            message = f"{self.app} has no release {number} in {self.environment}: {has}"
            fix = "`speccompile releases list` shows those that there are"
            raise Refused([NO_RELEASE.at(Span("releases"), message, fix=fix)]) from None


def _looked_at(workspace: Workspace, named: str | None, asked: Asked) -> _Place:
    name = only_environment(workspace, asked, named)
    compiled = workspace.settled().looked_at(asked)
    there = environment_named(compiled, name)
    app = compiled.compilation.plan.app
    try:
        return _Place(app, name, store_at(there.releases, workspace.root, app, name))
    except OSError as problem:
        raise Refused([unreachable(f"{problem.strerror}")]) from problem


def _answer(place: _Place, what: str, numbers: tuple[int, ...], style: str) -> Exit:
    found: list[Diagnostic] = []
    body: dict[str, Any]
    if what == "list":
        releases = tuple(_readable(place.store, found))
        body, text = {"releases": [_data(one) for one in releases]}, _listed(place, releases)
    elif what == "show":
        release = place.release(numbers[0])
        body, text = {"release": _data(release)}, _shown(release)
    else:
        before, after = (place.release(number) for number in _pair(place, numbers))
        changed = differences(before, after, _text_of(place.store))
        told_of = [{"service": one.service, "what": one.what} for one in changed]
        body = {"before": before.number, "after": after.number, "differences": told_of}
        text = _compared(before, after, changed)
    if style == "json":
        say_json(place.document(found, **body))
    else:
        say(text)
        if found:
            raise Refused(found)
    return Exit.FOUND if found else Exit.FINE


def _readable(store: Store, found: list[Diagnostic]) -> Any:
    """The releases that can be read, the newest first; of the others *found* is told."""
    for number in reversed(store.numbers()):
        try:
            yield store.read(number)
        except KeyError:
            continue  # taken away since
        except Refused as problem:
            found += problem.diagnostics


def _pair(place: _Place, numbers: tuple[int, ...]) -> tuple[int, int]:
    if len(numbers) == 2:
        return numbers[0], numbers[1]
    there = place.store.numbers()
    if len(numbers) == 1 and there:
        return numbers[0], there[-1]
    if len(there) < 2:
        message = f"{place.app} has {len(there)} releases in {place.environment}: there is nothing to compare"
        raise Refused([NO_RELEASE.at(Span("releases"), message, fix="deploy a second time, or name two releases")])
    return there[-2], there[-1]


def _text_of(store: Store) -> Callable[[str], bytes | None]:
    def text(named: str) -> bytes | None:
        try:
            return store.kept(named)
        except KeyError:
            return None

    return text


def _data(release: Release) -> dict[str, Any]:
    data: dict[str, Any] = release.model_dump(mode="json")
    return data


def _listed(place: _Place, releases: Sequence[Release]) -> str:
    if not releases:
        return f"nothing of {place.app} was deployed to {place.environment} yet: speccompile deploy {place.environment}"
    return "\n".join(
        f"{one.number:>5}  {one.made_at}  {_commit(one):<13}  {one.by}  {one.made_from.why}" for one in releases
    )


def _commit(release: Release) -> str:
    return (release.commit[:12] if release.commit else "no commit") + ("+" if release.dirty else "")


def _shown(release: Release) -> str:
    lines = [
        f"release {release.number} of {release.app} in {release.environment}, on {release.platform}",
        f"  made      {release.made_at} by {release.by}: {release.made_from.why}",
        f"  commit    {_commit(release)}{' (with changes that are not committed)' if release.dirty else ''}",
        f"  specs     {release.specs}",
        f"  evidence  {release.evidence or 'none'}",
        f"  given     {', '.join(release.parameters) or 'no parameters'}",
        "services",
    ]
    for name, one in sorted(release.services.items()):
        of = "" if one.from_release == release.number else f", as in release {one.from_release}"
        lines.append(f"  {name}: {one.runs}{', verified' if one.verified else ''}{of}")
    return "\n".join(lines)


def _compared(before: Release, after: Release, changed: Sequence[Difference]) -> str:
    if not changed:
        return f"release {after.number} runs what release {before.number} ran"
    return "\n".join(f"{quoted(one.service)[1:-1] or 'the whole'}: {one.what}" for one in changed)
