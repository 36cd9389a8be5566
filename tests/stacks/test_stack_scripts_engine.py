"""PHP behind nginx, and Ruby behind Puma, on a real engine: what each does when it is stopped, breaks, or is asked for what is not given out."""

from __future__ import annotations

import re
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from stack_cases import HERE
from test_stack_builds import answer, generate, run

from tools import need_engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

SEALED = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--init")
SLOW = "<?php\n\nerror_log('it has begun');\nsleep(3);\necho 'after all';\n"


@contextmanager
def image(case: str, folder: Path, more: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The engine, and an image of *case* with *more* files."""
    docker, where = need_engine(), generate(case, folder, more)
    tag = f"speccompile-test-scripts:{case}"
    run(docker, "build", "--quiet", "--tag", tag, "--file", str(where / "generated/Dockerfile"), str(where))
    try:
        yield docker, tag
    finally:
        run(docker, "image", "rm", "--force", tag)


@contextmanager
def container(docker: str, tag: str, port: int, *options: str) -> Iterator[tuple[str, str]]:
    """A container of *tag*, and where it is reached."""
    name = run(docker, "run", "--detach", *SEALED, *options, "--publish", f"127.0.0.1::{port}", tag)
    try:
        yield name, f"http://{run(docker, 'port', name, f'{port}/tcp').splitlines()[0]}"
    finally:
        run(docker, "rm", "--force", name)


@pytest.fixture(scope="module")
def php(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Pages of PHP at the top of a project, one of them slow."""
    more = {
        "slow.php": SLOW,
        "config/settings.php": "<?php\n\nreturn ['a' => 'secret'];\n",
        "schema.sql": "select 1;\n",
        "style.css": "p {}\n",
    }
    with image("php-plain-web", tmp_path_factory.mktemp("php"), more) as made:
        yield made


def told(docker: str, name: str) -> str:
    """What a container has written."""
    done = subprocess.run([docker, "logs", name], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def status(url: str) -> int:
    """The status of the answer."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_php_gives_out_pages_and_nothing_beside_them(php: tuple[str, str]) -> None:
    """Styles, too; but neither settings, nor schemas, nor the health module, nor what is no file."""
    with container(*php, 8080) as (_, url):
        assert "hello world" in answer(f"{url}/")
        found = {
            path: status(url + path)
            for path in (
                "/style.css",
                "/config/settings.php",
                "/schema.sql",
                "/generated/health.php",
                "/none",
                "/none.php",
                "/.env",
            )
        }
    assert found == {"/style.css": 200, **dict.fromkeys(list(found)[1:], 404)}


def test_php_finishes_what_it_has_begun(php: tuple[str, str]) -> None:
    """SIGTERM: the request under way is answered, then both processes are gone and the status is 0."""
    docker, _ = php
    with container(*php, 8080) as (name, url):
        answer(f"{url}/")
        said: list[str] = []
        asking = threading.Thread(target=lambda: said.append(answer(f"{url}/slow.php")))
        asking.start()
        while asking.is_alive() and "it has begun" not in told(docker, name):
            time.sleep(0.1)
        run(docker, "stop", "--time", "20", name)
        asking.join(timeout=30)
        assert said == ["after all"]
        assert run(docker, "inspect", "--format", "{{.State.ExitCode}}", name) == "0"


@pytest.mark.parametrize("victim", ["php-fpm", "nginx"])
def test_php_ends_as_a_whole(php: tuple[str, str], victim: str) -> None:
    """When one of the two processes is killed the container ends, for the engine to start it again."""
    docker, _ = php
    find = f"for one in /proc/[0-9]*; do case $(cat $one/cmdline 2>/dev/null | tr '\\0' ' ') in *{victim}*master*) echo ${{one#/proc/}};; esac; done"
    with container(*php, 8080) as (name, url):
        answer(f"{url}/")
        process = run(docker, "exec", name, "sh", "-c", find).split()[0]
        run(docker, "exec", name, "sh", "-c", f"kill -KILL {process}")
        assert run(docker, "wait", name) == "1"
        assert "PHP or nginx has ended" in told(docker, name)


def test_php_listens_where_it_is_told(php: tuple[str, str]) -> None:
    """PORT when it starts; what is no port is refused with a line."""
    docker, tag = php
    with container(docker, tag, 9123, "--env", "PORT=9123") as (_, url):
        assert "hello world" in answer(f"{url}/")
    refused = subprocess.run(
        [docker, "run", "--rm", *SEALED, "--env", "PORT=x;id", tag], capture_output=True, text=True, check=False
    )
    assert (refused.returncode, refused.stderr) == (2, "serve: PORT is not a port number\n")


def test_sinatra_runs_behind_puma(tmp_path: Path) -> None:
    """With the gems that the base image has where the tests run: the lock is made for these."""
    docker = need_engine()
    there = dict(
        re.findall(
            r"^(\S+) \((?:default: )?([^,)]+)",
            run(docker, "run", "--rm", "ruby:3.4-slim-bookworm", "gem", "list"),
            re.MULTILINE,
        )
    )
    if "sinatra" not in there:
        pytest.skip("the base image has no Sinatra: it is not the one that stands in for it, and RubyGems is there")
    lock = (HERE / "ruby-sinatra-web/app/Gemfile.lock").read_text("utf-8")
    lock = re.sub(
        r"^    (\S+) \(([^)]+)\)$", lambda one: f"    {one[1]} ({there.get(one[1], one[2])})", lock, flags=re.MULTILINE
    )
    lock = lock.replace(f"rack-protection (= {'3.0.5'})", f"rack-protection (= {there['rack-protection']})")
    with (
        image("ruby-sinatra-web", tmp_path, {"Gemfile.lock": lock}) as (docker, tag),
        container(docker, tag, 9292, "--env", "NAME=everybody") as (name, url),
    ):
        assert answer(f"{url}/") == "hello everybody"
        assert run(docker, "exec", name, "ruby", "/app/generated/health.rb", "ready") == "healthy"
        run(docker, "stop", "--time", "20", name)
        assert run(docker, "inspect", "--format", "{{.State.ExitCode}}", name) in ("0", "143")
