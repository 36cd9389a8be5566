"""Patches of each kind: what they change, what stays, what they are said to be the reason of, and what is said where they do not apply."""

from __future__ import annotations

from typing import Any

import pytest
from patched import STORED, codes, compiled, looked_at, patch, tree

from speccompile.errors import Refused
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import compile_project

COMPOSE = "docker-compose.yml"


def lines_that_changed(
    file: str, *operations: dict[str, Any], allow: tuple[str, ...] = ()
) -> tuple[list[str], list[str]]:
    """The lines that a patch of *file* takes away, and those that it gives."""
    before, after = compiled({}).files[file], compiled({f"{file}.yaml": patch(*operations, allow=allow)}).files[file]
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_a_value_of_a_yaml_file() -> None:
    """Everything else keeps its bytes."""
    operation = {"op": "replace", "path": "/services/api/mem_limit", "value": "1g"}
    assert lines_that_changed(COMPOSE, operation) == ([], ['    mem_limit: "1g"'])
    before, after = compiled({}).files[COMPOSE], compiled({f"{COMPOSE}.yaml": patch(operation)}).files[COMPOSE]
    assert after == before.replace('mem_limit: "512m"', 'mem_limit: "1g"', 1)


@pytest.mark.parametrize("name", [f"{COMPOSE}.yaml", "docker-compose.yaml", f"{COMPOSE}.yml"])
@pytest.mark.parametrize(
    "path", ["/services[name=api]/mem_limit", "/services/[name=api]/mem_limit", "/services/api/mem_limit"]
)
def test_names_of_patch_files_and_selectors(name: str, path: str) -> None:
    """Each of them means the same."""
    found = compiled({name: patch({"op": "replace", "path": path, "value": "1g"})}).files[COMPOSE]
    assert 'mem_limit: "1g"' in found


def test_a_selector_by_what_stays_survives_a_rename() -> None:
    """The service is called otherwise, and the patch is not touched."""
    said = patch({"op": "replace", "path": "/services[build.dockerfile=generated/Dockerfile]/mem_limit", "value": "1g"})
    for name in ("api", "web"):
        services = {
            name: {"route": {"host": "bank.example.com", "path": "/"}, "needs": ["db"]},
            "db": {"uses": "postgres"},
        }
        assert 'mem_limit: "1g"' in compiled({f"{COMPOSE}.yaml": said}, services=services).files[COMPOSE]


def test_every_one_and_items_of_lists() -> None:
    """`[*]`, `[=value]`, and where a key is put."""
    said = patch(
        {"op": "replace", "path": "/services[*]/logging/options/max-size", "value": "5m"},
        {"op": "add", "path": "/services/api/labels", "value": {"team": "payments"}, "before": "networks"},
        {"op": "test", "path": "/services/api/networks/[=backend]", "value": "backend"},
        {"op": "add", "path": "/services/api/environment/FEATURE", "value": "on", "after": "PORT"},
    )
    text = compiled({f"{COMPOSE}.yaml": said}).files[COMPOSE]
    assert "10m" not in text
    assert "    labels:\n      team: payments\n    networks:\n" in text
    assert '      PORT: "3000"\n      FEATURE: "on"\n' in text


def test_named_points_of_a_dockerfile() -> None:
    """Wherever the lines around them go."""
    said = patch(
        {"op": "insert", "at": "after-base", "text": 'ENV A="1"'},
        {"op": "insert", "at": "after-base", "stage": "build", "text": 'ENV B="1"'},
        {"op": "insert", "at": "after-dependencies", "text": 'ENV C="1"'},
        {"op": "insert", "at": "before-final-user", "text": "RUN mkdir /x\nRUN mkdir /y\n"},
        {"op": "insert", "at": "end", "text": "# the end"},
    )
    text = compiled({"Dockerfile.yaml": said}).files["Dockerfile"]
    assert 'AS final\nENV A="1"\n' in text
    assert 'AS build\nENV B="1"\n' in text
    assert '--production\nENV C="1"\n' in text
    assert "RUN mkdir /x\nRUN mkdir /y\nUSER 10001:10001\n" in text
    assert text.endswith("\n# the end\n")


