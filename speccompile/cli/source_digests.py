"""What the images of a project are made of, as one digest a service: that of the files of its build context, with their names."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.cli.workspace import Compiled
from speccompile.detect.shipped import shipped
from speccompile.digests import digest_of
from speccompile.project.disk import DiskTree


def source_digests(compiled: Compiled) -> Mapping[str, str]:
    """The digests by service, of the sources as they are on disk now; what is generated of the specs has its own digest."""
    tree = DiskTree(compiled.workspace.root).hiding(compiled.seen.own)
    plan = compiled.compilation.plan
    return {
        service.name: digest_of(
            f"{tree.digest(path)} {path}\n".encode()
            for path in shipped(service.image, tree, plan.layout.project_in_context)
        )
        for service in plan.services
    }
