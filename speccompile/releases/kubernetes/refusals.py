"""What stands in the way of a deployment to a cluster before anything is changed, as findings."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping

from speccompile.codes.clusters import NO_SECRET, TAKEN, UNPUSHED
from speccompile.codes.releases import VALUES
from speccompile.diagnostics import Diagnostic
from speccompile.releases.engines.kubernetes import Kubectl
from speccompile.releases.kubernetes import seen
from speccompile.releases.kubernetes.conversation import Cluster
from speccompile.releases.kubernetes.documents import Document, key
from speccompile.source import Span

_MOST = 10


def secrets(cluster: Cluster, wanted: Mapping[str, set[str]], file: str | None) -> Iterator[Diagnostic]:
    """A finding for each secret, of those *wanted* by name, that has not all keys; *file* is where the operator's values are. Those that we may not ask for
    the pods will ask for."""
    for name, keys in sorted(wanted.items()):
        there = cluster.keys(name)
        if there is not None and (missing := sorted(keys - there)):
            what = (
                f"{name} has no {', '.join(missing)}" if there else f"there is no secret {name} ({', '.join(missing)})"
            )
            yield NO_SECRET.at(
                Span(name), f"{what} in {where(cluster.kubectl)}", fix=f"run: {creation(cluster.kubectl, file)}"
            )


def creation(kubectl: Kubectl, file: str | None) -> str:
    """The command that creates all secrets."""
    of = ("--env-file", file) if file else ()
    words = (
        "speccompile",
        "secrets",
        "kubernetes",
        "--context",
        kubectl.context,
        "--namespace",
        kubectl.namespace,
        *of,
    )
    return f"{shlex.join(words)} | sh"


def where(kubectl: Kubectl) -> str:
    """The place, for people."""
    return f"namespace {kubectl.namespace} of {kubectl.context}"


def valueless(missing: Mapping[str, Iterable[str]], file: str | None) -> Iterator[Diagnostic]:
    """A finding for each parameter of a service that has no value."""
    for group, names in missing.items():
        for name in sorted(names):
            fix = f"write {name}=… into {file or '.env beside kubernetes/base, or into a file that the environment names in `values`'}"
            yield VALUES.at(Span(file or ".env"), f"{name} has no value, which {group} is to be given", fix=fix)


def unpushed(group: str, reference: str, *, built: bool, registry: str | None) -> Diagnostic:
    """The finding that no digest of the image of *group* is known here."""
    if built:
        named = "" if registry else "name a `registry` in deploy.yaml, then "
        fix = f"{named}run `speccompile build --push` here; or correct TAG in the file of values"
    else:
        fix = f"let docker fetch it here (docker pull {reference})"
    return UNPUSHED.at(Span(reference), f"{group} runs {reference}, of which no digest is known here", fix=fix)


def conflicts(kubectl: Kubectl, objects: Iterable[Document], wanted: frozenset[str], said: str) -> list[Diagnostic]:
    """A finding for each object of *wanted* names of which somebody else has set a field; *said* is what kubectl said, where none is found."""
    by = {key(one): (one, fields) for one in objects if key(one) in wanted and (fields := [*seen.taken(one)])}
    around = ("kubectl", f"--context={kubectl.context}", f"--namespace={kubectl.namespace}")
    found = []
    for name, (live, fields) in sorted(by.items(), key=lambda one: one[0])[:_MOST]:
        what = ", ".join(f"{one.path} ({one.manager})" for one in fields[:3])
        more = f" and {len(fields) - 3} more" if len(fields) > 3 else ""  # as many as were named
        patch = json.dumps(seen.letting_go(live), separators=(",", ":"))
        words = (*around, "patch", name, "--type=json", f"--patch={patch}")
        message = f"{name}: somebody else has set {what}{more}"
        fix = f"write into specs/deploy.yaml what was meant, then let them be ours: {shlex.join(words)}"
        found.append(TAKEN.at(Span(name), message, fix=fix))
    if not found:
        fix = "see whose the fields are (kubectl get --show-managed-fields), and let go of them there"
        found.append(TAKEN.at(Span(where(kubectl)), said.replace("\n", " ")[:300], fix=fix))
    return found
