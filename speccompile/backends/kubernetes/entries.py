"""The parts that manifests are made of: values with the reasons for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from speccompile.backends.escape.kubernetes import PodText, pod_text
from speccompile.backends.yaml import Entry
from speccompile.provenance import Origin, merged


def plain(value: str | int | bool, origin: Origin) -> Entry:  # a value of YAML, no switch
    """A value that no cluster puts anything into."""
    return Entry(value, origin)


def block(origin: Origin, entries: Mapping[str, Entry | None]) -> Entry:
    """A mapping in the order given, without what is None."""
    return Entry({key: entry for key, entry in entries.items() if entry is not None}, origin)


def listed(entries: Iterable[Entry]) -> Entry | None:
    """A list; None when it would be empty."""
    found = list(entries)
    return Entry(found, merged(entry.origin for entry in found)) if found else None


def words(argv: Iterable[str], origin: Origin) -> Entry | None:
    """An argument vector, in which nothing is put in; None when it is empty."""
    return listed(said(pod_text(word), origin) for word in argv)


def said(value: PodText, origin: Origin) -> Entry:
    """A text of a pod, escaped already."""
    return Entry(value, origin)


def document(version: str, kind: str, metadata: Entry, origin: Origin, **parts: Entry | None) -> Entry:
    """An object of the API."""
    head = {"apiVersion": plain(version, origin), "kind": plain(kind, origin), "metadata": metadata}
    return block(origin, {**head, **parts})


def quantity(size: int) -> str:
    """Bytes as the API writes them, in the largest unit that they are a whole number of."""
    for unit, factor in (("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10), ("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if size % factor == 0:
            return f"{size // factor}{unit}"
    return str(size)


def processors(thousandths: int) -> str:
    """Processor time as the API writes it: whole CPUs, else thousandths."""
    return str(thousandths // 1000) if thousandths % 1000 == 0 else f"{thousandths}m"
