"""The command line, where the front door's image is older than its tag says: it runs another one in its place (see proxy_image)."""

from __future__ import annotations

import sys

from speccompile.__main__ import main
from speccompile.releases import pinning
from speccompile.releases.engines.compose import Docker
from speccompile.releases.pinning import Image
from speccompile.releases.runner import Hands

_OLD, _NEW = sys.argv[1:3]
_pinned = pinning.pinned


def _newer(hands: Hands, docker: Docker, reference: str, *, fetch: bool) -> Image | None:
    return _pinned(hands, docker, _NEW if reference == _OLD else reference, fetch=fetch)


pinning.pinned = _newer
sys.argv = ["speccompile", *sys.argv[3:]]
main()
