"""aramb.toml in its five dialects, and references."""

from __future__ import annotations

import pytest
from import_cases import FILES, file, imported_text, lost, said, services

from speccompile.diagnostics import Severity

HEAD = '[[services]]\nuniqueIdentifier = 1\nname = "api"\ntype = "backend"\n[services.configuration.settings]\ncommandPort = 8080\n'
STORE = '[[services]]\nuniqueIdentifier = 2\nname = "db"\ntype = "postgres"\n[services.configuration.settings]\nimage = "postgres:15"\n'


def variable(key: str, value: str, kind: str = "vars") -> str:
    """A variable of the service that stands before it."""
    return f'[[services.configuration.{kind}]]\nkey = "{key}"\nvalue = "{value}"\n'


def test_projects_and_applications_are_tables() -> None:
    """The dialect of tictactoe: builds give runtime services their directories."""
    result = file("tictactoe.aramb.toml")
    assert "app: tic-tac-toe-application\n" in result.text
    found = services(result)
    assert found["backend-api"] == {"path": "backend", "port": 3000, "route": {"host": "backend-api.localhost"}}
    assert found["frontend-web"]["path"] == "frontend"
    assert lost(result) == ["46: backend-api: `cmd`"]
    assert "names this very machine" in said(result, "SC169")[-1][1]


def test_a_file_in_json() -> None:
    """Variables of a store are what they are here, not what they were there; its password is nobody's business but the compiler's."""
    found = services(file("generated-v1.json"))
    assert found["postgres-db"] == {"uses": "postgres", "database": "note_db", "user": "postgres"}
    assert found["api-backend"]["needs"] == ["postgres-db"]
    assert found["api-backend"]["env"] == {
        "DB_HOST": "postgres-db",
        "DB_PORT": "5432",
        "DB_USER": "postgres",
        "DB_NAME": "note_db",
    }
    assert lost(file("generated-v1.json")) == ["68: api-backend: DB_DSN", "74: api-backend: DB_PASSWORD"]


def test_a_circle_of_public_addresses_is_named_with_its_path() -> None:
    """And carried: addresses are known before anything runs, and nobody waits for anybody."""
    result = file("cyclic.aramb.toml", domain="example.com")
    paths = [message for _, message in said(result, "SC167")]
    assert "qr-backend (ALLOWED_ORIGINS) → qr-user-app (NEXT_PUBLIC_API_URL) → qr-backend" in paths[0]
    found = services(result)
    assert (
        found["qr-backend"]["env"]["ALLOWED_ORIGINS"]
        == "https://qr-user-app.example.com,https://qr-admin-app.example.com"
    )
    assert found["qr-backend"]["needs"] == ["qr-postgres"]
    assert "needs" not in found["qr-user-app"]
    assert "${" not in result.text


def test_ids_that_the_platform_wrote_back_mean_the_same() -> None:
    """The same file, before and after: what differs are the secrets, which are refused, and a variable that was changed by hand."""
    before, after = services(file("cyclic.aramb.toml")), services(file("written-back.aramb.toml"))
    after["qr-backend"]["env"] = before["qr-backend"]["env"]
    assert before == after


def test_secrets_in_clear_text_are_refused_by_name() -> None:
    """With the line of the name."""
    result = file("written-back.aramb.toml")
    assert [(line, message.split()[4]) for line, message in said(result, "SC164")] == [
        (25, "POSTGRES_PASSWORD"),
        (77, "JWT_SECRET_KEY"),
    ]
    assert all(one.severity is Severity.ERROR for one in result.diagnostics if one.code == "SC164")