def test_named_points_of_nginx() -> None:
    """Indented as what they are in."""
    said = patch(
        {"op": "insert", "at": "http", "text": "map $request_method $is_read {\n    default 0;\n    GET 1;\n}"},
        {
            "op": "insert",
            "at": "server",
            "host": "bank.example.com",
            "text": 'location = /robots.txt {\n    return 200 "no\\n";\n}',
        },
        {"op": "insert", "at": "location", "host": "bank.example.com", "route": "/", "text": "proxy_buffering off;"},
    )
    text = compiled({"nginx.conf.yaml": said}).files["nginx.conf"]
    assert "\n    map $request_method $is_read {\n        default 0;\n        GET 1;\n    }\n}\n" in text
    assert '\n        location = /robots.txt {\n            return 200 "no\\n";\n        }\n    }\n' in text
    assert "\n            proxy_buffering off;\n        }\n" in text


def test_lines_that_are_found_by_what_they_say() -> None:
    """However they are indented; the second of two by its number."""
    said = patch(
        {"op": "replace", "find": "STOPSIGNAL SIGTERM", "text": "STOPSIGNAL SIGQUIT"},
        {"op": "insert", "after": "EXPOSE 3000", "text": ["", "# hello"]},
        {"op": "remove", "find": "ENV DO_NOT_TRACK=1", "nth": 2},
    )
    text = compiled({"Dockerfile.yaml": said}).files["Dockerfile"]
    assert "STOPSIGNAL SIGQUIT" in text
    assert "EXPOSE 3000\n\n# hello\n" in text
    assert text.count("\nENV DO_NOT_TRACK=1\n") == 1


def test_a_line_cites_the_patch_and_its_reason() -> None:
    """So does what was there and is another value now; all other lines cite what they did."""
    before = compiled({})
    after = compiled({f"{COMPOSE}.yaml": patch({"op": "replace", "path": "/services/api/mem_limit", "value": "1g"})})
    (old,) = (one for one in before.artifacts if one.path == COMPOSE)
    (new,) = (one for one in after.artifacts if one.path == COMPOSE)
    number = new.text.split("\n").index('    mem_limit: "1g"') + 1
    (origin,) = new.origins[number]
    assert origin.rules == ("patch",)
    assert {cause.span.path for cause in origin.causes} == {"patches/docker-compose.yml.yaml"}
    assert {n: o for n, o in new.origins.items() if n != number} == {
        n: o for n, o in old.origins.items() if n != number
    }
    assert all(new.origins.get(n) for n, line in enumerate(new.text.split("\n"), 1) if line.strip())


