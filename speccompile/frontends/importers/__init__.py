"""Deployments that are described in other formats, as deploy.yaml. Adding a format is a module and a line here."""

from __future__ import annotations

from speccompile.frontends.importers.registry import Importer, importer

FORMATS: tuple[Importer, ...] = (
    importer("aramb", ("aramb.toml", "*.aramb.toml", "aramb.json")),
    importer("backenderer", ("backenderer.yml", "backenderer.yaml", "*.backenderer.yml")),
    importer("score", ("score.yaml", "score.yml", "*.score.yaml")),
    importer("mini-paas", ("manifest.json", "*.service.json")),
    importer("procfile", ("Procfile", "Procfile.*")),
    importer(
        "compose", ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", "docker-compose.*.yml")
    ),
    importer("fly", ("fly.toml", "fly.*.toml")),
    importer("render", ("render.yaml", "render.yml")),
    importer("app-json", ("app.json",)),
)
"""The formats. Where a file's name fits none or several, what stands in it decides, in this order."""