def test_a_file_that_was_written_by_hand() -> None:
    """Settings, variables and the build stand below the service itself; what the platform called a service is another address here."""
    result = file("nonconforming.aramb.toml")
    found = services(result)
    assert found["qr-backend"]["path"] == "backend"
    assert found["qr-backend"]["needs"] == ["qr-database"]
    assert found["qr-backend"]["health"] == {"path": "/health", "start_period": "20s", "interval": "15s"}
    assert [line for line, _ in said(result, "SC164")] == [44, 93, 102]
    assert [line for line, message in said(result, "SC169") if "old platform" in message] == [98, 148, 194]
    assert [line for line, _ in said(result, "SC168")] == [153, 199]  # port 80
    assert "28: qr-database: `cpu`" in lost(result)


@pytest.mark.parametrize(
    ("value", "env"),
    [
        ("${2.outputs.PRIVATE_URL}", "db"),
        ("pg://${2.outputs.PRIVATE_URL}:5432/x", "pg://db:5432/x"),
        ("${2.vars.POSTGRES_DB}", "shop"),
        ("${db.vars.POSTGRES_DB}", "shop"),
    ],
)
def test_references_are_resolved(value: str, env: str) -> None:
    """Forward ones, too; a port that follows an address is not there twice."""
    text = HEAD + variable("WHERE", value) + STORE + variable("POSTGRES_DB", "shop")
    assert services(imported_text(text, "aramb.toml"))["api"]["env"]["WHERE"] == env


@pytest.mark.parametrize(
    ("value", "way"),
    [
        ("${9.vars.X}", 'api.A → ${9.vars.X}: no service is called "9"'),
        ("${1.vars.NOPE}", "api.A → ${1.vars.NOPE}: api has no variable NOPE"),
        ("${1.outputs.NOPE}", "api.A → ${1.outputs.NOPE}: api has no output NOPE"),
        ("${1.outputs.PUBLIC_URL}", "api.A → ${1.outputs.PUBLIC_URL}: api is not public"),
        ("${1.secrets.NOPE}", "api.A → ${1.secrets.NOPE}: api has no secret NOPE"),
    ],
)
def test_a_reference_to_nothing_is_said_with_its_way(value: str, way: str) -> None:
    """And the variable left out."""
    result = imported_text(HEAD + variable("A", value), "aramb.toml")
    assert said(result, "SC165") == [(8, f"a reference leads to nothing: {way}")]
    assert "env" not in services(result)["api"]


def test_values_that_refer_to_each_other() -> None:
    """A longer circle, entered from outside of it."""
    text = HEAD + variable("A", "${1.vars.B}") + variable("B", "${1.vars.C}") + variable("C", "${1.vars.B}")
    found = {message for _, message in said(imported_text(text, "aramb.toml"), "SC166")}
    assert "these values refer to each other: api.B → api.C → api.B" in found


def test_services_that_wait_for_each_other_do_so_no_longer() -> None:
    """One of the two needs is left out, and the circle said."""
    other = HEAD.replace("= 1", "= 3").replace("api", "web")
    text = HEAD + variable("WEB", "${3.outputs.INTERNAL_URL}") + other + variable("API", "${1.outputs.INTERNAL_URL}")
    result = imported_text(text, "aramb.toml")
    found = services(result)
    assert found["api"]["env"] == {"WEB": "http://web:8080"}
    assert (found["api"].get("needs"), found["web"].get("needs")) == (["web"], None)
    assert any("api (needs) → web (needs) → api" in message for _, message in said(result, "SC167"))


def test_files_are_told_apart_by_what_stands_in_them() -> None:
    """Whatever they are called."""
    text = (FILES / "cyclic.aramb.toml").read_text(encoding="utf-8")
    assert imported_text(text, "deployment.toml").format == "aramb"


def test_values_that_double_with_every_step_end_in_a_finding() -> None:
    """Ten references to a value of ten references, and so on: neither time nor memory grows with it."""
    pairs = "".join(variable(f"V{n}", f"${{1.vars.V{n + 1}}}" * 10) for n in range(15)) + variable("V15", "x")
    result = imported_text(HEAD + pairs, "aramb.toml")
    assert any("longer than 4096 characters" in message for _, message in said(result, "SC162"))
    assert services(result)["api"]["env"]["V13"] == "x" * 100
