"""By which host and over which scheme a Python application insists on being asked: what its probe has to send."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from speccompile.codes.stacks_py import ANSWERS_TO, INSISTS
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.lexing import Lexed
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Chosen

_DJANGO_LISTED = regex(r"^[ \t]*ALLOWED_HOSTS[ \t]*(?::[^=\n]+)?=[ \t]*[\[(]([^\])]*)[\])]", re.MULTILINE)
_DJANGO_DEFAULT = regex(
    r"""^[ \t]*ALLOWED_HOSTS[ \t]*(?::[^=\n]+)?=[^\n]*?["'][A-Z][A-Z0-9_]*["']\s*,\s*(?:default\s*=\s*)?(?:["']([^"'\n]*)["']|\[([^\]]*)\])""",
    re.MULTILINE,
)
_TRUSTED = regex(r"\bTrustedHostMiddleware\b[^\n]*?(?:,|\()\s*allowed_hosts\s*=\s*\[([^\]]*)\]")
_REDIRECTS = regex(
    r"""^[ \t]*SECURE_SSL_REDIRECT[ \t]*(?::[^=\n]+)?=[ \t]*(?:True\b|[^\n]*?,\s*(?:default\s*=\s*)?["']?(?:True|true|1)\b)"""
    r"|\badd_middleware\(\s*HTTPSRedirectMiddleware\b|\b(?:Talisman\(\s*\w+(?![^)]*\bforce_https\s*=\s*False)|SSLify\()",
    re.MULTILINE,
)
_HEADER = regex(
    r"""^[ \t]*SECURE_PROXY_SSL_HEADER[ \t]*(?::[^=\n]+)?=[ \t]*\(\s*["'](\w+)["']\s*,\s*["'](\w+)["']""", re.MULTILINE
)
# They look at what the proxy says by themselves.
_READ = ("HTTPSRedirect", "Talisman", "SSLify")
_TELLING = ("gunicorn", "uvicorn")
_FORWARDED = ("HTTP_X_FORWARDED_PROTO", "https")
_STRING = regex(r"""["']([^"'\n]*)["']""")
_HOST = regex(r"\.?[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\Z")
_PUT_TOGETHER = regex(r"""\bf["'][^"'\n]*\{""")
_SHOWN = 60
_NEAR = ("127.0.0.1", "*")


@record()
class Insists:
    """The host to ask for, the scheme to name (None: what the probe says by itself), and what is to be told; ``refuses`` is whether a probe is
    answered with a redirection whatever it sends, ``block`` the words for where in the settings that is said, empty where it always holds."""

    host: Chosen | None = None
    scheme: Chosen | None = None
    refuses: bool = False
    block: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()


def insists(codes: Iterable[tuple[str, Lexed]]) -> Insists:
    """What the settings and sources *codes* insist on."""
    read = list(codes)
    host = next((found for path, code in read if (found := _host(path, code))), None)
    made = tuple(_made(path, code) for path, code in read if host is None)
    told = (*_told(host), *(one for one in made if one))
    redirects = next(((path, code, match) for path, code in read if (match := code.search(_REDIRECTS))), None)
    if redirects is None:
        return Insists(host=host, diagnostics=told)
    span = _place(*redirects)
    header = next((match for _, code in read if (match := code.search(_HEADER))), None)
    reads = any(name in redirects[2][0] for name in _READ)
    if reads or (header and (header[1], header[2]) == _FORWARDED):
        return Insists(host, Chosen("scheme", "https", f"{span.path}:{span.line}", span), diagnostics=told)
    block = _block(redirects[1], redirects[2].start())
    insisting = INSISTS.at(
        span,
        f"{block}every request is redirected to https, also what comes from a proxy that has taken https off: none is ever answered",
        fix='tell Django what the proxy says: SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")',
    )
    return Insists(host, None, True, block, (*told, insisting))


def believed(found: Insists, server: str | None) -> Insists:
    """*found* of an application that *server* runs: gunicorn and uvicorn tell it themselves that a request came by https, where the proxy says so and they
    are told to believe it (https://docs.gunicorn.org/en/stable/settings.html#forwarded-allow-ips), as they are in the image. Tried with both."""
    if not found.refuses or server not in _TELLING:
        return found
    (told,) = (one for one in found.diagnostics if one.code == INSISTS.id)
    others = tuple(one for one in found.diagnostics if one is not told)
    said = replace(
        told,
        message=f"{found.block}every request is redirected to https; {server} alone says of what comes from the proxy that it came so,"
        " as the image tells it to believe that (FORWARDED_ALLOW_IPS)",
    )
    scheme = Chosen("scheme", "https", f"{told.span.path}:{told.span.line}", told.span)
    return replace(found, scheme=scheme, refuses=False, diagnostics=(*others, said))


def _block(code: Lexed, at: int) -> str:
    """In which block the line of the offset *at* stands: nobody here knows whether what begins it holds."""
    lines = code.code.split("\n")[: code.line(at)]
    deep = _indentation(lines[-1])
    for number in range(len(lines) - 1, 0, -1):
        line = lines[number - 1]
        if deep and line.strip() and _indentation(line) < deep:
            return f"in the block of `{line.strip()[:_SHOWN]}` (line {number}) "
    return ""


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _told(host: Chosen | None) -> tuple[Diagnostic, ...]:
    """That whoever asks by another name is refused."""
    if host is None or host.span is None or host.value == "localhost":
        return ()
    message = f"the application answers to {quoted(host.value)} and not to the address of this machine; its probe asks by that name"
    fix = f"ask by that name (`curl -H 'Host: {host.value}'`), or add the names that you ask by to its allowed hosts"
    return (ANSWERS_TO.at(host.span, message, fix=fix),)


def _made(path: str, code: Lexed) -> Diagnostic | None:
    """That nobody here knows by which names it is asked: they are put together when it runs (``[f"{APP}.fly.dev"]``)."""
    match = code.search(_DJANGO_LISTED)
    if match is None or not _PUT_TOGETHER.search(match[1]) or set(_STRING.findall(match[1])) & {*_NEAR, "localhost"}:
        return None
    message = "ALLOWED_HOSTS is put together when the program runs: whoever asks by another name, the address of this machine too, is answered with 400"
    fix = 'add the names that you ask by ("localhost", the domain), or read them all from a variable: os.environ["ALLOWED_HOSTS"].split(",")'
    return ANSWERS_TO.at(_place(path, code, match), message, fix=fix)


def _host(path: str, code: Lexed) -> Chosen | None:
    """A host of the list of those that are answered, where the probe's own is not among them."""
    for pattern in (_DJANGO_LISTED, _TRUSTED, _DJANGO_DEFAULT):
        match = code.search(pattern)
        if match is None:
            continue
        listed = _STRING.findall(match[1] or "") if pattern is not _DJANGO_DEFAULT else _defaults(match)
        hosts = [one.strip() for one in listed if _HOST.match(one.strip()) or one.strip() in _NEAR]
        if not hosts or set(hosts) & set(_NEAR):
            return None
        value = "localhost" if "localhost" in hosts else hosts[0].removeprefix(".")
        span = _place(path, code, match)
        return Chosen("host", value, f"{path}:{span.line}", span)
    return None


def _defaults(match: re.Match[str]) -> list[str]:
    return match[1].split(",") if match[1] is not None else _STRING.findall(match[2] or "")


def _place(path: str, code: Lexed, match: re.Match[str]) -> Span:
    return Span(path, code.line(match.start()), code.column(match.start()))
