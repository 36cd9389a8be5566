"""Directories of the machine and networks of others: in the files of compose and quadlet as each reads them, lost elsewhere, said each time; altered, each verifier
objects; an engine mounts and joins them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from projects import BUN_WEB, assertion, manifest
from speccompile.errors import Refused
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project
from speccompile.plan.assertions import Standing
from speccompile.project.memory import MemoryTree
from speccompile.proving import verify_files
from speccompile.releases import granted
from speccompile.releases.composition import _way
from speccompile.releases.documents import Part, checked, owned, part, unkept
from speccompile.releases.wanted import Way
from speccompile.targets import PLATFORMS, chosen
from speccompile.verify.readers.yaml import read

EVERY = tuple(one.name for one in PLATFORMS)
READ = {"host": "/srv/media", "path": "/media", "because": "the scanner writes its files there"}
API: dict[str, Any] = {"networks": ["traefik_public"], "mounts": [READ], "release": [["bun", "migrate"]]}
MAIL = {"image": "axllent/mailpit:v1.27", "port": 8025, "mounts": [{**READ, "host": "/srv/mail", "write": True}]}


def _compiled(api: dict[str, Any] = API, *assertions: dict[str, Any], mail: dict[str, Any] = MAIL) -> Compilation:
    deploy = {"app": "shop", "targets": list(EVERY), "services": {"api": {"needs": ["mail"], **api}, "mail": mail}}
    specs = {"specs/assertions.json": manifest("web-service", *assertions), "specs/deploy.yaml": json.dumps(deploy)}
    around = Surroundings(None, ("shop",), allow_unverified=False)
    return compile_project(MemoryTree({**BUN_WEB, **specs}), around)


@pytest.fixture(scope="module")
def done() -> Compilation:
    """A service on a network of others that reads a directory of its machine, and an image that writes one."""
    return _compiled()


def test_compose(done: Compilation) -> None:
    """A directory that is not there is an error, and no directory of root's; a network has its own name."""
    told = read(done.files["docker-compose.yml"]).data
    services, made = told["services"], {"create_host_path": False}
    assert services["api"]["volumes"] == [
        {"type": "bind", "source": "/srv/media", "target": "/media", "read_only": True, "bind": made}
    ]
    assert services["mail"]["volumes"] == [{"type": "bind", "source": "/srv/mail", "target": "/media", "bind": made}]
    assert services["api"]["networks"] == ["backend", "edge", "traefik_public"]
    assert told["networks"]["traefik_public"] == {"external": True, "name": "traefik_public"}
    assert "traefik_public" not in services["mail"]["networks"]
    step = services["api-release"]
    assert ("traefik_public" in step["networks"], "volumes" in step) == (True, False)
    assert done.defects == ()


def test_quadlet(done: Compilation) -> None:
    """A network without a unit is one that is there."""
    api, mail = (done.files[f"quadlet/shop-{name}.container"].split("\n") for name in ("api", "mail"))
    assert {"Volume=/srv/media:/media:ro", "Network=traefik_public"} <= set(api)
    assert "Volume=/srv/mail:/media:rw" in mail
    assert not [path for path in done.files if "traefik" in path]


def test_what_cannot_is_said_and_has_none(done: Compilation) -> None:
    """A swarm and a cluster."""
    lost = [one.message for one in done.notes if one.code == "SC766"]
    assert [("swarm" in one, "network" in one) for one in lost] == [
        (False, True),
        (True, True),
        (False, False),
        (True, False),
    ]
    others = "".join(text for path, text in done.files.items() if path.startswith(("swarm/", "kubernetes/")))
    assert "traefik_public" not in others
    assert "/srv/" not in others


def test_what_it_opens_is_said_with_the_reason(done: Compilation) -> None:
    """At the key that does."""
    said = [(one.code, one.span.path) for one in done.notes if one.code in ("SC774", "SC775")]
    assert sorted(said) == [("SC774", "specs/deploy.yaml")] * 2 + [("SC775", "specs/deploy.yaml")]
    assert all(READ["because"] in one.message for one in done.notes if one.code == "SC774")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("docker-compose.yml", "source: /srv/media", "source: /srv/other"),
        ("docker-compose.yml", "        read_only: true\n        bind", "        bind"),
        ("docker-compose.yml", "create_host_path: false", "create_host_path: true"),
        ("docker-compose.yml", "name: traefik_public", "name: host"),
        ("docker-compose.yml", "external: true", "external: false"),
        ("docker-compose.yml", "target: /media", "target: /etc"),
        ("quadlet/shop-api.container", "/srv/media:/media:ro", "/srv/media:/media:rw"),
        ("quadlet/shop-api.container", "/srv/media:/media:ro", "/etc:/media:ro"),
        ("quadlet/shop-api.container", "Network=traefik_public", "Network=host"),
        ("quadlet/shop-mail.container", "NetworkAlias=mail", "Network=traefik_public\nNetworkAlias=mail"),
    ],
)
def test_altered_each_verifier_objects(done: Compilation, path: str, old: str, new: str) -> None:
    """Whoever compares with the plan, and whoever knows what a container may have."""
    text = done.files[path]
    assert old in text
    assert verify_files(done.plan, {**done.files, path: text.replace(old, new, 1)}, chosen(EVERY))


