"""What an assertion, a service or a key of deploy.yaml came to."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterator

from speccompile.artifacts import Artifact
from speccompile.cli.coverage import account
from speccompile.cli.explanation import Explanation, Numbers, because, rule_in_words
from speccompile.cli.overview import overview
from speccompile.cli.workspace import Compiled
from speccompile.discovery import DEPLOYS
from speccompile.frontends import yamltext
from speccompile.frontends.keys import NAME, Key, keys
from speccompile.plan.walk import nodes
from speccompile.project.disk import DiskTree
from speccompile.provenance import Origin
from speccompile.source import Span
from speccompile.spec.located import Located, SourceText, key_span, value_span
from speccompile.verify.standings import Account


def assertion(compiled: Compiled, subject: str) -> Explanation | None:
    """Its standing, what it demands, and the lines that are there because of it; None where there is no such assertion. *subject* is its id, or
    ``MANIFEST#ID`` where several manifests have one of that id."""
    found = next(iter(_called(compiled, subject)), None)
    if found is None:
        return None
    id_, span = found.assertion.assertion, _place(found)
    lines, origins = _because_of(
        compiled,
        lambda origin: any(one.assertion == id_ and one.span.path == span.path for one in origin.causes),
    )
    count = sum(len(numbers) for _, numbers in lines)
    head = f"{id_} “{found.assertion.text}” ({compiled.workspace.seen(span.path)}:{span.line})"
    rules = ", ".join(map(rule_in_words, dict.fromkeys(rule for origin in origins for rule in origin.rules)))
    effect = (
        f"{_counted(count, len(lines))} there because of it, by {rules}."
        if lines
        else "No line of any artifact is there because of it."
    )
    return Explanation(
        kind="assertion", subject=subject, sentences=(head, *account(found), effect), origins=origins, lines=lines
    )


def ambiguous(compiled: Compiled, subject: str) -> tuple[str, ...]:
    """The assertions that *subject* may mean, each as one asks for it, where these are several: two manifests may have the same ids."""
    manifests = sorted({_place(one).path for one in _called(compiled, subject)})
    id_ = subject.rpartition("#")[2]
    return tuple(f"{compiled.workspace.seen(path)}#{id_}" for path in manifests) if len(manifests) > 1 else ()


def _called(compiled: Compiled, subject: str) -> Iterator[Account]:
    """The accounts of assertions that *subject* is a name of: a manifest's path counts from where the command was started, or from the project."""
    manifest, _, id_ = subject.rpartition("#")
    for one in compiled.compilation.standings:
        if one.assertion.assertion == id_:
            path = _place(one).path
            if not manifest or posixpath.normpath(manifest) in (
                path,
                posixpath.normpath(compiled.workspace.seen(path)),
            ):
                yield one


def _place(one: Account) -> Span:
    return one.assertion.origin.causes[0].span


def service(compiled: Compiled, name: str) -> Explanation | None:
    """What it is, and what decided that; None where nothing that runs has this name."""
    plan = compiled.compilation.plan
    page = overview(plan, ())
    one = next((one for kind in ("services", "stores", "externals") for one in page[kind] if one["name"] == name), None)
    if one is None:
        return None
    candidates = (
        *((service.name, service) for service in plan.services),
        *((store.workload.name, store) for store in plan.stores),
        *((external.name, external) for external in plan.externals),
    )
    node = next(node for called, node in candidates if called == name)
    origins = tuple(dict.fromkeys(part.origin for part in nodes(node)))
    facts = "; ".join(
        f"{key} {_shown(value)}" for key, value in one.items() if key != "name" and value not in (None, [])
    )
    decided = (f"  {because(compiled, origin)}" for origin in origins)
    sentences = (f"{name}: {facts}.", "It is so:", *dict.fromkeys(decided))
    return Explanation(kind="service", subject=name, sentences=sentences, origins=origins)


