"""What is bound for a part alone (some callers, some hours, some requests, a test) binds nobody, and is not passed over in silence."""

from __future__ import annotations

import pytest

from speccompile.requirements.readers import is_of_a_part, read
from speccompile.requirements.sentence import Sentence
from speccompile.requirements.unread import is_unread


@pytest.mark.parametrize(
    "text",
    [
        "Trial accounts are limited to 10 requests a minute",
        "For tenants on the gold plan, 500 requests per minute are allowed",
        "Admins may upload files of up to 1 GB",
        "At night only one instance runs",
        "Requests with more than 100 items take at most 20 seconds",
        "For files under 3 MB the upload takes at most 5 seconds",
        "Logged-in users may send 100 requests a minute, everybody else 10",
    ],
)
def test_what_is_bound_for_a_part_is_not_understood(text: str) -> None:
    sentence = Sentence(text)
    assert read(sentence) == ()
    assert is_of_a_part(sentence)
    assert is_unread(sentence)


@pytest.mark.parametrize(
    "text", ["The integration tests use a PostgreSQL database", "In staging the memory is limited to 256 MB"]
)
def test_what_holds_elsewhere_is_not_of_this_system(text: str) -> None:
    sentence = Sentence(text)
    assert read(sentence) == ()
    assert not is_of_a_part(sentence)


@pytest.mark.parametrize(
    "text",
    [
        "Accounts are limited to 10 requests a minute",
        "Only one instance runs at a time",
        "Requests take at most 20 seconds",
        "In production at least three instances run",
    ],
)
def test_what_holds_for_all_is_read(text: str) -> None:
    assert read(Sentence(text))


def test_both_clauses_are_read() -> None:
    kinds = [one.kind for one in read(Sentence("It runs as a non-root user, and the file system is read-only"))]
    assert kinds == ["unprivileged", "readonly"]
    assert (
        read(Sentence("Orders are shown, and the service uses at most 256 MB of memory")) == ()
    )  # the whole says nothing
