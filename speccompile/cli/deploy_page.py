"""The page about deploy.yaml: every key with its type, default, an example, and the lines of the artifacts that it changes.

The lines are not written down but found: each key is set on a small example that is compiled in memory, and what cites it is what it changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from speccompile.artifacts import Artifact
from speccompile.errors import Refused
from speccompile.frontends.keys import NAME, Key, keys
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import compile_project
from speccompile.project.memory import MemoryTree

_PATH = "specs/deploy.yaml"
_SERVER = {
    "package.json": json.dumps(
        {
            "name": "shop",
            "version": "1.0.0",
            "type": "module",
            "scripts": {"start": "node server.js"},
        }
    ),
    "server.js": "require('node:http').createServer((q, a) => a.end()).listen(process.env.PORT);\n",
}
_ALSO_PYTHON = {"requirements.txt": "", "main.py": "print(1)\n"}  # fmt: skip
_PAGES = ("pages/404.html", "pages/down.html")
# What a service of each kind that is not built here cannot be without.
_BESIDE: Mapping[str, Mapping[str, Any]] = {
    "a backing service": {"uses": "postgres"},
    "somebody else's service": {"uses": "external"},
    "an image beside the services": {"image": "axllent/mailpit:v1.27", "port": 8025},
}
_CLUSTER = {"on": "kubernetes"}
_DELIVERED = {"host": "ssh://deploy@one.example.com", "releases": "oci://ghcr.io/acme/shop-releases"}
_DELIVERING = {"registry": "ghcr.io/acme", "targets": ["compose", "github-actions"]}
_NAMED = {"services": {"shop": {"route": {"host": "shop.example.com"}}}}
_ALONE = {"targets": ["quadlet"], "proxy": "none"}
"""Where a program needs no container."""

_BOUND = "A-001"
# What stands beside those keys of a binding that say nothing by themselves.
_DECISIONS: Mapping[str, Mapping[str, Any]] = {
    "until": {"waive": "the archive keeps it"},
    "ignore": {"because": "the customers' own databases are meant"},
    "because": {"ignore": ["SC311"]},
}
_ASSERTION = {
    "id": _BOUND,
    "natural": "Orders are shown to their customers",
    "type": "safety",
    "category": "behavior",
    "status": "confirmed",
    "source": "example",
}
_OF_JOBS = frozenset(("schedule", "rundeadline", "retries", "overlap", "resume"))
_SHOWN = 8
_OF_ONE_FILE = 3
_DIGEST = "com.spec-driven.spec-digest="  # it is another one whatever changes in the specs


def page() -> str:
    """The whole page, as Markdown."""
    parts = [
        "# deploy.yaml",
        "",
        "`specs/deploy.yaml` (or `deploy.yml`, or either beside a manifest at the root) holds the facts of a deployment that a manifest cannot",
        "hold. All of it is optional. Keys that begin with `x-` are yours. `speccompile schema deploy` prints the same as a JSON Schema, and",
        "`speccompile explain services.api.port` says what a key has come to in your project.",
        "",
        "The lines that a key changes were found by setting it on an example (a small server on Node.js) and compiling that; in your project they",
        "may be others of the same kind. Besides, every key but those of `environments` changes the digest of the specs in the image's labels.",
    ]
    for key in keys():
        parts += ["", *_section(key)]
    return "\n".join(parts) + "\n"


def _section(key: Key) -> Iterator[str]:
    yield f"## `{key.dotted}`" + (f" ({key.kind})" if key.kind else "")
    yield ""
    yield key.description
    yield ""
    yield f"- type: {key.type}"
    if key.required:
        yield "- there is no default: it must be written"
    else:
        yield f"- default: {'none' if key.default in (None, [], '') else f'`{json.dumps(key.default)}`'}"
    yield f"- example: `{key.steps[-1]}: {json.dumps(key.example)}`"
    changed = changes(key)
    if changed is None:
        yield "- which lines it changes depends on the sources"
        return
    if not changed:
        yield "- changes no line of this example"
        return
    shown = [(path, line) for path, lines in changed.items() for line in lines[:_OF_ONE_FILE]][:_SHOWN]
    yield "- changes, among others:" if sum(map(len, changed.values())) > len(shown) else "- changes:"
    yield ""
    yield "  ```text"
    yield from (f"  {path}: {line}" for path, line in shown)
    yield "  ```"


def changes(key: Key) -> dict[str, list[str]] | None:
    """The lines, by artifact, that are other ones when *key* has its example as value; None where the example cannot be compiled so."""
    without, having = _specs(key, written=False), _specs(key, written=True)
    try:
        before = {artifact.path: set(artifact.text.split("\n")) for artifact in _compiled(key, without)}
        after = _compiled(key, having)
    except Refused:
        return None
    found = {artifact.path: list(_fresh(artifact, before.get(artifact.path, set()))) for artifact in after}
    return {path: lines for path, lines in found.items() if lines}


def _fresh(artifact: Artifact, known: set[str]) -> Iterator[str]:
    """The lines of *artifact* that are not *known*, comments last."""
    fresh = [
        line.strip() for line in artifact.text.split("\n") if line.strip() and line not in known and _DIGEST not in line
    ]
    yield from sorted(dict.fromkeys(fresh), key=lambda line: line.startswith("#"))


def _specs(key: Key, *, written: bool) -> dict[str, Any]:
    """A deploy.yaml for the example with the key, and the same without it."""
    if key.steps[:2] == ("assertions", NAME):
        return {"app": "shop", "assertions": {_BOUND: bound} if (bound := _binding(key, written=written)) else {}}
    if key.steps[:2] == ("environments", NAME):
        beside = _DELIVERING if key.steps[2:] == ("by",) else {}
        return (
            {"app": "shop", "services": {"api": {"path": "services/api"}}} | beside | _environment(key, written=written)
        )
    if key.steps[0] == "tls":
        return {"app": "shop"} | _encrypted(key, written=written)
    if key.steps[0] != "services" or len(key.steps) == 1:
        if len(key.steps) == 2 and NAME not in key.steps:
            return {"app": "shop"} | _nested(key, written=written)
        value: Any = key.example
        for step in reversed(key.steps[1:]):
            value = {"example" if step == NAME else step: value}
        beside = {"trusted_proxies": ["10.0.0.0/8"]} if key.steps == ("proxy_protocol",) else {}
        return {"app": "shop"} | beside | ({key.steps[0]: value} if written else {})
    service: dict[str, Any] = {"role": "worker"} if _is_of_workers(key) else {}
    service |= {"writable": ["/app/media"]} if "files" in key.steps else {}
    others: dict[str, Any] = {"db": {"uses": "postgres"}} if key.steps[-1] == "needs" else {}
    others |= {"next": {"path": "services/api", "routes": []}} if "canary" in key.steps else {}
    bare = _BESIDE.get(key.kind)
    if bare:
        needless = key.steps[-1] in bare and not written
        others = {} if needless else {"other": _with(bare, key, written=written)}
        service = {} if needless else {"needs": ["other"]}
    else:
        place = service
        # Without what must be written a mapping cannot be there at all.
        nested = key.steps[:-1] if key.required and not written else key.steps
        for depth in range(2, len(nested) - 1):
            place = place.setdefault(key.steps[depth], _beside(key, key.steps[: depth + 1]))
        place.pop(nested[-1], None)
        place |= {key.steps[-1]: key.example} if written else {}
        place |= {"content": "assets"} if key.steps[-1] == "single_page" else {}
    system = {"app": "shop"} | (_ALONE if "artifact" in key.steps else {})
    return system | {"services": {name: _listed(one) for name, one in {"shop": service, **others}.items()}}


def _listed(service: dict[str, Any]) -> dict[str, Any]:
    """*service*, whose directories of the machine are a list of one, with what that one cannot be without."""
    said = service.get("mounts")
    least = {"host": "/srv/media", "path": "/media", "because": "the scanner writes its files there"}
    return service | {"mounts": [least | said]} if isinstance(said, dict) else service


def _environment(key: Key, *, written: bool) -> dict[str, Any]:
    """An environment with *key*, and what that one cannot be without."""
    name, *inner = key.steps[2:]
    value: Any = key.example
    for step in reversed(inner):
        value = {"api" if step == NAME else step: value}
    least: dict[str, dict[str, Any]] = {
        "stages": {"hosts": ["ssh://one.example.com"]},
        "context": _CLUSTER,
        "namespace": _CLUSTER,
        "by": _DELIVERED,
    }
    return {"environments": {"production": {**least.get(name, {}), name: value}}} if written else {}


def _encrypted(key: Key, *, written: bool) -> dict[str, Any]:
    """TLS with *key*, and what that one cannot be without: a certificate, or a name for which there is to be one."""
    inner = key.steps[1:]
    if inner[:1] == ("acme",):
        value: Any = key.example
        for step in reversed(inner[1:]):
            value = {step: value}
        least: dict[str, Any] = {"tls": {"acme": {}}} if len(inner) > 1 else {}
        return _NAMED | ({"tls": {"acme": value}} if written else least)
    files = _beside(key, key.steps[:1])
    if inner[:1] == ("certificates",):
        (entry,) = next(one.example for one in keys() if one.steps == ("tls", "certificates"))
        return _NAMED | {
            "tls": files | ({"certificates": [entry | dict.fromkeys(inner[1:], key.example)]} if written else {})
        }
    if not inner or inner[0] in files:
        return {"tls": files or key.example} if written else {}
    return {"tls": files | ({inner[0]: key.example} if written else {})}


def _nested(key: Key, *, written: bool) -> dict[str, Any]:
    """A mapping at the top with *key*; nothing where it cannot be there without."""
    if key.required and not written:
        return {}
    others = {name: value for name, value in _beside(key, key.steps[:1]).items() if name != key.steps[1]}
    return {key.steps[0]: others | ({key.steps[1]: key.example} if written else {})}


def _is_of_workers(key: Key) -> bool:
    return "heartbeat" in key.steps


def _binding(key: Key, *, written: bool) -> dict[str, Any]:
    """A binding with *key*; {} where it would be nothing without."""
    name, *inner = key.steps[2:]
    if not inner:
        beside = _DECISIONS.get(name, {})
        return {**beside, name: key.example} if written else {}
    others = {one.steps[-1]: one for one in keys() if one.steps[:-1] == key.steps[:-1] and one.required}
    if key.required and not written:
        return {}
    return {name: {other: one.example for other, one in others.items()} | ({inner[0]: key.example} if written else {})}


def _with(bare: Mapping[str, Any], key: Key, *, written: bool) -> dict[str, Any]:
    """A service that is not built here, with *key*; the service that is built here is called shop."""
    value: Any = "shop" if key.steps[-1] == "beside" else key.example
    for step in reversed(key.steps[3:]):
        value = {step: value}
    return {**bare, **({key.steps[2]: value} if written else {})}


def _beside(key: Key, steps: tuple[str, ...]) -> dict[str, Any]:
    """What stands beside *key* in the mapping at *steps*: that mapping's own example."""
    example = next((one.example for one in keys() if one.steps == steps and one.kind == key.kind), None)
    return dict(example) if isinstance(example, dict) else {}


