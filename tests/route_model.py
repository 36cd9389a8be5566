"""Which route takes a request: a small model of the rules that reads no configuration, and sets of routes to try it with."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from hypothesis import strategies as st

SERVICES = ("one", "two", "three")
SEGMENTS = ("a", "b", "ab", "a b", "é")
MORE = (
    "",
    "/",
    "/x",
    "x",
    "/a",
    "/a/",
    "//x",
    "/./x",
    "/../x",
    "/x/..",
    "/%2Fx",
    "/%2e%2e/x",
    "/x%20y",
    "/x%0Ay",
    "?a=/b",
    "/..",
    "/../../x",
)

OF_HOSTS = {"*.example.com": "one", "a.example.com": "two", "*.b.example.com": "three"}
"""Which service has all of a host, or of a pattern of hosts."""
ASKED_OF_HOSTS = {
    "x.example.com": "one",
    "X.Example.COM:8080": "one",
    "b.example.com": "one",
    "xn--e1a.example.com": "one",
    "a.example.com": "two",
    "x.b.example.com": "three",
    "x.a.example.com": None,
    "x.x.example.com": None,
    "example.com": None,
    "xexample.com": None,
    "x.example.com.evil": None,
    "x.exampleXcom": None,
    "*.example.com": "one",
}
"""Who gets a request for a host: an exact name wins over a pattern, which is of names that are one label longer."""


@dataclass(frozen=True)
class Wanted:
    """A route: its decoded segments, who gets its requests, and whether without them."""

    segments: tuple[str, ...]
    service: str
    strip: bool

    @property
    def path(self) -> str:
        return "/" + "/".join(_encoded(one) for one in self.segments)


def _encoded(segment: str) -> str:
    return "".join(
        one if one.isascii() and one != " " else "".join(f"%{byte:02X}" for byte in one.encode()) for one in segment
    )


ROUTES = st.lists(
    st.builds(Wanted, st.lists(st.sampled_from(SEGMENTS), max_size=3).map(tuple), st.sampled_from(SERVICES), st.booleans()),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one.segments,
)  # fmt: skip


def walked(asked: str) -> tuple[str, ...] | None:
    """The segments of the path of *asked*, decoded: empty ones and ``.`` say nothing, ``..`` goes up. None where it goes above the root."""
    found: list[str] = []
    for part in unquote(asked.partition("?")[0]).split("/")[1:]:
        if part == "..":
            if not found:
                return None
            found.pop()
        elif part not in ("", "."):
            found.append(part)
    return tuple(found)


def chosen(routes: list[Wanted], segments: tuple[str, ...]) -> Wanted | None:
    """Of those with which *segments* begin, the route with the most."""
    fitting = [one for one in routes if segments[: len(one.segments)] == one.segments]
    return max(fitting, key=lambda one: len(one.segments), default=None)


def passed_on(route: Wanted, asked: str, segments: tuple[str, ...]) -> str:
    """For what the service is asked, decoded, where *route* takes a request for *asked*."""
    if not route.strip or not route.segments:
        return "/" + unquote(asked).lstrip("/")  # as Python's servers have it
    rest = "/" + "/".join(segments[len(route.segments) :])
    last = unquote(asked.partition("?")[0]).split("/")[-1]
    slash = "/" if last in ("", ".", "..") and rest != "/" else ""
    query = asked.partition("?")
    return rest + slash + query[1] + unquote(query[2])
