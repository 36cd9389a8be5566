"""Whether a file holds a secret: what is in it decides, and its name where that says nothing."""

from __future__ import annotations

import posixpath
import re

from speccompile.secret_names import is_secret

PEEK = 1024 * 1024
"""How many bytes of a file are looked at."""

_CODE = (
    ".py", ".pyi", ".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx", ".vue", ".svelte", ".astro", ".go", ".rs", ".java",
    ".kt", ".kts", ".scala", ".groovy", ".rb", ".erb", ".php", ".cs", ".fs", ".vb", ".ex", ".exs", ".erl", ".c", ".cc", ".cpp", ".h",
    ".hpp", ".swift", ".dart", ".lua", ".sh", ".sql", ".html", ".css", ".md", ".mdx", ".rst",
)  # fmt: skip
# A header alone is what a program that parses keys has in it; a key goes on after it.
_PRIVATE = re.compile(
    rb"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    rb"(?:\s|[\"'`+,;]|\\+[nr]|[A-Za-z-]{1,20}: [^\n\\]{0,80}){0,40}[A-Za-z0-9+/=]{16}|PuTTY-User-Key-File-"
)
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_PUBLIC = re.compile(rb"(?:X509 |TRUSTED )?CERTIFICATE|(?:RSA |EC )?PUBLIC KEY|X509 CRL|DH PARAMETERS|EC PARAMETERS")
_TOKENS = re.compile(
    rb'"private_key"\s{0,9}:\s{0,9}"[^"]'
    rb'|"client_secret"\s{0,9}:\s{0,9}"[^"]{8}'
    rb"|_(?:authToken|auth|password)[\"']?\s{0,9}=\s{0,9}[\"']?[^\s$\"'{]"
    rb"|npmAuthToken:\s{0,9}[\"']?[^\s$\"']"
    rb"|\b(?:AKIA|ASIA)(?![0-9A-Z]{9}EXAMPLE)[0-9A-Z]{16}\b"
    rb"|aws_secret_access_key\s{0,9}[=:]\s{0,9}[A-Za-z0-9/+]{20}"
    rb"|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{40}|\bglpat-[\w-]{20}|\bxox[abprs]-[\w-]{20}|\bsk_live_\w{20}"
)


def is_code(path: str) -> bool:
    """Whether the suffix says that *path* is a program's source, or prose: what such files say about secrets is not one."""
    return path.lower().endswith(_CODE)


def holds_secret(path: str, head: bytes) -> bool:
    """Whether the file at *path*, which begins with *head*, must be in no image."""
    if _PRIVATE.search(head):
        return True
    if is_code(path):
        return False
    if _TOKENS.search(head):
        return True
    if not is_secret(posixpath.basename(path)):
        return False
    blocks = {match[1] for match in _BLOCK.finditer(head)}
    return not (blocks and all(_PUBLIC.fullmatch(block) for block in blocks))
