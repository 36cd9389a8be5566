"""Which Elixir and which Erlang a project is for: pins of both, what mix.exs accepts, else the pair that is usual."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.stacks import VERSION_CLASH
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.elixir.mixfile import PATH, Mixfile
from speccompile.stacks.facts import Chosen
from speccompile.stacks.pins import Said
from speccompile.stacks.versions import ELIXIR, ERLANG, choose

BUILDPACK = "elixir_buildpack.config"
# Which releases of Erlang each line of Elixir has images with; the usual one first
# (https://hexdocs.pm/elixir/compatibility-and-deprecations.html#between-elixir-and-erlang-otp).
PAIRS = {
    "1.15": ("26",),
    "1.16": ("26",),
    "1.17": ("27", "26"),
    "1.18": ("27", "26"),
    "1.19": ("28", "27", "26"),
}
_KEY = regex(r"^(elixir|erlang)_version=v?\(?([\w.-]{1,40})", re.MULTILINE)


def chosen(tree: Tree, mixfile: Mixfile) -> tuple[Chosen, Chosen, tuple[Diagnostic, ...]]:
    """Elixir, Erlang, and what is wrong with what is said of them."""
    said = dict(_of_buildpack(tree))
    ranges = (Said(_range(mixfile.elixir[0]), f"{PATH} elixir", mixfile.elixir[1]),) if mixfile.elixir else ()
    elixir, about_elixir = choose(tree, ELIXIR, tuple(one for name, one in said.items() if name == "elixir"), ranges)
    line = ".".join(elixir.value.split(".")[:2])
    usual = PAIRS.get(line, PAIRS[ELIXIR.usual])
    erlang, about_erlang = choose(tree, ERLANG, tuple(one for name, one in said.items() if name == "erlang"), ())
    major = erlang.value.split(".")[0]
    if erlang.source == "default":
        return _line(elixir, line), Chosen(erlang.name, usual[0], f"usual for Elixir {line}", elixir.span), about_elixir
    problems = () if major in usual else (_clash(erlang, line, usual),)
    return (
        _line(elixir, line),
        Chosen(erlang.name, major, erlang.source, erlang.span),
        (*about_elixir, *about_erlang, *problems),
    )


def _line(elixir: Chosen, line: str) -> Chosen:
    """The line alone: an image of one release is there with the Erlang of its day only."""
    return Chosen(elixir.name, line, elixir.source, elixir.span)


def _range(text: str) -> str:
    """Hex's ranges, in which alternatives and conjunctions are words."""
    return re.sub(r"\s+and\s+", " ", re.sub(r"\s+or\s+", " || ", text))


def _of_buildpack(tree: Tree) -> Iterator[tuple[str, Said]]:
    text = tree.read(BUILDPACK) or ""
    for match in _KEY.finditer(text):
        yield match[1], Said(match[2], BUILDPACK, Span(BUILDPACK, text.count("\n", 0, match.start()) + 1, 1))


def _clash(erlang: Chosen, line: str, usual: tuple[str, ...]) -> Diagnostic:
    return VERSION_CLASH.at(
        erlang.span or Span("."),
        f"{erlang.source} pins Erlang {erlang.value}, and there are images of Elixir {line} with Erlang {', '.join(usual)}",
        fix=f"pin one of these in {erlang.source}",
    )
