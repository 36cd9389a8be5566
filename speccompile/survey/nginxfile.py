"""What an nginx configuration in the tree does with the requests that it passes on, by location: as keys of a route in deploy.yaml where there are such
keys, else by name, so that nothing gets lost unsaid.

What stands further out holds further in unless that says otherwise (https://nginx.org/en/docs/http/ngx_http_core_module.html); `proxy_set_header` and
`rewrite` are looked at where they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.stacks.directories import inside
from speccompile.survey.nginxkeys import Told, rates, told
from speccompile.verify.readers.nginx import Directive, NginxSyntaxError, read

_LONGEST, _DEEPEST = 100_000, 8
_NAMES = (".conf", ".conf.template", ".conf.tmpl", ".conf.j2")
_PASSES = ("proxy_pass", "grpc_pass")
_BLOCKS = ("http", "server", "location", "upstream", "events", "map", "geo", "types", "stream", "limit_except")
_PORTS = {"http": "80", "https": "443", "grpc": "80", "grpcs": "443"}


@record(kw_only=True)
class Passed:
    """Requests below ``path`` that the ``file`` passes on to ``host`` at ``port`` ("" where it is not said), as calls of gRPC or not; what it
    says of them besides."""

    file: str
    path: str
    host: str
    port: str
    calls: bool
    told: Told


def passed(tree: Tree) -> tuple[Passed, ...]:
    """All that configurations in *tree* pass on, in their order. What cannot be read is left to who looks for words alone."""
    return tuple(one for file, directives in _files(tree) for one in _passed(file, directives))


def _files(tree: Tree) -> Iterator[tuple[str, tuple[Directive, ...]]]:
    for folder in inside(tree, ""):
        for entry in tree.entries(folder):
            path = f"{folder}/{entry}" if folder else entry
            text = tree.read(path) if entry.endswith(_NAMES) else None
            if text is None or len(text) > _LONGEST or not any(word in text for word in _PASSES):
                continue
            try:
                yield path, read(text).directives
            except NginxSyntaxError:
                continue


def _passed(file: str, main: tuple[Directive, ...]) -> Iterator[Passed]:
    """What *main*, the directives of *file*, passes on; a file that others include has servers or locations outside of any ``http``."""
    outer = next((one.block for one in main if one.name == "http" and one.block is not None), main)
    reached = {" ".join(one.args): one.block or () for one in outer if one.name == "upstream"}
    limits = rates(outer)
    servers = [one.block or () for one in outer if one.name == "server"] or [outer]
    for server in servers:
        around = [outer, server] if server is not outer else [outer]
        for found in _below(file, server, around, reached):
            yield replace(found, told=told(found.told.said, limits))


def _below(
    file: str,
    block: Iterable[Directive],
    around: list[tuple[Directive, ...]],
    reached: Mapping[str, tuple[Directive, ...]],
) -> Iterator[Passed]:
    """The locations in *block*, and those within them, as deep as anybody nests them."""
    if len(around) > _DEEPEST:
        return
    for one in block:
        if one.name != "location" or one.block is None:
            continue
        yield from _location(file, one, [*around, one.block], reached)
        yield from _below(file, one.block, [*around, one.block], reached)


def _holding(levels: list[tuple[Directive, ...]]) -> Iterator[Directive]:
    """What holds in the last of *levels*: of each directive what stands furthest in, with all of its kind there."""
    seen: set[str] = set()
    for level in reversed(levels):
        here = [one for one in level if one.name not in _BLOCKS and _kind(one) not in seen]
        yield from here
        seen |= {_kind(one) for one in here}


def _kind(one: Directive) -> str:
    """Of these two either takes back both that stand further out."""
    return "allow" if one.name == "deny" else one.name


def _location(
    file: str, one: Directive, levels: list[tuple[Directive, ...]], reached: Mapping[str, tuple[Directive, ...]]
) -> Iterator[Passed]:
    path = one.args[-1] if one.args and one.args[:-1] in ((), ("=",), ("^~",)) else ""
    target = next((of for of in one.block or () if of.name in _PASSES and of.args), None)
    if target is None or not path.startswith("/"):
        return
    scheme, found, rest = target.args[0].partition("://")
    place = (rest if found else scheme).partition("/")[0]
    inner = next((of.args[0] for of in reached.get(place, ()) if of.name == "server" and of.args), place)
    host, _, port = inner.partition(":")
    yield Passed(
        file=file,
        path=path.rstrip("/") or "/",
        host=host,
        port=port or (_PORTS.get(scheme, "") if inner is place else ""),
        calls=target.name == "grpc_pass",
        told=Told(said=tuple(_holding(levels))),
    )
