"""Who gets in to a route of a Caddyfile: each door as the plan has it, and all of them before anything is passed on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from speccompile.codes import caddy as codes
from speccompile.codes.code import Code
from speccompile.plan.ingress import Route
from speccompile.realise.proxies import users_file
from speccompile.verify.caddy_site import Answer
from speccompile.verify.readers.caddyfile import named


def guarded(route: Route, number: int, answer: Answer) -> Iterator[tuple[int, Code, str]]:
    """SC806: what turns requests for *route* away, its site's *number*, is what the plan says, and nothing else does."""
    matchers = {one.name: one.args for one in answer.inside if one.name.startswith("@")}
    turned = Counter((status, matchers.get(name, ())) for name, status in turned_away(answer))
    wanted = Counter(_wanted(route))
    for status, words in sorted((turned - wanted) + (wanted - turned)):
        what = "is" if (status, words) in turned else "is not"
        yield (
            answer.line,
            codes.DOORS,
            f"{route.service} {what} closed ({status}) by `{' '.join(words)}`, against the plan",
        )
    if bool(route.maintenance) != ((f"@closed{number}", "503") in set(turned_away(answer))):
        yield answer.line, codes.DOORS, f"{route.service} is not closed for maintenance as the plan says"
    yield from _users(route, answer)
    if answer.proxy is None:
        yield answer.line, codes.DOORS, f"{route.service} is asked before it is known who asks"


def _wanted(route: Route) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Statuses, each with the words of the matcher that leads to it."""
    if route.networks and route.networks.allow:
        yield "403", ("not", "client_ip", *route.networks.allow)
    if route.networks and route.networks.deny:
        yield "403", ("client_ip", *route.networks.deny)
    if route.maintenance:
        yield "503", ("file",)
    if route.methods:
        yield "405", ("not", "method", *route.methods.allow)
    if route.strip and route.path != "/":
        yield "400", ("vars_regexp", "{http.request.uri.path}", "(?:^|/)[.][.]?(?:/|$)")


def _users(route: Route, answer: Answer) -> Iterator[tuple[int, Code, str]]:
    """A file of users where the plan has one, and the service does not learn their passwords."""
    users = [one.args for each in named(answer.inside, "basic_auth") for one in each.block or ()]
    wanted = [(users_file(route.login.secret),)] if route.login else []
    if users != wanted:
        yield answer.line, codes.DOORS, f"{route.service} is open to other users than the plan says"
    if route.login and ("-Authorization",) not in {one.args for one in named(answer.inside, "request_header")}:
        yield answer.line, codes.DOORS, f"{route.service} is told passwords that are none of its business"


def turned_away(answer: Answer) -> Iterator[tuple[str, str]]:
    """By the matchers of which *answer* turns requests away, each with the status."""
    for one in named(answer.inside, "error"):
        if len(one.args) == 2:
            yield one.args[0], one.args[1]
