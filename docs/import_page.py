"""The page about other formats: what becomes of each key, from the importers' own declarations."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.frontends.importers import FORMATS
from speccompile.frontends.importers.keys import Keys
from speccompile.frontends.importers.registry import Importer

_HEAD = """\
# Importing other formats

`speccompile import FILE` makes [deploy.yaml](deploy-yaml.md) of a deployment that is described in another format. It prints deploy.yaml on standard
output and, on standard error, a list of what could not be carried over: file, line and column, what, why, and what to do. With `--format json` both
are one document (`speccompile schema report.import`).

```sh
speccompile import fly.toml                    # look at it: nothing is written
speccompile import fly.toml --write            # write specs/deploy.yaml, and an empty specs/assertions.json where there is no manifest
speccompile import fly.toml -o somewhere.yaml  # write it there instead
```

- **Nothing is written over.** `--write` refuses where a deploy.yaml is, `-o` where anything is. The imported file is never changed.
- **What is written loads.** It is read back by the reader of deploy.yaml, and what that refuses (a port below 1024, a tag `latest`, a name that is
  none) is left out and said (SC168). So no text of a stranger's file can become anything but a value.
- **Secrets are carried by name.** A value in clear text is an error (SC164): it gets into nothing that is written or shown, and the exit code is 1.
  All else is carried all the same. No line of the imported file is ever shown.
- **References are resolved**, not rewritten: `${101.outputs.IMAGE_URL}` becomes the directory that 101 builds, an address the name of a service and a
  need of it. One that leads to nothing is an error that names its way (SC165), values that refer to themselves are (SC166); services that are told
  each other's addresses are carried, and the circle is said (SC167).
- **Hosts.** Where several services are public and the file names no host, each is reached at `SERVICE.localhost`, which is this machine; `--domain
  example.com` gives `SERVICE.example.com`.
- **Which format it is** is told by the file's name, else by what stands in it; `--from` says it.

The exit code is 0 where something could be imported, losses or not; 1 with an error; 2 for a mistake on the command line.

What each format carries follows. A key that is in no table is said to be unknown (SC162) where it stands.
"""


def page() -> str:
    """The whole page."""
    return "\n".join((_HEAD, *(part for one in FORMATS for part in _format(one))))


def _format(one: Importer) -> Iterator[str]:
    yield f"## {one.name}: {one.title}\n"
    yield f"Files called {', '.join(f'`{name}`' for name in one.files)}.\n"
    for keys in one.keys:
        yield from _table(keys)


def _table(keys: Keys) -> Iterator[str]:
    lines = [f"| {keys.of} | becomes |", "|---|---|"]
    lines += [f"| {_key(key)} | {_cell(what)} |" for key, what in keys.carried.items()]
    lines += [f"| {_key(key)} | not carried: {_cell(why)}. {_cell(fix)} |" for key, (why, fix) in keys.lost.items()]
    lines += [f"| {_key(key)} | needs no carrying: {_cell(why)} |" for key, why in keys.needless.items()]
    yield "\n".join(lines) + "\n"


def _key(key: str) -> str:
    return f"`{key}`" if " " not in key else key


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
