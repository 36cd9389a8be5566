"""How a missing program is installed here: the command for this system's package manager."""

from __future__ import annotations

import contextlib
import platform
import shutil
import sys

_DEBIAN = {
    "docker": "docker.io",
    "docker-buildx": "docker-buildx",
    "docker-compose": "docker-compose",
}
_UBUNTU = {**_DEBIAN, "docker-compose": "docker-compose-v2"}
_FEDORA = {"docker": "moby-engine", "docker-buildx": "docker-buildx-plugin", "docker-compose": "docker-compose"}
_HOMEBREW = {"docker": "--cask docker"}
_APK = {"docker-buildx": "docker-cli-buildx", "docker-compose": "docker-cli-compose"}
_MANAGERS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("apt-get", "sudo apt-get install", _DEBIAN),
    ("dnf", "sudo dnf install", _FEDORA),
    ("pacman", "sudo pacman -S", {}),
    ("zypper", "sudo zypper install", {}),
    ("apk", "sudo apk add", _APK),
)


def install(program: str) -> str:
    """The command that installs *program*."""
    if sys.platform == "darwin":
        return f"brew install {_HOMEBREW.get(program, program)}"
    for manager, command, names in _MANAGERS:
        if shutil.which(manager):
            known = _UBUNTU if names is _DEBIAN and _system() == "ubuntu" else names
            return f"{command} {known.get(program, program)}"
    return f"install {program}"


def _system() -> str:
    with contextlib.suppress(OSError):
        return platform.freedesktop_os_release().get("ID", "")
    return ""
