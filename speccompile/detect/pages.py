"""The pages that the front door shows where it answers with an error itself: files of the project, which deploy.yaml names."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.pages import PAGE
from speccompile.detect.seen import PageText
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.spec.characters import first_unfit
from speccompile.spec.project import ProjectSpec
from speccompile.spec.routes import Route

_LARGEST = 32 * 1024
_MARK = "\ufeff"
# What a Caddyfile cannot quote, and how HTML says it otherwise.
_NOT_FOR_CADDY = (("`", "&#96;"), ("{$", "&#123;$"))


def pages(spec: ProjectSpec, tree: Tree) -> tuple[tuple[PageText, ...], tuple[Diagnostic, ...]]:
    """The pages that *spec* names, whatever environment wants them, by their paths; and what is wrong with those in *tree* that cannot be had."""
    named: dict[str, list[Span]] = {}
    for path, at in _named(spec):
        named.setdefault(path, []).append(at)
    found, said = [], []
    for path, places in sorted(named.items()):
        text = _lines(tree.read(path))
        problem = _wrong(path, text, tree) or (_for_caddy(text) if text and spec.proxy == "caddy" else "")
        if text is None or problem:
            said += [_refused(path, at, problem) for at in places]
        else:
            found.append(PageText(path, text, tuple(places)))
    return tuple(found), tuple(said)


def _named(spec: ProjectSpec) -> Iterator[tuple[str, Span]]:
    """Each page with each place that names it."""
    for one in spec.errors:
        yield one.path, one.at
    for deploy in (service.deploy for service in spec.services if service.deploy):
        said: list[tuple[tuple[str | int, ...], Route]] = [(("route",), deploy.route)] if deploy.route else []
        said += [(("routes", number), one) for number, one in enumerate(deploy.routes or ())]
        for steps, route in said:
            for answer, path in _errors(route):
                yield path, deploy.at(*steps, "errors", answer)
    for place in spec.environments:
        for name, routes in sorted(place.says.routes.items()):
            for number, route in enumerate(routes):
                for answer, path in _errors(route):
                    yield path, place.says.at("routes", name, number, "errors", answer)


def _errors(route: Route) -> list[tuple[str, str]]:
    return sorted(route.errors.items())


def _lines(text: str | None) -> str | None:
    """*text* with ends of lines that are the same everywhere, and without a mark of its byte order."""
    return text.removeprefix(_MARK).replace("\r\n", "\n") if text is not None else None


def _wrong(path: str, text: str | None, tree: Tree) -> str:
    """What is wrong with the page at *path*, whose text is *text*; "" for nothing."""
    if text is None:
        return "is no text in UTF-8 that can be read" if tree.is_file(path) else "is not in the project"
    size = len(text.encode())
    if size > _LARGEST:
        return f"has {size} bytes, and {_LARGEST} at most stand in a configuration"
    if found := first_unfit(text):
        return f"has the character U+{ord(found):04X} in it (in HTML it can be written as &#x{ord(found):X};)"
    return "" if text.strip() else "is empty"


def _for_caddy(text: str) -> str:
    """What a Caddyfile cannot hold of *text*; "" for nothing."""
    for what, instead in _NOT_FOR_CADDY:
        if what in text:
            return f"has {what} in it, which a Caddyfile cannot hold (in HTML it can be written as {instead})"
    return ""


def _refused(path: str, at: Span, problem: str) -> Diagnostic:
    return PAGE.at(
        at,
        f"the page {quoted(path)} {problem}",
        fix="name another file of HTML, by its path from the project's root, or take the entry out",
        found=f"{quoted(path)}, which {problem}",
        expected=f"a file of HTML in UTF-8, of {_LARGEST // 1024} KiB at most",
        expected_by="`errors`",
    )
