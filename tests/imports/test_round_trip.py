"""What a format can hold means the same after it was written in that format and imported again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from import_cases import imported_text, services

WORD = st.from_regex(r"[a-z][a-z0-9]{1,8}", fullmatch=True)
SETTINGS = st.dictionaries(
    st.from_regex(r"SETTING_[A-Z]{1,6}", fullmatch=True),
    st.text(
        st.characters(codec="ascii", exclude_characters="$", exclude_categories=["Cc"]), min_size=1, max_size=12
    ).filter(lambda text: "=" not in text and ":" not in text),
    max_size=3,
)
SERVER = st.fixed_dictionaries(
    {
        "port": st.integers(1024, 65535),
        "host": WORD.map(lambda word: f"{word}.example.com"),
        "env": SETTINGS,
        "secret": WORD.map(lambda word: f"{word.upper()}_TOKEN"),
    }
)
SYSTEM = st.dictionaries(WORD.filter(lambda word: word != "db"), SERVER, min_size=1, max_size=3)
Written = tuple[str, str, Callable[[str, Mapping[str, Any]], dict[str, Any]]]


def meant(one: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The service of deploy.yaml that was written."""
    return {
        "path": ".",
        "port": one["port"],
        **({"env": one["env"]} if one["env"] else {}),
        **more,
        "route": {"host": one["host"]},
    }


def secret(one: Mapping[str, Any]) -> list[dict[str, str]]:
    """Its secret, as deploy.yaml has it."""
    return [{"name": one["secret"], "as": "env"}]


def in_compose(system: Mapping[str, Any]) -> Written:
    """Hosts as Traefik is told them; a store that all need."""
    written: dict[str, Any] = {
        name: {
            "build": ".",
            "ports": [str(one["port"])],
            "environment": {
                **{key: value.replace("$", "$$") for key, value in one["env"].items()},
                one["secret"]: f"${{{one['secret']}}}",
            },
            "depends_on": ["db"],
            "labels": {f"traefik.http.routers.{name}.rule": f"Host(`{one['host']}`)"},
        }
        for name, one in system.items()
    }
    written["db"] = {"image": "postgres:16"}
    return (
        "compose.yaml",
        json.dumps({"services": written}),
        lambda _, one: meant(one, needs=["db"], secrets=secret(one)),
    )


def in_render(system: Mapping[str, Any]) -> Written:
    """Secrets are what is not synchronised."""
    listed = [
        {
            "type": "web",
            "name": name,
            "runtime": "node",
            "domains": [one["host"]],
            "envVars": [
                {"key": "PORT", "value": str(one["port"])},
                *({"key": key, "value": value} for key, value in one["env"].items()),
                {"key": one["secret"], "sync": False},
                {"key": "DATABASE_URL", "fromDatabase": {"name": "db", "property": "connectionString"}},
            ],
        }
        for name, one in system.items()
    ]
    document = {"services": listed, "databases": [{"name": "db", "postgresMajorVersion": "16"}]}
    return "render.yaml", json.dumps(document), lambda _, one: meant(one, needs=["db"], secrets=secret(one))


def in_mini_paas(system: Mapping[str, Any]) -> Written:
    """Secrets are in a file of the machine: their names do not come back."""
    listed = [
        {
            "name": name,
            "artifact": {},
            "http": {"domain": one["host"], "path": "/", "internalPort": one["port"]},
            "env": one["env"],
        }
        for name, one in system.items()
    ]
    return "manifest.json", json.dumps({"services": listed}), lambda _, one: meant(one)


def in_backenderer(system: Mapping[str, Any]) -> Written:
    """It has no variables."""
    listed = [{"name": name, "server_name": one["host"], "container_port": one["port"]} for name, one in system.items()]
    document = {"multi_app": True, "mode": "source", "registry": "ghcr", "apps": listed}
    return "backenderer.yml", json.dumps(document), lambda _, one: meant({**one, "env": {}})


def in_aramb(system: Mapping[str, Any]) -> Written:
    """It has no hosts: they are of the domain."""
    listed: list[dict[str, Any]] = [
        {
            "uniqueIdentifier": 1,
            "name": "db",
            "type": "postgres",
            "configuration": {"settings": {"image": "postgres:16"}},
        }
    ]
    for number, (name, one) in enumerate(system.items(), start=2):
        pairs = [{"key": key, "value": value} for key, value in one["env"].items()]
        hidden = [
            {"key": one["secret"], "value": ""},
            {"key": "DATABASE_URL", "value": "postgres://x:${1.secrets.P}@${1.outputs.PRIVATE_URL}/x"},
        ]
        configuration = {"settings": {"commandPort": one["port"], "publicNet": True}, "vars": pairs, "secrets": hidden}
        listed.append({"uniqueIdentifier": number, "name": name, "type": "backend", "configuration": configuration})
    listed[0]["configuration"]["secrets"] = [{"key": "P", "value": ""}]

    def again(name: str, one: Mapping[str, Any]) -> dict[str, Any]:
        found = meant({**one, "host": f"{name}.example.com"}, needs=["db"], secrets=secret(one))
        del found["path"]
        return found

    return "aramb.json", json.dumps({"services": listed}), again


@pytest.mark.parametrize(
    "write", [in_compose, in_render, in_mini_paas, in_backenderer, in_aramb], ids=lambda one: one.__name__
)
@settings(max_examples=20, deadline=None)
@given(SYSTEM)
def test_a_system_that_was_written_and_imported_is_the_same(
    write: Callable[[Mapping[str, Any]], Written], system: Mapping[str, Any]
) -> None:
    """Ports, hosts, settings, secrets by name, needs."""
    path, text, again = write(system)
    result = imported_text(text, path, domain="example.com" if path == "aramb.json" else None)
    found = services(result)
    found.pop("db", None)
    assert found == {name: again(name, one) for name, one in system.items()}
    assert not [one for one in result.diagnostics if one.severity.value == "error"]


