"""What holds of data: where it is, that it outlives the process, who knows the secrets."""

from __future__ import annotations

import posixpath
import re

from speccompile.plan.assertions import Demand
from speccompile.plan.plan import Store
from speccompile.verify.compose_findings import entries, items
from speccompile.verify.held.containers import logskept
from speccompile.verify.held.outcome import Outcome, Reader, approximated, enforced, lost, nothing
from speccompile.verify.held.view import Lines, View
from speccompile.verify.system.workload import covers

_SAME = {"postgresql": "postgres", "mongo": "mongodb", "mysql": "mysql"}


def store(view: View, demand: Demand) -> Outcome:
    """A container of that product with a volume, on which the service depends."""
    found = _found(view, demand)
    if found is None:
        return _none(demand)
    one, lines = found
    if other := _another_version(view, demand, one):
        return lost(other, lines, one.base.origin)
    volumes = view.key(one.workload.name, "volumes")
    if not volumes:
        return lost(f"{one.workload.name} has no volume: what it stores is gone with its container", lines)
    return enforced(f"{one.workload.name} ({one.kind}) keeps it in a volume", (*lines, *volumes))


def cache(view: View, demand: Demand) -> Outcome:
    """A container of that product, on which the service depends."""
    found = _found(view, demand)
    if found is None:
        return _none(demand)
    one, lines = found
    if other := _another_version(view, demand, one):
        return lost(other, lines, one.base.origin)
    return enforced(f"{one.workload.name} ({one.kind}) runs beside it", lines)


def queue(view: View, demand: Demand) -> Outcome:
    """As a cache; what becomes of messages that fail is the program's."""
    outcome = cache(view, demand)
    if outcome.blamed or demand.get("dead_letter") is None or not outcome.lines:
        return outcome
    return approximated(
        f"{outcome.why}; who puts a message aside after {demand.get('dead_letter')} failures is the program",
        outcome.lines,
    )


def _found(view: View, demand: Demand) -> tuple[Store, Lines] | None:
    wanted = _SAME.get(str(demand.get("product")), demand.get("product"))
    waits = entries(view.box(demand.service).get("depends_on"))
    for one in view.plan.stores:
        name = one.workload.name
        image = str(view.box(name).get("image", "")).rpartition("/")[2].split(":")[0]
        if wanted in ("", one.kind) and name in waits and image:
            return one, (*view.key(name, "image"), *view.key(demand.service, "depends_on", name))
    return None


def _another_version(view: View, demand: Demand, one: Store) -> str | None:
    """That the container's image is of another version than the one that is demanded; «16» is any 16."""
    wanted, name = str(demand.get("version") or ""), one.workload.name
    tag = str(view.box(name).get("image", "")).rpartition("/")[2].partition(":")[2]
    runs = re.match(r"v?(\d+(?:\.\d+)*)", tag)
    if not wanted or (runs and f"{runs[1]}.".startswith(f"{wanted}.")):
        return None
    return f"{name} runs {one.kind} {runs[1] if runs else 'of an unknown version'}, not {wanted}"


def _none(demand: Demand) -> Outcome:
    product = demand.get("product") or "none"
    if product == "none":
        return lost(
            f"no backing service stands beside {demand.service}: declare one in deploy.yaml (`uses:`, and `needs`)"
        )
    return lost(f"no {product} runs beside {demand.service}: declare it in deploy.yaml (`uses:`, and `needs`)")


