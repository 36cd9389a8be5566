"""docs/deploy-yaml.md: every key of the models is described, and what is said of its lines is found by compiling."""

from __future__ import annotations

import pytest

from speccompile.catalog import CATALOG
from speccompile.cli.deploy_page import changes, example
from speccompile.frontends import deploy as deploy_format
from speccompile.frontends.keys import Key, keys
from speccompile.frontends.schema import KINDS, schema
from tools import ROOT

KEYS = keys()
UNHELD = """
    evidence store.product store.version cache.product cache.version queue.product queue.version queue.dead_letter files.access secret.given atrest backup backup.every backup.keep backup.cron
    retention retention.what retention.seconds migrate rotation rotation.what rotation.every objective objective.percentile objective.seconds
    transport transport.version transport.redirect transport.hsts transport.hsts_age private private.callers egress overlap overlap.policy replicas.most availability
    availability.percent scale.least scale.most scale.percent exclusive.of health.probe restart restart.seconds metrics metrics.path logskept logskept.format
    logskept.seconds audit unprivileged readonly timezone timezone.name platform platform.architecture platform.system platform.runtime
    platform.version platform.region
"""
"""Demands that no line of the example holds, or that its defaults hold already; their standing says which."""
SAID = (("replicas",), ("resources",), ("routes",), ("by",))
"""What an environment says of services, which changes lines of its overlay, and who deploys there, which changes the workflow."""
SILENT = {
    "version",
    "tls.redirect",
    "ipv6",
    "assertions.NAME.waive",
    "services.NAME.verify",
    "assertions.NAME.until",
    "services.NAME.assertions",
    "services.NAME.packages.build",
    "services.NAME.schedule.retries",
    *(key.dotted for key in KEYS if key.steps[0] == "environments" and key.steps[2:3] not in SAID),
    "services.NAME.release.reversible",
    "services.NAME.mounts.write a service that is built here",
    *(f"assertions.NAME.{key}" for key in UNHELD.split()),
}
"""Keys that change no line of the example: the format's version, where it is deployed to, what is said of assertions, which manifest is read, packages for a build stage that
the example has not, and what only takes lines away."""


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.dotted} {key.kind}")
def test_every_key_is_described(key: Key) -> None:
    """In a sentence, with an example that is not its default and that the format takes."""
    assert key.description.endswith("."), "describe the field: Field(description=…, examples=[…])"
    assert key.example is not None
    assert key.required or key.example != key.default or key.steps == ("version",)
    assert "value" not in key.type.split()
    read = deploy_format.read(example(key, written=True)["specs/deploy.yaml"], "deploy.yaml", tuple(CATALOG))
    assert [one.message for one in read.diagnostics] == []


OF_OTHER_SOURCES = {"services.NAME.build", "services.NAME.build.args", "services.NAME.build.secrets"}
"""Keys that the example has no use for: nothing of it is built, and no dependency is fetched."""


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.dotted} {key.kind}")
def test_every_key_changes_something(key: Key) -> None:
    """And the page shows it."""
    if key.dotted in OF_OTHER_SOURCES:
        assert changes(key) is None
    else:
        assert bool(changes(key)) == SILENT.isdisjoint((key.dotted, f"{key.dotted} {key.kind}"))


def test_the_port_changes_what_listens_and_what_asks() -> None:
    """For one key the lines are written down here."""
    (port,) = (key for key in KEYS if key.steps[-1] == "port" and key.kind.endswith("here"))
    found = changes(port) or {}
    assert {path: lines for path, lines in found.items() if path != "Dockerfile"} == {
        "docker-compose.yml": ['PORT: "4000"'],
        "health.mjs": ["const PORT = 4000;"],
        "nginx.conf": [
            "upstream shop_4000 {",
            "zone shop_4000 64k;",
            "server shop:4000 resolve;",
            "proxy_pass http://shop_4000;",
        ],
    }


def test_the_page_has_a_section_for_each() -> None:
    """With the words of the schema; that it is what is made now, test_docs says."""
    text = (ROOT / "docs/deploy-yaml.md").read_text("utf-8")
    for key in KEYS:
        assert f"\n## `{key.dotted}`" in text
        assert key.description in text


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_describes_every_field(kind: str) -> None:
    """Of every model of every format."""
    whole = schema(kind)
    models = {kind: whole, **whole.get("$defs", {})}
    bare = [
        f"{name}.{field}"
        for name, model in models.items()
        for field, what in model.get("properties", {}).items()
        if not what.get("description")
    ]
    assert bare == []
