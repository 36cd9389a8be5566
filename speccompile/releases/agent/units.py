"""The units by which systemd starts the agent: a service that runs one round, as little allowed as that takes, and its timer.

Why each restriction is no more: the agent talks to the engine's socket, to its store and to registries (sockets of these families); it writes its own state
alone, and units where these are what it is for; it reads Docker's logins below /root. The engine's socket, and units, are as good as root, so that these
lines keep a fault of the agent's from doing harm, not somebody who has taken the agent over (docs.docker.com/engine/security, "Docker daemon attack surface").
systemd obeys root by the socket that systemctl asks it at, without any capability (tried with 252).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from speccompile.backends.escape.unit import setting, unit_plain, value_of, word
from speccompile.record import record

STATE = "/var/lib/speccompile"
_HARDENED = (
    "CapabilityBoundingSet=",
    "LockPersonality=yes",
    "MemoryMax=512M",
    "NoNewPrivileges=yes",
    "PrivateDevices=yes",
    "PrivateTmp=yes",
    "ProcSubset=pid",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHome=read-only",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
    "ProtectSystem=strict",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallErrorNumber=EPERM",
    "TasksMax=256",
    "UMask=0077",
)


@record(kw_only=True)
class Installed:
    """An agent as systemd knows it: for *app* in *environment*, started by *argv* (absolute program first), every so many seconds, with variables from
    *credentials* (a file that need not be there); ``writes`` are directories of units that it may write, none where it starts no units."""

    app: str
    environment: str
    argv: tuple[str, ...]
    every: int
    credentials: str
    writes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What its units are called."""
        return f"speccompile-agent-{self.app}-{self.environment}-{self._told_apart}"

    @property
    def _told_apart(self) -> str:
        # Names have hyphens: a-b in c and a in b-c are two agents.
        return hashlib.sha256(f"{self.app}.{self.environment}".encode()).hexdigest()[:6]


def service(agent: Installed) -> str:
    """The service: a round, then it ends. What is slow in one is starting services, which have a time of their own."""
    return _unit(
        ("Unit", (
            f"Description={unit_plain(f'Brings the releases of {agent.app} in {agent.environment} to this host')}",
            "Wants=network-online.target",
            "After=network-online.target docker.service",
        )),
        ("Service", (
            "Type=oneshot",
            f"ExecStart={' '.join(word(value_of(one)) for one in agent.argv)}",
            f"EnvironmentFile=-{unit_plain(agent.credentials)}",
            f"Environment={setting('XDG_STATE_HOME', STATE)}",
            "StateDirectory=speccompile",
            "StateDirectoryMode=0700",
            "TimeoutStartSec=1h",
            *_HARDENED,
            *(f"ReadWritePaths={word(value_of(one))}" for one in agent.writes),
        )),
    )  # fmt: skip


def timer(agent: Installed) -> str:
    """Its timer: soon after the machine has started, then again and again; machines that were started together do not come together."""
    return _unit(
        ("Unit", (f"Description={unit_plain(f'Looks for releases of {agent.app} in {agent.environment}')}",)),
        ("Timer", (
            "OnBootSec=30s",
            f"OnUnitInactiveSec={agent.every}s",
            "RandomizedDelaySec=15s",
            "AccuracySec=1s",
        )),
        ("Install", ("WantedBy=timers.target",)),
    )  # fmt: skip


def _unit(*sections: tuple[str, Sequence[str]]) -> str:
    return "\n".join("\n".join((f"[{name}]", *lines, "")) for name, lines in sections)
