"""A plan that is wrong in one field is noticed by something that does not compare with the plan.

The artifacts are emitted from the wrong plan and verified against it: what compares the two is content, so each finding comes from what holds
of any artifacts, or of all of them together.
"""

from __future__ import annotations

import sys
from functools import cache, partial
from typing import Any

import pytest
from plan_mutants import MUTANTS, PROJECTS, Mutant, project

from speccompile.plan.plan import Plan
from speccompile.proving import verify_files
from speccompile.realise import compose, front_door
from speccompile.targets import DEFAULT
from speccompile.verify import consistency

REFUSED = "refused"
"""What stands for a code where nothing is emitted at all."""

NOTICED: dict[str, str] = {
    "nginx on port 80": "SC995",
    "nginx on another port than is published": "SC995",
    "another port is published": "SC995",
    "an upstream's port off by one": "SC995",
    "an upstream that is no service": "SC995",
    "nginx.conf mounted elsewhere": "SC996",
    "nginx.conf from another file": "SC996",
    "a proxied wait of 0 s": REFUSED,
    "a rate of 0": REFUSED,
    "the proxy is killed before its connections end": "SC954",
    "the proxy on the stores' network": "SC958",
    "the proxy without memory to write to": "SC997",
    "the proxy's check asks another port": "SC995",
    "the proxy looks for its service at once": "SC957",
    "a store looked for at localhost": "SC998",
    "a store looked for at localhost, with a password": "SC998",
    "a store's port off by one": "SC995",
    "a store's port off by one, with a password": "SC995",
    "a store by a name that nobody has": "SC995",
    "a store's data on no volume": "SC996",
    "a store without its volume": "SC996",
    "PGDATA beside its volume": "SC996",
    "a store's sockets cannot be written": "SC997",
    "a store with 16 MiB": "SC999",
    "a store on a network that leads out": "SC958",
    "the stores' network leads out": "SC958",
    "a store is not asked": "SC957",
    "a store's check of 0 s": "SC954",
    "a store publishes its port": "SC958",
    "redis keeps more than it may use": "SC999",
    "a store's image is whatever is the latest": "SC951",
    "512 KiB of memory": "SC999",
    "no CPU": "SC999",
    "one process": "SC999",
    "killed at once": "SC954",
    "a service cannot write temporary files": "SC997",
    "a service on no network with its store": "SC995",
    "a service on no network with its proxy": "SC995",
    "a container runs as root": "SC942",
    "an image runs as root": "SC913",
    "a service waits for nobody's health": "SC957",
    "HOST is loopback": "SC998",
    "the command binds to loopback": "SC998",
    "the command binds to another port": "SC995",
    "PORT off by one": "SC995",
    "EXPOSE off by one": "SC995",
    "the health check asks another port": "SC995",
    "the health module copied elsewhere": "SC955",
    "the health check starts another file": "SC955",
    "the health check starts a program that is not there": "SC955",
    "the health check reads another variable": "SC955",
    "the health check may never fail": "SC954",
    "the health check asks without a pause": "SC954",
    "a secret mounted under another name": "SC953",
    "a secret that no variable names": "SC996",
    "a slot that is not explained": "SC956",
    "state elsewhere": "SC997",
    "the volume of the state elsewhere": "SC997",
    "a lock elsewhere": "SC997",
    "a schedule that cron does not know": "SC965",
    "a job that is started with all the others": "SC957",
    "a site on another port": "SC995",
    "site.conf copied elsewhere": "SC996",
    "the site is where nothing was copied": "SC996",
    "a server that does not start": "SC917",
}
"""The code by which a mutant is noticed, in every project that has what it alters."""

UNNOTICED: dict[str, str] = {
    "a health path that the application lacks": "no artifact knows which paths a program answers",
    "an image by two names": "every artifact has the plan's name; what is pushed is compared with them by SC994",
}
"""The mutants that nothing notices, and why nothing in the artifacts could tell."""

_SHARE = 0.8
"""The part of all mutants of all plans that has to be noticed."""


@cache
def _findings(name: str, mutant: str) -> frozenset[str] | None:
    """The codes of what is found; None where the project has nothing of the kind."""
    plan = project(name).plan
    altered = MUTANTS[mutant].of(plan)
    if altered is not None and altered != plan:
        return frozenset(_codes(altered))
    return _of_realisation(plan, MUTANTS[mutant])


def _of_realisation(plan: Plan, mutant: Mutant) -> frozenset[str] | None:
    """The same of what only a realisation has: each module that asks for it gets the wrong one."""
    for module, name in ((front_door, "front_door"), (compose, "realised")):
        right = getattr(module, name)
        made = right(plan.ingress if module is front_door else plan)
        altered = mutant.of(made) if made else None
        if altered is None or altered == made:
            continue
        with pytest.MonkeyPatch.context() as patch:
            for asking in [m for m in sys.modules.values() if getattr(m, name, None) is right]:
                patch.setattr(asking, name, partial(_always, altered))
            return frozenset(_codes(plan))
    return None


def _always(value: Any, _: object) -> Any:
    return value


def _codes(plan: Plan) -> set[str]:
    try:
        artifacts = tuple(artifact for target in DEFAULT for artifact in target.emit(plan))
    except ValueError:
        return {REFUSED}
    files = {artifact.path: artifact.text for artifact in artifacts}
    return {d.code for d in (*verify_files(plan, files, DEFAULT), *consistency.verify(plan, artifacts))}


@pytest.mark.parametrize("mutant", sorted(NOTICED))
def test_a_wrong_plan_is_noticed(mutant: str) -> None:
    """By this code, in every project that the mutant fits; there is one at least."""
    found = {name: codes for name in PROJECTS if (codes := _findings(name, mutant)) is not None}
    assert found
    assert {name: codes for name, codes in found.items() if NOTICED[mutant] not in codes} == {}


@pytest.mark.parametrize("mutant", sorted(UNNOTICED))
def test_what_nothing_notices_is_said(mutant: str) -> None:
    """Once something does, it belongs to the others."""
    found = [codes for name in PROJECTS if (codes := _findings(name, mutant)) is not None]
    assert found
    assert set().union(*found) == set()


def test_every_mutant_is_listed_once() -> None:
    """And there are enough of them."""
    assert sorted((*NOTICED, *UNNOTICED)) == sorted(MUTANTS)
    assert len(MUTANTS) >= 25
    assert len(PROJECTS) >= 6


def test_most_are_noticed() -> None:
    """Over all plans that have what is altered."""
    found = [codes for name in PROJECTS for mutant in MUTANTS if (codes := _findings(name, mutant)) is not None]
    assert sum(map(bool, found)) / len(found) >= _SHARE
