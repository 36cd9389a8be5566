"""Whether a file holds a secret: what is in it decides, and its name where that says nothing."""

from __future__ import annotations

import posixpath
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from speccompile.regex import regex
from speccompile.secret_names import is_secret
from speccompile.secret_settings import gives_credential

_SETTINGS = 256 * 1024

_CODE = (
    ".py", ".pyi", ".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx", ".vue", ".svelte", ".astro", ".go", ".rs", ".java",
    ".kt", ".kts", ".scala", ".groovy", ".rb", ".erb", ".php", ".cs", ".fs", ".vb", ".ex", ".exs", ".erl", ".c", ".cc", ".cpp", ".h",
    ".hpp", ".swift", ".dart", ".lua", ".sh", ".html", ".css", ".md", ".mdx", ".rst",
)  # fmt: skip
# A header alone is what a program that parses keys has in it; a key goes on after it. The second line is the same in base64, as
# Kubernetes' Secret and kubeconfig have it (RFC 4648): "-----BEGIN ", and "PRIVATE KEY" after none of the words before it, or one.
_PRIVATE = regex(
    rb"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    rb"(?:\s|[\"'`+,;]|\\+[nr]|[A-Za-z-]{1,20}: [^\n\\]{0,80}){0,40}[A-Za-z0-9+/=]{16}|PuTTY-User-Key-File-"
    rb"|LS0tLS1CRUdJTi(?:BQUklWQVRFIEtFW|BSU0EgUFJJVkFUR|BFQyBQUklWQVRF|BEU0EgUFJJVkFUR|BPUEVOU1NIIFBSSVZBVEUg|BFTkNSWVBURUQg|BQR1AgUFJJVkFURS)[A-Za-z0-9+/]{16}"
    rb"|AGE-SECRET-KEY-1[0-9A-Z]{40}"
)
# The same in DER: PKCS #1 and #8 (version 0), SEC 1 (version 1, then the key), PKCS #12 (version 3); public keys and certificates begin with a sequence.
_DER = regex(rb"\x30(?:[\x10-\x7f]|\x81.|\x82..)\x02\x01(?:\x00[\x02\x30]|\x01\x04|\x03\x30)", re.DOTALL)
_BLOCK = regex(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_SSH = regex(rb"(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3}|sk-\S{1,60}) AAAA")
_PUBLIC = regex(rb"(?:X509 |TRUSTED )?CERTIFICATE|(?:RSA |EC )?PUBLIC KEY|X509 CRL|DH PARAMETERS|EC PARAMETERS")
_TOKENS = regex(
    rb'"private_key"\s{0,9}:\s{0,9}"[^"]'
    rb'|"(?:client_?[sS]ecret|refresh_token)"\s{0,9}:\s{0,9}"[^"${}<]{8}'
    rb'|"auths?"\s{0,9}:\s{0,9}"[A-Za-z0-9+/]{8,}={0,2}"'
    rb"|(?<![A-Za-z0-9])_(?:authToken|auth|password)[\"']?\s{0,9}=\s{0,9}[\"']?[^\s$\"'{]"
    rb"|npmAuthToken:\s{0,9}[\"']?[^\s$\"']"
    rb"|\b(?:AKIA|ASIA)(?![0-9A-Z]{9}EXAMPLE)[0-9A-Z]{16}\b"
    rb"|aws_secret_access_key\s{0,9}[=:]\s{0,9}[A-Za-z0-9/+]{20}"
    rb"|\bAccountKey=[A-Za-z0-9+/]{20}"
    rb"|\bclient-key-data\"?\s{0,9}:\s{0,9}[\"']?[A-Za-z0-9+/]{16}"
    rb"|\bPrivateKey\s{0,9}=\s{0,9}[A-Za-z0-9+/]{42,43}="
    rb"|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{40}|\bglpat-[\w-]{20}|\bxox[abprs]-[\w-]{20}|\b[rs]k_live_\w{20}"
    rb"|\bdop_v1_[0-9a-f]{64}|\bSG\.[\w-]{22}\.[\w-]{43}|\bsk-(?:ant|proj)-[\w-]{40}|\bhf_[A-Za-z]{34}\b|\bpypi-AgEIcHlwaS5vcmc"
    rb"|\bnpm_[A-Za-z0-9]{36}\b|\brubygems_[0-9a-f]{48}|\bglptt-[0-9a-f]{40}|\bxapp-\d-[A-Z0-9]{8,}-\d+-[0-9a-f]{32}"
    rb"|\bhv[sb]\.[\w-]{20}|\bdckr_pat_[\w-]{24}|\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|\bGOCSPX-[\w-]{20}|\bya29\.[\w-]{30}|\bdapi[0-9a-f]{32}\b"
    rb"|\bsk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|\bSK[0-9a-f]{32}\b|\bkey-[0-9a-f]{32}\b|\bwhsec_[A-Za-z0-9+/]{24}|\blin_api_\w{32}|\bfigd_[\w-]{40}"
    rb"|\bsk\.eyJ[\w-]{20,200}\.[\w-]{20}|\bPMAK-[0-9a-f]{24}-|\bpul-[0-9a-f]{40}\b|\bsntry[su]_[\w+/=]{40}|\bNRAK-[A-Z0-9]{27}\b"
    rb"|//hooks\.slack\.com/(?:services|workflows)/T\w{6,20}/\w{6,20}/\w{16}|//(?:\w{1,10}\.)?discord(?:app)?\.com/api/webhooks/\d{15,20}/[\w-]{50}"
    rb"|^BUNDLE_(?!MIRROR|BUILD)[A-Z0-9_]{1,90}__[A-Z0-9_]{1,30}:\s{0,9}[\"']?[\w.@+-]{1,80}:[^\s/\"'$][^\s\"']{5}"
    rb"|\bauth_key\s{0,9}=>\s{0,9}<<\"[^\"]{8}|\"\$(?:write|read)_key\">>\s{0,9},\s{0,9}<<\"[^\"]{8}"
    rb"|\bUnseal Key \d: [A-Za-z0-9+/=]{20}|\"unseal_keys_(?:b64|hex)\"\s{0,9}:\s{0,9}\[\s{0,40}\""
    rb"|^[\w.@+-]{1,64}:\$(?:apr1|[156y]|2[abxy]|argon2(?:id|i|d)|scrypt)\$[\w./$=,+-]{8}",
    re.MULTILINE,
)
# What a browser is given to know an application by has such a key, and is public; elsewhere it is an account's.
_GOOGLE = regex(rb"\bAIza[\w-]{35}\b")
_BROWSERS = regex(rb"\b(?:authDomain|messagingSenderId)\b")
_UTF16 = (BOM_UTF16_LE, BOM_UTF16_BE)
# The keys of Java's stores, beside those in PKCS #12; a store of certificates alone is not told apart.
_STORES = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
# Rows that a database's own program has written: people's data. What migrations have done is none.
_DUMP = regex(
    rb"(?:[^\n]{0,200}\n){0,12}?(?:/\*[^\n]{0,60})?-- (?:PostgreSQL database(?: cluster)? dump|MySQL dump|MariaDB dump)"
)
_BINARY_DUMP = (b"PGDMP", b"REDIS0")
_ROWS = regex(
    rb"^(?:COPY|INSERT INTO) [\"`]?(?:\w{1,60}[\"`]?\.[\"`]?)?"
    rb"(?!schema_migrations|ar_internal|alembic_version|django_migrations|flyway_|databasechangelog|migrations\b)"
    rb"\w{1,60}[\"`]? (?:\([^)]{0,4000}\) )?(?:FROM stdin|VALUES)",
    re.MULTILINE | re.IGNORECASE,
)
# One word and nothing else, in a file that is called what it is.
_CALLED = regex(
    r"(?:.*[._-])?(?:passwords?|passwd|passphrase|pass|secrets?|secret[._-]?key(?:[._-]?base)?|tokens?|vault|cookie|api[._-]?keys?|credentials?|unseal(?:[._-]keys?)?)"
    r"(?:\.txt|\.conf|\.cookie)?\Z", re.IGNORECASE,
)  # fmt: skip
_ONE_WORD = regex(rb"\s{0,9}[!-~]{6,512}\s{0,9}\Z")
# Two signs that only together make a secret: what kind of document it is, and a value that is not left to a template.
_TOGETHER = (
    (  # a Secret of Kubernetes
        regex(rb"(?:^|[{,])\s{0,40}[\"']?kind[\"']?\s{0,9}:\s{0,9}[\"']?Secret\b", re.MULTILINE),
        regex(
            rb"\b(?:stringData|data)[\"']?\s{0,9}:\s{0,9}(?:\{\s{0,40}|(?:#[^\n]{0,200})?\n\s{1,40})[\"']?[\w./-]{1,100}[\"']?\s{0,9}:\s{0,9}[\"']?[^\s{$<\"']"
        ),
    ),
    (  # a kubeconfig
        regex(rb"(?:^|[{,])\s{0,40}[\"']?kind[\"']?\s{0,9}:\s{0,9}[\"']?Config\b", re.MULTILINE),
        regex(rb"\b(?:token|password|id-token|refresh-token)[\"']?\s{0,9}:\s{0,9}[\"']?[^\s{$<\"']{4}"),
    ),
    (
        regex(rb'"kty"\s{0,9}:'),
        regex(rb'"[dk]"\s{0,9}:\s{0,9}"[\w-]{16}'),
    ),  # a private key as RFC 7517 writes it
)


def is_code(path: str) -> bool:
    """Whether the suffix says that *path* is a program's source, or prose: what such files say about secrets is not one."""
    return path.lower().endswith(_CODE)


def holds_secret(path: str, head: bytes) -> bool:
    """Whether the file at *path*, which begins with *head*, must be in no image: what is in it decides, else its name."""
    head = _plain(head)
    if says_secret(path, head):
        return True
    return not is_code(path) and is_secret(posixpath.basename(path)) and not is_public(path, head)


def says_secret(path: str, head: bytes) -> bool:
    """Whether *head*, with which the file at *path* begins, has a secret in it."""
    head = _plain(head)
    if _PRIVATE.search(head) or _DER.match(head):
        return True
    if gives_credential(path, head[:_SETTINGS]) or _is_dump(head):
        return True
    if is_code(path):
        return False
    if head.startswith(_STORES) or (_GOOGLE.search(head) and not _BROWSERS.search(head)):
        return True
    if _ONE_WORD.match(head) and _CALLED.match(posixpath.basename(path)):
        return True
    return bool(_TOKENS.search(head)) or any(kind.search(head) and value.search(head) for kind, value in _TOGETHER)


def _plain(head: bytes) -> bytes:
    """*head* in UTF-8, where it begins as UTF-16 does: PowerShell's ``>`` writes that, and its readers take it."""
    return head.decode("utf-16", "replace").encode("utf-8", "replace") if head.startswith(_UTF16) else head


def is_public(path: str, head: bytes) -> bool:
    """Whether what is called like a secret is what everybody may have: certificates, public keys, what is encrypted."""
    if path.lower().endswith(".enc") or _SSH.match(head):
        return True
    blocks = {match[1] for match in _BLOCK.finditer(head)}
    return bool(blocks) and all(_PUBLIC.fullmatch(block) for block in blocks)


def _is_dump(head: bytes) -> bool:
    if head.startswith(_BINARY_DUMP):
        return True
    return _DUMP.match(head) is not None and _ROWS.search(head) is not None
