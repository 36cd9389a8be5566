"""References of aramb.toml: ``${N.outputs.X}``, ``${N.vars.X}``, ``${N.secrets.X}``, where N is a service's number, id, slug or name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from speccompile.catalog import CATALOG
from speccompile.codes.importing import CIRCULAR_VALUES, DANGLING
from speccompile.diagnostics import Diagnostic
from speccompile.frontends.importers.keys import beginning, not_carried, table, tables, text
from speccompile.frontends.wording import nearest, shown
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.located import Located

REFERENCE = regex(r"\$\{([A-Za-z0-9_-]{1,80})\.(outputs|vars|secrets)\.([A-Za-z_][A-Za-z0-9_]{0,80})\}")
OF_BUILDS = ("IMAGE_URL", "PATH")
OUTPUTS = ("PRIVATE_URL", "INTERNAL_URL", "PUBLIC_URL", *OF_BUILDS)
_DEEPEST = 20
_LONGEST = 4096
_PORT_FOLLOWS = regex(r":\d")


@record(kw_only=True)
class Written:
    """A service of the file: what it is called here, its type and port there, its variables and secrets with the places of their keys."""

    raw: Located
    name: str
    kind: str
    port: int | None
    port_at: Span
    variables: Mapping[str, tuple[str, Span]]
    secrets: Mapping[str, tuple[str, Span]]

    @property
    def span(self) -> Span:
        """Where it begins."""
        return beginning(self.raw)

    @property
    def said(self) -> tuple[str, ...]:
        """What references call it."""
        return tuple(filter(None, (text(self.raw.get(key)) for key in ("uniqueIdentifier", "id", "slug", "name"))))


@record(kw_only=True)
class Resolved:
    """A value without references: its text, the services whose secrets it has in it, and those that it refers to by their addresses, inside and
    from outside."""

    text: str
    secrets_of: tuple[Written, ...] = ()
    inside: tuple[Written, ...] = ()
    outside: tuple[Written, ...] = ()


class Unresolved(Exception):
    """A value whose references lead nowhere, or to itself; the finding says which and by which way."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.message)
        self.finding = finding


@record()
class References:
    """All services of a file by what references call them, the public addresses of those that have one, and the variables that are known already."""

    services: Mapping[str, Written]
    public: Mapping[str, str]
    known: dict[str, Resolved] = field(default_factory=dict)

    def target(self, said: str) -> Written | None:
        """The service that *said* names."""
        return self.services.get(said)

    def resolved(self, value: str, span: Span, path: Sequence[str]) -> Resolved:
        """*value*, which stands at *span*, without references. *path* is by which way it was come to; raises ``Unresolved``."""
        parts: list[Resolved] = []
        at, size = 0, 0
        for found in REFERENCE.finditer(value):
            part = self._part(found, span, path)
            parts += (Resolved(text=value[at : found.start()]), part)
            at, size = found.end(), size + len(part.text)
            if size > _LONGEST:  # references to references to references grow without end
                why = f"put together it is longer than {_LONGEST} characters"
                raise Unresolved(not_carried(span, path[-1], why, "write the value that is meant into deploy.yaml"))
        parts.append(Resolved(text=value[at:]))
        return Resolved(
            text="".join(one.text for one in parts),
            secrets_of=_once(other for one in parts for other in one.secrets_of),
            inside=_once(other for one in parts for other in one.inside),
            outside=_once(other for one in parts for other in one.outside),
        )

    def _part(self, found: re.Match[str], span: Span, path: Sequence[str]) -> Resolved:
        """What one reference stands for."""
        said, name = found[0], found[3]
        target = self.target(found[1])
        if target is None:
            raise Unresolved(self._dangling(said, f"no service is called {shown(found[1])}", span, path))
        if found[2] == "vars":
            return self._variable(target, name, said, span, path)
        if found[2] == "secrets":
            if name not in target.secrets:
                raise Unresolved(self._dangling(said, f"{target.name} has no secret {name}", span, path))
            return Resolved(text="***", secrets_of=(target,))
        text = self._output(target, name, said, span, path, alone=not _PORT_FOLLOWS.match(found.string, found.end()))
        return Resolved(text=text, outside=(target,)) if name == "PUBLIC_URL" else Resolved(text=text, inside=(target,))

    def _output(self, target: Written, output: str, said: str, span: Span, path: Sequence[str], *, alone: bool) -> str:
        """The address of *target*; its host only where a port follows, as the platform's own address has one already."""
        port = f":{target.port}" if target.port and alone else ""
        match output:
            case "PRIVATE_URL":
                return f"{target.name}{port}"
            case "INTERNAL_URL":
                return f"http://{target.name}{port}"
            case "PUBLIC_URL" if target.name in self.public:
                return self.public[target.name]
            case "PUBLIC_URL":
                raise Unresolved(self._dangling(said, f"{target.name} is not public", span, path))
        raise Unresolved(self._dangling(said, f"{target.name} has no output {output}", span, path))

    def _variable(self, target: Written, name: str, said: str, span: Span, path: Sequence[str]) -> Resolved:
        held = target.variables.get(name)
        if held is None:
            close = nearest(name, target.variables)
            raise Unresolved(
                self._dangling(
                    said, f"{target.name} has no variable {name}" + (f"; it has {close}" if close else ""), span, path
                )
            )
        if target.kind in CATALOG and name.endswith(("_HOST", "_PORT")):  # where it is here, not where it was there
            where = target.name if name.endswith("_HOST") else str(CATALOG[target.kind].port)
            return Resolved(text=where, inside=(target,))
        step = f"{target.name}.{name}"
        if step in path or len(path) > _DEEPEST:
            ring = " → ".join((*path[path.index(step) if step in path else 0 :], step))
            raise Unresolved(
                CIRCULAR_VALUES.at(
                    span,
                    f"these values refer to each other: {ring}",
                    fix=f"write the value of {step} out",
                    found=ring,
                    expected="a value",
                )
            )
        if step not in self.known:
            self.known[step] = self.resolved(held[0], held[1], (*path, step))
        return self.known[step]

    @staticmethod
    def _dangling(said: str, why: str, span: Span, path: Sequence[str]) -> Diagnostic:
        way = " → ".join((*path, said))
        fix = f"correct the reference: ${{N.vars.NAME}}, ${{N.secrets.NAME}} or ${{N.outputs.NAME}}, with an output of {', '.join(OUTPUTS)}"
        return DANGLING.at(
            span, f"a reference leads to nothing: {way}: {why}", fix=fix, found=said, expected="something of this file"
        )


def _once(services: Iterable[Written]) -> tuple[Written, ...]:
    """Each of *services* once."""
    return tuple({one.span: one for one in services}.values())


def pairs(service: Located, key: str) -> dict[str, tuple[str, Span]]:
    """The ``key``/``value`` pairs below *key*, in either place where dialects have them; each with the place of its name."""
    found: dict[str, tuple[str, Span]] = {}
    for holder in (table(service, "configuration"), service):
        for one in tables(holder.get(key) if holder else None):
            name = text(one.get("key"))
            if name is not None:
                found.setdefault(name, (text(one.get("value")) or "", one.source.span(one.values_at["key"])))
    return found
