"""Bindings: deploy.yaml says what an assertion demands, in the kinds, fields and units of the readers."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from typing import Any, get_args

import pytest

from projects import BUN_WEB, PYTHON_JOB, assertion, compiled, manifest
from speccompile.catalog import CATALOG
from speccompile.errors import Refused
from speccompile.frontends import bindings as binding_format
from speccompile.frontends import deploy as deploy_format
from speccompile.frontends.keys import keys
from speccompile.lower.rules import RULES
from speccompile.pipeline import Compilation
from speccompile.plan.assertions import Demand, Standing
from speccompile.requirements.bound import BY_RULE, CLASSES
from speccompile.requirements.kinds import Requirement
from speccompile.spec.bindings.binding import DECISIONS, KINDS, Binding
from speccompile.verify.standings import Account
from tools import ROOT

NEUTRAL = "Orders are shown to their customers"


def _bound(binding: dict[str, Any], text: str = NEUTRAL, *, job: bool = False, **service: Any) -> Compilation:
    deploy = {"version": 1, "assertions": {"A-001": binding}, "services": {"app": service or {"path": "."}}}
    sources, archetype = (PYTHON_JOB, "data-pipeline") if job else (BUN_WEB, "web-service")
    compilation = compiled(sources, manifest(archetype, assertion(1, text)), deploy)
    assert compilation.defects == ()
    return compilation


def _account(compilation: Compilation) -> Account:
    (account,) = compilation.standings
    return account


def _demand(binding: dict[str, Any], *, job: bool = False) -> Demand:
    (demand,) = _account(_bound(binding, job=job)).assertion.demands
    return demand


def test_the_kinds_are_those_of_the_readers() -> None:
    """All of them, each with the fields that the class has; besides only what says of what a demand speaks."""
    assert {one.__name__.lower() for one in get_args(Requirement)} == set(KINDS) == set(CLASSES)
    models = binding_format._MODELS
    for kind, made in CLASSES.items():
        named = {each.name for each in fields(made)}
        written = set(models[kind].model_fields) if kind in models else set()
        assert written - {"path", "of"} <= named <= written, kind


def test_every_decision_is_a_key() -> None:
    """And none is a kind."""
    assert set(DECISIONS) == set(Binding.model_fields) - set(KINDS)


def test_what_rules_look_for_can_be_ignored() -> None:
    """By the code of the rule: all that it asks for, and nothing else."""
    for rule in RULES:
        text = (ROOT / f"{rule.__name__.replace('.', '/')}.py").read_text(encoding="utf-8")
        asked = {name.lower() for name in re.findall(r"asks\((?:subject, )?(?:kinds\.)?([A-Z]\w+)\)", text)}
        assert asked == set(BY_RULE.get(rule.CODE, ())), rule.CODE


OF_JOBS = {"schedule", "rundeadline", "retries", "overlap", "resume"}
EXAMPLES = [
    (one.steps[-1], one.example) for one in keys() if one.steps[:2] == ("assertions", "NAME") and len(one.steps) == 3
]


@pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=[kind for kind, _ in EXAMPLES])
def test_every_kind_can_be_bound(kind: str, example: Any) -> None:
    """It is what is demanded, in place of what the sentence says, and it stands as something."""
    if kind in DECISIONS:
        return
    account = _account(_bound({kind: example}, job=kind in OF_JOBS))
    assert [demand.kind for demand in account.assertion.demands] == [kind]
    assert account.standing is not Standing.PROGRAM
    assert {cause.span.path for demand in account.assertion.demands for cause in demand.origin.causes} == {
        "specs/deploy.yaml"
    }


@pytest.mark.parametrize(
    ("binding", "value", "scope"),
    [
        ({"body": "8MiB"}, {"bytes": 8 * 2**20}, ("service", None)),
        ({"body": {"bytes": "1G", "path": "/upload"}}, {"bytes": 2**30}, ("path", "/upload")),
        ({"deadline": "1m30s"}, {"seconds": 90.0}, ("service", None)),
        ({"deadline": 20}, {"seconds": 20.0}, ("service", None)),
        ({"objective": {"percentile": 95, "seconds": "200ms"}}, {"percentile": 95, "seconds": 0.2}, ("service", None)),
        ({"rate": {"count": 30, "per": "m"}}, {"count": 30, "per": "m", "burst": None}, ("client", None)),
        ({"rate": {"count": 5, "per": "s", "burst": 9, "key": "service"}}, {"count": 5, "per": "s", "burst": 9, "key": "service"}, ("service", None)),
        ({"rate": {"count": 5, "per": "m", "key": "address", "path": "/login"}}, {"count": 5, "per": "m", "burst": None, "key": "address"}, ("client", "/login")),
        ({"replicas": 2}, {"least": 2, "most": 2}, ("service", None)),
        ({"replicas": {"least": 2}}, {"least": 2, "most": None}, ("service", None)),
        ({"exclusive": True}, {}, ("service", None)),
        ({"exclusive": {"of": "run"}}, {}, ("run", None)),
        ({"memory": {"bytes": "4G", "bound": "least", "of": "host"}}, {"bytes": 4 * 2**30, "bound": "least"}, ("host", None)),
        ({"store": True}, {"product": "", "version": ""}, ("service", None)),
        ({"health": {"path": "/ready", "probe": "ready"}}, {"path": "/ready", "probe": "ready", "every": None}, ("service", None)),
        ({"retention": {"what": "orders", "seconds": "2w"}}, {"what": "orders", "seconds": 1209600.0}, ("service", None)),
        ({"transport": 1.2}, {"version": "1.2", "redirect": False, "hsts": False, "hsts_age": None}, ("service", None)),
        ({"egress": []}, {"allow": ()}, ("service", None)),
        ({"retries": 0}, {"count": 0}, ("service", None)),
        ({"cachecontrol": {"what": "pages", "seconds": 0}}, {"what": "pages", "seconds": 0.0}, ("service", None)),
    ],
)  # fmt: skip
def test_values_have_the_units_of_the_readers(
    binding: dict[str, Any], value: dict[str, Any], scope: tuple[str, str | None]
) -> None:
    """Seconds, bytes, scopes: as if a reader had said it."""
    demand = _demand(binding)
    assert (dict(demand.value), (demand.of, demand.path)) == (value, scope)


def test_a_binding_replaces_the_reading() -> None:
    """Not the sentence's 25 MB: the lines hold what deploy.yaml says, and cite it."""
    compilation = _bound({"body": "8MiB"}, "Uploads larger than 25 MB are rejected")
    account = _account(compilation)
    assert account.standing is Standing.ENFORCED
    (number,) = account.lines["nginx.conf"]
    text = compilation.files["nginx.conf"].split("\n")
    assert (text[number - 1].strip(), "25m" in compilation.files["nginx.conf"]) == ("client_max_body_size 8m;", False)
    nginx = next(one for one in compilation.artifacts if one.path == "nginx.conf")
    cited = {(cause.span.path, cause.assertion) for origin in nginx.origins[number] for cause in origin.causes}
    assert ("specs/deploy.yaml", "A-001") in cited