def _compiled(key: Key, deploy: Mapping[str, Any]) -> tuple[Artifact, ...]:
    """The artifacts of the example; raises ``Refused``."""
    return _made_of(tuple(_files(key, deploy).items()))


@lru_cache
def _made_of(files: tuple[tuple[str, str], ...]) -> tuple[Artifact, ...]:
    """The artifacts of these *files*: without their key, most examples are the same one."""
    return compile_project(MemoryTree(dict(files)), Surroundings(None, ("shop",), False)).artifacts


def example(key: Key, *, written: bool) -> dict[str, str]:
    """The files of the example with *key*, and the same without it."""
    return _files(key, _specs(key, written=written))


def _files(key: Key, deploy: Mapping[str, Any]) -> dict[str, str]:
    of_job = (
        "schedule" in key.steps or _is_of_workers(key) or (key.steps[0] == "assertions" and _OF_JOBS & set(key.steps))
    )
    archetype = "data-pipeline" if of_job else "web-service"
    of_database = {"natural": "Orders are kept in a database"} if key.steps[-1] in ("ignore", "because") else {}
    asserted = [_ASSERTION | of_database] if key.steps[0] == "assertions" else []
    manifest = json.dumps({"version": "1.0.0", "archetype": archetype, "assertions": asserted})
    files = {
        **_SERVER,
        "specs/assertions.json": manifest,
        "specs/api/assertions.json": manifest,
        _PATH: json.dumps(deploy, indent=2),
    }
    files |= {"tests/test_pages.py": "def test_p95(): ...\n"} if key.steps[-1] == "evidence" else {}
    files |= dict.fromkeys(_PAGES, "<!doctype html>\n") if key.steps[-1] == "errors" else {}
    files |= {f"services/api/{name}": text for name, text in _SERVER.items()}
    files |= dict.fromkeys(("prompts/one.txt", "docs/swagger.json"), "{}") if key.steps[-1] == "include" else {}
    files |= _ALSO_PYTHON if key.steps[-1] == "stack" else {}
    return files
