"""Pages in parts, as configurations hold them; and what becomes of `errors` between deploy.yaml and the plan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects import BUN_WEB, compiled, manifest
from speccompile.backends.escape.nginx import nginx_page
from speccompile.errors import Refused
from speccompile.plan.ingress import Ingress
from speccompile.realise.error_pages import parts

PAGES = {f"pages/{name}.html": f"<p>{name}</p>\n" for name in ("a", "b", "c")}


@given(st.text(st.sampled_from('aé😀"\\$\n\t{'), max_size=5000) | st.integers(0, 9000).map(lambda n: "\\" * n))
def test_parts_are_the_whole_and_short_enough_for_nginx(text: str) -> None:
    found = list(parts(text))
    assert "".join(found) == text
    assert all(len(nginx_page(one).encode()) < 4000 for one in found)
    assert all(found)


def _planned(route: dict[str, object], pages: dict[str, str] | None = None, **more: object) -> Ingress:
    deploy = {"services": {"app": {"path": ".", "routes": [route]}}, **more}
    made = compiled({**BUN_WEB, **PAGES, **(pages or {})}, manifest("web-service"), deploy)
    assert made.defects == ()
    assert made.plan.ingress
    return made.plan.ingress


def test_a_status_wins_over_its_hundred_and_a_route_over_all() -> None:
    entry = _planned(
        {"errors": {"502": "pages/a.html", "5xx": "pages/b.html"}},
        errors={"504": "pages/c.html", "413": "pages/c.html", "404": "pages/a.html"},
    )
    (route,) = entry.routes
    texts = {page.number: page.text for page in entry.pages}
    shown = {one.status: texts[one.page][3] for one in (route.errors.each if route.errors else ())}
    assert shown == {413: "c", 500: "b", 502: "a", 503: "b", 504: "b"}
    assert {one.status: texts[one.page][3] for one in (entry.errors.each if entry.errors else ())} == {
        404: "a",
        413: "c",
        504: "c",
    }


@pytest.mark.parametrize(
    ("text", "proxy", "refused"),
    [
        ("<p>fine", "nginx", False),
        ("<p>`${a}`", "nginx", False),
        ("<p>`a`", "caddy", True),
        ("<p>{$HOME}", "caddy", True),
        ("<p>{http.request.host}", "caddy", False),
        ("<p>\x00", "nginx", True),
        ("<p>\x1b[31m", "nginx", True),
        (" \n", "nginx", True),
        ("x" * 32769, "nginx", True),
        ("x" * 32768, "nginx", False),
    ],
)
def test_what_a_page_may_be(text: str, proxy: str, *, refused: bool) -> None:
    if refused:
        with pytest.raises(Refused) as caught:
            _planned({"errors": {"502": "pages/x.html"}}, {"pages/x.html": text}, proxy=proxy)
        assert [one.code for one in caught.value.diagnostics] == ["SC812"]
    else:
        assert _planned({"errors": {"502": "pages/x.html"}}, {"pages/x.html": text}, proxy=proxy).pages[0].text == text


@pytest.mark.parametrize(
    ("more", "code"),
    [({"proxy": "none"}, "SC454"), ({"targets": ["kubernetes"]}, "SC472")],
)
def test_where_nothing_shows_the_pages_of_a_route_that_is_said(more: dict[str, object], code: str) -> None:
    """Nothing stands in front of the service, or what does so is not ours."""
    deploy = {"services": {"app": {"path": ".", "routes": [{"errors": {"502": "pages/a.html"}}]}}, **more}
    done = compiled({**BUN_WEB, **PAGES}, manifest("web-service"), deploy)
    (said,) = [one for one in done.notes if one.code == code and "errors" in f"{one.message} {one.fix}"]
    assert said.fix
    assert not [one for one in done.artifacts if "<p>a</p>" in one.text]


def test_pages_of_all_requests_want_a_front_door() -> None:
    """Without one nobody answers with an error itself."""
    with pytest.raises(Refused) as caught:
        _planned({}, errors={"502": "pages/a.html"}, proxy="none")
    assert [one.code for one in caught.value.diagnostics] == ["SC457"]
    deploy = {"services": {"app": {"path": "."}}, "errors": {"502": "pages/a.html"}, "targets": ["kubernetes"]}
    done = compiled({**BUN_WEB, **PAGES}, manifest("web-service"), deploy)
    assert [one.code for one in done.notes if "`errors`" in one.message] == ["SC472"]


@pytest.mark.parametrize(
    "errors",
    [
        {"404": "pages/a.html"},
        {"418": "pages/a.html"},
        {"5XX": "pages/a.html"},
        {"502": "pages/a.txt"},
        {"502": "../a.html"},
        {"502": "/etc/a.html"},
        {"502": "pages/none.html"},
    ],
)
def test_what_cannot_be_meant_is_refused(errors: dict[str, str]) -> None:
    """A service, not the front door, says 404 to requests for its routes."""
    with pytest.raises(Refused):
        _planned({"errors": errors})