def test_a_sentence_that_is_not_understood_can_be_bound() -> None:
    """It is not understood without, and enforced with it."""
    text = "The containers are placed on nodes with fast disks"
    assert _account(_bound({"waive": "later"}, text)).standing is Standing.WAIVED
    assert _account(_bound({"memory": "300M"}, text)).standing is Standing.ENFORCED


def test_several_kinds_can_be_bound_at_once() -> None:
    """The worst of them is what the assertion stands as."""
    account = _account(_bound({"memory": "300M", "deadline": "45s", "atrest": True}))
    assert ({one.kind for one in account.assertion.demands}, account.standing) == (
        {"memory", "deadline", "atrest"},
        Standing.LOST,
    )


DATABASE = "Orders are kept in a database"


@pytest.mark.parametrize("what", ["SC311", "store"])
def test_what_is_ignored_has_no_effect(what: str) -> None:
    """No store, and the assertion is the program's, with the reason."""
    assert [one.kind for one in _bound({"evidence": "src/index.ts"}, DATABASE).plan.stores] == ["postgres"]
    compilation = _bound({"ignore": [what], "because": "the customers' own are meant"}, DATABASE)
    account = _account(compilation)
    assert (compilation.plan.stores, account.standing) == ((), Standing.PROGRAM)
    assert "the customers' own are meant" in account.why


def test_a_state_that_is_ignored_implies_no_store() -> None:
    """An invariant of an entity's property asks for a store; not where that is not meant."""
    stated = assertion(1, "Account balance never goes negative", entity="Account", property="balance", type="invariant")
    for binding, stores in (({}, 1), ({"A-001": {"ignore": ["SC311"], "because": "it is kept elsewhere"}}, 0)):
        deploy = {"version": 1, "assertions": binding, "services": {"app": {"path": "."}}}
        compilation = compiled(BUN_WEB, manifest("web-service", stated), deploy)
        assert len(compilation.plan.stores) == stores
        assert not [one for one in compilation.notes if one.code == "SC572"]


