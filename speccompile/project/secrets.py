"""Whether a file holds a secret: what is in it decides, and its name where that says nothing."""

from __future__ import annotations

import posixpath
import re

from speccompile.secret_names import is_secret

_CODE = (
    ".py", ".pyi", ".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx", ".vue", ".svelte", ".astro", ".go", ".rs", ".java",
    ".kt", ".kts", ".scala", ".groovy", ".rb", ".erb", ".php", ".cs", ".fs", ".vb", ".ex", ".exs", ".erl", ".c", ".cc", ".cpp", ".h",
    ".hpp", ".swift", ".dart", ".lua", ".sh", ".sql", ".html", ".css", ".md", ".mdx", ".rst",
)  # fmt: skip
# A header alone is what a program that parses keys has in it; a key goes on after it. The second line is the same in base64, as
# Kubernetes' Secret and kubeconfig have it (RFC 4648): "-----BEGIN ", and "PRIVATE KEY" after none of the words before it, or one.
_PRIVATE = re.compile(
    rb"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    rb"(?:\s|[\"'`+,;]|\\+[nr]|[A-Za-z-]{1,20}: [^\n\\]{0,80}){0,40}[A-Za-z0-9+/=]{16}|PuTTY-User-Key-File-"
    rb"|LS0tLS1CRUdJTi(?:BQUklWQVRFIEtFW|BSU0EgUFJJVkFUR|BFQyBQUklWQVRF|BEU0EgUFJJVkFUR|BPUEVOU1NIIFBSSVZBVEUg|BFTkNSWVBURUQg|BQR1AgUFJJVkFURS)[A-Za-z0-9+/]{16}"
    rb"|AGE-SECRET-KEY-1[0-9A-Z]{40}"
)
# The same in DER: PKCS #1 and #8 (version 0), SEC 1 (version 1, then the key), PKCS #12 (version 3); public keys and certificates begin with a sequence.
_DER = re.compile(rb"\x30(?:[\x10-\x7f]|\x81.|\x82..)\x02\x01(?:\x00[\x02\x30]|\x01\x04|\x03\x30)", re.DOTALL)
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_PUBLIC = re.compile(rb"(?:X509 |TRUSTED )?CERTIFICATE|(?:RSA |EC )?PUBLIC KEY|X509 CRL|DH PARAMETERS|EC PARAMETERS")
_TOKENS = re.compile(
    rb'"private_key"\s{0,9}:\s{0,9}"[^"]'
    rb'|"(?:client_?[sS]ecret|refresh_token)"\s{0,9}:\s{0,9}"[^"${}<]{8}'
    rb'|"auths?"\s{0,9}:\s{0,9}"[A-Za-z0-9+/]{8,}={0,2}"'
    rb"|_(?:authToken|auth|password)[\"']?\s{0,9}=\s{0,9}[\"']?[^\s$\"'{]"
    rb"|npmAuthToken:\s{0,9}[\"']?[^\s$\"']"
    rb"|\b(?:AKIA|ASIA)(?![0-9A-Z]{9}EXAMPLE)[0-9A-Z]{16}\b"
    rb"|aws_secret_access_key\s{0,9}[=:]\s{0,9}[A-Za-z0-9/+]{20}"
    rb"|\bAccountKey=[A-Za-z0-9+/]{20}"
    rb"|\bclient-key-data\"?\s{0,9}:\s{0,9}[\"']?[A-Za-z0-9+/]{16}"
    rb"|\bPrivateKey\s{0,9}=\s{0,9}[A-Za-z0-9+/]{42,43}="
    rb"|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{40}|\bglpat-[\w-]{20}|\bxox[abprs]-[\w-]{20}|\b[rs]k_live_\w{20}"
    rb"|\bdop_v1_[0-9a-f]{64}|\bSG\.[\w-]{22}\.[\w-]{43}|\bsk-(?:ant|proj)-[\w-]{40}|\bhf_[A-Za-z]{34}\b|\bpypi-AgEIcHlwaS5vcmc"
    rb"|\bnpm_[A-Za-z0-9]{36}\b|\brubygems_[0-9a-f]{48}"
)
# Two signs that only together make a secret: what kind of document it is, and a value that is not left to a template.
_TOGETHER = (
    (  # a Secret of Kubernetes
        re.compile(rb"(?:^|[{,])\s{0,40}[\"']?kind[\"']?\s{0,9}:\s{0,9}[\"']?Secret\b", re.MULTILINE),
        re.compile(
            rb"\b(?:stringData|data)[\"']?\s{0,9}:\s{0,9}(?:\{\s{0,40}|(?:#[^\n]{0,200})?\n\s{1,40})[\"']?[\w./-]{1,100}[\"']?\s{0,9}:\s{0,9}[\"']?[^\s{$<\"']"
        ),
    ),
    (  # a kubeconfig
        re.compile(rb"(?:^|[{,])\s{0,40}[\"']?kind[\"']?\s{0,9}:\s{0,9}[\"']?Config\b", re.MULTILINE),
        re.compile(rb"\b(?:token|password|id-token|refresh-token)[\"']?\s{0,9}:\s{0,9}[\"']?[^\s{$<\"']{4}"),
    ),
    (
        re.compile(rb'"kty"\s{0,9}:'),
        re.compile(rb'"[dk]"\s{0,9}:\s{0,9}"[\w-]{16}'),
    ),  # a private key as RFC 7517 writes it
)


def is_code(path: str) -> bool:
    """Whether the suffix says that *path* is a program's source, or prose: what such files say about secrets is not one."""
    return path.lower().endswith(_CODE)


def holds_secret(path: str, head: bytes) -> bool:
    """Whether the file at *path*, which begins with *head*, must be in no image."""
    if _PRIVATE.search(head) or _DER.match(head):
        return True
    if is_code(path):
        return False
    if _TOKENS.search(head) or any(kind.search(head) and value.search(head) for kind, value in _TOGETHER):
        return True
    if not is_secret(posixpath.basename(path)):
        return False
    blocks = {match[1] for match in _BLOCK.finditer(head)}
    return not (blocks and all(_PUBLIC.fullmatch(block) for block in blocks))