def key(compiled: Compiled, dotted: str) -> Explanation | None:
    """What a key of deploy.yaml means, whether it is set, and the lines that cite it; None where there is no such key."""
    steps = tuple(dotted.split("."))
    known = next((one for one in keys() if _fits(one, steps)), None)
    if known is None:
        return None
    path, raw = _deploy(compiled)
    spans = frozenset(_spans(raw, steps)) if raw is not None else frozenset[Span]()
    lines, origins = _because_of(compiled, lambda origin: any(cause.span in spans for cause in origin.causes))
    meaning = f"`{dotted}` ({known.type}): {known.description}"
    if not spans:
        default = "has no default" if known.default is None else f"is {json.dumps(known.default)} by default"
        return Explanation(kind="key", subject=dotted, sentences=(meaning, f"It is not set here, and {default}."))
    line = min(span.line for span in spans)
    count = sum(len(numbers) for _, numbers in lines)
    effect = _counted(count, len(lines)) + " there because of it" if lines else "no line of any artifact cites it"
    said = f"It is set at {compiled.workspace.seen(path)}:{line}; {effect}."
    return Explanation(kind="key", subject=dotted, sentences=(meaning, said), origins=origins, lines=lines)


def _counted(lines: int, files: int) -> str:
    return f"{lines} {'line' if lines == 1 else 'lines'} of {files} {'file' if files == 1 else 'files'} {'is' if lines == 1 else 'are'}"


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _fits(known: Key, steps: tuple[str, ...]) -> bool:
    return len(known.steps) == len(steps) and all(
        one in (NAME, step) for one, step in zip(known.steps, steps, strict=True)
    )


def _deploy(compiled: Compiled) -> tuple[str, Located | None]:
    tree = DiskTree(compiled.workspace.root)
    for path in DEPLOYS:
        text = tree.read(path)
        if text is not None:
            value, _ = yamltext.read(SourceText(path, text))
            return path, value if isinstance(value, Located) else None
    return DEPLOYS[0], None


def _spans(raw: Located, steps: tuple[str, ...]) -> Iterator[Span]:
    """Where the key that *steps* lead to is written, its value, and all that is inside of it; nothing where it is not."""
    value: object = raw
    for step in steps:
        if not isinstance(value, Located) or step not in value:
            return
        value = value[step]
    yield from _inside(raw, steps, value)


def _inside(raw: Located, steps: tuple[str | int, ...], value: object) -> Iterator[Span]:
    yield key_span(raw, steps)
    yield value_span(raw, steps)
    items = value.items() if isinstance(value, Located) else enumerate(value) if isinstance(value, tuple) else ()
    for step, item in items:
        yield from _inside(raw, (*steps, step), item)


def _because_of(
    compiled: Compiled, wanted: Callable[[Origin], bool]
) -> tuple[tuple[tuple[Artifact, Numbers], ...], tuple[Origin, ...]]:
    """The lines of which an origin is *wanted*, and those origins."""
    origins: dict[Origin, None] = {}
    found = []
    for artifact in compiled.compilation.artifacts:
        numbers = []
        for number in sorted(artifact.origins):
            mine = [origin for origin in artifact.origins[number] if wanted(origin)]
            numbers += [number] if mine else []
            origins |= dict.fromkeys(mine)
        if numbers:
            found.append((artifact, tuple(numbers)))
    return tuple(found), tuple(origins)


def names(compiled: Compiled) -> Iterator[str]:
    """All that can be explained of this project, besides lines and codes."""
    plan = compiled.compilation.plan
    yield from (one.assertion for one in plan.assertions)
    for service_ in plan.services:
        yield service_.name
        yield from (one.dotted.replace(NAME, service_.name) for one in keys() if one.kind.startswith("a service"))
    yield from (one.workload.name for one in plan.stores)
    yield from (one.name for one in plan.externals)
    yield from (one.dotted for one in keys() if NAME not in one.steps)
