"""What a program answers that is no HTTP/1.1: gRPC, and what is behind TLS of its own."""

from __future__ import annotations

from speccompile.stacks.facts import Chosen, Facts

NOT_HTTP = frozenset(("grpc", "tcp"))


def spoken(facts: Facts) -> Chosen | None:
    """That it is gRPC and not HTTP that a program answers, and where it says so."""
    return facts.asked_over if facts.asked_over and facts.asked_over.value in NOT_HTTP else None
