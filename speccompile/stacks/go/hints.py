"""What Go sources give away: that they listen, at which port and address, and their health route."""

from __future__ import annotations

import re
from collections.abc import Iterable

from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Chosen
from speccompile.stacks.go.source import GoFile

USUAL_PORT = "8080"

# Frameworks, and how each of them begins to listen.
_STARTS = {
    "github.com/gin-gonic/gin": r"\.Run(?:TLS)?\(",
    "github.com/labstack/echo": r"\.Start(?:TLS|AutoTLS|Server)?\(",
    "github.com/gofiber/fiber": r"\.Listen(?:TLS|er)?\(",
    "github.com/kataras/iris": r"\.(?:Listen|Run)\(",
    "github.com/beego/beego": r"\.Run\(",
    "github.com/gobuffalo/buffalo": r"\.Serve\(",
    "github.com/valyala/fasthttp": r"\.ListenAndServe\w*\(",
    "github.com/zeromicro/go-zero": r"\.Start\(\)",
    "github.com/go-kratos/kratos": r"\.Run\(\)",
    "github.com/cloudwego/hertz": r"\.Spin\(\)",
    "github.com/pocketbase/pocketbase": r"\.Start\(\)",
    "google.golang.org/grpc": r"\.Serve\(",
}
WEB = (
    *(path for path in _STARTS if path != "google.golang.org/grpc"),
    "github.com/danielgtaylor/huma",
    "github.com/emicklei/go-restful",
    "github.com/go-chi/chi",
    "github.com/go-fuego/fuego",
    "github.com/gocraft/web",
    "github.com/gorilla/mux",
    "github.com/julienschmidt/httprouter",
    "github.com/urfave/negroni",
    "goji.io",
)
_LISTENS = regex(r"\bListenAndServe(?:TLS)?\(|\bnet\.Listen(?:TCP)?\(|\bhttp\.Serve(?:TLS)?\(")

_NUMBER = regex(r"\d\d")
_PORT = r":?(\d{2,5})"
# What stands before the words of a field's tag, and nothing that is only a string: its type.
_TAG = r"[\w\])}][ \t]+`(?:[^`\n]*?[ \t])?"
# What the environment's PORT is when it is not set.
_DEFAULTS = (
    regex(r"\(\s*\"PORT\"\s*,\s*\"?" + _PORT + r"\b"),
    regex(r"Getenv\(\"PORT\"\)\s*,\s*\"" + _PORT + r"\""),
    regex(
        _TAG + r"(?:env|envconfig):\"PORT[^\"]*\"[^`]*?\b(?:default|envDefault|env-default):\"" + _PORT + r"\""
        r"|" + _TAG + r"(?:env):\"PORT[^\"]*?default=" + _PORT
    ),
    regex(_TAG + r"(?:default|envDefault|env-default):\"" + _PORT + r"\"[^`]*?(?:env|envconfig):\"PORT"),
)
# Where a server or a name of one is given an address or a number; the host before the number is the first group.
_HOST = r"([\w.]*|\[[0-9a-f:]*\])"
_FIXED = (
    regex(r"(?:ListenAndServe(?:TLS)?|\.(?:Run|Listen|Start)(?:TLS)?)\(\s*\"" + _HOST + r":(\d{2,5})\""),
    regex(r"\bListen\(\s*\"tcp[46]?\"\s*,\s*\"" + _HOST + r":(\d{2,5})\""),
    regex(r"\bAddr\b\s*[:=]=?\s*\"" + _HOST + r":(\d{2,5})\""),
    regex(
        r"(?i)\b\w*(?:port|addr|address|listen\w*)\b(?:\s+\w+)?\s*(?::=|=|:|,)\s*\"(?:("
        + _HOST[1:-1]
        + r"):)?(\d{2,5})\""
    ),
    regex(r"(?i)\b\w*port\b()(?:\s+u?int\d*)?\s*(?::=|=|:)\s*(\d{2,5})\b"),
    regex(r"(?i)\"(?:[\w.-]*[._-])?(?:port|addr|address)\"()\s*,\s*\"?:?(\d{2,5})\b"),
)
_FLAG = regex(
    r"\b(?:flag|pflag|flags?\(\))\.(String|Int)(?:Var)?P?\((?:\s*&?[\w.]+\s*,)?\s*\"([\w-]*(?:port|addr|address|listen|http|bind)[\w-]*)\"\s*,"
    r"(?:\s*\"\w?\"\s*,)?\s*\"?(?:(" + _HOST[1:-1] + r"):)?(\d{2,5})\"?\s*,"
)
_SECOND = regex(r"grpc|rpc|metrics|pprof|debug|admin")
_LOCAL = frozenset(("localhost", "127.0.0.1", "[::1]"))
_ELSEWHERE = (
    "http.Get(",
    "http://",
    "https://",
    "redis",
    "postgres",
    "mysql",
    "smtp",
    "DB_",
    "Dial(",
    "mongo",
    "kafka",
    "nats",
    "amqp",
)


@record()
class Listening:
    """The port that a program listens on; the flag that sets it, and whether only its own host can reach it."""

    port: Chosen
    flag: tuple[str, bool] | None = None
    local: bool = False


def of_framework(path: str, known: Iterable[str]) -> str | None:
    """The one of *known* modules that the package *path* belongs to."""
    return next((one for one in known if path == one or path.startswith(f"{one}/")), None)


def listens(files: Iterable[GoFile]) -> Span | None:
    """Where one of *files* begins to listen: as the standard library does it, or a framework that they use."""
    several = tuple(files)
    frameworks = {name for file in several for path in file.imports if (name := of_framework(path, _STARTS))}
    patterns = [_LISTENS, *(re.compile(_STARTS[name]) for name in sorted(frameworks))]
    for file in several:
        if not any(pattern.search(file.text) for pattern in patterns):
            continue
        for line in file.source.lines():
            if any(line.search(pattern) for pattern in patterns):
                return Span(file.path, line.number, 1)
    return None


def port(files: tuple[GoFile, ...]) -> Listening | None:
    """The port of the environment's default; else of a flag; else one that stands for itself. What serves other things
    than the service's own clients comes last."""
    files = tuple(sorted(files, key=lambda file: bool(_SECOND.search(file.path))))
    lines = [(file, line) for file in files for line in file.source.lines() if _NUMBER.search(line.code)]
    for file, line in lines:
        match = next((match for pattern in _DEFAULTS if (match := line.search(pattern))), None)
        digits = next(filter(None, match.groups()), None) if match else None
        if digits and _is_port(digits):
            return Listening(_chosen(file, line.number, digits, "default of PORT"))
    for file, line in lines:
        match = line.search(_FLAG)
        if match and _is_port(match[4]):
            flag = (match[2], match[1] == "Int")
            chosen = _chosen(file, line.number, match[4], f"default of --{match[2]}")
            return Listening(chosen, flag, match[3] in _LOCAL)
    for pattern in _FIXED:
        for file, line in lines:
            match = None if any(sign in line.code for sign in _ELSEWHERE) else line.search(pattern)
            if match and _is_port(match[2]):
                return Listening(_chosen(file, line.number, match[2], "number in the source"), None, match[1] in _LOCAL)
    return None


def _chosen(file: GoFile, number: int, digits: str, what: str) -> Chosen:
    return Chosen("port", str(int(digits)), f"{file.path}:{number} ({what})", Span(file.path, number, 1))


def _is_port(digits: str) -> bool:
    return 0 < int(digits) < 65536
