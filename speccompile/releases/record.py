"""The record of a release: immutable, closed, and read strictly, since a store may hold what a stranger has put there.

What a record can say is a number, a digest, a time, a name in the grammar of names, and one line of text for people. Nothing in it is a command, and
nothing becomes a path but a digest. Written canonically: the same release is the same bytes, wherever it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from speccompile.codes.releases import BAD_RECORD
from speccompile.diagnostics import quoted
from speccompile.errors import Refused
from speccompile.source import Span
from speccompile.spec.environments import Platform
from speccompile.spec.names import SERVICE_NAME, VARIABLE_NAME

LARGEST = 1024 * 1024
"""The most bytes that a record has."""
_SHA = r"sha256:[0-9a-f]{64}"
_FIX = "deploy again, which records a release of its own, or take the record out of the store"
_PLACE = r"[a-z0-9]+(?:[.:/_-]+[a-z0-9]+)*"


def _line(text: str) -> str:
    """One line for people: no control characters, and none that turn text around (Unicode's bidirectional controls)."""
    if not text.isprintable():
        raise ValueError("not one line of printable text")
    return text


def _output(path: str) -> str:
    if path.endswith(".drv"):
        raise ValueError("a recipe, and nothing that was built")
    return path


Name: TypeAlias = Annotated[str, StringConstraints(pattern=rf"^{SERVICE_NAME}$")]
Variable: TypeAlias = Annotated[str, StringConstraints(pattern=rf"^{VARIABLE_NAME}$")]
Sha256: TypeAlias = Annotated[str, StringConstraints(pattern=rf"^{_SHA}$")]
Line: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_line)]
Number: TypeAlias = Annotated[int, Field(ge=1, le=999_999_999)]
Time: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\dZ$")]
Image: TypeAlias = Annotated[
    str, StringConstraints(max_length=512, pattern=rf"^(?:{_PLACE}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?@)?{_SHA}$")
]
"""An image, always by digest: NAME[:TAG]@sha256:… where a registry has it, sha256:… where only the machine that built it has."""
StorePath: TypeAlias = Annotated[
    str,
    StringConstraints(max_length=256, pattern=r"^/nix/store/[0-9a-z]{32}-[A-Za-z0-9+._?=-]+$"),
    AfterValidator(_output),
]
"""What was built, never a recipe (`.drv`): whoever realises that builds it."""


ARCHIVE = "archive:"
"""How the word for an archive begins; its digest follows."""


def running(runs: str) -> dict[str, Any]:
    """The fields of ``Released`` that say that a service *runs* that."""
    if runs.startswith(ARCHIVE):
        return {"path": runs.removeprefix(ARCHIVE)}
    return {"closure" if is_closure(runs) else "image": runs}


def is_closure(runs: str) -> bool:
    """Whether it is a path of Nix's store."""
    return runs.startswith("/nix/store/")


def is_image(runs: str) -> bool:
    """Whether it is what containers run."""
    return not runs.startswith(ARCHIVE) and not is_closure(runs)


class Model(BaseModel):
    """What records are made of: closed, frozen, and nothing is turned into what it is not."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Released(Model):
    """A service in a release: what it runs, and the digest of its realised artifacts.

    ``image`` is what a container runs; ``path`` and ``closure`` are what a unit runs without one: the digest of an archive in the store, and a path of
    Nix's store. Just one of the three is there. ``artifacts`` names the text in the store by which the platform starts it, ``from_release`` the release
    that it is unchanged since. ``hosts`` are the machines that take it; none are all.
    """

    image: Image | None = None
    path: Sha256 | None = None
    closure: StorePath | None = None
    artifacts: Sha256
    from_release: Number
    verified: bool = False
    hosts: tuple[Line, ...] = ()
    irreversible: bool = False

    @property
    def runs(self) -> str:
        """What it runs, whichever kind that is, in a word that tells the kinds apart; see ``running``."""
        return self.image or self.closure or f"{ARCHIVE}{self.path}"

    def model_post_init(self, context: Any, /) -> None:
        """Refuse a service that runs nothing, or two things."""
        del context
        if sum(one is not None for one in (self.image, self.path, self.closure)) != 1:
            raise ValueError("just one of image, path and closure")


BACK = "back: "
"""How the reason of a release begins that goes back to an earlier one."""


class MadeFrom(Model):
    """What a release was made of: another release, for what did not change or was gone back to, and the reason."""

    release: Number | None
    why: Line

    @property
    def is_back(self) -> bool:
        """Whether it goes back: `rollback` says so in the reason, and `deploy` does not."""
        return self.why.startswith(BACK)


class Release(Model):
    """What was deployed to an environment: all that runs there after it, so that each release stands for itself.

    ``parameters`` are the names of those that had a value; ``evidence`` is the digest of the evidence that was there, None without. ``front_door`` is
    the digest of the text with which the front door routes, None where nothing is routed. ``patches`` are those that what was deployed was changed by:
    the file of each and its reason.
    """

    version: Literal[1] = 1
    number: Number
    app: Name
    environment: Name
    platform: Platform
    commit: Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")] | None
    dirty: bool = False
    specs: Sha256
    made_at: Time
    by: Line
    made_from: MadeFrom
    services: Annotated[dict[Name, Released], Field(min_length=1, max_length=1000)]
    front_door: Sha256 | None = None
    parameters: tuple[Variable, ...] = ()
    evidence: Sha256 | None = None
    patches: Annotated[tuple[Line, ...], Field(max_length=1000)] = ()


class ServiceStatus(Model):
    """How a service is on a host: the release that it runs, None for none that is known, and why that is not the wanted one."""

    state: Literal["healthy", "starting", "unhealthy", "stopped", "absent"]
    release: Number | None = None
    why: Line | None = None


class HostStatus(Model):
    """What a host says of itself, at a time of its own clock."""

    version: Literal[1] = 1
    host: Line
    at: Time
    wanted: Number | None
    services: dict[Name, ServiceStatus]


_M = TypeVar("_M", bound=Model)


def written(model: Model) -> str:
    """The one text of *model*: keys in order, nothing left out, a line feed at the end."""
    return json.dumps(model.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, indent=2) + "\n"


def release_in(content: bytes, place: str) -> Release:
    """The release that *content* records; *place* is where that was found, for people. Raises ``Refused`` (SC700)."""
    return parsed(Release, content, place)


def status_in(content: bytes, place: str) -> HostStatus:
    """The same for what a host says of itself."""
    return parsed(HostStatus, content, place)


def parsed(model: type[_M], content: bytes, place: str) -> _M:
    """What *content*, found at *place*, says as a *model*; raises ``Refused`` (SC700)."""
    try:
        if len(content) > LARGEST:
            raise ValueError(f"larger than {LARGEST} bytes")
        text = content.decode("utf-8")
        json.loads(text, object_pairs_hook=_once)
        return model.model_validate_json(text)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        why = f"{quoted(where)}: {first['msg']}"
    except (ValueError, RecursionError) as problem:
        why = str(problem).split("\n")[0] or "not JSON"
    message = f"this is not the record that speccompile writes: {why}"
    raise Refused([BAD_RECORD.at(Span(place), message, fix=_FIX, expected_by="the format of a release's record")])


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """An object; a key that stands there twice is another one for each reader."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found
