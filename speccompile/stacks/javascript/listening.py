"""Servers in JavaScript and TypeScript that listen on the loopback address, where no other container reaches them.

Images set HOST to 0.0.0.0: a source that asks for it is right. Fastify listens on localhost unless it is told another address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.stacks_rust import LOOPBACK
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.archetype import SERVERS
from speccompile.stacks.javascript.calls import Call, calls, name_of, option
from speccompile.stacks.javascript.reached import Module

_LOCAL = regex(r"""["'`](localhost|127\.0\.0\.1|::1|\[::1\])["'`]""")
_EVERYWHERE = regex(r"""["'`](?:0\.0\.0\.0|::|\[::\])["'`]|\benv(?:\.HOST\b|\[["']HOST["']\]|\.get\(["']HOST["']\))""")
_VARIABLE = regex(
    r"""\benv(?:\.([A-Z][A-Z0-9_]{0,60})|\[["']([A-Z][A-Z0-9_]{0,60})["']\]|\.get\(["']([A-Z][A-Z0-9_]{0,60})["']\))"""
)
_MEMBER = regex(r"\s*([\w$]{1,60})\.(?:[\w$]{1,60}\.){0,3}([\w$]{1,60})\s*\Z")
_FASTIFY = frozenset(("fastify", "@nestjs/platform-fastify"))
_MAKES_FASTIFY = regex(
    r"\b[Ff]astify(?:\.default)?\s*(?:<[^()]{0,200}>)?\(|require\(\s*[\"']fastify[\"']\s*\)\s*\(|\bFastifyAdapter\s*\("
)


def loopback(modules: tuple[Module, ...], dependencies: frozenset[str]) -> tuple[Diagnostic, ...]:
    """A warning where one of the sources that the entry reaches binds its server to the loopback address."""
    fastify = bool(dependencies & _FASTIFY) and any(one.code.search(_MAKES_FASTIFY) for one in modules)
    alone = fastify and not dependencies & (SERVERS - {"@nestjs/core", *_FASTIFY})
    others = {one.path: one for one in modules}
    return tuple(found for one in modules for found in _in(one, others, fastify=fastify, alone=alone))[:1]


def _in(module: Module, others: dict[str, Module], *, fastify: bool, alone: bool) -> Iterator[Diagnostic]:
    for chain in calls(module.code):
        for call in chain:
            if not _listens(call):
                continue
            host = _host(call)
            why = _bound(host, module, others) if host else None
            if why:
                yield _warning(module, call, *why)
            elif (
                host is None
                and fastify
                and call.name == "listen"
                and call.names
                and (alone or _is_fastify(module, call.root))
            ):
                yield _warning(
                    module,
                    call,
                    "Fastify listens on localhost unless it is given a host",
                    "pass `host: '0.0.0.0'` to `listen`",
                )


def _listens(call: Call) -> bool:
    if call.name == "listen":
        return bool(call.names and call.arguments)
    if call.name in ("server", "Server") and call.root in ("Hapi", "hapi"):
        return bool(call.arguments)
    return call.name == "serve" and bool(call.arguments) and (not call.names or call.root in ("Bun", "Deno"))


def _host(call: Call) -> str | None:
    """What a call gives as the address: an option, or the argument behind the port."""
    options = [one for one in call.arguments if one.lstrip().startswith("{")]
    for one in options:
        said = option(one, "host", "hostname")
        if said is not None:
            return said
    second = call.arguments[1].strip() if len(call.arguments) > 1 and not options else ""
    plain = second and not re.match(r"(?:async\b|function\b|\(|[\w$]+\s*=>)", second)
    return (
        second
        if plain and (re.match(r"[\"'`]", second) or re.search("host|addr|bind|env", second, re.IGNORECASE))
        else None
    )


def _bound(host: str, module: Module, others: dict[str, Module]) -> tuple[str, str] | None:
    """Why *host* is the loopback address, and the fix."""
    named, member = name_of(host), _MEMBER.match(host)
    if member and member[1] not in ("process", "Bun", "Deno"):
        value = _member(member[1], member[2], module, others)
    else:
        value = _named(named, module, others) if named else host
    if value is None or _EVERYWHERE.search(value):
        return None
    local = _LOCAL.search(value)
    if local is None:
        return None
    variable = _VARIABLE.search(value)
    if variable:
        name = next(one for one in variable.groups() if one)
        return (
            f"{name} is {quoted(local[1])} unless it is set",
            f"set it in deploy.yaml (`env: {{{name}: 0.0.0.0}}`), or listen on 0.0.0.0",
        )
    return (
        f"the server listens on {quoted(local[1])}",
        "listen on 0.0.0.0, or on process.env.HOST, which the image sets to 0.0.0.0",
    )


def _named(name: str, module: Module, others: dict[str, Module]) -> str | None:
    """What a name of the source is given, there or where it is imported from."""
    there, what = module.names.get(name, ("", ""))
    return _value(what, others[there]) if there in others and what != "*" else _value(name, module)


def _member(holder: str, key: str, module: Module, others: dict[str, Module]) -> str | None:
    """What *key* of an object is given, which is made in the source or in the one that it is imported from."""
    there, _ = module.names.get(holder, ("", ""))
    code = others[there].code if there in others else module.code
    found = code.search(re.compile(rf"""(?<![.\w])["']?{re.escape(key)}["']?\s*:\s*([^,;\n}}]{{1,200}})"""))
    return found[1] if found else None


def _value(name: str, module: Module) -> str | None:
    """What a name of the source is given, or what the environment has under it."""
    given = module.code.search(
        re.compile(rf"\b(?:const|let|var)\s+{re.escape(name)}\s*(?::\s*string\s*)?=([^;\n]{{1,300}})")
    )
    if given:
        return given[1]
    taken = re.compile(
        rf"\{{[^{{}}]{{0,400}}?\b(\w+\s*:\s*)?{re.escape(name)}\b\s*(=\s*[^,}}]{{1,100}})?[^{{}}]{{0,400}}\}}\s*=\s*(?:process|Bun|import\.meta)\.env\b"
    )
    found = module.code.search(taken)
    if found is None:
        return None
    variable = (found[1] or name).partition(":")[0].strip()
    return f"process.env.{variable} || {(found[2] or '').lstrip('= ')}"


def _is_fastify(module: Module, name: str) -> bool:
    """Whether that is what Fastify made here."""
    made = re.compile(rf"\b{re.escape(name)}\b\s*(?::[^=;]{{0,80}})?=\s*(?:await\s+)?([^;\n]{{1,200}})")
    found = module.code.search(made)
    return found is not None and _MAKES_FASTIFY.search(found[1]) is not None


def _warning(module: Module, call: Call, why: str, fix: str) -> Diagnostic:
    line = module.code.line(call.span[0])
    return LOOPBACK.at(
        Span(module.path, line, module.code.column(call.span[0])),
        f"{why}: nothing outside of its container gets through to it",
        fix=fix,
    )
