"""Stores as they are: somebody else's, with limits of their own."""

from __future__ import annotations

from typing import Any

import pytest

from projects import BUN_WEB, GO_WEB, JAVA_WEB, PYTHON_WEB, RUST_WEB, compiled, manifest
from speccompile.catalog import CATALOG
from speccompile.diagnostics import errors
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.plan.workload import Literal, Supplied, Workload

ELSEWHERE = {"uses": "postgres", "external": True}


def _with(sources: dict[str, str], **stores: Any) -> Compilation:
    deploy = {"version": 1, "app": "bank", "services": {"api": {"needs": list(stores)}, **stores}}
    result = compiled(sources, manifest("web-service"), deploy)
    assert result.defects == ()
    return result


def _api(result: Compilation) -> Workload:
    (service,) = result.plan.services
    assert service.workload
    return service.workload


def _reading(*names: str) -> dict[str, str]:
    lines = "".join(f'os.environ["{name}"]\n' for name in names)
    return {
        **PYTHON_WEB,
        "requirements.txt": "flask==1.0\ngunicorn==1.0\npsycopg==3.0\n",
        "settings.py": f"import os\n{lines}",
    }


def _slots(result: Compilation) -> dict[str, str]:
    return {entry.name: entry.parameter for entry in _api(result).environment if isinstance(entry, Supplied)}


def test_somebody_elses_store_has_no_container_and_is_waited_for_by_nobody() -> None:
    result = _with(_reading("DATABASE_URL"), crm=ELSEWHERE)
    assert result.plan.stores == ()
    assert _api(result).depends_on == ()
    assert [(one.name, one.parameter) for one in result.plan.externals] == [("crm", "CRM_URL")]


def test_its_url_is_a_secret_of_the_operators_and_the_way_out_is_open() -> None:
    result = _with(_reading("DATABASE_URL"), crm=ELSEWHERE)
    assert _slots(result) == {"DATABASE_URL": "CRM_URL"}
    (slot,) = [slot for slot in result.plan.parameters if slot.name == "CRM_URL"]
    assert (slot.secret, slot.default, slot.example) == (True, None, "")
    assert "postgresql://name:PASSWORD@crm.example.com:5432/name" in slot.purpose
    assert _api(result).egress


def test_readiness_asks_it_and_is_not_ready_without_it() -> None:
    (service,) = _with(_reading("DATABASE_URL"), crm=ELSEWHERE).plan.services
    assert service.health
    assert [(n.name, n.protocol, n.variable, n.critical) for n in service.health.needs] == [
        ("crm", "postgres", "DATABASE_URL", True)
    ]


def test_what_the_sources_read_of_it_is_supplied_part_by_part() -> None:
    result = _with(_reading("DB_HOST", "DB_PORT", "DB_USER", "DB_PASSWORD", "DB_NAME"), db=ELSEWHERE)
    assert _slots(result) == {
        "DATABASE_URL": "DB_URL",
        "DB_HOST": "DB_HOST",
        "DB_NAME": "DB_DATABASE",
        "DB_PASSWORD": "DB_PASSWORD",
        "DB_PORT": "DB_PORT",
        "DB_USER": "DB_USER",
    }
    told = {slot.name: slot for slot in result.plan.parameters}
    assert (told["DB_PASSWORD"].secret, told["DB_HOST"].secret) == (True, False)
    assert told["DB_PORT"].default == "5432"


def test_a_password_in_a_file_is_a_file_of_the_operators() -> None:
    result = _with(_reading("DB_HOST", "DB_PASSWORD_FILE"), db=ELSEWHERE)
    assert [use.name for use in _api(result).secrets] == ["db-password"]
    assert [secret.parameter for secret in result.plan.secrets] == ["DB_PASSWORD_FILE"]


def test_a_driver_that_wants_no_url_gets_its_own_form_and_readiness_another() -> None:
    result = _with(JAVA_WEB, crm={"uses": "mysql", "external": True})
    slots = _slots(result)
    assert slots["DATABASE_URL"] == "CRM_URL"