def secret(view: View, demand: Demand) -> Outcome:
    """A mounted file, or a variable that only the operator fills."""
    box, name = view.box(demand.service), re.sub(r"[^a-z0-9]+", "-", str(demand.get("name")).lower())
    variable = name.upper().replace("-", "_")
    mounted = [number for number, one in enumerate(items(box.get("secrets"))) if one == name]
    file = (
        *(line for number in mounted for line in view.key(demand.service, "secrets", number)),
        *view.key(demand.service, "environment", f"{variable}_FILE"),
    )
    supplied = re.match(r"\$\{[A-Z0-9_]+:\?", str(entries(box.get("environment")).get(variable, "")))
    env = view.key(demand.service, "environment", variable) if supplied else ()
    given = demand.get("given")
    if mounted and given in (None, "file"):
        return enforced(f"/run/secrets/{name}: no artifact has its value", file)
    if env and given in (None, "env"):
        return enforced(f"{variable} is filled by the operator: no artifact has its value", env)
    if mounted or env:
        blamed = (one.origin for one in view.plan.handovers if (one.service, one.secret) == (demand.service, name))
        how = "a file" if mounted else "a variable"
        return lost(f"it is handed over in {how}, not as {given}", file if mounted else env, *blamed)
    return lost(
        f"no secret of that name is given to {demand.service}: list it under `secrets` in deploy.yaml (`{variable}`)"
    )


def files(view: View, demand: Demand) -> Outcome:
    """A volume for what is written."""
    path = demand.get("path")
    mounted = [entries(one) for one in items(view.box(demand.service).get("volumes"))]
    reads = demand.get("access") == "read"
    for number, one in enumerate(mounted):
        of_the_host = one.get("type") == "bind" and (reads or one.get("read_only") is not True)
        if of_the_host and path and covers((str(one.get("target")),), path):
            why = f"{one.get('target')} is {one.get('source')} of its machine"
            return enforced(why, view.key(demand.service, "volumes", number))
    if reads:
        return lost("nothing of the host is mounted for it to read: list it in deploy.yaml (`mounts`)")
    targets = [str(one.get("target")) if one.get("type") != "bind" else "" for one in mounted]
    for number, target in enumerate(targets):
        if path and target and (path == target or path.startswith(target.rstrip("/") + "/")):
            return enforced(f"{target} is a volume", view.key(demand.service, "volumes", number))
    if path is None and any(targets):
        number, target = next((number, one) for number, one in enumerate(targets) if one)
        return approximated(f"{target} is a volume; no path is said", view.key(demand.service, "volumes", number))
    place = posixpath.normpath(path) if path else "/…"
    return lost(f"what it writes is gone with its container: list it in deploy.yaml (`writable: [{place}]`)")


def retention(view: View, demand: Demand) -> Outcome:
    """Of logs the driver keeps so many bytes; what a program stores nobody else can tell the age of."""
    what = str(demand.get("what"))
    if what == "logs":
        return logskept(view, demand)
    if what == "audit":
        return lost("no place here keeps records that nobody can delete earlier, and nothing deletes them by age")
    return lost(
        f"nothing that is generated knows how old {what} are, so nothing deletes them by age, and nothing keeps the program from doing so earlier"
    )


def rotation(view: View, demand: Demand) -> Outcome:
    """The operator's work: secrets are files that can be replaced."""
    if items(view.box(demand.service).get("secrets")):
        return approximated(
            "the operator can replace the files and start it again; nothing does so by itself",
            view.key(demand.service, "secrets"),
        )
    return lost(f"nothing that is generated replaces {demand.get('what')}")


def migrate(view: View, demand: Demand) -> Outcome:
    """The steps of a release, after which the service starts."""
    waits = entries(view.box(demand.service).get("depends_on"))
    service = view.service(demand.service)
    steps = {one.workload.name for one in service.processes if one.ends} if service else set()
    for name in waits:
        if name in steps and entries(waits[name]).get("condition") == "service_completed_successfully":
            lines = view.key(demand.service, "depends_on", name)
            return enforced(f"it starts when {name} has ended well", lines)
    return lost(
        "nothing that is generated runs migrations before a new version serves: name what does under `release` in deploy.yaml"
    )


READERS: dict[str, Reader] = {
    "store": store,
    "cache": cache,
    "queue": queue,
    "secret": secret,
    "files": files,
    "atrest": nothing("volumes are as the host's disk is: encrypt that"),
    "audit": nothing("no place here takes records that their own writer cannot alter"),
    "retention": retention,
    "migrate": migrate,
    "rotation": rotation,
}
