"""Which services run in a browser, and which of the others these call."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from speccompile.spec.archetypes import WEB_SERVICE
from speccompile.stacks.archetype import SERVERS
from speccompile.survey.found import Found

_IN_BROWSERS = frozenset((
    "@angular/core", "@builder.io/qwik", "@preact/preset-vite", "ember-source", "gatsby", "inferno", "lit", "preact", "react", "react-dom", "react-scripts",
    "solid-js", "svelte", "vue",
))  # fmt: skip
_PAGES = frozenset(("@remix-run/node", "@sveltejs/kit", "astro", "next", "nuxt"))
_NAMES = frozenset(("client", "dashboard", "frontend", "portal", "site", "ui", "web", "webapp", "www"))


def in_browser(service: Found) -> bool:
    """Whether *service* is only delivered here and runs at its users: it reaches the others by the proxy alone."""
    dependencies = service.detection.facts.dependencies
    return service.detection.facts.pages is not None or bool(dependencies & _IN_BROWSERS and not dependencies & SERVERS)


def frontend(services: Iterable[Found]) -> Found | None:
    """The service that people see first: the only one made of pages, or the one called like that; the root's where all are alike."""
    web = [one for one in services if one.archetype == WEB_SERVICE]
    if len(web) == 1:
        return web[0]
    made = [one for one in web if in_browser(one) or one.detection.facts.dependencies & _PAGES]
    called = [one for one in made or web if {one.name, posixpath.basename(one.directory)} & _NAMES]
    at_root = [one for one in web if not one.directory]
    return next((found[0] for found in (made if len(made) == 1 else [], called, made, at_root) if found), None)
