"""One service goes from what runs to what is wanted, or back: the steps, on any platform.

At each moment there are enough instances of one version that is well, or it is known which ones to start again. So a deployment that is cut off anywhere is
taken up by the next one: it looks at what is there, and not at what somebody meant to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum

from speccompile.record import record
from speccompile.releases.wanted import SERVING, Group, Instance, Platform, PlatformFailed, State, Wanted, Way

_GLANCE = 0.5
_STEADY = 3.0  # seconds for which what nothing asks must have run to count as well


class End(Enum):
    """What became of a service."""

    DEPLOYED = "deployed"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SKIPPED = "skipped"


@record(kw_only=True)
class Outcome:
    """What became of the service *name*: why it failed or was skipped, what it said then, and whether what ran before runs again (None: nobody knows, as
    its platform does not answer)."""

    name: str
    end: End
    why: str = ""
    story: str = ""
    back: bool | None = False


@record()
class _Begun:
    """What a workload shall be, and the ids of the instances that were there before anything was done about it."""

    wanted: Wanted
    there: frozenset[str]


class _Failure(Exception):
    """A workload is not well; carries why, and what it said."""

    def __init__(self, why: str, story: str) -> None:
        super().__init__(why)
        self.why, self.story = why, story


def is_whole(wanted: Wanted, there: Sequence[Instance]) -> bool:
    """Whether just what is wanted runs, and is well."""
    if wanted.way is Way.ON_DEMAND:
        return True
    good = [one for one in there if one.version == wanted.version and one.state in SERVING]
    return len(good) == len(there) == wanted.replicas


def bring(
    platform: Platform, group: Group, before: Group | None, done: frozenset[str], say: Callable[[str], None]
) -> Outcome:
    """Bring *group* to what is wanted; *before* is what it was in the last release, None where there was none, *done* are the services that this
    deployment has switched already. What fails goes back."""
    try:
        there = [
            _Begun(one, frozenset(each.id for each in instances))
            for one in group.workloads
            if not is_whole(one, instances := platform.instances(one.name))
        ]
        if not there:
            return Outcome(name=group.name, end=End.UNCHANGED)
        for step in group.steps:
            say(f"{group.name}: runs {step}")
            said = platform.step(step, group.workloads[0].document)
            if said is not None:
                return Outcome(
                    name=group.name, end=End.FAILED, why=f"the release step {step} failed", story=said, back=True
                )
    except PlatformFailed as problem:
        return Outcome(name=group.name, end=End.FAILED, why=str(problem), back=None)
    passed: list[_Begun] = []
    for begun in there:
        wanted = begun.wanted
        try:
            say(f"{wanted.name}: {'starts beside what runs' if wanted.way is Way.BESIDE else 'is replaced'}")
            _bring(platform, wanted, done | {group.name})
            passed.append(begun)
        except (_Failure, PlatformFailed) as problem:
            back = _all(_back(platform, one, before, done) for one in (begun, *passed))
            why = f"{wanted.name}: {problem}{'' if back else _left(platform, begun)}"
            story = problem.story if isinstance(problem, _Failure) else ""
            return Outcome(name=group.name, end=End.FAILED, why=why, story=story, back=back)
    return Outcome(name=group.name, end=End.DEPLOYED)


def _bring(platform: Platform, wanted: Wanted, switched: frozenset[str]) -> None:
    if wanted.way is Way.IN_PLACE:
        platform.replace(wanted)
        _until_well(platform, wanted)
        platform.switch(switched)
        _watched(platform, wanted)
        return
    old = _revived(platform, wanted)
    fresh = _fresh(platform, wanted, old)
    if len(fresh) < wanted.replicas:
        _only(
            platform,
            wanted,
            switched - {wanted.name},
            [one for one in platform.instances(wanted.name) if one.state in SERVING],
        )
        platform.start_beside(wanted, wanted.replicas - len(fresh))
    _until_well(platform, wanted, old)
    if old:
        _only(platform, wanted, switched, _fresh(platform, wanted, old))
        platform.pause(wanted.settle)
    platform.stop(old, wanted.grace)
    _watched(platform, wanted, old)
    if old:
        platform.pause(wanted.settle)  # else the name, once it is used again, still has the addresses of what has ended
    platform.switch(switched)
    surplus = sorted(_fresh(platform, wanted, old), key=lambda one: one.made, reverse=True)
    spare = tuple(one.id for one in surplus[: max(0, len(surplus) - wanted.replicas)])
    platform.stop(spare, wanted.grace)
    platform.remove((*old, *spare))


def _fresh(platform: Platform, wanted: Wanted, old: Sequence[str] = ()) -> list[Instance]:
    return [one for one in platform.instances(wanted.name) if one.version == wanted.version and one.id not in old]


def _only(platform: Platform, wanted: Wanted, switched: frozenset[str], these: Sequence[Instance]) -> None:
    """Let the front door know just *these*: what is not well yet gets no request, and what is to end no more of them. Names are no use for that, as the
    engine's resolver gives the addresses of all that run, well or not."""
    if wanted.settle and these:
        platform.switch(switched, wanted.name, tuple(one.id for one in these))


