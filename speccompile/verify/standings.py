"""What became of each assertion: «enforced» is said only of what was read back from the artifacts' text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from speccompile.plan.assertions import Covered, Demand, Standing
from speccompile.plan.plan import Plan
from speccompile.provenance import Cause, Origin
from speccompile.record import record
from speccompile.verify.held.outcome import Held, Outcome

# The worst first: an assertion stands as the worst held of its demands does.
_WORST = (
    Standing.CONTRADICTED,
    Standing.LOST,
    Standing.NOT_UNDERSTOOD,
    Standing.APPROXIMATED,
    Standing.STRICTER,
    Standing.ENFORCED,
    Standing.BY_DEFAULT,
    Standing.PROGRAM,
)
_WAIVABLE = frozenset((Standing.CONTRADICTED, Standing.LOST, Standing.NOT_UNDERSTOOD, Standing.APPROXIMATED))
_SHOWABLE = frozenset((Standing.PROGRAM, Standing.NOT_UNDERSTOOD))
_SHOWN = 3
_READ_BACK = frozenset((Standing.APPROXIMATED, Standing.STRICTER, Standing.ENFORCED, Standing.BY_DEFAULT))
_HELD = frozenset((Standing.STRICTER, Standing.ENFORCED, Standing.BY_DEFAULT))
_INACTIVE = frozenset(("denied", "refined", "deferred"))


@record()
class Account:
    """An assertion with its standing, why it has that, and the lines that were read for it: by path, in order.

    ``against`` are the places that contradict it; there where it is contradicted, and only then. ``wanting`` are the targets that would
    hold it, and are not chosen. ``remedy`` is what else can hold what is lost, ``elsewhere`` which platform does; "" where nothing is known.
    """

    assertion: Covered
    standing: Standing
    why: str
    lines: Mapping[str, tuple[int, ...]]
    against: tuple[Cause, ...] = ()
    wanting: tuple[str, ...] = ()
    remedy: str = ""
    elsewhere: str = ""


@record()
class PlatformStandings:
    """What became of each assertion on one platform."""

    platform: str
    accounts: tuple[Account, ...]


def standings(plan: Plan, held: Held, unchosen: Mapping[str, str] = MappingProxyType({})) -> tuple[Account, ...]:
    """An account of each assertion of the plan, in its order; *held* reads all artifacts, of which *unchosen* are those that no
    chosen target gives: by path, the target that would.

    Whether specs contradict each other does not depend on what is chosen, so all artifacts are read.
    """
    claims = _claims(plan)
    return tuple(_waived(_evidenced(_generated(_account(held, one, claims), unchosen))) for one in plan.assertions)


@record()
class _Claims:
    """The places that demand something, and the manifests: what else stands there is an archetype's default, and contradicts nobody."""

    demanding: frozenset[Cause]
    manifests: frozenset[str]

    def against(self, mine: Sequence[Cause], origins: Iterable[Origin]) -> tuple[Cause, ...]:
        """The causes of *origins* that say otherwise than *mine*: demands, and all that stands in another file than a manifest."""
        others = dict.fromkeys(cause for origin in origins for cause in origin.causes if cause not in mine)
        return tuple(one for one in others if one in self.demanding or one.span.path not in self.manifests)


def foreseen(plan: Plan, held: Held) -> tuple[Account, ...]:
    """An account of each assertion that is not settled and demands something: how it would stand by what is generated without it."""
    claims = _claims(plan)
    unsettled = (one for one in plan.assertions if one.status not in (*_INACTIVE, "confirmed") and one.demands)
    return tuple(_worst(one, [_judged(demand, held(demand), claims) for demand in one.demands]) for one in unsettled)


def _claims(plan: Plan) -> _Claims:
    return _Claims(
        frozenset(cause for demand in _in_force(plan) for cause in demand.origin.causes),
        frozenset(cause.span.path for one in plan.assertions for cause in one.origin.causes),
    )


def _in_force(plan: Plan) -> Iterator[Demand]:
    yield from plan.constraints
    for one in plan.assertions:
        if one.status == "confirmed":
            yield from one.demands


