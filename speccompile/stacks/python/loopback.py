"""Programs that start their server themselves on the loopback address, where no other container reaches them: told as a text, by a name, by the
environment or by an argument that has it for a default."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from speccompile.codes.stacks_py import LOOPBACK
from speccompile.diagnostics import Diagnostic
from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.python.server import Serving

# What starts a server, and which of its arguments is the host, where that is no keyword.
_FIRST = r"\w*HTTPServer|\w*TCPServer|\w*UDPServer|WSGIServer|make_server|run_simple|bind|create_server"
_SECOND = r"start_server|create_server|serve|TCPSite|listen"
_STARTS = regex(
    rf"(?<![\w@.])(?:uvicorn\.Config|(?:[\w.]+\.)?(?:({_FIRST})|({_SECOND})|run|run_app|run_server|run_forever|start|launch))\(\s*"
)
_KEYWORD = regex(r"(?:host|hostname|bind|address|interface|listen|server_name|server_host)\s*=(?!=)\s*")
_LOCAL = regex(r"""[\s(\[]*[rf]?["'](127\.0\.0\.1|localhost|::1|\[::1\])(?::[^"'\n]{0,40})?["']""")
_TOLD = regex(
    r"""[\w.\s]*\b(?:environ\.get|getenv|environ)\s*[(\[]\s*["'](\w+)["']\s*(?:,\s*(?:default\s*=\s*)?|[)\]]\s*or\s*)["'](127\.0\.0\.1|localhost|::1)["']"""
)
_NAME = regex(r"\(?\s*([A-Za-z_]\w*)\s*(?:,|\Z|\))")
_ATTRIBUTE = regex(r"\(?\s*\w+\.(\w+)\s*(?:,|\Z|\))")
_LONGEST, _MOST = 2000, 200


@record()
class _Host:
    """The host that a server is told: the address, and what can tell it another."""

    address: str
    fix: str


def loopback(tree: Tree, serving: Serving | None, program: str | None) -> tuple[Diagnostic, ...]:
    """That a program which starts its server itself, of a framework or of the standard library, does so where nobody reaches it."""
    if serving and (serving.server != "python" or serving.framework.name == "gradio"):
        return ()
    path = (serving.path if serving else program) or ""
    code = source(tree, path)
    for match in islice(code.finditer(_STARTS), _MOST) if path else ():
        host = next(_hosts(code, match), None)
        if host:
            message = f"{path} listens on {host.address}: nothing outside of its container reaches it there"
            written = code.code.find(host.address, match.end(), match.end() + _LONGEST)
            begins = written if written >= 0 else match.start()
            at = Span(path, code.line(begins), code.column(begins))
            return (LOOPBACK.at(at, message, fix=host.fix),)
    return ()


def _hosts(code: Lexed, match: re.Match[str]) -> Iterator[_Host]:
    """The loopback addresses that a call is told as its host."""
    arguments = _arguments(code, match.end())
    for one in arguments:
        if keyword := _KEYWORD.match(one):
            yield from _valued(code, one[keyword.end() :])
    for number in (*((0,) if match[1] else ()), *((1,) if match[2] or match[1] == "create_server" else ())):
        if number < len(arguments):
            yield from _valued(code, arguments[number])


def _valued(code: Lexed, written: str, *, further: bool = True) -> Iterator[_Host]:
    if local := _LOCAL.match(written):
        yield _Host(local[1], 'listen on all addresses, host="0.0.0.0", or on what an environment variable says')
    elif told := _TOLD.match(written):
        yield _Host(
            f"{told[2]} unless {told[1]} is set",
            f"set it in specs/deploy.yaml (`env: {{{told[1]}: 0.0.0.0}}`), or listen on 0.0.0.0",
        )
    elif further and (name := _NAME.match(written)):
        for value in code.finditer(
            re.compile(rf"^[ \t]*{name[1]}(?:[ \t]*:[^=\n]+)?[ \t]*=[ \t]*(?=\S)", re.MULTILINE)
        ):
            yield from _valued(code, code.code[value.end() :].partition("\n")[0], further=False)
    elif further and (name := _ATTRIBUTE.match(written)):
        yield from _argument(code, name[1])


def _argument(code: Lexed, name: str) -> Iterator[_Host]:
    """The default of the argument of the command line that is called so, or of a field."""
    flag = re.compile(
        rf"""\badd_argument\([^)]{{0,200}}["']--{re.escape(name).replace("_", "[-_]")}["'][^)]{{0,300}}?default\s*=\s*"""
    )
    field = re.compile(rf"^[ \t]+{re.escape(name)}[ \t]*:[ \t]*str[ \t]*=[ \t]*", re.MULTILINE)
    for match in code.finditer(flag):
        for host in _valued(code, code.code[match.end() :].partition("\n")[0], further=False):
            yield _Host(
                f"{host.address} unless it is told --{name.replace('_', '-')}",
                f"write the service's `command` in specs/deploy.yaml with `--{name.replace('_', '-')} 0.0.0.0`, or listen on 0.0.0.0",
            )
    for match in code.finditer(field):
        yield from _valued(code, code.code[match.end() :].partition("\n")[0], further=False)


def _arguments(code: Lexed, start: int) -> list[str]:
    """The arguments of the call whose parenthesis is before *start*, as they are written."""
    found, depth, begun, bare = [], 1, start, code.bare
    for at in range(start, min(len(bare), start + _LONGEST)):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(bare[at], 0)
        if not depth or (depth == 1 and bare[at] == ","):
            found.append(code.code[begun:at].strip())
            begun = at + 1
        if not depth:
            break
    return found
