"""Any valid spec, hostile strings included."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from projects import BUN_WEB, NODE_CLI, PYTHON_JOB, PYTHON_WEB

_NASTY = (
    "$(reboot)",
    "`id`",
    "${HOME}",
    "$$",
    "%(x)s",
    "{{ 7*7 }}",
    "{% raw %}",
    "'; DROP TABLE x; --",
    '"',
    "'",
    "\\",
    "\\\\n",
    "#",
    "# syntax=evil",
    "!",
    "&a",
    "*a",
    "<<",
    "yes",
    "no",
    "on",
    "null",
    "~",
    "0o7",
    "1:30",
    "1e3",
    ".inf",
    "- x",
    ": ",
    "a: b",
    "[",
    "{",
    "\u00e9\u4e2d\U0001f600",
    "</script>",
    "*/",
    '"""',
    "EOF",
    "=",
    "|",
    ">",
    "@",
    "%",
)
_PLAIN = st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn", "Zl", "Zp"))
prose = st.one_of(
    st.text(_PLAIN, min_size=1, max_size=60), st.lists(st.sampled_from(_NASTY), min_size=1, max_size=5).map(" ".join)
).filter(lambda text: text.strip() == text and bool(text))
_TOPICS = (
    "Sessions live in redis",
    "Orders are stored in postgres",
    "Jobs go through rabbitmq",
    "GET /healthz returns 200",
    "Requests time out after 7 seconds",
    "At most 50 requests per second per client",
    "In-flight requests finish within 10 seconds of SIGTERM",
    "Uses at most 256 MB of memory",
    "Resumes from its last checkpoint after a restart",
    "Only one run at a time exports records",
    "Requests carry a valid API token",
    "Uploads are at most 5 MB",
)
_KINDS = ("invariant", "precondition", "uniqueness", "liveness", "safety", "mutual-exclusion")
_STRUCTURE = ("invariant", "precondition", "uniqueness")


@st.composite
def assertions(draw: st.DrawFn) -> dict[str, Any]:
    """One assertion without its id."""
    kind = draw(st.sampled_from(_KINDS))
    found = {
        "natural": draw(st.one_of(st.sampled_from(_TOPICS), prose)),
        "type": kind,
        "category": "structure" if kind in _STRUCTURE else "behavior",
        "status": draw(st.sampled_from(("confirmed", "confirmed", "confirmed", "denied", "deferred"))),
        "source": draw(prose),
    }
    optional = {"entity": prose, "property": prose, "constraint": prose}
    return found | {key: draw(value) for key, value in optional.items() if draw(st.booleans())}


@st.composite
def manifests(draw: st.DrawFn, archetype: str) -> dict[str, Any]:
    """A manifest."""
    bodies = draw(st.lists(assertions(), max_size=6))
    return {
        "version": "1.0.0",
        "archetype": archetype,
        "domains": draw(st.lists(prose, max_size=2)),
        "actors": draw(st.lists(prose, max_size=2, unique=True)),
        "boundaries": draw(
            st.lists(
                st.one_of(prose, st.sampled_from(("redis", "external-payment-api", "message-queue"))),
                max_size=3,
                unique=True,
            )
        ),
        "constraints": draw(
            st.lists(
                st.one_of(prose, st.sampled_from(("not-public", "no-network", "stateless"))), max_size=2, unique=True
            )
        ),
        "assertions": [{"id": f"A-{number:03d}", **body} for number, body in enumerate(bodies, start=1)],
    }


names = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,5})?", fullmatch=True)
variables = st.from_regex(r"[A-Z][A-Z0-9]{0,8}_V", fullmatch=True)
paths = st.from_regex(r"(/[a-z0-9._~-]{1,6}){1,3}", fullmatch=True).filter(lambda path: "/." not in path)


@st.composite
def services(draw: st.DrawFn, archetype: str) -> dict[str, Any]:
    """A built service's entry in deploy.yaml."""
    entry: dict[str, Any] = {"env": draw(st.dictionaries(variables, prose, max_size=3))}
    entry["secrets"] = draw(st.lists(st.from_regex(r"[A-Z][A-Z0-9]{0,6}_S", fullmatch=True), max_size=2, unique=True))
    optional: dict[str, st.SearchStrategy[Any]] = {
        "resources": st.fixed_dictionaries(
            {"cpus": st.sampled_from((0.5, 1, 2)), "memory": st.sampled_from(("64M", "1G"))}
        ),
        "writable": st.lists(st.from_regex(r"/(data|var/x)/[a-z]{1,6}", fullmatch=True), max_size=2, unique=True),
    }
    if archetype == "web-service":
        optional |= {
            "port": st.integers(1024, 65535),
            "health": st.fixed_dictionaries({"path": paths, "interval": st.sampled_from(("5s", "1m30s"))}),
            "route": st.fixed_dictionaries({"host": st.just("bank.example.com"), "path": paths}),
        }
    return entry | {key: draw(value) for key, value in optional.items() if draw(st.booleans())}


@st.composite
def projects(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, Any], dict[str, Any] | None]:
    """Sources, manifest and deploy.yaml (or None) of a project."""
    archetype, sources = draw(
        st.sampled_from(
            (
                ("web-service", BUN_WEB),
                ("web-service", PYTHON_WEB),
                ("cli-tool", NODE_CLI),
                ("data-pipeline", PYTHON_JOB),
            )
        )
    )
    deploy = None
    if draw(st.booleans()):
        deploy = {"version": 1, "app": draw(names), "services": {"svc": draw(services(archetype))}}
    return dict(sources), draw(manifests(archetype)), deploy
