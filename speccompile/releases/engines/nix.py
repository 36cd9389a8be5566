"""Nix on one machine: argument vectors, as nix-store(1) and nix.conf(5) say (Nix 2.8 or later).

Which caches are asked and whose signatures count is the machine's own nix.conf (`substituters`, `trusted-public-keys`), and nothing that a release says; that
signatures are asked for is said here, whatever stands there. Paths are those of a record, in a closed grammar.
"""

from __future__ import annotations

_ROOTS = "/nix/var/nix/gcroots/speccompile"
PLACES = ("/nix/var/nix/profiles/default/bin", "/run/current-system/sw/bin", "/usr/local/bin", "/usr/bin", "/bin")
"""Where installers put its programs."""


def root(app: str, path: str) -> str:
    """The link by which *path* of the store is kept from being collected, while *app* has it."""
    return f"{_ROOTS}/{app}/{path.rpartition('/')[2]}"


def realised(path: str, link: str) -> tuple[str, ...]:
    """Have *path* in the store with all that it needs, fetched from the machine's caches, and kept by *link*. Nothing is built."""
    fetched = ("--max-jobs", "0", "--option", "require-sigs", "true")
    return ("nix-store", "--realise", path, "--add-root", link, *fetched)


def needs(path: str) -> tuple[str, ...]:
    """*path* and all that it needs."""
    return ("nix-store", "--query", "--requisites", path)


def released(link: str) -> tuple[str, ...]:
    """Let *link* keep nothing any more."""
    return ("rm", "-f", "--", link)


def dead() -> tuple[str, ...]:
    """All paths of the store that nothing keeps."""
    return ("nix-store", "--gc", "--print-dead")


def deleted(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Take *paths* away, which nothing keeps."""
    return ("nix-store", "--delete", *paths)
