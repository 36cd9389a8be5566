"""Servers in JavaScript that redirect to https what does not say that it came so: their probe says it, as a proxy in front would."""

from __future__ import annotations

import re

from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Chosen
from speccompile.stacks.javascript.reached import Module

# Middleware whose only work it is, and a comparison by hand that is followed by a redirection.
_PACKAGES = regex(
    r"""(?:\bfrom\s*|\brequire\(\s*|\bimport\(\s*)["'](?:express-sslify|koa-sslify|express-enforces-ssl|express-force-https|express-force-ssl|express-to-https|heroku-ssl-redirect|express-http-to-https(?:/index\.js)?|express-https-redirect)["']"""
)
_NOT_HTTPS = r"""(?:!==?\s*["'`]https["'`]|===?\s*["'`]http["'`])"""
_REDIRECTS = r"""[\s\S]{0,240}?\.redirect\("""
_COMPARED = regex(
    # if (req.headers["x-forwarded-proto"] !== "https") { …; return res.redirect(…) }
    rf"""["'`]?x-forwarded-proto["'`]?\s*[\])]*\s*{_NOT_HTTPS}{_REDIRECTS}"""
    # if (req.get("x-forwarded-proto") === "https") return next(); res.redirect(…)
    rf"""|x-forwarded-proto["'`]?\s*[\])]*\s*===?\s*["'`]https["'`]\s*\)+\s*\{{?\s*return\s+(?:await\s+)?next\(\){_REDIRECTS}"""
    # const proto = req.headers["x-forwarded-proto"]; if (proto && proto !== "https") …
    rf"""|\b(?P<said>\w+)\s*=[^;\n]{{0,80}}x-forwarded-proto[\s\S]{{0,160}}?\b(?P=said)\s*{_NOT_HTTPS}{_REDIRECTS}"""
    # if (!req.secure) return res.redirect(…)
    rf"""|(?:!\s*(?:req|request|ctx)\.secure\b|\b(?:req|request|ctx)\.protocol\s*{_NOT_HTTPS}){_REDIRECTS}""",
    re.IGNORECASE,
)


def scheme(modules: tuple[Module, ...]) -> Chosen | None:
    """That every request has to come by https, where one of the sources that the entry reaches insists on it."""
    for module in modules:
        found = module.code.search(_PACKAGES) or _COMPARED.search(module.code.code)
        if found:
            line = module.code.line(found.start())
            where = f"{module.path}:{line}"
            return Chosen("scheme", "https", where, Span(module.path, line, module.code.column(found.start())))
    return None
