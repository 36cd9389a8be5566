"""Nix on one machine: argument vectors, as nix-store(1), nix.conf(5) and systemd-run(1) say (Nix 2.8 or later).

systemd starts them: who asks, like the agent, may have no right to write to the store. Which caches are asked and whose signatures count is the machine's
own nix.conf (`substituters`, `trusted-public-keys`), and nothing that a release says; that signatures are asked for is said here, whatever stands there.
"""

from __future__ import annotations

from speccompile.images.commands import Command

_ROOTS = "/nix/var/nix/gcroots/speccompile"


def root(app: str, path: str) -> str:
    """The link by which *path* of the store is kept from being collected, while *app* has it."""
    return f"{_ROOTS}/{app}/{path.rpartition('/')[2]}"


def realised(path: str, link: str) -> Command:
    """Have *path* in the store with all that it needs, fetched from the machine's caches, and kept by *link*. Nothing is built."""
    return _started(
        "nix-store", "--realise", path, "--add-root", link, "--max-jobs", "0", "--option", "require-sigs", "true"
    )


def needs(path: str) -> Command:
    """*path* and all that it needs."""
    return _started("nix-store", "--query", "--requisites", path)


def released(link: str) -> Command:
    """Let *link* keep nothing any more."""
    return _started("rm", "-f", "--", link)


def dead() -> Command:
    """All paths of the store that nothing keeps."""
    return _started("nix-store", "--gc", "--print-dead")


def deleted(paths: tuple[str, ...]) -> Command:
    """Take *paths* away, which nothing keeps."""
    return _started("nix-store", "--delete", *paths)


def _started(*words: str) -> Command:
    run = ("systemd-run", "--quiet", "--collect", "--wait", "--pipe", "--setenv=HOME=/root", "--")
    return Command((*run, *words))
