"""Where somebody else's API is: how its address begins, and the port that is called."""

from __future__ import annotations

from urllib.parse import urlsplit

_HTTP, _HTTPS = 80, 443
_SUBMISSION = 587
"""Where programs hand in what they send (RFC 6409, 3.1)."""


def is_mail_server(name: str) -> bool:
    """Whether the API called *name* speaks SMTP, and so nothing can be asked of it by HTTP."""
    return "smtp" in name.split("-")


def example(name: str) -> str:
    """An address such as the operator will supply."""
    if is_mail_server(name):
        return f"smtp://{name}.example.com:{_SUBMISSION}"
    return f"https://{name}.example.com"


def called_port(name: str, url: str | None) -> int:
    """The port of *url*; where the operator supplies the address, the one that such an address usually has."""
    if url:
        parts = urlsplit(url)
        return parts.port or (_HTTP if parts.scheme == "http" else _HTTPS)
    return _SUBMISSION if is_mail_server(name) else _HTTPS
