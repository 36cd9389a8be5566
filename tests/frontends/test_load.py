"""From a source tree to a ProjectSpec."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from frontend_cases import KINDS, findings_of, shown
from hypothesis import given
from hypothesis import strategies as st

from speccompile.diagnostics import Severity, errors
from speccompile.errors import Refused
from speccompile.frontends.load import load
from speccompile.project.memory import MemoryTree
from speccompile.source import Span
from speccompile.spec.deploy import BuiltService
from speccompile.spec.project import ProjectSpec

BANK = (Path(__file__).parent / "manifests" / "bank.json").read_text(encoding="utf-8")
DEPLOY = """\
version: 1
app: bank
registry: ghcr.io/acme
output: .
services:
  api:
    path: .
    port: 3000
    command: [bun, run, dist/index.js]
    health: {path: /health, interval: 30s, timeout: 3s, start_period: 5s, retries: 3}
    env: {LOG_LEVEL: info}
    secrets: [STRIPE_API_KEY]
    needs: [db, payments]
    resources: {cpus: 1, memory: 512M}
    writable: [/app/data]
    route: {host: bank.example.com}
    packages: {runtime: [libpq5]}
    x-owner: {team: payments}
  db: {uses: postgres, version: "16"}
  payments: {uses: external, url: "https://payments.example.com/status"}