@pytest.mark.parametrize("beside", [{"version": "16"}, {"resources": {"memory": "1G"}}])
def test_what_is_said_of_a_container_that_is_not_there_is_refused(beside: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        _with(GO_WEB, db={**ELSEWHERE, **beside})
    (problem,) = refused.value.diagnostics
    assert problem.code == "SC231"
    assert f"take `{next(iter(beside))}` out" in problem.fix


def test_limits_of_a_store_are_its_own() -> None:
    (store,) = _with(
        _reading("DATABASE_URL"), db={"uses": "postgres", "resources": {"memory": "2G", "cpus": 2}}
    ).plan.stores
    assert (store.workload.limits.memory, store.workload.limits.cpus) == (2 * 2**30, 2)


def test_a_bound_inside_of_the_store_follows_its_memory() -> None:
    (store,) = _with(PYTHON_WEB, cache={"uses": "redis", "resources": {"memory": "1G"}}).plan.stores
    assert "512mb" in store.workload.command
    (usual,) = _with(PYTHON_WEB, cache={"uses": "redis"}).plan.stores
    assert "192mb" in usual.workload.command


def test_a_store_that_could_not_start_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        _with(PYTHON_WEB, db={"uses": "mysql", "resources": {"memory": "64M"}})
    (problem,) = errors(refused.value.diagnostics)
    assert problem.code == "SC228"
    assert problem.fix == "write `memory: 512M` or more"


def test_names_on_which_programs_insist_are_kept() -> None:
    """The container makes them, the probe and the URL have them."""
    db = {"uses": "postgres", "database": "shop", "user": "clerk"}
    result = _with(_reading("DATABASE_URL", "DB_USER", "DB_NAME"), db=db)
    (store,) = result.plan.stores
    made = {entry.name: entry.value for entry in store.workload.environment if isinstance(entry, Literal)}
    assert (made["POSTGRES_DB"], made["POSTGRES_USER"]) == ("shop", "clerk")
    assert store.workload.probes
    assert store.workload.probes.ready[-4:] == ("-U", "clerk", "-d", "shop")
    told = {entry.name: entry for entry in _api(result).environment}
    assert [entry.value for entry in map(told.get, ("DB_USER", "DB_NAME")) if isinstance(entry, Literal)] == [
        "clerk",
        "shop",
    ]
    url = told["DATABASE_URL"]
    assert isinstance(url, Supplied)
    assert (url.before.endswith("//clerk:"), url.after) == (True, "@db:5432/shop")


@pytest.mark.parametrize(
    ("store", "key"),
    [
        ({"uses": "redis", "database": "shop"}, "database"),
        ({"uses": "redis", "user": "clerk"}, "user"),
        ({"uses": "memcached", "user": "clerk"}, "user"),
        ({"uses": "mysql", "user": "root"}, "user"),
    ],
)
def test_names_that_a_store_does_not_make_are_refused(store: dict[str, str], key: str) -> None:
    with pytest.raises(Refused) as refused:
        _with(PYTHON_WEB, db=store)
    (problem,) = errors(refused.value.diagnostics)
    assert problem.code == "SC231"
    assert problem.fix.startswith(f"take `{key}` out")


@pytest.mark.parametrize("kind", sorted(CATALOG))
@pytest.mark.parametrize(
    "sources", [PYTHON_WEB, GO_WEB, JAVA_WEB, BUN_WEB, RUST_WEB], ids=["python", "go", "java", "bun", "rust"]
)
def test_every_kind_works_with_every_language(kind: str, sources: dict[str, str]) -> None:
    """Here, with every artifact as its verifier wants it; and elsewhere."""
    (store,) = _with(sources, store={"uses": kind}).plan.stores
    assert (store.kind, store.workload.probes is not None) == (kind, True)
    assert _with(sources, store={"uses": kind, "external": True}).plan.stores == ()


def test_a_store_without_passwords_takes_none_and_leaves_those_of_others_alone() -> None:
    result = _with(_reading("MEMCACHED_SERVERS", "CACHE_PASSWORD"), cache={"uses": "memcached"})
    told = {entry.name: entry.value for entry in _api(result).environment if isinstance(entry, Literal)}
    assert told["MEMCACHED_SERVERS"] == "cache:11211"
    assert _slots(result)["CACHE_PASSWORD"] == "CACHE_PASSWORD"
    assert not result.plan.stores[0].workload.secrets


def test_a_probe_that_only_connects_says_so() -> None:
    notes = [note for note in _with(PYTHON_WEB, queue={"uses": "kafka"}).notes if note.code == "SC378"]
    assert ["it connects, and speaks no protocol of its kind" in note.message for note in notes] == [True]


def test_records_are_not_implied_to_live_in_a_cache() -> None:
    assert [kind for kind, backing in CATALOG.items() if backing.lasting] == [
        "postgres",
        "redis",
        "mysql",
        "mariadb",
        "mongodb",
        "valkey",
    ]
    assert CATALOG["mailpit"].clients == ()


@pytest.mark.parametrize("kind", sorted(CATALOG))
def test_kinds_that_were_never_run_are_said(kind: str) -> None:
    """And nothing is said of a store that somebody else runs."""
    here = [note.code for note in _with(PYTHON_WEB, store={"uses": kind}).notes]
    elsewhere = [note.code for note in _with(PYTHON_WEB, store={"uses": kind, "external": True}).notes]
    assert ("SC375" in here, "SC375" in elsewhere) == (CATALOG[kind].untried, False)
