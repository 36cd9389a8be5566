"""What an importer is, and which one a file is for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from importlib import import_module
from types import ModuleType
from typing import Literal, TypeAlias, cast

from speccompile.frontends.importers.keys import Keys
from speccompile.frontends.importers.parts import Document, Part
from speccompile.record import record
from speccompile.spec.located import Located

Syntax: TypeAlias = Literal["toml", "json", "yaml", "lines"]


@record(kw_only=True)
class Importer:
    """A format by its name, the names of its files, and the module that knows it, which is imported when it is asked.

    The module has: ``TITLE``; ``KEYS``, what becomes of what (``keys.Keys``); ``SYNTAXES``, what its files are written in; ``fits(value)``, whether a
    mapping shows the marks of the format; ``parts(document)``, what deploy.yaml says, and findings.
    """

    name: str
    files: tuple[str, ...]
    module: str

    @property
    def _module(self) -> ModuleType:
        return import_module(f"{__package__}.{self.module}")

    @property
    def title(self) -> str:
        """The format, for people."""
        return cast("str", self._module.TITLE)

    @property
    def keys(self) -> tuple[Keys, ...]:
        """What becomes of each key."""
        return cast("tuple[Keys, ...]", self._module.KEYS)

    @property
    def syntaxes(self) -> tuple[Syntax, ...]:
        """What its files are written in."""
        return cast("tuple[Syntax, ...]", self._module.SYNTAXES)

    def called(self, name: str) -> bool:
        """Whether a file of the format could be called *name*."""
        return any(fnmatchcase(name, pattern) for pattern in self.files)

    def fits(self, value: Located) -> bool:
        """Whether *value* shows the marks of the format."""
        return bool(cast("Callable[[Located], bool]", self._module.fits)(value))

    def parts(self, document: Document) -> Iterator[Part]:
        """What deploy.yaml says of *document*, and what there is to say about it."""
        return cast("Callable[[Document], Iterator[Part]]", self._module.parts)(document)


def importer(name: str, files: Sequence[str]) -> Importer:
    """The importer of a format; its module is called as the format is, without hyphens."""
    return Importer(name=name, files=tuple(files), module=name.replace("-", ""))