"""


def project(**files: str) -> ProjectSpec:
    """The specs of a tree that has these files."""
    paths = {"manifest": "specs/assertions.json", "deploy": "specs/deploy.yaml", "evidence": "specs/verification.json"}
    return load(MemoryTree({paths[name]: text for name, text in files.items()}), KINDS)[0]


def codes(files: dict[str, str]) -> list[str]:
    """The codes that loading *files* ends with."""
    with pytest.raises(Refused) as caught:
        load(MemoryTree(files), KINDS)
    return [finding.code for finding in caught.value.diagnostics]


def test_the_bank_alone() -> None:
    spec = project(manifest=BANK)
    (service,) = spec.services
    assert (spec.app, spec.output, spec.stores, spec.externals) == (None, "generated", (), ())
    assert (service.name, service.directory, service.deploy, service.archetype) == ("app", "", None, "web-service")
    assert service.manifest.capabilities["admin"] == ("suspend-account", "view-audit-log")
    first = service.manifest.assertions[0]
    assert (first.id, first.constraint, first.dependencies, first.tags) == ("A-001", ">= 0", (), ("critical",))
    assert first.formal_spec is not None
    assert (first.formal_spec.file, first.formal_spec.lines) == ("specs/dafny/structure.dfy", "15-16")
    assert all(assertion.is_active() and assertion.is_settled() for assertion in service.manifest.assertions)


def test_the_bank_deployed() -> None:
    spec = project(manifest=BANK, deploy=DEPLOY)
    assert (spec.app, spec.registry, spec.output) == (
        "bank",
        "ghcr.io/acme",
        ".",
    )
    (api,) = spec.services
    assert api.at == Span("specs/deploy.yaml", 6, 3)
    assert isinstance(api.deploy, BuiltService)
    assert api.deploy.health is not None
    assert (api.deploy.health.interval, api.deploy.port, api.deploy.needs) == (30, 3000, ("db", "payments"))
    assert api.deploy.resources is not None
    assert (api.deploy.resources.memory, api.deploy.resources.cpus) == (512 * 1024**2, 1.0)
    assert [(store.name, store.kind, store.version) for store in spec.stores] == [("db", "postgres", "16")]
    assert [(other.name, other.url) for other in spec.externals] == [
        ("payments", "https://payments.example.com/status")
    ]
    assert spec.stores[0].at == Span("specs/deploy.yaml", 19, 8)


def test_models_know_where_they_were_written() -> None:
    spec = project(manifest=BANK, deploy=DEPLOY)
    manifest, deploy = spec.services[0].manifest, spec.services[0].deploy
    assert deploy is not None
    lines = BANK.split("\n")
    for assertion in manifest.assertions:
        at = assertion.at("id")
        assert lines[at.line - 1][at.column - 1 :].startswith(f'"id": "{assertion.id}"')
    formal = manifest.assertions[1].at("formal_spec", "lines")
    assert lines[formal.line - 1][formal.column - 1 :] == '"lines": "25-26"'
    assert manifest.assertions[0].at("refined_from") == manifest.assertions[0].at()
    assert manifest.at("constraints", 1) == Span("specs/assertions.json", 11, 41)
    assert deploy.at("health", "timeout") == Span("specs/deploy.yaml", 10, 44)
    assert deploy.at("env", "LOG_LEVEL") == Span("specs/deploy.yaml", 11, 11)
    assert deploy.at("replicas") == deploy.at()


def test_places_of_the_files() -> None:
    both = {"assertions.json": BANK, "deploy.yaml": "app: at-root\n"}
    assert load(MemoryTree(both), KINDS)[0].app == "at-root"
    spec, warnings = load(MemoryTree(both | {"specs/deploy.yaml": "app: in-specs\n"}), KINDS)
    assert spec.app == "at-root"
    assert [(finding.severity, finding.span.path) for finding in warnings] == [(Severity.WARNING, "specs/deploy.yaml")]
    assert load(MemoryTree(both | {"specs/assertions.json": BANK}), KINDS)[0].app == "at-root"
    assert load(MemoryTree({"specs/assertions.json": BANK, "deploy.yaml": "app: a\n"}), KINDS)[0].app == "a"


def test_manifests_of_services() -> None:
    cli = json.dumps({"version": "1.0.0", "archetype": "cli", "assertions": []})
    files = {
        "assertions.json": BANK,
        "deploy.yaml": "services:\n  a: {path: a}\n  b: {path: b}\n  c: {path: c, assertions: elsewhere.json}\n",
        "a/specs/assertions.json": cli,
        "b/main.py": "",
        "c/main.py": "",
        "elsewhere.json": cli,
    }
    spec, _ = load(MemoryTree(files), KINDS)
    assert [
        (service.name, service.directory, service.manifest_path, service.archetype) for service in spec.services
    ] == [
        ("a", "a", "a/specs/assertions.json", "cli-tool"),
        ("b", "b", "assertions.json", "web-service"),
        ("c", "c", "elsewhere.json", "cli-tool"),
    ]


def test_a_service_may_say_its_archetype_itself() -> None:
    empty = json.dumps({"version": "1.0.0", "archetype": None, "assertions": []})
    spec = project(manifest=empty, deploy="services:\n  job: {archetype: Data Pipeline, schedule: '@daily'}\n")
    assert spec.services[0].archetype == "data-pipeline"
    assert spec.services[0].deploy is not None
    assert spec.services[0].deploy.schedule is not None
    assert spec.services[0].deploy.schedule.cron == "0 0 * * *"


@pytest.mark.parametrize(
    "text", ["", "# nothing yet\n", "version: 1\n", "services: {}\n", "services:\n  db: {uses: postgres}\n"]
)
def test_without_a_built_service_the_project_is_one(text: str) -> None:
    spec = project(manifest=BANK, deploy=text)
    assert [(service.name, service.deploy) for service in spec.services] == [("app", None)]


def test_problems_of_all_files_in_one_run() -> None:
    files = {
        "specs/assertions.json": BANK.replace('"invariant"', '"invarient"'),
        "specs/deploy.yaml": "aap: x\n",
        "specs/verification.json": "[",
    }
    assert codes(files) == ["SC204", "SC202", "SC105"]
    assert codes(
        files | {"specs/deploy.yaml": "services:\n  a: {assertions: other.json, prot: 1}\n", "other.json": "{"}
    ) == [
        "SC105",
        "SC204",
        "SC202",
        "SC105",
    ]


def test_a_thousand_needs_in_a_row_and_in_a_ring() -> None:
    chain = "".join(f"  s{i}: {{needs: [s{i + 1}], route: {{path: /{i}}}}}\n" for i in range(1000))
    spec = project(manifest=BANK, deploy=f"services:\n{chain}  s1000: {{}}\n")
    assert len(spec.services) == 1001
    assert codes(
        {"assertions.json": BANK, "deploy.yaml": f"services:\n{chain}  s1000: {{needs: [s0], route: {{path: /x}}}}\n"}
    ) == ["SC227"]


def shuffled(value: Any, random: Any) -> Any:
    """*value* with the keys of all its mappings, and its assertions, in another order."""
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        result = {key: shuffled(value[key], random) for key in keys}
        if isinstance(result.get("assertions"), list):
            random.shuffle(result["assertions"])
        return result
    return [shuffled(item, random) for item in value] if isinstance(value, list) else value


DEPLOYED = {
    "app": "bank",
    "services": {"api": {"port": 3000, "env": {"A": "1", "B": "2"}, "needs": ["db"]}, "db": {"uses": "postgres"}},
}


@given(st.randoms(use_true_random=False), st.sampled_from((None, 2)))
def test_order_changes_nothing(random: Any, indent: int | None) -> None:
    before = project(manifest=BANK, deploy=json.dumps(DEPLOYED))
    after = project(
        manifest=json.dumps(shuffled(json.loads(BANK), random), indent=indent),
        deploy="# with a comment\n" + json.dumps(shuffled(DEPLOYED, random), indent=2),
    )
    assert after.digest == before.digest
    assert [service.name for service in after.services] == [service.name for service in before.services]


@pytest.mark.parametrize(
    "changes",
    [
        {"manifest": BANK.replace("goes negative", "gets negative")},
        {"manifest": BANK.replace('"A-004"', '"A-005"')},
        {"manifest": BANK.replace('["customer", "admin"]', '["admin", "customer"]')},
        {"deploy": json.dumps(DEPLOYED | {"app": "bonk"})},
        {"deploy": json.dumps(DEPLOYED | {"x-note": "x"})},
    ],
)
def test_every_change_changes_the_digest(changes: dict[str, str]) -> None:
    files = {"manifest": BANK, "deploy": json.dumps(DEPLOYED)}
    assert project(**files).digest == project(**files).digest
    assert project(**(files | changes)).digest != project(**files).digest


BYTES = st.binary(max_size=60)
JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                (
                    "version",
                    "archetype",
                    "assertions",
                    "id",
                    "natural",
                    "type",
                    "dependencies",
                    "formalSpec",
                    "metadata",
                    "app",
                    "services",
                    "api",
                    "db",
                    "uses",
                    "env",
                    "secrets",
                    "needs",
                    "route",
                    "path",
                    "host",
                    "health",
                    "[key]",
                    "built",
                    "x-y",
                    "runs",
                    "counts",
                    "$schema",
                )
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)
FILES = ("specs/assertions.json", "specs/deploy.yaml", "specs/verification.json", "assertions.json", "deploy.yaml")


@given(st.dictionaries(st.sampled_from(FILES), BYTES | JSONISH.map(lambda value: json.dumps(value).encode())))
def test_no_input_raises_anything_else(files: dict[str, bytes]) -> None:
    findings = findings_of(MemoryTree(files))
    assert any(file.endswith("assertions.json") for file in files) or errors(findings)
    shown(findings).encode()


@given(st.sampled_from(("services", "app", "output", "registry", "version")), JSONISH)
def test_no_deployment_raises_anything_else(key: str, value: Any) -> None:
    text = json.dumps({key: value}, ensure_ascii=False)
    findings = findings_of(MemoryTree({"specs/assertions.json": BANK, "specs/deploy.yaml": text}))
    assert all(finding.span.path == "specs/deploy.yaml" for finding in findings)


@given(
    st.integers(0, len(BANK)),
    st.integers(0, len(BANK)),
    st.sampled_from(('"', "{", "}", "[", "]", ",", "null", "\\", "\x00", "")),
)
def test_no_damaged_manifest_raises_anything_else(start: int, end: int, between: str) -> None:
    text = BANK[: min(start, end)] + between + BANK[max(start, end) :]
    findings = findings_of(MemoryTree({"assertions.json": text}))
    assert all(finding.span.path == "assertions.json" for finding in findings)


@given(
    st.integers(0, len(DEPLOY)),
    st.integers(0, len(DEPLOY)),
    st.sampled_from((":", "{", "}", "- ", "\t", ",", "&a ", "*a", "\n", "")),
)
def test_no_damaged_deployment_raises_anything_else(start: int, end: int, between: str) -> None:
    text = DEPLOY[: min(start, end)] + between + DEPLOY[max(start, end) :]
    findings = findings_of(MemoryTree({"assertions.json": BANK, "deploy.yaml": text}))
    assert all(finding.span.path == "deploy.yaml" for finding in findings)
