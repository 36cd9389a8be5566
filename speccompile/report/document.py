"""The page as a file: one HTML document, which loads nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from speccompile.backends.escape.html import HtmlText
from speccompile.backends.jinja import environment_with
from speccompile.report.content import Report
from speccompile.report.page import page

_HASH = "sha256-{digest}"


def as_html(report: Report) -> str:
    """The report as one self-contained document. What is not escaped for HTML raises ``TypeError`` before it is placed."""
    style = HtmlText(_environment().get_template("report/style.css.j2").render())
    shown = page(report, style, _policy(style))
    return _environment().get_template("report/page.html.j2").render(page=shown)


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


@pass_context
def _finalize(_: Context, value: object) -> Any:
    return finalized(value)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return environment_with(_finalize)
