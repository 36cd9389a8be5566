"""Variables of other formats: plain settings are carried, secrets by name alone, and what this compiler sees to itself is said to be so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.importing import CHOSEN, CLEAR_SECRET
from speccompile.detect.unused.development import DEVELOPMENT
from speccompile.diagnostics import Diagnostic
from speccompile.frontends.importers.keys import not_carried, not_needed
from speccompile.frontends.importers.parts import Part, Put, Service
from speccompile.frontends.secretlike import is_opaque, named_like_secret, secret_in, shows_secret
from speccompile.frontends.wording import shown
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.names import VARIABLE_NAME

_NAME = regex(VARIABLE_NAME, re.ASCII)
_DOLLAR = regex(r"\$[A-Za-z_{(]")
_HERE = regex(r"(?:\A|//|@)(?:localhost|127\.0\.0\.1)(?=[:/]|\Z)")
_HOSTS = regex(r"https?://[^/\s,@?]{1,253}(?=[/\s,]|\Z)")  # names of hosts are public
# Placeholders that people leave where a secret belongs; what they say is no secret of anybody's.
NO_VALUE = regex(r"\s*|<[^<>]*>|\$\{?[A-Za-z_][\w.:?-]*\}?|\*+|\.\.\.", re.ASCII)


def setting(service: Service, name: str, value: str, span: Span) -> Iterator[Part]:
    """The variable *name* with *value*: a setting, or a secret where it looks like one."""
    if not _NAME.fullmatch(name):
        yield not_carried(
            span,
            f"{service.name}: the variable {shown(name)}",
            "that is no name of a variable",
            "write letters, digits and underscores",
        )
    elif _DOLLAR.search(value) and not secret_in(name, value):
        yield from _unresolved(service, name, span)
    elif shown_as_secret(name, value):
        yield from secret(service, name, value, span)
    elif is_opaque(_HOSTS.sub("", value)):
        yield service.add("secrets", {"name": name, "as": "env"}, span)
        yield CHOSEN.at(
            span,
            f"{service.name}: {name} could be a secret by its value, so that only its name is carried; the operator supplies the value",
            fix=f"nothing, or write it as `env` below {service.name} in deploy.yaml where it is none",
            found="a value that nobody would make up to be read",
            expected="a plain setting",
        )
    elif name in DEVELOPMENT:
        yield not_needed(
            span, f"{service.name}: {name}", "the image sees to it, or the port is told to the program anyway"
        )
    else:
        yield service.setting(name, value, span)
        if _HERE.search(value):
            yield CHOSEN.at(
                span,
                f"{service.name}: {name} names this very machine, which in a container is the container itself",
                fix=f"write the address that is meant as {name} below {service.name} in deploy.yaml: http://NAME:PORT of another service, 0.0.0.0 to listen",
                found="localhost",
                expected="an address that the container reaches",
            )


def secret(service: Service, name: str, value: str | None, span: Span) -> Iterator[Part]:
    """The secret *name*: its name is carried, and *value* refused where it is one."""
    if not _NAME.fullmatch(name):
        yield not_carried(
            span,
            f"{service.name}: the secret {shown(name)}",
            "that is no name of a variable",
            "write letters, digits and underscores",
        )
        return
    yield service.add("secrets", {"name": name, "as": "env"}, span)
    if value and not NO_VALUE.fullmatch(value):
        yield in_clear_text(service.name, name, span)


def by_operator(service: Service, name: str, span: Span) -> Iterator[Part]:
    """A variable whose value stands nowhere: the operator supplies it."""
    yield from secret(service, name, None, span)


def shown_as_secret(name: str, value: str) -> bool:
    """Whether *value* under *name* is a secret by its name or by its form."""
    return bool(secret_in(name, value)) or any(map(shows_secret, value.splitlines()))


def looks_secret(name: str, value: str) -> bool:
    """Whether *value* under *name* is a secret, or could be."""
    return shown_as_secret(name, value) or is_opaque(_HOSTS.sub("", value))


def in_clear_text(service: str, name: str, span: Span) -> Diagnostic:
    """A finding: the value of the secret *name* stands in the file."""
    return CLEAR_SECRET.at(
        span,
        f"{service}: the value of {name} stands here in clear text; it is not carried, and shown nowhere",
        fix=f"take the value of {name} out of this file, and change it wherever it is used: who has read the file has it",
        found=f"a value of {name}",
        expected="the name of a secret",
        expected_by="deploy.yaml, which never holds one",
    )


def _unresolved(service: Service, name: str, span: Span) -> Iterator[Part]:
    yield not_carried(
        span,
        f"{service.name}: {name}",
        "its value is put together of other variables, and nothing here puts variables together",
        f"write the value that is meant: `services: {{{service.name}: {{env: {{{name}: VALUE}}}}}}`, or its name below `secrets`",
    )


def argument(service: Service, name: str, value: str, span: Span) -> Iterator[Part]:
    """An argument of a build: public, or a secret where it looks like one."""
    if named_like_secret(name) or shown_as_secret(name, value):
        if _NAME.fullmatch(name):
            yield service.add("build.secrets", name, span)
        if value and not NO_VALUE.fullmatch(value):
            yield in_clear_text(service.name, name, span)
    elif value and "$" not in value:
        yield Put(steps=("services", service.name, "build", "args", name), value=value, span=span)
    else:
        fix = f"write `build: {{args: {{{name}: VALUE}}}}` below {service.name}"
        yield not_carried(span, f"{service.name}: the build argument {shown(name)}", "its value is its operator's", fix)
