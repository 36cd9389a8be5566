"""Directives of nginx as keys of a route in deploy.yaml, and the names of those that have none."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network
from types import MappingProxyType

from speccompile.plan.ingress import LARGEST_BODY
from speccompile.record import record
from speccompile.regex import regex
from speccompile.verify.readers.nginx import Directive

# What the generated front door says by itself, and what says no more than how nginx is run.
_NEEDLESS = frozenset(
    (
        *(
            "proxy_pass",
            "grpc_pass",
            "proxy_http_version",
            "proxy_redirect",
            "proxy_cache_bypass",
            "rewrite",
            "listen",
            "server_name",
        ),
        *(
            "access_log",
            "error_log",
            "log_format",
            "include",
            "default_type",
            "sendfile",
            "tcp_nopush",
            "tcp_nodelay",
            "charset",
        ),
        *(
            "keepalive_timeout",
            "server_tokens",
            "root",
            "index",
            "try_files",
            "error_page",
            "resolver",
            "set",
            "worker_processes",
        ),
        *(
            "worker_connections",
            "pid",
            "user",
            "gzip_vary",
            "gzip_proxied",
            "gzip_types",
            "gzip_min_length",
            "gzip_comp_level",
        ),
        *(
            "limit_req_zone",
            "limit_conn_zone",
            "limit_req_log_level",
            "limit_conn_log_level",
            "auth_basic_user_file",
            "return",
        ),
        *(
            "proxy_send_timeout",
            "grpc_send_timeout",
            "send_timeout",
            "client_body_timeout",
            "gzip_disable",
            "gzip_buffers",
            "gzip_http_version",
        ),
    )
)
_PASSED_ON = frozenset(
    (
        "host",
        "x-real-ip",
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-forwarded-host",
        "x-forwarded-port",
        "upgrade",
        "connection",
        "x-request-id",
    )
)
_CARRIES = MappingProxyType({"body": "client_max_body_size", "rate": "limit_req"})
_WORD = regex(r"[A-Za-z][A-Za-z0-9_-]{0,60}")
_FILE = regex(r"[A-Za-z0-9_./-]{1,200}")
_SIZE = regex(r"(\d{1,12})([kKmMgG]?)")
_UNITS = MappingProxyType({"": "", "k": "KiB", "m": "MiB", "g": "GiB"})
_SIZES = MappingProxyType({"": 1, "k": 2**10, "m": 2**20, "g": 2**30})
_TIMES = ("proxy_connect_timeout", "proxy_read_timeout", "grpc_read_timeout")
_DAY = 86400
_TIME = regex(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s?)?")
_RATE = regex(r"rate=([1-9]\d{0,8})r/([sm])")
_BURST = regex(r"burst=([1-9]\d{0,8})")
_CLIENT = (("$binary_remote_addr",), ("$remote_addr",))


@record(kw_only=True)
class Told:
    """What was ``said`` of a location, from the outside inwards; the keys that it comes to, and what has none; ``users`` is the file of those that
    get in."""

    said: tuple[Directive, ...]
    keys: tuple[tuple[str, str], ...] = ()
    lost: tuple[str, ...] = ()
    users: str | None = None


def rates(outer: Iterable[Directive]) -> dict[str, tuple[str, str]]:
    """The zones of *outer* that count clients' requests: how many in which time, by name."""
    found = {}
    for one in outer:
        zone = next((word.removeprefix("zone=").partition(":")[0] for word in one.args if word.startswith("zone=")), "")
        rate = next((match for word in one.args if (match := _RATE.fullmatch(word))), None)
        if one.name == "limit_req_zone" and one.args[:1] in _CLIENT and zone and rate:
            found[zone] = (rate[1], rate[2])
    return found