def test_nobody_else_gets_them(done: Compilation) -> None:
    """The invariants say so of themselves: no directory of another container's, no network of another's."""
    text = done.files["docker-compose.yml"]
    mounted = text.replace("source: /srv/mail", "source: /srv/media")
    joined = text.replace(
        "    networks:\n      - backend\n    restart",
        "    networks:\n      - backend\n      - traefik_public\n    restart",
    )
    assert text not in (mounted, joined)
    for altered, code in ((mounted, "SC953"), (joined, "SC946")):
        found = verify_files(done.plan, {**done.files, "docker-compose.yml": altered}, chosen(EVERY))
        assert code in {one.code for one in found}


def test_a_directory_holds_what_is_read_there_and_not_what_is_written() -> None:
    """Where it can only be read; and nothing is called a volume that is none."""
    demands = (
        assertion(1, "The service reads scanned pages from /media/in"),
        assertion(2, "Invoices are written as files to /media/out"),
    )
    for mounts, written in (([READ], Standing.LOST), ([{**READ, "write": True}], Standing.ENFORCED)):
        accounts = {one.assertion.assertion: one for one in _accounts(mounts, demands)}
        assert accounts["A-002"].standing is written
        assert "volume" not in accounts["A-002"].why or written is Standing.LOST


def _accounts(mounts: list[dict[str, Any]], demands: tuple[dict[str, Any], ...]) -> Any:
    bound = {
        "A-001": {"files": {"access": "read", "path": "/media/in"}},
        "A-002": {"files": {"access": "write", "path": "/media/out"}},
    }
    deploy = {"app": "shop", "assertions": bound, "services": {"api": {"path": ".", "mounts": mounts}}}
    specs = {"specs/assertions.json": manifest("web-service", *demands), "specs/deploy.yaml": json.dumps(deploy)}
    try:
        return compile_project(
            MemoryTree({**BUN_WEB, **specs}), Surroundings(None, ("shop",), allow_unverified=False)
        ).standings
    except Refused as refused:  # pragma: no cover
        raise AssertionError([one.message for one in refused.diagnostics]) from refused


def _parts(done: Compilation) -> dict[str, Part]:
    told = read(done.files["docker-compose.yml"]).data
    return {name: part(told, names) for name, names in owned(done.plan, told["services"]).items()}


def test_a_release_keeps_them_and_gives_what_deploy_yaml_gives(done: Compilation) -> None:
    """To who has the same specs, in full; to who has none, like an agent, nothing."""
    given, parts = granted.of(done.plan), _parts(done)
    for name in ("api", "mail"):
        assert unkept(parts[name], given) is None
        assert checked(parts[name].text.encode(), "store", given) == parts[name]
        assert checked(parts[name].text.encode(), "store", None) == parts[name]
        with pytest.raises(Refused) as refused:
            checked(parts[name].text.encode(), "store")
        assert [one.code for one in refused.value.diagnostics] == ["SC783"]
    assert "SC783" not in {one.code for one in done.notes}


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("api", "/srv/media", "/srv/other", "SC783"),
        ("mail", "/srv/mail", "/srv/media", "SC783"),
        ("api", '"read_only": true,\n     "source"', '"source"', "SC783"),
        ("api", '"target": "/media"', '"target": "/app"', "SC783"),
        ("api", "traefik_public", "another", "SC783"),
        ("api", "/srv/media", "/etc", "SC701"),
        ("api", "/srv/media", "/var/run/docker.sock", "SC701"),
        ("api", "/srv/media", "/srv/../etc", "SC701"),
        ("api", "traefik_public", "host", "SC701"),
        ("api", '"create_host_path": false', '"create_host_path": true', "SC701"),
        ("api", '"create_host_path": false', '"propagation": "shared"', "SC701"),
        ("api", '"name": "traefik_public"', '"name": "other_public"', "SC701"),
    ],
)
def test_who_can_write_to_a_store_gets_no_more_of_a_machine(
    done: Compilation, name: str, old: str, new: str, code: str
) -> None:
    """What is altered there is refused, also by who deploys the specs that gave something else."""
    text = _parts(done)[name].text
    assert old in text
    with pytest.raises(Refused) as refused:
        checked(text.replace(old, new).encode(), "store", granted.of(done.plan))
    assert [one.code for one in refused.value.diagnostics] == [code]


def test_what_is_only_read_is_no_reason_to_stop_first() -> None:
    """A volume, and a directory that is written to, have one at a time; what both read both can have."""
    ways = {"ro": True, "rw": False}
    mounts = {name: [{"type": "bind", "source": "/srv/a", "read_only": kept}] for name, kept in ways.items()}
    assert _way({"volumes": mounts["ro"]}) is Way.BESIDE
    assert _way({"volumes": mounts["rw"]}) is Way.IN_PLACE
    assert _way({"volumes": [{"type": "volume", "source": "data"}]}) is Way.IN_PLACE
