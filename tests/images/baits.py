"""Baits: trees whose configuration or programs leave a mark when anything in them is run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from tools import need

PROGRAMS = (
    "git",
    "docker",
    "podman",
    "buildah",
    "docker-compose",
    "podman-compose",
    "docker-credential-bait",
    "git-lfs",
    "ssh",
    "sh",
    "npm",
)
"""Names of programs that a tree may hold out to a PATH with relative entries."""


def git(directory: Path, *argv: str) -> str:
    """Run git as its user does, with all that the repository's configuration says."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    program = need("git", "apt-get install git")
    return subprocess.run(
        [program, *who, "-C", str(directory), *argv],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    ).stdout


def repository(directory: Path, **files: str) -> None:
    """A repository in *directory* with one commit of *files*."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "README").write_text("a\n")
    for name, text in files.items():
        (directory / name).write_text(text)
    git(directory, "init", "-q")
    git(directory, "add", "-f", ".")
    git(directory, "commit", "-qm", "all")


def trap(place: Path, mark: Path) -> str:
    """A program below *place* that leaves *mark*, and says nothing: its path."""
    place.mkdir(parents=True, exist_ok=True)
    script = place / "trap"
    script.write_text(f"#!/bin/sh\n: > '{mark}'\n")
    script.chmod(0o755)
    return str(script)


def planted_bare(directory: Path, program: str) -> None:
    """What any commit can carry: ordinary files that git takes for a bare repository, whose monitor of files is *program*."""
    git(directory, "init", "-q", "--bare", ".")
    (directory / "refs/heads/keep").write_text("")
    (directory / "objects/keep").write_text("")
    (directory / "config").write_text(
        f'[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = "{directory}"\n\tfsmonitor = "{program}"\n'
    )


def planted_programs(directory: Path, mark: Path) -> None:
    """Programs in *directory* under the names that we start."""
    for name in PROGRAMS:
        file = directory / name
        file.write_text(f"#!/bin/sh\n: > '{mark}'\n")
        file.chmod(0o755)


def _attributed(top: Path, line: str) -> None:
    (top / ".gitattributes").write_text(f"{line}\n")
    (top / "README").write_text("b\n")
    os.utime(top / "README", (1, 1))


def _monitor(top: Path, program: str) -> None:
    git(top, "config", "core.fsmonitor", program)


def _hook(top: Path, program: str) -> None:
    hooks = top / ".git/hooks"
    for name in ("post-index-change", "fsmonitor-watchman", "pre-auto-gc", "reference-transaction"):
        hooks.joinpath(name).symlink_to(program)
    os.utime(top / "README", (1, 1))


def _filter(top: Path, program: str) -> None:
    git(top, "config", "filter.a.b c.clean", program)
    git(top, "config", "filter.a.b c.required", "true")
    _attributed(top, "README filter=a.b")
    git(top, "config", "filter.a.b.clean", program)


def _process(top: Path, program: str) -> None:
    git(top, "config", "filter.x.process", program)
    _attributed(top, "README filter=x")


def _textconv(top: Path, program: str) -> None:
    git(top, "config", "diff.x.textconv", program)
    git(top, "config", "diff.external", program)
    _attributed(top, "README diff=x")


def _signature(top: Path, program: str) -> None:
    git(top, "config", "log.showSignature", "true")
    git(top, "config", "gpg.program", program)
    commit = git(top, "cat-file", "commit", "HEAD").replace(
        "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n", 1
    )
    (top / ".git/signed").write_text(commit)
    made = git(top, "hash-object", "-t", "commit", "-w", "--literally", ".git/signed").strip()
    git(top, "update-ref", "HEAD", made)


def _partial(top: Path, program: str) -> None:
    git(top, "config", "core.sshCommand", program)
    git(top, "config", "protocol.allow", "always")
    git(top, "config", "protocol.ssh.allow", "always")
    git(top, "config", "extensions.partialClone", "origin")
    git(top, "config", "remote.origin.promisor", "true")
    git(top, "config", "remote.origin.url", "ssh://example.com/x")
    git(top, "config", "core.repositoryFormatVersion", "1")
    tree = git(top, "rev-parse", "HEAD^{tree}").strip()
    (top / f".git/objects/{tree[:2]}/{tree[2:]}").unlink()


def _submodule(top: Path, program: str) -> None:
    repository(top / "inner")
    git(top, "add", "inner")
    git(top, "commit", "-qm", "inner")
    _process(top / "inner", program)
    _monitor(top / "inner", program)


CONFIGURED: dict[str, Callable[[Path, str], None]] = {
    "monitor": _monitor,
    "hooks": _hook,
    "clean filter": _filter,
    "filter process": _process,
    "textconv": _textconv,
    "signature": _signature,
    "partial clone": _partial,
    "submodule": _submodule,
}
"""What a ``.git`` directory of somebody else's can say: each makes the repository in a directory run a program."""

BITES = ("git status", "git log -1", "git diff", "git status --ignore-submodules=none")
"""What a user does in such a repository; at least one of it runs the program, which shows that the bait is one."""
