"""Plans with a static site, and what nginx gives out of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from projects import HTML_WEB, VITE_WEB, assertion, compiled, manifest
from speccompile.plan.plan import Plan
from speccompile.plan.site import Site

CONFIG = "site.conf"

FILES = {
    "index.html": "start",
    "about.html": "about",
    "notes/index.html": "notes",
    "empty/a.txt": "a",
    "404.html": "nothing here",
    "sw.js": "worker",
    "assets/index-DiwrgTda.js": "x" * 3000,
    "assets/main.8c2b1d3e.chunk.css": "p {}",
    "assets/hero-background.png": "png",
    "_app/immutable/start.js": "start",
    ".env": "SECRET=1",
    ".git/config": "[core]",
    ".well-known/security.txt": "Contact: me",
    "data.json": "{}",
    "site.webmanifest": "{}",
    "mod.mjs": "export {}",
    "caf\u00e9.html": "caf\u00e9",
}
"""Files of a site, with what is in them."""


def plan(sources: dict[str, str], *said: dict[str, object]) -> Plan:
    """The plan of a site alone."""
    done = compiled(sources, manifest("web-service", *said))
    assert done.defects == ()
    return done.plan


def with_site(made: Plan, **changes: Any) -> Plan:
    """*made* with a site that is otherwise."""
    (service,) = made.services
    assert service.site
    site: Site = replace(service.site, **changes)
    changed: Plan = replace(made, services=(replace(service, site=site),))
    return changed


def site_of(made: Plan) -> Site:
    """The only site of *made*."""
    (service,) = made.services
    assert service.site
    return service.site


PAGES = plan(HTML_WEB)
SINGLE = plan(VITE_WEB, assertion(1, "GET /livez returns 200"))
PLANS = {
    "pages": PAGES,
    "single page": SINGLE,
    "named by content": with_site(SINGLE, immutable=("_app/immutable",), digested=("", "assets")),
    "without a health path": with_site(PAGES, health=None),
    "another page": with_site(SINGLE, page="/200.html"),
}
"""Sites of every shape."""
PACKED = with_site(PAGES, compressed=True)
"""A site whose server has to have a module that not every nginx was built with (the images have it, pip's has not)."""
