"""The page as a file: one HTML document, which loads nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from speccompile.backends.escape.html import HtmlText
from speccompile.backends.placing import template
from speccompile.report.content import Report
from speccompile.report.page import page

_HASH = "sha256-{digest}"


def as_html(report: Report) -> str:
    """The report as one self-contained document. What is not escaped for HTML raises ``TypeError`` before it is placed."""
    style = HtmlText(template("report/style.css.j2").render({}, finalized, _untraced))
    shown = page(report, style, _policy(style))
    return template("report/page.html.j2").render({"page": shown}, finalized, _untraced)


def _policy(style: HtmlText) -> HtmlText:
    """Nothing is loaded, sent or run, whatever gets into the page: its own style sheet, by its digest, is all that counts."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    own = f"'{_HASH.format(digest=digest)}'"
    return HtmlText(f"default-src 'none'; style-src {own}; img-src data:; base-uri 'none'; form-action 'none'")


def finalized(value: object) -> Any:
    """*value*, which a template places; ``TypeError`` unless it is HTML, or a number."""
    if isinstance(value, HtmlText | int) and not isinstance(value, bool):
        return value
    raise TypeError(f"{type(value).__name__} {value!r} reached the page without being escaped")


def _untraced(text: str, _: object) -> str:
    """A page says itself why something is there."""
    return text