def told(said: tuple[Directive, ...], limits: Mapping[str, tuple[str, str]]) -> Told:
    """What is *said* as keys; *limits* are the zones by which requests are counted."""
    last = {one.name: one for one in said}
    keys = dict(_bounds(last))
    rate = _rate(last.get("limit_req"), limits)
    if rate:
        keys["rate"] = rate
    networks = _networks(said)
    keys.update(networks or {})
    if last.get("gzip") and last["gzip"].args == ("on",):
        keys["compression"] = "true"
    users = None
    if (login := last.get("auth_basic")) and login.args != ("off",):
        file = "".join(last["auth_basic_user_file"].args) if "auth_basic_user_file" in last else ""
        users = file if _FILE.fullmatch(file) else ""
    carried = {"auth_basic", "gzip", *(_CARRIES[key] for key in keys if key in _CARRIES)}
    carried |= {name for name in _TIMES if _seconds(last.get(name))}
    carried |= {"allow", "deny"} if networks is not None else set()
    lost = [name for name in dict.fromkeys(_names(said)) if name not in carried]
    return Told(said=said, keys=tuple(keys.items()), lost=tuple(lost), users=users)


def _names(said: Iterable[Directive]) -> Iterator[str]:
    """The directives that are no matter of course, by name; of headers also whose. What is no name of either is no directive of nginx's."""
    for one in said:
        if not _WORD.fullmatch(one.name) or not all(
            _WORD.fullmatch(word) for word in one.args[:1] if "header" in one.name
        ):
            continue
        if one.name in ("proxy_set_header", "grpc_set_header", "add_header") and one.args:
            if one.name == "add_header" or one.args[0].lower() not in _PASSED_ON:
                yield f"{one.name} {one.args[0]}"
        elif one.name not in _NEEDLESS:
            yield one.name


def _bounds(last: Mapping[str, Directive]) -> Iterator[tuple[str, str]]:
    """Body and time-outs."""
    size = _SIZE.fullmatch("".join(last["client_max_body_size"].args)) if "client_max_body_size" in last else None
    if size and 0 < int(size[1]) * _SIZES[size[2].lower()] <= LARGEST_BODY:
        yield "body", f"{int(size[1])}{_UNITS[size[2].lower()]}"
    reads = last.get("proxy_read_timeout") or last.get("grpc_read_timeout")
    times = [("connect", _seconds(last.get("proxy_connect_timeout"))), ("read", _seconds(reads))]
    if written := ", ".join(f"{name}: {seconds}s" for name, seconds in times if seconds):
        yield "timeouts", f"{{{written}}}"


def _seconds(one: Directive | None) -> int:
    """The whole seconds of a time, as a key has them: of a day at most; 0 for all else."""
    found = _TIME.fullmatch("".join(one.args)) if one else None
    if found is None:
        return 0
    total = sum(int(part or 0) * unit for part, unit in zip(found.groups(), (_DAY, 3600, 60, 1), strict=True))
    return total if total <= _DAY else 0


def _rate(one: Directive | None, limits: Mapping[str, tuple[str, str]]) -> str | None:
    """The rate by which clients are bounded."""
    words = one.args if one else ()
    zone = next((word.removeprefix("zone=") for word in words if word.startswith("zone=")), "")
    if zone not in limits:
        return None
    count, per = limits[zone]
    burst = next((match[1] for word in words if (match := _BURST.fullmatch(word))), None)
    return f"{{count: {count}, per: {per}{f', burst: {burst}' if burst else ''}}}"


def _networks(said: Iterable[Directive]) -> dict[str, str] | None:
    """Who gets in, where it is said in one of the two ways that the keys have: some and nobody else, or all but some. None where it is otherwise."""
    rules = [(one.name, " ".join(one.args)) for one in said if one.name in ("allow", "deny")]
    if not rules:
        return {}
    *first, (last, everybody) = rules
    key = "deny" if (last, everybody) != ("deny", "all") else "allow"
    if everybody != "all":
        first = rules
    places = [_network(where) for name, where in first if name == key]
    if not places or len(places) < len(first) or None in places:
        return None
    return {key: json.dumps(places)}


def _network(text: str) -> str | None:
    """The network that nginx takes *text* for; None for everybody's, and for what is none."""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    return str(network) if network.prefixlen else None