REFUSED = [
    ("Dockerfile.yaml", {"op": "replace", "find": "STOPSIGNAL SIGTER", "text": "x"}, "SC562", "nearest is line "),
    ("Dockerfile.yaml", {"op": "remove", "find": "ENV DO_NOT_TRACK=1"}, "SC562", "is there 2 times"),
    ("Dockerfile.yaml", {"op": "insert", "at": "before-user", "text": "x"}, "SC562", "before-final-user"),
    ("Dockerfile.yaml", {"op": "insert", "at": "after-base", "stage": "tests", "text": "x"}, "SC562", "there are deps, build, final"),
    ("Dockerfile.yaml", {"op": "replace", "find": "EXPOSE 3000", "text": "EXPOSE 3000"}, "SC563", "changes nothing"),
    ("Dockerfile.yaml", {"op": "replace", "path": "/x", "value": 1}, "SC560", "replace needs find, text"),
    ("Dockerfile.yaml", {"op": "insert", "text": "x"}, "SC560", "insert needs one of at, after, before"),
    ("Dockerfile.yaml", {"op": "remove", "find": "# syntax=docker/dockerfile:1"}, "SC562", "is not there"),
    ("nginx.conf.yaml", {"op": "insert", "at": "server", "host": "x.example", "text": "x;"}, "SC562", "bank.example.com"),
    ("docker-compose.yml.yaml", {"op": "replace", "path": "/services/web/mem_limit", "value": "1g"}, "SC562", '/mem_limit, where "512m" is'),
    ("docker-compose.yml.yaml", {"op": "replace", "path": "/services/api/mem_limit", "value": "512m"}, "SC563", "changes nothing"),
    ("docker-compose.yml.yaml", {"op": "test", "path": "/services/api/mem_limit", "value": "1g"}, "SC562", 'is "512m" by now'),
    ("docker-compose.yml.yaml", {"op": "replace", "path": "services/api", "value": "1g"}, "SC562", "begins with /"),
    ("docker-compose.yml.yaml", {"op": "insert", "after": "x", "text": "y"}, "SC560", "insert is for files of lines"),
    ("docker-compose.yml.yaml", {"op": "remove", "path": "/services/api/cpus", "value": 1}, "SC560", "takes no value"),
    ("docker-compose.yaml", {"op": "add", "path": "/services/api/networks/7", "value": "x"}, "SC562", "2 items"),
    ("Dockerfil.yaml", {"op": "remove", "find": "x"}, "SC561", "no chosen target"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "operation", "code", "said"), REFUSED)
def test_what_does_not_apply_is_an_error_that_says_what_is_there(
    file: str, operation: dict[str, Any], code: str, said: str
) -> None:
    """At the operation."""
    with pytest.raises(Refused) as refused:
        compiled({file: patch(operation)})
    found = [one for one in refused.value.diagnostics if one.span.path == f"patches/{file}"]
    assert [one.code for one in found] == [code]
    assert said in found[0].message


def test_two_files_for_one_and_one_for_two() -> None:
    """Neither is guessed at."""
    said = patch({"op": "replace", "path": "/services/api/mem_limit", "value": "1g"})
    assert codes(looked_at({f"{COMPOSE}.yaml": said, "docker-compose.yaml": said})) == ["SC582"]


def test_files_of_others_are_left_alone() -> None:
    """patches/ is also where patch-package and kustomize keep theirs: these are sources, ours are none."""
    kustomize = "apiVersion: apps/v1\nkind: Deployment\n---\nkind: Other\n"
    found = compiled({"left-pad+1.0.0.patch": "--- a\n+++ b\n", "deployment.yaml": kustomize})
    assert [one.code for one in found.notes if one.span.path.startswith("patches/")] == ["SC581"]
    plain = compiled({})
    ours = compiled({f"{COMPOSE}.yaml": patch({"op": "replace", "path": "/services/api/mem_limit", "value": "1g"})})
    assert {path for path, text in ours.files.items() if text != plain.files[path]} == {COMPOSE}


def test_a_start_without_patches_changes_nothing() -> None:
    """As ``patch new`` writes it."""
    assert compiled({"Dockerfile.yaml": "# patches:\n"}).files == compiled({}).files


@pytest.mark.parametrize("text", ["patches: [\n", "patches: 3\n", "patches:\n  - reason: x\n", "patches: [{reason: '', operations: []}]\n", "patches: &a [*a]\n", "patches: [{reason: x, allow: [SC204], operations: [{op: remove, path: /x}]}]\n", "patches: [{reason: x, operations: [{op: melt}]}]\n"])  # fmt: skip
def test_what_is_no_patch_is_refused_with_a_place(text: str) -> None:
    """And nothing else happens."""
    with pytest.raises(Refused) as refused:
        compile_project(tree({"Dockerfile.yaml": text}, STORED), Surroundings(None, ("srv", "bank"), False))
    assert {one.span.path for one in refused.value.diagnostics if one.severity.value == "error"} == {
        "patches/Dockerfile.yaml"
    }
