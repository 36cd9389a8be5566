"""docker-bake.hcl, read back: the targets, the group and the variables that the plan calls for, and nothing else."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterator, Mapping

from speccompile.codes import delivery as codes
from speccompile.codes.code import Code
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.plan.plan import Layout, Plan, Service
from speccompile.plan.repository import LOCAL_TAG, TAG
from speccompile.record import record
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.readers import hcl
from speccompile.verify.readers.hcl import Block, Quoted, Template, Token

PATH = "bake/docker-bake.hcl"


@record()
class _Finding:
    line: int
    code: Code
    message: str


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the bake file among *files* (path relative to the output directory → text)."""
    text, where = files.get(PATH), place.on_disk(plan, PATH)
    if text is None and not plan.services:
        return ()
    found = _findings(plan, text) if text is not None else [_Finding(0, codes.BAKE_UNREADABLE, "the file is missing")]
    return tuple(one.code.at(Span(where, one.line, 1 if one.line else 0), one.message, fix=place.FIX) for one in found)


def _findings(plan: Plan, text: str) -> Iterator[_Finding]:
    try:
        document = hcl.read(text)
    except hcl.Unreadable as problem:
        yield _Finding(problem.line, codes.BAKE_UNREADABLE, f"not readable: {problem}")
        return
    yield from _comments(plan, document.comments)
    expected = _expected(plan)
    found = [block.address for block in document.blocks]
    for block in document.blocks:
        wanted = expected.get(block.address)
        if wanted is None or found.count(block.address) > 1:
            yield _Finding(block.line, codes.BAKE_NOT_THE_PLAN, f"nothing calls for this {block.kind}, or not twice")
        else:
            yield from _body(block, wanted)
    for address in expected:
        if address not in found:
            yield _Finding(0, codes.BAKE_NOT_THE_PLAN, f"there is no {' '.join(address)}")
    yield from _tags(plan, document.blocks)


def _comments(plan: Plan, comments: tuple[tuple[int, str], ...]) -> Iterator[_Finding]:
    wanted = [*place.header(PATH), "", *_use(plan.layout)]
    if [number for number, _ in comments] != list(range(1, len(wanted) + 1)):
        yield _Finding(1, codes.BAKE_NOT_THE_PLAN, "the comments are not those at the head, each on its line")
    for (number, have), want in zip(comments, wanted, strict=False):
        if have != want:
            yield _Finding(number, codes.BAKE_NOT_THE_PLAN, f"found {quoted(have)}, expected {quoted(want)}")


def _use(layout: Layout) -> tuple[str, ...]:
    file = shlex.quote(posixpath.normpath(posixpath.join(layout.output, PATH)))
    context = _context(layout)
    besides = "" if context == "." else f" --allow=fs.read={context}"
    return (
        f"From the project's directory: docker buildx bake -f {file}{besides}",
        "Several platforms at once want a builder that can: docker buildx create --driver docker-container --use",
        "Labels that say which commit this is and what was verified are put on by `speccompile build` alone; arguments are in the Dockerfiles.",
    )


def _context(layout: Layout) -> str:
    """From the project's directory up to the context."""
    return posixpath.relpath(".", layout.project_in_context or ".")


Tokens = tuple[Token, ...]


def _expected(plan: Plan) -> dict[tuple[str, ...], dict[str, Tokens]]:
    """What each block holds, by its address."""
    slots = (TAG, *(service.repository.parameter for service in plan.services))
    expected: dict[tuple[str, ...], dict[str, Tokens]] = {
        ("variable", slot): {"default": _string("")} for slot in slots
    }
    expected["group", "default"] = {"targets": _list(*(_string(_target(one))[0] for one in plan.services))}
    for service in plan.services:
        expected["target", _target(service)] = _wanted(plan.layout, service)
    return expected


def _target(service: Service) -> str:
    return "default_image" if service.name == "default" else service.name


def _wanted(layout: Layout, service: Service) -> dict[str, Tokens]:
    dockerfile = posixpath.normpath(posixpath.join(layout.output_in_context or ".", service.dockerfile))
    secrets = [_string(f"type=env,id={mount.id},env={mount.id}")[0] for mount in service.image.secrets]
    return {
        "context": _string(_context(layout)),
        "dockerfile": _string(dockerfile),
        "platforms": _list(*(_string(platform)[0] for platform in service.platforms)),
        **({"secret": _list(*secrets)} if secrets else {}),
        "tags": _list(_name(service)),
    }


def _string(value: str) -> Tokens:
    return (Quoted((value,) if value else ()),)


def _list(*items: Token) -> Tokens:
    between = [token for item in items for token in (",", item)][1:]
    return ("[", *between, "]")


def _name(service: Service) -> Quoted:
    """The image's name, where the operator's choice goes before ours."""
    where = service.repository
    return Quoted((_choice(where.parameter, where.name), ":", _choice(TAG, LOCAL_TAG)))


def _choice(slot: str, otherwise: str) -> Template:
    return Template((slot, "==", Quoted(()), "?", Quoted((otherwise,)), ":", slot))


def _body(block: Block, wanted: Mapping[str, Tokens]) -> Iterator[_Finding]:
    if block.blocks:
        yield _Finding(block.blocks[0].line, codes.BAKE_NOT_THE_PLAN, "there is a block in this one")
    for name, attribute in block.attributes.items():
        if attribute.tokens != wanted.get(name):
            yield _Finding(attribute.line, codes.BAKE_NOT_THE_PLAN, f"{name} is not what the plan says")
    for name in wanted:
        if name not in block.attributes:
            yield _Finding(block.line, codes.BAKE_NOT_THE_PLAN, f"{' '.join(block.address)} has no {name}")


def _tags(plan: Plan, blocks: tuple[Block, ...]) -> Iterator[_Finding]:
    """While the operator chooses nothing, each image has the one name that it has everywhere."""
    names = {_target(service): f"{service.repository.name}:{LOCAL_TAG}" for service in plan.services}
    seen: set[str] = set()
    for block in (block for block in blocks if block.kind == "target"):
        for tag in hcl.listed(block.value("tags")) or ():
            name = _unchosen(tag)
            if name in seen or name != names.get(block.labels[0] if block.labels else ""):
                yield _Finding(
                    block.line,
                    codes.BAKE_NAME,
                    f"{' '.join(block.labels)} is tagged {quoted(name)} while nothing is chosen",
                )
            seen.add(name)


def _unchosen(tag: Token) -> str:
    """What a tag is where every variable is empty, as bake would work it out."""
    if not isinstance(tag, Quoted):
        return ""
    said = []
    for part in tag.parts:
        if isinstance(part, str):
            said.append(part)
            continue
        match part.tokens:
            case (_, "==", Quoted(parts=()), "?", Quoted(parts=(str() as otherwise,)), ":", _):
                said.append(otherwise)
    return "".join(said)
