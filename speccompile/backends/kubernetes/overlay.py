"""Plan → kubernetes/overlays/NAME: what differs of the manifests in one environment, as patches of kustomize over the base.

A patch is a list of operations (RFC 6902), each with its path, so that no reader needs to know how a cluster merges which list.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.kubernetes.artifacts import objects
from speccompile.backends.kubernetes.entries import block, listed, plain
from speccompile.backends.overlay import Overlay
from speccompile.backends.yaml import Block, Entry, render
from speccompile.plan.plan import Plan
from speccompile.plan.variant import Variant
from speccompile.provenance import Origin, merged
from speccompile.realise.kubernetes.realisation import realised

TARGET = "kubernetes"
BASE = "../../base"


def emit(plan: Plan, variant: Variant) -> Overlay:
    """The overlay of *variant* over the manifests of *plan*."""
    usual, there = realised(plan), realised(variant.plan)
    if usual is None or there is None:
        return Overlay(())
    base, own = dict(objects(usual)), dict(objects(there))
    new = {name: entry for name, entry in sorted(own.items()) if name not in base}
    patches = [*_patches(base, own), *_deletions(base, own, variant)]
    directory = f"kubernetes/overlays/{variant.name}"
    namespace = plain(variant.apart, variant.origin) if variant.apart else None
    kustomization = block(
        variant.origin,
        {
            "apiVersion": plain("kustomize.config.k8s.io/v1beta1", variant.origin),
            "kind": plain("Kustomization", variant.origin),
            "namespace": namespace,
            "resources": listed(
                [plain(BASE, variant.origin), *(plain(name, entry.origin) for name, entry in new.items())]
            ),
            "patches": listed(patches),
        },
    )
    files = {"kustomization.yaml": kustomization, **new}
    return Overlay(
        tuple(_artifact(f"{directory}/{name}", plan, variant, entry) for name, entry in sorted(files.items()))
    )


def _artifact(path: str, plan: Plan, variant: Variant, entry: Entry) -> Artifact:
    why = merged((plan.origin, variant.origin))
    text, origins = render(entry, [(line, why) for line in header.lines(path)])
    return Artifact(path, text, origins, TARGET)


def _patches(base: Mapping[str, Entry], own: Mapping[str, Entry]) -> Iterator[Entry]:
    """One for each place that is another one, so that each has its own reason."""
    for name, entry in sorted(own.items()):
        for operation, keys, value, why in _operations(base[name], entry, ()) if name in base else ():
            lines = [f"- op: {operation}", f"  path: {json.dumps(_pointer(keys))}"]
            if value is not None:
                lines.append(f"  value: {json.dumps(_data(value), ensure_ascii=False)}")
            yield _patch(entry, lines, why)


def _deletions(base: Mapping[str, Entry], own: Mapping[str, Entry], variant: Variant) -> Iterator[Entry]:
    for name, entry in sorted(base.items()):
        if name not in own:
            kind, version, called = (_of(entry, *keys) for keys in (("kind",), ("apiVersion",), ("metadata", "name")))
            lines = [
                "$patch: delete",
                f"apiVersion: {version}",
                f"kind: {kind}",
                f"metadata: {{name: {json.dumps(called)}}}",
            ]
            yield _patch(entry, lines, variant.origin)


def _patch(entry: Entry, lines: Sequence[str], why: Origin) -> Entry:
    target = block(why, {"kind": plain(_of(entry, "kind"), why), "name": plain(_of(entry, "metadata", "name"), why)})
    return block(why, {"target": target, "patch": Entry(Block("".join(f"{line}\n" for line in lines)), why)})


def _of(entry: Entry, *keys: str) -> str:
    for key in keys:
        if not isinstance(entry.value, Mapping):
            raise TypeError(f"a manifest without {key}")
        entry = entry.value[key]
    return str(entry.value)


_Operation: TypeAlias = tuple[str, tuple[str | int, ...], Entry | None, Origin]


def _operations(base: Entry, own: Entry, at: tuple[str | int, ...]) -> Iterator[_Operation]:
    """What makes *own* of *base*: lists are gone through where they are of one length, and replaced otherwise."""
    if isinstance(base.value, Mapping) and isinstance(own.value, Mapping):
        for key, entry in base.value.items():
            if key not in own.value:
                yield "remove", (*at, key), None, merged((entry.origin, own.origin))
        for key, entry in own.value.items():
            if key in base.value:
                yield from _operations(base.value[key], entry, (*at, key))
            else:
                yield "add", (*at, key), entry, entry.origin
    elif isinstance(base.value, list) and isinstance(own.value, list) and len(base.value) == len(own.value):
        for number, pair in enumerate(zip(base.value, own.value, strict=True)):
            yield from _operations(*pair, (*at, number))
    elif _data(base) != _data(own):
        yield "replace", at, own, merged((own.origin,))


def _data(entry: Entry) -> Any:
    value = entry.value
    if isinstance(value, Mapping):
        return {key: _data(child) for key, child in value.items()}
    return [_data(child) for child in value] if isinstance(value, list | tuple) else value


def _pointer(keys: tuple[str | int, ...]) -> str:
    """RFC 6901."""
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys)
