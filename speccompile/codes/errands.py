"""SC76x: single commands in a service's image (`speccompile run`)."""

from __future__ import annotations

from speccompile.codes.code import Code

NOT_ON_COMPOSE = Code(
    "SC760",
    "a single command is run by compose only",
    """`run` starts a command in a container of a service by `docker compose run`, from the generated compose file or from the last release of an
environment on compose. Other platforms have commands of their own for that, which the fix names.""",
)

CODES = (NOT_ON_COMPOSE,)
