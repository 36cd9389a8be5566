"""Paths and URLs that people write: inside the project, inside a container, in a request, elsewhere."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from speccompile.codes.meaning import PATH, URL, URL_PATH
from speccompile.paths import LOCK, is_git, is_reserved
from speccompile.regex import regex
from speccompile.spec.model import refused
from speccompile.spec.names import text_schema

_LONGEST = 1024
_DEEPEST = 64  # directories; writing safely asks for each of them, for each that it is in
_PCHARS = regex(r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)+")  # RFC 3986, 3.3
_CONTAINER = regex(r"(?:/[A-Za-z0-9._@+-]+)+")
_SYSTEM = ("/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/run/secrets", "/sbin", "/sys", "/usr")
_HOST_AND_PORT = regex(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_URL_CHARACTERS = regex(r"[A-Za-z0-9._~!$&'()*+,;=:@/?%\[\]-]*")
_DRIVE, _WILD = regex("[A-Za-z]:"), regex(r"[*?\[\]]")
_DOT = regex("%2e", re.IGNORECASE)
_MISREAD = regex("%(?:[01][0-9a-f]|7f|2f|5c)", re.IGNORECASE)
_BARE_PERCENT = regex("%(?![0-9A-Fa-f]{2})")
_INSIDE = "write a path relative to the project, with forward slashes, such as services/api"


def project_path(text: str) -> str:
    """*text* as a normalised relative path, "" for the project itself; anything that could leave it is refused."""
    if len(text) > _LONGEST or text != text.strip() or not text:
        raise refused(PATH, "not a path: empty, too long, or with spaces around it", _INSIDE)
    if "\\" in text:
        raise refused(PATH, "a backslash does not separate directories everywhere", _INSIDE)
    if text.startswith(("/", "~")) or _DRIVE.match(text):
        raise refused(PATH, "an absolute path is another one on every machine", _INSIDE)
    if found := _WILD.search(text):
        raise refused(
            PATH, f"the character {found[0]} stands for other characters in most files that name paths", _INSIDE
        )
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if len(parts) > _DEEPEST:
        raise refused(PATH, f"{len(parts)} directories deep; at most {_DEEPEST} are followed", _INSIDE)
    if ".." in parts:
        raise refused(PATH, "a path with .. can leave the project", _INSIDE)
    if any(map(is_git, parts)):
        raise refused(PATH, "a path into .git is not part of the sources", _INSIDE)
    return "/".join(parts)


def output_path(text: str) -> str:
    """Like ``project_path``, and "." for the project itself; names of our own files are no directories."""
    path = project_path(text)
    if is_reserved(path) or LOCK in path.lower().split("/"):
        raise refused(PATH, "a name of a file of our own", "write another name, such as generated")
    return path or "."


def _file_path(text: str) -> str:
    path = project_path(text)
    if not path or text.endswith("/"):
        raise refused(
            PATH, "names a directory where a file is meant", "write the path of a file, such as specs/assertions.json"
        )
    return path


def _page_file(text: str) -> str:
    path = _file_path(text)
    if not path.endswith(".html"):
        raise refused(
            PATH,
            "a page for browsers is a file of HTML",
            "write the path of a file that ends with .html, such as pages/down.html",
        )
    return path


def _container_path(text: str) -> str:
    fix = "write an absolute path below the application or data directories, such as /app/data"
    path = text.rstrip("/")
    if len(text) > _LONGEST or not _CONTAINER.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise refused(PATH, "not an absolute path inside a container (letters, digits and ._@+- between slashes)", fix)
    if any(path == system or path.startswith(f"{system}/") for system in _SYSTEM):
        raise refused(PATH, "a directory of the system itself stays read-only", fix)
    return path


def can_be_written(path: str) -> bool:
    """Whether a container may have a volume at *path*."""
    try:
        return _container_path(path) == path
    except PydanticCustomError:
        return False


def _url_path(text: str) -> str:
    fix = "write a path such as /health, with other characters percent-encoded"
    if len(text) > _LONGEST or not _PCHARS.fullmatch(text):
        raise refused(URL_PATH, "not a path of a URL: / first, then only characters that RFC 3986 allows in paths", fix)
    decoded = _DOT.sub(".", text).split("/")
    if {".", ".."} & set(decoded):
        raise refused(URL_PATH, "a path with . or .. segments is another one for every reader", fix)
    if "" in decoded[1:-1]:
        raise refused(URL_PATH, "a path with an empty segment (//) is another one for every reader", fix)
    if _MISREAD.search(text):
        raise refused(URL_PATH, "an encoded slash, backslash or control character is read differently everywhere", fix)
    return text


def _has_port(url: SplitResult) -> bool:
    """Whether the port of *url* is one, where it has any."""
    try:
        return url.port != 0
    except ValueError:
        return False


def _external_url(text: str) -> str:
    fix = "write a URL such as https://payments.example.com/status; credentials go to `secrets`"
    try:
        url: SplitResult | None = urlsplit(text)
    except ValueError:
        url = None
    if url is None or len(text) > _LONGEST or not _URL_CHARACTERS.fullmatch(text):
        raise refused(URL, "not a URL (RFC 3986)", fix)
    if url.scheme not in ("http", "https"):
        raise refused(URL, "external services are reached by http or https", fix)
    if "@" in url.netloc:
        raise refused(URL, "a URL with credentials in it", fix)
    if not _HOST_AND_PORT.fullmatch(url.netloc):
        raise refused(URL, "a URL without a usable host", fix)
    if not _has_port(url):
        raise refused(URL, "a URL whose port is none", "write a port from 1 to 65535, or leave it out")
    if _BARE_PERCENT.search(text):
        raise refused(URL, "a percent sign that encodes nothing", fix)
    return text


ProjectPath = Annotated[str, AfterValidator(project_path), text_schema()]
OutputPath = Annotated[str, AfterValidator(output_path), text_schema()]
FilePath = Annotated[str, AfterValidator(_file_path), text_schema()]
PageFile = Annotated[str, AfterValidator(_page_file), text_schema(pattern="[.]html$")]
ContainerPath = Annotated[str, AfterValidator(_container_path), text_schema(pattern="^/")]
UrlPath = Annotated[str, AfterValidator(_url_path), text_schema(pattern="^/")]
ExternalUrl = Annotated[str, AfterValidator(_external_url), text_schema(pattern="^https?://")]
