"""kubernetes/overlays/NAME, read back: its patches, put over the base, give the manifests as the plan has them in that environment."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.diagnostics import Diagnostic, quoted
from speccompile.plan.plan import Plan
from speccompile.plan.variant import Variant
from speccompile.realise.kubernetes.realisation import realised
from speccompile.verify.kubernetes import manifests
from speccompile.verify.kubernetes.findings import entries, items
from speccompile.verify.kubernetes.kustomization import FILE
from speccompile.verify.kubernetes.place import DIRECTORY
from speccompile.verify.overlays import as_text, headed, not_the_plan, together, unreadable
from speccompile.verify.readers.yaml import Unreadable, read

_BASE = "../../base"


class _Unfit(ValueError):
    """A patch that fits nothing."""


def verify(plan: Plan, variant: Variant, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the overlay of *variant* over the manifests of *plan*, both among *files* (path relative to the output directory → text)."""
    if realised(variant.plan) is None:
        return ()
    directory = f"kubernetes/overlays/{variant.name}/"
    return tuple(_verify(plan, variant, files, directory))


def _verify(plan: Plan, variant: Variant, files: Mapping[str, str], directory: str) -> Iterator[Diagnostic]:
    path = directory + FILE
    if path not in files:
        yield not_the_plan(plan, path, "it is missing")
        return
    mine = {name.removeprefix(directory): text for name, text in files.items() if name.startswith(directory)}
    try:
        overlay = read(mine[FILE])
        base = {
            name.removeprefix(DIRECTORY): read(text).data for name, text in files.items() if name.startswith(DIRECTORY)
        }
        new = {name: read(text) for name, text in mine.items() if name != FILE}
    except Unreadable as problem:
        yield unreadable(plan, path, problem)
        return
    for name, document in {FILE: overlay, **new}.items():
        if not headed(document, directory + name):
            yield not_the_plan(plan, directory + name, "the comments are not the generated ones")
    yield from (not_the_plan(plan, path, message) for message in _head(entries(overlay.data), variant, new))
    try:
        whole = _patched(base, [entries(one) for one in items(entries(overlay.data).get("patches"))])
    except (_Unfit, Unreadable, IndexError, KeyError) as problem:
        yield not_the_plan(plan, path, f"a patch fits nothing: {problem}")
        return
    whole |= {name: document.data for name, document in new.items()}
    whole[FILE] = {**whole[FILE], "resources": sorted(whole.keys() - {FILE})}
    texts = {DIRECTORY + name: as_text(data, name) for name, data in whole.items()}
    yield from together(plan, path, manifests.verify(variant.plan, texts))


def _head(data: Mapping[str, Any], variant: Variant, new: Mapping[str, object]) -> Iterator[str]:
    """What is not patched: what the overlay is, what it takes, where it goes."""
    patches = {"patches"} if data.get("patches") else set()
    wanted = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [_BASE, *sorted(new)],
        **({"namespace": variant.apart} if variant.apart else {}),
    }
    for key in sorted(data.keys() | wanted.keys() - patches):
        if key not in patches and data.get(key) != wanted.get(key):
            yield f"{key} is {quoted(data.get(key))}, the plan says {quoted(wanted.get(key))}"


def _patched(base: Mapping[str, Any], patches: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The manifests with all *patches*; each must alter what it is put over, once."""
    made = {name: copy.deepcopy(data) for name, data in base.items()}
    for one in patches:
        if set(one) != {"target", "patch"} or set(entries(one["target"])) != {"kind", "name"}:
            raise _Unfit(f"{sorted(one)} is no target with a patch")
        name = _file(made, entries(one["target"]))
        # One operation, or an object: which of the two a list tells.
        said = read(f"---\noperations:\n{_indented(str(one['patch']))}").data["operations"]
        if isinstance(said, Mapping):
            if dict(said) != _deletion(made[name]):
                raise _Unfit(f"{name} is neither altered nor deleted")
            del made[name]
            continue
        for operation in items(said):
            before = copy.deepcopy(made[name])
            _apply(made[name], entries(operation))
            if made[name] == before:
                raise _Unfit(f"an operation on {name} alters nothing")
    return made


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


def _file(made: Mapping[str, Any], target: Mapping[str, Any]) -> str:
    for name, data in made.items():
        if name != FILE and (data["kind"], data["metadata"]["name"]) == (target["kind"], target["name"]):
            return name
    raise _Unfit(f"there is no {target['kind']} {target['name']}")


def _deletion(data: Mapping[str, Any]) -> dict[str, Any]:
    head = {"apiVersion": data["apiVersion"], "kind": data["kind"]}
    return {"$patch": "delete", **head, "metadata": {"name": data["metadata"]["name"]}}


def _apply(data: Any, operation: Mapping[str, Any]) -> None:
    """RFC 6902, as far as it is written."""
    path = str(operation.get("path"))
    if not path.startswith("/"):
        raise _Unfit(f"{path} is no path")
    *above, last = (key.replace("~1", "/").replace("~0", "~") for key in path[1:].split("/"))
    for key in above:
        data = data[int(key)] if isinstance(data, list) else data[key]
    there: Any = int(last) if isinstance(data, list) else last
    match operation.get("op"):
        case "remove":
            del data[there]
        case "replace":
            data[there]  # what is replaced has to be there
            data[there] = operation["value"]
        case "add" if isinstance(data, dict) and there not in data:
            data[there] = operation["value"]
        case other:
            raise _Unfit(f"{other} {path}")
