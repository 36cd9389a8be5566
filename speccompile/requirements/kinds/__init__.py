"""The kinds of requirement: a closed union. Durations are in seconds, sizes in bytes (units are binary), schedules cron with a zone.

Each docstring says what the kind means and what holds it on which platform; what a target really does with a demand is its standing in the
report. A kind's name in reports is its class's in lower case.
"""

from __future__ import annotations

from typing import TypeAlias

from speccompile.requirements.kinds.backing import (
    AtRest,
    Backup,
    Cache,
    External,
    Files,
    Migrate,
    Queue,
    Retention,
    Rotation,
    Secret,
    Store,
)
from speccompile.requirements.kinds.process import (
    Audit,
    Availability,
    Bound,
    Cpu,
    Drain,
    Exclusive,
    Health,
    LogsKept,
    Memory,
    Metrics,
    Platform,
    ReadOnly,
    Replicas,
    Restart,
    Scale,
    TimeZone,
    Unprivileged,
)
from speccompile.requirements.kinds.runs import (
    Overlap,
    Resume,
    Retries,
    RunDeadline,
    Schedule,
)
from speccompile.requirements.kinds.traffic import (
    Body,
    CacheControl,
    Connections,
    Deadline,
    Egress,
    Idle,
    Objective,
    Origins,
    Port,
    Private,
    Rate,
    Transport,
)

Requirement: TypeAlias = (
    Store
    | Cache
    | Queue
    | External
    | Files
    | Secret
    | AtRest
    | Backup
    | Retention
    | Migrate
    | Rotation
    | Deadline
    | Objective
    | Rate
    | Connections
    | Body
    | Idle
    | Transport
    | Origins
    | CacheControl
    | Port
    | Private
    | Egress
    | Schedule
    | RunDeadline
    | Retries
    | Overlap
    | Resume
    | Memory
    | Cpu
    | Replicas
    | Availability
    | Scale
    | Exclusive
    | Health
    | Drain
    | Restart
    | Metrics
    | LogsKept
    | Audit
    | Unprivileged
    | ReadOnly
    | TimeZone
    | Platform
)

__all__ = [
    "AtRest",
    "Audit",
    "Availability",
    "Backup",
    "Body",
    "Bound",
    "Cache",
    "CacheControl",
    "Connections",
    "Cpu",
    "Deadline",
    "Drain",
    "Egress",
    "Exclusive",
    "External",
    "Files",
    "Health",
    "Idle",
    "LogsKept",
    "Memory",
    "Metrics",
    "Migrate",
    "Objective",
    "Origins",
    "Overlap",
    "Platform",
    "Port",
    "Private",
    "Queue",
    "Rate",
    "ReadOnly",
    "Replicas",
    "Requirement",
    "Restart",
    "Resume",
    "Retention",
    "Retries",
    "Rotation",
    "RunDeadline",
    "Scale",
    "Schedule",
    "Secret",
    "Store",
    "TimeZone",
    "Transport",
    "Unprivileged",
]
