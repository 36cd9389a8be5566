"""Alter or delete any one line of any manifest, and a check objects; each invariant of manifests can fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from speccompile.codes.families import CODES
from speccompile.pipeline import Compilation
from speccompile.proving import verify_files
from speccompile.targets import chosen
from systems import BASE, TARGET, manifests, project

_SABOTAGED = ("node-cli", "python-job", "workers")


def _codes(compilation: Compilation, files: dict[str, str]) -> set[tuple[str, str]]:
    """What the verifier finds in *files*, manifests by their names: codes, and the names of the files."""
    found = verify_files(compilation.plan, {BASE + name: text for name, text in files.items()}, chosen((TARGET,)))
    return {(one.code, one.span.path.rpartition("/")[2]) for one in found}


@pytest.mark.parametrize("name", _SABOTAGED)
def test_any_deleted_line_is_noticed(name: str) -> None:
    """Without any one line."""
    compilation = project(name)
    files = manifests(compilation)
    assert not _codes(compilation, files)
    missed = []
    for file, text in files.items():
        lines = text.split("\n")
        for number, line in enumerate(lines):
            left = "\n".join(lines[:number] + lines[number + 1 :])
            if line.strip() and not _codes(compilation, {**files, file: left}):
                missed.append(f"{file}:{number + 1}: {line}")
    assert missed == []


@pytest.mark.parametrize("name", _SABOTAGED)
@pytest.mark.parametrize(
    "alter", [lambda line: line + "x", lambda line: line[:-1], lambda line: line.replace("e", "o", 1)]
)
def test_any_altered_line_is_noticed(name: str, alter: Callable[[str], str]) -> None:
    """With a character more, one less, or another one in any line."""
    compilation = project(name)
    files, missed = manifests(compilation), []
    for file, text in files.items():
        lines = text.split("\n")
        for number, line in enumerate(lines):
            altered = alter(line)
            whole = "\n".join([*lines[:number], altered, *lines[number + 1 :]])
            if line.strip() and altered.rstrip() != line.rstrip() and not _codes(compilation, {**files, file: whole}):
                missed.append(f"{file}:{number + 1}: {line} -> {altered}")
    assert missed == []


@pytest.mark.parametrize("name", _SABOTAGED)
def test_any_file_more_or_less_is_noticed(name: str) -> None:
    """Without any one file, and with another one."""
    compilation = project(name)
    files = manifests(compilation)
    for file in files:
        left = {other: text for other, text in files.items() if other != file}
        assert ("SC881", file) in _codes(compilation, left)
    assert ("SC890", "kustomization.yaml") in _codes(compilation, {**files, "other.yaml": files["namespace.yaml"]})


# Code, project, manifest, what stands there (once at least), what stands there instead of the first of it.
_SPOILT = (
    ("SC880", "bun-web", "deployment-app.yaml", "spec:", "spec: ["),
    ("SC881", "bun-web", "deployment-app.yaml", "replicas: 1", "replicas: 2"),
    ("SC882", "bun-web", "deployment-app.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
    ("SC882", "bun-web", "deployment-app.yaml", "runAsUser: 10001", "runAsUser: 0"),
    ("SC882", "bun-web", "deployment-app.yaml", "- ALL", "- NET_RAW"),
    ("SC882", "bun-web", "deployment-app.yaml", "enableServiceLinks: false", "hostPID: true"),
    (
        "SC882",
        "bun-web",
        "deployment-app.yaml",
        "automountServiceAccountToken: false",
        "automountServiceAccountToken: true",
    ),
    ("SC882", "bun-web", "namespace.yaml", "enforce: restricted", "enforce: baseline"),
    (
        "SC883",
        "bun-web",
        "deployment-app.yaml",
        '              memory: "512Mi"\n              ephemeral-storage: "1Gi"\n',
        "",
    ),
    ("SC883", "bun-web", "deployment-app.yaml", '            sizeLimit: "64Mi"\n', ""),
    (
        "SC884",
        "bun-web",
        "deployment-app.yaml",
        "value: /run/secrets/api-token",
        "value: /run/secrets/x\n            - name: API_TOKEN\n              value: swordfish",
    ),
    ("SC884", "workers", "deployment-web.yaml", "secretKeyRef", "configMapKeyRef"),
    ("SC885", "bun-web", "networkpolicy-app.yaml", "port: 5432", "port: 5433"),
    ("SC885", "bun-web", "networkpolicy-db.yaml", "name: app", "name: web"),
    ("SC885", "bun-web", "networkpolicy.yaml", "podSelector: {}", "podSelector: {}\n  ingress: []"),
    ("SC886", "bun-web", "deployment-app.yaml", "readinessProbe:", "lifecycleProbe:"),
    ("SC886", "bun-web", "deployment-app.yaml", "startupProbe:", "startProbe:"),
    ("SC886", "bun-web", "deployment-app.yaml", "periodSeconds: 5", "periodSeconds: 0"),
    ("SC887", "bun-web", "ingress.yaml", "number: 3000", "number: 3001"),
    ("SC887", "bun-web", "service-app.yaml", "    app.kubernetes.io/name: app", "    app.kubernetes.io/name: other"),
    ("SC887", "bun-web", "deployment-app.yaml", "- name: memory-tmp", "- name: memory"),
    ("SC888", "python-job", "cronjob-app.yaml", "concurrencyPolicy: Forbid", "concurrencyPolicy: Allow"),
    ("SC889", "bun-web", "deployment-app.yaml", "name: app", "name: App"),
    (
        "SC889",
        "workers",
        "deployment-web.yaml",
        "  selector:\n    matchLabels:\n      app.kubernetes.io/name: web\n",
        "  selector:\n    matchLabels:\n",
    ),
    ("SC890", "bun-web", "kustomization.yaml", "  - namespace.yaml\n", ""),
    ("SC891", "bun-web", "deployment-app.yaml", "bank/app:local", "bank/app:latest"),
    ("SC891", "bun-web", "deployment-app.yaml", "imagePullPolicy: Never", "imagePullPolicy: Always"),
)


@pytest.mark.parametrize(
    ("code", "name", "file", "old", "new"), _SPOILT, ids=[f"{row[0]}-{row[3][:20]}" for row in _SPOILT]
)
def test_each_invariant_can_fail(code: str, name: str, file: str, old: str, new: str) -> None:
    """The altered text violates it."""
    compilation = project(name)
    files = manifests(compilation)
    assert old in files[file]
    found = _codes(compilation, {**files, file: files[file].replace(old, new, 1)})
    assert code in {one for one, _ in found}


def test_each_invariant_is_spoilt_here() -> None:
    """None was forgotten."""
    assert {row[0] for row in _SPOILT} == {code for code in CODES if "SC880" <= code < "SC900"}
