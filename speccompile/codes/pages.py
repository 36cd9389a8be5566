"""SC812: pages of the project that the front door shows where it answers with an error itself."""

from __future__ import annotations

from speccompile.codes.code import Code

PAGE = Code(
    "SC812",
    "a page for an error that cannot be had",
    """`errors` in deploy.yaml, or in a route, names files of HTML in the project, in UTF-8 and of 32 KiB at most: they become a part of the front
    door's configuration, and go wherever that goes. A Caddyfile holds no backquote and no `{$`; in HTML they can be written as `&#96;` and `&#123;$`.""",
)

CODES: tuple[Code, ...] = (PAGE,)