def test_what_nobody_understands_can_be_ignored() -> None:
    """SC393 is taken back: nothing is demanded of a deployment."""
    binding = {"ignore": ["SC393"], "because": "these are the customers' containers"}
    account = _account(_bound(binding, "The containers are placed on nodes with fast disks"))
    assert (account.standing, account.assertion.unread) == (Standing.PROGRAM, False)


def test_what_is_ignored_in_vain_is_told() -> None:
    """The sentence has changed since, or was never about that."""
    (note,) = [one for one in _bound({"ignore": ["SC313"], "because": "no"}, DATABASE).notes if one.code == "SC572"]
    assert (note.span.path, note.found, note.expected) == ("specs/deploy.yaml", "SC313", "one of store")


def test_a_binding_that_deploy_yaml_contradicts_is_an_error() -> None:
    """Both places are in the same file."""
    with pytest.raises(Refused) as refused:
        _bound({"memory": "512M"}, resources={"memory": "2G"})
    (error,) = [one for one in refused.value.diagnostics if one.code == "SC391"]
    assert {place.span.path for place in error.related} == {"specs/deploy.yaml"}


def test_evidence_alone_makes_nothing_held() -> None:
    """Who names a test has not run it."""
    account = _account(
        _bound({"evidence": "src/index.ts::test_x"}, "The containers are placed on nodes with fast disks")
    )
    assert (account.standing, account.assertion.evidence) == (Standing.LOST, ("src/index.ts::test_x",))


def _refusal(binding: Any) -> tuple[str, str, int]:
    """Code, fix and column of the only objection."""
    text = '{"assertions": {"A-001": ' + json.dumps(binding) + "}}"
    (found,) = deploy_format.read(text, "deploy.yaml", tuple(CATALOG)).diagnostics
    assert found.span.line == 1
    assert found.fix
    return found.code, found.message, found.span.column


@pytest.mark.parametrize(
    ("binding", "code", "word"),
    [
        ({"bodi": "8M"}, "SC202", "bodi"),
        ({"body": "lots"}, "SC219", "assertions.A-001.body`"),
        ({"body": {"bytes": "lots"}}, "SC219", "assertions.A-001.body.bytes"),
        ({"body": 0}, "SC219", "body"),
        ({"body": {"size": "8M", "bytes": "8M"}}, "SC202", "size"),
        ({"deadline": "soon"}, "SC218", "soon"),
        ({"deadline": "0s"}, "SC218", "0s"),
        ({"rate": 10}, "SC201", "rate"),
        ({"rate": {"count": 10}}, "SC203", "per"),
        ({"rate": {"count": 10, "per": "week"}}, "SC204", "week"),
        ({"overlap": "skp"}, "SC204", "skp"),
        ({"port": "x"}, "SC201", "assertions.A-001.port`"),
        ({"port": 99999}, "SC217", "99999"),
        ({"store": "postgress"}, "SC204", "postgress"),
        ({"schedule": "every day"}, "SC220", "every day"),
        ({"private": ["10.0.0.1/8"]}, "SC215", "10.0.0.1/8"),
        ({"origins": ["shop.example.com/x"]}, "SC215", "origins[0]"),
        ({"atrest": False}, "SC570", "atrest"),
        ({"files": "relative"}, "SC216", "files"),
        ({}, "SC570", "decides nothing"),
        ({"until": "2027-01-01"}, "SC570", "until"),
        ({"ignore": ["SC311"]}, "SC570", "because"),
        ({"because": "x"}, "SC570", "ignore"),
        ({"body": "8M", "ignore": ["store"], "because": "x"}, "SC571", "body"),
        ({"ignore": ["Store!"], "because": "x"}, "SC215", "Store!"),
        ({"evidence": "a b:c"}, "SC215", "evidence"),
        ({"availability": 101}, "SC228", "101"),
    ],
)
def test_what_is_written_wrongly_is_told_with_its_place(binding: Any, code: str, word: str) -> None:
    """One objection, at the value, in the words of who wrote it."""
    found, message, column = _refusal(binding)
    assert (found, word in message, column > 16) == (code, True, True), message


def test_evidence_that_is_not_there_is_an_error() -> None:
    """The file that is named has to be one of the project."""
    with pytest.raises(Refused) as refused:
        _bound({"evidence": "tests/none.py::test_x"})
    assert [one.code for one in refused.value.diagnostics] == ["SC102"]