def _revived(platform: Platform, wanted: Wanted) -> tuple[str, ...]:
    """The instances that others take the place of: those of other versions, and what runs of the wanted one and is not well, which stays until
    then, as there may be nothing better. Where nothing serves the others are started first: an earlier deployment was cut off between the two. What has
    ended of the wanted version is taken away."""
    there = platform.instances(wanted.name)
    if not any(one.state in SERVING for one in there):
        stopped = (one for one in there if one.version != wanted.version and one.state is State.STOPPED)
        platform.start(tuple(one.id for one in stopped))
    platform.remove(tuple(one.id for one in there if one.version == wanted.version and one.state is State.STOPPED))
    return tuple(one.id for one in there if one.version != wanted.version or one.state is State.UNHEALTHY)


def _until_well(platform: Platform, wanted: Wanted, old: Sequence[str] = ()) -> None:
    """Wait until as many as are wanted are well, beside *old*; raises ``_Failure`` when one cannot be, or the time is up."""
    deadline, since = platform.now() + wanted.patience, None
    while True:
        fresh = _fresh(platform, wanted, old)
        bad = next((one for one in fresh if one.state in _WHY), None)
        if bad:
            raise _Failure(bad.why or _WHY[bad.state], platform.story(bad.id))
        if len(fresh) >= wanted.replicas and all(one.state in SERVING for one in fresh):
            since = platform.now() if since is None else since
            if wanted.asked or platform.now() - since >= _STEADY:
                return
        else:
            since = None
        if platform.now() > deadline:
            slow = next((one for one in fresh if one.state not in SERVING), None)
            why = f"not healthy after {wanted.patience:.0f} seconds" if slow else "the platform started too few of them"
            raise _Failure(why, platform.story(slow.id) if slow else "")
        platform.pause(_GLANCE)


_WHY = {State.UNHEALTHY: "its health check fails", State.STOPPED: "it ends instead of running"}


def _watched(platform: Platform, wanted: Wanted, old: Sequence[str] = ()) -> None:
    """Look on until it is trusted; raises ``_Failure``."""
    deadline = platform.now() + wanted.watch
    while platform.now() < deadline:
        platform.pause(_GLANCE)
        for one in _fresh(platform, wanted, old):
            if one.state in _WHY:
                raise _Failure(
                    f"{one.why or _WHY[one.state]}, within {wanted.watch:.0f} seconds", platform.story(one.id)
                )


def _all(backs: Iterable[bool | None]) -> bool | None:
    """Whether all of a service is back: not where one part is not, whatever is known of the others, of which none is tried then."""
    unknown = False
    for back in backs:
        if back is False:
            return False
        unknown |= back is None
    return None if unknown else True


def _back(platform: Platform, begun: _Begun, before: Group | None, done: frozenset[str]) -> bool | None:
    """Let run what ran before; whether that is so, and it is well (None: the platform does not say). Nothing ran: nothing runs."""
    wanted = begun.wanted
    previous = next((one for one in before.workloads if one.name == wanted.name), None) if before else None
    try:
        there = platform.instances(wanted.name)
        old = tuple(one for one in there if one.version != wanted.version)
        if wanted.way is Way.BESIDE and old:
            platform.start(tuple(one.id for one in old if one.state is State.STOPPED))
            kept = _kept(_until_some(platform, wanted), previous)
            _only(platform, wanted, done, kept)
            platform.remove(tuple(one.id for one in platform.instances(wanted.name) if one not in kept))
            platform.pause(wanted.settle)
            platform.switch(done)
            return True
        if previous is None or previous.version == wanted.version:
            kept = [one for one in there if one.id in begun.there or (previous and one.state in SERVING)]
            platform.remove(tuple(one.id for one in there if one not in kept))
            return any(one.state in SERVING for one in kept)
        if previous.way is Way.BESIDE:
            platform.start_beside(previous, previous.replicas)
        else:
            platform.replace(previous)
        _until_well(platform, previous)
        if previous.way is Way.BESIDE:
            _only(platform, previous, done, _fresh(platform, previous))
            platform.pause(previous.settle)
            platform.remove(tuple(one.id for one in there if one.version == wanted.version))
            platform.pause(previous.settle)
        platform.switch(done)
    except (_Failure, PlatformFailed):
        return _still_serves(platform, wanted)
    return True


def _left(platform: Platform, begun: _Begun) -> str:
    """What is said where nothing well was there to go back to, and something is there all the same; "" else."""
    try:
        there = platform.instances(begun.wanted.name)
    except PlatformFailed:
        return ""
    return (
        "; what ran before was not well either, and is left as it was"
        if any(one.id in begun.there for one in there)
        else ""
    )


def _still_serves(platform: Platform, wanted: Wanted) -> bool | None:
    """Whether anything but what is wanted serves; None where the platform does not say."""
    try:
        return any(one.version != wanted.version and one.state in SERVING for one in platform.instances(wanted.name))
    except PlatformFailed:
        return None


def _kept(serving: Sequence[Instance], previous: Wanted | None) -> list[Instance]:
    """Those of *serving* that stay: of the last release's version, else of the oldest one. Others are what an earlier deployment left that was cut off."""
    versions = [one.version for one in sorted(serving, key=lambda one: one.made)]
    version = previous.version if previous and previous.version in versions else versions[0]
    return [one for one in serving if one.version == version]


def _until_some(platform: Platform, wanted: Wanted) -> list[Instance]:
    """Wait until one of the other versions serves again, for as long as one may take to start; those that do."""
    deadline = platform.now() + wanted.patience
    while platform.now() <= deadline:
        serving = [
            one for one in platform.instances(wanted.name) if one.version != wanted.version and one.state in SERVING
        ]
        if serving:
            return serving
        platform.pause(_GLANCE)
    raise _Failure("what ran before does not start again", "")