def _account(held: Held, one: Covered, claims: _Claims) -> Account:
    if one.status in _INACTIVE:
        return Account(one, Standing.INACTIVE, f"it is {one.status}: nothing follows from it", {})
    if one.status != "confirmed":
        return Account(one, Standing.UNSETTLED, f"it is {one.status}: nobody has decided whether it must hold", {})
    if one.unread and one.evidence:
        return Account(one, Standing.LOST, "nothing that is generated holds it", {})
    if one.unread:
        why = "it is about this system as it runs, and no reader knows what it demands"
        return Account(one, Standing.NOT_UNDERSTOOD, why, {})
    if not one.demands and one.ignored:
        return Account(one, Standing.PROGRAM, f"deploy.yaml says that no deployment is meant: {one.ignored.why}", {})
    if not one.demands:
        return Account(one, Standing.PROGRAM, "it is about what the program does: no deployment can hold it", {})
    return _in_part(_worst(one, [_judged(demand, held(demand), claims) for demand in one.demands]))


def _in_part(account: Account) -> Account:
    """*account*, of which nobody says that it is held where its text says more than was read from it."""
    if account.assertion.beyond and account.standing in _HELD:
        more = " and ".join(f"«{each}»" for each in account.assertion.beyond)
        return replace(
            account,
            standing=Standing.APPROXIMATED,
            why=f"{account.why}; it also says {more}, which is not read, and nothing holds",
        )
    return account


def _evidenced(account: Account) -> Account:
    """*account*, where nothing that is generated holds the assertion, and a test or a proof shows it."""
    shown = account.assertion.shown
    if shown is None or account.standing not in _SHOWABLE:
        return account
    more = len(shown.by) - _SHOWN
    by = ", ".join(shown.by[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return replace(account, standing=Standing.EVIDENCED, why=f"shown by {by}")


def _generated(account: Account, unchosen: Mapping[str, str]) -> Account:
    """*account*, where what was read back is generated: a file that nobody writes holds nothing."""
    wanted = [path for path in account.lines if path in unchosen]
    if not wanted or account.standing not in _READ_BACK:
        return account
    would = f"{', '.join(wanted)} would hold it, and no chosen target gives {'that file' if len(wanted) == 1 else 'these files'}"
    names = tuple(dict.fromkeys(unchosen[path] for path in wanted))
    return replace(account, standing=Standing.LOST, why=would, lines={}, wanting=names)


def _waived(account: Account) -> Account:
    """*account*, where deploy.yaml waives what is not held."""
    waived = account.assertion.waived
    if waived is None or account.standing not in _WAIVABLE:
        return account
    until = f" until {waived.until}" if waived.until else ""
    why = f"deploy.yaml waives it{until}: {waived.why} ({account.why})"
    return replace(account, standing=Standing.WAIVED, why=why, against=())


@record()
class _Judged:
    """A demand with what was read back, and the places that contradict it."""

    demand: Demand
    outcome: Outcome
    against: tuple[Cause, ...]

    @property
    def standing(self) -> Standing:
        return Standing.CONTRADICTED if self.against else self.outcome.standing


def _judged(demand: Demand, outcome: Outcome, claims: _Claims) -> _Judged:
    """What is lost because another place says otherwise is contradicted by it: by another demand, or by another file than the manifest."""
    if outcome.standing is not Standing.LOST:
        return _Judged(demand, outcome, ())
    return _Judged(demand, outcome, claims.against(demand.origin.causes, outcome.blamed))


def _worst(one: Covered, judged: Sequence[_Judged]) -> Account:
    standing = min((each.standing for each in judged), key=_WORST.index)
    several = len({demand.service for demand in one.demands}) > 1
    why = dict.fromkeys(
        f"{each.demand.service}: {each.outcome.why}" if several else each.outcome.why
        for each in judged
        if each.standing is standing
    )
    lines: dict[str, set[int]] = {}
    for each in judged:
        for path, number in each.outcome.lines:
            lines.setdefault(path, set()).add(number)
    against = dict.fromkeys(cause for each in judged for cause in each.against)
    ordered = {path: tuple(sorted(numbers)) for path, numbers in sorted(lines.items())}
    return Account(one, standing, "; ".join(why), ordered, tuple(against))
