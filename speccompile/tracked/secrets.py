"""Which tracked files hold secrets: by their place, or by their name and what is in them.

A name alone condemns only what can hold nothing else; of others the content decides, so that a public ``.npmrc`` or a certificate may
stay. Keys of tests and examples open nothing.
"""
# ruff: noqa: PTH119

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from speccompile.regex import regex
from speccompile.secret_contents import says_secret
from speccompile.secret_names import is_secret
from speccompile.secret_settings import are_settings
from speccompile.tracked.beginnings import Beginnings

_REHEARSAL = frozenset((
    "__fixtures__", "__mocks__", "__tests__", "doc", "docs", "e2e", "example", "examples", "fixtures", "mocks", "sample",
    "samples", "spec", "test", "testdata", "tests",
))  # fmt: skip
_PATTERN = r"example|sample|template|tmpl|dist|schema|test|defaults?"
_PLACEHOLDERS = regex(rf"\.env\.(?:[^/]*\.)?(?:{_PATTERN})\Z")
_KEPT = regex(r"\.gitignore|\.gitkeep|\.keep|readme(?:\.\w+)?")
_NAMES = regex(
    r"(?P<alone>\.env|[^/]+\.(?:p12|pfx|kdbx)|id_(?:rsa|dsa|ecdsa|ed25519)|\.git-credentials|\.pgpass|\.vault-token"
    r"|[^/]+\.(?:tfstate|rdb))\Z"
    r"|(?:\.env\.[^/]+|[^/]+\.env|[^/]+\.(?:pem|key|p8|ppk|tfvars)|[._]netrc|\.npmrc|\.pypirc|\.dockercfg|kubeconfig|[^/]*\.kubeconfig|\.my\.cnf"
    r"|credentials|(?:[^/]*[._-])?(?:credentials?|secrets?|service[._-]?account|client[._-]secret)[^/]*\.(?:json|ya?ml|toml|ini|cfg))\Z"
)
_KEYS = regex(r"(?:age)?-?keys?\.txt|.*[._-]key(?:\.txt)?|deploy_?key.*")
_OF_STORES = regex(r"(?:docker-)?compose|values")
_CONTENTS = regex(
    rb"-----BEGIN [A-Z ]{0,30}PRIVATE KEY|PuTTY-User-Key-File"
    rb"|\"(?:client_secret|private_key)\"\s*:\s*\"[^\"]{8}"
    rb"|^\s*(?://\S+:)?_(?:authToken|password|auth)\s*=\s*[^\s$]"
    rb"|^\s*(?:machine\s+\S+\s+login\s+\S+\s+)?password(?:\s+|\s*[=:]\s*)[^\s$]"
    rb"|^\s*aws_secret_access_key\s*=\s*\S"
    rb"|\"auth\"\s*:\s*\"[A-Za-z0-9+/=]{4}|^\s*(?:client-key-data|token)\s*:\s*[^\s$]"
    rb"|^\s*(?:export\s+)?\w*(?i:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY)\s*=\s*[\"']?[^\s\"'$<#]{4}",
    re.MULTILINE,
)


def secret_files(files: Beginnings, output: str, tracked: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Those of the *tracked* paths that hold secrets, each with what it is: concluded of the paths, of *output*, which is the output
    directory, and of how *files* begin, and of nothing else."""
    values = f"{output}/secrets/" if output not in ("", ".") else "secrets/"
    for path in tracked:
        if path.startswith(values) and not _KEPT.fullmatch(os.path.basename(path).lower()):
            yield path, "it holds the value of a secret"
        elif not path.startswith("../") or path.startswith(f"{output}/"):
            what = _what(files, path)
            if what:
                yield path, what


def _what(files: Beginnings, path: str) -> str | None:
    directory, _, name = path.lower().rpartition("/")
    found = _NAMES.match(name)
    if _PLACEHOLDERS.match(name) or not _REHEARSAL.isdisjoint(directory.split("/")):
        return None
    if found and found["alone"]:
        return "it holds what a deployment keeps secret" if name == ".env" else "a file of that name holds a secret"
    if not (found or _looks_like_one(path, name)):
        return None
    head = files.of(path)
    return "what is in it is a secret" if (found and _CONTENTS.search(head)) or says_secret(path, head) else None


def _looks_like_one(path: str, name: str) -> bool:
    """Whether a file is read for its name. What starts stores on one's own machine has passwords for these, and is no deployment."""
    return (
        _KEYS.fullmatch(name) is not None or is_secret(path) or (are_settings(path) and _OF_STORES.match(name) is None)
    )