ONE = st.fixed_dictionaries(
    {
        "port": st.integers(1024, 65535),
        "host": WORD.map(lambda word: f"{word}.example.com"),
        "env": SETTINGS,
        "secret": WORD.map(lambda word: f"{word.upper()}_TOKEN"),
        "program": WORD.map(lambda word: ["node", f"{word}.js"]),
        "release": WORD.map(lambda word: ["node", f"{word}.js"]),
        "health": WORD.map(lambda word: f"/{word}"),
        "memory": st.sampled_from(("256M", "512M", "1G")),
        "kept": WORD.map(lambda word: f"/data/{word}"),
        "replicas": st.integers(2, 9),
    }
)
WrittenOne = tuple[str, str, dict[str, str], dict[str, Any]]


def of_one(one: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """What deploy.yaml has of *one* under *keys*; settings are left out where there are none."""
    whole: dict[str, Any] = {
        "path": ".",
        "port": one["port"],
        "command": one["program"],
        "release": [one["release"]],
        "needs": ["db"],
        "health": {"path": one["health"]},
        "env": one["env"],
        "secrets": secret(one),
        "writable": [one["kept"]],
        "resources": {"memory": one["memory"]},
        "replicas": one["replicas"],
        "route": {"host": one["host"]},
    }
    return {key: value for key, value in whole.items() if key in ("path", *keys) and value}


def in_score(one: Mapping[str, Any]) -> WrittenOne:
    """It has no steps of a release, and one of each."""
    main = {
        "image": ".",
        "command": one["program"],
        "variables": {
            **{key: value.replace("$", "$$") for key, value in one["env"].items()},
            one["secret"]: f"${{resources.env.{one['secret']}}}",
            "DATABASE_URL": "postgres://${resources.db.username}:${resources.db.password}@${resources.db.host}/x",
        },
        "resources": {"limits": {"memory": one["memory"].replace("M", "Mi").replace("G", "Gi")}},
        "readinessProbe": {"httpGet": {"path": one["health"], "port": one["port"]}},
        "volumes": {one["kept"]: {"source": "${resources.disk}"}},
    }
    document = {
        "apiVersion": "score.dev/v1b1",
        "metadata": {"name": "web"},
        "containers": {"main": main},
        "service": {"ports": {"http": {"port": 80, "targetPort": one["port"]}}},
        "resources": {
            "db": {"type": "postgres"},
            "env": {"type": "environment"},
            "disk": {"type": "volume"},
            "www": {"type": "route", "params": {"host": one["host"], "path": "/", "port": 80}},
        },
    }
    keys = ("port", "command", "needs", "health", "env", "secrets", "writable", "resources", "route")
    return "score.yaml", json.dumps(document), {}, of_one(one, *keys)


def in_fly(one: Mapping[str, Any]) -> WrittenOne:
    """Its secrets are kept where nobody reads them, its hosts and stores are made by commands."""
    lines = (
        'app = "shop"',
        "[processes]",
        f"web = {json.dumps(' '.join(one['program']))}",
        "[env]",
        *(f"{key} = {json.dumps(value)}" for key, value in one["env"].items()),
        "[http_service]",
        f"internal_port = {one['port']}",
        'processes = ["web"]',
        "[[http_service.checks]]",
        f"path = {json.dumps(one['health'])}",
        "[deploy]",
        f"release_command = {json.dumps(' '.join(one['release']))}",
        "[[mounts]]",
        'source = "data"',
        f"destination = {json.dumps(one['kept'])}",
        "[[vm]]",
        f"memory = {json.dumps(one['memory'].lower() + 'b')}",
    )
    keys = ("port", "command", "release", "health", "env", "writable", "resources")
    return "fly.toml", "\n".join((*lines, "")), {}, of_one(one, *keys)


def in_procfile(one: Mapping[str, Any]) -> WrittenOne:
    """It has programs, and nothing else."""
    text = f"web: {' '.join(one['program'])}\nrelease: {' '.join(one['release'])}\n"
    return "Procfile", text, {}, of_one(one, "command", "release")


def in_app_json(one: Mapping[str, Any]) -> WrittenOne:
    """Beside a Procfile, which has the programs."""
    document = {
        "name": "shop",
        "env": {
            **{key: {"value": value} for key, value in one["env"].items()},
            one["secret"]: {"generator": "secret"},
        },
        "addons": ["heroku-postgresql:mini"],
        "formation": {"web": {"quantity": one["replicas"]}},
        "scripts": {"postdeploy": " ".join(one["release"])},
    }
    procfile = {"Procfile": f"web: {' '.join(one['program'])}\n"}
    keys = ("command", "release", "needs", "env", "secrets", "replicas")
    return "app.json", json.dumps(document), procfile, of_one(one, *keys)


@pytest.mark.parametrize("write", [in_score, in_fly, in_procfile, in_app_json], ids=lambda one: one.__name__)
@settings(max_examples=20, deadline=None)
@given(ONE)
def test_a_service_that_was_written_and_imported_is_the_same(
    write: Callable[[Mapping[str, Any]], WrittenOne], one: Mapping[str, Any]
) -> None:
    """All that the format can say of one, and nothing of it is said to be lost."""
    path, text, beside, again = write(one)
    result = imported_text(text, path, beside)
    found = services(result)
    assert found.pop("db", None) == ({"uses": "postgres"} if "needs" in again else None)
    assert found == {"web": again}
    assert not [one for one in result.diagnostics if one.severity.value == "error" or one.code == "SC162"]
