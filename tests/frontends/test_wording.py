"""The words of findings, and what is taken for a secret."""

from __future__ import annotations

import pytest

from speccompile.frontends.secretlike import option_in, secret_in, token_in
from speccompile.frontends.wording import described, dotted, shown, suggestion


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing (null)"),
        (True, "true"),
        (3, "the number 3"),
        (0.5, "the number 0.5"),
        ("", "an empty text"),
        ('a "b"', 'the text "a \\"b\\""'),
        ((), "an empty list"),
        ({"a": 1}, "a mapping"),
    ],
)
def test_described(value: object, words: str) -> None:
    assert described(value) == words


def test_long_texts_are_cut_and_stay_on_one_line() -> None:
    assert shown("x" * 100) == '"' + "x" * 40 + '…"'
    assert "\n" not in shown("a\nb")


def test_dotted() -> None:
    assert dotted(("services", "api", "needs", 0)) == "services.api.needs[0]"


def test_suggestions() -> None:
    assert suggestion("stak", ["stack", "path"], "no") == "did you mean stack?"
    assert suggestion("banana", ["stack", "path"], "no") == "no"
    many = [f"A-{number:03d}" for number in range(999)]
    assert suggestion("A-998x", many, "no") == "did you mean A-998?"


@pytest.mark.parametrize(
    "name",
    [
        "PASSWORD",
        "DB_PASSWORD",
        "API_KEY",
        "SECRET_KEY_BASE",
        "JWT_SECRET",
        "ACCESS_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "apikey",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert secret_in(name, "x")
    assert not secret_in(name, "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_LEVEL", "info"),
        ("TOKEN_TTL", "3600"),
        ("DB_PASSWORD_FILE", "/run/secrets/db"),
        ("PUBLIC_KEY", "abc"),
        ("KEYBOARD", "de"),
        ("MAX_TOKENS", "4096"),
        ("API_KEY_HEADER", "X-Api-Key"),
        ("DATABASE_URL", "postgres://app@db:5432/bank"),
        ("DATABASE_URL", "postgres://app:${DB_PASSWORD}@db/bank"),
        ("HEADER", "Bearer ${API_TOKEN}"),
        ("SCHEME", "Bearer authentication is required"),
        ("DATABASE", "Server=db;User Id=sa;Password=${DB_PASSWORD};"),
        ("CALLBACK", "https://bank.example.com:8443/a@b"),
    ],
)
def test_what_is_no_secret(name: str, value: str) -> None:
    assert secret_in(name, value) is None


@pytest.mark.parametrize(
    "text",
    [
        "postgres://app:hunter2@db/bank",
        "x --token=ghp_0123456789abcdefghijABCDEFGHIJ012345",
        "AKIAIOSFODNN7EXAMPLE",
        "sk_live_0123456789",
        "Authorization: Bearer 0a1b2c3d4e5f6g7h8i9j",
        "Server=db;User Id=sa;Password=hunter2;",
        "pwd=hunter2",
        "-----BEGIN RSA PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x",
    ],
)
def test_forms_of_secrets(text: str) -> None:
    assert token_in(text)


@pytest.mark.parametrize(
    ("command", "at"),
    [
        (["node", "x.js", "--password=hunter2"], 2),
        (["node", "x.js", "--db-password", "hunter2"], 3),
        (["sh", "-c", "node x.js --TOKEN hunter2"], 2),
        (
            [
                "node",
                "--token=$TOKEN",
                "--token",
                "${TOKEN}",
                "--secret=/run/secrets/x",
                "--password-file",
                "secrets.txt",
            ],
            None,
        ),
        (["node", "--token", "--verbose", "--with-password=false", "password=hunter2", "-p", "8000"], None),
        (["--token=", "--token=a"], None),
    ],
)
def test_which_word_of_a_command_is_a_secret(command: list[str], at: int | None) -> None:
    """Given as one word or as two; neither references nor files."""
    assert option_in(command) == at
