"""What is proposed for each assertion about which something is open: a status, or a binding in deploy.yaml, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from speccompile.plan.assertions import Standing
from speccompile.plan.plan import Plan
from speccompile.record import record
from speccompile.requirements.asked import sentence
from speccompile.requirements.sentence import Sentence
from speccompile.settling.guesses import guess
from speccompile.spec.project import ProjectSpec
from speccompile.verify.standings import Account

OPEN = (Standing.UNSETTLED, Standing.NOT_UNDERSTOOD, Standing.LOST, Standing.CONTRADICTED)
"""The standings that nobody can leave as they are."""
_HOLDS = (Standing.ENFORCED, Standing.STRICTER, Standing.BY_DEFAULT)
_NOT_HELD = (Standing.LOST, Standing.CONTRADICTED)


@record(kw_only=True)
class Proposal:
    """What is proposed for the assertion of *account*: a ``status``, or keys of its ``binding``; a key without a value (None) has one that only
    a person knows. ``certain`` is whether nothing but the specs would change by it."""

    account: Account
    status: str | None = None
    binding: Mapping[str, Any] | None = None
    reason: str
    certain: bool = False

    @property
    def path(self) -> str:
        """The manifest in which the assertion is."""
        return self.account.assertion.origin.causes[0].span.path


def proposals(
    spec: ProjectSpec, plan: Plan, accounts: Iterable[Account], foreseen: Iterable[Account]
) -> tuple[Proposal, ...]:
    """Proposals for all that is open among *accounts*, in their order; *foreseen* is how what is not settled would stand."""
    coming = {one.assertion.origin: one for one in foreseen}
    return tuple(
        _proposal(spec, plan, one, coming.get(one.assertion.origin)) for one in accounts if one.standing in OPEN
    )


def _proposal(spec: ProjectSpec, plan: Plan, account: Account, coming: Account | None) -> Proposal:
    if account.standing is Standing.UNSETTLED:
        return _settled(account, coming)
    if account.standing is Standing.NOT_UNDERSTOOD:
        return _bound(spec, account)
    if account.standing is Standing.CONTRADICTED and (said := _said_by_sources(plan, account)):
        return Proposal(account=account, binding=said, reason=f"{account.why}; bind it to that, or change the sources")
    if account.standing is Standing.CONTRADICTED:
        places = ", ".join(map(str, account.against))
        reason = f"{places} says otherwise; change one of the two, deny it, or say why it is left so"
        return Proposal(account=account, binding={"waive": None}, reason=reason)
    reason = "nothing here can hold it; say what else does, or why it may be left so"
    return Proposal(account=account, binding={"waive": None}, reason=reason)


def _said_by_sources(plan: Plan, account: Account) -> dict[str, Any] | None:
    """What the sources have in place of the only thing that is promised."""
    if len({demand.value for demand in account.assertion.demands}) != 1:
        return None
    demand = account.assertion.demands[0]
    field = {"health": "path", "port": "number"}.get(demand.kind, "")
    for service in plan.services:
        denied = service.denies(demand.kind, demand.get(field)) if service.name == demand.service else None
        if denied and denied.instead:
            value: Any = int(denied.instead) if demand.kind == "port" else denied.instead
            probe = demand.get("probe")
            return {demand.kind: {"path": value, "probe": probe} if probe == "ready" else value}
    return None


def _settled(account: Account, coming: Account | None) -> Proposal:
    if coming is None:
        reason = "it is about what the program does, and only you know whether it must"
        return Proposal(account=account, status="confirmed", reason=reason)
    if coming.standing in _HOLDS:
        return Proposal(
            account=account, status="confirmed", reason=f"it holds as things are: {coming.why}", certain=True
        )
    if coming.standing is Standing.CONTRADICTED:
        places = ", ".join(map(str, coming.against))
        return Proposal(account=account, status="deferred", reason=f"{places} says otherwise: {coming.why}")
    if coming.standing in _NOT_HELD:
        reason = (
            f"it does not hold as things are ({coming.why}); where something can hold it, confirming it makes it so"
        )
        return Proposal(account=account, status="confirmed", reason=reason)
    return Proposal(account=account, status="confirmed", reason=f"it holds nearly: {coming.why}")


def _bound(spec: ProjectSpec, account: Account) -> Proposal:
    covered = account.assertion
    found = next((one for one in map(guess, _sentences(spec, account)) if one), None)
    if found:
        return Proposal(account=account, binding=found.says, reason=f"{found.because}; say so if that is what it means")
    reason = f"no reader knows what {covered.assertion} demands: bind it, or say why no deployment is meant"
    return Proposal(account=account, binding={"ignore": ("SC393",), "because": None}, reason=reason)


def _sentences(spec: ProjectSpec, account: Account) -> Iterator[Sentence]:
    covered = account.assertion
    for service in spec.services:
        for one in service.manifest.assertions:
            if service.name in covered.services and one.id == covered.assertion:
                yield sentence(one.natural, service.archetype, one.entity)
